"""What the names of an article say together: which countries, provinces and containers they vote for.

Each name votes with the shares of its candidates so far, and none votes on itself. All votes are counted
once and a name's own taken off, so that the time grows with the number of names, not with its square.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from geomap.model import Candidate, Place, Point
from geomap.resolvers.groups import Group
from geomap.resolvers.possible import admin1_of
from geomap.resolvers.scene import Scene

_HEARD = 0.05
"""Share from which a candidate is heard at all."""
_AREAS = frozenset({"A", "L"})
_NEIGHBORS = 30
"""Names before and after that count for nearness: minimality holds within a stretch of a long report."""


@dataclass(slots=True)
class Ballot:
    """The votes of one name: by country, by ADM1 ("US.TX"), by place that contains its candidates."""

    weight: float = 0.0
    countries: dict[str, float] = field(default_factory=dict)
    admin1s: dict[str, float] = field(default_factory=dict)
    containers: dict[str, float] = field(default_factory=dict)
    places: dict[str, float] = field(default_factory=dict)
    points: list[tuple[Point, float, str]] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """All ballots counted.

    `mentioned` holds, by place, the two names that mean it most, and how much; `dateline` the name and
    the likeliest place of where the article was written.
    """

    sums: Ballot = field(default_factory=Ballot)
    dateline: tuple[str, Place] | None = None
    mentioned: dict[str, tuple[tuple[float, str], tuple[float, str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Votes:
    """What the other names say to one name.

    `points` holds the point, share and id of the likely places of the names around it; `countries` and
    `admin1s` are what the names right beside it vote for, `kinds` and `listed_admin1s` what those in a list
    with it vote for, in shares.
    """

    name: str
    tally: Tally
    own: Ballot
    points: Sequence[tuple[Point, float, str]]
    countries: Mapping[str, float] = field(default_factory=dict)
    admin1s: Mapping[str, float] = field(default_factory=dict)
    kinds: Mapping[str, float] = field(default_factory=dict)
    listed_admin1s: Mapping[str, float] = field(default_factory=dict)

    def country(self, code: str) -> float:
        """Return the share of the other names that lie in a country."""
        return self._share(self.tally.sums.countries, self.own.countries, code)

    def admin1(self, code: str) -> float:
        """Return the share of the other names that lie in an ADM1 such as "US.TX"."""
        return self._share(self.tally.sums.admin1s, self.own.admin1s, code)

    def mentioned(self, place_id: str) -> float:
        """Return how likely another name of the article means a place."""
        first, second = self.tally.mentioned.get(place_id, ((0.0, ""), (0.0, "")))
        return second[0] if first[1] == self.name else first[0]

    def contained(self, place_id: str) -> float:
        """Return how much of the article lies within a place, in [0, 1)."""
        inside = self.tally.sums.containers.get(place_id, 0.0) - self.own.containers.get(place_id, 0.0)
        return max(0.0, inside) / (1 + max(0.0, inside))

    def dateline(self) -> Place | None:
        """Return where the article was written, if another name says so."""
        found = self.tally.dateline
        return found[1] if found is not None and found[0] != self.name else None

    def beside_country(self, code: str) -> float:
        """Return the share of the names beside it that lie in a country."""
        return self.countries.get(code, 0.0)

    def beside_admin1(self, code: str) -> float:
        """Return the share of the names beside it that lie in an ADM1."""
        return self.admin1s.get(code, 0.0)

    def listed_admin1(self, code: str) -> float:
        """Return the share of the names in a list with it that lie in an ADM1."""
        return self.listed_admin1s.get(code, 0.0)

    def listed(self, place: Place) -> float:
        """Return the share of the names in a list with it that are of the place's kind, 0 without a list."""
        return self.kinds.get(_kind(place), 0.0)

    def _share(self, sums: Mapping[str, float], own: Mapping[str, float], code: str) -> float:
        others = self.tally.sums.weight - self.own.weight
        if others <= 0 or code not in sums:
            return 0.0
        return max(0.0, sums[code] - own.get(code, 0.0)) / others


NO_VOTES = Votes("", Tally(), Ballot(), ())
"""What a name hears before any has voted."""


