"""Small settlements, island groups, ranges, rivers and national parks of Australia (GeoNames).

A dump of 2012, the only one of a whole country that a package holds. Creeks, hills and farms stay out.
"""

from __future__ import annotations

import names
import settlements
from known import Known
from ordinary import Ordinary
from postal import names_nothing
from settlements import Division
from sources import Sources
from table import Row

_CODES = frozenset(
    "PPL PPLL PPLX ISLS MTS PEN DSRT RGN PLAT AIRB INSM GULF FLLS".split()  # noqa: SIM905
)
_RIVERS, _PARKS = "STM", "PRK"
_SAME_KM = 20.0
_WATER_KM = 300.0
_FIELDS = 19


def australian_rows(
    sources: Sources, known: Known, ordinary: Ordinary, divisions: list[Division], states: dict[str, str]
) -> list[Row]:
    """Return new rows; `states` maps a state's code to its id."""
    ids = {row.id for rows in known.by_name.values() for row in rows if row.country_code == "AU"}
    codes = {division.code: f"geonames:{division.id}" for division in divisions}
    rows = []
    for cells in sources.lines("geonames", "package/data/AU.txt"):
        if len(cells) < _FIELDS or f"geonames:{cells[0]}" in ids or not _is_wanted(cells):
            continue
        row = _row(cells, codes, states)
        within = _SAME_KM if row.feature_class == "P" else _WATER_KM
        kinds = "P" if row.feature_class == "P" else "HTLS"
        if names.is_direction(row.name) or "Statistical" in row.name:
            continue
        if not row.population and (ordinary.is_word(row.name) or _is_misleading(row, known, ordinary)):
            continue
        if known.namesake(row.name, row.lat, row.lon, within_km=within, kinds=kinds) is None:
            rows.append(row)
            known.add([row])
    return rows


def _is_misleading(row: Row, known: Known, ordinary: Ordinary) -> bool:
    """Tell whether only this place bears a name that texts use for persons or things."""
    other = ordinary.is_person(row.name) or ordinary.is_phrase(row.name)
    return other and names_nothing(known, row.name)


def _is_wanted(cells: list[str]) -> bool:
    name, code = cells[1], cells[7]
    if code == _RIVERS:
        return name.endswith(" River")
    if code == _PARKS:
        return "National Park" in name
    return code in _CODES and names.is_usable(name)


def _row(cells: list[str], codes: dict[str, str], states: dict[str, str]) -> Row:
    name, population = cells[1], int(cells[14] or 0)
    county = f"AU.{cells[10]}.{cells[11]}"
    return Row(
        id=f"geonames:{cells[0]}",
        name=name,
        lat=float(cells[4]),
        lon=float(cells[5]),
        feature_class=cells[6],
        feature_code=cells[7],
        country_code="AU",
        admin1_code=cells[10] if cells[10] in states else "",
        admin2_code=cells[11] if cells[11] and county in codes else "",
        population=population,
        radius_km=settlements.settlement_radius_km(population) if cells[6] == "P" else 0.0,
        parent=codes.get(county, states.get(cells[10], "")),
        names=names.clean_names(cells[3].split(","), name),
    )
