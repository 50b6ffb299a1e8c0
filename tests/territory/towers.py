"""A tiny tower with a cast, for every test that needs a place and people.

    north
    ┌───────────────┬───────────────┬───────────────┐
    │ 公明 04小分格   │ 上村 02小分格   │               │
    │  网格3 │ 网格4  │  网格3 │ 网格4  │   凤凰街道      │
    ├───────────────┼───────────────┤ (another street,│
    │ 公明 03小分格   │ 上村 01小分格   │ nothing below) │
    │  网格1 │ 网格2  │  网格1 │ 网格2  │               │
    └───────────────┴───────────────┴───────────────┘
      公明社区          上村社区            both in 公明街道

Every grid is a square of 0.004 degrees. All names of people and estates are invented.
"""

from dataclasses import dataclass, field, fields
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import shapely
from django.db import connection
from shapely.geometry.base import BaseGeometry

from maplegrid.accounts.models import Body, Person
from maplegrid.rules.access import Actor
from maplegrid.rules.vocabulary import GRID_ROLES, Level, Role
from maplegrid.territory.actors import actor_of
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
)
from maplegrid.territory.queries import forget_tower

CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 9, 16, 10, 0, tzinfo=CHINA)
SINCE = date(2025, 1, 1)
WEST, SOUTH, SIDE = 113.90, 22.75, 0.004


@dataclass(frozen=True)
class TinyTower:
    """Units, people and bodies by name. `others` holds the minor roles by username."""

    district: Unit
    street: Unit
    other_street: Unit
    community: Unit
    other_community: Unit
    sub_grid03: Unit
    sub_grid04: Unit
    other_sub_grid01: Unit
    other_sub_grid02: Unit
    grids: tuple[Unit, ...]  # 公明 001-004, then 上村 001-004
    water: Body
    police_station: Body
    building: Building  # 富豪花园C区1栋, in 公明社区04小分格
    neighbour_building: Building  # 天虹大厦, in 上村社区01小分格
    chief04: Person
    service04: Person
    patrol04: Person
    chief03: Person
    other_chief: Person
    community_desk: Person
    community_secretary: Person
    other_community_desk: Person
    street_desk: Person
    street_deputy: Person
    street_secretary: Person
    stranger_street_desk: Person
    hall_desk: Person
    district_command: Person
    grid_centre: Person
    water_clerk: Person
    police_officer: Person
    legal_adviser: Person
    auditor: Person
    system_admin: Person
    security_admin: Person
    nobody: Person  # signs in, is appointed nowhere
    units: dict[str, Unit] = field(default_factory=dict)  # by code

    def actor(self, person: Person, now: datetime = NOW) -> Actor:
        """The person as rules see them at that moment."""
        return actor_of(person, now)

    def people(self) -> dict[str, Person]:
        """The whole cast by name."""
        held = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: value for name, value in held.items() if isinstance(value, Person)}

    def grid_of(self, sub_grid: Unit) -> Unit:
        """The first grid of a sub-grid."""
        return next(grid for grid in self.grids if grid.parent_id == sub_grid.pk)

    def point_in(self, unit: Unit) -> tuple[float, float]:
        """A point (lon, lat) safely inside a unit."""
        shape = UnitVersion.objects.get(unit=unit, valid_to=None).geometry
        point = shape.representative_point()
        return (point.x, point.y)


def square(column: float, row: float, columns: float = 1, rows: float = 1) -> BaseGeometry:
    """A rectangle of grids, counted from the south-west corner."""
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    return shapely.box(west, south, west + columns * SIDE, south + rows * SIDE)


def add_unit(level: Level, code: str, name: str, parent: Unit | None, shape: BaseGeometry) -> Unit:
    """A live unit with its boundary."""
    unit = Unit.objects.create(level=level, code=code, name=name, parent=parent, valid_from=SINCE)
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    UnitVersion.objects.create(unit=unit, geometry=shape, area_m2=0, valid_from=SINCE, source="测试")
    forget_tower()
    return unit


def add_person(
    username: str,
    role: Role | None = None,
    unit: Unit | None = None,
    body: Body | None = None,
    words: str = "",
) -> Person:
    """Somebody appointed to one role in a unit and/or a body. No usable password: tests sign in by force_login."""
    person = Person(username=username, display_name=words or username)
    person.is_staff = role in {Role.GRID_CENTRE, Role.SYSTEM_ADMIN}
    person.set_unusable_password()
    person.save()
    if role:
        Assignment.objects.create(person=person, role=role, unit=unit, body=body, valid_from=SINCE)
    return person


