"""Probabilities of words to spans: each stretch that may be a place's name, the best that do not overlap."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from geomap.model import ToponymType
from geomap.recognizers.neural.labels import KINDS, OUTER_TAGS, OUTERS, PLACE_TAGS, TYPES
from geomap.recognizers.neural.tagger import Tagged

_BEGINS = [number for number, tag in enumerate(PLACE_TAGS) if tag.startswith("B")]
_GOES_ON = [number for number, tag in enumerate(PLACE_TAGS) if tag.startswith("I")]
_DEMONYM = PLACE_TAGS.index("B-DEMONYM")
_FLOOR = 0.03
"""Probability under which no span begins, goes on or ends."""
_LONGEST = 12
"""Words and signs of the longest span."""


class Span(NamedTuple):
    """Words first:last of a tagged text, half-open; the probability that just these are a place's name."""

    first: int
    last: int
    probability: float


class Columns(NamedTuple):
    """Of each word the probabilities that a name begins with it, goes on in it, and is a demonym."""

    begins: Sequence[float]
    goes_on: Sequence[float]
    demonym: Sequence[float]
    person: Sequence[float]
    organization: Sequence[float]


def columns_of(tagged: Tagged) -> Columns:
    """Return the columns as lists, which Python reads faster than arrays."""
    table: Any = tagged.probabilities
    return Columns(
        table[:, _BEGINS].sum(axis=1).tolist(),
        table[:, _GOES_ON].sum(axis=1).tolist(),
        table[:, _DEMONYM].tolist(),
        table[:, OUTERS.start + OUTER_TAGS.index("PERSON")].tolist(),
        table[:, OUTERS.start + OUTER_TAGS.index("ORGANIZATION")].tolist(),
    )


def candidates(columns: Columns) -> Iterator[Span]:
    """Yield the spans that may be names, in order of their first word, the shortest first."""
    begins, goes_on = columns.begins, columns.goes_on
    count = len(begins)
    for first in range(count):
        share = begins[first]
        if share < _FLOOR:
            continue
        for last in range(first + 1, min(count, first + _LONGEST) + 1):
            more = goes_on[last] if last < count else 0.0
            if share * (1 - more) >= _FLOOR:
                yield Span(first, last, share * (1 - more))
            share *= more
            if share < _FLOOR:
                break


Item = TypeVar("Item")


def best(
    items: Sequence[Item], extent: Callable[[Item], tuple[int, int]], worth: Callable[[Item], float]
) -> list[Item]:
    """Return the items that do not overlap and together are worth most, in order.

    Weighted interval scheduling. `extent` gives half-open numbers; an item of no worth is never taken. Of
    equals the one that ends first.
    """
    from bisect import bisect_right

    able = sorted((item for item in items if worth(item) > 0), key=lambda item: extent(item)[::-1])
    ends = [extent(item)[1] for item in able]
    totals = [0.0]
    links: list[tuple[int, bool]] = []
    for number, item in enumerate(able):
        before = bisect_right(ends, extent(item)[0], hi=number)
        total = totals[before] + worth(item)
        taken = total > totals[number]
        totals.append(total if taken else totals[number])
        links.append((before, taken))
    chosen = []
    at = len(able)
    while at:
        before, taken = links[at - 1]
        if taken:
            chosen.append(able[at - 1])
        at = before if taken else at - 1
    return chosen[::-1]


def type_shares(tagged: Tagged, first: int) -> dict[ToponymType, float]:
    """Return the probability of each type of the name that begins with word `first`."""
    return dict(zip(TYPES, tagged.probabilities[first, KINDS].tolist(), strict=True))


def logit(probability: float) -> float:
    """Return the log odds, within [-7, 7]."""
    return max(-7.0, min(7.0, math.log(max(probability, 1e-9) / max(1 - probability, 1e-9))))


def unlogit(odds: float) -> float:
    """Return the probability of log odds."""
    return 1 / (1 + math.exp(-odds))
