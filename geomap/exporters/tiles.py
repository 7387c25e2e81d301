"""Tiles of a user's own base map, put into the file: from a folder z/x/y.png or from a .pmtiles archive.

A page that is opened from a file can read no other file, so the tiles must lie in it: those around the
places, zoom by zoom, as long as they fit into `MOST_BYTES`. They are pictures (PNG, JPEG, WebP) or Mapbox
Vector Tiles, of which the page draws land, water, roads, boundaries and buildings in its own colors
(`page/vector.js`).

PMTiles version 3: https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
"""

from __future__ import annotations

import base64
import gzip
import math
import struct
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from geomap.errors import ExportError
from geomap.model import Point

MOST_BYTES = 20_000_000
"""Bytes of tiles in one file: one opens such a file on a phone, too."""
_DEEPEST = 16
_WORLD_ZOOM = 3
"""Up to here the whole world is taken: 85 tiles."""
_PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}

Tile = tuple[int, int, int]
"""Zoom, column, row; row 0 is the north."""


class Tiles(NamedTuple):
    """Where tiles come from: `read` gives the bytes of one, or None."""

    read: Callable[[Tile], bytes | None]
    media_type: str
    min_zoom: int
    max_zoom: int
    attribution: str


def tiles_around(path: Path, points: Iterable[Point], *, most_bytes: int = MOST_BYTES) -> dict[str, Any]:
    """Return the tiles around the points as the page takes them.

    Raises ExportError for a path that holds no pictures as tiles.
    """
    source = _folder(path) if path.is_dir() else _archive(path)
    points = list(points)
    found: dict[str, str] = {}
    size, deepest = 0, source.min_zoom
    for zoom in range(source.min_zoom, min(source.max_zoom, _DEEPEST) + 1):
        level = {}
        for tile in _wanted(zoom, points):
            data = source.read(tile)
            if data is not None:
                level["/".join(map(str, tile))] = base64.b64encode(data).decode("ascii")
                size += len(data)
            if size > most_bytes:
                break
        if size > most_bytes and found:
            break
        found |= level
        deepest = zoom if level else deepest
    if not found:
        message = f"{path}: holds no tiles around the places"
        raise ExportError(message)
    return {
        "type": source.media_type,
        "minZoom": source.min_zoom,
        "maxZoom": deepest,
        "attribution": source.attribution,
        "tiles": found,
    }


def tile_of(point: Point, zoom: int) -> tuple[float, float]:
    """Return the column and row of a point as fractions (Web Mercator, clamped at 85 degrees)."""
    lat = math.radians(max(-85.0, min(85.0, point.lat)))
    number = 1 << zoom
    return (point.lon / 360 + 0.5) * number, (0.5 - math.asinh(math.tan(lat)) / (2 * math.pi)) * number


def _wanted(zoom: int, points: Iterable[Point]) -> Iterator[Tile]:
    """Yield the tiles of a zoom that hold a point, and those beside them, in order."""
    number = 1 << zoom
    if zoom <= _WORLD_ZOOM:
        yield from ((zoom, column, row) for column in range(number) for row in range(number))
        return
    wanted = set()
    for point in points:
        column, row = tile_of(point, zoom)
        for right in (-1, 0, 1):
            for down in (-1, 0, 1):
                wanted.add((zoom, (int(column) + right) % number, min(number - 1, max(0, int(row) + down))))
    yield from sorted(wanted)


# --- a folder ------------------------------------------------------------------------------------


def _folder(path: Path) -> Tiles:
    zooms = sorted(int(each.name) for each in path.iterdir() if each.is_dir() and each.name.isdecimal())
    sample = next(
        (
            file
            for zoom in zooms
            for file in sorted(path.glob(f"{zoom}/*/*"))
            if file.suffix.lower() in _PICTURES and file.stem.isdecimal()
        ),
        None,
    )
    if sample is None:
        message = f"{path}: holds no tiles (zoom/column/row.png)"
        raise ExportError(message)

    def read(tile: Tile) -> bytes | None:
        file = path / str(tile[0]) / str(tile[1]) / f"{tile[2]}{sample.suffix}"
        return file.read_bytes() if file.is_file() else None

    return Tiles(read, _PICTURES[sample.suffix.lower()], zooms[0], zooms[-1], path.name)


# --- an archive ----------------------------------------------------------------------------------

_HEADER = struct.Struct("<7sB8Q3Q4B2B")
_HEADER_BYTES = 127
_NONE, _GZIP = 1, 2
_VECTOR = "vector"
_TYPES = {1: _VECTOR, 2: "image/png", 3: "image/jpeg", 4: "image/webp"}
_MOST_DIRECTORY_BYTES = 50_000_000


