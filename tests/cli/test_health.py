"""GET /healthz, and what pages say while the database is away or a disk is full."""

import errno

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test import Client, RequestFactory

from maplegrid.config import health


def worker_heard_of(seconds_ago: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


@pytest.mark.django_db
def test_it_is_well_when_a_worker_was_heard_of_lately(client: Client):
    worker_heard_of(seconds_ago=300)
    worker_heard_of(seconds_ago=5)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"well": True, "database": True, "worker": True})


@pytest.mark.django_db
@pytest.mark.parametrize("seconds_ago", [None, health.WORKER_SILENCE_S + 1])
def test_it_is_not_well_without_a_worker_or_after_long_silence(client: Client, seconds_ago: int | None):
    if seconds_ago is not None:
        worker_heard_of(seconds_ago)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"well": False, "database": True, "worker": False})


def test_it_is_not_well_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch):
    def refuse() -> None:
        raise DatabaseError

    monkeypatch.setattr(health.connection, "cursor", refuse)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"well": False, "database": False, "worker": False})


def django_error(cause: psycopg.Error) -> OperationalError:
    error = OperationalError("from the driver")
    error.__cause__ = cause
    return error


LOST = psycopg.OperationalError("connection failed")
FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (django_error(LOST), "数据库正在重新启动"),
        (django_error(psycopg.errors.AdminShutdown()), "数据库正在重新启动"),
        (django_error(psycopg.errors.CannotConnectNow()), "数据库正在重新启动"),
        (django_error(psycopg.errors.DiskFull()), "存储空间满了"),
        (FULL, "存储空间满了"),
    ],
)
def test_trouble_that_passes_is_a_503_with_a_sentence(error: Exception, words: str):
    try:
        raise error
    except type(error):
        answer = health.fault(RequestFactory().get("/"))
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert words in answer.content.decode()


@pytest.mark.parametrize("error", [ValueError(), django_error(psycopg.errors.DeadlockDetected())])
def test_any_other_fault_is_a_500(error: Exception):
    try:
        raise error
    except type(error):
        answer = health.fault(RequestFactory().get("/"))
    assert answer.status_code == 500


@pytest.mark.django_db
def test_every_page_answers_so(monkeypatch: pytest.MonkeyPatch):
    def lose(*_: object, **__: object) -> None:
        raise django_error(LOST)

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore._get_session_from_db", lose)
    client = Client(raise_request_exception=False)
    client.cookies["maplegrid_session"] = "x" * 32
    answer = client.get("/cases/")
    assert answer.status_code == 503
    assert "数据库正在重新启动" in answer.content.decode()
