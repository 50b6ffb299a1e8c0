"""Which next moment has passed? Claimed in batches, so several workers and restarts do it once, in order."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from maplegrid.accounts.queries import stand_ins
from maplegrid.cases.actions.change import SYSTEM
from maplegrid.cases.actions.claiming import AT_ONCE, claim
from maplegrid.cases.actions.clocks import AFTER_CLOSING
from maplegrid.cases.actions.escalating import Batch, escalate
from maplegrid.cases.actions.telling import note_of
from maplegrid.cases.models import Case, Clock, Order, Step
from maplegrid.messaging.actions.notices import ForScreen, queue_for_screens

WHAT = ("breached", "escalated", "warned")


def tick(*, now: datetime) -> dict[str, int]:
    """Mark breaches, escalate, and warn; says how many clocks of each. After downtime it catches up, oldest first."""
    return {what: _all_of(what, now) for what in WHAT}


def _all_of(what: str, now: datetime) -> int:
    """Batch after batch, each in its own transaction, until a batch is not full."""
    done = 0
    while count := _one_batch(what, now):
        done += count
        if count < AT_ONCE:
            break
    return done


def _one_batch(what: str, now: datetime) -> int:
    with transaction.atomic():
        ids = claim(what, now)
        if ids:
            clocks = list(_read(ids))
            _mark(clocks, what, now)
            Step.objects.bulk_create(_step(clock, what, now) for clock in clocks)
            batch = Batch(now, away := stand_ins(now))
            if what != "warned":
                escalate([clock for clock in clocks if clock.order_id is None], batch)
            queue_for_screens([*_notes(clocks, what, away), *batch.notes], now=now)
    return len(ids)


def _read(ids: list[int]) -> Iterable[Clock]:
    rows = Clock.objects.select_related("case__category", "case__accountable", "order")
    by_id = rows.prefetch_related("case__subjects__unit").in_bulk(ids)
    one_each: dict[int, Case] = {}
    for pk in ids:
        clock = by_id[pk]
        clock.case = one_each.setdefault(clock.case_id, clock.case)
        yield clock


def _mark(clocks: list[Clock], what: str, now: datetime) -> None:
    """The first breach stands on the case (or the order) itself, where lists look for it."""
    if what == "breached":
        cases = [c.case_id for c in clocks if c.order_id is None and c.milestone not in AFTER_CLOSING]
        Case.objects.filter(pk__in=cases, breached_at=None).update(breached_at=now)
        orders = sorted(c.order_id for c in clocks if c.order_id)
        Order.objects.filter(pk__in=orders, breached_at=None).update(breached_at=now)


def _step(clock: Clock, what: str, now: datetime) -> Step:
    due = clock.due_at.isoformat() if clock.due_at else None
    detail: dict[str, Any] = {"milestone": clock.milestone, "due": due}
    if clock.order_id:
        detail["order"] = clock.order_id
    status = clock.case.status
    return Step(
        case=clock.case,
        at=now,
        action=f"clock_{what}",
        actor_words=SYSTEM.words,
        detail=detail,
        from_status=status,
        to_status=status,
    )


def _notes(clocks: list[Clock], what: str, away: dict[int, Any]) -> Iterable[ForScreen]:
    """One note per clock to whoever has the work (their deputy while they are away)."""
    if what == "escalated":
        return
    for clock in clocks:
        case, order = clock.case, clock.order
        whom = order.accountable_id if order else case.assignee_id or case.accountable_id
        if whom is not None:
            deputy = away.get(whom)
            yield note_of(
                case, f"order_{what}" if order else what, deputy.pk if deputy else whom, f"clock{clock.pk}"
            )
