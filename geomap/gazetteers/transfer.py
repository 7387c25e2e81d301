"""One file from one address: resumed where it broke off, and never mixed from two versions.

What has come lies in `.part`, with the version it is of beside it. A request goes on behind it (RFC 9110:
Range) only if the server still has that version (If-Range); else it begins anew. Proxies of the environment
are used, because many networks have no other way out. A redirect to another host is followed over https only.
"""

from __future__ import annotations

import http.client
import json
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from typing import IO, Any, NamedTuple
from urllib.parse import urlsplit

from geomap.errors import GazetteerDownloadError
from geomap.version import __version__

READ_S = 30.0
"""How long the server may be silent."""
TRIES = 5
"""So often a file is asked for when the connection breaks; each goes on where the last one stopped."""
_PAUSE_S = 1.0
_CHUNK_BYTES = 1 << 18
_PARTIAL, _NOT_MODIFIED, _NOT_FOUND, _RANGE_WRONG = 206, 304, 404, 416
_BUSY = frozenset({408, 429, 500, 502, 503, 504})
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_AGAIN = "what has come is kept, and the same command goes on from there"

Progress = Callable[[int, int | None], None]
"""Is told how many bytes there are, and of how many, None where the server does not say."""


class Version(NamedTuple):
    """What tells one version of a file from another: ETag and Last-Modified as the server sends them."""

    etag: str = ""
    last_modified: str = ""

    @property
    def strong(self) -> str:
        """What may stand in If-Range: a weak ETag does not tell whether the bytes are the same."""
        return self.last_modified if not self.etag or self.etag.startswith("W/") else self.etag


class NotFound(GazetteerDownloadError):  # noqa: N818 - named like the errors of geomap.errors
    """Say that the server has no such file."""


class _BrokenOff(Exception):  # noqa: N818
    """The connection ended before the file did."""


class Transfer:
    """One file on its way into `part`."""

    def __init__(
        self, url: str, part: Path, *, limit_bytes: int, progress: Progress, pause_s: float = _PAUSE_S
    ) -> None:
        self._url = url
        self._part = part
        self._version_path = part.with_name(f"{part.name}.json")
        self._limit_bytes = limit_bytes
        self._progress = progress
        self._pause_s = pause_s

    def run(self, *, unless: Version | None = None) -> Version | None:
        """Fetch the file into `part`; None where the server still has the version `unless`.

        Raises GazetteerDownloadError.
        """
        problem = ""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(self._pause_s * 2 ** (attempt - 1))
            try:
                return self._attempt(unless)
            except _BrokenOff as error:
                problem = str(error)
        problem += f"; {_AGAIN}"
        raise self._failed(problem)

    def forget(self) -> None:
        """Throw away what has come."""
        self._part.unlink(missing_ok=True)
        self._version_path.unlink(missing_ok=True)

    def _failed(self, problem: str) -> GazetteerDownloadError:
        return GazetteerDownloadError(problem, url=self._url)

    def _attempt(self, unless: Version | None) -> Version | None:
        held, offset = self._held()
        headers = _headers(unless)
        if offset:
            headers = {**_headers(None), "Range": f"bytes={offset}-", "If-Range": held.strong}
        try:
            with _opened(self._url, headers) as response:
                return self._received(response, held, offset)
        except urllib.error.HTTPError as error:
            with error:
                if error.code == _NOT_MODIFIED:
                    return None
                if error.code == _RANGE_WRONG and offset:
                    if error.headers.get("Content-Range", "") == f"bytes */{offset}":
                        return held  # all of it has come before
                    self.forget()
                    message = "has changed while it was fetched"
                    raise _BrokenOff(message) from error
                raise self._refused(error) from error
        except GazetteerDownloadError:
            raise
        except (TimeoutError, http.client.HTTPException, ConnectionError) as error:
            message = f"the connection broke off ({error or type(error).__name__})"
            raise _BrokenOff(message) from error
        except urllib.error.URLError as error:
            problem = f"cannot be reached: {error.reason}"
            raise self._failed(problem) from error
        except OSError as error:
            problem = f"cannot be kept in {self._part.parent}: {error.strerror or error}"
            raise self._failed(problem) from error

    def _held(self) -> tuple[Version, int]:
        """Return what there is already: its version, and how many bytes; none where that cannot be told."""
        try:
            told: dict[str, str] = json.loads(self._version_path.read_text("utf-8"))
            version = Version(told["etag"], told["last_modified"])
            if told["url"] == self._url and version.strong:
                return version, self._part.stat().st_size
        except (OSError, ValueError, KeyError, TypeError):
            pass
        self.forget()
        return Version(), 0

    def _received(self, response: Any, held: Version, offset: int) -> Version:
        """Take the body. Raises _BrokenOff and GazetteerDownloadError."""
        version = Version(response.headers.get("ETag", ""), response.headers.get("Last-Modified", ""))
        start, total = _extent(response.status, response.headers)
        if response.headers.get_content_type() == "text/html":
            problem = "answers with a page instead of the file; is there a log-in in this network?"
            raise self._failed(problem)
        if start and (start != offset or version != held):
            self.forget()
            message = "has changed while it was fetched"
            raise _BrokenOff(message)
        self._check_room(start, total)
        if not start:
            self.forget()
            note = {"url": self._url, "etag": version.etag, "last_modified": version.last_modified}
            self._version_path.write_text(json.dumps(note), encoding="utf-8")
        with self._part.open("ab") as file:
            done = self._copy(response, file, start, total)
        if total is not None and done != total:
            message = f"{done:,} of {total:,} bytes came"
            raise _BrokenOff(message)
        return version

    def _copy(self, response: Any, file: IO[bytes], done: int, total: int | None) -> int:
        while chunk := response.read(_CHUNK_BYTES):
            done += len(chunk)
            if done > self._limit_bytes:
                raise self._failed(self._too_long())
            file.write(chunk)
            self._progress(done, total)
        return done

    def _check_room(self, start: int, total: int | None) -> None:
        if total is None:
            return
        if total > self._limit_bytes:
            raise self._failed(self._too_long())
        free = shutil.disk_usage(self._part.parent).free
        if total - start > free:
            problem = (
                f"needs {(total - start) / 1e6:,.0f} MB, and {self._part.parent} has {free / 1e6:,.0f} MB "
                "left; choose another folder with --download-folder"
            )
            raise self._failed(problem)

    def _too_long(self) -> str:
        return f"is longer than {self._limit_bytes / 1e9:g} GB, the most that is taken"

    def _refused(self, error: urllib.error.HTTPError) -> GazetteerDownloadError:
        answer = f"answers {error.code} {error.reason}".rstrip()
        if error.code == _NOT_FOUND:
            return NotFound(f"{answer}: there is no such file; check the country code", url=self._url)
        if error.code in _BUSY:
            answer += f": the server is busy; try again later, {_AGAIN}"
        else:
            answer += "; another address can be given with --base-address"
        return self._failed(answer)


