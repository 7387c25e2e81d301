"""Which of the places that a project holds a name means: one, none, or several, about which is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from geomap import lexicon
from geomap.errors import AmbiguousName
from geomap.gazetteers.search import SearchQuery, fits, readings
from geomap.geo import distance_km
from geomap.model import Place
from geomap.protocols import Gazetteer
from geomap.store import GeoPackageStore, HeldPlace
from geomap.text import fold

_NAMESAKES = 200
"""Places of one name that are looked up: of San José, the commonest, the gazetteer knows fewer."""


def choose_place(
    name: str,
    store: GeoPackageStore,
    gazetteer: Gazetteer,
    *,
    inside: bool = False,
    reaches: Callable[[Place], object] | None = None,
) -> Place | None:
    """Return the place of an id or a name among those that the store holds, or None.

    A name may come with its kind, what the place lies in, and what is near: "Paris, Texas". Where `reaches`
    is given, a place that is not mentioned counts too if it says so: with `inside` beside those that are,
    else in their stead.
    Raises AmbiguousName.
    """
    find = partial(_named, store=store, gazetteer=gazetteer, inside=inside, reaches=reaches)
    found, head = find(name), name
    for query in () if found else readings(name):
        found = [held for held in find(query.name) if _fits(held, query, gazetteer)] if query.name else []
        if found:
            head = query.name
            break
    if len(found) > 1:
        return _settled(name, head, found, inside=inside)
    return found[0].place if found else None


def _told(held: HeldPlace) -> str:
    """Return a line that tells a place from its namesakes: "Palmyra, town in New York, US (2 articles)"."""
    place = held.place
    kind = lexicon.feature(place.feature_code).kind.replace("_", " ")
    parents = [name for name in (held.admin1, held.country) if name and name != place.name]
    where = f" in {', '.join(parents)}" if parents else ""
    count = f"{held.articles:,} article{'' if held.articles == 1 else 's'}"
    return f"{place.name}, {kind}{where} ({count})"


def _named(
    name: str,
    *,
    store: GeoPackageStore,
    gazetteer: Gazetteer,
    inside: bool,
    reaches: Callable[[Place], object] | None,
) -> list[HeldPlace]:
    if store.places(ids=[name]):
        return list(store.places(ids=[name]))
    places = {candidate.place.id: candidate.place for candidate in gazetteer.lookup(name, limit=_NAMESAKES)}
    exact = gazetteer.place(name)
    if exact is not None:
        places[exact.id] = exact
    held = list(store.places(name, ids=list(places)))
    if reaches is not None and (inside or not held):
        known = {each.place.id for each in held}
        outer = [place for id_, place in places.items() if id_ not in known and reaches(place)]
        held += [_not_mentioned(place, gazetteer) for place in outer]
    return held


def _not_mentioned(place: Place, gazetteer: Gazetteer) -> HeldPlace:
    ancestors = gazetteer.ancestors(place)
    return HeldPlace(
        place=place,
        country=lexicon.country_name((*ancestors, place)),
        admin1=lexicon.admin1_name((*ancestors, place)),
        ancestor_ids=tuple(each.id for each in ancestors),
        articles=0,
    )


def _fits(held: HeldPlace, query: SearchQuery, gazetteer: Gazetteer) -> bool:
    """Tell whether a place fits a question; what the project says of where it lies counts, too."""
    told = {fold(held.country), fold(held.admin1)}
    parents = tuple(parent for parent in query.parents if fold(parent) not in told)
    return fits(gazetteer, replace(query, parents=parents), held.place)


def _settled(name: str, head: str, found: Sequence[HeldPlace], *, inside: bool) -> Place:
    """Return the one of several that is meant, where they lie in each other: a city and its province.

    With `inside` the outermost; else the one whose own name it is ("Guatemala" the country), or the only
    one that is no division ("Deir al-Zor" the city). Costs when wrong: who meant the province gets
    the city. Raises AmbiguousName for all others.
    """
    chain = sorted(found, key=lambda held: sum(_contains(held, each) for each in found))
    nested = all(_contains(outer, inner) for at, inner in enumerate(chain) for outer in chain[at + 1 :])
    if nested:
        if inside:
            return chain[-1].place
        for own in (list(_of_that_name(head, found)), list(_towns(found))):
            if len(own) == 1:
                return own[0].place
    problem = f"{name!r} means several places here; name one by its id"
    raise AmbiguousName(problem, choices=[(held.place.id, _told(held)) for held in found])


_SEAT_KM = 75.0
"""How far a town may be from the point of the division that bears its name, to be its seat."""


def _contains(outer: HeldPlace, inner: HeldPlace) -> bool:
    """Tell whether a place lies in another, also where the gazetteer does not say whose seat a town is."""
    if outer.place.id in inner.ancestor_ids:
        return True
    return (
        outer.place.feature_class == "A"
        and inner.place.feature_class == "P"
        and outer.place.country_code == inner.place.country_code
        and distance_km(outer.place.point, inner.place.point) < _SEAT_KM
    )


def _of_that_name(name: str, found: Sequence[HeldPlace]) -> Iterator[HeldPlace]:
    return (held for held in found if fold(held.place.name) == fold(name))


def _towns(found: Sequence[HeldPlace]) -> Iterator[HeldPlace]:
    if not any(lexicon.is_country(held.place) for held in found):
        yield from (held for held in found if held.place.feature_class != "A")
