"""Which names stand beside which in the text, and which stand in one list ("Homs, Hama and Idlib")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from geomap.model import Article, Mention
from geomap.resolvers.groups import Group, Pair

_HALF = 100
"""Code points between two names at which one says half of what it says right beside the other."""
_LISTED = frozenset({", ", " and ", ", and ", " or ", ", or ", " & ", "/", "; "})
_NEIGHBORS = 2


@dataclass(slots=True)
class Beside:
    """For one group, the numbers of other groups: beside it, with weights of sum 1, and in a list with it."""

    weights: Mapping[int, float] = field(default_factory=dict)
    listed: tuple[int, ...] = ()


def standing_beside(article: Article, pairs: Sequence[Pair], groups: Sequence[Group]) -> list[Beside]:
    """Return for each group what stands beside it, over all its mentions."""
    group_of = {number: at for at, group in enumerate(groups) for number in group.mentions}
    order = sorted(group_of)
    weights: list[dict[int, float]] = [{} for _ in groups]
    listed: list[set[int]] = [set() for _ in groups]
    for at, number in enumerate(order):
        mention = pairs[number][0]
        for other in order[max(0, at - _NEIGHBORS) : at + _NEIGHBORS + 1]:
            here, there = group_of[number], group_of[other]
            if groups[here].key == groups[there].key or not groups[there].heard:
                continue
            between = gap(article, mention, pairs[other][0])
            if between is None:
                continue
            weights[here][there] = weights[here].get(there, 0.0) + 1 / (1 + len(between) / _HALF)
            if between in _LISTED:
                listed[here].add(there)
    return [
        Beside(_normed(found), tuple(sorted(names))) for found, names in zip(weights, listed, strict=True)
    ]


def _normed(weights: Mapping[int, float]) -> dict[int, float]:
    total = sum(weights.values())
    return {number: weight / total for number, weight in sorted(weights.items())}


def gap(article: Article, one: Mention, other: Mention) -> str | None:
    """Return what stands between two mentions of one field, in either order; None where they are of two."""
    if one.field != other.field:
        return None
    first, second = (one, other) if one.start <= other.start else (other, one)
    text: str = getattr(article, one.field)
    return text[first.end : second.start]
