"""Files as rows: GeoJSON, GeoPackage, Shapefile in a zip, CSV and Excel. Nothing is understood here, only read."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from maplegrid.territory.exchange.findings import UnreadableFile

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 300_000


@dataclass(frozen=True)
class Upload:
    """A file somebody gave us: its name and what is in it."""

    name: str
    data: bytes

    @property
    def ending(self) -> str:
        return self.name.lower().rpartition(".")[2]


@dataclass(frozen=True)
class Row:
    """One row as text by the file's own headers. `trouble` says why its shape or its cells cannot be read."""

    number: int
    values: dict[str, str]
    shape: BaseGeometry | None = None
    trouble: str = ""


@dataclass(frozen=True)
class Table:
    """A whole file. `crs` is what the file itself says of its coordinates, if it says anything."""

    format: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    crs: CRS | None = None


def read_table(upload: Upload, layer: str = "") -> Table:
    """Read a file by its ending; `layer` is the one to prefer in a GeoPackage. Raises UnreadableFile."""
    readers = _readers()
    if upload.ending not in readers:
        raise UnreadableFile(
            _("{name}：只收 GeoJSON、GeoPackage、Shapefile（zip）、CSV 和 Excel（xlsx）").format(
                name=upload.name
            )
        )
    if len(upload.data) > MAX_BYTES:
        raise UnreadableFile(_("{name} 超过 64 MB，请分成几个文件").format(name=upload.name))
    table = readers[upload.ending](upload, layer)
    if len(table.rows) > MAX_ROWS:
        raise UnreadableFile(_("{name} 超过 30 万行，请分成几个文件").format(name=upload.name))
    return table


def _readers() -> dict[str, Callable[[Upload, str], Table]]:
    from maplegrid.territory.exchange.geojson import read_geojson
    from maplegrid.territory.exchange.layers import read_geopackage, read_shapefile
    from maplegrid.territory.exchange.sheets import read_csv, read_excel

    return {
        "csv": read_csv,
        "xlsx": read_excel,
        "geojson": read_geojson,
        "json": read_geojson,
        "gpkg": read_geopackage,
        "zip": read_shapefile,
    }
