"""Near-duplicates among texts, so that no split into seen and unseen parts a text from its copy."""

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

WINDOW, KEPT, COMMON = 8, 24, 3
SHORTEST = 24


def groups_of(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """A number for each text, equal for near-duplicates, from 0 upwards in order of appearance.

    Two texts are alike when at least `COMMON` of the `KEPT` smallest hashes of their eight-character windows are equal
    (winnowing, Schleimer et al., SIGMOD 2003); short ones when their bare letters are equal.
    """
    parent = list(range(len(texts)))
    holders: dict[int, list[int]] = {}
    shared: dict[tuple[int, int], int] = {}
    for at, text in enumerate(texts):
        for mark in marks_of(text):
            for other in holders.setdefault(mark, [])[:20]:
                shared[other, at] = shared.get((other, at), 0) + 1
            holders[mark].append(at)
    for (one, other), count in shared.items():
        if count >= COMMON:
            parent[_root(parent, other)] = _root(parent, one)
    roots = [_root(parent, at) for at in range(len(texts))]
    numbers = {root: number for number, root in enumerate(dict.fromkeys(roots))}
    return np.array([numbers[root] for root in roots], dtype=np.int64)


def marks_of(text: str) -> list[int]:
    """The smallest window hashes of a text; of a short one the same mark several times over."""
    bare = "".join(letter for letter in text if letter.isalnum())
    if len(bare) < SHORTEST:
        return [_hash(f"{turn}{bare}") for turn in range(COMMON)] if bare else []
    hashes = {_hash(bare[at : at + WINDOW]) for at in range(len(bare) - WINDOW + 1)}
    return sorted(hashes)[:KEPT]


def _hash(words: str) -> int:
    return int.from_bytes(
        hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big"
    )


def _root(parent: list[int], at: int) -> int:
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at
