"""The form of a project's file: SQLite that is a GeoPackage 1.3 (OGC 12-128r17) at the same time.

The tables `geomap_…` hold what was read and found, each fact once. What programs for maps open are three
views over them: the layers `places` and `sightings`, and the attributes `articles`; they are always what
the tables say. The counts of a place are columns, because a view's computed ones have no type for GDAL.
Views as feature layers: requirements 29 and 150 (the first column is the id).
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator

from geomap.model import Point

FORMAT = 1
"""Version of the tables; another one is refused."""

APPLICATION_ID = 0x47504B47  # "GPKG"
_VERSION = 10300
_WGS84 = 4326
_POINT = struct.Struct("<2sBBiBIdd")
_LITTLE_ENDIAN = 1
_WKB_POINT = 1


def geometry(point: Point) -> bytes:
    """Return a point as a GeoPackage geometry: header without envelope, then little-endian WKB, lon first."""
    return _POINT.pack(
        b"GP", 0, _LITTLE_ENDIAN, _WGS84, _LITTLE_ENDIAN, _WKB_POINT, point.lon + 0.0, point.lat + 0.0
    )


TABLES = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {_VERSION};

CREATE TABLE geomap_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO geomap_meta VALUES ('format', '{FORMAT}');

CREATE TABLE geomap_provenance (
    number INTEGER PRIMARY KEY,
    recognizer TEXT NOT NULL,
    gazetteer TEXT NOT NULL,
    resolver TEXT NOT NULL,
    UNIQUE (recognizer, gazetteer, resolver)
);
CREATE TABLE geomap_article (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    published TEXT,
    day DATE,
    source TEXT,
    url TEXT,
    language TEXT,
    flags TEXT NOT NULL,
    origin TEXT,
    digest TEXT NOT NULL,
    provenance INTEGER NOT NULL REFERENCES geomap_provenance (number)
);
CREATE INDEX geomap_article_url ON geomap_article (url);
CREATE INDEX geomap_article_origin ON geomap_article (origin);
CREATE INDEX geomap_article_day ON geomap_article (day);
CREATE TABLE geomap_origin (
    origin TEXT PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES geomap_article (number) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX geomap_origin_article ON geomap_origin (article);
CREATE TABLE geomap_place (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    geom POINT NOT NULL,
    lat DOUBLE NOT NULL,
    lon DOUBLE NOT NULL,
    feature_class TEXT NOT NULL,
    feature_code TEXT NOT NULL,
    country_code TEXT NOT NULL,
    admin1_code TEXT NOT NULL,
    admin2_code TEXT NOT NULL,
    population INTEGER NOT NULL,
    radius_km DOUBLE NOT NULL,
    bbox TEXT NOT NULL,
    parent_id TEXT NOT NULL,
    curated INTEGER NOT NULL,
    country TEXT NOT NULL,
    admin1 TEXT NOT NULL,
    ancestor_ids TEXT NOT NULL,
    articles INTEGER NOT NULL DEFAULT 0,
    mentions INTEGER NOT NULL DEFAULT 0,
    literal_mentions INTEGER NOT NULL DEFAULT 0,
    confidence DOUBLE NOT NULL DEFAULT 0,
    first_day DATE,
    last_day DATE
);
CREATE INDEX geomap_place_lat ON geomap_place (lat);
CREATE INDEX geomap_place_lon ON geomap_place (lon);
CREATE INDEX geomap_place_country ON geomap_place (country_code);
CREATE TABLE geomap_inside (
    ancestor TEXT NOT NULL,
    place INTEGER NOT NULL REFERENCES geomap_place (number) ON DELETE CASCADE,
    PRIMARY KEY (ancestor, place)
) WITHOUT ROWID;
CREATE INDEX geomap_inside_place ON geomap_inside (place);
CREATE TABLE geomap_name (
    key TEXT NOT NULL,
    place INTEGER NOT NULL REFERENCES geomap_place (number) ON DELETE CASCADE,
    PRIMARY KEY (key, place)
) WITHOUT ROWID;
CREATE INDEX geomap_name_place ON geomap_name (place);
CREATE TABLE geomap_mention (
    number INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES geomap_article (number) ON DELETE CASCADE,
    field TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    type TEXT NOT NULL,
    literal BOOLEAN NOT NULL,
    score DOUBLE NOT NULL,
    recognizer TEXT NOT NULL,
    dateline BOOLEAN NOT NULL,
    outcome TEXT NOT NULL,
    place INTEGER REFERENCES geomap_place (number),
    confidence DOUBLE NOT NULL,
    sentence_start INTEGER,
    sentence TEXT
);
CREATE INDEX geomap_mention_article ON geomap_mention (article);
CREATE INDEX geomap_mention_place ON geomap_mention (place, confidence);
CREATE VIRTUAL TABLE geomap_text USING fts5 (
    title, text, content = 'geomap_article', content_rowid = 'number',
    tokenize = "unicode61 remove_diacritics 2"
);
"""  # noqa: S608 - only constants of this module

