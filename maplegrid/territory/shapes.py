"""Do boundaries fit together? Valid shapes, no overlaps, no gaps, nothing sticking out of the unit above.

Tolerance: what is nowhere wider than one metre, or smaller than one square metre, is a sliver of drawing and let
pass. Lengths and areas are taken on a plane scaled at the middle latitude (within 0.1 % for a district's size).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from maplegrid.engines.geodesy import metres_per_degree
from maplegrid.rules.vocabulary import N_, Refusal

WIDTH_M = 1.0
SLIVER_M2 = 1.0
SAME_DEGREES = 1e-8
EARTH = (-180.0, -90.0, 180.0, 90.0)


class Fault(StrEnum):
    """What is wrong with a boundary."""

    EMPTY = "empty"
    NOT_AREA = "not_area"
    CROSSING = "crossing"
    OFF_EARTH = "off_earth"
    OVERLAP = "overlap"
    GAP = "gap"
    OUTSIDE = "outside"


FAULT_WORDS: dict[Fault, str] = {
    Fault.EMPTY: N_("{name}没有边界"),
    Fault.NOT_AREA: N_("{name}的边界不是面（多边形）"),
    Fault.CROSSING: N_("{name}的边界自己交叉或没有闭合，在 {lon}，{lat} 附近"),
    Fault.OFF_EARTH: N_("{name}的坐标不是经纬度，请检查坐标系"),
    Fault.OVERLAP: N_("{name}与{other}重叠约 {area} 平方米，在 {lon}，{lat} 附近"),
    Fault.GAP: N_("{name}里有约 {area} 平方米不属于任何下级单元，在 {lon}，{lat} 附近"),
    Fault.OUTSIDE: N_("{name}超出{other}约 {area} 平方米，在 {lon}，{lat} 附近"),
}


@dataclass(frozen=True)
class Area:
    """A unit as the geometry check sees it; `parent` is the code above ("" for the district)."""

    code: str
    name: str
    parent: str
    shape: BaseGeometry


@dataclass(frozen=True)
class Misfit:
    """One fault: at which unit, with which other, how large (m²) and near which point (degrees)."""

    fault: Fault
    code: str
    name: str
    other: str = ""
    area_m2: float = 0.0
    lon: float = 0.0
    lat: float = 0.0

    @property
    def params(self) -> dict[str, str]:
        """Fills the sentence of FAULT_WORDS."""
        return {
            "name": self.name,
            "other": self.other,
            "area": f"{self.area_m2:,.0f}",
            "lon": f"{self.lon:.5f}",
            "lat": f"{self.lat:.5f}",
        }

    @property
    def refusal(self) -> Refusal:
        """The same as a rule's "no"."""
        return Refusal(self.fault.value, FAULT_WORDS[self.fault], self.params)

    def __str__(self) -> str:
        return str(self.refusal)


def area_m2(shape: BaseGeometry) -> float:
    """Square metres of a shape in degrees."""
    return float(shapely.area(on_plane(shape)))


def same_shape(one: BaseGeometry, other: BaseGeometry) -> bool:
    """Equal to about a millimetre, wherever their rings begin: what a change of datum there and back loses."""
    if not (one.is_valid and other.is_valid):
        return bool(shapely.equals_exact(one, other, SAME_DEGREES))
    if shapely.equals_exact(shapely.normalize(one), shapely.normalize(other), SAME_DEGREES):
        return True
    if not np.allclose(one.bounds, other.bounds, rtol=0, atol=SAME_DEGREES):
        return False
    return bool(shapely.hausdorff_distance(one.boundary, other.boundary) < SAME_DEGREES)


def on_plane(shape: BaseGeometry, lat: float | None = None) -> BaseGeometry:
    """The shape in metres, scaled at `lat` (default: its own middle)."""
    middle = (shape.bounds[1] + shape.bounds[3]) / 2 if lat is None else lat
    return shapely.transform(shape, lambda points: points * np.array(metres_per_degree(middle)))


