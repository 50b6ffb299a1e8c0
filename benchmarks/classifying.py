"""What is it about, learnt from examples: against character n-gram TF-IDF with a linear SVM on the same rows.

Needs labelled messages (CSV: text,label) named by MAPLEGRID_BENCH_TEXTS; `MAPLEGRID_BENCH_MORE` adds rows that are only
learnt from (`text`, or `tokens`: words with blanks between them, of which copies of the messages are found by their words
and left out). Near-duplicates never stand on both sides of a split.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from benchmarks.measuring import Line

FOLDS = 5
RARE, COPY = 400, 0.5
Rows = tuple[list[str], list[str]]


def measure() -> list[Line]:
    given = os.environ.get("MAPLEGRID_BENCH_TEXTS")
    if not given:
        return [
            Line(
                "class of a message, learnt",
                "skipped",
                note="name a CSV (text,label) in MAPLEGRID_BENCH_TEXTS",
            )
        ]
    more = os.environ.get("MAPLEGRID_BENCH_MORE")
    rows = _rows(given)
    return _compared(rows, _without_copies(_rows(more), rows[0]) if more else ([], []))


def _rows(path: str) -> Rows:
    from maplegrid.cli.tables import read_table

    rows = [row.cells for row in read_table(Path(path)).rows if not row.trouble]
    return [row.get("text") or row.get("tokens", "") for row in rows], [row["label"] for row in rows]


def _without_copies(more: Rows, texts: list[str]) -> Rows:
    """Rows less than half of whose rarer words stand together in one of the texts."""
    words = [{word for word in text.split() if 2 <= len(word) <= 4} for text in more[0]]
    seen = Counter(word for some in words for word in some)
    rare = {word: at for at, word in enumerate(word for word, count in seen.items() if count < RARE)}
    mine = _presence([some & rare.keys() for some in words], rare)
    theirs = _presence([_parts(text) & rare.keys() for text in texts], rare)
    share = (mine @ theirs.T).max(axis=1).toarray().ravel() / np.maximum(
        1, np.asarray(mine.sum(axis=1)).ravel()
    )
    kept = np.flatnonzero(share < COPY)
    return [more[0][at] for at in kept], [more[1][at] for at in kept]


def _parts(text: str) -> set[str]:
    return {text[at : at + size] for size in (2, 3, 4) for at in range(len(text) - size + 1)}


def _presence(sets: list[set[str]], columns: dict[str, int]) -> sp.csr_matrix:
    pairs = [(row, columns[word]) for row, words in enumerate(sets) for word in words]
    rows, cells = np.array(pairs).T if pairs else (np.array([], int), np.array([], int))
    return sp.csr_matrix((np.ones(len(rows), np.float32), (rows, cells)), shape=(len(sets), len(columns)))


def _compared(rows: Rows, more: Rows) -> list[Line]:
    from maplegrid.language.learned.alike import groups_of
    from maplegrid.language.learned.measures import measures_of

    texts, labels = rows
    groups = groups_of([*texts, *more[0]])
    ours: list[dict[str, Any]] = []
    theirs: list[dict[str, Any]] = []
    speeds: list[tuple[float, float]] = []
    for held in _folds(groups[: len(texts)]):
        seen = _seen(texts, labels, more, groups, held)
        asked, truth = [texts[at] for at in held], [labels[at] for at in held]
        guess, chance, speed = _ours(*seen, asked)
        other, slower = _theirs(*seen, asked)
        ours.append(measures_of(truth, guess, chance))
        theirs.append(measures_of(truth, other))
        speeds.append((speed, slower))
    return _lines(ours, theirs, np.array(speeds).mean(axis=0))


def _folds(groups: np.ndarray) -> list[list[int]]:
    turn = np.random.default_rng(7).permutation(groups.max() + 1) % FOLDS
    return [np.flatnonzero(turn[groups] == fold).tolist() for fold in range(FOLDS)]


def _seen(
    texts: list[str], labels: list[str], more: Rows, groups: np.ndarray, held: list[int]
) -> tuple[list[str], list[str]]:
    """Everything whose group is not held back."""
    away = set(groups[held].tolist())
    pairs = zip([*texts, *more[0]], [*labels, *more[1]], groups, strict=True)
    kept = [(text, label) for text, label, group in pairs if group not in away]
    return [text for text, _ in kept], [label for _, label in kept]


def _ours(seen: list[str], labels: list[str], asked: list[str]) -> tuple[list[str], list[float], float]:
    from maplegrid.language.learned.training import train

    model = train(seen, labels)
    verdicts = model.classify(asked)
    speed = _speed(model.classify, asked)
    return [verdict.label for verdict in verdicts], [verdict.confidence for verdict in verdicts], speed


def _theirs(seen: list[str], labels: list[str], asked: list[str]) -> tuple[list[str], float]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2)
    line = make_pipeline(grams, LinearSVC()).fit(seen, labels)
    return list(line.predict(asked)), _speed(line.predict, asked)


def _speed(call: Callable[[Sequence[str]], object], asked: list[str]) -> float:
    begin = time.perf_counter()
    call(asked)
    return len(asked) / (time.perf_counter() - begin)


def _lines(ours: list[dict[str, Any]], theirs: list[dict[str, Any]], speeds: Any) -> list[Line]:
    mean, other = _mean(ours, "macro_f1"), _mean(theirs, "macro_f1")
    worst = min(np.mean([one["classes"][name]["f1"] for one in ours]) for name in ours[0]["classes"])
    return [
        Line("class of a message: macro-F1", mean, other, note=f"{FOLDS} folds, near-duplicates together; worst class {worst:.3f}"),
        Line("texts classed a second, one core", f"{speeds[0]:,.0f}", f"{speeds[1]:,.0f}", speeds[0] / speeds[1]),
        Line("confidence off by", _mean(ours, "calibration_error"), note="expected calibration error"),
        Line("without a person at 97 % right", _mean(ours, "share_at_97"), note="share of texts"),
    ]  # fmt: skip


def _mean(found: list[dict[str, Any]], name: str) -> str:
    values = [one[name] for one in found]
    return f"{np.mean(values):.4f} ± {np.std(values):.4f}"
