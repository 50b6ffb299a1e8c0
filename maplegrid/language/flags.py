"""Flags and signs of danger in what a resident writes: which words call for care, and what they demand.

Recall first: a flag that a person takes away costs a minute, a flag that was missed may cost a life. Words about
violence at home, harm to minors, threats and self-harm are therefore never cancelled by a "not"; for the others
a directly preceding negation ("没有拖欠工资") or prevention ("防止诈骗") cancels. Dangers only imagined ("万一着火")
count as hazards. A flag is about the case, never about a person, and a person confirms it.

The words are in data/flags.csv, editable by a district. Good for: plain statements in everyday words. Not good
for: irony, quoting somebody else's story, dialect, and words in other scripts.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from maplegrid.language.lexicon import Lexicon, parse_pattern
from maplegrid.language.normal import fold
from maplegrid.language.reading import RaisedFlag, Span
from maplegrid.language.tables import rows_of
from maplegrid.rules.triage import Reason, Sign, flag_rule
from maplegrid.rules.vocabulary import FLAG_NAMES, N_, Flag

NEGATABLE = frozenset({Flag.CRIME_LEAD, Flag.GROUP, Flag.WAGES, Flag.AGAINST_OFFICIAL, Flag.ELDER_FRAUD})
_NEGATION = re.compile(
    r"(?:没有|没|未|并未|未曾|不是|并非|不存在|从未|无|非|防止|防范|预防|避免|杜绝|禁止|谨防|严防|打击|严打|以免|以防)$"
)
_IMAGINED_BEFORE = re.compile(
    r"(?:容易|易|可能|万一|一旦|如果|假如|要是|若|会|怕|担心|引发|引起|造成|导致|防止|避免|存在|杜绝|预防|以免|以防|发生"
    r"|经常|多次|频繁|屡次|几次|\d次|总是|每次|常常|曾|去年|前年|上次|之前|\d年)[^,。!?\n]{0,4}$"
)
_IMAGINED_AFTER = re.compile(
    r"^[^,。!?\n]{0,2}(?:隐患|风险|危险|怎么办|预防|演练|可能|培训|责任|怎么逃|事故|频发|案例|事件|问题)"
)
_MANY = re.compile(
    r"(?P<number>\d{1,5}|[一二两三四五六七八九几数上]?[十百千万][一二三四五六七八九十百千]*)(?:多|余|来|几)?(?:个)?"
    r"(?P<unit>户|名|位|人|业主|家庭|工人|村民|居民)"
)
NOT_IN_PASSING = frozenset({Flag.AGAINST_OFFICIAL})
OPENING = 80  # characters: what is said later, once, is said in passing
GROUP_FROM = 10  # people or households named by number
MANY_HOMES_FROM = 5


@dataclass(frozen=True, slots=True)
class FlagWord:
    """One row of the table: what a pattern raises, whether its words are certain, and where it does not count."""

    code: str
    certain: bool
    unless: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class FlagReading:
    """What was found: flags with their words and demands, and signs of danger with theirs."""

    flags: tuple[RaisedFlag, ...]
    signs: Mapping[Sign, tuple[Span, ...]]


class FlagReader:
    """Reads flags and signs by the words of a table; immutable, safe to share between threads."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        patterns, words, silent = [], [], []
        for row in rows:
            if row["code"] == "silent":
                silent.extend(row["patterns"].split())
                continue
            word = _flag_word(row)
            for pattern in row["patterns"].split():
                patterns.append(parse_pattern(pattern))
                words.append(word)
        self._words = tuple(words)
        self._lexicon = Lexicon(patterns, silent, nested=True)

    def read(self, text: str) -> FlagReading:
        """Flags and signs in the text; spans are positions in it."""
        folded = fold(text)
        certain: dict[str, set[Span]] = {}
        weak: dict[str, set[Span]] = {}
        for word, span in self._hits(folded):
            code = _as_hazard(folded, span) if word.code == Sign.DANGER else word.code
            (certain if word.certain else weak).setdefault(code, set()).add(span)
        _count_people(folded, certain, weak)
        return FlagReading(_raise(text, certain, weak), _signs(certain))

    def _hits(self, text: str) -> list[tuple[FlagWord, Span]]:
        """Words that count: not cancelled, nor inside a longer word that was ("欠工资" in "没有拖欠工资")."""
        hits: list[tuple[FlagWord, Span]] = []
        cancelled: list[tuple[str, Span]] = []
        for number, spans in self._lexicon.matches(text):
            word = self._words[number]
            dropped = [(word.code, span) for span in spans if _excluded(text, span, word)]
            cancelled.extend(dropped)
            if not (dropped and self._lexicon.is_pair(number)):
                hits.extend((word, span) for span in spans if (word.code, span) not in dropped)
        return [(word, span) for word, span in hits if not _inside(word.code, span, cancelled)]


