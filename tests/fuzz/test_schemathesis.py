"""Thousands of odd requests to both interfaces against the WSGI app: never a server error, always as documented."""

import json
from typing import Any

import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from maplegrid.accounts.models import ApiKey
from maplegrid.accounts.scopes import Scope
from maplegrid.cases.actions.orders import OrderWish, apply_for_order
from maplegrid.cases.actions.webhooks import subscribe
from maplegrid.cases.api.interface import document as v1_document
from maplegrid.config.wsgi import application
from maplegrid.messaging.actions import keep_photo
from maplegrid.territory.queries import tower
from tests.accounts.keys import a_key
from tests.api.calling import picture
from tests.builders import drain_case, story_building
from tests.cast import CAST, NOON, actor, person
from tests.fuzz.open311 import document

pytestmark = pytest.mark.django_db
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
V1 = schemathesis.openapi.from_dict(json.loads(json.dumps(v1_document())))
GEOREPORT = schemathesis.openapi.from_dict(document())
FUZZ = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def from_somewhere(environ: dict[str, Any], start_response: Any) -> Any:
    """The WSGI app, called from an address: a real server always names one."""
    return application({**environ, "REMOTE_ADDR": "127.0.0.1"}, start_response)


@pytest.fixture
def open_gates(settings, held_clock):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {
        "interface_read": "1000000/m/ip",
        "interface_write": "1000000/m/key",
    }
    held_clock(NOON)


@pytest.fixture(autouse=True)
def one_connection():
    """The app would close the connection after each request, and with it this test's transaction."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def secret(db):
    return a_key(*Scope, who=person(CAST.community)).secret


@pytest.fixture
def known(db, settings, tmp_path, secret) -> dict[str, Any]:
    """Things that exist, by the name an address gives them."""
    settings.MEDIA_ROOT = tmp_path
    case = drain_case()
    upload = SimpleUploadedFile("p.jpg", picture())
    photo = keep_photo(upload, message=case.appeals.get().message, uploaded_by=None, now=NOON)
    wish = OrderWish(tried="疏通过", why="是市政管", asked="请清通")
    order = apply_for_order(case_id=case.pk, wish=wish, actor=actor(CAST.chief), now=NOON)
    url, key = "https://hooks.example.org/", ApiKey.objects.get()
    hook = subscribe(key=key, url=url, events=["case.closed"], actor="x", now=NOON).webhook
    unit = tower().by_id[case.area_id].code
    return {
        "number": case.number,
        "order_id": order.pk,
        "photo": photo.pk,
        "webhook_id": hook.pk,
        "code": unit,
    }


# What makes an odd request one that could be meant, so that the deed itself is reached.
MEANT: dict[str, dict[str, Any]] = {
    "/api/v1/cases/{number}/steps": {"action": "comment", "text": "看过"},
    "/api/v1/orders/{order_id}/steps": {"action": "return", "text": "先疏通"},
    "/api/v1/webhooks": {"url": "https://hooks.example.org/"},
}


def mostly(case: Any) -> bool:
    """Two of three requests reach something that exists; the same ones in every run."""
    return bool(len(str((case.path_parameters, case.query, case.body, case.headers))) % 3)


@V1.parametrize()
@FUZZ
def test_our_interface_keeps_to_its_document(case, open_gates, secret, known):
    if mostly(case):
        case.path_parameters |= {name: known[name] for name in case.path_parameters}
    if mostly(case) and isinstance(case.body, dict):
        case.body |= MEANT.get(case.path, {})
    headers = {"Authorization": f"Bearer {secret}"}
    with transaction.atomic():
        answer = case.call(app=from_somewhere, headers=headers)
        transaction.set_rollback(True)  # each call finds the same things
    case.validate_response(answer, checks=CHECKS)


@GEOREPORT.parametrize()
@FUZZ
def test_the_open311_door_keeps_to_the_specification(case, open_gates, secret, known):
    if mostly(case) and "name" in case.path_parameters:
        case.path_parameters["name"] = "1201" if case.path.startswith("/services") else known["number"]
        case.query = {**(case.query or {}), "api_key": secret}
    if mostly(case) and isinstance(case.body, dict):
        building = story_building()
        case.body |= {"api_key": secret, "service_code": "1201", "address_id": building.code}
    answer = case.call(app=from_somewhere)
    case.validate_response(answer, checks=CHECKS)
