"""What an article is about as a whole: its countries with shares, and its main place.

Method, after CLIFF-CLAVIN (D'Ignazio et al. 2014: focus is what is mentioned most) and Ding et al. 2000 (a
source's scope is the place with power over, and an even spread within, what it mentions):
1. Each sighting weighs by what it is (literal or associative, event or origin), where it stands (the title,
   the lead, the end) and how sure it is. For countries the same place again adds less each time, so that ten
   villages of one outweigh a neighbor that is named ten times.
2. A country's share is its part of the weight of all places that lie in a country.
3. Weight goes up to what contains a place: its ancestors, a town whose reach it lies in, a region. The main
   place is the one that carries enough and holds no place that still does; what is above a place counts half.

Costs when wrong: an article gets a place beside the one it reports, or none; the sightings stay as they are.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from geomap import lexicon
from geomap.geo import flat_distance_km
from geomap.model import CountryShare, Focus, Place, Role, Sighting, ToponymType

Ancestors = Callable[[Place], Sequence[Place]]

_ASSOCIATIVE = 0.25
"""Weight of "Syrian" or "Damascus said" beside "in Damascus"."""
_STANDS_IN = 0.5
"""Weight of a place nearby for a name that the gazetteer lacks: a street tells of its town, but does not name
it once more."""
_KINDS = {ToponymType.HOMONYM: 0.0, ToponymType.LANGUAGE: 0.05}
_ROLES = {Role.EVENT: 1.5, Role.ORIGIN: 0.5, Role.DATELINE: 0.3}
_TITLE = 2.0
_LEAD, _END, _LEAD_LENGTH = 1.5, 0.5, 600
"""Weight of the first words and of the last ones, and the code points within which it falls by 1/e."""
_MOST, _MOST_OF_COUNTRY, _MOST_WITHIN = 0.42, 0.6, 0.55
"""A main place carries more than the first part of the article's weight; a country more than the second, for
of two that talk to each other neither is it; a place within another one more than the third of the other's
weight."""
_ABOVE = 0.5
"""How much less what is above a place counts against it: "in Aleppo, Syria" is about Aleppo, a report that
says Syria five times and Aleppo once is not."""
_PLACES, _CANDIDATES = 400, 40
"""The heaviest places that are weighed against one another; an index of 5,000 places has no focus."""
_LEAST_REACH_KM = 4.0
_REGIONS_KM = 25.0, 400.0
"""Radii of regions that hold what lies around their middle: of others a circle says little."""
_KM_PER_DEGREE = 111.0
"""Of latitude, rounded down: what is farther north or south than a reach is not measured."""
_REACHED_BY_NONE = frozenset({"A", "H"})
_DIGITS = 4


def focus_of(sightings: Iterable[Sighting], ancestors: Ancestors) -> Focus:
    """Return what the article of these sightings is about; `ancestors` are a gazetteer's.

    Shares and weight are rounded to 4 decimals; countries of equal shares go by their codes.
    """
    nodes = _nodes(sightings, ancestors)
    if not nodes:
        return Focus()
    main, weight = _main_place(nodes, ancestors)
    return Focus(
        countries=tuple(_countries(nodes)),
        place_id=main.id if main else "",
        place_name=main.name if main else "",
        weight=weight,
    )


@dataclass(slots=True)
class _Node:
    """A mentioned place, its country, what contains it, and its weights: with confidence, and without."""

    place: Place
    country: str
    above: frozenset[str]
    weights: list[float] = field(default_factory=list)
    sure: list[float] = field(default_factory=list)
    spread: float = 0.0
    weight: float = 0.0
    literal: bool = False
    reach: float = 0.0


def _nodes(sightings: Iterable[Sighting], ancestors: Ancestors) -> list[_Node]:
    """Return the places that weigh something, the heaviest first."""
    nodes: dict[str, _Node] = {}
    for sighting in sightings:
        weight = _importance(sighting)
        if not weight:
            continue
        place = sighting.place
        node = nodes.get(place.id)
        if node is None:
            above = frozenset(each.id for each in ancestors(place))
            node = nodes[place.id] = _Node(place, sighting.country, above, reach=_reach_km(place))
        node.literal = node.literal or sighting.resolution.mention.type.literal
        node.weights.append(weight)
        node.sure.append(weight * sighting.resolution.confidence)
    for node in nodes.values():
        node.weight, node.spread = math.fsum(node.sure), _damped(node.sure)
    found = (node for node in nodes.values() if node.weight)
    return sorted(found, key=lambda node: (-node.weight, node.place.id))


def _importance(sighting: Sighting) -> float:
    """Return how much a sighting tells of what the article is about, its confidence left out."""
    mention = sighting.resolution.mention
    kind = 1.0 if mention.type.literal else _KINDS.get(mention.type, _ASSOCIATIVE)
    kind *= _STANDS_IN if sighting.resolution.stands_in else 1.0
    role = Role.DATELINE if mention.dateline else sighting.role
    if mention.field == "title":
        return kind * _TITLE
    stands = _END + (_LEAD - _END) * math.exp(-mention.start / _LEAD_LENGTH)
    return kind * stands * _ROLES.get(role, 1.0)


def _damped(weights: Iterable[float]) -> float:
    """Return the sum in which the second counts 1/sqrt(2), the third 1/sqrt(3) ..., the largest first."""
    ordered = sorted(weights, reverse=True)
    return math.fsum(weight / math.sqrt(number) for number, weight in enumerate(ordered, start=1))


def _countries(nodes: Sequence[_Node]) -> Iterable[CountryShare]:
    weights: dict[str, float] = defaultdict(float)
    names: dict[str, str] = {}
    for node in nodes:
        code = node.place.country_code
        if code:
            weights[code] += node.spread
            names[code] = names.get(code) or node.country
    total = math.fsum(weights.values())
    shares = {code: round(weight / total, _DIGITS) for code, weight in weights.items()}
    for code in sorted(shares, key=lambda code: (-shares[code], code)):
        if shares[code] > 0:
            yield CountryShare(code=code, name=names[code] or code, share=shares[code])


def _main_place(nodes: Sequence[_Node], ancestors: Ancestors) -> tuple[Place | None, float]:
    """Return the main place and the part of the article's weight that it carries; None where none stands out.

    From the heaviest place that carries enough, the way goes into what lies within it and still does.
    """
    weighed = nodes[:_PLACES]
    total = math.fsum(node.weight for node in nodes)
    loads = [_load(place, above, weighed) for place, above in _candidates(weighed, ancestors)]
    main = None
    for load in sorted(loads, key=lambda load: (-load.within, -_extent(load.place), load.place.id)):
        if load.stands_out(total) and (main is None or load.goes_on_from(main)):
            main = load
    if main is None:
        return None, 0.0
    most = math.fsum(each for node in nodes for each in node.weights)
    return main.place, round(main.within / most, _DIGITS)


def _candidates(nodes: Sequence[_Node], ancestors: Ancestors) -> Iterable[tuple[Place, frozenset[str]]]:
    """Yield the heaviest places, and the ADM1 and countries that contain them, with what is above each.

    Districts that the article does not name are left out: hardly a reader knows them.
    """
    found: dict[str, tuple[Place, frozenset[str]]] = {}
    for node in nodes[:_CANDIDATES]:
        found[node.place.id] = node.place, node.above
    for node in nodes[:_CANDIDATES]:
        for place in ancestors(node.place):
            if place.id not in found and (place.feature_code == "ADM1" or lexicon.is_country(place)):
                found[place.id] = place, frozenset(each.id for each in ancestors(place))
    return found.values()


@dataclass(frozen=True, slots=True)
class _Load:
    """A place, what contains it, and weights: of all within it, of what is above it, of the place itself.

    `literal` tells whether anything within it is meant as a place: "Washington said" alone is not.
    """

    place: Place
    above: frozenset[str]
    within: float
    over: float
    own: float
    literal: bool

    def stands_out(self, total: float) -> bool:
        """Tell whether the place carries enough of an article's weight."""
        country = lexicon.is_country(self.place)
        least = _MOST_OF_COUNTRY if country else _MOST
        return (country or self.literal) and self.within > least * (total - _ABOVE * self.over)

    def goes_on_from(self, larger: _Load) -> bool:
        """Tell whether a larger place is said more exactly by this one."""
        inside = larger.place.id in self.above or _reaches(larger.place, self.place, _reach_km(larger.place))
        return inside and self.within > _MOST_WITHIN * (larger.within - _ABOVE * larger.own)


