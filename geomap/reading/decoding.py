"""Lines of text out of lines of bytes, without holding the file: for forms whose articles stream.

Until the first byte that is not ASCII every encoding reads alike; there, what is read of the file
up to `_LOOK_AHEAD_BYTES` further decides for all of it. UTF-16 is told by its mark.
"""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from geomap.errors import ArticleError
from geomap.reading.encoding import GUESSED, REPLACED, decode_as, guess, known
from geomap.reading.streams import MAX_ARTICLE_BYTES, UTF8_BOM, UTF16, Line, looks_binary

_LOOK_AHEAD_BYTES = 100_000
_TOO_LONG = f"is longer than {MAX_ARTICLE_BYTES // 1_000_000} MB"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class Piece(NamedTuple):
    """A line as text, with its end; `problem` says why one has none."""

    number: int
    text: str
    flags: tuple[str, ...] = ()
    problem: str = ""


def decoded_lines(lines: Iterator[Line], path: str, *, charset: str | None = None) -> Iterator[Piece]:
    """Yield the lines as text; a lone CR ends a line too. Raises ArticleError for a binary file."""
    first = next(lines, None)
    if first is None or looks_binary(first.data):
        problem = "looks binary" if first else "is empty"
        raise ArticleError(problem, path=path)
    waiting = deque([first])
    if encoding := UTF16.get(first.data[:2]):
        return _numbered(_two_bytes(_joined(waiting, lines), encoding))
    if first.data.startswith(UTF8_BOM):
        waiting[0] = first._replace(data=first.data.removeprefix(UTF8_BOM))
        charset = "utf-8"
    return _numbered(_one_byte(_joined(waiting, lines), charset))


def _joined(waiting: deque[Line], lines: Iterator[Line]) -> Iterator[Line]:
    while waiting:
        yield waiting.popleft()
    yield from lines


def _one_byte(lines: Iterator[Line], charset: str | None) -> Iterator[Piece]:
    """Decode line by line, in an encoding that keeps line ends as they are in ASCII."""
    encoding = known(charset)
    for line in lines:
        if encoding is None and not line.data.isascii():
            ahead = _ahead(line, lines)
            encoding, flags = _settled(ahead)
            yield from (_piece(each, encoding, flags) for each in ahead)
            yield from (_piece(each, encoding, flags) for each in lines)
            return
        yield _piece(line, encoding or "ascii", ())


def _ahead(line: Line, lines: Iterator[Line]) -> list[Line]:
    ahead, size = [line], len(line.data)
    while size < _LOOK_AHEAD_BYTES and (more := next(lines, None)):
        ahead.append(more)
        size += len(more.data)
    return ahead


def _settled(ahead: list[Line]) -> tuple[str, tuple[str, ...]]:
    """Return the encoding of these lines, and the flags of what is read in it."""
    data = b"".join(line.data for line in ahead)
    try:
        data.decode()
    except UnicodeDecodeError:
        guessed = guess(data)
        return guessed or "utf-8", (GUESSED,) if guessed else ()
    return "utf-8", ()


def _piece(line: Line, encoding: str, flags: tuple[str, ...]) -> Piece:
    if line.too_long:
        return Piece(line.number, "", (), _TOO_LONG)
    text, more = decode_as(line.data, encoding)
    return Piece(line.number, text, (*flags, *more) if not line.data.isascii() else ())


def _two_bytes(lines: Iterator[Line], encoding: str) -> Iterator[Piece]:
    """Decode UTF-16, whose line ends are not where its bytes are split."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    rest, first = "", True
    for line in lines:
        text = decoder.decode(line.data)
        if first:
            text, first = text.removeprefix("\ufeff"), False
        rest += text
        if "\n" in text:
            head, end, rest = rest.rpartition("\n")
            yield _wide(head + end)
        if line.too_long or len(rest) > MAX_ARTICLE_BYTES:
            # Where the next character begins is lost.
            yield Piece(0, "", (), f"{_TOO_LONG}; the rest is not read")
            return
    if rest := rest + decoder.decode(b"", final=True):
        yield _wide(rest)


def _wide(text: str) -> Piece:
    # A U+FFFD that the file itself holds is flagged too: the two cannot be told apart here.
    return Piece(0, text, (REPLACED,) if "\ufffd" in text else ())


def _numbered(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Split at lone CRs as well, and number what comes out."""
    number = 0
    for piece in pieces:
        for text in _LINE.findall(piece.text) or [""]:
            number += 1
            yield piece._replace(number=number, text=text)
