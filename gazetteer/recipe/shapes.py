"""Read polygons and lines from the packages and measure them.

Planar shapely geometry in degrees serves for containment and simplification; areas and
distances are taken on the sphere. Boundaries are Natural Earth's, with its choices on
disputed borders.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import shapely
from shapely import affinity
from shapely.geometry import MultiPolygon, Point, Polygon, shape
from shapely.geometry.base import BaseGeometry
from table import BBox

RING_POINTS = 4  # fewer positions enclose nothing
EARTH_RADIUS_KM = 6371.0088
_HALF_TURN = 180.0
Ring = list[list[float]]


def polygons_of(geometry: BaseGeometry) -> list[Polygon]:
    """Return the polygons of a valid or repairable geometry, largest first."""
    valid = geometry if geometry.is_valid else shapely.make_valid(geometry)
    flat: list[Polygon] = []
    for part in shapely.get_parts(valid).tolist():
        if part.geom_type == "Polygon" and not part.is_empty:
            flat.append(part)
        elif part.geom_type == "MultiPolygon":
            flat += part.geoms
    return sorted(flat, key=lambda polygon: (-polygon.area, polygon.bounds))


def multi(polygons: Iterable[Polygon]) -> MultiPolygon:
    """Join polygons, largest first."""
    return MultiPolygon(sorted(polygons, key=lambda polygon: (-polygon.area, polygon.bounds)))


def read_topology(raw: bytes, layer: str) -> list[tuple[str, str, MultiPolygon]]:
    """Return (id, name, polygons) of every geometry in one layer of a TopoJSON file."""
    topology = json.loads(raw)
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [_arc(arc, sx, sy, tx, ty) for arc in topology["arcs"]]
    found = []
    for item in topology["objects"][layer]["geometries"]:
        rings = item.get("arcs", [])
        nested = [rings] if item["type"] == "Polygon" else rings
        pieces = [
            piece for polygon in nested for piece in cut_polygon([_ring(ring, arcs) for ring in polygon])
        ]
        found.append((str(item.get("id", "")), item["properties"]["name"], multi(pieces)))
    return found


def _arc(arc: list[list[int]], sx: float, sy: float, tx: float, ty: float) -> Ring:
    x = y = 0
    points = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append([x * sx + tx, y * sy + ty])
    return points


def _ring(indexes: list[int], arcs: list[Ring]) -> Ring:
    ring: Ring = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring.extend(arc[1:] if ring else arc)
    return ring


def cut_polygon(rings: list[Ring]) -> list[Polygon]:
    """Return the polygons of a ring and its holes, cut at the antimeridian (RFC 7946, 3.1.9).

    A ring may run across the antimeridian or around a pole. Degenerate rings are dropped.
    """
    area: BaseGeometry = Polygon()
    for ring in rings:
        if len(ring) >= RING_POINTS:  # even-odd, for Antarctica's "hole" is its coast
            cut = _cut_ring(ring)
            area = cut if area.is_empty else shapely.symmetric_difference(area, cut)
    return polygons_of(area)


def _cut_ring(ring: Ring) -> BaseGeometry:
    unrolled = _unrolled(ring)
    turn = unrolled[-1][0] - unrolled[0][0]
    if abs(turn) > _HALF_TURN:  # around a pole: close it along the pole
        pole = math.copysign(90.0, unrolled[0][1])
        unrolled += [[unrolled[-1][0], pole], [unrolled[0][0], pole]]
    whole = shapely.make_valid(Polygon(unrolled))
    west, _, east, _ = whole.bounds
    if west >= -_HALF_TURN and east <= _HALF_TURN:
        return whole
    pieces = []
    for turns in range(math.floor((west + 180) / 360), math.ceil((east + 180) / 360)):
        window = shapely.box(turns * 360 - 180, -90, turns * 360 + 180, 90)
        pieces += polygons_of(affinity.translate(shapely.intersection(whole, window), -turns * 360))
    return shapely.union_all(pieces)


def _unrolled(ring: Ring) -> Ring:
    """Return the ring with longitudes that never jump by more than half a turn."""
    points = [[float(ring[0][0]), float(ring[0][1])]]
    for x, y, *_ in ring[1:]:
        turns = round((x - points[-1][0]) / 360)  # subtracting nothing keeps shared vertices the same
        points.append([x - 360.0 * turns, y])
    return points


def read_geojson(geometry: dict[str, Any]) -> MultiPolygon:
    """Read a GeoJSON polygon geometry."""
    return multi(polygons_of(shape(geometry)))


def area_km2(geometry: MultiPolygon) -> float:
    """Return the area on the sphere."""
    return sum(_polygon_area_km2(polygon) for polygon in geometry.geoms)


def _polygon_area_km2(polygon: Polygon) -> float:
    holes = sum(_ring_area_km2(ring.coords) for ring in polygon.interiors)
    return _ring_area_km2(polygon.exterior.coords) - holes


def _ring_area_km2(coordinates: Iterable[Sequence[float]]) -> float:
    points = [(math.radians(c[0]), math.sin(math.radians(c[1]))) for c in coordinates]
    total = sum((b[0] - a[0]) * (a[1] + b[1]) for a, b in pairwise(points))
    return abs(total) / 2 * EARTH_RADIUS_KM**2


def radius_of_area(area: float) -> float:
    """Return the radius in km of the circle with an area in km2."""
    return math.sqrt(area / math.pi)


def inner_point(geometry: MultiPolygon) -> Point:
    """Return the centroid of the largest polygon, or a point inside it if that lies out."""
    largest = geometry.geoms[0]
    centroid = largest.centroid
    return centroid if largest.contains(centroid) else largest.representative_point()


def bounding_box(boxes: Iterable[BBox]) -> BBox:
    """Return the smallest box around boxes; it may cross the antimeridian (west > east)."""
    listed = list(boxes)
    south, north = min(box[1] for box in listed), max(box[3] for box in listed)
    spans = sorted((box[0], box[2]) for box in listed)
    merged = [list(spans[0])]
    for west, east in spans[1:]:
        if west <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], east)
        else:
            merged.append([west, east])
    gaps = [(b[0] - a[1], a[1], b[0]) for a, b in pairwise(merged)]
    gaps.append((merged[0][0] + 360 - merged[-1][1], merged[-1][1], merged[0][0]))
    _, east, west = max(gaps)
    return west, south, east, north


def box_of(geometry: MultiPolygon) -> BBox:
    """Return the bounding box of polygons."""
    boxes = [polygon.bounds for polygon in geometry.geoms]
    return bounding_box((b[0], b[1], b[2], b[3]) for b in boxes)


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the great-circle distance between two (lat, lon) pairs in degrees."""
    lat_a, lat_b = math.radians(a[0]), math.radians(b[0])
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))


def mean_point(points: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
    """Return the weighted mean of (lat, lon, weight) on the sphere."""
    x = y = z = 0.0
    for lat, lon, weight in points:
        phi, lam = math.radians(lat), math.radians(lon)
        x += weight * math.cos(phi) * math.cos(lam)
        y += weight * math.cos(phi) * math.sin(lam)
        z += weight * math.sin(phi)
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))
