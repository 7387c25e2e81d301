"""The forms of articles: bytes in, `Article` or `ArticleError` out, one at a time.

Laws:
- A text is never altered. Line ends, NUL, combining marks and a leading U+FEFF stay, so offsets
  count the code points of the file. Only what cannot be decoded, and a lone surrogate of a JSON
  escape, becomes U+FFFD, one code point each, and is flagged "replaced_characters".
- What is wrong with one article is an item among the others, or ends its file.
- Reading streams: at most one article, of `MAX_ARTICLE_BYTES` or less, is held at a time.

Forms: `.txt`, `.md`, `.markdown` (one article; its title is the first line that reads like a
headline, else the file's name), `.jsonl`, `.ndjson` (one object a line), `.json` (one object or a
list of them). An optional value that is neither a string nor a number is left out and flagged
"unreadable_" and its key.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import string
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from geomap.articles.headlines import find_headline
from geomap.errors import ArticleError
from geomap.model import Article

# News articles have some thousand bytes; the longest reports of aid agencies stay under 2 MB.
MAX_ARTICLE_BYTES = 20_000_000

_SKIP_BYTES = 65_536
_SNIFF_BYTES = 8_192
_SNIFF_LINES = 10_000
_BOM = "\ufeff"
_BLANK = f"{string.whitespace}\0\xa0{_BOM}"
_KEYS = ("id", "title", "text", "published", "date", "source", "url", "language")
_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_MAGIC = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x89PNG",
    b"GIF87a",
    b"GIF89a",
    b"\xff\xd8\xff",  # JPEG
    b"\x7fELF",
    b"\x1f\x8b",  # gzip
    b"7z\xbc\xaf",
    b"Rar!\x1a",
    b"\xd0\xcf\x11\xe0",  # Word and Excel before 2007
    b"SQLite format 3\x00",
    b"\xff\xfe\x00\x00",  # UTF-32
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))
_SURROGATE = re.compile("[\ud800-\udfff]")

STDIN = "<stdin>"
Item = Article | ArticleError


class Line(NamedTuple):
    """A line as bytes, with its end; one that is too long has none."""

    number: int
    data: bytes
    too_long: bool


def read_any(lines: Iterator[Line], path: str) -> Iterator[Item]:
    """Read JSON lines or one text, whichever the first line that is not blank shows."""
    opening = []
    for line in lines:
        opening.append(line)
        if line.too_long or line.data.strip() or line.number == _SNIFF_LINES:
            break
    first = opening[-1].data.removeprefix(_UTF8_BOM).lstrip() if opening else b""
    read = _read_json_lines if first.startswith(b"{") else _read_text
    yield from read(itertools.chain(opening, lines), path)


def _read_text(lines: Iterator[Line], path: str) -> Iterator[Item]:
    text, replaced = _decode(_whole(lines, path))
    if not text.strip(_BLANK):
        problem = "holds no text"
        raise ArticleError(problem, path=path)
    stem = _SURROGATE.sub("\ufffd", Path(path).stem) if path != STDIN else ""
    title = find_headline(text) or stem
    flags = ("replaced_characters",) if replaced else ()
    yield Article(id=_digest(title, text), title=title, text=text, flags=flags)


def _read_json_lines(lines: Iterator[Line], path: str) -> Iterator[Item]:
    empty = True
    for line in lines:
        data = line.data.removeprefix(_UTF8_BOM) if line.number == 1 else line.data
        if not line.too_long and not data.strip():
            continue
        empty = False
        try:
            yield _article(*_parse(_checked(line, path), path, line.number), path=path, line=line.number)
        except ArticleError as error:
            if _looks_binary(data) or data.startswith(tuple(_UTF16)):
                yield ArticleError("looks binary, or is not UTF-8", path=path, line=line.number)
                return
            yield error
    if empty:
        yield ArticleError("is empty", path=path)


def _read_json(lines: Iterator[Line], path: str) -> Iterator[Item]:
    value, replaced = _parse(_whole(lines, path), path, None)
    for number, record in enumerate(value if isinstance(value, list) else [value], start=1):
        try:
            yield _article(record, replaced, path=path)
        except ArticleError as error:
            prefix = f"article {number}: " if isinstance(value, list) else ""
            yield ArticleError(prefix + error.problem, path=path)


_Reader = Callable[[Iterator[Line], str], Iterator[Item]]
ENDINGS: dict[str, _Reader] = {
    ".txt": _read_text,
    ".md": _read_text,
    ".markdown": _read_text,
    ".jsonl": _read_json_lines,
    ".ndjson": _read_json_lines,
    ".json": _read_json,
}


# --- bytes -----------------------------------------------------------------------------------


def split_lines(stream: BinaryIO) -> Iterator[Line]:
    """Yield the lines; pass over the rest of one that is too long without holding it."""
    for number in itertools.count(1):
        data = stream.readline(MAX_ARTICLE_BYTES + 1)
        if not data:
            return
        too_long = len(data) > MAX_ARTICLE_BYTES
        yield Line(number, b"" if too_long else data, too_long)
        while too_long and data and not data.endswith(b"\n"):
            data = stream.readline(_SKIP_BYTES)


def _checked(line: Line, path: str) -> bytes:
    if line.too_long:
        raise _too_long(path, line.number)
    return line.data


def _too_long(path: str, line: int) -> ArticleError:
    return ArticleError(f"is longer than {MAX_ARTICLE_BYTES // 1_000_000} MB", path=path, line=line)


def _whole(lines: Iterator[Line], path: str) -> bytes:
    """Join the lines of a file. Raises ArticleError if it is empty, binary, or too long."""
    data = bytearray()
    for line in lines:
        data += _checked(line, path)
        if len(data) > MAX_ARTICLE_BYTES:
            raise _too_long(path, line.number)
    if not data or _looks_binary(data):
        problem = "looks binary" if data else "is empty"
        raise ArticleError(problem, path=path)
    return bytes(data)


def _looks_binary(data: bytes | bytearray) -> bool:
    """Tell whether the first bytes are a known mark, or more than a twentieth are control bytes."""
    if data.startswith(_MAGIC):
        return True
    if data.startswith(tuple(_UTF16)):
        return False
    head = data[:_SNIFF_BYTES]
    controls = len(head) - len(head.translate(None, _CONTROLS))
    # A few NULs in a short text are a fault of its source, and stay.
    return controls > 4 and controls * 20 > len(head)  # noqa: PLR2004


def _decode(data: bytes) -> tuple[str, bool]:
    """Decode UTF-8, or UTF-16 that begins with its mark; tell whether characters were replaced."""
    encoding = _UTF16.get(data[:2], "utf-8")
    try:
        return data.decode(encoding), False
    except UnicodeDecodeError:
        return data.decode(encoding, "replace"), True


# --- JSON ------------------------------------------------------------------------------------


def _parse(data: bytes, path: str, line: int | None) -> tuple[object, bool]:
    """Parse JSON; tell whether characters were replaced. Raises ArticleError."""
    text, replaced = _decode(data)
    try:
        return json.loads(text.removeprefix(_BOM).rstrip(), strict=False), replaced
    except json.JSONDecodeError as error:
        problem = f"is not JSON: {error.msg}, column {error.colno}"
        raise ArticleError(problem, path=path, line=line or error.lineno) from error
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or brackets nested by the thousand.
        problem = "is JSON with a number too long or brackets too deep"
        raise ArticleError(problem, path=path, line=line) from error


def _article(record: object, replaced: bool, *, path: str, line: int | None = None) -> Article:  # noqa: FBT001
    if not isinstance(record, dict):
        problem = "is not an object with keys and values"
        raise ArticleError(problem, path=path, line=line)
    if problem := _problem(record.get("text")):
        raise ArticleError(problem, path=path, line=line)
    strings = {key: _string(record.get(key)) for key in _KEYS}
    flags = [f"unreadable_{key}" for key in _KEYS if strings[key] is None and record.get(key) is not None]
    values = {key: _SURROGATE.sub("\ufffd", value) for key, value in strings.items() if value}
    if replaced or any(values[key] != strings[key] for key in values):
        flags.append("replaced_characters")
    text, title = values["text"], values.get("title", "")
    return Article(
        id=values.get("id") or values.get("url") or _digest(title, text),
        text=text,
        title=title,
        published=values.get("published") or values.get("date"),
        source=values.get("source"),
        url=values.get("url"),
        language=values.get("language"),
        flags=tuple(sorted(flags)),
    )


def _problem(text: object) -> str:
    if text is None:
        return "has no text"
    if not isinstance(text, str):
        return "has a text that is not a string"
    return "" if text.strip(_BLANK) else "has an empty text"


def _string(value: object) -> str | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else None


def _digest(title: str, text: str) -> str:
    content = f"{title}\n{text}".encode()
    return f"sha256:{hashlib.sha256(content).hexdigest()[:16]}"
