"""What a person asks a gazetteer for: "Jobar, Damascus", "al-Bab near Aleppo", "camp near Goma".

A question is read in several ways, the one that takes most of it as a name first: "Village of Hope" is a
place of that name where there is one, else a village called Hope. The first reading that a place fits wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, runtime_checkable

from geomap import lexicon
from geomap.gazetteers.kinds import of_kinds
from geomap.gazetteers.questions import SearchQuery, cuts, name_first, name_last, parse_search, readings
from geomap.gazetteers.stack import has_precedence
from geomap.geo import distance_km
from geomap.model import Candidate, Match, Place, Point
from geomap.protocols import Gazetteer, Suggesting
from geomap.text import fold

__all__ = ["Answer", "SearchQuery", "answer", "fits", "parse_search", "readings", "search"]

_NAMESAKES = 200
"""Places of one name that are looked at: of San José, the commonest, the gazetteer knows fewer."""

_NEAR_KM = 150.0
"""How far "near" reaches from the edge of what it names."""

_ELONGATED = 2.5
"""How much further than the radius of a circle of its size the ends of a country lie."""

_OTHER_NAME = 0.12
"""What a place loses in prominence under another name than the one shown: Salvador is not San Salvador.

Costs when wrong: a well-known place follows its namesakes under a name that it no longer bears.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found, the best first.

    `missed` says what of the question no place of the name fits ('in "Texas"'): the candidates are those
    that fit most. `similar` says that no place bears the name, and the candidates' names are like it.
    """

    candidates: tuple[Candidate, ...] = ()
    query: SearchQuery = field(default_factory=SearchQuery)
    missed: tuple[str, ...] = ()
    similar: bool = False


@runtime_checkable
class Coded(Protocol):
    """A gazetteer that knows codes such as SY-HL, OSAP or P-codes."""

    def by_code(self, code: str) -> Sequence[Place]:
        """Return the places of a code, the most prominent first."""
        ...


@runtime_checkable
class Surveyed(Protocol):
    """A gazetteer that knows what lies around a point."""

    def nearest(
        self, point: Point, *, limit: int = 1, max_km: float = 100.0, kinds: frozenset[str] = frozenset()
    ) -> Sequence[Place]:
        """Return the places of these kinds nearest to a point, by distance."""
        ...


def answer(gazetteer: Gazetteer, text: str, *, limit: int = 10) -> Answer:
    """Return the places that a question may mean: nearest first where it says "near", else by prominence.

    An id or a code of the gazetteer's is a question, too.
    """
    text = text.encode(errors="replace").decode().strip()  # half a character is in no name
    return _answer(gazetteer, text, limit=limit, near_too=True)


def _answer(gazetteer: Gazetteer, text: str, *, limit: int, near_too: bool) -> Answer:
    exact = _called(gazetteer, text)
    if exact:
        return Answer(candidates=tuple(exact[:limit]), query=SearchQuery(name=text))
    most = Answer()
    tried: list[SearchQuery] = []
    for pieces in cuts(text, near_too=near_too):
        center = _center(gazetteer, pieces.near)
        most = Answer()
        for query in name_first(pieces):
            tried.append(query)
            found = _best(gazetteer, query, center, limit=limit)
            if found.candidates and not found.missed:
                return found
            most = most if most.candidates else found
        for query in name_last(pieces):
            found = _best(gazetteer, query, center, limit=limit)
            if found.candidates and not found.missed:
                return found
    return most if most.candidates else _similar(gazetteer, text, tried, limit=limit)


def _called(gazetteer: Gazetteer, text: str) -> list[Candidate]:
    """Return the places of exactly this name, id or code: the code SYR comes before the town of Syr."""
    names = _ordered(each for each in _by_name(gazetteer, text) if fold(each.matched_name) == fold(text))
    codes = _by_code(gazetteer, text, known={each.place.id for each in names})
    written = [each for each in names if not text.isupper() or each.matched_name == text]
    return [*written, *codes, *(each for each in names if each not in written)]


def search(gazetteer: Gazetteer, text: str, *, limit: int = 10) -> Sequence[Candidate]:
    """Return the candidates of `answer`: what fits the question, or what fits most of it."""
    return answer(gazetteer, text, limit=limit).candidates


def _by_name(gazetteer: Gazetteer, name: str) -> list[Candidate]:
    """Return the places of a name; a part of it that says the kind does not count as its own."""
    if not name:
        return []
    found = gazetteer.lookup(name, limit=_NAMESAKES)
    own = (Match.TRANSLITERATED, Match.ABBREVIATION)
    return [
        each
        for each in found
        if each.match is not Match.FUZZY and (each.match in own or fold(each.matched_name) == fold(name))
    ]


_CODE = re.compile(r"(?=.{2,24}$)[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*")


def _by_code(gazetteer: Gazetteer, text: str, *, known: Iterable[str]) -> list[Candidate]:
    place = gazetteer.place(text)
    places = [place] if place else []
    if isinstance(gazetteer, Coded) and _CODE.fullmatch(text):
        places += gazetteer.by_code(text)
    new = {place.id: place for place in places if place.id not in set(known)}
    return [Candidate(place=place, matched_name=text, match=Match.EXACT) for place in new.values()]


def _ordered(found: Iterable[Candidate]) -> tuple[Candidate, ...]:
    return tuple(
        sorted(found, key=lambda each: (not has_precedence(each), -_prominence(each), each.place.id))
    )


def _prominence(candidate: Candidate) -> float:
    other = candidate.match is Match.ALTERNATE
    return lexicon.prominence(candidate.place, candidate.name_count) - (_OTHER_NAME if other else 0.0)


Requirement = tuple[str, Callable[[Place], bool]]
"""What is asked beside the name, in words, and whether a place fits it."""


def _best(
    gazetteer: Gazetteer,
    query: SearchQuery,
    center: Place | None,
    *,
    limit: int,
    similar: Iterable[Candidate] | None = None,
) -> Answer:
    """Return those of the name, or of the similar ones, that fit most of what is asked."""
    found = _named(gazetteer, query, center) if similar is None else similar
    asked = list(_requirements(gazetteer, query, center))
    judged = [(each, [fits(each.place) for _, fits in asked]) for each in _ordered(found)]
    most = max((sum(fits) for _, fits in judged), default=0)
    kept = [(each, fits) for each, fits in judged if sum(fits) == most]
    if center is not None:
        kept.sort(key=lambda each: distance_km(each[0].place.point, center.point))
    met = kept[0][1] if kept else []
    return Answer(
        candidates=tuple(each for each, _ in kept[:limit]),
        query=query,
        missed=tuple(said for (said, _), fits in zip(asked, met, strict=False) if not fits),
        similar=similar is not None,
    )


def _requirements(gazetteer: Gazetteer, query: SearchQuery, center: Place | None) -> Iterator[Requirement]:
    if query.kinds:
        yield "of that kind", partial(_is_of, query.kinds)
    for parent in query.parents:
        yield f"in {parent!r}", partial(_lies_in, gazetteer, *_outer(gazetteer, parent))
    if query.near:
        yield f"near {query.near!r}", partial(_is_near, center)


def fits(gazetteer: Gazetteer, query: SearchQuery, place: Place) -> bool:
    """Tell whether a place fits what a question asks beside its name."""
    asked = _requirements(gazetteer, query, _center(gazetteer, query.near))
    return all(met(place) for _, met in asked)


def _is_of(kinds: frozenset[str], place: Place) -> bool:
    return of_kinds(place, kinds)


def _center(gazetteer: Gazetteer, near: str) -> Place | None:
    found = _answer(gazetteer, near, limit=1, near_too=False) if near else Answer()
    return found.candidates[0].place if found.candidates and not found.similar else None


def _is_near(center: Place | None, place: Place) -> bool:
    if center is None:
        return False
    reach = _NEAR_KM + center.radius_km + place.radius_km
    return place.id != center.id and distance_km(place.point, center.point) <= reach


def _named(gazetteer: Gazetteer, query: SearchQuery, center: Place | None) -> list[Candidate]:
    """Return the places of the name; where none is asked for, what is there: "camp near Goma"."""
    if query.name:
        return _by_name(gazetteer, query.name)
    outer = center or next(
        iter([place for name in query.parents[:1] for place in _outer(gazetteer, name)[0]]), None
    )
    if outer is None or not isinstance(gazetteer, Surveyed):
        return []
    reach = _NEAR_KM + _ELONGATED * outer.radius_km
    places = gazetteer.nearest(outer.point, limit=_NAMESAKES, max_km=reach, kinds=query.kinds)
    return [
        Candidate(place=place, matched_name=place.name, match=Match.EXACT)
        for place in places
        if place.id != outer.id
    ]


_COUNTRY_CODE = 2


def _outer(gazetteer: Gazetteer, name: str) -> tuple[list[Place], str]:
    """Return the places of a name, and the country of that code: "CA" is California before it is Canada."""
    found = [each for each in gazetteer.lookup(name, limit=_NAMESAKES) if each.match is not Match.FUZZY]
    written = [each.place for each in found if each.matched_name == name]
    if written and name.isupper():
        return written, ""
    codes = _by_code(gazetteer, name, known={each.place.id for each in found})
    return [each.place for each in (*found, *codes)], name.upper() if len(name) == _COUNTRY_CODE else ""


def _lies_in(gazetteer: Gazetteer, outer: Sequence[Place], country_code: str, place: Place) -> bool:
    """Tell by the gazetteer's hierarchy; of a region or a water by its box, of a city by its radius."""
    if country_code and country_code == place.country_code:
        return True
    inside = {each.id for each in gazetteer.ancestors(place)}
    return any(each.id in inside or _holds(each, place) for each in outer)


def _holds(outer: Place, place: Place) -> bool:
    if outer.id == place.id:
        return False
    if outer.feature_class in {"L", "T", "H"}:
        return outer.bbox is not None and place.point in outer.bbox
    is_part = outer.feature_class == "P" and place.feature_class != "A"
    return is_part and distance_km(outer.point, place.point) <= outer.radius_km


def _similar(gazetteer: Gazetteer, text: str, queries: Iterable[SearchQuery], *, limit: int) -> Answer:
    """Return places whose names are like the one asked for, if the gazetteer offers such."""
    for query in (SearchQuery(name=text), *queries):
        named = gazetteer.lookup(query.name, limit=_NAMESAKES) if query.name else ()
        found = [each for each in named if each.match is Match.FUZZY]
        if not named and isinstance(gazetteer, Suggesting):
            found = list(gazetteer.similar(query.name))
        if found:
            center = _center(gazetteer, query.near)
            return _best(gazetteer, query, center, limit=limit, similar=found)
    return Answer(query=parse_search(text))
