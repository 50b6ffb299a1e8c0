"""Character n-grams as numbers, many texts at once: no tokeniser, no dictionary, so any Chinese text can be read.

Every n-gram (one to three characters) of a text falls into one of `BUCKETS` by a hash that is the same on every machine.
The beginning of a text, where its title stands, is counted a second time by itself. Counts of one text stand in one row
of a sparse matrix; their order is ascending and each bucket stands once.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

BITS = 19
BUCKETS = 1 << BITS
LONGEST = 2000  # characters read of one text: what comes later repeats what was said
TITLE_LINE, HEAD = 60, 40
# Odd constants of the golden ratio's kind, one a position (Knuth, The Art of Computer Programming 3, 6.4).
MIX = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D], dtype=np.uint32)

Counts: TypeAlias = sp.csr_matrix


def head_of(text: str) -> str:
    """The title: the first line when it is short, else the first characters."""
    start = text.lstrip()
    end = start.find("\n")
    return start[:end] if 0 < end <= TITLE_LINE else start[:HEAD]


def counts_of(texts: Sequence[str]) -> tuple[Counts, Counts]:
    """Bucket counts of whole texts and of their heads, each (len(texts), BUCKETS), float32."""
    return _counted([text[:LONGEST] for text in texts]), _counted([head_of(text) for text in texts])


def _counted(texts: Sequence[str]) -> Counts:
    bare = ["".join(text.split()).lower() for text in texts]
    lengths = np.fromiter((len(text) for text in bare), dtype=np.int64, count=len(bare))
    # a lone half of a surrogate pair, which a broken file may hold, is one character like any other
    letters = np.frombuffer("".join(bare).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    indices, starts = _buckets(letters, lengths)
    counted = sp.csr_matrix(
        (np.ones(len(indices), dtype=np.float32), indices, starts), shape=(len(bare), BUCKETS)
    )
    counted.sum_duplicates()
    return counted


def _buckets(
    letters: npt.NDArray[np.uint32], lengths: npt.NDArray[np.int64]
) -> tuple[npt.NDArray, npt.NDArray]:
    """Buckets of all n-grams, text after text, and where each text's begin."""
    per_text = np.maximum(lengths, 0) + np.maximum(lengths - 1, 0) + np.maximum(lengths - 2, 0)
    starts = np.concatenate([[0], np.cumsum(per_text)])
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
        keep = left[:reach] > gram
        where = (before[:reach] + shift[:reach] + place[:reach])[keep]
        indices[where] = (hashed[keep] * MIX[0] >> np.uint32(32 - BITS)).astype(np.int32)
        shift = shift + np.maximum(size - gram, 0)
    return indices, starts
