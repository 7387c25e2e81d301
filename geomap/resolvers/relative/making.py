"""Make the area of a phrase: each method one function, with what it takes the words to mean.

After Wieczorek, Guo and Hijmans 2004, "The point-radius method for georeferencing locality descriptions"
(what a distance, a direction and the extent of the place leave open); Liu, Guo, Wieczorek and Goodchild
2009, "Positioning localities based on spatial assertions" (fields of distance and direction, intersected);
Hall, Smart and Jones 2011, "Interpreting spatial language in image captions" (such fields for near, north
of, between). A polygon stands for the field where most of its weight lies. Where a docstring names no
source, the sizes are judgment, not measured: wider ones would hold more of the truth and tell less.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any

import shapely

from geomap.geo import distance_km
from geomap.lexicon import is_country
from geomap.model import Resolution, UncertainArea
from geomap.model.where import Ring
from geomap.protocols import Gazetteer
from geomap.resolvers.relative.finishing import km2_of, rings_of
from geomap.resolvers.relative.ground import Ground, countries_of, grounds, reach_km, size_km
from geomap.resolvers.relative.lines import BY_LINE
from geomap.resolvers.relative.outlines import kept, outline
from geomap.resolvers.relative.phrases import Phrase
from geomap.resolvers.relative.plane import Plane, disc, middle, ring, sectors
from geomap.resolvers.relative.vocabulary import Heading
from geomap.text import fold

_SEAS = frozenset({"SEA", "OCN", "CONT"})
"""No phrase but that of a coast tells anything of what is that large."""

_COUNTRYSIDE_KM = 40.0
_FARTHEST_KM = 1500.0
"""Beyond this a distance or the stretch between two places tells no area worth drawing."""


def areas_of(
    phrases: Sequence[Phrase], resolutions: Sequence[Resolution], gazetteer: Gazetteer
) -> list[UncertainArea | None]:
    """Return the area that each phrase tells, None where its places have nothing that it could mean."""
    countries = countries_of(resolutions, gazetteer)
    places = frozenset(
        each.place for each in resolutions if each.place is not None and not is_country(each.place)
    )
    found: list[UncertainArea | None] = []
    for phrase in phrases:
        about = grounds(phrase, resolutions, gazetteer, countries=countries, places=places)
        polygons, km2 = kept(_key(phrase, about), lambda: _made(phrase, about))  # noqa: B023 - called at once
        area = UncertainArea(
            phrase=phrase.text,
            start=phrase.start,
            end=phrase.end,
            method=phrase.method,
            polygons=polygons,
            km2=km2,
        )
        found.append(area if polygons else None)
    return found


def _key(phrase: Phrase, about: Sequence[Ground]) -> Hashable:
    """Return what an area depends on; on the article's countries only where a line is cut by them."""
    meaning = replace(phrase, start=0, end=0, mentions=(), named=(), text=phrase.text.lower())
    lines = phrase.method in BY_LINE or any(ground.line is not None for ground in about)
    countries = tuple(sorted((each.id, count) for each, count in about[0].countries.items())) if lines else ()
    named = tuple((ground.place, ground.seat) for ground in about)
    others = about[0].places if phrase.method == "border" and len(about) == 1 else None
    return (about[0].gazetteer.fingerprint, meaning, named, countries, others)


def _made(phrase: Phrase, about: Sequence[Ground]) -> tuple[tuple[tuple[Ring, ...], ...], float]:
    shape = _METHODS[phrase.method](phrase, about)
    polygons = () if shape is None else rings_of(shape)
    return polygons, km2_of(polygons)


def _distance(phrase: Phrase, about: Sequence[Ground]) -> Any | None:
    """Read "30 km north of X": a ring around its center, cut to the direction.

    The distance may be meant from the center or from the edge, so the outer side is farther by the
    place's radius. From a country, a province or a lake it is meant from the edge.
    """
    ground, far = about[0], phrase.distance
    if far is None or far.high > _FARTHEST_KM:
        return None
    if ground.line is not None:
        return BY_LINE["waterside"](phrase, about)
    plane = ground.plane()
    if ground.area is None:
        return plane.restore(_towards(ring(far.low, far.high + ground.radius), phrase, ground, plane))
    body = plane.project(ground.area)
    around = body.buffer(far.high).difference(body.buffer(far.low) if far.low else body)
    return plane.restore(_towards(around, phrase, ground, plane))


