"""The tower of a built district into the database: units, places, people, stations, police grids, network."""

from dataclasses import dataclass, field
from datetime import date

import shapely
from django.contrib.auth.hashers import make_password

from maplegrid.accounts.models import Body, Person
from maplegrid.kit.moment import now as moment
from maplegrid.rules.vocabulary import GRID_ROLES, LEVELS, Level, Role
from maplegrid.simulate.district import District
from maplegrid.simulate.load.copying import copy_rows, settle_sequence
from maplegrid.territory.models import (
    Assignment,
    Building,
    Door,
    Duty,
    DutyItem,
    OfficeDuty,
    PartyBranch,
    PoliceGrid,
    Portfolio,
    Post,
    SharedOffice,
    Station,
    Unit,
    UnitVersion,
    WalkEdge,
    WalkNode,
)

BACK_OFFICE = frozenset({Role.GRID_CENTRE, Role.SYSTEM_ADMIN})
# 分管: which first-level types a street's deputy is in charge of; secretaries answer for all.
DEPUTY_CATEGORIES = ["01", "02", "03", "04", "06", "07", "08", "09", "13"]


@dataclass
class Ids:
    """Database ids of what was written, by row or code."""

    unit: dict[str, int] = field(default_factory=dict)
    path: dict[str, str] = field(default_factory=dict)
    body: dict[str, int] = field(default_factory=dict)
    person: dict[str, int] = field(default_factory=dict)
    station: dict[str, int] = field(default_factory=dict)


def load_tower(district: District, *, password: str) -> Ids:
    """Write everything but history; tables must be empty."""
    ids = Ids()
    since = date(district.plan.now.year - 1, 1, 1)
    _units(district, ids, since)
    _bodies(district, ids)
    _people(district, ids, since, password)
    _places(district, ids)
    _stations(district, ids, since)
    _duties(district, ids, since)
    _police(district, ids, since)
    _network(district)
    return ids


def _units(district: District, ids: Ids, since: date) -> None:
    units, versions, number = [], [], 0
    for depth, level in enumerate(LEVELS):
        rows = district.units[level]
        above = district.units[LEVELS[depth - 1]] if depth else None
        for row, code in enumerate(rows.code):
            number += 1
            parent = above.code[rows.parent[row]] if above else None
            ids.unit[code] = number
            ids.path[code] = f"{ids.path[parent] if parent else '/'}{number}/"
            parent_id = ids.unit[parent] if parent else None
            people = int(rows.households[row]), int(rows.residents[row])
            units.append(
                (
                    number,
                    level,
                    code,
                    rows.name[row],
                    rows.name_en[row],
                    parent_id,
                    ids.path[code],
                    *people,
                    since,
                )
            )
            versions.append(
                (
                    number,
                    shapely.to_wkb(rows.geometry[row]),
                    "cgcs2000",
                    float(rows.area_m2[row]),
                    since,
                    "示意图",
                )
            )
    columns = (
        "id",
        "level",
        "code",
        "name",
        "name_en",
        "parent_id",
        "path",
        "households",
        "residents",
        "valid_from",
    )
    copy_rows(Unit, columns, units)
    copy_rows(UnitVersion, ("unit_id", "geometry", "datum", "area_m2", "valid_from", "source"), versions)
    settle_sequence(Unit)


def _bodies(district: District, ids: Ids) -> None:
    ids.body = {body.code: number for number, body in enumerate(district.bodies, start=1)}
    rows = [
        (
            ids.body[b.code],
            b.code,
            b.name,
            b.name_en,
            b.kind,
            ids.body.get(b.parent),
            ";".join(b.lead),
            "",
            True,
        )
        for b in district.bodies
    ]
    columns = ("id", "code", "name", "name_en", "kind", "parent_id", "lead_words", "phone", "active")
    copy_rows(Body, columns, rows)
    settle_sequence(Body)


def _people(district: District, ids: Ids, since: date, password: str) -> None:
    secret, joined = make_password(password), moment()
    ids.person = {staff.username: number for number, staff in enumerate(district.staff, start=1)}
    columns = (
        "id", "username", "password", "display_name", "display_name_en", "is_active", "is_staff", "is_superuser",
        "is_demo", "first_name", "last_name", "email", "phone", "language", "large_text", "date_joined",
    )  # fmt: skip
    rows = [
        (
            ids.person[s.username], s.username, secret, s.display_zh, s.display_en, True, s.role in BACK_OFFICE,
            s.role == Role.SYSTEM_ADMIN, True, "", "", "", "", "zh-hans", False, joined,
        )
        for s in district.staff
    ]  # fmt: skip
    copy_rows(Person, columns, rows)
    settle_sequence(Person)
    seats = [
        (number, ids.person[s.username], s.role, ids.unit.get(s.unit), ids.body.get(s.body), since)
        for number, s in enumerate(district.staff, start=1)
    ]
    copy_rows(Assignment, ("id", "person_id", "role", "unit_id", "body_id", "valid_from"), seats)
    settle_sequence(Assignment)
    deputies = [(seat[0], DEPUTY_CATEGORIES, since) for seat in seats if seat[2] == Role.STREET_DEPUTY]
    copy_rows(Portfolio, ("assignment_id", "categories", "valid_from"), deputies)
    sub_grids = district.units[Level.SUB_GRID].code
    copy_rows(
        Post,
        ("unit_id", "role", "seats"),
        [(ids.unit[c], r, 1) for c in sub_grids for r in sorted(GRID_ROLES)],
    )
    branches = zip(sub_grids, district.branches.name, district.branches.members.tolist(), strict=True)
    copy_rows(
        PartyBranch, ("unit_id", "name", "members"), [(ids.unit[c], name, n) for c, name, n in branches]
    )


