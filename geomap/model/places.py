"""Places as a gazetteer holds them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntFlag
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A position in degrees WGS84."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        for name, value, most in (("lat", self.lat, 90), ("lon", self.lon, 180)):
            if not (math.isfinite(value) and -most <= value <= most):
                message = f"{name} must lie in [-{most}, {most}], not {value!r}"
                raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class BBox:
    """A box in degrees WGS84; west > east crosses the antimeridian (RFC 7946, 5.2)."""

    west: float
    south: float
    east: float
    north: float

    def __contains__(self, point: Point) -> bool:
        if self.west <= self.east:
            within = self.west <= point.lon <= self.east
        else:
            within = point.lon >= self.west or point.lon <= self.east
        return within and self.south <= point.lat <= self.north


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An entry of the gazetteer. `population` 0 and `radius_km` 0 mean unknown.

    `curated` marks an entry that an editor wrote or confirmed, because reports name it. `precedence` above 0
    marks one of a user's own places, which come before their homonyms; below 0 one of the many waters,
    landforms and sites that only a full GeoNames lists.
    """

    id: str
    name: str
    point: Point
    feature_class: str = ""
    feature_code: str = ""
    country_code: str = ""
    admin1_code: str = ""
    admin2_code: str = ""
    population: int = 0
    bbox: BBox | None = None
    radius_km: float = 0.0
    parent_id: str = ""
    curated: bool = False
    precedence: int = 0


class Name(NamedTuple):
    """A name of a place and its language as a BCP 47 tag, "" where unknown.

    Where only the script tells something of the language, the tag says so: "und-Arab".
    """

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """That states disagree to whom a place belongs, told as the source tells it.

    Countries are ISO 3166-1 alpha-2 codes; `drawn_as` is the one within whose boundary the gazetteer draws
    the place, "" for none.
    """

    administered_by: tuple[str, ...]
    claimed_by: tuple[str, ...]
    drawn_as: str
    note: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceDetails:
    """All that a gazetteer knows of a place beside its position.

    `kind` is a word for its feature code; `ancestors` contain it, the nearest first; `names` begin with the
    display name; `codes` are pairs of a scheme ("iso3166-2", "wikidata", "iata", "pcode") and a value;
    `dispute` is about the place, or the nearest of its ancestors that one is about.
    """

    place: Place
    kind: str
    ancestors: tuple[Place, ...]
    names: tuple[Name, ...]
    codes: tuple[tuple[str, str], ...] = ()
    dispute: Dispute | None = None

    @property
    def note(self) -> str:
        """What a reader of a map must know: that the place is disputed, "" otherwise."""
        return f"Disputed: {self.dispute.note}" if self.dispute else ""


class NameKind(IntFlag):
    """What a name is to its places; a folded name may be several things to several places.

    GOVERNMENT: a country, a capital or a seat of government bears it, so it may speak and act.
    NATURE: the most prominent place that bears it is land or water, which does neither.
    """

    NAME = 1
    ALTERNATE = 2
    ABBREVIATION = 4
    DEMONYM = 8
    ROMANIZED = 16
    GOVERNMENT = 32
    NATURE = 64
