"""What geomap knows of words: the tables beside this module, read once and only when asked for.

A table is UTF-8, tab-separated; lines that begin with `#` say where it comes from; the next line names
the columns; the last column of a row says why it is there.
"""

from __future__ import annotations

import hashlib
import lzma
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from geomap.errors import ConfigError
from geomap.model import Place
from geomap.text import fold


def table(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table such as "demonyms.tsv" (or "surnames.tsv.xz") in its order.

    Raises ConfigError where a row has not as many cells as the header.
    """
    lines = _lines(name)
    header: list[str] = []
    for number, line in lines:
        cells = line.split("\t")
        if not header:
            header = cells
        elif len(cells) != len(header):
            message = f"{name}:{number}: {len(cells)} cells, not {len(header)}"
            raise ConfigError(message)
        else:
            yield dict(zip(header, cells, strict=True))


def _lines(name: str) -> Iterator[tuple[int, str]]:
    data = resources.files("geomap.tables").joinpath(name).read_bytes()
    text = (lzma.decompress(data) if name.endswith(".xz") else data).decode("utf-8")
    for number, line in enumerate(text.split("\n"), start=1):
        if line and not line.startswith("#"):
            yield number, line


def tables_digest() -> str:
    """Return the SHA-256 of all tables, by name and content: with the code, they decide every result."""
    digest = hashlib.sha256()
    folder = resources.files("geomap.tables")
    for name in sorted(
        entry.name for entry in folder.iterdir() if ".tsv" in entry.name or ".txt" in entry.name
    ):
        digest.update(name.encode())
        digest.update(folder.joinpath(name).read_bytes())
    return digest.hexdigest()


def is_country(place: Place) -> bool:
    """Tell whether a place is a country or a dependent territory, a former one included."""
    return place.feature_code.startswith("PCL") or place.feature_code == "TERR"


def country_name(places: Iterable[Place]) -> str:
    """Return the name of the country among a place and what contains it, "" without one."""
    return next((place.name for place in places if is_country(place)), "")


def admin1_name(places: Iterable[Place]) -> str:
    """Return the name of the ADM1 among a place and what contains it, "" without one."""
    return next((place.name for place in places if place.feature_code == "ADM1"), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A kind of place: its GeoNames code and class, a word for it, how prominent such places are."""

    code: str
    feature_class: str
    kind: str
    prominence: float


@cache
def features() -> Mapping[str, Feature]:
    """Return the feature codes that geomap knows."""
    return {
        row["code"]: Feature(
            code=row["code"],
            feature_class=row["class"],
            kind=row["kind"],
            prominence=float(row["prominence"]),
        )
        for row in table("features.tsv")
    }


_UNKNOWN = Feature(code="", feature_class="", kind="place", prominence=0.2)


def feature(code: str) -> Feature:
    """Return the feature of a code; for a code that is not in the table, a plain "place"."""
    return features().get(code, _UNKNOWN)


_NAMES_OF_A_FAMOUS_PLACE = 150
_PER_TENFOLD = {"PCLI": 0.008, "PCL": 0.008, "PCLD": 0.008, "PCLS": 0.008, "ADM1": 0.035}
"""What a tenfold population adds: little to a country, which is one however small."""


def prominence(place: Place, name_count: int = 1) -> float:
    """Return how likely news mean this place, before anything of the article is known, in [0, 1].

    From its kind, its population (a tenfold one adds 0.07 to a town) and the number of its names (many
    languages name what is famous). A curated place of unknown population counts as one that reports name, and
    so does one with precedence. The table rates kinds by those that a map of the world names; a water, hill
    or site that only a full GeoNames lists (precedence below 0) counts half.
    Costs when wrong: a village of a famous name loses against its namesake unless the article says more.
    """
    base = feature(place.feature_code).prominence * (0.5 if place.precedence < 0 else 1.0)
    per_tenfold = _PER_TENFOLD.get(place.feature_code, 0.07 if place.feature_class == "P" else 0.04)
    people = per_tenfold * math.log10(place.population + 1) if place.feature_class in {"P", "A"} else 0.0
    fame = 0.12 * min(1.0, math.log(name_count + 1) / math.log(_NAMES_OF_A_FAMOUS_PLACE))
    curated = 0.08 if (place.curated or place.precedence > 0) and not place.population else 0.0
    return min(1.0, base + people + fame + curated)


@cache
def word_list(name: str) -> frozenset[str]:
    """Return the entries of a one-column list such as "words.txt.xz", which holds folded words."""
    return frozenset(line for _, line in _lines(name))


@cache
def frequencies(name: str) -> Mapping[str, float]:
    """Return folded names to their frequency per 100,000 people from a table such as "surnames.tsv.xz"."""
    return {row["name"]: float(row["frequency"]) for row in table(name)}


class Phrases:
    """Phrases of a table by the side on which they stand of a name, matched longest first.

    A phrase that the table writes in lower case fits any case; one with capitals only its own.
    """

    LONGEST = 5

    def __init__(self, rows: list[tuple[str, str, float, str]]) -> None:
        """Take (phrase, "before" or "after", strength, value)."""
        self._sides: dict[str, dict[tuple[str, ...], list[tuple[float, str]]]] = {"before": {}, "after": {}}
        for phrase, side, strength, value in rows:
            key = tuple(phrase.replace("-", " ").split())
            self._sides[side].setdefault(key, []).append((strength, value))
        self._ends = {
            side: {key[-1 if side == "before" else 0] for key in entries}
            for side, entries in self._sides.items()
        }

    def before(self, texts: tuple[str, ...]) -> list[tuple[float, str]]:
        """Return strength and value of the longest phrase that `texts` (words in order) ends with."""
        return self._longest(
            "before", texts, [texts[at:] for at in range(max(0, len(texts) - 5), len(texts))]
        )

    def after(self, texts: tuple[str, ...]) -> list[tuple[float, str]]:
        """Return strength and value of the longest phrase that `texts` (words in order) begins with."""
        return self._longest("after", texts, [texts[:end] for end in range(min(5, len(texts)), 0, -1)])

    def covers(self, side: str, texts: tuple[str, ...]) -> bool:
        """Tell whether all of `texts` is one phrase of that side."""
        return texts in self._sides[side] or tuple(text.lower() for text in texts) in self._sides[side]

    def _longest(
        self, side: str, texts: tuple[str, ...], pieces: list[tuple[str, ...]]
    ) -> list[tuple[float, str]]:
        if not texts:
            return []
        edge = texts[-1 if side == "before" else 0]
        if edge not in self._ends[side] and edge.lower() not in self._ends[side]:
            return []
        entries = self._sides[side]
        for piece in pieces:
            found = entries.get(piece) or entries.get(tuple(text.lower() for text in piece))
            if found:
                return found
        return []


@cache
def frames() -> Phrases:
    """Return the words around a name that tell its kind; values are lists of feature codes or classes."""
    return Phrases(
        [
            (row["word"], row["side"], float(row["strength"]), row["feature_codes"])
            for row in table("frames.tsv")
        ]
    )


@cache
def metonymy_cues() -> Phrases:
    """Return the words beside a name that make it a government, forces, people or a team."""
    return Phrases([(row["cue"], row["side"], 1.0, row["note"]) for row in table("metonymy.tsv")])


@cache
def literal_cues() -> Phrases:
    """Return the phrases that settle whether a name is literal; values are "literal" and "associative"."""
    return Phrases([(row["phrase"], row["side"], 1.0, row["reading"]) for row in table("literal_cues.tsv")])


@cache
def organization_heads() -> Phrases:
    """Return the heads of organization names that hold a place's name; values are toponym types."""
    return Phrases([(row["head"], row["side"], 1.0, row["type"]) for row in table("organizations.tsv")])


@cache
def generic_words() -> Mapping[str, frozenset[str]]:
    """Return folded words such as "province" to the feature classes or codes that they ask for."""
    return {row["word"]: frozenset(row["classes"].split(",")) for row in table("generic_words.tsv")}


def without_generic_word(name: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the folded name without a word for its kind at an end of it, and what that word asks for.

    "Adamawa State" and "City of Groton" are Adamawa and Groton.
    """
    parts = fold(name).split()
    for rest, word in ((parts[:-1], parts[-1:]), (parts[1:], parts[:1])):
        classes = generic_words().get("".join(word))
        if rest and classes:
            yield " ".join(rest[rest[0] == "of" and len(rest) > 1 :]), classes


@cache
def given_names() -> Mapping[str, float]:
    """Return folded given names to their frequency per 100,000; 1 for names of other languages."""
    found = dict(frequencies("given_names.tsv.xz"))
    for row in table("international_names.tsv"):
        if row["kind"] == "given":
            found.setdefault(fold(row["name"]), 1.0)
    return found


@cache
def surnames() -> Mapping[str, float]:
    """Return folded surnames to their frequency per 100,000; 1 for names of other languages than English."""
    found = dict(frequencies("surnames.tsv.xz"))
    for row in table("international_names.tsv"):
        if row["kind"] == "surname":
            found.setdefault(fold(row["name"]), 1.0)
    return found


@cache
def titles() -> frozenset[str]:
    """Return the words that stand before a person's name, in lower case, without their dot."""
    return frozenset(row["title"].rstrip(".").lower() for row in table("titles.tsv"))


@cache
def stop_names() -> Mapping[str, str]:
    """Return folded names that hardly ever are places to their class ("word", "given_name" ...).

    Names of several words hide what is inside them: "Islamic State", "Duke Ellington".
    """
    return {fold(row["name"]): row["class"] for row in table("stop_names.tsv")}


@cache
def kinds() -> Mapping[str, str]:
    """Return folded words for kinds of places, as users' lists have them, to feature codes."""
    return {fold(row["word"]): row["feature_code"] for row in table("kinds.tsv")}