def _towards(shape: Any, phrase: Phrase, ground: Ground, plane: Plane) -> Any:
    if not phrase.headings:
        return shape
    apex = shapely.Point(0, 0) if ground.area is None else plane.project(ground.area).centroid
    reach = 1.5 * max(abs(edge) for edge in shape.bounds) + 1
    return shape.intersection(sectors(phrase.headings, apex=apex, reach=reach))


def _direction(phrase: Phrase, about: Sequence[Ground]) -> Any | None:
    """Read "north of X": the sector from half its radius to its radius with a reach (`reach_km`).

    Of an area it is the band outside in that direction; "to the north of Mali" may mean its inside as well.
    """
    ground = about[0]
    if ground.line is not None:
        return BY_LINE["waterside"](phrase, about)
    if ground.place.feature_code in _SEAS:
        return None
    plane, reach = ground.plane(), reach_km(ground)
    if ground.area is None:
        return plane.restore(
            _towards(ring(0.5 * ground.radius, ground.radius + reach), phrase, ground, plane)
        )
    body = plane.project(ground.area)
    outside = plane.restore(_towards(body.buffer(reach).difference(body), phrase, ground, plane))
    inside = _part(phrase, about) if phrase.ambiguous else None
    return outside if inside is None else shapely.union_all([outside, inside])


def _near(phrase: Phrase, about: Sequence[Ground]) -> Any | None:
    """Read "near X": all up to twice its radius, at least 10 km beyond it (of a quarter or a site 3 km).

    The place itself is not cut out, for its edge is not known exactly. Around an area with an outline it is a
    band outside of it: 50 km around a country, else 25 km.
    Costs when wrong: "near" of an empty country reaches farther, and then the area is too small.
    """
    ground = about[0]
    if ground.line is not None:
        return BY_LINE["waterside"](phrase, about)
    plane = ground.plane()
    if ground.area is None:
        small = ground.place.feature_class in {"S", "R"} or ground.place.feature_code == "PPLX"
        return plane.restore(disc(ground.radius + max(ground.radius, 3.0 if small else 10.0)))
    body = plane.project(ground.area)
    return plane.restore(body.buffer(50 if ground.is_country else 25).difference(body))


def _around(phrase: Phrase, about: Sequence[Ground]) -> Any | None:
    """Read "around X" as near it; of a country or a province it means within, and tells nothing more."""
    return None if about[0].place.feature_class in {"A", "L"} else _near(phrase, about)


_RINGS = {"outskirts": (0.5, 1.5, 5.0), "suburbs": (0.5, 2.0, 10.0), "outside": (0.5, 3.0, 20.0)}
"""Of a settlement's radius: from, to; and at least so many km beyond its edge."""


def _beside(phrase: Phrase, about: Sequence[Ground]) -> Any | None:
    """Read outskirts, suburbs and "outside X": rings from half the radius on, wider in this order.

    From half, because the gazetteer's radius is a circle of the built-up area, and no town is one.
    """
    ground = about[0]
    if ground.area is not None or ground.line is not None or ground.place.feature_class == "L":
        return None
    inner, outer, least = _RINGS[phrase.method]
    plane = ground.plane()
    shape = ring(inner * ground.radius, max(outer * ground.radius, ground.radius + least))
    return plane.restore(_towards(shape, phrase, ground, plane))


