"""Sightings kept in memory, found again by place, article, country, box, date and confidence.

For what fits in memory: a sighting takes about a kilobyte beside its article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from geomap.model import Query, Sighting

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_Key = tuple[str, str, int, int, str]


class MemoryStore:
    """Keeps sightings in the order of adding; one mention of one place in one article is kept once."""

    def __init__(self) -> None:
        self._sightings: dict[_Key, Sighting] = {}

    def add(self, sightings: Iterable[Sighting]) -> None:
        """Keep the sightings; the same one twice is one, and the first stays."""
        for sighting in sightings:
            self._sightings.setdefault(_key(sighting), sighting)

    def find(self, query: Query) -> Sequence[Sighting]:
        """Return what fits the query, in the order of adding."""
        return [sighting for sighting in self._sightings.values() if fits(sighting, query)]


def fits(sighting: Sighting, query: Query) -> bool:
    """Tell whether a sighting is what the query asks for; both ends of a span of dates are inside it."""
    place, resolution = sighting.place, sighting.resolution
    return (
        (query.all_types or resolution.mention.type.literal)
        and resolution.confidence >= query.min_confidence
        and (not query.place_ids or place.id in query.place_ids)
        and (not query.article_ids or sighting.article.id in query.article_ids)
        and (not query.countries or place.country_code in query.countries)
        and (query.bbox is None or place.point in query.bbox)
        and _dated(sighting.article.published, query)
    )


def _dated(published: str | None, query: Query) -> bool:
    if query.since is None and query.until is None:
        return True
    date = _DATE.match(published or "")
    if date is None:
        return False
    return (query.since or "") <= date.group() <= (query.until or "9999-99-99")


def _key(sighting: Sighting) -> _Key:
    mention = sighting.resolution.mention
    return (sighting.article.id, mention.field, mention.start, mention.end, sighting.place.id)
