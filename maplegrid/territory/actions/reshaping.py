"""Boundaries change together: re-drawing, opening and closing units in one dated step.

Old boundaries stay as dated versions and cases keep the unit and path they were opened with. Buildings follow
their new grid on the day the change begins.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db import connection, transaction
from shapely.geometry.base import BaseGeometry

from maplegrid.audit.actions import record
from maplegrid.kit.moment import CHINA
from maplegrid.rules.access import Actor
from maplegrid.rules.tower import why_not_code, why_not_keep_tower, why_not_under
from maplegrid.rules.vocabulary import LEVELS, N_, Level, Refusal
from maplegrid.territory.actions.doing import Refused, doer, refuse
from maplegrid.territory.actions.settling import settle_buildings, settle_later, why_not_settled
from maplegrid.territory.models import Assignment, Unit, UnitVersion
from maplegrid.territory.queries.areas import areas_on
from maplegrid.territory.queries.tower import forget_tower, valid_on
from maplegrid.territory.shapes import Area, area_m2, misfits

ONE_AT_A_TIME = 4403110001  # the advisory lock of changes to boundaries


@dataclass(frozen=True)
class NewUnit:
    """A unit to open; `parent` is the code of the unit above ("" for the district)."""

    level: Level
    code: str
    name: str
    parent: str
    shape: BaseGeometry
    name_en: str = ""
    households: int = 0
    residents: int = 0


@dataclass(frozen=True)
class Reshaping:
    """What changes together: new boundaries by code, units to open, codes to close."""

    redrawn: Mapping[str, BaseGeometry] = field(default_factory=dict)
    opened: tuple[NewUnit, ...] = ()
    closed: frozenset[str] = frozenset()


Problem = tuple[str, Refusal]


def reshape(
    *,
    change: Reshaping,
    on: date,
    actor: Actor,
    now: datetime,
    reason: str = "",
    datum: str = "cgcs2000",
    source: str = "",
) -> list[Unit]:
    """Do it all from the day `on`, or nothing: shapes must fit each other and the units above. Returns new units.

    Raises Refused with one sentence for each thing that does not fit.
    """
    refuse(why_not_keep_tower(actor), _why_not_on(on, now))
    with transaction.atomic():
        one_at_a_time()
        problems = problems_of(change, on)
        if problems:
            raise Refused(*(refusal for _, refusal in problems))
        writer = _Writer(on, doer(actor), now, reason, datum, source)
        opened = writer.write(change)
        refuse(why_not_settled(on))
        if on <= now.date():
            settle_buildings(on)
        else:
            settle_later(on, datetime.combine(on, time(0, 1), CHINA))
        transaction.on_commit(forget_tower)
    return opened


def one_at_a_time() -> None:
    """Wait until nobody else is changing boundaries; held to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])


def _why_not_on(on: date, now: datetime) -> Refusal | None:
    if on < now.date():
        return Refusal("boundary_past", N_("边界从今天或以后的日期起变更，以前的案件留在原来的地方"))
    return None


def problems_of(change: Reshaping, on: date) -> list[Problem]:
    """Everything against it, each with the code it is about; empty when it may be done."""
    before = areas_on(on)
    problems = [*_opening(change, before), *_changing(change, before, on), *_closing(change, before, on)]
    if problems:
        return problems
    after = picture_after(change, before)
    touched = [*change.redrawn, *(unit.code for unit in change.opened)]
    families = [before[code].parent for code in change.closed]
    return [(found.code, found.refusal) for found in misfits(after, touched, families)]


def picture_after(change: Reshaping, before: Mapping[str, Area]) -> dict[str, Area]:
    """All units as they will lie."""
    after = {code: area for code, area in before.items() if code not in change.closed}
    for code, shape in change.redrawn.items():
        old = before[code]
        after[code] = Area(code, old.name, old.parent, shape)
    for unit in change.opened:
        after[unit.code] = Area(unit.code, unit.name, unit.parent, unit.shape)
    return after


def _opening(change: Reshaping, before: Mapping[str, Area]) -> list[Problem]:
    levels = _levels()
    levels |= {unit.code: unit.level for unit in change.opened}
    problems: list[Problem] = []
    for unit in change.opened:
        refusal = _why_not_open(unit, change, before, levels)
        if refusal:
            problems.append((unit.code, refusal))
    return problems


def _why_not_open(
    unit: NewUnit, change: Reshaping, before: Mapping[str, Area], levels: Mapping[str, Level]
) -> Refusal | None:
    if unit.code in before and unit.code not in change.closed:
        return Refusal("code_taken", N_("编码“{code}”已经在用"), {"code": unit.code})
    gone = unit.parent in change.closed and unit.parent not in {other.code for other in change.opened}
    if unit.parent and (unit.parent not in levels or gone):
        return Refusal("no_parent", N_("没有上级单元“{code}”"), {"code": unit.parent})
    above = levels[unit.parent] if unit.parent else None
    return why_not_code(unit.level, unit.code) or why_not_under(unit.level, unit.code, above, unit.parent)


