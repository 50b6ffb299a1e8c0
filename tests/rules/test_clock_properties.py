"""Laws that hold for every clock, and an oracle that steps minute by minute and day by day."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from maplegrid.rules.calendar import default_calendar
from maplegrid.rules.clock import CHINA, COUNTED, FLOWING, UNITS, ClockEvent, ClockState, Rule, compute

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FIRST = datetime(2025, 1, 20, tzinfo=CHINA)
SPAN_MIN = 500 * 24 * 60  # starts until June 2026: every year in reach is known
MOST = {"minute": 50_000, "hour": 900, "working_hour": 200, "calendar_day": 90, "working_day": 60, "month": 4}

checked = settings(deadline=None, database=None, max_examples=150)
moments = st.integers(0, SPAN_MIN).map(lambda n: FIRST + n * MINUTE)
parties = st.sampled_from(["authority", "resident"])
lengths = st.one_of(st.integers(0, 600), st.integers(0, 20_000))


@st.composite
def rules(draw: st.DrawFn, units: tuple[str, ...] = tuple(UNITS)) -> Rule:
    unit = draw(st.sampled_from(units))
    return Rule("T", 1, "result", draw(st.integers(0, MOST[unit])), unit, party=draw(parties))


@st.composite
def pauses(draw: st.DrawFn, most: int = 4) -> list[tuple[datetime, datetime]]:
    """Disjoint pauses in order; neighbours may touch, and one may have no length."""
    at, out = draw(moments), []
    for gap, length in draw(st.lists(st.tuples(lengths, lengths), max_size=most)):
        begin = at + gap * MINUTE
        at = begin + length * MINUTE
        out.append((begin, at))
    return out


def events_of(start: datetime, spans: list[tuple[datetime, datetime]]) -> list[ClockEvent]:
    both = [(ClockEvent("pause", begin), ClockEvent("resume", end)) for begin, end in spans]
    return [ClockEvent("start", start), *(event for pair in both for event in pair)]


def due_of(rule: Rule, events: list[ClockEvent]) -> datetime:
    due = compute(rule, events).due
    assert due is not None
    return due


def office_time(begin: datetime, end: datetime) -> timedelta:
    """Office time between two moments, added up from minutes of the day: independent of the engine's windows."""
    total, day = timedelta(), begin.replace(hour=0, minute=0, second=0, microsecond=0)
    while day < end:
        if default_calendar().is_working_day(day.date()):
            for opens, closes in ((9, 12), (14, 18)):
                lo, hi = max(begin, day + opens * 60 * MINUTE), min(end, day + closes * 60 * MINUTE)
                total += max(hi - lo, timedelta())
        day += DAY
    return total


# --- laws ------------------------------------------------------------------------------------------------------


@checked
@given(rules(), moments, st.integers(0, 100_000), pauses())
def test_a_later_start_is_never_due_earlier(
    rule: Rule, start: datetime, later: int, spans: list[tuple[datetime, datetime]]
) -> None:
    if rule.unit == "month":
        spans = []  # short months squeeze several start days onto one end; a pause among them may undo that
    second = start + min(later, 60 * 24 * 60) * MINUTE
    assert due_of(rule, events_of(start, spans)) <= due_of(rule, events_of(second, spans))


@checked
@given(rules(("minute", "hour")), moments, st.floats(0, 0.999), lengths)
def test_pausing_a_round_the_clock_limit_adds_exactly_the_pause(
    rule: Rule, start: datetime, share: float, length: int
) -> None:
    assume(rule.amount)
    plain = due_of(rule, events_of(start, []))
    begin = start + (plain - start) * share
    end = begin + length * MINUTE
    assert due_of(rule, events_of(start, [(begin, end)])) == plain + (end - begin)


