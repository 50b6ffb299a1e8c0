"""Ranked places from a door's code, a point, named buildings, or only a named unit, with their probabilities."""

import math
from collections import defaultdict
from typing import NamedTuple

from maplegrid.language.locate.context import UNIT_LEVELS, Point, metres_between
from maplegrid.language.locate.gazetteer import Gazetteer, square
from maplegrid.language.locate.mentions import Area
from maplegrid.language.reading import FoundBy, PlaceCandidate, PlaceId, Span
from maplegrid.rules.triage import Reason
from maplegrid.rules.vocabulary import N_

MOST = 5
ENOUGH_IN_FRONT = 0.7  # share of the weight the shown buildings must hold, else only their unit is named
NEAR_POINT_M = 80.0
AGREES_M = 250.0  # a named building this close to the point is the place that is meant


class Option(NamedTuple):
    """A building that may be meant: its weight among the others, how sure the mention is, and why.

    `unknown_house` says that the estate is right and the house number is none of its own.
    """

    building: int
    weight: float
    sure: float
    unknown_house: bool
    found_by: FoundBy
    reason: Reason
    words: tuple[Span, ...]


def by_door(gazetteer: Gazetteer, door_building: PlaceId | None) -> list[PlaceCandidate]:
    index = gazetteer.by_id.get(door_building) if door_building is not None else None
    if index is None:
        return []
    return [building_at(gazetteer, index, 0.97, FoundBy.CODE, Reason(N_("扫的是这栋楼的码")), ())]


def by_point(gazetteer: Gazetteer, point: Point, options: list[Option]) -> list[PlaceCandidate]:
    """The nearest building and the unit at a point; less sure when the words name a place far from it."""
    if any(o.weight >= 0.3 and _metres(gazetteer, o.building, point) < AGREES_M for o in options):
        return []  # the words say the same and say it more exactly
    share = 0.5 if any(option.weight >= 0.02 for option in options) else 0.95
    nearest = _nearest(gazetteer, point)
    sure = 0.0
    found = []
    if nearest is not None:
        metres, building = nearest
        sure = share * max(0.2, 0.9 - metres / 60.0)
        reason = Reason(N_("离地图上的点约 {metres} 米"), {"metres": f"{metres:.0f}"})
        found.append(building_at(gazetteer, building, sure, FoundBy.POINT, reason, ()))
    unit = _unit_at(gazetteer, point, nearest)
    if unit is not None:
        found.append(
            unit_at(gazetteer, unit, share - sure, FoundBy.POINT, Reason(N_("地图上的点在这里")), ())
        )
    return found


def _metres(gazetteer: Gazetteer, building: int, point: Point) -> float:
    metres = metres_between(gazetteer, building, point)
    return math.inf if metres is None else metres


