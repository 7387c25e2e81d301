"""Archives: `.zip`, and `.gz` of one file, of the forms that geomap reads. Nothing is written to disk.

Members are read in the order of their names; hidden ones (".", "__") are left out. An archive in an
archive is refused by its name, and the other members are read.

Limits, because a small file can claim to be a large one:
- A member, or all together, may expand to `MAX_RATIO` times the size of the archive (news as text
  expands 3 to 20 times, deflate at most 1,032 times), or to `FREE_BYTES`, whichever is more.
- An archive has at most `MAX_MEMBERS` members, of which no two share bytes.
- Members are stored or deflated: `zipfile` expands bzip2 and LZMA as far as they go, in one piece.
"""

from __future__ import annotations

import gzip
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO, BinaryIO

from geomap.articles.building import Context, Item
from geomap.articles.forms import ARCHIVES, FORMS, Reader, ending_of, read_any, unread
from geomap.errors import ArticleError
from geomap.reading.streams import MAX_ARTICLE_BYTES, split_lines

MAX_RATIO = 100
FREE_BYTES = MAX_ARTICLE_BYTES
# A year of the largest wire services, a file an article.
MAX_MEMBERS = 200_000

# What `zipfile`, `gzip` and `zlib` raise where an archive is damaged.
_BROKEN = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, ValueError)
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_METHOD_NAMES = {zipfile.ZIP_BZIP2: "bzip2", zipfile.ZIP_LZMA: "LZMA", 93: "Zstandard", 95: "xz"}
_ENCRYPTED = 0x1
_BUFFER_BYTES = 65_536


class _Budget:
    """The bytes that an archive may still expand to."""

    def __init__(self, compressed: int) -> None:
        self.left = max(FREE_BYTES, compressed * MAX_RATIO)


class _Counted(io.RawIOBase):
    """What a member expands to, as long as the budget lasts; beyond it, an ArticleError."""

    def __init__(self, stream: BinaryIO | IO[bytes] | gzip.GzipFile, budget: _Budget, path: str) -> None:
        super().__init__()
        self._stream = stream
        self._budget = budget
        self._path = path

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        """Read some bytes. Raises ArticleError where there are too many."""
        with _archive_calls(self._path):
            data = self._stream.read(len(buffer))
        self._budget.left -= len(data)
        if self._budget.left < 0:
            problem = f"expands to more than {MAX_RATIO} times its size; unpack it yourself if it is sound"
            raise ArticleError(problem, path=self._path)
        buffer[: len(data)] = data
        return len(data)


def read_archive(stream: BinaryIO, size: int, context: Context, *, name: str) -> Iterator[Item]:
    """Yield the articles of an archive of `size` bytes; `stream` has to be seekable.

    The endings of `name` say how it is packed, and what is in a `.gz`. Raises ArticleError.
    """
    if ending_of(name) == ".gz":
        yield from _read_gzip(stream, size, context, _reader_of(name[: -len(".gz")]))
    else:
        yield from _read_zip(stream, size, context)


@contextmanager
def _archive_calls(path: str) -> Iterator[None]:
    """Raise ArticleError where an archive is damaged.

    Around its own calls alone: a fault of a reader is no damage, nor is what wants the network offline.
    """
    try:
        yield
    except _BROKEN as error:
        problem = "is damaged or cut off; what is behind cannot be read"
        raise ArticleError(problem, path=path) from error
    except NotImplementedError as error:
        problem = f"is packed in a way that geomap does not read ({error})"
        raise ArticleError(problem, path=path) from error


def _read_gzip(
    stream: BinaryIO, size: int, context: Context, reader: Reader | ArticleError
) -> Iterator[Item]:
    if isinstance(reader, ArticleError):
        raise ArticleError(reader.problem, path=context.path)
    with gzip.GzipFile(fileobj=stream) as expanded:
        counted = io.BufferedReader(_Counted(expanded, _Budget(size), context.path), _BUFFER_BYTES)
        yield from reader(split_lines(counted), context)


def _reader_of(path: str) -> Reader | ArticleError:
    ending = ending_of(path)
    if ending in ARCHIVES:
        return ArticleError("is an archive in an archive: unpack it first", path=path)
    return FORMS.get(ending) or (unread(path) if ending else read_any)


# --- zip -------------------------------------------------------------------------------------


def _read_zip(stream: BinaryIO, size: int, context: Context) -> Iterator[Item]:
    with _archive_calls(context.path):
        archive = zipfile.ZipFile(stream)
    with archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if problem := _distrust(members):
            raise ArticleError(problem, path=context.path)
        shown = sorted((m for m in members if not _is_hidden(m)), key=lambda m: (m.filename, m.header_offset))
        budget = _Budget(size)
        for member in shown:
            path = f"{context.path}/{member.filename}"
            try:
                yield from _read_member(archive, member, budget, path, context)
            except ArticleError as error:
                yield error
            if budget.left < 0:
                problem = f"is not read behind {member.filename}"
                raise ArticleError(problem, path=context.path)
    if not shown:
        problem = "is an archive without articles"
        raise ArticleError(problem, path=context.path)


def _distrust(members: list[zipfile.ZipInfo]) -> str:
    """Return why an archive is not read at all, or ""."""
    if len(members) > MAX_MEMBERS:
        return f"has {len(members):,} members; geomap reads at most {MAX_MEMBERS:,}"
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < end:
            return "has members that overlap, as only a zip bomb has"
        end = member.header_offset + member.compress_size
    return ""


def _is_hidden(member: zipfile.ZipInfo) -> bool:
    return any(part.startswith((".", "__")) and part != ".." for part in PurePosixPath(member.filename).parts)


def _read_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: _Budget, path: str, context: Context
) -> Iterator[Item]:
    reader = _reader_of(path)
    if isinstance(reader, ArticleError):
        raise reader
    if not ending_of(path):
        raise unread(path)
    if member.flag_bits & _ENCRYPTED:
        problem = "is encrypted: unpack it with its password first"
        raise ArticleError(problem, path=path)
    if stat.S_ISLNK(member.external_attr >> 16):
        problem = "is a link, which is not followed"
        raise ArticleError(problem, path=path)
    if member.compress_type not in _METHODS:
        method = _METHOD_NAMES.get(member.compress_type, f"method {member.compress_type}")
        problem = f"is compressed by {method}, which geomap does not read: unpack it first"
        raise ArticleError(problem, path=path)
    with _archive_calls(path):
        stream = archive.open(member)
    with stream as expanded:
        counted = io.BufferedReader(_Counted(expanded, budget, path), _BUFFER_BYTES)
        inner = Context(path=path, columns=context.columns)
        yield from reader(split_lines(counted), inner)
