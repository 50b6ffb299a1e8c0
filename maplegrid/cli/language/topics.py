"""`language topics`: what many write about, and how hot it is."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from maplegrid.cli.language.messages import (
    KNOWN,
    in_order_of_time,
    likes_of,
    moment_of,
    read_messages,
    told_of,
)
from maplegrid.cli.tables import Row, write_table
from maplegrid.language.duplicates import Weights
from maplegrid.language.topics import HeatWeights, Told, Topic, Topics

FILE = click.Path(path_type=Path)
COLUMNS = ("id", "topic", "heat", "topic_title")
USUAL = HeatWeights()


@click.command()
@click.argument("source", metavar="IN", type=FILE)
@click.option("--out", required=True, type=FILE, help="结果文件，.csv 或 .parquet。")
@click.option("--least", default=3, show_default=True, type=click.IntRange(2), help="几条才算一个话题。")
@click.option("--people", default=USUAL.people, show_default=True, help="热度里一条（一人）值多少。")
@click.option("--likes", default=USUAL.likes, show_default=True, help="热度里点赞值多少（取对数）。")
@click.option("--growth", default=USUAL.growth, show_default=True, help="热度里最热的七天每条值多少。")
@click.option("--spread", default=USUAL.spread, show_default=True, help="热度里持续天数值多少（取对数）。")
def topics(
    source: Path, out: Path, least: int, people: float, likes: float, growth: float, spread: float
) -> None:
    """按事和地点归成话题：id、topic、heat、topic_title。热度 = 人 + 点赞 + 七天内最多 + 持续。"""
    table = read_messages(source)
    begin = time.perf_counter()
    order = in_order_of_time(table.rows)
    found = _topics(table.rows, order, least, HeatWeights(people, likes, growth, spread))
    of = {order[at]: topic for topic in found for at in topic.members}

    def answers() -> Iterator[dict[str, Any]]:
        for at, row in enumerate(table.rows):
            yield {**row.cells, "id": row.cells.get("id", ""), **_answer(of.get(at), table.rows, order)}

    count = write_table(out, table.with_others(COLUMNS, KNOWN), answers())
    hottest = sorted(found, key=lambda topic: -topic.heat)[:10]
    told = {"rows": count, "unreadable": sum(bool(row.trouble) for row in table.rows), "topics": len(found)}
    shown = [{"title": t.title, "messages": len(t.members), "heat": t.heat} for t in hottest]
    seconds = round(time.perf_counter() - begin, 2)
    print(json.dumps({**told, "hottest": shown, "seconds": seconds}, ensure_ascii=False))


def _topics(rows: list[Row], order: list[int], least: int, heat: HeatWeights) -> list[Topic]:
    texts = [told_of(rows[at]) for at in order]
    told = [
        Told(moment_of(rows[at]), likes_of(rows[at]), rows[at].cells.get("user", "").strip()) for at in order
    ]
    groups = Topics(Weights.learn(texts))
    groups.add(texts, told)
    return groups.topics(least, heat)


def _answer(topic: Topic | None, rows: list[Row], order: list[int]) -> dict[str, Any]:
    """A topic goes by the id of its first message."""
    if topic is None:
        return {"topic": "", "heat": "", "topic_title": ""}
    name = rows[order[topic.key]].cells.get("id", "")
    return {"topic": name, "heat": topic.heat, "topic_title": topic.title}
