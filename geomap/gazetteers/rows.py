"""Rows of places as tables hold them: read, checked with file and line, curated rows merged in."""

from __future__ import annotations

import lzma
import math
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path

from geomap import lexicon
from geomap.errors import GazetteerBuildError
from geomap.gazetteers.schema import split_codes, split_names
from geomap.geo import distance_km
from geomap.model import BBox, Dispute, Name, Place, Point
from geomap.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One place with its names, the display name apart; `bbox` as written: "west,south,east,north" or empty.

    `where` is the file and line that the row comes from.
    """

    id: str
    name: str
    names: tuple[Name, ...]
    lat: float
    lon: float
    feature_class: str
    feature_code: str
    country_code: str
    admin1_code: str
    admin2_code: str
    population: int
    radius_km: float
    bbox: str
    parent_id: str
    curated: bool = False
    precedence: int = 0
    codes: tuple[tuple[str, str], ...] = ()
    where: tuple[str, int] = ("", 0)

    def columns(self) -> tuple[str | int | float, ...]:
        """Return the cells of the place table, in its order, from the id on."""
        return (
            self.id, self.name, self.lat, self.lon, self.feature_class, self.feature_code,
            self.country_code, self.admin1_code, self.admin2_code, self.population, self.radius_km,
            self.bbox, self.parent_id, int(self.curated), self.precedence,
        )  # fmt: skip

    def place(self) -> Place:
        """Return the row as a place. Raises ValueError for coordinates out of range."""
        return Place(
            id=self.id, name=self.name, point=Point(lat=self.lat, lon=self.lon),
            feature_class=self.feature_class, feature_code=self.feature_code,
            country_code=self.country_code, admin1_code=self.admin1_code, admin2_code=self.admin2_code,
            population=self.population, bbox=parse_bbox(self.bbox), radius_km=self.radius_km,
            parent_id=self.parent_id, curated=self.curated, precedence=self.precedence,
        )  # fmt: skip


def parse_bbox(cell: str) -> BBox | None:
    """Return the box of a cell "west,south,east,north", None for an empty one. Raises ValueError."""
    if not cell:
        return None
    west, south, east, north = map(float, cell.split(","))
    return BBox(west=west, south=south, east=east, north=north)


def read_places(path: Path) -> Iterator[Row]:
    """Yield the rows of a place table (.tsv or .tsv.xz). Raises GazetteerBuildError with file and line."""
    for number, cells in _cells(path):
        with _located(path, number):
            row = Row(
                id=cells["id"], name=cells["name"], names=split_names(cells["names"]),
                lat=float(cells["lat"]), lon=float(cells["lon"]),
                feature_class=cells["feature_class"], feature_code=cells["feature_code"],
                country_code=cells["country_code"], admin1_code=cells["admin1_code"],
                admin2_code=cells["admin2_code"], population=int(cells["population"] or 0),
                radius_km=float(cells["radius_km"] or 0), bbox=cells["bbox"], parent_id=cells["parent"],
                codes=split_codes(cells.get("codes", "")), where=(path.name, number),
            )  # fmt: skip
            row.place()  # so that a bad position or box is told with its line
        yield row


def read_curated(path: Path) -> Iterator[Row]:
    """Yield the rows of a curated table; an empty lat is NaN and means "keep the base row's".

    Raises GazetteerBuildError with file and line.
    """
    for number, cells in _cells(path):
        with _located(path, number):
            code = cells["feature_code"]
            _check_curated(cells)
            row = Row(
                id=cells["id"], name=cells["name"], names=split_names(cells["aliases"]),
                lat=float(cells["lat"] or "nan"), lon=float(cells["lon"] or "nan"),
                feature_class=lexicon.feature(code).feature_class, feature_code=code,
                country_code=cells["country_code"], admin1_code="", admin2_code="",
                population=int(cells["population"] or 0), radius_km=float(cells["radius_km"] or 0),
                bbox=cells["bbox"], parent_id=cells["parent"], curated=True, where=(path.name, number),
            )  # fmt: skip
            if cells["lat"]:
                row.place()
        yield row


def _check_curated(cells: dict[str, str]) -> None:
    code = cells["feature_code"]
    if code and code not in lexicon.features():
        message = f"unknown feature code {code!r}"
        raise ValueError(message)
    if not cells["source"]:
        message = "a curated row needs a source"
        raise ValueError(message)
    if bool(cells["lat"]) != bool(cells["lon"]):
        message = "lat and lon go together"
        raise ValueError(message)


class _located:  # noqa: N801 - used as a statement
    """Turn a ValueError or KeyError of a row into a GazetteerBuildError that says where."""

    def __init__(self, path: Path, line: int) -> None:
        self.path, self.line = path, line

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ValueError | KeyError) and not isinstance(error, GazetteerBuildError):
            raise GazetteerBuildError(str(error), path=str(self.path), line=self.line) from error


def _cells(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    data = path.read_bytes()
    text = (lzma.decompress(data) if path.suffix == ".xz" else data).decode("utf-8")
    header: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if not header:
            header = cells
        elif len(cells) != len(header):
            message = f"{len(cells)} cells, not {len(header)}"
            raise GazetteerBuildError(message, path=str(path), line=number)
        else:
            yield number, dict(zip(header, cells, strict=True))


def read_disputes(path: Path) -> Iterator[tuple[str, Dispute]]:
    """Yield place id and dispute of each row of a table. Raises GazetteerBuildError with file and line."""
    for number, cells in _cells(path):
        with _located(path, number):
            dispute = Dispute(
                administered_by=_codes(cells["administered_by"]),
                claimed_by=_codes(cells["claimed_by"]),
                drawn_as=cells["drawn_as"],
                note=cells["note"],
                source=cells["source"],
            )
        yield cells["id"], dispute


def _codes(cell: str) -> tuple[str, ...]:
    return tuple(code for code in cell.split("|") if code)


def merge_curated(rows: dict[str, Row], written: Iterable[Row]) -> None:
    """Put curated rows among the others: a new id is a new place, a known one adds to its base row.

    A new row takes its ADM codes from its parent. One that only takes names away, or chooses among them, says
    nothing of whether reports mean the place. Raises GazetteerBuildError for an unknown parent.
    """
    later: list[Row] = []
    for row in written:
        base = rows.get(row.id)
        if base is None:
            later.append(row)
        else:
            rows[row.id] = _augmented(base, row)
    for row in later:
        rows[row.id] = row
    for row in later:
        rows[row.id] = _with_codes(row, rows)
    _put_seats_into_districts(rows, later)


_DROPS = "-"
"""Before an alias of a curated row it takes that name from the base row: "-Gilbert and Ellice Islands"."""


def _augmented(base: Row, row: Row) -> Row:
    name = row.name or base.name
    dropped = {alias.text.removeprefix(_DROPS) for alias in row.names if alias.text.startswith(_DROPS)}
    added = [alias for alias in row.names if not alias.text.startswith(_DROPS)]
    names = unite_names((Name(base.name), *added, *base.names), without={name, *dropped})
    keeps_point = math.isnan(row.lat)
    return replace(
        base,
        name=name,
        names=names,
        lat=base.lat if keeps_point else row.lat,
        lon=base.lon if keeps_point else row.lon,
        feature_class=row.feature_class if row.feature_code else base.feature_class,
        feature_code=row.feature_code or base.feature_code,
        population=row.population or base.population,
        radius_km=row.radius_km or base.radius_km,
        bbox=row.bbox or base.bbox,
        parent_id=row.parent_id or base.parent_id,
        curated=base.curated or bool(added or row.feature_code or row.radius_km or not keeps_point),
    )


def _with_codes(row: Row, rows: dict[str, Row]) -> Row:
    if math.isnan(row.lat):
        message = f"{row.id} has no position and augments no known place"
        raise GazetteerBuildError(message, path=row.where[0], line=row.where[1])
    if not row.parent_id:
        return row
    chain: list[Row] = []
    parent = rows.get(row.parent_id)
    while parent is not None and parent not in chain:
        chain.append(parent)
        parent = rows.get(parent.parent_id)
    if not chain:
        message = f"unknown parent {row.parent_id!r} of {row.id}"
        raise GazetteerBuildError(message, path=row.where[0], line=row.where[1])
    same = [
        ancestor for ancestor in chain if ancestor.country_code == (row.country_code or ancestor.country_code)
    ]
    return replace(
        row,
        country_code=row.country_code or _first(ancestor.country_code for ancestor in same),
        admin1_code=_first(ancestor.admin1_code for ancestor in same),
        admin2_code=_first(ancestor.admin2_code for ancestor in same),
    )


_DISTRICT_KM = 60.0


def _put_seats_into_districts(rows: dict[str, Row], written: Iterable[Row]) -> None:
    """Give a new town the ADM2 of its name around it, so that the two are not taken for strangers.

    The ADM2 lies in the town's ADM1, and its point within 60 km or its own radius. Costs when wrong: a town
    beside its namesake district counts as within it.
    """
    districts: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows.values():
        if row.feature_code == "ADM2" and row.admin2_code:
            for name in {fold(row.name), *(fold(each.text) for each in row.names)}:
                districts.setdefault((row.country_code, row.admin1_code, name), []).append(row)
    for each in written:
        row = rows[each.id]
        if row.feature_class != "P" or row.admin2_code or not row.admin1_code:
            continue
        named = districts.get((row.country_code, row.admin1_code, fold(row.name)), ())
        point = row.place().point
        around = [
            district
            for district in named
            if distance_km(point, district.place().point) < max(_DISTRICT_KM, district.radius_km)
        ]
        if len(around) == 1:
            rows[row.id] = replace(row, admin2_code=around[0].admin2_code)


def _first(values: Iterable[str]) -> str:
    return next((value for value in values if value), "")


_TWIN_KM = 300.0
_TWIN_SPOT_KM = 10.0
_SPOTS = ("airport:", "park:", "postal:")
"""Ids of what has a point rather than an extent."""


def drop_twins(rows: dict[str, Row], written: Iterable[Row]) -> dict[str, str]:
    """Drop seas, rivers, regions of the world, airports, parks and post towns that a curated row stands for.

    Returns the id of each dropped row with the id that stands for it: its geometry belongs there now.
    Twins have the same folded name and feature class and lie within 300 km or in the curated box; airports,
    parks and post towns within 10 km. Costs when wrong: a second river of that name nearby is lost; its
    namesake answers for it.
    """
    survivors: dict[str, str] = {}
    outlines: dict[tuple[str, str], list[Row]] = {}
    for row in rows.values():
        if _is_outline(row):
            for name in (row.name, *(each.text for each in row.names)):
                outlines.setdefault((fold(name), row.feature_class), []).append(row)
    for row in written:
        if not row.id.startswith("curated:"):
            continue
        for twin in outlines.get((fold(row.name), row.feature_class), ()):
            if twin.id in rows and _near(row, twin):
                kept = rows[row.id]
                codes = tuple(dict.fromkeys((*kept.codes, *twin.codes)))
                rows[row.id] = replace(kept, names=_united(kept, twin), codes=codes)
                del rows[twin.id]
                survivors[twin.id] = row.id
    return survivors


def _united(row: Row, twin: Row) -> tuple[Name, ...]:
    return unite_names((*row.names, Name(twin.name), *twin.names), without={row.name})


def unite_names(names: Iterable[Name], *, without: AbstractSet[str] = frozenset()) -> tuple[Name, ...]:
    """Return each text once, in order, with the first language that is told for it."""
    found: dict[str, str] = {}
    for name in names:
        if name.text not in without:
            found[name.text] = found.get(name.text) or name.language
    return tuple(Name(text, language) for text, language in found.items())


def _is_outline(row: Row) -> bool:
    region = row.feature_code == "RGN" and not row.country_code and not row.curated
    return region or row.id.startswith(("ne:", "river:", "cldr:", *_SPOTS))


def _near(row: Row, twin: Row) -> bool:
    place, other = row.place(), twin.place()
    if twin.id.startswith(_SPOTS):
        return distance_km(place.point, other.point) < max(_TWIN_SPOT_KM, row.radius_km)
    inside = place.bbox is not None and other.point in place.bbox
    return inside or distance_km(place.point, other.point) < max(_TWIN_KM, row.radius_km)
