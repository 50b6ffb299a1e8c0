"""Training: labelled texts in, a model out. scikit-learn is needed here and nowhere else.

The same rows and seed give the same model. Near-duplicates are kept on one side when the temperature is fitted, so that
the confidence is of texts the model has not seen.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import minimize_scalar

from maplegrid.language.learned.alike import groups_of
from maplegrid.language.learned.features import BUCKETS, Counts, counts_of
from maplegrid.language.learned.measures import measures_of
from maplegrid.language.learned.model import Model, Zone, softmax

LEAST_TEXTS = 2  # a bucket seen in fewer texts is not learnt
HEAD_WEIGHT = 0.7
COST = 2.0
FOLDS = 4
Progress = Callable[[str], None]


class CannotTrain(ValueError):
    """The rows cannot be learnt from; the sentence says why."""


def train(
    texts: Sequence[str], labels: Sequence[str], *, seed: int = 0, progress: Progress = lambda _words: None
) -> Model:
    """Learn from texts and their labels. Raises CannotTrain."""
    names = tuple(sorted(set(labels)))
    if len(names) < 2:
        raise CannotTrain("至少要有两个类别的例子 (at least two labels are needed)")
    progress("features")
    body, head = counts_of(texts)
    truth = np.array([names.index(label) for label in labels])
    margins = _unseen_margins(body, head, truth, len(names), groups_of(texts), seed, progress)
    progress("model")
    model = _fit(body, head, truth, names, seed)
    seen = ~np.isnan(margins).any(axis=1)
    temperature = _temperature(margins[seen], truth[seen]) if seen.any() else 1.0
    return _finished(model, temperature, margins[seen], truth[seen], labels)


def _finished(
    model: Model, temperature: float, margins: npt.NDArray, truth: npt.NDArray, labels: Sequence[str]
) -> Model:
    chances = softmax(margins / temperature) if len(margins) else margins
    card: dict[str, Any] = {"rows": len(labels), "labels": dict(sorted(Counter(labels).items()))}
    if len(chances):
        guessed = [model.labels[at] for at in chances.argmax(axis=1)]
        right = [model.labels[at] for at in truth]
        card["unseen"] = measures_of(right, guessed, chances.max(axis=1).tolist())
    return Model(**{**vars(model), "temperature": temperature, "card": card})


def _unseen_margins(
    body: Counts,
    head: Counts,
    truth: npt.NDArray,
    classes: int,
    groups: npt.NDArray,
    seed: int,
    progress: Progress,
) -> npt.NDArray[np.float64]:
    """Scores of each text by a model that saw neither it nor its near-duplicates; NaN where that was not possible."""
    margins = np.full((len(truth), classes), np.nan)
    order = np.random.default_rng(seed).permutation(groups.max() + 1) % FOLDS
    for fold in range(FOLDS):
        held = order[groups] == fold
        if held.all() or len(set(truth[~held])) < classes or not held.any():
            continue
        progress(f"held-back texts {fold + 1}/{FOLDS}")
        part = _fit(body[~held], head[~held], truth[~held], tuple(str(at) for at in range(classes)), seed)
        margins[held] = _margins(part, body[held], head[held])
    return margins


def _margins(model: Model, body: Counts, head: Counts) -> npt.NDArray[np.float64]:
    tfidf, ratio = model.body.scores(body)
    head_tfidf, head_ratio = model.head.scores(head)
    weight = model.head_weight
    total = tfidf + ratio + weight * (head_tfidf + head_ratio) + model.bias + model.ratio_bias
    return total.astype(np.float64)


def _temperature(margins: npt.NDArray, truth: npt.NDArray) -> float:
    """The divisor of the scores that makes the truth likeliest."""
    rows = np.arange(len(truth))

    def loss(logarithm: float) -> float:
        return float(-np.log(np.maximum(softmax(margins / np.exp(logarithm))[rows, truth], 1e-12)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-4, 3), method="bounded").x))


def _fit(body: Counts, head: Counts, truth: npt.NDArray, names: tuple[str, ...], seed: int) -> Model:
    zones = [_Fitting(body, 1.0), _Fitting(head, HEAD_WEIGHT)]
    tfidf, bias = _one_vs_rest([zone.tfidf for zone in zones], truth, len(names), seed)
    ratios = [zone.ratios(truth, len(names)) for zone in zones]
    ratio, ratio_bias = _by_ratio([zone.present for zone in zones], ratios, truth, len(names), seed)
    parts = [
        zone.finished(tfidf[at], ratio[at] * ratios[at], divided_by=weight)
        for at, (zone, weight) in enumerate(zip(zones, (1.0, HEAD_WEIGHT), strict=True))
    ]
    return Model(names, parts[0], parts[1], HEAD_WEIGHT, bias, ratio_bias, 1.0, {})


class _Fitting:
    """One zone while it is learnt: its buckets worth learning, and its two kinds of vectors times `weight`."""

    def __init__(self, counts: Counts, weight: float) -> None:
        seen = np.bincount(counts.indices, minlength=BUCKETS)
        self.kept = np.flatnonzero(seen >= LEAST_TEXTS)
        self.row = np.zeros(BUCKETS, dtype=np.int32)
        self.row[self.kept] = np.arange(1, len(self.kept) + 1)
        self.idf = np.log((1 + counts.shape[0]) / (1 + seen[self.kept])) + 1
        kept = counts[:, self.kept].astype(np.float64)
        self.present = kept.copy()
        self.present.data = np.ones_like(kept.data)
        self.raw = self.present
        kept.data = 1 + np.log(kept.data)
        self.tfidf = _unit(kept @ sp.diags(self.idf)) * weight
        self.present = _unit(self.present) * weight

    def ratios(self, truth: npt.NDArray, classes: int) -> npt.NDArray:
        """Naive-Bayes log ratios (buckets, classes) of each class against the rest."""
        total = np.asarray(self.raw.sum(axis=0)).ravel()
        found = np.empty((len(self.kept), classes))
        for at in range(classes):
            mine = np.asarray(self.raw[truth == at].sum(axis=0)).ravel() + 1
            rest = total - mine + 2
            found[:, at] = np.log((mine / mine.sum()) / (rest / rest.sum()))
        return found

    def finished(self, tfidf: npt.NDArray, ratio: npt.NDArray, *, divided_by: float) -> Zone:
        """The zone as it is read: row 0 for what was not learnt. The zone's weight is applied when scores are added."""
        assert divided_by > 0
        with_none = [
            np.vstack([np.zeros((1, part.shape[1])), part]) for part in (tfidf * self.idf[:, None], ratio)
        ]
        square = np.concatenate([[0.0], self.idf**2])
        known = np.concatenate([[0.0], np.ones(len(self.kept))])
        return Zone(
            self.row, *(np.ascontiguousarray(part, dtype=np.float32) for part in (*with_none, square, known))
        )


