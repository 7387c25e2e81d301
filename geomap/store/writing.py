"""Writing an article, what was found in it and its places into a project's file, within a transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from geomap.model import (
    GeoparsedArticle,
    Place,
    Provenance,
    Resolution,
    Role,
    Sighting,
    UncertainArea,
    precision_of,
    reach_km,
)
from geomap.store import schema
from geomap.store.geometry import area_geometry
from geomap.store.identity import content_digest
from geomap.store.reading import focus_cell, place_row
from geomap.text import fold

_INSERT_ARTICLE = """
INSERT INTO geomap_article (title, text, published, day, source, url, language, flags, origin, digest,
    provenance, focus, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_UPDATE_ARTICLE = """
UPDATE geomap_article SET title = ?, text = ?, published = ?, day = ?, source = ?, url = ?, language = ?,
    flags = ?, origin = ?, digest = ?, provenance = ?, focus = ?, id = ? WHERE number = ?
"""
_INDEX_TEXT = "INSERT INTO geomap_text (rowid, title, text) VALUES (?, ?, ?)"
_FORGET_TEXT = """
INSERT INTO geomap_text (geomap_text, rowid, title, text)
SELECT 'delete', number, title, text FROM geomap_article WHERE number = ?
"""
_FORGET_MENTIONS = "DELETE FROM geomap_mention WHERE article = ?"
_PLACES_OF = """
SELECT place, COUNT(*), SUM(mention.literal), day IN (first_day, last_day)
FROM geomap_mention AS mention JOIN geomap_place AS place ON place.number = mention.place
JOIN geomap_article AS article ON article.number = mention.article
WHERE mention.article = ? GROUP BY place
"""
_NAMES_OF = """
SELECT DISTINCT place, mention.text, place.name
FROM geomap_mention AS mention JOIN geomap_place AS place ON place.number = mention.place
WHERE article = ? AND literal
"""
_COUNT_LESS = """
UPDATE geomap_place SET articles = articles - 1, mentions = mentions - ?,
    literal_mentions = literal_mentions - ? WHERE number = ?
"""
_FORGET_PLACES = "DELETE FROM geomap_place WHERE mentions = 0 AND number IN (SELECT value FROM json_each(?))"
_SURE_AGAIN = """
UPDATE geomap_place SET confidence =
    (SELECT MAX(confidence) FROM geomap_mention WHERE place = geomap_place.number)
WHERE number IN (SELECT value FROM json_each(?))
"""
_DAYS_AGAIN = """
UPDATE geomap_place SET (first_day, last_day) = (SELECT MIN(day), MAX(day)
    FROM geomap_mention JOIN geomap_article ON geomap_article.number = article
    WHERE place = geomap_place.number)
WHERE number IN (SELECT value FROM json_each(?))
"""
_LITERAL_TEXTS = "SELECT text FROM geomap_mention WHERE place = ? AND literal"
_FORGET_NAME = "DELETE FROM geomap_name WHERE key = ? AND place = ?"
_COUNT = """
UPDATE geomap_place SET articles = articles + 1, mentions = mentions + ?,
    literal_mentions = literal_mentions + ?, confidence = MAX(confidence, ?),
    first_day = MIN(COALESCE(first_day, ?4), COALESCE(?4, first_day)),
    last_day = MAX(COALESCE(last_day, ?4), COALESCE(?4, last_day))
WHERE number = ?
"""
_FORGET_ARTICLE = "DELETE FROM geomap_article WHERE number = ?"
_INSERT_PLACE = """
INSERT INTO geomap_place (id, name, geom, lat, lon, feature_class, feature_code, country_code, admin1_code,
    admin2_code, population, radius_km, bbox, parent_id, curated, country, admin1, ancestor_ids)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, geom = excluded.geom, lat = excluded.lat,
    lon = excluded.lon, feature_class = excluded.feature_class, feature_code = excluded.feature_code,
    country_code = excluded.country_code, admin1_code = excluded.admin1_code,
    admin2_code = excluded.admin2_code, population = excluded.population, radius_km = excluded.radius_km,
    bbox = excluded.bbox, parent_id = excluded.parent_id, curated = excluded.curated,
    country = excluded.country, admin1 = excluded.admin1, ancestor_ids = excluded.ancestor_ids
RETURNING number
"""
_FORGET_INSIDE = "DELETE FROM geomap_inside WHERE place = ?"
_INSERT_INSIDE = "INSERT OR IGNORE INTO geomap_inside VALUES (?, ?)"
_INSERT_NAME = "INSERT OR IGNORE INTO geomap_name VALUES (?, ?)"
_INSERT_MENTION = """
INSERT INTO geomap_mention (article, field, start, "end", text, type, literal, score, recognizer, dateline,
    outcome, place, confidence, sentence_start, sentence, nil, match, role, role_score, precision, radius_km)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_NUMBERS = "SELECT number FROM geomap_mention WHERE article = ? ORDER BY number"
_INSERT_AREA = "INSERT INTO geomap_area VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_EXTENT = """
SELECT precision, radius_km FROM geomap_mention WHERE place = ? AND precision <> 'relative' LIMIT 1
"""
_EXTENT_AGAIN = """
UPDATE geomap_mention SET precision = ?, radius_km = ? WHERE place = ? AND precision <> 'relative'
"""
_INSERT_PROVENANCE = "INSERT INTO geomap_provenance (recognizer, gazetteer, resolver) VALUES (?, ?, ?)"
_SELECT_PROVENANCE = """
SELECT number FROM geomap_provenance WHERE recognizer = ? AND gazetteer = ? AND resolver = ?
"""


_ORIGIN = "SELECT article FROM geomap_origin WHERE origin = ?"
_INSERT_ORIGIN = "INSERT OR REPLACE INTO geomap_origin VALUES (?, ?)"


class Writer:
    """Writes for one transaction; what it has written of places it does not write again.

    A new one for each transaction, because another program may change the file after it.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._provenances: dict[Provenance, int] = {}
        self._places: dict[str, tuple[Sighting, int]] = {}
        self._names: set[tuple[str, int]] = set()
        self._left: set[int] = set()
        self._left_days: set[int] = set()
        self._left_names: set[tuple[str, int]] = set()
        self._before = connection.total_changes

    def finish(self) -> None:
        """Put in order what the articles that were taken out have left, and say how far the layers reach."""
        if self._left:
            self._tidy()
        if self._connection.total_changes > self._before:
            self._connection.execute(schema.UPDATE_EXTENT)
            self._connection.execute(schema.UPDATE_AREA_EXTENT)

    def _tidy(self) -> None:
        """Take out places and names that nothing mentions any more, and what else was the most of its kind.

        Only days and names are looked for in all mentions of a place, where one that went was the last.
        """
        places, days = json.dumps(sorted(self._left)), json.dumps(sorted(self._left_days))
        self._connection.execute(_FORGET_PLACES, (places,))
        self._connection.execute(_SURE_AGAIN, (places,))
        self._connection.execute(_DAYS_AGAIN, (days,))
        for key, number in sorted(self._left_names):
            texts = self._connection.execute(_LITERAL_TEXTS, (number,))
            if not any(fold(row[0]) == key for row in texts):
                self._connection.execute(_FORGET_NAME, (key, number))

    def write(self, parsed: GeoparsedArticle, number: int | None) -> int:
        """Write an article as a new one, or over that of the number; return its number."""
        article = parsed.article
        values = (
            article.title, article.text, article.published, article.day, article.source,
            article.url, article.language, json.dumps(article.flags), article.origin,
            content_digest(article), self.provenance(parsed.provenance), focus_cell(parsed.focus), article.id,
        )  # fmt: skip
        if number is None:
            number = self._connection.execute(_INSERT_ARTICLE, values).lastrowid or 0
        else:
            self._forget_content(number)
            self._connection.execute(_UPDATE_ARTICLE, (*values, number))
        self._connection.execute(_INDEX_TEXT, (number, article.title, article.text))
        sightings = {id(sighting.resolution): sighting for sighting in parsed.sightings}
        found = [(each, sightings.get(id(each))) for each in parsed.resolutions]
        self._connection.executemany(
            _INSERT_MENTION,
            [
                _mention_row(
                    number, resolution, sighting, None if sighting is None else self._place(sighting)
                )
                for resolution, sighting in found
            ],
        )
        self._write_areas(number, [sighting for _, sighting in found])
        self._count(parsed)
        return number

    def _write_areas(self, article: int, found: Sequence[Sighting | None]) -> None:
        """Write the areas of an article's mentions, which have just been written in the same order."""
        if all(sighting is None or sighting.area is None for sighting in found):
            return
        numbers = self._connection.execute(_NUMBERS, (article,)).fetchall()
        rows = [
            _area_row(number, sighting.area)
            for (number,), sighting in zip(numbers, found, strict=True)
            if sighting is not None and sighting.area is not None
        ]
        self._connection.executemany(_INSERT_AREA, rows)

    def note_origin(self, origin: str, number: int) -> None:
        """Note which article a file holds; nothing is written where that is known."""
        row = self._connection.execute(_ORIGIN, (origin,)).fetchone()
        if row is None or row[0] != number:
            self._connection.execute(_INSERT_ORIGIN, (origin, number))

    def _count(self, parsed: GeoparsedArticle) -> None:
        """Add the sightings of an article to the counts of their places."""
        by_place: dict[str, list[Resolution]] = {}
        for sighting in parsed.sightings:
            by_place.setdefault(sighting.place.id, []).append(sighting.resolution)
        day = parsed.article.day
        for place_id, found in by_place.items():
            literal = sum(each.mention.type.literal for each in found)
            sure = max(each.confidence for each in found)
            number = self._places[place_id][1]
            self._connection.execute(_COUNT, (len(found), literal, sure, day, number))

    def _forget_content(self, number: int) -> None:
        """Take out the mentions and the words of an article; its places are put in order at the end."""
        for place, mentions, literal, was_end in self._connection.execute(_PLACES_OF, (number,)).fetchall():
            self._connection.execute(_COUNT_LESS, (mentions, literal, place))
            self._left.add(place)
            if was_end:
                self._left_days.add(place)
        for place, text, name in self._connection.execute(_NAMES_OF, (number,)):
            if fold(text) != fold(name):
                self._left_names.add((fold(text), place))
        self._connection.execute(_FORGET_TEXT, (number,))
        self._connection.execute(_FORGET_MENTIONS, (number,))

    def remove(self, number: int) -> None:
        """Take an article out, with what was found in it."""
        self._forget_content(number)
        self._connection.execute(_FORGET_ARTICLE, (number,))

    def provenance(self, provenance: Provenance) -> int:
        """Return the number of a provenance, a new one if need be."""
        number = self._provenances.get(provenance)
        if number is None:
            number = known_provenance(self._connection, provenance)
        if number is None:
            number = self._connection.execute(_INSERT_PROVENANCE, _parts(provenance)).lastrowid or 0
        self._provenances[provenance] = number
        return number

    def _place(self, sighting: Sighting) -> int:
        """Write the place of a sighting, as the newest one knows it; return its number."""
        place = sighting.place
        kept, number = self._places.get(place.id, (None, 0))
        if kept is None or not _same_place(kept, sighting):
            number = int(self._connection.execute(_INSERT_PLACE, place_row(sighting)).fetchone()[0])
            self._connection.execute(_FORGET_INSIDE, (number,))
            lines = [(each, number) for each in (place.id, *sighting.ancestor_ids)]
            self._connection.executemany(_INSERT_INSIDE, lines)
            self._set_extent(place, number)
            self._places[place.id] = (sighting, number)
        mention = sighting.resolution.mention
        texts = (place.name, mention.text) if mention.type.literal else (place.name,)
        names = {(fold(text), number) for text in texts} - self._names
        self._connection.executemany(_INSERT_NAME, sorted(names))
        self._names |= names
        return number

    def _set_extent(self, place: Place, number: int) -> None:
        """Say of the place's mentions how exactly they lie, where the place is now known otherwise."""
        held = self._connection.execute(_EXTENT, (number,)).fetchone()
        extent = precision_of(place).value, reach_km(place)
        if held is not None and held != extent:
            self._connection.execute(_EXTENT_AGAIN, (*extent, number))


def known_provenance(connection: sqlite3.Connection, provenance: Provenance) -> int | None:
    """Return the number of a provenance that was written before, or None."""
    row = connection.execute(_SELECT_PROVENANCE, _parts(provenance)).fetchone()
    return None if row is None else int(row[0])


def _parts(provenance: Provenance) -> tuple[str, str, str]:
    return provenance.recognizer, provenance.gazetteer, provenance.resolver


def _same_place(first: Sighting, second: Sighting) -> bool:
    return (
        first.place == second.place
        and first.ancestor_ids == second.ancestor_ids
        and (first.country, first.admin1) == (second.country, second.admin1)
    )


def _mention_row(
    number: int | None, resolution: Resolution, sighting: Sighting | None, place: int | None
) -> tuple[object, ...]:
    mention = resolution.mention
    start = sighting.sentence_start if sighting else None
    sentence = sighting.sentence if sighting else None
    return (
        number, mention.field, mention.start, mention.end, mention.text, mention.type.value,
        mention.type.literal, mention.score, mention.recognizer, mention.dateline, resolution.outcome.value,
        place, resolution.confidence, start, sentence, resolution.nil,
        resolution.match.value if resolution.match else None, *_where(sighting),
    )  # fmt: skip


def _where(sighting: Sighting | None) -> tuple[object, ...]:
    if sighting is None:
        return Role.MENTIONED.value, 0.0, None, None
    return sighting.role.value, sighting.role_score, sighting.precision.value, sighting.radius_km


def _area_row(mention: int, area: UncertainArea) -> tuple[object, ...]:
    points = [point for rings in area.polygons for ring in rings for point in ring]
    lons, lats = [point.lon for point in points], [point.lat for point in points]
    return (
        mention, area_geometry(area.polygons), area.phrase, area.start, area.end, area.method, area.km2,
        min(lons, default=None), min(lats, default=None), max(lons, default=None), max(lats, default=None),
    )  # fmt: skip
