"""A place of a dump as a row, alone or merged into the row that geomap has of the same id.

What geomap has wins: the display name, what an editor wrote, parent, radius, box, names with their
languages. The dump adds names, codes, a finer kind, a point that is not rounded, and what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from geomap.gazetteers.geonames.columns import Entry
from geomap.gazetteers.geonames.naming import Naming, distinct, is_historical, sameness
from geomap.gazetteers.rows import Row
from geomap.model import Name, settlement_radius_km

_UNDETERMINED = "und"
_LOCAL = -1
"""The precedence of a brook, a hill or a site: of homonyms the town is meant. Costs when wrong: a hill that
is fought for, and that no editor has entered, comes behind a hamlet of its name."""
_PLAIN = frozenset({"", "PPL"})


def new_row(entry: Entry, naming: Naming, *, parent_id: str, where: tuple[str, int]) -> Row:
    """Return a place of a dump that geomap does not have as a row."""
    local = entry.feature_class not in {"P", "A", ""}
    people = int(entry.population or 0)
    display = naming.display
    return Row(
        id=f"geonames:{entry.id}", name=display, names=_apart_from_county(entry, display, naming.names),
        lat=float(entry.lat), lon=float(entry.lon), feature_class=entry.feature_class,
        feature_code="PPLH" if is_historical(entry) else entry.feature_code,
        country_code=entry.country_code, admin1_code=entry.admin1_code, admin2_code=entry.admin2_code,
        population=people, radius_km=settlement_radius_km(people) if entry.feature_class == "P" else 0.0,
        bbox="", parent_id=parent_id, precedence=_LOCAL if local else 0, codes=naming.codes, where=where,
    )  # fmt: skip


def _apart_from_county(entry: Entry, display: str, names: tuple[Name, ...]) -> tuple[Name, ...]:
    """Never call a county of the United States by its bare name, "Harris": most are surnames and towns."""
    if entry.country_code != "US" or entry.feature_code != "ADM2":
        return names
    return tuple(name for name in names if not display.casefold().startswith(f"{name.text.casefold()} "))


def merged_row(kept: Row, dumped: Row) -> Row:
    """Return geomap's row with what the dump adds.

    A row that an editor wrote or confirmed takes no more names: some were taken away from it on purpose.
    """
    finer = kept.feature_code in _PLAIN and dumped.feature_class == (kept.feature_class or "P")
    point = kept if kept.curated else dumped
    return replace(
        kept,
        names=_merged_names(kept, dumped),
        lat=point.lat,
        lon=point.lon,
        feature_class=kept.feature_class or dumped.feature_class,
        feature_code=(finer and dumped.feature_code) or kept.feature_code or dumped.feature_code,
        country_code=kept.country_code or dumped.country_code,
        admin1_code=kept.admin1_code or dumped.admin1_code,
        admin2_code=kept.admin2_code or dumped.admin2_code,
        population=kept.population or dumped.population,
        radius_km=kept.radius_km or dumped.radius_km,
        parent_id=kept.parent_id or dumped.parent_id,
        codes=tuple(dict.fromkeys((*kept.codes, *dumped.codes))),
    )


def _merged_names(kept: Row, dumped: Row) -> tuple[Name, ...]:
    languages = {sameness(name.text): name.language for name in reversed(dumped.names) if name.language}
    names = [_with_language(name, languages) for name in kept.names]
    known = {sameness(kept.name), *(sameness(name.text) for name in names)}
    added = () if kept.curated else distinct((*dumped.names, Name(dumped.name)), known=known)
    return (*names, *added)


def _with_language(name: Name, languages: Mapping[str, str]) -> Name:
    """Take the language from the dump where only the script tells something of it, or nothing does."""
    if name.language and not name.language.startswith(_UNDETERMINED):
        return name
    return Name(name.text, languages.get(sameness(name.text), name.language))
