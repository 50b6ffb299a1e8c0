"""Grouping messages by matter and place, as they come, day after day.

Messages much alike begin a group. A group's centre is the mean of its messages: what many of them say, the place and the
matter, stands out, and how each of them puts it fades. Messages join the nearest centre, leave one they no longer fit,
and groups whose centres are alike become one (spherical k-means without a k: Dhillon & Modha, Machine Learning 42, 2001).
A message is weighed against its own group without itself. Started from yesterday's groups, so names last.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from maplegrid.language.duplicates import Index, Text, Weights, compare
from maplegrid.language.grams import Counts
from maplegrid.language.topics.heat import HeatWeights, Told, Topic, heat_of

SEED = 0.30  # likeness of two messages that begin a group
JOIN, MERGE = 0.15, 0.22  # cosine of a message with a centre, and of two centres
NEAR = 10
ROUNDS = 8
ROWS = 2048
Labels = npt.NDArray[np.int64]


class Topics:
    """Messages and their groups. `add` takes what is new; a group keeps the place of its first message as its name."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self._index = Index(weights)
        self._texts: list[Text] = []
        self._told: list[Told] = []
        self._labels: Labels = np.empty(0, dtype=np.int64)
        self._vectors: Counts | None = None

    def add(self, texts: Sequence[Text], told: Sequence[Told] | None = None) -> None:
        """New messages; those known keep their groups unless the new ones show better."""
        if not texts:
            return
        first = len(self._texts)
        self._told += told if told is not None else [Told()] * len(texts)
        self._labels = np.concatenate([self._labels, np.arange(first, first + len(texts))])
        for at, text in enumerate(texts, first):
            self._begin(at, text)
        vectors = self.weights.vectors(texts)
        both = sp.hstack([vectors.title, vectors.body]).tocsr() * np.float32(0.5**0.5)
        self._vectors = both if self._vectors is None else sp.vstack([self._vectors, both]).tocsr()
        self._settle()

    def _begin(self, at: int, text: Text) -> None:
        """A message much like an earlier one starts in that one's group."""
        near = self._index.near(text, NEAR)
        alike = compare(self.weights, text, [self._texts[other] for other in near])
        likest = max(zip(alike, near, strict=True), key=lambda pair: (pair[0].text, -pair[1]), default=None)
        if likest is not None and likest[0].text >= SEED:
            self._labels[at] = self._labels[likest[1]]
        self._index.add([at], [text])
        self._texts.append(text)

    def _settle(self) -> None:
        """Merge and move until little changes."""
        vectors = _packed(self._vectors)
        for _ in range(ROUNDS):
            merged = self._merge(vectors)
            if not self._move(vectors) and not merged:
                break

    def _merge(self, vectors: Counts) -> int:
        centres = _Centres(vectors, self._labels)
        if len(centres.names) < 2:
            return 0
        alike = (centres.unit @ centres.unit.T).tocoo()
        pairs = [
            (-value, one, other)
            for one, other, value in zip(
                alike.row.tolist(), alike.col.tolist(), alike.data.tolist(), strict=True
            )
            if one < other and value >= MERGE
        ]
        done: set[int] = set()
        for _, one, other in sorted(pairs):
            if one not in done and other not in done:
                done |= {one, other}
                self._labels[self._labels == centres.names[other]] = centres.names[one]
        self._labels = _named(self._labels)
        return len(done) // 2

    def _move(self, vectors: Counts) -> bool:
        """Each message to the centre it fits best, or by itself; whether more than a few moved."""
        centres = _Centres(vectors, self._labels)
        if not len(centres.names):
            return False
        moved = np.empty_like(self._labels)
        for start in range(0, len(moved), ROWS):
            best, fit = centres.nearest(vectors, start, min(start + ROWS, len(moved)))
            alone = np.arange(start, start + len(best)) + len(moved)  # no group bears such a name
            moved[start : start + len(best)] = np.where(fit >= JOIN, centres.names[best], alone)
        moved = _named(moved)
        changed = int((moved != self._labels).sum())
        self._labels = moved
        return changed > max(3, len(moved) // 1000)

    def groups(self, least: int = 3) -> dict[int, tuple[int, ...]]:
        """Groups of at least so many messages: the first message's place → the places of all."""
        members: dict[int, list[int]] = defaultdict(list)
        for at, label in enumerate(self._labels.tolist()):
            members[label].append(at)
        return {label: tuple(places) for label, places in members.items() if len(places) >= least}

    def topics(self, least: int = 3, weights: HeatWeights | None = None) -> list[Topic]:
        """The groups with title, span and heat."""
        return [self._topic(key, members, weights) for key, members in self.groups(least).items()]

    def _topic(self, key: int, members: tuple[int, ...], weights: HeatWeights | None) -> Topic:
        told = [self._told[at] for at in members]
        times = [message.at for message in told if message.at is not None]
        return Topic(
            key=key,
            title=self._texts[self._central(members)].title,
            members=members,
            first=min(times, default=None),
            last=max(times, default=None),
            heat=heat_of(told, weights),
        )

    def _central(self, members: tuple[int, ...]) -> int:
        """The message nearest the centre of its group: its title is the topic's."""
        assert self._vectors is not None
        rows = self._vectors[list(members)]
        fit = np.asarray((rows @ rows.sum(axis=0).T).ravel()).ravel()
        return members[int(fit.argmax())]


class _Centres:
    """The centres of all groups of two and more: `unit` (groups, runs), and each group's sum and size."""

    def __init__(self, vectors: Counts, labels: Labels) -> None:
        sizes = Counter(labels.tolist())
        self.names = np.array([name for name, size in sizes.items() if size > 1], dtype=np.int64)
        self._at = {name: at for at, name in enumerate(self.names.tolist())}
        self._own = np.array([self._at.get(label, -1) for label in labels.tolist()], dtype=np.int64)
        inside = np.flatnonzero(self._own >= 0)
        ones = np.ones(len(inside), dtype=np.float32)
        members = sp.csr_matrix((ones, (self._own[inside], inside)), shape=(len(self.names), len(labels)))
        self._sums = (members @ vectors).tocsr()
        self._squares = np.asarray(self._sums.multiply(self._sums).sum(axis=1)).ravel()
        lengths = np.sqrt(np.maximum(self._squares, 1e-12))
        self.unit = (sp.diags((1 / lengths).astype(np.float32)) @ self._sums).tocsr()
        self._lengths = lengths

    def nearest(self, vectors: Counts, start: int, end: int) -> tuple[npt.NDArray, npt.NDArray]:
        """For each message its best centre and the cosine with it; its own centre is taken without it."""
        rows = vectors[start:end]
        cosines = (rows @ self.unit.T).toarray()
        own = self._own[start:end]
        inside = np.flatnonzero(own >= 0)
        mine = own[inside]
        square = np.asarray(rows.multiply(rows).sum(axis=1)).ravel()[inside]
        dot = cosines[inside, mine] * self._lengths[mine]
        rest = np.sqrt(np.maximum(self._squares[mine] - 2 * dot + square, 1e-12))
        cosines[inside, mine] = (dot - square) / rest
        best = cosines.argmax(axis=1)
        return best, cosines[np.arange(len(best)), best]


def _packed(vectors: Counts | None) -> Counts:
    """The same vectors over the runs that occur twice; nobody meets in the others."""
    assert vectors is not None
    seen = np.bincount(vectors.indices, minlength=vectors.shape[1])
    columns = np.flatnonzero(seen >= 2)
    return vectors[:, columns].tocsr()


def _named(labels: Labels) -> Labels:
    """Every group named by its first message."""
    first: dict[int, int] = {}
    return np.array([first.setdefault(label, at) for at, label in enumerate(labels.tolist())], dtype=np.int64)
