"""GeoNames' files: which is what, by its name and its columns, and their lines with their numbers.

A line is read in pieces of at most LONGEST_LINE_BYTES, and a zip is read without unpacking it, so that no
file, however broken, takes more memory than that.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from geomap.errors import GazetteerBuildError

LONGEST_LINE_BYTES = 262_144
"""GeoNames keeps a place's alternate names below 10,000 characters, and all else is short."""
_BUFFER_BYTES = 1 << 20
_LOOKED_AT = 20
_ENCRYPTED = 0x1

OnError = Callable[[GazetteerBuildError], None]


class Kind(Enum):
    """What a file holds."""

    PLACES = "places"
    ALTERNATES = "alternate names"
    HIERARCHY = "hierarchy"
    ADMIN1 = "first-order divisions"
    ADMIN2 = "second-order divisions"
    COUNTRIES = "countries"


_COLUMNS: dict[Kind, frozenset[int]] = {
    Kind.PLACES: frozenset({19}),
    Kind.ALTERNATES: frozenset({8, 10}),
    Kind.HIERARCHY: frozenset({2, 3}),
    Kind.ADMIN1: frozenset({4}),
    Kind.ADMIN2: frozenset({4}),
    Kind.COUNTRIES: frozenset({19}),
}
_NAMES = (
    (re.compile(r"allcountries|no-country|cities\d+|[a-z]{2}"), Kind.PLACES),
    (re.compile(r"alternatenames(v2)?"), Kind.ALTERNATES),
    (re.compile(r"hierarchy"), Kind.HIERARCHY),
    (re.compile(r"admin1codesascii"), Kind.ADMIN1),
    (re.compile(r"admin2codes"), Kind.ADMIN2),
    (re.compile(r"countryinfo"), Kind.COUNTRIES),
)
ALTERNATES_FOLDER = "alternatenames"
"""Where GeoNames keeps the alternate names by country, under the same names as its places: SY.zip."""


class SourceFile(NamedTuple):
    """One file of GeoNames; `member` is the name inside a zip."""

    path: Path
    kind: Kind
    member: str = ""

    @property
    def where(self) -> str:
        """The file as errors name it: "SY.zip/SY.txt"."""
        return f"{self.path}/{self.member}" if self.member else str(self.path)


def find_files(paths: Sequence[Path]) -> list[SourceFile]:
    """Return GeoNames' files among the paths (files, folders), those of places in the order of their weight.

    Later ones replace what earlier ones say of a place: all countries, cities, single countries. In a folder
    everything else is passed over, and a text beside a zip of its name. Raises GazetteerBuildError.
    """
    found: dict[Path, SourceFile] = {}
    for path in paths:
        if path.is_dir():
            given = [*_listed(path), *_listed(path / ALTERNATES_FOLDER)]
            sources = [_source(each) for each in given if _kind_by_name(each) is not None]
        elif path.is_file():
            sources = [_source(path)]
        else:
            message = "there is no such file or folder"
            raise GazetteerBuildError(message, path=str(path))
        found |= {source.path.resolve(): source for source in sources}
    if not any(source.kind is Kind.PLACES for source in found.values()):
        message = "no places of GeoNames, such as SY.zip, allCountries.zip or cities500.txt"
        raise GazetteerBuildError(message, path=", ".join(map(str, paths)))
    return sorted(found.values(), key=_weight)


