"""`maplegrid language train | classify | evaluate`, as scripts outside the project call them (formats.md)."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from maplegrid.cli.language import command
from maplegrid.cli.tables import read_table
from tests.language.test_learned import invented


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def last(result: Result) -> dict:
    return json.loads(result.stdout.splitlines()[-1])


def written(path: Path, columns: list[str], rows: list[list[str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("language")


@pytest.fixture(scope="module")
def examples(folder) -> Path:
    return written(
        folder / "train.csv", ["text", "label"], [list(row) for row in zip(*invented(120), strict=True)]
    )


@pytest.fixture(scope="module")
def model(folder, examples) -> Path:
    result = run("train", examples, "--model", folder / "model")
    assert result.exit_code == 0, result.output
    assert last(result)["rows"] == 120
    return folder / "model"


def test_from_training_to_measures(model, folder):
    texts, labels = invented(40, seed=9)
    gold = written(folder / "gold.csv", ["id", "text", "label"], [[str(n), *pair] for n, pair in enumerate(zip(texts, labels, strict=True))])  # fmt: skip
    blind = written(
        folder / "blind.csv", ["id", "text", "extra"], [[str(n), t, "留着"] for n, t in enumerate(texts)]
    )
    result = run("classify", blind, "--model", model, "--out", folder / "out.csv")
    assert result.exit_code == 0, result.output
    assert last(result)["rows"] == 40
    table = read_table(folder / "out.csv")
    assert table.columns == ("id", "text", "extra", "predicted", "label", "confidence")
    for row in table.rows:
        assert row.cells["label"] == row.cells["predicted"]
        assert row.cells["extra"] == "留着"
        assert 0 <= float(row.cells["confidence"]) <= 1
    told = last(run("evaluate", gold, folder / "out.csv"))
    assert told["macro_f1"] == 1.0
    assert told["rows"] == 40


def test_a_label_that_is_there_is_kept(model, folder):
    given = written(folder / "labelled.csv", ["text", "label"], [["路灯不亮，路面坑洼", "我说的"]])
    run("classify", given, "--model", model, "--out", folder / "kept.csv")
    (row,) = read_table(folder / "kept.csv").rows
    assert (row.cells["label"], row.cells["predicted"]) == ("我说的", "道路")


def test_a_bad_row_is_told_with_its_line_and_the_rest_goes_on(model, folder):
    path = folder / "bad.csv"
    path.write_text('id,text\n1,路灯不亮\n2,多,了一格\n3,"两\n行"\n4,拖欠工资\n', encoding="utf-8")
    result = run("classify", path, "--model", model, "--out", folder / "b.csv")
    assert result.exit_code == 0
    assert "bad.csv 第 3 行" in result.stderr
    assert last(result) | {"labels": 0, "seconds": 0} == {
        "rows": 4,
        "unreadable": 1,
        "labels": 0,
        "seconds": 0,
    }
    assert [row.cells["id"] for row in read_table(folder / "b.csv").rows] == ["1", "2", "3", "4"]


def test_gb18030_and_parquet_are_read_and_written(model, folder):
    old = written(folder / "old.csv", ["text"], [["拖欠工资，老板不发钱"]], encoding="gb18030")
    assert run("classify", old, "--model", model, "--out", folder / "new.parquet").exit_code == 0
    again = run("classify", folder / "new.parquet", "--model", model, "--out", folder / "newer.csv")
    assert again.exit_code == 0
    (row,) = read_table(folder / "newer.csv").rows
    assert (row.cells["text"], row.cells["predicted"]) == ("拖欠工资，老板不发钱", "工资")


def test_empty_examples_are_left_out_and_said(folder):
    path = written(folder / "holes.csv", ["text", "label"], [*([*row] for row in zip(*invented(30), strict=True)), ["", "道路"], ["字", " "]])  # fmt: skip
    result = run("train", path, "--model", folder / "holes")
    assert last(result)["unreadable"] == 2
    assert "holes.csv 第 32 行" not in result.stderr
    assert result.stderr.count("是空的") == 2


@pytest.mark.parametrize(
    ("columns", "rows", "code", "says"),
    [
        (["text"], [["一"]], 2, "没有 label 列"),
        ([], [], 2, "是空的"),
        (["text", "label"], [["一", "甲"], ["二", "甲"]], 3, "两个类别"),
    ],
)
def test_what_cannot_be_learnt_ends_with_one_sentence(columns, rows, code, says, tmp_path):
    path = tmp_path / "x.csv"
    if columns:
        written(path, columns, rows)
    else:
        path.write_text("", encoding="utf-8")
    result = run("train", path, "--model", tmp_path / "m")
    assert result.exit_code == code
    assert says in result.stderr
    assert not (tmp_path / "m").exists()


def test_files_that_are_not_there_or_do_not_fit_end_with_one_sentence(model, folder, tmp_path):
    assert (
        run("classify", tmp_path / "none.csv", "--model", model, "--out", tmp_path / "o.csv").exit_code == 2
    )
    blind = written(tmp_path / "b.csv", ["text"], [["一"]])
    nothing = run("classify", blind, "--model", tmp_path, "--out", tmp_path / "o.csv")
    assert (nothing.exit_code, "没有可以用的模型" in nothing.stderr) == (2, True)
    (tmp_path / "x.parquet").write_bytes(b"PAR0")
    assert (
        run("classify", tmp_path / "x.parquet", "--model", model, "--out", tmp_path / "o.csv").exit_code == 2
    )
    gold = written(tmp_path / "g.csv", ["label"], [["甲"], ["乙"]])
    found = written(tmp_path / "p.csv", ["predicted", "confidence"], [["甲", "0.5"]])
    assert "对不上" in run("evaluate", gold, found).stderr
    found = written(tmp_path / "p.csv", ["predicted", "confidence"], [["甲", "0.5"], ["乙", "很有把握"]])
    assert "不是数字" in run("evaluate", gold, found).stderr


def test_address_elements_are_measured_as_a_whole(tmp_path):
    columns = ["row", "start", "end", "type", "value"]
    gold = written(
        tmp_path / "g.csv",
        columns,
        [["0", "0", "3", "city", "深圳市"], ["0", "3", "6", "district", "光明区"]],
    )
    found = written(
        tmp_path / "p.csv", columns, [["0", "0", "3", "city", "深圳市"], ["0", "3", "6", "road", "光明区"]]
    )
    assert last(run("evaluate", gold, found))["micro_f1"] == 0.5
