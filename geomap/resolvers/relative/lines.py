"""Areas along lines: borders, coasts, rivers, and the water before a coast."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import shapely

from geomap.model import Point
from geomap.resolvers.relative import outlines
from geomap.resolvers.relative.ground import Ground, clipped
from geomap.resolvers.relative.phrases import Phrase
from geomap.resolvers.relative.plane import Plane, disc, ring, sectors, swept
from geomap.resolvers.relative.vocabulary import Heading

_BORDER_KM, _COAST_KM, _RIVER_KM = 15.0, 10.0, 5.0
"""To either side of a line: what is reported "at the border" lies in towns some km from it, and the line is
drawn with an error of about 3 km. Judgment, not measured."""

_BESIDE_KM = 5.0
"""Water that lies farther from the coast is another one, behind the land: Lake Victoria before Somalia."""

_CLOSE_KM = 250.0
_LEAST_WATER = 0.1
_MOST_POINTS, _MOST_ERROR_KM = 80, 30.0
_REACH_KM = 50.0
"""How far "south of the border" and "off the coast" may mean."""

_BEYOND_RIVER_KM = 100.0
"""How far "east of the Euphrates" may: a river parts a country, a border is named for what is close to it."""


def _border(phrase: Phrase, about: Sequence[Ground]) -> Any | None:
    """Read "the Turkish border": 15 km to both sides of the line.

    With two countries their common border. With one, that to the neighbor that the article's other places
    lie in most; where they lie in none, all its land borders. Of that what is nearer than 250 km to a place
    of the article, or all where nothing is.
    Costs when wrong: a report from Syria that is about the border of Turkey and Iraq gets the wrong line.
    """
    ground = about[0]
    if len(about) > 1:
        line = outlines.border(ground.gazetteer, ground.place, about[1].place)
    else:
        line = _close_to_places(_border_of_one(ground), ground)
    return None if line is None else _along(line, phrase, ground, width=_BORDER_KM, reach=_REACH_KM)


def _border_of_one(ground: Ground) -> Any | None:
    counts = ground.countries
    neighbors = outlines.neighbors_of(ground.gazetteer, ground.place) if ground.is_country else ()
    beside = [each for each in neighbors if each in counts]
    if beside:
        other = min(beside, key=lambda each: (-counts[each], each.id))
        line = outlines.border(ground.gazetteer, ground.place, other)
        if line is not None:
            return line
    return outlines.borders(ground.gazetteer, ground.place)


def _close_to_places(line: Any | None, ground: Ground) -> Any | None:
    if line is None or not ground.is_country:
        return line
    plane = Plane(_on(line))
    whole = plane.project(line)
    around = [
        disc(_CLOSE_KM + each.radius_km, center=plane.project(shapely.Point(each.point.lon, each.point.lat)))
        for each in sorted(ground.places, key=lambda each: each.id)
    ]
    close = whole.intersection(shapely.union_all(around))
    return line if close.is_empty else plane.restore(close)


def _along(line: Any, phrase: Phrase, ground: Ground, *, width: float, reach: float) -> Any | None:
    """Return the band along a line, or beside it where the phrase says how far, in degrees as the line."""
    plane = Plane(_on(line))
    side = _side(plane.project(line), phrase, ground, plane)
    far = phrase.distance
    drawn, error = _drawn(side, most=_MOST_POINTS // 2 if far and far.low else _MOST_POINTS)
    if drawn.is_empty:
        return None
    if phrase.away:
        low, high = (far.low, far.high) if far else (0.0, reach)
        moved = [swept(drawn, each, low=max(0.0, low - error), high=high + error) for each in phrase.headings]
        return plane.restore(shapely.union_all(moved).buffer(1))
    band = _widened(drawn, (far.high if far else width) + error)
    if far and far.low > error:
        band = band.difference(_widened(drawn, far.low - error))
    return plane.restore(band)


def _side(line: Any, phrase: Phrase, ground: Ground, plane: Plane) -> Any:
    """Return what of a line lies on that side of its place: "the northern border"."""
    if not phrase.headings or phrase.away or ground.area is None:
        return line
    body = plane.project(ground.area)
    wide = [Heading(bearing=each.bearing, spread=67.5) for each in phrase.headings]
    length = 3 * max(abs(edge) for edge in (*body.bounds, *line.bounds))
    return line.intersection(sectors(wide, apex=body.centroid, reach=length))


def _drawn(line: Any, *, most: int) -> tuple[Any, float]:
    """Return a line of few points, and by how many km it is off: the sides of its band have as many again.

    To simplify the band instead would bend its sides into each other. Half of the most that a point may be
    off is what most of them are.
    """
    merged = shapely.line_merge(line) if line.geom_type == "MultiLineString" else line
    error, drawn = 0.4, merged
    while shapely.get_num_coordinates(drawn) > most and error < _MOST_ERROR_KM:
        error *= 1.25
        drawn = merged.simplify(error)
    return drawn, error / 2 if drawn is not merged else 0.0


def _widened(line: Any, km: float) -> Any:
    return line.buffer(km, join_style="mitre", mitre_limit=2.0, quad_segs=2)


def _on(line: Any) -> Point:
    """Return a point in the middle of a line, the center of its plane."""
    west, south, east, north = line.bounds
    lon = (west + east) / 2
    return Point(lat=(south + north) / 2, lon=lon - 360 * round(lon / 360))


def _waterside(phrase: Phrase, about: Sequence[Ground]) -> Any | None:
    """Read "along the Euphrates", "the banks of the Tigris": 5 km to both sides, of a lake both of its shore.

    Of a river of several countries the stretch in those of the article's other places.
    """
    ground = about[0]
    line = ground.line if ground.area is None else ground.area.boundary
    if line is None or ground.place.feature_code in {"SEA", "OCN"}:
        return None
    stretch = _stretch(line, ground)
    band = _along(stretch, phrase, ground, width=_RIVER_KM, reach=_BEYOND_RIVER_KM)
    return _stretch(band, ground) if phrase.away and band is not None else band


def _stretch(shape: Any, ground: Ground) -> Any:
    return clipped(shape, ground, Plane(_on(shape))) if ground.countries else shape


def _coast(phrase: Phrase, about: Sequence[Ground]) -> Any | None:
    """Read "the Libyan coast": 10 km to both sides of the outline where no neighbor is.

    Of a sea ("the Mediterranean coast") its shore in the countries of the article's other places.
    """
    ground = about[0]
    if ground.place.feature_class == "H":
        return _shore(phrase, ground)
    line = outlines.coast(ground.gazetteer, ground.place)
    return None if line is None else _along(line, phrase, ground, width=_COAST_KM, reach=_REACH_KM)


def _shore(phrase: Phrase, ground: Ground) -> Any | None:
    if ground.area is None:
        return None
    line = ground.area.boundary
    stretch = _stretch(line, ground)
    if stretch.length > 0.9 * line.length:
        return None  # all around a sea is nowhere
    return _along(stretch, phrase, ground, width=_COAST_KM, reach=_REACH_KM)


def _offshore(phrase: Phrase, about: Sequence[Ground]) -> Any | None:
    """Read "off the coast of Libya", "20 nautical miles off Tripoli": water up to 50 km away, or that far.

    Land is the country with its neighbors. Costs when wrong: an island that has no polygon counts as water.
    """
    ground = about[0]
    low, high = (phrase.distance.low, phrase.distance.high) if phrase.distance else (0.0, _REACH_KM)
    land = outlines.land_around(ground.gazetteer, ground.place, far=high > 2 * _REACH_KM)
    if land is None:
        return None
    plane = ground.plane()
    if ground.area is None:
        return _restored(_water(ring(low, high + ground.radius), land, plane), plane)
    line = outlines.coast(ground.gazetteer, ground.place)
    if line is None:
        return None
    edge = _side(plane.project(line), phrase, ground, plane)
    band = edge.buffer(high, quad_segs=4)
    water = None if band.is_empty else _water(band, land, plane)
    if water is None:
        return None
    sea = shapely.union_all([part for part in shapely.get_parts(water) if part.distance(edge) < _BESIDE_KM])
    return _restored(sea.difference(edge.buffer(low, quad_segs=4)) if low else sea, plane)


def _water(shape: Any, land: Any, plane: Plane) -> Any | None:
    """Return the water in a shape; None where there is hardly any: the place does not lie at a sea."""
    reach = max(abs(edge) for edge in shape.bounds)
    near = shapely.clip_by_rect(plane.project(land), -reach, -reach, reach, reach)
    water = shape.difference(near if near.is_valid else shapely.make_valid(near))
    return water if water.area > _LEAST_WATER * shape.area else None


def _restored(shape: Any | None, plane: Plane) -> Any | None:
    return None if shape is None else plane.restore(shape)


BY_LINE: Mapping[str, Callable[[Phrase, Sequence[Ground]], Any | None]] = {
    "border": _border,
    "waterside": _waterside,
    "coast": _coast,
    "offshore": _offshore,
}