def _levels() -> dict[str, Level]:
    rows = Unit.objects.filter(valid_to=None).values_list("code", "level")
    return {code: Level(level) for code, level in rows}


def _changing(change: Reshaping, before: Mapping[str, Area], on: date) -> list[Problem]:
    codes = [*change.redrawn, *change.closed]
    problems = [
        (code, Refusal("no_unit", N_("没有编码为“{code}”的单元"), {"code": code}))
        for code in codes
        if code not in before
    ]
    later = UnitVersion.objects.filter(unit__code__in=codes, unit__valid_to=None, valid_from__gt=on)
    return problems + [
        (row.unit.code, Refusal("planned", N_("{name}在 {day} 已有安排好的变更"), _planned(row)))
        for row in later.select_related("unit")
    ]


def _planned(row: UnitVersion) -> dict[str, str]:
    return {"name": row.unit.name, "day": row.valid_from.isoformat()}


def _closing(change: Reshaping, before: Mapping[str, Area], on: date) -> list[Problem]:
    staying = {area.parent for code, area in before.items() if code not in change.closed}
    problems = [
        (code, Refusal("has_children", N_("{name}还有下级单元，请先停用它们"), {"name": before[code].name}))
        for code in change.closed
        if code in before and code in staying
    ]
    held = Assignment.objects.filter(valid_on(on), unit__code__in=change.closed, unit__valid_to=None)
    return problems + [
        (code, Refusal("has_people", N_("{name}还有人任职，请先结束任职"), {"name": name}))
        for code, name in held.values_list("unit__code", "unit__name").distinct().order_by("unit__code")
    ]


@dataclass(frozen=True)
class _Writer:
    """Writes a change that was found to fit."""

    on: date
    doer: str
    now: datetime
    reason: str
    datum: str
    source: str

    def write(self, change: Reshaping) -> list[Unit]:
        live = {unit.code: unit for unit in Unit.objects.filter(valid_to=None)}
        for code in sorted(change.closed, key=len, reverse=True):
            self._close(live.pop(code))
        for code, shape in change.redrawn.items():
            self._redraw(live[code], shape)
        opened = sorted(change.opened, key=lambda unit: LEVELS.index(unit.level))
        return [self._open(unit, live) for unit in opened]

    def _close(self, unit: Unit) -> None:
        UnitVersion.objects.filter(unit=unit, valid_to=None).update(valid_to=self.on)
        Unit.objects.filter(pk=unit.pk).update(valid_to=self.on)
        self._record("territory.unit_closed", unit)

    def _redraw(self, unit: Unit, shape: BaseGeometry) -> None:
        UnitVersion.objects.filter(unit=unit, valid_to=None).update(valid_to=self.on)
        self._version(unit, shape)
        self._record("territory.boundary_redrawn", unit)

    def _open(self, new: NewUnit, live: dict[str, Unit]) -> Unit:
        parent = live.get(new.parent)
        unit = Unit.objects.create(
            level=new.level,
            code=new.code,
            name=new.name,
            name_en=new.name_en,
            parent=parent,
            households=new.households,
            residents=new.residents,
            valid_from=self.on,
        )
        unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
        unit.save(update_fields=["path"])
        live[unit.code] = unit
        self._version(unit, new.shape)
        self._record("territory.unit_opened", unit)
        return unit

    def _version(self, unit: Unit, shape: BaseGeometry) -> None:
        UnitVersion.objects.create(
            unit=unit,
            geometry=shape,
            datum=self.datum,
            area_m2=area_m2(shape),
            valid_from=self.on,
            source=self.source,
        )

    def _record(self, action: str, unit: Unit) -> None:
        record(
            actor=self.doer,
            action=action,
            subject=f"unit:{unit.pk}",
            now=self.now,
            reason=self.reason,
            detail={"code": unit.code, "on": self.on.isoformat(), "source": self.source},
        )


def redraw_boundary(
    *,
    boundaries: Mapping[str, BaseGeometry],
    on: date,
    actor: Actor,
    now: datetime,
    reason: str,
    datum: str = "cgcs2000",
) -> None:
    """New boundaries for units by code, dated; a border between two units moves for both at once."""
    reshape(change=Reshaping(redrawn=boundaries), on=on, actor=actor, now=now, reason=reason, datum=datum)


def open_unit(
    *,
    unit: NewUnit,
    on: date,
    actor: Actor,
    now: datetime,
    reason: str,
    redrawn: Mapping[str, BaseGeometry] | None = None,
) -> Unit:
    """Open one unit; `redrawn` are the neighbours that give ground for it."""
    change = Reshaping(redrawn=redrawn or {}, opened=(unit,))
    return reshape(change=change, on=on, actor=actor, now=now, reason=reason)[0]


def close_unit(
    *,
    code: str,
    on: date,
    actor: Actor,
    now: datetime,
    reason: str,
    redrawn: Mapping[str, BaseGeometry] | None = None,
) -> None:
    """Close one unit; `redrawn` are the neighbours that take its ground."""
    change = Reshaping(redrawn=redrawn or {}, closed=frozenset({code}))
    reshape(change=change, on=on, actor=actor, now=now, reason=reason)
