"""The house stands as drawn: foreign keys point down, events are heard, every action is done and described."""

from importlib import import_module

from django.apps import apps

from maplegrid.cases.actions.steps.door import DOING
from maplegrid.cases.forms.steps import FIELDS
from maplegrid.config.wiring import EVENTS
from maplegrid.rules.lifecycle import ARROWS, ENDED, OPEN, Action, Status

FLOORS = ["kit", "audit", "accounts", "territory", "messaging", "cases", "secretary", "simulate", "config"]


def test_every_foreign_key_points_down_or_stays_on_its_floor():
    ours = [m for m in apps.get_models() if m.__module__.startswith("maplegrid.")]
    assert ours
    for model in ours:
        for field in model._meta.get_fields():
            target = field.related_model if field.concrete and field.is_relation else None
            if target is not None and target.__module__.startswith("maplegrid."):
                here, there = model._meta.app_label, target._meta.app_label
                assert FLOORS.index(there) <= FLOORS.index(here), f"{model.__name__}.{field.name}"


def test_every_hearer_of_an_event_exists():
    for hearers in EVENTS.values():
        for path in hearers:
            module, _, name = path.rpartition(".")
            assert callable(getattr(import_module(module), name))


def test_an_event_nobody_listed_is_refused():
    import pytest

    from maplegrid.kit.events import UnknownEvent, emit

    with pytest.raises(UnknownEvent):
        emit("nobody.knows")


def test_every_action_has_an_arrow_a_form_and_a_doing():
    staff = {action for action in Action if action is not Action.WITHDRAW}
    assert set(ARROWS) == set(Action)
    assert set(DOING) == staff
    assert set(FIELDS) == staff


def test_every_status_can_be_reached_and_every_open_one_can_be_left():
    reached = {arrow.target for arrow in ARROWS.values() if arrow.target} | {Status.TRIAGE, Status.DISPATCHED}
    assert reached == set(Status)
    for status in OPEN:
        assert any(status in arrow.sources and arrow.target in ENDED for arrow in ARROWS.values())


def test_every_arrow_says_why_the_district_has_it():
    assert all(arrow.why and arrow.words for arrow in ARROWS.values())


def test_only_sign_in_webhooks_and_text_messages_speak_http_to_anybody():
    """The product phones nobody. `announcement.py` asks our own /healthz whether the start has worked."""
    import ast

    from tests.house.reference import modules

    clients = {"requests", "httpx", "aiohttp", "urllib3", "urllib.request", "http.client", "smtplib"}
    found = set()
    for path, tree in modules():
        for node in ast.walk(tree):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name == client or name.startswith(f"{client}.") for name in names for client in clients):
                found.add(path)
    assert found == {
        "accounts/oidc/issuer.py",
        "accounts/oidc/social.py",
        "cli/announcement.py",
        "kit/outward.py",
        "messaging/sms/plain.py",
        "simulate/sms_gateway/server.py",
    }
