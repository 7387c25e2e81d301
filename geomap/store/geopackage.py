"""Articles and what was found in them, kept in one file: SQLite, and a GeoPackage that QGIS opens.

What is added is there after the transaction, whatever happens to the program: SQLite's rollback journal
undoes what was only begun when the file is opened next. No other file stays beside it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from enum import Enum
from pathlib import Path
from typing import Self

from geomap.errors import ArticleError, StoreError
from geomap.geo import distance_km
from geomap.model import Article, GeoparsedArticle, Point, Provenance, Query, Sighting
from geomap.store import reading, schema
from geomap.store.identity import check_same, content_digest, known_by_origin, unkeepable
from geomap.store.reading import Column, Counts, HeldPlace
from geomap.store.upgrading import OLD_FORMAT, upgrade
from geomap.store.writing import Writer, known_provenance
from geomap.text import fold

_WAIT_S = 30.0
"""How long another program that writes is waited for; a commit of a hundred articles takes under a second."""

_FORMAT = "SELECT value FROM geomap_meta WHERE key = 'format'"
_ARTICLE = "SELECT number, digest, provenance FROM geomap_article WHERE id = ?"
_HELD_BEFORE = """
SELECT article FROM geomap_origin AS here JOIN geomap_article ON number = article
WHERE here.origin = ?1 AND id <> ?2
AND NOT EXISTS (SELECT 1 FROM geomap_origin AS other WHERE other.article = here.article AND origin <> ?1)
"""


class Change(Enum):
    """What adding an article does to a store."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


