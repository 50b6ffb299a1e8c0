"""The point → unit index against brute force with shapely, borders and vertices included."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box

from maplegrid.engines.locator import BadPolygon, UnitLocator, covers, orientation

small = st.integers(0, 12)
anywhere = st.one_of(small.map(float), st.floats(-1, 13, allow_nan=False))


def chessboard(columns: int, rows: int) -> tuple[list[str], list[Polygon]]:
    codes = [f"{row * columns + column:03d}" for row in range(rows) for column in range(columns)]
    return codes, [box(column, row, column + 1, row + 1) for row in range(rows) for column in range(columns)]


def by_brute_force(codes: list[str], shapes: list[Polygon], x: float, y: float) -> str | None:
    return min(
        (code for code, shape in zip(codes, shapes, strict=True) if shape.covers(Point(x, y))), default=None
    )


@st.composite
def polygons(draw: st.DrawFn) -> Polygon:
    points = draw(st.lists(st.tuples(small, small), min_size=3, max_size=7, unique=True))
    shape = shapely.convex_hull(shapely.MultiPoint(points))
    hole = draw(st.booleans())
    if shape.geom_type != "Polygon":
        shape = box(*points[0], points[0][0] + 1, points[0][1] + 2)
    inner = shapely.buffer(shape.centroid, 0.2, quad_segs=1)
    return shape.difference(inner) if hole and shape.contains_properly(inner) else shape


@settings(max_examples=150, deadline=None)
@given(
    shapes=st.lists(polygons(), min_size=1, max_size=8),
    points=st.lists(st.tuples(anywhere, anywhere), max_size=25),
)
def test_it_answers_what_brute_force_answers(
    shapes: list[Polygon], points: list[tuple[float, float]]
) -> None:
    codes = [f"{i:02d}" for i in range(len(shapes))]
    locator = UnitLocator(codes, shapes)
    corners = [tuple(corner) for shape in shapes for corner in shapely.get_coordinates(shape).tolist()]
    everything = [*points, *corners]
    expected = [by_brute_force(codes, shapes, x, y) for x, y in everything]
    assert [locator.locate(x, y) for x, y in everything] == expected
    xs, ys = np.array([x for x, _ in everything]), np.array([y for _, y in everything])
    assert locator.locate_many(xs, ys) == expected


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_ragged_partition_leaves_no_corner_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    area = box(113.84, 22.65, 113.99, 22.85)
    seeds = shapely.MultiPoint(rng.uniform((113.84, 22.65), (113.99, 22.85), (12, 2)))
    shapes = [cell.intersection(area) for cell in shapely.voronoi_polygons(seeds, extend_to=area).geoms]
    codes = [f"{i:02d}" for i in range(len(shapes))]
    locator = UnitLocator(codes, shapes)
    points = [*rng.uniform((113.83, 22.64), (114.0, 22.86), (30, 2)).tolist()]
    points += [corner for shape in shapes for corner in shapely.get_coordinates(shape).tolist()]
    for x, y in points:
        assert locator.locate(x, y) == by_brute_force(codes, shapes, x, y)


def test_a_point_on_a_shared_border_belongs_to_the_smallest_code() -> None:
    codes, shapes = chessboard(3, 3)
    locator = UnitLocator(codes, shapes)
    assert locator.locate(1.0, 0.5) == "000"
    assert locator.locate(1.0, 1.0) == "000"
    assert locator.locate(2.5, 1.0) == "002"
    reversed_locator = UnitLocator(codes[::-1], shapes)
    assert reversed_locator.locate(1.0, 1.0) == "004"


def test_codes_decide_ties_when_ids_are_numbers() -> None:
    locator = UnitLocator([1, 2], [box(0, 0, 1, 1), box(1, 0, 2, 1)], codes=["b", "a"])
    assert locator.locate(1.0, 0.5) == 2
    assert locator.locate(0.5, 0.5) == 1


def test_outside_and_nonsense_are_nobody() -> None:
    locator = UnitLocator(["a"], [box(0, 0, 1, 1)])
    for lon, lat in [(1.5, 0.5), (-0.1, 0.5), (math.nan, 0.5), (0.5, math.inf)]:
        assert locator.locate(lon, lat) is None
    assert locator.locate_many(np.array([math.nan, 0.5]), np.array([0.5, 0.5])) == [None, "a"]


def test_an_empty_locator_knows_no_place() -> None:
    locator: UnitLocator[str] = UnitLocator([], [])
    assert len(locator) == 0
    assert locator.locate(113.9, 22.7) is None
    assert locator.nearest(113.9, 22.7, 1000) is None


def test_a_hole_is_outside_and_parts_belong_together() -> None:
    ring = box(0, 0, 3, 3).difference(box(1, 1, 2, 2))
    locator = UnitLocator(["ring", "two"], [ring, MultiPolygon([box(5, 0, 6, 1), box(8, 0, 9, 1)])])
    assert locator.locate(1.5, 1.5) is None
    assert locator.locate(1.0, 1.5) == "ring"
    assert locator.locate(8.5, 0.5) == locator.locate(5.5, 0.5) == "two"
    assert locator.locate(7.0, 0.5) is None


def test_the_nearest_unit_is_named_within_reach_and_not_beyond() -> None:
    locator = UnitLocator(["a", "b"], [box(113.90, 22.70, 113.91, 22.71), box(113.92, 22.70, 113.93, 22.71)])
    assert locator.nearest(113.905, 22.705, 1) == "a"
    assert locator.nearest(113.9185, 22.705, 200) == "b"
    assert locator.nearest(113.9185, 22.705, 100) is None
    assert locator.nearest(113.915, 22.705, 600) == "a"


def test_distances_to_the_nearest_are_metres() -> None:
    locator = UnitLocator(["a"], [box(113.90, 22.70, 113.91, 22.71)])
    one_km_north = 22.71 + 1000 / 110_740
    assert locator.nearest(113.905, one_km_north, 1005) == "a"
    assert locator.nearest(113.905, one_km_north, 995) is None


def test_a_locator_carries_its_version_and_cannot_be_extended() -> None:
    locator = UnitLocator(["a"], [box(0, 0, 1, 1)], version="2026-11-23")
    assert locator.version == "2026-11-23"
    with pytest.raises(AttributeError):
        locator.other = 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("shape", [Point(0, 0), Polygon(), box(0, 0, math.inf, 1)])
def test_geometry_that_cannot_be_searched_is_refused(shape: shapely.Geometry) -> None:
    with pytest.raises(BadPolygon):
        UnitLocator(["a"], [shape])


def test_lists_of_different_length_are_refused() -> None:
    with pytest.raises(BadPolygon):
        UnitLocator(["a", "b"], [box(0, 0, 1, 1)])


def test_orientation_has_no_rounding_error() -> None:
    assert orientation(0.0, 0.0, 1.0, 1.0, 0.1, 0.1) == 0
    just_above = math.nextafter(0.1, 1)
    assert orientation(0.0, 0.0, 1.0, 1.0, 0.1, just_above) == 1
    assert orientation(0.0, 0.0, 1.0, 1.0, just_above, 0.1) == -1


def test_the_ray_counts_a_vertex_once() -> None:
    diamond = [(0.0, 1.0, 0.0, 1.0, 0.0, 1.0), (1.0, 2.0, 0.0, 1.0, 1.0, 0.0)]
    diamond += [(0.0, 1.0, -1.0, 0.0, 0.0, -1.0), (1.0, 2.0, -1.0, 0.0, -1.0, 0.0)]
    assert covers(diamond, 0.0, 1.0)
    assert not covers(diamond, -2.0, 1.0)
    assert covers(diamond, 1.0, 1.0)
