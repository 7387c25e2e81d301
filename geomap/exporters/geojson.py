"""Write sightings as GeoJSON (RFC 7946): one point per place, or one per sighting.

Positions are [lon, lat] in degrees WGS84 with 5 decimals, about a meter. The points are the
gazetteer's own, so a country's is a point within it and no claim of precision: `feature_class`,
`feature_code` and `radius_km` tell what a feature stands for. Unknown values are null.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from geomap.errors import ConfigError
from geomap.exporters.summary import summarize
from geomap.exporters.writing import to_json, write_text
from geomap.model import Place, PlaceSummary, Point, Sighting

DECIMALS = 5
"""RFC 7946, section 11.2, advises against more decimals than the data has: 5 are 1.1 m."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class GeoJsonExporter:
    """Writes a FeatureCollection; `all_types` keeps associative mentions as well as literal ones."""

    def __init__(self, *, per: Literal["place", "sighting"] = "place", all_types: bool = False) -> None:
        if per not in ("place", "sighting"):
            message = f"per must be 'place' or 'sighting', not {per!r}"
            raise ConfigError(message)
        self._per = per
        self._all_types = all_types

    def collection(self, sightings: Iterable[Sighting]) -> dict[str, Any]:
        """Return the FeatureCollection, features in the order of `summarize` or of the sightings."""
        kept = [row for row in sightings if self._all_types or row.resolution.mention.type.literal]
        summaries = summarize(kept)
        if self._per == "place":
            features = [_place_feature(summary) for summary in summaries]
        else:
            features = _sighting_features(kept)
        collection: dict[str, Any] = {"type": "FeatureCollection"}
        if summaries:
            collection["bbox"] = _bbox([summary.place.point for summary in summaries])
        collection["features"] = features
        return collection

    def export(self, sightings: Sequence[Sighting], path: Path) -> None:
        """Write the file; equal input gives equal bytes. Raises ExportError."""
        write_text(path, to_json(self.collection(sightings), indent=1) + "\n")


def _place_feature(summary: PlaceSummary) -> dict[str, Any]:
    articles = {row.article.id: row.article for row in summary.sightings}
    dates = sorted(
        date.group()
        for article in articles.values()
        if article.published and (date := _DATE.match(article.published))
    )
    properties = _place_properties(summary.place, country=summary.country, admin1=summary.admin1) | {
        "articles": len(articles),
        "mentions": len(summary.sightings),
        "confidence": round(summary.confidence, 4),
        "literal": any(row.resolution.mention.type.literal for row in summary.sightings),
        "first_published": dates[0] if dates else None,
        "last_published": dates[-1] if dates else None,
        "headlines": [article.title for article in articles.values()],
        "sources": sorted({article.source for article in articles.values() if article.source}),
        "article_ids": list(articles),
    }
    return _feature(summary.place.id, summary.place.point, properties)


def _sighting_features(sightings: Sequence[Sighting]) -> list[dict[str, Any]]:
    features: dict[str, dict[str, Any]] = {}
    for sighting in sightings:
        mention = sighting.resolution.mention
        span = f"{mention.field}:{mention.start}-{mention.end}"
        feature_id = f"{sighting.article.id}#{span}:{sighting.place.id}"
        if feature_id not in features:
            features[feature_id] = _feature(feature_id, sighting.place.point, _sighting_properties(sighting))
    return list(features.values())


def _sighting_properties(sighting: Sighting) -> dict[str, Any]:
    article, resolution = sighting.article, sighting.resolution
    mention = resolution.mention
    return _place_properties(sighting.place, country=sighting.country, admin1=sighting.admin1) | {
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
        "radius_km": place.radius_km or None,
    }


def _feature(feature_id: str, point: Point, properties: dict[str, Any]) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [_rounded(point.lon), _rounded(point.lat)]}
    return {"type": "Feature", "id": feature_id, "geometry": geometry, "properties": properties}


def _rounded(degrees: float) -> float:
    return round(degrees, DECIMALS) + 0.0  # adding zero turns -0.0 into 0.0


def _bbox(points: Sequence[Point]) -> list[float]:
    """Return west, south, east, north of the narrowest box; west > east where it crosses the antimeridian."""
    lats = [_rounded(point.lat) for point in points]
    lons = sorted({_rounded(point.lon) for point in points})
    gaps = [(east - west, west, east) for west, east in pairwise(lons)]
    around = 360 - (lons[-1] - lons[0])
    widest, before, after = max(gaps, default=(0.0, 0.0, 0.0))
    west, east = (after, before) if widest > around else (lons[0], lons[-1])
    return [west, min(lats), east, max(lats)]
