"""National parks, monuments and other sites of the United States (National Park Service, public domain)."""

from __future__ import annotations

import csv
import io
import re

import names
from known import Known
from sources import Sources
from table import Row

_SAME_KM = 60.0
_TRAIL = re.compile(r"\bTrails?$")  # lines across many states: one point says nothing
_SITE = re.compile(r"Histor|Memorial|Monument|Battlefield|Military|Shrine|House|Site")
_SMALL = re.compile(r"\b(Of|And|The|In|At)\b(?!$)")
_TERRITORIES = frozenset({"AS", "GU", "MP", "PR", "VI"})  # countries of their own in ISO 3166-1
_PARK_RADIUS_KM = 15.0
_SITE_RADIUS_KM = 2.0


def park_rows(sources: Sources, known: Known, states: dict[str, str]) -> list[Row]:
    """Return one row for every park; `states` maps a state's code to its id."""
    csv.field_size_limit(1 << 26)
    raw = sources.read("nationalparks-v1", "nationalparks_v1/data/parks_list.csv").decode("utf-8")
    rows: dict[str, Row] = {}
    for each in csv.DictReader(io.StringIO(raw)):
        display, aliases = park_names(" ".join(each["fullName"].split()))
        lat, lon = float(each["latitude"] or "nan"), float(each["longitude"] or "nan")
        listed = each["states"].split(",")
        state = listed[0] if len(listed) == 1 and listed[0] in states else ""
        if lat != lat or _TRAIL.search(display) or not names.is_usable(display):  # noqa: PLR0124 -- NaN
            continue
        if known.namesake(display, lat, lon, within_km=_SAME_KM, kinds="LSTHAP"):
            continue
        site = bool(_SITE.search(display)) and "Park" not in display
        rows[each["parkCode"]] = Row(
            id=f"park:us-{each['parkCode']}",
            name=display,
            lat=lat,
            lon=lon,
            feature_class="S" if site else "L",
            feature_code="HSTS" if site else "PRK",
            country_code=listed[0] if listed[0] in _TERRITORIES else "US",
            admin1_code=state,
            radius_km=_SITE_RADIUS_KM if site else _PARK_RADIUS_KM,
            parent=states.get(state, ""),
            names=names.clean_names(aliases, display),
        )
    return list(rows.values())


def park_names(full: str) -> tuple[str, list[str]]:
    """Return the display name and shorter ones: "Denali National Park & Preserve", Denali National Park."""
    display = full[:1] + _SMALL.sub(lambda match: match[0].lower(), full[1:]).replace(" & ", " and ")
    short = re.fullmatch(r"(.+ National (?:Park|Monument|Recreation Area)) and .+", display)
    return display, [short[1]] if short else []
