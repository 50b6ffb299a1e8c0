"""GeoJSON in and out, and geometry written as text in a cell."""

import json
import math
from typing import Any

import shapely
from django.utils.translation import gettext as _
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from maplegrid.territory.exchange.files import Row, Table, Upload
from maplegrid.territory.exchange.findings import UnreadableFile

DEPTH = {"Point": 0, "LineString": 1, "MultiPoint": 1, "Polygon": 2, "MultiLineString": 2, "MultiPolygon": 3}


class BadShape(ValueError):
    """A geometry that cannot be read; the message is a sentence."""


def read_geojson(upload: Upload, layer: str = "") -> Table:
    """A FeatureCollection; features are numbered from 1."""
    features, crs = _features(upload)
    header: dict[str, None] = {}
    rows = []
    for number, feature in enumerate(features, start=1):
        row = _row(number, feature)
        header.update(dict.fromkeys(row.values))
        rows.append(row)
    return Table("geojson", tuple(header), tuple(rows), crs)


def _features(upload: Upload) -> tuple[list[Any], CRS | None]:
    try:
        held = json.loads(upload.data.decode("utf-8-sig"), parse_constant=_no_number)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        where = f"（{error.lineno}:{error.colno}）" if isinstance(error, json.JSONDecodeError) else ""
        raise UnreadableFile(
            _("{name} 不是正确的 JSON{where}").format(name=upload.name, where=where)
        ) from error
    features = held.get("features") if isinstance(held, dict) else None
    if not isinstance(features, list):
        raise UnreadableFile(_("{name} 不是 GeoJSON 的 FeatureCollection").format(name=upload.name))
    return features, _crs(held.get("crs"))


def _no_number(words: str) -> float:
    raise ValueError(words)


def _crs(member: Any) -> CRS | None:
    """The old `crs` member, which many programs still write."""
    try:
        return CRS.from_user_input(member["properties"]["name"])
    except (TypeError, KeyError, CRSError):
        return None


def _row(number: int, feature: Any) -> Row:
    if not isinstance(feature, dict):
        return Row(number, {}, trouble=_("这一项不是 Feature"))
    properties = feature.get("properties") or {}
    values = (
        {str(name): as_words(value) for name, value in properties.items()}
        if isinstance(properties, dict)
        else {}
    )
    try:
        return Row(number, values, shape_of(feature.get("geometry")))
    except BadShape as error:
        return Row(number, values, trouble=str(error))


def as_words(value: Any) -> str:
    """A property as text; lists as in our CSV files, with semicolons."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return ";".join(as_words(part) for part in value)
    return str(value).strip()


def shape_of(geometry: Any) -> BaseGeometry | None:
    """A GeoJSON geometry as a shape, without heights; None for null. Raises BadShape, also for rings left open."""
    if geometry is None:
        return None
    if not isinstance(geometry, dict) or geometry.get("type") not in DEPTH:
        raise BadShape(_("看不懂这个图形，边界请用 Polygon 或 MultiPolygon"))
    coordinates: Any = geometry.get("coordinates")
    depth = DEPTH[geometry["type"]]
    if not _well_formed(coordinates, depth):
        raise BadShape(_("坐标不完整，每个点要有经度和纬度两个数"))
    if depth >= 2 and "Polygon" in geometry["type"]:
        _refuse_open_rings(coordinates if depth == 2 else [ring for part in coordinates for ring in part])
    try:
        return shapely.force_2d(shapely.from_geojson(json.dumps(geometry)))
    except (shapely.errors.GEOSException, ValueError) as error:
        raise BadShape(_("看不懂这个图形，边界请用 Polygon 或 MultiPolygon")) from error


def _well_formed(coordinates: Any, depth: int) -> bool:
    if not isinstance(coordinates, list) or not coordinates:
        return False
    if depth == 0:
        return len(coordinates) in (2, 3) and all(_is_number(value) for value in coordinates)
    return all(_well_formed(part, depth - 1) for part in coordinates)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _refuse_open_rings(rings: list[Any]) -> None:
    for ring in rings:
        if len(ring) < 4 or ring[0][:2] != ring[-1][:2]:
            raise BadShape(_("边界没有闭合：第一个点和最后一个点要一样，至少四个点"))


def shape_from_words(words: str) -> BaseGeometry | None:
    """WKT or a GeoJSON geometry in a cell. Raises BadShape."""
    if not words:
        return None
    if words.startswith("{"):
        try:
            return shape_of(json.loads(words))
        except (json.JSONDecodeError, RecursionError) as error:
            raise BadShape(_("边界一列不是正确的 JSON")) from error
    try:
        return shapely.force_2d(shapely.from_wkt(words))
    except shapely.errors.GEOSException as error:
        if "closed" in str(error):
            raise BadShape(_("边界没有闭合：第一个点和最后一个点要一样，至少四个点")) from error
        raise BadShape(_("边界一列要写 WKT，例如 POLYGON ((113.9 22.7, …))")) from error
