"""Which next moment has passed? Claimed by conditional update, so several workers and restarts do it once."""

from datetime import datetime

from django.db import transaction

from maplegrid.cases.actions import clocks
from maplegrid.cases.actions.change import SYSTEM
from maplegrid.cases.actions.telling import tell_staff
from maplegrid.cases.models import Case, Clock, Order, Step


def tick(*, now: datetime) -> dict[str, int]:
    """Warn, mark breaches, and wake what was suspended until now; says how many of each."""
    return {
        "breached": sum(_mark(pk, "breached", now) for pk in clocks.due_now(now)),
        "warned": sum(_mark(pk, "warned", now) for pk in clocks.warn_now(now)),
    }


def _mark(clock_id: int, what: str, now: datetime) -> bool:
    """Claim one clock; False when another worker had it first."""
    field = f"{what}_at"
    with transaction.atomic():
        if not Clock.objects.filter(pk=clock_id, running=True, **{field: None}).update(**{field: now}):
            return False
        clock = Clock.objects.select_related("case", "order").get(pk=clock_id)
        _write(clock, what, now)
    return True


def _write(clock: Clock, what: str, now: datetime) -> None:
    case = clock.case
    Step.objects.create(
        case=case,
        at=now,
        action=f"clock_{what}",
        actor_words=SYSTEM.words,
        detail={
            "milestone": clock.milestone,
            "due": clock.due_at.isoformat() if clock.due_at else None,
            **({"order": clock.order_id} if clock.order_id else {}),
        },
        from_status=case.status,
        to_status=case.status,
    )
    if clock.order is not None:
        _tell_of_order(clock.order, clock, what, now)
        return
    if what == "breached":
        Case.objects.filter(pk=case.pk, breached_at=None).update(breached_at=now)
    tell_staff(case=case, what=what, now=now)


def _tell_of_order(order: Order, clock: Clock, what: str, now: datetime) -> None:
    if what == "breached":
        Order.objects.filter(pk=order.pk, breached_at=None).update(breached_at=now)
    tell_staff(
        case=clock.case,
        what=f"order_{what}",
        now=now,
        person_id=order.accountable_id,
        key=f"{order.pk}.{clock.pk}",
    )
