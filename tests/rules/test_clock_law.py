"""Worked examples of the law come out, and what pauses, extensions and unpublished years do to them."""

import pytest

from maplegrid.rules.clock import ClockEvent, compute
from tests.rules.law_examples import EXAMPLES, at, rule


@pytest.mark.parametrize(("name", "start", "due", "why"), EXAMPLES, ids=[f"{e[0]} {e[3]}" for e in EXAMPLES])
def test_a_worked_example_comes_out(name: str, start: str, due: str, why: str) -> None:
    state = compute(rule(name), [ClockEvent("start", at(start))])
    assert state.due == at(due)
    assert state.due is not None
    assert state.due.isoformat().endswith("+08:00")
    assert state.running
    assert state.awaiting_calendar is None


def test_a_petition_may_be_extended_by_thirty_days() -> None:
    """信访工作条例 Art 34: 60 days and once at most 30 more, approved by the head."""
    events = [
        ClockEvent("start", at("2026-03-02 10:00")),
        ClockEvent("extend", at("2026-04-20 09:00"), "负责人", "情况复杂", 30, "calendar_day"),
    ]
    assert compute(rule("law.L5"), events).due == at("2026-05-31 23:59:59")


def test_the_days_of_a_hearing_are_excluded_from_a_re_review() -> None:
    """信访工作条例 Art 36: two nights inside the hearing, so 1 April becomes 3 April."""
    events = [
        ClockEvent("start", at("2026-03-02 10:00")),
        ClockEvent("pause", at("2026-03-10 09:00"), reason="听证"),
        ClockEvent("resume", at("2026-03-12 17:00")),
    ]
    assert compute(rule("law.L9"), events).due == at("2026-04-03 23:59:59")


def test_a_pause_that_the_law_does_not_name_is_computed_and_said() -> None:
    events = [
        ClockEvent("start", at("2026-03-02 10:00")),
        ClockEvent("pause", at("2026-03-10 09:00"), reason="等材料"),
        ClockEvent("resume", at("2026-03-11 09:00")),
    ]
    state = compute(rule("law.L5"), events)
    assert state.due == at("2026-05-02 23:59:59")
    assert "法律没有写这个时限可以暂停，请核对暂停的依据" in state.because
    assert state.raw(at("2026-03-12 10:00")) - state.net(at("2026-03-12 10:00")) == (
        at("2026-03-11 09:00") - at("2026-03-10 09:00")
    )


def test_a_working_limit_that_reaches_an_unpublished_year_waits_for_its_calendar() -> None:
    state = compute(rule("C12315:result"), [ClockEvent("start", at("2026-12-01 10:00"))])
    assert state.due is None
    assert state.awaiting_calendar == 2027
    assert state.running
    assert state.state_at(at("2027-03-01 10:00")) == "awaiting"
    assert state.next_moments() == (None, None)
    assert "2027 年的节假日安排还没有公布，公布后再算" in state.because


def test_a_residents_limit_that_may_roll_waits_too_and_an_authoritys_does_not() -> None:
    start = [ClockEvent("start", at("2026-12-10 10:00"))]
    assert compute(rule("law.L6"), start).awaiting_calendar == 2027
    assert compute(rule("law.L7"), start).due == at("2027-01-09 23:59:59")
