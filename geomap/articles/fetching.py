"""One GET of one address: bounded in bytes, time and hops, and never led to a private address.

Why `http.client` and no library above it: what has to be checked is the address that a socket is really
connected to, after the name was looked up (else a second look-up could give another one, "DNS
rebinding"), and the time has to bound every single byte. That is a few lines at the level of the
socket, and a fight with the pools and retries of anything higher.

The origin (scheme, host, port) that the caller named may be private: an intranet is a fine source. A
redirect may lead to a private address only within that origin, and only if it was private at
first. Proxies of the environment are not used: what they connect to could not be checked.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import queue
import re
import socket
import ssl
import threading
import time
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from geomap.reading.streams import MAX_ARTICLE_BYTES
from geomap.version import __version__

TOTAL_S = 30.0
READ_S = 10.0
MAX_REDIRECTS = 5

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK = 200
_PORTS = {"http": 80, "https": 443}
_CHUNK_BYTES = 65_536
_URL_SAFE = "%/:=&?~#+!$,;'@()*[]"
# What `http.client` refuses to put into a request.
_NO_HOST = re.compile(r"[\0-\x20\x7f]")

# Of IPv6 only this is given out to the open internet. Outside are link-local, site-local and unique local
# addresses, the loopback, multicast, and the prefixes that wrap an IPv4 address, but for these two.
_UNICAST = ipaddress.IPv6Network("2000::/3")
_WRAPPING = (ipaddress.IPv6Network("::ffff:0:0/96"), ipaddress.IPv6Network("64:ff9b::/96"))
# Not `is_global`, whose answer depends on the version of Python. From the registries of special-purpose
# addresses of IANA (RFC 6890), and what tunnels to IPv4: 6to4, Teredo (in 2001::/23).
_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
    192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
    2001::/23 2001:db8::/32 2002::/16 3fff::/20
    """.split()  # noqa: SIM905
)

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
_Found = tuple[int, int, int, str, tuple[object, ...]]


class Refused(Exception):  # noqa: N818
    """Say why an address was not read."""


class Body(NamedTuple):
    """What an address gave: the address it was found at, its headers' type and charset, its bytes."""

    url: str
    content_type: str
    charset: str | None
    data: bytes


class _Origin(NamedTuple):
    scheme: str
    host: str
    port: int


def fetch(url: str) -> Body:
    """Read an http or https address. Raises Refused."""
    deadline = time.monotonic() + TOTAL_S
    named: _Origin | None = None
    private = False
    for _ in range(MAX_REDIRECTS + 1):
        split, origin = _checked(url)
        try:
            connection = _Connection(
                origin, deadline, may_be_private=named is None or (private and origin == named)
            )
            answer = _answer(connection, split, url)
        except (http.client.HTTPException, OSError, ValueError) as error:
            raise Refused(_problem(error)) from error
        if isinstance(answer, Body):
            return answer
        url = answer
        if named is None:
            named, private = origin, connection.is_private
    problem = f"is redirected more than {MAX_REDIRECTS} times"
    raise Refused(problem)


def _checked(url: str) -> tuple[SplitResult, _Origin]:
    """Take an address apart. Raises Refused for one that is not asked."""
    try:
        split = urlsplit(url)
        host, port = (split.hostname or "").encode("idna").decode(), split.port
    except ValueError as error:
        problem = "is not an address that can be read"
        raise Refused(problem) from error
    if split.scheme not in _PORTS:
        problem = f"is an address of {split.scheme}; geomap reads http and https"
        raise Refused(problem)
    if "@" in split.netloc:
        problem = "holds a user name or password, which geomap does not send"
        raise Refused(problem)
    if not host:
        problem = "is an address without a host"
        raise Refused(problem)
    if _NO_HOST.search(host):
        problem = "is not an address that can be read"
        raise Refused(problem)
    return split, _Origin(split.scheme, host, _PORTS[split.scheme] if port is None else port)


