"""What a map needs beside the sightings of a query: their reasons, and the mentions without a place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.model import Article, Candidate, Mention, Outcome, Query, Resolution, ScoredCandidate, Sighting
from geomap.text import sentence_spans

if TYPE_CHECKING:
    from geomap.exporters.payload import Unmapped
    from geomap.project import Project
    from geomap.protocols import Resolver

_REMEMBERED = 50_000
"""Mentions whose reasons are remembered: some 100 MB. What comes later has none on the map."""
_CANDIDATES = 2
"""The chosen place and the runner-up."""

_Key = tuple[str, str, int, int]


class RememberingResolver:
    """Resolves as another resolver does, and remembers the reasons, which a project does not keep."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._ranked: dict[_Key, tuple[ScoredCandidate, ...]] = {}

    @property
    def fingerprint(self) -> str:
        """The other one's."""
        return self._resolver.fingerprint

    def resolve(
        self, article: Article, pairs: Sequence[tuple[Mention, Sequence[Candidate]]]
    ) -> Sequence[Resolution]:
        """Return what the other one decides."""
        found = self._resolver.resolve(article, pairs)
        for each in found:
            if each.place is not None and len(self._ranked) < _REMEMBERED:
                self._ranked[_key(each.mention)] = each.ranked[:_CANDIDATES]
        return found

    def explained(self, sightings: Sequence[Sighting]) -> list[Sighting]:
        """Return the sightings with the reasons that are remembered."""
        return [
            replace(sighting, resolution=replace(sighting.resolution, ranked=ranked))
            if (ranked := self._ranked.get(_key(sighting.resolution.mention)))
            else sighting
            for sighting in sightings
        ]


def unmapped(project: Project, query: Query, sightings: Sequence[Sighting]) -> Iterator[Unmapped]:
    """Yield the literal mentions without a place, of the articles that a query finds.

    Where the query asks for places, these are the articles of the sightings.
    """
    from geomap.exporters.payload import Unmapped

    for article in _articles(project, query, sightings):
        parsed = project.article(article.id, titles=False)
        missing = [
            each
            for each in (parsed.resolutions if parsed else ())
            if each.outcome is not Outcome.RESOLVED and each.mention.type.literal
        ]
        for resolution in missing:
            start, end = _sentence(article, resolution.mention)
            yield Unmapped(
                article=article,
                resolution=resolution,
                sentence=str(getattr(article, resolution.mention.field))[start:end],
                sentence_start=start,
            )


def _articles(project: Project, query: Query, sightings: Sequence[Sighting]) -> list[Article]:
    if query.place_ids or query.countries or query.bbox is not None or query.min_confidence > 0:
        return list({row.article.id: row.article for row in sightings}.values())
    return [summary.article for summary in project.articles(query)]


def _sentence(article: Article, mention: Mention) -> tuple[int, int]:
    """Return the span of the sentence that holds a mention."""
    spans = list(sentence_spans(getattr(article, mention.field)))
    at = bisect_right(spans, (mention.start, 1 << 60)) - 1
    start, end = spans[at] if at >= 0 else (mention.start, mention.end)
    return min(start, mention.start), max(end, mention.end)


def _key(mention: Mention) -> _Key:
    return (mention.article_id, mention.field, mention.start, mention.end)
