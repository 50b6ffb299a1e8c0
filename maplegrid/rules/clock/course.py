"""From a clock's events to the spans during which it ran."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from maplegrid.rules.clock.model import CHINA, ClockEvent, Limit, Sentence, Span, why_not_limit
from maplegrid.rules.vocabulary import N_

FOREVER = datetime(9999, 12, 31, tzinfo=CHINA)


@dataclass(frozen=True)
class Course:
    """What the events say. The last span is open-ended (FOREVER) while the clock runs.

    `odd` are events that could change nothing where they stand, each with the reason.
    """

    started_at: datetime | None
    stopped_at: datetime | None
    paused: bool
    spans: tuple[Span, ...]
    extensions: tuple[Limit, ...]
    odd: tuple[tuple[ClockEvent, Sentence], ...]

    @property
    def running(self) -> bool:
        """Whether it runs after its last event."""
        return self.started_at is not None and self.stopped_at is None and not self.paused

    @property
    def foreseen(self) -> tuple[Span, ...]:
        """The spans, with a stopped clock going on from where it stopped: its due time judges the stop."""
        if self.stopped_at is None:
            return self.spans
        if self.spans and self.spans[-1][1] == self.stopped_at:
            return (*self.spans[:-1], (self.spans[-1][0], FOREVER))
        return (*self.spans, (self.stopped_at, FOREVER))


def course_of(events: Iterable[ClockEvent], unit: str) -> Course:
    """Walk through the events in time order; the order of events at one instant does not matter.

    `unit` is the rule's, for extensions that name none.
    """
    walk = _Walk(unit)
    dated = sorted(((event.at.astimezone(CHINA), event) for event in events), key=itemgetter(0))
    for at, group in groupby(dated, key=itemgetter(0)):
        walk.pass_instant(at, [event for _, event in group])
    return walk.course()


class _Walk:
    """The state while walking. A pause stands by itself, so one begun before the start still holds after it."""

    def __init__(self, unit: str) -> None:
        self.unit = unit
        self.started: datetime | None = None
        self.stopped: datetime | None = None
        self.since: datetime | None = None
        self.paused = False
        self.spans: list[Span] = []
        self.extensions: list[Limit] = []
        self.odd: list[tuple[ClockEvent, Sentence]] = []

    def course(self) -> Course:
        spans = [*self.spans, (self.since, FOREVER)] if self.since else self.spans
        return Course(
            self.started, self.stopped, self.paused, tuple(spans), tuple(self.extensions), tuple(self.odd)
        )

    def pass_instant(self, at: datetime, events: list[ClockEvent]) -> None:
        """Take everything that happened at one instant, then see whether the clock runs from here."""
        for event in _effective(events):
            problem = STEPS[event.event](self, at, event)
            if problem:
                self.odd.append((event, Sentence(problem)))
        self._move(at)

    def _move(self, at: datetime) -> None:
        runs = self.started is not None and self.stopped is None and not self.paused
        if runs and self.since is None:
            self.since = at
        elif not runs and self.since is not None:
            self.spans.append((self.since, at))
            self.since = None

    def start(self, at: datetime, _: ClockEvent) -> str | None:
        if self.started is not None:
            return N_("已经起算过，不重新起算")
        self.started = at
        return None

    def reopen(self, _at: datetime, _: ClockEvent) -> str | None:
        if self.stopped is None:
            return N_("没有停表，谈不上重开")
        self.stopped = None
        return None

    def resume(self, _at: datetime, _: ClockEvent) -> str | None:
        if not self.paused or self.stopped is not None:
            return N_("没有暂停，谈不上继续")
        self.paused = False
        return None

    def pause(self, _at: datetime, _: ClockEvent) -> str | None:
        if self.paused or self.stopped is not None:
            return N_("已经不在走，不能再暂停")
        self.paused = True
        return None

    def extend(self, _at: datetime, event: ClockEvent) -> str | None:
        if self.stopped is not None:
            return N_("停表以后的延长不算")
        if not event.amount or why_not_limit(event.amount, event.unit or self.unit):
            return N_("没有写清延长多少，不算")
        self.extensions.append((event.amount, event.unit or self.unit))
        return None

    def stop(self, at: datetime, _: ClockEvent) -> str | None:
        if self.started is None or self.stopped is not None:
            return N_("没有在计时，谈不上停表")
        self.stopped, self.paused = at, False
        return None


# Events of one instant take effect in this order, whatever order they are given in.
STEPS: dict[str, Callable[[_Walk, datetime, ClockEvent], str | None]] = {
    "start": _Walk.start,
    "reopen": _Walk.reopen,
    "resume": _Walk.resume,
    "pause": _Walk.pause,
    "extend": _Walk.extend,
    "stop": _Walk.stop,
}
ORDER = {kind: place for place, kind in enumerate(STEPS)}


def _effective(events: list[ClockEvent]) -> list[ClockEvent]:
    """The events of one instant that count: opposites cancel out one for one, so no order among them matters.

    What is left over of a kind counts once; each extension counts.
    """
    if len(events) == 1:
        return events
    kinds = {event.event: event for event in events if event.event != "extend"}
    count = Counter(event.event for event in events)
    for one, other in (("pause", "resume"), ("resume", "pause"), ("stop", "reopen"), ("reopen", "stop")):
        if 0 < count[one] <= count[other]:
            del kinds[one]
    extensions = [event for event in events if event.event == "extend"]
    return sorted([*kinds.values(), *extensions], key=_place)


def _place(event: ClockEvent) -> tuple[int, str, int]:
    return ORDER[event.event], event.unit or "", event.amount or 0
