"""What an online geocoder answered, kept in a file, so that no name is asked for twice.

One SQLite file for all services; names are kept folded, and what was not found is kept too. A place keeps
the name and point under which it was first seen, so that its id always means one thing. Several
processes may use the file at once. To ask again, delete it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, Self

from geomap.errors import StoreError
from geomap.model import Point
from geomap.protocols import Geocoded
from geomap.text import fold

_APPLICATION_ID = 0x67656F63  # "geoc"
_FORMAT = 1
_BUSY_S = 30.0
_TABLES = (
    """CREATE TABLE place (
    service TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    lat REAL NOT NULL,
    lon REAL NOT NULL,
    country_code TEXT NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (service, id)
) WITHOUT ROWID""",
    """CREATE TABLE answer (
    service TEXT NOT NULL,
    name TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    ids TEXT NOT NULL,
    PRIMARY KEY (service, name)
) WITHOUT ROWID""",
    f"PRAGMA application_id = {_APPLICATION_ID}",
    f"PRAGMA user_version = {_FORMAT}",
)
_PLACE = "SELECT id, name, lat, lon, country_code, address FROM place WHERE service = ? AND id = ?"
_ANSWER = "SELECT ids, asked_at FROM answer WHERE service = ? AND name = ?"
_KEEP_PLACE = "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (service, id) DO NOTHING"
_KEEP_ANSWER = "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?)"


class Answer(NamedTuple):
    """What a service said of a name, the best first, and when it was asked (ISO 8601, UTC)."""

    results: Sequence[Geocoded]
    asked_at: str


def _now() -> datetime:
    return datetime.now(UTC)


class GeocodeCache:
    """The answers of one service, in a file that is made where there is none.

    `service` tells them from those of other services and must hold no secret (`GeopyGeocoder.identity`).
    Every method raises StoreError for a file that cannot be read or written.
    """

    def __init__(self, path: Path, *, service: str, now: Callable[[], datetime] = _now) -> None:
        self.path = path
        self._service = service
        self._now = now
        with self._told():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
            )
        try:
            with self._told():
                self._prepare()
        except StoreError:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def get(self, name: str) -> Answer | None:
        """Return what the service said of the name, or None where it was not asked."""
        with self._told():
            row = self._connection.execute(_ANSWER, (self._service, fold(name))).fetchone()
            if row is None:
                return None
            results = tuple(found for id_ in json.loads(row[0]) if (found := self._place(id_)) is not None)
            return Answer(results, str(row[1]))

    def recall(self, place_id: str) -> Geocoded | None:
        """Return the place of that id, without the service's name, or None."""
        with self._told():
            return self._place(place_id)

    def put(self, name: str, results: Sequence[Geocoded]) -> Answer:
        """Keep what the service said of the name; return it as it is kept."""
        asked_at = self._now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with self._told(), self._writing():
            for each in results:
                row = (each.id, each.name, each.point.lat, each.point.lon, each.country_code, each.address)
                self._connection.execute(_KEEP_PLACE, (self._service, *row))
            ids = json.dumps([each.id for each in results])
            self._connection.execute(_KEEP_ANSWER, (self._service, fold(name), asked_at, ids))
            kept = tuple(found for each in results if (found := self._place(each.id)) is not None)
        return Answer(kept, asked_at)

    def _place(self, place_id: str) -> Geocoded | None:
        row = self._connection.execute(_PLACE, (self._service, place_id)).fetchone()
        return None if row is None else _geocoded(row)

    def _prepare(self) -> None:
        """Make the tables of a new file; refuse one that is something else."""
        with self._writing():
            if self._pragma("schema_version") == 0:
                for statement in _TABLES:
                    self._connection.execute(statement)
        if (self._pragma("application_id"), self._pragma("user_version")) != (_APPLICATION_ID, _FORMAT):
            message = f"{self.path} is no file of a geocoder's answers of this version"
            raise StoreError(message)

    def _pragma(self, name: str) -> int:
        return int(self._connection.execute(f"PRAGMA {name}").fetchone()[0])

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say of which file an error of SQLite or of what it holds is."""
        try:
            yield
        except (sqlite3.Error, OSError, ValueError, TypeError) as error:
            if isinstance(error, StoreError):
                raise
            broken = not isinstance(error, OSError | sqlite3.OperationalError)
            advice = "; delete the file to begin anew" if broken else ""
            message = f"the answers of geocoders in {self.path} cannot be used: {error}{advice}"
            raise StoreError(message) from error


def _geocoded(row: Sequence[Any]) -> Geocoded:
    id_, name, lat, lon, country_code, address = row
    return Geocoded(
        id=id_, name=name, point=Point(lat=lat, lon=lon), country_code=country_code, address=address
    )
