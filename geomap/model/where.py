"""What a sighting says beside its place: how exactly, in what role, and within which uncertain area."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from geomap.model.places import Point


class Precision(Enum):
    """How exactly a sighting says where something is, the most exact first.

    ADM2 stands for smaller divisions, too; REGION for what has no government: waters, ranges, the Sahel.
    RELATIVE is an area told by way of a place: "30 km north of Raqqa".
    """

    EXACT = "exact"
    NEIGHBORHOOD = "neighborhood"
    TOWN = "town"
    ADM2 = "adm2"
    ADM1 = "adm1"
    COUNTRY = "country"
    REGION = "region"
    RELATIVE = "relative"


class Role(Enum):
    """What a place does in its sentence: what is reported happened there, or it is only mentioned.

    ORIGIN is where a statement comes from ("a doctor in Aleppo said"), DATELINE where the article
    was written.
    """

    EVENT = "event"
    MENTIONED = "mentioned"
    ORIGIN = "origin"
    DATELINE = "dateline"


Ring = tuple[Point, ...]
"""Points of a closed line, the first again at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UncertainArea:
    """Where a relative phrase says that something is; the named place's own point is not changed by it.

    `start` and `end` are half-open code points of the phrase in the mention's field; `method` is the
    rule that made the area ("direction", "distance", "near", "between", "border" ...). `polygons` are
    tuples of rings, the outer one first, then its holes; none crosses the antimeridian.
    """

    phrase: str
    start: int
    end: int
    method: str
    polygons: tuple[tuple[Ring, ...], ...]
    km2: float

    @property
    def radius_km(self) -> float:
        """The radius of a circle of the same size."""
        return math.sqrt(self.km2 / math.pi)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryShare:
    """A country and its share, in (0, 1], of what an article mentions."""

    code: str
    name: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """What an article is about: its countries, the largest share first, and its main place.

    `place_name` and `place_id` are "" where no place stands out; `weight` in [0, 1] is the main place's.
    `profile` names the focus profile that fits, "" for none.
    """

    countries: tuple[CountryShare, ...] = ()
    place_id: str = ""
    place_name: str = ""
    weight: float = 0.0
    profile: str = ""


NO_FOCUS = Focus()
"""Of an article that mentions no place."""
