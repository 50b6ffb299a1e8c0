"""How high a letter goes: the first row of the district's table that fits proposes a level; a person confirms it."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from importlib.resources import files

from maplegrid.rules.vocabulary import N_

DATA = files("maplegrid.rules.data")


class MeetingLevel(IntEnum):
    """1 is met by the street secretary, 2 by the street deputy in charge, 3 by the community secretary."""

    ONE = 1
    TWO = 2
    THREE = 3


LEVEL_NAMES: dict[MeetingLevel, str] = {
    MeetingLevel.ONE: N_("一级"),
    MeetingLevel.TWO: N_("二级"),
    MeetingLevel.THREE: N_("三级"),
}

# What a row may ask. Numbers mean "at least", a category is the beginning of a code, urgency is exact.
FACT_NAMES: dict[str, str] = {
    "urgency": N_("缓急是"),
    "flag": N_("有标记"),
    "category": N_("类别编码开头是"),
    "households": N_("户数至少"),
    "earlier": N_("九十天内写过的次数至少"),
    "any": N_("其他都算"),
}
FACTS = tuple(FACT_NAMES)
COUNTED = ("households", "earlier")


@dataclass(frozen=True)
class LevelRow:
    """One row of the table: if the fact holds, the level is proposed for this reason."""

    level: MeetingLevel
    fact: str
    value: str
    why: str
    why_en: str = ""


@dataclass(frozen=True)
class LetterFacts:
    """What the table may ask of a letter. `earlier` counts letters of the same phone in the 90 days before."""

    urgency: str = "4"
    flags: frozenset[str] = frozenset()
    category: str = ""
    households: int = 1
    earlier: int = 0


def level_row(row: Mapping[str, str]) -> LevelRow:
    """A row of a file or of the district's own table. Raises ValueError with a sentence."""
    fact, value = row["fact"], (row.get("value") or "").strip()
    if fact not in FACTS:
        raise ValueError(N_("不认识的条件：{fact}").format(fact=fact))
    if str(row["level"]) not in {"1", "2", "3"}:
        raise ValueError(N_("级别只有 1、2、3：{level}").format(level=row["level"]))
    if fact in COUNTED and not value.isdecimal():
        raise ValueError(N_("{fact} 要写一个整数").format(fact=fact))
    if fact != "any" and not value:
        raise ValueError(N_("{fact} 要写一个值").format(fact=fact))
    return LevelRow(MeetingLevel(int(row["level"])), fact, value, row["why"], row.get("why_en") or "")


def level_rows(rows: Iterable[Mapping[str, str]]) -> tuple[LevelRow, ...]:
    """The table in its order; its last row must fit everything. Raises ValueError naming the line."""
    out = []
    for line, row in enumerate(rows, start=2):
        try:
            out.append(level_row(row))
        except ValueError as problem:
            raise ValueError(N_("第 {line} 行：{problem}").format(line=line, problem=problem)) from None
    if not out or out[-1].fact != "any":
        raise ValueError(N_("最后一行要写 any，好让每一封信都有级别"))
    return tuple(out)


@lru_cache
def default_level_rows() -> tuple[LevelRow, ...]:
    """The table that comes with the product."""
    with (DATA / "secretary_levels.csv").open(encoding="utf-8-sig") as file:
        return level_rows(csv.DictReader(file))


def propose_level(facts: LetterFacts, rows: Sequence[LevelRow]) -> LevelRow:
    """The first row that fits. Raises ValueError when the table leaves a letter without a level."""
    for row in rows:
        if fits(row, facts):
            return row
    raise ValueError(N_("最后一行要写 any，好让每一封信都有级别"))


def fits(row: LevelRow, facts: LetterFacts) -> bool:
    """Whether this row's condition holds for this letter."""
    match row.fact:
        case "urgency":
            return facts.urgency == row.value
        case "flag":
            return row.value in facts.flags
        case "category":
            return facts.category.startswith(row.value)
        case "households":
            return facts.households >= int(row.value)
        case "earlier":
            return facts.earlier >= int(row.value)
        case _:
            return True
