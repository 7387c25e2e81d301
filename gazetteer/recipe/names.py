# ruff: noqa: SIM905 -- a list of many words reads better as text

"""Clean place names and choose the one to display.

GeoNames mixes names with airport codes, web addresses and letter-by-letter transcriptions
("hlb" for Aleppo). What a reader would never print is dropped; everything else is kept as
the source writes it, because folding belongs to the lookup and not to the data.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cache

_LONGEST = 80
_CODE = re.compile(r"[A-Z]{1,4}|[A-Z0-9]{2,5}")
_DIRT = re.compile(r"[|\t\r\n;,/()\[\]{}=<>_#*@\"?]|https?:|www\.|\d{3}")
# Latin names that begin in lower case are transcriptions, unless a particle stands in front.
_PARTICLE = re.compile(
    r"(?:al|el|ad|ed|ar|er|as|es|ash|esh|at|et|az|ez|an|en|ath|adh|ul|ol|bin|ibn|beit|"
    r"la|le|les|lo|los|las|de|del|der|den|die|das|do|da|dos|du|s|t|i|o|os|a|na|in|de|"
    r"ka|kwa|e|u|of|the|il|l|d|ou|um|umm|san|sa|ta|van|von|y|hoo|ke|ma|po)[- '’ʻ]|"
    r"[’'ʼ‘ʻ]|[a-z][’'ʼ‘][A-ZÀ-Þ]|[a-z]{1,2}[A-Z]"
)
_ALIKE = 0.6
_TRANSCRIBED = frozenset(
    (
        "AM BD BG BY CN CY GE GR IN JP KG KH KP KR KZ LA LK MK MM MN NP RU TH TJ TW UA UZ BT ET ER MV "
        "AE AF BH DJ DZ EG EH ER IL IQ IR JO KM KW LB LY MA MR OM PK PS QA SA SD SO SY TD TN YE "
    ).split()
)
# Arabic, soft sign and Korean aspiration; elsewhere an apostrophe is part of the spelling (Tai'an).
_SIGNS_DROPPED = frozenset(
    ("AE AF BH DJ DZ EG EH IL IQ IR JO KM KW LB LY MA OM PS QA SA SD SO SY TD TN YE RU UA BY KP KR ").split()
)
_FRENCH = frozenset(["MA", "DZ", "TN", "MR", "TD", "DJ", "KM", "LB"])
_SCHOLARLY = frozenset("\u0304\u0323\u0327\u0331\u02bf\u02be\u2018\u2019")
_MARKS = str.maketrans(dict.fromkeys("ʿʾ‘’ʻʼ`´", ""))


def clean_names(candidates: Iterable[str], display: str) -> tuple[str, ...]:
    """Return the distinct usable names in sorted order, without the display name."""
    kept: dict[str, str] = {}
    for candidate in candidates:
        name = unicodedata.normalize("NFC", " ".join(candidate.split()))
        key = plain_latin(name).casefold()
        # Of spellings that differ in case or marks alone the plainest is kept: lookups fold the rest.
        if is_usable(name) and (key not in kept or _plainness(name) < _plainness(kept[key])):
            kept[key] = name
    kept.pop(plain_latin(display).casefold(), None)
    return tuple(sorted(kept.values()))


def _plainness(name: str) -> tuple[int, str]:
    return len(unicodedata.normalize("NFD", name)), name


@cache
def is_usable(name: str) -> bool:
    """Tell whether a source's name is one that a text could hold."""
    if not name or len(name) > _LONGEST or _DIRT.search(name) or _CODE.fullmatch(name):
        return False
    scripts = {_script(letter) for letter in name if letter.isalpha()}
    if not scripts or (len(scripts) > 1 and "LATIN" in scripts):
        return False
    if scripts == {"LATIN"}:
        return len(name) > 1 and not (name[0].islower() and not _PARTICLE.match(name))
    return True


@cache
def _script(letter: str) -> str:
    word = unicodedata.name(letter, "?").split()[0]
    return "LATIN" if word in {"MODIFIER", "FULLWIDTH"} else word


def plain_latin(name: str) -> str:
    """Return a romanized name without the signs of scholarly transcription."""
    bare = unicodedata.normalize("NFD", name.translate(_MARKS))
    text = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", text)


# Endings as English texts write them: Nizhny, Naberezhnye; Ukraine's own romanization has Kryvyi.
_ENDINGS = {
    "RU": ((re.compile(r"(?:iy|yy)\b"), "y"), (re.compile(r"yye\b"), "ye")),
    "UA": ((re.compile(r"yy\b"), "yi"),),
}


def display_name(name: str, english: str | None, country_code: str) -> str:
    """Choose the name to print.

    The source's current name stands if it is ASCII, in Russia and Ukraine without soft signs and with plain
    endings. Else a similar older English name replaces it ("Krakow"), or transcription marks are taken off
    where the country does not write Latin.
    """
    if name.isascii():
        for pattern, better in _ENDINGS.get(country_code, ()):
            name = pattern.sub(better, name)
        return name.replace("'", "") if country_code in _ENDINGS else name
    plain = _untranscribed(name, country_code)
    if english and english.isascii() and SequenceMatcher(None, plain, english).ratio() >= _ALIKE:
        return english
    return plain


def _untranscribed(name: str, country_code: str) -> str:
    """Take transcription marks off a name of a country that does not write Latin letters."""
    marks = set(unicodedata.normalize("NFD", name)) & _SCHOLARLY
    if country_code not in _TRANSCRIBED or (country_code in _FRENCH and not marks):
        return name
    kept = name if country_code in _SIGNS_DROPPED else re.sub("[‘’ʻʼ`]", "'", name)
    text = unicodedata.normalize("NFD", kept.translate(_MARKS) if country_code in _SIGNS_DROPPED else kept)
    bare = "".join(sign for sign in text if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", bare)


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
