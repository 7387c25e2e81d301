"""Tiles of a user's own base map: out of folders and PMTiles archives, around the places, within a limit."""

from __future__ import annotations

import base64
import gzip
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.errors import ExportError
from geomap.exporters.tiles import Tile, _tile_number, tile_of, tiles_around
from geomap.model import Point

ALEPPO = Point(lat=36.2, lon=37.16)
PNG = b"\x89PNG picture"


def a_folder(path: Path, tiles: dict[Tile, bytes], *, ending: str = ".png") -> Path:
    for (zoom, column, row), data in tiles.items():
        file = path / str(zoom) / str(column) / f"{row}{ending}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return path


def varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def directory(entries: list[tuple[int, int, int, int]]) -> bytes:
    """Write entries (tile, offset, length, run) as the format says, each offset in full."""
    numbers = [len(entries)]
    before = 0
    for tile, *_ in entries:
        numbers.append(tile - before)
        before = tile
    numbers += [run for *_, run in entries]
    numbers += [length for _, _, length, _ in entries]
    numbers += [offset + 1 for _, offset, _, _ in entries]
    return gzip.compress(b"".join(map(varint, numbers)), mtime=0)


def an_archive(path: Path, *, kind: int = 2, leaf: bool = False, tiles: dict[Tile, bytes]) -> Path:
    """Write a PMTiles archive; with `leaf` its entries stand in a directory below the root."""
    data, entries = b"", []
    for tile, content in sorted(tiles.items(), key=lambda pair: _tile_number(pair[0])):
        entries.append((_tile_number(tile), len(data), len(content), 1))
        data += content
    leaves = directory(entries) if leaf else b""
    root = directory([(0, 0, len(leaves), 0)] if leaf else entries)
    zooms = [zoom for zoom, _, _ in tiles]
    places = (127, len(root), 127 + len(root), 0, 127 + len(root), len(leaves), 127 + len(root) + len(leaves))
    header = struct.pack(
        "<7sB8Q3Q6B",
        b"PMTiles",
        3,
        *places,
        len(data),
        *(len(tiles),) * 3,
        1,
        2,
        1,
        kind,
        min(zooms),
        max(zooms),
    )
    path.write_bytes(header.ljust(127, b"\0") + root + leaves + data)
    return path


PYRAMID = {(0, 0, 0): b"world", (1, 1, 0): b"east", (5, 19, 12): b"syria", (5, 2, 2): b"far away"}


@pytest.mark.parametrize("leaf", [False, True])
def test_an_archive_gives_the_tiles_around_the_places(tmp_path: Path, *, leaf: bool) -> None:
    found = tiles_around(an_archive(tmp_path / "my town.pmtiles", leaf=leaf, tiles=PYRAMID), [ALEPPO])
    assert {name: base64.b64decode(data) for name, data in found["tiles"].items()} == {
        "0/0/0": b"world",
        "1/1/0": b"east",
        "5/19/12": b"syria",
    }
    assert (found["minZoom"], found["maxZoom"]) == (0, 5)
    assert (found["type"], found["attribution"]) == ("image/png", "my town")


def test_vector_tiles_are_compressed_for_the_page(tmp_path: Path) -> None:
    found = tiles_around(an_archive(tmp_path / "a.pmtiles", kind=1, tiles={(0, 0, 0): b"\x1a\x00"}), [ALEPPO])
    assert found["type"] == "vector"
    assert gzip.decompress(base64.b64decode(found["tiles"]["0/0/0"])) == b"\x1a\x00"


def test_a_folder_gives_the_tiles_around_the_places(tmp_path: Path) -> None:
    found = tiles_around(a_folder(tmp_path / "tiles", PYRAMID, ending=".webp"), [ALEPPO])
    assert sorted(found["tiles"]) == ["0/0/0", "1/1/0", "5/19/12"]
    assert found["type"] == "image/webp"


def test_deeper_zooms_are_left_out_where_they_do_not_fit(tmp_path: Path) -> None:
    tiles = {(0, 0, 0): b"a" * 10, (1, 1, 0): b"b" * 10, (5, 19, 12): b"c" * 100}
    found = tiles_around(a_folder(tmp_path, tiles), [ALEPPO], most_bytes=50)
    assert sorted(found["tiles"]) == ["0/0/0", "1/1/0"]
    assert found["maxZoom"] == 1


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no PMTiles archive"),
        (b"PMTiles\x03" + bytes(88) + b"\1\1\1\2\0\0" + bytes(60), "ends too soon"),
        (b"PMTiles\x02" + bytes(200), "no PMTiles archive of version 3"),
        (b"PMTiles\x03" + bytes(88) + b"\1\1\1\5\0\0" + bytes(60), "unknown kind"),
    ],
)
def test_what_is_no_archive_of_pictures_says_so(tmp_path: Path, data: bytes, told: str) -> None:
    path = tmp_path / "map.pmtiles"
    path.write_bytes(data)
    with pytest.raises(ExportError, match=told):
        tiles_around(path, [ALEPPO])


def test_a_broken_archive_is_an_export_error(tmp_path: Path) -> None:
    path = an_archive(tmp_path / "map.pmtiles", tiles=PYRAMID)
    data = bytearray(path.read_bytes())
    data[130:140] = b"\xff" * 10
    path.write_bytes(bytes(data))
    with pytest.raises(ExportError, match="is broken"):
        tiles_around(path, [ALEPPO])


def test_a_folder_or_archive_without_tiles_says_so(tmp_path: Path) -> None:
    (tmp_path / "5").mkdir()
    with pytest.raises(ExportError, match="holds no tiles"):
        tiles_around(tmp_path, [ALEPPO])
    with pytest.raises(ExportError, match="no tiles around the places"):
        tiles_around(an_archive(tmp_path / "x.pmtiles", tiles={(5, 2, 2): b"far"}), [ALEPPO])
    with pytest.raises(ExportError, match="cannot be read"):
        tiles_around(tmp_path / "missing.pmtiles", [ALEPPO])


def test_the_numbers_of_tiles_are_those_of_the_specification() -> None:
    tiles = [(0, 0, 0), (1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0), (2, 0, 0)]
    assert [_tile_number(tile) for tile in tiles] == [0, 1, 2, 3, 4, 5]
    assert _tile_number((12, 3423, 1763)) == 19_078_479


@given(st.integers(0, 6))
def test_no_two_tiles_of_a_zoom_have_one_number(zoom: int) -> None:
    side = 1 << zoom
    numbers = {_tile_number((zoom, column, row)) for column in range(side) for row in range(side)}
    first = (4**zoom - 1) // 3
    assert numbers == set(range(first, first + 4**zoom))


def test_the_tile_of_a_point() -> None:
    assert tile_of(Point(lat=0, lon=0), 1) == (1.0, 1.0)
    column, row = tile_of(ALEPPO, 5)
    assert (int(column), int(row)) == (19, 12)
