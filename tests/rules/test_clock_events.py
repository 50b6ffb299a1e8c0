"""What events do to a clock: pauses, extensions, stops, re-openings; and how it stands at a moment."""

from dataclasses import FrozenInstanceError
from datetime import date, datetime, timedelta

import pytest

from maplegrid.rules.calendar import Calendar, OwnTable
from maplegrid.rules.clock import CHINA, ClockEvent, ClockState, Rule, Sentence, compute

HOUR = timedelta(hours=1)


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=CHINA)


def limit(amount: int, unit: str, party: str = "authority") -> Rule:
    return Rule("T", 1, "result", amount, unit, party=party)


def clock(rule: Rule, *happened: str, calendar: Calendar | None = None) -> ClockState:
    """A clock from words like "start 2026-03-02 10:00"."""
    events = [ClockEvent(kind, at(when)) for kind, _, when in (words.partition(" ") for words in happened)]
    return compute(rule, events, calendar)


# --- the traps of peers.md -------------------------------------------------------------------------------------


def test_trap_1_a_working_day_is_a_day_and_not_twenty_four_working_hours() -> None:
    state = clock(limit(1, "working_day"), "start 2026-03-02 10:00")
    assert state.due == at("2026-03-03 23:59:59")
    assert clock(limit(24, "working_hour"), "start 2026-03-02 10:00").due == at("2026-03-05 15:00")


def test_trap_1_calendar_days_are_not_stretched_by_rest_days() -> None:
    assert clock(limit(7, "calendar_day"), "start 2026-09-30 10:00").due == at("2026-10-07 23:59:59")


@pytest.mark.parametrize("days", [24, 25, 26, 60, 1_000, 36_500])
def test_trap_2_many_days_do_not_overflow(days: int) -> None:
    start = at("2026-03-02 10:00")
    last_second = at("2026-03-02 23:59:59") + timedelta(days=days)
    assert clock(limit(days, "calendar_day"), "start 2026-03-02 10:00").due == last_second
    minutes = min(days * 24 * 60, 1_000_000)
    assert clock(limit(minutes, "minute"), "start 2026-03-02 10:00").due == start + minutes * timedelta(
        minutes=1
    )
    assert clock(limit(days * 20, "hour"), "start 2026-03-02 10:00").due == start + days * 20 * HOUR


def test_trap_2_twenty_five_working_days_and_more_do_not_overflow() -> None:
    assert clock(limit(25, "working_day"), "start 2025-03-03 10:00").due == at("2025-04-08 23:59:59")
    assert clock(limit(100, "working_day"), "start 2025-03-03 10:00").due == at("2025-07-25 23:59:59")


def test_trap_3_the_bands_follow_from_the_moment_alone() -> None:
    state = clock(limit(10, "hour"), "start 2026-03-02 08:00")
    assert state.next_moments() == (at("2026-03-02 16:00"), at("2026-03-02 18:00"))
    stands = {"15:59:59": "ok", "16:00:00": "soon", "18:00:00": "soon", "18:00:01": "late"}
    assert {t: state.state_at(at(f"2026-03-02 {t}")) for t in stands} == stands


def test_trap_5_nothing_about_a_computed_clock_can_be_edited_in_place() -> None:
    state = clock(limit(3, "working_day"), "start 2026-03-02 10:00")
    with pytest.raises(FrozenInstanceError):
        state.due = at("2026-12-31 00:00")  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        state.rule.amount = 30  # type: ignore[misc]


def test_trap_5_a_pause_is_undone_by_leaving_its_events_out() -> None:
    """The due time is recomputed from intervals, so removing a wrong pause restores it exactly."""
    rule = limit(3, "working_day")
    before = clock(rule, "start 2026-03-02 10:00").due
    paused = clock(rule, "start 2026-03-02 10:00", "pause 2026-03-03 09:00", "resume 2026-03-05 09:00").due
    assert before == at("2026-03-05 23:59:59")
    assert paused == at("2026-03-09 23:59:59")
    assert clock(rule, "start 2026-03-02 10:00").due == before


