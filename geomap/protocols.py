"""The seams of geomap: what a part must do to take the place of another.

Laws of every part: it is deterministic; empty in, empty out, never None; it prints nothing; it
uses no network unless its class says so; its constructor does no I/O beyond opening what it was
given. One contract test runs over every implementation.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable

from geomap.model import (
    Article,
    Candidate,
    GeoparsedArticle,
    Mention,
    NameKind,
    Place,
    PlaceDetails,
    Point,
    Query,
    Resolution,
    Sighting,
)


class NameFacts(NamedTuple):
    """What a matcher must know of a folded name, without reading its places.

    `length` counts the code points of the folded name; `prominence` in [0, 1] is the largest among
    its places (`geomap.lexicon.prominence`), `places` their number (at most 255).
    """

    length: int
    kinds: NameKind
    prominence: float
    places: int


@runtime_checkable
class NameIndex(Protocol):
    """All names of a gazetteer, folded by `geomap.text.fold`, for matching in running text."""

    def prefixes(self, folded: str) -> Sequence[NameFacts]:
        """Return the facts of every name that `folded` begins with, shortest first."""
        ...

    def romanized(self, key: str) -> Sequence[NameFacts]:
        """Return the facts of every name, romanized from Arabic script, that `key` begins with.

        `key` and the names are keys of `geomap.text.romanize`; shortest first.
        """
        ...

    def get(self, folded: str) -> NameFacts | None:
        """Return the facts of exactly this folded name, or None."""
        ...


@runtime_checkable
class Gazetteer(Protocol):
    """Names to places."""

    @property
    def fingerprint(self) -> str:
        """Name, version and digest of the ordered rows."""
        ...

    def lookup(self, name: str, *, limit: int = 50) -> Sequence[Candidate]:
        """Return the places of that name in a total order: the most prominent first, then by id."""
        ...

    def place(self, place_id: str) -> Place | None:
        """Return the place of that id, or None."""
        ...

    def ancestors(self, place: Place) -> Sequence[Place]:
        """Return the places that contain this one, the nearest first, the country last."""
        ...

    def details(self, place: Place) -> PlaceDetails:
        """Return all that is known of a place: kind, ancestors, names with languages, codes, dispute."""
        ...

    def names(self) -> NameIndex:
        """Return all names, for matchers."""
        ...

    def geometry(self, place: Place) -> dict[str, Any] | None:
        """Return the place's area or line as a GeoJSON geometry ([lon, lat], degrees WGS84), or None."""
        ...


@runtime_checkable
class Suggesting(Protocol):
    """A gazetteer that also offers names like a name that it lacks, for a person to choose from."""

    def similar(self, name: str, *, limit: int = 10) -> Sequence[Candidate]:
        """Return the places whose names are like the name, the most alike first."""
        ...


@runtime_checkable
class Asking(Protocol):
    """A gazetteer that asks elsewhere for what it lacks, and can be asked not to."""

    def known(self, name: str, *, limit: int = 50) -> Sequence[Candidate]:
        """Return the places of that name as `lookup` does, without asking anybody."""
        ...


@runtime_checkable
class Bordering(Protocol):
    """A gazetteer that also knows what lies beside what."""

    def neighbors(self, place: Place) -> Sequence[Place]:
        """Return the countries beside a country, the ADM1 beside an ADM1."""
        ...

    def border(self, place: Place, other: Place) -> dict[str, Any] | None:
        """Return the land border of two countries as a GeoJSON MultiLineString, or None."""
        ...


@runtime_checkable
class Recognizer(Protocol):
    """Finds mentions."""

    @property
    def fingerprint(self) -> str:
        """Name, version and digest of the configuration."""
        ...

    def recognize(self, article: Article) -> Sequence[Mention]:
        """Return the mentions in text order, the title's first; within a field they do not overlap."""
        ...


@runtime_checkable
class Resolver(Protocol):
    """Decides which place each mention means. Sees the whole article at once."""

    @property
    def fingerprint(self) -> str:
        """Name, version and digest of the configuration."""
        ...

    def resolve(
        self, article: Article, pairs: Sequence[tuple[Mention, Sequence[Candidate]]]
    ) -> Sequence[Resolution]:
        """Return one resolution per pair, in the same order; a chosen place is among the candidates."""
        ...


class Geocoded(NamedTuple):
    """What a geocoder knows of a name: an id without the geocoder's name, a point in degrees WGS84.

    `country_code` is ISO 3166-1 alpha-2, "" where unknown; `address` is how the geocoder writes it.
    """

    id: str
    name: str
    point: Point
    country_code: str = ""
    address: str = ""


@runtime_checkable
class Geocoder(Protocol):
    """Asks an online service for the place of a name. May use the network."""

    @property
    def name(self) -> str:
        """The name of the service, which marks its places: "nominatim"."""
        ...

    @property
    def identity(self) -> str:
        """The service with the options that can change its answers, secrets left out."""
        ...

    def geocode(self, name: str) -> Sequence[Geocoded]:
        """Return what the service knows of the name, the best first. Raises GeocodingError."""
        ...


@runtime_checkable
class Store(Protocol):
    """Keeps geoparsed articles and finds their sightings again."""

    def add(self, parsed: GeoparsedArticle) -> None:
        """Keep the article and what was found in it; the same one twice is one, a changed one replaces it.

        Raises ArticleError for another article of the same id (`geomap.store.same_article`).
        """
        ...

    def find(self, query: Query) -> Sequence[Sighting]:
        """Return what fits the query, in the order in which the articles were first added."""
        ...


@runtime_checkable
class Exporter(Protocol):
    """Writes sightings to a file."""

    def export(self, sightings: Sequence[Sighting], path: Path) -> None:
        """Write the file; equal input gives equal bytes. Raises ExportError."""
        ...