class _Entry(NamedTuple):
    tile: int
    offset: int
    length: int
    run: int


def _archive(path: Path) -> Tiles:
    try:
        with path.open("rb") as file:
            data = file.read(_HEADER_BYTES)
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror or error}"
        raise ExportError(message) from error
    if len(data) < _HEADER_BYTES or data[:7] != b"PMTiles" or data[7] != 3:  # noqa: PLR2004
        message = f"{path}: is no PMTiles archive of version 3, and no folder of tiles"
        raise ExportError(message)
    fields = _HEADER.unpack_from(data)
    root, leaves, tiles = fields[2:4], fields[6], fields[8]
    _, inner, compression, kind = fields[13:17]
    if kind not in _TYPES:
        message = (
            f"{path}: holds tiles of an unknown kind; the map takes pictures (PNG, JPEG, WebP) and vectors"
        )
        raise ExportError(message)
    reader = _Reader(path, tiles=tiles, leaves=leaves, inner=inner, outer=compression)
    entries = reader.directory(*root)

    def read(tile: Tile) -> bytes | None:
        data = reader.tile(entries, _tile_number(tile))
        zipped = data is not None and _TYPES[kind] == _VECTOR
        return gzip.compress(data, mtime=0) if data is not None and zipped else data

    return Tiles(read, _TYPES[kind], fields[17], fields[18], path.stem)


class _Reader:
    """Reads directories and tiles of an archive; leaves are read once."""

    def __init__(self, path: Path, *, tiles: int, leaves: int, inner: int, outer: int) -> None:
        self._path, self._tiles, self._leaves = path, tiles, leaves
        self._inner, self._outer = inner, outer
        self._read: dict[int, list[_Entry]] = {}

    def directory(self, offset: int, length: int) -> list[_Entry]:
        """Return the entries of the directory that lies there."""
        if offset not in self._read:
            try:
                self._read[offset] = _entries(self._bytes(offset, length, self._inner))
            except StopIteration as error:  # the numbers end too soon
                message = f"{self._path}: is broken: a directory ends too soon"
                raise ExportError(message) from error
        return self._read[offset]

    def tile(self, entries: list[_Entry], number: int) -> bytes | None:
        """Return the tile of a number, looked up from these entries on."""
        for _ in range(4):  # the format allows no deeper tree
            at = bisect_right(entries, number, key=lambda entry: entry.tile) - 1
            if at < 0:
                return None
            entry = entries[at]
            if entry.run:
                inside = number < entry.tile + entry.run
                return self._bytes(self._tiles + entry.offset, entry.length, self._outer) if inside else None
            entries = self.directory(self._leaves + entry.offset, entry.length)
        return None

    def _bytes(self, offset: int, length: int, compression: int) -> bytes:
        try:
            with self._path.open("rb") as file:
                file.seek(offset)
                data = file.read(min(length, _MOST_DIRECTORY_BYTES))
            if compression == _GZIP:
                return gzip.decompress(data)
        except (OSError, EOFError) as error:
            message = f"{self._path}: is broken: {error}"
            raise ExportError(message) from error
        if compression > _GZIP:
            message = f"{self._path}: is compressed with something other than gzip"
            raise ExportError(message)
        return data


def _entries(data: bytes) -> list[_Entry]:
    numbers = _varints(data)
    count = next(numbers)
    tile, tiles = 0, []
    for _ in range(count):
        tile += next(numbers)
        tiles.append(tile)
    runs = [next(numbers) for _ in range(count)]
    lengths = [next(numbers) for _ in range(count)]
    entries: list[_Entry] = []
    for number, run, length in zip(tiles, runs, lengths, strict=True):
        written = next(numbers)
        offset = entries[-1].offset + entries[-1].length if written == 0 and entries else written - 1
        entries.append(_Entry(number, offset, length, run))
    return entries


def _varints(data: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        if byte & 0x80:
            shift += 7
        else:
            yield value
            value = shift = 0


def _tile_number(tile: Tile) -> int:
    """Return the number of a tile: those of smaller zooms first, then along a Hilbert curve."""
    zoom, column, row = tile
    number = ((1 << 2 * zoom) - 1) // 3
    side = 1 << zoom >> 1
    x, y = column, row
    while side:
        right, down = int(bool(x & side)), int(bool(y & side))
        number += side * side * ((3 * right) ^ down)
        if not down:
            if right:
                x, y = side - 1 - (x & (side - 1)), side - 1 - (y & (side - 1))
            x, y = y, x
        side >>= 1
    return number