def _listed(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    files = [each for each in sorted(folder.iterdir()) if each.suffix.lower() in {".zip", ".txt"}]
    zipped = {each.stem for each in files if each.suffix.lower() == ".zip"}
    return [each for each in files if each.suffix.lower() == ".zip" or each.stem not in zipped]


def _weight(source: SourceFile) -> tuple[bool, bool, str, str]:
    stem = source.path.stem.lower()
    return not stem.startswith("allcountries"), not stem.startswith("cities"), stem, str(source.path)


def _kind_by_name(path: Path) -> Kind | None:
    stem = path.stem.lower()
    kind = next((kind for pattern, kind in _NAMES if pattern.fullmatch(stem)), None)
    if kind is Kind.PLACES and path.parent.name.lower() == ALTERNATES_FOLDER:
        return Kind.ALTERNATES
    return kind


def _source(path: Path) -> SourceFile:
    """Say what a file is. Raises GazetteerBuildError for one that is not GeoNames', by name or by columns."""
    by_name = _kind_by_name(path)
    source = SourceFile(path, by_name or Kind.PLACES, _member(path))
    columns = _columns(source)
    if columns in _COLUMNS[source.kind]:
        return source
    if source.kind is Kind.PLACES and columns in _COLUMNS[Kind.ALTERNATES]:
        return source._replace(kind=Kind.ALTERNATES)
    if columns == 0:
        message = "is empty"
    elif by_name is None:
        message = f"is no file of GeoNames: neither its name nor its columns ({columns}) are known"
    else:
        wanted = " or ".join(map(str, sorted(_COLUMNS[source.kind])))
        message = f"has {columns} columns, not the {wanted} of GeoNames' {source.kind.value}"
    raise GazetteerBuildError(message, path=source.where)


def _member(path: Path) -> str:
    """Return which member of a zip holds its lines, "" for a plain file."""
    if path.suffix.lower() != ".zip":
        return ""
    with _told(str(path)), zipfile.ZipFile(path) as archive:
        texts = [each for each in archive.infolist() if each.filename.lower().endswith(".txt")]
        same = [each for each in texts if Path(each.filename).stem.lower() == path.stem.lower()]
        chosen = same or [each for each in texts if not _aside(each.filename)]
    if len(chosen) != 1:
        message = f"holds no {path.stem}.txt"
        raise GazetteerBuildError(message, path=str(path))
    if chosen[0].flag_bits & _ENCRYPTED:
        message = "is encrypted"
        raise GazetteerBuildError(message, path=str(path))
    return chosen[0].filename


def _aside(member: str) -> bool:
    return Path(member).stem.lower() in {"readme", "iso-languagecodes"}


def _columns(source: SourceFile) -> int:
    """Return the commonest number of columns among the first lines; a comment and a blank line have none."""
    counts: list[int] = []
    for _, line in lines(source, on_error=_pass_over):
        counts.append(line.count("\t") + 1)
        if len(counts) == _LOOKED_AT:
            break
    return max(counts, key=counts.count, default=0)


def _pass_over(_: GazetteerBuildError) -> None:
    """Leave a bad line to who reads the file in full."""


def lines(source: SourceFile, *, on_error: OnError) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers, from 1; comments, blank lines and a line of column names left out.

    A line that is too long or not UTF-8 goes to `on_error`. Raises GazetteerBuildError for a broken file.
    """
    with _told(source.where), _opened(source) as stream:
        for number, raw in enumerate(_raw_lines(stream), start=1):
            problem = ""
            try:
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
            except UnicodeDecodeError as error:
                problem = f"is not UTF-8: {error.reason} at byte {error.start}"
            if len(raw) > LONGEST_LINE_BYTES:
                problem = f"is longer than {LONGEST_LINE_BYTES:,} bytes"
            if problem:
                on_error(GazetteerBuildError(problem, path=source.where, line=number))
            elif line and not line.startswith("#") and not (number == 1 and _names_columns(line)):
                yield number, line


def _names_columns(line: str) -> bool:
    return "geonameid" in line.lower().split("\t")


def _raw_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield lines, of a too long one only its beginning."""
    while raw := stream.readline(LONGEST_LINE_BYTES + 1):
        yield raw
        while len(raw) > LONGEST_LINE_BYTES and not raw.endswith(b"\n"):
            raw = stream.readline(LONGEST_LINE_BYTES + 1)


@contextmanager
def _opened(source: SourceFile) -> Iterator[BinaryIO]:
    if not source.member:
        with source.path.open("rb", buffering=_BUFFER_BYTES) as stream:
            yield stream
        return
    with (
        zipfile.ZipFile(source.path) as archive,
        archive.open(source.member) as inner,
        # zipfile's own readline is slow.
        io.BufferedReader(cast("io.RawIOBase", inner), _BUFFER_BYTES) as stream,
    ):
        yield cast("BinaryIO", stream)


@contextmanager
def _told(where: str) -> Iterator[None]:
    """Say of which file an error of reading is."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        message = f"is a broken zip, or cut short: {error or type(error).__name__}; fetch it again"
        raise GazetteerBuildError(message, path=where) from error
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        raise GazetteerBuildError(message, path=where) from error
