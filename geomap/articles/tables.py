"""Tables: `.csv`, `.tsv` and `.tab` with a header, one article a row.

The delimiter is the one under which the header names a text column; columns are found by their usual
names (`COLUMNS`) or named by the caller. Rows stream: one record of at most `MAX_ARTICLE_BYTES`
characters is held at a time. A row that cannot be read is an item with the line it begins in.

Quoting is read as spreadsheets write it (RFC 4180), and leniently where they do not. A quotation
mark that is never closed would swallow the rest of the file: its line is reported and reading goes
on with the next one.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from geomap.articles.building import FIELDS, Context, Item, build, is_blank
from geomap.articles.decoding import Piece, decoded_lines
from geomap.articles.streams import MAX_ARTICLE_BYTES, Line
from geomap.errors import ArticleError

# The names under which spreadsheets, databases and exports of news carry each field, compared without
# case, blanks, "_", "-" and ".". The first that is there is taken.
COLUMNS: dict[str, tuple[str, ...]] = {
    # "notes": ACLED's events. "summary" and "description" come last: they often stand beside a text.
    "text": (
        "text", "fulltext", "articletext", "body", "bodytext", "articlebody", "content", "contents",
        "maintext", "cleantext", "plaintext", "article", "story", "document", "notes", "transcript",
        "message", "summary", "snippet", "excerpt", "abstract", "description",
    ),
    "title": ("title", "headline", "articletitle", "header", "heading", "subject"),
    # "event_id_cnty": ACLED.
    "id": (
        "id", "articleid", "docid", "documentid", "guid", "uuid", "uid", "newsid", "storyid", "eventidcnty",
        "eventid",
    ),
    "published": (
        "published", "publishedat", "publishdate", "publicationdate", "publishedon", "publisheddate",
        "pubdate", "datepublished", "date", "articledate", "datetime", "eventdate", "createdat", "created",
        "timestamp",
    ),
    "source": (
        "source", "sourcename", "outlet", "publisher", "publication", "newspaper", "site", "sitename",
        "domain", "media", "medium", "feed",
    ),
    "url": ("url", "link", "permalink", "canonicalurl", "articleurl", "sourceurl", "webpage", "address"),
    "language": ("language", "lang", "languagecode"),
}  # fmt: skip

# As many columns as a spreadsheet holds (Excel and LibreOffice); who has more holds no articles.
MAX_COLUMNS = 16_384
_DELIMITERS = ",;\t|"
_HEAD_CHARACTERS = 1_000_000
_LISTED = 20
# How often a file may be taken up again behind a mark that is never closed: each costs a pass.
_RESUMES = 10
_PUNCTUATION = re.compile(r"[\W_]+")
_SEPARATOR_LINE = re.compile(rf"sep=([{_DELIMITERS}])\s*", re.IGNORECASE)


class _Row(NamedTuple):
    """A record, the line it begins in, and what is odd about its bytes."""

    line: int
    cells: list[str]
    flags: tuple[str, ...]


class _Header(NamedTuple):
    """How many columns there are, and which of them holds which field."""

    width: int
    columns: dict[str, int]


def read_table(lines: Iterator[Line], context: Context) -> Iterator[Item]:
    """Yield one item for each row that is not blank."""
    pieces = decoded_lines(lines, context.path, charset=context.charset)
    head = list(_head(pieces))
    if head and (match := _SEPARATOR_LINE.fullmatch(head[0].text)):
        delimiter = match[1]
        del head[0]
    else:
        delimiter = _delimiter(head, context)
    records = _records(itertools.chain(head, pieces), context.path, delimiter)
    first = next(
        (row for row in records if isinstance(row, ArticleError) or any(map(str.strip, row.cells))), None
    )
    if first is None or isinstance(first, ArticleError):
        raise first or ArticleError("is empty", path=context.path)
    header = _header(first, context)
    empty = True
    for record in records:
        if isinstance(record, ArticleError):
            empty = False
            yield record
        elif any(map(str.strip, record.cells)):
            empty = False
            yield _article(record, header, context)
    if empty:
        yield ArticleError("is a table without rows", path=context.path)


# --- the header ------------------------------------------------------------------------------


def _head(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Yield the first lines, enough to hold a header."""
    characters = 0
    for piece in pieces:
        yield piece
        characters += len(piece.text)
        if characters > _HEAD_CHARACTERS or piece.problem:
            return


