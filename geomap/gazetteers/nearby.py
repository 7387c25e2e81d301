"""Boxes around a point, for finding what is near by ranges of latitude and longitude.

A box holds the whole circle around the point, at the poles and across the antimeridian too; who asks
measures the distance of what lies in it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from geomap.geo import EARTH_RADIUS_KM
from geomap.model import Point

_FIRST_KM = 4.0
_GROWTH = 3.0
_MARGIN = 1e-9
"""Degrees, against rounding at the edge of a box: a tenth of a millimeter."""


class Box(NamedTuple):
    """Ranges in degrees; `west` and `east` may leave [-180, 180], and mean the same a turn further."""

    south: float
    north: float
    west: float
    east: float


def radii_km(max_km: float) -> Iterator[float]:
    """Yield growing radii, `max_km` last."""
    radius = _FIRST_KM
    while radius < max_km:
        yield radius
        radius *= _GROWTH
    yield max_km


def box_around(point: Point, *, radius_km: float) -> Box:
    """Return the box that holds all points within the radius."""
    angle = math.degrees(radius_km / EARTH_RADIUS_KM) + _MARGIN
    south, north = point.lat - angle, point.lat + angle
    if south <= -90 or north >= 90:  # noqa: PLR2004 - a circle around a pole has every longitude
        return Box(south, north, -180.0, 180.0)
    # The meridians that touch the circle do so north or south of its center.
    sine = math.sin(math.radians(angle)) / math.cos(math.radians(point.lat))
    width = math.degrees(math.asin(min(1.0, sine))) + _MARGIN
    return Box(south, north, point.lon - width, point.lon + width)
