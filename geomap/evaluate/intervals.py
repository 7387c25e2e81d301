"""How far figures would move with other articles: bootstrap confidence intervals."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence

from geomap.evaluate.calibration import claims_of_recognized
from geomap.evaluate.figures import ArticleScore, Counts

SAMPLES = 1000
_SEED = 161
_LEVEL = 0.95

Ratio = tuple[float, int]


def _f1(counts: Counts) -> Ratio:
    """Return F1 as a ratio whose parts can be summed over articles."""
    return 2 * counts.found, 2 * counts.found + counts.wrong + counts.missed


def _squares(score: ArticleScore) -> Ratio:
    """Return the parts of the Brier score."""
    claims = claims_of_recognized([score]).claims
    return sum((claim.confidence - claim.right) ** 2 for claim in claims), len(claims)


_RATIOS: Mapping[str, Callable[[ArticleScore], Ratio]] = {
    "exact_f1": lambda score: _f1(score.strict),
    "overlap_f1": lambda score: _f1(score.overlap),
    "acc161": lambda score: (sum(pair.near for pair in score.pairs), score.matched),
    "end_to_end_f1": lambda score: _f1(score.end_to_end),
    "type_accuracy": lambda score: (
        sum(gold is predicted for gold, predicted in score.kinds),
        len(score.kinds),
    ),
    "brier_score": _squares,
}


def intervals(scores: Sequence[ArticleScore], *, samples: int = SAMPLES) -> dict[str, tuple[float, float]]:
    """Return the 95 % percentile intervals of figures over articles drawn with replacement.

    The same scores give the same intervals. A figure that the gold does not allow is left out; so are all
    where there are no two articles to draw from.
    """
    if len(scores) < 2 or samples < 1:  # noqa: PLR2004
        return {}
    parts = {name: _columns(scores, ratio) for name, ratio in _RATIOS.items()}
    told = {name: columns for name, columns in parts.items() if _has_gold(scores, name) and any(columns[1])}
    values: dict[str, list[float]] = {name: [] for name in told}
    drawing = random.Random(_SEED)  # noqa: S311 - a draw that can be repeated, and no secret
    for _ in range(samples):
        drawn = drawing.choices(range(len(scores)), k=len(scores))
        for name, (right, all_) in told.items():
            total = sum(map(all_.__getitem__, drawn))
            if total:
                values[name].append(sum(map(right.__getitem__, drawn)) / total)
    return {name: _middle(found) for name, found in values.items() if found}


def _columns(
    scores: Sequence[ArticleScore], ratio: Callable[[ArticleScore], Ratio]
) -> tuple[list[float], list[int]]:
    found = [ratio(score) for score in scores]
    return [right for right, _ in found], [all_ for _, all_ in found]


def _has_gold(scores: Sequence[ArticleScore], name: str) -> bool:
    """Tell whether the gold has what a figure is about: without positions there is no end-to-end F1."""
    return name != "end_to_end_f1" or any(score.resolvable for score in scores)


def _middle(values: list[float]) -> tuple[float, float]:
    """Return the bounds of the middle 95 %."""
    values = sorted(values)
    tail = (1 - _LEVEL) / 2 * len(values)
    return values[math.floor(tail)], values[math.ceil(len(values) - tail) - 1]