def _flag_word(row: Mapping[str, str]) -> FlagWord:
    return FlagWord(row["code"], row["certain"] == "1", re.compile(row["unless"]) if row["unless"] else None)


def _excluded(text: str, span: Span, word: FlagWord) -> bool:
    start, end = span
    if word.code in NEGATABLE and _NEGATION.search(text, max(0, start - 4), start):
        return True
    if word.unless is None:
        return False
    around = word.unless.finditer(text, max(0, start - 12), end + 20)
    return any(found.start() < end and found.end() > start for found in around)


def _inside(code: str, span: Span, cancelled: list[tuple[str, Span]]) -> bool:
    return any(other == code and start <= span[0] and span[1] <= end for other, (start, end) in cancelled)


def _as_hazard(text: str, span: Span) -> str:
    """A danger that is only imagined, remembered or warned of is a hazard."""
    before = _IMAGINED_BEFORE.search(text, max(0, span[0] - 10), span[0])
    after = _IMAGINED_AFTER.match(text[span[1] : span[1] + 8])
    return Sign.HAZARD if before or after else Sign.DANGER


def _count_people(text: str, certain: dict[str, set[Span]], weak: dict[str, set[Span]]) -> None:
    """ "三十多户", "120名工人": many people (flag, weak) and many homes (sign)."""
    for found in _MANY.finditer(text):
        number = found["number"]
        people = int(number) if number.isdigit() else GROUP_FROM
        if people >= GROUP_FROM:
            weak.setdefault(Flag.GROUP, set()).add(found.span())
        if found["unit"] == "户" and people >= MANY_HOMES_FROM:
            certain.setdefault(Sign.MANY_HOMES, set()).add(found.span())


def _raise(text: str, certain: dict[str, set[Span]], weak: dict[str, set[Span]]) -> tuple[RaisedFlag, ...]:
    raised = []
    for flag in Flag:
        sure = flag in certain and not (flag in NOT_IN_PASSING and _in_passing(text, certain[flag]))
        spans = tuple(sorted(certain.get(flag, set()) | weak.get(flag, set())))
        if not spans:
            continue
        rule = flag_rule(flag, certain=sure)
        shown = sorted(certain[flag]) if sure else spans
        reason = Reason(N_("写到{words}：{flag}"), {"words": quoted(text, shown), "flag": FLAG_NAMES[flag]})
        raised.append(RaisedFlag(flag, sure, spans, rule.route, rule.demands, reason))
    return tuple(raised)


def _in_passing(text: str, spans: set[Span]) -> bool:
    """One angry word late in a long text does not turn the matter into another one."""
    return min(spans)[0] > OPENING and len({text[start:end] for start, end in spans}) < 2


def _signs(certain: dict[str, set[Span]]) -> dict[Sign, tuple[Span, ...]]:
    return {sign: tuple(sorted(certain[sign])) for sign in Sign if sign in certain}


def quoted(text: str, spans: Iterable[Span], most: int = 3) -> str:
    """The first few different words at these places, in Chinese quotation marks: “地漏”“返水”."""
    words = list(dict.fromkeys(text[start:end] for start, end in spans))
    return "".join(f"“{word}”" for word in words[:most])


@lru_cache(maxsize=1)
def default_flag_reader() -> FlagReader:
    """The reader with the words that come with the product."""
    return FlagReader(rows_of("flags"))
