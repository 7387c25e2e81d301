"""All that the gazetteer knows of one place, for a terminal or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geomap.cli.common import printable
from geomap.cli.places import kind_of, wrapped
from geomap.errors import AmbiguousName, GazetteerError
from geomap.gazetteers.stack import StackedGazetteer
from geomap.model import Match, Place, PlaceDetails

_INDENT = " " * 14


def place_called(asked: str, gazetteer: StackedGazetteer) -> Place:
    """Return the place of an id, a code or a name. Raises GazetteerError, AmbiguousName."""
    place = gazetteer.place(asked)
    if place is not None:
        return place
    found = list(gazetteer.by_code(asked)) or _by_name(asked, gazetteer)
    if not found:
        message = f"the gazetteer knows no place of the id, code or name {asked!r}"
        raise GazetteerError(message)
    if len(found) > 1:
        message = f"{asked!r} means several places; give the id"
        raise AmbiguousName(message, choices=[(each.id, _line(each, gazetteer)) for each in found[:10]])
    return found[0]


def _by_name(asked: str, gazetteer: StackedGazetteer) -> list[Place]:
    candidates = gazetteer.lookup(asked)
    return [each.place for each in candidates if each.match not in {Match.FUZZY, Match.TRANSLITERATED}]


def _line(place: Place, gazetteer: StackedGazetteer) -> str:
    parents = ", ".join(parent.name for parent in gazetteer.ancestors(place)[:3])
    return f"{place.name}, {kind_of(place)} in {parents}" if parents else f"{place.name}, {kind_of(place)}"


def place_lines(details: PlaceDetails, gazetteer: StackedGazetteer) -> Iterator[str]:
    """Yield what is known of a place, line by line."""
    place = details.place
    yield f"{printable(place.name)}  {place.id}"
    facts = {
        "kind": f"{kind_of(place)} ({place.feature_code})",
        "in": ", ".join(each.name for each in details.ancestors),
        "point": f"{place.point.lat:.5f}, {place.point.lon:.5f}",
        "radius": f"{place.radius_km:g} km" if place.radius_km else "",
        "people": f"{place.population:,}" if place.population else "",
        "shape": _shape(place, gazetteer),
        "borders": ", ".join(each.name for each in gazetteer.neighbors(place)),
        "codes": ", ".join(f"{scheme} {value}" for scheme, value in details.codes),
        "names": ", ".join(_tagged(name.text, name.language) for name in details.names[1:]),
        "note": details.note,
    }
    for label, value in facts.items():
        yield from wrapped(value, first=f"  {label:<12}", rest=_INDENT)


def _shape(place: Place, gazetteer: StackedGazetteer) -> str:
    geometry = gazetteer.geometry(place)
    return "" if geometry is None else f"{geometry['type']} of {len(geometry['coordinates'])} parts"


def _tagged(text: str, language: str) -> str:
    return f"{text} ({language})" if language else text


def place_row(details: PlaceDetails, gazetteer: StackedGazetteer) -> dict[str, Any]:
    """Return what is known of a place as plain values."""
    place, dispute = details.place, details.dispute
    return {
        "id": place.id,
        "name": place.name,
        "kind": kind_of(place),
        "feature_code": place.feature_code,
        "lat": place.point.lat,
        "lon": place.point.lon,
        "radius_km": place.radius_km or None,
        "population": place.population or None,
        "country": place.country_code or None,
        "ancestors": [{"id": each.id, "name": each.name} for each in details.ancestors],
        "neighbors": [{"id": each.id, "name": each.name} for each in gazetteer.neighbors(place)],
        "names": [{"name": name.text, "language": name.language or None} for name in details.names],
        "codes": dict(details.codes),
        "dispute": None
        if dispute is None
        else {
            "administered_by": dispute.administered_by,
            "claimed_by": dispute.claimed_by,
            "drawn_as": dispute.drawn_as or None,
            "note": dispute.note,
            "source": dispute.source,
        },
    }
