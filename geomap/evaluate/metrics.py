"""The figures that a floor may be set for, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from geomap.evaluate.calibration import (
    Claims,
    brier_score,
    calibration_error,
    claims_end_to_end,
    claims_of_recognized,
    equal_mass_bins,
)
from geomap.evaluate.figures import Figures

Metric = Callable[[Figures], float | None]


def _if_resolvable(value: Callable[[Figures], float]) -> Metric:
    return lambda figures: value(figures) if figures.all_gold.total else None


def _type_accuracy(figures: Figures) -> float | None:
    right = sum(gold is predicted for gold, predicted in figures.kinds)
    return right / len(figures.kinds) if figures.kinds else None


def _calibration_error(claims: Claims) -> float | None:
    return calibration_error(equal_mass_bins(claims.claims)) if claims.claims else None


def _brier_score(figures: Figures) -> float | None:
    claims = claims_of_recognized(figures.scores).claims
    return brier_score(claims) if claims else None


METRICS: Mapping[str, Metric] = {
    "exact_precision": lambda figures: figures.strict.precision,
    "exact_recall": lambda figures: figures.strict.recall,
    "exact_f1": lambda figures: figures.strict.f1,
    "overlap_precision": lambda figures: figures.overlap.precision,
    "overlap_recall": lambda figures: figures.overlap.recall,
    "overlap_f1": lambda figures: figures.overlap.f1,
    "acc161": lambda figures: figures.matched.near,
    "acc161_all": lambda figures: figures.all_gold.near,
    "end_to_end_precision": _if_resolvable(lambda figures: figures.end_to_end.precision),
    "end_to_end_recall": _if_resolvable(lambda figures: figures.end_to_end.recall),
    "end_to_end_f1": _if_resolvable(lambda figures: figures.end_to_end.f1),
    "type_accuracy": _type_accuracy,
    "auc": lambda figures: figures.matched.area,
    "auc_all": lambda figures: figures.all_gold.area,
    "calibration_error": lambda figures: _calibration_error(claims_of_recognized(figures.scores)),
    "end_to_end_calibration_error": lambda figures: _calibration_error(claims_end_to_end(figures.scores)),
    "brier_score": _brier_score,
}
"""All lie in [0, 1]; None where gold or predictions have nothing to tell one by."""

LESS_IS_BETTER = frozenset(
    {"auc", "auc_all", "calibration_error", "end_to_end_calibration_error", "brier_score"}
)
"""The metrics whose bound is a ceiling."""
