"""The figures of a set of articles: counts, shares and distances, summed over the articles."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from geomap.evaluate.toponyms import Toponym, Toponyms
from geomap.geo import distance_km

NEAR_KM = 161.0
"""100 miles, the usual bound since Cheng, Caverlee and Lee (2010)."""

FARTHEST_KM = 20039.0
"""Half of the equator, the worst error possible."""


class Pair(NamedTuple):
    """A gold toponym and the prediction that overlaps it; `error_km` is None where one has no position."""

    gold: Toponym
    predicted: Toponym
    error_km: float | None

    @property
    def near(self) -> bool:
        """Tell whether the predicted position is right."""
        return self.error_km is not None and self.error_km <= NEAR_KM

    @property
    def exact(self) -> bool:
        """Tell whether both are the same span."""
        return (self.gold.start, self.gold.end) == (self.predicted.start, self.predicted.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What was found, what was found wrongly, what was missed."""

    found: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            found=self.found + other.found, wrong=self.wrong + other.wrong, missed=self.missed + other.missed
        )

    @property
    def precision(self) -> float:
        """The share of the predictions that are right; 0 without any."""
        return _share(self.found, self.found + self.wrong)

    @property
    def recall(self) -> float:
        """The share of the gold that was found; 0 without any."""
        return _share(self.found, self.found + self.missed)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def as_dict(self) -> dict[str, float]:
        """Return precision, recall and F1 with four decimals."""
        return {"p": round(self.precision, 4), "r": round(self.recall, 4), "f1": round(self.f1, 4)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Distances:
    """Errors in km of the toponyms that got a place, out of `total` that have one."""

    errors: tuple[float, ...]
    total: int

    @property
    def near(self) -> float | None:
        """The share within 161 km; None where total is 0."""
        return sum(error <= NEAR_KM for error in self.errors) / self.total if self.total else None

    @property
    def area(self) -> float | None:
        """The area under ln(1 + error), in [0, 1], less is better; None where total is 0."""
        if not self.total:
            return None
        unanswered = self.total - len(self.errors)
        farthest = math.log1p(FARTHEST_KM)
        return (sum(math.log1p(error) / farthest for error in self.errors) + unanswered) / self.total

    def as_dict(self) -> dict[str, float | None] | None:
        """Return the shares within 161 km, mean, median and area under the curve; None where total is 0."""
        if self.near is None or self.area is None:
            return None
        errors = self.errors
        near = sum(error <= NEAR_KM for error in errors)
        return {
            "n": self.total,
            "answered": len(errors),
            "acc161": round(self.near, 4),
            "acc161_answered": round(_share(near, len(errors)), 4),
            "mean_km": round(sum(errors) / len(errors), 1) if errors else None,
            "median_km": round(statistics.median(errors), 2) if errors else None,
            "auc": round(self.area, 4),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleScore:
    """One article's part of the figures.

    `partners` has for each gold toponym its pair, None where it was missed; `false_alarms` are the
    predictions of no pair; `matched` and `resolvable` count gold that has a position, the paired and all.
    """

    id: str
    gold: tuple[Toponym, ...]
    predicted: tuple[Toponym, ...]
    partners: tuple[Pair | None, ...]
    false_alarms: tuple[Toponym, ...]
    strict: Counts
    overlap: Counts
    end_to_end: Counts
    matched: int
    resolvable: int

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """What was found, in the order of the gold."""
        return tuple(pair for pair in self.partners if pair)

    @property
    def errors(self) -> tuple[float, ...]:
        """The errors in km of what got a place and has one."""
        return tuple(pair.error_km for pair in self.pairs if pair.error_km is not None)

    @property
    def exact_and_near(self) -> int:
        """The number of pairs of the same span and, within 161 km, the same place."""
        return sum(pair.near and pair.exact for pair in self.pairs)

    @property
    def kinds(self) -> tuple[tuple[bool, bool], ...]:
        """The pairs of gold and predicted `literal`, where both are known."""
        return tuple(
            (pair.gold.literal, pair.predicted.literal)
            for pair in self.pairs
            if pair.gold.literal is not None and pair.predicted.literal is not None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of one set of articles; `kinds` are pairs of gold and predicted `literal`."""

    articles: int
    missing_articles: int
    strict: Counts
    overlap: Counts
    end_to_end: Counts
    matched: Distances
    all_gold: Distances
    exact_and_near: int
    kinds: tuple[tuple[bool, bool], ...] = ()
    scores: tuple[ArticleScore, ...] = field(default=(), repr=False, compare=False)

    def as_dict(self) -> dict[str, Any]:
        """Return the figures under the names in which they are compared with other geoparsers."""
        total = self.all_gold.total
        figures: dict[str, Any] = {
            "articles": self.articles,
            "missing_articles": self.missing_articles,
            "strict": self.strict.as_dict(),
            "overlap": self.overlap.as_dict(),
            "resolution_of_matched": self.matched.as_dict(),
            "resolution_of_all_gold": self.all_gold.as_dict(),
            "end_to_end161": self.end_to_end.as_dict() if total else None,
            "strict_recall161": round(self.exact_and_near / total, 4) if total else None,
        }
        if self.kinds:
            figures["type_of_matched"] = _kinds_dict(self.kinds)
            figures["type_confusion"] = _confusion(self.kinds)
        return figures


def evaluate(gold: Toponyms, predicted: Toponyms) -> Figures:
    """Return the figures of the predictions; of an article of the gold without any, all is missed."""
    scored = tuple(_score(id_, toponyms, predicted.get(id_, ())) for id_, toponyms in gold.items())
    errors = tuple(error for article in scored for error in article.errors)
    return Figures(
        articles=len(gold),
        missing_articles=sum(id_ not in predicted for id_ in gold),
        strict=sum((article.strict for article in scored), Counts()),
        overlap=sum((article.overlap for article in scored), Counts()),
        end_to_end=sum((article.end_to_end for article in scored), Counts()),
        matched=Distances(errors=errors, total=sum(article.matched for article in scored)),
        all_gold=Distances(errors=errors, total=sum(article.resolvable for article in scored)),
        exact_and_near=sum(article.exact_and_near for article in scored),
        kinds=tuple(kind for article in scored for kind in article.kinds),
        scores=scored,
    )


def pairs(gold: Sequence[Toponym], predicted: Sequence[Toponym]) -> list[tuple[Toponym, Toponym]]:
    """Pair toponyms that overlap, each once: the most shared characters first, then the closest spans."""
    return [(gold[i], predicted[j]) for i, j in _partners(gold, predicted).items()]


def _partners(gold: Sequence[Toponym], predicted: Sequence[Toponym]) -> dict[int, int]:
    """Return indexes of the gold to indexes of the predictions, the best pairs first."""
    ranked = sorted(
        (-shared, abs(left.start - right.start) + abs(left.end - right.end), i, j)
        for i, left in enumerate(gold)
        for j, right in enumerate(predicted)
        if (shared := min(left.end, right.end) - max(left.start, right.start)) > 0
    )
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, j in ranked:
        if i not in partner and j not in taken:
            partner[i] = j
            taken.add(j)
    return partner


def _score(id_: str, gold: Sequence[Toponym], predicted: Sequence[Toponym]) -> ArticleScore:
    spans, predicted_spans = {(t.start, t.end) for t in gold}, {(t.start, t.end) for t in predicted}
    partner = _partners(gold, predicted)
    matched = {i: Pair(gold[i], predicted[j], _error_km(gold[i], predicted[j])) for i, j in partner.items()}
    taken = frozenset(partner.values())
    unplaced_gold = sum(pair.gold.point is None for pair in matched.values())
    near = sum(pair.near for pair in matched.values())
    resolvable = sum(toponym.point is not None for toponym in gold)
    # A pair whose gold has no coordinates can be neither right nor wrong.
    answered = sum(toponym.point is not None for toponym in predicted) - unplaced_gold
    return ArticleScore(
        id=id_,
        gold=tuple(gold),
        predicted=tuple(predicted),
        partners=tuple(matched.get(i) for i in range(len(gold))),
        false_alarms=tuple(each for j, each in enumerate(predicted) if j not in taken),
        strict=Counts(
            found=len(spans & predicted_spans),
            wrong=len(predicted_spans - spans),
            missed=len(spans - predicted_spans),
        ),
        overlap=Counts(
            found=len(matched), wrong=len(predicted) - len(matched), missed=len(gold) - len(matched)
        ),
        end_to_end=Counts(found=near, wrong=max(0, answered - near), missed=resolvable - near),
        matched=len(matched) - unplaced_gold,
        resolvable=resolvable,
    )


def _error_km(gold: Toponym, predicted: Toponym) -> float | None:
    if gold.point is None or predicted.point is None:
        return None
    return distance_km(gold.point, predicted.point)


def _kinds_dict(kinds: Sequence[tuple[bool, bool]]) -> dict[str, float | None]:
    right = sum(gold is predicted for gold, predicted in kinds)
    literal = [predicted for gold, predicted in kinds if gold]
    associative = [not predicted for gold, predicted in kinds if not gold]
    return {
        "n": len(kinds),
        "accuracy": round(right / len(kinds), 4),
        "literal_recall": round(sum(literal) / len(literal), 4) if literal else None,
        "associative_recall": round(sum(associative) / len(associative), 4) if associative else None,
    }


def _confusion(kinds: Sequence[tuple[bool, bool]]) -> dict[str, dict[str, int]]:
    """Return the types of the gold to how often they were taken for which."""
    names = {True: "literal", False: "associative"}
    return {
        name: {other: kinds.count((gold, predicted)) for predicted, other in names.items()}
        for gold, name in names.items()
    }


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