def broken(area: Area) -> Misfit | None:
    """What is wrong with one boundary by itself, or None."""
    shape = area.shape
    if shape is None or shape.is_empty:
        return Misfit(Fault.EMPTY, area.code, area.name)
    if shape.geom_type not in {"Polygon", "MultiPolygon"}:
        return Misfit(Fault.NOT_AREA, area.code, area.name)
    points = shapely.get_coordinates(shape)
    if not np.isfinite(points).all() or not _on_earth(shape.bounds):
        return Misfit(Fault.OFF_EARTH, area.code, area.name)
    if not shape.is_valid:
        lon, lat = _where_invalid(shape)
        return Misfit(Fault.CROSSING, area.code, area.name, lon=lon, lat=lat)
    return None


def _on_earth(bounds: tuple[float, float, float, float]) -> bool:
    west, south, east, north = EARTH
    return bounds[0] >= west and bounds[1] >= south and bounds[2] <= east and bounds[3] <= north


def _where_invalid(shape: BaseGeometry) -> tuple[float, float]:
    """The place that GEOS names in brackets, else the first point."""
    words = shapely.is_valid_reason(shape).partition("[")[2].rstrip("]").split()
    if len(words) >= 2:
        return float(words[0]), float(words[1])
    x, y = shapely.get_coordinates(shape)[0]
    return float(x), float(y)


def misfits(areas: Mapping[str, Area], touched: Iterable[str], families: Iterable[str] = ()) -> list[Misfit]:
    """Everything that does not fit where something was `touched` (codes), in the picture after the change.

    Checked are the touched shapes themselves, and each unit with all its children if it or a child was touched,
    or if it is named in `families`. `areas` holds the live units by code; a unit without children there is not
    asked for any.
    """
    codes = [code for code in dict.fromkeys(touched) if code in areas]
    faults = [fault for code in codes if (fault := broken(areas[code]))]
    bad = {fault.code for fault in faults}
    below = _children(areas)
    with_children = [code for code in codes if code in below]
    parents = dict.fromkeys([*(areas[code].parent for code in codes), *with_children, *families])
    for code in parents:
        whole = [child for child in below.get(code, []) if child.code not in bad]
        parent = areas.get(code) if code not in bad else None
        faults += family_misfits(parent, whole, has_all=len(whole) == len(below.get(code, [])))
    return faults


def _children(areas: Mapping[str, Area]) -> dict[str, list[Area]]:
    below: dict[str, list[Area]] = {}
    for area in areas.values():
        if area.parent:
            below.setdefault(area.parent, []).append(area)
    return below


def family_misfits(parent: Area | None, children: list[Area], *, has_all: bool = True) -> list[Misfit]:
    """Overlaps between the children; what sticks out of the parent; and, if `has_all`, what is left of it."""
    if not children:
        return []
    lat = children[0].shape.centroid.y
    shapes = [on_plane(child.shape, lat) for child in children]
    faults = _overlaps(children, shapes, lat)
    if parent is None:
        return faults
    frame = on_plane(parent.shape, lat)
    for child, shape in zip(children, shapes, strict=True):
        faults += _fault(Fault.OUTSIDE, child, parent.name, shapely.difference(shape, frame), lat)
    if has_all:
        left = shapely.difference(frame, shapely.union_all(shapes))
        faults += _fault(Fault.GAP, parent, "", left, lat)
    return faults


def _overlaps(children: list[Area], shapes: list[BaseGeometry], lat: float) -> list[Misfit]:
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    faults: list[Misfit] = []
    for i, j in zip(first.tolist(), second.tolist(), strict=True):
        if i < j:
            common = shapely.intersection(shapes[i], shapes[j])
            faults += _fault(Fault.OVERLAP, children[j], children[i].name, common, lat)
    return faults


def _fault(fault: Fault, area: Area, other: str, part: BaseGeometry, lat: float) -> list[Misfit]:
    """The fault, unless the part is only a sliver."""
    core = beyond_sliver(part)
    if core is None:
        return []
    point = core.representative_point()
    per_lon, per_lat = metres_per_degree(lat)
    return [
        Misfit(fault, area.code, area.name, other, float(part.area), point.x / per_lon, point.y / per_lat)
    ]


def beyond_sliver(part: BaseGeometry) -> BaseGeometry | None:
    """What of a part in metres is wider than the tolerance and more than a spot; None for slivers."""
    if part.is_empty or part.area <= SLIVER_M2:
        return None
    core = shapely.buffer(part, -WIDTH_M / 2, join_style="mitre")
    return None if core.is_empty else core
