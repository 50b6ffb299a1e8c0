"""docs/reference says what the code says; `make docs` writes it anew."""

import ast

import pytest

from maplegrid.config.wiring import EVENTS
from maplegrid.rules.lifecycle import Action
from maplegrid.rules.vocabulary import Role
from tests.house.reference import FOLDER, MEANINGS, PAGES, emitted, environment_reads, mark, modules


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_of_the_reference_is_fresh(name: str):
    written = (FOLDER / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), f"docs/reference/{name} is stale: run make docs"


def test_every_setting_that_is_read_is_explained_and_none_is_left_over():
    assert set(environment_reads()) == set(MEANINGS)


def test_every_event_that_is_told_is_wired():
    assert {event for _, tree in modules() for event in emitted(tree)} <= set(EVENTS)


def test_a_setting_under_a_constant_and_one_in_brackets_are_both_found():
    tree = ast.parse("NAME = 'X'\nos.environ[NAME]")
    from tests.house.reference import constants_of, name_in

    assert name_in(tree.body[1].value.slice, constants_of(tree)) == "X"


def test_the_roles_page_asks_the_rules():
    assert mark(Role.SUBGRID_CHIEF, Action.ACCEPT) == "●"
    assert mark(Role.SERVICE_POST, Action.CLOSE) == ""
    assert mark(Role.COMMUNITY_DESK, Action.DIVERT) == ""
    assert mark(Role.STREET_DESK, Action.DIVERT) == "●"
    assert all(mark(Role.SYSTEM_ADMIN, action) == "" for action in Action)