def is_public(address: IPAddress) -> bool:
    """Tell whether an address belongs to the open internet.

    One that wraps an IPv4 address, mapped or for the NAT64 of a network without IPv4, is as public as that.
    """
    if isinstance(address, ipaddress.IPv6Address):
        if any(address in network for network in _WRAPPING):
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _UNICAST:
            return False
    return not any(address in network for network in _SPECIAL)


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was looked up once and checked."""

    def __init__(self, origin: _Origin, deadline: float, *, may_be_private: bool) -> None:
        super().__init__(origin.host, origin.port)
        # Else the header Host would name the port of https, which some servers do not take for theirs.
        self.default_port = _PORTS[origin.scheme]
        self._origin = origin
        self._deadline = deadline
        self._may_be_private = may_be_private
        self._raw: socket.socket | None = None
        self.is_private = False

    def connect(self) -> None:
        """Connect to the first address of the host that answers. Raises OSError or Refused."""
        found = _looked_up(self.host, self.port, self._deadline)
        failure: OSError = OSError("has no address")
        for family, kind, protocol, _, address in found:
            private = not is_public(ipaddress.ip_address(str(address[0]).partition("%")[0]))
            if private and not self._may_be_private:
                problem = f"is redirected to {self.host}, a private address ({address[0]}), which is refused"
                raise Refused(problem)
            try:
                self._raw = self._connected(socket.socket(family, kind, protocol), address)
            except OSError as error:
                failure = error
            else:
                self.sock = _TimedSocket(self._raw, self._deadline)
                self.is_private = private
                return
        raise failure

    def _connected(self, raw: socket.socket, address: tuple[object, ...]) -> socket.socket:
        try:
            raw.settimeout(_remaining(self._deadline))
            raw.connect(address)
            if self._origin.scheme == "https":
                raw.settimeout(_remaining(self._deadline))
                context = ssl.create_default_context()
                return context.wrap_socket(raw, server_hostname=self._origin.host)
        except OSError:
            raw.close()
            raise
        return raw

    def finish(self) -> None:
        """Close the socket; `http.client` itself closes its side before the body is read."""
        self.close()
        if self._raw:
            self._raw.close()


class _TimedSocket:
    """A socket as `http.client` uses it, that gives up at the deadline, however slowly bytes drip."""

    def __init__(self, raw: socket.socket, deadline: float) -> None:
        self._raw = raw
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        """Send the request."""
        self._raw.settimeout(_remaining(self._deadline))
        self._raw.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return what `http.client.HTTPResponse` reads from."""
        return io.BufferedReader(_TimedReader(self._raw, self._deadline), _CHUNK_BYTES)

    def close(self) -> None:
        """Leave the socket to the connection, which closes it when the body is read."""


class _TimedReader(io.RawIOBase):
    def __init__(self, raw: socket.socket, deadline: float) -> None:
        super().__init__()
        self._raw = raw
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        self._raw.settimeout(_remaining(self._deadline))
        return self._raw.recv_into(buffer)


def _looked_up(host: str, port: int, deadline: float) -> list[_Found]:
    """Look a name up. Raises TimeoutError where that takes too long, and what `getaddrinfo` raises.

    In a thread, because a look-up cannot be given up: one that hangs is left behind.
    """
    answers: queue.SimpleQueue[list[_Found] | OSError | ValueError | RuntimeError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put([*socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)])
        except (OSError, ValueError, RuntimeError) as error:
            # RuntimeError: OfflineError among others, which goes on to who asked.
            answers.put(error)

    threading.Thread(target=look_up, name="geomap-look-up", daemon=True).start()
    try:
        answer = answers.get(timeout=_remaining(deadline))
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _remaining(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return min(left, READ_S)


def _answer(connection: _Connection, split: SplitResult, url: str) -> Body | str:
    """Return what an address gives, or the address that it leads to."""
    try:
        response = _asked(connection, split)
        if response.status in _REDIRECTS:
            return _next(url, response.getheader("Location") or "")
        return _body(response, url)
    finally:
        connection.finish()


def _next(url: str, location: str) -> str:
    """Return where a redirect leads; servers send paths as UTF-8, which `http.client` reads as Latin-1."""
    given = location.encode("latin-1").decode("utf-8", "surrogateescape")
    split = urlsplit(urljoin(url, given))
    path, query = (
        quote(part, safe=_URL_SAFE, errors="surrogateescape") for part in (split.path, split.query)
    )
    return urlunsplit(split._replace(path=path, query=query))


def _asked(connection: _Connection, split: SplitResult) -> http.client.HTTPResponse:
    target = f"{split.path or '/'}?{split.query}" if split.query else split.path or "/"
    headers = {
        "User-Agent": f"geomap/{__version__}",
        "Accept": "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, */*;q=0.8",
        # A body that is not compressed cannot be a bomb.
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    connection.request("GET", quote(target, safe=_URL_SAFE), headers=headers)
    return connection.getresponse()


def _body(response: http.client.HTTPResponse, url: str) -> Body:
    if response.status != _OK:
        problem = f"answers {response.status} {response.reason}".rstrip()
        raise Refused(problem)
    if (encoding := response.getheader("Content-Encoding", "identity").lower()) not in ("identity", ""):
        problem = f"answers compressed ({encoding}), which was not asked for"
        raise Refused(problem)
    data = response.read(MAX_ARTICLE_BYTES + 1)
    if len(data) > MAX_ARTICLE_BYTES:
        problem = f"is longer than {MAX_ARTICLE_BYTES // 1_000_000} MB"
        raise Refused(problem)
    if response.length:
        problem = "breaks off before its end"
        raise Refused(problem)
    kind = response.headers.get_content_type() if "Content-Type" in response.headers else ""
    return Body(url, kind, response.headers.get_content_charset(), data)


def _problem(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"does not answer in time ({TOTAL_S:.0f} s, {READ_S:.0f} s for a read)"
    if isinstance(error, ssl.SSLError):
        return f"cannot be trusted: {getattr(error, 'verify_message', '') or error.reason}"
    if isinstance(error, socket.gaierror):
        return f"cannot be found: {error.strerror}"
    if isinstance(error, http.client.IncompleteRead):
        return "breaks off before its end"
    if isinstance(error, OSError):
        return f"cannot be reached: {error.strerror or error}"
    return f"gives no answer that can be read ({type(error).__name__})"
