"""A gazetteer in one SQLite file, read only, opened in milliseconds.

The embedded one comes with the package; `geomap.gazetteers.build` makes others.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Self

from geomap import lexicon
from geomap.errors import GazetteerFormatError, GazetteerNotFound
from geomap.gazetteers.fuzzy import GEOPARSING, SEARCH, Strictness
from geomap.gazetteers.names import TableNames, TrieNames
from geomap.gazetteers.nearby import box_around, radii_km
from geomap.gazetteers.relations import border_of, codes_of, dispute_of, shape_of
from geomap.gazetteers.rows import parse_bbox
from geomap.gazetteers.schema import FORMAT, split_names, written_name
from geomap.gazetteers.sounds import rows_of_names_like
from geomap.geo import distance_km
from geomap.model import Candidate, Dispute, Match, Name, NameKind, Place, PlaceDetails, Point
from geomap.protocols import NameIndex
from geomap.text import fold, romanize

_COLUMNS = (
    "id, place.name, lat, lon, feature_class, feature_code, country_code, admin1_code, admin2_code, "
    "population, radius_km, bbox, parent_id, curated, precedence, name_count"
)
_LOOKUP = f"""
SELECT {_COLUMNS}, prominence, kind, name.name
FROM name JOIN place ON place.number = name.place
WHERE key = ? AND (kind & 16) = ?
"""  # noqa: S608 - only constants of this module
_PLACE = f"SELECT {_COLUMNS} FROM place WHERE id = ?"  # noqa: S608
_COUNTRY = f"""
SELECT {_COLUMNS} FROM place WHERE feature_class = 'A' AND country_code = ? AND admin1_code IN ('', '00')
AND (feature_code LIKE 'PCL%' OR feature_code = 'TERR') ORDER BY prominence DESC, id LIMIT 1
"""  # noqa: S608
_DIVISION = f"""
SELECT {_COLUMNS} FROM place WHERE feature_class = 'A' AND feature_code = ? AND country_code = ?
AND admin1_code = ? AND admin2_code IN (?, '') ORDER BY admin2_code DESC, id LIMIT 1
"""  # noqa: S608
_NAMES_OF = "SELECT names FROM names JOIN place ON place.number = names.place WHERE id = ?"
_POPULATED = f"""
SELECT {_COLUMNS} FROM place WHERE feature_class = 'P' AND lat BETWEEN ? AND ?
AND (lon BETWEEN ? AND ? OR lon + 360 BETWEEN ? AND ? OR lon - 360 BETWEEN ? AND ?)
AND feature_code NOT IN ('PPLCH', 'PPLH', 'PPLQ', 'PPLW')
"""  # noqa: S608
_ANYWHERE = f"""
SELECT {_COLUMNS} FROM place WHERE lat BETWEEN ? AND ?
AND (lon BETWEEN ? AND ? OR lon + 360 BETWEEN ? AND ? OR lon - 360 BETWEEN ? AND ?)
"""  # noqa: S608
_BY_CODE = f"""
SELECT {_COLUMNS} FROM code JOIN place ON place.number = code.place WHERE value = ?
GROUP BY place.number ORDER BY prominence DESC, id
"""  # noqa: S608
_NEIGHBORS = f"""
SELECT {_COLUMNS} FROM place WHERE number IN (
    SELECT other FROM neighbor JOIN place ON place.number = neighbor.place WHERE id = ?
) ORDER BY id
"""  # noqa: S608
_CACHED_LOOKUPS = 4096
_LONGEST_ACRONYM = 4
_MAPPED_BYTES = 1 << 40
"""The file is read as memory that all processes share, up to what SQLite allows (2 GB by default)."""


def embedded_path() -> Path:
    """Return where the gazetteer that comes with the package lies."""
    return Path(str(resources.files("geomap.gazetteers").joinpath("embedded.sqlite")))


class SqliteGazetteer:
    """A gazetteer file, by default the embedded one.

    Raises GazetteerNotFound, and GazetteerFormatError for a file of another form.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or embedded_path()
        if not self.path.is_file():
            message = f"no gazetteer at {self.path}"
            raise GazetteerNotFound(message)
        uri = f"{self.path.resolve().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._connection.execute(f"PRAGMA mmap_size = {_MAPPED_BYTES}")
        try:
            self._meta = dict(self._connection.execute("SELECT key, value FROM meta"))
        except sqlite3.DatabaseError as error:
            self._connection.close()
            message = f"{self.path} is no gazetteer: {error}"
            raise GazetteerFormatError(message) from error
        if self._meta.get("format") != str(FORMAT):
            self._connection.close()
            message = f"{self.path} has format {self._meta.get('format')}, not {FORMAT}"
            raise GazetteerFormatError(message)
        self._cached_lookup = lru_cache(maxsize=_CACHED_LOOKUPS)(self._lookup)
        self._cached_ancestors = lru_cache(maxsize=_CACHED_LOOKUPS)(self._ancestors)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @property
    def name(self) -> str:
        """What the gazetteer is called: "embedded", or the namespace of a user's own places."""
        return str(self._meta["name"])

    @property
    def fingerprint(self) -> str:
        """Name, version and digest of the rows."""
        return f"{self.name}@{FORMAT}+{self._meta['digest'][:16]}"

    @property
    def counts(self) -> Mapping[str, int]:
        """Places by kind, names, curated rows."""
        counts: dict[str, int] = json.loads(self._meta["counts"])
        return counts

    @property
    def credits(self) -> str:
        """Sources, licenses and attribution of the place data."""
        return str(self._meta["credits"])

    def lookup(self, name: str, *, limit: int = 50) -> Sequence[Candidate]:
        """Return the places of that name, the most prominent first, then by id.

        Where no name fits as it is, names romanized from Arabic script are compared by their sounds, then
        all names by the rules of transliteration, strictly: `similar` is the generous way.
        """
        return self._cached_lookup(name, limit)

    def _lookup(self, name: str, limit: int) -> tuple[Candidate, ...]:
        name = name.encode(errors="replace").decode()  # half a character is nothing that SQLite takes
        key = fold(name)
        found = self._by_key(name, key, limit)
        if not found and key:
            found = self._without_generic_word(name, limit)
        if not found and key.isascii() and key:
            found = tuple(self._named(name, romanize(name), NameKind.ROMANIZED)[:limit])
        return found or tuple(self.similar(name, strictness=GEOPARSING, limit=limit))

    def similar(self, name: str, *, strictness: Strictness = SEARCH, limit: int = 10) -> Sequence[Candidate]:
        """Return places whose names are like a name: the most alike first, then by prominence, then by id.

        They are marked TRANSLITERATED where the rules of transliteration led to them, else FUZZY.
        """
        found = self._similar(name, strictness)
        for rest, classes in () if found else lexicon.without_generic_word(name):
            found = found or [each for each in self._similar(rest, strictness) if _fits(each.place, classes)]
        return found[:limit]

    def _similar(self, name: str, strictness: Strictness) -> list[Candidate]:
        rows = rows_of_names_like(self._connection, name, query=_LOOKUP, strictness=strictness)
        return [replace(_candidate(row, "", name), match=match) for row, name, match in rows]

    def _by_key(self, name: str, key: str, limit: int) -> tuple[Candidate, ...]:
        """Believe capitals of up to four letters: "EU" is not the town of Eu, "LA" no place called La."""
        found = self._named(name, key, 0) if key else []
        if name.isupper() and (len(name) <= _LONGEST_ACRONYM or "." in name):
            found = [each for each in found if each.matched_name == name] or found
        short = [each for each in found if each.match is Match.ABBREVIATION and each.matched_name == name]
        return tuple((short or found)[:limit])

    def _named(self, asked: str, key: str, romanized: int) -> list[Candidate]:
        """Return the places of a key in their order, each once, by its own name before another one."""
        best: dict[str, tuple[tuple[int, bool, str], Sequence[Any]]] = {}
        for row in self._connection.execute(_LOOKUP, (key, romanized)):
            name = written_name(key, row[-1])
            rank = (row[-2], name != asked, name)
            if row[0] not in best or rank < best[row[0]][0]:
                best[row[0]] = rank, row
        ordered = sorted(best.values(), key=lambda each: (-each[1][-3], each[1][0]))
        return [_candidate(row, asked, rank[2]) for rank, row in ordered]

    def _without_generic_word(self, name: str, limit: int) -> tuple[Candidate, ...]:
        """Look "Adamawa State" up as an ADM of the name Adamawa, "Khabur River" as a water."""
        rest, classes = next(lexicon.without_generic_word(name), ("", frozenset()))
        return tuple(each for each in self._by_key(name, rest, limit) if _fits(each.place, classes))

    def place(self, place_id: str) -> Place | None:
        """Return the place of that id, or None."""
        try:
            row = self._connection.execute(_PLACE, (place_id,)).fetchone()
        except UnicodeEncodeError:  # half a character, which no id holds
            return None
        return None if row is None else _place(row)

    def by_code(self, code: str) -> Sequence[Place]:
        """Return the places of a code of any scheme (SY-HL, OSAP, a P-code), the most prominent first."""
        return [_place(row) for row in self._connection.execute(_BY_CODE, (code.upper(),))]

    def names_of(self, place: Place) -> Sequence[Name]:
        """Return all names of a place with their languages, the display name first."""
        row = self._connection.execute(_NAMES_OF, (place.id,)).fetchone()
        names = split_names(row[0]) if row else ()
        return [Name(place.name), *(name for name in names if name.text != place.name)]

    def details(self, place: Place) -> PlaceDetails:
        """Return all that is known of a place, in one call."""
        ancestors = tuple(self.ancestors(place))
        return PlaceDetails(
            place=place,
            kind=lexicon.feature(place.feature_code).kind,
            ancestors=ancestors,
            names=tuple(self.names_of(place)),
            codes=codes_of(self._connection, place.id),
            dispute=self._dispute(place, *ancestors),
        )

    def _dispute(self, *places: Place) -> Dispute | None:
        """Return the dispute about the first of the places that has one."""
        found = (dispute_of(self._connection, place.id) for place in places)
        return next((dispute for dispute in found if dispute is not None), None)

    def ancestors(self, place: Place) -> Sequence[Place]:
        """Return the places that contain this one, the nearest first, its country (then continent) last."""
        return self._cached_ancestors(place)

    def _ancestors(self, place: Place) -> tuple[Place, ...]:
        chain: dict[str, Place] = {}
        parent = self.place(place.parent_id) if place.parent_id else None
        while parent is not None and parent.id not in chain and parent.id != place.id:
            chain[parent.id] = parent
            parent = self.place(parent.parent_id) if parent.parent_id else None
        outer = [
            found for found in chain.values() if not lexicon.is_country(found) and found.feature_class == "L"
        ]
        inner = [found for found in chain.values() if found not in outer]
        ordered = {found.id: found for found in (*inner, *self._by_codes(place), *outer)}
        ordered.pop(place.id, None)
        return tuple(sorted(ordered.values(), key=level))

    def _by_codes(self, place: Place) -> list[Place]:
        found: list[Place | None] = []
        if place.admin2_code and place.feature_code != "ADM1":
            found.append(self._division("ADM2", place))
        if place.admin1_code and place.admin1_code != "00":
            found.append(self._division("ADM1", place))
        if place.country_code:
            row = self._connection.execute(_COUNTRY, (place.country_code,)).fetchone()
            country = None if row is None else _place(row)
            found.append(country)
            found.append(self.place(country.parent_id) if country and country.parent_id else None)
        return [each for each in found if each is not None]

    def _division(self, code: str, place: Place) -> Place | None:
        admin2 = place.admin2_code if code == "ADM2" else ""
        query = (code, place.country_code, place.admin1_code, admin2)
        row = self._connection.execute(_DIVISION, query).fetchone()
        return None if row is None else _place(row)

    def nearest(
        self, point: Point, *, limit: int = 1, max_km: float = 100.0, kinds: frozenset[str] = frozenset()
    ) -> Sequence[Place]:
        """Return the populated places nearest to a point, by distance, then by id; former ones left out.

        A few ms; a file without the index for this takes a tenth of a second. With `kinds`, GeoNames classes
        and codes, places of these kinds, whatever they are: that reads the whole file.
        """
        found: list[tuple[float, Place]] = []
        query = _ANYWHERE if kinds else _POPULATED
        for radius_km in [max_km] if kinds else radii_km(max_km):
            box = box_around(point, radius_km=radius_km)
            rows = self._connection.execute(query, (box.south, box.north, *(box.west, box.east) * 3))
            places = [place for place in map(_place, rows) if not kinds or _fits(place, kinds)]
            found = [(distance_km(point, place.point), place) for place in places]
            found = [each for each in found if each[0] <= radius_km]
            if len(found) >= limit:
                break
        found.sort(key=lambda each: (each[0], each[1].id))
        return [place for _, place in found[:limit]]

    @cached_property
    def _names(self) -> NameIndex:
        blobs = dict(self._connection.execute("SELECT name, data FROM blob"))
        return TrieNames(trie=blobs["trie"], facts=blobs["facts"]) if blobs else TableNames(self._connection)

    def names(self) -> NameIndex:
        """Return all names, for matchers."""
        return self._names

    def geometry(self, place: Place) -> dict[str, Any] | None:
        """Return the place's area or line as a GeoJSON MultiPolygon or MultiLineString, or None.

        Coordinates are [lon, lat] in degrees WGS84.
        """
        return shape_of(self._connection, place.id)

    def neighbors(self, place: Place) -> Sequence[Place]:
        """Return the countries beside a country, the ADM1 beside an ADM1, by id; others have none."""
        return [_place(row) for row in self._connection.execute(_NEIGHBORS, (place.id,))]

    def border(self, place: Place, other: Place) -> dict[str, Any] | None:
        """Return the land border of two countries as a GeoJSON MultiLineString, or None."""
        return border_of(self._connection, place.id, other.id)


