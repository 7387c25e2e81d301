"""Tables: `.csv`, `.tsv` and `.tab` with a header, one article a row.

The delimiter is the one under which the header names a text column; columns are found by their usual
names (`COLUMNS`) or named by the caller. Rows stream: one record of at most `MAX_ARTICLE_BYTES`
characters is held at a time. A row that cannot be read is an item with the line it begins in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from geomap.articles.building import FIELDS, Context, Item, build, is_blank
from geomap.errors import ArticleError
from geomap.reading.records import TableRow, listed, loosely, read_records
from geomap.reading.streams import Line

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


class _Header(NamedTuple):
    """How many columns there are, and which of them holds which field."""

    width: int
    columns: dict[str, int]


def read_table(lines: Iterator[Line], context: Context) -> Iterator[Item]:
    """Yield one item for each row that is not blank."""

    def names_a_text(cells: Sequence[str]) -> bool:
        return "text" in _columns(cells, context.columns)

    table = read_records(lines, context.path, is_header=names_a_text, charset=context.charset)
    header = _header(table.header, context)
    empty = True
    for record in table.rows:
        empty = False
        yield record if isinstance(record, ArticleError) else _article(record, header, context)
    if empty:
        yield ArticleError("is a table without rows", path=context.path)


# --- the header ------------------------------------------------------------------------------


def _header(row: TableRow, context: Context) -> _Header:
    """Find the fields in the header. Raises ArticleError where a column is missing."""
    path, line = context.path, row.line
    columns = _columns(row.cells, context.columns)
    there = listed(row.cells)
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


# --- rows ------------------------------------------------------------------------------------


def _article(row: TableRow, header: _Header, context: Context) -> Item:
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
