"""`language evaluate GOLD PREDICTED`: what was found beside what is true."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from maplegrid.cli.framework import UNREADABLE, stop
from maplegrid.cli.tables import Table, read_table
from maplegrid.language.learned.measures import confusion_of, measures_of, reliability

FILE = click.Path(path_type=Path)
ELEMENT = ("row", "start", "end", "type")
CONFUSIONS = 10


@click.command()
@click.argument("gold", type=FILE)
@click.argument("predicted", type=FILE)
def evaluate(gold: Path, predicted: Path) -> None:
    """两个文件比一比：类别（label 和 predicted）或者地址要素（row、start、end、type）。"""
    truth, found = read_table(gold), read_table(predicted)
    elements = set(ELEMENT) <= set(truth.columns)
    told = _of_elements(truth, found) if elements else _of_classes(truth, found)
    print(json.dumps(told, ensure_ascii=False))


def _of_classes(truth: Table, found: Table) -> dict[str, Any]:
    truth.need("label")
    found.need("predicted")
    pairs = list(_paired(truth, found))
    right = [gold["label"] for gold, _ in pairs]
    guessed = [one["predicted"] for _, one in pairs]
    sure = None
    if "confidence" in found.columns:
        sure = [_number(found, one.get("confidence", "")) for _, one in pairs]
    told = measures_of(right, guessed, sure)
    _print_classes(told, right, guessed)
    if sure is not None:
        _print_reliability([a == b for a, b in zip(right, guessed, strict=True)], sure)
    return told


def _paired(truth: Table, found: Table) -> Iterable[tuple[dict[str, str], dict[str, str]]]:
    """By id where both have one, else row by row."""
    if "id" in truth.columns and "id" in found.columns:
        by_id = {row.cells["id"]: row.cells for row in found.rows}
        missing = next((row for row in truth.rows if row.cells["id"] not in by_id), None)
        if missing:
            stop(f"{found.path.name} 里没有 {truth.path.name} 第 {missing.line} 行的 id", UNREADABLE)
        return [(row.cells, by_id[row.cells["id"]]) for row in truth.rows]
    if len(truth.rows) != len(found.rows):
        stop(
            f"{truth.path.name} 有 {len(truth.rows)} 行，{found.path.name} 有 {len(found.rows)} 行，对不上",
            UNREADABLE,
        )
    return [(gold.cells, one.cells) for gold, one in zip(truth.rows, found.rows, strict=True)]


def _number(table: Table, words: str) -> float:
    try:
        return min(max(float(words), 0.0), 1.0)
    except ValueError:
        stop(f"{table.path.name} 的 confidence 列有不是数字的：{words}", UNREADABLE)


def _print_classes(told: dict[str, Any], right: list[str], guessed: list[str]) -> None:
    for label, one in told["classes"].items():
        print(f"{label}\tP {one['precision']:.3f}\tR {one['recall']:.3f}\tF1 {one['f1']:.3f}")
    for (gold, wrong), count in list(confusion_of(right, guessed).items())[:CONFUSIONS]:
        print(f"{gold} → {wrong}\t{count}")


def _print_reliability(right: list[bool], sure: list[float]) -> None:
    for mean, share, count in reliability(right, sure):
        print(f"confidence {mean:.2f}\tright {share:.2f}\t{count}")


def _of_elements(truth: Table, found: Table) -> dict[str, Any]:
    """Micro precision, recall and F1 of elements that agree in row, span and type."""
    found.need(*ELEMENT)
    gold = {tuple(row.cells[name] for name in ELEMENT) for row in truth.rows}
    ours = {tuple(row.cells[name] for name in ELEMENT) for row in found.rows}
    hits = len(gold & ours)
    precision, recall = hits / max(1, len(ours)), hits / max(1, len(gold))
    both = precision + recall
    return {"elements": len(gold), "found": len(ours), "precision": precision, "recall": recall,
            "micro_f1": 2 * precision * recall / both if both else 0.0}  # fmt: skip
