"""Where a coordinate really is: WGS-84, CGCS2000, GCJ-02 and BD-09, and distances in metres.

The stored reference of the product is WGS-84 degrees. CGCS2000 (EPSG:4490) differs from it by less than one
metre and is taken as the same. GCJ-02 (Amap, Tencent, WeChat) and BD-09 (Baidu) are the published formulas:
they agree with the vendors to about 1-2 m, and mixing GCJ-02 up with WGS-84 moves a point about 600 m at
Guangming, so every coordinate must say its datum (design reference, section 9; vectors in section 12).

All functions take scalars or numpy arrays of the same shape, longitude first, in degrees. Do not chain
conversions: convert once, from the datum a coordinate came in.
"""

import math
from enum import StrEnum
from types import ModuleType
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

Floats = NDArray[np.float64]
N_ = str  # marks a sentence for translation at the edge; engines import no rules

KRASOVSKY_A = 6378245.0
KRASOVSKY_EE = 0.00669342162296594323
BAIDU_X_PI = math.pi * 3000.0 / 180.0
CHINA = (72.004, 0.8293, 137.8347, 55.8271)
_WGS84 = Geod(ellps="WGS84")


class Datum(StrEnum):
    """The reference system a coordinate was written in."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class OutOfRange(ValueError):
    """A coordinate that cannot be meant: the message is a Chinese sentence (msgid) for the person who gave it."""


def _offset(lon: Any, lat: Any, m: ModuleType) -> tuple[Any, Any]:
    """GCJ-02 minus WGS-84 in degrees at a WGS-84 point; `m` is math for scalars, numpy for arrays."""
    x, y = lon - 105.0, lat - 35.0
    root = m.sqrt(m.fabs(x))
    wave = (20.0 * m.sin(6.0 * x * math.pi) + 20.0 * m.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    d_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave
    d_lat += (20.0 * m.sin(y * math.pi) + 40.0 * m.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    d_lat += (160.0 * m.sin(y / 12.0 * math.pi) + 320.0 * m.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    d_lon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave
    d_lon += (20.0 * m.sin(x * math.pi) + 40.0 * m.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    d_lon += (150.0 * m.sin(x / 12.0 * math.pi) + 300.0 * m.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    rad = lat / 180.0 * math.pi
    magic = 1.0 - KRASOVSKY_EE * m.sin(rad) ** 2
    d_lat = d_lat * 180.0 / (KRASOVSKY_A * (1.0 - KRASOVSKY_EE) / (magic * m.sqrt(magic)) * math.pi)
    d_lon = d_lon * 180.0 / (KRASOVSKY_A / m.sqrt(magic) * m.cos(rad) * math.pi)
    return d_lon, d_lat


def _module(lon: Any) -> ModuleType:
    return np if isinstance(lon, np.ndarray) else math


@overload
def wgs84_to_gcj02(lon: float, lat: float) -> tuple[float, float]: ...
@overload
def wgs84_to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]: ...
def wgs84_to_gcj02(lon: Any, lat: Any) -> tuple[Any, Any]:
    """Degrees in WGS-84 → degrees in GCJ-02, by the published formula (1-2 m from the vendors' own)."""
    d_lon, d_lat = _offset(lon, lat, _module(lon))
    return lon + d_lon, lat + d_lat


@overload
def gcj02_to_wgs84(lon: float, lat: float) -> tuple[float, float]: ...
@overload
def gcj02_to_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]: ...
def gcj02_to_wgs84(lon: Any, lat: Any) -> tuple[Any, Any]:
    """Degrees in GCJ-02 → WGS-84, the inverse by fixed-point iteration (error under 1e-9°, about 0.1 mm)."""
    m = _module(lon)
    guess_lon, guess_lat = lon, lat
    for _ in range(8):
        d_lon, d_lat = _offset(guess_lon, guess_lat, m)
        guess_lon, guess_lat = lon - d_lon, lat - d_lat
    return guess_lon, guess_lat


@overload
def gcj02_to_bd09(lon: float, lat: float) -> tuple[float, float]: ...
@overload
def gcj02_to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]: ...
def gcj02_to_bd09(lon: Any, lat: Any) -> tuple[Any, Any]:
    """Degrees in GCJ-02 → BD-09 (Baidu), by the published formula."""
    m = _module(lon)
    atan2 = np.arctan2 if m is np else math.atan2
    radius = m.sqrt(lon * lon + lat * lat) + 0.00002 * m.sin(lat * BAIDU_X_PI)
    angle = atan2(lat, lon) + 0.000003 * m.cos(lon * BAIDU_X_PI)
    return radius * m.cos(angle) + 0.0065, radius * m.sin(angle) + 0.006


