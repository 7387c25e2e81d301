"""The names of a place of a dump: which one to display, which others are of use, which are codes.

The display name is the preferred English one, else the dump's name without marks of transcription where
the country does not write Latin (`geomap.gazetteers.spelling`). A name that no text holds (codes, addresses,
digits, mixed scripts) is dropped. Costs when wrong: a place whose every name is such is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from geomap.gazetteers.geonames.columns import CODES, Alternate, Entry
from geomap.gazetteers.spelling import display_name, is_ordinary, is_usable, plain_latin
from geomap.model import Name

_IN_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
_HISTORICAL = "(historical)"
_CODE_FORMS = {
    "wikidata": re.compile(r"Q[1-9][0-9]{0,11}"),
    "iata": re.compile(r"[A-Z]{3}"),
    "icao": re.compile(r"[A-Z][A-Z0-9]{3}"),
    "faa": re.compile(r"[A-Z0-9]{3,4}"),
    "unlocode": re.compile(r"[A-Z]{2}[A-Z2-9]{3}"),
}


class Naming(NamedTuple):
    """What a place is called."""

    display: str
    names: tuple[Name, ...]
    codes: tuple[tuple[str, str], ...]


def name_place(entry: Entry, alternates: Sequence[Alternate]) -> Naming | None:
    """Return what a place is called, None where no name of it is of use."""
    if not alternates and not entry.alternates and entry.name.isascii() and is_ordinary(entry.name):
        return Naming(entry.name, (), ())  # half of all places, and nothing to choose
    own = _own_names(entry)
    tagged = [(_tidy(each.text), each) for each in alternates if each.language not in CODES]
    tagged = [(text, each) for text, each in tagged if is_usable(text)]
    display = _display(own, tagged, entry.country_code)
    if not display:
        return None
    untagged = own
    if entry.alternates:
        untagged = [*own, *filter(is_usable, map(_tidy, entry.alternates.split(",")))]
    names = distinct(
        [Name(text, each.language) for text, each in tagged] + [Name(text) for text in untagged],
        known={sameness(display)},
    )
    return Naming(display, names, _codes(alternates))


def is_historical(entry: Entry) -> bool:
    """Tell whether a populated place is marked as one that is no more, in the way of American maps."""
    return entry.feature_class == "P" and entry.name.endswith(_HISTORICAL)


def distinct(names: Iterable[Name], *, known: AbstractSet[str]) -> tuple[Name, ...]:
    """Return the names that differ in more than case and marks from what is known and from each other.

    Of those that do not the first is kept; so names with a language come first.
    """
    kept: dict[str, Name] = {}
    for name in names:
        key = sameness(name.text)
        if key not in known:
            kept.setdefault(key, name)
    return tuple(kept.values())


def sameness(name: str) -> str:
    """Return what is equal of names that differ in case and marks alone: a look-up folds them anyway."""
    return plain_latin(name).casefold()


def _own_names(entry: Entry) -> list[str]:
    """Return the dump's name, of "Brussels / Bruxelles" both, else its ASCII form where that is of use."""
    name = _IN_BRACKETS.sub("", entry.name) if entry.name[-1:] in ")]" else entry.name
    parts = name.split("/") if "/" in name and "//" not in name else [name]
    usable = [part for part in map(_tidy, parts) if _is_own_name(part)]
    if not usable:
        usable = [part for part in [_tidy(entry.ascii_name)] if _is_own_name(part)]
    return usable


def _is_own_name(name: str) -> bool:
    """Take a lower-case name too, which as a place's own is no transcription: "estany de Cabana"."""
    return is_usable(name) or ("." not in name and is_usable(name[:1].upper() + name[1:]))


def _tidy(text: str) -> str:
    text = " ".join(text.split())
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _display(own: Sequence[str], tagged: Sequence[tuple[str, Alternate]], country_code: str) -> str:
    english = [(text, each) for text, each in tagged if each.language == "en" and not each.past]
    preferred = [(each.short, text) for text, each in english if each.preferred]
    if preferred:
        return min(preferred, key=lambda pair: pair[0])[1]
    if own:
        likely = next((text for text, each in english if not each.short), None)
        return display_name(own[0].replace("`", "").strip(), likely, country_code).strip()
    others = english or [pair for pair in tagged if not pair[1].past]
    return others[0][0] if others else ""


def _codes(alternates: Sequence[Alternate]) -> tuple[tuple[str, str], ...]:
    found: dict[tuple[str, str], None] = {}
    for each in alternates:
        scheme = CODES.get(each.language)
        if scheme and not each.past and _CODE_FORMS[scheme].fullmatch(each.text):
            found[scheme, each.text] = None
    return tuple(found)