_LEVELS = {"ADM5": 1, "ADM4": 2, "ADM3": 3, "ADM2": 4, "ADM1": 5}


def level(place: Place) -> int:
    """Return how much a place contains: 0 for a settlement, 1 to 5 for divisions, more for what is larger."""
    if lexicon.is_country(place):
        return 7
    if place.feature_class == "L":
        return 8 if place.feature_code == "CONT" or not place.country_code else 6
    return _LEVELS.get(place.feature_code, 0)


def _place(row: Sequence[Any]) -> Place:
    return Place(
        id=row[0], name=row[1], point=Point(lat=row[2], lon=row[3]), feature_class=row[4],
        feature_code=row[5], country_code=row[6], admin1_code=row[7], admin2_code=row[8],
        population=row[9], radius_km=row[10], bbox=parse_bbox(row[11]), parent_id=row[12],
        curated=bool(row[13]), precedence=row[14],
    )  # fmt: skip


def _candidate(row: Sequence[Any], asked: str, name: str) -> Candidate:
    match = _match(asked, NameKind(row[-2]), name)
    return Candidate(place=_place(row), matched_name=name, match=match, name_count=row[15])


def _fits(place: Place, classes: frozenset[str]) -> bool:
    return place.feature_class in classes or place.feature_code in classes


def _match(asked: str, kind: NameKind, name: str) -> Match:
    if kind is NameKind.DEMONYM:
        return Match.DEMONYM
    if kind is NameKind.ABBREVIATION:
        return Match.ABBREVIATION
    if kind is NameKind.ROMANIZED:
        return Match.TRANSLITERATED
    if kind is NameKind.ALTERNATE:
        return Match.ALTERNATE
    return Match.EXACT if asked == name else Match.FOLDED
