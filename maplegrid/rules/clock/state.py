"""What a clock's events make of it: its due time, whether it runs, and how it stands at a moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from maplegrid.rules.calendar import Calendar, CalendarUnknown, default_calendar
from maplegrid.rules.clock.arithmetic import NOTHING, Reached, joined, reach, rolled, share_used
from maplegrid.rules.clock.course import Course, course_of
from maplegrid.rules.clock.model import COUNTED, NEEDS_CALENDAR, SECOND, ClockEvent, Limit, Rule, Sentence


@dataclass(frozen=True)
class ClockState:
    """A clock computed from its events.

    `due` is None before the start, while a calendar is awaited (`awaiting_calendar` names the year), and while a
    pause is open: nobody knows yet when it ends. A limit used up before the pause keeps its due time. `unrolled` is
    the due time before a resident's rest day moved it.
    """

    rule: Rule
    calendar: Calendar
    events: tuple[ClockEvent, ...]
    course: Course
    due: datetime | None
    awaiting_calendar: int | None
    unrolled: datetime | None = None

    @property
    def started_at(self) -> datetime | None:
        """The moment of the start event."""
        return self.course.started_at

    @property
    def stopped_at(self) -> datetime | None:
        """The moment it was stopped, unless it was re-opened since."""
        return self.course.stopped_at

    @property
    def running(self) -> bool:
        """Started, not paused and not stopped."""
        return self.course.running

    @property
    def limits(self) -> list[Limit]:
        """The rule's limit and its extensions, neighbours of one unit as one."""
        return joined([self.rule.limit, *self.course.extensions])

    @property
    def provisional(self) -> bool:
        """暂定: the due time leans on a year known only from the district's provisional table."""
        if self.due is None or self.started_at is None or not _needs_calendar(self.rule, self.limits):
            return False
        years = range(self.started_at.year, self.due.year + 1)
        return any(self.calendar.is_provisional(year) for year in years)

    @cached_property
    def because(self) -> tuple[Sentence, ...]:
        """The reasoning line by line, for a clerk or an auditor to follow with a calendar in hand."""
        from maplegrid.rules.clock.reasons import reasons

        return reasons(self)

    def raw(self, now: datetime) -> timedelta:
        """Time since the start until it stopped or `now`, pauses included."""
        if self.started_at is None:
            return NOTHING
        return max((self.stopped_at or now) - self.started_at, NOTHING)

    def net(self, now: datetime) -> timedelta:
        """Time since the start during which the clock ran, round the clock, pauses left out."""
        return sum((max(min(end, now) - begin, NOTHING) for begin, end in self.course.spans), NOTHING)

    def next_moments(self, warn_share: float = 0.8) -> tuple[datetime | None, datetime | None]:
        """(warn_at, due): the warning comes when this share of the clock's own time has been used."""
        if self.due is None or self.started_at is None:
            return None, None
        if self.due <= self.started_at:
            return self.due, self.due
        return self._warn_at(warn_share, self.started_at, self.due), self.due

    def _warn_at(self, share: float, start: datetime, due: datetime) -> datetime:
        """In the clock's own time; round the clock where its start lies outside every table."""
        unit = self.limits[-1][1]
        try:
            return share_used(share, unit, start, due, self.course.foreseen, self.calendar)
        except CalendarUnknown:
            return share_used(share, "hour", start, due, self.course.foreseen, self.calendar)

    def is_late_at(self, moment: datetime) -> bool:
        """Whether the limit is used up: a day limit includes the whole of its last second."""
        if self.due is None:
            return False
        if self.limits[-1][1] in COUNTED:
            return moment >= self.due + SECOND
        return moment > self.due

    def state_at(self, now: datetime, warn_share: float = 0.8) -> str:
        """ok, soon, late, paused, met, met_late or awaiting."""
        if self.stopped_at is not None:
            return self._how_it_ended(self.stopped_at)
        if self.due is None:
            paused = self.course.paused and self.started_at and not self.awaiting_calendar
            return "paused" if paused else "awaiting"
        if self.is_late_at(now):
            return "late"
        if not self.running:
            return "paused"
        warn_at, _ = self.next_moments(warn_share)
        return "soon" if warn_at is not None and now >= warn_at else "ok"

    def _how_it_ended(self, stopped_at: datetime) -> str:
        """A clock that awaits a year's calendar was not used up before that year, so it was met before it."""
        if self.due is None:
            before = self.awaiting_calendar is not None and stopped_at.year < self.awaiting_calendar
            return "met" if before else "awaiting"
        return "met_late" if self.is_late_at(stopped_at) else "met"


def compute(rule: Rule, events: Iterable[ClockEvent], calendar: Calendar | None = None) -> ClockState:
    """The state that the events make, whatever order they come in. An unknown calendar year is an answer here."""
    calendar = calendar or default_calendar()
    kept = tuple(events)
    course = course_of(kept, rule.unit)
    due = unrolled = awaiting = None
    try:
        reached = _reach(rule, course, calendar)
        unrolled = reached.due if reached else None
        due = _rolled(rule, reached, calendar).due if reached else None
    except CalendarUnknown as unknown:
        awaiting = unknown.year
    return ClockState(rule, calendar, kept, course, due, awaiting, unrolled)


def _reach(rule: Rule, course: Course, calendar: Calendar) -> Reached | None:
    if course.started_at is None:
        return None
    return reach([rule.limit, *course.extensions], course.started_at, course.foreseen, calendar)


def _rolled(rule: Rule, reached: Reached, calendar: Calendar) -> Reached:
    return rolled(reached, calendar) if reached.counted and rule.party == "resident" else reached


def _needs_calendar(rule: Rule, limits: list[Limit]) -> bool:
    last = limits[-1][1]
    return (rule.party == "resident" and last in COUNTED) or any(unit in NEEDS_CALENDAR for _, unit in limits)
