"""Coordinates of four datums and distances, against the reference's vectors and each other."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maplegrid.engines.geodesy import (
    Datum,
    OutOfRange,
    distance_m,
    from_reference,
    gcj02_to_bd09,
    metres_per_degree,
    to_reference,
    wgs84_to_gcj02,
)

IN_CHINA = {"lon": st.floats(75, 134), "lat": st.floats(18, 53)}
SHIFTED = st.sampled_from([Datum.GCJ02, Datum.BD09])


def test_wgs84_to_gcj02_matches_the_published_formula_and_the_vendor_within_three_metres() -> None:
    lon, lat = wgs84_to_gcj02(120.021519, 30.281543)
    assert (lon, lat) == pytest.approx((120.026257, 30.279151), abs=1e-6)
    assert distance_m(lon, lat, 120.026268, 30.279164) < 3


def test_gcj02_to_bd09_matches_the_vector() -> None:
    assert gcj02_to_bd09(120.026268, 30.279164) == pytest.approx((120.0327676, 30.2852383), abs=1e-7)


def test_mixing_up_the_datums_at_guangming_moves_a_point_about_six_hundred_metres() -> None:
    lon, lat = wgs84_to_gcj02(113.93, 22.75)
    assert (lon, lat) == pytest.approx((113.934877, 22.747005), abs=1e-6)
    assert distance_m(113.93, 22.75, lon, lat) == pytest.approx(600, abs=2)


@given(**IN_CHINA, datum=SHIFTED)
def test_there_and_back_is_the_same_point(lon: float, lat: float, datum: Datum) -> None:
    back = to_reference(*from_reference(lon, lat, datum), datum)
    assert back == pytest.approx((lon, lat), abs=1e-9)


@given(**IN_CHINA, datum=SHIFTED)
def test_a_shifted_datum_is_never_the_same_place(lon: float, lat: float, datum: Datum) -> None:
    assert 20 < distance_m(lon, lat, *from_reference(lon, lat, datum)) < 3000


@pytest.mark.parametrize("datum", list(Datum))
def test_arrays_give_what_scalars_give(datum: Datum) -> None:
    lons, lats = np.array([113.93, 114.01, 113.85]), np.array([22.75, 22.70, 22.80])
    many = to_reference(lons, lats, datum)
    for i, (lon, lat) in enumerate(zip(lons.tolist(), lats.tolist(), strict=True)):
        assert (many[0][i], many[1][i]) == pytest.approx(to_reference(lon, lat, datum), abs=1e-12)


@pytest.mark.parametrize("datum", [Datum.WGS84, Datum.CGCS2000])
def test_cgcs2000_is_taken_as_wgs84(datum: Datum) -> None:
    assert to_reference(113.93, 22.75, datum) == (113.93, 22.75)


@pytest.mark.parametrize(
    ("lon", "lat", "datum", "says"),
    [
        (22.75, 113.93, Datum.WGS84, "写反"),
        (213.9, 22.7, Datum.WGS84, "经度"),
        (113.9, -91.0, Datum.CGCS2000, "纬度"),
        (math.nan, 22.7, Datum.WGS84, "经度"),
        (113.9, math.inf, Datum.WGS84, "纬度"),
        (2.35, 48.85, Datum.GCJ02, "国内"),
        (0.0, 0.0, Datum.BD09, "国内"),
    ],
)
def test_a_point_that_cannot_be_meant_is_refused_with_a_sentence(
    lon: float, lat: float, datum: Datum, says: str
) -> None:
    with pytest.raises(OutOfRange, match=says):
        to_reference(lon, lat, datum)


def test_one_bad_point_in_an_array_is_refused() -> None:
    with pytest.raises(OutOfRange):
        to_reference(np.array([113.9, 500.0]), np.array([22.7, 22.7]), Datum.WGS84)


def test_distances_are_metres_on_the_ellipsoid() -> None:
    assert distance_m(0.0, 0.0, 0.0, 1.0) == pytest.approx(110_574.4, abs=0.5)
    assert distance_m(0.0, 0.0, 1.0, 0.0) == pytest.approx(111_319.5, abs=0.5)
    many = distance_m(np.zeros(2), np.zeros(2), np.array([0.0, 1.0]), np.array([1.0, 0.0]))
    assert many == pytest.approx([110_574.4, 111_319.5], abs=0.5)


@given(lat=st.floats(-80, 80))
def test_metres_per_degree_agree_with_distances(lat: float) -> None:
    east, north = metres_per_degree(lat)
    assert distance_m(0.0, lat, 0.001, lat) == pytest.approx(east / 1000, rel=1e-6)
    assert distance_m(0.0, lat - 0.0005, 0.0, lat + 0.0005) == pytest.approx(north / 1000, rel=1e-6)
