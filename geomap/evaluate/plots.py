"""Confidence, thresholds and distances as one web page of charts, per file and for all files together.

The page asks for nothing and runs no script.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from geomap.evaluate.calibration import (
    Claims,
    brier_score,
    calibration_error,
    claims_end_to_end,
    claims_of_recognized,
    equal_mass_bins,
    error_by_chance,
    log_loss,
    mean_confidence,
    risk_coverage_area,
)
from geomap.evaluate.charts import END_TO_END, RECOGNIZED, charts, percent, table
from geomap.evaluate.figures import NEAR_KM, ArticleScore
from geomap.evaluate.thresholds import PRECISIONS, best_threshold, nil_at, threshold_for
from geomap.exporters.inlining import policy
from geomap.exporters.marking import safe

_POOLED = "All files together"
_NOTES = {
    RECOGNIZED: "predictions that overlap with an annotated toponym that has a position.",
    END_TO_END: "these, and what overlaps with nothing annotated, which is wrong.",
    "Calibration error": "how far confidence and accuracy are apart in the mean, over 15 bins of equal mass.",
    "By chance": "the error that so many toponyms would have if their confidence were just right.",
    "Brier score": "the mean square of confidence minus outcome; 0 is best, always 50\u00a0% gives .25.",
    "Log loss": "the mean negative logarithm of the probability given to what was the case; 0 is best.",
    "Risk-coverage area": "the mean share of mistakes among the most confident 1, 2, … all; 0 is best.",
    "Threshold": "the lowest confidence from which on so much of what is shown is right; – for none.",
    "Right": "within 161 km (100 miles) of the annotated position.",
}

Scores = Sequence[ArticleScore]


def plots_page(scores: Mapping[str, Scores]) -> str:
    """Return the page; keys are the names of the files of gold."""
    stems = [Path(name).stem for name in scores]
    names = stems if len(set(stems)) == len(stems) else list(scores)
    sets = list(zip(names, scores.values(), strict=True))
    every = [each for found in scores.values() for each in found]
    if len(sets) > 1:
        sets = [(_POOLED, every), *sets]
    sections = "".join(_section(number, name, found) for number, (name, found) in enumerate(sets))
    body = (
        f'<header><h1>Confidence and accuracy</h1><p class="note">How sure geomap is of its places, and how '
        f"right it is, against {len(every):,} articles annotated by hand.</p>{_links(sets)}</header>\n"
        f"<main>{_summary(sets)}{sections}{_terms()}</main>"
    )
    return _document(body, title=f"Confidence and accuracy: {', '.join(names)}")


def _links(sets: Sequence[tuple[str, Scores]]) -> str:
    links = "".join(
        f'<li><a href="#set-{number}"><bdi>{safe(name)}</bdi></a></li>'
        for number, (name, _) in enumerate(sets)
    )
    return f"<nav><ul>{links}</ul></nav>" if len(sets) > 1 else ""


def _terms() -> str:
    notes = "".join(f"<dt>{safe(term)}</dt><dd>{safe(note)}</dd>" for term, note in _NOTES.items())
    return f'<section class="notes"><h2>Terms</h2><dl>{notes}</dl></section>'


def _document(body: str, *, title: str) -> str:
    css = (files("geomap.evaluate") / "templates" / "plots.css").read_text(encoding="utf-8")
    style = f"<style>{css}</style>"
    rules = policy(style, images="'none'")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{rules}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{safe(title)}</title>{style}</head>\n<body>{body}</body></html>\n"
    )


def _summary(sets: Sequence[tuple[str, Scores]]) -> str:
    """Return the figures of all sets in one table for each way to ask."""
    head = (
        "", "toponyms", "right", "mean confidence", "calibration error", "by chance", "Brier score",
        "log loss", "risk-coverage area",
        *(f"threshold for {share * 100:.0f}\u00a0%" for share in PRECISIONS),
    )  # fmt: skip
    ways = {RECOGNIZED: claims_of_recognized, END_TO_END: claims_end_to_end}
    rows = {
        way: [(name, *_summary_cells(claims)) for name, scores in sets if (claims := ask(scores)).claims]
        for way, ask in ways.items()
    }
    return "".join(table(head, found, caption=way) for way, found in rows.items() if found)


def _summary_cells(claims: Claims) -> Iterator[str]:
    found = claims.claims
    bins = equal_mass_bins(found)
    yield f"{len(found):,}"
    yield percent(sum(claim.right for claim in found) / len(found))
    yield percent(mean_confidence(found))
    figures = calibration_error(bins), error_by_chance(bins), brier_score(found), log_loss(found)
    yield from (f"{figure:.3f}" for figure in (*figures, risk_coverage_area(found)))
    for precision in PRECISIONS:
        kept = threshold_for(claims, precision=precision)
        yield (f"{kept.threshold:.2f}" if kept.threshold else "all") if kept else "–"


def _section(number: int, name: str, scores: Scores) -> str:
    cards = "".join(
        f"<div><dt>{safe(term)}</dt><dd>{safe(value)}</dd></div>" for term, value in _cards(scores)
    )
    return (
        f'<section id="set-{number}"><h2><bdi>{safe(name)}</bdi></h2>'
        f'<dl class="cards">{cards}</dl>{_missing(scores)}{charts(scores)}{_nil(scores)}</section>\n'
    )


def _cards(scores: Scores) -> Iterator[tuple[str, str]]:
    errors = [error for score in scores for error in score.errors]
    end_to_end = claims_end_to_end(scores)
    found = claims_of_recognized(scores).claims
    yield "articles", f"{len(scores):,}"
    yield "toponyms placed", f"{len(errors):,}"
    if errors:
        yield "of these within 161 km", percent(sum(error <= NEAR_KM for error in errors) / len(errors))
        yield "median error", f"{statistics.median(errors):,.1f} km"
    if found:
        yield "calibration error", f"{calibration_error(equal_mass_bins(found)):.3f}"
        best = best_threshold(end_to_end)
        yield f"F1 end to end, the best, from {best.threshold:.2f} on", f"{best.f1:.3f}"


def _missing(scores: Scores) -> str:
    """Say why charts are not there."""
    if not any(score.resolvable for score in scores):
        return "<p>No annotated toponym has a position, so no place can be judged.</p>"
    if not claims_of_recognized(scores).claims:
        return (
            "<p>No prediction with a confidence meets an annotated position, so there is none to judge.</p>"
        )
    return ""


def _nil(scores: Scores) -> str:
    """Return the table of mentions that should have no place."""
    found = nil_at(scores)
    if not found[0].total:
        return ""
    rows = [(f"{each.threshold:.2f}", percent(each.recall), percent(each.precision)) for each in found]
    numbers = table(
        ("threshold", "of these left without a place", "of all without a place, these"),
        rows,
        caption="What overlaps with nothing annotated, or is annotated without a position",
    )
    return (
        f"<details><summary>{found[0].total:,} mentions that have no true place</summary>{numbers}</details>"
    )
