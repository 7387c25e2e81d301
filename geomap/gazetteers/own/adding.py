"""From a file of places to a layer: read, check, place, build beside, then replace.

Every row that cannot be taken is told with its number, and the others go on. Without a good row, or without
the columns that a place needs, nothing is written and the old layer stays.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geomap import lexicon
from geomap.errors import GazetteerBuildError, GazetteerError
from geomap.gazetteers.own.columns import Columns, find_columns
from geomap.gazetteers.own.drafts import Draft, Drafter
from geomap.gazetteers.own.parents import Below, Placer
from geomap.gazetteers.own.records import Source, open_source
from geomap.gazetteers.rows import Row, unite_names
from geomap.gazetteers.stack import PRECEDENCE, StackedGazetteer
from geomap.gazetteers.writer import GazetteerWriter
from geomap.model import Name, Place
from geomap.reading.records import listed

OnError = Callable[[GazetteerBuildError], None]
_KINDS_LISTED = 10


@dataclass(slots=True)
class Added:
    """What became a layer: the number of places, how many of them add to known ones, and what was odd."""

    places: int = 0
    known: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a file is to be read.

    `columns` names the column of a field; `language` is that of names whose column states none, `kind` the
    kind of rows that state none; `crs` that of a file that states none; with `first` the places go before
    their homonyms.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    layer: str | None = None
    crs: str | None = None
    language: str = ""
    kind: str = ""
    first: bool = True


def add_places(
    path: Path,
    target: Path,
    *,
    namespace: str,
    below: StackedGazetteer,
    options: Options,
    on_error: OnError,
) -> Added:
    """Build a layer of the places of a file; what is wrong with a row goes to `on_error`.

    Raises GazetteerBuildError for a file that cannot be used; the target is then as it was.
    """
    with open_source(path, columns=options.columns, layer=options.layer, crs=options.crs) as source:
        columns = _columns(source, options.columns)
        drafter = Drafter(columns, spatial=source.spatial, language=options.language, kind=options.kind)
        drafts = list(_drafts(source, drafter, on_error))
    placed = _Placed(below, drafts, namespace, options)
    rows = list(_rows(source, drafts, placed, on_error))
    if not rows:
        message = "holds no row that can be taken as a place"
        raise GazetteerBuildError(message, path=source.path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, rows, placed.geometries, namespace=namespace, file=path.name)
    except (sqlite3.Error, OSError) as error:
        message = f"{target} cannot be written: {error}"
        raise GazetteerError(message) from error
    known = sum(not row.id.startswith(f"{namespace}:") for row in rows)
    return Added(len(rows), known, [*source.notes, *_unknown_kinds(drafts)])


def _write(
    target: Path, rows: Sequence[Row], geometries: Mapping[str, dict[str, Any]], *, namespace: str, file: str
) -> None:
    with GazetteerWriter(target) as writer:
        for row in sorted(rows, key=lambda row: row.id):
            writer.add(row)
        writer.index()
        for row in rows:
            geometry = geometries.get(row.id)
            if geometry is not None:
                writer.add_shape(row.id, geometry["type"], geometry["coordinates"])
        writer.finish(
            name=namespace,
            credits_text=f"Own places ({namespace}): {file}, {len(rows):,} places.",
            counts={PRECEDENCE: sum(row.precedence > 0 for row in rows)},
        )


def _columns(source: Source, named: Mapping[str, str]) -> Columns:
    """Find the columns. Raises GazetteerBuildError where those that a place needs are missing."""
    there = listed(source.header) or "none"
    try:
        columns = find_columns(source.header, named)
    except ValueError as error:
        message = f"{error}; its columns are {there}"
        raise GazetteerBuildError(message, path=source.path, line=source.header_row) from error
    fields = columns.fields
    if "name" not in fields and not columns.place_level and "geonames_id" not in fields:
        message = f"has no column of names among {there}; name it with --column name=NAME"
        raise GazetteerBuildError(message, path=source.path, line=source.header_row)
    positioned = {"lat", "lon"} <= fields.keys() or "wkt" in fields or "geonames_id" in fields
    if not source.spatial and not positioned:
        message = (
            f"has no columns of lat and lon among {there}; name them with --column lat=NAME --column lon=NAME"
        )
        raise GazetteerBuildError(message, path=source.path, line=source.header_row)
    return columns


def _drafts(source: Source, drafter: Drafter, on_error: OnError) -> Iterator[Draft]:
    """Yield the places of the rows; the second of two rows of one id is an error."""
    rows: dict[str, int] = {}
    for item in source.items:
        if isinstance(item, GazetteerBuildError):
            on_error(item)
            continue
        try:
            draft = drafter.draft(item)
        except ValueError as error:
            on_error(GazetteerBuildError(str(error), path=source.path, line=item.row))
            continue
        key = draft.known_id or draft.code
        if key in rows:
            message = f"has the id {key!r} of row {rows[key]} as well"
            on_error(GazetteerBuildError(message, path=source.path, line=item.row))
            continue
        rows[key] = item.row
        yield draft


def _rows(source: Source, drafts: Sequence[Draft], placed: _Placed, on_error: OnError) -> Iterator[Row]:
    for draft in drafts:
        try:
            yield placed.row(draft, (Path(source.path).name, draft.row))
        except ValueError as error:
            on_error(GazetteerBuildError(str(error), path=source.path, line=draft.row))


def _unknown_kinds(drafts: Sequence[Draft]) -> Iterator[str]:
    counts = Counter(draft.unknown_kind for draft in drafts if draft.unknown_kind)
    if counts:
        told = ", ".join(f"{kind[:40]!r} ({count:,})" for kind, count in counts.most_common(_KINDS_LISTED))
        yield f"kinds that geomap does not know, kept as places of no kind: {told}"


class _Placed:
    """Makes rows of drafts. `geometries` are those of the rows made so far, by id."""

    def __init__(
        self, below: StackedGazetteer, drafts: Sequence[Draft], namespace: str, options: Options
    ) -> None:
        self._gazetteer = below
        self._placer = Placer(Below(below), drafts, namespace)
        self._namespace = namespace
        self._precedence = int(options.first)
        self.geometries: dict[str, dict[str, Any]] = {}

    def row(self, draft: Draft, where: tuple[str, int]) -> Row:
        """Return a draft as a row. Raises ValueError."""
        row = self._known(draft, where) if draft.known_id else self._new(draft, where)
        if draft.shape is not None and draft.shape.geometry is not None:
            self.geometries[row.id] = draft.shape.geometry
        return row

    def _known(self, draft: Draft, where: tuple[str, int]) -> Row:
        """Return a place of the gazetteer below with the names and codes of the draft added.

        Its own point, kind and display name stay.
        """
        place = self._gazetteer.place(draft.known_id)
        if place is None:
            message = f"{draft.known_id} is no place of the gazetteer below"
            raise ValueError(message)
        details = self._gazetteer.details(place)
        added = (*((Name(draft.name),) if draft.name else ()), *draft.names)
        names = unite_names((*details.names, *added), without={place.name})
        codes = dict.fromkeys((*details.codes, *_codes(draft)))
        return _row(place, names, tuple(codes), self._precedence, where)

    def _new(self, draft: Draft, where: tuple[str, int]) -> Row:
        shape = draft.shape
        if shape is None:
            message = "has no position"
            raise ValueError(message)
        lies = self._placer.where(draft, shape.point)
        return Row(
            id=f"{self._namespace}:{draft.code}",
            name=draft.name,
            names=draft.names,
            lat=shape.point.lat,
            lon=shape.point.lon,
            feature_class=lexicon.feature(draft.feature_code).feature_class,
            feature_code=draft.feature_code,
            country_code=lies.country_code,
            admin1_code=lies.admin1_code,
            admin2_code=lies.admin2_code,
            population=draft.population,
            radius_km=shape.radius_km,
            bbox=shape.bbox,
            parent_id=lies.parent_id,
            codes=_codes(draft),
            precedence=self._precedence,
            where=where,
        )


def _codes(draft: Draft) -> tuple[tuple[str, str], ...]:
    return (("pcode", draft.pcode),) if draft.pcode else ()


def _row(
    place: Place,
    names: tuple[Name, ...],
    codes: tuple[tuple[str, str], ...],
    precedence: int,
    where: tuple[str, int],
) -> Row:
    box = place.bbox
    return Row(
        id=place.id,
        name=place.name,
        names=names,
        lat=place.point.lat,
        lon=place.point.lon,
        feature_class=place.feature_class,
        feature_code=place.feature_code,
        country_code=place.country_code,
        admin1_code=place.admin1_code,
        admin2_code=place.admin2_code,
        population=place.population,
        radius_km=place.radius_km,
        bbox="" if box is None else ",".join(map(repr, (box.west, box.south, box.east, box.north))),
        parent_id=place.parent_id,
        curated=place.curated,
        codes=codes,
        precedence=precedence,
        where=where,
    )
