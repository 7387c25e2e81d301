"""Make the map small enough to be shown many times: in a notebook every output holds a whole page.

Coasts and borders keep their detail around the places and are simplified by Douglas and Peucker's
algorithm elsewhere; islands that are then no larger than a dot are left out, unless a country has
nothing else. A page is packed (zlib,
base64) into a short one that unpacks itself, without asking anyone for anything.

Costs: whoever zooms in far from the places sees a coarse coast. The unpacking needs a browser of 2023
or later (Chromium 80, Firefox 113, Safari 16.4).
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from geomap.exporters.areas import encode_polyline, outlines_json
from geomap.exporters.inlining import policy, template
from geomap.exporters.writing import to_json
from geomap.model import Point

_COARSE = 0.2
"""Degrees: two pixels on a map of a continent (zoom 4), which is where one looks for a far coast."""
_CELL = 5
"""Degrees: detail reaches from 5 to 10 degrees around a place, a map of its country (zoom 6)."""

Position = tuple[float, float]
Cell = tuple[int, int]


class _Arc(NamedTuple):
    """A coast or a border, as it is or simplified, with its encoded polyline."""

    positions: tuple[Position, ...]
    text: str


def compact_outlines(points: Iterable[Point]) -> str:
    """Return the outlines of the countries as JSON text, in detail around the points alone."""
    outlines, arcs = _whole()
    near = _cells_around(points)
    reduced = [
        coarse if near.isdisjoint(cells) else _encoded(_reduced(arc.positions, near))
        for arc, (coarse, cells) in zip(arcs, _coarse(), strict=True)
    ]
    dots = {number for number, arc in enumerate(reduced) if _is_dot(arc.positions)}
    countries = [
        country | {"rings": _without(dots, country["rings"]) or country["rings"]}
        for country in outlines["countries"]
    ]
    used = {_arc_number(number) for country in countries for ring in country["rings"] for number in ring}
    texts = [
        (arcs[number].text if number in dots else arc.text) if number in used else ""
        for number, arc in enumerate(reduced)
    ]
    return to_json(outlines | {"countries": countries, "arcs": texts})


def packed(page: str) -> str:
    """Return a page that unpacks the given one in the browser; its policy lets both run, and no more."""
    script = template("unpack.js")
    block = f"<script>{script}</script>"
    data = base64.b64encode(zlib.compress(page.encode("utf-8"), 9)).decode("ascii")
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(page + block)}"></head>'
        f'<body><script type="application/octet-stream" id="geomap-page">{data}</script>{block}</body></html>'
    )


def decode_polyline(text: str, *, scale: int) -> list[Position]:
    """Return (lat, lon) degrees; the inverse of `encode_polyline`."""
    numbers = _numbers(text)
    lat = lon = 0
    positions = []
    for lat_step, lon_step in zip(numbers, numbers, strict=True):
        lat, lon = lat + lat_step, lon + lon_step
        positions.append((lat / scale, lon / scale))
    return positions


def _numbers(text: str) -> Iterator[int]:
    shift = value = 0
    for character in text:
        piece = ord(character) - 63
        value |= (piece & 31) << shift
        shift += 5
        if piece < 32:  # noqa: PLR2004
            yield ~(value >> 1) if value & 1 else value >> 1
            shift = value = 0


@cache
def _whole() -> tuple[dict[str, Any], list[_Arc]]:
    """Return the outlines, and their arcs as they are."""
    outlines = json.loads(outlines_json())
    scale = outlines["scale"]
    return outlines, [_Arc(tuple(decode_polyline(text, scale=scale)), text) for text in outlines["arcs"]]


@cache
def _coarse() -> list[tuple[_Arc, frozenset[Cell]]]:
    """Return the arcs as they are far from every place, with the cells that they run through."""
    return [
        (_encoded(_simplified(arc.positions)), frozenset(map(_cell, arc.positions))) for arc in _whole()[1]
    ]


def _encoded(positions: Sequence[Position]) -> _Arc:
    return _Arc(tuple(positions), encode_polyline(positions, scale=_whole()[0]["scale"]))


def _cells_around(points: Iterable[Point]) -> frozenset[Cell]:
    """Return the cells of a grid that hold a point, and their neighbors, also across the antimeridian."""
    around = 360 // _CELL
    half = around // 2
    return frozenset(
        (row + down, (column + right + half) % around - half)
        for row, column in {_cell((point.lat, point.lon)) for point in points}
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
    )


def _cell(position: Position) -> Cell:
    return int(position[0] // _CELL), int(position[1] // _CELL)


def _reduced(arc: Sequence[Position], near: frozenset[Cell]) -> list[Position]:
    """Return the arc with its ends, what is near as it is, and the rest simplified."""
    out: list[Position] = []
    for detailed, run in groupby(arc, key=lambda position: _cell(position) in near):
        positions = list(run)
        out += positions if detailed else _simplified(positions)
    return out


def _simplified(positions: Sequence[Position]) -> Sequence[Position]:
    if len(positions) < 3:  # noqa: PLR2004
        return positions
    from shapely.geometry import LineString

    simple = LineString(positions).simplify(_COARSE, preserve_topology=False)
    return [(lat, lon) for lat, lon in simple.coords]


def _is_dot(arc: Sequence[Position]) -> bool:
    """Tell whether a closed arc has no surface any more."""
    return len(arc) < 4 and arc[0] == arc[-1]  # noqa: PLR2004


def _arc_number(number: int) -> int:
    """Return the number of an arc; ~n means arc n backwards."""
    return number if number >= 0 else ~number


def _without(dots: set[int], rings: Sequence[Sequence[int]]) -> list[Sequence[int]]:
    return [ring for ring in rings if not all(_arc_number(number) in dots for number in ring)]
