"""Parsed articles as JSON: one object per article, in the form that `geomap parse` promises."""

from __future__ import annotations

import json
from typing import Any

from geomap.lexicon import admin1_name
from geomap.model import GeoparsedArticle, Mention, Resolution
from geomap.protocols import Gazetteer

# JSON may hold these raw, but programs that split lines by Unicode's rules would cut there.
_LINE_ENDS = {ord(char): f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"}


def json_line(value: Any) -> str:
    """Return JSON on one line, in readable characters."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).translate(_LINE_ENDS)


def article_row(parsed: GeoparsedArticle, gazetteer: Gazetteer) -> dict[str, Any]:
    """Return an article with its toponyms: the title's first, in text order."""
    article = parsed.article
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "published": article.published,
        "toponyms": [_toponym(resolution, gazetteer) for resolution in parsed.resolutions],
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
        "match": resolution.ranked[0].candidate.match.value if place and resolution.ranked else None,
        "place_id": place.id if place else None,
        "name": place.name if place else None,
        "lat": place.point.lat if place else None,
        "lon": place.point.lon if place else None,
        "feature_code": (place.feature_code or None) if place else None,
        "country": (place.country_code or None) if place else None,
        "admin1": admin1_name((place, *gazetteer.ancestors(place))) or None if place else None,
        "confidence": resolution.confidence,
    }
