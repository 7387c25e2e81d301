"""The forms of articles at a glance: which reader takes which file.

| form | what is read | reader |
|---|---|---|
| .txt .md .markdown | one text | plain.py |
| .jsonl .ndjson .json | one object a line; one object or a list | json.py |
| .html .htm .xhtml | the main text of a page | html.py |
| .csv .tsv .tab | one row each | tables.py |
| .rss .atom .rdf .xml | one entry each | feeds.py |
| .zip .gz | files of these forms | archives.py |

Laws of every reader, bytes in, `Article` or `ArticleError` out, one at a time:
- A text is never altered once it is there. Where the file is the text (.txt, .jsonl), offsets count
  the code points of the file; where it has to be extracted (a page, a feed), of what was extracted.
  What cannot be decoded becomes U+FFFD, one code point each, flagged "replaced_characters".
- What is wrong with one article is an item among the others, or ends its file.
- Reading streams: at most one article, of `MAX_ARTICLE_BYTES` or less, is held at a time.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import PurePath

from geomap.articles.building import Context, Item
from geomap.articles.feeds import find_root, is_feed, read_feed
from geomap.articles.html import read_html
from geomap.articles.json import read_json, read_json_lines
from geomap.articles.plain import read_text
from geomap.articles.tables import read_table
from geomap.errors import ArticleError
from geomap.reading.encoding import decode
from geomap.reading.streams import UTF8_BOM, Line

Reader = Callable[[Iterator[Line], Context], Iterator[Item]]

_SNIFF_LINES = 10_000
_SNIFF_BYTES = 65_536


def read_any(lines: Iterator[Line], context: Context) -> Iterator[Item]:
    """Read what names no form: JSON lines, a page, a feed, or else one text, as its beginning shows."""
    opening, size = [], 0
    for line in lines:
        opening.append(line)
        size += len(line.data)
        if line.too_long or line.number == _SNIFF_LINES or size > _SNIFF_BYTES or _shows(line.data):
            break
    # A prolog may stand on lines of its own.
    opening += itertools.islice(lines, 100) if opening and opening[-1].data.lstrip().startswith(b"<") else ()
    reader = _sniffed(b"".join(line.data for line in opening))
    yield from reader(itertools.chain(opening, lines), context)


def _shows(data: bytes) -> bool:
    return bool(data.removeprefix(UTF8_BOM).strip())


def _sniffed(data: bytes) -> Reader:
    head = data[:_SNIFF_BYTES].removeprefix(UTF8_BOM).lstrip()
    if head.startswith(b"{"):
        return read_json_lines
    root = find_root(decode(data[:_SNIFF_BYTES]).text).name
    if is_feed(root):
        return read_feed
    return read_html if root == "html" or head[:9].lower() == b"<!doctype" else read_text


def _read_xml(lines: Iterator[Line], context: Context) -> Iterator[Item]:
    """Read a feed, or a page in XHTML; refuse XML of another kind."""
    opening = list(itertools.islice(lines, 100))
    root = find_root(decode(b"".join(line.data for line in opening)[:_SNIFF_BYTES]).text).name
    reader = read_html if root == "html" else read_feed
    yield from reader(itertools.chain(opening, lines), context)


FORMS: dict[str, Reader] = {
    ".txt": read_text,
    ".md": read_text,
    ".markdown": read_text,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".json": read_json,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".csv": read_table,
    ".tsv": read_table,
    ".tab": read_table,
    ".rss": read_feed,
    ".atom": read_feed,
    ".rdf": read_feed,
    ".xml": _read_xml,
}
ARCHIVES = (".gz", ".zip")

CONTENT_TYPES: dict[str, Reader] = {
    "text/html": read_html,
    "application/xhtml+xml": read_html,
    "text/csv": read_table,
    "text/tab-separated-values": read_table,
    "text/markdown": read_text,
    "application/json": read_json,
    "application/jsonl": read_json_lines,
    "application/x-ndjson": read_json_lines,
    "application/rss+xml": read_feed,
    "application/atom+xml": read_feed,
    "application/rdf+xml": read_feed,
    "application/xml": _read_xml,
    "text/xml": _read_xml,
}

# What people have besides, and how it becomes one of the forms.
_ADVICE = {
    "is a PDF; save its text as .txt": (".pdf",),
    "save it as .txt or .html": (".doc", ".docx", ".odt", ".rtf", ".pages", ".epub"),
    "save the sheet as .csv": (".xls", ".xlsx", ".ods", ".numbers", ".parquet"),
    "save the page as .html": (".mht", ".mhtml", ".webarchive", ".warc"),
    "save the message as .txt": (".eml", ".msg", ".mbox"),
    "unpack it first": (".tar", ".tgz", ".7z", ".rar", ".bz2", ".xz", ".zst", ".lz4"),
}
_ADVICE_OF = {ending: advice for advice, endings in _ADVICE.items() for ending in endings}


def ending_of(path: str) -> str:
    """Return the ending of a file's name in lower case, with its dot."""
    return PurePath(path).suffix.lower()


def unread(path: str) -> ArticleError:
    """Say that a file is in no form that geomap reads, and what can be done."""
    ending = ending_of(path)
    known = ", ".join(sorted((*FORMS, *ARCHIVES)))
    hint = _ADVICE_OF.get(ending) or f"it reads {known}"
    return ArticleError(f"is not in a form that geomap reads: {hint}", path=path)
