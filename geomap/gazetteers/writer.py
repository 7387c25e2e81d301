"""Write a gazetteer file from rows, one at a time: twelve million of them in bounded memory.

Names go to a file beside the target first and are sorted there by SQLite, so that the table of names is
filled in its order; the target appears when all is done, in place of an older one. A digest of the rows (not
of the file, whose bytes carry SQLite's version) pins the content; it is a sum, so that their order does not
matter.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Self
from zlib import compress

import marisa_trie

from geomap import lexicon
from geomap.errors import GazetteerBuildError
from geomap.gazetteers.rows import Row
from geomap.gazetteers.schema import (
    FACTS,
    FORMAT,
    INDEXES,
    INSERT_PLACE,
    ROMANIZED,
    SCHEMA,
    join_names,
    shorten_name,
)
from geomap.gazetteers.sounds import write_sounds
from geomap.model import Dispute, Name, NameKind
from geomap.text import fold, romanize, script_tag

ARABIC_SCRIPT_COUNTRIES = frozenset(
    "AE AF BH DJ DZ EG EH ER IL IQ IR JO KM KW LB LY MA MR OM PK PS QA SA SD SO SY TD TN TR YE".split()  # noqa: SIM905
)
"""Countries whose names reach English by romanization from Arabic script, or (TR, IL, PK) partly so."""

TRIE_NAMES = 6_000_000
"""Names up to which a trie is made: its building holds all of them in memory, some 100 bytes each."""

_STAGED = "CREATE TABLE staged.name (key TEXT, place INTEGER, kind INTEGER, name TEXT)"
_STAGE = "INSERT INTO staged.name VALUES (?, ?, ?, ?)"
_SORT = """
INSERT INTO name SELECT DISTINCT key, place, kind, name FROM staged.name ORDER BY key, place, kind, name
"""
_WRITTEN = "SELECT key, place, kind FROM name WHERE NOT kind & 16 ORDER BY key, place"
_SOUNDS = "SELECT key, place, kind FROM name WHERE kind & 16 ORDER BY key, place"
_SETTINGS = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA cache_size = -200000",
    "PRAGMA temp_store = FILE",
)
_BATCH = 10_000


@dataclass(slots=True)
class Report:
    """What was written: counts by kind of row, and the digest of the rows."""

    digest: str = ""
    counts: dict[str, int] = field(default_factory=dict)


class GazetteerWriter:
    """A gazetteer file in the making: add rows, then what they are to each other, then finish.

    Up to `trie_names` names are put into a trie, more into a table. Used as a context; without `finish`
    nothing is left behind, and an older file stays as it was.
    """

    def __init__(self, target: Path, *, trie_names: int = TRIE_NAMES) -> None:
        self._target = target
        self._trie_names = trie_names
        self._part = target.with_name(f"{target.name}.part")
        self._staged = target.with_name(f"{target.name}.names.part")
        self._remove()
        self._connection = sqlite3.connect(self._part, isolation_level=None)
        for setting in _SETTINGS:
            self._connection.execute(setting)
        self._connection.executescript(SCHEMA)
        self._connection.execute("ATTACH ? AS staged", (str(self._staged),))
        for setting in ("journal_mode", "synchronous"):
            self._connection.execute(f"PRAGMA staged.{setting} = OFF")
        self._connection.execute(_STAGED)
        self._connection.execute("BEGIN")
        self._places: list[tuple[Any, ...]] = []
        self._names: list[tuple[str, int, int, str]] = []
        self._prominence = array("f", [0.0])
        self._traits = bytearray(1)
        self._by_table = _ids_of_tables()
        self._numbers_of_tables: dict[str, int] = {}
        self._digest = 0
        self._counts: dict[str, int] = {"places": 0, "names": 0}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._remove()

    def _remove(self) -> None:
        for path in (self._part, self._staged):
            path.unlink(missing_ok=True)

    def add(self, row: Row) -> None:
        """Add a place with its names and codes."""
        number = len(self._prominence)
        keys = [(key, name.text) for name in (Name(row.name), *row.names) if (key := fold(name.text))]
        names = len(set(keys))
        prominence = round(lexicon.prominence(row.place(), names), 4)
        self._prominence.append(prominence)
        self._traits.append(_traits(row))
        self._places.append((number, *row.columns(), prominence, names))
        self._names.extend(_staged_names(row, number, keys))
        tagged = tuple(
            name if name.language else Name(name.text, script_tag(name.text)) for name in row.names
        )
        if tagged:
            self._connection.execute("INSERT INTO names VALUES (?, ?)", (number, join_names(tagged)))
        for scheme, value in _codes(row):
            self._connection.execute(
                "INSERT OR IGNORE INTO code VALUES (?, ?, ?)", (value.upper(), scheme, number)
            )
        if row.id in self._by_table:
            self._numbers_of_tables[row.id] = number
        self._count(row, names)
        if number % _BATCH == 0:
            self._flush()

    def _count(self, row: Row, names: int) -> None:
        self._digest_of((row.columns(), row.names, row.codes))
        kind = lexicon.feature(row.feature_code).kind
        self._counts["places"] += 1
        self._counts["names"] += names
        self._counts[kind] = self._counts.get(kind, 0) + 1

    def _digest_of(self, values: object) -> None:
        digest = hashlib.blake2b(repr(values).encode("utf-8", "replace"), digest_size=32).digest()
        self._digest = (self._digest + int.from_bytes(digest)) % (1 << 256)

    def _flush(self) -> None:
        self._connection.executemany(INSERT_PLACE, self._places)
        self._connection.executemany(
            _STAGE, ((key, number, kind, shorten_name(key, name)) for key, number, kind, name in self._names)
        )
        self._places.clear()
        self._names.clear()

    def _add_names_of_tables(self) -> None:
        """Add demonyms and abbreviations, which tables beside the code hold."""
        for place_id, kind, name in _names_of_tables():
            number = self._numbers_of_tables.get(place_id)
            key = fold(name)
            if number is not None and key:
                self._names.append((key, number, kind, name))
                self._digest_of((place_id, kind, name))
                self._counts["names"] += 1

    def index(self) -> None:
        """Sort the names, and make what finds places by them; after the last `add`.

        Raises GazetteerBuildError for an id that two rows have.
        """
        self._add_names_of_tables()
        self._flush()
        self._connection.execute(_SORT)
        self._connection.execute("COMMIT")
        self._connection.execute("DETACH staged")
        self._connection.execute("BEGIN")
        try:
            for statement in INDEXES.split(";"):
                self._connection.execute(statement)
        except sqlite3.IntegrityError as error:
            raise GazetteerBuildError(self._twice(), path=str(self._target)) from error
        self._write_facts()
        write_sounds(self._connection)

    def _twice(self) -> str:
        query = "SELECT id FROM place GROUP BY id HAVING count(*) > 1 ORDER BY id LIMIT 3"
        return f"more than one row has the id {', '.join(id_ for (id_,) in self._connection.execute(query))}"

    def _write_facts(self) -> None:
        (names,) = self._connection.execute("SELECT count(*) FROM name").fetchone()
        facts = self._facts()
        if names > self._trie_names:
            writing = self._connection.cursor()
            writing.executemany("INSERT INTO fact VALUES (?, ?, ?, ?)", facts)
            return
        table = {key: (kinds, prominence, places) for key, kinds, prominence, places in facts}
        trie = marisa_trie.Trie(table)
        packed = bytearray(FACTS.size * len(table))
        for key, at in trie.items():
            FACTS.pack_into(packed, at * FACTS.size, *table[key])
        self._connection.executemany(
            "INSERT INTO blob VALUES (?, ?)", [("trie", trie.tobytes()), ("facts", bytes(packed))]
        )

    def _facts(self) -> Iterator[tuple[str, int, int, int]]:
        """Yield each key, romanized ones after all others, with kinds, prominence * 255 and places."""
        for sign, query in (("", _WRITTEN), (ROMANIZED, _SOUNDS)):
            rows = self._connection.execute(query)
            for key, group in groupby(rows, key=itemgetter(0)):
                kinds, best, places = 0, 0, 0
                for _, number, kind in group:
                    kinds |= kind | _government(self._traits[number], kind)
                    if not best or self._prominence[number] > self._prominence[best]:
                        best = number
                    places += 1
                nature = NameKind.NATURE if self._traits[best] & _NATURE else 0
                yield sign + key, kinds | nature, round(self._prominence[best] * 255), min(places, 255)

    def number(self, place_id: str) -> int | None:
        """Return the number of a place in the file; after `index`."""
        row = self._connection.execute("SELECT number FROM place WHERE id = ?", (place_id,)).fetchone()
        return None if row is None else int(row[0])

    def add_shape(self, place_id: str, kind: str, coordinates: object) -> None:
        """Add the coordinates of a place's area or line ([lon, lat], degrees WGS84); after `index`.

        `kind` is the GeoJSON type: MultiPolygon or MultiLineString.
        """
        number = self.number(place_id)
        if number is not None:
            self._digest_of((place_id, kind, coordinates))
            self._connection.execute(
                "INSERT INTO shape VALUES (?, ?, ?)", (number, kind, packed(coordinates))
            )

    def add_border(self, first: str, second: str, *, length_km: float, coordinates: object) -> None:
        """Add the line between two places as MultiLineString coordinates; after `index`."""
        numbers = sorted(number for each in (first, second) if (number := self.number(each)) is not None)
        if len(numbers) == 2:  # noqa: PLR2004
            self._digest_of((first, second, length_km, coordinates))
            row = (*numbers, length_km, packed(coordinates))
            self._connection.execute("INSERT INTO border VALUES (?, ?, ?, ?)", row)

    def add_neighbors(self, place_id: str, others: Iterable[str]) -> None:
        """Say which places lie beside one; both ways, and after `index`."""
        number = self.number(place_id)
        for other in sorted(others):
            at = self.number(other)
            if number is not None and at is not None:
                self._digest_of((place_id, other))
                self._connection.executemany(
                    "INSERT OR IGNORE INTO neighbor VALUES (?, ?)", [(number, at), (at, number)]
                )

    def add_dispute(self, place_id: str, dispute: Dispute) -> None:
        """Say that states disagree about a place; after `index`."""
        number = self.number(place_id)
        if number is not None:
            self._digest_of((place_id, dispute))
            row = (
                number, " ".join(dispute.administered_by), " ".join(dispute.claimed_by),
                dispute.drawn_as, dispute.note, dispute.source,
            )  # fmt: skip
            self._connection.execute("INSERT INTO dispute VALUES (?, ?, ?, ?, ?, ?)", row)

    def finish(
        self, *, credits_text: str = "", name: str = "", counts: Mapping[str, int] | None = None
    ) -> Report:
        """Write what the file says of itself, and put it in its place.

        `name` is what the gazetteer is called; `counts` are further counts.
        """
        report = Report(digest=f"{self._digest:064x}", counts={**self._counts, **(counts or {})})
        meta = {
            "format": str(FORMAT),
            "digest": report.digest,
            "counts": json.dumps(report.counts),
            "credits": credits_text,
            "name": name,
        }
        self._connection.executemany("INSERT INTO meta VALUES (?, ?)", sorted(meta.items()))
        self._connection.execute("COMMIT")
        self._connection.close()
        self._part.replace(self._target)
        return report


def packed(coordinates: object) -> bytes:
    """Return coordinates as the file holds them: JSON, compressed."""
    return compress(json.dumps(coordinates, separators=(",", ":")).encode(), 9)


_NATURE, _COUNTRY, _SEAT = 1, 2, 4
_STATES = frozenset({"PCLI", "PCL", "PCLD", "PCLF", "PCLS", "PCLIX", "TERR"})
_SEATS = ("PCL", "PPLC", "CONT", "ADMF", "TERR")


def _traits(row: Row) -> int:
    nature = _NATURE if row.feature_class in {"H", "T", "V"} else 0
    country = _COUNTRY if row.feature_code.startswith("PCL") else 0
    return nature | country | (_SEAT if row.feature_code.startswith(_SEATS) else 0)


def _codes(row: Row) -> tuple[tuple[str, str], ...]:
    """Return the codes of a row, and of a country the one that all its places have."""
    own = (
        (("iso3166-1-alpha2", row.country_code),) if row.feature_code in _STATES and row.country_code else ()
    )
    return (*own, *row.codes)


def _government(traits: int, kind: int) -> int:
    """Return the bit of a government for a name (not a rare alternate one) of a country, capital or seat."""
    counts = kind != NameKind.ALTERNATE or traits & _COUNTRY
    return NameKind.GOVERNMENT if counts and traits & _SEAT else 0


def _staged_names(
    row: Row, number: int, keys: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, int, int, str]]:
    arabic = row.country_code in ARABIC_SCRIPT_COUNTRIES
    for key, name in keys:
        kind = NameKind.NAME if name == row.name else NameKind.ALTERNATE
        yield key, number, int(kind), name
        if arabic and key.isascii():
            coarse = romanize(name)
            yield coarse, number, int(NameKind.ROMANIZED), name
            if coarse.startswith("al "):
                yield coarse[3:], number, int(NameKind.ROMANIZED), name


def _names_of_tables() -> Iterator[tuple[str, int, str]]:
    for table, column, kind in (
        ("demonyms.tsv", "demonym", NameKind.DEMONYM),
        ("abbreviations.tsv", "abbreviation", NameKind.ABBREVIATION),
    ):
        for entry in lexicon.table(table):
            yield entry["place_id"], int(kind), entry[column]


def _ids_of_tables() -> frozenset[str]:
    return frozenset(place_id for place_id, _, _ in _names_of_tables())
