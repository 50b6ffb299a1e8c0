"""A clock computed from its events: start, pause, resume, extend, stop, reopen. The due time is never edited.

Units and day arithmetic follow formats.md and 民法典 Arts 201–203: the start day does not count, a day clock is
due at the last second of its last day, months end on the same day number or the month's last day, an authority's
clock does not roll over a rest day and a resident's does. Hour clocks lose exactly the paused time of their
calendar; a day counts when it qualifies and the clock is running at its end (24:00).
"""

import calendar as months
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from maplegrid.rules.calendar import Calendar, CalendarUnknown, default_calendar
from maplegrid.rules.vocabulary import N_

CHINA = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
FOREVER = datetime(9000, 1, 1, tzinfo=CHINA)
FLOWING = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "working_hour": timedelta(hours=1)}
COUNTED = frozenset({"calendar_day", "working_day", "month"})
UNITS = frozenset(FLOWING) | COUNTED
# Events at the same instant take effect in this order, whatever order they are given in.
ORDER = {"start": 0, "reopen": 1, "resume": 2, "pause": 3, "extend": 4, "stop": 5}

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Rule:
    """One limit: so many units from a moment, with its basis; `party` says whether a rest day rolls forward."""

    code: str
    version: int
    milestone: str
    amount: int
    unit: str
    starts_from: str
    basis: str = ""
    party: str = "authority"

    def __post_init__(self) -> None:
        if self.unit not in UNITS or self.amount < 0:
            raise ValueError(f"{self.code}.{self.milestone}: {self.amount} {self.unit}")


@dataclass(frozen=True)
class ClockEvent:
    """Something that happened to a clock; `amount` and `unit` belong to `extend`."""

    event: str
    at: datetime
    by: str = ""
    reason: str = ""
    amount: int | None = None
    unit: str | None = None


@dataclass(frozen=True)
class ClockState:
    """What the events make of a clock. `due` is None before the start and while a calendar is awaited."""

    rule: Rule
    started_at: datetime | None
    due: datetime | None
    awaiting_calendar: int | None
    running: bool
    stopped_at: datetime | None
    running_spans: tuple[Span, ...]
    because: tuple[str, ...]

    def raw(self, now: datetime) -> timedelta:
        """Time since the start, pauses included, until it stopped or now."""
        return (self.stopped_at or now) - self.started_at if self.started_at else timedelta()

    def net(self, now: datetime) -> timedelta:
        """Time during which the clock ran (24×7), pauses left out."""
        return sum(
            (max(min(end, now) - begin, timedelta()) for begin, end in self.running_spans), timedelta()
        )

    def next_moments(self, warn_share: float = 0.8) -> tuple[datetime, datetime] | None:
        """(warn, due): the warning comes when this share of the whole span from start to due has passed."""
        if self.due is None or self.started_at is None:
            return None
        return self.started_at + (self.due - self.started_at) * warn_share, self.due

    def state_at(self, now: datetime, warn_share: float = 0.8) -> str:
        """ok, soon, late, paused, met, met_late or awaiting."""
        if self.due is None:
            return "awaiting"
        if self.stopped_at is not None:
            return "met" if self.stopped_at <= self.due else "met_late"
        if now > self.due:
            return "late"
        if not self.running:
            return "paused"
        moments = self.next_moments(warn_share)
        return "soon" if moments and now >= moments[0] else "ok"


def compute(rule: Rule, events: Iterable[ClockEvent], calendar: Calendar | None = None) -> ClockState:
    """The state that the events make, whatever order they come in. Naive times are refused (ValueError)."""
    calendar = calendar or default_calendar()
    ordered = sorted(events, key=lambda e: (_aware(e.at), ORDER[e.event], e.reason, e.by))
    spans, started, stopped, running = _spans(ordered)
    extra = [(e.amount, e.unit or rule.unit) for e in ordered if e.event == "extend" and e.amount]
    because = [
        N_("{amount} {unit}，从 {start} 起算").format(
            amount=rule.amount, unit=rule.unit, start=_said(started)
        )
    ]
    due, awaiting = None, None
    if started is not None:
        try:
            due = _due(rule, spans, extra, calendar)
        except CalendarUnknown as unknown:
            awaiting = unknown.year
            because.append(N_("{year} 年的日历还没有公布，等公布后再算").format(year=unknown.year))
    because += _pauses(ordered)
    if due is not None:
        because.append(N_("到期 {due}").format(due=_said(due)))
    return ClockState(rule, started, due, awaiting, running, stopped, tuple(spans), tuple(because))


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(CHINA)


def _said(at: datetime | None) -> str:
    return at.astimezone(CHINA).isoformat() if at else "—"


