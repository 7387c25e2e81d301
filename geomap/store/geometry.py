"""Points and areas as GeoPackage geometries: a header without envelope, then little-endian WKB, lon first.

OGC 12-128r17, 2.1.3; OGC 06-103r4, 8.2. What is written comes back the same, to the last bit.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from geomap.model import Point

WGS84 = 4326

_HEADER = struct.Struct("<2sBBi")
_EMPTY = 0x10
_LITTLE_ENDIAN = 1
_KIND = struct.Struct("<BI")
_COUNT = struct.Struct("<I")
_POSITION = struct.Struct("<dd")
_POINT, _POLYGON, _MULTIPOLYGON = 1, 3, 6

Polygons = tuple[tuple[tuple[Point, ...], ...], ...]


def point_geometry(point: Point) -> bytes:
    """Return a point as a geometry."""
    return _header() + _KIND.pack(_LITTLE_ENDIAN, _POINT) + _position(point)


def area_geometry(polygons: Polygons) -> bytes:
    """Return polygons, each of rings, the outer one first, as a MULTIPOLYGON."""
    parts = [
        _header(empty=not polygons),
        _KIND.pack(_LITTLE_ENDIAN, _MULTIPOLYGON),
        _COUNT.pack(len(polygons)),
    ]
    for rings in polygons:
        parts += (_KIND.pack(_LITTLE_ENDIAN, _POLYGON), _COUNT.pack(len(rings)))
        for ring in rings:
            parts += (_COUNT.pack(len(ring)), *map(_position, ring))
    return b"".join(parts)


def area_polygons(geometry: bytes) -> Polygons:
    """Return the polygons of what `area_geometry` wrote. Raises ValueError for anything else."""
    start = _header(empty=False) + _KIND.pack(_LITTLE_ENDIAN, _MULTIPOLYGON)
    none = _header(empty=True) + _KIND.pack(_LITTLE_ENDIAN, _MULTIPOLYGON)
    if not geometry.startswith((start, none)):
        message = "the geometry is no area"
        raise ValueError(message)
    try:
        reader = _Reader(geometry, len(start))
        return tuple(tuple(reader.rings()) for _ in range(reader.count()))
    except struct.error as error:
        message = "the geometry ends too early"
        raise ValueError(message) from error


class _Reader:
    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self._at = at

    def count(self) -> int:
        return int(self._next(_COUNT)[0])

    def rings(self) -> Iterator[tuple[Point, ...]]:
        self._next(_KIND)
        for _ in range(self.count()):
            positions = [self._next(_POSITION) for _ in range(self.count())]
            yield tuple(Point(lat=lat, lon=lon) for lon, lat in positions)

    def _next(self, part: struct.Struct) -> tuple[float, ...]:
        found = part.unpack_from(self._data, self._at)
        self._at += part.size
        return found


def _header(*, empty: bool = False) -> bytes:
    return _HEADER.pack(b"GP", 0, _LITTLE_ENDIAN | (_EMPTY if empty else 0), WGS84)


def _position(point: Point) -> bytes:
    return _POSITION.pack(point.lon + 0.0, point.lat + 0.0)
