"""How good a reading is: per class, over all, and whether its confidence means what it says."""

from collections.abc import Sequence
from typing import Any

BINS = 10
PRECISE = 0.97


def measures_of(
    truth: Sequence[str], guessed: Sequence[str], confidence: Sequence[float] | None = None
) -> dict[str, Any]:
    """Accuracy, macro-F1 over the true labels, each class's precision, recall and F1; with confidence also
    calibration (expected calibration error, ten bins) and the share of texts that can go without a person while 97 of
    100 are right."""
    labels = sorted(set(truth))
    classes = {label: _of_class(label, truth, guessed) for label in labels}
    found: dict[str, Any] = {
        "rows": len(truth),
        "accuracy": _share(sum(a == b for a, b in zip(truth, guessed, strict=True)), len(truth)),
        "macro_f1": _share(sum(one["f1"] for one in classes.values()), len(labels)),
        "classes": classes,
    }
    if confidence is not None:
        right = [a == b for a, b in zip(truth, guessed, strict=True)]
        found["calibration_error"] = calibration_error(right, confidence)
        found["share_at_97"] = share_at(right, confidence, PRECISE)
    return found


def _of_class(label: str, truth: Sequence[str], guessed: Sequence[str]) -> dict[str, float]:
    hits = sum(a == b == label for a, b in zip(truth, guessed, strict=True))
    precision = _share(hits, sum(b == label for b in guessed))
    recall = _share(hits, sum(a == label for a in truth))
    both = precision + recall
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / both if both else 0.0}


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def confusion_of(truth: Sequence[str], guessed: Sequence[str]) -> dict[tuple[str, str], int]:
    """(true, guessed) → how many, the wrong ones only."""
    found: dict[tuple[str, str], int] = {}
    for pair in zip(truth, guessed, strict=True):
        if pair[0] != pair[1]:
            found[pair] = found.get(pair, 0) + 1
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def reliability(right: Sequence[bool], confidence: Sequence[float]) -> list[tuple[float, float, int]]:
    """Per bin of confidence: its mean, the share that was right, how many."""
    bins: list[list[tuple[bool, float]]] = [[] for _ in range(BINS)]
    for pair in zip(right, confidence, strict=True):
        bins[min(int(pair[1] * BINS), BINS - 1)].append(pair)
    return [
        (sum(c for _, c in each) / len(each), sum(r for r, _ in each) / len(each), len(each)) for each in bins if each
    ]  # fmt: skip


def calibration_error(right: Sequence[bool], confidence: Sequence[float]) -> float:
    """Expected calibration error (Naeini et al., AAAI 2015)."""
    rows = reliability(right, confidence)
    return _share(sum(count * abs(mean - share) for mean, share, count in rows), len(right))


def share_at(right: Sequence[bool], confidence: Sequence[float], precision: float) -> float:
    """The largest share of texts, the surest first, of which at least `precision` are right."""
    order = sorted(range(len(right)), key=lambda at: -confidence[at])
    best = hits = 0
    for number, at in enumerate(order, 1):
        hits += right[at]
        if hits >= precision * number:
            best = number
    return _share(best, len(right))
