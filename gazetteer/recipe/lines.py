"""Rivers as lines: the pieces that come clipped by country are joined."""

from __future__ import annotations

import json
from pathlib import Path

import areas
import shapely
from table import compress

_TOLERANCE_DEGREES = 0.02
_GRID_DEGREES = 0.001
_SAME_COURSE_DEGREES = 0.02  # a piece this close to a longer one is the same stretch, drawn twice
_NEAR_END_DEGREES = 0.06  # an end this close to another piece meets it


def write(rivers: dict[str, shapely.Geometry], path: Path) -> str:
    """Write place id to the coordinates of a GeoJSON MultiLineString and return a line of progress."""
    table = {key: [areas.positions(part) for part in joined(rivers[key]).geoms] for key in sorted(rivers)}
    path.write_bytes(compress(json.dumps(table, separators=(",", ":")).encode("ascii")))
    parts = sum(map(len, table.values()))
    return f"lines: {len(table)} rivers in {parts} parts, {path.stat().st_size} bytes"


def joined(lines: shapely.Geometry) -> shapely.MultiLineString:
    """Return the pieces of a river as few lines, simplified, without what is drawn twice."""
    noded = shapely.line_merge(shapely.union_all(lines, grid_size=_GRID_DEGREES))
    kept: list[shapely.LineString] = []
    for piece in sorted(shapely.get_parts(noded).tolist(), key=lambda part: (-part.length, part.wkt)):
        for part in _new_stretches(piece, kept):
            kept.append(_tied(part, kept))
    simple = shapely.simplify(shapely.line_merge(shapely.MultiLineString(kept)), _TOLERANCE_DEGREES)
    rounded = shapely.set_precision(simple, _GRID_DEGREES, mode="pointwise")
    proper = [part for part in shapely.get_parts(rounded).tolist() if part.length > 0]
    return shapely.MultiLineString(sorted(proper, key=lambda part: (-part.length, part.wkt)))


def _new_stretches(piece: shapely.LineString, kept: list[shapely.LineString]) -> list[shapely.LineString]:
    if not kept:
        return [piece]
    known = shapely.buffer(shapely.MultiLineString(kept), _SAME_COURSE_DEGREES)
    rest = shapely.get_parts(shapely.line_merge(shapely.difference(piece, known))).tolist()
    return [part for part in rest if part.length > 2 * _SAME_COURSE_DEGREES]


def _tied(part: shapely.LineString, kept: list[shapely.LineString]) -> shapely.LineString:
    """Return the part with its ends led to the nearest vertex of what is kept, ends of lines first."""
    points = list(part.coords)
    for at, where in ((0, 0), (-1, len(points) + 1)):
        end = shapely.Point(points[at])
        tips = [tip for line in kept for tip in (line.coords[0], line.coords[-1])]
        vertices = [vertex for line in kept for vertex in line.coords]
        for candidates in (tips, vertices):
            near = min(
                candidates, key=lambda point: (end.distance(shapely.Point(point)), point), default=None
            )
            if near is not None and end.distance(shapely.Point(near)) < _NEAR_END_DEGREES:
                points.insert(where, near)
                break
    return shapely.LineString(points)
