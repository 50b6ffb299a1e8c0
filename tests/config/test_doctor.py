"""The doctor is silent on a well installation, and each thing that is broken is named."""

import os
from datetime import timedelta

import pytest
from django.db import connection

from maplegrid.accounts.models import Delegation
from maplegrid.audit.actions import anchor_day
from maplegrid.cases.actions.orders import OrderWish, apply_for_order
from maplegrid.cases.models import Case, Clock, Hold
from maplegrid.config.doctor import examine
from maplegrid.kit.crypto import keyring
from maplegrid.messaging.models import Message
from tests.builders import drain_case, receive, run_deferred_jobs
from tests.cast import CAST, NOON, actor, person
from tests.secretary.letters import THREE, letter, levelled

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _well(settings, tmp_path):
    """A home of its own with the test run's keys."""
    keys = tmp_path / "keys"
    keys.mkdir()
    (tmp_path / "media").mkdir()
    keyring()
    (keys / "fields.json").write_bytes(settings.KEY_FILE.read_bytes())
    (keys / "fields.json").chmod(0o600)
    settings.HOME, settings.KEY_FILE = tmp_path, keys / "fields.json"


def codes(later: timedelta = timedelta()) -> set[str]:
    return {finding.code for finding in examine(NOON + later)}


def test_all_is_well():
    drain_case()
    assert codes() == set()


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("DEBUG", True, "debug"),
        ("SESSION_COOKIE_SECURE", False, "https"),
        ("DEMO", True, "demo"),
        ("SMS_GATEWAY", "simulated", "sms"),
    ],
)
def test_a_setting_that_is_wrong_in_public_is_named(settings, name, value, code):
    settings.PUBLIC_ADDRESS, settings.SESSION_COOKIE_SECURE = "https://maple.example", True
    settings.DEBUG, settings.DEMO, settings.SMS_GATEWAY = False, False, "wecom"
    assert codes() == set()
    setattr(settings, name, value)
    assert codes() == {code}


def test_keys_that_are_gone_or_open_to_others_are_named(settings):
    settings.KEY_FILE.chmod(0o644)
    assert codes() == {"key_mode"}
    settings.KEY_FILE.unlink()
    assert codes() == {"keys"}


def test_a_folder_that_is_gone_is_named(settings):
    os.rmdir(settings.HOME / "media")
    assert codes() == {"folder"}


def test_a_message_nobody_opened_and_its_waiting_job_are_named():
    receive(now=NOON)
    assert codes(timedelta(minutes=9)) == set()
    assert codes(timedelta(minutes=11)) == {"unopened"}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_events SET at = now() - interval '11 minutes' WHERE type = 'deferred'"
        )
    assert codes() == {"waiting_jobs"}
    run_deferred_jobs()
    Message.objects.update(opened_at=NOON)
    assert codes(timedelta(minutes=11)) == set()


@pytest.mark.parametrize(("status", "code"), [("failed", "failed_jobs"), ("doing", "orphan_jobs")])
def test_jobs_that_failed_or_lost_their_worker_are_named(status, code):
    message = receive(now=NOON).message
    Message.objects.filter(pk=message.pk).update(opened_at=NOON)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status", [status])
    assert codes() == {code}


def test_clocks_that_do_not_tick_are_named():
    drain_case()
    assert codes(timedelta(days=3)) >= {"ticking"}


def test_a_case_nobody_answers_for_is_named_with_its_number():
    case = drain_case()
    Case.objects.filter(pk=case.pk).update(accountable=None)
    (finding,) = examine(NOON)
    assert (finding.code, finding.examples) == ("unanswered", (case.number,))
    Case.objects.filter(pk=case.pk).update(accountable=person(CAST.chief))
    assert codes() == set()
    chief, service = person(CAST.chief), person(CAST.service)
    week = {"valid_from": NOON, "valid_to": NOON + timedelta(days=7)}
    Delegation.objects.create(person=chief, deputy=service, **week)
    assert codes() == set()
    Delegation.objects.create(person=service, deputy=chief, **week)
    assert codes() == {"unanswered"}


def test_an_order_without_its_hold_is_named():
    case = drain_case()
    wish = OrderWish(tried="a", why="b", asked="c")
    apply_for_order(case_id=case.pk, wish=wish, actor=actor(CAST.chief), now=NOON)
    assert codes() == set()
    Hold.objects.filter(case=case).update(released_at=NOON)
    assert codes() == {"order_hold"}


def test_a_letter_whose_held_time_is_gone_is_named():
    audience = levelled(letter(), THREE)
    run_deferred_jobs()
    assert "letter_time" not in codes()
    audience.meetings.get().cells.all().delete()
    assert "letter_time" in codes()


def test_a_due_time_that_was_edited_is_named():
    case = drain_case()
    clock = Clock.objects.filter(case=case).first()
    assert clock is not None
    Clock.objects.filter(pk=clock.pk).update(due_at=NOON + timedelta(days=99))
    (finding,) = examine(NOON)
    assert finding.code == "clock"
    assert case.number in finding.examples[0]


def test_a_missing_anchor_is_named_until_it_is_made():
    from maplegrid.audit.models import Entry

    drain_case(now=NOON - timedelta(days=3))
    if not Entry.objects.filter(at__lt=NOON - timedelta(days=2)).exists():
        pytest.fail("an entry of three days ago was expected")
    assert "anchor" in codes()
    anchor_day(day=(NOON - timedelta(days=1)).date(), now=NOON)
    assert "anchor" not in codes()


def test_keys_that_do_not_open_the_contacts_are_named():
    drain_case(contact_phone="13800001234")
    assert codes() == set()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE messaging_message SET contact_phone = replace(contact_phone, 'k1', 'k9')")
    assert codes() == {"sealed"}