def _delimiter(head: Sequence[Piece], context: Context) -> str:
    """Choose the delimiter under which the header names a text column, then the most columns."""

    def worth(delimiter: str) -> tuple[bool, int]:
        try:
            cells = next((cells for cells in _reader(text, delimiter) if any(cells)), [])
        except csv.Error:
            return False, 0
        return "text" in _columns(cells, context.columns), len(cells)

    text = [piece.text for piece in head]
    return max(_DELIMITERS, key=worth)


def _header(row: _Row, context: Context) -> _Header:
    """Find the fields in the header. Raises ArticleError where a column is missing."""
    path, line = context.path, row.line
    if len(row.cells) > MAX_COLUMNS:
        problem = f"has {len(row.cells):,} columns; geomap reads at most {MAX_COLUMNS:,}"
        raise ArticleError(problem, path=path, line=line)
    columns = _columns(row.cells, context.columns)
    there = _listed(row.cells)
    for field, name in context.columns.items():
        if field not in columns:
            problem = f"has no column {name!r} for {field}; its columns are {there}"
            raise ArticleError(problem, path=path, line=line)
    if "text" not in columns:
        problem = f"has no text column among {there}; name it with --column text=NAME"
        raise ArticleError(problem, path=path, line=line)
    return _Header(len(row.cells), columns)


def _columns(cells: Sequence[str], named: Mapping[str, str]) -> dict[str, int]:
    """Return the column of each field that the header names; what the caller named goes first."""
    exact: dict[str, int] = {}
    loose: dict[str, int] = {}
    for number, cell in enumerate(cells):
        exact.setdefault(cell.strip(), number)
        loose.setdefault(loosely(cell), number)
    found = {field: next((loose[name] for name in COLUMNS[field] if name in loose), None) for field in FIELDS}
    for field, name in named.items():
        found[field] = exact.get(name.strip(), loose.get(loosely(name) or name))
    return {field: number for field, number in found.items() if number is not None}


def loosely(name: str) -> str:
    """Return a name without case, blanks and marks, as names of columns are compared."""
    return _PUNCTUATION.sub("", name).lower()


def _listed(cells: Sequence[str]) -> str:
    """Return the names of the columns for a message."""
    names = [repr(cell.strip()[:40]) for cell in cells[:_LISTED]]
    more = f" and {len(cells) - _LISTED:,} more" if len(cells) > _LISTED else ""
    return ", ".join(names) + more


# --- rows ------------------------------------------------------------------------------------


def _article(row: _Row, header: _Header, context: Context) -> Item:
    path, line = context.path, row.line
    if any(map(str.strip, row.cells[header.width :])):
        # Which of its cells the text is, and how much of it, is anyone's guess.
        problem = f"has {len(row.cells)} cells where the header has {header.width}: is a text not quoted?"
        return ArticleError(problem, path=path, line=line)
    values = {field: row.cells[column] for field, column in header.columns.items() if column < len(row.cells)}
    if is_blank(values.get("text", "")):
        return ArticleError("has an empty text", path=path, line=line)
    for field in FIELDS:
        if field not in ("text", "title"):
            values[field] = values.get(field, "").strip()
    return build(values, origin=f"{path}:{line}", flags=row.flags)


def _records(pieces: Iterator[Piece], path: str, delimiter: str) -> Iterator[_Row | ArticleError]:
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


def _rows(feed: _Feed, path: str, delimiter: str) -> Iterator[_Row | ArticleError]:
    """Yield the rows up to one that cannot be read, whose lines stay in the feed."""
    reader = _reader(feed, delimiter)
    try:
        for cells in reader:
            if feed.stopped:
                # Only an open quotation mark asks for a line behind the last one.
                return
            line, flags = feed.pieces[0].number, {flag for piece in feed.pieces for flag in piece.flags}
            feed.pieces = []
            yield _Row(line, cells, tuple(sorted(flags)))
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
