"""Buildings lie in the grid that contains them, and units count the people of their buildings."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

import numpy as np
from django.db import transaction
from django.db.models import Sum
from procrastinate.contrib.django import app

from maplegrid.engines.locator import UnitLocator
from maplegrid.kit.moment import now as moment
from maplegrid.rules.vocabulary import N_, Level, Refusal
from maplegrid.territory.models import Building, Unit, UnitVersion
from maplegrid.territory.queries.tower import forget_tower, valid_on

Move = tuple[Building, int | None]


def grids_on(on: date) -> UnitLocator[int]:
    """The grids of a day, to be asked which one is at a point."""
    rows = (
        UnitVersion.objects.filter(valid_on(on), unit__level=Level.GRID).select_related("unit").order_by("id")
    )
    live = {row.unit_id: row for row in rows if row.unit.valid_to is None or row.unit.valid_to > on}
    codes = [row.unit.code for row in live.values()]
    return UnitLocator(list(live), [row.geometry for row in live.values()], codes=codes)


def settle_buildings(on: date) -> int:
    """Move every building that now lies in another grid. Repeating it changes nothing. Returns how many moved."""
    moves = [(building, grid_id) for building, grid_id in _moves(on) if grid_id is not None]
    paths = dict(Unit.objects.filter(pk__in={grid_id for _, grid_id in moves}).values_list("pk", "path"))
    left = {building.grid_id for building, _ in moves}
    for building, grid_id in moves:
        building.grid_id = grid_id or building.grid_id
        building.path = paths[building.grid_id]
    Building.objects.bulk_update([building for building, _ in moves], ["grid", "path"], batch_size=1000)
    if moves:
        recount_units(on, left)
    return len(moves)


def why_not_settled(on: date) -> Refusal | None:
    """Would a building be left in a closed grid, with no grid around it?"""
    lost = [building.name for building, grid_id in _moves(on, of_closed_only=True) if grid_id is None]
    if not lost:
        return None
    words = "、".join(lost[:3])
    return Refusal(
        "lost_buildings", N_("有 {n} 栋楼会没有网格，例如{words}"), {"n": str(len(lost)), "words": words}
    )


def _moves(on: date, *, of_closed_only: bool = False) -> list[Move]:
    """Buildings whose grid on that day is not the one they are listed in (None: no grid there)."""
    buildings = Building.objects.filter(active=True).only("id", "name", "grid_id", "path", "lon", "lat")
    if of_closed_only:
        buildings = buildings.exclude(grid__in=Unit.objects.filter(valid_on(on)))
    rows = list(buildings.order_by("id"))
    if not rows:
        return []
    lons, lats = np.array([row.lon for row in rows]), np.array([row.lat for row in rows])
    found = grids_on(on).locate_many(lons, lats)
    return [(row, grid_id) for row, grid_id in zip(rows, found, strict=True) if grid_id != row.grid_id]


def recount_units(on: date, left: Iterable[int] = ()) -> None:
    """Households and residents of every unit above a building: the sums of the active buildings' counts.

    `left` are units that buildings have moved away from; a unit that never had any keeps the counts it was given.
    """
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0], {unit_id: [0, 0] for unit_id in left})
    rows = Building.objects.filter(active=True).order_by().values_list("path")
    for path, households, residents in rows.annotate(Sum("households"), Sum("residents")):
        for part in filter(None, path.split("/")):
            sums[int(part)][0] += households
            sums[int(part)][1] += residents
    changed = []
    for unit in Unit.objects.filter(valid_on(on), pk__in=sums):
        if [unit.households, unit.residents] != sums[unit.pk]:
            unit.households, unit.residents = sums[unit.pk]
            changed.append(unit)
    Unit.objects.bulk_update(changed, ["households", "residents"], batch_size=1000)


def settle_later(on: date, at: datetime) -> None:
    """Let the worker settle the buildings when the change begins."""
    settle.configure(schedule_at=at).defer(on=on.isoformat())


@app.task(name="territory.settle", queue="clock", retry=5)
def settle(on: str) -> None:
    """The day of a change has come."""
    with transaction.atomic():
        settle_buildings(max(date.fromisoformat(on), moment().date()))
    forget_tower()
