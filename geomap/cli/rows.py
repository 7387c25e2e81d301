"""Parsed articles as JSON: one object per article, in the form that `geomap parse` promises."""

from __future__ import annotations

import json
from typing import Any

from geomap.exporters.polygons import area_geometry
from geomap.exporters.properties import figures
from geomap.lexicon import admin1_name
from geomap.model import Focus, GeoparsedArticle, Mention, Resolution, Sighting, UncertainArea
from geomap.protocols import Gazetteer

# JSON may hold these raw, but programs that split lines by Unicode's rules would cut there.
_LINE_ENDS = {ord(char): f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"}


def json_line(value: Any) -> str:
    """Return JSON on one line, in readable characters."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).translate(_LINE_ENDS)


def article_row(parsed: GeoparsedArticle, gazetteer: Gazetteer) -> dict[str, Any]:
    """Return an article with its toponyms: the title's first, in text order; and what it is about."""
    article = parsed.article
    sightings = {sighting.resolution.mention: sighting for sighting in parsed.sightings}
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "published": article.published,
        "focus": focus_row(parsed.focus),
        "toponyms": [
            {**_toponym(resolution, gazetteer), **where_row(sightings.get(resolution.mention))}
            for resolution in parsed.resolutions
        ],
    }


def focus_row(focus: Focus) -> dict[str, Any] | None:
    """Return what an article is about; None where that is not known."""
    if focus == Focus():
        return None
    return {
        "countries": [
            {"country": each.code, "name": each.name, "share": each.share} for each in focus.countries
        ],
        "place_id": focus.place_id or None,
        "name": focus.place_name or None,
        "weight": focus.weight,
        "profile": focus.profile or None,
    }


def where_row(sighting: Sighting | None) -> dict[str, Any]:
    """Return how exactly a mention lies, in what role, and the area if it is told by way of its place."""
    return {
        "precision": None if sighting is None else sighting.precision.value,
        "radius_km": None if sighting is None else figures(sighting.radius_km),
        "role": None if sighting is None else sighting.role.value,
        "role_score": None if sighting is None else sighting.role_score,
        "area": None if sighting is None else _area_row(sighting.area),
    }


def _area_row(area: UncertainArea | None) -> dict[str, Any] | None:
    if area is None:
        return None
    return {
        "phrase": area.phrase,
        "start": area.start,
        "end": area.end,
        "method": area.method,
        "km2": figures(area.km2),
        "geometry": area_geometry(area),
    }


def mention_row(mention: Mention) -> dict[str, Any]:
    """Return what stands in an article, and of which type it is."""
    return {
        "field": mention.field,
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "type": mention.type.value,
        "literal": mention.type.literal,
    }


def _toponym(resolution: Resolution, gazetteer: Gazetteer) -> dict[str, Any]:
    mention, place = resolution.mention, resolution.place
    return {
        **mention_row(mention),
        "outcome": resolution.outcome.value,
        "match": resolution.match.value if resolution.match else None,
        "place_id": place.id if place else None,
        "name": place.name if place else None,
        "lat": place.point.lat if place else None,
        "lon": place.point.lon if place else None,
        "feature_code": (place.feature_code or None) if place else None,
        "country": (place.country_code or None) if place else None,
        "admin1": admin1_name((place, *gazetteer.ancestors(place))) or None if place else None,
        "confidence": resolution.confidence,
        "nil": resolution.nil,
    }
