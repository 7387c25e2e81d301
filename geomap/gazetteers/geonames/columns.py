"""The rows of GeoNames' files, checked: what cannot be right is told, not repaired."""

from __future__ import annotations

import re
from typing import NamedTuple

_CLASSES = frozenset("AHLPRSTUV")
_LONGEST_ID = 15
_MOST_PEOPLE = 10_000_000_000
_PLACE_COLUMNS = 19
_COUNTRY_COLUMNS = 19
_LEAST_ALTERNATE_COLUMNS = 8


class Entry(NamedTuple):
    """One place of a dump; numbers are still as written, but checked. `alternates` are parted by commas."""

    id: int
    name: str
    ascii_name: str
    alternates: str
    lat: str
    lon: str
    feature_class: str
    feature_code: str
    country_code: str
    admin1_code: str
    admin2_code: str
    population: str


def parse_place(line: str) -> Entry:
    """Read a line of places. Raises ValueError."""
    cells = line.split("\t")
    if len(cells) != _PLACE_COLUMNS:
        message = f"{len(cells)} columns, not {_PLACE_COLUMNS}"
        raise ValueError(message)
    place_id, name, ascii_name, alternates, lat, lon, feature_class, code, country = cells[:9]
    number = parse_id(place_id)
    if not name.strip():
        message = "no name"
        raise ValueError(message)
    _check_degrees("latitude", lat, 90)
    _check_degrees("longitude", lon, 180)
    if feature_class and feature_class not in _CLASSES:
        message = f"unknown feature class {feature_class[:20]!r}"
        raise ValueError(message)
    if country and not (len(country) == 2 and country.isascii() and country.isupper()):  # noqa: PLR2004
        message = f"{country[:20]!r} is no country code"
        raise ValueError(message)
    _check_population(cells[14])
    return Entry(
        number, name, ascii_name, alternates, lat, lon, feature_class, code, country,
        cells[10], cells[11], cells[14],
    )  # fmt: skip


def parse_id(cell: str) -> int:
    """Read a geonameid. Raises ValueError."""
    if not (cell.isascii() and cell.isdigit() and len(cell) <= _LONGEST_ID and int(cell)):
        message = f"{cell[:20]!r} is no geonameid"
        raise ValueError(message)
    return int(cell)


def _check_degrees(what: str, cell: str, most: int) -> None:
    try:
        fits = -most <= float(cell) <= most
    except ValueError:
        fits = False
    if not fits:
        message = f"{what} {cell[:20]!r} is not a number from {-most} to {most}"
        raise ValueError(message)


def _check_population(cell: str) -> None:
    if cell and not (cell.isascii() and cell.isdigit() and int(cell[:20]) <= _MOST_PEOPLE):
        message = f"population {cell[:20]!r} is not a number of people"
        raise ValueError(message)


class Alternate(NamedTuple):
    """One name, or code, of a place; `language` as GeoNames writes it, "" where it says none."""

    text: str
    language: str = ""
    preferred: bool = False
    short: bool = False
    past: bool = False

    def cells(self) -> tuple[str, str, str]:
        """Return the name as cells of a line; `from_cells` reads them."""
        return self.text, self.language, f"{self.preferred:d}{self.short:d}{self.past:d}"

    @classmethod
    def from_cells(cls, text: str, language: str, flags: str) -> Alternate:
        """Return what `cells` wrote."""
        return cls(text, language, flags[0] == "1", flags[1] == "1", flags[2] == "1")


_LANGUAGE = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*|")
CODES = {"wkdt": "wikidata", "iata": "iata", "icao": "icao", "faac": "faa", "unlc": "unlocode"}
"""What GeoNames writes among the languages but is a code, and how geomap calls it."""
DROPPED = frozenset({"post", "link", "phon", "tcid", "abbr", "lauc", "nuts", "ulpc"})
"""Neither names in a language nor codes that anyone asks for. Abbreviations ("TX", "NYC") are a table of
geomap's own, because most of GeoNames' are words or other places too."""
_REVOLUTION = "fr_1793"


def parse_alternate(line: str) -> tuple[int, Alternate | None]:
    """Read a line of alternate names: the place and its name, None for what is dropped. Raises ValueError."""
    cells = line.split("\t")
    if len(cells) < _LEAST_ALTERNATE_COLUMNS:
        message = f"{len(cells)} columns, not 8 or 10"
        raise ValueError(message)
    _, place_id, language, text, preferred, short, colloquial, historic = cells[:8]
    number = parse_id(place_id)
    if language in DROPPED or not text:
        return number, None
    if language not in CODES and not _LANGUAGE.fullmatch(language):
        message = f"{language[:20]!r} is no language"
        raise ValueError(message)
    past = "1" in (colloquial, historic) or language == _REVOLUTION
    language = "fr" if language == _REVOLUTION else language.replace("_", "-")
    return number, Alternate(text, language, preferred == "1", short == "1", past)


class Division(NamedTuple):
    """A line of admin1CodesASCII, admin2Codes or countryInfo: "SY.09" (a country: "SY") and its place."""

    code: str
    id: int
    names: tuple[str, ...]


def parse_division(line: str) -> Division:
    """Read a line of admin1CodesASCII or admin2Codes. Raises ValueError."""
    cells = line.split("\t")
    if len(cells) != 4:  # noqa: PLR2004
        message = f"{len(cells)} columns, not 4"
        raise ValueError(message)
    code, name, ascii_name, place_id = cells
    return Division(code, parse_id(place_id), (name, ascii_name))


def parse_country(line: str) -> Division:
    """Read a line of countryInfo. Raises ValueError."""
    cells = line.split("\t")
    if len(cells) != _COUNTRY_COLUMNS:
        message = f"{len(cells)} columns, not {_COUNTRY_COLUMNS}"
        raise ValueError(message)
    return Division(cells[0], parse_id(cells[16]), (cells[4],))


def parse_containment(line: str) -> tuple[int, int, str]:
    """Read a line of hierarchy: the container, what lies in it, the type. Raises ValueError."""
    cells = line.split("\t")
    if len(cells) not in {2, 3}:
        message = f"{len(cells)} columns, not 2 or 3"
        raise ValueError(message)
    return parse_id(cells[0]), parse_id(cells[1]), cells[2] if len(cells) == 3 else ""  # noqa: PLR2004
