"""Polygons of countries and ADM1, simplified together so that neighbors keep one border."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import shapely
import shapes
from shapely.geometry import MultiPolygon, Polygon
from table import Row, compress

_TOLERANCE_DEGREES = 0.025  # of coverage_simplify: square root of the smallest triangle kept
_SMALLEST_KM2 = 15.0  # islands below this are dropped, but for the largest of a place
_DECIMALS = 3


def write(
    rows: list[Row], nations: dict[str, MultiPolygon], divisions: dict[str, MultiPolygon], out: Path
) -> Iterator[str]:
    """Write areas.json.xz: place id to the coordinates of a GeoJSON MultiPolygon."""
    ids = {row.country_code: row.id for row in rows if row.feature_code.startswith(("PCL", "TERR"))}
    countries = {ids[code]: area for code, area in nations.items() if code in ids}
    first = {row.id for row in rows if row.feature_code == "ADM1"}
    inner = {key: area for key, area in divisions.items() if key in first}
    table = {**_simplified(countries), **_simplified(inner)}
    ordered = {key: table[key] for key in sorted(table, key=lambda key: int(key.partition(":")[2]))}
    raw = json.dumps(ordered, separators=(",", ":")).encode("ascii")
    path = out / "areas.json.xz"
    path.write_bytes(compress(raw))
    yield f"areas: {len(countries)} countries, {len(inner)} ADM1, {len(raw)} bytes before packing"


def _simplified(areas: dict[str, MultiPolygon]) -> dict[str, list[list[list[list[float]]]]]:
    keys = list(areas)
    small = [shapes.multi(_notable(areas[key])) for key in keys]
    simple = shapely.coverage_simplify(small, _TOLERANCE_DEGREES)
    rounded = (_coordinates(new) or _coordinates(old) for new, old in zip(simple, small, strict=True))
    return dict(zip(keys, rounded, strict=True))


def _notable(area: MultiPolygon) -> list[Polygon]:
    """Return the largest polygon and all that are not tiny."""
    first, *rest = shapes.polygons_of(area)
    return [first, *(p for p in rest if shapes.area_km2(MultiPolygon([p])) >= _SMALLEST_KM2)]


def _coordinates(area: shapely.Geometry) -> list[list[list[list[float]]]]:
    """Return rounded coordinates; what rounding made invalid is repaired."""
    found = []
    for polygon in shapes.polygons_of(area):
        rings = [_ring(ring.coords) for ring in (polygon.exterior, *polygon.interiors)]
        proper = [ring for ring in rings if len(ring) >= shapes.RING_POINTS]
        if proper and len(rings[0]) >= shapes.RING_POINTS:
            whole = shapes.polygons_of(Polygon(proper[0], proper[1:]))
            found += [[_ring(ring.coords) for ring in (p.exterior, *p.interiors)] for p in whole]
    return found


def _ring(coordinates: shapely.coords.CoordinateSequence) -> list[list[float]]:
    points: list[list[float]] = []
    for x, y, *_ in coordinates:
        point = [round(x, _DECIMALS) + 0.0, round(y, _DECIMALS) + 0.0]
        if not points or points[-1] != point:
            points.append(point)
    return points