class GeoPackageStore:
    """Keeps geoparsed articles in a GeoPackage, or in memory where `path` is None.

    With `create` a file that is not there is made; without, it is a StoreError. Raises StoreError.
    """

    def __init__(self, path: Path | None = None, *, create: bool = True) -> None:
        self.path = path
        if path is not None:
            _check_path(path, create=create)
        with self._translated():
            # An absolute path, because SQLite keeps ":memory:" nowhere.
            name = ":memory:" if path is None else str(path.absolute())
            self._connection = sqlite3.connect(
                name, timeout=_WAIT_S, isolation_level=None, check_same_thread=False
            )
        try:
            self._open()
        except BaseException:
            self._connection.close()
            raise
        self._writer = Writer(self._connection)

    def _open(self) -> None:
        with self._translated():
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._connection.execute("PRAGMA synchronous = EXTRA")
            self._connection.execute("PRAGMA cache_size = -65536")
            self._connection.create_function("distance_km", 4, _distance_km, deterministic=True)
            if self._is_empty():
                self._create()
            self._check()

    def _is_empty(self) -> bool:
        """Tell whether the file holds nothing: it is new, or who made it was killed meanwhile."""
        return bool(self._connection.execute("PRAGMA schema_version").fetchone()[0] == 0)

    def _create(self) -> None:
        """Make the tables in one transaction, so that a program that is killed leaves an empty file."""
        with self._changing():
            if not self._is_empty():  # another program was faster
                return
            schema.create(self._connection)

    def _check(self) -> None:
        held = self._format()
        if held == str(OLD_FORMAT):
            self._upgrade()
        elif held != str(schema.FORMAT):
            message = f"{self.path}: has the format {held}; this version of geomap reads {schema.FORMAT}"
            raise StoreError(message)

    def _format(self) -> str:
        try:
            row = self._connection.execute(_FORMAT).fetchone()
        except sqlite3.OperationalError as error:
            if "no such" not in str(error):
                raise
            message = f"{self.path}: {_NO_PROJECT}"
            raise StoreError(message) from error
        return "none" if row is None else str(row[0])

    def _upgrade(self) -> None:
        """Bring an older file to the format of today, unless another program was faster."""
        try:
            with self._changing():
                if self._format() == str(OLD_FORMAT):
                    upgrade(self._connection)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
                raise
            message = (
                f"{self.path}: was made by an older geomap and has to be brought to today's form, but it is "
                "read-only; make it, or a copy of it, writable"
            )
            raise StoreError(message) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what a transaction has not finished is undone."""
        self._connection.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            message = f"{self.path}: {_problem(error)}"
            raise StoreError(message) from error
        except UnicodeEncodeError as error:
            message = f"{self.path}: holds no name with half of a character: {error.object!a}"
            raise StoreError(message) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all that is added inside one change: it is there as a whole, or not at all."""
        if self._connection.in_transaction:
            yield
            return
        with self._translated(), self._changing():
            self._writer = Writer(self._connection)
            yield
            self._writer.finish()

    @contextmanager
    def _changing(self, begin: str = "BEGIN IMMEDIATE") -> Iterator[None]:
        self._connection.execute(begin)
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Read all that is read inside from one state of the file, whatever other programs write."""
        if self._connection.in_transaction:
            yield
            return
        try:
            with self._translated(), self._changing("BEGIN"):
                yield
        except (KeyError, TypeError, ValueError) as error:
            message = f"{self.path}: is damaged: it holds what geomap has not written ({error!r})"
            raise StoreError(message) from error

    # --- adding --------------------------------------------------------------------------------

    def change(self, article: Article, *, provenance: Provenance | None = None) -> Change:
        """Return what adding an article would do; with a provenance, another one makes it REPLACED."""
        if unkeepable(article):
            return Change.ADDED  # would be, but for the error
        with self._translated():
            row = self._connection.execute(_ARTICLE, (article.id,)).fetchone()
            if row is not None:
                made_so = provenance is None or row[2] == known_provenance(self._connection, provenance)
                return Change.UNCHANGED if row[1] == content_digest(article) and made_so else Change.REPLACED
            return Change.REPLACED if self._held_before(article) else Change.ADDED

    def add(self, parsed: GeoparsedArticle) -> None:
        """Keep the article and what was found in it; the same one twice is one, a changed one replaces it.

        Raises ArticleError for another article of the same id and for what no file can keep, StoreError.
        """
        article = parsed.article
        problem = unkeepable(article, parsed.sightings, parsed.focus)
        if problem:
            raise ArticleError(problem, path=ascii(article.origin or article.id)[1:-1])
        with self.transaction():
            row = self._connection.execute(_ARTICLE, (article.id,)).fetchone()
            number = None if row is None else int(row[0])
            if row is not None and row[1] == content_digest(article):
                if row[2] == known_provenance(self._connection, parsed.provenance):
                    self.seen(article)
                    return
            elif row is not None:
                check_same(self._kept(article.id), article)
            before = self._held_before(article)
            if number is None:
                number = before
            elif before is not None:
                self._writer.remove(before)
            number = self._writer.write(parsed, number)
            if known_by_origin(article):
                self._writer.note_origin(str(article.origin), number)

    def seen(self, article: Article) -> None:
        """Note that a file holds an article that is known; what only that file held before goes."""
        if not known_by_origin(article) or unkeepable(article):
            return
        with self.transaction():
            row = self._connection.execute(_ARTICLE, (article.id,)).fetchone()
            before = self._held_before(article)
            if before is not None:
                self._writer.remove(before)
            if row is not None:
                self._writer.note_origin(str(article.origin), int(row[0]))

    def _held_before(self, article: Article) -> int | None:
        """Return the number of the article that this file alone held before it was edited."""
        if not known_by_origin(article):
            return None
        row = self._connection.execute(_HELD_BEFORE, (article.origin, article.id)).fetchone()
        return None if row is None else int(row[0])

    def _kept(self, article_id: str) -> Article:
        return reading.articles(self._connection, "id", article_id)[0]

    def remove(self, article_id: str) -> bool:
        """Take an article out, with what was found in it; tell whether it was there. Raises StoreError."""
        with self.transaction():
            row = self._connection.execute(_ARTICLE, (article_id,)).fetchone()
            if row is not None:
                self._writer.remove(int(row[0]))
        return row is not None

    # --- asking --------------------------------------------------------------------------------

    def find(self, query: Query) -> Sequence[Sighting]:
        """Return what fits the query, in the order in which the articles were first added."""
        with self._reading():
            return reading.sightings(self._connection, query)

    def parsed(self, article_id: str) -> GeoparsedArticle | None:
        """Return an article with all its resolutions (without their ranked candidates), or None."""
        with self._reading():
            return reading.parsed(self._connection, article_id)

    def articles(self, column: Column, value: str) -> Sequence[Article]:
        """Return the articles of that id, url or origin, or with those words in their titles."""
        with self._reading():
            return reading.articles(self._connection, column, value)

    def matching_articles(self, query: Query) -> Sequence[Article]:
        """Return the articles that fit what the query asks of articles, in the order of adding."""
        with self._reading():
            return reading.matching_articles(self._connection, query)

    def places(self, name: str = "", *, ids: Sequence[str] = ()) -> Sequence[HeldPlace]:
        """Return the places that were mentioned under a name, or have one of the ids; most articles first."""
        with self._reading():
            return reading.places(self._connection, fold(name), ids)

    def place_ids(self, query: Query) -> frozenset[str]:
        """Return the ids of the places of what fits the query."""
        with self._reading():
            return reading.place_ids(self._connection, query)

    def counts(self) -> Counts:
        """Return how many articles, places, mentions there are."""
        with self._reading():
            return reading.counts(self._connection)


def _distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    return distance_km(Point(lat=lat, lon=lon), Point(lat=other_lat, lon=other_lon))


def _check_path(path: Path, *, create: bool) -> None:
    """Raise StoreError for what cannot be a project's file, in plainer words than SQLite's."""
    try:
        problem = (
            "is an address, and no file" if path.as_posix().startswith(("http:/", "https:/"))
            else "is a folder" if path.is_dir()
            else "there is no project" if not create and not path.exists()
            else "its folder is not there" if not path.absolute().parent.is_dir()
            else None
        )  # fmt: skip
    except (OSError, ValueError) as error:
        message = f"{path}: cannot be opened: {error}"
        raise StoreError(message) from error
    if problem:
        message = f"{path}: {problem}"
        raise StoreError(message)


def is_project(path: Path) -> bool:
    """Tell whether there is a project at a path, of whatever format; the file is left as it is.

    What is in use, or damaged behind its first page, is taken for one: it may not be written over.
    """
    try:
        _check_path(path, create=False)
    except StoreError:
        return False
    try:
        with closing(sqlite3.connect(path.absolute(), timeout=_WAIT_S)) as connection:
            return connection.execute(_FORMAT).fetchone() is not None
    except sqlite3.Error as error:
        other = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
        return not other


_NO_PROJECT = "is no project of geomap"
_PROBLEMS = {
    sqlite3.SQLITE_NOTADB: _NO_PROJECT,
    sqlite3.SQLITE_BUSY: "is in use by another program",
    sqlite3.SQLITE_LOCKED: "is in use by another program",
    sqlite3.SQLITE_FULL: "cannot be written: the disk is full",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk is full or fails",
    sqlite3.SQLITE_READONLY: "cannot be written: the file or its folder is read-only",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: it, or its folder, may not be read or written",
    sqlite3.SQLITE_CORRUPT: "is damaged",
}


def _problem(error: sqlite3.Error) -> str:
    """Return what went wrong in plain words; the low byte of SQLite's code is the kind."""
    text = str(error)
    known = _PROBLEMS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    return f"{known} ({text})" if known else text