def _pauses(ordered: Sequence[ClockEvent]) -> list[str]:
    words = {
        "pause": N_("{at} 暂停：{reason}"),
        "resume": N_("{at} 继续"),
        "extend": N_("{at} 延长：{reason}"),
    }
    return [words[e.event].format(at=_said(e.at), reason=e.reason) for e in ordered if e.event in words]


def _spans(ordered: Sequence[ClockEvent]) -> tuple[list[Span], datetime | None, datetime | None, bool]:
    """Spans during which the clock runs; the last one is open-ended if it runs now (or would, once resumed)."""
    spans: list[Span] = []
    started: datetime | None = None
    stopped: datetime | None = None
    since: datetime | None = None
    for event in ordered:
        at = _aware(event.at)
        if event.event == "start" and started is None:
            started = since = at
        elif event.event == "reopen" and stopped is not None:
            stopped, since = None, at
        elif event.event == "resume" and started is not None and since is None and stopped is None:
            since = at
        elif event.event in {"pause", "stop"} and since is not None:
            spans.append((since, at))
            since = None
        if event.event == "stop" and started is not None and stopped is None:
            stopped = at
    if since is not None:
        spans.append((since, FOREVER))
    return spans, started, stopped, since is not None


def _due(rule: Rule, spans: Sequence[Span], extra: Sequence[tuple[int, str]], calendar: Calendar) -> datetime:
    """When the limit is used up, supposing that a stopped or paused clock would go on from its last moment."""
    open_spans = [*spans[:-1], (spans[-1][0], FOREVER)] if spans else []
    if rule.unit in FLOWING:
        due = _flow_all(rule.amount, rule.unit, open_spans, calendar)
    else:
        due = _count(rule.amount, rule.unit, open_spans, calendar)
    for amount, unit in extra:
        due = _extended(due, amount, unit, calendar)
    return _rolled(due, calendar) if rule.party == "resident" and rule.unit in COUNTED else due


def _flow_all(amount: int, unit: str, spans: Sequence[Span], calendar: Calendar) -> datetime:
    left = FLOWING[unit] * amount
    for begin, end in spans:
        at, left = _flow(left, begin, end, unit, calendar)
        if left <= timedelta():
            return at
    raise AssertionError("the last span is open-ended")


def _flow(
    left: timedelta, begin: datetime, end: datetime, unit: str, calendar: Calendar
) -> tuple[datetime, timedelta]:
    """Use up `left` inside one span; returns where it ended and what is still left."""
    if unit != "working_hour":
        used = min(left, end - begin)
        return begin + used, left - used
    at = begin
    day = begin.date()
    while left > timedelta() and datetime.combine(day, time(), CHINA) < end:
        for opens, closes in _office(day, calendar):
            lo, hi = max(opens, begin), min(closes, end)
            if hi > lo and left > timedelta():
                used = min(left, hi - lo)
                at, left = lo + used, left - used
        day += DAY
    return at, left


def _office(day: date, calendar: Calendar) -> list[Span]:
    if not calendar.is_working_day(day):
        return []
    return [(datetime.combine(day, a, CHINA), datetime.combine(day, b, CHINA)) for a, b in calendar.hours]


def _count(amount: int, unit: str, spans: Sequence[Span], calendar: Calendar) -> datetime:
    """Day and month clocks: the start day does not count; paused day-ends are not counted."""
    start = spans[0][0].date()
    if unit == "month":
        return _month_end(start, amount, spans)
    day, left = start, amount
    while left > 0:
        day += DAY
        if _runs_at_end(day, spans) and (unit == "calendar_day" or calendar.is_working_day(day)):
            left -= 1
    return _last_second(day)


def _month_end(start: date, amount: int, spans: Sequence[Span]) -> datetime:
    """The corresponding day; every day-end during which the clock was paused moves it by a day."""
    day = add_months(start, amount)
    first = datetime.combine(start + DAY, time(), CHINA)
    paused = 0
    look = start
    while look < day + timedelta(days=paused):
        look += DAY
        paused += not _runs_at_end(look, spans) and datetime.combine(look, time(), CHINA) >= first
    return _last_second(day + timedelta(days=paused))


def add_months(day: date, amount: int) -> date:
    """The same day number so many months later, else that month's last day."""
    index = day.year * 12 + day.month - 1 + amount
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def _runs_at_end(day: date, spans: Sequence[Span]) -> bool:
    midnight = datetime.combine(day + DAY, time(), CHINA)
    return any(begin < midnight <= end for begin, end in spans)


def _last_second(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), CHINA)


def _extended(due: datetime, amount: int, unit: str, calendar: Calendar) -> datetime:
    """An extension counts on from the due time that it extends."""
    if unit in FLOWING:
        return _flow_all(amount, unit, [(due, FOREVER)], calendar)
    return _count(amount, unit, [(due, FOREVER)], calendar)


def _rolled(due: datetime, calendar: Calendar) -> datetime:
    while not calendar.is_working_day(due.date()):
        due += DAY
    return due
