"""The rows that are there already, by name and by place, so that a new source doubles none of them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import names
import shapes
from table import Row

_EXPANDED = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
_CELL_DEGREES = 0.5


def key_of(name: str) -> str:
    """Return a name without case, marks, punctuation and a leading article."""
    plain = names.plain_latin(name).casefold().replace("'", "").replace("&", " and ")
    words = "".join(sign if sign.isalnum() else " " for sign in plain).split()
    words = [_EXPANDED.get(word, word) for word in words] if len(words) > 1 else words
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Rows by folded name, and populated places by half a degree."""

    by_name: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    by_cell: dict[tuple[int, int], list[Row]] = field(default_factory=lambda: defaultdict(list))

    def add(self, rows: Iterable[Row]) -> None:
        """Take rows in."""
        for row in rows:
            for key in {key_of(name) for name in (row.name, *row.names)}:
                self.by_name[key].append(row)
            if row.feature_class == "P":
                self.by_cell[_cell(row.lat, row.lon)].append(row)

    def namesake(self, name: str, lat: float, lon: float, *, within_km: float, kinds: str) -> Row | None:
        """Return the nearest row of that name and of one of these feature classes, or None."""
        found = (row for row in self.by_name.get(key_of(name), ()) if row.feature_class in kinds)
        near = ((shapes.distance_km((lat, lon), (row.lat, row.lon)), row.id, row) for row in found)
        return min((each for each in near if each[0] <= within_km), default=(0.0, "", None))[2]

    def nearest(self, lat: float, lon: float, country_code: str, *, within_km: float) -> Row | None:
        """Return the populated place of a country nearest to a point, or None; up to about 50 km."""
        row, column = _cell(lat, lon)
        around = [(row + i, column + j) for i in (-1, 0, 1) for j in range(-_columns(lat), _columns(lat) + 1)]
        found = (each for cell in around for each in self.by_cell.get(cell, ()))
        near = (
            (shapes.distance_km((lat, lon), (each.lat, each.lon)), each.id, each)
            for each in found
            if each.country_code == country_code
        )
        return min((each for each in near if each[0] <= within_km), default=(0.0, "", None))[2]


def _cell(lat: float, lon: float) -> tuple[int, int]:
    return math.floor(lat / _CELL_DEGREES), math.floor(lon / _CELL_DEGREES)


def _columns(lat: float) -> int:
    """Return how many cells to each side hold 50 km: more of them far north."""
    return 1 if abs(lat) < 25 else 2 if abs(lat) < 60 else 4  # noqa: PLR2004 -- degrees


def read_curated(folder: Path) -> list[Row]:
    """Return the rows written by hand that are new places with a position."""
    rows = []
    for path in sorted(folder.glob("*.tsv")):
        lines = path.read_text(encoding="utf-8").split("\n")
        header, *body = [line.split("\t") for line in lines if line and not line.startswith("#")]
        listed = (dict(zip(header, line, strict=True)) for line in body)
        rows += [_curated_row(row) for row in listed if row["lat"] and row["id"].startswith("curated:")]
    return rows


def _curated_row(cells: dict[str, str]) -> Row:
    return Row(
        id=cells["id"],
        name=cells["name"],
        lat=float(cells["lat"]),
        lon=float(cells["lon"]),
        feature_class="",
        feature_code=cells["feature_code"],
        country_code=cells["country_code"],
        parent=cells["parent"],
        radius_km=float(cells["radius_km"] or 0),
        names=tuple(filter(None, cells["aliases"].split("|"))),
    )
