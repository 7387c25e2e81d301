# ruff: noqa: SIM905 -- a list of many words reads better as text
"""Which spellings of a place name are of use, and which one to display.

GeoNames mixes names with airport codes, web addresses and letter-by-letter transcriptions
("hlb" for Aleppo). What a reader would never print is dropped; everything else is kept as
the source writes it, because folding belongs to the lookup and not to the data.
For whoever builds a gazetteer: the recipe of the embedded one, and `geomap gazetteer build`.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cache, lru_cache

_LONGEST = 80
_CODE = re.compile(r"[A-Z]{1,4}|[A-Z0-9]{2,5}")
_DIRT = re.compile(r"[|\t\r\n;,/()\[\]{}=<>_#*@\"?]|https?:|www\.|\d{3}")
# Nearly all names have one of these forms, which pass every check below and spare its time.
_LATIN = "A-Za-zÀ-ÖØ-öø-ɏḀ-ỹ"
_ORDINARY = re.compile(
    rf"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ](?:[{_LATIN}]|[ '’‘-](?=[{_LATIN}]))*"
    r"|[ء-غف-ي]{2,}(?: [ء-غف-ي]+)*|[А-я]+(?:[ -][А-я]+)*|[一-鿿]+"
)
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


def is_ordinary(name: str) -> bool:
    """Tell whether a name is usable at first sight, as nearly all are."""
    return len(name) <= _LONGEST and _ORDINARY.fullmatch(name) is not None


@lru_cache(maxsize=65536)
def is_usable(name: str) -> bool:
    """Tell whether a source's name is one that a text could hold."""
    if is_ordinary(name):
        return True
    if not name or len(name) > _LONGEST or _DIRT.search(name) or _CODE.fullmatch(name):
        return False
    scripts = {_script(letter) for letter in name if letter.isalpha()}
    if not scripts or (len(scripts) > 1 and "LATIN" in scripts):
        return False
    if scripts == {"LATIN"}:
        return len(name) > 1 and not (name[0].islower() and not _PARTICLE.match(name))
    return True


@lru_cache(maxsize=65536)
def _script(letter: str) -> str:
    word = unicodedata.name(letter, "?").split()[0]
    return "LATIN" if word in {"MODIFIER", "FULLWIDTH"} else word


def plain_latin(name: str) -> str:
    """Return a romanized name without the signs of scholarly transcription."""
    if name.isascii():
        return name.replace("`", "")
    bare = unicodedata.normalize("NFD", name.translate(_MARKS))
    return unicodedata.normalize("NFC", _combining().sub("", bare))


@cache
def _combining() -> re.Pattern[str]:
    """Return all combining characters; to ask for each character of each name takes several times as long."""
    signs = (chr(code) for code in range(0x300, sys.maxunicode))
    return re.compile(f"[{''.join(sign for sign in signs if unicodedata.combining(sign))}]+")


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
