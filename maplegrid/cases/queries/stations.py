"""Halls and stations for a resident: around a point, or of a place by its name."""

import math
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from maplegrid.engines.geodesy import Datum, OutOfRange, to_reference
from maplegrid.kit.words import in_language
from maplegrid.rules.vocabulary import LEVELS, N_, Level
from maplegrid.territory.models import Station, Unit
from maplegrid.territory.queries import buildings_named, is_open, nearest_stations, tower, valid_on

KINDS = {"appeal": N_("群众诉求"), "legal": N_("公共法律"), "psychological": N_("社会心理")}
WEEKDAYS = {"1234567": N_("每天"), "12345": N_("周一到周五"), "123456": N_("周一到周六")}
DAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))
SHOWN = 12
AT_LEAST = 5
HALLS = (Station.Tier.DISTRICT, Station.Tier.STREET)
Point = tuple[float, float]


@dataclass(frozen=True)
class StationRow:
    """One station as a resident reads it; `metres` in a straight line, None when nobody said where they are."""

    name: str
    address: str
    phone: str
    kinds: list[str]
    hours: str
    open: bool
    metres: int | None


def point_of(lon: str, lat: str, datum: str) -> Point | None:
    """A point of the stored reference from what a browser sent, or None if it cannot be one."""
    try:
        x, y = float(lon), float(lat)
        if not (math.isfinite(x) and math.isfinite(y)):
            return None
        return to_reference(x, y, Datum(datum.lower() or Datum.WGS84))
    except (ValueError, OutOfRange):
        return None


def stations_near(point: Point, now: datetime, kind: str = "") -> list[StationRow]:
    """The nearest ones by straight line, those that are open now first."""
    found = nearest_stations(*point, now, kind=kind, count=SHOWN)
    return _open_first([_row(station, now, round(metres)) for station, metres in found])


def stations_named(words: str, now: datetime, kind: str = "") -> list[StationRow]:
    """Those of a community (or street, or sub-grid) by its name, else those around a building of that name."""
    unit = _unit_named(words)
    if unit is not None:
        return stations_in(unit, now, kind)
    buildings = buildings_named(words, count=1)
    return stations_near((buildings[0].lon, buildings[0].lat), now, kind) if buildings else []


def halls(now: datetime, kind: str = "") -> list[StationRow]:
    """The district's and the streets' halls, for somebody who has not said where they are."""
    found = _valid(now, kind).filter(tier__in=HALLS).order_by("code")
    return _open_first([_row(station, now, None) for station in found])


def stations_in(unit: Unit, now: datetime, kind: str = "") -> list[StationRow]:
    """Those of a unit, halls before sites; where they are few, the next ones around them too. Open ones first."""
    tiers = list(Station.Tier.values)
    inside = _valid(now, kind).filter(unit__path__startswith=unit.path)
    found = sorted(inside, key=lambda station: (tiers.index(station.tier), station.code))[:SHOWN]
    if found and len(found) < AT_LEAST:
        around = nearest_stations(found[0].lon, found[0].lat, now, kind=kind, count=AT_LEAST + len(found))
        found = list(dict.fromkeys([*found, *(station for station, _metres in around)]))[:AT_LEAST]
    return _open_first([_row(station, now, None) for station in found])


def _valid(now: datetime, kind: str) -> QuerySet[Station]:
    valid = Station.objects.filter(valid_on(now.date()))
    return valid.filter(kinds__contains=[kind]) if kind else valid


def _unit_named(words: str) -> Unit | None:
    """The highest unit below the district whose name begins with the words, else one that holds them."""
    levels = LEVELS[1:-1]
    units = [unit for unit in tower().by_id.values() if unit.level in levels and words in unit.name]
    return min(
        units,
        key=lambda unit: (not unit.name.startswith(words), levels.index(Level(unit.level)), unit.code),
        default=None,
    )


def _open_first(rows: list[StationRow]) -> list[StationRow]:
    return sorted(rows, key=lambda row: not row.open)


def _row(station: Station, now: datetime, metres: int | None) -> StationRow:
    return StationRow(
        name=in_language(station.name, station.name_en),
        address=station.address,
        phone=station.phone,
        kinds=[_(KINDS[kind]) for kind in station.kinds if kind in KINDS],
        hours=_hours(station),
        open=is_open(station, now),
        metres=metres,
    )


def _hours(station: Station) -> str:
    """每天 09:00–18:00."""
    known = WEEKDAYS.get(station.weekdays)
    days = _(known) if known else "、".join(_(DAYS[int(day) - 1]) for day in station.weekdays)
    if station.opens is None or station.closes is None:
        return days
    return f"{days} {station.opens:%H:%M}–{station.closes:%H:%M}"
