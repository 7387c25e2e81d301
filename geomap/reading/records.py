"""Records of tables out of lines of text, as spreadsheets write them (RFC 4180), and leniently where not.

Records stream: one of at most `MAX_ARTICLE_BYTES` characters is held at a time. A quotation mark that is
never closed would swallow the rest of the file: its line is reported and reading goes on with the next one.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from geomap.errors import ArticleError
from geomap.reading.decoding import Piece, decoded_lines
from geomap.reading.streams import MAX_ARTICLE_BYTES, Line

# As many columns as a spreadsheet holds (Excel and LibreOffice); who has more holds no rows.
MAX_COLUMNS = 16_384
_DELIMITERS = ",;\t|"
_HEAD_CHARACTERS = 1_000_000
_LISTED = 20
# How often a file may be taken up again behind a mark that is never closed: each costs a pass.
_RESUMES = 10
_PUNCTUATION = re.compile(r"[\W_]+")
_SEPARATOR_LINE = re.compile(rf"sep=([{_DELIMITERS}])\s*", re.IGNORECASE)


class TableRow(NamedTuple):
    """A record, the line it begins in, and what is odd about its bytes."""

    line: int
    cells: list[str]
    flags: tuple[str, ...]


class Table(NamedTuple):
    """The header of a table, and its records that are not blank; an error for each that cannot be read."""

    header: TableRow
    rows: Iterator[TableRow | ArticleError]


def read_records(
    lines: Iterator[Line],
    path: str,
    *,
    is_header: Callable[[Sequence[str]], bool],
    charset: str | None = None,
) -> Table:
    """Return a table; its delimiter is the one under which `is_header` holds, then the one of most columns.

    Raises ArticleError for a file that is empty, binary, or has too many columns.
    """
    pieces = decoded_lines(lines, path, charset=charset)
    head = list(_head(pieces))
    if head and (match := _SEPARATOR_LINE.fullmatch(head[0].text)):
        delimiter = match[1]
        del head[0]
    else:
        delimiter = _delimiter(head, is_header)
    records = _records(itertools.chain(head, pieces), path, delimiter)
    rows = (row for row in records if isinstance(row, ArticleError) or any(map(str.strip, row.cells)))
    first = next(rows, None)
    if first is None or isinstance(first, ArticleError):
        raise first or ArticleError("is empty", path=path)
    if len(first.cells) > MAX_COLUMNS:
        problem = f"has {len(first.cells):,} columns; geomap reads at most {MAX_COLUMNS:,}"
        raise ArticleError(problem, path=path, line=first.line)
    return Table(first, rows)


def loosely(name: str) -> str:
    """Return a name without case, blanks and marks, as names of columns are compared."""
    return _PUNCTUATION.sub("", name).lower()


def listed(cells: Sequence[str]) -> str:
    """Return the names of the columns for a message."""
    names = [repr(cell.strip()[:40]) for cell in cells[:_LISTED]]
    more = f" and {len(cells) - _LISTED:,} more" if len(cells) > _LISTED else ""
    return ", ".join(names) + more


def _head(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Yield the first lines, enough to hold a header."""
    characters = 0
    for piece in pieces:
        yield piece
        characters += len(piece.text)
        if characters > _HEAD_CHARACTERS or piece.problem:
            return


def _delimiter(head: Sequence[Piece], is_header: Callable[[Sequence[str]], bool]) -> str:
    def worth(delimiter: str) -> tuple[bool, int]:
        try:
            cells = next((cells for cells in _reader(text, delimiter) if any(cells)), [])
        except csv.Error:
            return False, 0
        return is_header(cells), len(cells)

    text = [piece.text for piece in head]
    return max(_DELIMITERS, key=worth)


def _records(pieces: Iterator[Piece], path: str, delimiter: str) -> Iterator[TableRow | ArticleError]:
    """Yield the records, and an error for each that cannot be read."""
    unclosed = 0
    while unclosed < _RESUMES:
        feed = _Feed(pieces)
        yield from _rows(feed, path, delimiter)
        if not feed.pieces:
            return
        problem = feed.pieces[0].problem or "has a quotation mark that is never closed"
        yield ArticleError(problem, path=path, line=feed.pieces[0].number)
        # The lines behind the one that is wrong are read again, as rows of their own.
        unclosed += not feed.pieces[0].problem
        pieces = itertools.chain(feed.pieces[1:], pieces)
    yield ArticleError("has too many rows that are never closed; the rest is not read", path=path)


def _rows(feed: _Feed, path: str, delimiter: str) -> Iterator[TableRow | ArticleError]:
    """Yield the rows up to one that cannot be read, whose lines stay in the feed."""
    reader = _reader(feed, delimiter)
    try:
        for cells in reader:
            if feed.stopped:
                # Only an open quotation mark asks for a line behind the last one.
                return
            line, flags = feed.pieces[0].number, {flag for piece in feed.pieces for flag in piece.flags}
            feed.pieces = []
            yield TableRow(line, cells, tuple(sorted(flags)))
    except csv.Error as error:
        yield ArticleError(f"is not a row: {error}", path=path, line=feed.pieces[0].number)
        del feed.pieces[1:]


class _Feed:
    """The lines of a file for `csv.reader`; `pieces` are those of the record that is being read.

    It stops at a line that is too long, and where a record is.
    """

    def __init__(self, source: Iterator[Piece]) -> None:
        self._source = source
        self.pieces: list[Piece] = []
        self.stopped = False

    def __iter__(self) -> Iterator[str]:
        size = 0
        for piece in self._source:
            size = len(piece.text) + (size if self.pieces else 0)
            self.pieces.append(piece)
            if piece.problem or size > MAX_ARTICLE_BYTES:
                break
            yield piece.text
        self.stopped = True


def _reader(lines: Iterator[str] | Sequence[str] | _Feed, delimiter: str) -> Iterator[list[str]]:
    # The limit is the process's: it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_ARTICLE_BYTES))
    return csv.reader(lines, delimiter=delimiter)
