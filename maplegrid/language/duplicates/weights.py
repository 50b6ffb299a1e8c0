"""How telling a run of characters is: rare ones name a place or a matter, common ones are how letters are written.

Inverse document frequency (Spärck Jones, Journal of Documentation 28, 1972) over pairs and triples, for titles and for
whole messages apart, because "投诉" says little in a title and more in a story.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from maplegrid.language.grams import Counts, gram_counts
from maplegrid.language.normal import fold

TITLE_BITS, BODY_BITS = 20, 22
LONGEST = 600  # characters read of a message: what it is about is said by then
TITLE = 80
# a run in more than this share of the messages says nothing; of fewer messages a share says less
COMMON = ((200, 0.05), (20, 0.25))
FEW = 1000  # fewer messages are weighed as if they came from so many, else what all share would count for nothing
AT_ONCE = 4096

Floats = npt.NDArray[np.float32]
_MARKS = re.compile(r"[\W_]+")


class Text(NamedTuple):
    """A message's title and what it tells."""

    title: str
    detail: str


def letters_of(text: str) -> str:
    """Letters and digits alone, half-width and lower-case."""
    return _MARKS.sub("", fold(text))


@dataclass(frozen=True, slots=True)
class Vectors:
    """Unit vectors (rows, buckets) of titles and of whole messages; a row without telling runs is empty."""

    title: Counts
    body: Counts


@dataclass(frozen=True, slots=True)
class Weights:
    """The weight of each bucket, and of how many messages it was learnt. Immutable; 20 MB."""

    title: Floats
    body: Floats
    texts: int

    @classmethod
    def learn(cls, texts: Iterable[Text]) -> "Weights":
        """From all messages at hand, in one pass."""
        title = np.zeros(1 << TITLE_BITS, dtype=np.int64)
        body = np.zeros(1 << BODY_BITS, dtype=np.int64)
        count = 0
        for some in _batches(texts):
            heads, whole = _counts(some)
            title += np.bincount(heads.indices, minlength=len(title))
            body += np.bincount(whole.indices, minlength=len(body))
            count += len(some)
        return cls(_inverse(title, count), _inverse(body, count), count)

    def vectors(self, texts: Sequence[Text]) -> Vectors:
        """Their unit vectors."""
        heads, whole = _counts(texts)
        return Vectors(_unit(heads, self.title), _unit(whole, self.body))


def _batches(texts: Iterable[Text]) -> Iterator[list[Text]]:
    every = iter(texts)
    while some := list(islice(every, AT_ONCE)):
        yield some


def _counts(texts: Sequence[Text]) -> tuple[Counts, Counts]:
    titles = [letters_of(text.title)[:TITLE] for text in texts]
    whole = [title + letters_of(text.detail[:LONGEST]) for title, text in zip(titles, texts, strict=True)]
    return (
        gram_counts(titles, bits=TITLE_BITS, shortest=2),
        gram_counts(whole, bits=BODY_BITS, shortest=2),
    )


def _inverse(seen: npt.NDArray[np.int64], count: int) -> Floats:
    weights = np.log((max(count, FEW) + 1) / np.maximum(seen, 1)).astype(np.float32)
    share = next((share for least, share in COMMON if count >= least), 1.0)
    weights[seen > share * count] = 0
    return weights


def _unit(counts: Counts, weights: Floats) -> Counts:
    data = weights[counts.indices]
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    length = np.sqrt(np.bincount(rows, data.astype(np.float64) ** 2, minlength=counts.shape[0]))
    scaled = (data / np.maximum(length, 1e-6)[rows]).astype(np.float32)
    vectors = Counts((scaled, counts.indices, counts.indptr), shape=counts.shape)
    vectors.eliminate_zeros()
    return vectors
