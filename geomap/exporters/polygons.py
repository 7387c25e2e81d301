"""Uncertain areas as GeoJSON geometries (RFC 7946): closed rings of [lon, lat], outer ones counterclockwise.

Positions have 5 decimals, as points have. What is too small for them is left out: a ring without a surface,
and with an outer ring its holes. No ring crosses the antimeridian, because none of an `UncertainArea` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from geomap.model import Point, UncertainArea

DECIMALS = 5
"""RFC 7946, section 11.2, advises against more decimals than the data has: 5 are 1.1 m."""

_STEPS = 10**5
"""Of one degree."""

Line = list[list[float]]


def rounded(degrees: float) -> float:
    """Return degrees with 5 decimals."""
    return round(degrees, DECIMALS) + 0.0  # adding zero turns -0.0 into 0.0


def area_geometry(area: UncertainArea | None) -> dict[str, Any] | None:
    """Return the area as a Polygon or a MultiPolygon; None without one, or if nothing of it is left."""
    polygons = [] if area is None else area_rings(area)
    if not polygons:
        return None
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def area_rings(area: UncertainArea) -> list[list[Line]]:
    """Return the polygons as lists of rings of [lon, lat]; holes are clockwise (RFC 7946, 3.1.6)."""
    polygons = []
    for rings in area.polygons:
        lines = [_wound(ring, outer=not number) for number, ring in enumerate(rings)]
        if lines and lines[0]:
            polygons.append([line for line in lines if line])
    return polygons


def _wound(ring: Sequence[Point], *, outer: bool) -> Line:
    """Return the ring closed and in the right direction; empty if it has no surface."""
    line: Line = []
    for point in ring:
        position = [rounded(point.lon), rounded(point.lat)]
        if not line or line[-1] != position:
            line.append(position)
    if line and line[0] != line[-1]:
        line.append(line[0])
    surface = _signed_surface(line)
    if not surface:
        return []
    return line if (surface > 0) is outer else line[::-1]


def _signed_surface(line: Line) -> int:
    """Return twice the surface in square degrees, above 0 where the line runs counterclockwise.

    Counted in whole steps of the 5 decimals, so that a line there and back is 0.
    """
    steps = [(round(lon * _STEPS), round(lat * _STEPS)) for lon, lat in line]
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(steps))
