"""Finding many words in a text at once, in time that depends on the text and not on the number of words.

A pattern is a word ("地漏"), alternatives ("漏水|渗水"), or words in the same sentence within a distance:
"楼上&漏水|渗水" in any order, "老师>打孩子" in that order, "…@12" at most 12 characters apart (default 20).
A word that lies inside a longer word found at the same place does not count ("停车" in "停车费").
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from maplegrid.language.reading import Span

DEFAULT_GAP = 20
_BREAK = re.compile(r"[。！!？?；;\n]")
_PATTERN = re.compile(r"^(?P<body>[^@]+?)(?:@(?P<gap>\d+))?$")


class BadPattern(ValueError):
    """A pattern that cannot be read; the message quotes it."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern: its parts (each a set of alternatives), whether their order counts, and how far apart."""

    parts: tuple[frozenset[str], ...]
    ordered: bool
    gap: int


class Match(NamedTuple):
    """A pattern found: which one (its number), and the words that made it."""

    pattern: int
    spans: tuple[Span, ...]


def parse_pattern(text: str) -> Pattern:
    """Read a pattern as described above; raises BadPattern, quoting it."""
    found = _PATTERN.match(text)
    if found is None or ("&" in found["body"] and ">" in found["body"]):
        raise BadPattern(text)
    parts = tuple(frozenset(part.split("|")) for part in re.split("[&>]", found["body"]))
    if len(parts) > 2 or any(not word for part in parts for word in part):
        raise BadPattern(text)
    return Pattern(parts, ">" in found["body"], int(found["gap"] or DEFAULT_GAP))


class Lexicon:
    """An immutable set of patterns, numbered in the order given.

    `silent` words mean nothing themselves and hide the words inside them ("打电话" hides "打"). With `nested`
    a word inside another one counts as well (recall first); without, only the longest (no double counting).
    """

    def __init__(
        self, patterns: Iterable[Pattern], silent: Iterable[str] = (), *, nested: bool = False
    ) -> None:
        self._patterns = tuple(patterns)
        self._whole: dict[str, list[int]] = {}
        self._first: dict[str, list[int]] = {}
        self._silent = frozenset(silent)
        self._nested = nested
        words = set(self._silent)
        for number, pattern in enumerate(self._patterns):
            index = self._first if self.is_pair(number) else self._whole
            for word in pattern.parts[0]:
                index.setdefault(word, []).append(number)
            words.update(*pattern.parts)
        self._by_start = _by_start(words)

    def is_pair(self, number: int) -> bool:
        """Does this pattern need two words together?"""
        return len(self._patterns[number].parts) == 2

    def words(self, text: str) -> dict[str, list[Span]]:
        """Every word of the lexicon in the (folded) text, with its places; hidden words left out."""
        places: dict[str, list[Span]] = {}
        hidden_to = 0
        for i, char in enumerate(text):
            lengths = self._by_start.get(text[i : i + 2]) or self._by_start.get(char)
            for length, words in lengths or ():
                word = text[i : i + length]
                if word not in words or i + length <= hidden_to:
                    continue
                if word in self._silent:
                    hidden_to = i + length
                    continue
                places.setdefault(word, []).append((i, i + length))
                if not self._nested:
                    hidden_to = i + length
        return places

    def matches(self, text: str) -> list[Match]:
        """Every pattern found in the (folded) text, with the places of its words."""
        places = self.words(text)
        found = [
            Match(number, tuple(spans))
            for word, spans in places.items()
            for number in self._whole.get(word, ())
        ]
        for word, spans in places.items():
            for number in self._first.get(word, ()):
                found.extend(self._pairs(text, number, spans, places))
        return found

    def _pairs(
        self, text: str, number: int, firsts: list[Span], places: dict[str, list[Span]]
    ) -> list[Match]:
        pattern = self._patterns[number]
        seconds = [span for word in pattern.parts[1] for span in places.get(word, ())]
        return [
            Match(number, (min(first, second), max(first, second)))
            for first in firsts
            for second in seconds
            if _together(text, first, second, pattern)
        ][:3]


def _together(text: str, first: Span, second: Span, pattern: Pattern) -> bool:
    if pattern.ordered and second[0] < first[1]:
        return False
    left, right = (first, second) if first <= second else (second, first)
    if right[0] < left[1] or right[0] - left[1] > pattern.gap:
        return False
    return _BREAK.search(text, left[1], right[0]) is None


def _by_start(words: set[str]) -> dict[str, tuple[tuple[int, frozenset[str]], ...]]:
    """Words by their first two characters (one for single characters), the longest first."""
    groups: dict[str, dict[int, set[str]]] = {}
    for word in words:
        groups.setdefault(word[:2], {}).setdefault(len(word), set()).add(word)
    for start in [start for start in groups if len(start) == 2 and start[0] in groups]:
        groups[start].setdefault(1, set()).update(groups[start[0]][1])
    return {
        start: tuple((length, frozenset(by_length[length])) for length in sorted(by_length, reverse=True))
        for start, by_length in groups.items()
    }
