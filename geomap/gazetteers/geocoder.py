"""A gazetteer as a geocoder of geopy: names to `geopy.Location` and points to the nearest town, offline.

It takes the place of any geopy geocoder: `RateLimiter(geocoder.geocode)` and
`geopandas.tools.geocode(names, provider=GazetteerGeocoder)` work, and no request ever leaves the machine.
What follows a comma narrows, whichever way it is written: "Paris, Texas", "Paris, TX", "Aleppo, Syria".
A container that is not known, or does not hold the place, gives no result rather than a wrong one; this
costs the places whose container the gazetteer does not know by that name.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Never

from geopy.adapters import BaseSyncAdapter
from geopy.exc import ConfigurationError, GeocoderQueryError, GeocoderUnavailable
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point as GeopyPoint

from geomap import lexicon
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.gazetteers.stack import StackedGazetteer
from geomap.geo import distance_km
from geomap.model import Match, Place, Point
from geomap.text import fold

__all__ = ("GazetteerGeocoder",)

_LIMIT = 10
"""Results of `exactly_one=False` without a limit, as many as Nominatim gives."""

_ALL = 1_000_000
_CONTAINERS = 25
_TOWN_KM = 20.0
"""How far from its center a town of unknown radius holds places: "Douma, Damascus"."""

_COMMA = re.compile(r"[,،，、]")
_CODE = re.compile(r"[A-Z]{2,3}")


class GazetteerGeocoder(Geocoder):  # type: ignore[misc]
    """Geocoder over a gazetteer of geomap, by default the embedded one; uses no network.

    A gazetteer that it opened itself it closes, on leaving a `with` block or when it is thrown away.
    """

    def __init__(
        self,
        gazetteer: SqliteGazetteer | StackedGazetteer | Path | str | None = None,
        *,
        max_km: float = 100.0,
        timeout: float | None = DEFAULT_SENTINEL,
    ) -> None:
        """Open the gazetteer.

        :param gazetteer: A gazetteer, the path of its file, or None for the embedded one.

        :param float max_km: How far, in km, a place may be from the point that `reverse` is asked for.

        :param int timeout: Accepted as geopy's geocoders do; nothing here takes time.

        Raises geopy's ConfigurationError, and GazetteerError for a file that is no gazetteer.
        """
        super().__init__(timeout=timeout, proxies={}, adapter_factory=_NoNetwork)
        if not max_km > 0:
            message = f"max_km must be more than 0, not {max_km!r}"
            raise ConfigurationError(message)
        self.max_km = max_km
        self._close = None
        self.gazetteer: SqliteGazetteer | StackedGazetteer
        if gazetteer is None or isinstance(gazetteer, Path | str):
            self.gazetteer = SqliteGazetteer(None if gazetteer is None else Path(gazetteer))
            self._close = weakref.finalize(self, self.gazetteer.close)
        else:
            self.gazetteer = gazetteer

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        self.close()

    def close(self) -> None:
        """Close the gazetteer, if it was opened here."""
        if self._close is not None:
            self._close()

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        timeout: float | None = DEFAULT_SENTINEL,  # noqa: ARG002
        limit: int | None = None,
        country_codes: str | Sequence[str] | None = None,
    ) -> Location | list[Location] | None:
        """Return the most prominent place of a name, or None.

        :param str query: The name, with containers behind it where it has namesakes: "Paris, Texas".

        :param bool exactly_one: Return one result or a list of results, if available.

        :param int timeout: Accepted as geopy's geocoders do; nothing here takes time.

        :param int limit: Maximum number of results where exactly_one is False, 10 by default.

        :param country_codes: One or several ISO 3166-1 alpha-2 codes; places elsewhere are left out.
        :type country_codes: str or list

        :rtype: ``None``, :class:`geopy.location.Location` or a list of them, if ``exactly_one=False``.

        Raises geopy's GeocoderQueryError for what is no name.
        """
        name = _checked_name(query)
        number = _checked_limit(limit, exactly_one=exactly_one)
        codes = [country_codes] if isinstance(country_codes, str) else (country_codes or ())
        countries = frozenset(code.strip().upper() for code in codes)
        places = islice(self._places(name, countries), number)
        return _answer([self._location(place) for place in places], exactly_one=exactly_one)

    def reverse(
        self,
        query: Any,
        *,
        exactly_one: bool = True,
        timeout: float | None = DEFAULT_SENTINEL,  # noqa: ARG002
        limit: int | None = None,
    ) -> Location | list[Location] | None:
        """Return the populated place nearest to a point, or None where there is none within `max_km`.

        :param query: The point.
        :type query: :class:`geopy.point.Point`, list or tuple of ``(latitude, longitude)``, or string as
            ``"%(latitude)s, %(longitude)s"``.

        :param bool exactly_one: Return one result or a list of results, if available.

        :param int timeout: Accepted as geopy's geocoders do; nothing here takes time.

        :param int limit: Maximum number of results where exactly_one is False, 10 by default.

        :rtype: ``None``, :class:`geopy.location.Location` or a list of them, if ``exactly_one=False``.

        Raises geopy's GeocoderQueryError, a ValueError, for what is no point.
        """
        point = _checked_point(query)
        number = _checked_limit(limit, exactly_one=exactly_one)
        places = self.gazetteer.nearest(point, limit=number, max_km=self.max_km)
        found = [self._location(place, distance_km=distance_km(point, place.point)) for place in places]
        return _answer(found, exactly_one=exactly_one)

    def _places(self, query: str, countries: frozenset[str]) -> Iterator[Place]:
        """Yield the places of the first part that lie in the others; without any, those of the whole.

        The whole comes last, because "San Antonio, Texas" is no village called San Antonio Texas.
        """
        name, *containers = (part.strip() for part in _COMMA.split(query))
        asked = [_Container(self.gazetteer, container) for container in containers if fold(container)]
        found = False
        for place in self._named(name, countries) if asked else ():
            if all(container.holds(place) for container in asked):
                found = True
                yield place
        if not found:
            yield from self._named(query, countries)

    def _named(self, name: str, countries: frozenset[str]) -> Iterator[Place]:
        """Yield the places of a name; a demonym is none."""
        for candidate in self.gazetteer.lookup(name, limit=_ALL):
            place = candidate.place
            if candidate.match is not Match.DEMONYM and (not countries or place.country_code in countries):
                yield place

    def _location(self, place: Place, **more: float) -> Location:
        ancestors = self.gazetteer.ancestors(place)
        raw = _raw(place, ancestors)
        raw.update({key: round(value, 3) for key, value in more.items()})
        return Location(raw["display_name"], (place.point.lat, place.point.lon), raw)


class _NoNetwork(BaseSyncAdapter):  # type: ignore[misc]
    """Stands where geopy's geocoders have what asks the network."""

    def get_text(self, url: str, *, timeout: object, headers: object) -> Never:  # noqa: ARG002
        """Refuse."""
        message = "GazetteerGeocoder uses no network"
        raise GeocoderUnavailable(message)

    get_json = get_text


