"""Who works in the demo district: roles with sign-in names, never real names; Party branches and duty lists."""

from dataclasses import dataclass

import numpy as np

from maplegrid.rules.vocabulary import ROLE_NAMES, Level, Role
from maplegrid.simulate.bodies import Body, station_of
from maplegrid.simulate.facts import DISTRICT_CODE, STREETS
from maplegrid.simulate.geography import Geography
from maplegrid.simulate.lattice import Ints
from maplegrid.simulate.plan import DistrictPlan


@dataclass(frozen=True)
class Staff:
    """One person who signs in. Scope is `unit` (area code), `body` (office code) or both; "" means none."""

    username: str
    display_zh: str
    display_en: str
    role: Role
    unit: str
    body: str = ""

    @property
    def post(self) -> str:
        return ROLE_NAMES[self.role]


@dataclass(frozen=True)
class DutyItem:
    """One line of the public duty list; `categories` are first-level codes it covers."""

    code: str
    name: str
    name_en: str
    categories: tuple[str, ...]
    basis: str


ARTICLE = "公开报道所列十类事项"
OURS = "演示区默认，以区里公布的清单为准"
DUTY_ITEMS: tuple[DutyItem, ...] = (
    DutyItem(
        "D01", "综治信访", "Disputes and petitions", ("01", "02", "03", "04", "06", "07", "13"), ARTICLE
    ),
    DutyItem("D02", "城市管理", "Urban management", ("10", "11"), ARTICLE),
    DutyItem("D03", "安全防范", "Safety", ("08", "09"), ARTICLE),
    DutyItem("D04", "民生服务", "Everyday services", ("05", "12", "99"), ARTICLE),
    DutyItem("D05", "基础信息采集", "Basic register", (), OURS),
    DutyItem("D06", "政策法规宣传", "Public information", (), OURS),
    DutyItem("D07", "困难群众关爱", "Care for people in need", (), OURS),
    DutyItem("D08", "应急先期处置", "First response in emergencies", (), OURS),
    DutyItem("D09", "物业与楼栋联络", "Liaison with buildings", (), OURS),
    DutyItem("D10", "党群活动组织", "Party and residents' activities", (), OURS),
)

_SUB_GRID_POSTS = (
    ("chief", Role.SUBGRID_CHIEF, "chief"),
    ("info", Role.INFO_POST, "information post"),
    ("patrol", Role.PATROL_POST, "patrol post"),
    ("service", Role.SERVICE_POST, "service post"),
)
_DISTRICT_POSTS = (
    ("district.duty1", Role.DISTRICT_COMMAND, "区指挥中心 值班员1", "District command, duty officer 1", ""),
    ("district.duty2", Role.DISTRICT_COMMAND, "区指挥中心 值班员2", "District command, duty officer 2", ""),
    ("district.duty3", Role.DISTRICT_COMMAND, "区指挥中心 值班员3", "District command, duty officer 3", ""),
    ("district.hotline1", Role.HALL_DESK, "区热线 登记员1", "District hotline, desk 1", ""),
    ("district.hotline2", Role.HALL_DESK, "区热线 登记员2", "District hotline, desk 2", ""),
    (
        "gridcentre.desk1",
        Role.GRID_CENTRE,
        "区网格中心 经办人1",
        "District grid centre, desk 1",
        "gridcentre",
    ),
    (
        "gridcentre.desk2",
        Role.GRID_CENTRE,
        "区网格中心 经办人2",
        "District grid centre, desk 2",
        "gridcentre",
    ),
    (
        "district.leader1",
        Role.DISTRICT_COMMAND,
        "区委 分管负责人1",
        "District committee, member in charge 1",
        "",
    ),
    ("audit1", Role.AUDITOR, "审计员1", "Auditor 1", ""),
    ("audit2", Role.AUDITOR, "审计员2", "Auditor 2", ""),
    ("admin.system", Role.SYSTEM_ADMIN, "系统管理员", "System administrator", ""),
    ("admin.security", Role.SECURITY_ADMIN, "安全管理员", "Security administrator", ""),
    ("admin.audit", Role.AUDIT_ADMIN, "审计管理员", "Audit administrator", ""),
)


