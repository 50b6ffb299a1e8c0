"""Halls and stations of the 1+6+31+N platform, and the office each sub-grid shares with police and lawyer."""

from dataclasses import dataclass
from datetime import time

import numpy as np

from maplegrid.rules.vocabulary import Level
from maplegrid.simulate.buildings import Buildings
from maplegrid.simulate.facts import DISTRICT_CODE, STREETS
from maplegrid.simulate.geography import Geography, Units
from maplegrid.simulate.lattice import metres_per_degree
from maplegrid.simulate.people import Staff
from maplegrid.simulate.plan import DistrictPlan

APPEAL, LEGAL, PSYCHOLOGICAL = "appeal", "legal", "psychological"
ALL_KINDS = (APPEAL, LEGAL, PSYCHOLOGICAL)
SITE_KINDS = ((APPEAL,), (APPEAL, LEGAL), (APPEAL, PSYCHOLOGICAL), ALL_KINDS, (LEGAL,), (PSYCHOLOGICAL,))
SITE_KIND_SHARES = (0.44, 0.19, 0.12, 0.10, 0.09, 0.06)
SITE_HOURS = ((time(9), time(18), "12345"), (time(9), time(21), "1234567"), (time(14), time(21), "123456"))
SITE_HOUR_SHARES = (0.5, 0.35, 0.15)
APART_M = 330.0


@dataclass(frozen=True)
class Station:
    """One hall, station or site; `unit` is the code of its area, `building` the row of its building."""

    code: str
    name: str
    name_en: str
    tier: str
    unit: str
    kinds: tuple[str, ...]
    building: int
    lon: float
    lat: float
    address: str
    phone: str
    opens: time
    closes: time
    weekdays: str


@dataclass(frozen=True)
class SharedOffice:
    """The office a sub-grid shares with its police officer and legal adviser; `station` is a station code."""

    unit: str
    station: str
    name: str


@dataclass(frozen=True)
class OfficeDuty:
    """One line of a shared office's roster; weekday 1 is Monday."""

    unit: str
    weekday: int
    username: str
    opens: time
    closes: time


def place_stations(plan: DistrictPlan, geography: Geography, buildings: Buildings) -> list[Station]:
    """One district centre, a centre per street, a station per community, and sites to make up the number."""
    row_of = {name: row for row, name in enumerate(buildings.name)}
    stations = [
        _station(
            buildings,
            row_of["区综治中心办公楼"],
            ("光明区群众诉求服务中心", "Guangming District Appeal Service Centre", "district", DISTRICT_CODE),
            (time(8, 30), time(20), "1234567"),
        )
    ]
    for street in STREETS:
        title = f"{street.name}群众诉求服务中心", f"{street.pinyin} Subdistrict Appeal Service Centre"
        where = row_of[f"{street.name}办事处"]
        tier = (*title, "street", f"{DISTRICT_CODE}{street.code3}")
        stations.append(_station(buildings, where, tier, (time(9), time(20), "1234567")))
    for street in STREETS:
        for place in street.communities:
            title = f"{place.name}群众诉求服务站", f"{place.pinyin} Community Appeal Service Station"
            where = row_of[f"{place.name}党群服务中心"]
            tier = (*title, "community", f"{DISTRICT_CODE}{street.code3}{place.code3}")
            stations.append(_station(buildings, where, tier, (time(9), time(21), "1234567")))
    stations += _sites(plan, geography.units[Level.SUB_GRID], buildings, stations)
    return [_numbered(station, number) for number, station in enumerate(stations, start=1)]


def _station(
    buildings: Buildings,
    row: int,
    title: tuple[str, str, str, str],
    hours: tuple[time, time, str],
    kinds: tuple[str, ...] = ALL_KINDS,
) -> Station:
    name, name_en, tier, unit = title
    lon, lat = float(buildings.lon[row]), float(buildings.lat[row])
    address = f"{buildings.address[row]}{buildings.name[row]}"
    return Station("", name, name_en, tier, unit, kinds, row, lon, lat, address, "", *hours)


def _numbered(station: Station, number: int) -> Station:
    """Codes in order; telephone numbers that nobody can mistake for real ones."""
    fields = {**station.__dict__, "code": f"{DISTRICT_CODE}S{number:03d}", "phone": f"0755-0000{number:04d}"}
    return Station(**fields)


def _sites(plan: DistrictPlan, units: Units, buildings: Buildings, taken: list[Station]) -> list[Station]:
    rng = plan.rng(10)
    rows = _site_rows(plan, rng, buildings, [station.building for station in taken])
    used: dict[str, int] = {}
    sites: list[Station] = []
    for row in rows:
        place = buildings.place[row]
        used[place] = used.get(place, 0) + 1
        name = f"{place}服务点" if used[place] == 1 else f"{place}服务点{used[place]}"
        sub_grid = int(buildings.sub_grid[row])
        name_en = f"Service site {len(sites) + 1}, {units.name_en[sub_grid]}"
        hours = SITE_HOURS[rng.choice(len(SITE_HOURS), p=SITE_HOUR_SHARES)]
        kinds = SITE_KINDS[rng.choice(len(SITE_KINDS), p=SITE_KIND_SHARES)]
        sites.append(_station(buildings, row, (name, name_en, "site", units.code[sub_grid]), hours, kinds))
    return sites


def _site_rows(
    plan: DistrictPlan, rng: np.random.Generator, buildings: Buildings, taken: list[int]
) -> list[int]:
    """Where many people live, not too near to each other; the distance gives way if it must."""
    per_lon, per_lat = metres_per_degree(plan.lat)
    x, y = buildings.lon * per_lon, buildings.lat * per_lat
    wanted = plan.station_count - len(taken)
    order = np.argsort(-np.log(buildings.residents + 1.0) - rng.gumbel(0, 1.5, len(buildings)), kind="stable")
    chosen = list(taken)
    apart = APART_M
    while len(chosen) - len(taken) < wanted:
        for row in order.tolist():
            if len(chosen) - len(taken) == wanted:
                break
            if np.hypot(x[chosen] - x[row], y[chosen] - y[row]).min() > apart:
                chosen.append(row)
        apart *= 0.7
    return chosen[len(taken) :]


def share_offices(
    geography: Geography, stations: list[Station], staff: list[Staff]
) -> tuple[list[SharedOffice], list[OfficeDuty]]:
    """Each sub-grid's shared office sits in its community's station; who is there on which weekday."""
    community = {station.unit: station.code for station in stations if station.tier == "community"}
    units = geography.units[Level.SUB_GRID]
    offices = [
        SharedOffice(code, community[code[:12]], f"{name}联合办公室")
        for code, name in zip(units.code, units.name, strict=True)
    ]
    hours = {
        "service": ((1, 2, 3, 4, 5), time(9), time(12)),
        "police": ((2, 4), time(14), time(18)),
        "adviser": ((3,), time(14), time(18)),
    }
    roster = []
    sub_grids = set(units.code)
    for person in staff:
        post = person.username.rsplit(".", 1)[-1]
        if person.unit in sub_grids and post in hours:
            days, opens, closes = hours[post]
            roster += [OfficeDuty(person.unit, day, person.username, opens, closes) for day in days]
    return offices, roster
