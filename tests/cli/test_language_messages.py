"""`maplegrid language topics | duplicates | locate`: columns as scripts rely on them, bad rows told and kept."""

import csv
import json

import pytest
from click.testing import CliRunner

from maplegrid.cli.language import command

ROWS = [
    ("1", "丹枫名苑旁边沥青厂气味刺鼻", "每天半夜冒烟，孩子咳嗽。", "2026/11/1 9:00:00", "3"),
    ("2", "投诉丹枫名苑旁边的沥青厂", "半夜冒烟，气味刺鼻，孩子咳嗽不止。", "2026/11/2 9:00:00", "0"),
    ("3", "丹枫名苑沥青厂气味什么时候有人管", "冒烟，气味刺鼻。", "2026/11/3", "x"),
    ("4", "路灯坏了", "晚上看不见路，请来修。", "", ""),
]


def _run(*args: str):
    result = CliRunner().invoke(command, list(args), catch_exceptions=False)
    return result, json.loads(result.stdout.splitlines()[-1]) if result.exit_code == 0 else None


def _read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def messages(tmp_path):
    path = tmp_path / "messages.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "title", "detail", "time", "likes"])
        out.writerows(ROWS)
    return path


class TestTopics:
    def test_every_row_is_answered_and_a_topic_goes_by_its_first_message(self, messages, tmp_path):
        out = tmp_path / "topics.csv"
        result, told = _run("topics", str(messages), "--out", str(out))
        rows = _read(out)
        assert result.exit_code == 0
        assert told["rows"] == 4
        assert list(rows[0]) == ["id", "topic", "heat", "topic_title"]
        assert [row["topic"] for row in rows] == ["1", "1", "1", ""]
        assert float(rows[0]["heat"]) > 3

    def test_a_broken_row_is_told_with_its_line_and_kept(self, messages, tmp_path):
        with messages.open("a", encoding="utf-8") as file:
            file.write("5,只有两格\n")
        out = tmp_path / "topics.csv"
        result, told = _run("topics", str(messages), "--out", str(out))
        assert "第 6 行" in result.stderr
        assert told["unreadable"] == 1
        assert [row["id"] for row in _read(out)] == ["1", "2", "3", "4", "5"]


class TestDuplicates:
    def test_a_message_told_again_names_the_earlier_one_and_why(self, messages, tmp_path):
        out = tmp_path / "duplicates.csv"
        with messages.open("a", encoding="utf-8") as file:
            file.write("6,路灯坏了,晚上看不见路，请来修！,2026/11/9,0\n")
        _, told = _run("duplicates", str(messages), "--out", str(out))
        rows = {row["id"]: row for row in _read(out)}
        assert list(rows["1"]) == ["id", "duplicate_of", "score", "reason"]
        assert rows["1"]["duplicate_of"] == rows["4"]["duplicate_of"] == ""
        assert rows["6"]["duplicate_of"] == "4"
        assert float(rows["6"]["score"]) > 0.9
        assert rows["6"]["reason"] == "文字几乎一样"
        assert told["found"] == sum(bool(row["duplicate_of"]) for row in rows.values())

    def test_a_file_without_the_columns_ends_with_one_sentence(self, tmp_path):
        path = tmp_path / "other.csv"
        path.write_text("number,words\n1,好\n", encoding="utf-8")
        result, _ = _run("duplicates", str(path), "--out", str(tmp_path / "out.csv"))
        assert result.exit_code == 2
        assert "没有 id、title 列" in result.stderr


class TestLocate:
    @pytest.fixture
    def district(self, tmp_path):
        folder = tmp_path / "district"
        folder.mkdir()
        (folder / "units.csv").write_text(
            "code,name,level,parent\nD,枫格区,district,\nS,枫林街道,street,D\nC,丹枫社区,community,S\n"
            "F,丹枫社区01小分格,sub_grid,C\nG,丹枫社区第001网格,grid,F\n",
            encoding="utf-8",
        )
        (folder / "buildings.csv").write_text(
            "code,name,aliases,address,grid,lon,lat\n"
            + "".join(f"B{n},丹枫名苑{n}栋,,,G,113.9,22.7\n" for n in (1, 2, 3)),
            encoding="utf-8",
        )
        return folder

    def test_the_building_comes_first_with_its_units_and_the_reason(self, district, tmp_path):
        source, out = tmp_path / "in.csv", tmp_path / "out.csv"
        source.write_text("id,text\n1,丹枫名苑2栋楼下的路灯坏了\n2,我家没水\n", encoding="utf-8")
        _, told = _run("locate", str(source), "--out", str(out), "--district", str(district))
        rows = _read(out)
        assert list(rows[0]) == ["id", "rank", "building", "grid", "sub_grid", "probability", "reason"]
        assert (rows[0]["id"], rows[0]["rank"], rows[0]["building"]) == ("1", "1", "B2")
        assert (rows[0]["grid"], rows[0]["sub_grid"]) == ("G", "F")
        assert "丹枫名苑" in rows[0]["reason"]
        assert float(rows[0]["probability"]) > 0.9
        assert told["located"] == 1

    def test_a_building_in_an_unknown_grid_is_told_with_its_line(self, district, tmp_path):
        with (district / "buildings.csv").open("a", encoding="utf-8") as file:
            file.write("B9,云顶公馆,,,X,,\n")
        source = tmp_path / "in.csv"
        source.write_text("id,text\n1,云顶公馆\n", encoding="utf-8")
        result, _ = _run("locate", str(source), "--out", str(tmp_path / "o.csv"), "--district", str(district))
        assert result.exit_code == 2
        assert "第 5 行" in result.stderr


class TestAddress:
    def test_one_row_an_element_with_its_place_in_the_text(self, tmp_path):
        source, out = tmp_path / "in.csv", tmp_path / "out.csv"
        source.write_text("text\n青石路12号\n云顶小区3幢\n", encoding="gb18030")
        _, told = _run("address", str(source), "--out", str(out))
        rows = _read(out)
        assert [tuple(row.values()) for row in rows] == [
            ("0", "0", "3", "road", "青石路"), ("0", "3", "6", "roadno", "12号"),
            ("1", "0", "4", "poi", "云顶小区"), ("1", "4", "6", "houseno", "3幢"),
        ]  # fmt: skip
        assert told["elements"] == 4


class TestOtherColumns:
    @pytest.mark.parametrize("name", ["topics", "duplicates"])
    def test_columns_nobody_knows_are_carried_through(self, name, tmp_path):
        source, out = tmp_path / "in.csv", tmp_path / "out.csv"
        source.write_text(
            "id,title,detail,time,likes,door\n1,路灯坏了,看不见路,2026/11/1,0,热线\n", encoding="utf-8"
        )
        _run(name, str(source), "--out", str(out))
        (row,) = _read(out)
        assert row["door"] == "热线"
        assert "detail" not in row

    def test_of_an_address_on_each_of_its_elements(self, tmp_path):
        source, out = tmp_path / "in.csv", tmp_path / "out.csv"
        source.write_text("number,text\n7,青石路12号\n", encoding="utf-8")
        _run("address", str(source), "--out", str(out))
        assert [row["number"] for row in _read(out)] == ["7", "7"]