def read_small(url: str, *, limit_bytes: int = 1 << 20) -> bytes:
    """Return a small file. Raises GazetteerDownloadError."""
    try:
        with _opened(url, _headers(None)) as response:
            data: bytes = response.read(limit_bytes)
    except urllib.error.HTTPError as error:
        with error:
            kind = NotFound if error.code == _NOT_FOUND else GazetteerDownloadError
            problem = f"answers {error.code} {error.reason}"
            raise kind(problem, url=url) from error
    except (OSError, http.client.HTTPException) as error:
        problem = f"cannot be reached: {getattr(error, 'reason', None) or error}"
        raise GazetteerDownloadError(problem, url=url) from error
    return data


def _headers(unless: Version | None) -> dict[str, str]:
    # A body that is not compressed on the way can be resumed, and its length is that of the file.
    headers = {"User-Agent": f"geomap/{__version__}", "Accept-Encoding": "identity"}
    if unless and unless.etag:
        headers["If-None-Match"] = unless.etag
    elif unless and unless.last_modified:
        headers["If-Modified-Since"] = unless.last_modified
    return headers


def _extent(status: int, headers: Message) -> tuple[int, int | None]:
    """Return where the body begins in the file, and how long the file is, None where unknown."""
    if status == _PARTIAL:
        found = _RANGE.fullmatch(headers.get("Content-Range", ""))
        if found is None:
            message = "a part was sent that does not say which"
            raise _BrokenOff(message)
        return int(found[1]), None if found[2] == "*" else int(found[2])
    length = headers.get("Content-Length", "")
    return 0, int(length) if length.isdigit() else None


@contextmanager
def _opened(url: str, headers: dict[str, str]) -> Iterator[Any]:
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the scheme is checked by the caller
    opener = urllib.request.build_opener(_Redirects)
    with opener.open(request, timeout=READ_S) as response:
        yield response


class _Redirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        """Follow to https, and to http only where it stays with the host of an address of http."""
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        same = (old.scheme, old.hostname) == (new.scheme, new.hostname)
        if new.scheme != "https" and not (new.scheme == "http" and same):
            problem = f"leads to {newurl}, which is not https, and is not followed"
            raise GazetteerDownloadError(problem, url=req.full_url)
        return super().redirect_request(req, fp, code, msg, headers, newurl)