def count_votes(scene: Scene) -> list[Votes]:
    """Return what each group hears from the groups of other names, in the order of the groups."""
    ballots: dict[str, Ballot] = {}
    by_group = []
    for group in scene.groups:
        ballot = ballots.setdefault(group.key, Ballot())
        by_group.append(_cast(ballot, group, scene))
    tally = _tally(ballots)
    tally.dateline = _dateline(scene.groups)
    shares = [_Shares(group) for group in scene.groups]
    return [
        Votes(
            group.key,
            tally,
            ballots[group.key],
            _points_around(number, scene.groups, by_group),
            _mixed(shares, "countries", scene.beside[number].weights),
            _mixed(shares, "admin1s", scene.beside[number].weights),
            _mixed(shares, "kinds", _evenly(scene.beside[number].listed)),
            _mixed(shares, "admin1s", _evenly(scene.beside[number].listed)),
        )
        for number, group in enumerate(scene.groups)
    ]


class _Shares:
    """One group's shares by country, by ADM1 and by kind."""

    __slots__ = ("admin1s", "countries", "kinds")

    def __init__(self, group: Group) -> None:
        self.countries: dict[str, float] = {}
        self.admin1s: dict[str, float] = {}
        self.kinds: dict[str, float] = {}
        for candidate, share in zip(group.candidates, group.shares, strict=True):
            if share >= _HEARD:
                place = candidate.place
                _add(self.countries, place.country_code, share)
                _add(self.admin1s, admin1_of(place), share)
                _add(self.kinds, _kind(place), share)


def _kind(place: Place) -> str:
    code = place.feature_code
    return code if code in {"ADM1", "ADM2"} else code[:3] if code.startswith("PCL") else place.feature_class


def _evenly(numbers: Sequence[int]) -> dict[int, float]:
    return {number: 1 / len(numbers) for number in numbers}


def _mixed(shares: Sequence[_Shares], of: str, weights: Mapping[int, float]) -> dict[str, float]:
    mixed: dict[str, float] = {}
    for number, weight in weights.items():
        for key, share in getattr(shares[number], of).items():
            _add(mixed, key, share * weight)
    return mixed


def _dateline(groups: Sequence[Group]) -> tuple[str, Place] | None:
    for group in groups:
        if group.dateline:
            best = max(range(len(group.shares)), key=group.shares.__getitem__)
            return group.key, group.candidates[best].place
    return None


def _cast(ballot: Ballot, group: Group, scene: Scene) -> list[tuple[Point, float, str]]:
    """Add a group's votes to the ballot of its name; return its points."""
    if not group.heard:
        return []
    weight = math.sqrt(len(group.mentions))
    ballot.weight += weight
    points: list[tuple[Point, float, str]] = []
    for candidate, share in zip(group.candidates, group.shares, strict=True):
        if share < _HEARD:
            continue
        _hear(ballot, candidate, share, weight, scene.ancestors[candidate.place.id])
        if candidate.place.feature_class not in _AREAS:
            points.append((candidate.place.point, share, candidate.place.id))
    return points


def _hear(
    ballot: Ballot, candidate: Candidate, share: float, weight: float, ancestors: Iterable[str]
) -> None:
    place = candidate.place
    if place.country_code:
        _add(ballot.countries, place.country_code, share * weight)
    if code := admin1_of(place):
        _add(ballot.admin1s, code, share * weight)
    ballot.places[place.id] = max(share, ballot.places.get(place.id, 0.0))
    for ancestor in ancestors:
        _add(ballot.containers, ancestor, share)


def _add(sums: dict[str, float], key: str, value: float) -> None:
    sums[key] = sums.get(key, 0.0) + value


def _tally(ballots: Mapping[str, Ballot]) -> Tally:
    tally = Tally()
    for name, ballot in ballots.items():
        tally.sums.weight += ballot.weight
        for sums, own in (
            (tally.sums.countries, ballot.countries),
            (tally.sums.admin1s, ballot.admin1s),
            (tally.sums.containers, ballot.containers),
        ):
            for key, value in own.items():
                _add(sums, key, value)
        for place_id, share in ballot.places.items():
            first, second = tally.mentioned.get(place_id, ((0.0, ""), (0.0, "")))
            ranked = sorted([first, second, (share, name)], key=lambda each: (-each[0], each[1]))
            tally.mentioned[place_id] = (ranked[0], ranked[1])
    return tally


def _points_around(
    number: int, groups: Sequence[Group], points: Sequence[Sequence[tuple[Point, float, str]]]
) -> list[tuple[Point, float, str]]:
    key = groups[number].key
    start, end = max(0, number - _NEIGHBORS), number + _NEIGHBORS + 1
    return [
        point
        for other, here in zip(groups[start:end], points[start:end], strict=True)
        if other.key != key
        for point in here
    ]
