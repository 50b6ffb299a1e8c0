"""Service profiles and statutory clocks as data: defaults that come with the product."""

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from maplegrid.rules.clock import Rule

TABLES = ("service_profiles.csv", "statutory_clocks.csv")


def rule_from(row: Mapping[str, str]) -> Rule:
    """One row of a table of limits; raises ValueError or KeyError for what is not a limit."""
    return Rule(
        code=row["profile"],
        version=1,
        milestone=row["milestone"],
        amount=int(row["amount"]),
        unit=row["unit"],
        starts_from=row["starts_from"],
        basis=row["basis"],
        party=row.get("party") or "authority",
    )


def profile_rules(rows: Iterable[Mapping[str, str]]) -> dict[str, tuple[Rule, ...]]:
    """Limits by profile, in the order of the table."""
    found: dict[str, list[Rule]] = {}
    for row in rows:
        found.setdefault(row["profile"], []).append(rule_from(row))
    return {code: tuple(rules) for code, rules in found.items()}


@cache
def default_profiles() -> dict[str, tuple[Rule, ...]]:
    """All defaults: P0 … SEC and law.L1 … law.R2."""
    rows: list[dict[str, str]] = []
    for name in TABLES:
        with (files("maplegrid.rules.data") / name).open(encoding="utf-8-sig") as file:
            rows += csv.DictReader(file)
    return profile_rules(rows)
