"""What a sub-grid has to do, and who sits in its shared office when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction

from maplegrid.audit.actions import record
from maplegrid.rules.access import Actor
from maplegrid.rules.tower import why_not_keep_tower, why_not_publish_roster
from maplegrid.rules.vocabulary import N_, Level, Refusal
from maplegrid.territory.actions.doing import doer, refuse
from maplegrid.territory.models import Assignment, Duty, DutyItem, OfficeDuty, SharedOffice, Unit
from maplegrid.territory.queries.tower import valid_on


def set_duty(
    *, unit: Unit, item: DutyItem, listed: bool, on: date, actor: Actor, now: datetime, reason: str = ""
) -> Duty | None:
    """Put a duty on a sub-grid's public list from a day on, or take it off. Repeating it changes nothing."""
    refuse(why_not_keep_tower(actor), _why_not_sub_grid(unit))
    with transaction.atomic():
        Unit.objects.select_for_update().get(pk=unit.pk)
        held = Duty.objects.filter(unit=unit, item=item, valid_to=None).first()
        if listed == (held is not None):
            return held
        if held is None:
            held = Duty.objects.create(unit=unit, item=item, valid_from=on)
        else:
            held.valid_to = max(on, held.valid_from)
            held.save(update_fields=["valid_to"])
        record(
            actor=doer(actor),
            action="territory.duty_listed" if listed else "territory.duty_unlisted",
            subject=f"unit:{unit.pk}",
            now=now,
            reason=reason,
            detail={"code": unit.code, "item": item.code, "on": on.isoformat()},
        )
    return held


def _why_not_sub_grid(unit: Unit) -> Refusal | None:
    if unit.level == Level.SUB_GRID:
        return None
    return Refusal("not_sub_grid", N_("职责清单只属于小分格"))


@dataclass(frozen=True)
class RosterLine:
    """One person's hours on one weekday (1 is Monday)."""

    weekday: int
    person_id: int
    opens: time
    closes: time


def publish_roster(
    *, office: SharedOffice, lines: Sequence[RosterLine], actor: Actor, now: datetime, reason: str = ""
) -> list[OfficeDuty]:
    """Replace the roster of a shared office by this one, whole."""
    refuse(why_not_publish_roster(actor, office.unit.path))
    with transaction.atomic():
        SharedOffice.objects.select_for_update().get(pk=office.pk)
        refuse(*(_why_not_line(office, line, now) for line in lines))
        OfficeDuty.objects.filter(office=office).delete()
        rows = [
            OfficeDuty(
                office=office,
                weekday=line.weekday,
                person_id=line.person_id,
                opens=line.opens,
                closes=line.closes,
            )
            for line in lines
        ]
        OfficeDuty.objects.bulk_create(rows)
        record(
            actor=doer(actor),
            action="territory.roster_published",
            subject=f"unit:{office.unit_id}",
            now=now,
            reason=reason,
            detail={"lines": [_words(line) for line in lines]},
        )
    return rows


def _words(line: RosterLine) -> str:
    return f"{line.weekday} {line.opens:%H:%M}-{line.closes:%H:%M} person:{line.person_id}"


def _why_not_line(office: SharedOffice, line: RosterLine, now: datetime) -> Refusal | None:
    if not 1 <= line.weekday <= 7:
        return Refusal("weekday", N_("星期用 1 到 7 表示，1 是周一"))
    if line.opens >= line.closes:
        return Refusal("roster_hours", N_("值班结束时间要在开始之后"))
    serving = Assignment.objects.filter(
        valid_on(now.date()), person_id=line.person_id, unit_id=office.unit_id, person__is_active=True
    )
    if not serving.exists():
        return Refusal("not_serving", N_("值班的人要在{unit}任职"), {"unit": office.unit.name})
    return None
