"""Write sightings as GeoJSON (RFC 7946): one point per place, or one per sighting.

Positions are [lon, lat]. `geomap.exporters.properties` says what they and the properties are.

An area is a feature of its own, with the properties of its sighting, and only where asked for. Many programs
cannot read several kinds of geometry in one feature (RFC 7946, 3.1.8, warns of them), and who counts the
features of a file wants to count sightings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from geomap.exporters.polygons import area_geometry
from geomap.exporters.properties import Per, Row, Selection
from geomap.exporters.writing import to_json, write_text
from geomap.model import Sighting


class GeoJsonExporter:
    """Writes a FeatureCollection; `all_types` keeps associative mentions as well as literal ones.

    `areas` adds the area of a sighting behind its point, with "/area" at the end of its id.
    """

    def __init__(self, *, per: Per = "place", all_types: bool = False, areas: bool = False) -> None:
        self._selection = Selection(per=per, all_types=all_types, areas=areas)

    def collection(self, sightings: Iterable[Sighting]) -> dict[str, Any]:
        """Return the FeatureCollection, features in the order of `summarize` or of the sightings."""
        features = [each for row in self._selection.rows(sightings) for each in _features(row)]
        collection: dict[str, Any] = {"type": "FeatureCollection"}
        if features:
            collection["bbox"] = _bbox(
                [line for each in features for line in _lines(each["geometry"]["coordinates"])]
            )
        collection["features"] = features
        return collection

    def export(self, sightings: Sequence[Sighting], path: Path) -> None:
        """Write the file; equal input gives equal bytes. Raises ExportError."""
        write_text(path, to_json(self.collection(sightings), indent=1) + "\n")


def _features(row: Row) -> Iterator[dict[str, Any]]:
    point = {"type": "Point", "coordinates": [row.lon, row.lat]}
    yield {"type": "Feature", "id": row.id, "geometry": point, "properties": row.properties}
    area = area_geometry(row.area)
    if area is not None:
        yield {"type": "Feature", "id": f"{row.id}/area", "geometry": area, "properties": row.properties}


def _lines(coordinates: Sequence[Any]) -> Iterator[Sequence[Sequence[float]]]:
    """Yield the rings in coordinates of any depth; a point as a line of one position."""
    if isinstance(coordinates[0], float):
        yield [coordinates]
    elif isinstance(coordinates[0][0], float):
        yield coordinates
    else:
        for part in coordinates:
            yield from _lines(part)


def _bbox(lines: Sequence[Sequence[Sequence[float]]]) -> list[float]:
    """Return west, south, east, north of the narrowest box around lines that do not cross the antimeridian.

    West > east where the box crosses it.
    """
    lats = [position[1] for line in lines for position in line]
    lons = [[position[0] for position in line] for line in lines]
    spans = sorted({(min(each), max(each)) for each in lons})
    first, reached = spans[0]
    widest, west, east = 0.0, first, max(east for _, east in spans)
    around = 360 - (east - west)
    for begin, end in spans:
        if begin - reached > max(widest, around):
            widest, west, east = begin - reached, begin, reached
        reached = max(reached, end)
    return [west, min(lats), east, max(lats)]
