"""What the names of an article could mean, before any has chosen: where each of them has candidates.

That Portland, Middletown and Cromwell all exist in Connecticut says more than that Portland in Oregon is the
larger one. Each name counts the more, the fewer provinces it could lie in. Cost when wrong: a list of common
names, each of which exists in a large state, is pulled there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from geomap.model import Place, Point
from geomap.resolvers.groups import Group

_CELL_DEGREES = 0.75
"""Names in the same cell or one beside it are 0 to 170 km apart; longitude is scaled by latitude."""


def admin1_of(place: Place) -> str:
    """Return a place's ADM1 such as "US.TX", "" where it lies in none or it is not known."""
    return f"{place.country_code}.{place.admin1_code}" if place.admin1_code else ""


@dataclass(frozen=True, slots=True, init=False)
class Possible:
    """Sums of the weights of names, by the ADM1s and the cells of the globe in which they have candidates."""

    total: float
    weights: Mapping[str, float] = field(repr=False)
    admin1s: Mapping[str, float] = field(repr=False)
    cells: Mapping[tuple[int, int], float] = field(repr=False)

    def __init__(self, groups: Sequence[Group]) -> None:
        weights: dict[str, float] = {}
        admin1s: dict[str, float] = {}
        cells: dict[tuple[int, int], float] = {}
        for group in groups:
            if group.key in weights or group.demonym or not group.heard:
                continue
            places = [candidate.place for candidate in group.candidates]
            found = {code for place in places if (code := admin1_of(place))}
            if not found:
                continue
            weight = weights[group.key] = 1 / math.sqrt(len(found))
            for code in found:
                admin1s[code] = admin1s.get(code, 0.0) + weight
            for cell in {each for place in places if place.admin1_code for each in _around(place.point)}:
                cells[cell] = cells.get(cell, 0.0) + weight
        object.__setattr__(self, "total", math.fsum(weights.values()))
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "admin1s", admin1s)
        object.__setattr__(self, "cells", cells)

    def admin1(self, name: str, code: str) -> float:
        """Return the share of the names other than this one that could lie in an ADM1."""
        return self._share(name, self.admin1s.get(code, 0.0))

    def near(self, name: str, point: Point) -> float:
        """Return the share of the names other than this one that could lie near a point."""
        return self._share(name, self.cells.get(_cell(point), 0.0))

    def _share(self, name: str, weight: float) -> float:
        own = self.weights.get(name, 0.0)
        others = self.total - own
        return min(1.0, max(0.0, weight - own) / others) if others > 1e-9 else 0.0  # noqa: PLR2004


def _cell(point: Point) -> tuple[int, int]:
    row = math.floor(point.lat / _CELL_DEGREES)
    width = math.cos(math.radians(min(85.0, abs(row * _CELL_DEGREES))))
    return row, math.floor(point.lon * width / _CELL_DEGREES)


def _around(point: Point) -> list[tuple[int, int]]:
    """Return the cell of a point and those beside it."""
    found = []
    for step in (-1, 0, 1):
        lat = max(-90.0, min(90.0, point.lat + step * _CELL_DEGREES))
        row, column = _cell(Point(lat=lat, lon=point.lon))
        found += [(row, column - 1), (row, column), (row, column + 1)]
    return found
