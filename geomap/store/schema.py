"""The form of a project's file: SQLite that is a GeoPackage 1.3 (OGC 12-128r17) at the same time.

The tables `geomap_…` hold what was read and found, each fact once. What programs for maps open are four
views over them: the layers `places`, `sightings` and `areas`, and the attributes `articles`; they are always
what the tables say. The counts of a place, and how exactly a mention lies, are columns, because a view's
computed ones have no type for GDAL.
Views as feature layers: requirements 29 and 150 (the first column is the id).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from importlib import resources

from geomap.store.geometry import WGS84

FORMAT = 2
"""Version of the tables: the one before is brought to it (`geomap.store.upgrading`), others are refused.

2: role, precision and area of a mention, focus of an article.
"""

APPLICATION_ID = 0x47504B47  # "GPKG"
_VERSION = 10300


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
    provenance INTEGER NOT NULL REFERENCES geomap_provenance (number),
    focus TEXT NOT NULL DEFAULT ''
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
    sentence TEXT,
    nil DOUBLE NOT NULL DEFAULT 0,
    match TEXT,
    role TEXT NOT NULL DEFAULT 'mentioned',
    role_score DOUBLE NOT NULL DEFAULT 0,
    precision TEXT,
    radius_km DOUBLE
);
CREATE INDEX geomap_mention_article ON geomap_mention (article);
CREATE INDEX geomap_mention_place ON geomap_mention (place, confidence);
CREATE VIRTUAL TABLE geomap_text USING fts5 (
    title, text, content = 'geomap_article', content_rowid = 'number',
    tokenize = "unicode61 remove_diacritics 2"
);
"""  # noqa: S608 - only constants of this module

AREA_TABLE = """
CREATE TABLE geomap_area (
    mention INTEGER PRIMARY KEY REFERENCES geomap_mention (number) ON DELETE CASCADE,
    geom MULTIPOLYGON NOT NULL,
    phrase TEXT NOT NULL,
    phrase_start INTEGER NOT NULL,
    phrase_end INTEGER NOT NULL,
    method TEXT NOT NULL,
    km2 DOUBLE NOT NULL,
    west DOUBLE,
    south DOUBLE,
    east DOUBLE,
    north DOUBLE
);
CREATE INDEX geomap_area_west ON geomap_area (west);
CREATE INDEX geomap_area_south ON geomap_area (south);
CREATE INDEX geomap_area_east ON geomap_area (east);
CREATE INDEX geomap_area_north ON geomap_area (north);
"""

LAYERS = """
CREATE VIEW articles AS
SELECT number AS fid, id, title, text, published, day, source, url, language, origin, focus
FROM geomap_article;

CREATE VIEW sightings AS
SELECT mention.number AS fid, place.geom AS geom, place.id AS place_id, place.name AS name,
    place.country AS country, place.country_code AS country_code, place.admin1 AS admin1,
    place.feature_class AS feature_class, place.feature_code AS feature_code,
    article.id AS article_id, article.title AS title, article.source AS source,
    article.published AS published, article.day AS day, article.url AS url, article.language AS language,
    mention.sentence AS sentence, mention.text AS mention, mention.type AS type, mention.literal AS literal,
    mention.dateline AS dateline, mention.confidence AS confidence, mention.nil AS nil,
    mention.match AS match, mention.role AS role, mention.role_score AS role_score,
    mention.precision AS precision, mention.radius_km AS radius_km,
    area.phrase AS area_phrase, area.method AS area_method, area.km2 AS area_km2
FROM geomap_mention AS mention
JOIN geomap_place AS place ON place.number = mention.place
JOIN geomap_article AS article ON article.number = mention.article
LEFT JOIN geomap_area AS area ON area.mention = mention.number;

CREATE VIEW areas AS
SELECT area.mention AS fid, area.geom AS geom, area.phrase AS phrase, area.method AS method, area.km2 AS km2,
    mention.radius_km AS radius_km, place.id AS place_id, place.name AS name, place.country AS country,
    place.country_code AS country_code, article.id AS article_id, article.title AS title,
    article.source AS source, article.published AS published, article.day AS day, article.url AS url,
    mention.sentence AS sentence, mention.text AS mention, mention.type AS type, mention.literal AS literal,
    mention.confidence AS confidence, mention.role AS role, mention.role_score AS role_score
FROM geomap_area AS area
JOIN geomap_mention AS mention ON mention.number = area.mention
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
    ('WGS 84 geodetic', {WGS84}, 'EPSG', {WGS84}, '{_WKT}', 'longitude/latitude in degrees, WGS 84');
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
    ('places', 'features', 'places', 'One point per place that the articles mention', {WGS84}),
    ('sightings', 'features', 'sightings', 'One point per mention of a place, with its sentence', {WGS84}),
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
    ('places', 'geom', 'POINT', {WGS84}, 0, 0),
    ('sightings', 'geom', 'POINT', {WGS84}, 0, 0);
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

AREA_LAYER = f"""
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES
    ('areas', 'features', 'areas', 'Where phrases such as "north of Aleppo" put a mention', {WGS84});
INSERT INTO gpkg_geometry_columns VALUES ('areas', 'geom', 'MULTIPOLYGON', {WGS84}, 0, 0);
"""  # noqa: S608 - only constants of this module

_STYLES = {
    "places": "Articles per place",
    "sightings": "Kind of mention",
    "areas": "Where a phrase puts it",
}
_INSERT_STYLE = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,
    styleQML, styleSLD, useAsDefault, description, owner)
VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '')
"""

UPDATE_EXTENT = """
UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
    min_x = (SELECT MIN(lon) FROM geomap_place), min_y = (SELECT MIN(lat) FROM geomap_place),
    max_x = (SELECT MAX(lon) FROM geomap_place), max_y = (SELECT MAX(lat) FROM geomap_place)
WHERE table_name IN ('places', 'sightings')
"""
UPDATE_AREA_EXTENT = """
UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
    min_x = (SELECT MIN(west) FROM geomap_area), min_y = (SELECT MIN(south) FROM geomap_area),
    max_x = (SELECT MAX(east) FROM geomap_area), max_y = (SELECT MAX(north) FROM geomap_area)
WHERE table_name = 'areas'
"""


def create(connection: sqlite3.Connection) -> None:
    """Make the tables, layers and styles of an empty project, within a transaction."""
    for statement in statements(TABLES, AREA_TABLE, LAYERS, GEOPACKAGE, AREA_LAYER):
        connection.execute(statement)
    add_styles(connection, _STYLES)


def add_styles(connection: sqlite3.Connection, layers: Iterable[str]) -> None:
    """Add the styles of layers, for QGIS."""
    folder = resources.files("geomap.store").joinpath("styles")
    for layer in layers:
        name, style = _STYLES[layer], folder.joinpath(f"{layer}.qml").read_text(encoding="utf-8")
        connection.execute(_INSERT_STYLE, (layer, name, style, name))


def statements(*scripts: str) -> Iterator[str]:
    """Yield the statements of scripts, one at a time."""
    waiting = ""
    for line in "".join(scripts).splitlines(keepends=True):
        waiting += line
        if sqlite3.complete_statement(waiting):
            yield waiting
            waiting = ""
