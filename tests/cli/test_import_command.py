"""`maplegrid import`: every row is kept once, whatever the file's spelling; what cannot be read is said."""

import csv
import io
import json
import subprocess
from typing import Any

import pytest
from openpyxl import Workbook

HEADER = ["编号", "标题", "内容", "时间", "街坊"]
ROWS = [
    [f"{number}", "路灯不亮", f"小区门口第{number}盏路灯不亮，晚上看不见路", "2026/11/20 08:30:00", "公明"]
    for number in range(1, 21)
]
KEPT = "messaging_message"


def as_csv(encoding: str) -> bytes:
    words = io.StringIO(newline="")
    csv.writer(words).writerows([HEADER, *ROWS])
    return words.getvalue().encode(encoding)


def as_excel() -> bytes:
    book, raw = Workbook(), io.BytesIO()
    for row in [HEADER, *ROWS]:
        book.active.append(row)
    book.save(raw)
    return raw.getvalue()


def result(done: subprocess.CompletedProcess[str]) -> Any:
    """The JSON object on the last line."""
    return json.loads(done.stdout.splitlines()[-1])


SPELLINGS = {
    "utf8.csv": as_csv("utf-8-sig"),
    "gb18030.csv": as_csv("gb18030"),
    "excel.xlsx": as_excel(),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_file_is_kept_whole_and_a_second_import_adds_nothing(desk, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(SPELLINGS[name])
    before = desk.count(KEPT)
    first = desk.run("import", path, "--source", name)
    assert first.returncode == 0, first.stderr
    assert result(first) == {"rows": 20, "taken": 20, "repeated": 0, "troubled": 0}
    again = desk.run("import", path, "--source", name)
    assert result(again) == {"rows": 20, "taken": 0, "repeated": 20, "troubled": 0}
    assert desk.count(KEPT) == before + 20


def test_every_kept_row_waits_for_its_case(desk, tmp_path):
    path = tmp_path / "jobs.csv"
    path.write_bytes(as_csv("utf-8"))
    before = desk.count("procrastinate_jobs")
    desk.run("import", path, "--source", "jobs")
    assert desk.count("procrastinate_jobs") == before + 20


def test_a_dry_run_writes_nothing_and_names_the_lines(desk, tmp_path):
    path = tmp_path / "dry.csv"
    path.write_text(
        "id,text,time\n1,井盖没了,昨天\n1,井盖还没有,2026-11-20\n2,,2026-11-20\n", encoding="utf-8"
    )
    before = desk.count(KEPT)
    done = desk.run("import", path, "--source", "dry", "--dry-run")
    assert done.returncode == 0
    assert result(done)["rows"] == 3
    assert result(done)["troubled"] == 3
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["dry.csv:2", "dry.csv:3", "dry.csv:4"]
    assert desk.count(KEPT) == before


UNREADABLE = {
    "bytes.csv": bytes(range(128, 256)) * 3,
    "no-words.csv": b"a,b\n1,2\n",
    "empty.csv": b"",
    "not-excel.xlsx": b"PK no book",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_file_is_2_and_named(desk, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(UNREADABLE[name])
    before = desk.count(KEPT)
    done = desk.run("import", path, "--source", "bad")
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1
    assert name in done.stderr
    assert desk.count(KEPT) == before


def test_a_missing_file_is_2_and_named(desk, tmp_path):
    done = desk.run("import", tmp_path / "nowhere.csv", "--source", "bad")
    assert done.returncode == 2
    assert "nowhere.csv" in done.stderr
