"""The tower in memory: all live units, and which grid a point lies in. Right again a second after any change."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db import connection

from maplegrid.engines.locator import UnitLocator
from maplegrid.rules.vocabulary import Level
from maplegrid.territory.models import Unit, UnitVersion

ASK_AGAIN_S = 1.0
Token = tuple[int | None, ...]


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
        self.tower: Tower | None = None
        self.locator: UnitLocator[int] | None = None
        self.locator_token: Token = ()
        self.checked_at = 0.0


_held = _Held()


def current_token() -> Token:
    """Changes whenever a unit or a boundary is added, closed or renamed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM territory_unit WHERE valid_to IS NULL), (SELECT max(id) FROM territory_unit),"
            " (SELECT max(id) FROM territory_unitversion), (SELECT count(*) FROM territory_unitversion"
            " WHERE valid_to IS NULL), (SELECT coalesce(sum(hashtext(name || path)), 0) FROM territory_unit)"
        )
        return tuple(cursor.fetchone())


def tower() -> Tower:
    """All live units, at most a second behind the database."""
    with _held.lock:
        fresh = _held.tower is not None and time.monotonic() - _held.checked_at < ASK_AGAIN_S
        if not fresh:
            _refresh()
        assert _held.tower is not None
        return _held.tower


def _refresh() -> None:
    token = current_token()
    if _held.tower is None or _held.tower.token != token:
        _held.tower = Tower({unit.pk: unit for unit in Unit.objects.filter(valid_to=None)}, token)
    _held.checked_at = time.monotonic()


def forget_tower() -> None:
    """Look again at the next question (after a change in this process, and in tests)."""
    with _held.lock:
        _held.checked_at = 0.0


def locator() -> UnitLocator[int]:
    """Today's grids, ready to be asked; swapped as a whole when boundaries change."""
    known = tower()
    with _held.lock:
        if _held.locator is None or _held.locator_token != known.token:
            _held.locator, _held.locator_token = _build_locator(known), known.token
        return _held.locator


def _build_locator(known: Tower) -> UnitLocator[int]:
    rows = UnitVersion.objects.filter(valid_to=None, unit__level=Level.GRID, unit__valid_to=None)
    pairs = [(row.unit_id, row.geometry) for row in rows.only("unit_id", "geometry")]
    codes = [known.by_id[unit_id].code for unit_id, _ in pairs]
    return UnitLocator([p[0] for p in pairs], [p[1] for p in pairs], codes=codes, version=str(known.token))


def grid_here(lon: float, lat: float) -> Unit | None:
    """The grid at a point of the stored reference (CGCS2000 degrees), or None outside the district."""
    unit_id = locator().locate(lon, lat)
    return tower().by_id.get(unit_id) if unit_id is not None else None


def ancestor(unit: Unit, level: Level | str) -> Unit | None:
    """The unit of that level above (or equal to) this one."""
    known = tower()
    return known.by_id.get(known.ancestor_id(unit.pk, level) or 0)
