"""Great-circle distance, with geopy as the oracle."""

from __future__ import annotations

import pytest
from geopy.distance import geodesic, great_circle
from hypothesis import given
from hypothesis import strategies as st

from geomap.geo import EARTH_RADIUS_KM, distance_km, flat_distance_km
from geomap.model import Point

_POINTS = st.builds(
    Point,
    lat=st.floats(min_value=-90, max_value=90, allow_nan=False),
    lon=st.floats(min_value=-180, max_value=180, allow_nan=False),
)
_HALF_TURN_KM = EARTH_RADIUS_KM * 3.141592653589793


@given(_POINTS, _POINTS)
def test_distance_is_that_of_geopy(first: Point, second: Point) -> None:
    expected = great_circle((first.lat, first.lon), (second.lat, second.lon)).km
    assert distance_km(first, second) == pytest.approx(expected, rel=1e-5, abs=0.01)


@given(_POINTS, _POINTS)
def test_distance_is_symmetric_and_at_most_half_a_turn(first: Point, second: Point) -> None:
    distance = distance_km(first, second)
    assert distance == pytest.approx(distance_km(second, first), abs=1e-9)
    assert 0 <= distance <= _HALF_TURN_KM + 1e-6


@given(_POINTS, _POINTS, _POINTS)
def test_way_round_is_never_shorter(first: Point, second: Point, third: Point) -> None:
    assert distance_km(first, third) <= distance_km(first, second) + distance_km(second, third) + 1e-3


@given(_POINTS)
def test_distance_to_itself_is_zero(point: Point) -> None:
    assert distance_km(point, point) == 0


def test_distance_across_the_antimeridian_is_short() -> None:
    assert distance_km(Point(lat=0, lon=179.9), Point(lat=0, lon=-179.9)) == pytest.approx(22.24, abs=0.01)


def test_distance_between_poles_is_half_a_turn() -> None:
    assert distance_km(Point(lat=90, lon=0), Point(lat=-90, lon=77)) == pytest.approx(_HALF_TURN_KM)


def test_distance_is_near_that_on_the_ellipsoid() -> None:
    aleppo, damascus = Point(lat=36.2012, lon=37.1612), Point(lat=33.5102, lon=36.2913)
    expected = geodesic((aleppo.lat, aleppo.lon), (damascus.lat, damascus.lon)).km
    assert distance_km(aleppo, damascus) == pytest.approx(expected, rel=0.006)


@given(near=st.floats(-60, 60), east=st.floats(-179.9, 179.9), north=st.floats(-6, 6), along=st.floats(-6, 6))
def test_flat_distance_is_within_three_percent_nearby(
    near: float, east: float, north: float, along: float
) -> None:
    lat, lon = max(-60.0, min(60.0, near + north)), (east + along + 180) % 360 - 180
    first, second = Point(lat=near, lon=east), Point(lat=lat, lon=lon)
    assert flat_distance_km(first, second) == pytest.approx(distance_km(first, second), rel=0.03, abs=0.001)
