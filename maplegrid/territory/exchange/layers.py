"""GeoPackage and Shapefile (in a zip), through GDAL."""

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from django.utils.translation import gettext as _
from pyproj import CRS
from pyproj.exceptions import CRSError

from maplegrid.territory.exchange.files import MAX_BYTES, Row, Table, Upload
from maplegrid.territory.exchange.findings import UnreadableFile
from maplegrid.territory.exchange.geojson import as_words

PARTS = frozenset({"shp", "shx", "dbf", "prj", "cpg"})
GDAL_TROUBLE = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.CRSError)


def read_geopackage(upload: Upload, layer: str = "") -> Table:
    """The layer of that name, else the first one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload.gpkg"
        path.write_bytes(upload.data)
        try:
            names = [str(row[0]) for row in pyogrio.list_layers(path)]
            if not names:
                raise UnreadableFile(_("{name} 里没有图层").format(name=upload.name))
            return _read("gpkg", path, layer=layer if layer in names else names[0])
        except (*GDAL_TROUBLE, RuntimeError) as error:
            raise UnreadableFile(
                _("{name} 打不开，不是完好的 GeoPackage").format(name=upload.name)
            ) from error


def read_shapefile(upload: Upload, layer: str = "") -> Table:
    """One shapefile in a zip. Names in the table may be UTF-8 or GB18030; the .cpg says which, else we look."""
    with tempfile.TemporaryDirectory() as folder:
        path = _unpacked(upload, Path(folder))
        try:
            return _read("shp", path, encoding=_encoding(path))
        except (*GDAL_TROUBLE, RuntimeError, UnicodeDecodeError) as error:
            raise UnreadableFile(_("{name} 里的 Shapefile 打不开").format(name=upload.name)) from error


def _unpacked(upload: Upload, folder: Path) -> Path:
    """The parts of the shapefile under names of our own, whatever the zip calls them."""
    try:
        with zipfile.ZipFile(io.BytesIO(upload.data)) as held:
            parts = _parts(upload.name, held)
            for ending, member in parts.items():
                (folder / f"upload.{ending}").write_bytes(held.read(member))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise UnreadableFile(_("{name} 打不开，不是完好的 zip 文件").format(name=upload.name)) from error
    return folder / "upload.shp"


def _parts(name: str, held: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    members = [m for m in held.infolist() if m.filename.lower().rpartition(".")[2] in PARTS]
    members = [m for m in members if not m.filename.startswith("__MACOSX")]
    if sum(member.file_size for member in members) > 10 * MAX_BYTES:
        raise UnreadableFile(_("{name} 解开后太大，请分成几个文件").format(name=name))
    parts = {member.filename.lower().rpartition(".")[2]: member for member in members}
    if len({member.filename.rpartition(".")[0] for member in members if _is_shape(member)}) != 1:
        raise UnreadableFile(_("{name} 里要正好有一个 .shp").format(name=name))
    missing = sorted({"shp", "shx", "dbf"} - set(parts))
    if missing:
        raise UnreadableFile(
            _("{name} 里的 Shapefile 缺少 {parts}").format(
                name=name, parts="、".join(f".{p}" for p in missing)
            )
        )
    return parts


def _is_shape(member: zipfile.ZipInfo) -> bool:
    return member.filename.lower().endswith(".shp")


def _encoding(path: Path) -> str:
    said = path.with_suffix(".cpg")
    words = said.read_text("ascii", "ignore").strip().lower() if said.exists() else ""
    if "utf" in words or words == "65001":
        return "UTF-8"
    if "gb" in words or "936" in words:
        return "GB18030"
    table = path.with_suffix(".dbf").read_bytes()
    records = table[int.from_bytes(table[8:10], "little") :]  # bytes 8-9 of a dbf: where its header ends
    try:
        records.decode("utf-8")
    except UnicodeDecodeError:
        return "GB18030"
    return "UTF-8"


def _read(kind: str, path: Path, **known: Any) -> Table:
    meta, _fids, shapes, columns = pyogrio.raw.read(path, force_2d=True, datetime_as_string=True, **known)
    header = tuple(str(name) for name in meta["fields"])
    count = len(columns[0]) if columns else len(shapes if shapes is not None else ())
    shapes = shapes if shapes is not None else np.full(count, None)
    geometry = shapely.from_wkb(shapes)
    rows = [
        Row(
            number + 1,
            {name: as_words(_plain(column[number])) for name, column in zip(header, columns, strict=True)},
            geometry[number],
        )
        for number in range(count)
    ]
    return Table(kind, header, tuple(rows), _crs(meta["crs"]))


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _crs(words: str | None) -> CRS | None:
    try:
        return CRS.from_user_input(words) if words else None
    except CRSError:
        return None
