"""Build a gazetteer file from tables: place data, curated rows, demonyms, abbreviations.

The file is SQLite with two blobs beside the rows: all folded names as a MARISA trie (Yata 2011) and their
facts, so that matching in running text needs no query. A digest of the ordered rows (not of the file, whose
bytes carry SQLite's version) pins the content.
Runs when the wheel is built, never when geomap runs. What cannot be built stops it, with file and line.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import marisa_trie

from geomap import lexicon
from geomap.errors import GazetteerBuildError
from geomap.gazetteers.rows import Row, drop_twins, merge_curated, read_curated, read_places
from geomap.gazetteers.schema import FACTS, FORMAT, INSERT_PLACE, ROMANIZED, SCHEMA, shorten_name
from geomap.model import NameKind
from geomap.text import fold, romanize

ARABIC_SCRIPT_COUNTRIES = frozenset(
    "AE AF BH DJ DZ EG EH ER IL IQ IR JO KM KW LB LY MA MR OM PK PS QA SA SD SO SY TD TN TR YE".split()  # noqa: SIM905
)
"""Countries whose names reach English by romanization from Arabic script, or (TR, IL, PK) partly so."""

_NameRow = tuple[str, int, int, str]


@dataclass(slots=True)
class Report:
    """What was built: counts by kind of row, and the digest of the ordered rows."""

    digest: str = ""
    counts: dict[str, int] = field(default_factory=dict)


def build(
    target: Path,
    *,
    places: Sequence[Path],
    curated: Sequence[Path] = (),
    areas: Path | None = None,
    credits_text: str = "",
) -> Report:
    """Write a gazetteer file from place tables (.tsv or .tsv.xz), later ones augmenting earlier ones.

    Raises GazetteerBuildError, which names file and line.
    """
    rows: dict[str, Row] = {}
    for path in places:
        for row in read_places(path):
            rows[row.id] = row
    written = [row for path in curated for row in read_curated(path)]
    merge_curated(rows, written)
    drop_twins(rows, written)
    ordered = sorted(rows.values(), key=lambda row: row.id)
    numbers = {row.id: number for number, row in enumerate(ordered, start=1)}
    names = sorted(set(_names(ordered, numbers)))
    report = Report(digest=_digest(ordered, names))
    report.counts = _counts(ordered, names, written)
    temporary = target.with_name(target.name + ".part")
    temporary.unlink(missing_ok=True)
    connection = sqlite3.connect(temporary)
    try:
        with connection:
            _write(connection, ordered, numbers, names, areas)
            _write_meta(connection, report, credits_text)
        connection.execute("VACUUM")
    finally:
        connection.close()
    temporary.replace(target)
    return report


def _names(rows: Sequence[Row], numbers: dict[str, int]) -> Iterator[_NameRow]:
    for row in rows:
        yield from _names_of(row, numbers[row.id])
    for table, column, kind in (
        ("demonyms.tsv", "demonym", NameKind.DEMONYM),
        ("abbreviations.tsv", "abbreviation", NameKind.ABBREVIATION),
    ):
        for entry in lexicon.table(table):
            number = numbers.get(entry["place_id"])
            key = fold(entry[column])
            if number is not None and key:
                yield key, number, int(kind), entry[column]


def _names_of(row: Row, number: int) -> Iterator[_NameRow]:
    arabic = row.country_code in ARABIC_SCRIPT_COUNTRIES
    for position, name in enumerate((row.name, *row.names)):
        key = fold(name)
        if not key:
            continue
        kind = NameKind.NAME if position == 0 else NameKind.ALTERNATE
        yield key, number, int(kind), name
        if arabic and key.isascii():
            coarse = romanize(name)
            yield coarse, number, int(NameKind.ROMANIZED), name
            if coarse.startswith("al "):
                yield coarse[3:], number, int(NameKind.ROMANIZED), name


def _digest(rows: Iterable[Row], names: Iterable[_NameRow]) -> str:
    """Return the digest of rows and written names; their keys follow Python's Unicode version."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(repr(row.columns()).encode())
    written = {(number, kind, name) for _, number, kind, name in names if kind != NameKind.ROMANIZED}
    for name in sorted(written):
        digest.update(repr(name).encode())
    return digest.hexdigest()


