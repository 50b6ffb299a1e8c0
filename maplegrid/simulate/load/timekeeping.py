"""The clocks of a past matter, computed by the same rules as live ones from the moments of its history."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from maplegrid.cases.actions.clocks import rule_of
from maplegrid.cases.catalogue import catalogue
from maplegrid.cases.models import Milestone
from maplegrid.rules.calendar import default_calendar
from maplegrid.rules.clock import ClockEvent, ClockState, compute
from maplegrid.rules.lifecycle import OPEN, Status

# Which moment of the history meets a milestone.
MET_BY = {
    "dispatch": "dispatched",
    "first_contact": "first_contact",
    "accept": "filed",
    "notice": "first_contact",
    "on_site": "started",
    "progress": "started",
    "stop_work": "started",
    "follow_up": "rated",
}

CALLED_BACK_AFTER = timedelta(hours=26)


@dataclass(frozen=True)
class TimedClock:
    """One clock with its events and what they make of it."""

    milestone: str
    limit: Milestone
    state: ClockState
    events: tuple[ClockEvent, ...]
    warned: datetime | None
    breached: datetime | None

    @property
    def running(self) -> bool:
        return self.state.running

    @property
    def due(self) -> datetime | None:
        return self.state.due

    def row(self) -> tuple[Any, ...]:
        """Columns of the clock table after id and case."""
        limit, moments = self.limit, self.state.next_moments()
        return (
            self.milestone, limit.profile.code, limit.profile.version, default_calendar().version, limit.amount, limit.unit,
            limit.basis, self.state.started_at, self.due, moments[0] if moments else None, self.state.awaiting_calendar,
            self.running, self.state.stopped_at, self.warned, self.breached,
        )  # fmt: skip


def clocks_of(
    profile: str, status: Status, times: dict[str, datetime | None], now: datetime, *, found_by_staff: bool
) -> list[TimedClock]:
    """Every clock that had started by now, stopped, paused or running as the history says."""
    starts = {
        "received": times["received"],
        "accepted": times["filed"] if status != Status.TRIAGE else None,
        "closed": times["closed"] if status == Status.CLOSED and not found_by_staff else None,
    }
    return [
        _clock(limit, start, status, times, now)
        for limit in catalogue().milestones.get(profile, [])
        if (start := starts[limit.starts_from]) is not None
    ]


# Which station of a past order starts and which meets each of its limits.
ORDER_STARTS = {
    "applied": "applied",
    "issued": "issued",
    "assigned": "assigned",
    "signed": "received",
    "filed": "filed",
}
ORDER_MET_BY = {
    "order_issue": "issued",
    "order_assign": "assigned",
    "order_receive": "received",
    "order_on_site": "arrived",
    "order_result": "filed",
    "order_verify": "closed",
}


def order_clocks_of(profile: str, times: dict[str, datetime]) -> list[TimedClock]:
    """Every limit of a past order that ended well: started and met by its stations."""
    return [
        _met(limit, times[ORDER_STARTS[limit.starts_from]], times[ORDER_MET_BY[limit.name]])
        for limit in catalogue().milestones.get(profile, [])
        if limit.name in ORDER_MET_BY
    ]


def _met(limit: Milestone, start: datetime, stop: datetime) -> TimedClock:
    events = (ClockEvent("start", start, "history"), ClockEvent("stop", max(start, stop), "history"))
    state = _computed(limit.pk, limit.amount, limit.unit, events)
    late = state.due if state.due and state.due < stop else None
    return TimedClock(limit.name, limit, state, events, None, late)


def _clock(
    limit: Milestone, start: datetime, status: Status, times: dict[str, datetime | None], now: datetime
) -> TimedClock:
    events = [ClockEvent("start", start, "system")]
    stop = _stop(limit.name, status, times, now)
    if stop is not None:
        events.append(ClockEvent("stop", max(stop, start), "history"))
    elif status == Status.SUSPENDED and limit.name in {"progress", "result"} and times["since"]:
        events.append(ClockEvent("pause", max(times["since"], start), "history", "等居民"))
    state = _computed(limit.pk, limit.amount, limit.unit, tuple(events))
    moments = state.next_moments()
    late_at = state.stopped_at or now
    breached = state.due if state.due and state.due < late_at else None
    warn = moments[0] if moments else None
    warned = warn if warn and state.running and warn <= now else None
    return TimedClock(limit.name, limit, state, tuple(events), warned, breached)


def _stop(name: str, status: Status, times: dict[str, datetime | None], now: datetime) -> datetime | None:
    if name == "follow_up":
        called = times["closed"] + CALLED_BACK_AFTER if times["closed"] else now
        return times["rated"] or (called if called < now else None)
    if status not in OPEN:
        return times[MET_BY.get(name, "result")] or times["result"] or times["closed"]
    if status == Status.REOPENED and name not in MET_BY:
        return None
    return times[MET_BY.get(name, "result")]


@lru_cache(maxsize=4096)
def _rule(limit_id: int) -> Any:
    found = next(m for rows in catalogue().milestones.values() for m in rows if m.pk == limit_id)
    return rule_of(found)


def _computed(limit_id: int, amount: int, unit: str, events: tuple[ClockEvent, ...]) -> ClockState:
    return compute(_rule(limit_id), events, default_calendar())
