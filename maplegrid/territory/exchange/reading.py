"""Rows of any file as rows of one kind: our own column names, cells with their types, shapes in the reference."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time

from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from maplegrid.engines.geodesy import Datum
from maplegrid.rules.vocabulary import ROLE_NAMES, Role
from maplegrid.territory.exchange.columns import (
    COLUMNS,
    WITH_AREA,
    WITH_POINT,
    Kind,
    meanings_of,
    missing_columns,
    unused_columns,
)
from maplegrid.territory.exchange.files import Row, Table, Upload, read_table
from maplegrid.territory.exchange.findings import Findings, UnreadableFile
from maplegrid.territory.exchange.geojson import BadShape, shape_from_words
from maplegrid.territory.exchange.placing import Placer, placer

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that a spreadsheet would run
_DAY = re.compile(r"(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?(?: 00:00(?::00)?)?")
_HOUR = re.compile(r"(\d{1,2})[:：](\d{2})(?::\d{2})?")


@dataclass(frozen=True)
class Record:
    """One row under our own names. Cells are stripped text; an absent column is not in `cells`."""

    number: int
    cells: dict[str, str]
    shape: BaseGeometry | None = None

    def text(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass
class Records:
    """All rows of one file, and what was found while reading them. `read` methods note an error and go on."""

    kind: Kind
    datum: Datum
    format: str
    rows: list[Record]
    columns: frozenset[str]
    unused: tuple[str, ...] = ()
    findings: Findings = field(default_factory=Findings)

    def good(self) -> list[Record]:
        """Rows without an error so far."""
        return [row for row in self.rows if row.number not in self.findings.bad]

    def whole(self, row: Record, name: str, highest: int = 10_000_000) -> int | None:
        """A whole number from 0; None for an empty cell."""
        words = row.text(name)
        if not words:
            return None
        if not words.isdecimal() or int(words) > highest:
            self.findings.error(row.number, _("“{words}”不是 0 到 {n} 的整数").format(words=words, n=highest))
            return None
        return int(words)

    def day(self, row: Record, name: str) -> date | None:
        """2026-09-16, 2026/9/16 or 2026年9月16日; None for an empty cell."""
        words = row.text(name)
        found = _day(words)
        if words and found is None:
            self.findings.error(row.number, _("“{words}”不是日期，例如 2026-09-16").format(words=words))
        return found

    def hour(self, row: Record, name: str) -> time | None:
        """09:00; None for an empty cell."""
        words = row.text(name)
        found = _HOUR.fullmatch(words)
        if found and int(found[1]) < 24 and int(found[2]) < 60:
            return time(int(found[1]), int(found[2]))
        if words:
            self.findings.error(row.number, _("“{words}”不是时间，例如 09:00").format(words=words))
        return None

    def role(self, row: Record) -> Role | None:
        """A role by its code or its Chinese name."""
        words = row.text("role")
        found = ROLES.get(words)
        if found is None:
            self.findings.error(row.number, _("没有“{words}”这个岗位").format(words=words))
        return found

    def no_repeats(self, *names: str) -> None:
        """An error for every row that has the same cells as one before it."""
        seen: dict[tuple[str, ...], int] = {}
        for row in self.rows:
            key = tuple(row.text(name) for name in names)
            first = seen.setdefault(key, row.number)
            if first != row.number and any(key):
                words = _("和第 {n} 行重复：{key}").format(n=first, key=" ".join(filter(None, key)))
                self.findings.error(row.number, words)


def _day(words: str) -> date | None:
    found = _DAY.fullmatch(words)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


ROLES: dict[str, Role] = {role.value: role for role in Role} | {
    words: role for role, words in ROLE_NAMES.items()
}


def read_records(upload: Upload, kind: Kind, datum: Datum) -> Records:
    """Read a file of one kind. Raises UnreadableFile; what is wrong with single rows stands in the findings."""
    table = read_table(upload, layer=kind.value)
    meanings = meanings_of(kind, table.header)
    _refuse_missing(upload, kind, table, meanings)
    place = placer(upload.name, table.crs, datum)
    unused = unused_columns(table.header, meanings)
    records = Records(kind, datum, table.format, [], frozenset(meanings.values()), unused)
    for row in table.rows:
        records.rows.append(_record(records, row, meanings, place))
    _require_cells(records)
    return records


def _refuse_missing(upload: Upload, kind: Kind, table: Table, meanings: dict[str, str]) -> None:
    missing = missing_columns(kind, meanings)
    if table.rows and missing:
        words = "、".join(f"{_(column.words)}（{column.name}）" for column in missing)
        raise UnreadableFile(_("{name} 缺少列：{words}").format(name=upload.name, words=words))
    if not table.rows:
        raise UnreadableFile(_("{name} 里没有数据行").format(name=upload.name))


def _record(records: Records, row: Row, meanings: dict[str, str], place: Placer) -> Record:
    cells = {name: row.values.get(words, "") for words, name in meanings.items()}
    if row.trouble:
        records.findings.error(row.number, row.trouble)
        return Record(row.number, cells)
    _refuse_formulas(records, row.number, cells)
    try:
        if records.kind in WITH_AREA:
            return Record(row.number, cells, _area(row, cells, place))
        if records.kind in WITH_POINT:
            return Record(row.number, _with_point(row, cells, place))
    except BadShape as error:
        records.findings.error(row.number, str(error))
    return Record(row.number, cells)


def _refuse_formulas(records: Records, number: int, cells: dict[str, str]) -> None:
    for name, words in cells.items():
        if words.startswith(FORMULA) and name not in {"lon", "lat", "phone"}:
            records.findings.error(number, _("“{words}”不能以 = + - @ 开头").format(words=words[:30]))
        if "\x00" in words:
            records.findings.error(number, _("有不能用的字符"))


def _area(row: Row, cells: dict[str, str], place: Placer) -> BaseGeometry | None:
    shape = row.shape if row.shape is not None else shape_from_words(cells.get("geometry", ""))
    return _plain(place.shape(shape)) if shape is not None else None


def _plain(shape: BaseGeometry) -> BaseGeometry:
    """A MultiPolygon of one part is that part; some formats know no other."""
    return shape.geoms[0] if shape.geom_type == "MultiPolygon" and len(shape.geoms) == 1 else shape


def _with_point(row: Row, cells: dict[str, str], place: Placer) -> dict[str, str]:
    """The cells with `lon` and `lat` in the reference, from the shape or from the cells themselves."""
    if row.shape is not None and not row.shape.is_empty:
        if row.shape.geom_type != "Point":
            raise BadShape(_("位置要是一个点"))
        lon, lat = row.shape.x, row.shape.y
    elif cells.get("lon") and cells.get("lat"):
        lon, lat = _degrees(cells["lon"]), _degrees(cells["lat"])
    else:
        return {**cells, "lon": "", "lat": ""}
    lon, lat = place.point(lon, lat)
    return {**cells, "lon": repr(lon), "lat": repr(lat)}


def _degrees(words: str) -> float:
    try:
        return float(words)
    except ValueError as error:
        raise BadShape(_("“{words}”不是经纬度，请写度数，例如 113.9312").format(words=words)) from error


def _require_cells(records: Records) -> None:
    required = [column for column in COLUMNS[records.kind] if column.required]
    for row in records.rows:
        for column in required:
            if not row.text(column.name):
                records.findings.error(row.number, _("没有写{column}").format(column=_(column.words)))


def longer_than(records: Records, limits: Iterable[tuple[str, int]]) -> None:
    """An error for every cell longer than its place in the database."""
    for row in records.rows:
        for name, limit in limits:
            if len(row.text(name)) > limit:
                words = _("“{words}…”太长，最多 {n} 个字").format(words=row.text(name)[:20], n=limit)
                records.findings.error(row.number, words)
