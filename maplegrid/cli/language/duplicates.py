"""`language duplicates`: which messages tell an earlier one's matter again."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from maplegrid.cli.language.messages import KNOWN, in_order_of_time, read_messages, told_of
from maplegrid.cli.tables import with_progress, write_table
from maplegrid.language.duplicates import Index, Likeness, Text, Weights, compare, how_likely, shared_phrases

FILE = click.Path(path_type=Path)
NEAR = 8
COLUMNS = ("id", "duplicate_of", "score", "reason")


@click.command()
@click.argument("source", metavar="IN", type=FILE)
@click.option("--out", required=True, type=FILE, help="结果文件，.csv 或 .parquet。")
@click.option(
    "--least",
    default=0.7,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="多像才算（同一件事的可能）。",
)
def duplicates(source: Path, out: Path, least: float) -> None:
    """找出和更早一条说同一件事的：id、duplicate_of、score、reason。"""
    table = read_messages(source)
    begin = time.perf_counter()
    texts = [told_of(row) for row in table.rows]
    matches = _matches(texts, in_order_of_time(table.rows), least)

    def answers() -> Iterator[dict[str, Any]]:
        for at, row in enumerate(table.rows):
            other, score, reason = matches.get(at, (None, "", ""))
            of = "" if other is None else table.rows[other].cells.get("id", "")
            yield {
                **row.cells,
                "id": row.cells.get("id", ""),
                "duplicate_of": of,
                "score": score,
                "reason": reason,
            }

    count = write_table(out, table.with_others(COLUMNS, KNOWN), answers())
    told = {"rows": count, "unreadable": sum(bool(row.trouble) for row in table.rows), "found": len(matches)}
    print(json.dumps(told | {"seconds": round(time.perf_counter() - begin, 2)}, ensure_ascii=False))


def _matches(texts: list[Text], order: list[int], least: float) -> dict[int, tuple[int, float, str]]:
    """For each message that has one: the earlier message it is most like, how likely, and why."""
    weights = Weights.learn(texts)
    index = Index(weights)
    found = {}
    for at in with_progress(order, "duplicates"):
        near = index.near(texts[at], NEAR)
        alike = compare(weights, texts[at], [texts[other] for other in near])
        pairs = sorted(zip(alike, near, strict=True), key=lambda pair: (-pair[0].text, pair[1]))
        if pairs and (likely := how_likely(pairs[0][0])) >= least:
            likeness, other = pairs[0]
            found[at] = other, likely, _reason(weights, likeness, texts[at], texts[other])
        index.add([at], [texts[at]])
    return found


def _reason(weights: Weights, likeness: Likeness, text: Text, other: Text) -> str:
    if likeness.is_copy:
        return "文字几乎一样"
    return "都写到" + "、".join(f"“{phrase}”" for phrase in shared_phrases(weights, text, other))
