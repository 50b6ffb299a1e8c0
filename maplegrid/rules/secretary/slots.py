"""A host's times: a weekly pattern, days off and extra times, rooms and video; what is free, what overlaps.

A day is cut into cells of 15 minutes. A meeting takes whole cells of its host and of its room, and a cell is taken
once: that is what keeps two residents from the same quarter of an hour. Intervals are half open.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from maplegrid.rules.vocabulary import N_, Refusal

CELL = timedelta(minutes=15)
LONGEST_MIN = 180
HORIZON = timedelta(days=21)
# Nobody can be there at once: the earliest slot that is offered.
NOTICE = timedelta(hours=2)
REMINDERS: tuple[timedelta, ...] = (timedelta(hours=24), timedelta(hours=2))


@dataclass(frozen=True)
class Place:
    """Where: a room, or by video (or either). A room without steps is `accessible`."""

    room_id: int | None = None
    accessible: bool = False
    video: bool = False


@dataclass(frozen=True)
class Weekly:
    """A host's standing hours on one day of the week (1 is Monday), cut into meetings of `minutes`."""

    weekday: int
    opens: time
    closes: time
    minutes: int
    place: Place
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True)
class DayChange:
    """Away from `starts` to `ends`; or, with `minutes`, extra meetings there although the week says nothing."""

    starts: datetime
    ends: datetime
    minutes: int | None = None
    place: Place = Place()


@dataclass(frozen=True, order=True)
class Slot:
    """One possible meeting."""

    starts: datetime
    ends: datetime
    room_id: int = 0
    accessible: bool = False
    video: bool = False


def why_not_hours(opens: time, closes: time, minutes: int) -> Refusal | None:
    """May these hours stand in a pattern?"""
    if opens >= closes:
        return Refusal("order", N_("开始要早于结束"))
    if minutes % 15 or not 15 <= minutes <= LONGEST_MIN:
        return Refusal("minutes", N_("每次接访写 15 的倍数，最长 180 分钟"))
    if opens.minute % 15 or closes.minute % 15 or opens.second or closes.second:
        return Refusal("quarter", N_("时间请写到整刻：00、15、30、45"))
    if timedelta(minutes=minutes) > _length(opens, closes):
        return Refusal("short", N_("这段时间不够见一次"))
    return None


def _length(opens: time, closes: time) -> timedelta:
    return datetime.combine(date.min, closes) - datetime.combine(date.min, opens)


def days_from(first: date, last: date) -> Iterator[date]:
    """Every day of a span, both ends included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def slots_between(
    weekly: Iterable[Weekly],
    exceptions: Iterable[DayChange],
    first: date,
    last: date,
    zone: tzinfo,
    is_open: Callable[[date], bool] = lambda day: True,
) -> list[Slot]:
    """All meetings that the pattern and the extra times make possible, in order, less those in times away.

    `is_open` says whether offices work that day; extra times do not ask it.
    """
    weekly, exceptions = list(weekly), list(exceptions)
    away = [(e.starts, e.ends) for e in exceptions if e.minutes is None]
    out: set[Slot] = set()
    for day in days_from(first, last):
        if is_open(day):
            for hours in weekly:
                if hours.weekday == day.isoweekday() and in_force(hours, day):
                    start = datetime.combine(day, hours.opens, zone)
                    end = datetime.combine(day, hours.closes, zone)
                    out.update(cut(start, end, hours.minutes, hours.place))
    for extra in exceptions:
        if extra.minutes is not None:
            out.update(s for s in cut(extra.starts, extra.ends, extra.minutes, extra.place)
                       if first <= s.starts.astimezone(zone).date() <= last)  # fmt: skip
    return sorted(slot for slot in out if not meets_any(slot.starts, slot.ends, away))


def in_force(hours: Weekly, day: date) -> bool:
    """Whether a pattern counts on this day; `valid_to` is the first day it no longer does."""
    return hours.valid_from <= day and (hours.valid_to is None or day < hours.valid_to)


def cut(starts: datetime, ends: datetime, minutes: int, place: Place) -> Iterator[Slot]:
    """Meetings of this length one after another; what is left over at the end is no meeting."""
    step = timedelta(minutes=minutes)
    at = starts
    while at + step <= ends:
        yield Slot(at, at + step, place.room_id or 0, place.accessible, place.video)
        at += step


def overlap(a_starts: datetime, a_ends: datetime, b_starts: datetime, b_ends: datetime) -> bool:
    """Whether two half-open times share a moment; one that ends when the other begins does not."""
    return a_starts < b_ends and b_starts < a_ends


def meets_any(starts: datetime, ends: datetime, spans: Iterable[tuple[datetime, datetime]]) -> bool:
    """Whether a time shares a moment with any of the spans."""
    return any(overlap(starts, ends, *span) for span in spans)


def cells_of(starts: datetime, ends: datetime) -> list[datetime]:
    """The cells a meeting takes, in order: each quarter of an hour that it touches."""
    at = starts - timedelta(
        minutes=starts.minute % 15, seconds=starts.second, microseconds=starts.microsecond
    )
    out = []
    while at < ends:
        out.append(at)
        at += CELL
    return out


def free_slots(
    slots: Iterable[Slot],
    taken: Collection[tuple[str, int, datetime]],
    host_id: int,
    now: datetime,
    *,
    video: bool = False,
    accessible: bool = False,
) -> list[Slot]:
    """Slots nobody has, late enough to get there, that suit who comes.

    `taken` holds ("host" or "room", id, cell). Whoever asks for video gets slots with video, whose room need not be
    free or reachable; whoever needs a room without steps gets only such rooms.
    """
    return [
        slot
        for slot in slots
        if slot.starts >= now + NOTICE
        and suits(slot, video=video, accessible=accessible)
        and not any(key in taken for key in keys_of(slot, host_id, video=video))
    ]


def suits(slot: Slot, *, video: bool, accessible: bool) -> bool:
    """Whether this slot has what the resident needs."""
    if video:
        return slot.video
    return bool(slot.room_id) and (slot.accessible or not accessible)


def keys_of(slot: Slot, host_id: int, *, video: bool) -> list[tuple[str, int, datetime]]:
    """What a meeting in this slot takes: the host's cells, and the room's unless it is by video. Sorted."""
    cells = cells_of(slot.starts, slot.ends)
    held = [("host", host_id, cell) for cell in cells]
    if slot.room_id and not video:
        held += [("room", slot.room_id, cell) for cell in cells]
    return held


def spread(slots: Sequence[Slot], count: int) -> list[Slot]:
    """A few slots to choose from: the first of each day in turn, so that one bad day is no bad choice."""
    by_day: dict[date, list[Slot]] = {}
    for slot in slots:
        by_day.setdefault(slot.starts.date(), []).append(slot)
    out: list[Slot] = []
    rank = 0
    while len(out) < count and any(len(day) > rank for day in by_day.values()):
        out += [day[rank] for day in by_day.values() if len(day) > rank]
        rank += 1
    return sorted(out[:count])


def reminder_due(starts: datetime, agreed: datetime, sent: int, now: datetime) -> int | None:
    """Which reminder is to be sent now (1: a day before, 2: two hours before), None if none.

    What was agreed later than a reminder's own time needs no such reminder; after a pause only the latest goes out.
    """
    due = [
        number
        for number, before in enumerate(REMINDERS, start=1)
        if number > sent and agreed < starts - before <= now < starts
    ]
    return max(due, default=None)
