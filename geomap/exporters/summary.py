"""Gather sightings by place: what the map and GeoJSON show of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from operator import itemgetter

from geomap.model import PlaceSummary, Sighting

_Order = tuple[int, bool, int, int]
"""Where a sighting stands: the number of its article, title before text, start and end."""


def summarize(sightings: Iterable[Sighting]) -> list[PlaceSummary]:
    """Return one summary per place id: most articles first, then by name, then by id.

    The sightings of a place come in the order of the articles' first sighting here, and within an
    article in text order, the title's first. The same sighting twice counts once.
    """
    articles: dict[str, int] = {}
    by_place: defaultdict[str, dict[_Order, Sighting]] = defaultdict(dict)
    for sighting in sightings:
        mention = sighting.resolution.mention
        article = articles.setdefault(sighting.article.id, len(articles))
        order = (article, mention.field != "title", mention.start, mention.end)
        by_place[sighting.place.id].setdefault(order, sighting)
    summaries = [_summary(found) for found in by_place.values()]
    return [summary for _, summary in sorted(summaries, key=itemgetter(0))]


def _summary(found: dict[_Order, Sighting]) -> tuple[tuple[int, str, str], PlaceSummary]:
    """Return the summary of a place behind what it is sorted by."""
    order = sorted(found)
    ordered = tuple(map(found.__getitem__, order))
    best = ordered[0]
    summary = PlaceSummary(place=best.place, country=best.country, admin1=best.admin1, sightings=ordered)
    return (-len({article for article, *_ in order}), best.place.name, best.place.id), summary