def tiny_tower() -> TinyTower:
    """Build it on empty ground: within this test the demo district is gone, afterwards it is back."""
    clear_ground()
    units = _units()
    bodies = _bodies()
    people = _people(units, bodies)
    places = _places(units)
    _furnish(units, bodies, people, places)
    forget_tower()
    return TinyTower(
        **units,  # type: ignore[arg-type]
        **bodies,
        **people,
        **places,
        grids=_grids(units),
        units={unit.code: unit for unit in Unit.objects.all()},
    )


def clear_ground() -> None:
    """Empty the tower, its people and all that hangs on them, inside the test's own transaction."""
    empty("territory_unit", "accounts_person", "accounts_body", "territory_dutyitem")


def empty(*tables: str) -> None:
    """These tables and whatever refers to them, within the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    forget_tower()


def _units() -> dict[str, Unit]:
    district = add_unit(Level.DISTRICT, "440311", "光明区", None, square(0, 0, 6, 2))
    street = add_unit(Level.STREET, "440311002", "公明街道", district, square(0, 0, 4, 2))
    other = add_unit(Level.STREET, "440311004", "凤凰街道", district, square(4, 0, 2, 2))
    community = add_unit(Level.COMMUNITY, "440311002001", "公明社区", street, square(0, 0, 2, 2))
    neighbour = add_unit(Level.COMMUNITY, "440311002002", "上村社区", street, square(2, 0, 2, 2))
    return {
        "district": district,
        "street": street,
        "other_street": other,
        "community": community,
        "other_community": neighbour,
        "sub_grid03": _sub_grid(community, 3, 0, 0, 1),
        "sub_grid04": _sub_grid(community, 4, 0, 1, 3),
        "other_sub_grid01": _sub_grid(neighbour, 1, 2, 0, 1),
        "other_sub_grid02": _sub_grid(neighbour, 2, 2, 1, 3),
    }


def _sub_grid(community: Unit, number: int, column: int, row: int, first_grid: int) -> Unit:
    """A sub-grid two squares wide with its two grids."""
    code, name = f"{community.code}F{number:02d}", f"{community.name}{number:02d}小分格"
    sub_grid = add_unit(Level.SUB_GRID, code, name, community, square(column, row, 2, 1))
    for i in range(2):
        n = first_grid + i
        words = f"{community.name}第{n:03d}网格"
        add_unit(Level.GRID, f"{community.code}{n:03d}", words, sub_grid, square(column + i, row))
    return sub_grid


def _grids(units: dict[str, Unit]) -> tuple[Unit, ...]:
    return tuple(Unit.objects.filter(level=Level.GRID).order_by("code"))


def _bodies() -> dict[str, Body]:
    return {
        "water": Body.objects.create(
            code="water", name="区水务局", kind=Body.Kind.DEPARTMENT, lead_words="水务局;区水务局"
        ),
        "police_station": Body.objects.create(
            code="police.gongming", name="公明派出所", kind=Body.Kind.POLICE
        ),
    }


def _people(units: dict[str, Unit], bodies: dict[str, Body]) -> dict[str, Person]:
    u, district = units, units["district"]
    police = bodies["police_station"]
    rows: dict[str, tuple[Role | None, Unit | None, Body | None, str]] = {
        "chief04": (Role.SUBGRID_CHIEF, u["sub_grid04"], None, "公明社区04小分格格长"),
        "service04": (Role.SERVICE_POST, u["sub_grid04"], None, "公明社区04小分格民生诉求服务岗"),
        "patrol04": (Role.PATROL_POST, u["sub_grid04"], None, "公明社区04小分格综合巡查纠治岗"),
        "chief03": (Role.SUBGRID_CHIEF, u["sub_grid03"], None, "公明社区03小分格格长"),
        "other_chief": (Role.SUBGRID_CHIEF, u["other_sub_grid01"], None, "上村社区01小分格格长"),
        "community_desk": (Role.COMMUNITY_DESK, u["community"], None, "公明社区值班员"),
        "community_secretary": (Role.COMMUNITY_SECRETARY, u["community"], None, "公明社区书记"),
        "other_community_desk": (Role.COMMUNITY_DESK, u["other_community"], None, "上村社区值班员"),
        "street_desk": (Role.STREET_DESK, u["street"], None, "公明街道分拨员"),
        "street_deputy": (Role.STREET_DEPUTY, u["street"], None, "公明街道分管领导"),
        "street_secretary": (Role.STREET_SECRETARY, u["street"], None, "公明街道书记"),
        "stranger_street_desk": (Role.STREET_DESK, u["other_street"], None, "凤凰街道分拨员"),
        "hall_desk": (Role.HALL_DESK, u["street"], None, "公明街道大厅登记员"),
        "district_command": (Role.DISTRICT_COMMAND, district, None, "区指挥中心值班员"),
        "grid_centre": (Role.GRID_CENTRE, district, None, "区网格中心"),
        "water_clerk": (Role.DEPARTMENT_DESK, None, bodies["water"], "区水务局经办人"),
        "police_officer": (Role.POLICE_OFFICER, u["sub_grid04"], police, "公明派出所责任民警"),
        "legal_adviser": (Role.LEGAL_ADVISER, u["sub_grid04"], None, "公明社区04小分格法律顾问"),
        "auditor": (Role.AUDITOR, district, None, "审计员"),
        "system_admin": (Role.SYSTEM_ADMIN, district, None, "系统管理员"),
        "security_admin": (Role.SECURITY_ADMIN, district, None, "安全管理员"),
        "nobody": (None, None, None, "没有岗位的人"),
    }
    return {name: add_person(name, *row) for name, row in rows.items()}


def _places(units: dict[str, Unit]) -> dict[str, Building]:
    grids = _grids(units)
    homes = {
        "building": ("富豪花园C区1栋", ["富豪花园C1栋"], grids[2], (0.5, 1.5), 96),
        "neighbour_building": ("天虹大厦", ["天虹商场"], grids[4], (2.5, 0.5), 10),
    }
    made = {name: add_building(f"B{n}", *home) for n, (name, home) in enumerate(homes.items(), start=1)}
    add_building("B3", "富豪花园C区2栋", [], grids[2], (0.6, 1.5), 80)
    add_building("B4", "幸福小区1栋", [], grids[0], (0.5, 0.5), 120)
    return made


def add_building(
    code: str, name: str, aliases: list[str], grid: Unit, at: tuple[float, float], residents: int
) -> Building:
    """A building with one coded door, `at` so many squares from the south-west corner."""
    building = Building.objects.create(
        code=code,
        name=name,
        aliases=aliases,
        address=f"{name}（测试路{len(name)}号）",
        grid=grid,
        path=grid.path,
        lon=WEST + at[0] * SIDE,
        lat=SOUTH + at[1] * SIDE,
        floors=6,
        dwellings=24,
        households=residents // 3,
        residents=residents,
    )
    Door.objects.create(building=building, number="1", code=f"D{code}")
    return building


def _furnish(
    units: dict[str, Unit], bodies: dict[str, Body], people: dict[str, Person], places: dict[str, Building]
) -> None:
    """Posts, a party branch, a duty list, a portfolio, a station, a shared office, police grids."""
    sub_grid = units["sub_grid04"]
    for role in sorted(GRID_ROLES):
        Post.objects.create(unit=sub_grid, role=role)
    PartyBranch.objects.create(unit=sub_grid, name="公明社区04小分格党支部", members=31)
    item = DutyItem.objects.create(
        code="D01", name="楼道堆物和占道巡查", categories=["01"], basis="区小分格职责清单"
    )
    Duty.objects.create(unit=sub_grid, item=item, valid_from=SINCE)
    deputy = Assignment.objects.get(person=people["street_deputy"])
    Portfolio.objects.create(assignment=deputy, categories=["01"], valid_from=SINCE)
    station = Station.objects.create(
        code="S1",
        name="公明社区群众诉求服务站",
        tier=Station.Tier.COMMUNITY,
        unit=units["community"],
        kinds=["appeal", "legal"],
        lon=places["building"].lon,
        lat=places["building"].lat,
        opens=time(9),
        closes=time(18),
        weekdays="12345",
        valid_from=SINCE,
    )
    office = SharedOffice.objects.create(unit=sub_grid, station=station, name="公明社区04小分格联合办公室")
    OfficeDuty.objects.create(
        office=office, weekday=3, person=people["police_officer"], opens=time(9), closes=time(12)
    )
    for n, shape in enumerate((square(0, 0, 2, 1.5), square(0, 1.5, 2, 0.5), square(2, 0, 2, 2)), start=1):
        PoliceGrid.objects.create(
            code=f"P{n}",
            name=f"公明派出所{n}号警格",
            body=bodies["police_station"],
            geometry=shape,
            valid_from=SINCE,
        )
