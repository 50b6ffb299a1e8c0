import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maplegrid.engines.geodesy import metres_per_degree
from maplegrid.territory.shapes import (
    Area,
    Fault,
    area_m2,
    beyond_sliver,
    broken,
    family_misfits,
    misfits,
    on_plane,
    same_shape,
)
from tests.territory.towers import SIDE, SOUTH, WEST, square

METRE = 1 / metres_per_degree(SOUTH)[0]  # degrees of longitude


def area(code: str, shape, parent: str = "P") -> Area:
    return Area(code, f"单元{code}", parent, shape)


PARENT = Area("P", "上级", "", square(0, 0, 2, 1))
LEFT, RIGHT = area("L", square(0, 0)), area("R", square(1, 0))


def shifted(shape, metres: float):
    return shapely.transform(shape, lambda points: points + np.array([metres * METRE, 0]))


def faults(parent, children, **known) -> list[Fault]:
    return [found.fault for found in family_misfits(parent, children, **known)]


def test_children_that_fill_their_parent_fit():
    assert family_misfits(PARENT, [LEFT, RIGHT]) == []


def test_a_metre_of_drawing_is_let_pass_and_two_are_not():
    assert faults(PARENT, [LEFT, area("R", shifted(RIGHT.shape, 0.9))]) == []
    found = family_misfits(PARENT, [LEFT, area("R", shifted(RIGHT.shape, 2))])
    assert [f.fault for f in found] == [Fault.OUTSIDE, Fault.GAP]
    assert 800 < found[0].area_m2 < 950  # two metres along 0.004 degrees of latitude
    assert found[1].name == "上级"


def test_an_overlap_names_both_units_and_the_place():
    found = family_misfits(PARENT, [LEFT, area("R", square(0.5, 0, 1.5))])
    assert [f.fault for f in found] == [Fault.OVERLAP]
    assert {found[0].name, found[0].other} == {"单元L", "单元R"}
    assert square(0.5, 0, 0.5).covers(shapely.Point(found[0].lon, found[0].lat))
    assert "重叠约" in str(found[0])


def test_the_same_shape_twice_overlaps():
    assert faults(None, [LEFT, area("M", LEFT.shape)]) == [Fault.OVERLAP]


def test_a_hole_is_a_gap_unless_not_all_children_are_there():
    assert faults(PARENT, [LEFT]) == [Fault.GAP]
    assert faults(PARENT, [LEFT], has_all=False) == []


def test_each_broken_shape_gets_its_own_fault():
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    cases = {
        Fault.EMPTY: shapely.Polygon(),
        Fault.NOT_AREA: shapely.LineString([(0, 0), (1, 1)]),
        Fault.CROSSING: bow,
        Fault.OFF_EARTH: shapely.box(500000, 2500000, 500100, 2500100),
    }
    for fault, shape in cases.items():
        found = broken(area("X", shape))
        assert found is not None
        assert found.fault is fault
    assert broken(LEFT) is None
    assert (broken(area("X", bow)).lon, broken(area("X", bow)).lat) == (0.5, 0.5)


def test_only_families_that_were_touched_are_looked_at():
    areas = {
        a.code: a for a in (PARENT, LEFT, RIGHT, area("Q1", square(5, 5), "Q"), area("Q2", square(5, 5), "Q"))
    }
    assert misfits(areas, ["L"]) == []
    assert [f.fault for f in misfits(areas, ["Q1"])] == [Fault.OVERLAP]
    assert [f.fault for f in misfits({k: v for k, v in areas.items() if k != "R"}, [], ["P"])] == [Fault.GAP]


def test_a_parent_redrawn_must_still_hold_its_children():
    areas = {"P": Area("P", "上级", "", square(0, 0, 1.5)), "L": LEFT, "R": RIGHT}
    assert [f.fault for f in misfits(areas, ["P"])] == [Fault.OUTSIDE]


def test_a_broken_child_is_named_once_and_does_not_break_the_check_of_the_others():
    bow = shapely.Polygon(
        [(WEST, SOUTH), (WEST + SIDE, SOUTH + SIDE), (WEST + SIDE, SOUTH), (WEST, SOUTH + SIDE)]
    )
    areas = {"P": PARENT, "L": area("L", bow), "R": RIGHT}
    assert [f.fault for f in misfits(areas, ["L", "R"])] == [Fault.CROSSING]


def test_areas_are_square_metres():
    per_lon, per_lat = metres_per_degree(SOUTH + SIDE / 2)
    assert abs(area_m2(square(0, 0)) - SIDE * per_lon * SIDE * per_lat) < 1


def test_a_long_thin_sliver_passes_and_a_small_round_hole_does_not():
    strip = on_plane(shapely.box(0, 0, 0.9 * METRE, 1), 0)
    assert beyond_sliver(shapely.box(0, 0, 0.9, 2000)) is None
    assert beyond_sliver(shapely.box(0, 0, 0.9, 0.9)) is None
    assert beyond_sliver(shapely.Point(0, 0).buffer(1.5)) is not None
    assert strip.area > 0


bends = st.lists(st.floats(0.2, 0.8), min_size=2, max_size=12)


def split_along(columns: list[float]) -> tuple[shapely.Geometry, shapely.Geometry]:
    """The parent cut in two by a border that bends at evenly spaced heights."""
    rows = np.linspace(0, 1, len(columns))
    border = [(WEST + 2 * SIDE * x, SOUTH + SIDE * y) for x, y in zip(columns, rows, strict=True)]
    west = [(WEST, SOUTH), *border, (WEST, SOUTH + SIDE)]
    east = [(WEST + 2 * SIDE, SOUTH), *border, (WEST + 2 * SIDE, SOUTH + SIDE)]
    return shapely.Polygon(west), shapely.Polygon(east)


@given(bends)
def test_two_parts_that_share_a_border_always_fit(columns):
    west, east = split_along(columns)
    assert family_misfits(PARENT, [area("L", west), area("R", east)]) == []


@given(bends, st.floats(3, 50))
def test_a_part_moved_by_metres_never_fits(columns, metres):
    west, east = split_along(columns)
    assert faults(PARENT, [area("L", west), area("R", shifted(east, metres))]) != []
    assert faults(PARENT, [area("L", west), area("R", shifted(east, -metres))]) != []


@given(bends, st.integers(0, 20))
def test_a_shape_is_the_same_wherever_its_ring_begins(columns, turn):
    west, east = split_along(columns)
    ring = list(west.exterior.coords)[:-1]
    turned = shapely.Polygon(ring[turn % len(ring) :] + ring[: turn % len(ring)])
    assert same_shape(west, turned)
    assert same_shape(west, shapely.MultiPolygon([turned.reverse()]))
    assert not same_shape(west, east)
