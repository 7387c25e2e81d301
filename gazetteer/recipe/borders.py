"""Land borders by pair of countries and who touches whom, from the borders that the areas share."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import areas
import coverage
import shapely
import shapes
from table import compress

_SHORTEST_KM = 0.5  # of a border between ADM1: what is shorter may come from rounding


def write(layers: areas.Layers, path: Path) -> str:
    """Write the borders of countries and the neighbors of countries and ADM1; return a line of progress."""
    borders = coverage.shared_borders(layers.countries)
    inner = coverage.shared_borders(layers.divisions)
    touching = [*borders, *(pair for pair, line in inner.items() if length_km(line) >= _SHORTEST_KM)]
    listed = [
        {
            "pair": list(pair),
            "length_km": round(length_km(line), 1),
            "coordinates": [areas.positions(part) for part in line.geoms],
        }
        for pair, line in borders.items()
    ]
    table = {"borders": listed, "neighbors": _neighbors(touching)}
    path.write_bytes(compress(json.dumps(table, separators=(",", ":")).encode("ascii")))
    return f"borders: {len(borders)}, ADM1 that touch: {len(touching) - len(borders)}"


def length_km(line: shapely.Geometry) -> float:
    """Return the length of lines on the sphere."""
    parts = [part.coords for part in shapely.get_parts(line).tolist()]
    return sum(
        shapes.distance_km((a[1], a[0]), (b[1], b[0])) for coords in parts for a, b in pairwise(coords)
    )


def _neighbors(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
        found[other].add(one)
    return {key: sorted(found[key], key=areas.order) for key in sorted(found, key=areas.order)}
