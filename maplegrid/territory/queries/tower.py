"""The tower in memory: the units of today, and which grid a point lies in.

Each process keeps a copy and asks the database at most once a second, with one small query, whether anything
changed; so every process is right again a second after a change, and at midnight when a dated change begins.
"""

import threading
import time
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db import connection
from django.db.models import Q

from maplegrid.engines.locator import UnitLocator
from maplegrid.kit.moment import now
from maplegrid.rules.vocabulary import Level
from maplegrid.territory.models import Unit, UnitVersion

ASK_AGAIN_S = 1.0
Token = tuple[Hashable, ...]


def valid_on(on: date) -> Q:
    """Units, boundaries, appointments, portfolios and duties in force on a day."""
    return Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gt=on))


@dataclass(frozen=True)
class Tower:
    """Live units by id and code; lineage comes from the materialised path, so no query is needed."""

    by_id: dict[int, Unit]
    token: Token

    @cached_property
    def by_code(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.by_id.values()}

    @cached_property
    def root(self) -> Unit:
        """The district."""
        return next(unit for unit in self.by_id.values() if unit.parent_id is None)

    @cached_property
    def children(self) -> dict[int, tuple[Unit, ...]]:
        below: dict[int, list[Unit]] = {}
        for unit in self.by_id.values():
            if unit.parent_id is not None:
                below.setdefault(unit.parent_id, []).append(unit)
        return {parent: tuple(units) for parent, units in below.items()}

    def lineage(self, unit_id: int) -> Iterator[int]:
        """Ids from the district down to the unit itself."""
        unit = self.by_id.get(unit_id)
        return iter(int(part) for part in unit.path.split("/") if part) if unit else iter(())

    def ancestor_id(self, unit_id: int, level: Level | str) -> int | None:
        """The unit of that level above (or equal to) this one."""
        return next(
            (i for i in self.lineage(unit_id) if i in self.by_id and self.by_id[i].level == level), None
        )

    def sub_grid_of(self, unit_id: int) -> int | None:
        return self.ancestor_id(unit_id, Level.SUB_GRID)

    def community_of(self, unit_id: int) -> int | None:
        return self.ancestor_id(unit_id, Level.COMMUNITY)

    def street_of(self, unit_id: int) -> int | None:
        return self.ancestor_id(unit_id, Level.STREET)


class _Held:
    """One process's copy with the moment it was last checked."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.building = threading.Lock()
        self.tower: Tower | None = None
        self.locator: tuple[Token, UnitLocator[int]] | None = None
        self.checked_at = 0.0


_held = _Held()
_STATE = """
SELECT count(*), max(id), coalesce(sum(hashtext(concat_ws('|', level, code, name, path, valid_from, valid_to))), 0),
 (SELECT count(*) FROM territory_unitversion),
 (SELECT max(id) FROM territory_unitversion),
 (SELECT coalesce(sum(hashtext(concat_ws('|', id, valid_from, valid_to))), 0) FROM territory_unitversion)
FROM territory_unit
"""


def current_token() -> Token:
    """Changes whenever a unit or a boundary is added, dated otherwise, moved or renamed, and every midnight."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        return (now().date().isoformat(), *cursor.fetchone())


def tower() -> Tower:
    """All units of today, at most a second behind the database."""
    with _held.lock:
        fresh = _held.tower is not None and time.monotonic() - _held.checked_at < ASK_AGAIN_S
        if not fresh:
            _refresh()
        assert _held.tower is not None
        return _held.tower


def _refresh() -> None:
    token = current_token()
    if _held.tower is None or _held.tower.token != token:
        units = Unit.objects.filter(valid_on(now().date())).order_by("code")
        _held.tower = Tower({unit.pk: unit for unit in units}, token)
    _held.checked_at = time.monotonic()


def forget_tower() -> None:
    """Look again at the next question (after a change in this process, and in tests)."""
    with _held.lock:
        _held.checked_at = float("-inf")


def locator() -> UnitLocator[int]:
    """Today's grids, ready to be asked; swapped as a whole when boundaries change."""
    known = tower()
    held = _held.locator
    if held is None or held[0] != known.token:
        with _held.building:
            held = _held.locator
            if held is None or held[0] != known.token:
                held = _held.locator = (known.token, _build_locator(known))
    return held[1]


def _build_locator(known: Tower) -> UnitLocator[int]:
    grids = {unit.pk: unit.code for unit in known.by_id.values() if unit.level == Level.GRID}
    rows = UnitVersion.objects.filter(valid_on(now().date()), unit_id__in=grids).only("unit_id", "geometry")
    shapes = {row.unit_id: row.geometry for row in rows.order_by("id")}
    return UnitLocator(
        list(shapes),
        list(shapes.values()),
        codes=[grids[unit_id] for unit_id in shapes],
        version=str(known.token),
    )


def grid_here(lon: float, lat: float) -> Unit | None:
    """The grid at a point of the stored reference (CGCS2000 degrees), or None outside the district."""
    unit_id = locator().locate(lon, lat)
    return tower().by_id.get(unit_id) if unit_id is not None else None


def ancestor(unit: Unit, level: Level | str) -> Unit | None:
    """The unit of that level above (or equal to) this one."""
    known = tower()
    return known.by_id.get(known.ancestor_id(unit.pk, level) or 0)
