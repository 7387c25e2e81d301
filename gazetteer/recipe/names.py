# ruff: noqa: SIM905 -- a list of many words reads better as text

"""Names of divisions, and the catalog of English names.

What makes a name usable stands in geomap.gazetteers.spelling.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable

from geomap.gazetteers.spelling import clean_names, display_name, is_usable, plain_latin

__all__ = ["clean_names", "display_name", "is_usable", "plain_latin"]


def read_catalog(raw: bytes) -> dict[str, str]:
    """Read a compiled gettext catalog: GeoNames id to preferred name."""
    count, originals, translations = struct.unpack("<3I", raw[8:20])
    return {_text(raw, originals + 8 * i): _text(raw, translations + 8 * i) for i in range(count)}


def _text(raw: bytes, at: int) -> str:
    length, offset = struct.unpack("<2I", raw[at : at + 8])
    return raw[offset : offset + length].decode("utf-8")


def slug(name: str) -> str:
    """Return a lower-case ASCII identifier of a name."""
    plain = plain_latin(name).replace("ø", "o").replace("Ø", "O").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


_GENERIC = (
    "Governorate|Province|Oblast|Region|District|Prefecture|Department|County|Parish|Canton|"
    "Municipality|Voivodeship|Voivodship|Krai|Muhafazah|Wilayah|Raion|Rayon|Viloyat|"
    "Autonomous Region|Metropolitan Municipality|Rural District|City|Borough|Commune"
)
_ENDING = re.compile(rf"(.+?)(?: (?:{_GENERIC}))+")
# Words that name nothing by themselves once the generic word is gone.
_DIRECTIONS = frozenset(
    (
        "north south east west northern southern eastern western central centre center upper lower "
        "middle northeast northwest southeast southwest north-east north-west south-east south-west "
        "northeastern northwestern southeastern southwestern north-eastern north-western south- "
        "eastern south-western capital coast coastal federal national metropolitan outer inner old "
        "new island islands lake lakes river rivers hills valley highlands plateau mountain forest "
        "union independence federally centrale est ouest nord sud littoral centro norte sur este "
        "oeste equator unity bar point green sea golden rose home general states state city "
    ).split()
)


# Divisions that share the name of a water: the bare name is the water's.
_WATERS = frozenset(
    {"Red Sea", "White Nile", "Blue Nile", "River Nile", "Nile", "Black Sea", "Dead Sea", "North Sea"}
)


def bare_name(name: str) -> str | None:
    """Return a division's name without its generic word, or None if nothing useful is left."""
    match = _ENDING.fullmatch(name)
    if match is None or is_direction(match[1]):
        return None
    return match[1]


def is_direction(name: str) -> bool:
    """Tell whether a name is a mere direction or common word, such as "Central"."""
    if name in _WATERS:
        return True
    return all(word.casefold() in _DIRECTIONS for word in re.split(r"[ -]| and ", name) if word)


def has_generic_word(name: str) -> bool:
    """Tell whether a name ends in an English word for a division."""
    return _ENDING.fullmatch(name) is not None


def english_aliases(aliases: Iterable[str]) -> list[str]:
    """Return the plain Latin aliases, bare ones, in their order."""
    plain = [alias for alias in aliases if alias.isascii() and is_usable(alias)]
    return list(dict.fromkeys(bare_name(alias) or alias for alias in plain))
