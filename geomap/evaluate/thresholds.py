"""What a threshold on the confidence keeps, what it costs, and which one to take.

Shown is what has at least the threshold, as with --min-confidence. See `calibration` for what a claim is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from geomap.evaluate.calibration import (
    Claims,
    brier_score,
    calibration_error,
    claims_end_to_end,
    claims_of_recognized,
    equal_mass_bins,
    equal_width_bins,
    error_by_chance,
    log_loss,
    maximum_calibration_error,
    mean_confidence,
    risk_coverage_area,
)
from geomap.evaluate.figures import ArticleScore
from geomap.evaluate.toponyms import Toponym

THRESHOLDS = tuple(number / 20 for number in range(21))
"""0, .05 ... 1, for tables."""
PRECISIONS = (0.95, 0.9)
"""The precisions for which a threshold is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Of `claims` places, `shown` have at least the threshold; of these `right`, which could be `gold`."""

    threshold: float
    claims: int
    shown: int
    right: int
    gold: int

    @property
    def precision(self) -> float | None:
        """The share of what is shown that is right; None where nothing is."""
        return self.right / self.shown if self.shown else None

    @property
    def coverage(self) -> float:
        """The share of the places that is shown."""
        return self.shown / self.claims if self.claims else 0.0

    @property
    def recall(self) -> float:
        """The share of the annotated toponyms that is shown within 161 km."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.right / (self.shown + self.gold) if self.shown + self.gold else 0.0

    def as_dict(self) -> dict[str, float | None]:
        """Return the shares with four decimals; the threshold is as it is, because it is to be used."""
        return {
            "threshold": self.threshold,
            "precision": _rounded(self.precision),
            "coverage": round(self.coverage, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
        }


def kept_at(claims: Claims, thresholds: Iterable[float] = THRESHOLDS) -> list[Kept]:
    """Return what each threshold keeps."""
    return [_kept_at(claims, threshold) for threshold in thresholds]


def _kept_at(claims: Claims, threshold: float) -> Kept:
    shown = [claim.right for claim in claims.claims if claim.confidence >= threshold]
    return Kept(
        threshold=threshold,
        claims=len(claims.claims),
        shown=len(shown),
        right=sum(shown),
        gold=claims.gold,
    )


def every_threshold(claims: Claims) -> list[Kept]:
    """Return what 0 and each confidence keep as a threshold, from the lowest; there are no others."""
    ranked = sorted(claims.claims, reverse=True)
    total, found = len(ranked), []
    shown = right = 0
    for number, claim in enumerate(ranked):
        shown, right = shown + 1, right + claim.right
        if number + 1 == total or ranked[number + 1].confidence < claim.confidence:
            found.append(
                Kept(threshold=claim.confidence, claims=total, shown=shown, right=right, gold=claims.gold)
            )
    if not found or found[-1].threshold > 0:
        found.append(Kept(threshold=0.0, claims=total, shown=shown, right=right, gold=claims.gold))
    return found[::-1]


def threshold_for(claims: Claims, *, precision: float) -> Kept | None:
    """Return the lowest threshold at which what is shown reaches the precision; None where none does."""
    return next(
        (
            kept
            for kept in every_threshold(claims)
            if kept.precision is not None and kept.precision >= precision
        ),
        None,
    )


def best_threshold(claims: Claims) -> Kept:
    """Return the lowest threshold with the highest F1."""
    return max(every_threshold(claims), key=lambda kept: (kept.f1, -kept.threshold))


# --- NIL ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Nil:
    """At a threshold, of `total` mentions without a true place `left` get none, as do `lost` others.

    No true place have what overlaps with nothing annotated (though annotators may have left it out) and what
    is annotated without a position.
    """

    threshold: float
    total: int
    left: int
    lost: int

    @property
    def precision(self) -> float | None:
        """The share of what gets no place that has none; None of nothing."""
        without = self.left + self.lost
        return self.left / without if without else None

    @property
    def recall(self) -> float | None:
        """The share of what has no place that gets none; None of nothing."""
        return self.left / self.total if self.total else None

    def as_dict(self) -> dict[str, float | None]:
        """Return the shares with four decimals."""
        return {
            "threshold": self.threshold,
            "precision": _rounded(self.precision),
            "recall": _rounded(self.recall),
        }


def nil_at(scores: Iterable[ArticleScore], thresholds: Iterable[float] = THRESHOLDS) -> list[Nil]:
    """Return for each threshold which mentions are without a place."""
    read = tuple(scores)
    nil = [each for score in read for each in _nil(score)]
    others = [pair.predicted for score in read for pair in score.pairs if pair.gold.point is not None]
    return [
        Nil(
            threshold=threshold,
            total=len(nil),
            left=sum(_is_left(each, threshold) for each in nil),
            lost=sum(_is_left(each, threshold) for each in others),
        )
        for threshold in thresholds
    ]


def _nil(score: ArticleScore) -> Iterator[Toponym]:
    yield from score.false_alarms
    yield from (pair.predicted for pair in score.pairs if pair.gold.point is None)


def _is_left(toponym: Toponym, threshold: float) -> bool:
    unsure = toponym.confidence is not None and toponym.confidence < threshold
    return toponym.point is None or unsure


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


# --- all of it ---------------------------------------------------------------------------------


def calibration_figures(scores: Sequence[ArticleScore]) -> dict[str, Any] | None:
    """Return all figures of the confidence, with four decimals; None where nothing claims any."""
    recognized, end_to_end = claims_of_recognized(scores), claims_end_to_end(scores)
    if not end_to_end.claims or not end_to_end.gold:
        return None
    nil = nil_at(scores)
    false_alarms = sum(len(score.false_alarms) for score in scores)
    return {
        "recognized": claims_dict(recognized),
        "end_to_end": claims_dict(end_to_end),
        "nil": {
            "n": nil[0].total,
            "without_gold": false_alarms,
            "gold_without_position": nil[0].total - false_alarms,
            "by_threshold": [each.as_dict() for each in nil],
        },
    }


def claims_dict(claims: Claims) -> dict[str, Any] | None:
    """Return the figures of one set of claims; None where there are none."""
    found = claims.claims
    if not found:
        return None
    bins = equal_mass_bins(found)
    figures = {
        "accuracy": sum(claim.right for claim in found) / len(found),
        "mean_confidence": mean_confidence(found),
        "calibration_error": calibration_error(bins),
        "calibration_error_by_chance": error_by_chance(bins),
        "calibration_error_equal_width": calibration_error(equal_width_bins(found)),
        "maximum_calibration_error": maximum_calibration_error(bins),
        "brier_score": brier_score(found),
        "log_loss": log_loss(found),
        "risk_coverage_area": risk_coverage_area(found),
    }
    return {
        "n": len(found),
        **{name: round(value, 4) for name, value in figures.items()},
        "thresholds": _recommended(claims),
        "by_threshold": [kept.as_dict() for kept in kept_at(claims)],
        "bins": [
            {
                "low": each.low,
                "high": each.high,
                "n": len(each.claims),
                "confidence": round(each.confidence, 4),
                "accuracy": round(each.accuracy, 4),
                "interval": [round(bound, 4) for bound in each.interval],
            }
            for each in bins
        ],
    }


def _recommended(claims: Claims) -> dict[str, dict[str, float | None] | None]:
    wanted = {f"precision_{each:.2f}": threshold_for(claims, precision=each) for each in PRECISIONS}
    found = {**wanted, "best_f1": best_threshold(claims)}
    return {name: kept.as_dict() if kept else None for name, kept in found.items()}
