"""Bytes of one file, line by line: how long an article may be, and what is no text.

Nothing here knows a form. A reader gets an iterator of lines, so that files, members of archives
and bodies of addresses are read alike, and at most one article is held at a time.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from geomap.errors import ArticleError

# News articles have some thousand bytes; the longest reports of aid agencies stay under 2 MB.
MAX_ARTICLE_BYTES = 20_000_000

UTF8_BOM = b"\xef\xbb\xbf"
UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}

_SKIP_BYTES = 65_536
_SNIFF_BYTES = 8_192
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


class Line(NamedTuple):
    """A line as bytes, with its end; one that is too long has none."""

    number: int
    data: bytes
    too_long: bool


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


def checked(line: Line, path: str) -> bytes:
    """Return the bytes of a line. Raises ArticleError if it is too long."""
    if line.too_long:
        raise too_long(path, line.number)
    return line.data


def too_long(path: str, line: int | None = None) -> ArticleError:
    """Say that an article is longer than geomap reads."""
    return ArticleError(f"is longer than {MAX_ARTICLE_BYTES // 1_000_000} MB", path=path, line=line)


def whole(lines: Iterator[Line], path: str) -> bytes:
    """Join the lines of a file. Raises ArticleError if it is empty, binary, or too long."""
    data = bytearray()
    for line in lines:
        data += checked(line, path)
        if len(data) > MAX_ARTICLE_BYTES:
            raise too_long(path, line.number)
    if not data or looks_binary(data):
        problem = "looks binary" if data else "is empty"
        raise ArticleError(problem, path=path)
    return bytes(data)


def looks_binary(data: bytes | bytearray) -> bool:
    """Tell whether the first bytes are a known mark, or more than a twentieth are control bytes."""
    if data.startswith(_MAGIC):
        return True
    if data.startswith(tuple(UTF16)):
        return False
    head = data[:_SNIFF_BYTES]
    controls = len(head) - len(head.translate(None, _CONTROLS))
    # A few NULs in a short text are a fault of its source, and stay.
    return controls > 4 and controls * 20 > len(head)  # noqa: PLR2004
