"""What surrounds places, for a base map: read from the gazetteer that comes with the package.

Divisions are those of the countries that most places lie in, up to `_DIVISION_BYTES`;
rivers, lakes and small towns those in cells that hold a place or adjoin one, the largest towns of the world
always. Lines are simplified to what a screen shows; divisions of one country together, so that borders stay
shared.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any
from zlib import decompress

from geomap.gazetteers.sqlite import embedded_path
from geomap.model import Backdrop, Outline, Place, Town, Water
from geomap.model.backdrop import Line

_CELL = 5
"""Degrees: from 5 to 10 around a place, a map of its country (zoom 6)."""
_TOLERANCE = 0.015
"""Degrees: 1.7 km, three pixels at zoom 8."""
_DIVISION_BYTES = 180_000
"""Stored bytes of the divisions' lines, a ninth of the world's: 0.1 MB in the file, 0.2 s to simplify."""
_LARGE_TOWN, _SMALL_TOWN = 300_000, 5_000
_TOWNS = 2_500
"""Towns that are named at most, the largest first: some 60 kB."""

_DIVISIONS = """
SELECT country_code, admin1_code, name, coordinates
FROM shape JOIN place ON place.number = shape.place
WHERE feature_class = 'A' AND feature_code = 'ADM1' AND country_code = ? ORDER BY admin1_code, id
"""
_LINES = """
SELECT id, name, feature_code, type, coordinates FROM shape JOIN place ON place.number = shape.place
WHERE feature_code IN ('STM', 'LK', 'RSV', 'LGN') ORDER BY id
"""
_NAMED = """
SELECT name, lat, lon, radius_km FROM shape JOIN place ON place.number = shape.place
WHERE feature_code IN ('SEA', 'OCN', 'GULF', 'BAY', 'STRT', 'LK') AND radius_km > 0
ORDER BY radius_km DESC, id
"""
_TOWN_ROWS = """
SELECT name, lat, lon, population, feature_code FROM place NOT INDEXED
WHERE feature_class = 'P' AND (population >= ? OR feature_code = 'PPLC') AND feature_code != 'PPLX'
ORDER BY population DESC, id
"""
_KM_PER_DEGREE = 111.0

Cell = tuple[int, int]


def surroundings(places: Iterable[Place]) -> Backdrop:
    """Return what surrounds the places. Equal places give equal values, in the same order."""
    places = list(places)
    near = _cells(places)
    uri = f"{embedded_path().resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        rivers, lakes = _rivers_and_lakes(connection, near)
        return Backdrop(
            divisions=tuple(_divisions(connection, places)),
            rivers=rivers,
            lakes=lakes,
            towns=tuple(_towns(connection, near)),
            waters=tuple(_waters(connection)),
        )


def _cells(places: Iterable[Place]) -> frozenset[Cell]:
    """Return the cells that hold a place, and their neighbors, also across the antimeridian."""
    around = 360 // _CELL
    return frozenset(
        (row + down, (column + right) % around)
        for row, column in {_cell(place.point.lat, place.point.lon) for place in places}
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
    )


def _cell(lat: float, lon: float) -> Cell:
    return int(lat // _CELL), int(lon // _CELL) % (360 // _CELL)


def _divisions(connection: sqlite3.Connection, places: Sequence[Place]) -> Iterator[Outline]:
    """Yield the divisions of the countries with the most places, as long as there is room."""
    counts = Counter(place.country_code for place in places if place.country_code)
    left = _DIVISION_BYTES
    for code, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        rows = connection.execute(_DIVISIONS, (code,)).fetchall()
        size = sum(len(row[3]) for row in rows)
        if size <= left:
            left -= size
            yield from _simplified(rows)


def _simplified(rows: Sequence[Sequence[Any]]) -> list[Outline]:
    """Return the divisions of one country; a border of two of them is simplified once, for both."""
    import shapely

    shapes = [_polygons(json.loads(decompress(row[3]))) for row in rows]
    if not shapes:
        return []
    if hasattr(shapely, "coverage_simplify"):  # shapely 2.1 with GEOS 3.12
        simple = shapely.coverage_simplify(shapes, _TOLERANCE)
    else:
        simple = shapely.simplify(shapes, _TOLERANCE)
    return [
        Outline(key=f"{row[0]}.{row[1]}", name=row[2], lines=tuple(_rings(shape)))
        for row, shape in zip(rows, simple, strict=True)
    ]


def _polygons(coordinates: list[Any]) -> Any:
    from shapely.geometry import shape

    return shape({"type": "MultiPolygon", "coordinates": coordinates})


def _rings(shape: Any) -> Iterator[Line]:
    import shapely

    yield from (ring for ring in _split(shapely.get_rings(shapely.get_parts(shape))) if len(ring) > 3)  # noqa: PLR2004


def _waters(connection: sqlite3.Connection) -> Iterator[Water]:
    for name, lat, lon, radius_km in connection.execute(_NAMED):
        yield Water(name=name, lat=lat, lon=lon, degrees=2 * radius_km / _KM_PER_DEGREE)


def _rivers_and_lakes(
    connection: sqlite3.Connection, near: frozenset[Cell]
) -> tuple[tuple[Outline, ...], tuple[Outline, ...]]:
    rivers: list[Outline] = []
    lakes: list[Outline] = []
    for place_id, name, code, kind, coordinates in connection.execute(_LINES) if near else ():
        whole = json.loads(decompress(coordinates))
        parts = whole if kind == "MultiLineString" else [ring for polygon in whole for ring in polygon]
        lines = tuple(_simple_lines([part for part in parts if _is_near(part, near)]))
        if lines:
            (rivers if code == "STM" else lakes).append(Outline(key=place_id, name=name, lines=lines))
    return tuple(rivers), tuple(lakes)


def _is_near(positions: Sequence[Sequence[float]], near: frozenset[Cell]) -> bool:
    """Tell whether a line has a point in one of the cells; of long ones every tenth point is looked at."""
    return any(_cell(lat, lon) in near for lon, lat in positions[:: 10 if len(positions) > 100 else 1])  # noqa: PLR2004


def _simple_lines(parts: Sequence[Sequence[Sequence[float]]]) -> Iterator[Line]:
    """Yield lines of [lon, lat] as simple ones of (lat, lon)."""
    import shapely

    if not parts:
        return
    numbers = [number for number, part in enumerate(parts) for _ in part]
    lines = shapely.linestrings([position for part in parts for position in part], indices=numbers)
    yield from _split(shapely.simplify(lines, _TOLERANCE, preserve_topology=False))


def _split(lines: Any) -> Iterator[Line]:
    """Yield the positions of lines, asked of the library at once: ten times as fast as one by one."""
    import shapely

    positions, numbers = shapely.get_coordinates(lines, return_index=True)
    ends = [*((numbers[1:] != numbers[:-1]).nonzero()[0] + 1).tolist(), len(positions)]
    pairs = list(map(tuple, positions[:, ::-1].tolist()))
    start = 0
    for end in ends:
        yield tuple(pairs[start:end])
        start = end


def _towns(connection: sqlite3.Connection, near: frozenset[Cell]) -> Iterator[Town]:
    found = 0
    for name, lat, lon, population, code in connection.execute(_TOWN_ROWS, (_SMALL_TOWN,)):
        capital = code == "PPLC"
        if not capital and (found >= _TOWNS or (population < _LARGE_TOWN and _cell(lat, lon) not in near)):
            continue
        found += 1
        yield Town(name=name, lat=lat, lon=lon, population=population, capital=capital)
