"""Reasons to a probability: a logistic sum, its weights in a table beside the code."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

from geomap import lexicon

_LARGEST = 30.0
"""Beyond it exp() would not fit; the probability is 0 or 1 in all digits long before."""


@cache
def weights(table: str) -> Mapping[str, float]:
    """Return the weights of a table such as "recognition.tsv" by the name of the reason, its first column."""
    return {next(iter(row.values())): float(row["weight"]) for row in lexicon.table(table)}


def probability(features: Mapping[str, float], known: Mapping[str, float]) -> float:
    """Return the probability that the reasons (in [0, 1] or log odds) and their weights give."""
    total = math.fsum(value * known.get(name, 0.0) for name, value in features.items())
    return 1 / (1 + math.exp(-max(-_LARGEST, min(_LARGEST, total))))
