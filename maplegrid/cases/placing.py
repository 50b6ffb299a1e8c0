"""From a reading to units of the tower: which sub-grid a message belongs to, how sure, and why."""

from dataclasses import dataclass

from maplegrid.language.locate import likely_unit
from maplegrid.language.reading import Reading
from maplegrid.messaging.models import Message
from maplegrid.rules.routing import Place
from maplegrid.rules.triage import PLACE_AT, Reason
from maplegrid.rules.vocabulary import N_, Level
from maplegrid.territory.models import Building, Unit
from maplegrid.territory.queries import grid_here, tower


@dataclass(frozen=True)
class Located:
    """The deepest unit that is known (a sub-grid at best), its building, confidence 0–1, and the reason."""

    place: Place
    unit_id: int
    building_id: int | None
    confidence: float
    reason: Reason


def locate_message(message: Message, reading: Reading | None) -> Located:
    """By code, then by name, then by point, then by who relayed it; the district when nothing is known."""
    if message.building is not None:
        how = Reason(N_("按楼栋码定位") if message.door_id else N_("按写的或选的楼栋定位"))
        return _at_unit(message.building.grid_id, message.building_id, 1.0, how)
    best = reading.place[0] if reading and reading.place else None
    if best and best.probability >= PLACE_AT and best.unit_id is not None:
        return _at_unit(int(best.unit_id), _whole(best.building_id), best.probability, best.reason)
    if reading and (found := agreed_unit(reading)):
        return found
    if message.lon is not None and message.lat is not None and (grid := grid_here(message.lon, message.lat)):
        return _at_unit(grid.pk, None, 0.9, Reason(N_("按地图上的点定位")))
    if message.unit_hint_id:
        return _at_unit(message.unit_hint_id, None, 0.7, Reason(N_("按转来的网格员所在小分格")))
    return _at_unit(tower().root.pk, None, 0.0, Reason(N_("还不知道在哪里")))


def agreed_unit(reading: Reading) -> Located | None:
    """The deepest unit that the candidates agree on, although no single building is sure."""
    for level in (Level.SUB_GRID, Level.COMMUNITY, Level.STREET):
        unit_id, probability = likely_unit(reading.place, level) or (None, 0.0)
        if unit_id is not None and probability >= PLACE_AT:
            return _at_unit(int(unit_id), None, probability, reading.place[0].reason)
    return None


def locate_building(building: Building) -> Located:
    """A building a person chose."""
    return _at_unit(building.grid_id, building.pk, 1.0, Reason(N_("由人选定楼栋")))


def locate_unit(unit: Unit) -> Located:
    """A unit a person chose."""
    return _at_unit(unit.pk, None, 1.0, Reason(N_("由人选定")))


def _whole(value: int | str | None) -> int | None:
    return int(value) if value is not None else None


def _at_unit(unit_id: int, building_id: int | None, confidence: float, reason: Reason) -> Located:
    known = tower()
    ids = {level: known.ancestor_id(unit_id, level) for level in Level}
    place = Place(
        district_id=known.root.pk,
        street_id=ids[Level.STREET],
        community_id=ids[Level.COMMUNITY],
        sub_grid_id=ids[Level.SUB_GRID],
    )
    deepest = ids[Level.SUB_GRID] or ids[Level.COMMUNITY] or ids[Level.STREET] or known.root.pk
    return Located(place, deepest, building_id, confidence, reason)
