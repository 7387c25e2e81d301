"""How right geomap is: recognition, resolution and both together, against articles annotated by hand.

Measures, after Gritta, Pilehvar and Collier, "A pragmatic guide to geoparsing evaluation" (2020):

- strict: the same span; overlap: spans that share a character, paired one to one, greedily, by the most
  shared characters;
- resolution: of the paired toponyms whose gold has coordinates, and of all such gold, the share within
  161 km (100 miles) and the area under ln(1 + error), 0 best and 1 worst;
- end to end: a prediction is right if it overlaps its gold toponym and lies within 161 km of it;
- type: of the paired toponyms whose gold says so, the share where literal and associative agree.

Only mentions of the text count: corpora do not annotate titles.
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from geomap.errors import ArticleError
from geomap.geo import distance_km
from geomap.geoparser import Geoparser
from geomap.model import Article, GeoparsedArticle, Point, ToponymType

NEAR_KM = 161.0
"""100 miles, the usual bound since Cheng, Caverlee and Lee (2010)."""

FARTHEST_KM = 20039.0
"""Half of the equator, the worst error possible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toponym:
    """A mention as an evaluation sees it: half-open code points of the text, and where it is said to be."""

    start: int
    end: int
    point: Point | None = None
    literal: bool | None = None


Toponyms = Mapping[str, Sequence[Toponym]]
"""Ids of articles to the toponyms of their texts."""


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

    def as_dict(self) -> dict[str, float | None] | None:
        """Return the shares within 161 km, mean, median and area under the curve; None where total is 0."""
        if not self.total:
            return None
        errors = self.errors
        near = sum(error <= NEAR_KM for error in errors)
        unanswered = self.total - len(errors)
        area = sum(math.log1p(error) / math.log1p(FARTHEST_KM) for error in errors) + unanswered
        return {
            "n": self.total,
            "answered": len(errors),
            "acc161": round(near / self.total, 4),
            "acc161_answered": round(_share(near, len(errors)), 4),
            "mean_km": round(sum(errors) / len(errors), 1) if errors else None,
            "median_km": round(statistics.median(errors), 2) if errors else None,
            "auc": round(area / self.total, 4),
        }


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
        return figures


class _Scored(NamedTuple):
    """One article's part of the figures."""

    strict: Counts
    overlap: Counts
    end_to_end: Counts
    errors: list[float]
    matched: int
    resolvable: int
    exact_and_near: int
    kinds: list[tuple[bool, bool]]


def evaluate(gold: Toponyms, predicted: Toponyms) -> Figures:
    """Return the figures of the predictions; of an article of the gold without any, all is missed."""
    scored = [_score(toponyms, predicted.get(id_, ())) for id_, toponyms in gold.items()]
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
    )


def pairs(gold: Sequence[Toponym], predicted: Sequence[Toponym]) -> list[tuple[Toponym, Toponym]]:
    """Pair toponyms that overlap, each once: the most shared characters first, then the closest spans."""
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
    return [(gold[i], predicted[j]) for i, j in partner.items()]


def predictions(geoparser: Geoparser, articles: Iterable[Article]) -> dict[str, list[Toponym]]:
    """Parse the articles and return what an evaluation compares."""
    return {article.id: toponyms_of(geoparser.parse(article)) for article in articles}


def toponyms_of(parsed: GeoparsedArticle) -> list[Toponym]:
    """Return the mentions of an article's text with the points of their places."""
    return [
        Toponym(
            start=resolution.mention.start,
            end=resolution.mention.end,
            point=resolution.place.point if resolution.place else None,
            literal=resolution.mention.type.literal,
        )
        for resolution in parsed.resolutions
        if resolution.mention.field == "text"
    ]


def read_toponyms(path: Path, *, on_error: Callable[[ArticleError], None]) -> dict[str, list[Toponym]]:
    """Return the toponyms of a file of JSON lines `{"id", "toponyms": [{"start", "end", "lat", "lon"}]}`.

    `type` ("literal", "associative", or one of `ToponymType`) or `literal` may tell the type. What cannot be
    read is given to `on_error`, and the rest goes on.
    """
    found: dict[str, list[Toponym]] = {}
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                try:
                    id_, toponyms = _read_line(line)
                except ValueError as error:
                    on_error(ArticleError(str(error), path=str(path), line=number))
                else:
                    found[id_] = toponyms
    except UnicodeDecodeError:
        on_error(ArticleError("is not UTF-8", path=str(path)))
    except OSError as error:
        on_error(ArticleError(error.strerror or str(error), path=str(path)))
    return found


def _read_line(line: str) -> tuple[str, list[Toponym]]:
    """Return an article's id and toponyms. Raises ValueError."""
    try:
        record = json.loads(line)
        rows = [row for row in record["toponyms"] if row.get("field", "text") == "text"]
        return str(record["id"]), [_toponym(row) for row in rows]
    except KeyError as error:
        problem = f"has no {error.args[0]}"
        raise ValueError(problem) from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        problem = f"holds no toponyms that can be read: {error}"
        raise ValueError(problem) from error


def _toponym(row: Mapping[str, Any]) -> Toponym:
    lat, lon = row.get("lat"), row.get("lon")
    point = None if lat is None or lon is None else Point(lat=float(lat), lon=float(lon))
    return Toponym(start=int(row["start"]), end=int(row["end"]), point=point, literal=_literal(row))


def _literal(row: Mapping[str, Any]) -> bool | None:
    if isinstance(row.get("literal"), bool):
        return bool(row["literal"])
    if row.get("type") in ("literal", "associative"):
        return bool(row["type"] == "literal")
    known = {type_.value: type_.literal for type_ in ToponymType}
    return known.get(str(row.get("type")).lower())


def _score(gold: Sequence[Toponym], predicted: Sequence[Toponym]) -> _Scored:
    spans, predicted_spans = {(t.start, t.end) for t in gold}, {(t.start, t.end) for t in predicted}
    matched = pairs(gold, predicted)
    unplaced_gold = sum(left.point is None for left, _ in matched)
    placed = [
        (distance_km(left.point, right.point), left, right)
        for left, right in matched
        if left.point is not None and right.point is not None
    ]
    near = [(left, right) for error, left, right in placed if error <= NEAR_KM]
    resolvable = sum(toponym.point is not None for toponym in gold)
    # A pair whose gold has no coordinates can be neither right nor wrong.
    answered = sum(toponym.point is not None for toponym in predicted) - unplaced_gold
    return _Scored(
        strict=Counts(
            found=len(spans & predicted_spans),
            wrong=len(predicted_spans - spans),
            missed=len(spans - predicted_spans),
        ),
        overlap=Counts(
            found=len(matched), wrong=len(predicted) - len(matched), missed=len(gold) - len(matched)
        ),
        end_to_end=Counts(found=len(near), wrong=max(0, answered - len(near)), missed=resolvable - len(near)),
        errors=[error for error, _, _ in placed],
        matched=len(matched) - unplaced_gold,
        resolvable=resolvable,
        exact_and_near=sum((left.start, left.end) == (right.start, right.end) for left, right in near),
        kinds=[
            (left.literal, right.literal)
            for left, right in matched
            if left.literal is not None and right.literal is not None
        ],
    )


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


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
