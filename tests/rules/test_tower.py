from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from maplegrid.rules.access import Actor, Seat
from maplegrid.rules.tower import (
    level_above,
    level_of_code,
    parent_prefix,
    why_not_absent,
    why_not_appoint,
    why_not_code,
    why_not_keep_tower,
    why_not_publish_roster,
    why_not_see_unit,
    why_not_set_deputy,
    why_not_under,
)
from maplegrid.rules.vocabulary import LEVELS, Level, Role

GOOD = {
    Level.DISTRICT: ["440311"],
    Level.STREET: ["440311002", "440311002000"],
    Level.COMMUNITY: ["440311002001"],
    Level.SUB_GRID: ["440311002001F04"],
    Level.GRID: ["440311002001003"],
}
BAD = [
    "",
    "44031",
    "440311002001F4",
    "440311002001f04",
    "４４０３１１",
    "440311002001-04",
    "440311 ",
    "4403110020010031",
]


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_takes_its_own_codes_and_refuses_all_others(level):
    for code in GOOD[level]:
        assert why_not_code(level, code) is None
    others = {code for other, codes in GOOD.items() if other is not level for code in codes}
    for code in [*BAD, *others]:
        refusal = why_not_code(level, code)
        assert refusal is not None
        assert code in str(refusal)


def test_the_level_of_a_code_is_read_from_its_shape():
    assert [level_of_code(GOOD[level][0]) for level in LEVELS] == list(LEVELS)
    assert level_of_code("440311002000") is Level.STREET
    assert [level_of_code(code) for code in BAD] == [None] * len(BAD)


@pytest.mark.parametrize(
    ("level", "code", "above", "parent", "reason"),
    [
        (Level.DISTRICT, "440311", None, "", None),
        (Level.STREET, "440311002", Level.DISTRICT, "440311", None),
        (Level.COMMUNITY, "440311002001", Level.STREET, "440311002", None),
        (Level.COMMUNITY, "440311002001", Level.STREET, "440311002000", None),
        (Level.SUB_GRID, "440311002001F04", Level.COMMUNITY, "440311002001", None),
        (Level.GRID, "440311002001003", Level.SUB_GRID, "440311002001F04", None),
        (Level.GRID, "440311002002003", Level.SUB_GRID, "440311002001F04", "code_prefix"),
        (Level.GRID, "440311002001003", Level.COMMUNITY, "440311002001", "wrong_parent"),
        (Level.GRID, "440311002001003", Level.STREET, "440311002", "wrong_parent"),
        (Level.STREET, "440312002", Level.DISTRICT, "440311", "code_prefix"),
        (Level.DISTRICT, "440311", Level.STREET, "440311002", "wrong_parent"),
        (Level.STREET, "440311002", None, "", "wrong_parent"),
    ],
)
def test_a_unit_hangs_from_the_level_above_and_begins_with_its_code(level, code, above, parent, reason):
    refusal = why_not_under(level, code, above, parent)
    assert (refusal.code if refusal else None) == reason
    assert refusal is None or "{" not in str(refusal)


def test_a_code_tells_the_unit_above_as_far_as_it_can():
    assert parent_prefix(Level.STREET, "440311002") == "440311"
    assert parent_prefix(Level.COMMUNITY, "440311002001") == "440311002"
    assert parent_prefix(Level.GRID, "440311002001003") == "440311002001"
    assert parent_prefix(Level.DISTRICT, "440311") == ""
    assert level_above(Level.DISTRICT) is None


def someone(role: Role, path: str, person_id: int = 1) -> Actor:
    return Actor(person_id, role.value, (Seat(role, path, person_id=person_id),))


CHIEF = someone(Role.SUBGRID_CHIEF, "/1/2/3/4/", 4)
STREET_DESK = someone(Role.STREET_DESK, "/1/2/", 2)
STRANGER = someone(Role.STREET_DESK, "/1/9/", 9)
CENTRE = someone(Role.GRID_CENTRE, "/1/", 1)
SYSTEM = someone(Role.SYSTEM_ADMIN, "/1/", 7)
CLERK = Actor(8, "经办人", (Seat(Role.DEPARTMENT_DESK, body_id=5),))


def test_staff_see_their_own_area_and_what_lies_above_it():
    seen = {
        path: why_not_see_unit(STREET_DESK, path) is None
        for path in ("/1/", "/1/2/", "/1/2/3/", "/1/9/", "/1/22/")
    }
    assert seen == {"/1/": True, "/1/2/": True, "/1/2/3/": True, "/1/9/": False, "/1/22/": False}
    assert why_not_see_unit(CENTRE, "/1/9/8/7/") is None
    assert why_not_see_unit(CLERK, "/1/") is not None


def test_only_the_grid_centre_and_the_system_administrator_keep_the_tower():
    assert [why_not_keep_tower(actor) is None for actor in (CENTRE, SYSTEM, STREET_DESK, CHIEF, CLERK)] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_nobody_appoints_themselves_and_administrators_are_made_by_their_own():
    assert why_not_appoint(CENTRE, 4, Role.SUBGRID_CHIEF) is None
    assert why_not_appoint(CENTRE, 1, Role.SUBGRID_CHIEF).code == "own_appointment"
    assert why_not_appoint(CENTRE, 4, Role.SECURITY_ADMIN).code == "admin_by_admin"
    assert why_not_appoint(SYSTEM, 4, Role.SECURITY_ADMIN) is None
    assert why_not_appoint(STREET_DESK, 4, Role.SUBGRID_CHIEF).code == "not_keeper"


def test_a_roster_is_kept_by_its_chief_and_those_above():
    for keeper in (CHIEF, STREET_DESK, CENTRE):
        assert why_not_publish_roster(keeper, "/1/2/3/4/") is None
    assert why_not_publish_roster(STRANGER, "/1/2/3/4/") is not None
    assert why_not_publish_roster(CHIEF, "/1/2/3/5/") is not None


def test_a_deputy_is_set_by_oneself_or_a_desk_above_never_by_a_stranger():
    assert why_not_set_deputy(CHIEF, CHIEF) is None
    assert why_not_set_deputy(STREET_DESK, CHIEF) is None
    assert why_not_set_deputy(STRANGER, CHIEF) is not None
    assert why_not_set_deputy(CHIEF, STREET_DESK) is not None
    assert why_not_set_deputy(STREET_DESK, CLERK) is not None


def test_an_absence_lies_ahead_and_runs_forward():
    now = datetime(2026, 9, 16, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    hour = timedelta(hours=1)
    assert why_not_absent(now - hour, now + hour, now) is None
    assert why_not_absent(now + hour, now + hour, now).code == "absence_backwards"
    assert why_not_absent(now - 2 * hour, now - hour, now).code == "absence_over"
