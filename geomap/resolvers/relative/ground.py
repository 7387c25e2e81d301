"""What a phrase is about: the place that is meant, its size and kind, and where else the article is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import shapely

from geomap import lexicon
from geomap.model import Place, Point, Resolution
from geomap.protocols import Gazetteer
from geomap.resolvers.relative import outlines
from geomap.resolvers.relative.phrases import Phrase
from geomap.resolvers.relative.plane import Plane, disc
from geomap.text import fold

_SMALLEST_KM = {"P": 2.0, "A": 10.0, "S": 0.5, "R": 0.5}
"""Radius by feature class where the gazetteer knows none; else 5 km."""


_LEAST_KM = 20.0
"""Less of a river or a sea than this is a corner of a country, not its stretch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One place that a phrase is about.

    `place` may be the province of the town that the mention `name` means; `seat` is the town's point.
    `area` or `line` (degrees) is None where it has none.

    `countries` counts the countries of the article's other places; `places` are all but countries.
    """

    gazetteer: Gazetteer
    place: Place
    name: str
    seat: Point
    of_town: bool
    area: Any | None
    line: Any | None
    countries: Mapping[Place, int]
    places: frozenset[Place]

    @property
    def radius(self) -> float:
        """How far the place reaches from its point, in km."""
        known = self.place.radius_km
        return max(known, 0.1) if known > 0 else _SMALLEST_KM.get(self.place.feature_class, 5.0)

    @property
    def is_country(self) -> bool:
        """Whether it is a country."""
        return lexicon.is_country(self.place)

    def plane(self, *, flat: bool = False) -> Plane:
        """Return the plane around the place's point."""
        return Plane(self.place.point, flat=flat)

    def body(self, plane: Plane) -> Any:
        """Return the place on a plane around it: its area, or a disc."""
        return disc(self.radius) if self.area is None else plane.project(self.area)


def grounds(
    phrase: Phrase,
    resolutions: Sequence[Resolution],
    gazetteer: Gazetteer,
    *,
    countries: Counter[Place],
    places: frozenset[Place],
) -> list[Ground]:
    """Return what a phrase is about, in the order of the text; `countries` are those of all resolutions."""
    own = (countries_of([resolutions[at]], gazetteer) for at in phrase.named)
    elsewhere = countries - sum(own, Counter())
    found = []
    for at in phrase.named:
        place, name = resolutions[at].place, resolutions[at].mention.text
        if place is not None:
            found.append(replace(_ground(place, name, phrase, gazetteer, elsewhere), places=places))
    return found


def countries_of(resolutions: Iterable[Resolution], gazetteer: Gazetteer) -> Counter[Place]:
    """Count the countries of what is resolved."""
    places = [each.place for each in resolutions if each.place is not None and not each.stands_in]
    return Counter(country for place in places if (country := country_of(place, gazetteer)) is not None)


def country_of(place: Place, gazetteer: Gazetteer) -> Place | None:
    """Return the country that a place is or lies in."""
    return next((each for each in (place, *gazetteer.ancestors(place)) if lexicon.is_country(each)), None)


def _ground(
    named: Place, name: str, phrase: Phrase, gazetteer: Gazetteer, countries: Mapping[Place, int]
) -> Ground:
    place = _meant(named, name, phrase, gazetteer)
    shape = outlines.outline(gazetteer, place)
    is_line = shape is not None and shape.area == 0
    return Ground(
        gazetteer=gazetteer, place=place, name=name, seat=named.point, of_town=named.feature_class == "P",
        area=None if is_line else shape, line=shape if is_line else None,
        places=frozenset(),
        countries=countries,
    )  # fmt: skip


def _meant(place: Place, name: str, phrase: Phrase, gazetteer: Gazetteer) -> Place:
    """Return the province of the name where the text says so: "southern Idlib province" is no part of a town.

    A town has no border, so that of Gaza is the strip's.
    """
    if place.feature_class == "A" or not (phrase.division or phrase.method in {"countryside", "border"}):
        return place
    return province_of(place, name, gazetteer) or place


def province_of(place: Place, name: str, gazetteer: Gazetteer) -> Place | None:
    """Return the ADM1 or ADM2 around a town that bears the name: Idlib's governorate is called after it.

    The nearest one that has an outline, else the nearest.
    """
    found = [
        each
        for each in gazetteer.ancestors(place)
        if each.feature_code in {"ADM1", "ADM2"} and fold(name) in fold(each.name)
    ]
    drawn = (each for each in found if outlines.outline(gazetteer, each) is not None)
    return next(drawn, found[0] if found else None)


def clipped(shape: Any, ground: Ground, plane: Plane) -> Any:
    """Return what of a line or area in degrees lies in the article's other countries, or all where none does.

    A river or a sea belongs to several countries, and a report is about the stretch in those that it names.
    Costs when wrong: a report from Iraq that names Syria only has its stretch of the Euphrates in Syria.
    """
    west, south, east, north = shape.bounds
    placed, pieces = plane.project(shape), []
    for country in sorted(ground.countries, key=lambda each: each.id):
        if _is_apart(country, shape):
            continue
        area = outlines.outline(ground.gazetteer, country)
        if area is not None and area.area:
            near = shapely.clip_by_rect(area, west - 1, south - 1, east + 1, north + 1)
            if not near.is_empty:
                pieces.append(placed.intersection(plane.project(near).buffer(5, quad_segs=2)))
    inside = shapely.union_all(pieces)
    return plane.restore(inside) if inside.length > _LEAST_KM else shape


def _is_apart(country: Place, shape: Any) -> bool:
    """Tell by its box that a country cannot touch a shape, before its outline is read."""
    box = country.bbox
    if box is None or box.west > box.east:
        return False
    west, south, east, north = shape.bounds
    return bool(box.south > north or box.north < south or box.west > east or box.east < west)


def reach_km(ground: Ground) -> float:
    """Return how far from a place "north of" it still may mean: 20 to 100 km.

    A place is told by way of one that is better known, which is the farther away the larger it is: six radii
    of a settlement, half of one of an area. Costs when wrong: what is farther away lies outside.
    """
    if ground.area is not None:
        return min(100.0, max(20.0, 0.5 * ground.radius))
    return min(100.0, max(20.0, 6 * ground.radius))


def size_km(shape: Any) -> float:
    """Return the radius of a circle of the same size."""
    return math.sqrt(shape.area / math.pi)
