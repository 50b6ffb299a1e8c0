"""The type of a matter, by the words a resident uses.

Each type has words with weights (data/keywords.csv, editable by a district; negative ones speak against). Words
in the opening count more than words said later, a word counts once however often it is repeated, and of a long
text only the strongest words of a type count fully. The confidence grows with the evidence and with the lead
over the next type. Read by hand on 80 real messages not looked at before: the first type was acceptable in 64, and
in 34 of the 36 where the confidence was 0.75 or more. Those messages are letters to a city; plain street matters
are easier.

Good for: everyday wording of the matters a street hears most (repairs, noise, wages, property management). Not
good for: several matters in one message (only the strongest is first), policy questions in abstract words,
irony, and words that mean something else in another trade. A learned model comes behind the same interface.
"""

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from maplegrid.language.flags import quoted
from maplegrid.language.lexicon import Lexicon, parse_pattern
from maplegrid.language.normal import fold
from maplegrid.language.reading import Span, Suggestion
from maplegrid.language.taxonomy import Taxonomy
from maplegrid.rules.triage import UNCLASSIFIED, Reason
from maplegrid.rules.vocabulary import N_

READ_AT_MOST = 1500  # characters; what matters is said before
RANKED = 5
ENOUGH = 2.5  # the least score that is worth a suggestion
STRONGEST = 4  # words of a type that count fully; the rest count a quarter
CURVE = (-1.6, 0.55, 2.2)  # intercept, per ln(score), per lead over the next type


class Evidence(NamedTuple):
    """What speaks for a type: the points, and the words in the text."""

    points: float
    spans: tuple[Span, ...]


class Classifier:
    """Ranks the types of a taxonomy for a text; immutable, safe to share between threads."""

    def __init__(self, taxonomy: Taxonomy, rows: Iterable[Mapping[str, str]]) -> None:
        self._taxonomy = taxonomy
        patterns, votes = [], []
        for row in rows:
            if row["code"] not in taxonomy:
                continue
            for pattern in row["patterns"].split():
                patterns.append(parse_pattern(pattern))
                votes.append((row["code"], float(row["weight"])))
        self._votes = tuple(votes)
        self._lexicon = Lexicon(patterns)

    def rank(self, text: str) -> tuple[Suggestion, ...]:
        """At most five types, the likeliest first; 9901 alone when nothing in the words says what it is."""
        evidence = self._evidence(fold(text[:READ_AT_MOST]))
        ranked = sorted(evidence.items(), key=lambda item: (-item[1].points, item[0]))
        ranked = [(code, found) for code, found in ranked if found.points >= ENOUGH][:RANKED]
        if not ranked:
            return (Suggestion(UNCLASSIFIED, 0.0, Reason(N_("没有写到能看出类别的词"))),)
        points = [found.points for _, found in ranked]
        return tuple(
            Suggestion(code, _confidence(points, place), self._reason(text, code, found))
            for place, (code, found) in enumerate(ranked)
        )

    def _evidence(self, text: str) -> dict[str, Evidence]:
        opening = _opening(text)
        best: dict[int, tuple[float, tuple[Span, ...]]] = {}
        for number, spans in self._lexicon.matches(text):
            weight = self._votes[number][1]
            points = weight * _emphasis(spans[0][0], opening, weight)
            if number not in best or abs(points) > abs(best[number][0]):
                best[number] = (points, spans if self._lexicon.is_pair(number) else spans[:1])
        votes: dict[str, list[tuple[float, tuple[Span, ...]]]] = {}
        for number, vote in best.items():
            votes.setdefault(self._votes[number][0], []).append(vote)
        return {code: _add_up(found) for code, found in votes.items()}

    def _reason(self, text: str, code: str, found: Evidence) -> Reason:
        words = quoted(text, found.spans)
        return Reason(N_("写到{words}，像是{type}"), {"words": words, "type": self._taxonomy[code].name})


def _opening(text: str) -> int:
    """Where the opening ends: a short first line is a title, otherwise the first 40 characters."""
    line = text.find("\n")
    return line if 0 < line <= 60 else 40


def _emphasis(position: int, opening: int, weight: float) -> float:
    if weight < 0:
        return 1.0
    if position < opening:
        return 2.0
    return 1.0 if position < 240 else 0.5


def _add_up(votes: list[tuple[float, tuple[Span, ...]]]) -> Evidence:
    votes = sorted(votes, key=lambda vote: -vote[0])
    strong = sum(points for points, _ in votes[:STRONGEST] if points > 0)
    rest = sum(points for points, _ in votes[STRONGEST:] if points > 0)
    against = sum(points for points, _ in votes if points < 0)
    return Evidence(
        strong + rest / 4 + against, tuple(span for points, spans in votes if points > 0 for span in spans)
    )


def _confidence(points: list[float], place: int) -> float:
    """How likely the type at this place is right; the first by the fitted curve, the others share what is left."""
    second = points[1] if len(points) > 1 else 0.0
    intercept, per_log, per_lead = CURVE
    score = intercept + per_log * math.log(points[0]) + per_lead * (points[0] - second) / points[0]
    first = 1.0 / (1.0 + math.exp(-score))
    if place == 0:
        return round(min(0.97, first), 3)
    return round(min(first, (1.0 - first) * 0.8 * points[place] / sum(points[1:])), 3)
