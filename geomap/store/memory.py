"""Articles kept in memory, with all that was found in them: candidates and reasons too.

The plain reading of what a query means, against which the file's store is tested.
A sighting takes about a kilobyte beside its article.
"""

from __future__ import annotations

from collections.abc import Sequence

from geomap.geo import distance_km
from geomap.model import Article, GeoparsedArticle, Query, Sighting
from geomap.store.identity import check_same, known_by_origin
from geomap.store.words import Words


class MemoryStore:
    """Keeps geoparsed articles in the order of adding; one article is kept once."""

    def __init__(self) -> None:
        self._articles: dict[str, GeoparsedArticle] = {}
        self._by_origin: dict[str, str] = {}

    def add(self, parsed: GeoparsedArticle) -> None:
        """Keep the article and what was found in it; the same one twice is one, a changed one replaces it.

        Raises ArticleError for another article of the same id.
        """
        article = parsed.article
        kept = self._articles.get(article.id)
        if kept is not None and kept.article != article:
            check_same(kept.article, article)
        before = self._held_before(article)
        if kept is None and before is not None:
            self._replace(before, parsed)
        else:
            self._articles.pop(before or "", None)
            self._articles[article.id] = parsed
        if known_by_origin(article):
            self._by_origin[str(article.origin)] = article.id

    def _held_before(self, article: Article) -> str | None:
        """Return the id of the article that this file alone held before it was edited."""
        before = self._by_origin.get(str(article.origin)) if known_by_origin(article) else None
        if before is None or before == article.id:
            return None
        elsewhere = (id_ for origin, id_ in self._by_origin.items() if origin != article.origin)
        return None if before in elsewhere else before

    def _replace(self, before: str, parsed: GeoparsedArticle) -> None:
        """Put an article in the place of the one that its file held before."""
        self._articles = {
            (parsed.article.id if id_ == before else id_): (parsed if id_ == before else each)
            for id_, each in self._articles.items()
        }

    def find(self, query: Query) -> Sequence[Sighting]:
        """Return what fits the query, in the order in which the articles were first added."""
        words = Words.of(query.text)
        return [
            sighting
            for parsed in self._articles.values()
            if article_fits(parsed.article, query, words)
            for sighting in parsed.sightings
            if fits(sighting, query)
        ]


def article_fits(article: Article, query: Query, words: Words) -> bool:
    """Tell whether an article is one that the query asks for; both ends of a span of dates are inside it."""
    return (
        (not query.article_ids or article.id in query.article_ids)
        and _dated(article, query)
        and (not query.text or words.fit(article.title, article.text))
    )


def fits(sighting: Sighting, query: Query) -> bool:
    """Tell whether a sighting of an article that fits is what the query asks for."""
    place, resolution = sighting.place, sighting.resolution
    return (
        (query.all_types or resolution.mention.type.literal)
        and resolution.confidence >= query.min_confidence
        and resolution.probability >= query.min_probability
        and (not query.roles or sighting.role in query.roles)
        and (not query.precisions or sighting.precision in query.precisions)
        and (not query.place_ids or place.id in query.place_ids)
        and (not query.inside or not query.inside.isdisjoint((place.id, *sighting.ancestor_ids)))
        and (not query.countries or place.country_code in query.countries)
        and (query.bbox is None or place.point in query.bbox)
        and (query.near is None or distance_km(query.near, place.point) <= query.within_km)
    )


def _dated(article: Article, query: Query) -> bool:
    if query.since is None and query.until is None:
        return True
    return article.day is not None and (query.since or "") <= article.day <= (query.until or "9999-12-31")
