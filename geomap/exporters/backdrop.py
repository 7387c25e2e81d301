"""What the base map shows beside the countries: first-order divisions, rivers, lakes, towns, names of waters.

The values come from a gazetteer (`geomap.gazetteers.surroundings`); here they become compact data for the
page, lines as encoded polylines (`geomap.exporters.areas`) with 200 parts of a degree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from geomap.exporters.areas import encode_polyline
from geomap.model import Backdrop

__all__ = ["Backdrop", "backdrop_data"]

SCALE = 200
"""Parts of a degree: 0.005 degrees are 0.6 km, a pixel at zoom 8, as in the outlines of the countries."""


def backdrop_data(backdrop: Backdrop) -> dict[str, Any]:
    """Return the backdrop as plain lists."""
    return {
        "scale": SCALE,
        "divisions": [[each.key, each.name, list(_encoded(each.lines))] for each in backdrop.divisions],
        "rivers": [line for each in backdrop.rivers for line in _encoded(each.lines)],
        "lakes": [line for each in backdrop.lakes for line in _encoded(each.lines)],
        "towns": [
            [each.name, round(each.lat, 3), round(each.lon, 3), each.population, int(each.capital)]
            for each in backdrop.towns
        ],
        "waters": [
            [each.name, round(each.lat, 2), round(each.lon, 2), round(each.degrees, 1)]
            for each in backdrop.waters
        ],
    }


def _encoded(lines: Sequence[Sequence[tuple[float, float]]]) -> Iterator[str]:
    """Yield the lines of (lat, lon) that are more than a point at this scale."""
    for line in lines:
        if len(line) > 1:
            yield encode_polyline(line, scale=SCALE)
