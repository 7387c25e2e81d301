"""The form of a gazetteer file: one place for the writer and the reader.

A name is stored once by its folded key, for look-up, and once with its place, in order and with its language.
The table `sound` leads from the sound of a name (`geomap.transliteration`) to its key.
All names are there a third time as what a matcher must know of them: as a MARISA trie (Yata 2011) with its
facts in two blobs, or, in a file of many millions, as the table `fact`, which is read where it lies.
"""

from __future__ import annotations

import struct

from geomap.model import Name

FORMAT = 2
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


def join_names(names: tuple[Name, ...]) -> str:
    """Return names as one cell: "Haleb|حلب@ar"."""
    return "|".join(f"{name.text}@{name.language}" if name.language else name.text for name in names)


def split_names(cell: str) -> tuple[Name, ...]:
    """Return the names of a cell that `join_names` made, or that a table holds."""
    return tuple(
        Name(text, tag) for text, _, tag in (part.partition("@") for part in cell.split("|") if part)
    )


def join_codes(codes: tuple[tuple[str, str], ...]) -> str:
    """Return codes as one cell: "iso3166-2=SY-HL|wikidata=Q41183"."""
    return "|".join(f"{scheme}={value}" for scheme, value in codes)


def split_codes(cell: str) -> tuple[tuple[str, str], ...]:
    """Return scheme and value of each code of a cell. Raises ValueError where one has no scheme."""
    found = []
    for part in cell.split("|"):
        scheme, sign, value = part.partition("=")
        if part and not (scheme and sign and value):
            message = f"a code is written scheme=value, not {part!r}"
            raise ValueError(message)
        if part:
            found.append((scheme, value))
    return tuple(found)


ROMANIZED = "~"
"""Before a key of a name index: the rest is a key of `geomap.text.romanize`, not of `fold`."""

SCHEMA = """
PRAGMA page_size = 8192;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE place (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
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
    precedence INTEGER NOT NULL,
    prominence REAL NOT NULL,
    name_count INTEGER NOT NULL
);
CREATE TABLE name (
    key TEXT NOT NULL,
    place INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (key, place, kind, name)
) WITHOUT ROWID;
CREATE TABLE sound (sound TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (sound, key)) WITHOUT ROWID;
CREATE TABLE names (place INTEGER PRIMARY KEY, names TEXT NOT NULL);
CREATE TABLE code (
    value TEXT NOT NULL,
    scheme TEXT NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (value, scheme, place)
) WITHOUT ROWID;
CREATE TABLE fact (
    key TEXT PRIMARY KEY,
    kinds INTEGER NOT NULL,
    prominence INTEGER NOT NULL,
    places INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE shape (place INTEGER PRIMARY KEY, type TEXT NOT NULL, coordinates BLOB NOT NULL);
CREATE TABLE neighbor (
    place INTEGER NOT NULL,
    other INTEGER NOT NULL,
    PRIMARY KEY (place, other)
) WITHOUT ROWID;
CREATE TABLE border (
    place INTEGER NOT NULL,
    other INTEGER NOT NULL,
    length_km REAL NOT NULL,
    coordinates BLOB NOT NULL,
    PRIMARY KEY (place, other)
);
CREATE TABLE dispute (
    place INTEGER PRIMARY KEY,
    administered_by TEXT NOT NULL,
    claimed_by TEXT NOT NULL,
    drawn_as TEXT NOT NULL,
    note TEXT NOT NULL,
    source TEXT NOT NULL
);
CREATE TABLE blob (name TEXT PRIMARY KEY, data BLOB NOT NULL);
"""

INDEXES = """
CREATE UNIQUE INDEX place_id ON place (id);
CREATE INDEX place_admin ON place (country_code, admin1_code, admin2_code) WHERE feature_class = 'A';
CREATE INDEX place_populated ON place (lat, lon) WHERE feature_class = 'P';
CREATE INDEX code_place ON code (place);
"""
"""Made when all rows are there: sorted once, not kept sorted."""

INSERT_PLACE = "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
