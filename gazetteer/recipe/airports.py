"""Airports with an IATA code, and air bases, from airportsdata.

An airport that a curated row stands for (an airport or air base within 6 km) takes that row's id, so that its
codes and names join the curated place.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import replace

import names
import shapes
from known import Known, key_of
from sources import Sources
from table import Row

_SAME_KM = 6.0
_ADMIN_KM = 50.0
_BASE = re.compile(
    r"\b(?:air ?base|air force|naval|nas|afb|military|raf|raaf|base a[eé]r\w+|mcas|naf|"
    r"army air ?(?:field|base)|air station|air national guard)\b",
    re.IGNORECASE,
)
_SPELLED = (
    (re.compile(r"\bAfb\b(?: Airport)?", re.IGNORECASE), "Air Force Base"),
    (re.compile(r"\b(Airbase|Air base)\b"), "Air Base"),
    (re.compile(r"\bArmy Air Field\b|\bAaf\b", re.IGNORECASE), "Army Airfield"),
    (re.compile(r"\bIntl\b\.?", re.IGNORECASE), "International"),
    (re.compile(r"^(?P<place>.+?) Nas\b(?: Airport)?$", re.IGNORECASE), r"Naval Air Station \g<place>"),
    (re.compile(r"^Nas (?P<place>.+?)(?: Airport)?$", re.IGNORECASE), r"Naval Air Station \g<place>"),
    (re.compile(r"^Mcas (?P<place>.+?)(?: Airport)?$", re.IGNORECASE), r"Marine Corps Air Station \g<place>"),
)
_KIND = re.compile(
    r"(?: (?:International|Intercontinental|Regional|Municipal|Domestic|Executive))*(?: Airport)"
)
_KINDLY = re.compile(rf"(?:{_KIND.pattern}| Air (?:Force )?Base)")  # names no airport in particular
_SHORT = (("Air Force Base", "AFB"), ("Naval Air Station", "NAS"), ("Marine Corps Air Station", "MCAS"))
_ICAO = re.compile(r"[A-Z]{4}")
_AIRPORT_RADIUS_KM = 2.0


def airport_rows(
    sources: Sources, known: Known, curated: list[Row], divisions: dict[tuple[str, str], Row]
) -> list[Row]:
    """Return one row for every airport; `divisions` maps (country, folded name) and code to an ADM1."""
    raw = sources.read("airportsdata", "airportsdata/airports.csv").decode("utf-8")
    listed = [each for each in csv.DictReader(io.StringIO(raw)) if each["iata"] or _BASE.search(each["name"])]
    cities = Counter((each["country"], each["city"]) for each in listed if each["iata"])
    fields = [row for row in curated if row.feature_code in {"AIRP", "AIRB", "AIRF"}]
    rows: dict[str, Row] = {}
    for each in sorted(listed, key=lambda each: (not each["iata"], each["icao"])):
        row = _airport(each, known, divisions, alone=cities[each["country"], each["city"]] == 1)
        twin = _twin(row, fields)
        if twin is not None:
            row = replace(row, id=twin.id, parent=twin.parent or row.parent)
        rows.setdefault(row.id, row)
    return list(rows.values())


def _airport(
    each: dict[str, str], known: Known, divisions: dict[tuple[str, str], Row], *, alone: bool
) -> Row:
    lat, lon, country = float(each["lat"]), float(each["lon"]), each["country"]
    near = known.nearest(lat, lon, country, within_km=_ADMIN_KM)
    first = divisions.get((country, key_of(each["subd"])))
    if first is None and near is not None:
        first = divisions.get((country, near.admin1_code))
    admin1 = first.admin1_code if first else ""
    same = near is not None and near.admin1_code == admin1
    display, aliases = airport_names(each["name"], each["city"], alone=alone)
    codes = [("iata", each["iata"])] if each["iata"] else []
    codes += [("icao", each["icao"])] if _ICAO.fullmatch(each["icao"]) else []
    return Row(
        id=f"airport:{each['icao'].lower()}",
        name=display,
        lat=lat,
        lon=lon,
        feature_class="S",
        feature_code="AIRB" if _BASE.search(each["name"]) else "AIRP",
        country_code=country,
        admin1_code=admin1,
        admin2_code=near.admin2_code if same and near is not None else "",
        radius_km=_AIRPORT_RADIUS_KM,
        parent=first.id if first else "",
        names=names.clean_names(aliases, display),
        codes=tuple(codes),
    )


def airport_names(name: str, city: str, *, alone: bool) -> tuple[str, list[str]]:
    """Return the display name and the other names of an airport; `alone` is the only one of its city."""
    bare = re.sub(r"\s*\(.*?\)\s*", " ", name).strip()
    parts = [part.strip() for part in re.split(r"\s*[/;]\s*", bare) if part.strip()]
    display = _spelled(max(parts, key=len) if parts else name.replace("(", "").replace(")", ""))
    if not re.search(
        r"\b(?:Air|Airport|Base|Field|Aerodrome|Aeroport|RAF|Station|Airstrip|Airfield)", display
    ):
        display = f"{display} Airport"
    aliases = [_spelled(part) for part in parts if " " in part]
    match = _KIND.search(display)
    if match:
        aliases.append(f"{display[: match.start()]} Airport")
    place = city.partition(",")[0].partition("/")[0].strip()
    if alone and place and "Air" in display and "Base" not in display:
        aliases.append(f"{place} Airport")
    if place and display.startswith(f"{place} ") and match and match.start() > len(place):
        aliases.append(display.removeprefix(f"{place} "))
    aliases += [display.replace(long, short) for long, short in _SHORT if long in display]
    return display, [alias for alias in aliases if not _KINDLY.fullmatch(f" {alias}")]


def _spelled(name: str) -> str:
    for pattern, better in _SPELLED:
        name = pattern.sub(better, name)
    return name


def _twin(row: Row, fields: list[Row]) -> Row | None:
    here = (row.lat, row.lon)
    near = [(shapes.distance_km(here, (each.lat, each.lon)), each.id, each) for each in fields]
    return min((each for each in near if each[0] <= _SAME_KM), default=(0.0, "", None))[2]