@checked
@given(rules(("working_hour",)), moments, st.floats(0, 0.999), lengths)
def test_pausing_a_working_hour_limit_adds_exactly_the_office_time_of_the_pause(
    rule: Rule, start: datetime, share: float, length: int
) -> None:
    assume(rule.amount)
    plain = due_of(rule, events_of(start, []))
    begin = start + (plain - start) * share
    assume(begin < plain)
    end = begin + length * MINUTE
    paused = due_of(rule, events_of(start, [(begin, end)]))
    assert office_time(plain, paused) == office_time(begin, end)
    assert office_time(start, plain) == timedelta(hours=rule.amount)
    # used up at the first such moment: just before it, some office time is missing
    assert office_time(start, paused - timedelta(seconds=1)) < office_time(start, paused)


@checked
@given(rules(), moments, pauses(), st.data())
def test_splitting_a_pause_changes_nothing(
    rule: Rule, start: datetime, spans: list[tuple[datetime, datetime]], data: st.DataObject
) -> None:
    halves = []
    for begin, end in spans:
        middle = begin + (end - begin) * data.draw(st.floats(0, 1))
        halves += [(begin, middle), (middle, end)]
    assert due_of(rule, events_of(start, halves)) == due_of(rule, events_of(start, spans))


def summary(state: ClockState) -> tuple[object, ...]:
    return state.due, state.running, state.stopped_at, state.course.spans, state.limits, state.because[-1]


@checked
@given(rules(), st.lists(st.tuples(st.sampled_from(sorted({"start", "pause", "resume", "extend", "stop", "reopen"})), st.integers(0, 5)), max_size=9), st.randoms(use_true_random=False))  # fmt: skip
def test_the_order_in_which_events_are_given_does_not_matter(
    rule: Rule, happened: list[tuple[str, int]], random: object
) -> None:
    """Few instants, so that many events fall on the same one."""
    extra = {"extend": (2, "hour")}
    events = [
        ClockEvent(kind, FIRST + place * 7 * 60 * MINUTE, "甲", "", *extra.get(kind, (None, None)))
        for kind, place in happened
    ]
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert summary(compute(rule, shuffled)) == summary(compute(rule, events))


@checked
@given(rules(), moments, pauses())
def test_the_offset_in_which_a_moment_is_written_does_not_matter(
    rule: Rule, start: datetime, spans: list[tuple[datetime, datetime]]
) -> None:
    zones = (UTC, timezone(timedelta(hours=-7)), timezone(timedelta(hours=5, minutes=45)))
    for zone in zones:
        moved = [(begin.astimezone(zone), end.astimezone(zone)) for begin, end in spans]
        state = compute(rule, events_of(start.astimezone(zone), moved))
        assert state.due == due_of(rule, events_of(start, spans))
        assert state.due.utcoffset() == timedelta(hours=8)


@checked
@given(rules(), moments, st.integers(1, 5))
def test_an_extension_in_the_same_unit_is_a_longer_limit(rule: Rule, start: datetime, more: int) -> None:
    longer = Rule("T", 1, "result", rule.amount + more, rule.unit, party=rule.party)
    events = [*events_of(start, []), ClockEvent("extend", start, amount=more, unit=rule.unit)]
    assert due_of(rule, events) == due_of(longer, events_of(start, []))


@checked
@given(rules(tuple(COUNTED)), moments, pauses())
def test_a_residents_limit_ends_on_the_first_working_day_from_the_authoritys(
    rule: Rule, start: datetime, spans: list[tuple[datetime, datetime]]
) -> None:
    mine, theirs = (
        due_of(Rule("T", 1, "result", rule.amount, rule.unit, party=party), events_of(start, spans))
        for party in ("resident", "authority")
    )
    assert default_calendar().is_working_day(mine.date())
    between = (theirs.date() + n * DAY for n in range((mine.date() - theirs.date()).days))
    assert mine >= theirs
    assert not any(default_calendar().is_working_day(day) for day in between)


@checked
@given(rules(), moments, pauses(), st.integers(0, 100_000))
def test_a_stop_while_running_never_moves_the_due_time_and_a_pause_never_shortens_it(
    rule: Rule, start: datetime, spans: list[tuple[datetime, datetime]], later: int
) -> None:
    events = events_of(start, spans)
    last = max(event.at for event in events)
    stopped = compute(rule, [*events, ClockEvent("stop", last + later * MINUTE)])
    assert stopped.due == due_of(rule, events)
    assert due_of(rule, events) >= due_of(rule, events_of(start, []))


