"""Write sightings as GeoJSON (RFC 7946): one point per place, or one per sighting.

Positions are [lon, lat]. `geomap.exporters.properties` says what they and the properties are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from geomap.exporters.properties import Per, Row, Selection
from geomap.exporters.writing import to_json, write_text
from geomap.model import Sighting


class GeoJsonExporter:
    """Writes a FeatureCollection; `all_types` keeps associative mentions as well as literal ones."""

    def __init__(self, *, per: Per = "place", all_types: bool = False) -> None:
        self._selection = Selection(per=per, all_types=all_types)

    def collection(self, sightings: Iterable[Sighting]) -> dict[str, Any]:
        """Return the FeatureCollection, features in the order of `summarize` or of the sightings."""
        rows = self._selection.rows(sightings)
        collection: dict[str, Any] = {"type": "FeatureCollection"}
        if rows:
            collection["bbox"] = _bbox(rows)
        collection["features"] = [_feature(row) for row in rows]
        return collection

    def export(self, sightings: Sequence[Sighting], path: Path) -> None:
        """Write the file; equal input gives equal bytes. Raises ExportError."""
        write_text(path, to_json(self.collection(sightings), indent=1) + "\n")


def _feature(row: Row) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [row.lon, row.lat]}
    return {"type": "Feature", "id": row.id, "geometry": geometry, "properties": row.properties}


def _bbox(rows: Sequence[Row]) -> list[float]:
    """Return west, south, east, north of the narrowest box; west > east where it crosses the antimeridian."""
    lats = [row.lat for row in rows]
    lons = sorted({row.lon for row in rows})
    gaps = [(east - west, west, east) for west, east in pairwise(lons)]
    around = 360 - (lons[-1] - lons[0])
    widest, before, after = max(gaps, default=(0.0, 0.0, 0.0))
    west, east = (after, before) if widest > around else (lons[0], lons[-1])
    return [west, min(lats), east, max(lats)]