def _counts(rows: Iterable[Row], names: Iterable[_NameRow], written: Sequence[Row]) -> dict[str, int]:
    counts = {"places": 0, "names": 0, "curated rows": len(written)}
    for row in rows:
        counts["places"] += 1
        kind = lexicon.feature(row.feature_code).kind
        counts[kind] = counts.get(kind, 0) + 1
    counts["names"] = sum(1 for name in names if name[2] != NameKind.ROMANIZED)
    return counts


def _write(
    connection: sqlite3.Connection,
    rows: Sequence[Row],
    numbers: dict[str, int],
    names: Sequence[_NameRow],
    areas: Path | None,
) -> None:
    connection.executescript(SCHEMA)
    name_counts: dict[int, int] = {}
    for _, number, kind, _ in names:
        if kind in {NameKind.NAME, NameKind.ALTERNATE}:
            name_counts[number] = name_counts.get(number, 0) + 1
    prominence: dict[int, float] = {}
    place_rows = []
    for row in rows:
        number = numbers[row.id]
        count = name_counts.get(number, 1)
        prominence[number] = lexicon.prominence(row.place(), count)
        place_rows.append((number, *row.columns(), round(prominence[number], 4), count))
    connection.executemany(INSERT_PLACE, place_rows)
    connection.executemany(
        "INSERT INTO name VALUES (?, ?, ?, ?)",
        ((key, number, kind, shorten_name(key, name)) for key, number, kind, name in names),
    )
    _write_trie(connection, names, prominence, {numbers[row.id]: row for row in rows})
    if areas is not None:
        _write_areas(connection, areas, numbers)


def _write_trie(
    connection: sqlite3.Connection,
    names: Sequence[_NameRow],
    prominence: dict[int, float],
    rows: dict[int, Row],
) -> None:
    facts: dict[str, tuple[int, int, int]] = {}
    for key, number, kind, _ in names:
        if kind == NameKind.ROMANIZED:
            key = ROMANIZED + key  # noqa: PLW2901 - the trie holds both kinds of keys
        kinds, best, places = facts.get(key, (0, number, 0))
        if prominence[number] > prominence[best]:
            best = number
        facts[key] = (kinds | kind | _government(rows[number], kind), best, places + 1)
    trie = marisa_trie.Trie(sorted(facts))
    packed = bytearray(FACTS.size * len(facts))
    for key, at in trie.items():
        kinds, best, places = facts[key]
        nature = NameKind.NATURE if rows[best].feature_class in _NATURE else 0
        FACTS.pack_into(
            packed, at * FACTS.size, kinds | nature, round(prominence[best] * 255), min(places, 255)
        )
    connection.executemany(
        "INSERT INTO blob VALUES (?, ?)", [("trie", trie.tobytes()), ("facts", bytes(packed))]
    )


_NATURE = frozenset({"H", "T", "V"})
_SEATS = ("PCL", "PPLC", "CONT", "ADMF", "TERR")


def _government(row: Row, kind: int) -> int:
    """Return the bit of a government for a name (not a rare alternate one) of a country, capital or seat."""
    counts = kind != NameKind.ALTERNATE or row.feature_code.startswith("PCL")
    return NameKind.GOVERNMENT if counts and row.feature_code.startswith(_SEATS) else 0


def _write_areas(connection: sqlite3.Connection, path: Path, numbers: dict[str, int]) -> None:
    try:
        areas: dict[str, Any] = json.loads(lzma.decompress(path.read_bytes()))
    except (lzma.LZMAError, ValueError) as error:
        raise GazetteerBuildError(str(error), path=str(path)) from error
    for place_id, coordinates in sorted(areas.items()):
        number = numbers.get(place_id)
        if number is not None:
            packed = zlib.compress(json.dumps(coordinates, separators=(",", ":")).encode(), 9)
            connection.execute("INSERT INTO area VALUES (?, ?)", (number, packed))


def _write_meta(connection: sqlite3.Connection, report: Report, credits_text: str) -> None:
    meta = {
        "format": str(FORMAT),
        "digest": report.digest,
        "counts": json.dumps(report.counts),
        "credits": credits_text,
    }
    connection.executemany("INSERT INTO meta VALUES (?, ?)", sorted(meta.items()))