def _places(district: District, ids: Ids) -> None:
    b = district.buildings
    grids = district.units[Level.GRID].code
    unit = [ids.unit[grids[row]] for row in b.grid.tolist()]
    path = [ids.path[grids[row]] for row in b.grid.tolist()]
    numbers = zip(
        b.lon.tolist(), b.lat.tolist(), b.floors.tolist(), b.dwellings.tolist(), b.households.tolist(), b.residents.tolist(),
        strict=True,
    )  # fmt: skip
    rows = (
        (n, code, name, list(aliases), address, kind, u, p, lon, lat, "cgcs2000", *counts, True)
        for n, (code, name, aliases, address, kind, u, p, (lon, lat, *counts)) in enumerate(
            zip(b.code, b.name, b.aliases, b.address, b.kind, unit, path, numbers, strict=True), start=1
        )
    )
    columns = (
        "id", "code", "name", "aliases", "address", "kind", "grid_id", "path", "lon", "lat", "datum", "floors",
        "dwellings", "households", "residents", "active",
    )  # fmt: skip
    copy_rows(Building, columns, rows)
    settle_sequence(Building)
    doors = district.doors
    door_rows = zip(doors.building.tolist(), doors.number, doors.code, strict=True)
    copy_rows(
        Door,
        ("building_id", "number", "code", "active"),
        ((row + 1, str(n), c, True) for row, n, c in door_rows),
    )


def _stations(district: District, ids: Ids, since: date) -> None:
    ids.station = {station.code: number for number, station in enumerate(district.stations, start=1)}
    columns = (
        "id", "code", "name", "name_en", "tier", "unit_id", "kinds", "lon", "lat", "datum", "address", "phone",
        "opens", "closes", "weekdays", "valid_from",
    )  # fmt: skip
    rows = [
        (
            ids.station[s.code], s.code, s.name, s.name_en, s.tier, ids.unit[s.unit], list(s.kinds), s.lon, s.lat,
            "cgcs2000", s.address, s.phone, s.opens, s.closes, s.weekdays, since,
        )
        for s in district.stations
    ]  # fmt: skip
    copy_rows(Station, columns, rows)
    settle_sequence(Station)
    offices = {office.unit: number for number, office in enumerate(district.offices, start=1)}
    office_rows = [
        (offices[o.unit], ids.unit[o.unit], ids.station[o.station], o.name) for o in district.offices
    ]
    copy_rows(SharedOffice, ("id", "unit_id", "station_id", "name"), office_rows)
    settle_sequence(SharedOffice)
    roster = [
        (offices[d.unit], d.weekday, ids.person[d.username], d.opens, d.closes) for d in district.roster
    ]
    copy_rows(OfficeDuty, ("office_id", "weekday", "person_id", "opens", "closes"), roster)


def _duties(district: District, ids: Ids, since: date) -> None:
    items = list(enumerate(district.duty_items, start=1))
    rows = [(number, d.code, d.name, d.name_en, list(d.categories), d.basis) for number, d in items]
    copy_rows(DutyItem, ("id", "code", "name", "name_en", "categories", "basis"), rows)
    settle_sequence(DutyItem)
    sub_grids = [ids.unit[code] for code in district.units[Level.SUB_GRID].code]
    copy_rows(
        Duty,
        ("unit_id", "item_id", "valid_from"),
        [(u, number, since) for u in sub_grids for number, _ in items],
    )


def _police(district: District, ids: Ids, since: date) -> None:
    p = district.police_grids
    shapes = [shapely.to_wkb(shape) for shape in p.geometry]
    rows = [(c, n, ids.body[b], g, since) for c, n, b, g in zip(p.code, p.name, p.body, shapes, strict=True)]
    copy_rows(PoliceGrid, ("code", "name", "body_id", "geometry", "valid_from"), rows)


def _network(district: District) -> None:
    n = district.network
    nodes = zip(n.lon.tolist(), n.lat.tolist(), strict=True)
    copy_rows(WalkNode, ("id", "lon", "lat"), ((row + 1, lon, lat) for row, (lon, lat) in enumerate(nodes)))
    settle_sequence(WalkNode)
    edges = zip(n.u.tolist(), n.v.tolist(), n.length_m.tolist(), strict=True)
    copy_rows(WalkEdge, ("u", "v", "length_m"), ((u + 1, v + 1, length) for u, v, length in edges))
