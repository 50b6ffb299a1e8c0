"""Day and hour arithmetic over the spans during which a clock ran (formats.md "Clocks"; 民法典 Arts 201–203).

Days are handled by their ordinal numbers and working hours by whole days, so the cost is days, never minutes.
"""

import calendar as months
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from maplegrid.rules.calendar import Calendar
from maplegrid.rules.clock.model import CHINA, COUNTED, FLOWING, SECOND, Limit, Span, end_of

NOTHING = timedelta()


@dataclass(frozen=True)
class Reached:
    """Where a limit was used up: the first moment after it, and the day that a further day limit leaves out."""

    at: datetime
    day: int
    counted: bool = False

    @property
    def due(self) -> datetime:
        """The due time: the last second of a counted day, else the moment itself."""
        return self.at - SECOND if self.counted else self.at


def reach(
    limits: Iterable[Limit], started_at: datetime, spans: Sequence[Span], calendar: Calendar
) -> Reached | None:
    """Use up the limits one after the other; None when the clock is paused before they are used up.

    Raises CalendarUnknown when a working day of a year without a table is needed.
    """
    here: Reached | None = Reached(started_at, started_at.toordinal())
    for amount, unit in joined(limits):
        if here is None:
            return None
        if unit in COUNTED:
            here = _count(amount, unit, here, spans, calendar)
        else:
            here = _flow(FLOWING[unit] * amount, unit, here, spans, calendar)
    return here


def joined(limits: Iterable[Limit]) -> list[Limit]:
    """Neighbouring limits of one unit as one: 2 months and 1 more are 3 months from the start."""
    out: list[Limit] = []
    for amount, unit in limits:
        if out and out[-1][1] == unit:
            amount += out.pop()[0]
        out.append((amount, unit))
    return out


def rolled(reached: Reached, calendar: Calendar) -> Reached:
    """A resident's limit that would end on a rest day ends with the next working day (民法典 Art 203)."""
    day = reached.day
    while not calendar.is_working_day(date.fromordinal(day)):
        day += 1
    return Reached(end_of(day), day, counted=True)


def add_months(day: date, amount: int) -> date:
    """The same day number so many months later, else that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + amount, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def _count(
    amount: int, unit: str, here: Reached, spans: Sequence[Span], calendar: Calendar
) -> Reached | None:
    """A day counts when it qualifies and the clock runs at its end; the day reached so far is left out.

    A month limit is as many calendar days as lie before its corresponding day, so a paused day moves it by one.
    """
    if unit == "month":
        amount = add_months(date.fromordinal(here.day), amount).toordinal() - here.day
    if not amount:
        return Reached(end_of(here.day), here.day, counted=True)
    for first, last in days_run(here.day + 1, spans):
        if unit == "working_day":
            day, amount = _working_days(amount, first, last, calendar)
        else:
            day, amount = min(first + amount - 1, last), amount - (last - first + 1)
        if amount <= 0:
            return Reached(end_of(day), day, counted=True)
    return None


def _working_days(amount: int, first: int, last: int, calendar: Calendar) -> tuple[int, int]:
    """Count working days from `first` to `last`; the day arrived at and how many are still missing."""
    for day in range(first, last + 1):
        amount -= calendar.is_working_day(date.fromordinal(day))
        if not amount:
            return day, 0
    return last, amount


def days_run(first: int, spans: Iterable[Span]) -> Iterator[tuple[int, int]]:
    """Runs of days, from `first` on, at whose end (24:00) the clock was running.

    24:00 belongs to the day it ends: a pause at that very moment still counts the day, a resumption does not.
    """
    for begin, end in spans:
        start, last = max(begin.toordinal(), first), end.toordinal() - 1
        if start <= last:
            yield start, last


def _flow(
    left: timedelta, unit: str, here: Reached, spans: Sequence[Span], calendar: Calendar
) -> Reached | None:
    """Hours and minutes lose exactly the paused time of their calendar."""
    if not left:
        return Reached(here.at, here.at.toordinal())
    for begin, end in spans:
        for opens, closes in windows(unit, max(begin, here.at), end, calendar):
            if closes - opens >= left:
                return Reached(opens + left, (opens + left).toordinal())
            left -= closes - opens
    return None


def windows(unit: str, begin: datetime, end: datetime, calendar: Calendar) -> Iterator[Span]:
    """The parts of a span that a unit's calendar counts: office hours, working days, or all of it."""
    if begin >= end:
        return
    if unit == "working_hour":
        yield from _office_hours(begin, end, calendar)
    elif unit == "working_day":
        yield from _whole_working_days(begin, end, calendar)
    else:
        yield begin, end


def _office_hours(begin: datetime, end: datetime, calendar: Calendar) -> Iterator[Span]:
    for day in _days_of(begin, end):
        if calendar.is_working_day(day):
            for opens, closes in calendar.hours.spans:
                window = (
                    max(datetime.combine(day, opens, CHINA), begin),
                    min(datetime.combine(day, closes, CHINA), end),
                )
                if window[0] < window[1]:
                    yield window


def _whole_working_days(begin: datetime, end: datetime, calendar: Calendar) -> Iterator[Span]:
    for day in _days_of(begin, end):
        if calendar.is_working_day(day):
            closes = end_of(day.toordinal())
            yield max(closes - timedelta(days=1), begin), min(closes, end)


def _days_of(begin: datetime, end: datetime) -> Iterator[date]:
    """The days that a span touches; one that ends at 00:00 does not touch that day."""
    last = (end - timedelta.resolution).toordinal()
    return (date.fromordinal(day) for day in range(begin.toordinal(), last + 1))


def share_used(
    share: float, unit: str, started_at: datetime, until: datetime, spans: Iterable[Span], calendar: Calendar
) -> datetime:
    """When this share of the clock's own time between start and `until` has passed.

    Own time leaves out pauses and what the unit's calendar leaves out, so that a warning on a Friday's
    working-hour clock does not come on Sunday.
    """
    parts = [
        part
        for begin, end in spans
        for part in windows(unit, max(begin, started_at), min(end, until), calendar)
    ]
    left = sum((end - begin for begin, end in parts), NOTHING) * share
    for begin, end in parts:
        if end - begin >= left:
            return begin + left
        left -= end - begin
    return until
