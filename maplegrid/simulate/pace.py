"""When things come in and how long they take: rhythms of the day and week, and typical pace by service profile.

Hours here only shape a believable past. Due times are never read from here; the district's clocks compute them.
"""

from dataclasses import dataclass

import numpy as np

from maplegrid.simulate.lattice import Floats, Ints

CHINA_OFFSET = 8 * 3600
HOUR, DAY = 3600.0, 86400.0

# profile → hours until result, first contact, dispatch, and being at work on it, as a rule of thumb
PACE: dict[str, tuple[float, float, float, float]] = {
    "P0": (24, 0.08, 0.05, 0.45),
    "P1": (24, 0.5, 0.5, 1.6),
    "P2": (60, 2, 2, 16),
    "P3": (160, 24, 2, 40),
    "P4": (350, 24, 2, 100),
    "CONS": (20, 8, 2, 12),
    "U1": (3.6, 2, 2, 3),
    "U2": (96, 4, 4, 24),
    "U3": (460, 4, 4, 4),
    "U24": (24, 2, 0.5, 8),
    "M30": (700, 40, 8, 200),
    "L15": (350, 40, 8, 120),
    "C12315": (400, 24, 2, 120),
    "S3": (60, 24, 2, 30),
    "D15": (340, 48, 8, 100),
    "X60": (1400, 48, 8, 300),
}
URGENT = frozenset({"P0", "P1", "P2", "U24", "U1"})
LATE_SHARE = 0.025

STAFF_HOURS = np.array(
    [1, 0, 0, 0, 0, 1, 2, 6, 20, 34, 36, 22, 8, 12, 30, 36, 34, 24, 14, 18, 16, 8, 4, 2], float
)
RESIDENT_HOURS = np.array(
    [5, 3, 2, 1, 1, 2, 6, 14, 20, 24, 25, 20, 15, 15, 18, 19, 19, 20, 24, 30, 33, 30, 22, 11], float
)
WEEK = np.array([1.08, 1.04, 1.0, 1.0, 1.02, 0.78, 0.62])


@dataclass(frozen=True)
class Steps:
    """Moments in seconds since 1970 (UTC); NaN where a step did not happen."""

    received: Floats
    filed: Floats
    dispatched: Floats
    first_contact: Floats
    started: Floats
    result: Floats
    closed: Floats


def arrivals(rng: np.random.Generator, start: float, end: float, by_staff: np.ndarray) -> Floats:
    """Moments of receipt between `start` and `end`, by the rhythm of day and week."""
    days = np.arange(int((start + CHINA_OFFSET) // DAY), int((end + CHINA_OFFSET) // DAY) + 1)
    weight = WEEK[(days + 3) % 7] * np.exp(rng.normal(0, 0.12, len(days)))
    weight *= 1 + 0.18 * np.sin((days % 365.25) / 365.25 * 2 * np.pi - 1.9)
    moments = np.empty(len(by_staff))
    todo = np.arange(len(by_staff))
    while len(todo):
        day = rng.choice(days, len(todo), p=weight / weight.sum())
        hour = np.where(
            by_staff[todo], _hours(rng, STAFF_HOURS, len(todo)), _hours(rng, RESIDENT_HOURS, len(todo))
        )
        moments[todo] = day * DAY - CHINA_OFFSET + (hour + rng.random(len(todo))) * HOUR
        todo = todo[(moments[todo] < start) | (moments[todo] > end)]
    return np.floor(moments)


def _hours(rng: np.random.Generator, weight: Floats, count: int) -> Ints:
    return rng.choice(24, count, p=weight / weight.sum())


def hours_of(profile: list[str]) -> tuple[Floats, Floats, Floats, Floats]:
    """The four columns of `PACE` for each profile, in seconds."""
    limit, contact, dispatch, work = np.array([PACE[one] for one in profile]).reshape(-1, 4).T * HOUR
    return limit, contact, dispatch, work


def awake(moments: Floats) -> Floats:
    """Nobody is called on at night: what falls between 21:30 and 8:00 moves to the morning, order kept."""
    clock = (moments + CHINA_OFFSET) % DAY
    late, early = clock >= 21.5 * HOUR, clock < 8 * HOUR
    night = np.where(late, clock - 21.5 * HOUR, clock + 2.5 * HOUR) / (10.5 * HOUR)
    morning = moments - clock + np.where(late, DAY, 0) + 8 * HOUR + night * 1.5 * HOUR
    return np.where(late | early, morning, moments)


def worked_through(
    rng: np.random.Generator, received: Floats, profile: list[str], by_staff: np.ndarray, punctual: np.ndarray
) -> Steps:
    """The steps of matters that were settled; `punctual` ones are never late."""
    n = len(received)
    limit, contact, dispatch, work = hours_of(profile)
    urgent = np.array([one in URGENT for one in profile])
    filed = received + np.where(by_staff, 0, np.minimum(rng.lognormal(3.6, 1.0, n), dispatch * 0.5))
    dispatched = filed + np.minimum(rng.lognormal(5.2, 0.8, n), dispatch * 0.4)
    reached = dispatched + np.where(by_staff, 0, np.minimum(rng.lognormal(7.2, 0.8, n), contact * 0.5))
    reached = np.where(urgent | by_staff, reached, awake(reached))
    begun = np.minimum(reached + rng.lognormal(6.8, 0.7, n), np.maximum(reached, received + 0.9 * work))
    share = rng.beta(1.5, 4.5, n) * np.where(by_staff, 0.55, 0.85)
    late = (rng.random(n) < LATE_SHARE) & ~punctual
    share = np.where(late, rng.uniform(1.15, 1.6, n), np.minimum(share, 0.85))
    done = np.maximum(received + share * limit, begun + 240)
    done = np.where(punctual, np.minimum(done, received + 0.8 * limit), done)
    ended = done + rng.lognormal(7.6, 0.9, n)
    begun, done, ended = (np.where(urgent, one, awake(one)) for one in (begun, done, ended))
    ordered = np.maximum.accumulate(
        np.stack([received, filed, dispatched, reached, begun, done, ended]), axis=0
    )
    return Steps(*np.floor(ordered))


def shifted(steps: Steps, by: Floats) -> Steps:
    return Steps(*(moment + by for moment in steps.__dict__.values()))
