"""Codes of the tower, and who may see and change it.

Codes: district 6 digits (GB/T 2260), street 9 or, with its closing zeros, 12, community 12, grid 15 (GB/T
34300-2017: community 12 + 3). The national schemes have no level between community and grid, so a sub-grid has a
code of its own, `community12 + F + 2 digits`. Each code begins with the code of the unit that contains it.
"""

import re
from datetime import datetime

from maplegrid.rules.access import Actor, Seat, clashing_roles
from maplegrid.rules.vocabulary import (
    ADMIN_ROLES,
    COMMUNITY_ROLES,
    DISTRICT_ROLES,
    GRID_ROLES,
    LEVEL_NAMES,
    LEVELS,
    N_,
    ROLE_NAMES,
    STREET_ROLES,
    Level,
    Refusal,
    Role,
)

CODE_SHAPES: dict[Level, re.Pattern[str]] = {
    Level.DISTRICT: re.compile(r"\d{6}", re.ASCII),
    Level.STREET: re.compile(r"\d{9}(000)?", re.ASCII),
    Level.COMMUNITY: re.compile(r"\d{9}(?!000)\d{3}", re.ASCII),
    Level.SUB_GRID: re.compile(r"\d{12}F\d{2}", re.ASCII),
    Level.GRID: re.compile(r"\d{15}", re.ASCII),
}
CODE_WORDS: dict[Level, str] = {
    Level.DISTRICT: N_("6 位数字"),
    Level.STREET: N_("9 位或 12 位数字"),
    Level.COMMUNITY: N_("12 位数字"),
    Level.SUB_GRID: N_("社区 12 位 + F + 2 位数字"),
    Level.GRID: N_("15 位数字"),
}
# How much of its code a unit lends to those below it.
LENDS: dict[Level, int] = {Level.DISTRICT: 6, Level.STREET: 9, Level.COMMUNITY: 12, Level.SUB_GRID: 12}
KEEPERS = frozenset({Role.GRID_CENTRE, Role.SYSTEM_ADMIN})
ROSTER_KEEPERS = KEEPERS | COMMUNITY_ROLES | STREET_ROLES | {Role.SUBGRID_CHIEF}
ABSENCE_KEEPERS = (
    frozenset({Role.GRID_CENTRE, Role.DISTRICT_COMMAND})
    | COMMUNITY_ROLES
    | (STREET_ROLES - {Role.STREET_DEPUTY})
)

# Where a role has its seat; a department's clerk has it in a body instead.
SEATS_AT: dict[Role, frozenset[Level]] = {
    **dict.fromkeys(GRID_ROLES, frozenset({Level.SUB_GRID})),
    **dict.fromkeys(COMMUNITY_ROLES, frozenset({Level.COMMUNITY})),
    **dict.fromkeys(STREET_ROLES, frozenset({Level.STREET})),
    **dict.fromkeys(DISTRICT_ROLES | ADMIN_ROLES | {Role.AUDITOR}, frozenset({Level.DISTRICT})),
    Role.HALL_DESK: frozenset({Level.DISTRICT, Level.STREET, Level.COMMUNITY}),
    Role.POLICE_OFFICER: frozenset({Level.SUB_GRID, Level.COMMUNITY}),
    Role.LEGAL_ADVISER: frozenset({Level.SUB_GRID, Level.COMMUNITY}),
}


def level_above(level: Level) -> Level | None:
    """The level a unit of this level hangs from; None for the district."""
    place = LEVELS.index(level)
    return LEVELS[place - 1] if place else None


def level_of_code(code: str) -> Level | None:
    """The level a code alone tells, or None. Twelve digits that end in three zeros are a street."""
    for level in LEVELS:
        if CODE_SHAPES[level].fullmatch(code):
            return level
    return None


def why_not_code(level: Level, code: str) -> Refusal | None:
    """Has the code the shape of its level?"""
    if CODE_SHAPES[level].fullmatch(code):
        return None
    return Refusal(
        "code_shape",
        N_("{level}的编码应当是{shape}，这里是“{code}”"),
        {"level": LEVEL_NAMES[level], "shape": CODE_WORDS[level], "code": code},
    )


def why_not_under(level: Level, code: str, parent_level: Level | None, parent_code: str) -> Refusal | None:
    """May a unit with this code hang from that one? (no parent: only the district)"""
    if parent_level is not level_above(level):
        above = level_above(level)
        return Refusal(
            "wrong_parent",
            N_("{level}的上级应当是{above}") if above else N_("区没有上级"),
            {"level": LEVEL_NAMES[level], "above": LEVEL_NAMES[above] if above else ""},
        )
    if parent_level is None or code.startswith(parent_code[: LENDS[parent_level]]):
        return None
    return Refusal(
        "code_prefix",
        N_("编码“{code}”应当以上级的“{prefix}”开头"),
        {"code": code, "prefix": parent_code[: LENDS[parent_level]]},
    )


