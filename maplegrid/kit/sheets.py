"""Writing Excel so that what people wrote stays words: no cell of theirs ever becomes a formula."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.cell.cell import WriteOnlyCell as Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from maplegrid.kit.moment import CHINA

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767  # characters, Excel's own limit
FORMULA = re.compile(r"^\s*[=+\-@]")
MOMENT = "yyyy-mm-dd hh:mm"


def stream_sheet(
    *, title: str, header: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[Any]]
) -> tuple[IO[bytes], int]:
    """Write rows as they come; returns the file (at its start) and how many rows it holds.

    Only the packed file is held in memory, never the rows. `widths` are in characters.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_bold(sheet, words) for words in header])
    count = 0
    for row in rows:
        sheet.append([as_cell(Cell(sheet), value) for value in row])
        count += 1
    file = BytesIO()
    book.save(file)
    file.seek(0)
    return file, count


def _bold(sheet: Any, words: str) -> Any:
    cell = as_cell(Cell(sheet), words)
    cell.font = Font(bold=True)
    return cell


def as_cell(cell: Any, value: Any) -> Any:
    """Put a value into a cell: times as they are in China, words as words even when they look like a formula."""
    if isinstance(value, datetime):
        cell.value = value.astimezone(CHINA).replace(tzinfo=None)
        cell.number_format = MOMENT
    elif isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL]
        cell.data_type = "s"
        cell.quotePrefix = bool(FORMULA.match(value))
    else:
        cell.value = value
    return cell
