"""Character n-grams as numbers, many texts at once: no tokeniser, no dictionary, so any Chinese text can be read.

A run of `shortest` to `longest` characters falls into one of 2**bits buckets by a hash that is the same on every machine.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Counts: TypeAlias = sp.csr_matrix
# Odd constants of the golden ratio's kind, one a position (Knuth, The Art of Computer Programming 3, 6.4).
MIX = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D], dtype=np.uint32)


def gram_counts(texts: Sequence[str], *, bits: int, shortest: int = 1) -> Counts:
    """How often each bucket occurs: (len(texts), 2**bits) float32, each bucket once a row. White space is left out.

    Runs have `shortest` (1 to 3) up to three characters.
    """
    bare = ["".join(text.split()).lower() for text in texts]
    lengths = np.fromiter((len(text) for text in bare), dtype=np.int64, count=len(bare))
    # a lone half of a surrogate pair, which a broken file may hold, is one character like any other
    letters = np.frombuffer("".join(bare).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    indices, starts = _buckets(letters, lengths, bits, shortest)
    counted = sp.csr_matrix(
        (np.ones(len(indices), dtype=np.float32), indices, starts), shape=(len(bare), 1 << bits)
    )
    counted.sum_duplicates()
    return counted


def _buckets(
    letters: npt.NDArray[np.uint32], lengths: npt.NDArray[np.int64], bits: int, shortest: int
) -> tuple[npt.NDArray, npt.NDArray]:
    """Buckets of all n-grams, text after text, and where each text's begin."""
    per_text = sum(np.maximum(lengths - gram, 0) for gram in range(shortest - 1, 3))
    starts = np.concatenate([[0], np.cumsum(per_text)]).astype(np.int64)
    indices = np.empty(int(starts[-1]), dtype=np.int32)
    ends = np.cumsum(lengths)
    offsets = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
    left = np.repeat(ends, lengths) - np.arange(len(letters))  # characters from here to the end of its text
    place = np.arange(len(letters)) - np.repeat(offsets, lengths)
    before = np.repeat(starts[:-1], lengths)
    size = np.repeat(lengths, lengths)
    hashed, shift = np.zeros(len(letters), dtype=np.uint32), np.zeros(len(letters), dtype=np.int64)
    for gram in range(3):
        reach = len(letters) - gram
        if reach <= 0:
            break
        hashed = (hashed[:reach] ^ letters[gram:]) * MIX[gram]
        hashed ^= hashed >> np.uint32(15)
        if gram < shortest - 1:
            continue
        keep = left[:reach] > gram
        where = (before[:reach] + shift[:reach] + place[:reach])[keep]
        indices[where] = (hashed[keep] * MIX[0] >> np.uint32(32 - bits)).astype(np.int32)
        shift = shift + np.maximum(size - gram, 0)
    return indices, starts