# --- pauses ----------------------------------------------------------------------------------------------------


def test_an_hour_clock_moves_by_the_paused_hours() -> None:
    state = clock(
        limit(24, "hour"), "start 2026-03-02 10:00", "pause 2026-03-02 12:00", "resume 2026-03-02 15:30"
    )
    assert state.due == at("2026-03-03 13:30")


def test_a_working_hour_clock_moves_only_by_the_office_hours_of_the_pause() -> None:
    rule = limit(4, "working_hour")
    night = clock(rule, "start 2026-03-02 15:00", "pause 2026-03-02 19:00", "resume 2026-03-03 08:00")
    assert night.due == at("2026-03-03 10:00")
    noon = clock(rule, "start 2026-03-02 10:00", "pause 2026-03-02 11:00", "resume 2026-03-02 15:00")
    assert noon.due == at("2026-03-02 18:00")


@pytest.mark.parametrize(
    ("pause", "resume", "due"),
    [
        ("2026-03-03 09:00", "2026-03-03 18:00", "2026-03-05 23:59:59"),  # over before 24:00: nothing lost
        ("2026-03-03 23:00", "2026-03-04 00:30", "2026-03-06 23:59:59"),  # one 24:00 lost
        ("2026-03-04 00:00", "2026-03-04 12:00", "2026-03-05 23:59:59"),  # 24:00 of the 3rd was seen
        ("2026-03-03 12:00", "2026-03-04 00:00", "2026-03-06 23:59:59"),  # back only after 24:00
        ("2026-03-02 11:00", "2026-03-03 09:00", "2026-03-05 23:59:59"),  # the start day never counted
        (
            "2026-03-05 20:00",
            "2026-03-09 09:00",
            "2026-03-09 23:59:59",
        ),  # away on the last evening, over a weekend
    ],
)
def test_a_day_counts_when_the_clock_runs_at_its_end(pause: str, resume: str, due: str) -> None:
    state = clock(limit(3, "working_day"), "start 2026-03-02 10:00", f"pause {pause}", f"resume {resume}")
    assert state.due == at(due)


def test_a_month_clock_moves_by_the_days_it_did_not_see_the_end_of() -> None:
    state = clock(
        limit(2, "month"), "start 2026-01-31 10:00", "pause 2026-02-10 09:00", "resume 2026-02-13 09:00"
    )
    assert state.due == at("2026-04-03 23:59:59")  # 31 March and three days


def test_nobody_knows_the_due_time_while_a_pause_is_open() -> None:
    state = clock(limit(3, "working_day"), "start 2026-03-02 10:00", "pause 2026-03-03 09:00")
    assert (state.due, state.awaiting_calendar, state.running) == (None, None, False)
    assert state.state_at(at("2026-09-01 10:00")) == "paused"
    assert state.next_moments() == (None, None)
    assert "现在暂停着，继续以后才知道什么时候到期" in state.because


def test_a_pause_after_the_limit_was_used_up_hides_nothing() -> None:
    state = clock(limit(2, "hour"), "start 2026-03-02 10:00", "pause 2026-03-02 13:00")
    assert state.due == at("2026-03-02 12:00")
    assert state.state_at(at("2026-03-03 10:00")) == "late"


def test_a_pause_at_the_very_end_of_the_limit_comes_too_late() -> None:
    state = clock(limit(2, "hour"), "start 2026-03-02 10:00", "pause 2026-03-02 12:00")
    assert state.due == at("2026-03-02 12:00")


def test_a_pause_that_holds_at_the_start_goes_on_after_it() -> None:
    events = ("pause 2026-03-02 09:00", "start 2026-03-02 10:00", "resume 2026-03-02 11:00")
    assert clock(limit(1, "hour"), *events).due == at("2026-03-02 12:00")


