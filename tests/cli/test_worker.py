"""The worker: what a rolled-back job deferred is not done; what a dead worker left is taken up."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections, transaction

from maplegrid.cli.worker import TRIES, job_app, take_up_stalled, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_connection_outlives_its_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections.databases["default"], "CONN_MAX_AGE", 0)


@pytest.fixture
def task() -> Iterator[Callable[..., Any]]:
    """Tasks that only this test knows, and the record of what ran."""
    from procrastinate.contrib.django import app

    names = []

    def make(function: Callable[..., Any]) -> Any:
        names.append(f"tests.{function.__name__}")
        return app.task(name=names[-1], queue="tests")(function)

    yield make
    for name in names:
        del app.tasks[name]
    empty_queues()


def empty_queues() -> None:
    """These tables are not Django's, so the test run does not empty them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers CASCADE"
        )


def run_worker() -> None:
    """A whole worker until nothing is left, as its own process would run it."""
    failed: list[BaseException] = []

    def life() -> None:
        try:
            for _ in range(2):  # the second does what the last jobs of the first deferred
                asyncio.run(a_life())
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=life)
    thread.start()
    thread.join()
    assert failed == []


async def a_life() -> None:
    try:
        await work(wait=False)
    finally:
        await sync_to_async(connections.close_all)()  # of the thread that the periodic deferrer used


def statuses(name: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE task_name = %s", [name])
        return [status for (status,) in cursor.fetchall()]


def test_a_job_of_any_queue_is_done_and_then_forgotten(task: Callable[..., Any]):
    done = []

    def simple(word: str) -> None:
        done.append(word)

    task(simple).defer(word="好")
    run_worker()
    assert done == ["好"]
    assert statuses("tests.simple") == []


def test_what_a_rolled_back_job_deferred_is_not_done(task: Callable[..., Any]):
    done = []

    def later() -> None:
        done.append("later")

    def breaks() -> None:
        with transaction.atomic():
            deferred.defer()
            raise ValueError("half way")

    deferred = task(later)
    task(breaks).defer()
    run_worker()
    assert done == []
    assert statuses("tests.later") == []
    assert statuses("tests.breaks") == ["failed"]


def test_what_a_job_deferred_waits_for_its_transaction(task: Callable[..., Any]):
    done = []

    def later() -> None:
        done.append("later")

    def defers() -> None:
        with transaction.atomic():
            deferred.defer()
            done.append(f"seen by others: {_seen_by_others('tests.later')}")

    deferred = task(later)
    task(defers).defer()
    run_worker()
    assert done == ["seen by others: 0", "later"]


def _seen_by_others(name: str) -> int:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [name])
            return cursor.fetchone()[0]
    finally:
        other.close()


def leave_undone(name: str, *, attempts: int = 0, silent_s: int = 60) -> None:
    """A job in the hands of a worker that has not been heard of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))"
            " RETURNING id",
            [silent_s],
        )
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s WHERE task_name = %s",
            [cursor.fetchone()[0], attempts, name],
        )


def take_up() -> int:
    async def life() -> int:
        app = job_app()
        async with app.open_async():
            return await take_up_stalled(app)

    return asyncio.run(life())


@pytest.fixture
def undone(task: Callable[..., Any]) -> list[str]:
    done: list[str] = []

    def undone() -> None:
        done.append("done")

    task(undone).defer()
    return done


def test_what_a_dead_worker_left_undone_is_taken_up(undone: list[str]):
    leave_undone("tests.undone")
    assert take_up() == 1
    run_worker()
    assert undone == ["done"]


def test_what_a_living_worker_has_in_hand_is_left_to_it(undone: list[str]):
    leave_undone("tests.undone", silent_s=1)
    assert take_up() == 0
    assert statuses("tests.undone") == ["doing"]


def test_a_job_that_takes_its_worker_with_it_again_and_again_is_kept_as_failed(undone: list[str]):
    leave_undone("tests.undone", attempts=TRIES)
    take_up()
    assert statuses("tests.undone") == ["failed"]
    assert undone == []
