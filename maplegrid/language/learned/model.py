"""The learned reader: a table of weights, two matrix products a text, probabilities that mean what they say.

Two linear classifiers over the same counts vote: TF-IDF with a support vector machine, and its sister whose counts are
weighted by naive-Bayes log ratios (Wang & Manning, ACL 2012). Both collapse into one weight a bucket and class; what
cannot collapse, the length of a text's vector, is summed beside them. `temperature` is fitted on texts the model had
not seen (Guo et al., ICML 2017).
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from maplegrid.language.learned.features import BITS, Counts, counts_of

FORMAT = 1
WEIGHTS, CARD = "weights.npz", "model.json"
AT_ONCE = 512
Floats = npt.NDArray[np.float32]


class NotAModel(ValueError):
    """The folder holds no model this program can read; the sentence says why."""


@dataclass(frozen=True)
class Zone:
    """Weights over one zone's counts (the whole text, or its head).

    `row` (buckets,) int32 gives each bucket its row, 0 for those never learnt; `tfidf` and `ratio` (rows, classes) float32;
    `square` (rows,) the squared inverse document frequencies, `known` (rows,) 1 for a learnt row, for the lengths.
    """

    row: npt.NDArray[np.int32]
    tfidf: Floats
    ratio: Floats
    square: Floats
    known: Floats

    def scores(self, counts: Counts) -> tuple[Floats, Floats]:
        """Scores (texts, classes) of both classifiers, each over the text's own vector length."""
        kept = _rows(counts, self.row, len(self.known))
        damped, present = kept.copy(), kept
        damped.data = 1 + np.log(damped.data)
        squared = damped.copy()
        squared.data = damped.data**2
        present.data = np.ones_like(present.data)
        by_tfidf = damped @ self.tfidf / _length(squared @ self.square)
        by_ratio = present @ self.ratio / _length(present @ self.known)
        return by_tfidf, by_ratio


def _rows(counts: Counts, row: npt.NDArray[np.int32], size: int) -> Counts:
    """The same counts over learnt rows; whatever was never learnt is row 0, which weighs nothing."""
    indices = row[counts.indices]
    return Counts((counts.data.copy(), indices, counts.indptr), shape=(counts.shape[0], size))


def _length(squares: Floats) -> Floats:
    return np.sqrt(np.maximum(squares, 1e-12)).reshape(-1, 1)


@dataclass(frozen=True)
class Verdict:
    """The likeliest class of one text and its calibrated probability (0-1)."""

    label: str
    confidence: float


@dataclass(frozen=True)
class Model:
    """Reads texts. Immutable, safe to share between threads. `card` says what it was trained on and how well it did."""

    labels: tuple[str, ...]
    body: Zone
    head: Zone
    head_weight: float
    bias: Floats
    ratio_bias: Floats
    temperature: float
    card: dict[str, Any]

    def probabilities(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """(len(texts), classes), each row summing to one."""
        if not texts:
            return np.empty((0, len(self.labels)))
        return np.concatenate([self._some(texts[at : at + AT_ONCE]) for at in range(0, len(texts), AT_ONCE)])

    def margins(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """Scores before they become probabilities, (len(texts), classes)."""
        body, head = counts_of(texts)
        tfidf, ratio = self.body.scores(body)
        head_tfidf, head_ratio = self.head.scores(head)
        weight = self.head_weight
        total = (tfidf + weight * head_tfidf + self.bias) + (ratio + weight * head_ratio + self.ratio_bias)
        return np.asarray(total, dtype=np.float64)

    def _some(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        return softmax(self.margins(texts) / self.temperature)

    def classify(self, texts: Sequence[str]) -> list[Verdict]:
        """One verdict a text, in order."""
        chances = self.probabilities(texts)
        best = chances.argmax(axis=1) if len(chances) else []
        return [Verdict(self.labels[at], float(chances[row, at])) for row, at in enumerate(best)]

    def save(self, folder: Path) -> None:
        """Write weights and card; half precision keeps it small."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays: Any = {f"{name}_{part}": array for name, part, array in self._arrays()}
        half = folder / f".{WEIGHTS}.half"
        with half.open("wb") as file:
            np.savez_compressed(file, **arrays)
        half.replace(folder / WEIGHTS)
        known = {"format": FORMAT, "bits": BITS, "labels": self.labels, "head_weight": self.head_weight}
        known |= {"temperature": self.temperature, "digest": _digest(folder / WEIGHTS), "card": self.card}
        (folder / CARD).write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def _arrays(self) -> Iterator[tuple[str, str, npt.NDArray]]:
        for name, zone in (("body", self.body), ("head", self.head)):
            yield name, "row", zone.row
            for part in ("tfidf", "ratio", "square"):
                yield name, part, getattr(zone, part).astype(np.float16)
        yield "all", "bias", self.bias
        yield "all", "ratio_bias", self.ratio_bias


def softmax(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Rows of scores as rows of probabilities."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def load(folder: Path) -> Model:
    """A model saved by `Model.save`. Raises NotAModel with one sentence."""
    try:
        known = json.loads((folder / CARD).read_text(encoding="utf-8"))
        if known["format"] != FORMAT or known["bits"] != BITS:
            raise NotAModel(f"{folder.name}：模型的格式不是这个版本的，请重新训练 (train it anew)")
        if _digest(folder / WEIGHTS) != known["digest"]:
            raise NotAModel(
                f"{folder.name}：模型的权重和说明对不上 (weights and card do not belong together)"
            )
        with np.load(folder / WEIGHTS, allow_pickle=False) as arrays:
            return _model(known, {name: arrays[name] for name in arrays.files})
    except (OSError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise NotAModel(f"{folder.name}：里面没有可以用的模型 (no model in this folder)") from error


def _model(known: dict[str, Any], arrays: dict[str, npt.NDArray]) -> Model:
    return Model(
        labels=tuple(known["labels"]),
        body=_zone(arrays, "body"),
        head=_zone(arrays, "head"),
        head_weight=known["head_weight"],
        bias=arrays["all_bias"],
        ratio_bias=arrays["all_ratio_bias"],
        temperature=known["temperature"],
        card=known["card"],
    )


def _zone(arrays: dict[str, npt.NDArray], name: str) -> Zone:
    parts = (arrays[f"{name}_{part}"] for part in ("tfidf", "ratio", "square"))
    tfidf, ratio, square = (np.ascontiguousarray(part, dtype=np.float32) for part in parts)
    known = np.ones(len(square), dtype=np.float32)
    known[0] = 0
    return Zone(arrays[f"{name}_row"], tfidf, ratio, square, known)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