def test_a_pause_of_no_length_changes_nothing() -> None:
    plain = clock(limit(2, "hour"), "start 2026-03-02 10:00")
    pinched = clock(
        limit(2, "hour"), "start 2026-03-02 10:00", "resume 2026-03-02 11:00", "pause 2026-03-02 11:00"
    )
    assert pinched.due == plain.due
    assert pinched.running


def test_raw_and_net_time_are_both_kept() -> None:
    state = clock(
        limit(24, "hour"), "start 2026-03-02 10:00", "pause 2026-03-02 12:00", "resume 2026-03-02 15:00"
    )
    now = at("2026-03-02 18:00")
    assert (state.raw(now), state.net(now)) == (8 * HOUR, 5 * HOUR)
    early = at("2026-03-02 09:00")
    assert (state.raw(early), state.net(early)) == (timedelta(), timedelta())
    stopped = clock(limit(24, "hour"), "start 2026-03-02 10:00", "stop 2026-03-02 11:00")
    assert (stopped.raw(now), stopped.net(now)) == (HOUR, HOUR)


# --- stops and re-openings -------------------------------------------------------------------------------------


def test_a_stop_is_judged_by_the_due_time_it_would_have_had() -> None:
    met = clock(limit(3, "working_day"), "start 2026-03-02 10:00", "stop 2026-03-05 23:59:59")
    assert met.due == at("2026-03-05 23:59:59")
    assert met.state_at(at("2027-01-01 00:00")) == "met"
    late = clock(limit(3, "working_day"), "start 2026-03-02 10:00", "stop 2026-03-06 00:00")
    assert late.due == met.due
    assert late.state_at(at("2026-03-02 11:00")) == "met_late"


def test_the_last_second_of_a_day_belongs_to_the_limit() -> None:
    start = ClockEvent("start", at("2026-03-02 10:00"))
    stop = ClockEvent("stop", at("2026-03-05 23:59:59") + timedelta(milliseconds=900))
    assert compute(limit(3, "working_day"), [start, stop]).state_at(stop.at) == "met"
    hours = ClockEvent("stop", at("2026-03-02 12:00") + timedelta(milliseconds=900))
    assert compute(limit(2, "hour"), [start, hours]).state_at(stop.at) == "met_late"


def test_a_clock_stopped_during_a_pause_was_met() -> None:
    state = clock(
        limit(2, "hour"), "start 2026-03-02 10:00", "pause 2026-03-02 11:00", "stop 2026-03-04 10:00"
    )
    assert state.due == at("2026-03-04 11:00")
    assert state.state_at(at("2026-03-05 10:00")) == "met"


def test_a_reopened_clock_goes_on_from_where_it_stopped() -> None:
    state = clock(
        limit(24, "hour"), "start 2026-03-02 10:00", "stop 2026-03-02 16:00", "reopen 2026-03-04 08:00"
    )
    assert state.due == at("2026-03-05 02:00")
    assert state.running
    assert state.stopped_at is None
    again = clock(
        limit(24, "hour"),
        "start 2026-03-02 10:00",
        "stop 2026-03-02 16:00",
        "reopen 2026-03-04 08:00",
        "stop 2026-03-04 09:00",
    )
    assert again.due == state.due
    assert again.stopped_at == at("2026-03-04 09:00")


def test_a_clock_that_was_late_when_stopped_is_late_when_reopened() -> None:
    state = clock(
        limit(1, "hour"), "start 2026-03-02 10:00", "stop 2026-03-02 12:00", "reopen 2026-03-04 08:00"
    )
    assert state.state_at(at("2026-03-04 08:00")) == "late"


def test_a_clock_stopped_during_a_pause_runs_again_once_reopened() -> None:
    state = clock(
        limit(2, "hour"),
        "start 2026-03-02 10:00",
        "pause 2026-03-02 11:00",
        "stop 2026-03-02 12:00",
        "reopen 2026-03-03 09:00",
    )
    assert state.running
    assert state.due == at("2026-03-03 10:00")


