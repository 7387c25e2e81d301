"""Fit how the network and the gazetteer's names judge together; keep the spans of articles not trained on.

    GEOMAP_CORPORA=... python tests/bench/fit_hybrid.py FOLDS [--write] [--spans FILE]

FOLDS holds the networks that `python -m geomap.training` made, one folder a fold. Each article is judged by
the network and by the weights that did not see it. Prints exact and overlapping F1, and the share of right
types; with --write fits the weights on all articles into the package's tables, where rows "by hand" keep
theirs. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from fit import CORPUS_WEIGHT, TABLES, articles, logistic, overlap_counts, write

from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.model import Article
from geomap.recognizers.hybrid import THRESHOLD, judge, reasons_for_type
from geomap.recognizers.neural.spans import best
from geomap.recognizers.neural.tagger import Tagger
from geomap.recognizers.offering import Option, offer
from geomap.training.samples import fold_of
from geomap.weighing import probability

FOLDS = 5
CORPORA = ("lgl-dev", "trnews-dev", "gwn-dev")

Span = tuple[int, int]
Row = tuple[Span, Option, dict[str, float]]


def judged(folder: Path, folds: range) -> dict[str, list[tuple[dict[str, Any], list[Row]]]]:
    """Return by corpus the articles with all that may be a mention, judged by networks that saw none."""
    names = SqliteGazetteer().names()
    found: dict[str, list[tuple[dict[str, Any], list[Row]]]] = {corpus: [] for corpus in CORPORA}
    taggers = {fold: Tagger(folder / str(fold)) for fold in folds}
    for corpus in CORPORA:
        for record in articles(corpus):
            fold = fold_of(str(record["id"]), FOLDS)
            if fold not in taggers:
                continue
            article = Article(id=str(record["id"]), text=record["text"])
            context, options = offer(article, taggers[fold].tag([article.text]), names)
            found[corpus].append(
                (
                    record,
                    [
                        ((each.match.start, each.match.end), each, reasons_for_type(each, 0, context))
                        for each in options[0]
                    ],
                )
            )
    return found


def gold_spans(record: dict[str, Any]) -> set[Span]:
    """Return the annotated extents."""
    return {(each["start"], each["end"]) for each in record["toponyms"]}


def truths(record: dict[str, Any], rows: list[Row]) -> list[bool]:
    """Tell of each stretch whether it is annotated, or the nearest that is offered to an annotated one."""
    gold = gold_spans(record)
    right = {span for span, _, _ in rows} & gold
    for start, end in gold - right:
        shares = [
            ((min(end, span[1]) - max(start, span[0])) / (max(end, span[1]) - min(start, span[0])), span)
            for span, _, _ in rows
        ]
        share, span = max(shares, default=(0.0, (0, 0)))
        if share > 0.45:
            right.add(span)
    return [span in right for span, _, _ in rows]


def chosen(
    rows: list[Row], weights: dict[str, float], threshold: float = THRESHOLD
) -> list[tuple[Row, float]]:
    """Return what the recognizer would keep with these weights."""
    scored = [(row, judge(row[1], weights)) for row in rows]
    return best(scored, lambda each: each[0][0], lambda each: each[1] - threshold)


def exact_counts(gold: set[Span], kept: list[Span]) -> np.ndarray:
    """Return true positives, false positives and false negatives of equal spans."""
    hits = len(gold & set(kept))
    return np.array([hits, len(kept) - hits, len(gold) - hits])


def f1(counts: np.ndarray) -> str:
    """Return precision, recall and F1 as text."""
    hits, wrong, missed = counts
    precision, recall = hits / max(1, hits + wrong), hits / max(1, hits + missed)
    return f"P {precision:.3f} R {recall:.3f} F {2 * hits / max(1, 2 * hits + wrong + missed):.3f}"


def samples(data: Any, keep: Any) -> list[tuple[dict[str, float], bool, float]]:
    """Return reasons, truth and weight of every stretch of the articles to keep."""
    return [
        (row[1].features, truth, CORPUS_WEIGHT[corpus])
        for corpus, rows in data.items()
        for record, stretches in rows
        if keep(record)
        for row, truth in zip(stretches, truths(record, stretches), strict=True)
    ]


def typed(data: Any, keep: Any) -> list[tuple[dict[str, float], bool, float]]:
    """Return reasons for the type, whether it is literal, and weight, of stretches with a type."""
    return [
        (for_typing(row[2]), gold[row[0]], 1.0)
        for rows in data.values()
        for record, stretches in rows
        if keep(record)
        for gold in [
            {(x["start"], x["end"]): x["type"] == "literal" for x in record["toponyms"] if x.get("type")}
        ]
        for row in stretches
        if row[0] in gold
    ]


TYPE_REASONS = (
    "net_", "always", "cue_", "metonymy", "head_", "frame", "demonym", "government", "nature", "no_party",
    "between", "ground", "possessive", "alone", "organization",
)  # fmt: skip
"""Reasons that say something of what a mention means; all of them fit 1,900 annotated types too closely."""
TYPE_C = 0.1


def for_typing(features: dict[str, float]) -> dict[str, float]:
    """Return the reasons for a type."""
    not_of_types = ("net_span", "net_least", "net_most", "net_goes", "net_ends", "net_elsewhere")
    return {
        name: value
        for name, value in features.items()
        if name.startswith(TYPE_REASONS) and not name.startswith(not_of_types)
    }


REASONS = {
    "net_span": "the network's log odds of just this stretch, divided by 7, as all its log odds",
    "net_begins": "the network's log odds that a name begins with the first word",
    "net_least": "its log odds that the word is in a name, of the least likely word",
    "net_most": "the same of the likeliest word",
    "net_ends": "the same of the less likely of the first and the last word",
    "net_began_before": "its probability that a name from before goes on in the first word",
    "net_goes_on": "its probability that the name goes on behind the last word",
    "net_person": "its largest probability of a person's name",
    "net_organization": "its largest probability of an organization's name",
    "net_demonym": "its probability that a demonym begins",
    "net_elsewhere": "its mean log odds of the same name elsewhere in the article",
    "net_literal": "its log odds of a literal type, not divided",
    "unlisted": "the gazetteer's names do not offer the stretch",
    "unlisted_net_span": "the network's log odds where the names do not offer it",
    "unknown_name": "no name of the gazetteer is spelled so",
    "prominence_net_span": "the network's log odds, by how prominent a place of the name there is",
    "ordinary_net_span": "the network's log odds where the name is an ordinary word",
    "several_net_ends": "net_ends of a listed name of several words",
    "several_prominence": "the prominence of a listed name of several words",
    "several_net_span": "the network's log odds of a listed name of several words",
    "inside_name": "it lies in a listed name of several words: how likely its ends are in a place's name",
    "cued": "the text calls it a place",
    "written_small_here": "no capital letter, in a text that has some",
}


def give_reasons(table: str) -> None:
    """Write out what each fitted row of a table means, as the tables of the dictionary have it."""
    known = dict(REASONS)
    for other in ("recognition", "typing"):
        for line in (TABLES / f"{other}.tsv").read_text(encoding="utf-8").splitlines():
            cells = line.split("\t")
            if len(cells) == 3 and not line.startswith("#"):
                known.setdefault(cells[0], cells[2].removeprefix("by hand: "))
    path = TABLES / f"{table}.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        cells = line.split("\t")
        if len(cells) == 3 and cells[2] == "fitted":
            kind = cells[0].removeprefix("net_type_").replace("_", " ")
            cells[2] = known.get(cells[0], f"the network's probability of the type: {kind}")
            lines[number] = "\t".join(cells)
    header = next(number for number, line in enumerate(lines) if line.startswith("evidence\t"))
    path.write_text("\n".join(lines[: header + 1] + sorted(lines[header + 1 :])) + "\n", encoding="utf-8")


def overlaid(table: str, weights: dict[str, float]) -> dict[str, float]:
    """Return fitted weights with those that are set by hand in a table, as the recognizer will have them."""
    rows = [line.split("\t") for line in (TABLES / f"{table}.tsv").read_text(encoding="utf-8").splitlines()]
    return weights | {row[0]: float(row[1]) for row in rows if len(row) == 3 and row[2].startswith("by hand")}


def cross_validate(data: Any) -> list[str]:
    """Print the figures of articles judged unseen; return their spans as lines of JSON."""
    folds = range(FOLDS)
    exact = {corpus: np.zeros(3) for corpus in data}
    overlap = {corpus: np.zeros(3) for corpus in data}
    right = total = 0
    lines = []
    for fold in folds:

        def seen(record: dict[str, Any], fold: int = fold) -> bool:
            return fold_of(str(record["id"]), FOLDS) != fold

        weights = overlaid("hybrid", logistic(samples(data, seen)))
        kinds = overlaid("hybrid_typing", logistic(typed(data, seen), TYPE_C))
        for corpus, rows in data.items():
            for record, stretches in rows:
                if fold_of(str(record["id"]), FOLDS) != fold:
                    continue
                kept = chosen(stretches, weights)
                spans = [row[0] for row, _ in kept]
                exact[corpus] += exact_counts(gold_spans(record), spans)
                overlap[corpus] += overlap_counts(sorted(gold_spans(record)), spans)
                gold = {
                    (x["start"], x["end"]): x["type"] == "literal"
                    for x in record["toponyms"]
                    if x.get("type")
                }
                written = []
                for row, score in kept:
                    literal = probability(row[2], kinds) >= 0.5
                    if row[0] in gold:
                        right += literal == gold[row[0]]
                        total += 1
                    kind = max(
                        (k for k in row[1].types if k.literal == literal), key=lambda k, r=row: r[1].types[k]
                    )
                    written.append([*row[0], round(score, 4), kind.value])
                lines.append(json.dumps({"id": record["id"], "corpus": corpus, "spans": written}))
    for corpus in data:
        print(f"{corpus}\texact {f1(exact[corpus])}\toverlap {f1(overlap[corpus])}")
    print(f"pooled\texact {f1(sum(exact.values()))}\toverlap {f1(sum(overlap.values()))}")
    print(f"literal or associative: {right / max(1, total):.3f} of {total}")
    return lines


def main() -> None:
    """Fit, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folds", type=Path)
    parser.add_argument("--write", action="store_true", help="write the weights into the package's tables")
    parser.add_argument(
        "--spans", type=Path, help="write the spans of the articles as they were judged unseen"
    )
    options = parser.parse_args()
    data = judged(options.folds, range(FOLDS))
    lines = cross_validate(data)
    if options.spans:
        options.spans.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if options.write:
        write("hybrid", logistic(samples(data, lambda _: True)))
        write("hybrid_typing", logistic(typed(data, lambda _: True), TYPE_C))
        for table in ("hybrid", "hybrid_typing"):
            give_reasons(table)


if __name__ == "__main__":
    main()
