"""A project of an older format, brought to the one of today in place, in one transaction.

Nothing is taken away: what the older geomap had not found is what an article without it has (no area, no
focus, merely mentioned), until `geomap add --again`. If the program is killed or the disk is full halfway,
the file is the old one.
"""

from __future__ import annotations

import sqlite3

from geomap.model import Place, Point, precision_of, reach_km
from geomap.store import schema
from geomap.store.reading import read_box

OLD_FORMAT = 1

_COLUMNS = """
ALTER TABLE geomap_article ADD COLUMN focus TEXT NOT NULL DEFAULT '';
ALTER TABLE geomap_mention ADD COLUMN nil DOUBLE NOT NULL DEFAULT 0;
ALTER TABLE geomap_mention ADD COLUMN match TEXT;
ALTER TABLE geomap_mention ADD COLUMN role TEXT NOT NULL DEFAULT 'mentioned';
ALTER TABLE geomap_mention ADD COLUMN role_score DOUBLE NOT NULL DEFAULT 0;
ALTER TABLE geomap_mention ADD COLUMN precision TEXT;
ALTER TABLE geomap_mention ADD COLUMN radius_km DOUBLE;
DROP VIEW articles;
DROP VIEW sightings;
DROP VIEW places;
"""
_PLACES = """
SELECT number, id, name, lat, lon, feature_class, feature_code, population, radius_km, bbox FROM geomap_place
"""
_EXTENT = "UPDATE geomap_mention SET precision = ?, radius_km = ? WHERE place = ?"
_FORMAT = "UPDATE geomap_meta SET value = ? WHERE key = 'format'"


def upgrade(connection: sqlite3.Connection) -> None:
    """Bring the file of a connection, which has begun a transaction, from the old format to today's."""
    for statement in schema.statements(_COLUMNS, schema.AREA_TABLE, schema.LAYERS, schema.AREA_LAYER):
        connection.execute(statement)
    schema.add_styles(connection, ["areas"])
    for row in connection.execute(_PLACES).fetchall():
        place = Place(
            id=row[1], name=row[2], point=Point(lat=row[3], lon=row[4]), feature_class=row[5],
            feature_code=row[6], population=row[7], radius_km=row[8], bbox=read_box(row[9]),
        )  # fmt: skip
        connection.execute(_EXTENT, (precision_of(place).value, reach_km(place), row[0]))
    connection.execute(schema.UPDATE_EXTENT)
    connection.execute(schema.UPDATE_AREA_EXTENT)
    connection.execute(_FORMAT, (str(schema.FORMAT),))
