"""Gather sightings by place: what the map and GeoJSON show of each."""

from __future__ import annotations

from collections.abc import Iterable

from geomap.model import PlaceSummary, Sighting


def summarize(sightings: Iterable[Sighting]) -> list[PlaceSummary]:
    """Return one summary per place id: most articles first, then by name, then by id.

    The sightings of a place come in the order of the articles' first sighting here, and within an
    article in text order, the title's first. The same sighting twice counts once.
    """
    unique: dict[tuple[str, str, int, int, str], Sighting] = {}
    articles: dict[str, int] = {}
    for sighting in sightings:
        unique.setdefault(_key(sighting), sighting)
        articles.setdefault(sighting.article.id, len(articles))
    by_place: dict[str, list[Sighting]] = {}
    for sighting in unique.values():
        by_place.setdefault(sighting.place.id, []).append(sighting)
    summaries = [_summary(found, articles) for found in by_place.values()]
    return sorted(summaries, key=lambda row: (-row.article_count, row.place.name, row.place.id))


def _key(sighting: Sighting) -> tuple[str, str, int, int, str]:
    mention = sighting.resolution.mention
    return (sighting.article.id, mention.field, mention.start, mention.end, sighting.place.id)


def _summary(found: list[Sighting], articles: dict[str, int]) -> PlaceSummary:
    def order(sighting: Sighting) -> tuple[int, bool, int, int]:
        mention = sighting.resolution.mention
        return (articles[sighting.article.id], mention.field != "title", mention.start, mention.end)

    ordered = tuple(sorted(found, key=order))
    best = ordered[0]
    return PlaceSummary(place=best.place, country=best.country, admin1=best.admin1, sightings=ordered)
