"""Fetch GeoNames' files into a folder, checked, and only what is not there already.

`checksums.json` in the folder says of each file where it is from, its version, size and SHA-256. One that is
as it says is asked for only if the server has another version; a damaged one is fetched again. Every zip is
read in full, so that each member's CRC is checked. A server that offers `SHA256SUMS`, or `.sha256` files, is
held to them.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from geomap.errors import ConfigError, GazetteerDownloadError, OfflineError
from geomap.gazetteers.transfer import NotFound, Transfer, Version, read_small
from geomap.offline import is_offline

BASE_ADDRESS = "https://download.geonames.org/export/dump/"
ALL = "all"
MANIFEST = "checksums.json"
LIMIT_BYTES = 4_000_000_000
"""Ten times the largest file of 2026."""
_COMMON = ("admin1CodesASCII.txt", "admin2Codes.txt", "countryInfo.txt", "hierarchy.zip")
_CODE = re.compile(r"[A-Z]{2}")
_SUM = re.compile(r"([0-9a-fA-F]{64})(?:\s+\*?(\S.*))?")

OnProgress = Callable[[str, int, int | None], None]
"""Is told of a file how many bytes there are, and of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the manifest says of a file."""

    url: str
    size: int
    sha256: str
    etag: str = ""
    last_modified: str = ""


def parse_countries(text: str) -> tuple[str, ...]:
    """Read "SY,IQ", or "all", which is the empty tuple. Raises ConfigError."""
    codes = tuple(dict.fromkeys(code.strip().upper() for code in text.split(",") if code.strip()))
    if codes == (ALL.upper(),):
        return ()
    wrong = [code for code in codes if not _CODE.fullmatch(code)]
    if wrong or not codes:
        message = f"{text!r} is neither all nor a list of ISO 3166-1 alpha-2 codes such as SY,IQ"
        raise ConfigError(message)
    return codes


def file_names(countries: Sequence[str]) -> list[str]:
    """Return the files for some countries, or without any for all of GeoNames, under their addresses."""
    if not countries:
        return [*_COMMON, "allCountries.zip", "alternateNamesV2.zip"]
    places = [f"{code}.zip" for code in countries]
    return [*_COMMON, *places, *(f"alternatenames/{name}" for name in places)]


def download(
    countries: Sequence[str],
    folder: Path,
    *,
    base_address: str = BASE_ADDRESS,
    on_progress: OnProgress | None = None,
    limit_bytes: int = LIMIT_BYTES,
    pause_s: float = 1.0,
) -> list[Path]:
    """Fetch what is needed for some countries, or without any for all, and return the files.

    Raises OfflineError, ConfigError for a base address that is none, GazetteerDownloadError.
    """
    if is_offline():
        message = "--download needs the network, and geomap works offline (--offline)"
        raise OfflineError(message)
    if urlsplit(base_address).scheme not in {"http", "https"} or not urlsplit(base_address).hostname:
        message = f"{base_address!r} is no http(s) address such as {BASE_ADDRESS}"
        raise ConfigError(message)
    store = _Folder(folder)
    base = base_address.rstrip("/") + "/"
    sums = _Sums(base)
    fetched = []
    for name in file_names(countries):

        def tell(done: int, total: int | None, *, name: str = name) -> None:
            if on_progress:
                on_progress(name, done, total)

        part = store.part(name)
        transfer = Transfer(
            urljoin(base, name), part, limit_bytes=limit_bytes, progress=tell, pause_s=pause_s
        )
        fetched.append(_fetch(name, urljoin(base, name), store, transfer, sums))
    return fetched


def _fetch(name: str, url: str, store: _Folder, transfer: Transfer, sums: _Sums) -> Path:
    """Bring one file up to date."""
    held = store.intact(name)
    expected = sums.of(name)
    if held and held.url == url and held.sha256 == expected:
        return store.path(name)
    same = held if held and held.url == url and expected is None else None
    version = transfer.run(unless=Version(same.etag, same.last_modified) if same else None)
    if version is None:
        return store.path(name)
    part = store.part(name)
    try:
        digest = _sha256(part)
        _check(part, url, digest, expected)
        size = part.stat().st_size
        part.replace(store.path(name))
    except OSError as error:
        if isinstance(error, GazetteerDownloadError):
            transfer.forget()
            raise
        problem = f"cannot be kept: {error.strerror or error}"
        raise GazetteerDownloadError(problem, url=url) from error
    transfer.forget()
    store.note(
        name,
        Held(url=url, size=size, sha256=digest, etag=version.etag, last_modified=version.last_modified),
    )
    return store.path(name)


def _check(part: Path, url: str, digest: str, expected: str | None) -> None:
    """Raise GazetteerDownloadError for a file that came damaged."""
    if expected is not None and digest != expected:
        problem = f"came damaged: its SHA-256 is {digest}, and the server says {expected}; try again"
        raise GazetteerDownloadError(problem, url=url)
    if not url.endswith(".zip"):
        return
    try:
        with zipfile.ZipFile(part) as archive:
            broken = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        broken = str(error) or type(error).__name__
    if broken is not None:
        problem = f"is no zip that can be read ({broken}); try again"
        raise GazetteerDownloadError(problem, url=url)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Folder:
    """Where the files lie, with their manifest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._manifest = folder / MANIFEST

    def path(self, name: str) -> Path:
        return self._folder / name

    def part(self, name: str) -> Path:
        """Return where a file is on its way, in a folder that is there. Raises GazetteerDownloadError."""
        part = self._folder / f"{name}.part"
        try:
            part.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            problem = f"cannot be made: {error.strerror or error}; choose another one with --download-folder"
            raise GazetteerDownloadError(problem, url=str(part.parent)) from error
        return part

    def intact(self, name: str) -> Held | None:
        """Return what the manifest says of a file, if the file is as it says."""
        held = self._read().get(name)
        path = self.path(name)
        try:
            if held and path.stat().st_size == held.size and _sha256(path) == held.sha256:
                return held
        except OSError:
            return None
        return None

    def note(self, name: str, held: Held) -> None:
        """Write down what a file is."""
        table = {key: asdict(value) for key, value in sorted((self._read() | {name: held}).items())}
        beside = self._manifest.with_name(f"{MANIFEST}.part")
        beside.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
        beside.replace(self._manifest)

    def _read(self) -> dict[str, Held]:
        """Return the manifest, empty where it cannot be read: then all is fetched again."""
        try:
            table: Mapping[str, Mapping[str, object]] = json.loads(self._manifest.read_text("utf-8"))
            return {name: Held(**entry) for name, entry in table.items()}  # type: ignore[arg-type]
        except (OSError, ValueError, TypeError, AttributeError):
            return {}


class _Sums:
    """The checksums that a server offers: one list for all, else a file beside each; GeoNames has neither."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._list = _parse_sums(_read_if_there(f"{base}SHA256SUMS"))
        self._beside = not self._list

    def of(self, name: str) -> str | None:
        """Return the SHA-256 of a file, None where the server says nothing of it."""
        if name in self._list or not self._beside:
            return self._list.get(name)
        text = _read_if_there(f"{self._base}{name}.sha256")
        # One that is missing tells that the others are: a question less for each file.
        self._beside = bool(text)
        return next(iter(_parse_sums(text, name=name).values()), None)


def _read_if_there(url: str) -> str:
    try:
        return read_small(url).decode("utf-8", "replace")
    except NotFound:
        return ""


def _parse_sums(text: str, *, name: str = "") -> dict[str, str]:
    found = (_SUM.fullmatch(line.strip()) for line in text.split("\n"))
    return {
        name or match[2].removeprefix("./"): match[1].lower()
        for match in found
        if match and (name or match[2])
    }
