"""The default catalogue: event types and service profiles of the field, which a district then edits as its own."""

import csv
from collections import defaultdict
from importlib.resources import files

from django.db import transaction

from maplegrid.cases.models import Category, Milestone, ServiceProfile

FOLLOW_UP = {"name": "follow_up", "amount": 3, "unit": "working_day", "starts_from": "closed", "basis": "D"}
NO_FOLLOW_UP = frozenset({"SEC", "X60", "D15", "O1", "O2"})


def load_defaults() -> None:
    """Add what is missing; what a district has changed stays as it is. Safe to repeat."""
    with transaction.atomic():
        _load_categories()
        _load_profiles()


def _rows(package: str, name: str) -> list[dict[str, str]]:
    with (files(package) / name).open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def _load_categories() -> None:
    rows = _rows("maplegrid.language.data", "taxonomy_default.csv")
    Category.objects.bulk_create((_category(row) for row in rows), ignore_conflicts=True)


def _category(row: dict[str, str]) -> Category:
    return Category(
        code=row["code"],
        l1_code=row["l1_code"],
        l1_name=row["l1_name"],
        name=row["l2_name"],
        name_en=row["l2_en"],
        family=row["family"],
        route=row["default_route"],
        leads=row["lead_suggested"],
        dispute_code=row["map_dispute_v2"],
        profile=row["sla_profile"],
        base_risk_points=int(row["base_risk_points"] or 0),
        flags=[flag for flag in row["flags"].split(",") if flag],
    )


def _load_profiles() -> None:
    by_code: dict[str, list[dict[str, str]]] = defaultdict(list)
    for name in ("service_profiles.csv", "order_profiles.csv"):
        for row in _rows("maplegrid.rules.data", name):
            by_code[row["profile"]].append(row)
    known = set(ServiceProfile.objects.values_list("code", flat=True))
    for code, rows in by_code.items():
        if code not in known:
            _load_profile(code, rows)


def _load_profile(code: str, rows: list[dict[str, str]]) -> None:
    profile = ServiceProfile.objects.create(code=code, name=rows[0]["name_zh"], name_en=rows[0]["name_en"])
    milestones = [
        Milestone(
            profile=profile,
            name=row["milestone"],
            amount=int(row["amount"]),
            unit=row["unit"],
            starts_from=row["starts_from"],
            basis=row["basis"],
        )
        for row in rows
    ]
    if code not in NO_FOLLOW_UP:
        milestones.append(Milestone(profile=profile, **FOLLOW_UP))
    Milestone.objects.bulk_create(milestones)
