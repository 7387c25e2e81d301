# ruff: noqa: SIM905 -- a list of many words reads better as text
"""The rows of the place table and how they are written.

One tab-separated line per place, blocks by kind, numeric ids ascending: neighbouring lines
are alike, which compresses well and keeps differences between versions small.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

BBox = tuple[float, float, float, float]

COLUMNS = (
    "id name lat lon feature_class feature_code country_code admin1_code admin2_code population "
    "radius_km bbox parent names codes"
).split()

BLOCKS = ("CONT", "RGN", "PCL", "TERR", "ADM1", "ADM2", "ADM", "PPL", "AIR", "PRK", "OCN", "STM", "LK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One place; `bbox` is west, south, east, north, and `radius_km` 0 means unknown.

    `names` are written as they are: `text`, or `text@tag` where a source tells the language. `codes` holds
    (scheme, value), such as ("iso3166-2", "SY-HL").
    """

    id: str
    name: str
    lat: float
    lon: float
    feature_class: str
    feature_code: str
    country_code: str = ""
    admin1_code: str = ""
    admin2_code: str = ""
    population: int = 0
    radius_km: float = 0.0
    bbox: BBox | None = None
    parent: str = ""
    names: tuple[str, ...] = field(default=())
    codes: tuple[tuple[str, str], ...] = field(default=())


def write_rows(rows: Iterable[Row], path: Path) -> None:
    """Write the table, sorted, as UTF-8 TSV compressed with xz."""
    ordered = sorted(rows, key=_order)
    lines = ["\t".join(COLUMNS), *(_line(row) for row in ordered)]
    raw = ("\n".join(lines) + "\n").encode("utf-8")
    path.write_bytes(compress(raw))


def compress(raw: bytes) -> bytes:
    """Compress with xz, tuned for text (four literal context bits)."""
    tuned = {"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "lp": 0, "pb": 0}
    return lzma.compress(raw, filters=[tuned])


def number(value: float, decimals: int) -> str:
    """Format a number without trailing zeros or a negative zero."""
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _order(row: Row) -> tuple[int, int, str]:
    block = next((i for i, b in enumerate(BLOCKS) if row.feature_code.startswith(b)), None)
    if block is None:
        block = BLOCKS.index({"H": "OCN", "P": "PPL"}.get(row.feature_class, "PRK"))
    scheme, _, key = row.id.partition(":")
    return block, int(key) if scheme == "geonames" else 0, row.id


def _line(row: Row) -> str:
    bbox = "" if row.bbox is None else ",".join(number(edge, 2) for edge in row.bbox)
    cells = (
        row.id,
        row.name,
        number(row.lat, 4),
        number(row.lon, 4),
        row.feature_class,
        row.feature_code,
        row.country_code,
        row.admin1_code,
        row.admin2_code,
        str(row.population),
        number(row.radius_km, 1),
        bbox,
        row.parent,
        "|".join(row.names),
        "|".join(f"{scheme}={value}" for scheme, value in sorted(set(row.codes))),
    )
    return "\t".join(cells)
