"""Several gazetteers as one: the embedded one at the bottom, a user's own places on top of it.

A place is known by its id, and the topmost layer that holds the id says what the place is. Homonyms of all
layers are candidates; those whose place has precedence go first, then the most prominent, then by id. A layer
adds what it knows by other romanizations or misspelt only where no layer below knows the name as it stands,
and nothing to capitals such as "US" that are not its own names: else a list of villages would offer Baris for
Paris. Costs when wrong: the village of that romanization is missed until a text writes it as the list does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property, lru_cache
from typing import Any, Self, TypeVar

from geomap import lexicon
from geomap.errors import ConfigError
from geomap.gazetteers.rows import unite_names
from geomap.gazetteers.sqlite import SqliteGazetteer, level
from geomap.geo import distance_km
from geomap.model import Candidate, Match, Name, NameKind, Place, PlaceDetails, Point
from geomap.protocols import NameFacts, NameIndex

_T = TypeVar("_T")
_ALL = 1_000_000
_CACHED = 4096
PRECEDENCE = "places with precedence"
"""Under this word the counts of a layer say how many of its places go before their homonyms."""
_LONGEST_ACRONYM = 4
_WEAK = frozenset({Match.TRANSLITERATED, Match.FUZZY})
"""How a name may fit without being written as the gazetteer has it."""


class StackedGazetteer:
    """Gazetteer files as one gazetteer, the bottom one first.

    It closes its layers when it is closed. Raises ConfigError without a layer.
    """

    def __init__(self, layers: Sequence[SqliteGazetteer]) -> None:
        if not layers:
            message = "a stack needs at least one gazetteer"
            raise ConfigError(message)
        self.layers = tuple(layers)
        self._top_down = tuple(reversed(self.layers))
        self._cached_lookup = lru_cache(maxsize=_CACHED)(self._lookup)
        self._cached_ancestors = lru_cache(maxsize=_CACHED)(self._ancestors)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all layers."""
        with ExitStack() as stack:
            for layer in self.layers:
                stack.callback(layer.close)

    @property
    def fingerprint(self) -> str:
        """The fingerprints of the layers by name, from the bottom up; of one layer its own."""
        if len(self.layers) == 1:
            return self.layers[0].fingerprint
        return f"stack@1+{'+'.join(layer.fingerprint for layer in self.layers)}"

    @property
    def credits(self) -> str:
        """Sources, licenses and attribution of all layers, from the bottom up."""
        return "\n\n".join(dict.fromkeys(layer.credits.strip() for layer in self.layers))

    def lookup(self, name: str, *, limit: int = 50) -> Sequence[Candidate]:
        """Return the places of that name: with precedence first, then the most prominent, then by id."""
        if len(self.layers) == 1:
            return self.layers[0].lookup(name, limit=limit)
        return self._cached_lookup(name)[:limit]

    def _lookup(self, name: str) -> tuple[Candidate, ...]:
        merged: dict[str, Candidate] = {}
        for layer in self.layers:
            found = layer.lookup(name, limit=_ALL)
            merged.update({each.place.id: each for each in _offered(name, found, merged)})
        return tuple(sorted((self._topmost(each) for each in merged.values()), key=_rank))

    def similar(self, name: str, *, limit: int = 10) -> Sequence[Candidate]:
        """Return places whose names are like a name: by rules first, of upper layers first."""
        merged: dict[str, Candidate] = {}
        for layer in self._top_down:
            for each in layer.similar(name, limit=limit):
                merged.setdefault(each.place.id, self._topmost(each))
        return sorted(merged.values(), key=lambda each: each.match is not Match.TRANSLITERATED)[:limit]

    def _topmost(self, candidate: Candidate) -> Candidate:
        place = self.place(candidate.place.id) or candidate.place
        if place == candidate.place:
            return candidate
        return Candidate(
            place=place,
            matched_name=candidate.matched_name,
            match=candidate.match,
            name_count=candidate.name_count,
        )

    def place(self, place_id: str) -> Place | None:
        """Return the place of that id as the topmost layer has it, or None."""
        return self._first(lambda layer: layer.place(place_id))

    def by_code(self, code: str) -> Sequence[Place]:
        """Return the places of a code of any scheme, those of upper layers first."""
        found = {place.id: place for layer in self.layers for place in layer.by_code(code)}
        return [self.place(place_id) or place for place_id, place in reversed(found.items())]

    def names_of(self, place: Place) -> Sequence[Name]:
        """Return all names of a place with their languages, the display name first."""
        names = [name for layer in self._top_down for name in layer.names_of(place)]
        return [Name(place.name), *unite_names(names, without={place.name})]

    def details(self, place: Place) -> PlaceDetails:
        """Return all that the layers know of a place, in one call."""
        told = [layer.details(each) for each in self._chain(place) for layer in self._top_down]
        layers = len(self.layers)
        return PlaceDetails(
            place=place,
            kind=told[0].kind,
            ancestors=tuple(self.ancestors(place)),
            names=tuple(self.names_of(place)),
            codes=tuple(dict.fromkeys(code for each in told[:layers] for code in each.codes)),
            dispute=next((each.dispute for each in told if each.dispute is not None), None),
        )

    def ancestors(self, place: Place) -> Sequence[Place]:
        """Return the places that contain this one, the nearest first, its country (then continent) last."""
        return self._cached_ancestors(place)

    def _ancestors(self, place: Place) -> tuple[Place, ...]:
        if len(self.layers) == 1:
            return tuple(self.layers[0].ancestors(place))
        found: dict[str, Place] = {}
        for each in self._chain(place):
            found.setdefault(each.id, each)
            for layer in self._top_down:
                for ancestor in layer.ancestors(each):
                    found.setdefault(ancestor.id, self.place(ancestor.id) or ancestor)
        found.pop(place.id, None)
        return tuple(sorted(found.values(), key=level))

    def _chain(self, place: Place) -> list[Place]:
        """Return the place, its parent, the parent's parent ..., across layers."""
        chain = {place.id: place}
        parent = self.place(place.parent_id) if place.parent_id else None
        while parent is not None and parent.id not in chain:
            chain[parent.id] = parent
            parent = self.place(parent.parent_id) if parent.parent_id else None
        return list(chain.values())

    def nearest(
        self, point: Point, *, limit: int = 1, max_km: float = 100.0, kinds: frozenset[str] = frozenset()
    ) -> Sequence[Place]:
        """Return the populated places nearest to a point, by distance, then by id; former ones left out.

        With `kinds`, GeoNames classes and codes, places of these kinds.
        """
        found: dict[str, Place] = {}
        for layer in self.layers:
            for place in layer.nearest(point, limit=limit, max_km=max_km, kinds=kinds):
                found[place.id] = self.place(place.id) or place
        order = sorted((distance_km(point, place.point), place.id) for place in found.values())
        return [found[place_id] for _, place_id in order[:limit]]

    @cached_property
    def _names(self) -> NameIndex:
        return self.layers[0].names() if len(self.layers) == 1 else UnitedNames(
            [layer.names() for layer in self.layers]
        )  # fmt: skip

    def names(self) -> NameIndex:
        """Return the names of all layers, for matchers."""
        return self._names

    def geometry(self, place: Place) -> dict[str, Any] | None:
        """Return the place's area or line as the topmost layer that has one holds it, or None."""
        return self._first(lambda layer: layer.geometry(place))

    def neighbors(self, place: Place) -> Sequence[Place]:
        """Return the countries beside a country, the ADM1 beside an ADM1, by id; others have none."""
        found = {each.id for layer in self.layers for each in layer.neighbors(place)}
        return [other for place_id in sorted(found) if (other := self.place(place_id)) is not None]

    def border(self, place: Place, other: Place) -> dict[str, Any] | None:
        """Return the land border of two countries as a GeoJSON MultiLineString, or None."""
        return self._first(lambda layer: layer.border(place, other))

    def _first(self, ask: Callable[[SqliteGazetteer], _T | None]) -> _T | None:
        return next((found for layer in self._top_down if (found := ask(layer)) is not None), None)


