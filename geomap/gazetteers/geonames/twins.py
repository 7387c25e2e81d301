"""Places that geomap has without a geonameid (a quarter, a camp, a sea) and the dump has under one.

They are one if they share a name and the feature class, and the dump's point lies within the radius of
geomap's place, or within 2 km. Costs when wrong: of two camps of one name side by side one is lost; without
the rule the articles about a quarter would be spread over two ids.
"""

from __future__ import annotations

from collections.abc import Mapping

from geomap.gazetteers.rows import Row
from geomap.geo import distance_km
from geomap.model import Point
from geomap.text import fold

_LEAST_KM = 2.0


class Twins:
    """The rows of a base that have no geonameid, by their names."""

    def __init__(self, base: Mapping[str, Row]) -> None:
        self._rows: dict[str, list[Row]] = {}
        for place_id in base:
            if not place_id.startswith("geonames:"):
                row = base[place_id]
                for key in sorted({fold(text) for text in (row.name, *(name.text for name in row.names))}):
                    self._rows.setdefault(key, []).append(row)

    def of(self, row: Row) -> Row | None:
        """Return the nearest row that stands for the same place, or None."""
        named = self._rows.get(fold(row.name))
        if not named:
            return None
        point = Point(lat=row.lat, lon=row.lon)
        near = [
            (distance, twin.id, twin)
            for twin in named
            if twin.feature_class == row.feature_class
            and (distance := distance_km(point, Point(lat=twin.lat, lon=twin.lon)))
            <= max(_LEAST_KM, twin.radius_km)
        ]
        return min(near)[2] if near else None
