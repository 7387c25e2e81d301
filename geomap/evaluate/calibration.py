"""Whether a confidence means what it says: of the toponyms with .8, eight out of ten should be right.

A place is right if it lies within 161 km of the annotated one. There are two ways to ask:

- of the recognized: predictions whose annotated toponym has a position;
- end to end: those, and predictions that overlap with nothing annotated, which are wrong.

Predictions without a place or a confidence claim nothing. Where the annotated toponym has no position, a
claim can be neither right nor wrong.

Measures: the expected calibration error (Naeini, Cooper and Hauskrecht, "Obtaining well calibrated
probabilities using Bayesian binning", AAAI 2015) over bins of equal mass and, as in Guo, Pleiss, Sun and
Weinberger, "On calibration of modern neural networks", ICML 2017, over bins of equal width; the Brier score
and the log loss; the area under the risk-coverage curve (Geifman and El-Yaniv, "Selective classification
for deep neural networks", NeurIPS 2017). None of them depends on the order of the claims.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from geomap.evaluate.figures import ArticleScore

BINS = 15
"""As many as in Guo et al. 2017."""

_LEAST = 0.00005
"""The log loss takes a confidence to be at least so far from 0 and 1: half of the fourth decimal, to which
confidences are printed. Otherwise one mistake that was claimed for certain would make it infinite."""
_Z = 1.959964
"""The 97.5 % quantile of the normal distribution."""


class Claim(NamedTuple):
    """The confidence in [0, 1] in a place, and whether the place is right."""

    confidence: float
    right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What was claimed, and the number of annotated toponyms with a position that could have been right."""

    claims: tuple[Claim, ...]
    gold: int


def claims_of_recognized(scores: Iterable[ArticleScore]) -> Claims:
    """Return what was claimed of the annotated toponyms that were found."""
    read = tuple(scores)
    return Claims(
        claims=tuple(claim for score in read for claim in _claims_of_pairs(score)),
        gold=sum(score.matched for score in read),
    )


def claims_end_to_end(scores: Iterable[ArticleScore]) -> Claims:
    """Return these and the places of what was found falsely, which are wrong; the gold is all of it."""
    read = tuple(scores)
    false_alarms = tuple(
        Claim(each.confidence, right=False)
        for score in read
        for each in score.false_alarms
        if each.point is not None and each.confidence is not None
    )
    return Claims(
        claims=claims_of_recognized(read).claims + false_alarms,
        gold=sum(score.resolvable for score in read),
    )


def _claims_of_pairs(score: ArticleScore) -> Iterable[Claim]:
    return (
        Claim(pair.predicted.confidence, pair.near)
        for pair in score.pairs
        if pair.error_km is not None and pair.predicted.confidence is not None
    )


