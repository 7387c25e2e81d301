"""What the exporters tell of a place or of a sighting: one row each, the same in every format.

Positions are in degrees WGS84 with 5 decimals, about a meter. The points are the gazetteer's own, so a
country's is a point within it and no claim of precision: `precision` and `radius_km` tell what a row stands
for. A place's radius is the gazetteer's, a sighting's is always there, and that of its area if it has one
("30 km north of Raqqa"), whose point stays the named place's. Unknown values are None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from geomap.errors import ConfigError
from geomap.exporters.polygons import rounded
from geomap.exporters.summary import summarize
from geomap.exporters.writing import clean
from geomap.model import Place, PlaceSummary, Point, Sighting, UncertainArea, precision_of

Per = Literal["place", "sighting"]
Scalar = str | int | float | bool | None

_PLACE: dict[str, type] = {
    "name": str,
    "place_id": str,
    "country": str,
    "country_code": str,
    "admin1": str,
    "feature_class": str,
    "feature_code": str,
    "population": int,
    "precision": str,
    "radius_km": float,
}
COLUMNS: Mapping[Per, Mapping[str, type]] = {
    "place": _PLACE
    | {
        "articles": int,
        "mentions": int,
        "events": int,
        "confidence": float,
        "literal": bool,
        "first_published": str,
        "last_published": str,
        "headlines": list,
        "sources": list,
        "article_ids": list,
    },
    "sighting": _PLACE
    | {
        "article_id": str,
        "title": str,
        "source": str,
        "published": str,
        "url": str,
        "language": str,
        "sentence": str,
        "sentence_start": int,
        "mention": str,
        "field": str,
        "start": int,
        "end": int,
        "type": str,
        "literal": bool,
        "outcome": str,
        "dateline": bool,
        "confidence": float,
        "role": str,
        "role_score": float,
        "nil": float,
        "match": str,
        "area_phrase": str,
        "area_method": str,
        "area_km2": float,
    },
}
"""The properties of a row and their types (a list is one of texts), in order, also where there is no row."""

SEPARATOR = " | "
"""Stands between the values of a list in formats that know no lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A place or a sighting: an id, lat and lon in degrees, and the properties in the order of COLUMNS.

    `area` is that of a sighting, in exporters that write areas.
    """

    id: str
    lat: float
    lon: float
    properties: dict[str, Any]
    area: UncertainArea | None = None

    def cells(self) -> dict[str, Scalar]:
        """Return the properties for a table: texts clean, lists joined by SEPARATOR, an empty one None."""
        return {name: _cell(value) for name, value in self.properties.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which rows an exporter writes; `all_types` keeps associative mentions as well as literal ones.

    `areas` gives the rows of sightings their areas. Raises ConfigError.
    """

    per: Per
    all_types: bool
    areas: bool = False

    def __post_init__(self) -> None:
        if self.per not in COLUMNS:
            message = f"per must be 'place' or 'sighting', not {self.per!r}"
            raise ConfigError(message)
        if self.areas and self.per != "sighting":
            message = "areas are those of sightings, and not of places: give per='sighting' with them"
            raise ConfigError(message)

    @property
    def columns(self) -> Mapping[str, type]:
        """The properties of each row and their types."""
        return COLUMNS[self.per]

    @property
    def layer(self) -> str:
        """What the rows are called together."""
        return f"{self.per}s"

    def rows(self, sightings: Iterable[Sighting]) -> list[Row]:
        """Return the rows, in the order of `summarize` or of the sightings; the same one twice is one."""
        kept = [row for row in sightings if self.all_types or row.resolution.mention.type.literal]
        if self.per == "place":
            return [_place_row(summary) for summary in summarize(kept)]
        return _sighting_rows(kept, areas=self.areas)


def _place_row(summary: PlaceSummary) -> Row:
    articles = {row.article.id: row.article for row in summary.sightings}
    dates = sorted(article.day for article in articles.values() if article.day)
    properties = _place_properties(summary.place, country=summary.country, admin1=summary.admin1) | {
        "articles": len(articles),
        "mentions": len(summary.sightings),
        "events": summary.event_count,
        "confidence": round(summary.confidence, 4),
        "literal": any(row.resolution.mention.type.literal for row in summary.sightings),
        "first_published": dates[0] if dates else None,
        "last_published": dates[-1] if dates else None,
        "headlines": [article.title for article in articles.values()],
        "sources": sorted({article.source for article in articles.values() if article.source}),
        "article_ids": list(articles),
    }
    return _row(summary.place.id, summary.place.point, properties)


def _sighting_rows(sightings: Sequence[Sighting], *, areas: bool) -> list[Row]:
    rows: dict[str, Row] = {}
    for sighting in sightings:
        mention = sighting.resolution.mention
        span = f"{mention.field}:{mention.start}-{mention.end}"
        row_id = f"{sighting.article.id}#{span}:{sighting.place.id}"
        if row_id not in rows:
            row = _row(row_id, sighting.place.point, _sighting_properties(sighting))
            rows[row_id] = replace(row, area=sighting.area) if areas else row
    return list(rows.values())


def _sighting_properties(sighting: Sighting) -> dict[str, Any]:
    article, resolution = sighting.article, sighting.resolution
    mention, area = resolution.mention, sighting.area
    return _place_properties(sighting.place, country=sighting.country, admin1=sighting.admin1) | {
        "precision": sighting.precision.value,
        "radius_km": figures(sighting.radius_km),
        "article_id": article.id,
        "title": article.title,
        "source": article.source,
        "published": article.published,
        "url": article.url,
        "language": article.language,
        "sentence": sighting.sentence,
        "sentence_start": sighting.sentence_start,
        "mention": mention.text,
        "field": mention.field,
        "start": mention.start,
        "end": mention.end,
        "type": mention.type.value,
        "literal": mention.type.literal,
        "outcome": resolution.outcome.value,
        "dateline": mention.dateline,
        "confidence": round(resolution.confidence, 4),
        "role": sighting.role.value,
        "role_score": round(sighting.role_score, 4),
        "nil": round(resolution.nil, 4),
        "match": resolution.match.value if resolution.match else None,
        "area_phrase": None if area is None else area.phrase,
        "area_method": None if area is None else area.method,
        "area_km2": None if area is None else figures(area.km2),
    }


def _place_properties(place: Place, *, country: str, admin1: str) -> dict[str, Any]:
    return {
        "name": place.name,
        "place_id": place.id,
        "country": country or None,
        "country_code": place.country_code or None,
        "admin1": admin1 or None,
        "feature_class": place.feature_class or None,
        "feature_code": place.feature_code or None,
        "population": place.population or None,
        "precision": precision_of(place).value,
        "radius_km": place.radius_km or None,
    }


def _cell(value: Scalar | list[str]) -> Scalar:
    if isinstance(value, list):
        value = SEPARATOR.join(value) or None
    return clean(value) if isinstance(value, str) else value


def _row(row_id: str, point: Point, properties: dict[str, Any]) -> Row:
    return Row(id=row_id, lat=rounded(point.lat), lon=rounded(point.lon), properties=properties)


def figures(size: float) -> float:
    """Return a size with three significant digits, which is all that an estimate has; never 0 for more."""
    return float(f"{size:.3g}")
