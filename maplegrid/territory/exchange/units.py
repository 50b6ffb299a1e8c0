"""Units from a file: new ones are opened, known ones redrawn or renamed, all in one dated step.

Units that are not in the file stay as they are; a unit's children belong into one file together, because they
must fill it without overlaps and gaps.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from maplegrid.rules.tower import level_of_code, parent_prefix, why_not_code
from maplegrid.rules.vocabulary import LEVEL_NAMES, Level
from maplegrid.territory.actions.reshaping import NewUnit, Reshaping, problems_of, reshape
from maplegrid.territory.exchange.plan import Context, Plan
from maplegrid.territory.exchange.reading import Record, Records, longer_than
from maplegrid.territory.models import Unit
from maplegrid.territory.queries.areas import areas_on
from maplegrid.territory.shapes import Area, broken, same_shape
from maplegrid.territory.words import sentence_of

LEVEL_WORDS: dict[str, Level] = (
    {level.value: level for level in Level}
    | {words: level for level, words in LEVEL_NAMES.items()}
    | {"网格": Level.GRID, "综合网格": Level.GRID, "区级": Level.DISTRICT, "村": Level.COMMUNITY}
)


@dataclass
class _Draft:
    """One row understood."""

    row: Record
    level: Level
    parent: str
    shape: BaseGeometry | None
    households: int | None
    residents: int | None
    known: Unit | None

    @property
    def code(self) -> str:
        return self.row.text("code")

    @property
    def name(self) -> str:
        return self.row.text("name")

    @property
    def moved(self) -> bool:
        return (
            self.known is not None and self.known.parent is not None and self.known.parent.code != self.parent
        )

    def renamed(self) -> dict[str, object]:
        """Fields of the known unit that the file says otherwise; an empty cell says nothing."""
        said = {
            "name": self.name,
            "name_en": self.row.text("name_en") or None,
            "households": self.households,
            "residents": self.residents,
        }
        return {
            name: value
            for name, value in said.items()
            if value is not None and getattr(self.known, name) != value
        }

    def as_new(self) -> NewUnit:
        assert self.shape is not None
        return NewUnit(
            self.level,
            self.code,
            self.name,
            self.parent,
            self.shape,
            self.row.text("name_en"),
            self.households or 0,
            self.residents or 0,
        )


@dataclass
class _Reader:
    """Understands all rows against the live tower."""

    records: Records
    areas: dict[str, Area]
    known: dict[str, Unit]
    drafts: dict[str, _Draft] = field(default_factory=dict)

    def read(self) -> None:
        for row in self.records.good():
            level = self._level(row)
            if level is not None:
                self.drafts[row.text("code")] = self._draft(row, level)
        for draft in self.drafts.values():
            draft.parent = draft.parent or self._parent(draft)

    def _level(self, row: Record) -> Level | None:
        words, code = row.text("level"), row.text("code")
        level = LEVEL_WORDS.get(words) if words else level_of_code(code)
        if words and level is None:
            self.records.findings.error(row.number, _("没有“{words}”这个层级").format(words=words))
        elif level is None:
            self.records.findings.error(row.number, _("从编码“{code}”看不出层级").format(code=code))
        else:
            self.records.findings.refusal(row.number, why_not_code(level, code))
        return level

    def _draft(self, row: Record, level: Level) -> _Draft:
        known = self.known.get(row.text("code"))
        if known is None and row.shape is None:
            self.records.findings.error(row.number, _("新单元要有边界"))
        if known is not None and known.level != level:
            self.records.findings.error(
                row.number, _("这个编码现在是{level}").format(level=known.get_level_display())
            )
        return _Draft(
            row,
            level,
            row.text("parent"),
            row.shape,
            self.records.whole(row, "households"),
            self.records.whole(row, "residents"),
            known,
        )

    def _parent(self, draft: _Draft) -> str:
        """Not written: the parent it has, what its code tells, or for a grid the sub-grid around it."""
        if draft.known is not None:
            return draft.known.parent.code if draft.known.parent else ""
        if draft.level is not Level.GRID:
            return self._coded_parent(parent_prefix(draft.level, draft.code))
        return self._sub_grid_around(draft)

    def _coded_parent(self, prefix: str) -> str:
        """A street's code may be written with nine digits or with twelve."""
        return next((c for c in (prefix, f"{prefix}000") if c in self.drafts or c in self.known), prefix)

    def _sub_grid_around(self, draft: _Draft) -> str:
        shapes = {code: area.shape for code, area in self.areas.items()}
        shapes |= {other.code: other.shape for other in self.drafts.values() if other.shape is not None}
        near = f"{parent_prefix(Level.GRID, draft.code)}F"
        if draft.shape is not None and broken(Area(draft.code, draft.name, "", draft.shape)) is None:
            middle = draft.shape.representative_point()
            for code in sorted(code for code in shapes if code.startswith(near)):
                if shapes[code].is_valid and shapes[code].intersects(middle):
                    return code
        self.records.findings.error(draft.row.number, _("没有写上级，也没有小分格在这个位置"))
        return ""