# --- bins --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Claims of like confidence, at least one, the least confident first."""

    claims: tuple[Claim, ...]

    @property
    def low(self) -> float:
        """The lowest confidence."""
        return self.claims[0].confidence

    @property
    def high(self) -> float:
        """The highest confidence."""
        return self.claims[-1].confidence

    @property
    def right(self) -> int:
        """How many are right."""
        return sum(claim.right for claim in self.claims)

    @property
    def confidence(self) -> float:
        """The mean confidence."""
        return mean_confidence(self.claims)

    @property
    def accuracy(self) -> float:
        """The share that is right."""
        return self.right / len(self.claims)

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the accuracy."""
        return wilson_interval(self.right, len(self.claims))

    @property
    def gap(self) -> float:
        """How far confidence and accuracy are apart."""
        return abs(self.confidence - self.accuracy)


def equal_mass_bins(claims: Iterable[Claim], *, count: int = BINS) -> list[Bin]:
    """Return bins of about as many claims each; claims of one confidence share a bin, so they may be fewer.

    Splitting them would need an order among equals, and the error would depend on it.
    """
    ranked = sorted(claims)
    numbers: dict[float, int] = {}
    for before, group in _equals(ranked):
        middle = before + len(group) / 2
        numbers[group[0].confidence] = int(count * middle / len(ranked))
    return _bins(ranked, lambda confidence: numbers[confidence])


def equal_width_bins(claims: Iterable[Claim], *, count: int = BINS) -> list[Bin]:
    """Return bins that are equally wide in confidence, without the empty ones; the last holds 1, too."""
    return _bins(sorted(claims), lambda confidence: min(int(confidence * count), count - 1))


def _bins(ranked: Sequence[Claim], number: Callable[[float], int]) -> list[Bin]:
    bins: dict[int, list[Claim]] = defaultdict(list)
    for claim in ranked:
        bins[number(claim.confidence)].append(claim)
    return [Bin(claims=tuple(found)) for _, found in sorted(bins.items())]


def _equals(ranked: Sequence[Claim]) -> Iterable[tuple[int, list[Claim]]]:
    """Yield the claims of one confidence after another, and how many come before them."""
    before = 0
    for _, group in groupby(ranked, key=lambda claim: claim.confidence):
        equal = list(group)
        yield before, equal
        before += len(equal)


def wilson_interval(right: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927), which is never outside [0, 1]; (0, 1) of none."""
    if not total:
        return 0.0, 1.0
    share, spread = right / total, _Z**2 / total
    middle = (share + spread / 2) / (1 + spread)
    half = math.sqrt(spread * (share * (1 - share) + spread / 4)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


# --- figures: 0 without any claim --------------------------------------------------------------


def mean_confidence(claims: Sequence[Claim]) -> float:
    """Return the mean confidence."""
    return _mean([claim.confidence for claim in claims])


def calibration_error(bins: Iterable[Bin]) -> float:
    """Return the expected calibration error: the mean gap, each bin weighed by its size."""
    read = tuple(bins)
    total = sum(len(each.claims) for each in read)
    return math.fsum(len(each.claims) * each.gap for each in read) / total if total else 0.0


def maximum_calibration_error(bins: Iterable[Bin]) -> float:
    """Return the largest gap of a bin."""
    return max((each.gap for each in bins), default=0.0)


def error_by_chance(bins: Iterable[Bin]) -> float:
    """Return the calibration error that so many claims would have if their confidence were just right.

    With few claims the accuracy of a bin is never quite its confidence; by the normal distribution it
    differs by sqrt(2 / pi) standard errors in the mean. Takes mistakes to be independent; those of one
    article are not quite, so that chance alone does somewhat more.
    """
    read = tuple(bins)
    total = sum(len(each.claims) for each in read)
    spread = math.fsum(
        math.sqrt(math.fsum(claim.confidence * (1 - claim.confidence) for claim in each.claims))
        for each in read
    )
    return math.sqrt(2 / math.pi) * spread / total if total else 0.0


def brier_score(claims: Iterable[Claim]) -> float:
    """Return the mean square of confidence minus 1 or, where wrong, 0 (Brier 1950)."""
    return _mean([(claim.confidence - claim.right) ** 2 for claim in claims])


def log_loss(claims: Iterable[Claim]) -> float:
    """Return the mean negative logarithm of the probability of what was the case."""
    likely = [claim.confidence if claim.right else 1 - claim.confidence for claim in claims]
    return _mean([-math.log(min(max(each, _LEAST), 1 - _LEAST)) for each in likely])


def risk_coverage_area(claims: Iterable[Claim]) -> float:
    """Return the mean share of mistakes among the most confident 1, 2, ... all; 0 best.

    Of equal confidence, each order is as likely as any other.
    """
    ranked = sorted(claims, reverse=True)
    risks: list[float] = []
    mistakes = 0.0
    for before, group in _equals(ranked):
        wrong = sum(not claim.right for claim in group)
        risks += (
            (mistakes + wrong * more / len(group)) / (before + more) for more in range(1, len(group) + 1)
        )
        mistakes += wrong
    return _mean(risks)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0
