"""How alike two messages are, by which words, and how likely it is that they are about the same matter.

`text` is 0.4 of the cosine of their titles and 0.6 of that of the whole. How likely the same matter is was read by hand
on 100 pairs of real messages whose place was not known (of the nearest pairs at 0.15-0.18 a fourth were the same matter,
at 0.21-0.24 half, at 0.30-0.35 five in six); a shared place makes less likeness enough, another place asks for more: those
middles are set, not measured.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from maplegrid.language.duplicates.weights import BODY_BITS, LONGEST, TITLE, Text, Weights, letters_of
from maplegrid.language.grams import Counts, gram_counts

TITLE_SHARE = 0.4
PHRASES = 3


class Place(StrEnum):
    """How the places of two messages relate."""

    UNKNOWN = "unknown"
    BUILDING = "building"
    SUB_GRID = "sub_grid"
    COMMUNITY = "community"
    ELSEWHERE = "elsewhere"


# the likeness at which the same matter is as likely as not, and how fast that changes
MIDDLE = {
    Place.UNKNOWN: 0.215,
    Place.BUILDING: 0.10,
    Place.SUB_GRID: 0.14,
    Place.COMMUNITY: 0.19,
    Place.ELSEWHERE: 0.45,
}
SPREAD = 0.062
COPY = 0.9


@dataclass(frozen=True, slots=True)
class Likeness:
    """Cosines (0-1) of titles and of whole messages, and both as one."""

    title: float
    body: float

    @property
    def text(self) -> float:
        return TITLE_SHARE * self.title + (1 - TITLE_SHARE) * self.body

    @property
    def is_copy(self) -> bool:
        """Word for word the same, but for a few."""
        return self.body >= COPY


def compare(weights: Weights, text: Text, others: Sequence[Text]) -> list[Likeness]:
    """How alike each of the others is to a text."""
    if not others:
        return []
    vectors = weights.vectors([text, *others])
    titles, bodies = _cosines(vectors.title), _cosines(vectors.body)
    return [Likeness(title, body) for title, body in zip(titles, bodies, strict=True)]


def _cosines(vectors: Counts) -> list[float]:
    """Of each later row with the first; rows are sorted, so that no transposed matrix of all buckets is needed."""
    first = vectors.indptr[1]
    buckets, rest = vectors.indices[:first], vectors.indices[first:]
    if not len(buckets):
        return [0.0] * (vectors.shape[0] - 1)
    places = np.minimum(np.searchsorted(buckets, rest), first - 1)
    products = np.where(buckets[places] == rest, vectors.data[places] * vectors.data[first:], 0.0)
    rows = np.repeat(np.arange(vectors.shape[0] - 1), np.diff(vectors.indptr[1:]))
    sums = np.bincount(rows, products, minlength=vectors.shape[0] - 1)
    return [round(min(1.0, max(0.0, cosine)), 4) for cosine in sums.tolist()]


def how_likely(likeness: Likeness, place: Place = Place.UNKNOWN) -> float:
    """The probability (0-1) that both are about the same matter."""
    if likeness.is_copy and place != Place.ELSEWHERE:
        return round(max(0.97, likeness.body), 4)
    return round(1 / (1 + math.exp(-(likeness.text - MIDDLE[place]) / SPREAD)), 4)


def shared_phrases(weights: Weights, one: Text, other: Text) -> list[str]:
    """At most three runs of characters both have, the most telling first; for the reason that is shown."""
    mine, theirs = _whole(one), _whole(other)
    found = sorted(_runs(mine, theirs), key=lambda run: (-_telling(weights, run), run))
    kept: list[str] = []
    for run in found:
        if len(kept) < PHRASES and not any(run in longer or longer in run for longer in kept):
            kept.append(run[:12])
    return kept


def _whole(text: Text) -> str:
    return letters_of(text.title)[:TITLE] + letters_of(text.detail[:LONGEST])


def _runs(mine: str, theirs: str) -> set[str]:
    """The longest shared runs from each position, of three characters and more."""
    triples = {theirs[at : at + 3] for at in range(len(theirs) - 2)}
    runs, at = set(), 0
    while at < len(mine) - 2:
        end = at
        while mine[end : end + 3] in triples and end < len(mine) - 2:
            end += 1
        if end > at:
            run = mine[at : end + 2]
            runs.add(run if run in theirs else mine[at : at + 3])
        at = max(end, at + 1)
    return runs


def _telling(weights: Weights, run: str) -> float:
    buckets = gram_counts([run], bits=BODY_BITS, shortest=3).indices
    return float(weights.body[buckets].sum())
