"""The few messages among a million that may be about the same matter, in milliseconds and in one process's memory.

Of each message a sample of its telling runs is kept: all of a short title's, and of the whole those with the least
hash / weight². The same run is in everybody's sample or in nobody's as far as their lengths agree, so samples overlap as
the messages do (bottom-k and priority sampling: Cohen & Kaplan, PODC 2007; Duffield et al., JACM 54, 2007). The sample
is filed under each run, in sorted segments that are merged as they grow (a log-structured merge tree: O'Neil et al.,
Acta Informatica 33, 1996). About 350 bytes a message.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maplegrid.language.duplicates.weights import BODY_BITS, Text, Vectors, Weights
from maplegrid.language.grams import Counts

SAMPLE, TITLE_SAMPLE = 40, 20
BUDGET = 25_000  # files read for one look-up, the rarest runs first
LARGEST = 4_000_000  # files in a segment that is merged no more, so that merging needs little memory
OPEN = 2048  # messages held in plain lists before they become a segment
Numbers = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Segment:
    """Runs (ascending), where each one's messages begin, and the messages."""

    runs: Numbers
    starts: npt.NDArray[np.int64]
    messages: Numbers

    def under(self, runs: Numbers) -> list[Numbers]:
        """The messages filed under each run."""
        places = np.minimum(np.searchsorted(self.runs, runs), len(self.runs) - 1)
        found = self.runs[places] == runs
        begins, ends = self.starts[places], np.where(found, self.starts[places + 1], self.starts[places])
        return [self.messages[begin:end] for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]

    @property
    def size(self) -> int:
        return len(self.messages)


def _segment(runs: Numbers, messages: Numbers) -> Segment:
    order = np.argsort(runs, kind="stable")
    runs, messages = runs[order], messages[order]
    firsts: npt.NDArray = (
        np.flatnonzero(np.concatenate([[True], runs[1:] != runs[:-1]]))
        if len(runs)
        else np.empty(0, np.int64)
    )
    starts = np.concatenate([firsts, [len(runs)]]).astype(np.int64)
    return Segment(runs[starts[:-1]], starts, messages)


def _merged(one: Segment, other: Segment) -> Segment:
    runs = np.concatenate([np.repeat(part.runs, np.diff(part.starts)) for part in (one, other)])
    return _segment(runs, np.concatenate([one.messages, other.messages]))


class Index:
    """Messages by key; grows and forgets, never rereads. One process's own: not for many threads at once."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self._keys: list[int | None] = []
        self._place: dict[int, int] = {}
        self._segments: list[Segment] = []
        self._open: dict[int, list[int]] = {}
        self._opened = 0
        self._points = np.zeros(OPEN, dtype=np.float32)

    def __len__(self) -> int:
        return len(self._place)

    def __contains__(self, key: int) -> bool:
        return key in self._place

    def add(self, keys: Sequence[int], texts: Sequence[Text]) -> None:
        """File messages; a key that is known is filed anew."""
        samples = self._samples(self.weights.vectors(texts))
        for key in keys:
            self.remove(key)
        first = len(self._keys)
        self._keys.extend(keys)
        self._place |= {key: first + at for at, key in enumerate(keys)}
        if len(self._keys) > len(self._points):
            self._points = np.zeros(2 * len(self._keys), dtype=np.float32)
        if len(keys) >= OPEN:
            runs = np.concatenate([sample for sample, _ in samples])
            counts = [len(sample) for sample, _ in samples]
            messages = np.repeat(np.arange(first, first + len(keys), dtype=np.uint32), counts)
            self._file(_segment(runs, messages))
            return
        for at, (sample, _) in enumerate(samples):
            for run in sample.tolist():
                self._open.setdefault(run, []).append(first + at)
        self._opened += len(keys)
        if self._opened >= OPEN:
            self._close_open()

    def remove(self, key: int) -> None:
        """Forget a message; unknown keys are passed over."""
        at = self._place.pop(key, None)
        if at is not None:
            self._keys[at] = None

    def near(self, text: Text, limit: int = 20) -> list[int]:
        """The keys worth comparing with a text, the likeliest first."""
        sample, weights = self._samples(self.weights.vectors([text]))[0]
        files = zip(self._under(sample), weights.tolist(), strict=True)
        by_length = sorted(files, key=lambda file: len(file[0]))
        read: list[npt.NDArray] = []
        left = BUDGET
        for messages, weight in by_length:
            if len(messages) > left:
                break
            left -= len(messages)
            self._points[messages] += weight
            read.append(messages)
        return self._best(read, limit)

    def _best(self, read: list[npt.NDArray], limit: int) -> list[int]:
        if not read:
            return []
        found = np.concatenate(read).astype(np.int64)
        points = self._points[found]
        self._points[found] = 0
        most = np.argsort(-points, kind="stable")
        keys: dict[int, None] = {}
        for at in found[most[: limit * 40]].tolist():
            key = self._keys[at]
            if key is not None:
                keys[key] = None
            if len(keys) == limit:
                break
        return list(keys)

    def _under(self, runs: Numbers) -> list[npt.NDArray]:
        """What is filed under each run, in all segments and among the newest."""
        newest = [np.array(self._open.get(run, ()), dtype=np.uint32) for run in runs.tolist()]
        parts = [segment.under(runs) for segment in self._segments]
        return [np.concatenate(part) for part in zip(newest, *parts, strict=True)]

    def _close_open(self) -> None:
        counts = [len(messages) for messages in self._open.values()]
        runs = np.repeat(np.fromiter(self._open, dtype=np.uint32, count=len(self._open)), counts)
        messages = np.concatenate([np.array(each, dtype=np.uint32) for each in self._open.values()])
        self._open, self._opened = {}, 0
        self._file(_segment(runs, messages))

    def _file(self, segment: Segment) -> None:
        """Merge with the last while that is not much larger: few segments, each run's work logarithmic."""
        if not segment.size:
            return
        while self._segments and self._segments[-1].size <= min(2 * segment.size, LARGEST):
            segment = _merged(self._segments.pop(), segment)
        self._segments.append(segment)

    def _samples(self, vectors: Vectors) -> list[tuple[Numbers, npt.NDArray[np.float32]]]:
        """For each message the sampled runs and what meeting in one is worth; titles' runs are marked by a high bit."""
        return [
            _joined(_least(vectors.body, at, SAMPLE), _least(vectors.title, at, TITLE_SAMPLE))
            for at in range(vectors.body.shape[0])
        ]


def _joined(
    body: tuple[Numbers, npt.NDArray[np.float32]], title: tuple[Numbers, npt.NDArray[np.float32]]
) -> tuple[Numbers, npt.NDArray[np.float32]]:
    marked = title[0] | np.uint32(1 << (BODY_BITS + 1))
    return np.concatenate([body[0], marked]), np.concatenate([body[1], title[1]])


def _least(vectors: Counts, row: int, most: int) -> tuple[Numbers, npt.NDArray[np.float32]]:
    start, end = vectors.indptr[row], vectors.indptr[row + 1]
    runs, weights = vectors.indices[start:end].astype(np.uint32), vectors.data[start:end]
    squares = weights * weights
    if len(runs) > most:
        chance = ((runs * np.uint32(0x9E3779B1)) >> np.uint32(8)).astype(np.float32) + 1
        kept = np.argpartition(chance / squares, most)[:most]
        runs, squares = runs[kept], np.maximum(squares[kept], 1 / most)
    return runs, squares
