"""Exported clocks are recomputed from their events alone; whatever does not follow from them is named."""

import json
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maplegrid.rules.calendar import Calendar, OwnTable, default_calendar
from maplegrid.rules.clock import CHINA, ClockEvent, Rule, compute, default_profiles
from maplegrid.rules.clock.lines import Line, events_for, read_line, written
from maplegrid.rules.clock.proof import Difference, differences

P2_RESULT = next(rule for rule in default_profiles()["P2"] if rule.milestone == "result")
OWN = Rule("Z7", 3, "follow_up", 5, "working_day", "closed")


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=CHINA)


def events(*happened: str) -> list[ClockEvent]:
    return [
        ClockEvent(kind, at(when), "值班员", "等材料")
        for kind, _, when in (h.partition(" ") for h in happened)
    ]


def export(
    rule: Rule, happened: list[ClockEvent], calendar: Calendar | None = None
) -> list[dict[str, object]]:
    """What the product would export: after each event, the clock as it then is."""
    loaded = calendar or default_calendar()
    return [
        written(
            clock="c1",
            case="2026-000001",
            calendar_version=loaded.version,
            event=event,
            state=compute(rule, happened[: place + 1], loaded),
        )
        for place, event in enumerate(happened)
    ]


def proved(records: list[dict[str, object]], calendar: Calendar | None = None) -> list[Difference]:
    text = [json.loads(json.dumps(record, ensure_ascii=False)) for record in records]
    lines = [read_line(record, number) for number, record in enumerate(text, start=1)]
    return differences(lines, calendar or default_calendar())


PAUSED = events(
    "start 2026-09-30 10:00", "pause 2026-10-08 15:00", "resume 2026-10-09 15:00", "stop 2026-10-12 09:00"
)


def test_a_true_export_has_no_differences() -> None:
    assert proved(export(P2_RESULT, PAUSED)) == []
    assert proved(export(OWN, PAUSED)) == []


def test_an_export_in_the_bare_format_has_no_differences() -> None:
    """Only the keys of formats.md, the limit found by rule and amount."""
    extras = {"milestone", "party", "due", "stopped_at", "running", "awaiting_calendar"}
    bare = [{k: v for k, v in record.items() if k not in extras} for record in export(P2_RESULT, PAUSED)]
    assert proved(bare) == []
    for record in bare:
        record["amount"] = record["unit"] = None
    assert proved(bare) == []


def test_the_same_final_due_time_on_every_line_is_accepted_too() -> None:
    records = export(P2_RESULT, PAUSED)
    for record in records:
        record["due"] = records[-1]["due"]
    assert proved(records) == []


def test_an_offset_other_than_chinas_is_the_same_moment() -> None:
    records = export(P2_RESULT, PAUSED)
    records[-1]["due"] = "2026-10-12T15:59:59+00:00"
    assert proved(records) == []


def test_an_edited_due_time_is_named_with_what_the_events_give() -> None:
    records = export(P2_RESULT, PAUSED)
    records[-1]["due"] = "2026-10-15T23:59:59+08:00"
    (found,) = proved(records)
    assert (found.line, found.clock, found.case, found.what) == (4, "c1", "2026-000001", "due")
    assert "2026-10-15T23:59:59+08:00" in found.sentence
    assert "2026-10-12T23:59:59+08:00" in found.sentence


@pytest.mark.parametrize(
    ("line", "key", "value", "what"),
    [
        (0, "at", "2026-09-29T10:00:00+08:00", "due"),
        (1, "at", "2026-10-09T14:00:00+08:00", "due"),
        (3, "at", "2026-10-13T09:00:00+08:00", "stopped_at"),
        (0, "amount", 5, "amount"),
        (0, "unit", "calendar_day", "amount"),
        (0, "party", "resident", "party"),
        (2, "case", "2026-000002", "case"),
        (3, "rule", "P3", "rule"),
        (3, "rule_version", 2, "rule_version"),
        (2, "calendar_version", "cn-2031", "calendar_version"),
        (2, "calendar_version", "cn-{x}", "calendar_version"),
        (1, "event", "resume", "event"),
        (3, "running", True, "running"),
        (3, "awaiting_calendar", 2027, "awaiting_calendar"),
        (3, "due", None, "due"),
        (3, "due", "soon", "due"),
    ],
)
def test_an_edited_line_is_found(line: int, key: str, value: object, what: str) -> None:
    records = export(P2_RESULT, PAUSED)
    records[line][key] = value
    assert what in {found.what for found in proved(records)}


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_lost_line_is_found(lost: int) -> None:
    records = export(P2_RESULT, PAUSED)
    del records[lost]
    assert proved(records)


def test_an_added_pause_is_found() -> None:
    records = export(P2_RESULT, PAUSED)
    added = {**records[1], "at": "2026-10-01T09:00:00+08:00"}
    back = {**records[2], "at": "2026-10-31T09:00:00+08:00"}
    assert proved([*records[:1], added, back, *records[1:]])


def test_an_unknown_rule_without_a_limit_cannot_be_recomputed_and_says_so() -> None:
    records = export(OWN, PAUSED)
    for record in records:
        record["amount"] = record["unit"] = None
    assert {found.what for found in proved(records)} == {"amount"}


