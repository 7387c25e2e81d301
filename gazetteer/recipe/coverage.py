"""Areas that share their borders: kept so through cleaning, simplifying and rounding.

All rings are noded together on one grid, the faces of that network are given to their owners, and
the owners are put together again. So every area is valid, no two overlap, and neighbors have exactly
the same vertices where they touch.
"""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise

import shapely
import shapes
from shapely.geometry import MultiPolygon, Polygon

Segment = tuple[tuple[float, float], tuple[float, float]]
_FINE_GRID = 1e-5  # degrees, about a meter: joins what the sources meant to join
_SMALL_AREA = 0.05  # square degrees, about 600 km2 at the equator
_FINER = 5  # how much finer small areas are drawn
_WIDEST_GAP = 0.02  # degrees, mean width: a hole between areas that is thinner is no lake and no sea


def simplified(areas: dict[str, MultiPolygon], tolerance: float, grid: float) -> dict[str, MultiPolygon]:
    """Return the areas simplified together and rounded to a grid, all in degrees.

    `tolerance` is the square root of the smallest triangle kept; small areas keep finer ones, and
    their larger neighbors are cut to fit. An area that the grid swallows is left out.
    """
    clean = matched(areas, _FINE_GRID)
    coarse = _simpler(clean, tolerance)
    fine = _simpler(clean, tolerance / _FINER)
    chosen = {key: fine[key] if clean[key].area < _SMALL_AREA else coarse[key] for key in clean}
    return matched(chosen, grid)


def _simpler(areas: dict[str, MultiPolygon], tolerance: float) -> dict[str, shapely.Geometry]:
    simple = shapely.coverage_simplify(list(areas.values()), tolerance)
    return dict(zip(areas, simple.tolist(), strict=True))


def matched(areas: dict[str, MultiPolygon], grid: float) -> dict[str, MultiPolygon]:
    """Return the areas snapped to a grid; an overlap goes to the smaller area, a thin gap to a neighbor."""
    valid = {key: shapes.multi(shapes.polygons_of(area)) for key, area in areas.items()}
    ordered = sorted(valid, key=lambda key: (valid[key].area, key))
    whole = [valid[key] if valid[key].is_valid else valid[key].buffer(0) for key in ordered]
    network = shapely.union_all(shapely.boundary(whole), grid_size=grid)
    faces = shapely.get_parts(shapely.polygonize([network]))
    owners = _owners(faces, whole)
    _fill_gaps(faces, owners)
    parts: dict[int, list[Polygon]] = defaultdict(list)
    for face, owner in zip(faces.tolist(), owners, strict=True):
        if owner >= 0:
            parts[owner].append(face)
    found = {
        ordered[owner]: shapes.multi(shapes.polygons_of(shapely.coverage_union_all(pieces)))
        for owner, pieces in parts.items()
    }
    return {key: found[key] for key in areas if key in found}


def _owners(faces: shapely.Geometry, whole: list[shapely.Geometry]) -> list[int]:
    """Return the first area in order that holds the inner point of each face, or -1."""
    owners = [-1] * len(faces)
    inside, holders = shapely.STRtree(whole).query(shapely.point_on_surface(faces), predicate="within")
    for face, holder in sorted(zip(inside.tolist(), holders.tolist(), strict=True), reverse=True):
        owners[face] = holder
    return owners


def _fill_gaps(faces: shapely.Geometry, owners: list[int]) -> None:
    """Give each thin face of nobody to the area with which it shares most of its edge."""
    thin = [
        number
        for number, owner in enumerate(owners)
        if owner < 0 and 2 * faces[number].area / faces[number].length < _WIDEST_GAP
    ]
    edges: dict[Segment, list[int]] = defaultdict(list)
    for number, face in enumerate(faces.tolist() if thin else ()):
        for segment in segments(face):
            edges[segment].append(number)
    for number in thin:
        shared: dict[int, float] = defaultdict(float)
        for segment in segments(faces[number]):
            for owner in (owners[other] for other in edges[segment]):
                shared[owner] += math.dist(*segment)
        shared.pop(-1, None)
        if shared:
            owners[number] = max(sorted(shared), key=lambda owner: shared[owner])


def segments(area: shapely.Geometry) -> list[Segment]:
    """Return the segments of all rings, each with its ends in order."""
    found: list[Segment] = []
    for polygon in shapes.polygons_of(area):
        for ring in (polygon.exterior, *polygon.interiors):
            points = [(x, y) for x, y, *_ in ring.coords]
            found += [(a, b) if a < b else (b, a) for a, b in pairwise(points)]
    return found


def shared_borders(areas: dict[str, MultiPolygon]) -> dict[tuple[str, str], shapely.Geometry]:
    """Return the lines along which two areas touch, by the pair of their ids in order."""
    sides: dict[Segment, list[str]] = defaultdict(list)
    for key, area in areas.items():
        for segment in segments(area):
            sides[segment].append(key)
    found: dict[tuple[str, str], list[Segment]] = defaultdict(list)
    for segment, keys in sides.items():
        one, *others = sorted(set(keys))
        for other in others:
            found[one, other].append(segment)
    return {pair: _line(found[pair]) for pair in sorted(found)}


def _line(pieces: list[Segment]) -> shapely.MultiLineString:
    merged = shapely.line_merge(shapely.MultiLineString(sorted(pieces)))
    return shapely.MultiLineString(sorted(shapely.get_parts(merged).tolist(), key=lambda line: line.wkt))
