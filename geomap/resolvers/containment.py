"""Whether a point lies within a place's area, for places whose codes do not say it.

Polygons are as coarse as the gazetteer's (0.02 to 0.05 degrees): a place within some km of a border may be
taken for its neighbor's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.model import Place, Point
from geomap.protocols import Gazetteer

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


class Containment:
    """Answers from the polygons of a gazetteer, each read once."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._areas: dict[str, BaseGeometry | None] = {}

    def holds(self, area: Place, point: Point) -> bool:
        """Tell whether the point lies within the area; False where the area has no polygon."""
        if area.bbox is not None and point not in area.bbox:
            return False
        if area.id not in self._areas:
            self._areas[area.id] = self._read(area)
        polygon = self._areas[area.id]
        if polygon is None:
            return False
        import shapely

        return bool(shapely.contains_xy(polygon, point.lon, point.lat))

    def _read(self, area: Place) -> BaseGeometry | None:
        geometry = self._gazetteer.geometry(area)
        if geometry is None:
            return None
        import shapely
        from shapely.geometry import shape

        # Rounding has made a few rings cross themselves.
        polygon = shapely.make_valid(shape(geometry))
        shapely.prepare(polygon)
        return polygon
