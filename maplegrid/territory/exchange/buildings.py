"""Buildings and the counts of their residents. Where a building stands decides its grid.

Buildings that are not in the file stay. New ones get doors with codes of their own (one, or as many as `doors`).
"""

import re
import secrets
from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext as _

from maplegrid.territory.actions.settling import grids_on, recount_units
from maplegrid.territory.exchange.plan import Context, Plan
from maplegrid.territory.exchange.reading import Record, Records, longer_than
from maplegrid.territory.models import Building, Door, Unit

COUNTS = {"floors": 300, "dwellings": 20_000, "households": 20_000, "residents": 100_000}
WORDS = ("name", "address", "kind")
MOST_DOORS = 60
DOOR_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXY"  # no letter that is taken for another
_PARTS = re.compile(r"[;；、|]")


@dataclass
class _Draft:
    """One row understood: the fields it says, where it stands, and what is known of the building."""

    row: Record
    said: dict[str, object]
    doors: int | None
    known: Building | None
    grid: Unit | None = None

    @property
    def point(self) -> tuple[float, float] | None:
        lon, lat = self.said.get("lon"), self.said.get("lat")
        if lon is not None and lat is not None:
            return float(str(lon)), float(str(lat))
        return (self.known.lon, self.known.lat) if self.known else None

    def differing(self) -> dict[str, object]:
        """Fields that are not as the database has them."""
        said = dict(self.said)
        if self.grid is not None:
            said |= {"grid_id": self.grid.pk, "path": self.grid.path}
        if self.known is None:
            return said
        return {name: value for name, value in said.items() if not _same(getattr(self.known, name), value)}


def _same(old: object, new: object) -> bool:
    """Degrees that differ by less than a millimetre are the same."""
    if isinstance(old, float) and isinstance(new, float):
        return abs(old - new) < 1e-8
    return old == new


@dataclass
class _Grids:
    """The grids of today, by code and by place."""

    by_code: dict[str, Unit]
    by_id: dict[int, Unit] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_id = {unit.pk: unit for unit in self.by_code.values()}


def plan_buildings(records: Records, context: Context) -> Plan:
    """What would change; everything that does not fit stands in the findings."""
    records.no_repeats("code")
    longer_than(records, [("code", 24), ("name", 80), ("address", 160), ("kind", 20)])
    codes = [row.text("code") for row in records.rows]
    known = {row.code: row for row in Building.objects.filter(code__in=codes)}
    drafts = [_draft(records, row, known.get(row.text("code"))) for row in records.good()]
    drafts = [draft for draft in drafts if draft.row.number not in records.findings.bad]
    grids = _Grids({unit.code: unit for unit in Unit.objects.filter(level="grid", valid_to=None)})
    _locate(records, drafts, grids, context)
    return _plan(drafts, records, context)


def _draft(records: Records, row: Record, known: Building | None) -> _Draft:
    said: dict[str, object] = {name: row.text(name) for name in WORDS if row.text(name)}
    said |= {
        name: value
        for name, highest in COUNTS.items()
        if (value := records.whole(row, name, highest)) is not None
    }
    if row.text("aliases"):
        said["aliases"] = [part.strip() for part in _PARTS.split(row.text("aliases")) if part.strip()]
    if row.text("lon"):
        said |= {"lon": float(row.text("lon")), "lat": float(row.text("lat")), "datum": records.datum.value}
    elif known is None:
        records.findings.error(row.number, _("新楼栋要有经度和纬度"))
    if (
        known is not None
        and "datum" in said
        and _same(known.lon, said["lon"])
        and _same(known.lat, said["lat"])
    ):
        del said["datum"]  # the same place: it keeps the datum it first came in
    return _Draft(row, said, records.whole(row, "doors", MOST_DOORS), known)


def _locate(records: Records, drafts: list[_Draft], grids: _Grids, context: Context) -> None:
    """The place decides; where the file names another grid, the person is told."""
    placed = [draft for draft in drafts if draft.point is not None]
    points = np.array([draft.point for draft in placed]).reshape(-1, 2)
    found = grids_on(context.today).locate_many(points[:, 0], points[:, 1]) if placed else []
    for draft, grid_id in zip(placed, found, strict=True):
        named = draft.row.text("grid")
        draft.grid = grids.by_id.get(grid_id) if grid_id is not None else None
        if named and named not in grids.by_code:
            words = _("没有编码为“{code}”的单元").format(code=named)
            records.findings.error(draft.row.number, words)
        elif draft.grid is None:
            records.findings.error(draft.row.number, _("这个位置不在任何网格里，请检查经纬度和坐标系"))
        elif named and draft.grid.code != named:
            words = _("位置在 {here}，不在所写的 {named}，会按位置放")
            records.findings.warn(draft.row.number, words.format(here=draft.grid.code, named=named))


def _plan(drafts: list[_Draft], records: Records, context: Context) -> Plan:
    plan = Plan()
    drafts = [draft for draft in drafts if draft.row.number not in records.findings.bad]
    differing = [(draft, draft.differing()) for draft in drafts]
    for draft, differs in differing:
        plan.count(draft.known is None, bool(differs))

    def write() -> None:
        new = [_built(draft, differs) for draft, differs in differing if draft.known is None]
        Building.objects.bulk_create(new, batch_size=2000)
        _change([(draft.known, differs) for draft, differs in differing if draft.known and differs])
        _add_doors(drafts, {building.code: building for building in new})
        recount_units(context.today)

    plan.write = write
    return plan


def _built(draft: _Draft, said: dict[str, object]) -> Building:
    return Building(code=draft.row.text("code"), **said)


def _change(changes: list[tuple[Building, dict[str, object]]]) -> None:
    for building, differs in changes:
        for name, value in differs.items():
            setattr(building, name, value)
    fields = sorted({name.removesuffix("_id") for _building, differs in changes for name in differs})
    if fields:
        Building.objects.bulk_update([building for building, _differs in changes], fields, batch_size=1000)


def _add_doors(drafts: list[_Draft], new: dict[str, Building]) -> None:
    """New buildings get their doors; known ones those they do not have yet. No door is taken away."""
    doors = []
    for draft in drafts:
        building = new.get(draft.row.text("code")) or draft.known
        there = draft.known.doors.count() if draft.known and draft.doors is not None else 0
        wanted = draft.doors if draft.doors is not None else (0 if draft.known else 1)
        doors += [
            Door(building=building, number=str(n), code=new_door_code()) for n in range(there + 1, wanted + 1)
        ]
    Door.objects.bulk_create(doors, batch_size=2000)


def new_door_code() -> str:
    """Eight letters that nobody can guess from a neighbour's."""
    return "".join(secrets.choice(DOOR_LETTERS) for _place in range(8))