class _Container:
    """What a query names behind a comma: a place, or the code of a country or ADM1."""

    def __init__(self, gazetteer: SqliteGazetteer | StackedGazetteer, name: str) -> None:
        self._gazetteer = gazetteer
        self._code = name if _CODE.fullmatch(name) else ""
        found = [candidate.place for candidate in gazetteer.lookup(name, limit=_CONTAINERS)]
        self._ids = frozenset(place.id for place in found)
        self._towns = [place for place in found if place.feature_class == "P"]

    def holds(self, place: Place) -> bool:
        """Tell whether the place lies in it; near a town, nothing is asked but the distance."""
        if self._code and self._code in (place.country_code, place.admin1_code):
            return True
        if any(ancestor.id in self._ids for ancestor in self._gazetteer.ancestors(place)):
            return True
        return any(
            town.id != place.id
            and town.country_code == place.country_code
            and distance_km(town.point, place.point) <= max(town.radius_km, _TOWN_KM)
            for town in self._towns
            if place.feature_class in {"P", "S"}
        )


def _checked_name(query: object) -> str:
    if not isinstance(query, str):
        message = f"a query must be a name, not {query!r}"
        raise GeocoderQueryError(message)
    name = " ".join(query.split())
    if not fold(name):
        message = f"there is no letter or digit in the query {query!r}"
        raise GeocoderQueryError(message)
    try:
        name.encode()
    except UnicodeEncodeError as error:
        message = f"the query {query!r} holds half of a character"
        raise GeocoderQueryError(message) from error
    return name


def _checked_limit(limit: int | None, *, exactly_one: bool) -> int:
    if limit is not None and limit < 1:
        message = "Limit cannot be less than 1"
        raise ValueError(message)
    return 1 if exactly_one else limit or _LIMIT


def _checked_point(query: Any) -> Point:
    """Return the point that geopy reads, but not the 0, 0 that it reads from nothing."""
    message = f"Must be a coordinate pair or Point, not {query!r}"
    try:
        lat, lon = query[:2] if not isinstance(query, str) else GeopyPoint(query)[:2]
        point = GeopyPoint(float(lat), float(lon))
    except (TypeError, ValueError) as error:
        raise GeocoderQueryError(message) from error
    return Point(lat=point.latitude, lon=point.longitude)


def _answer(found: list[Location], *, exactly_one: bool) -> Location | list[Location] | None:
    if not found:
        return None
    return found[0] if exactly_one else found


def _raw(place: Place, ancestors: Sequence[Place]) -> dict[str, Any]:
    """Return the place as plain values that JSON can hold; `bbox` is west, south, east, north."""
    country = next((each for each in (*ancestors, place) if lexicon.is_country(each)), None)
    admin1 = next((each for each in (*ancestors, place) if each.feature_code == "ADM1"), None)
    box = place.bbox
    return {
        "place_id": place.id,
        "name": place.name,
        "display_name": _address(place, ancestors),
        "feature_class": place.feature_class,
        "feature_code": place.feature_code,
        "country_code": place.country_code,
        "country": country.name if country else "",
        "admin1": admin1.name if admin1 else "",
        "population": place.population,
        "radius_km": place.radius_km,
        "bbox": None if box is None else [box.west, box.south, box.east, box.north],
        "ancestors": [each.id for each in ancestors],
    }


def _address(place: Place, ancestors: Sequence[Place]) -> str:
    """Return the name, what it is a part of, its ADM1 and its country: a city-state is named once."""
    names = [place.name]
    for each in ancestors:
        wanted = each.feature_class in {"P", "S"} or each.feature_code == "ADM1" or lexicon.is_country(each)
        if wanted and each.name != names[-1]:
            names.append(each.name)
    return ", ".join(names)
