"""A record as a place that is not yet placed: its cells checked, its id made, its parents still in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from geomap import lexicon
from geomap.gazetteers.own.cells import (
    LONGEST_NAME,
    checked_name,
    is_missing,
    plain,
    population,
    position,
    radius_km,
    shown,
)
from geomap.gazetteers.own.columns import Columns, Named
from geomap.gazetteers.own.records import Record
from geomap.gazetteers.own.shapes import Shape, read_wkt, shape_of
from geomap.model import Name
from geomap.text import fold

_SEPARATORS = re.compile(r"[|;\n]")
_NOT_CODE = re.compile(r"[^\w./+-]+")
_LONGEST_CODE = 200
_DIVISIONS = ("", "ADM1", "ADM2", "ADM3", "ADM4", "ADM5")
_AREA_KIND, _LINE_KIND, _POINT_KIND = "AREA", "", "PPL"
"""The kinds of what states none: an area, a line of unknown kind, a populated place."""


@dataclass(frozen=True, slots=True)
class Parent:
    """What a row says of a parent: its level (0 the country, -1 unknown), its names, its code."""

    level: int
    names: tuple[str, ...]
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A place of a file. `known_id` is that of a place of the gazetteer below which the row adds to.

    `code` is unique within the file; `countries` holds what was said of the country; `unknown_kind` the word
    for a kind that geomap does not know.
    """

    row: int
    code: str
    pcode: str
    known_id: str
    name: str
    names: tuple[Name, ...]
    shape: Shape | None
    feature_code: str
    unknown_kind: str
    population: int
    countries: tuple[str, ...]
    parents: tuple[Parent, ...]


class Drafter:
    """Makes drafts of the records of one file. Every method raises ValueError for a bad row."""

    def __init__(self, columns: Columns, *, spatial: bool, language: str = "", kind: str = "") -> None:
        self._columns = columns
        self._spatial = spatial
        self._language = language
        self._kind = kind_code(kind) if kind else ""

    def draft(self, record: Record) -> Draft:
        """Return the place of a record."""
        cells = _Cells(record.values, self._columns)
        known_id = _known_id(cells["geonames_id"])
        names = self._names(cells)
        if not names and not known_id:
            message = "has no name"
            raise ValueError(message)
        shape = self._shape(record, cells)
        if shape is None and not known_id:
            message = "has no geometry" if self._spatial else "has no position"
            raise ValueError(message)
        parents = tuple(self._parents(cells))
        code, pcode = self._codes(cells)
        display = names[0].text if names else ""
        stated = cells["kind"]
        feature_code = kind_code(stated) if stated else ""
        return Draft(
            row=record.row,
            code=code or slug(display, *(parent.names[0] for parent in parents[:1] if parent.names)),
            pcode=pcode,
            known_id=known_id,
            name=display,
            names=tuple(names[1:]),
            shape=shape,
            feature_code=feature_code or ("" if stated else self._usual_kind(shape)),
            unknown_kind="" if feature_code else _short(stated),
            population=population(cells["population"]),
            countries=tuple(self._countries(cells)),
            parents=parents,
        )

    def _names(self, cells: _Cells) -> list[Name]:
        """Return the names, the display name first: in English where a column says so."""
        found: list[Name] = []
        columns = self._columns
        if columns.place_level:
            level = columns.levels[columns.place_level]
            found += self._named(cells, level.names)
            found += [
                name for column in level.others for name in _split_names(cells.text(column), column.language)
            ]
        else:
            found += [Name(checked_name(cells["name"]), self._language)]
        found += self._named(cells, columns.names)
        found += _split_names(cells["aliases"], "")
        named = {name.text: name for name in reversed(found) if name.text}
        unique = [named[text] for text in dict.fromkeys(name.text for name in found if name.text)]
        english = [name for name in unique if name.language == "en"]
        return [*english[:1], *(name for name in unique if name not in english[:1])]

    def _named(self, cells: _Cells, columns: Sequence[Named]) -> Iterator[Name]:
        for column in columns:
            yield Name(checked_name(cells.text(column), column.column), column.language or self._language)

    def _shape(self, record: Record, cells: _Cells) -> Shape | None:
        radius = radius_km(cells["radius_km"])
        point = position(cells["lat"], cells["lon"]) if not self._spatial else None
        geometry = record.geometry
        if geometry is None and not is_missing(cells["wkt"]):
            geometry = read_wkt(cells["wkt"])
        if geometry is None:
            return None if point is None else Shape(point, radius_km=radius)
        shape = shape_of(geometry)
        return Shape(point or shape.point, shape.bbox, radius or shape.radius_km, shape.geometry)

    def _usual_kind(self, shape: Shape | None) -> str:
        if self._kind:
            return self._kind
        if self._columns.place_level:
            return _DIVISIONS[min(self._columns.place_level, len(_DIVISIONS) - 1)]
        if shape is None or shape.geometry is None:
            return _POINT_KIND
        return _AREA_KIND if shape.geometry["type"] == "MultiPolygon" else _LINE_KIND

    def _codes(self, cells: _Cells) -> tuple[str, str]:
        """Return the code by which the file knows the place, and its P-code, each "" where there is none."""
        level = self._columns.levels.get(self._columns.place_level) if self._columns.place_level else None
        pcode = cells.cell(level.code) if level is not None and level.code else ""
        column = self._columns.fields.get("id", "")
        if not pcode and "pcode" in column.lower().replace("_", "").replace("-", ""):
            pcode = cells["id"]
        code = cells["id"] if not is_missing(cells["id"]) else ""
        return _code(pcode if level is not None and pcode else code), _code(pcode)

    def _countries(self, cells: _Cells) -> Iterator[str]:
        level = self._columns.levels.get(0)
        found = [cells["country"]]
        if level is not None:
            found += [cells.cell(level.code), *(cells.text(each) for each in level.names)]
        yield from (_short(each) for each in found if not is_missing(each))

    def _parents(self, cells: _Cells) -> Iterator[Parent]:
        """Yield what is said of the parents, the nearest first."""
        stated = _short(cells["parent"])
        if not is_missing(stated):
            yield Parent(-1, (stated,), stated)
        for number in sorted(self._columns.levels, reverse=True):
            if number in (0, self._columns.place_level):
                continue
            level = self._columns.levels[number]
            names = [_short(cells.text(each)) for each in (*level.names, *level.others)]
            known = tuple(dict.fromkeys(name for name in names if not is_missing(name)))
            code = _short(cells.cell(level.code)) if level.code else ""
            if known or code:
                yield Parent(number, known, code)


