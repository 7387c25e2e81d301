"""A gazetteer file as rows, so that another one can be made from it, with all that its places are."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self
from zlib import decompress

from geomap.errors import GazetteerFormatError
from geomap.gazetteers.relations import codes_of, dispute_of
from geomap.gazetteers.rows import Row
from geomap.gazetteers.schema import split_names
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.gazetteers.writer import GazetteerWriter

_ROW = """
SELECT id, name, lat, lon, feature_class, feature_code, country_code, admin1_code, admin2_code, population,
    radius_km, bbox, parent_id, curated, precedence, names
FROM place LEFT JOIN names ON names.place = place.number WHERE id = ?
"""
_IDS = "SELECT id FROM place"
_SHAPES = "SELECT id, type, coordinates FROM shape JOIN place ON place.number = shape.place ORDER BY id"
_BORDERS = """
SELECT first.id, second.id, length_km, coordinates FROM border
JOIN place AS first ON first.number = border.place JOIN place AS second ON second.number = border.other
ORDER BY first.id, second.id
"""
_NEIGHBORS = """
SELECT first.id, second.id FROM neighbor
JOIN place AS first ON first.number = neighbor.place JOIN place AS second ON second.number = neighbor.other
WHERE first.number < second.number ORDER BY first.id, second.id
"""
_DISPUTED = "SELECT id FROM dispute JOIN place ON place.number = dispute.place ORDER BY id"


class StoredRows(Mapping[str, Row]):
    """The rows of a gazetteer file by their ids, read when they are asked for.

    Raises GazetteerNotFound and GazetteerFormatError, also for a file that turns out to be broken.
    """

    def __init__(self, path: Path) -> None:
        with SqliteGazetteer(path) as gazetteer:
            self.path = gazetteer.path
            self.credits = gazetteer.credits
            self.counts = gazetteer.counts
        uri = f"{self.path.resolve().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True)
        self._ids = {row[0] for row in self._query(_IDS)}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def __getitem__(self, place_id: str) -> Row:
        if place_id not in self._ids:
            raise KeyError(place_id)
        cells = next(self._query(_ROW, place_id))
        return Row(
            id=cells[0], name=cells[1], lat=cells[2], lon=cells[3], feature_class=cells[4],
            feature_code=cells[5], country_code=cells[6], admin1_code=cells[7], admin2_code=cells[8],
            population=cells[9], radius_km=cells[10], bbox=cells[11], parent_id=cells[12],
            curated=bool(cells[13]), precedence=cells[14], names=split_names(cells[15] or ""),
            codes=codes_of(self._connection, place_id), where=(str(self.path), 0),
        )  # fmt: skip

    def __contains__(self, place_id: object) -> bool:
        return place_id in self._ids

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._ids))

    def __len__(self) -> int:
        return len(self._ids)

    def copy_relations(self, writer: GazetteerWriter) -> None:
        """Give another file the shapes, borders, neighbors and disputes; after its `index`."""
        for place_id, kind, packed in self._query(_SHAPES):
            writer.add_shape(place_id, kind, json.loads(decompress(packed)))
        for first, second, length_km, packed in self._query(_BORDERS):
            writer.add_border(first, second, length_km=length_km, coordinates=json.loads(decompress(packed)))
        for first, second in self._query(_NEIGHBORS):
            writer.add_neighbors(first, [second])
        for (place_id,) in self._query(_DISPUTED):
            dispute = dispute_of(self._connection, place_id)
            if dispute is not None:
                writer.add_dispute(place_id, dispute)

    def _query(self, statement: str, *values: str) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._connection.execute(statement, values)
        except sqlite3.DatabaseError as error:
            message = f"{self.path} is broken: {error}"
            raise GazetteerFormatError(message) from error
