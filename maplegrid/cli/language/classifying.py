"""`language train` and `language classify`."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from maplegrid.cli.framework import REFUSED, UNREADABLE, stop
from maplegrid.cli.tables import Row, read_table, tell, with_progress, write_table

FILE = click.Path(path_type=Path)
AT_ONCE = 2048
ADDED = ("predicted", "label", "confidence")


@click.command()
@click.argument("source", metavar="IN", type=FILE)
@click.option("--model", required=True, type=FILE, help="放模型的文件夹 (folder of the model)。")
@click.option("--seed", default=0, show_default=True, help="同样的行和种子，得到同样的模型。")
def train(source: Path, model: Path, seed: int) -> None:
    """从 text、label 两列学一个模型。"""
    table = read_table(source)
    table.need("text", "label")
    rows = [row for row in table.rows if _is_example(source, row)]
    from maplegrid.language.learned.training import CannotTrain
    from maplegrid.language.learned.training import train as learn

    begin = time.perf_counter()
    try:
        made = learn(
            [row.cells["text"] for row in rows],
            [row.cells["label"].strip() for row in rows],
            seed=seed,
            progress=lambda words: click.echo(words, err=True),
        )
    except CannotTrain as error:
        stop(str(error), REFUSED)
    made.save(model)
    told = {"rows": len(rows), "unreadable": len(table.rows) - len(rows), "labels": list(made.labels)}
    told |= {"seconds": round(time.perf_counter() - begin, 1), "unseen": made.card.get("unseen")}
    print(json.dumps(told, ensure_ascii=False))


def _is_example(source: Path, row: Row) -> bool:
    if not row.trouble and row.cells["text"].strip() and row.cells["label"].strip():
        return True
    tell(source, row, row.trouble or "text 或 label 是空的")
    return False


@click.command()
@click.argument("source", metavar="IN", type=FILE)
@click.option("--model", required=True, type=FILE, help="train 写的文件夹。")
@click.option("--out", required=True, type=FILE, help="结果文件，.csv 或 .parquet。")
def classify(source: Path, model: Path, out: Path) -> None:
    """给 text 列分类，加上 predicted、label、confidence。"""
    from maplegrid.language.learned import NotAModel, load

    table = read_table(source)
    table.need("text")
    try:
        reader = load(model)
    except NotAModel as error:
        stop(str(error), UNREADABLE)
    begin, found, columns = time.perf_counter(), Counter[str](), [*table.columns]
    columns += [name for name in ADDED if name not in columns]

    def rows() -> Iterator[dict[str, Any]]:
        starts = range(0, len(table.rows), AT_ONCE)
        for start in with_progress(starts, "classify"):
            some = table.rows[start : start + AT_ONCE]
            for row, verdict in zip(
                some, reader.classify([one.cells.get("text", "") for one in some]), strict=True
            ):
                if row.trouble:
                    tell(source, row)
                found[verdict.label] += 1
                yield _answered(row, verdict.label, verdict.confidence)

    count = write_table(out, columns, rows())
    told = {"rows": count, "unreadable": sum(bool(row.trouble) for row in table.rows), "labels": dict(found)}
    print(json.dumps(told | {"seconds": round(time.perf_counter() - begin, 2)}, ensure_ascii=False))


def _answered(row: Row, predicted: str, confidence: float) -> dict[str, Any]:
    """A label the row came with is kept; every row is answered, the unreadable with what is left of it."""
    label = row.cells.get("label") or predicted
    return {**row.cells, "predicted": predicted, "label": label, "confidence": round(confidence, 4)}
