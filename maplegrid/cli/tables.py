"""Rows of a CSV or Parquet file for the analysts' commands, and rows back out; formats.md says what scripts rely on.

CSV: a header row, RFC 4180, UTF-8 or GB18030. A row that cannot be read is told with its line and kept as it is.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from maplegrid.cli.framework import UNREADABLE, stop

LARGEST_CELL = 16 * 2**20
PARQUET = (".parquet", ".pq")


@dataclass(frozen=True)
class Row:
    """One row: its line in the file (the header is line 1), its cells by column, and what is wrong with it ("" nothing)."""

    line: int
    cells: dict[str, str]
    trouble: str = ""


@dataclass(frozen=True)
class Table:
    """A file's columns in order and its rows."""

    path: Path
    columns: tuple[str, ...]
    rows: list[Row] = field(repr=False)

    def with_others(self, columns: Sequence[str], known: Sequence[str]) -> list[str]:
        """Columns of an answer, and behind them the file's own that nobody knows: they are carried through."""
        return [*columns, *(name for name in self.columns if name not in (*columns, *known))]

    def need(self, *names: str) -> None:
        """End the command with a sentence when a column is missing."""
        missing = [name for name in names if name not in self.columns]
        if missing:
            stop(
                f"{self.path.name} 第 1 行没有 {'、'.join(missing)} 列，现有：{'、'.join(self.columns)}",
                UNREADABLE,
            )


def read_table(path: Path) -> Table:
    """The whole file. Ends the command with a sentence when it cannot be read."""
    try:
        table = _parquet(path) if path.suffix.lower() in PARQUET else _csv(path)
    except OSError as error:
        stop(f"读不了 {path.name}（{error.strerror or error}）", UNREADABLE)
    return table


def _csv(path: Path) -> Table:
    csv.field_size_limit(LARGEST_CELL)
    lines = csv.reader(io.StringIO(_decoded(path), newline=""))
    header: list[str] = []
    rows: list[Row] = []
    while True:
        before = lines.line_num
        try:
            cells = next(lines)
        except StopIteration:
            break
        except csv.Error as error:
            rows.append(Row(before + 1, {}, f"不是 CSV：{error}"))
            continue
        if not header:
            header = [cell.strip() for cell in cells]
        elif cells:
            rows.append(_row(before + 1, header, cells))
    if not header:
        stop(f"{path.name} 是空的", UNREADABLE)
    return Table(path, tuple(header), rows)


def _row(line: int, header: Sequence[str], cells: list[str]) -> Row:
    known = dict(zip(header, cells, strict=False))
    trouble = "" if len(cells) == len(header) else f"有 {len(cells)} 格，应该是 {len(header)} 格"
    if any("\ufffd" in cell for cell in cells):
        trouble = trouble or "有认不出的字符"
    return Row(line, known, trouble)


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding).replace("\0", "\ufffd")
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8-sig", "replace").replace("\0", "\ufffd")


def _parquet(path: Path) -> Table:
    import pyarrow
    from pyarrow import parquet

    try:
        table = parquet.read_table(path)
    except pyarrow.ArrowInvalid:
        stop(f"{path.name} 不是 Parquet 文件", UNREADABLE)
    rows = [
        Row(number, {name: "" if value is None else str(value) for name, value in cells.items()})
        for number, cells in enumerate(table.to_pylist(), 1)
    ]
    return Table(path, tuple(table.column_names), rows)


def tell(path: Path, row: Row, trouble: str = "") -> None:
    """A row that cannot be read, on standard error."""
    import click

    click.echo(f"{path.name} 第 {row.line} 行：{trouble or row.trouble}", err=True)


def write_table(path: Path, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> int:
    """Write rows by the file's ending; the file stands there whole or not at all. Says how many."""
    half = path.with_name(f".{path.name}.half")
    try:
        count = (
            _to_parquet(half, columns, rows)
            if path.suffix.lower() in PARQUET
            else _to_csv(half, columns, rows)
        )
        half.replace(path)
    except OSError as error:
        stop(f"写不了 {path.name}（{error.strerror or error}）", UNREADABLE)
    return count


def _to_csv(path: Path, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="", errors="surrogateescape") as file:
        out = csv.DictWriter(file, columns, extrasaction="ignore", restval="")
        out.writeheader()
        for row in rows:
            out.writerow(row)
            count += 1
    return count


def _to_parquet(path: Path, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> int:
    import pyarrow
    from pyarrow import parquet

    kept = list(rows)
    table = pyarrow.table({name: _column([row.get(name, "") for row in kept]) for name in columns})
    parquet.write_table(table, path)
    return len(kept)


def _column(values: list[Any]) -> Any:
    """Numbers stay numbers where all of them are; everything else is text."""
    import pyarrow

    numbers = all(isinstance(value, int | float) for value in values) and values
    return pyarrow.array(values if numbers else [str(value) for value in values])


def with_progress(rows: Sequence[Any], what: str) -> Iterator[Any]:
    """The rows, with a bar on standard error while it takes long."""
    from tqdm import tqdm

    return iter(tqdm(rows, desc=what, delay=1, leave=False, dynamic_ncols=True))