class _Cells:
    """The cells of a record by the field that they hold; "" for what the file has not."""

    def __init__(self, values: Mapping[str, str], columns: Columns) -> None:
        self._values = values
        self._fields = columns.fields

    def __getitem__(self, field: str) -> str:
        return self.cell(self._fields.get(field, ""))

    def cell(self, column: str) -> str:
        return self._values.get(column, "").strip()

    def text(self, named: Named) -> str:
        return self.cell(named.column)


def _short(cell: str) -> str:
    """Return what may be a name, or the beginning of what is none."""
    return plain(cell[:LONGEST_NAME])


def _split_names(cell: str, language: str) -> list[Name]:
    return [Name(checked_name(each, "another name"), language) for each in _SEPARATORS.split(cell)]


def _known_id(cell: str) -> str:
    if is_missing(cell):
        return ""
    number = cell.removeprefix("geonames:")
    if not (number.isascii() and number.isdigit()):
        message = f"{shown(cell)} is no id of GeoNames such as 170063"
        raise ValueError(message)
    return f"geonames:{int(number)}"


def _code(text: str) -> str:
    """Return a code as part of an id: without blanks and what could be mistaken for a separator."""
    if len(text) > _LONGEST_CODE:
        message = f"its id has {len(text):,} characters; an id has at most {_LONGEST_CODE}"
        raise ValueError(message)
    return _NOT_CODE.sub("-", plain(text)).strip("-")


def slug(*texts: str) -> str:
    """Return texts as one word for an id: "Umm Dukhun", "Central Darfur" as umm-dukhun-central-darfur."""
    return "-".join(word for text in texts for word in fold(text).split())[:_LONGEST_CODE]


def kind_code(word: str) -> str:
    """Return the feature code of a word for a kind, or of a code itself ("PPL", "P.PPL"); "" if unknown."""
    code = word.strip().rpartition(".")[2].upper()
    if code in lexicon.features():
        return code
    folded = fold(word[:100])
    return lexicon.kinds().get(folded) or lexicon.kinds().get(folded.removesuffix("s"), "")
