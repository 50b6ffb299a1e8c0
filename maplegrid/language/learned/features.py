"""What the learned classifier counts: n-grams of a whole text, and of its head, where its title stands, once more."""

from collections.abc import Sequence

from maplegrid.language.grams import Counts, gram_counts

BITS = 19
BUCKETS = 1 << BITS
LONGEST = 2000  # characters read of one text: what comes later repeats what was said
TITLE_LINE, HEAD = 60, 40


def head_of(text: str) -> str:
    """The title: the first line when it is short, else the first characters."""
    start = text.lstrip()
    end = start.find("\n")
    return start[:end] if 0 < end <= TITLE_LINE else start[:HEAD]


def counts_of(texts: Sequence[str]) -> tuple[Counts, Counts]:
    """Bucket counts of whole texts and of their heads, each (len(texts), BUCKETS), float32."""
    whole = gram_counts([text[:LONGEST] for text in texts], bits=BITS)
    return whole, gram_counts([head_of(text) for text in texts], bits=BITS)
