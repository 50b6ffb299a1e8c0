"""What is open at the end: every status and every colour of clock, as a working district has them at any moment."""

from dataclasses import dataclass

import numpy as np

from maplegrid.rules.lifecycle import Status
from maplegrid.simulate.pace import CHINA_OFFSET, DAY, HOUR, PACE, Steps, hours_of

OPEN_SHARES: dict[Status, float] = {
    Status.HANDLING: 0.48,
    Status.DISPATCHED: 0.17,
    Status.CHECKING: 0.11,
    Status.REGISTERED: 0.08,
    Status.SUSPENDED: 0.06,
    Status.REOPENED: 0.04,
    Status.RETURNED: 0.03,
    Status.TRIAGE: 0.03,
}
IN_TIME, SOON, LATE, PAUSED = "in_time", "soon", "late", "paused"
SOON_SHARE, LATE_SHARE = 0.08, 0.035
FRESH = frozenset({Status.TRIAGE, Status.REGISTERED})
UNBEGUN = frozenset({Status.DISPATCHED, Status.RETURNED})
# Fresh matters have short clocks for dispatch, so they are of profiles that leave an hour or more.
FRESH_PROFILES = frozenset({"P2", "P3", "M30", "L15", "C12315"})
COLOURED_PROFILES = frozenset({"P1", "U24", "P3"})


@dataclass(frozen=True)
class Backlog:
    """For each open matter its status and what its clock ought to show."""

    status: list[Status]
    clock: list[str]


def plan_backlog(rng: np.random.Generator, count: int) -> Backlog:
    """Statuses by their shares, each at least once; late and soon ones among those being worked on."""
    shares = np.array(list(OPEN_SHARES.values()))
    counts = np.maximum(1, np.floor(shares * count)).astype(int)
    counts[0] += count - counts.sum()
    if counts[0] < 1:
        raise ValueError(f"在办件太少（{count}），放不下每一种状态")
    status = [one for one, number in zip(OPEN_SHARES, counts.tolist(), strict=True) for _ in range(number)]
    clock = [PAUSED if one is Status.SUSPENDED else IN_TIME for one in status]
    working = [row for row, one in enumerate(status) if one is Status.HANDLING]
    coloured = rng.permutation(working).tolist()
    late, soon = max(1, round(LATE_SHARE * count)), max(1, round(SOON_SHARE * count))
    for row in coloured[:late]:
        clock[row] = LATE
    for row in coloured[late : late + soon]:
        clock[row] = SOON
    order = rng.permutation(count).tolist()
    return Backlog([status[row] for row in order], [clock[row] for row in order])


def fits(status: Status, clock: str) -> frozenset[str] | None:
    """The profiles such a matter may have; None: any but the emergencies, which are never left lying."""
    if status in FRESH:
        return FRESH_PROFILES
    return COLOURED_PROFILES if clock in (SOON, LATE) else None


def open_steps(rng: np.random.Generator, now: float, backlog: Backlog, profile: list[str]) -> Steps:
    """When each open matter came in and how far it got by `now`."""
    received = np.array(
        [_received(rng, now, *case) for case in zip(backlog.status, backlog.clock, profile, strict=True)]
    )
    age = now - received
    _, contact, dispatch, work = hours_of(profile)
    filed = received + np.minimum(0.02 * age, 300)
    dispatched = received + np.minimum(0.06 * age, 0.5 * dispatch)
    reached = received + np.minimum(0.15 * age, 0.6 * contact)
    reached = np.maximum(reached, dispatched)
    begun = np.maximum(received + np.minimum(0.4 * age, 0.8 * work), reached)
    steps = [received, filed, dispatched, reached, begun, received + 0.8 * age]
    reach = np.array([_REACH[one] for one in backlog.status])
    uncalled = np.array([one is Status.DISPATCHED for one in backlog.status]) & (age < 0.75 * contact)
    reach = np.where(uncalled, 2, reach)
    moments = [np.where(reach >= at, np.floor(moment), np.nan) for at, moment in enumerate(steps)]
    moments.append(np.full(len(received), np.nan))
    return Steps(*moments)


# The last step that has happened: 0 received, 1 filed, 2 dispatched, 3 contact, 4 started, 5 result.
_REACH = {
    Status.TRIAGE: 0,
    Status.REGISTERED: 1,
    Status.DISPATCHED: 3,
    Status.RETURNED: 3,
    Status.HANDLING: 4,
    Status.SUSPENDED: 4,
    Status.CHECKING: 5,
    Status.REOPENED: 5,
}


def _received(rng: np.random.Generator, now: float, status: Status, clock: str, profile: str) -> float:
    if status in FRESH:
        return now - rng.uniform(4, 85) * 60
    limit = PACE[profile][0] * HOUR
    if clock == LATE:
        return _days_ago(rng, now, 8) if profile == "P3" else now - limit * rng.uniform(1.005, 1.12)
    if clock == SOON:
        return _days_ago(rng, now, 7) if profile == "P3" else now - limit * rng.uniform(0.93, 0.99)
    if status is Status.DISPATCHED and rng.random() < 0.4:
        return now - min(rng.uniform(0.1, 0.7) * PACE[profile][1] * HOUR, 0.4 * limit)
    age = limit * rng.uniform(0.05, 0.5)
    return now - (min(age, 0.7 * PACE[profile][3] * HOUR) if status in UNBEGUN else age)


def _days_ago(rng: np.random.Generator, now: float, days: int) -> float:
    """Some moment of the working hours of the day `days` before today."""
    midnight = (now + CHINA_OFFSET) // DAY * DAY - CHINA_OFFSET
    return float(midnight - days * DAY + rng.uniform(9, 18) * HOUR)
