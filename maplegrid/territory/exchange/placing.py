"""Coordinates of a file in the stored reference, whatever datum and projection they came in."""

from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from shapely.geometry.base import BaseGeometry

from maplegrid.engines.geodesy import Datum, OutOfRange, to_reference
from maplegrid.territory.exchange.findings import UnreadableFile
from maplegrid.territory.exchange.geojson import BadShape

DATUM_NAMES: dict[Datum, str] = {
    Datum.CGCS2000: "CGCS2000",
    Datum.WGS84: "WGS-84",
    Datum.GCJ02: "GCJ-02",
    Datum.BD09: "BD-09",
}
Points = NDArray[np.float64]


def datum_of(words: str) -> Datum:
    """`GCJ-02`, `gcj02`, `WGS 84` … as a Datum. Raises UnreadableFile with the choices."""
    plain = "".join(sign for sign in words.lower() if sign.isalnum())
    try:
        return Datum(plain)
    except ValueError as error:
        names = "、".join(DATUM_NAMES.values())
        raise UnreadableFile(
            _("没有“{words}”这个坐标系，可以写：{names}").format(words=words, names=names)
        ) from error


@dataclass(frozen=True)
class Placer:
    """Brings shapes and points of one file into the stored reference (degrees)."""

    datum: Datum
    unproject: Transformer | None = None

    def shape(self, shape: BaseGeometry) -> BaseGeometry:
        """Raises BadShape for coordinates that cannot be meant."""
        return shapely.transform(shape, self._points)

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        """Raises BadShape likewise."""
        [[x, y]] = self._points(np.array([[lon, lat]])).tolist()
        return x, y

    def _points(self, points: Points) -> Points:
        lons, lats = points[:, 0], points[:, 1]
        if self.unproject is not None:
            lons, lats = self.unproject.transform(lons, lats)
        try:
            return np.column_stack(to_reference(lons, lats, self.datum))
        except OutOfRange as error:
            raise BadShape(_(str(error))) from error


def placer(name: str, crs: CRS | None, datum: Datum) -> Placer:
    """For a file's own reference system (None: it does not say) and the datum somebody told us.

    A projected file is brought back to degrees first. Raises UnreadableFile for a system of another earth.
    """
    if crs is None:
        return Placer(datum)
    geographic = crs.geodetic_crs
    if geographic is None or not _is_ours(geographic):
        words = _("{name} 用的坐标系是 {crs}，请先转成 CGCS2000 或 WGS-84")
        raise UnreadableFile(words.format(name=name, crs=crs.name))
    if crs.is_geographic:
        return Placer(datum)
    return Placer(datum, _unprojected(crs, geographic))


def _is_ours(geographic: CRS) -> bool:
    words = geographic.name.lower()
    return "wgs" in words or "2000" in words or geographic.to_epsg() in (4326, 4490)


def _unprojected(crs: CRS, geographic: CRS) -> Transformer:
    return Transformer.from_crs(crs, geographic, always_xy=True)
