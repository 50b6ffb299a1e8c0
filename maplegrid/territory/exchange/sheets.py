"""CSV (UTF-8 or GB18030) and Excel. Boundaries stand in a cell as WKT or as a GeoJSON geometry."""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from maplegrid.territory.exchange.files import MAX_BYTES, MAX_ROWS, Row, Table, Upload
from maplegrid.territory.exchange.findings import UnreadableFile

Numbered = tuple[int, Sequence[str]]
EXPANDED = 10  # an Excel file may unpack to so many times what a file may weigh


def read_csv(upload: Upload, layer: str = "") -> Table:
    """RFC 4180 with a header row."""
    return _table("csv", upload.name, _csv_rows(upload))


def _csv_rows(upload: Upload) -> Iterator[Numbered]:
    csv.field_size_limit(MAX_BYTES)
    reader = csv.reader(io.StringIO(_decoded(upload), newline=""), strict=True)
    first = 1
    try:
        for cells in reader:
            yield first, cells
            first = reader.line_num + 1
    except csv.Error as error:
        words = _("{name} 第 {line} 行不是正确的 CSV（引号没有配对？）")
        raise UnreadableFile(words.format(name=upload.name, line=reader.line_num)) from error


def _decoded(upload: Upload) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return upload.data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(_("{name} 不是 UTF-8 也不是 GB18030 编码，请另存为 UTF-8").format(name=upload.name))


def read_excel(upload: Upload, layer: str = "") -> Table:
    """The first sheet of an xlsx file; formulas count with the value they were saved with."""
    _refuse_bomb(upload)
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of formatting it does not keep
        try:
            book = load_workbook(io.BytesIO(upload.data), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            rows = [
                [_words(cell) for cell in cells]
                for cells in sheet.iter_rows(max_row=MAX_ROWS + 2, values_only=True)
            ]
        except Exception as error:
            raise UnreadableFile(_("{name} 打不开，不是完好的 xlsx 文件").format(name=upload.name)) from error
    book.close()
    return _table("xlsx", upload.name, enumerate(rows, start=1))


def _refuse_bomb(upload: Upload) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(upload.data)) as held:
            size = sum(member.file_size for member in held.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableFile(_("{name} 打不开，不是完好的 xlsx 文件").format(name=upload.name)) from error
    if size > EXPANDED * MAX_BYTES:
        raise UnreadableFile(_("{name} 解开后太大，请分成几个文件").format(name=upload.name))


def _words(cell: Any) -> str:
    """A cell as one would type it: whole numbers without a point, dates and times in ISO form."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell).strip()


def _table(kind: str, name: str, rows: Iterable[Numbered]) -> Table:
    numbered = ((number, cells) for number, cells in rows if any(cell.strip() for cell in cells))
    head = next(numbered, None)
    if head is None:
        raise UnreadableFile(_("{name} 是空的").format(name=name))
    header = tuple(cell.strip() for cell in head[1])
    while header and not header[-1]:
        header = header[:-1]
    return Table(kind, header, tuple(_row(number, header, cells) for number, cells in numbered))


def _row(number: int, header: tuple[str, ...], cells: Sequence[str]) -> Row:
    values = {words: cell.strip() for words, cell in zip(header, cells, strict=False) if words}
    extra = [cell for cell in cells[len(header) :] if cell.strip()]
    if len(cells) < len(header) or extra:
        words = _("这一行有 {n} 列，表头有 {m} 列").format(n=len(cells), m=len(header))
        return Row(number, values, trouble=words)
    return Row(number, values)
