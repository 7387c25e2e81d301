"""A row's geometry as a gazetteer keeps it: a point, and of what has an extent box, radius and outline."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geomap.gazetteers.own.cells import checked_point
from geomap.geo import EARTH_RADIUS_KM, distance_km
from geomap.model import Point

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_DECIMALS = 5
"""Of a degree: about a meter."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A point, and where there is more, a box "west,south,east,north", a radius and a GeoJSON geometry."""

    point: Point
    bbox: str = ""
    radius_km: float = 0.0
    geometry: dict[str, Any] | None = None


def read_wkt(text: str) -> BaseGeometry:
    """Return the geometry of well-known text, also with "SRID=4326;" before it. Raises ValueError."""
    import shapely

    body = text.strip()
    if body.upper().startswith("SRID="):
        srid, _, body = body.partition(";")
        if srid[5:].strip() != "4326":
            message = f"its geometry is in {srid.strip()}, not in degrees WGS84 (SRID=4326)"
            raise ValueError(message)
    try:
        return shapely.from_wkt(body)
    except shapely.errors.ShapelyError as error:
        message = f"its geometry is no well-known text: {' '.join(str(error).split())[:80]}"
        raise ValueError(message) from error


def shape_of(geometry: BaseGeometry) -> Shape:
    """Return what a gazetteer keeps of a geometry in degrees WGS84. Raises ValueError."""
    import shapely

    flat = shapely.force_2d(geometry)
    if flat.is_empty or not all(map(math.isfinite, flat.bounds)):
        message = "has no geometry"
        raise ValueError(message)
    west, south, east, north = flat.bounds
    for lat, lon in ((south, west), (north, east)):
        if flat.geom_type != "Point" and not (abs(lat) <= 90 and abs(lon) <= 180):  # noqa: PLR2004
            message = f"its geometry reaches to lat {lat:g}, lon {lon:g}, which are no degrees WGS84"
            raise ValueError(message)
    if flat.geom_type == "Point":
        return Shape(checked_point(flat.y, flat.x))
    if flat.geom_type == "MultiPoint":
        middle = flat.representative_point()
        return Shape(checked_point(middle.y, middle.x))
    return _extended(flat)


def _extended(geometry: BaseGeometry) -> Shape:
    import shapely

    valid = geometry if geometry.is_valid else shapely.make_valid(geometry)
    areas = _parts(valid, "Polygon")
    parts = areas or _parts(valid, "LineString")
    if not parts:
        message = f"its geometry, a {geometry.geom_type}, is neither point, line nor area"
        raise ValueError(message)
    whole = shapely.multipolygons(parts) if areas else shapely.multilinestrings(parts)
    west, south, east, north = (round(each, _DECIMALS) for each in whole.bounds)
    inside = whole.representative_point()
    radius = _equal_area_km(whole) if areas else distance_km(
        Point(lat=south, lon=west), Point(lat=north, lon=east)
    ) / 2  # fmt: skip
    coordinates = [_rings(part) if areas else _line(part) for part in parts]
    kind = "MultiPolygon" if areas else "MultiLineString"
    return Shape(
        Point(lat=round(inside.y, _DECIMALS), lon=round(inside.x, _DECIMALS)),
        ",".join(map(repr, (west, south, east, north))),
        max(0.01, round(radius, 2)),
        {"type": kind, "coordinates": coordinates},
    )


def _parts(geometry: BaseGeometry, kind: str) -> list[BaseGeometry]:
    """Return the polygons or lines of a geometry, out of collections as well."""
    if geometry.geom_type == kind:
        return [geometry]
    parts = getattr(geometry, "geoms", ())
    return [found for part in parts for found in _parts(part, kind) if not found.is_empty]


def _equal_area_km(area: BaseGeometry) -> float:
    """Return the radius of the circle of equal area, by Lambert's cylindrical projection of a sphere."""
    import numpy as np
    import shapely

    def project(lonlat: Any) -> Any:
        radians = np.radians(lonlat)
        return np.column_stack((radians[:, 0], np.sin(radians[:, 1]))) * EARTH_RADIUS_KM

    return math.sqrt(shapely.transform(area, project).area / math.pi)


def _rings(polygon: BaseGeometry) -> list[list[list[float]]]:
    return [_line(polygon.exterior), *(_line(ring) for ring in polygon.interiors)]


def _line(line: BaseGeometry) -> list[list[float]]:
    return [[round(lon, _DECIMALS), round(lat, _DECIMALS)] for lon, lat in line.coords]
