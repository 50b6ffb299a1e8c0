"""The two clocks that only a delivery receipt meets: the acknowledgement (10 minutes) and the offer (30)."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from maplegrid.cases.actions import clocks
from maplegrid.cases.models import Clock
from maplegrid.messaging.models import Notice
from maplegrid.secretary.models import Audience

MET_BY = {"acknowledged_at": "acknowledged", "offered_at": "appointment"}


def hear_receipt(*, notice_id: int, now: datetime) -> None:
    """A text message to somebody who wrote to the secretary was delivered."""
    with transaction.atomic():
        notice = Notice.objects.get(pk=notice_id)
        audience = (
            Audience.objects.select_for_update(of=("self",))
            .select_related("case", "appeal")
            .filter(appeal__message=notice.message_id)
            .first()
        )
        if audience:
            settle_receipts(audience, now)


def settle_receipts(audience: Audience, now: datetime) -> None:
    """Stop the clocks whose text message has arrived, at the moment it arrived. The audience is locked."""
    if audience.acknowledged_at is None:
        _meet(audience, "acknowledged_at", _arrival(f"received:{audience.appeal.message_id}", exact=True))
    if audience.offered_at is None:
        _meet(audience, "offered_at", _arrival(f"offer:audience{audience.pk}:"))


def _arrival(key: str, exact: bool = False) -> datetime | None:
    """When the first notice with this key (or beginning with it) was delivered."""
    wanted = Notice.objects.filter(**{"key" if exact else "key__startswith": key}, message__isnull=False)
    return (
        wanted.filter(state=Notice.State.DELIVERED)
        .order_by("delivered_at")
        .values_list("delivered_at", flat=True)
        .first()
    )


def meet_offer(audience: Audience, at: datetime) -> None:
    """The writer answered the offer before its receipt came back: that proves more than a receipt."""
    settle_receipts(audience, at)
    if audience.offered_at is None:
        _meet(audience, "offered_at", at, by="resident")


def _meet(audience: Audience, field: str, at: datetime | None, by: str = "gateway") -> None:
    if at is None:
        return
    setattr(audience, field, at)
    Audience.objects.filter(pk=audience.pk).update(**{field: at})
    stop_clock(audience, MET_BY[field], at, by)


def stop_clock(audience: Audience, milestone: str, at: datetime, by: str) -> None:
    """Stop one limit of the letter; a breach marked while the receipt was on its way was none."""
    clocks.stop_named(case=audience.case, names=(milestone,), at=at, by=by)
    Clock.objects.filter(
        case_id=audience.case_id, order=None, milestone=milestone, stopped_at__lte=F("due_at")
    ).exclude(breached_at=None).update(breached_at=None)
    clocks.refresh_next(audience.case)
