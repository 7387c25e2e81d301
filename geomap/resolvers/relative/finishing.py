"""From a shape in degrees to the rings that a sighting keeps: few, valid, split at the antimeridian."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely

from geomap.geo import EARTH_RADIUS_KM
from geomap.model import Point
from geomap.model.where import Ring

MOST_POINTS = 200
_POINTS_BEFORE_SPLITTING = 170
_MOST_PARTS = 12
_SMALLEST_PART = 0.01
"""Of the largest part; what is smaller is a splinter of two outlines of different detail."""

_GRID = 1e-5
"""Degrees: a meter, so that the same area is the same text everywhere."""

_MOST_LAT = 89.5
"""What lies nearer to a pole has no sides to the east and the west."""


def rings_of(shape: Any) -> tuple[tuple[Ring, ...], ...]:
    """Return a shape, in degrees with continuous longitudes, as polygons; none for what holds nothing.

    At most 200 points in all, outer rings counterclockwise, the largest polygon first.
    Costs when wrong: small islands are left out, and the edge may be off by a hundredth of the size.
    """
    shape = _polygons(shape)
    if shape.is_empty or not np.isfinite(shapely.get_coordinates(shape)).all():
        return ()
    west, south, east, north = shape.bounds
    if south < -_MOST_LAT or north > _MOST_LAT or east - west >= 360:  # noqa: PLR2004 - all around
        return ()
    split = _split(_simple(_without_splinters(shape)))
    found = [part for part in _parts(split) if part.area > 0]
    while found and sum(shapely.get_num_coordinates(found)) > MOST_POINTS:
        found.pop()
    return tuple(_rings(part) for part in found)


def _polygons(shape: Any) -> Any:
    valid = shape if shape.is_valid else shapely.make_valid(shape)
    parts = shapely.get_parts(shapely.get_parts(valid))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon" and not part.is_empty])


def _parts(shape: Any) -> list[Any]:
    return sorted(shapely.get_parts(_polygons(shape)), key=lambda part: (-part.area, part.bounds))


def _without_splinters(shape: Any) -> Any:
    parts = _parts(shape)
    smallest = _SMALLEST_PART * parts[0].area
    kept = [
        shapely.Polygon(part.exterior, [hole for hole in part.interiors if _area(hole) >= smallest])
        for part in parts[:_MOST_PARTS]
        if part.area >= smallest
    ]
    return shapely.MultiPolygon(kept)


def _area(hole: Any) -> float:
    return float(shapely.Polygon(hole).area)


def _simple(shape: Any) -> Any:
    tolerance = 0.002 * math.sqrt(shape.area)
    while shapely.get_num_coordinates(shape) > _POINTS_BEFORE_SPLITTING:
        simpler = _polygons(shape.simplify(tolerance))
        shape = simpler if not simpler.is_empty else shape.convex_hull
        tolerance *= 1.5
    return shape


def _split(shape: Any) -> Any:
    """Cut at the antimeridian, and bring what lies beyond it to the other side."""
    west, _, east, _ = shape.bounds
    if west >= -180 and east <= 180:  # noqa: PLR2004 - nothing lies beyond
        return shapely.set_precision(shape, _GRID)
    pieces = []
    for turn in (-360, 0, 360):
        piece = shape.intersection(shapely.box(turn - 180, -90, turn + 180, 90))
        pieces.extend(shapely.get_parts(_polygons(_moved(piece, -turn))))
    return shapely.set_precision(shapely.MultiPolygon(pieces), _GRID)


def _moved(shape: Any, lon: float) -> Any:
    return shapely.transform(shape, lambda degrees: degrees + np.array((lon, 0.0)))


def _rings(polygon: Any) -> tuple[Ring, ...]:
    oriented = shapely.orient_polygons(polygon)
    return tuple(
        tuple(
            Point(lat=min(90.0, max(-90.0, lat)), lon=min(180.0, max(-180.0, lon)))
            for lon, lat in line.coords
        )
        for line in (oriented.exterior, *oriented.interiors)
    )


def km2_of(polygons: tuple[tuple[Ring, ...], ...]) -> float:
    """Return the size of polygons: on a cylinder of equal area, where their edges are taken for straight."""
    return sum(
        abs(_cylinder_km2(outer)) - sum(abs(_cylinder_km2(hole)) for hole in holes)
        for outer, *holes in polygons
    )


def _cylinder_km2(line: Ring) -> float:
    x = np.radians([point.lon for point in line])
    y = np.sin(np.radians([point.lat for point in line]))
    return float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2 * EARTH_RADIUS_KM**2
