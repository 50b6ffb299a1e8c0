"""The default limits as data: service profiles and the clocks that the law sets."""

import csv
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from maplegrid.rules.clock.model import Rule
from maplegrid.rules.vocabulary import N_

DATA = files("maplegrid.rules.data")
SOURCES = ("service_profiles.csv", "statutory_clocks.csv")
STARTS = frozenset({"received", "accepted", "closed"})
Profiles = Mapping[str, tuple[Rule, ...]]


def profile_rules(rows: Iterable[Mapping[str, str]]) -> dict[str, tuple[Rule, ...]]:
    """Rules by profile, in the order of the rows; a district edits the rows, not the code.

    Columns `profile,milestone,amount,unit,starts_from` and, where there is one, `basis`, `version` (default 1),
    `party`, `start_fact`, `pausable` (`no`: the law names no pause). Raises ValueError naming the line.
    """
    out: dict[str, tuple[Rule, ...]] = {}
    for line, row in enumerate(rows, start=2):
        try:
            rule = _rule(row)
        except (KeyError, ValueError) as problem:
            raise ValueError(N_("第 {line} 行：{problem}").format(line=line, problem=problem)) from None
        if any(rule.milestone == other.milestone for other in out.get(rule.code, ())):
            raise ValueError(
                N_("第 {line} 行：{code} 的 {milestone} 写了两次").format(
                    line=line, code=rule.code, milestone=rule.milestone
                )
            )
        out[rule.code] = (*out.get(rule.code, ()), rule)
    return out


def _rule(row: Mapping[str, str]) -> Rule:
    if row["starts_from"] not in STARTS:
        raise ValueError(N_("不认识的起算点：{start}").format(start=row["starts_from"]))
    return Rule(
        code=row["profile"],
        version=int(row.get("version") or 1),
        milestone=row["milestone"],
        amount=int(row["amount"]),
        unit=row["unit"],
        starts_from=row["starts_from"],
        basis=row.get("basis") or "",
        party=row.get("party") or "authority",
        start_fact=row.get("start_fact") or "",
        pausable=row.get("pausable") != "no",
    )


@lru_cache
def default_profiles() -> Profiles:
    """Every profile this version ships: P2, U2, M30, …, law.L5, law.R1, …"""
    out: dict[str, tuple[Rule, ...]] = {}
    for name in SOURCES:
        with (DATA / name).open(encoding="utf-8-sig") as file:
            out |= profile_rules(csv.DictReader(file))
    return MappingProxyType(out)