def _unit(matrix: sp.csr_matrix) -> sp.csr_matrix:
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sp.csr_matrix(sp.diags(1 / np.maximum(length, 1e-6)) @ matrix)


def _one_vs_rest(
    zones: list[sp.csr_matrix], truth: npt.NDArray, classes: int, seed: int
) -> tuple[list[npt.NDArray], npt.NDArray]:
    """Weights (buckets, classes) of each zone and the biases, by a linear support vector machine."""
    joined = sp.hstack(zones).tocsr()
    columns = [_machine(joined, truth == at, seed) for at in range(classes)]
    return _split(columns, zones)


def _by_ratio(
    zones: list[sp.csr_matrix], ratios: list[npt.NDArray], truth: npt.NDArray, classes: int, seed: int
) -> tuple[list[npt.NDArray], npt.NDArray]:
    """The same over counts that are weighted by each class's own log ratios."""
    columns = []
    for at in range(classes):
        weighted = [zone @ sp.diags(ratio[:, at]) for zone, ratio in zip(zones, ratios, strict=True)]
        columns.append(_machine(sp.hstack(weighted).tocsr(), truth == at, seed))
    return _split(columns, zones)


def _split(
    columns: list[tuple[npt.NDArray, float]], zones: list[sp.csr_matrix]
) -> tuple[list[npt.NDArray], npt.NDArray]:
    weights = np.array([column for column, _ in columns]).T
    ends = np.cumsum([zone.shape[1] for zone in zones])[:-1]
    return list(np.split(weights, ends)), np.array([bias for _, bias in columns], dtype=np.float32)


def _machine(matrix: sp.csr_matrix, mine: npt.NDArray, seed: int) -> tuple[npt.NDArray, float]:
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=COST, class_weight="balanced", random_state=seed).fit(matrix, mine)
    return machine.coef_.ravel(), float(machine.intercept_[0])
