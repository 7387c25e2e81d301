"""Polygons of countries, ADM1, seas and lakes, simplified together so that neighbors keep one border."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import coverage
import shapely
import shapes
from shapely.geometry import MultiPolygon, Polygon
from table import Row, compress

_TOLERANCE_DEGREES = 0.025  # of coverage_simplify: square root of the smallest triangle kept
_SMALLEST_KM2 = 15.0  # islands below this are dropped, but for the largest of a place
_GRID_DEGREES = 0.001
_DECIMALS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """Polygons by place id; within one layer no two overlap and neighbors share their vertices."""

    countries: dict[str, MultiPolygon]
    divisions: dict[str, MultiPolygon]
    seas: dict[str, MultiPolygon]
    lakes: dict[str, MultiPolygon]


def layers(
    rows: list[Row],
    nations: dict[str, MultiPolygon],
    divisions: dict[str, MultiPolygon],
    seas: dict[str, MultiPolygon],
    lakes: dict[str, MultiPolygon],
) -> Layers:
    """Return the simplified layers; `nations` come by country code, the others by place id."""
    ids = {row.country_code: row.id for row in rows if row.feature_code.startswith(("PCL", "TERR"))}
    first = {row.id for row in rows if row.feature_code == "ADM1"}
    countries = {ids[code]: _notable(area) for code, area in nations.items() if code in ids}
    inner = {key: _notable(area) for key, area in divisions.items() if key in first}
    return Layers(
        countries=coverage.simplified(countries, _TOLERANCE_DEGREES, _GRID_DEGREES),
        divisions=coverage.simplified(inner, _TOLERANCE_DEGREES, _GRID_DEGREES),
        seas=coverage.simplified(seas, _TOLERANCE_DEGREES, _GRID_DEGREES),
        lakes=coverage.simplified(lakes, _TOLERANCE_DEGREES, _GRID_DEGREES),
    )


def write(found: Layers, unions: dict[str, tuple[str, ...]], path: Path) -> str:
    """Write place id to the coordinates of a GeoJSON MultiPolygon and return a line of progress.

    `unions` are seas that consist of others: the Atlantic of its north and south.
    """
    table = {**found.countries, **found.divisions, **found.seas, **found.lakes}
    for whole, parts in unions.items():
        joined = shapely.coverage_union_all([found.seas[part] for part in parts])
        table[whole] = shapes.multi(shapes.polygons_of(joined))
    ordered = {key: _coordinates(table[key]) for key in sorted(table, key=order)}
    raw = json.dumps(ordered, separators=(",", ":")).encode("ascii")
    path.write_bytes(compress(raw))
    return (
        f"areas: {len(found.countries)} countries, {len(found.divisions)} ADM1, "
        f"{len(found.seas) + len(unions)} seas, {len(found.lakes)} lakes, {path.stat().st_size} bytes"
    )


def order(key: str) -> tuple[int, str]:
    """Sort GeoNames ids by number, before all others."""
    scheme, _, rest = key.partition(":")
    return (int(rest), "") if scheme == "geonames" else (10**12, key)


def positions(line: shapely.Geometry) -> list[list[float]]:
    """Return [lon, lat] of a line or ring, rounded, without a negative zero."""
    return [[round(x, _DECIMALS) + 0.0, round(y, _DECIMALS) + 0.0] for x, y, *_ in line.coords]


def _coordinates(area: MultiPolygon) -> list[list[list[list[float]]]]:
    """Return coordinates with outer rings counterclockwise, as RFC 7946 has them."""
    turned = shapely.orient_polygons(area, exterior_cw=False)
    return [[positions(ring) for ring in (p.exterior, *p.interiors)] for p in turned.geoms]


def _notable(area: MultiPolygon) -> MultiPolygon:
    """Return the largest polygon and all that are not tiny."""
    first, *rest = shapes.polygons_of(area)
    return shapes.multi([first, *(polygon for polygon in rest if _km2(polygon) >= _SMALLEST_KM2)])


def _km2(polygon: Polygon) -> float:
    return shapes.area_km2(MultiPolygon([polygon]))