def test_a_clock_waiting_for_its_calendar_is_met_when_stopped_in_a_known_year() -> None:
    rule = limit(5, "working_day")
    met = clock(rule, "start 2026-12-30 10:00", "stop 2026-12-31 10:00")
    assert met.awaiting_calendar == 2027
    assert met.state_at(at("2027-02-01 10:00")) == "met"
    unknown = clock(rule, "start 2026-12-30 10:00", "stop 2027-01-20 10:00")
    assert unknown.state_at(at("2027-02-01 10:00")) == "awaiting"


def test_a_clock_that_has_not_started_is_nothing_yet() -> None:
    state = clock(limit(3, "working_day"))
    assert (state.due, state.running, state.started_at) == (None, False, None)
    assert state.raw(at("2026-03-02 10:00")) == state.net(at("2026-03-02 10:00")) == timedelta()
    assert "还没有起算" in state.because


# --- extensions ------------------------------------------------------------------------------------------------


def extended(
    rule: Rule, *extra: tuple[str, int | None, str | None], start: str = "2026-03-02 10:00"
) -> ClockState:
    events = [ClockEvent("extend", at(when), "张", "批准", amount, unit) for when, amount, unit in extra]
    return compute(rule, [ClockEvent("start", at(start)), *events])


def test_an_extension_counts_on_from_the_limit_it_extends() -> None:
    state = extended(limit(3, "working_day"), ("2026-03-04 10:00", 2, "working_day"))
    assert state.due == at("2026-03-09 23:59:59")
    state = extended(limit(1, "month"), ("2026-02-01 10:00", 1, "month"), start="2026-01-31 10:00")
    assert state.due == at("2026-03-31 23:59:59")


def test_an_extension_in_another_unit_follows_the_first_limit() -> None:
    days_after_hours = extended(limit(24, "hour"), ("2026-03-02 11:00", 2, "calendar_day"))
    assert days_after_hours.due == at("2026-03-05 23:59:59")  # the third, where the hours end, does not count
    hours_after_days = extended(limit(1, "calendar_day"), ("2026-03-02 11:00", 2, "hour"))
    assert hours_after_days.due == at("2026-03-04 02:00")
    working_after_calendar = extended(limit(5, "calendar_day"), ("2026-03-02 11:00", 1, "working_day"))
    assert working_after_calendar.due == at("2026-03-09 23:59:59")  # Saturday the 7th, then Monday


def test_an_extension_that_names_no_unit_is_in_the_rules_own() -> None:
    assert extended(limit(3, "working_day"), ("2026-03-04 10:00", 2, None)).due == at("2026-03-09 23:59:59")


def test_an_extended_limit_loses_pauses_in_its_extension_too() -> None:
    events = [
        ClockEvent("start", at("2026-03-02 10:00")),
        ClockEvent("extend", at("2026-03-02 11:00"), amount=2, unit="hour"),
        ClockEvent("pause", at("2026-03-02 12:30")),
        ClockEvent("resume", at("2026-03-02 15:30")),
    ]
    assert compute(limit(2, "hour"), events).due == at("2026-03-02 17:00")


def test_an_extension_at_the_very_moment_of_the_stop_still_counts() -> None:
    events = [
        ClockEvent("stop", at("2026-03-02 13:00")),
        ClockEvent("extend", at("2026-03-02 13:00"), amount=2, unit="hour"),
        ClockEvent("start", at("2026-03-02 10:00")),
    ]
    assert compute(limit(2, "hour"), events).due == at("2026-03-02 14:00")


