"""Rows of `id,title,detail,time,likes` as the analysts' commands read them."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from maplegrid.cli.tables import Row, Table, read_table, tell
from maplegrid.language.duplicates import Text

_TIME = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})(?:\D+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?")


KNOWN = ("id", "title", "detail", "time", "likes")


def read_messages(source: Path) -> Table:
    """The file's messages; a row that cannot be read is told with its line and kept."""
    table = read_table(source)
    table.need("id", "title")
    for row in table.rows:
        if row.trouble:
            tell(source, row)
    return table


def told_of(row: Row) -> Text:
    """What the row says."""
    return Text(row.cells.get("title", ""), row.cells.get("detail", ""))


def moment_of(row: Row) -> datetime | None:
    """When it was sent; 2019/2/28 11:25:05, 2019-02-28T11:25 and 2019年2月28日 alike; None when nothing can be read."""
    found = _TIME.search(row.cells.get("time", ""))
    if found is None:
        return None
    try:
        return datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]
    except ValueError:
        return None


def in_order_of_time(rows: Sequence[Row]) -> list[int]:
    """Places of the rows, the earliest first; a row without a time stays behind the one before it."""
    last, keyed = datetime.min, []
    for at, row in enumerate(rows):
        last = moment_of(row) or last
        keyed.append((last, at))
    return [at for _, at in sorted(keyed)]


def likes_of(row: Row) -> int:
    """How many liked it; 0 when that cannot be read."""
    cell = row.cells.get("likes", "").strip()
    return int(float(cell)) if re.fullmatch(r"\d+(\.0*)?", cell) else 0
