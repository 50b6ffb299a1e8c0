"""`language address`: addresses taken apart."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from maplegrid.cli.tables import read_table, tell, with_progress, write_table
from maplegrid.language.address import parse

FILE = click.Path(path_type=Path)
COLUMNS = ("row", "start", "end", "type", "value")


@click.command()
@click.argument("source", metavar="IN", type=FILE)
@click.option("--out", required=True, type=FILE, help="结果文件，.csv 或 .parquet。")
def address(source: Path, out: Path) -> None:
    """拆开 text 列里的地址：每个要素一行 row（第几条，从 0 数）、start、end、type、value。"""
    table = read_table(source)
    table.need("text")
    begin, found = time.perf_counter(), Counter[str]()

    def elements() -> Iterator[dict[str, Any]]:
        for at, row in enumerate(with_progress(table.rows, "address")):
            if row.trouble:
                tell(source, row)
            for each in parse(row.cells.get("text", "")):
                found[each.type] += 1
                yield {
                    **row.cells,
                    "row": at,
                    "start": each.start,
                    "end": each.end,
                    "type": each.type,
                    "value": each.value,
                }

    count = write_table(out, table.with_others(COLUMNS, ("text",)), elements())
    told = {"rows": len(table.rows), "unreadable": sum(bool(row.trouble) for row in table.rows)}
    seconds = round(time.perf_counter() - begin, 2)
    print(
        json.dumps({**told, "elements": count, "types": dict(found), "seconds": seconds}, ensure_ascii=False)
    )