def test_an_extension_after_the_stop_whitewashes_nothing() -> None:
    events = [
        ClockEvent("start", at("2026-03-02 10:00")),
        ClockEvent("stop", at("2026-03-02 13:00")),
        ClockEvent("extend", at("2026-03-02 14:00"), amount=24, unit="hour"),
    ]
    state = compute(limit(2, "hour"), events)
    assert state.due == at("2026-03-02 12:00")
    assert state.state_at(at("2026-03-03 10:00")) == "met_late"
    assert any("停表以后的延长不算" in line for line in state.because)


def test_an_extension_without_an_amount_counts_for_nothing_and_says_so() -> None:
    state = extended(limit(2, "hour"), ("2026-03-02 11:00", None, None))
    assert state.due == at("2026-03-02 12:00")
    assert any("没有写清延长多少" in line for line in state.because)


# --- events that make no sense ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("happened", "odd"),
    [
        (["start 2026-03-02 10:00", "start 2026-03-02 11:00"], "start"),
        (["start 2026-03-02 10:00", "resume 2026-03-02 11:00"], "resume"),
        (["start 2026-03-02 10:00", "pause 2026-03-02 11:00", "pause 2026-03-02 12:00"], "pause"),
        (["start 2026-03-02 10:00", "stop 2026-03-02 11:00", "pause 2026-03-02 12:00"], "pause"),
        (["start 2026-03-02 10:00", "stop 2026-03-02 11:00", "stop 2026-03-02 12:00"], "stop"),
        (["start 2026-03-02 10:00", "reopen 2026-03-02 11:00"], "reopen"),
        (["stop 2026-03-02 09:00", "start 2026-03-02 10:00"], "stop"),
    ],
)
def test_an_event_out_of_order_changes_nothing_and_is_named(happened: list[str], odd: str) -> None:
    state = clock(limit(10, "hour"), *happened)
    ((event, problem),) = state.course.odd
    assert event.event == odd
    assert any(problem in line for line in state.because)
    kept = [words for words in happened if at(words.partition(" ")[2]) != event.at]
    assert clock(limit(10, "hour"), *kept).due == state.due


def test_naive_times_and_unknown_events_are_refused() -> None:
    with pytest.raises(ValueError, match="时区"):
        ClockEvent("start", datetime(2026, 3, 2, 10))
    with pytest.raises(ValueError, match="nap"):
        ClockEvent("nap", at("2026-03-02 10:00"))


@pytest.mark.parametrize(("amount", "unit"), [(3, "week"), (-1, "hour"), (True, "hour"), (1201, "month")])
def test_a_limit_that_makes_no_sense_is_refused(amount: int, unit: str) -> None:
    with pytest.raises(ValueError):
        limit(amount, unit)


# --- warnings and the provisional calendar ---------------------------------------------------------------------


def test_a_warning_comes_in_the_clocks_own_time() -> None:
    friday = clock(limit(5, "working_hour"), "start 2026-03-06 17:00")
    assert friday.next_moments() == (at("2026-03-09 12:00"), at("2026-03-09 15:00"))  # Monday, not Sunday
    paused = clock(
        limit(10, "hour"), "start 2026-03-02 08:00", "pause 2026-03-02 10:00", "resume 2026-03-03 10:00"
    )
    assert paused.next_moments()[0] == at("2026-03-03 16:00")
    over_a_holiday = clock(limit(1, "working_day"), "start 2026-09-30 00:00").next_moments()[0]
    assert over_a_holiday is not None
    assert over_a_holiday.date() == date(2026, 10, 8)


@pytest.mark.parametrize("unit", ["minute", "hour", "calendar_day", "working_day", "month", "working_hour"])
def test_a_limit_of_nothing_is_due_at_once(unit: str) -> None:
    state = clock(limit(0, unit), "start 2026-03-02 10:00")
    whole_day = unit in {"calendar_day", "working_day", "month"}
    assert state.due == at("2026-03-02 23:59:59" if whole_day else "2026-03-02 10:00")
    warn_at, due = state.next_moments()
    assert warn_at is not None
    assert state.started_at is not None
    assert state.started_at <= warn_at <= state.due
    assert due == state.due


