"""Due times by the law's own examples, against a slow oracle, and by properties that must always hold."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maplegrid.rules.calendar import LAST_YEAR, Calendar, CalendarUnknown, OwnTable, default_calendar
from maplegrid.rules.clock import CHINA, ClockEvent, Rule, add_months, compute, default_profiles

CALENDAR = default_calendar()


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=CHINA)


def rule(amount: int, unit: str, party: str = "authority") -> Rule:
    return Rule("X", 1, "result", amount, unit, "received", party=party)


def due(amount: int, unit: str, start: str, *events: ClockEvent, party: str = "authority") -> datetime | None:
    return compute(rule(amount, unit, party), [ClockEvent("start", at(start)), *events], CALENDAR).due


EXAMPLES = [
    # 信访工作条例 Art 34: 60 days from acceptance; the start day does not count (民法典 201)
    (60, "calendar_day", "2026-03-02T10:00", "2026-05-01T23:59:59"),
    # an authority's clock does not roll over 劳动节
    (15, "calendar_day", "2026-04-17T09:00", "2026-05-02T23:59:59"),
    # Art 23: five working days, over 国庆 with its make-up days (10-10 is a working Saturday in 2026)
    (3, "working_day", "2026-09-30T10:00", "2026-10-10T23:59:59"),
    # 法释〔2023〕11号 Art 8: two months, the corresponding day
    (2, "month", "2026-09-23T10:00", "2026-11-23T23:59:59"),
    (2, "month", "2025-12-31T10:00", "2026-02-28T23:59:59"),
    # 24 hours run through the night, 4 working hours do not
    (24, "hour", "2026-11-21T22:40", "2026-11-22T22:40:00"),
    (4, "working_hour", "2026-11-20T16:00", "2026-11-23T11:00:00"),
    (2, "working_hour", "2026-11-20T12:30", "2026-11-20T16:00:00"),
    (10, "minute", "2026-02-17T00:00", "2026-02-17T00:10:00"),
]


@pytest.mark.parametrize(("amount", "unit", "start", "expected"), EXAMPLES)
def test_the_laws_own_examples(amount, unit, start, expected):
    assert due(amount, unit, start) == at(expected)


def test_a_residents_clock_rolls_over_rest_days_and_an_authoritys_does_not():
    assert due(30, "calendar_day", "2026-09-03T10:00") == at("2026-10-03T23:59:59")
    assert due(30, "calendar_day", "2026-09-03T10:00", party="resident") == at("2026-10-08T23:59:59")


def test_twenty_five_days_and_more_do_not_overflow():
    assert due(25, "calendar_day", "2026-01-01T08:00") == at("2026-01-26T23:59:59")
    assert due(300, "calendar_day", "2026-01-01T08:00") == at("2026-10-28T23:59:59")


def test_a_working_day_is_one_day_and_not_three():
    assert due(1, "working_day", "2026-11-23T09:00") == at("2026-11-24T23:59:59")


def test_past_the_last_known_year_nothing_is_guessed_and_nothing_fails():
    state = compute(rule(5, "working_day"), [ClockEvent("start", at(f"{LAST_YEAR}-12-30T10:00"))], CALENDAR)
    assert state.due is None
    assert state.awaiting_calendar == LAST_YEAR + 1
    assert state.state_at(at(f"{LAST_YEAR}-12-31T10:00")) == "awaiting"


def test_a_districts_own_table_makes_a_year_known():
    own = Calendar(official=OwnTable.of({date(LAST_YEAR + 1, 1, 1): False}, years=[LAST_YEAR + 1]))
    start = ClockEvent("start", at(f"{LAST_YEAR}-12-31T10:00"))
    assert compute(rule(1, "working_day"), [start], own).due.date() > date(LAST_YEAR + 1, 1, 1)
    with pytest.raises(CalendarUnknown):
        own.is_working_day(date(LAST_YEAR + 2, 1, 5))


def test_make_up_working_days_count_and_holidays_do_not():
    assert CALENDAR.is_working_day(date(2026, 10, 10))
    assert not CALENDAR.is_working_day(date(2026, 10, 1))


def test_a_clock_is_never_naive():
    with pytest.raises(ValueError, match="时区"):
        compute(rule(1, "hour"), [ClockEvent("start", datetime(2026, 1, 1))], CALENDAR)


def test_a_stopped_clock_is_met_or_met_late_for_ever():
    events = [ClockEvent("start", at("2026-11-23T09:00")), ClockEvent("stop", at("2026-11-23T10:30"))]
    assert compute(rule(2, "hour"), events, CALENDAR).state_at(at("2026-12-01T00:00")) == "met"
    assert compute(rule(1, "hour"), events, CALENDAR).state_at(at("2026-12-01T00:00")) == "met_late"


def test_net_time_leaves_out_pauses_and_raw_time_does_not():
    state = compute(
        rule(5, "hour"),
        [
            ClockEvent("start", at("2026-11-23T09:00")),
            ClockEvent("pause", at("2026-11-23T10:00")),
            ClockEvent("resume", at("2026-11-23T12:00")),
            ClockEvent("stop", at("2026-11-23T13:00")),
        ],
        CALENDAR,
    )
    assert state.net(at("2026-11-24T00:00")) == timedelta(hours=2)
    assert state.raw(at("2026-11-24T00:00")) == timedelta(hours=4)
    assert state.due == at("2026-11-23T16:00")


def test_an_extension_counts_on_from_the_due_time():
    more = ClockEvent("extend", at("2026-03-20T10:00"), amount=30, unit="calendar_day")
    assert due(60, "calendar_day", "2026-03-02T10:00", more) == at("2026-05-31T23:59:59")


def test_every_default_limit_can_be_computed():
    for rules in default_profiles().values():
        for each in rules:
            # a start whose longest resident's limit (law.M8, 12 months) ends in a year with a table
            assert compute(each, [ClockEvent("start", at("2025-03-03T10:00"))], CALENDAR).due is not None


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 10, 1)).map(
    lambda d: d.replace(tzinfo=CHINA, microsecond=0)
)
units = st.sampled_from(["minute", "hour", "working_hour", "calendar_day", "working_day"])
amounts = st.integers(1, 20)


def slow_due(amount: int, unit: str, start: datetime) -> datetime:
    """Minute by minute or day by day, with nothing clever in it."""
    if unit in {"calendar_day", "working_day"}:
        day = start.date()
        while amount:
            day += timedelta(days=1)
            amount -= unit == "calendar_day" or CALENDAR.is_working_day(day)
        return datetime.combine(day, time(23, 59, 59), CHINA)
    left, now = amount * (1 if unit == "minute" else 60), start
    while left:
        open_ = unit != "working_hour" or (
            CALENDAR.is_working_day(now.date()) and (9 <= now.hour < 12 or 14 <= now.hour < 18)
        )
        left -= open_
        now += timedelta(minutes=1)
    return now


@settings(max_examples=120, deadline=None)
@given(moments.map(lambda d: d.replace(second=0)), amounts, units)
def test_due_times_agree_with_a_slow_oracle(start, amount, unit):
    assert compute(rule(amount, unit), [ClockEvent("start", start)], CALENDAR).due == slow_due(
        amount, unit, start
    )


@settings(max_examples=120, deadline=None)
@given(moments, st.timedeltas(timedelta(0), timedelta(days=9)), amounts, units)
def test_a_later_start_is_never_due_earlier(start, later, amount, unit):
    first = compute(rule(amount, unit), [ClockEvent("start", start)], CALENDAR).due
    second = compute(rule(amount, unit), [ClockEvent("start", start + later)], CALENDAR).due
    assert first <= second


@settings(max_examples=120, deadline=None)
@given(moments, st.integers(1, 300), st.integers(1, 3000), st.integers(1, 20))
def test_pausing_an_hour_clock_adds_exactly_the_pause(start, after, length, amount):
    pause = start + timedelta(minutes=min(after, amount * 60 - 1))
    events = [
        ClockEvent("start", start),
        ClockEvent("pause", pause),
        ClockEvent("resume", pause + timedelta(minutes=length)),
    ]
    plain = compute(rule(amount, "hour"), events[:1], CALENDAR).due
    assert compute(rule(amount, "hour"), events, CALENDAR).due == plain + timedelta(minutes=length)


@settings(max_examples=120, deadline=None)
@given(moments, units, amounts, st.integers(1, 2000), st.integers(1, 2000))
def test_splitting_a_pause_changes_nothing(start, unit, amount, first, second):
    pause = start + timedelta(minutes=5)
    middle, end = pause + timedelta(minutes=first), pause + timedelta(minutes=first + second)
    whole = [ClockEvent("start", start), ClockEvent("pause", pause), ClockEvent("resume", end)]
    split = [*whole, ClockEvent("resume", middle), ClockEvent("pause", middle)]
    assert (
        compute(rule(amount, unit), split, CALENDAR).due == compute(rule(amount, unit), whole, CALENDAR).due
    )


@settings(max_examples=60, deadline=None)
@given(moments, units, amounts, st.randoms())
def test_the_order_in_which_events_are_given_does_not_matter(start, unit, amount, random):
    events = [
        ClockEvent("start", start),
        ClockEvent("pause", start + timedelta(hours=1)),
        ClockEvent("resume", start + timedelta(hours=5)),
        ClockEvent("extend", start + timedelta(hours=6), amount=2, unit="calendar_day"),
    ]
    shuffled = events[:]
    random.shuffle(shuffled)
    assert (
        compute(rule(amount, unit), shuffled, CALENDAR).due
        == compute(rule(amount, unit), events, CALENDAR).due
    )


@given(st.dates(date(2025, 1, 1), date(2026, 12, 31)), st.integers(0, 24))
def test_months_end_on_the_same_number_or_the_months_last_day(day, amount):
    found = add_months(day, amount)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == amount
    assert found.day == day.day or (found + timedelta(days=1)).day == 1
