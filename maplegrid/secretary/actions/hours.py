"""A host's hours: the week, days away, extra times; and whom the district names."""

from datetime import datetime

from django.db import transaction

from maplegrid.audit.actions import record
from maplegrid.cases.actions.change import Refused
from maplegrid.kit.moment import CHINA
from maplegrid.rules.access import Actor
from maplegrid.rules.secretary.slots import why_not_hours
from maplegrid.rules.vocabulary import N_, Refusal
from maplegrid.secretary.models import ChangedHours, DistrictHost, WeeklyHours

NOWHERE = Refusal("nowhere", N_("请选一个接访室，或者写明可以视频"))
NOT_YOUR_HOURS = Refusal("not_your_hours", N_("接访时间由本人或者他那里的值班员来改"))


def add_weekly(*, hours: WeeklyHours, actor: Actor, now: datetime) -> WeeklyHours:
    """Standing hours from today. Raises Refused with what cannot be."""
    refusal = why_not_hours(hours.opens, hours.closes, hours.minutes)
    if refusal is None and hours.room_id is None and not hours.video:
        refusal = NOWHERE
    if refusal:
        raise Refused(refusal)
    with transaction.atomic():
        hours.valid_from = now.astimezone(CHINA).date()
        hours.save(force_insert=True)
        _tell(actor, "hours.added", hours.host_id, now, {"weekday": hours.weekday, "hours": hours.pk})
    return hours


def end_weekly(*, hours: WeeklyHours, actor: Actor, now: datetime) -> None:
    """From today these hours are no more; meetings that were agreed stay."""
    with transaction.atomic():
        hours.valid_to = now.astimezone(CHINA).date()
        hours.save(update_fields=["valid_to"])
        _tell(actor, "hours.ended", hours.host_id, now, {"hours": hours.pk})


def change_hours(*, change: ChangedHours, actor: Actor, now: datetime) -> ChangedHours:
    """Away for a time, or extra times. Raises Refused."""
    if change.ends_at <= change.starts_at or change.ends_at <= now:
        raise Refused(Refusal("order", N_("开始要早于结束，而且还没有过去")))
    if change.minutes is not None:
        day = change.starts_at.astimezone(CHINA), change.ends_at.astimezone(CHINA)
        refusal = why_not_hours(day[0].time(), day[1].time(), change.minutes)
        if day[0].date() != day[1].date():
            refusal = Refusal("one_day", N_("加的时间请写在同一天"))
        if refusal is None and change.room_id is None and not change.video:
            refusal = NOWHERE
        if refusal:
            raise Refused(refusal)
    with transaction.atomic():
        change.save(force_insert=True)
        _tell(actor, "hours.changed", change.host_id, now, {"change": change.pk})
    return change


def drop_change(*, change: ChangedHours, actor: Actor, now: datetime) -> None:
    """The change is taken back."""
    with transaction.atomic():
        _tell(actor, "hours.change_dropped", change.host_id, now, {"change": change.pk})
        change.delete()


def name_for_district(*, person_id: int, actor: Actor, now: datetime) -> DistrictHost:
    """From now on this person meets where a street secretary may not; named twice it is once."""
    with transaction.atomic():
        row, fresh = DistrictHost.objects.get_or_create(
            person_id=person_id,
            ended_at=None,
            defaults={"named_by_id": actor.person_id, "named_at": now},
        )
        if fresh:
            _tell(actor, "host.named", person_id, now, {})
    return row


def end_for_district(*, row: DistrictHost, actor: Actor, now: datetime) -> None:
    """This person is no longer one of them."""
    with transaction.atomic():
        DistrictHost.objects.filter(pk=row.pk, ended_at=None).update(ended_at=now)
        _tell(actor, "host.unnamed", row.person_id, now, {})


def _tell(actor: Actor, action: str, person_id: int, now: datetime, detail: dict[str, object]) -> None:
    record(
        actor=f"person:{actor.person_id}",
        action=action,
        subject=f"person:{person_id}",
        now=now,
        detail=detail,
    )
