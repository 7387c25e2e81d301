"""Any online geocoder that geopy knows, as a `Geocoder`: asked slowly, with limits, its errors as geomap's.

What it sends is a name and nothing else. Between two requests passes at least a second, as the policy of
Nominatim asks (https://operations.osmfoundation.org/policies/nominatim/), counted in this process alone.
An answer is untrusted: its size and time are limited, and what has no position is left out.
"""

from __future__ import annotations

import inspect
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.message import Message
from http.client import HTTPResponse
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import Request

from geopy.adapters import URLLibAdapter
from geopy.exc import ConfigurationError, GeocoderNotFound, GeocoderQuotaExceeded, GeopyError
from geopy.geocoders import SERVICE_TO_GEOCODER, get_geocoder_for_service
from geopy.location import Location

from geomap.errors import ConfigError, GeocoderRateLimited, GeocoderUnavailable
from geomap.model import Point
from geomap.protocols import Geocoded
from geomap.version import __version__

MIN_DELAY_S = 1.0
"""Nominatim: "an absolute maximum of 1 request per second" (policy, read 2026-11)."""
TIMEOUT_S = 10.0
MAX_WAIT_S = 30.0
"""A longer Retry-After is an error, which the caller can tell, rather than a program that seems to hang."""

_ASKED = {"language": "en", "addressdetails": True, "limit": 5}
"""Arguments of `geocode` for the services that take them."""
_NOT_OPTIONS = frozenset(
    {"self", "timeout", "proxies", "user_agent", "ssl_context", "adapter_factory", "token_lifetime"}
)
_OPEN_OPTIONS = frozenset({"domain", "scheme"})
"""All other options of geopy's geocoders are keys, names of users and the like: never written anywhere."""

_OPENSTREETMAP = frozenset({"nominatim", "photon", "pickpoint", "openmapquest"})
_KINDS = frozenset(
    {
        *("place", "boundary", "natural", "mountain_pass", "water", "waterway", "landuse", "historic"),
        *("aeroway", "railway", "military", "man_made", "power"),
    }
)
"""Keys of OpenStreetMap that are places to the news. A shop or street that bears the name of a town is
left out; this costs squares and hospitals, which the gazetteer has where reports name them."""
_OSM_TYPES = {"N": "node", "W": "way", "R": "relation"}
_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")
_LONGEST_NAME = 200
_LONGEST_ADDRESS = 500