def all_staff(geography: Geography, bodies: list[Body]) -> list[Staff]:
    """District, streets, communities, sub-grids, then the bodies' clerks; sign-in names are unique."""
    return [
        *(Staff(name, zh, en, role, DISTRICT_CODE, body) for name, role, zh, en, body in _DISTRICT_POSTS),
        *_street_staff(),
        *_community_staff(),
        *_sub_grid_staff(geography),
        *_clerks(bodies),
    ]


def _street_staff() -> list[Staff]:
    posts = (
        ("desk1", Role.STREET_DESK, "分拨员1", "triage desk 1"),
        ("desk2", Role.STREET_DESK, "分拨员2", "triage desk 2"),
        ("secretary", Role.STREET_SECRETARY, "书记", "secretary"),
        ("deputy", Role.STREET_DEPUTY, "分管副书记", "deputy secretary in charge"),
        ("hall", Role.HALL_DESK, "大厅登记员", "hall desk"),
    )
    return [
        Staff(
            f"{street.handle}.{handle}",
            f"{street.name} {zh}",
            f"{street.pinyin} Subdistrict, {en}",
            role,
            f"{DISTRICT_CODE}{street.code3}",
            f"street.{street.handle}",
        )
        for street in STREETS
        for handle, role, zh, en in posts
    ]


def _community_staff() -> list[Staff]:
    posts = (
        ("desk1", Role.COMMUNITY_DESK, "值班员1", "desk 1"),
        ("desk2", Role.COMMUNITY_DESK, "值班员2", "desk 2"),
        ("secretary", Role.COMMUNITY_SECRETARY, "书记", "secretary"),
    )
    return [
        Staff(
            f"{place.handle}.{handle}",
            f"{place.name} {zh}",
            f"{place.pinyin} Community, {en}",
            role,
            f"{DISTRICT_CODE}{street.code3}{place.code3}",
            f"community.{place.handle}",
        )
        for street in STREETS
        for place in street.communities
        for handle, role, zh, en in posts
    ]


def _sub_grid_staff(geography: Geography) -> list[Staff]:
    units = geography.units[Level.SUB_GRID]
    staff = []
    for row, place in enumerate(geography.community_of_sub_grid()):
        code, zh, en = units.code[row], units.name[row], units.name_en[row]
        handle = f"{place.handle}{units.number[row]:02d}"
        staff += [
            Staff(f"{handle}.{post}", f"{zh} {ROLE_NAMES[role]}", f"{en}, {post_en}", role, code)
            for post, role, post_en in _SUB_GRID_POSTS
        ]
        staff += [
            Staff(f"{handle}.police", f"{zh} 责任民警", f"{en}, police officer", Role.POLICE_OFFICER, code, station_of(code[:12])),
            Staff(f"{handle}.adviser", f"{zh} 法律顾问", f"{en}, legal adviser", Role.LEGAL_ADVISER, code, "legalservice"),
        ]  # fmt: skip
    return staff


def _clerks(bodies: list[Body]) -> list[Staff]:
    """Two clerks in each department, one in each police station and office of justice or labour."""
    clerks = []
    for body in bodies:
        if body.code.startswith("community.") or body.code in {f"street.{one.handle}" for one in STREETS}:
            continue
        for number in (1,) if body.unit else (1, 2):
            clerks.append(
                Staff(
                    f"{body.code}.clerk{number}",
                    f"{body.name} 经办人{number}",
                    f"{body.name_en}, clerk {number}",
                    Role.DEPARTMENT_DESK,
                    "",
                    body.code,
                )
            )
    return clerks


@dataclass(frozen=True)
class Branches:
    """The Party branch of each sub-grid, in its order."""

    name: list[str]
    members: Ints


def party_branches(plan: DistrictPlan, geography: Geography) -> Branches:
    units = geography.units[Level.SUB_GRID]
    members = plan.rng(8).integers(9, 41, len(units))
    return Branches([f"{name}党支部" for name in units.name], members.astype(np.int64))
