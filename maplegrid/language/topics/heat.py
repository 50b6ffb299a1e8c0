"""How hot a topic is. The formula is stated and every part of it can be weighed differently:

    heat = people · P + likes · Σ ln(1 + likes of a message) + growth · B + spread · ln(1 + D)

P messages (those of one user count once where users are known), B the most messages within seven days, D the days from
the first to the last. Likes are damped, so that one message many press on does not outweigh fifty who write. Heat is
comparable within one run and says nothing about any person.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class HeatWeights:
    """What each part of the heat is worth."""

    people: float = 1.0
    likes: float = 0.5
    growth: float = 1.0
    spread: float = 0.5


@dataclass(frozen=True, slots=True)
class Told:
    """One message as a topic counts it: when (None unknown), how many liked it, who sent it ("" unknown)."""

    at: datetime | None = None
    likes: int = 0
    user: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic: the key of its first message, its title, the keys of its messages, when, and its heat."""

    key: int
    title: str
    members: tuple[int, ...]
    first: datetime | None
    last: datetime | None
    heat: float


def heat_of(messages: Sequence[Told], weights: HeatWeights | None = None) -> float:
    """The heat of a topic's messages."""
    worth = weights or HeatWeights()
    times = sorted(message.at for message in messages if message.at is not None)
    days = (times[-1] - times[0]).total_seconds() / 86400 if times else 0.0
    return round(
        worth.people * _people(messages)
        + worth.likes * sum(math.log1p(max(0, message.likes)) for message in messages)
        + worth.growth * _most_in_a_week(times)
        + worth.spread * math.log1p(days),
        3,
    )


def _people(messages: Iterable[Told]) -> int:
    users = [message.user for message in messages]
    return len({user for user in users if user}) + sum(not user for user in users)


def _most_in_a_week(times: Sequence[datetime]) -> int:
    most, start = 0, 0
    for end, at in enumerate(times):
        while at - times[start] >= WEEK:
            start += 1
        most = max(most, end - start + 1)
    return most


def ranked(topics: Iterable[Topic]) -> list[Topic]:
    """The hottest first."""
    return sorted(topics, key=lambda topic: (-topic.heat, topic.key))
