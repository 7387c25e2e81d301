"""The outlines, borders and coasts of places as shapely shapes in degrees, kept for the articles to come.

Longitudes are continuous around the place's point.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
import shapely

from geomap import lexicon
from geomap.model import Place
from geomap.protocols import Bordering, Gazetteer
from geomap.resolvers.relative.plane import Plane

_KEPT = 512
_MOST_PARTS = 60
_SMALLEST_PART = 0.002
_APART_KM = 500
"""Farther from the main land than this, a part is another land: Alaska, French Guiana, Svalbard."""

_TOUCH = 0.05
"""Degrees by which lines of two layers of the gazetteer may differ where they mean the same."""


_shapes: OrderedDict[Hashable, Any] = OrderedDict()


def kept(key: Hashable, make: Callable[[], Any]) -> Any:
    """Return what was made under a key, at most 512 things: the same places come again in many articles."""
    if key in _shapes:
        _shapes.move_to_end(key)
    else:
        _shapes[key] = make()
        if len(_shapes) > _KEPT:
            _shapes.popitem(last=False)
    return _shapes[key]


def outline(gazetteer: Gazetteer, place: Place) -> Any | None:
    """Return the area of a place without far parts and small islands, or its line, or None."""
    return kept((gazetteer.fingerprint, "outline", place), lambda: _simplified(_raw(gazetteer, place), place))


def _raw(gazetteer: Gazetteer, place: Place) -> Any | None:
    from shapely.geometry import shape

    geometry = gazetteer.geometry(place)
    if geometry is None:
        return None
    found = shape(geometry)
    valid = found if found.is_valid else shapely.make_valid(found)
    return shapely.transform(valid, lambda degrees: _continuous(degrees, place.point.lon))


def _continuous(degrees: Any, around: float) -> Any:
    offset = degrees[:, 0] - around
    return np.column_stack((degrees[:, 0] - 360 * np.round(offset / 360), degrees[:, 1]))


def _simplified(shape: Any | None, place: Place) -> Any | None:
    if shape is None or shape.is_empty:
        return None
    if shape.geom_type.endswith("LineString"):
        return shape
    main = _main_land(shape, place)
    west, _, east, _ = shape.bounds
    whole = shapely.union_all(main) if west < -180 or east > 180 else shapely.MultiPolygon(main)  # noqa: PLR2004
    return whole.simplify(math.sqrt(shape.area) / 400)


def _main_land(shape: Any, place: Place) -> list[Any]:
    """Return the largest part with those that lie less than 500 km from one another."""
    parts = sorted(shapely.get_parts(shape), key=lambda part: -part.area)
    parts = [part for part in parts if part.area >= _SMALLEST_PART * parts[0].area][:_MOST_PARTS]
    plane = Plane(place.point, flat=True)
    hulls = np.array([plane.project(part.convex_hull) for part in parts])
    found, waiting = [0], [0]
    while waiting:
        at = waiting.pop()
        close = shapely.distance(hulls[at], hulls) < _APART_KM
        new = [other for other in np.flatnonzero(close).tolist() if other not in found]
        found += new
        waiting += new
    return [parts[at] for at in sorted(found)]


def neighbors_of(gazetteer: Gazetteer, place: Place) -> Sequence[Place]:
    """Return the places beside a country or an ADM1; none where the gazetteer does not know."""
    return gazetteer.neighbors(place) if isinstance(gazetteer, Bordering) else ()


def border(gazetteer: Gazetteer, first: Place, second: Place) -> Any | None:
    """Return the line between two places, None where they do not touch.

    For countries that is the gazetteer's border, for others where their outlines come close.
    """
    if not isinstance(gazetteer, Bordering):
        return None
    line = gazetteer.border(first, second)
    if line is not None:
        found = shapely.from_geojson(_as_text(line))
        return shapely.transform(found, lambda degrees: _continuous(degrees, first.point.lon))
    one, other = _raw(gazetteer, first), _raw(gazetteer, second)
    if one is None or other is None or "Line" in one.geom_type + other.geom_type:
        return None
    shared = one.boundary.intersection(other.buffer(_TOUCH))
    return None if shared.is_empty else shared


def _as_text(geometry: dict[str, Any]) -> str:
    import json

    return json.dumps(geometry)


def borders(gazetteer: Gazetteer, place: Place) -> Any | None:
    """Return all land borders of a country; of another area all of its outline."""
    if not lexicon.is_country(place):
        area = outline(gazetteer, place)
        return area.boundary if area is not None and area.area else None
    lines = [border(gazetteer, place, other) for other in neighbors_of(gazetteer, place)]
    found = [line for line in lines if line is not None]
    return shapely.union_all(found) if found else None


def coast(gazetteer: Gazetteer, place: Place) -> Any | None:
    """Return what of a place's outline is no border to its neighbors; None without any, or without an area.

    Costs when wrong: an ADM1 beside one that has no polygon gets its border for a coast.
    """
    return kept((gazetteer.fingerprint, "coast", place), lambda: _coast(gazetteer, place))


def _coast(gazetteer: Gazetteer, place: Place) -> Any | None:
    area = outline(gazetteer, place)
    if area is None or not area.area or not isinstance(gazetteer, Bordering):
        return None
    edge = area.boundary
    margin = max(_TOUCH, 3 * math.sqrt(area.area) / 400)
    if lexicon.is_country(place):
        lines = borders(gazetteer, place)
        beside = [] if lines is None else [lines]
    else:
        beside = [shape for shape in (_raw(gazetteer, each) for each in gazetteer.neighbors(place)) if shape]
        country = next((each for each in gazetteer.ancestors(place) if lexicon.is_country(each)), None)
        lines = borders(gazetteer, country) if country else None
        beside += [] if lines is None else [lines]
    for shape in beside:
        edge = edge.difference(shape.buffer(margin))
    return None if edge.is_empty or edge.length < _TOUCH else edge


def land_around(gazetteer: Gazetteer, place: Place, *, far: bool) -> Any | None:
    """Return the country of a place with its neighbors, `far` also with theirs: what is no water."""
    country = next((each for each in (place, *gazetteer.ancestors(place)) if lexicon.is_country(each)), None)
    if country is None:
        return None
    key = (gazetteer.fingerprint, "lands" if far else "land", country)
    return kept(key, lambda: _land(gazetteer, country, far=far))


def _land(gazetteer: Gazetteer, country: Place, *, far: bool) -> Any | None:
    near = {country.id: country} | {each.id: each for each in neighbors_of(gazetteer, country)}
    if far:
        near |= {each.id: each for other in list(near.values()) for each in neighbors_of(gazetteer, other)}
    shapes = [_raw(gazetteer, each) for each in near.values()]
    areas = [
        shapely.transform(shape, lambda degrees: _continuous(degrees, country.point.lon))
        for shape in shapes
        if shape is not None
    ]
    return shapely.union_all(areas) if areas else None
