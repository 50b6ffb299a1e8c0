"""Two workers tick at the same instant: every clock once, oldest first, and one that dies halfway loses nothing."""

import threading
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection

from maplegrid.audit.queries import verify
from maplegrid.cases.actions import claiming, ticking
from maplegrid.cases.models import Case, Clock, Step
from maplegrid.messaging.models import Notice
from tests.builders import drain_case
from tests.cast import NOON

LATER = NOON + timedelta(days=20)


@pytest.fixture
def many(district) -> int:
    """Sixty open cases whose clocks all ran out at once."""
    case = drain_case()
    case.clocks.exclude(milestone="result").delete()
    clock = case.clocks.get()
    for number in range(59):
        case.pk, case.number = None, f"T{number}"
        case.save()
        clock.pk, clock.case = None, case
        clock.save()
    return 60


def at_once(count: int) -> list[dict[str, int]]:
    done: list[dict[str, int]] = []
    gate = threading.Barrier(count)

    def work() -> None:
        gate.wait()
        done.append(ticking.tick(now=LATER))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    return done


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_work_and_do_it_once(many, monkeypatch):
    monkeypatch.setattr(ticking, "AT_ONCE", 7)
    monkeypatch.setattr(claiming.claim, "__defaults__", (7,))
    done = at_once(2)
    assert sum(one["breached"] for one in done) == many
    for action in ("clock_breached", "escalated"):
        assert Step.objects.filter(action=action).count() == many
        assert Step.objects.filter(action=action).values("case").distinct().count() == many
    assert Notice.objects.filter(key__startswith="escalated:").count() == many
    assert not Case.objects.filter(breached_at=None).exists()
    assert verify().fault is None


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_halfway_leaves_the_batch_to_the_next(many, monkeypatch):
    def dies(*args: object, **named: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(ticking, "queue_for_screens", dies)
        with pytest.raises(SystemExit):
            ticking.tick(now=LATER)
    assert not Clock.objects.exclude(breached_at=None).exists()
    assert not Step.objects.filter(action="escalated").exists()
    assert ticking.tick(now=LATER)["breached"] == many
    assert ticking.tick(now=LATER)["breached"] == 0


@pytest.mark.django_db(transaction=True)
def test_a_case_somebody_is_working_on_is_left_for_the_next_minute(many):
    from django.db import transaction

    with transaction.atomic():
        Case.objects.select_for_update().get(number="T3")
        others: list[int] = []
        thread = threading.Thread(
            target=lambda: (others.append(ticking.tick(now=LATER)["breached"]), connection.close())
        )
        thread.start()
        thread.join(30)
    assert others == [many - 1]
    assert ticking.tick(now=LATER)["breached"] == 1
