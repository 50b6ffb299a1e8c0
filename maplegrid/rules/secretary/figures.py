"""Figures of 书记在线: minutes are counted 24×7 from receipt; what is still within its time is not counted yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil


@dataclass(frozen=True)
class Timed:
    """One letter: when it came, when the limit was met (a delivery receipt), and its limit in minutes."""

    received: datetime
    met: datetime | None
    limit_min: int


@dataclass(frozen=True)
class Figure:
    """`within` of `of` in time; median and 90th percentile in minutes of those that were met, None without any."""

    within: int
    of: int
    median_min: float | None
    p90_min: float | None

    @property
    def share(self) -> float | None:
        return self.within / self.of if self.of else None


def in_time(one: Timed, now: datetime) -> bool | None:
    """True, False, or None while it is neither met nor due. On the very minute of the limit is in time."""
    due = one.received + timedelta(minutes=one.limit_min)
    if one.met is not None:
        return one.met <= due
    return False if now > due else None


def figure_of(letters: Iterable[Timed], now: datetime) -> Figure:
    """The figure over all letters that are met or due."""
    counted = [(one, in_time(one, now)) for one in letters]
    decided = [one for one in counted if one[1] is not None]
    minutes = sorted(
        (one.met - one.received).total_seconds() / 60 for one, _ in decided if one.met is not None
    )
    return Figure(
        sum(1 for _, ok in decided if ok), len(decided), median(minutes), nearest_rank(minutes, 0.9)
    )


def median(ordered: Sequence[float]) -> float | None:
    """The middle of an ordered list; of two middles the mean."""
    if not ordered:
        return None
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def nearest_rank(ordered: Sequence[float], share: float) -> float | None:
    """The smallest value that at least this share of an ordered list does not exceed."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None
