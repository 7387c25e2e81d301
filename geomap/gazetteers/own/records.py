"""A file of places as records: the values of a row by the names of their columns, and its geometry.

Tables are read like articles' tables (separator and encoding are found out); everything else is read by GDAL
in `vectors`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from geomap.errors import ArticleError, GazetteerBuildError
from geomap.gazetteers.own.columns import has_places
from geomap.reading.encoding import GUESSED
from geomap.reading.records import TableRow, read_records
from geomap.reading.streams import split_lines

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

TABLES = frozenset({".csv", ".tsv", ".tab", ".txt"})
VECTORS = frozenset({".geojson", ".json", ".gpkg", ".shp", ".zip"})


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a file: `row` counts lines of a table and features of other files, from 1.

    `geometry` is in degrees WGS84; None where the row has none.
    """

    row: int
    values: Mapping[str, str]
    geometry: BaseGeometry | None = None


Item = Record | GazetteerBuildError


@dataclass(slots=True)
class Source:
    """A file that was opened: its columns, its rows, and what is odd about it.

    `spatial` tells whether rows have geometries, rather than columns of degrees.
    """

    path: str
    header: Sequence[str]
    items: Iterator[Item]
    spatial: bool
    header_row: int | None = None
    notes: list[str] = field(default_factory=list)


@contextmanager
def open_source(
    path: Path, *, columns: Mapping[str, str], layer: str | None = None, crs: str | None = None
) -> Iterator[Source]:
    """Open a file of places, and close it at the end. Raises GazetteerBuildError for one that is none."""
    ending = path.suffix.lower()
    if not path.is_file():
        problem = "is no file" if path.exists() else "there is no such file"
        raise GazetteerBuildError(problem, path=str(path))
    if ending in TABLES:
        if layer is not None or crs is not None:
            message = "is a table, which has no layers and is in degrees WGS84"
            raise GazetteerBuildError(message, path=str(path))
        with path.open("rb") as stream:
            yield _table(path, stream, columns)
        return
    if ending not in VECTORS:
        endings = ", ".join(sorted(TABLES | VECTORS))
        message = f"is of no form that is read: there are {endings}"
        raise GazetteerBuildError(message, path=str(path))
    from geomap.gazetteers.own.vectors import open_vector

    yield open_vector(path, layer=layer, crs=crs)


def _table(path: Path, stream: BinaryIO, columns: Mapping[str, str]) -> Source:
    def is_header(cells: Sequence[str]) -> bool:
        try:
            return has_places(cells, columns)
        except ValueError:
            return False

    try:
        table = read_records(split_lines(stream), str(path), is_header=is_header)
    except ArticleError as error:
        raise GazetteerBuildError(error.problem, path=error.path, line=error.line) from error
    header = [cell.strip() for cell in table.header.cells]
    source = Source(str(path), header, iter(()), spatial=False, header_row=table.header.line)
    source.items = _records(table.rows, source)
    return source


def _records(rows: Iterator[TableRow | ArticleError], source: Source) -> Iterator[Item]:
    for row in rows:
        if isinstance(row, ArticleError):
            yield GazetteerBuildError(row.problem, path=source.path, line=row.line)
            continue
        if GUESSED in row.flags and not source.notes:
            source.notes.append("its encoding is not stated, and was guessed")
        if any(map(str.strip, row.cells[len(source.header) :])):
            problem = f"has {len(row.cells)} cells where the header has {len(source.header)}"
            yield GazetteerBuildError(problem, path=source.path, line=row.line)
            continue
        values: dict[str, str] = {}
        for column, cell in zip(source.header, row.cells, strict=False):
            values.setdefault(column, cell)
        yield Record(row.line, values)