@overload
def bd09_to_gcj02(lon: float, lat: float) -> tuple[float, float]: ...
@overload
def bd09_to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]: ...
def bd09_to_gcj02(lon: Any, lat: Any) -> tuple[Any, Any]:
    """Degrees in BD-09 → GCJ-02: the usual closed formula, then the inverse by iteration (under 1e-9°)."""
    guess_lon, guess_lat = lon - 0.0065, lat - 0.006
    for _ in range(8):
        there_lon, there_lat = gcj02_to_bd09(guess_lon, guess_lat)
        guess_lon, guess_lat = guess_lon + (lon - there_lon), guess_lat + (lat - there_lat)
    return guess_lon, guess_lat


def _refuse(lon: Any, lat: Any, bounds: tuple[float, float, float, float], sentence: str) -> None:
    west, south, east, north = bounds
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    if not np.all(inside):
        raise OutOfRange(sentence)


def check_range(lon: Any, lat: Any, datum: Datum) -> None:
    """Raise OutOfRange with a sentence for a coordinate that cannot be meant (NaN and infinity included)."""
    if np.any(np.abs(lat) > 90) and np.all(np.abs(lon) <= 90):
        raise OutOfRange(N_("纬度不能大于 90 度，经度和纬度可能写反了"))
    _refuse(lon, lat, (-180, -90, 180, 90), N_("坐标不在地球上：经度应在 -180 到 180，纬度应在 -90 到 90"))
    if datum in (Datum.GCJ02, Datum.BD09):
        _refuse(lon, lat, CHINA, N_("这个坐标在国外，GCJ-02 和 BD-09 只用于国内，请检查坐标系"))


@overload
def to_reference(lon: float, lat: float, datum: Datum) -> tuple[float, float]: ...
@overload
def to_reference(lon: Floats, lat: Floats, datum: Datum) -> tuple[Floats, Floats]: ...
def to_reference(lon: Any, lat: Any, datum: Datum) -> tuple[Any, Any]:
    """Degrees in `datum` → the stored reference (WGS-84 degrees; CGCS2000 is taken as the same, < 1 m).

    Raises OutOfRange with a Chinese sentence for coordinates off the earth, and for GCJ-02 or BD-09 outside
    China, where those systems mean nothing.
    """
    check_range(lon, lat, datum)
    if datum is Datum.BD09:
        return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))
    if datum is Datum.GCJ02:
        return gcj02_to_wgs84(lon, lat)
    return lon, lat


@overload
def from_reference(lon: float, lat: float, datum: Datum) -> tuple[float, float]: ...
@overload
def from_reference(lon: Floats, lat: Floats, datum: Datum) -> tuple[Floats, Floats]: ...
def from_reference(lon: Any, lat: Any, datum: Datum) -> tuple[Any, Any]:
    """Stored reference (WGS-84 degrees) → degrees in `datum`; refuses as `to_reference` does."""
    check_range(lon, lat, datum)
    if datum is Datum.BD09:
        return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))
    if datum is Datum.GCJ02:
        return wgs84_to_gcj02(lon, lat)
    return lon, lat


@overload
def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float: ...
@overload
def distance_m(lon1: Floats, lat1: Floats, lon2: Floats, lat2: Floats) -> Floats: ...
def distance_m(lon1: Any, lat1: Any, lon2: Any, lat2: Any) -> Any:
    """Metres along the WGS-84 ellipsoid between points given in reference degrees (Karney's geodesic)."""
    return _WGS84.inv(lon1, lat1, lon2, lat2)[2]


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Metres of one degree of longitude and of latitude at a latitude, on the WGS-84 ellipsoid."""
    rad = math.radians(lat)
    squash = 1.0 - _WGS84.es * math.sin(rad) ** 2
    east = math.pi / 180.0 * _WGS84.a * math.cos(rad) / math.sqrt(squash)
    north = math.pi / 180.0 * _WGS84.a * (1.0 - _WGS84.es) / squash**1.5
    return east, north
