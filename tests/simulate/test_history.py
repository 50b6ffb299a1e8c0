"""The year of history: exact figures of the article's table, steps in order, nothing in the future."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from maplegrid.language.taxonomy import default_taxonomy
from maplegrid.rules.lifecycle import OPEN, Status
from maplegrid.rules.vocabulary import GRID_ROLES, Channel, Level, Role
from maplegrid.simulate.district import District, digest
from maplegrid.simulate.history import History, build_history
from maplegrid.simulate.pace import PACE, URGENT
from maplegrid.simulate.phrases import Scene, Speaker, all_talk
from maplegrid.simulate.plan import CHINA

STEPS = ("received", "filed", "dispatched", "first_contact", "started", "result", "closed", "rated")
STAFF_CHANNELS = {Channel.PATROL, Channel.RELAY}


def figures(history: History) -> dict[str, int]:
    """The figures of the article's table, counted from the rows alone."""
    settled = [
        level for level, status in zip(history.level, history.status, strict=True) if status is Status.CLOSED
    ]
    return {
        "events": len(settled),
        "in_sub_grid": settled.count("sub_grid"),
        "by_department": settled.count("department"),
        "found_by_staff": int((history.reporter >= 0).sum()),
        "open": sum(status in OPEN for status in history.status),
    }


def check_order(history: History, now: datetime) -> None:
    """Each step comes after the one before it, and none after `now`."""
    end = np.datetime64(int(now.timestamp()), "s")
    last = history.received
    for name in STEPS:
        moments = getattr(history, name)
        known = ~np.isnat(moments)
        assert (moments[known] <= end).all()
        assert (moments[known] >= last[known]).all()
        last = np.where(known, moments, last)
    assert (np.diff(history.received) >= np.timedelta64(0, "s")).all()


def test_the_same_plan_gives_the_same_history(small: District, small_history: History) -> None:
    assert digest(build_history(small, small.plan)) == digest(small_history)


def test_another_seed_gives_another_history(small: District, small_history: History) -> None:
    assert digest(build_history(small, replace(small.plan, seed=1))) != digest(small_history)


def test_figures_shrink_with_the_scale(small_history: History) -> None:
    counted = figures(small_history)
    assert counted == {
        "events": 250,
        "in_sub_grid": 228,
        "by_department": 11,
        "found_by_staff": 197,
        "open": 40,
    }


def test_steps_are_in_order_and_nothing_lies_ahead(small: District, small_history: History) -> None:
    check_order(small_history, small.plan.now)


@pytest.mark.parametrize("month", [1, 3, 10])
def test_any_day_of_the_year_can_be_today(small: District, month: int) -> None:
    plan = replace(small.plan, now=datetime(2026, month, 1, 0, 5, tzinfo=CHINA))
    history = build_history(small, plan)
    check_order(history, plan.now)
    first = min(datetime(2026, 1, 1, tzinfo=CHINA), plan.now - timedelta(days=30))
    ended = np.array([status not in OPEN for status in history.status])
    assert history.received[ended].min() >= np.datetime64(int(first.timestamp()), "s")


def test_every_open_status_and_every_clock_colour_is_there(small_history: History) -> None:
    statuses = set(small_history.status)
    assert set(OPEN) <= statuses
    assert {Status.MERGED, Status.WITHDRAWN, Status.DIVERTED, Status.CLOSED} <= statuses
    assert set(small_history.clock) == {"", "in_time", "soon", "late", "paused"}


def test_only_open_matters_have_a_clock(small_history: History) -> None:
    for status, clock in zip(small_history.status, small_history.clock, strict=True):
        assert bool(clock) == (status in OPEN)


def test_closed_matters_have_all_their_steps_and_a_result(small_history: History) -> None:
    closed = np.array([status is Status.CLOSED for status in small_history.status])
    for name in STEPS[:-1]:
        assert not np.isnat(getattr(small_history, name)[closed]).any()
    assert np.isnat(small_history.closed[~closed]).all()
    assert all(
        words for words, is_closed in zip(small_history.result_words, closed, strict=True) if is_closed
    )
    assert (small_history.checker[closed] >= 0).all()
    assert (small_history.handler[closed] >= 0).all()


def test_grid_staff_found_what_they_are_said_to_have_found(small: District, small_history: History) -> None:
    sub_grids = set(small.units[Level.SUB_GRID].code)
    for reporter, channel, building in zip(
        small_history.reporter, small_history.channel, small_history.building, strict=True
    ):
        if reporter < 0:
            assert channel is not Channel.PATROL
            continue
        person = small.staff[reporter]
        assert person.role in GRID_ROLES
        assert channel in STAFF_CHANNELS
        assert person.unit in sub_grids
        assert small.units[Level.SUB_GRID].code[small.buildings.sub_grid[building]] == person.unit


