"""Planes in km around a point, so that shapely can draw circles and sectors; and what lies on them.

Two of them: the azimuthal equidistant one has true distances and directions from its center; on the flat one
(equirectangular) parallels are straight, so that "northern" cuts a country along them.
Longitudes that come back are continuous around the center (190 beside 179), until `finishing` splits them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geomap.geo import EARTH_RADIUS_KM
from geomap.model import Point
from geomap.resolvers.relative.vocabulary import Heading

Coordinates = NDArray[np.float64]

_ARC_STEPS = 16
_POLAR_KM = 100.0
_STEP_DEGREES = 1.0


class Plane:
    """The azimuthal equidistant plane around a point, or the flat one; x to the east, y to the north, km."""

    def __init__(self, center: Point, *, flat: bool = False) -> None:
        self._lat, self._lon = math.radians(center.lat), center.lon
        self._poles = [
            shapely.Point(0, EARTH_RADIUS_KM * (pole - self._lat)) for pole in (math.pi / 2, -math.pi / 2)
        ]
        self._in, self._out = (
            (self._flatten, self._unflatten) if flat else (self._azimuthal, self._from_azimuthal)
        )

    def project(self, geometry: Any) -> Any:
        """Return a geometry in degrees ([lon, lat]) as one of this plane, made valid.

        Its sides are straight in degrees, as the 49th parallel is, and so get points in between.
        """
        placed = shapely.transform(shapely.segmentize(geometry, _STEP_DEGREES), self._in)
        return placed if placed.is_valid else shapely.make_valid(placed)

    def restore(self, geometry: Any) -> Any:
        """Return a geometry of this plane in degrees; an empty one where it reaches to a pole or around it.

        The meridians meet there, and no polygon in degrees says what is inside.
        """
        whole = shapely.convex_hull(geometry)
        if any(whole.distance(pole) < _POLAR_KM for pole in self._poles):
            return shapely.Polygon()
        return shapely.transform(geometry, self._out)

    def _offsets(self, lon: Coordinates) -> Coordinates:
        """Return longitudes from the center's, the shorter way; what is continuous already stays so."""
        offset = lon - self._lon
        return offset - 360 * np.round(offset / 360)

    def _flatten(self, degrees: Coordinates) -> Coordinates:
        x = np.radians(self._offsets(degrees[:, 0])) * math.cos(self._lat)
        return np.column_stack((x, np.radians(degrees[:, 1]) - self._lat)) * EARTH_RADIUS_KM

    def _unflatten(self, km: Coordinates) -> Coordinates:
        radians = km / EARTH_RADIUS_KM
        lon = self._lon + np.degrees(radians[:, 0]) / math.cos(self._lat)
        return np.column_stack((lon, np.degrees(radians[:, 1] + self._lat)))

    def _azimuthal(self, degrees: Coordinates) -> Coordinates:
        """Project as in Snyder 1987, "Map Projections: A Working Manual", p. 195."""
        lat, offset = np.radians(degrees[:, 1]), np.radians(self._offsets(degrees[:, 0]))
        east = np.cos(lat) * np.sin(offset)
        north = math.cos(self._lat) * np.sin(lat) - math.sin(self._lat) * np.cos(lat) * np.cos(offset)
        ahead = math.sin(self._lat) * np.sin(lat) + math.cos(self._lat) * np.cos(lat) * np.cos(offset)
        angle, sine = np.arctan2(np.hypot(east, north), ahead), np.hypot(east, north)
        factor = np.where(sine > 0, angle / np.where(sine > 0, sine, 1), 1) * EARTH_RADIUS_KM
        return np.column_stack((east * factor, north * factor))

    def _from_azimuthal(self, km: Coordinates) -> Coordinates:
        distance = np.hypot(km[:, 0], km[:, 1]) / EARTH_RADIUS_KM
        factor = np.sinc(distance / np.pi) / EARTH_RADIUS_KM  # sin(distance) / distance per km
        east, north = km[:, 0] * factor, km[:, 1] * factor
        sine = np.cos(distance) * math.sin(self._lat) + north * math.cos(self._lat)
        ahead = np.cos(distance) * math.cos(self._lat) - north * math.sin(self._lat)
        lon = self._lon + np.degrees(np.arctan2(east, ahead))
        return np.column_stack((lon, np.degrees(np.arcsin(np.clip(sine, -1, 1)))))


def middle(first: Point, second: Point) -> Point:
    """Return the point halfway between two on the great circle (for opposite points, any)."""
    vectors = []
    for point in (first, second):
        lat, lon = math.radians(point.lat), math.radians(point.lon)
        vectors.append((math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)))
    x, y, z = (a + b for a, b in zip(*vectors, strict=True))
    return Point(lat=math.degrees(math.atan2(z, math.hypot(x, y))), lon=math.degrees(math.atan2(y, x)))


def disc(radius: float, *, center: Any = None) -> Any:
    """Return a disc of a radius in km around a shapely point, by default the plane's center."""
    return (shapely.Point(0, 0) if center is None else center).buffer(radius, quad_segs=_ARC_STEPS)


def ring(low: float, high: float) -> Any:
    """Return what lies between two distances from the plane's center."""
    return disc(high).difference(disc(low)) if low > 0 else disc(high)


def sectors(headings: Iterable[Heading], *, apex: Any, reach: float) -> Any:
    """Return what lies in one of the directions from a shapely point."""
    return shapely.union_all([_sector(heading, apex, reach) for heading in headings])


def _sector(heading: Heading, apex: Any, reach: float) -> Any:
    low, high = heading.bearing - heading.spread, heading.bearing + heading.spread
    around = [math.radians(low + (high - low) * step / _ARC_STEPS) for step in range(_ARC_STEPS + 1)]
    length = 1.05 * reach  # chords lie inside the arc
    arc = [(apex.x + length * math.sin(angle), apex.y + length * math.cos(angle)) for angle in around]
    return shapely.Polygon([(apex.x, apex.y), *arc])


def swept(line: Any, heading: Heading, *, low: float, high: float) -> Any:
    """Return what a line passes over when it is moved from `low` to `high` km in a direction."""
    angle = math.radians(heading.bearing)
    near, far = ((km * math.sin(angle), km * math.cos(angle)) for km in (low, high))
    pieces = []
    for part in shapely.get_parts(line):
        points = shapely.get_coordinates(part)
        corners = np.stack(
            [points[:-1] + near, points[1:] + near, points[1:] + far, points[:-1] + far], axis=1
        )
        pieces.append(shapely.convex_hull(shapely.polygons(corners)))
    return shapely.union_all(np.concatenate(pieces)) if pieces else shapely.Polygon()