def _nearest(gazetteer: Gazetteer, point: Point) -> tuple[float, int] | None:
    column, row = square(*point)
    around = [(column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    distances = [
        (_metres(gazetteer, building, point), building)
        for place in around
        for building in gazetteer.near.get(place, ())
    ]
    best = min(distances, default=None)
    return best if best is not None and best[0] <= NEAR_POINT_M else None


def _unit_at(gazetteer: Gazetteer, point: Point, nearest: tuple[float, int] | None) -> PlaceId | None:
    unit = gazetteer.buildings[nearest[1]].grid_id if nearest is not None else None
    if gazetteer.unit_at is not None:
        unit = gazetteer.unit_at(*point)
    return unit if unit in gazetteer.units else None


def by_name(gazetteer: Gazetteer, options: list[Option], left: float) -> list[PlaceCandidate]:
    """Named buildings share the probability; many equal ones become the unit they have in common."""
    best = max((option.weight for option in options), default=0.0)
    options = sorted((o for o in options if o.weight >= best * 0.08), key=lambda o: (-o.weight, o.building))
    if not options:
        return []
    total = sum(option.weight for option in options)
    sure = min(left, 0.97) * max(option.sure for option in options)
    in_front = sum(option.weight for option in options[:MOST])
    if options[0].unknown_house or in_front < ENOUGH_IN_FRONT * total:
        return _common_units(gazetteer, options, sure / total)
    return [
        building_at(gazetteer, o.building, sure * o.weight / total, o.found_by, o.reason, o.words)
        for o in options[:MOST]
    ]


def _common_units(gazetteer: Gazetteer, options: list[Option], scale: float) -> list[PlaceCandidate]:
    """The deepest units that hold most of what the open buildings weigh; the building stays to be asked."""
    for level in ("sub_grid", "community", "street"):
        weights: dict[PlaceId, float] = defaultdict(float)
        for option in options:
            unit = getattr(gazetteer.buildings[option.building], f"{level}_id")
            if unit is not None:
                weights[unit] += option.weight * scale
        ranked = sorted(weights.items(), key=lambda item: (-item[1], str(item[0])))
        if ranked and (level == "street" or ranked[0][1] >= 0.6 * sum(weights.values())):
            first = options[0]
            return [
                unit_at(gazetteer, unit, share, first.found_by, first.reason, first.words)
                for unit, share in ranked[:MOST]
            ]
    return []


def by_area(
    gazetteer: Gazetteer, areas: tuple[Area, ...], near_unit: PlaceId | None, left: float
) -> list[PlaceCandidate]:
    """No building for sure: the deepest unit that is named, else the one the message came through."""
    if not areas and near_unit in gazetteer.units:
        reason = Reason(N_("没有写在哪里，先按来件的地方"))
        return [unit_at(gazetteer, near_unit, 0.6 * left, FoundBy.NEAR, reason, ())]
    levels = [level for level in UNIT_LEVELS if any(gazetteer.units[a.unit_id].level == level for a in areas)]
    if not levels:
        return []
    named = {a.unit_id: a for a in areas if gazetteer.units[a.unit_id].level == levels[0]}
    named = _agreeing(gazetteer, named, areas)
    share = left * (0.9 if next(iter(named.values())).full else 0.45) / len(named)
    return [
        unit_at(
            gazetteer,
            unit,
            share,
            FoundBy.AREA,
            Reason(N_("写到{unit}"), {"unit": gazetteer.units[unit].name}),
            (a.span,),
        )
        for unit, a in named.items()
    ]


def _agreeing(
    gazetteer: Gazetteer, named: dict[PlaceId, Area], areas: tuple[Area, ...]
) -> dict[PlaceId, Area]:
    """Of several named units, those that lie in another named one (凤凰街道…塘家社区), if any do."""
    others = {area.unit_id for area in areas} - set(named)
    inside = {unit: area for unit, area in named.items() if others & set(gazetteer.chain(unit).values())}
    return inside or named


def building_at(
    gazetteer: Gazetteer, index: int, probability: float, by: FoundBy, reason: Reason, words: tuple[Span, ...]
) -> PlaceCandidate:
    row = gazetteer.buildings[index]
    return PlaceCandidate(
        level="building",
        name=row.name,
        probability=round(probability, 3),
        found_by=by,
        reason=reason,
        building_id=row.id,
        grid_id=row.grid_id,
        sub_grid_id=row.sub_grid_id,
        community_id=row.community_id,
        street_id=row.street_id,
        words=words,
    )


def unit_at(
    gazetteer: Gazetteer,
    unit_id: PlaceId | None,
    probability: float,
    by: FoundBy,
    reason: Reason,
    words: tuple[Span, ...],
) -> PlaceCandidate:
    chain = gazetteer.chain(unit_id)
    unit = gazetteer.units[unit_id]  # type: ignore[index]
    return PlaceCandidate(
        level=unit.level,
        name=unit.name,
        probability=round(probability, 3),
        found_by=by,
        reason=reason,
        words=words,
        **{f"{level}_id": chain.get(level) for level in UNIT_LEVELS},
    )
