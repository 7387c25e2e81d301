"""Great-circle geometry on the sphere, for the distances that geomap weighs thousands of times an article.

One formula of its own, because geopy's takes ten times as long; geopy is the oracle in the tests.
"""

from __future__ import annotations

import math

from geomap.model import Point

EARTH_RADIUS_KM = 6371.0088
"""Mean radius R1 of the Earth in km (IUGG)."""


def distance_km(first: Point, second: Point) -> float:
    """Return the great-circle distance in km (haversine; up to 0.6 % off the ellipsoid)."""
    lat1, lat2 = math.radians(first.lat), math.radians(second.lat)
    half_lat = math.sin((lat2 - lat1) / 2)
    half_lon = math.sin(math.radians(second.lon - first.lon) / 2)
    haversine = half_lat * half_lat + math.cos(lat1) * math.cos(lat2) * half_lon * half_lon
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(haversine)))


_KM_PER_DEGREE = math.pi * EARTH_RADIUS_KM / 180


def flat_distance_km(first: Point, second: Point) -> float:
    """Return the distance in km on a plane around both points, in half the time of the sphere's.

    Off by less than 3 % up to 1,000 km below 60 degrees of latitude (equirectangular projection).
    """
    lon = abs(first.lon - second.lon)
    if lon > 180:  # noqa: PLR2004 - the shorter way crosses the antimeridian
        lon = 360 - lon
    middle = math.radians((first.lat + second.lat) / 2)
    return _KM_PER_DEGREE * math.hypot(first.lat - second.lat, lon * math.cos(middle))