def test_clerks_wrote_down_calls_and_visits(small: District, small_history: History) -> None:
    for registrar, channel in zip(small_history.registrar, small_history.channel, strict=True):
        assert (registrar >= 0) == (channel in {Channel.HALL, Channel.HOTLINE})
        assert registrar < 0 or small.staff[registrar].role is Role.HALL_DESK


def test_what_left_the_sub_grid_is_answered_for_elsewhere(small: District, small_history: History) -> None:
    lengths = {"sub_grid": 15, "department": 15, "community": 12, "street": 9}
    bodies = {body.code for body in small.bodies}
    for level, unit, body, status in zip(
        small_history.level, small_history.unit, small_history.body, small_history.status, strict=True
    ):
        assert len(unit) == lengths[level]
        assert bool(body) == (level == "department" or status is Status.DIVERTED)
        assert not body or body in bodies


@pytest.mark.full_scale
def test_departments_were_always_on_time(whole_history: History) -> None:
    """The article says 526 of 526. A matter that may wait for the morning gets the night on top."""
    profile = {talk.code: talk.profile for talk in all_talk()}
    seen = 0
    for row, (level, status) in enumerate(zip(whole_history.level, whole_history.status, strict=True)):
        if level == "department" and status is Status.CLOSED:
            kind = profile[whole_history.category[row]]
            hours = (whole_history.result[row] - whole_history.received[row]) / np.timedelta64(1, "h")
            assert hours <= PACE[kind][0] + (0 if kind in URGENT else 12)
            seen += 1
    assert seen == 526


def test_triage_holds_what_has_no_place(small_history: History) -> None:
    for status, building in zip(small_history.status, small_history.building, strict=True):
        assert (building < 0) == (status is Status.TRIAGE)


def test_merged_matters_name_the_one_they_joined(small_history: History) -> None:
    for row, status in enumerate(small_history.status):
        target = small_history.merged_into[row]
        assert (target >= 0) == (status is Status.MERGED)
        if target >= 0:
            assert small_history.category[row] == small_history.category[target]
            assert small_history.building[row] == small_history.building[target]


def test_residents_leave_unmistakably_false_numbers(small_history: History) -> None:
    for phone, contact, hidden, reporter in zip(
        small_history.phone,
        small_history.contact,
        small_history.anonymous,
        small_history.reporter,
        strict=True,
    ):
        assert bool(phone) == bool(contact) == (not hidden and reporter < 0)
        assert not phone or (phone.startswith("1000000") and len(phone) == 11)


def test_ratings_come_from_residents_after_closing(small_history: History) -> None:
    rated = small_history.rating > 0
    assert rated.any()
    assert small_history.rating.max() <= 5
    assert (rated == ~np.isnat(small_history.rated)).all()
    assert (small_history.reporter[rated] < 0).all()


def test_words_are_varied_and_filled_in(small_history: History) -> None:
    assert len(set(small_history.text)) > 0.95 * len(small_history)
    assert not any(
        "{" in text or "{" in words
        for text, words in zip(small_history.text, small_history.result_words, strict=True)
    )
    assert all(small_history.title)


def test_phrases_agree_with_the_default_taxonomy() -> None:
    taxonomy = default_taxonomy()
    for talk in all_talk():
        event = taxonomy[talk.code]
        assert talk.profile == event.profile
        assert talk.lead in event.lead.replace("/", ";").split(";")
        handed_on = event.route in {"POLICE", "DIVERT", "DIVERT_SEALED", "PETITION", "EMERG"}
        assert bool(talk.weights["divert"]) == handed_on


def test_a_closing_line_is_about_the_same_thing() -> None:
    talk = next(one for one in all_talk() if one.code == "1006")
    speaker = Speaker(np.random.default_rng(1), 40)
    for _ in range(20):
        assert "路灯" in speaker.done(talk, "{road}路灯{days}不亮，晚上下班很黑")


def test_a_title_says_what_not_where() -> None:
    talk = next(one for one in all_talk() if one.code == "0401")
    scene = Scene("富豪花园C区1栋", "富豪花园", "民生路", "宏达工业园", 18)
    said = Speaker(np.random.default_rng(1), 10).resident(talk, scene)
    assert said.title
    assert "富豪花园C区1栋" not in said.title


@pytest.mark.full_scale
def test_the_whole_history_gives_the_article_s_figures(whole: District, whole_history: History) -> None:
    assert figures(whole_history) == {
        "events": 12_500,
        "in_sub_grid": 11_375,
        "by_department": 526,
        "found_by_staff": 9_832,
        "open": 900,
    }
    check_order(whole_history, whole.plan.now)
    assert Counter(whole_history.clock)["late"] > 20
    disputes = {"01", "02", "03", "04", "06", "07"}
    assert sum(code[:2] in disputes for code in whole_history.category) > 1_977
