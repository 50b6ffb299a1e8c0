"""Is it an appeal at all? Appeal, question, thanks or chatter, by the words; an appeal when in doubt.

Good for: messages sent to a desk and texts relayed from groups that are plainly one or the other. Not good for:
long chat with a complaint hidden in it, and irony ("真要感谢物业"). A message taken for chatter or thanks is kept
and shown; nothing is thrown away by this suggestion.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from maplegrid.language.flags import quoted
from maplegrid.language.lexicon import Lexicon, parse_pattern
from maplegrid.language.normal import fold
from maplegrid.language.reading import Kind, Span, Suggestion
from maplegrid.language.tables import rows_of
from maplegrid.rules.triage import Reason
from maplegrid.rules.vocabulary import N_

READ_AT_MOST = 800
ENOUGH_TO_APPEAL = 4.0
IN_DOUBT = 0.5

KIND_NAMES: dict[Kind, str] = {
    Kind.APPEAL: N_("诉求"),
    Kind.QUESTION: N_("咨询"),
    Kind.THANKS: N_("感谢"),
    Kind.CHATTER: N_("闲聊"),
}


class KindReader:
    """Tells the kind of a message by weighted words; immutable, safe to share between threads."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        votes = [
            (Kind(row["kind"]), float(row["weight"]), pattern)
            for row in rows
            for pattern in row["patterns"].split()
        ]
        self._votes = [(kind, weight) for kind, weight, _ in votes]
        self._lexicon = Lexicon([parse_pattern(pattern) for _, _, pattern in votes])

    def read(self, text: str, *, matter: float, serious: bool) -> Suggestion:
        """The kind, given how sure the reader is of a type (0-1) and whether a flag was raised."""
        points = dict.fromkeys(Kind, 0.0)
        spans: dict[Kind, list[Span]] = {kind: [] for kind in Kind}
        for number, found in self._lexicon.matches(fold(text[:READ_AT_MOST])):
            kind, weight = self._votes[number]
            points[kind] += weight
            spans[kind].append(found[0])
        kind, sure = _decide(points, matter, serious)
        if not spans[kind]:
            return Suggestion(kind, sure, Reason(N_("看起来是{kind}"), {"kind": KIND_NAMES[kind]}))
        words = {"words": quoted(text, sorted(spans[kind])), "kind": KIND_NAMES[kind]}
        return Suggestion(kind, sure, Reason(N_("写到{words}，看起来是{kind}"), words))


def _decide(points: dict[Kind, float], matter: float, serious: bool) -> tuple[Kind, float]:
    appeal = points[Kind.APPEAL] + 5.0 * matter
    if serious:
        return Kind.APPEAL, 0.95
    if points[Kind.THANKS] >= 4 and points[Kind.THANKS] > appeal:
        return Kind.THANKS, _share(points[Kind.THANKS], appeal)
    if appeal < ENOUGH_TO_APPEAL and points[Kind.QUESTION] < 3 and points[Kind.CHATTER] >= appeal:
        return Kind.CHATTER, _share(points[Kind.CHATTER] + 1.0, appeal)
    if points[Kind.QUESTION] >= 3 and points[Kind.QUESTION] >= points[Kind.APPEAL]:
        return Kind.QUESTION, _share(points[Kind.QUESTION], appeal)
    return Kind.APPEAL, _share(appeal, points[Kind.CHATTER] + 1.0)


def _share(mine: float, other: float) -> float:
    return round(max(IN_DOUBT, min(0.97, mine / (mine + other + 0.5))), 3)


@lru_cache(maxsize=1)
def default_kind_reader() -> KindReader:
    """The reader with the words that come with the product."""
    return KindReader(rows_of("kinds"))
