"""Fit the weights of recognition and typing, cross-validated by article.

    GEOMAP_CORPORA=... python tests/bench/fit.py recognition|typing [--write]

Prints the cross-validated figures; with --write it also writes the fitted weights into the package's tables,
where rows whose reason begins with "by hand" keep theirs. Needs numpy, scipy and scikit-learn.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

import geomap
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.recognizers.context import read_context
from geomap.recognizers.dictionary import is_organization
from geomap.recognizers.evidence import features_of
from geomap.recognizers.matching import matches_at
from geomap.recognizers.typing import typing_features
from geomap.text import words

TABLES = Path(geomap.__file__).parent / "tables"
FOLDS = 3
CORPUS_WEIGHT = {"lgl-dev": 1.0, "trnews-dev": 2.0, "gwn-dev": 1.5, "setimes-voa": 1.0}
RECOGNITION_ONLY = (
    "prominence_", "given", "sur", "stop", "written", "ordinary", "many_places", "only_a", "two_let",
    "three_let", "short", "alternate", "before_surname", "before_unknown", "after_given", "in_person",
    "inside_stop", "full_name", "after_title",
)  # fmt: skip
"""Reasons that say whether a match is a place at all, and nothing of what it means."""

Span = tuple[int, int]


def articles(corpus: str) -> list[dict[str, Any]]:
    """Return the annotated articles of a corpus."""
    path = Path(os.environ["GEOMAP_CORPORA"]) / f"{corpus}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def matches(article: dict[str, Any], names: Any) -> Iterator[list[tuple[Span, dict[str, float], Any]]]:
    """Yield, for each word where names fit, the matches (longest first) with their reasons."""
    text = article["text"]
    found = words(text)
    context = read_context([(text, found)], names)
    for at in range(len(found)):
        here = [match for match in matches_at(text, found, at, names) if not is_organization(match, found)]
        if here:
            yield [((m.start, m.end), features_of(m, 0, context, names), (m, context)) for m in here]


def _is_gold(span: Span, gold: Sequence[Span], offered: set[Span]) -> bool:
    """Tell whether the span is annotated, or the best that can be offered for an annotated one."""
    if span in gold:
        return True
    for start, end in gold:
        shared = min(end, span[1]) - max(start, span[0])
        if shared > 0 and (start, end) not in offered:
            return shared / (max(end, span[1]) - min(start, span[0])) > 0.45
    return False


def recognition_instances(
    article: dict[str, Any], rows: list[Any]
) -> Iterator[tuple[dict[str, float], bool]]:
    """Yield reasons and truth of the matches that a left-to-right, longest-first reader has to judge."""
    gold = [(x["start"], x["end"]) for x in article["toponyms"]]
    offered = {span for row in rows for span, _, _ in row}
    for row in rows:
        if any(span in offered and span[0] < row[0][0][0] < span[1] for span in gold):
            continue
        for span, features, _ in row:
            truth = _is_gold(span, gold, offered)
            yield features, truth
            if truth:
                break


def decode(rows: list[Any], weights: dict[str, float], threshold: float = 0.4) -> list[Span]:
    """Return the spans that the recognizer would keep with these weights."""
    kept: list[Span] = []
    for row in rows:
        if kept and row[0][0][0] < kept[-1][1]:
            continue
        for span, features, _ in row:
            total = sum(value * weights.get(name, 0.0) for name, value in features.items())
            if 1 / (1 + np.exp(-total)) >= threshold:
                kept.append(span)
                break
    return kept


def overlap_counts(gold: list[Span], kept: list[Span]) -> np.ndarray:
    """Return true positives, false positives and false negatives of overlapping spans, one to one."""
    free = list(kept)
    hits = 0
    for start, end in gold:
        partner = next((span for span in free if span[0] < end and span[1] > start), None)
        if partner is not None:
            free.remove(partner)
            hits += 1
    return np.array([hits, len(kept) - hits, len(gold) - hits])


def logistic(samples: list[tuple[dict[str, float], bool, float]], c: float = 0.3) -> dict[str, float]:
    """Return the weights of an L2 logistic regression without intercept."""
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([features for features, _, _ in samples])
    model = LogisticRegression(C=c, max_iter=1000, fit_intercept=False)
    model.fit(matrix, [truth for _, truth, _ in samples], sample_weight=[weight for _, _, weight in samples])
    return dict(zip(vectorizer.get_feature_names_out(), map(float, model.coef_[0]), strict=True))


def fit_recognition() -> dict[str, float]:
    """Print cross-validated overlap F1 by corpus; return the weights fitted on all."""
    names = SqliteGazetteer().names()
    data = {corpus: [(a, list(matches(a, names))) for a in articles(corpus)] for corpus in CORPUS_WEIGHT}

    def fitted(keep: Callable[[int], bool]) -> dict[str, float]:
        return logistic(
            [
                (features, truth, CORPUS_WEIGHT[corpus])
                for corpus, rows in data.items()
                for number, (article, row) in enumerate(rows)
                if keep(number)
                for features, truth in recognition_instances(article, row)
            ]
        )

    counts = {corpus: np.zeros(3) for corpus in data}
    for fold in range(FOLDS):
        weights = fitted(lambda number, fold=fold: number % FOLDS != fold)
        for corpus, rows in data.items():
            for article, row in rows[fold::FOLDS]:
                gold = [(x["start"], x["end"]) for x in article["toponyms"]]
                counts[corpus] += overlap_counts(gold, decode(row, weights))
    for corpus, (hits, wrong, missed) in counts.items():
        print(f"{corpus}\toverlap P {hits / (hits + wrong):.3f} R {hits / (hits + missed):.3f} "
              f"F1 {2 * hits / (2 * hits + wrong + missed):.3f}")  # fmt: skip
    return fitted(lambda _: True)


def fit_typing() -> dict[str, float]:
    """Print the cross-validated accuracy of literal or associative on gwn-dev; return the weights."""
    names = SqliteGazetteer().names()
    samples: list[list[tuple[dict[str, float], bool, float]]] = []
    for article in articles("gwn-dev"):
        gold = {(x["start"], x["end"]): x["type"] == "literal" for x in article["toponyms"]}
        samples.append(
            [
                (_for_typing(typing_features(match, 0, context, features)), gold[span], 1.0)
                for row in matches(article, names)
                for span, features, (match, context) in row
                if span in gold
            ]
        )
    right = total = 0
    for fold in range(5):
        weights = logistic([s for number, group in enumerate(samples) if number % 5 != fold for s in group])
        for features, truth, _ in (s for group in samples[fold::5] for s in group):
            score = sum(value * weights.get(name, 0.0) for name, value in features.items())
            right += (score > 0) == truth
            total += 1
    print(f"gwn-dev\tliteral or associative: {right / total:.3f} of {total}")
    return logistic([s for group in samples for s in group])


def _for_typing(features: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in features.items() if not name.startswith(RECOGNITION_ONLY)}


def write(table: str, weights: dict[str, float]) -> None:
    """Put the weights into the table; rows set by hand and rows that the fit does not know stay."""
    path = TABLES / f"{table}.tsv"
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if len(cells) == 3 and cells[0] in weights and not cells[2].startswith("by hand"):
            cells[1] = f"{weights[cells[0]]:.2f}"
        lines.append("\t".join(cells))
    new = sorted(name for name in weights if abs(weights[name]) > 0.05 and not any(
        line.startswith(f"{name}\t") for line in lines))  # fmt: skip
    path.write_text("\n".join(lines + [f"{name}\t{weights[name]:.2f}\tfitted" for name in new]) + "\n")


def main() -> None:
    """Fit one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", choices=["recognition", "typing"])
    parser.add_argument("--write", action="store_true", help="write the weights into the package's tables")
    options = parser.parse_args()
    fits = {"recognition": fit_recognition, "typing": fit_typing}
    weights = fits[options.table]()
    if options.write:
        write(options.table, weights)


if __name__ == "__main__":
    main()
