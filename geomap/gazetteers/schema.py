"""The form of a gazetteer file: one place for the builder and the reader."""

from __future__ import annotations

import struct

FORMAT = 1
"""Version of the form; a reader refuses another one."""

FACTS = struct.Struct("<BBB")
"""Facts of one name in the blob "facts", at the trie's number for it: kinds, prominence * 255, places."""

_AS_KEY, _AS_TITLE = "", "\x01"


def shorten_name(key: str, name: str) -> str:
    """Return what is stored of a name beside its key: a sign where the key says it all, else the name."""
    if name == key:
        return _AS_KEY
    return _AS_TITLE if name == key.title() else name


def written_name(key: str, stored: str) -> str:
    """Return the name that `shorten_name` stored."""
    if stored == _AS_KEY:
        return key
    return key.title() if stored == _AS_TITLE else stored


ROMANIZED = "~"
"""Before a key of the trie: the rest is a key of `geomap.text.romanize`, not of `fold`."""

SCHEMA = """
PRAGMA page_size = 8192;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE place (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    lat REAL NOT NULL,
    lon REAL NOT NULL,
    feature_class TEXT NOT NULL,
    feature_code TEXT NOT NULL,
    country_code TEXT NOT NULL,
    admin1_code TEXT NOT NULL,
    admin2_code TEXT NOT NULL,
    population INTEGER NOT NULL,
    radius_km REAL NOT NULL,
    bbox TEXT NOT NULL,
    parent_id TEXT NOT NULL,
    curated INTEGER NOT NULL,
    prominence REAL NOT NULL,
    name_count INTEGER NOT NULL
);
CREATE INDEX place_admin ON place (country_code, admin1_code, admin2_code) WHERE feature_class = 'A';
CREATE INDEX place_populated ON place (lat, lon) WHERE feature_class = 'P';
CREATE TABLE name (
    key TEXT NOT NULL,
    place INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (key, place, kind, name)
) WITHOUT ROWID;
CREATE TABLE area (place INTEGER PRIMARY KEY, coordinates BLOB NOT NULL);
CREATE TABLE blob (name TEXT PRIMARY KEY, data BLOB NOT NULL);
"""

INSERT_PLACE = "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
