"""Rows of a project's file as the values that were added, and the conditions of a query as SQL.

The SQL is put together from constants; what a query holds goes in as parameters.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal, NamedTuple

from geomap.model import (
    Article,
    BBox,
    CountryShare,
    Focus,
    GeoparsedArticle,
    Match,
    Mention,
    Outcome,
    Place,
    Point,
    Provenance,
    Query,
    Resolution,
    Role,
    Sighting,
    ToponymType,
    UncertainArea,
)
from geomap.store.geometry import area_polygons, point_geometry
from geomap.store.words import Words

Column = Literal["id", "url", "origin", "title"]


class Counts(NamedTuple):
    """How many of each a project holds; `mentions` without a place are counted too."""

    articles: int
    places: int
    mentions: int


class HeldPlace(NamedTuple):
    """A place of a project, the names of where it lies, and the number of articles that mention it."""

    place: Place
    country: str
    admin1: str
    ancestor_ids: tuple[str, ...]
    articles: int


_ARTICLE_COLUMNS = "number, id, title, text, published, source, url, language, flags, origin"
_ARTICLES: Mapping[Column, str] = {
    "id": f"SELECT {_ARTICLE_COLUMNS} FROM geomap_article WHERE id = ?",  # noqa: S608
    "url": f"SELECT {_ARTICLE_COLUMNS} FROM geomap_article WHERE url = ? ORDER BY number",  # noqa: S608
    "origin": f"""
SELECT {_ARTICLE_COLUMNS} FROM geomap_article WHERE origin = ?1
    OR number IN (SELECT article FROM geomap_origin WHERE origin = ?1) ORDER BY number
""",  # noqa: S608
    "title": f"""
SELECT {_ARTICLE_COLUMNS} FROM geomap_article WHERE number IN
    (SELECT rowid FROM geomap_text WHERE geomap_text MATCH ?) ORDER BY number
""",  # noqa: S608
}
_ALL_ARTICLES = f"SELECT {_ARTICLE_COLUMNS} FROM geomap_article"  # noqa: S608
_BY_NUMBER = f"""
SELECT {_ARTICLE_COLUMNS} FROM geomap_article WHERE number IN (SELECT value FROM json_each(?))
"""  # noqa: S608
_PLACE_COLUMNS = (
    "place.number, place.id, place.name, lat, lon, feature_class, feature_code, country_code, admin1_code, "
    "admin2_code, population, radius_km, bbox, parent_id, curated, country, admin1, ancestor_ids"
)
_PLACES_BY_NUMBER = f"""
SELECT {_PLACE_COLUMNS} FROM geomap_place AS place WHERE number IN (SELECT value FROM json_each(?))
"""  # noqa: S608
_PLACES = f"""
SELECT {_PLACE_COLUMNS}, articles
FROM geomap_place AS place
WHERE place.number IN (SELECT place FROM geomap_name WHERE key = ?)
    OR place.id IN (SELECT value FROM json_each(?))
ORDER BY articles DESC, place.id
"""  # noqa: S608
_COUNTS = """
SELECT (SELECT COUNT(*) FROM geomap_article), (SELECT COUNT(*) FROM geomap_place),
    (SELECT COUNT(*) FROM geomap_mention)
"""
_MENTIONS = """
SELECT article, field, start, "end", text, type, score, recognizer, dateline, outcome, place, confidence,
    sentence_start, sentence, nil, match, role, role_score, phrase, phrase_start, phrase_end, method, km2,
    geom
FROM geomap_mention AS mention LEFT JOIN geomap_area AS area ON area.mention = mention.number
"""
_PLACE_IDS = """
SELECT DISTINCT place.id
FROM geomap_mention AS mention JOIN geomap_place AS place ON place.number = mention.place
"""
_ORDER = " ORDER BY article, number"
_OF_ARTICLE = f"{_MENTIONS} WHERE article = ? {_ORDER}"
_PROVENANCE = """
SELECT recognizer, gazetteer, resolver, focus FROM geomap_provenance JOIN geomap_article ON provenance =
    geomap_provenance.number WHERE geomap_article.number = ?
