"""What a monitor may ask, and that it learns numbers only."""

import re

import pytest
from django.test import Client

from maplegrid.cases.models import Case
from maplegrid.config import metrics
from tests.builders import NOON, drain_case
from tests.cast import CAST, person

pytestmark = pytest.mark.django_db


def lines(client: Client, **asked: str) -> dict[str, float]:
    answer = client.get("/metrics", **asked)
    assert answer["Content-Type"].startswith("text/plain")
    rows = [line.rsplit(" ", 1) for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in rows}


def test_it_counts_what_is_open_late_and_waiting(client):
    before = lines(client)
    case = drain_case()
    Case.objects.filter(pk=case.pk).update(breached_at=NOON)
    after = lines(client)
    for name in ("maplegrid_open_cases", "maplegrid_late_cases"):
        assert after[f'{name}{{level="sub_grid"}}'] - before.get(f'{name}{{level="sub_grid"}}', 0) == 1
    assert after["maplegrid_database_up"] == 1
    assert after["maplegrid_database_bytes"] > 1_000_000
    assert after["maplegrid_disk_free_bytes"] > 0
    assert after['maplegrid_jobs{queue="events",state="todo"}'] >= 1
    assert after["maplegrid_oldest_job_seconds"] >= 0


def test_requests_are_counted_by_route_and_never_by_address(client):
    client.get("/f/2026-000001?code=ABC234")
    client.get("/nowhere/13800001234")
    client.get("/report")
    told = client.get("/metrics").content.decode()
    assert 'route="cases:report"' in told
    assert 'route="none"' in told
    assert not re.search(r"2026-000001|ABC234|13800001234", told)


def test_only_this_machine_may_ask_without_a_token(client):
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.1.2.3"}).status_code == 404
    assert client.post("/metrics").status_code == 405


def test_with_a_token_set_only_who_shows_it_may_ask(client, settings):
    settings.METRICS_TOKEN = "秘密"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    settings.METRICS_TOKEN = "a-secret"
    shown = {"Authorization": "Bearer a-secret"}
    assert client.get("/metrics", headers=shown, REMOTE_ADDR="10.1.2.3").status_code == 200


def test_being_signed_in_opens_it_for_nobody(settings):
    settings.METRICS_TOKEN = "a-secret"
    for username in (CAST.chief, CAST.district):
        client = Client()
        client.force_login(person(username))
        assert client.get("/metrics").status_code == 404


def test_while_the_database_is_away_it_says_so(client, monkeypatch):
    monkeypatch.setattr(metrics, "QUESTIONS", (("x", "x", (), "SELECT 1 FROM nowhere", ()),))
    from django.db import transaction

    with transaction.atomic():
        told = lines(client)
        transaction.set_rollback(True)
    assert told["maplegrid_database_up"] == 0
    assert "maplegrid_open_cases" not in " ".join(told)