class GeopyGeocoder:
    """Asks a service of geopy, by its name in geopy ("nominatim", "photon"). Uses the network.

    `options` are those of geopy's geocoder, as text: domain, scheme, api_key. Raises ConfigError for a
    service or an option that there is not. A `max_wait_s` is the longest Retry-After that is waited for.
    """

    def __init__(
        self,
        service: str,
        options: Mapping[str, str] | None = None,
        *,
        min_delay_s: float = MIN_DELAY_S,
        timeout_s: float = TIMEOUT_S,
        max_wait_s: float = MAX_WAIT_S,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._name = service.strip().lower()
        self._options = dict(options or {})
        self._min_delay_s = min_delay_s
        self._max_wait_s = max_wait_s
        self._clock = clock
        self._sleep = sleep
        self._earliest = clock()
        self._geocoder = _made(self._name, self._options, timeout_s)
        known = inspect.signature(self._geocoder.geocode).parameters
        self._arguments = {key: value for key, value in _ASKED.items() if key in known}

    @property
    def name(self) -> str:
        """The name of the service."""
        return self._name

    @property
    def identity(self) -> str:
        """The service and where it is, without any secret: what tells its answers from another's."""
        domain = self._options.get("domain", "").rpartition("@")[2]
        return f"{self._name}@{domain}" if domain else self._name

    @property
    def attribution(self) -> str:
        """What the license of the answers asks to be said beside them, "" where geomap does not know it."""
        if self._name in _OPENSTREETMAP:
            return "Places looked up online © OpenStreetMap contributors, ODbL: openstreetmap.org/copyright"
        return ""

    def geocode(self, name: str) -> Sequence[Geocoded]:
        """Return what the service knows of the name, the best first. Raises GeocodingError."""
        if not name.strip():
            return ()
        found = (_geocoded(location) for location in self._answers(name))
        return tuple({each.id: each for each in found if each is not None}.values())

    def _answers(self, name: str) -> list[Location]:
        try:
            return self._request(name)
        except GeocoderRateLimited as error:
            if error.retry_after is None or error.retry_after > self._max_wait_s:
                raise
        return self._request(name)

    def _request(self, name: str) -> list[Location]:
        """Ask once, when it is time; how long the next request waits follows from the answer."""
        self._wait()
        pause = self._min_delay_s
        try:
            return list(self._geocoder.geocode(name, exactly_one=False, **self._arguments) or ())
        except GeocoderQuotaExceeded as error:
            retry_after: float | None = getattr(error, "retry_after", None)
            pause = max(pause, retry_after or 0.0)
            raise _rate_limited(self._told(error), retry_after) from error
        except GeopyError as error:
            raise GeocoderUnavailable(self._told(error)) from error
        except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            message = f"{self._name} gave an answer that is none of a geocoder ({type(error).__name__})"
            raise GeocoderUnavailable(message) from error
        finally:
            self._earliest = self._clock() + pause

    def _wait(self) -> None:
        left = self._earliest - self._clock()
        if left > max(self._max_wait_s, self._min_delay_s):
            message = f"{self._name} has asked to wait"
            raise _rate_limited(message, left)
        if left > 0:
            self._sleep(left)

    def _told(self, error: Exception) -> str:
        """Return what geopy says, in one line and without secrets: an address may hold the key."""
        message = " ".join(str(error).split())
        for key, value in self._options.items():
            if key not in _OPEN_OPTIONS and value:
                message = message.replace(value, "***")
        return f"{self._name}: {_clipped(message, _LONGEST_NAME) or type(error).__name__}"


def services() -> frozenset[str]:
    """Return the names of the services that geopy knows."""
    return frozenset(SERVICE_TO_GEOCODER)


def _rate_limited(message: str, retry_after: float | None) -> GeocoderRateLimited:
    more = "" if retry_after is None else f"; it may be asked again in {retry_after:.0f} s"
    return GeocoderRateLimited(message + more, retry_after=retry_after)


def _made(service: str, options: Mapping[str, str], timeout_s: float) -> Any:
    """Return geopy's geocoder. Raises ConfigError."""
    try:
        kind = get_geocoder_for_service(service)
    except GeocoderNotFound:
        message = f"there is no geocoder {service!r}; there are: {', '.join(sorted(SERVICE_TO_GEOCODER))}"
        raise ConfigError(message) from None
    known = {
        key: parameter
        for key, parameter in inspect.signature(kind).parameters.items()
        if key not in _NOT_OPTIONS
    }
    for key in options:
        if key not in known:
            message = f"the geocoder {service!r} has no option {key!r}; it has: {', '.join(sorted(known))}"
            raise ConfigError(message)
    for key, parameter in known.items():
        if parameter.default is parameter.empty and not options.get(key):
            message = f"the geocoder {service!r} needs the option {key!r}"
            raise ConfigError(message)
    # By name, because the package as a whole stands above its parts, and may run without being installed.
    agent = f"geomap/{__version__}"
    try:
        return kind(**options, timeout=timeout_s, user_agent=agent, adapter_factory=_LimitedAdapter)
    except ConfigurationError as error:
        message = f"the geocoder {service!r} refuses its options: {error}"
        raise ConfigError(message) from error


# --- answers ---------------------------------------------------------------------------------


def _geocoded(location: Location | None) -> Geocoded | None:
    """Return an answer's place; None for a shop, and at 0, 0, where geopy puts what has no position."""
    if location is None or (location.latitude, location.longitude) == (0.0, 0.0):
        return None
    raw = location.raw if isinstance(location.raw, dict) else {}
    details = raw["properties"] if isinstance(raw.get("properties"), dict) else raw
    key = details.get("class") or details.get("category") or details.get("osm_key")
    if "osm_id" in details and isinstance(key, str) and key not in _KINDS:
        return None
    point = Point(lat=round(location.latitude, 6), lon=round(location.longitude, 6))
    address = _clipped(str(location.address), _LONGEST_ADDRESS)
    name = details.get("name")
    if not isinstance(name, str) or not name.strip():
        name = address.partition(",")[0]
    return Geocoded(
        id=_id(details, point),
        name=_clipped(name, _LONGEST_NAME),
        point=point,
        country_code=next(_country_codes(raw), ""),
        address=address,
    )


def _id(details: Mapping[str, Any], point: Point) -> str:
    """Return the id in OpenStreetMap ("relation/1234"), else the position to some meters."""
    kind, number = details.get("osm_type"), details.get("osm_id")
    if isinstance(kind, str) and isinstance(number, int):
        return f"{_OSM_TYPES.get(kind, _clean(kind))}/{number}"
    return f"{point.lat:.4f},{point.lon:.4f}"


def _country_codes(raw: Mapping[str, Any]) -> Iterator[str]:
    """Yield the codes where Nominatim, Photon, OpenCage and those like them write them."""
    for part in ("address", "properties", "components"):
        values = raw.get(part)
        if isinstance(values, dict):
            for key in ("country_code", "countrycode"):
                code = str(values.get(key, "")).upper()
                if len(code) == 2 and code.isascii() and code.isalpha():  # noqa: PLR2004 - ISO 3166-1 alpha-2
                    yield code


def _clean(text: str) -> str:
    """Return the text without what no file can hold: JSON may carry half a character, or NUL."""
    return _UNKEEPABLE.sub("\ufffd", text)


def _clipped(text: str, longest: int) -> str:
    text = " ".join(_clean(text).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


# --- requests --------------------------------------------------------------------------------

_LARGEST_BODY = 4 << 20
_CHUNK = 1 << 16


class _Page(NamedTuple):
    """A whole response, as geopy reads it."""

    headers: Message
    code: int
    body: bytes

    def read(self) -> bytes:
        """Return the body."""
        return self.body

    def getcode(self) -> int:
        """Return the status."""
        return self.code


class _LimitedAdapter(URLLibAdapter):  # type: ignore[misc]
    """geopy's adapter over urllib; a response has one time limit in all, and a largest size.

    geopy's other one repeats a failed request at once, which no policy of a public service allows.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._open: Callable[..., HTTPResponse | HTTPError] = vars(self)["urlopen"]
        self.urlopen = self._read

    def _read(self, request: Request, timeout: float) -> _Page:
        deadline = time.monotonic() + timeout
        try:
            response = self._open(request, timeout=timeout)
        except HTTPError as error:
            response = error
        with response:
            status = response.status or 0
            if status < 200 or 300 <= status < 400:  # noqa: PLR2004 - a redirect to nowhere
                message = f"an answer with status {status}"
                raise ValueError(message)
            return _Page(response.headers, status, _body(response, deadline))


def _body(response: HTTPResponse | HTTPError, deadline: float) -> bytes:
    """Return the body. Raises ValueError and TimeoutError, which geopy turns into its own."""
    body = bytearray()
    while chunk := response.read1(_CHUNK):
        body += chunk
        if len(body) > _LARGEST_BODY:
            message = f"an answer of more than {_LARGEST_BODY >> 20} MB"
            raise ValueError(message)
        if time.monotonic() > deadline:
            message = "timed out"
            raise TimeoutError(message)
    return bytes(body)
