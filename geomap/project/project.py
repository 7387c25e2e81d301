"""The project itself: add articles, ask for places and articles.

The file is a GeoPackage (`geomap.store.GeoPackageStore`). Articles are geoparsed before they are written, so
that the file is locked only for the moment of writing, and another program can read meanwhile.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from geomap.errors import AmbiguousName, ArticleError, ConfigError
from geomap.geoparser import Geoparser
from geomap.model import Article, ArticleSummary, GeoparsedArticle, Place, PlaceSummary, Query, Sighting
from geomap.project.naming import choose_place
from geomap.store import Change, Counts, GeoPackageStore

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_COMMIT_ARTICLES = 100
_COMMIT_S = 1.0
"""So many articles, or what is geoparsed in so many s, are written at once: a commit costs some ms."""

_NO_FILE = ("<", "http://", "https://")
_Unwritten = list[tuple[Article, GeoparsedArticle | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """How many articles were new, changed, and known as they are."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0


class Project:
    """Articles in one file, or in memory where `path` is None, with the places they mention.

    With `create` a file that is not there is made. The geoparser, by default geomap's own, is the one for
    articles that are added; its gazetteer knows the other names of places. Raises StoreError.
    """

    def __init__(
        self, path: str | Path | None, *, geoparser: Geoparser | None = None, create: bool = True
    ) -> None:
        self.path = None if path is None else Path(path)
        self._store = GeoPackageStore(self.path, create=create)
        self._geoparser = geoparser

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._store.close()

    @property
    def geoparser(self) -> Geoparser:
        """The geoparser for articles that are added."""
        if self._geoparser is None:
            self._geoparser = Geoparser()
        return self._geoparser

    @property
    def counts(self) -> Counts:
        """The numbers of articles, places and mentions."""
        return self._store.counts()

    def _repr_html_(self) -> str:
        """Show the counts and the places of most articles beside a map, in a notebook."""
        from geomap.notebook import sightings_html

        return sightings_html(
            self.search(),
            title=self.path.name if self.path else "geomap",
            geometry=self.geoparser.gazetteer.geometry,
            **self.counts._asdict(),
        )

    # --- adding --------------------------------------------------------------------------------

    def add(
        self,
        articles: Iterable[Article],
        *,
        again: bool = False,
        on_error: Callable[[ArticleError], None] | None = None,
    ) -> Added:
        """Geoparse the articles that are new or changed, keep them, and count.

        `again` geoparses those too that other parts or options have geoparsed. What cannot be kept goes to
        `on_error`, or is raised where there is none. Raises StoreError.
        """
        counts = dict.fromkeys(Change, 0)
        for _, change in self.adding(articles, again=again, on_error=on_error):
            counts[change] += 1
        return Added(**{change.value: count for change, count in counts.items()})

    def adding(
        self,
        articles: Iterable[Article],
        *,
        again: bool = False,
        on_error: Callable[[ArticleError], None] | None = None,
    ) -> Iterator[tuple[Article, Change]]:
        """Yield each article with what became of it, once it is safely in the file."""
        waiting: _Unwritten = []
        started = time.monotonic()
        for each in articles:
            article = replace(each, origin=self._origin(each.origin))
            provenance = self.geoparser.provenance if again else None
            known = self._store.change(article, provenance=provenance) is Change.UNCHANGED
            waiting.append((article, None if known else self.geoparser.parse(article)))
            if len(waiting) >= _COMMIT_ARTICLES or time.monotonic() - started > _COMMIT_S:
                yield from self._written(waiting, on_error)
                waiting = []
                started = time.monotonic()
        yield from self._written(waiting, on_error)

    def _written(
        self, waiting: _Unwritten, on_error: Callable[[ArticleError], None] | None
    ) -> list[tuple[Article, Change]]:
        changes = []
        with self._store.transaction():
            for article, parsed in waiting:
                change = Change.UNCHANGED
                try:
                    if parsed is None:
                        self._store.seen(article)
                    else:
                        change = self._store.change(article, provenance=parsed.provenance)
                        self._store.add(parsed)
                except ArticleError as error:
                    if on_error is None:
                        raise
                    on_error(error)
                else:
                    changes.append((article, change))
        return changes

    def _origin(self, origin: str | None) -> str | None:
        """Return where an article was read, as seen from the project's folder: both can move together."""
        if origin is None or origin.startswith(_NO_FILE) or self.path is None:
            return origin
        try:
            path = Path(os.path.relpath(origin, self.path.resolve().parent)).as_posix()
        except ValueError:  # another drive of Windows
            path = Path(origin).resolve().as_posix()
        return path.encode(errors="backslashreplace").decode()  # names of files need not be UTF-8

    def remove(self, article_id: str) -> bool:
        """Take an article out; tell whether it was there. Raises StoreError."""
        return self._store.remove(article_id)

    # --- asking --------------------------------------------------------------------------------

    def search(self, query: Query | None = None) -> Sequence[Sighting]:
        """Return the sightings that fit, in the order in which the articles were first added."""
        return self._store.find(query or Query())

    def sightings(self, query: Query | None = None) -> GeoDataFrame:
        """Return the sightings that fit as a GeoDataFrame in EPSG:4326, a row each."""
        from geomap.exporters import to_geodataframe

        query = query or Query()
        return to_geodataframe(self._store.find(query), per="sighting", all_types=query.all_types)

    def article(self, name: str, *, titles: bool = True) -> GeoparsedArticle | None:
        """Return the article of that id, url or file, or with those words in its title; None without one.

        Raises AmbiguousName where several fit.
        """
        for column in ("id", "url", "origin", "title") if titles else ("id", "url", "origin"):
            found = self._store.articles(column, (self._origin(name) or "") if column == "origin" else name)
            if len(found) > 1:
                problem = f"{name!r} fits {len(found):,} articles; name one by its id"
                raise AmbiguousName(problem, choices=[(each.id, each.title) for each in found])
            if found:
                return self._store.parsed(found[0].id)
        return None

    def places_in(self, article: Article | str) -> list[PlaceSummary]:
        """Return the places that an article mentions, in the order of its text, mentions of all types.

        An article is named as for `article`; one that is not here has none. Raises AmbiguousName.
        """
        parsed = self.article(article) if isinstance(article, str) else self._store.parsed(article.id)
        return [] if parsed is None else places_of(parsed)

    def place(self, name: str, *, inside: bool = False) -> Place | None:
        """Return the place of an id or a name ("Aleppo", "Paris, Texas") among those mentioned, or None.

        `inside` also finds places that are not mentioned, but hold some that are. Raises AmbiguousName.
        """
        return choose_place(name, self._store, self.geoparser.gazetteer, inside=inside)

    def articles_mentioning(
        self,
        place: Place | str,
        *,
        inside: bool = False,
        within_km: float | None = None,
        query: Query | None = None,
    ) -> list[ArticleSummary]:
        """Return the articles that mention a place, in the order of adding, with those mentions.

        `inside` takes what lies in the place too, `within_km` all that lies within so many km of its point.
        `query` narrows; without it mentions of all types count. Raises AmbiguousName.
        """
        chosen = self.place(place, inside=inside) if isinstance(place, str) else place
        if chosen is None:
            return []
        query = query or Query(all_types=True)
        return articles_of(self.search(self.around(chosen, query, inside=inside, within_km=within_km)))

    def around(
        self, place: Place, query: Query, *, inside: bool = False, within_km: float | None = None
    ) -> Query:
        """Return the query, narrowed to a place, or to what lies in it, or within so many km of it.

        A region whose parts the gazetteer does not know (a valley, a desert) is taken as its box.
        Costs when wrong: what lies in the corners of the box is outside the region.
        """
        if within_km is not None:
            if not within_km >= 0:
                message = f"within_km must not be negative, not {within_km!r}"
                raise ConfigError(message)
            query = replace(query, near=place.point, within_km=within_km)
        if inside:
            parts = self._store.places_inside(place.id)
            if parts <= 1 and place.bbox and place.feature_class in _REGIONS and query.bbox is None:
                return replace(query, bbox=place.bbox)
            return replace(query, inside=query.inside | {place.id})
        if within_km is None:
            return replace(query, place_ids=query.place_ids | {place.id})
        return query


_REGIONS = frozenset("HLTUV")


def places_of(parsed: GeoparsedArticle) -> list[PlaceSummary]:
    """Return the places of an article in the order in which it names them, with their sightings."""
    by_place: dict[str, list[Sighting]] = {}
    for sighting in parsed.sightings:
        by_place.setdefault(sighting.place.id, []).append(sighting)
    return [
        PlaceSummary(
            place=found[0].place, country=found[0].country, admin1=found[0].admin1, sightings=tuple(found)
        )
        for found in by_place.values()
    ]


def articles_of(sightings: Iterable[Sighting]) -> list[ArticleSummary]:
    """Return the articles of sightings, in their order, each with its own."""
    by_article: dict[str, list[Sighting]] = {}
    for sighting in sightings:
        by_article.setdefault(sighting.article.id, []).append(sighting)
    return [ArticleSummary(article=found[0].article, sightings=tuple(found)) for found in by_article.values()]