def _load(place: Place, above: frozenset[str], nodes: Sequence[_Node]) -> _Load:
    within = over = own = 0.0
    literal = False
    reach, reached = _reach_km(place), _may_be_reached(place)
    for node in nodes:
        other = node.place
        if other.id == place.id:
            own = node.weight
        elif place.id in node.above:
            within += node.weight
        elif other.id in above:
            over += node.weight
            continue
        elif reach and _reaches(place, other, reach):
            within += node.weight
        else:
            if reached and node.reach and _reaches(other, place, node.reach):
                over += node.weight
            continue
        literal = literal or node.literal
    return _Load(place, above, round(within + own, 9), over, own, literal)


def _reaches(place: Place, other: Place, reach: float) -> bool:
    """Tell whether a town reaches a place beside it, or a region what lies around its middle.

    Ghouta lies in another province than Damascus, and no code says that Bakhmut lies in the Donbas.
    Costs when wrong: a village between two cities counts for both.
    """
    if abs(place.point.lat - other.point.lat) * _KM_PER_DEGREE > reach or not _may_be_reached(other):
        return False
    if place.feature_class == other.feature_class and _reach_km(other) >= reach:
        return False
    return flat_distance_km(place.point, other.point) <= reach


def _may_be_reached(place: Place) -> bool:
    return place.feature_class not in _REACHED_BY_NONE and place.feature_code != "CONT"


def _reach_km(place: Place) -> float:
    if place.feature_class == "P" and place.feature_code != "PPLX":
        return max(_LEAST_REACH_KM, 2 * place.radius_km)
    region = place.feature_class == "L" and _REGIONS_KM[0] <= place.radius_km <= _REGIONS_KM[1]
    return place.radius_km if region else 0.0


_EXTENTS: Mapping[str, int] = {"ADM1": 6, "ADM2": 5, "ADM3": 4, "ADM4": 3}


def _extent(place: Place) -> int:
    """Order places that carry the same by how exactly they say where."""
    if lexicon.is_country(place):
        return 8
    if place.feature_class in {"L", "H"}:
        return 7
    return _EXTENTS.get(place.feature_code, 0 if place.feature_code == "PPLX" else 1)