def plan_units(records: Records, context: Context) -> Plan:
    """What would change; everything that does not fit stands in the findings."""
    records.no_repeats("code")
    longer_than(records, [("code", 20), ("name", 80), ("name_en", 120)])
    known = {unit.code: unit for unit in Unit.objects.filter(valid_to=None).select_related("parent")}
    reader = _Reader(records, areas_on(context.today), known)
    reader.read()
    drafts = [draft for draft in reader.drafts.values() if draft.row.number not in records.findings.bad]
    change = _change(drafts, reader.areas)
    _judge(records, change, drafts, context)
    return _plan(change, drafts, records, context)


def _change(drafts: list[_Draft], areas: dict[str, Area]) -> Reshaping:
    moved = [draft for draft in drafts if draft.moved]
    for draft in moved:
        draft.shape = draft.shape if draft.shape is not None else areas[draft.code].shape
    opened = [draft.as_new() for draft in drafts if draft.known is None or draft.moved]
    redrawn = {
        draft.code: draft.shape
        for draft in drafts
        if draft.known is not None and not draft.moved and _is_new_shape(draft, areas)
    }
    return Reshaping(
        {code: shape for code, shape in redrawn.items() if shape is not None},
        tuple(opened),
        frozenset(draft.code for draft in moved),
    )


def _is_new_shape(draft: _Draft, areas: dict[str, Area]) -> bool:
    if draft.shape is None:
        return False
    old = areas.get(draft.code)
    return old is None or not same_shape(draft.shape, old.shape)


def _judge(records: Records, change: Reshaping, drafts: list[_Draft], context: Context) -> None:
    """Each shape by itself; and, once every row is right, all of them together."""
    findings, rows = records.findings, {draft.code: draft.row.number for draft in drafts}
    if findings.bad:
        for draft in drafts:
            fault = broken(Area(draft.code, draft.name, "", draft.shape)) if draft.shape is not None else None
            if fault:
                findings.refusal(draft.row.number, fault.refusal)
        return
    for draft in drafts:
        rows.setdefault(draft.parent, draft.row.number)
    first = min(rows.values(), default=1)
    for code, refusal in problems_of(change, context.today):
        findings.error(rows.get(code, first), sentence_of(refusal))


def _plan(change: Reshaping, drafts: list[_Draft], records: Records, context: Context) -> Plan:
    plan = Plan()
    renamed: list[tuple[_Draft, dict[str, object]]] = []
    for draft in drafts:
        differs = draft.renamed() if draft.known is not None and not draft.moved else {}
        if differs:
            renamed.append((draft, differs))
        is_changed = bool(differs) or draft.code in change.redrawn or draft.moved
        plan.count(draft.known is None, is_changed)

    def write() -> None:
        if change.redrawn or change.opened:
            reshape(
                change=change,
                on=context.today,
                actor=context.actor,
                now=context.now,
                reason=_("导入"),
                datum=records.datum.value,
                source=context.source[:200],
            )
        for draft, differs in renamed:
            Unit.objects.filter(code=draft.code, valid_to=None).update(**differs)

    plan.write = write
    return plan