class UnitedNames:
    """The names of several indexes as one: what a name is to any of them, it is to all."""

    def __init__(self, indexes: Sequence[NameIndex]) -> None:
        self._indexes = tuple(indexes)

    def prefixes(self, folded: str) -> Sequence[NameFacts]:
        """Return the facts of every name that `folded` begins with, shortest first."""
        return _united([index.prefixes(folded) for index in self._indexes])

    def romanized(self, key: str) -> Sequence[NameFacts]:
        """Return the facts of every romanized name that `key` begins with, shortest first."""
        return _united([index.romanized(key) for index in self._indexes])

    def get(self, folded: str) -> NameFacts | None:
        """Return the facts of exactly this folded name, or None."""
        found = [[facts] for index in self._indexes if (facts := index.get(folded)) is not None]
        return next(iter(_united(found)), None)


def _united(found: Sequence[Sequence[NameFacts]]) -> Sequence[NameFacts]:
    """Return facts by length, those of one length as one."""
    there = [each for each in found if each]
    if len(there) < 2:  # noqa: PLR2004 - the common case: nothing to unite
        return there[0] if there else ()
    merged: dict[int, NameFacts] = {}
    for facts in (each for index in there for each in index):
        known = merged.get(facts.length)
        merged[facts.length] = facts if known is None else _both(known, facts)
    return [merged[length] for length in sorted(merged)]


def _both(first: NameFacts, second: NameFacts) -> NameFacts:
    """Return the facts of one name in two indexes; its most famous place says whether it is nature."""
    famous = max(first, second, key=lambda facts: facts.prominence)
    kinds = (first.kinds | second.kinds) & ~NameKind.NATURE | famous.kinds & NameKind.NATURE
    return NameFacts(first.length, kinds, famous.prominence, min(255, first.places + second.places))


def _offered(name: str, found: Sequence[Candidate], below: dict[str, Candidate]) -> Iterator[Candidate]:
    """Yield what a layer may add to what those below it know of a name."""
    known = any(each.match not in _WEAK for each in below.values())
    exactly = known and (len(name) <= _LONGEST_ACRONYM or "." in name) and name.isupper()
    for each in found:
        weak = known and each.match in _WEAK
        if not weak and not (exactly and each.matched_name != name):
            yield each


def has_precedence(candidate: Candidate) -> bool:
    """Tell whether a candidate goes before its homonyms: by its place, under a name as it is written."""
    return candidate.place.precedence > 0 and candidate.match not in _WEAK


def _rank(candidate: Candidate) -> tuple[bool, int, float, str]:
    """Order candidates: names as they stand, precedence, prominence as the files keep it, id."""
    place = candidate.place
    prominence = round(lexicon.prominence(place, candidate.name_count), 4)
    return candidate.match in _WEAK, -place.precedence, -prominence, place.id
