"""The project itself: add articles, ask for places and articles.

The file is a GeoPackage (`geomap.store.GeoPackageStore`). Articles are geoparsed before they are written, so
that the file is locked only for the moment of writing, and another program can read meanwhile.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from geomap.errors import AmbiguousName, ArticleError
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

    def __repr__(self) -> str:
        return f"Project({None if self.path is None else str(self.path)!r})"

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
            self.search(Query(all_types=True)),
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
                    if parsed is None and self._store.change(article) is not Change.UNCHANGED:
                        # Another version of it was written since it was looked at.
                        parsed = self.geoparser.parse(article)  # noqa: PLW2901
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

    def articles(self, query: Query | None = None) -> list[ArticleSummary]:
        """Return the articles that fit, in the order of adding, each with its sightings that fit.

        Where the query asks for nothing of places and mentions, articles without any fit too; without a
        query these are all, with mentions of all types.
        """
        query = query or Query(all_types=True)
        found = articles_of(self.search(query))
        if query != Query(
            article_ids=query.article_ids, since=query.since, until=query.until, text=query.text,
            all_types=query.all_types,
        ):  # fmt: skip
            return found
        sightings = {each.article.id: each.sightings for each in found}
        return [
            ArticleSummary(article=article, sightings=sightings.get(article.id, ()))
            for article in self._store.matching_articles(query)
        ]

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

    def place(self, name: str, *, inside: bool = False, within_km: float | None = None) -> Place | None:
        """Return the place of an id or a name ("Aleppo", "Paris, Texas") among those mentioned, or None.

        With `inside` or `within_km` it may be one that is not mentioned, but has some that are in it or
        near it. Raises AmbiguousName.
        """
        around = inside or within_km is not None
        return choose_place(
            name,
            self._store,
            self.geoparser.gazetteer,
            inside=inside,
            reaches=partial(self.reached, inside=inside, within_km=within_km) if around else None,
        )

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
        `query` narrows by all but its own places; without it mentions of all types count.
        Raises AmbiguousName, ValueError for a distance below 0.
        """
        found = self.place(place, inside=inside, within_km=within_km) if isinstance(place, str) else place
        if found is None:
            return []
        ids = self.reached(found, inside=inside, within_km=within_km) or {found.id}
        query = replace(query or Query(all_types=True), place_ids=frozenset(ids))
        return articles_of(self.search(query))

    def reached(
        self, place: Place, *, inside: bool = False, within_km: float | None = None
    ) -> frozenset[str]:
        """Return the ids of the mentioned places that are a place, or lie in it, or within so many km of it.

        With both, what lies in it and near its point. Raises ValueError for a distance below 0.
        """
        query = Query(all_types=True)
        if within_km is not None:
            query = replace(query, near=place.point, within_km=within_km)
        if not inside:
            if within_km is None:
                query = replace(query, place_ids=frozenset({place.id}))
            return self._store.place_ids(query)
        ids = self._store.place_ids(replace(query, inside=frozenset({place.id})))
        if self.is_box(place):
            country = frozenset({place.country_code} - {""})
            ids |= self._store.place_ids(replace(query, bbox=place.bbox, countries=country))
        return ids

    @staticmethod
    def is_box(place: Place) -> bool:
        """Tell whether what lies in a place is told by its box, since the gazetteer knows few of its parts.

        So it is for regions, deserts, mountains, forests (feature classes L, T, V), but not for continents,
        whose countries it knows, and not for waters. Costs when wrong: what lies in the corners
        of the box, in the same country if the region has one, is outside the region.
        """
        known = place.feature_class not in _REGIONS or place.feature_code == "CONT"
        return place.bbox is not None and not known


_REGIONS = frozenset("LTV")


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