"""

_OF_PLACE = "mention.place IN (SELECT number FROM geomap_place WHERE "
_AMONG = "IN (SELECT value FROM json_each(?))"
_KM_PER_DEGREE = 111.0
"""A little less than a degree of latitude measures, so that the band is never too narrow."""


def _conditions(query: Query) -> Iterator[tuple[str, tuple[object, ...]]]:
    yield "mention.place IS NOT NULL", ()
    if not query.all_types:
        yield "mention.literal", ()
    if query.min_confidence > 0:
        yield "mention.confidence >= ?", (query.min_confidence,)
    if query.min_probability > 0:
        yield "mention.confidence * (1 - mention.nil) >= ?", (query.min_probability,)
    if query.roles:
        yield f"mention.role {_AMONG}", (_listed(each.value for each in query.roles),)
    if query.precisions:
        yield f"mention.precision {_AMONG}", (_listed(each.value for each in query.precisions),)
    yield from _conditions_on_place(query)
    for condition, values in _conditions_on_article(query):
        yield f"mention.article IN (SELECT number FROM geomap_article WHERE {condition})", values  # noqa: S608


def _conditions_on_article(query: Query) -> Iterator[tuple[str, tuple[object, ...]]]:
    if query.article_ids:
        yield f"id {_AMONG}", (_listed(query.article_ids),)
    if query.since is not None or query.until is not None:
        yield "day BETWEEN ? AND ?", (query.since or "", query.until or "9999-12-31")
    if query.text:
        words = Words.of(query.text).match()
        # An empty expression is an error of FTS5; without a word nothing fits.
        yield (
            ("number IN (SELECT rowid FROM geomap_text WHERE geomap_text MATCH ?)", (words,))
            if words
            else ("0", ())
        )


def _conditions_on_place(query: Query) -> Iterator[tuple[str, tuple[object, ...]]]:
    if query.place_ids:
        yield f"{_OF_PLACE}id {_AMONG})", (_listed(query.place_ids),)
    if query.inside:
        yield (
            f"mention.place IN (SELECT place FROM geomap_inside WHERE ancestor {_AMONG})",  # noqa: S608
            (_listed(query.inside),),
        )
    if query.countries:
        yield f"{_OF_PLACE}country_code {_AMONG})", (_listed(query.countries),)
    if query.bbox is not None:
        box = query.bbox
        crossing = "lon >= ? OR lon <= ?" if box.west > box.east else "lon BETWEEN ? AND ?"
        yield (
            f"{_OF_PLACE}lat BETWEEN ? AND ? AND ({crossing}))",
            (box.south, box.north, box.west, box.east),
        )
    if query.near is not None:
        band = query.within_km / _KM_PER_DEGREE
        lat, lon = query.near.lat, query.near.lon
        yield (
            _OF_PLACE + "lat BETWEEN ? AND ? AND distance_km(lat, lon, ?, ?) <= ?)",
            (lat - band, lat + band, lat, lon, query.within_km),
        )


def _listed(ids: Iterable[object]) -> str:
    return json.dumps(sorted(ids, key=str))


def _where(query: Query) -> tuple[str, list[object]]:
    found = list(_conditions(query))
    where = " AND ".join(f"({condition})" for condition, _ in found)
    return where, [value for _, parameters in found for value in parameters]


def sightings(connection: sqlite3.Connection, query: Query) -> list[Sighting]:
    """Return what fits the query, in the order of the articles and of their text."""
    where, values = _where(query)
    rows = connection.execute(f"{_MENTIONS} WHERE {where} {_ORDER}", values).fetchall()
    held = dict(_articles(connection, {row[0] for row in rows}))
    places = _places(connection, {row[10] for row in rows})
    return [_sighting(row, held[row[0]], places) for row in rows]


def matching_articles(connection: sqlite3.Connection, query: Query) -> list[Article]:
    """Return the articles that fit what the query asks of articles, whatever they mention."""
    found = list(_conditions_on_article(query))
    where = " AND ".join(f"({condition})" for condition, _ in found) or "1"
    values = [value for _, parameters in found for value in parameters]
    rows = connection.execute(f"{_ALL_ARTICLES} WHERE {where} ORDER BY number", values)
    return [_article(row) for row in rows]


def place_ids(connection: sqlite3.Connection, query: Query) -> frozenset[str]:
    """Return the ids of the places of what fits the query."""
    where, values = _where(query)
    return frozenset(row[0] for row in connection.execute(f"{_PLACE_IDS} WHERE {where}", values))


def parsed(connection: sqlite3.Connection, article_id: str) -> GeoparsedArticle | None:
    """Return an article with all its resolutions, or None."""
    row = connection.execute(_ARTICLES["id"], (article_id,)).fetchone()
    if row is None:
        return None
    article, number = _article(row), row[0]
    rows = connection.execute(_OF_ARTICLE, (number,)).fetchall()
    places = _places(connection, {each[10] for each in rows} - {None})
    found = [each if each[10] is None else _sighting(each, article, places) for each in rows]
    parts = connection.execute(_PROVENANCE, (number,)).fetchone()
    return GeoparsedArticle(
        article=article,
        resolutions=tuple(
            each.resolution if isinstance(each, Sighting) else _resolution(each, article.id, None)
            for each in found
        ),
        provenance=Provenance(recognizer=parts[0], gazetteer=parts[1], resolver=parts[2]),
        sightings=tuple(each for each in found if isinstance(each, Sighting)),
        focus=_focus(parts[3]),
    )


def articles(connection: sqlite3.Connection, column: Column, value: str) -> list[Article]:
    """Return the articles of that id, url or origin, or with those words in their titles."""
    if column == "title":
        words = Words.of(value).match()
        value = f"title : ({words})" if words else ""
    return [_article(row) for row in connection.execute(_ARTICLES[column], (value,))] if value else []


def places(connection: sqlite3.Connection, key: str, ids: Sequence[str]) -> list[HeldPlace]:
    """Return the places with that folded name or one of the ids, those of most articles first."""
    rows = connection.execute(_PLACES, (key, json.dumps(list(ids))))
    return [HeldPlace(*_place(row), row[18]) for row in rows]


def counts(connection: sqlite3.Connection) -> Counts:
    """Return how many articles, places and mentions there are."""
    return Counts(*connection.execute(_COUNTS).fetchone())


def place_row(sighting: Sighting) -> tuple[object, ...]:
    """Return the place of a sighting as a row, without its number."""
    place, box = sighting.place, sighting.place.bbox
    return (
        place.id, place.name, point_geometry(place.point), place.point.lat, place.point.lon,
        place.feature_class, place.feature_code, place.country_code, place.admin1_code, place.admin2_code,
        place.population,
        place.radius_km, json.dumps([box.west, box.south, box.east, box.north]) if box else "",
        place.parent_id, place.curated, sighting.country, sighting.admin1, json.dumps(sighting.ancestor_ids),
    )  # fmt: skip


_TYPES = {each.value: each for each in ToponymType}
_MATCHES = {each.value: each for each in Match}
_OUTCOMES = {each.value: each for each in Outcome}
_ROLES = {each.value: each for each in Role}
_HeldPlace = tuple[Place, str, str, tuple[str, ...]]


def _articles(connection: sqlite3.Connection, numbers: Iterable[int]) -> Iterator[tuple[int, Article]]:
    for row in connection.execute(_BY_NUMBER, (_listed(numbers),)):
        yield row[0], _article(row)


def _article(row: Sequence[Any]) -> Article:
    return Article(
        id=row[1], title=row[2], text=row[3], published=row[4], source=row[5], url=row[6], language=row[7],
        flags=tuple(json.loads(row[8])), origin=row[9],
    )  # fmt: skip


def _places(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, _HeldPlace]:
    return {row[0]: _place(row) for row in connection.execute(_PLACES_BY_NUMBER, (_listed(numbers),))}


def _place(row: Sequence[Any]) -> _HeldPlace:
    place = Place(
        id=row[1], name=row[2], point=Point(lat=row[3], lon=row[4]), feature_class=row[5],
        feature_code=row[6], country_code=row[7], admin1_code=row[8], admin2_code=row[9],
        population=row[10], radius_km=row[11],
        bbox=read_box(row[12]), parent_id=row[13], curated=bool(row[14]),
    )  # fmt: skip
    return place, row[15], row[16], tuple(json.loads(row[17]))


def read_box(cell: str) -> BBox | None:
    """Return the box of a place's row."""
    if not cell:
        return None
    west, south, east, north = json.loads(cell)
    return BBox(west=west, south=south, east=east, north=north)