LAYERS = """
CREATE VIEW articles AS
SELECT number AS fid, id, title, text, published, day, source, url, language, origin FROM geomap_article;

CREATE VIEW sightings AS
SELECT mention.number AS fid, place.geom AS geom, place.id AS place_id, place.name AS name,
    place.country AS country, place.country_code AS country_code, place.admin1 AS admin1,
    place.feature_class AS feature_class, place.feature_code AS feature_code,
    article.id AS article_id, article.title AS title, article.source AS source,
    article.published AS published, article.day AS day, article.url AS url, article.language AS language,
    mention.sentence AS sentence, mention.text AS mention, mention.type AS type, mention.literal AS literal,
    mention.dateline AS dateline, mention.confidence AS confidence
FROM geomap_mention AS mention
JOIN geomap_place AS place ON place.number = mention.place
JOIN geomap_article AS article ON article.number = mention.article;

CREATE VIEW places AS
SELECT number AS fid, geom, id AS place_id, name, country, country_code, admin1, feature_class, feature_code,
    population, radius_km, articles, mentions, literal_mentions, confidence, first_day, last_day
FROM geomap_place WHERE mentions > 0;
"""

_WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)

GEOPACKAGE = f"""
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL,
    definition TEXT NOT NULL,
    description TEXT
);
INSERT INTO gpkg_spatial_ref_sys VALUES
    ('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined'),
    ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined'),
    ('WGS 84 geodetic', {_WGS84}, 'EPSG', {_WGS84}, '{_WKT}', 'longitude/latitude in degrees, WGS 84');
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY,
    data_type TEXT NOT NULL,
    identifier TEXT UNIQUE,
    description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE,
    min_y DOUBLE,
    max_x DOUBLE,
    max_y DOUBLE,
    srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES
    ('places', 'features', 'places', 'One point per place that the articles mention', {_WGS84}),
    ('sightings', 'features', 'sightings', 'One point per mention of a place, with its sentence', {_WGS84}),
    ('articles', 'attributes', 'articles', 'The articles', NULL),
    ('layer_styles', 'attributes', 'layer_styles', 'Styles for QGIS', NULL);
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL,
    m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents (table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);
INSERT INTO gpkg_geometry_columns VALUES
    ('places', 'geom', 'POINT', {_WGS84}, 0, 0),
    ('sightings', 'geom', 'POINT', {_WGS84}, 0, 0);
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256),
    f_table_schema TEXT(256),
    f_table_name TEXT(256),
    f_geometry_column TEXT(256),
    styleName TEXT(30),
    styleQML TEXT,
    styleSLD TEXT,
    useAsDefault BOOLEAN,
    description TEXT,
    owner TEXT(30),
    ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
);
"""  # noqa: S608 - only constants of this module

INSERT_STYLE = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,
    styleQML, styleSLD, useAsDefault, description, owner)
VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '')
"""

UPDATE_EXTENT = """
UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
    min_x = (SELECT MIN(lon) FROM geomap_place), min_y = (SELECT MIN(lat) FROM geomap_place),
    max_x = (SELECT MAX(lon) FROM geomap_place), max_y = (SELECT MAX(lat) FROM geomap_place)
WHERE data_type = 'features'
"""


def statements() -> Iterator[str]:
    """Yield the statements that make an empty project, one at a time."""
    waiting = ""
    for line in f"{TABLES}{LAYERS}{GEOPACKAGE}".splitlines(keepends=True):
        waiting += line
        if sqlite3.complete_statement(waiting):
            yield waiting
            waiting = ""
