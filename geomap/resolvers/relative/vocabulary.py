"""The table relative.tsv as patterns: distances, directions and the words that stand beside a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from geomap import lexicon

HYPHENS = r"[-\s]{0,2}"
"""What may stand inside a direction: "north-east", "north east", "northeast", "north- east"."""

_ENDING = r"(?:ern(?:most)?|erly|wards?)?"
_LETTERS = re.compile(r"[^a-z]+")
_TOLERANCE, _ROUGH = 0.15, 0.25
_ALLOWANCE = 0.5
"""How much farther than said "more than" may mean; a news text gives the next round number below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """From `low` to `high` km: what a text says with what it leaves open."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A direction in degrees clockwise from north, and how far to either side it may be meant."""

    bearing: float
    spread: float


@cache
def entries(kind: str) -> Mapping[str, str]:
    """Return the phrases of a kind of the table to their values."""
    return MappingProxyType(
        {row["phrase"]: row["value"] for row in lexicon.table("relative.tsv") if row["kind"] == kind}
    )


@cache
def blocked(value: str) -> frozenset[str]:
    """Return the words that forbid a reading: "after" a name or a "line", "before" off, before "between"."""
    return frozenset(
        row["phrase"]
        for row in lexicon.table("relative.tsv")
        if row["kind"] == "blocked" and row["value"] == value
    )


def any_of(phrases: Iterable[str], *, joint: str = r"\s+") -> str:
    """Return a pattern for one of the phrases, the longest first; `joint` stands for their spaces."""
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "(?:" + "|".join(re.escape(phrase).replace(r"\ ", joint) for phrase in ordered) + ")"


@cache
def direction_pattern() -> str:
    """Return a pattern for a direction as a noun or an adjective: "north-east", "southern", "northwards"."""
    return rf"(?:{any_of(entries('direction'), joint=HYPHENS)}{_ENDING})"


@cache
def _words_of_numbers() -> str:
    tens = any_of(
        word for word, value in entries("number").items() if value in {str(n) for n in range(20, 91, 10)}
    )
    ones = any_of(
        word for word, value in entries("number").items() if value in {str(n) for n in range(1, 10)}
    )
    return rf"(?:{tens}-{ones}|{any_of(entries('number'))})"


@cache
def quantity_pattern() -> str:
    """Return a pattern for a distance: "about 12 miles (20 km)", "10 to 15 km", "half a mile"."""
    digits = r"(?:\d{1,3}(?:,\d{3})+|\d{1,5})(?:\.\d+)?"
    number = rf"(?:{digits}|\b{_words_of_numbers()})"
    meant = any_of(phrase for kind in ("more", "less", "about") for phrase in entries(kind))
    units = rf"{any_of(entries('unit'))}s?\b\.?"
    one = rf"(?:{number}(?:\s*(?:-|–|to|or|and)\s*{number})?[\s-]*{units})"
    other = r"(?:\s*\([^()]{1,30}\)|,?\s+or\s+[\d.,]+[\s-]*\w+,?|/\d+[\s-]*\w+)?"
    return rf"(?:(?:{meant}\s+)*{one}{other}(?:\s+or\s+so)?)"


@cache
def _quantity() -> re.Pattern[str]:
    digits = r"\d[\d,]*(?:\.\d+)?"
    number = rf"({digits}|\b{_words_of_numbers()})"
    units = rf"({any_of(entries('unit'))})s?\b"
    return re.compile(rf"{number}(?:\s*(?:-|–|to|or|and)\s*{number})?[\s-]*{units}", re.IGNORECASE)


def distance(text: str) -> Distance | None:
    """Return what the first distance of a text means, or None without one (a distance of 0 is none).

    A number is meant within 15 %, "about" within 25 %: georeferencers take half of the last decimal place
    that is not 0 (Wieczorek, Guo and Hijmans 2004), 5 of 30 km. "Within" goes down to the place, "more
    than" up by half.
    Costs when wrong: the ring is too narrow or too wide by some tenths; its middle stays right.
    """
    found = _quantity().search(text)
    if found is None:
        return None
    first, second, unit = found.groups()
    km = float(entries("unit")[_key(unit)])
    low, high = km * _numbers(first)[0], km * _numbers(second or first)[1]
    low, high = min(low, high), max(low, high)
    before = text[: found.start()]
    if high == 0:
        return None
    if _says("less", before):
        return Distance(low=0.0, high=high * (1 + _TOLERANCE))
    if _says("more", before):
        return Distance(low=low * (1 - _TOLERANCE), high=high * (1 + _ALLOWANCE))
    tolerance = _ROUGH if _says("about", before) or not first[0].isdigit() else _TOLERANCE
    return Distance(low=low * (1 - tolerance), high=high * (1 + tolerance))


def _says(kind: str, text: str) -> bool:
    return re.search(rf"\b{any_of(entries(kind))}\b", text, re.IGNORECASE) is not None


def _key(text: str) -> str:
    return re.sub(r"\s+", " ", text.lower())


def _numbers(text: str) -> tuple[float, float]:
    """Return the least and the most that a number means: "several" are three to ten."""
    if text[0].isdigit():
        return float(text.replace(",", "")), float(text.replace(",", ""))
    values = entries("number")
    if _key(text) in values:
        low, _, high = values[_key(text)].partition("-")
        return float(low), float(high or low)
    exact = sum(float(values[part]) for part in _key(text).split("-"))
    return exact, exact


def headings(text: str) -> tuple[Heading, ...]:
    """Return the directions of a text, in order: one of "north-east", two of "north and west".

    Meant within 45 degrees to either side: where only four directions are told apart, north is all that is
    nearer to it than to east and west (Wieczorek, Guo and Hijmans 2004). The same for north-east, because
    news use it as loosely; 22.5 for north-north-east. Costs when wrong: what lies beside the sector is
    missed.
    """
    found = []
    for match in _direction().finditer(text):
        letters = _LETTERS.sub("", match.group(1).lower())
        words = _words_of_directions()[letters]
        bearing = float(entries("direction")[words])
        found.append(Heading(bearing=bearing, spread=45.0 if bearing % 45 == 0 else 22.5))
    return tuple(found)


@cache
def _words_of_directions() -> Mapping[str, str]:
    return {_LETTERS.sub("", phrase): phrase for phrase in entries("direction")}


@cache
def _direction() -> re.Pattern[str]:
    return re.compile(rf"\b({any_of(entries('direction'), joint=HYPHENS)}){_ENDING}\b", re.IGNORECASE)