def parent_prefix(level: Level, code: str) -> str:
    """The code of the containing unit as far as this code tells it (a grid tells its community, not its sub-grid)."""
    lengths = {Level.STREET: 6, Level.COMMUNITY: 9, Level.SUB_GRID: 12, Level.GRID: 12}
    return code[: lengths[level]] if level in lengths else ""


def why_not_see_unit(actor: Actor, path: str) -> Refusal | None:
    """Staff see the units of their own area and those above it; a district's desk therefore sees all."""
    mine = [seat.path for seat in actor.seats if seat.path]
    if any(path.startswith(area) or area.startswith(path) for area in mine):
        return None
    return Refusal("other_area", N_("没有找到这个单元，或者它不在您负责的范围内"))


def why_not_keep_tower(actor: Actor) -> Refusal | None:
    """Boundaries, codes, staff lists, duty lists and imports are kept by the district's grid centre."""
    if actor.holds(*KEEPERS):
        return None
    return Refusal("not_keeper", N_("辖区数据由区网格中心维护，请把要改的告诉他们"))


def why_not_appoint(actor: Actor, person_id: int, role: Role) -> Refusal | None:
    """Appointments are kept with the tower; nobody appoints themselves; administrators are made by their own."""
    if not actor.holds(*KEEPERS):
        return why_not_keep_tower(actor)
    if actor.person_id == person_id:
        return Refusal("own_appointment", N_("不能给自己安排岗位，请由另一位管理员办"))
    if role in ADMIN_ROLES and not actor.holds(Role.SYSTEM_ADMIN):
        return Refusal("admin_by_admin", N_("管理员岗位由系统管理员安排"))
    return None


def why_not_here(role: Role, level: Level | None, has_body: bool) -> Refusal | None:
    """Has this role its seat in a unit of that level (None: no unit), or in a body?"""
    if role is Role.DEPARTMENT_DESK:
        return None if has_body else Refusal("needs_body", N_("部门经办人要写明是哪个部门"))
    if level in SEATS_AT[role]:
        return None
    levels = [LEVEL_NAMES[one] for one in LEVELS if one in SEATS_AT[role]]
    return Refusal(
        "wrong_level",
        N_("{role}要安排在{levels}这一级"),
        {"role": ROLE_NAMES[role], "levels": "、".join(levels)},
    )


def why_not_publish_roster(actor: Actor, path: str) -> Refusal | None:
    """The roster of a shared office is kept by its chief and the desks above."""
    if any(seat.role in ROSTER_KEEPERS and seat.path and path.startswith(seat.path) for seat in actor.seats):
        return None
    return Refusal("not_their_roster", N_("值班表由本小分格格长、社区、街道或区网格中心维护"))


def why_not_set_deputy(actor: Actor, person: Actor) -> Refusal | None:
    """A person sets their own deputy; a desk above them may, when they cannot."""
    if actor.person_id == person.person_id:
        return None
    areas = [seat.path for seat in actor.seats if seat.path and seat.role in ABSENCE_KEEPERS]
    own = [seat.path for seat in person.seats if seat.path and not seat.deputising]
    if own and all(any(path.startswith(area) for area in areas) for path in own):
        return None
    return Refusal("not_their_absence", N_("离岗代理由本人或者上级值班室设置"))


def why_not_stand_in(person: Actor, deputy: Actor) -> Refusal | None:
    """A deputy works in the same unit or body, beside it under the same unit, above it or below it.

    Both together hold no roles that exclude each other (三员分立).
    """
    if person.person_id == deputy.person_id:
        return Refusal("own_deputy", N_("代理人不能是本人"))
    both = frozenset(seat.role for seat in (*own_seats(person), *own_seats(deputy)))
    clash = clashing_roles(both)
    if clash:
        return clash
    if all(any(_near(seat, other) for other in own_seats(deputy)) for seat in own_seats(person)):
        return None
    return Refusal(
        "far_deputy", N_("{deputy}不在同一个单元、部门或者上下级，不能代理"), {"deputy": deputy.words}
    )


def own_seats(actor: Actor) -> list[Seat]:
    """The seats of the person themselves, without those they deputise for."""
    return [seat for seat in actor.seats if not seat.deputising]


def _near(seat: Seat, other: Seat) -> bool:
    if seat.body_id is not None and seat.body_id == other.body_id:
        return True
    if not seat.path or not other.path:
        return False
    beside = _above(seat.path) == _above(other.path)
    return beside or seat.path.startswith(other.path) or other.path.startswith(seat.path)


def _above(path: str) -> str:
    return path.rstrip("/").rpartition("/")[0]


def why_not_absent(start: datetime, end: datetime, now: datetime) -> Refusal | None:
    """An absence ends after it starts, and is not set for a time already over."""
    if end <= start:
        return Refusal("absence_backwards", N_("结束时间要在开始时间之后"))
    if end <= now:
        return Refusal("absence_over", N_("这段时间已经过去了，请重新选时间"))
    return None
