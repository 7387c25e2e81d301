"""A gazetteer that asks an online geocoder for the names that it lacks, and for no others.

What it adds is marked: `Match.GEOCODED`, and an id that begins with the service's name. A geocoder answers
with something for nearly any word, and what reports mean by it may be nothing of the sort, so nothing is
asked that does not look like a name. It is opt-in, and it is what makes results depend on the network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from geomap.errors import GeocoderRateLimited, GeocodingError, StoreError
from geomap.gazetteers.cache import GeocodeCache
from geomap.model import Candidate, Match, Place, PlaceDetails
from geomap.protocols import Bordering, Gazetteer, Geocoded, Geocoder, NameIndex
from geomap.text import fold

FAILURES = 3
"""Failures in a row after which a service is left alone: some 30 s of a run without a network."""

LONGEST_NAME = 80
"""Code points; what is longer is a sentence rather than a name."""


class FallbackGazetteer:
    """A gazetteer, and behind it a geocoder, which uses the network.

    Each name is asked for once a run, or with a `cache` once for all. What goes wrong is told to `on_error`
    in one line: a name that could not be asked for, and, once, that no more will be; a rate limit that
    would take too long to wait for stops it at once.
    """

    def __init__(
        self,
        gazetteer: Gazetteer,
        geocoder: Geocoder,
        *,
        cache: GeocodeCache | None = None,
        on_error: Callable[[str], None],
    ) -> None:
        self._gazetteer = gazetteer
        self._geocoder = geocoder
        self._cache = cache
        self._on_error = on_error
        self._answers: dict[str, Sequence[Geocoded]] = {}
        self._places: dict[str, Place] = {}
        self._failures = 0
        self._stopped = False

    @property
    def fingerprint(self) -> str:
        """The gazetteer's, and the service with its options."""
        return f"{self._gazetteer.fingerprint}+{self._geocoder.identity}"

    def lookup(self, name: str, *, limit: int = 50) -> Sequence[Candidate]:
        """Return the places that the gazetteer knows by the name; where none, those of the geocoder."""
        found = self._gazetteer.lookup(name, limit=limit)
        if found or not looks_like_a_name(name):
            return found
        places = [self._place(each) for each in self._answer(name)[:limit]]
        return [Candidate(place=place, matched_name=name, match=Match.GEOCODED) for place in places]

    def known(self, name: str, *, limit: int = 50) -> Sequence[Candidate]:
        """Return the places that the gazetteer itself knows by the name."""
        return self._gazetteer.lookup(name, limit=limit)

    def place(self, place_id: str) -> Place | None:
        """Return the place of that id, or None; one of the geocoder as it was first answered."""
        service, _, geocoded_id = place_id.partition(":")
        if service != self._geocoder.name:
            return self._gazetteer.place(place_id)
        if place_id not in self._places:
            found = self._recalled(geocoded_id)
            return None if found is None else self._place(found)
        return self._places[place_id]

    def ancestors(self, place: Place) -> Sequence[Place]:
        """Return the places that contain this one: of a geocoded one, those that its country code tells."""
        return self._gazetteer.ancestors(place)

    def details(self, place: Place) -> PlaceDetails:
        """Return all that the gazetteer knows of a place."""
        return self._gazetteer.details(place)

    def names(self) -> NameIndex:
        """Return all names of the gazetteer."""
        return self._gazetteer.names()

    def geometry(self, place: Place) -> dict[str, Any] | None:
        """Return the place's area as the gazetteer has it."""
        return self._gazetteer.geometry(place)

    def neighbors(self, place: Place) -> Sequence[Place]:
        """Return what lies beside a place, as the gazetteer has it."""
        return self._gazetteer.neighbors(place) if isinstance(self._gazetteer, Bordering) else ()

    def border(self, place: Place, other: Place) -> dict[str, Any] | None:
        """Return the land border of two countries, as the gazetteer has it."""
        return self._gazetteer.border(place, other) if isinstance(self._gazetteer, Bordering) else None

    def _place(self, found: Geocoded) -> Place:
        """Return the place of an answer; the first one of an id is kept."""
        place = Place(
            id=f"{self._geocoder.name}:{found.id}",
            name=found.name,
            point=found.point,
            country_code=found.country_code,
        )
        return self._places.setdefault(place.id, place)

    def _answer(self, name: str) -> Sequence[Geocoded]:
        """Return what is known of the name in this run, in the cache, or online."""
        key = fold(name)
        if key not in self._answers:
            known = self._cached(name)
            self._answers[key] = self._asked(name) if known is None else known
        return self._answers[key]

    def _asked(self, name: str) -> Sequence[Geocoded]:
        if self._stopped:
            return ()
        try:
            results = self._geocoder.geocode(" ".join(name.split()))
        except GeocodingError as error:
            self._fail(name, error)
            return ()
        self._failures = 0
        return self._kept(name, results)

    def _fail(self, name: str, error: GeocodingError) -> None:
        self._failures += 1
        self._stopped = self._failures >= FAILURES or isinstance(error, GeocoderRateLimited)
        self._on_error(f"{name!r} could not be looked up online: {error}")
        if self._stopped:
            self._on_error(f"no more names are looked up with {self._geocoder.name} in this run")

    def _cached(self, name: str) -> Sequence[Geocoded] | None:
        if self._cache is None:
            return None
        try:
            answer = self._cache.get(name)
        except StoreError as error:
            self._lose_cache(error)
            return None
        return None if answer is None else answer.results

    def _recalled(self, geocoded_id: str) -> Geocoded | None:
        if self._cache is None:
            return None
        try:
            return self._cache.recall(geocoded_id)
        except StoreError as error:
            self._lose_cache(error)
            return None

    def _kept(self, name: str, results: Sequence[Geocoded]) -> Sequence[Geocoded]:
        if self._cache is None:
            return results
        try:
            return self._cache.put(name, results).results
        except StoreError as error:
            self._lose_cache(error)
            return results

    def _lose_cache(self, error: StoreError) -> None:
        """Go on without the cache: names are asked for once a run then."""
        self._cache = None
        self._on_error(str(error))


def looks_like_a_name(name: str) -> bool:
    """Tell whether a geocoder may be asked: a short text with letters, not all of them small."""
    if not fold(name) or len(name) > LONGEST_NAME or name.islower():
        return False
    return any(char.isalpha() for char in name) and _is_whole(name)


def _is_whole(name: str) -> bool:
    """Tell whether the name can be sent: a text cut within a character holds half of one."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