def test_each_clock_is_proved_by_itself() -> None:
    true, wrong = export(P2_RESULT, PAUSED), export(P2_RESULT, PAUSED)
    for record in wrong:
        record["clock"] = "c2"
    wrong[3]["due"] = None
    mixed = [record for pair in zip(true, wrong, strict=True) for record in pair]
    assert [(found.clock, found.what) for found in proved(mixed)] == [("c2", "due")]


def test_a_clock_keeps_the_calendar_it_was_computed_with() -> None:
    """A clock from the year before, when this year's table was not out, is proved as it was then."""
    then = Calendar(last_year=2025)
    waiting = export(P2_RESULT, events("start 2025-12-30 10:00"), then)
    assert waiting[0]["awaiting_calendar"] == 2026
    assert proved(waiting) == []
    later = export(P2_RESULT, events("start 2025-12-30 10:00", "stop 2026-01-05 10:00"))
    assert proved([*waiting, later[1]]) == []


def test_a_districts_own_calendar_is_needed_to_prove_what_leans_on_it() -> None:
    own = Calendar(provisional=OwnTable.of({date(2027, 1, 1): False}, years=[2027]))
    records = export(P2_RESULT, events("start 2026-12-30 10:00"), own)
    assert records[0]["due"] == "2027-01-05T23:59:59+08:00"
    assert proved(records, own) == []
    assert [found.what for found in proved(records)] == ["calendar_version"]


moments = st.integers(0, 200 * 24 * 60).map(lambda n: at("2026-01-05 00:00") + n * timedelta(minutes=1))
kinds = st.sampled_from(["pause", "resume", "stop", "reopen"])


@settings(deadline=None, database=None)
@given(
    st.sampled_from([rule for rules in default_profiles().values() for rule in rules]),
    st.lists(moments, min_size=1, max_size=6, unique=True),
    st.lists(kinds, min_size=6, max_size=6),
)
def test_whatever_the_product_writes_is_proved_and_a_moved_due_time_never_is(
    rule: Rule, when: list[datetime], what: list[str]
) -> None:
    first, *rest = sorted(when)
    happened = [ClockEvent("start", first)]
    for moment, kind in zip(rest, what, strict=False):
        if not compute(rule, [*happened, ClockEvent(kind, moment)]).course.odd:
            happened.append(ClockEvent(kind, moment))
    records = export(rule, happened)
    assert proved(records) == []
    due = records[-1]["due"]
    moved = datetime.fromisoformat(str(due)) + timedelta(seconds=1) if due else first
    assert proved([*records[:-1], {**records[-1], "due": moved.isoformat()}])


# --- reading lines ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": "2026-09-30 10:00"},
        {"at": "yesterday"},
        {"at": None},
        {"at": "9999-01-01T00:00:00+08:00"},
        {"event": "nap"},
        {"event": None},
        {"amount": "3"},
        {"amount": -3, "unit": "hour"},
        {"amount": 3, "unit": "week"},
        {"rule_version": 1.5},
        {"clock": ["c1"]},
        {"party": "nobody"},
    ],
)
def test_a_line_that_cannot_be_read_is_refused_with_a_sentence(wrong: dict[str, object]) -> None:
    record = export(P2_RESULT, PAUSED)[1]
    with pytest.raises(ValueError) as refusal:
        read_line({**record, **wrong}, 1)
    assert str(refusal.value)


@pytest.mark.parametrize("record", [None, 3, "x", []])
def test_a_line_that_is_no_object_is_refused(record: object) -> None:
    with pytest.raises(ValueError):
        read_line(record, 1)


def line(event: str, when: str, **extra: object) -> Line:
    return read_line({"event": event, "at": f"{when}+08:00", **extra}, 1)


def test_receipt_is_acceptance_too_unless_a_line_says_otherwise() -> None:
    receipt = at("2026-03-02 10:00")
    rules = {rule.milestone: rule for rule in default_profiles()["P2"]}

    def start(milestone: str, *lines: Line) -> datetime:
        return events_for(rules[milestone], receipt, list(lines))[0].at

    accepted = line("start", "2026-03-02T15:00:00")
    assert start("result") == start("dispatch") == receipt
    assert start("result", accepted) == at("2026-03-02 15:00")
    assert start("dispatch", accepted) == receipt
    received = line("start", "2026-03-02T09:00:00", starts_from="received")
    assert start("dispatch", received) == at("2026-03-02 09:00")
    assert start("result", received) == receipt
    named = line("start", "2026-03-02T16:00:00", milestone="dispatch")
    assert start("dispatch", named) == at("2026-03-02 16:00")
    assert start("result", named) == receipt


def test_a_line_that_names_a_milestone_or_another_rule_is_not_for_the_others() -> None:
    receipt = at("2026-03-02 10:00")
    lines = [
        line("pause", "2026-03-02T11:00:00", milestone="result"),
        line("stop", "2026-03-02T11:00:00", rule="P3"),
        line("extend", "2026-03-02T12:00:00", rule="P2", amount=1, unit="hour"),
    ]
    kinds_of = {
        rule.milestone: [event.event for event in events_for(rule, receipt, lines)]
        for rule in default_profiles()["P2"]
    }
    assert kinds_of["result"] == ["start", "pause", "extend"]
    assert kinds_of["dispatch"] == ["start", "extend"]