def _countryside(phrase: Phrase, about: Sequence[Ground]) -> Any | None:
    """Read "the Hama countryside": the province that bears the town's name, else 40 km around the town.

    That is what the word (rif) means in Arab countries, and some have a province for it ("Rural Damascus"). A
    direction is meant from the town. "Rural Texas" is any part of it: None.
    Costs when wrong: the villages beside the town are meant, and the area is the province.
    """
    ground = about[0]
    plane = ground.plane()
    area = _rural_province(ground) or ground.area
    if area is None:
        shape = ring(0.5 * ground.radius, ground.radius + _COUNTRYSIDE_KM) if ground.of_town else None
    else:
        rural = phrase.text.lower().startswith("rural")
        shape = None if ground.line is not None or (rural and not ground.of_town) else plane.project(area)
    if shape is None or not phrase.headings:
        return None if shape is None else plane.restore(shape)
    apex = (
        plane.project(shapely.Point(ground.seat.lon, ground.seat.lat)) if ground.of_town else shape.centroid
    )
    return plane.restore(_half_of(shape, phrase, apex))


def _rural_province(ground: Ground) -> Any | None:
    name = f"Rural {ground.name}"
    for candidate in ground.gazetteer.lookup(name) if ground.of_town else ():
        if candidate.place.feature_code == "ADM1" and fold(candidate.matched_name) == fold(name):
            return outline(ground.gazetteer, candidate.place)
    return None


def _part(phrase: Phrase, about: Sequence[Ground]) -> Any | None:
    """Read "northern X": the half of its area beyond a parallel (a meridian) through its centroid.

    For "north-western" the sector of 75 degrees to either side. A third would be what all agree on; the
    half holds what some call so. A place without an outline is a disc of one and a half radii.
    Costs when wrong: usage that cuts elsewhere ("western Ukraine" begins west of Kyiv) gets too much or
    little.
    """
    ground = about[0]
    if ground.line is not None or ground.place.feature_code in _SEAS:
        return None
    plane = ground.plane(flat=True)
    body = disc(1.5 * ground.radius) if ground.area is None else plane.project(ground.area)
    return plane.restore(_half_of(body, phrase, body.centroid))


def _half_of(body: Any, phrase: Phrase, apex: Any) -> Any:
    wide = [
        Heading(bearing=each.bearing, spread=90.0 if each.bearing % 90 == 0 else 75.0)
        for each in phrase.headings
    ]
    reach = 3 * max(abs(edge) for edge in (*body.bounds, apex.x, apex.y)) + 1
    return body.intersection(sectors(wide, apex=apex, reach=reach))


def _central(phrase: Phrase, about: Sequence[Ground]) -> Any | None:
    """Read "central X": what lies within three quarters of its radius of the centroid of an area.

    "Northern and central X" is both. Of a town within 0.6 radii of its point.
    Costs when wrong: of a long country the sides are missed.
    """
    ground = about[0]
    if ground.line is not None or ground.place.feature_code in _SEAS:
        return None
    plane = ground.plane()
    if ground.area is None:
        middle_of_it = disc(max(1.0, 0.6 * ground.radius))
    else:
        body = plane.project(ground.area)
        middle_of_it = body.intersection(disc(0.75 * size_km(body), center=body.centroid))
    restored = plane.restore(middle_of_it)
    return shapely.union_all([restored, _part(phrase, about)]) if phrase.headings else restored


def _between(phrase: Phrase, about: Sequence[Ground]) -> Any | None:
    """Read "between X and Y": a band from center to center, as wide as a quarter of it, at least 10 km.

    The same for "the road from X to Y", which bends. Of two countries nothing lies between: None.
    Costs when wrong: a road that goes around a mountain leaves the band.
    """
    del phrase
    first, second = about
    apart = distance_km(first.place.point, second.place.point)
    if first.is_country or second.is_country or not 1 < apart <= _FARTHEST_KM:
        return None
    plane = Plane(middle(first.place.point, second.place.point))
    ends = [(ground.place.point.lon, ground.place.point.lat) for ground in about]
    line = shapely.LineString([(point.x, point.y) for point in map(plane.project, map(shapely.Point, ends))])
    return plane.restore(line.buffer(max(5.0, apart / 8), quad_segs=8))


_METHODS: dict[str, Callable[[Phrase, Sequence[Ground]], Any | None]] = {
    "distance": _distance,
    "direction": _direction,
    "near": _near,
    "around": _around,
    "outside": _beside,
    "outskirts": _beside,
    "suburbs": _beside,
    "countryside": _countryside,
    "part": _part,
    "central": _central,
    "between": _between,
    "road": _between,
    **BY_LINE,
}
