"""The ladder of who answers when a limit is used up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maplegrid.rules.escalation import (
    answering_level,
    default_rungs,
    passed_over,
    rungs_of,
    waits,
    warn_share,
)

DISTRICT, STREET, COMMUNITY, SUB_GRID = TOWER = [1, 2, 3, 4]


def row(*values: object) -> dict[str, str]:
    return dict(zip(("rung", "colour", "at_percent", "levels_up"), map(str, values), strict=True))


WARN, BREACH = row(0, "yellow", 80, 0), row(1, "red", 100, 1)


def test_the_shipped_ladder_goes_from_the_sub_grid_to_the_district():
    levels = [answering_level(TOWER, rung.number, default_rungs()) for rung in default_rungs()]
    assert levels == [SUB_GRID, COMMUNITY, STREET, DISTRICT]
    assert [rung.colour for rung in default_rungs()] == ["yellow", "red", "red", "red"]
    assert warn_share() == 0.8
    assert waits(default_rungs()) == [0.5, 0.5, None]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [WARN],
        [BREACH],
        [row(0, "yellow", 100, 0), BREACH],
        [row(0, "blue", 80, 0), BREACH],
        [row(0, "yellow", 80, 1), BREACH],
        [WARN, row(1, "red", 110, 1)],
        [WARN, BREACH, row(2, "red", 100, 2)],
        [WARN, BREACH, row(2, "red", 150, 0)],
        [WARN, BREACH, row(3, "red", 150, 2)],
    ],
)
def test_a_ladder_that_skips_or_goes_down_is_refused(rows):
    with pytest.raises(ValueError):
        rungs_of(rows)


@given(st.lists(st.integers(), min_size=1, max_size=4, unique=True), st.integers(0, 9))
def test_a_higher_rung_never_answers_lower_and_never_leaves_the_tower(lineage, rung):
    here = answering_level(lineage, rung, default_rungs())
    above = answering_level(lineage, rung + 1, default_rungs())
    assert lineage.index(above) <= lineage.index(here)


def test_levels_passed_over_are_named_lowest_first():
    assert passed_over(TOWER, COMMUNITY, DISTRICT) == (COMMUNITY, STREET)
    assert passed_over(TOWER, COMMUNITY, COMMUNITY) == ()
