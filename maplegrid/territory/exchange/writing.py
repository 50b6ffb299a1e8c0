"""Exports: everything in the one stored reference (CGCS2000 degrees), with the datum each row first came in.

CSV and geographic files carry short English headers for machines; Excel carries Chinese ones for people. The
import reads both back.
"""

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from maplegrid.audit.actions import record
from maplegrid.rules.access import Actor
from maplegrid.rules.tower import why_not_keep_tower
from maplegrid.territory.actions.doing import doer, refuse
from maplegrid.territory.exchange.columns import COLUMNS, KIND_NAMES, TOLD_ONLY, WITH_AREA, WITH_POINT, Kind
from maplegrid.territory.exchange.rows import Cell, ExportRow, path_of, rows_of

REFERENCE = "EPSG:4490"
DIGITS = 9  # of a degree in text: a tenth of a millimetre
EXCEL_CELL = 32_767
FORMATS: dict[str, str] = {
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "zip": "application/zip",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
TEXT_ONLY = ("csv", "xlsx")


class CannotExport(ValueError):
    """This kind does not go into this format; the message is a sentence."""


@dataclass(frozen=True)
class Export:
    """A file to hand out."""

    name: str
    content_type: str
    data: bytes
    rows: int


def formats_of(kind: Kind) -> tuple[str, ...]:
    """The endings a kind can be written with."""
    return tuple(FORMATS) if kind in WITH_AREA | WITH_POINT else TEXT_ONLY


def export(kind: Kind, ending: str, *, actor: Actor, now: datetime, under: str = "") -> Export:
    """All rows of a kind, or those under the unit with the code `under`. Leaves an entry in the audit.

    Raises Refused for who may not, KeyError for an unknown code, CannotExport for a format that cannot hold it.
    """
    refuse(why_not_keep_tower(actor))
    if ending not in formats_of(kind):
        raise CannotExport(_("{kind}不能导出成 {ending}").format(kind=_(KIND_NAMES[kind]), ending=ending))
    rows = rows_of(kind, path_of(under), now.date())
    data = _WRITERS[ending](kind, rows)
    with transaction.atomic():
        record(
            actor=doer(actor),
            action="territory.exported",
            subject=f"export:{kind.value}",
            now=now,
            detail={"format": ending, "under": under, "rows": len(rows)},
        )
    return Export(f"{kind.value}-{now:%Y%m%d}.{ending}", FORMATS[ending], data, len(rows))


def _columns(kind: Kind, rows: list[ExportRow]) -> list[str]:
    """Our columns, then what is only told; the same whether or not there are rows."""
    ours = [column.name for column in COLUMNS[kind] if column.name not in ("geometry", "doors")]
    told = [name for name in (rows[0].cells if rows else ()) if name not in ours]
    return [*ours, *told]


def _csv(kind: Kind, rows: list[ExportRow]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    columns, areas = _columns(kind, rows), kind in WITH_AREA
    writer.writerow([*columns, "geometry"] if areas else columns)
    for row in rows:
        cells = [row.cells[name] for name in columns]
        writer.writerow([*cells, _wkt(row)] if areas else cells)
    return text.getvalue().encode()


def _wkt(row: ExportRow) -> str:
    return shapely.to_wkt(row.shape, rounding_precision=DIGITS) if row.shape is not None else ""


def _xlsx(kind: Kind, rows: list[ExportRow]) -> bytes:
    from openpyxl import Workbook

    shapes = [_fitting(row) for row in rows] if kind in WITH_AREA else []
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_(KIND_NAMES[kind])[:31])
    columns, areas = _columns(kind, rows), kind in WITH_AREA
    words = {column.name: column.words for column in COLUMNS[kind]} | TOLD_ONLY
    sheet.append([_(words[name]) for name in [*columns, *(["geometry"] if areas else [])]])
    for number, row in enumerate(rows):
        cells = [_excel_cell(sheet, row.cells[name]) for name in columns]
        sheet.append([*cells, shapes[number]] if areas else cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _excel_cell(sheet: object, value: Cell) -> object:
    """Text stays text, also when it looks like a formula."""
    if not isinstance(value, str) or not value.startswith("="):
        return value
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell


def _fitting(row: ExportRow) -> str:
    words = _wkt(row)
    if len(words) > EXCEL_CELL:
        raise CannotExport(
            _("{name}的边界太长，Excel 放不下，请导出成别的格式").format(name=row.cells["name"])
        )
    return words


def _geojson(kind: Kind, rows: list[ExportRow]) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": dict(row.cells),
            "geometry": json.loads(shapely.to_geojson(row.shape)) if row.shape is not None else None,
        }
        for row in rows
    ]
    whole = {"type": "FeatureCollection", "reference": "CGCS2000", "features": features}
    return json.dumps(whole, ensure_ascii=False).encode()


def _gpkg(kind: Kind, rows: list[ExportRow]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.gpkg"
        _through_gdal(path, kind, rows, driver="GPKG", layer=kind.value)
        return path.read_bytes()


def _shapefile(kind: Kind, rows: list[ExportRow]) -> bytes:
    """Tables in GB18030, said so in the .cpg; texts beyond 254 bytes are cut, as the format has it."""
    with tempfile.TemporaryDirectory() as folder:
        _through_gdal(
            Path(folder) / f"{kind.value}.shp", kind, rows, driver="ESRI Shapefile", encoding="GB18030"
        )
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as held:
            for part in sorted(Path(folder).iterdir()):
                held.write(part, part.name)
        return file.getvalue()


def _through_gdal(path: Path, kind: Kind, rows: list[ExportRow], **known: str) -> None:
    columns = _columns(kind, rows)
    shapes = shapely.to_wkb(np.array([row.shape for row in rows], dtype=object))
    pyogrio.raw.write(
        path,
        shapes,
        [_column([row.cells[name] for row in rows]) for name in columns],
        np.array(columns),
        geometry_type="Point"
        if kind in WITH_POINT
        else "MultiPolygon"
        if known["driver"] == "GPKG"
        else "Polygon",
        promote_to_multi=kind in WITH_AREA and known["driver"] == "GPKG",
        crs=REFERENCE,
        **known,
    )


def _column(values: list[Cell]) -> "np.ndarray[tuple[int], np.dtype[np.generic]]":
    if values and all(isinstance(value, int) for value in values):
        return np.array(values, dtype=np.int64)
    if values and all(isinstance(value, int | float) for value in values):
        return np.array(values, dtype=np.float64)
    return np.array([str(value) for value in values], dtype=object)


_WRITERS: dict[str, Callable[[Kind, list[ExportRow]], bytes]] = {
    "geojson": _geojson,
    "gpkg": _gpkg,
    "zip": _shapefile,
    "csv": _csv,
    "xlsx": _xlsx,
}
