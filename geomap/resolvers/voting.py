"""What the names of an article say together: which countries, provinces and containers they vote for.

Each group of mentions votes with the shares of its candidates so far; no group votes on itself.
"""

from __future__ import annotations

import math

from geomap.model import Candidate, Point
from geomap.resolvers.evidence import Votes
from geomap.resolvers.scene import Scene

_HEARD = 0.05
"""Share from which a candidate is heard at all."""

_AREAS = frozenset({"A", "L"})


def votes_for(number: int, scene: Scene) -> Votes:
    """Return the votes of all groups but the one of that number."""
    votes = Votes(countries={}, admin1s={}, mentioned={}, containers={}, points=[])
    points: list[tuple[Point, float, str]] = []
    total = 0.0
    for other, group in enumerate(scene.groups):
        if other == number or group.key == scene.groups[number].key:
            continue
        weight = math.sqrt(len(group.mentions))
        total += weight
        for candidate, share in zip(group.candidates, group.shares, strict=False):
            if share >= _HEARD:
                _hear(votes, points, candidate, share, weight, scene)
    return Votes(
        countries={code: value / total for code, value in votes.countries.items()},
        admin1s={code: value / total for code, value in votes.admin1s.items()},
        mentioned=votes.mentioned,
        containers={place: value / (1 + value) for place, value in votes.containers.items()},
        points=points,
    )


def _hear(
    votes: Votes,
    points: list[tuple[Point, float, str]],
    candidate: Candidate,
    share: float,
    weight: float,
    scene: Scene,
) -> None:
    place = candidate.place
    if place.country_code:
        votes.countries[place.country_code] = votes.countries.get(place.country_code, 0.0) + share * weight
    if place.admin1_code:
        code = f"{place.country_code}.{place.admin1_code}"
        votes.admin1s[code] = votes.admin1s.get(code, 0.0) + share * weight
    votes.mentioned[place.id] = max(share, votes.mentioned.get(place.id, 0.0))
    for ancestor in scene.ancestors[place.id]:
        votes.containers[ancestor] = votes.containers.get(ancestor, 0.0) + share
    if place.feature_class not in _AREAS:
        points.append((place.point, share, place.id))