def _sighting(row: Sequence[Any], article: Article, places_: Mapping[int, _HeldPlace]) -> Sighting:
    place, country, admin1, ancestor_ids = places_[row[10]]
    return Sighting(
        article=article,
        resolution=_resolution(row, article.id, place),
        place=place,
        sentence=row[13],
        sentence_start=row[12],
        country=country,
        admin1=admin1,
        ancestor_ids=ancestor_ids,
        role=_ROLES[row[16]],
        role_score=row[17],
        area=None if row[18] is None else _area(row[18:]),
    )


def _area(row: Sequence[Any]) -> UncertainArea:
    return UncertainArea(
        phrase=row[0], start=row[1], end=row[2], method=row[3], km2=row[4], polygons=area_polygons(row[5])
    )


def focus_cell(focus: Focus) -> str:
    """Return the focus of an article as JSON, "" for none."""
    return "" if focus == Focus() else json.dumps(asdict(focus), ensure_ascii=False)


def _focus(cell: str) -> Focus:
    held = json.loads(cell) if cell else {}
    countries = tuple(CountryShare(**each) for each in held.pop("countries", ()))
    return Focus(countries=countries, **held)


def _resolution(row: Sequence[Any], article_id: str, place: Place | None) -> Resolution:
    return Resolution(
        mention=Mention(
            article_id=article_id, field=row[1], start=row[2], end=row[3], text=row[4],
            type=_TYPES[row[5]], score=row[6], recognizer=row[7], dateline=bool(row[8]),
        ),
        outcome=_OUTCOMES[row[9]],
        place=place,
        confidence=row[11],
        nil=row[14],
        match=_MATCHES[row[15]] if row[15] else None,
    )  # fmt: skip