@checked
@given(rules(), moments, pauses(), st.integers(0, 200_000), st.floats(0, 1))
def test_net_time_is_raw_time_without_the_pauses_and_the_warning_lies_before_the_due_time(
    rule: Rule, start: datetime, spans: list[tuple[datetime, datetime]], later: int, share: float
) -> None:
    state, now = compute(rule, events_of(start, spans)), start + later * MINUTE
    lost = sum((max(min(end, now) - max(begin, start), timedelta()) for begin, end in spans), timedelta())
    assert state.raw(now) - state.net(now) == lost
    warn_at, due = state.next_moments(share)
    assert warn_at is not None
    assert due == state.due
    assert start <= warn_at <= due


# --- the oracle ------------------------------------------------------------------------------------------------


def stepped(rule: Rule, start: datetime, spans: list[tuple[datetime, datetime]]) -> datetime:
    """Count minutes or days one at a time, asking of each whether it counts."""
    return _minutes(rule, start, spans) if rule.unit in FLOWING else _days(rule, start, spans)


def _minutes(rule: Rule, start: datetime, spans: list[tuple[datetime, datetime]]) -> datetime:
    left, at = rule.amount * int(FLOWING[rule.unit] / MINUTE), start
    while left:
        office = default_calendar().is_working_day(at.date()) and at.hour in {9, 10, 11, 14, 15, 16, 17}
        counts = rule.unit != "working_hour" or office
        left -= counts and not any(begin <= at < end for begin, end in spans)
        at += MINUTE
    return at


def _days(rule: Rule, start: datetime, spans: list[tuple[datetime, datetime]]) -> datetime:
    left, day = rule.amount, start.replace(hour=0, minute=0)
    while left:
        day += DAY
        midnight = day + DAY
        seen = not any(begin < midnight <= end for begin, end in spans)
        qualifies = rule.unit == "calendar_day" or default_calendar().is_working_day(day.date())
        left -= seen and qualifies
    while rule.party == "resident" and not default_calendar().is_working_day(day.date()):
        day += DAY
    return day + DAY - timedelta(seconds=1)


near_holidays = st.one_of(
    st.integers(0, 14 * 24 * 60).map(lambda n: datetime(2026, 2, 10, tzinfo=CHINA) + n * MINUTE),
    st.integers(0, 14 * 24 * 60).map(lambda n: datetime(2025, 9, 26, tzinfo=CHINA) + n * MINUTE),
)


@st.composite
def small(draw: st.DrawFn) -> tuple[Rule, datetime, list[tuple[datetime, datetime]]]:
    most = {"minute": 3_000, "hour": 72, "working_hour": 20, "calendar_day": 20, "working_day": 12}
    unit = draw(st.sampled_from(sorted(most)))
    rule = Rule("T", 1, "result", draw(st.integers(0, most[unit])), unit, party=draw(parties))
    at = start = draw(near_holidays)
    spans = []
    steps = st.one_of(st.integers(0, 500), st.sampled_from([0, 60, 600, 1_440, 2_880]))
    for gap, length in draw(st.lists(st.tuples(steps, steps), max_size=4)):
        begin = at + gap * MINUTE
        if draw(st.booleans()):
            begin = begin.replace(hour=0, minute=0) + DAY  # many edges at 24:00
        at = begin + length * MINUTE
        spans.append((begin, at))
    return rule, start, spans


@settings(checked, max_examples=250)
@given(small())
def test_the_engine_agrees_with_stepping_through_time(
    drawn: tuple[Rule, datetime, list[tuple[datetime, datetime]]],
) -> None:
    rule, start, spans = drawn
    # touching pauses cancel at the instant where they meet: for the oracle they are one
    merged: list[tuple[datetime, datetime]] = []
    for begin, end in spans:
        if begin < end:
            joins = merged and merged[-1][1] == begin
            merged[-1:] = [(merged[-1][0], end)] if joins else [*merged[-1:], (begin, end)]
    assert due_of(rule, events_of(start, spans)) == stepped(rule, start, merged)
