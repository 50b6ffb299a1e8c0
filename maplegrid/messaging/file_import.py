"""Other systems' records from a CSV or Excel file: every row becomes a message, whatever is wrong with it."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from maplegrid.kit.crypto import sm3
from maplegrid.kit.moment import CHINA
from maplegrid.messaging.raw import RawMessage
from maplegrid.rules.vocabulary import N_, Channel

# Which header means what; the first that a file has is taken.
MEANINGS: dict[str, tuple[str, ...]] = {
    "external_id": ("external_id", "id", "编号", "留言编号", "工单编号", "序号"),
    "title": ("title", "标题", "留言主题", "主题"),
    "text": ("text", "detail", "content", "内容", "留言详情", "诉求内容", "描述"),
    "sent_at": ("time", "sent_at", "时间", "留言时间", "反映时间", "日期"),
    "place_words": ("place", "address", "地点", "地址", "位置"),
    "contact_name": ("name", "姓名", "称呼", "联系人"),
    "contact_phone": ("phone", "电话", "手机", "联系电话"),
    "lon": ("lon", "lng", "longitude", "经度"),
    "lat": ("lat", "latitude", "纬度"),
    "datum": ("datum", "坐标系"),
}
TIMES = ("%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%Y-%m-%d")


class Unreadable(ValueError):
    """A file that cannot be taken in; the sentence says which file, which line, and what to do."""


@dataclass(frozen=True)
class Table:
    """A file's rows with its header, and which column means what."""

    name: str
    header: tuple[str, ...]
    meanings: dict[str, str]
    rows: list[dict[str, str]]
    digest: str


@dataclass
class Finding:
    """What a dry run says of one row."""

    line: int
    sentences: list[str] = field(default_factory=list)


def read_table(name: str, raw: bytes) -> Table:
    """Read CSV (UTF-8 or GB18030) or Excel by its ending. Raises Unreadable."""
    if name.lower().endswith((".xlsx", ".xlsm")):
        rows = list(_excel_rows(name, raw))
    else:
        rows = list(csv.reader(io.StringIO(_decoded(name, raw), newline="")))
    if not rows:
        raise Unreadable(f"{name} 是空的")
    header = tuple(cell.strip().lstrip("\ufeff") for cell in rows[0])
    meanings = guess_meanings(header)
    if "text" not in meanings and "title" not in meanings:
        raise Unreadable(f"{name} 第 1 行没有内容列，请把列名改成 text 或 内容（现有：{'、'.join(header)}）")
    body = [_as_row(header, cells) for cells in rows[1:] if any(cell.strip() for cell in cells)]
    return Table(Path(name).name, header, meanings, body, sm3(raw))


def _decoded(name: str, raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(f"{name} 不是 UTF-8 也不是 GB18030 编码，请另存为 UTF-8")


def _excel_rows(name: str, raw: bytes) -> Iterator[list[str]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        sheet = load_workbook(io.BytesIO(raw), read_only=True, data_only=True).worksheets[0]
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise Unreadable(f"{name} 打不开，请另存为 .xlsx 或 CSV") from error
    for row in sheet.iter_rows(values_only=True):
        yield ["" if cell is None else str(cell) for cell in row]


def _as_row(header: tuple[str, ...], cells: list[str]) -> dict[str, str]:
    """Cells by header; a row that is too long keeps its surplus, one that is short is filled with nothing."""
    row = dict.fromkeys(header, "") | dict(zip(header, cells, strict=False))
    if len(cells) > len(header):
        row["_surplus"] = "\t".join(cells[len(header) :])
    return row


def guess_meanings(header: tuple[str, ...]) -> dict[str, str]:
    """Field → column, by the header's own words (letter case does not matter)."""
    lower = {column.lower(): column for column in header}
    found = {}
    for meaning, words in MEANINGS.items():
        column = next((lower[word] for word in words if word in lower), None)
        if column is not None:
            found[meaning] = column
    return found


def raw_messages(table: Table, source: str) -> Iterator[RawMessage]:
    """One RawMessage a row. Without an id column a row is named by its own content, so a repeat is still seen."""
    for row in table.rows:
        yield raw_message(row, table.meanings, source)


def raw_message(row: Mapping[str, str], meanings: Mapping[str, str], source: str) -> RawMessage:
    """What a row says; what cannot be understood stays in `raw` and is said in `trouble` by the receiver."""
    said = {meaning: row.get(column, "").strip() for meaning, column in meanings.items()}
    known = set(meanings.values())
    lon, lat = _number(said.get("lon")), _number(said.get("lat"))
    return RawMessage(
        channel=Channel.IMPORT,
        external_id=f"{source}:{said.get('external_id') or _fingerprint(row)}",
        title=said.get("title", ""),
        text=said.get("text") or said.get("title", ""),
        sent_at=parsed_time(said.get("sent_at", "")),
        place_words=said.get("place_words", ""),
        contact_name=said.get("contact_name", ""),
        contact_phone=said.get("contact_phone", ""),
        lon=lon,
        lat=lat,
        datum=said.get("datum", ""),
        raw={
            "source": source,
            **{column: value for column, value in row.items() if column not in known and value},
        },
    )


def _fingerprint(row: Mapping[str, str]) -> str:
    return hashlib.sha256("\x1f".join(row.values()).encode()).hexdigest()[:32]


def _number(words: str | None) -> float | None:
    try:
        return float(words) if words else None
    except ValueError:
        return None


def parsed_time(words: str) -> datetime | None:
    """A moment in China from the usual spellings; None when it cannot be read."""
    for pattern in TIMES:
        try:
            return datetime.strptime(words.strip(), pattern).replace(tzinfo=CHINA)
        except ValueError:
            continue
    try:
        found = datetime.fromisoformat(words.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=CHINA)


def dry_run(table: Table) -> list[Finding]:
    """Row by row what a person may want to mend before importing; nothing here stops a row from being kept."""
    seen: dict[str, int] = {}
    findings = []
    for line, row in enumerate(table.rows, start=2):
        finding = Finding(line, list(_troubles(row, table.meanings)))
        key = row.get(table.meanings.get("external_id", ""), "")
        if key and key in seen:
            finding.sentences.append(N_("编号和第 {line} 行一样，只收第一行").format(line=seen[key]))
        seen.setdefault(key, line)
        if finding.sentences:
            findings.append(finding)
    return findings


def _troubles(row: Mapping[str, str], meanings: Mapping[str, str]) -> Iterator[str]:
    said: dict[str, Any] = {meaning: row.get(column, "").strip() for meaning, column in meanings.items()}
    if not said.get("text") and not said.get("title"):
        yield N_("没有内容，会交给分拨台")
    if said.get("sent_at") and parsed_time(said["sent_at"]) is None:
        yield N_("时间“{words}”看不懂，按收到的时间算").format(words=said["sent_at"])
    for side in ("lon", "lat"):
        if said.get(side) and _number(said[side]) is None:
            yield N_("坐标“{words}”不是数字").format(words=said[side])
    if "_surplus" in row:
        yield N_("这一行比表头多，多出来的会一起留着")
