"""What is known about where besides the name: units that are mentioned, a point, the neighbourhood of a door."""

import math
from collections import defaultdict

from maplegrid.engines.geodesy import metres_per_degree
from maplegrid.language.locate.gazetteer import Gazetteer
from maplegrid.language.locate.mentions import Area
from maplegrid.language.reading import PlaceId

UNIT_LEVELS = ("grid", "sub_grid", "community", "street")
Point = tuple[float, float]
Units = tuple[PlaceId | None, PlaceId | None, PlaceId | None, PlaceId | None]


class Context:
    """How well each building agrees with what else is known."""

    def __init__(
        self, gazetteer: Gazetteer, areas: tuple[Area, ...], point: Point | None, near_unit: PlaceId | None
    ) -> None:
        self._gazetteer = gazetteer
        self._point = point
        self._known: dict[Units, float] = {}
        self.near = gazetteer.units.get(near_unit) if near_unit is not None else None
        self._named: dict[str, set[PlaceId]] = defaultdict(set)
        for area in areas:
            self._named[gazetteer.units[area.unit_id].level].add(area.unit_id)
        self._full = any(area.full for area in areas)

    def weigh(self, building: int) -> tuple[float, float]:
        """How well everything else agrees with this building (1 = fully), with the point and from words alone.

        A far point makes a full name no less written: it weighs among the others, not against them all.
        """
        trust = self._trust(self._units_of(building))
        return trust * self.by_point(building), trust

    def _units_of(self, building: int) -> Units:
        row = self._gazetteer.buildings[building]
        return (row.grid_id, row.sub_grid_id, row.community_id, row.street_id)

    def _trust(self, units: Units) -> float:
        known = self._known.get(units)
        if known is None:
            by_level = dict(zip(UNIT_LEVELS, units, strict=True))
            known = self._known[units] = self._by_units(by_level) * self._by_near(by_level)
        return known

    def _by_units(self, units: dict[str, PlaceId | None]) -> float:
        factor = 1.0
        for level, named in self._named.items():
            if units.get(level) not in named:
                factor *= 0.12 if self._full else 0.5
        return max(factor, 0.02)

    def _by_near(self, units: dict[str, PlaceId | None]) -> float:
        if self.near is None:
            return 1.0
        return 1.0 if units.get(self.near.level) == self.near.id else 0.4

    def by_point(self, building: int) -> float:
        if self._point is None:
            return 1.0
        metres = metres_between(self._gazetteer, building, self._point)
        return 0.5 if metres is None else max(0.1, math.exp(-metres / 400.0))


def metres_between(gazetteer: Gazetteer, building: int, point: Point) -> float | None:
    """Metres from a building to a point on the local plane (exact enough within a district)."""
    row = gazetteer.buildings[building]
    if row.lon is None or row.lat is None:
        return None
    east, north = metres_per_degree(point[1])
    return math.hypot((row.lon - point[0]) * east, (row.lat - point[1]) * north)
