"""Filling somebody's own xlsx form: `{{名称}}` once for the sheet, and one row of `{{列名}}` repeated for every entry."""

import re
import warnings
import zipfile
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from maplegrid.kit.sheets import as_cell

LARGEST_FORM = 1 * 2**20
LARGEST_UNPACKED = 30 * 2**20
BLANK = re.compile(r"{{\s*([^{}]+?)\s*}}")


class UnusableForm(ValueError):
    """The file cannot be used as a form; the words say why."""


def blanks_of(data: bytes) -> set[str]:
    """Every name between double braces in the file."""
    book = _opened(data)
    return {name for sheet in book.worksheets for row in sheet for cell in row for name in _names(cell.value)}


def check_form(data: bytes, *, facts: Collection[str], columns: Collection[str]) -> None:
    """Raise UnusableForm unless the file fits: known blanks only, and one row with blanks of columns."""
    found = blanks_of(data)
    unknown = sorted(found - set(facts) - set(columns))
    if unknown:
        raise UnusableForm(_("不认识这些占位符：{names}").format(names="、".join(unknown)))
    if not found & set(columns):
        raise UnusableForm(
            _("至少要有一行写着列的占位符，例如 {{{{{name}}}}}").format(name=next(iter(columns)))
        )
    for sheet in _opened(data).worksheets:
        if len(_column_rows(sheet, columns)) > 1:
            raise UnusableForm(_("一张表里，列的占位符要写在同一行"))


def fill_form(data: bytes, *, facts: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The form with facts filled in and its row repeated for each of `rows`; what stood below moves down.

    Styles, row height and merged cells go along; formulas below keep the cells they named.
    """
    book = _opened(data)
    columns = set(rows[0]) - set(facts) if rows else set()
    for sheet in book.worksheets:
        at = next(iter(_column_rows(sheet, columns)), None) if rows else _blank_row(sheet, facts)
        for number, row in enumerate(sheet.iter_rows(), start=1):
            for cell in row if number != at else ():
                if _names(cell.value):
                    _put(cell, str(cell.value), facts)
        if at is not None:
            _repeat(sheet, at, rows, facts)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _opened(data: bytes) -> Workbook:
    _refuse_too_large(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of formatting it does not keep
        try:
            return load_workbook(BytesIO(data), keep_vba=False, keep_links=False)
        except Exception as error:
            raise UnusableForm(_("打不开，不是完好的 xlsx 文件")) from error


def _refuse_too_large(data: bytes) -> None:
    if len(data) > LARGEST_FORM:
        raise UnusableForm(_("样式文件最大 1 MB"))
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            size = sum(member.file_size for member in packed.infolist())
    except zipfile.BadZipFile as error:
        raise UnusableForm(_("打不开，不是完好的 xlsx 文件")) from error
    if size > LARGEST_UNPACKED:
        raise UnusableForm(_("文件解开后太大"))


def _names(value: Any) -> list[str]:
    return BLANK.findall(value) if isinstance(value, str) else []


def _column_rows(sheet: Worksheet, columns: Collection[str]) -> list[int]:
    """Numbers of the rows that hold a blank of a column."""
    return [
        number
        for number, row in enumerate(sheet.iter_rows(), start=1)
        if any(set(_names(cell.value)) & set(columns) for cell in row)
    ]


def _blank_row(sheet: Worksheet, facts: Mapping[str, Any]) -> int | None:
    """The row to empty when there is nothing to list: the one with blanks that are no facts."""
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if any(set(_names(cell.value)) - set(facts) for cell in row):
            return number
    return None


def _repeat(sheet: Worksheet, at: int, rows: Sequence[Mapping[str, Any]], facts: Mapping[str, Any]) -> None:
    model = [(cell.column, cell.value, copy(cell._style)) for cell in sheet[at]]
    height = sheet.row_dimensions[at].height
    merged = [r for r in sheet.merged_cells.ranges if r.min_row == r.max_row == at]
    _make_room(sheet, at, len(rows) - 1)
    for number, row in enumerate(rows or [{}]):
        sheet.row_dimensions[at + number].height = height
        for column, value, style in model:
            cell = sheet.cell(at + number, column)
            cell._style = copy(style)
            if _names(value):
                _put(cell, value, {**facts, **row})
            elif number:
                cell.value = value
        for span in merged if number else ():
            sheet.merge_cells(
                start_row=at + number, end_row=at + number, start_column=span.min_col, end_column=span.max_col
            )


def _make_room(sheet: Worksheet, at: int, more: int) -> None:
    """Move everything below a row down."""
    below = sheet.max_row
    if more <= 0 or below <= at:
        return
    heights = {n: sheet.row_dimensions[n].height for n in range(at + 1, below + 1)}
    sheet.move_range(f"A{at + 1}:{get_column_letter(sheet.max_column)}{below}", rows=more)
    for span in sheet.merged_cells.ranges:
        if span.min_row > at:
            span.shift(row_shift=more)
    for number, height in heights.items():
        sheet.row_dimensions[number + more].height = height


def _put(cell: Any, words: str, values: Mapping[str, Any]) -> None:
    """A cell that is one blank keeps the value's kind; blanks within a sentence become words."""
    alone = BLANK.fullmatch(words.strip())
    if alone:
        shown = cell.number_format
        as_cell(cell, values.get(alone[1], ""))
        if shown != "General":
            cell.number_format = shown
    else:
        as_cell(cell, BLANK.sub(lambda found: str(values.get(found[1], "")), words))


def plain_form(*, title: str, lines: Sequence[str], columns: Mapping[str, int]) -> bytes:
    """A form to start from: title, lines of facts, bold heads, one row of blanks. `columns` are widths by name."""
    book = Workbook()
    sheet = book.active
    sheet.append([title])
    sheet["A1"].font = Font(bold=True, size=14)
    for line in lines:
        sheet.append([line])
    heads = len(lines) + 2
    side = Side(style="thin")
    for number, (name, width) in enumerate(columns.items(), start=1):
        head, blank = sheet.cell(heads, number, name), sheet.cell(heads + 1, number, f"{{{{{name}}}}}")
        head.font = Font(bold=True)
        for cell in (head, blank):
            cell.border = Border(left=side, right=side, top=side, bottom=side)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{heads}:{heads}"
    out = BytesIO()
    book.save(out)
    return out.getvalue()