def test_a_provisional_calendar_is_used_and_marked_until_the_official_one_comes() -> None:
    guess = OwnTable.of({date(2027, 1, 1): False}, years=[2027])
    published = OwnTable.of({date(2027, 1, 1): False, date(2027, 1, 4): False}, years=[2027])
    rule, start = limit(3, "working_day"), "start 2026-12-30 10:00"
    assert clock(rule, start).awaiting_calendar == 2027
    provisional = clock(rule, start, calendar=Calendar(provisional=guess))
    assert provisional.due == at("2027-01-05 23:59:59")
    assert provisional.provisional
    assert "用了区里暂定的日历，正式日历公布后重算" in provisional.because
    final = clock(rule, start, calendar=Calendar(official=published, provisional=guess))
    assert final.due == at("2027-01-06 23:59:59")
    assert not final.provisional
    assert not clock(limit(3, "calendar_day"), start, calendar=Calendar(provisional=guess)).provisional


def test_a_start_before_every_table_does_not_break_the_warning() -> None:
    state = clock(limit(1, "working_day"), "start 2003-12-31 10:00")
    assert state.due == at("2004-01-02 23:59:59")
    assert state.next_moments()[1] == state.due


# --- the reasoning ---------------------------------------------------------------------------------------------


def test_the_reasoning_can_be_followed_line_by_line() -> None:
    rule = Rule("P2", 1, "result", 3, "working_day", "accepted", "D")
    events = [
        ClockEvent("start", at("2026-09-30 15:00")),
        ClockEvent("pause", at("2026-10-08 15:00"), reason="等材料"),
        ClockEvent("resume", at("2026-10-09 15:00")),
    ]
    assert list(compute(rule, events).because) == [
        "时限 3 个工作日，从受理起算",
        "依据：系统的默认值，区里可以修改",
        "2026-09-30 15:00 起算，当天不计",
        "2026-10-08 15:00 暂停：等材料",
        "2026-10-09 15:00 继续",
        "2026-10-01（周四）至 2026-10-07（周三）休息，不算",
        "2026-10-10（周六）调休上班，要算",
        "2026-10-11（周日）休息，不算",
        "有 1 天在 24:00 时没有在计，这些天不算",
        "到 2026-10-12 23:59:59 截止",
    ]


def test_the_reasoning_says_why_a_last_day_moved_or_did_not() -> None:
    mine = clock(limit(30, "calendar_day", party="resident"), "start 2026-09-01 10:00")
    assert "最后一天 2026-10-01（周四）休息，居民的期限顺延到 2026-10-08（周四）" in mine.because
    theirs = clock(limit(30, "calendar_day"), "start 2026-09-01 10:00")
    assert "最后一天 2026-10-01（周四）休息，办理单位的期限不顺延" in theirs.because
    short = clock(limit(1, "month"), "start 2026-01-31 10:00")
    assert "1 个月后的那个月没有 31 日，取月末 2026-02-28" in short.because


def test_a_reason_with_braces_is_only_text() -> None:
    events = [
        ClockEvent("start", at("2026-03-02 10:00")),
        ClockEvent("pause", at("2026-03-02 11:00"), reason="{x}"),
    ]
    assert any("{x}" in line for line in compute(limit(1, "hour"), events).because)


def test_a_sentence_can_be_said_in_another_language_with_the_sentences_inside_it() -> None:
    english = {"{day}休息，不算": "{day} is a rest day", "{d}（{w}）": "{d} ({w})", "周六": "Saturday"}
    day = Sentence("{d}（{w}）", d="2026-03-07", w=Sentence("周六"))
    said = Sentence("{day}休息，不算", day=day)
    assert said == "2026-03-07（周六）休息，不算"
    assert said.translated(lambda words: english.get(words, words)) == "2026-03-07 (Saturday) is a rest day"
