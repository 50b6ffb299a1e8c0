"""When a limit is nearly used up, used up, and still not met: who answers, level by level. The rungs are data."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

from maplegrid.rules.vocabulary import N_

DATA = files("maplegrid.rules.data")
COLOURS = frozenset({"yellow", "red"})


@dataclass(frozen=True)
class Rung:
    """From `at_percent` of the limit on, somebody `levels_up` above the holder answers; rung 0 only warns."""

    number: int
    colour: str
    at_percent: int
    levels_up: int


def rungs_of(rows: Iterable[Mapping[str, str]]) -> tuple[Rung, ...]:
    """The ladder from its rows: a warning below 100 %, the breach at 100 %, then ever later and never lower.

    Raises ValueError naming the line that does not fit.
    """
    ladder: list[Rung] = []
    for line, row in enumerate(rows, start=2):
        rung = Rung(int(row["rung"]), row["colour"], int(row["at_percent"]), int(row["levels_up"]))
        if not _fits(rung, ladder):
            raise ValueError(N_("第 {line} 行：升级的级次不对").format(line=line))
        ladder.append(rung)
    if len(ladder) < 2:
        raise ValueError(N_("升级规则至少要有预警和超时两级"))
    return tuple(ladder)


def _fits(rung: Rung, below: Sequence[Rung]) -> bool:
    if rung.number != len(below) or rung.colour not in COLOURS:
        return False
    if rung.number == 0:
        return 0 < rung.at_percent < 100 and rung.levels_up == 0
    if rung.number == 1:
        return rung.at_percent == 100 and rung.levels_up >= 0
    return rung.at_percent > below[-1].at_percent and rung.levels_up >= below[-1].levels_up


@lru_cache
def default_rungs() -> tuple[Rung, ...]:
    """The ladder this version ships."""
    with (DATA / "escalation.csv").open(encoding="utf-8-sig") as file:
        return rungs_of(csv.DictReader(file))


def warn_share() -> float:
    """The share of a limit (0–1) after which its light is yellow."""
    return default_rungs()[0].at_percent / 100


def waits(ladder: Sequence[Rung]) -> list[float | None]:
    """For rung 1, 2, …: how much of the limit (as a share of it) passes until the next one; None at the top."""
    red = ladder[1:]
    following = [(later.at_percent - one.at_percent) / 100 for one, later in pairwise(red)]
    return [*following, None]


def answering_level(lineage: Sequence[int], rung: int, ladder: Sequence[Rung]) -> int:
    """The unit whose desk answers at this rung. `lineage` is the holder's, district first; past its top: the top."""
    up = ladder[min(rung, len(ladder) - 1)].levels_up
    return lineage[max(0, len(lineage) - 1 - up)]


def passed_over(lineage: Sequence[int], wanted: int, found: int) -> tuple[int, ...]:
    """Units between the wanted desk and the one that was found, lowest first: nobody there may or can answer."""
    between = lineage[lineage.index(found) + 1 : lineage.index(wanted) + 1]
    return tuple(reversed(between))
