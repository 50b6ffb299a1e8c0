"""`maplegrid clock due` and `clock verify`, as scripts outside the project call them (formats.md)."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from maplegrid.cli.clock import command
from maplegrid.rules.clock import default_profiles

START = "2026-09-30T10:00:00+08:00"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def last_line(result: Result) -> dict[str, object]:
    return json.loads(result.stdout.splitlines()[-1])


def dues(result: Result) -> dict[str, str]:
    milestones = last_line(result)["milestones"]
    assert isinstance(milestones, list)
    return {milestone["name"]: milestone["due"] for milestone in milestones}


def kept(folder: Path, *lines: object) -> Path:
    path = folder / "events.jsonl"
    text = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return path


def exported(event: str, at: str, **extra: object) -> dict[str, object]:
    record = {
        "clock": "c1",
        "case": "2026-000001",
        "rule": "P2",
        "rule_version": 1,
        "calendar_version": "cn-2026",
        "event": event,
        "at": at,
        "by": "值班员",
        "reason": "",
        "amount": None,
        "unit": None,
    }
    return {**record, **extra}


def test_due_prints_every_milestone_with_its_reasoning_as_one_json_line() -> None:
    result = run("due", "--profile", "P2", "--start", START, "--json")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 1
    told = last_line(result)
    assert told["profile"] == "P2"
    assert told["start"] == START
    milestones = told["milestones"]
    assert isinstance(milestones, list)
    assert [m["name"] for m in milestones] == ["dispatch", "first_contact", "progress", "result"]
    assert {k: milestones[3][k] for k in ("due", "calendar", "amount")} == {
        "due": "2026-10-10T23:59:59+08:00",
        "calendar": "working_day",
        "amount": 3,
    }
    assert all(milestone["because"] for milestone in milestones)


def test_without_json_people_read_the_reasoning_and_the_last_line_is_still_json() -> None:
    result = run("due", "--profile", "P2", "--start", START)
    assert result.exit_code == 0
    assert "  2026-10-10（周六）调休上班，要算" in result.stdout.splitlines()
    assert dues(result)["result"] == "2026-10-10T23:59:59+08:00"


@pytest.mark.parametrize("profile", sorted(default_profiles()))
def test_every_profile_can_be_asked(profile: str) -> None:
    result = run("due", "--profile", profile, "--start", "2025-03-03T10:00:00+08:00", "--json")
    assert result.exit_code == 0
    assert all(dues(result).values())
    assert len(dues(result)) == len(default_profiles()[profile])


def test_the_start_may_be_written_in_any_offset_and_without_one_is_chinas() -> None:
    expected = dues(run("due", "--profile", "P2", "--start", START, "--json"))
    for said in (
        "2026-09-30T02:00:00Z",
        "2026-09-30T10:00",
        "2026-09-30 10:00:00",
        "2026-09-29T19:00:00-07:00",
    ):
        assert dues(run("due", "--profile", "P2", "--start", said, "--json")) == expected


def test_events_pause_extend_and_tell_acceptance_from_receipt(tmp_path: Path) -> None:
    path = kept(
        tmp_path,
        {"event": "start", "at": "2026-09-30T15:00:00+08:00"},
        {"event": "pause", "at": "2026-10-08T15:00:00+08:00", "reason": "等材料"},
        "",
        {"event": "resume", "at": "2026-10-09T15:00:00+08:00"},
        {
            "event": "extend",
            "at": "2026-10-09T16:00:00+08:00",
            "amount": 1,
            "unit": "working_day",
            "milestone": "result",
        },
    )
    told = dues(run("due", "--profile", "P2", "--start", START, "--events", path, "--json"))
    assert told == {
        "dispatch": "2026-09-30T12:00:00+08:00",
        "first_contact": "2026-09-30T12:00:00+08:00",
        "progress": "2026-10-01T15:00:00+08:00",
        "result": "2026-10-13T23:59:59+08:00",
    }


def test_an_open_pause_has_no_due_time(tmp_path: Path) -> None:
    path = kept(tmp_path, {"event": "pause", "at": "2026-10-08T15:00:00+08:00"})
    assert dues(run("due", "--profile", "P2", "--start", START, "--events", path, "--json"))["result"] is None


def test_an_unpublished_year_is_refused_with_one_sentence() -> None:
    result = run("due", "--profile", "P2", "--start", "2026-12-30T10:00:00+08:00", "--json")
    assert result.exit_code == 3
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert "2027" in result.stderr


def test_a_limit_that_needs_no_table_is_not_refused() -> None:
    told = dues(run("due", "--profile", "law.L5", "--start", "2026-12-01T10:00:00+08:00", "--json"))
    assert told == {"result": "2027-01-30T23:59:59+08:00"}


def test_a_districts_provisional_table_answers_and_is_marked(tmp_path: Path) -> None:
    table = tmp_path / "2027.csv"
    table.write_text("date,working\n2027,\n2027-01-01,0\n", encoding="utf-8")
    arguments = ("due", "--profile", "P2", "--start", "2026-12-30T10:00:00+08:00", "--json")
    result = run(*arguments, "--provisional", table)
    assert dues(result)["result"] == "2027-01-05T23:59:59+08:00"
    milestones = last_line(result)["milestones"]
    assert isinstance(milestones, list)
    assert [m["provisional"] for m in milestones] == [False, False, False, True]
    official = last_line(run(*arguments, "--calendar", table))["milestones"]
    assert isinstance(official, list)
    assert not any(m["provisional"] for m in official)


@pytest.mark.parametrize(
    "arguments",
    [
        ("due", "--profile", "P99", "--start", START),
        ("due", "--profile", "P2", "--start", "yesterday"),
        ("due", "--profile", "P2", "--start", "9999-12-31T10:00:00+08:00"),
        ("due", "--profile", "P2", "--start", "0001-01-01T00:00:00+14:00"),
        ("due", "--profile", "P2"),
        ("due", "--start", START),
        ("due", "--profile", "P2", "--start", START, "--events", "/nowhere/events.jsonl"),
        ("due", "--profile", "P2", "--start", START, "--calendar", "/nowhere/2027.csv"),
        ("verify", "--export", "/nowhere/export.jsonl"),
        ("verify",),
    ],
)
def test_bad_arguments_exit_with_2(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "3", '{"event":"pause"}', '{"event":"nap","at":"2026-10-08T15:00:00+08:00"}', '{"event":"pause","at":"2026-10-08T15:00:00"}'],
)  # fmt: skip
def test_an_unreadable_line_is_named_with_its_file_and_number(tmp_path: Path, line: str) -> None:
    path = kept(tmp_path, exported("start", START), line)
    for arguments in (
        ("due", "--profile", "P2", "--start", START, "--events", path),
        ("verify", "--export", path),
    ):
        result = run(*arguments)
        assert result.exit_code == 2
        assert f"{path} 第 2 行" in result.stderr
        assert len(result.stderr.splitlines()) == 1


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes('{"reason":"等材料"}'.encode("gb18030"))
    assert run("verify", "--export", path).exit_code == 2


def test_an_exported_line_must_name_its_clock(tmp_path: Path) -> None:
    result = run("verify", "--export", kept(tmp_path, exported("start", START, clock="")))
    assert result.exit_code == 2
    assert "第 1 行" in result.stderr


def test_verify_is_content_with_a_true_export(tmp_path: Path) -> None:
    path = kept(
        tmp_path,
        exported("start", START, amount=3, unit="working_day", milestone="result"),
        exported("pause", "2026-10-08T15:00:00+08:00", reason="等材料"),
        exported("resume", "2026-10-09T15:00:00+08:00"),
        exported("stop", "2026-10-11T15:00:00+08:00", due="2026-10-12T23:59:59+08:00"),
    )
    result = run("verify", "--export", path)
    assert result.exit_code == 0
    assert last_line(result) == {"clocks": 1, "events": 4, "differences": 0}


def test_verify_exits_with_1_and_one_line_per_difference(tmp_path: Path) -> None:
    path = kept(
        tmp_path,
        exported("start", START, amount=3, unit="working_day", milestone="result"),
        exported("resume", "2026-10-09T15:00:00+08:00"),
        exported("stop", "2026-10-11T15:00:00+08:00", due="2026-10-12T23:59:59+08:00"),
    )
    result = run("verify", "--export", path)
    assert result.exit_code == 1
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(difference["line"], difference["what"]) for difference in found] == [(2, "event"), (3, "due")]
    assert all(difference["clock"] == "c1" and difference["sentence"] for difference in found)


def test_an_empty_export_has_no_differences(tmp_path: Path) -> None:
    assert last_line(run("verify", "--export", kept(tmp_path))) == {
        "clocks": 0,
        "events": 0,
        "differences": 0,
    }
