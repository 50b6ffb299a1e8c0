"""The shipped limits are data; a district's rows become rules or are refused by line."""

import csv

import pytest

from maplegrid.rules.clock import UNITS, default_profiles, profile_rules
from maplegrid.rules.clock.profiles import DATA, SOURCES

ROW = {
    "profile": "Z1",
    "milestone": "result",
    "amount": "3",
    "unit": "working_day",
    "starts_from": "accepted",
    "basis": "D",
}


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", SOURCES)
def test_every_row_of_the_data_becomes_one_rule(name: str) -> None:
    data = rows(name)
    built = [rule for rules in profile_rules(data).values() for rule in rules]
    assert [(r.code, r.milestone, r.amount, r.unit, r.starts_from) for r in built] == [
        (r["profile"], r["milestone"], int(r["amount"]), r["unit"], r["starts_from"]) for r in data
    ]
    assert {rule.unit for rule in built} <= UNITS.keys()
    assert all(rule.basis for rule in built)


def test_statutory_clocks_stand_beside_the_service_profiles() -> None:
    codes = default_profiles().keys()
    assert {"P0", "P2", "U2", "M30", "SEC", "X60"} <= codes
    assert {"law.L5", "law.M5", "law.R1", "law.R2", "law.M10"} <= codes


def test_only_what_a_resident_must_do_rolls_over_a_rest_day() -> None:
    residents = {r.code for rules in default_profiles().values() for r in rules if r.party == "resident"}
    assert residents == {"law.L6", "law.L8", "law.M5", "law.M8"}


def test_the_shipped_profiles_cannot_be_changed_by_a_caller() -> None:
    with pytest.raises(TypeError):
        default_profiles()["P2"] = ()  # type: ignore[index]


def test_a_districts_rows_carry_version_party_and_start_fact() -> None:
    row = {**ROW, "version": "4", "party": "resident", "start_fact": "收到答复", "pausable": "no"}
    (rule,) = profile_rules([row])["Z1"]
    assert (rule.version, rule.party, rule.start_fact, rule.pausable) == (4, "resident", "收到答复", False)
    (plain,) = profile_rules([ROW])["Z1"]
    assert (plain.version, plain.party, plain.start_fact, plain.pausable) == (1, "authority", "", True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit": "week"},
        {"amount": "three"},
        {"amount": "-1"},
        {"amount": "99999999"},
        {"starts_from": "yesterday"},
        {"party": "nobody"},
    ],
)
def test_a_row_that_makes_no_sense_is_refused_by_its_line(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="第 3 行"):
        profile_rules([{**ROW, "milestone": "dispatch"}, {**ROW, **wrong}])


def test_a_milestone_named_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="两次"):
        profile_rules([ROW, ROW])


def test_a_missing_column_is_refused() -> None:
    with pytest.raises(ValueError, match="starts_from"):
        profile_rules([{key: value for key, value in ROW.items() if key != "starts_from"}])
