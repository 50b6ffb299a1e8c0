"""Buildings and stations: the gazetteer the reader uses, what is near a point, what a resident may pick."""

import threading
import time
from datetime import datetime

from django.db import connection
from django.db.models import Q

from maplegrid.engines.geodesy import distance_m, metres_per_degree
from maplegrid.language.locate import BuildingRow, Gazetteer, UnitRow
from maplegrid.territory.models import Building, Station
from maplegrid.territory.queries.tower import Token, Tower, locator, tower

ASK_AGAIN_S = 5.0
_lock = threading.Lock()
_held: tuple[Token, Gazetteer] | None = None
_asked: tuple[Token, float] | None = None


def gazetteer() -> Gazetteer:
    """The district's places in memory; built again when a unit or a building changed.

    Asking the buildings costs more than reading a message, so it is done again only every few seconds.
    """
    global _held, _asked
    known = tower()
    with _lock:
        if _held and _asked and _asked[0] == known.token and time.monotonic() - _asked[1] < ASK_AGAIN_S:
            return _held[1]
        token = (*known.token, *_buildings_token())
        if _held is None or _held[0] != token:
            _held = (token, _build(known, str(token)))
        _asked = (known.token, time.monotonic())
        return _held[1]


def forget_places() -> None:
    """Look again at the next question (after a change in this process, and in tests)."""
    global _asked
    with _lock:
        _asked = None


def _buildings_token() -> Token:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), max(id), coalesce(sum(hashtext(concat_ws('|', id, name, address, grid_id))), 0)"
            " FROM territory_building WHERE active"
        )
        return tuple(cursor.fetchone())


def _build(known: Tower, version: str) -> Gazetteer:
    units = [UnitRow(u.pk, u.level, u.name, u.code, u.parent_id) for u in known.by_id.values() if u.parent_id]
    rows = Building.objects.filter(active=True).values_list(
        "id", "name", "aliases", "address", "grid_id", "lon", "lat"
    )
    buildings = [_row(known, *row) for row in rows.iterator(chunk_size=10_000)]
    return Gazetteer(buildings, units, unit_at=locator().locate, version=version)


def _row(
    known: Tower, pk: int, name: str, aliases: list[str], address: str, grid_id: int, lon: float, lat: float
) -> BuildingRow:
    sub_grid, community, street = (
        known.sub_grid_of(grid_id),
        known.community_of(grid_id),
        known.street_of(grid_id),
    )
    return BuildingRow(pk, name, tuple(aliases), address, grid_id, sub_grid, community, street, lon, lat)


def buildings_near(lon: float, lat: float, within_m: float = 120, count: int = 5) -> list[Building]:
    """Active buildings around a point, nearest first."""
    per_lon, per_lat = metres_per_degree(lat)
    dx, dy = within_m / per_lon, within_m / per_lat
    box = Q(lon__range=(lon - dx, lon + dx), lat__range=(lat - dy, lat + dy))
    found = Building.objects.filter(box, active=True)
    ranked = sorted(found, key=lambda b: distance_m(lon, lat, b.lon, b.lat))
    return [b for b in ranked if distance_m(lon, lat, b.lon, b.lat) <= within_m][:count]


def buildings_named(words: str, count: int = 8) -> list[Building]:
    """Buildings whose name or address holds the words, shortest name first, for a resident choosing a place."""
    words = words.strip()
    if not words:
        return []
    found = Building.objects.filter(Q(name__icontains=words) | Q(address__icontains=words), active=True)
    return sorted(
        found.select_related("grid")[:200], key=lambda b: (not b.name.startswith(words), len(b.name), b.name)
    )[:count]


def nearest_stations(
    lon: float, lat: float, now: datetime, kind: str = "", count: int = 5
) -> list[tuple[Station, float]]:
    """Stations valid today with their straight-line distance in metres, nearest first."""
    on = now.date()
    valid = Station.objects.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gt=on))
    if kind:
        valid = valid.filter(kinds__contains=[kind])
    ranked = sorted(((s, distance_m(lon, lat, s.lon, s.lat)) for s in valid), key=lambda pair: pair[1])
    return ranked[:count]


def is_open(station: Station, now: datetime) -> bool:
    """Whether a station's doors are open at this moment."""
    if str(now.isoweekday()) not in station.weekdays:
        return False
    return station.opens is None or station.closes is None or station.opens <= now.time() < station.closes
