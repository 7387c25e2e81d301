"""Areas of places for the HTML map, compact: encoded polylines, circles and boxes.

A country's area is the outline of the base map, so that both have the same border. Other areas come
from the gazetteer's geometry, simplified to what a screen can show; without one, a circle of the
place's radius or its box stands for "somewhere here".

Encoding: https://developers.google.com/maps/documentation/utilities/polylinealgorithm, with 1,000
parts of a degree (110 m) rather than 100,000.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from geomap.exporters.kinds import is_country
from geomap.exporters.polygons import area_geometry
from geomap.model import Place, UncertainArea

SCALE = 1000
"""Parts of a degree: 0.001 degrees are 110 m or less, a pixel at zoom 10."""

_DETAIL = 600
"""The simplified geometry keeps what is larger than its extent divided by this: a pixel on a laptop."""


_LARGEST_CIRCLE_KM = 1000
"""A wider circle says no more than the name: half a hemisphere for "Latin America"."""


@cache
def outlines_json() -> str:
    """Return the outlines of the countries as JSON text, made by gazetteer/recipe_outlines.py."""
    return (files("geomap.exporters") / "assets" / "outlines.json").read_text(encoding="utf-8").strip()


@cache
def outlined_codes() -> frozenset[str]:
    """Return the ISO 3166-1 alpha-2 codes of the countries that the base map outlines."""
    return frozenset(country["code"] for country in json.loads(outlines_json())["countries"]) - {""}


def area_of(place: Place, geometry: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return how to draw the place's area, or None where little is known of its extent."""
    if is_country(place) and place.country_code in outlined_codes():
        return {"country": place.country_code}
    if geometry is not None and (lines := _lines(geometry)):
        return {"closed": _has_surface(geometry), "lines": lines}
    if place.radius_km > _LARGEST_CIRCLE_KM:
        return None
    if place.radius_km > 0:
        return {"km": place.radius_km}
    if place.bbox is not None:
        box = place.bbox
        return {"box": [box.south, box.west, box.north, box.east + (360 if box.west > box.east else 0)]}
    return None


def relative_area(area: UncertainArea, longest: int) -> dict[str, Any]:
    """Return how to draw where a phrase puts something, with the phrase cut to so many code points.

    Where nothing of it can be seen there are no lines.
    """
    geometry = area_geometry(area)
    lines = [] if geometry is None else _lines(geometry)
    return {"phrase": area.phrase[:longest], "km": round(area.radius_km, 1), "closed": True, "lines": lines}


def encode_polyline(lats_lons: Iterable[tuple[float, float]], *, scale: int = SCALE) -> str:
    """Encode (lat, lon) degrees; points that fall together are written once."""
    out: list[str] = []
    last_lat = last_lon = 0
    for degrees_lat, degrees_lon in lats_lons:
        lat, lon = round(degrees_lat * scale), round(degrees_lon * scale)
        if out and (lat, lon) == (last_lat, last_lon):
            continue
        out += (_encode_number(lat - last_lat), _encode_number(lon - last_lon))
        last_lat, last_lon = lat, lon
    return "".join(out)


@lru_cache(maxsize=4096)
def _encode_number(number: int) -> str:
    value = ~(number << 1) if number < 0 else number << 1
    out = ""
    while value >= 32:  # noqa: PLR2004
        out += chr((32 | (value & 31)) + 63)
        value >>= 5
    return out + chr(value + 63)


def _has_surface(geometry: dict[str, Any]) -> bool:
    parts = geometry.get("geometries", [geometry])
    return any(part["type"] in ("Polygon", "MultiPolygon") for part in parts)


def _lines(geometry: dict[str, Any]) -> list[str]:
    """Return the encoded rings and lines of a GeoJSON geometry, simplified."""
    import shapely
    from shapely.geometry import shape

    whole = shape(geometry)
    if whole.is_empty:
        return []
    west, south, east, north = whole.bounds
    simple = shapely.simplify(whole, max(east - west, north - south) / _DETAIL)
    positions = _position_lists(shapely.geometry.mapping(simple))
    return [encode_polyline((lat, lon) for lon, lat, *_ in line) for line in positions]


def _position_lists(geometry: dict[str, Any]) -> Iterator[Sequence[Sequence[float]]]:
    if geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _position_lists(part)
    elif geometry["type"] not in ("Point", "MultiPoint"):
        yield from _nested_lists(geometry["coordinates"])


def _nested_lists(coordinates: Sequence[Any]) -> Iterator[Sequence[Sequence[float]]]:
    """Yield the lists of positions at any depth."""
    if coordinates and isinstance(coordinates[0][0], int | float):
        yield coordinates
    else:
        for part in coordinates:
            yield from _nested_lists(part)
