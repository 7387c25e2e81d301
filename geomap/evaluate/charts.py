"""The charts of a set of articles, each a figure with a table of its numbers.

Reliability, the distribution of confidence, precision against recall by threshold, and accuracy by distance.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from geomap.evaluate.calibration import (
    Bin,
    Claims,
    claims_end_to_end,
    claims_of_recognized,
    equal_mass_bins,
)
from geomap.evaluate.drawing import Axis, Chart, Position, count_axis, percent_axis
from geomap.evaluate.figures import FARTHEST_KM, NEAR_KM, ArticleScore
from geomap.evaluate.thresholds import Kept, every_threshold, kept_at
from geomap.exporters.marking import safe

RECOGNIZED, END_TO_END = "Of the recognized", "End to end"
_BARS = 20
_DISTANCES_KM = (1.0, 10.0, 100.0, NEAR_KM, 1000.0)
_STEPS = 120
"""Points of the curve of distances."""
_WIDE = 0.7
"""An axis of shares that begins below has fewer ticks."""
_ROOM = 22.0
"""Units of the drawing between two notes at dots."""
_MARKED = (0.0, 0.5, 0.8, 0.95)
"""Thresholds that have a dot on the curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A set of claims under a name, and the class by which it is drawn."""

    name: str
    look: str
    claims: Claims


def charts(scores: Sequence[ArticleScore]) -> str:
    """Return what there is to draw of the articles."""
    recognized, end_to_end = claims_of_recognized(scores), claims_end_to_end(scores)
    series = [
        Series(name=name, look=look, claims=claims)
        for name, look, claims in ((RECOGNIZED, "one", recognized), (END_TO_END, "two", end_to_end))
        if claims.claims
    ]
    parts = [_distances(scores)] if any(score.resolvable for score in scores) else []
    if series:
        parts = [_reliability(series), _histogram(recognized, end_to_end), _curve(series), *parts]
    return f'<div class="charts">{"".join(parts)}</div>'


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str) -> str:
    """Return a table whose first column names the rows."""
    top = "".join(f'<th scope="col">{safe(cell)}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{safe(first)}</th>{"".join(f"<td>{safe(cell)}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    name = safe(caption)
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{name}"><table>'
        f"<caption>{name}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def percent(share: float | None) -> str:
    """Return a share as a percentage with one decimal, a dash for None."""
    return "–" if share is None else f"{share * 100:.1f}\u00a0%"


def _figure(title: str, note: str, svg: str, keys: Iterable[tuple[str, str]], numbers: str) -> str:
    legend = "".join(f'<li class="{look}">{safe(text)}</li>' for look, text in keys)
    return (
        f"<figure><figcaption><h3>{safe(title)}</h3><p>{safe(note)}</p></figcaption>"
        f'{svg}<ul class="legend">{legend}</ul>'
        f"<details><summary>The numbers</summary>{numbers}</details></figure>\n"
    )


# --- reliability -------------------------------------------------------------------------------


def _reliability(series: Sequence[Series]) -> str:
    chart = Chart(
        label="Reliability diagram: the share that is right against the confidence",
        x=percent_axis("confidence"),
        y=percent_axis("within 161 km"),
    )
    bins = [(each, equal_mass_bins(each.claims.claims)) for each in series]
    marks = [chart.line([(0, 0), (1, 1)], "ideal")]
    for each, found in reversed(bins):
        marks += _reliability_marks(chart, each, found)
    numbers = "".join(
        table(
            ("confidence", "toponyms", "mean confidence", "within 161 km", "95\u00a0%"),
            map(_bin_cells, found),
            caption=each.name,
        )
        for each, found in bins
    )
    return _figure(
        "Does the confidence mean what it says?",
        "On the dashed line it does: above, geomap is too modest; below, too sure. "
        "Each dot stands for about as many toponyms, its line for the 95\u00a0% interval.",
        chart.svg(marks),
        [*((each.look, each.name) for each in series), ("ideal", "As sure as right")],
        numbers,
    )


def _bin_cells(each: Bin) -> Sequence[str]:
    return (
        f"{each.low:.4f} to {each.high:.4f}",
        f"{len(each.claims):,}",
        f"{each.confidence:.4f}",
        f"{each.accuracy:.4f}",
        "{:.3f} to {:.3f}".format(*each.interval),
    )


def _reliability_marks(chart: Chart, series: Series, bins: Sequence[Bin]) -> Iterator[str]:
    yield chart.line([(each.confidence, each.accuracy) for each in bins], f"line thin {series.look}")
    for each in bins:
        yield chart.whisker(each.confidence, *each.interval, f"line {series.look}")
    for each in bins:
        title = f"{series.name}: {len(each.claims):,} at {each.confidence:.3f}, {each.accuracy:.3f} right"
        yield chart.dot((each.confidence, each.accuracy), f"dot {series.look}", title=title)


# --- the distribution --------------------------------------------------------------------------


class _Stack(NamedTuple):
    """One outcome: how often it came at each confidence."""

    look: str
    name: str
    counts: list[int]


def _histogram(recognized: Claims, end_to_end: Claims) -> str:
    stacks = _stacks(recognized, end_to_end)
    totals = [sum(counts) for counts in zip(*(stack.counts for stack in stacks), strict=True)]
    chart = Chart(
        label="Histogram of the confidence",
        x=percent_axis("confidence"),
        y=count_axis("toponyms", max(totals)),
    )
    marks = [mark for number in range(_BARS) for mark in _bars(chart, stacks, number)]
    marks += (
        chart.note(((number + 0.5) / _BARS, total), f"{total:,}", "count", down=-3)
        for number, total in enumerate(totals)
        if total
    )
    rows = [(_range(number), *(f"{stack.counts[number]:,}" for stack in stacks)) for number in range(_BARS)]
    return _figure(
        "How sure is it?",
        "All places that were given, by their confidence, and how they turned out.",
        chart.svg(marks),
        [(stack.look, stack.name) for stack in stacks],
        table(("confidence", *(stack.name for stack in stacks)), rows, caption="Toponyms by confidence"),
    )


def _stacks(recognized: Claims, end_to_end: Claims) -> list[_Stack]:
    wrong = _counts(recognized, right=False)
    all_wrong = _counts(end_to_end, right=False)
    return [
        _Stack("right", "Right", _counts(recognized, right=True)),
        _Stack("wrong", "Wrong place", wrong),
        _Stack(
            "extra", "Nothing annotated", [one - other for one, other in zip(all_wrong, wrong, strict=True)]
        ),
    ]


def _bars(chart: Chart, stacks: Iterable[_Stack], number: int) -> Iterator[str]:
    """Yield the bars of one confidence, one on top of the other."""
    base = 0
    for stack in stacks:
        count = stack.counts[number]
        if count:
            low, high = (number / _BARS, base), ((number + 1) / _BARS, base + count)
            title = f"{_range(number)}: {count:,} {stack.name.lower()}"
            yield chart.bar(low, high, stack.look, title=title)
        base += count


def _counts(claims: Claims, *, right: bool) -> list[int]:
    counts = [0] * _BARS
    for claim in claims.claims:
        if claim.right is right:
            counts[min(int(claim.confidence * _BARS), _BARS - 1)] += 1
    return counts


def _range(number: int) -> str:
    return f"{number / _BARS:.2f} to {(number + 1) / _BARS:.2f}"


# --- thresholds --------------------------------------------------------------------------------


def _curve(series: Sequence[Series]) -> str:
    curves = [(each, _points(every_threshold(each.claims))) for each in series]
    least = min(precision for _, points in curves for _, precision in points)
    low = min(int(least * 10) / 10, 0.8)
    chart = Chart(
        label="Precision against recall, by the threshold on the confidence",
        x=percent_axis("of the annotated, shown within 161 km"),
        y=percent_axis("of what is shown, within 161 km", low=low, step=0.1 if low < _WIDE else 0.05),
    )
    marks = []
    for each, points in reversed(curves):
        marks.append(chart.line(points, f"line {each.look}"))
        marks += _marked(chart, each)
    rows = [
        (
            f"{kept[0].threshold:.2f}",
            *(
                cell
                for each in kept
                for cell in (
                    percent(each.precision),
                    percent(each.coverage),
                    percent(each.recall),
                    f"{each.f1:.3f}",
                )
            ),
        )
        for kept in zip(*(kept_at(each.claims) for each in series), strict=True)
    ]
    names = ("precision", "shown", "recall", "F1")
    return _figure(
        "What would a threshold keep?",
        "Each dot is a threshold: what is less sure is not shown. Higher ones make the rest more precise, "
        "and leave less. End to end, what overlaps with nothing annotated is wrong.",
        chart.svg(marks),
        [(each.look, each.name) for each in series],
        table(
            ("threshold", *(f"{each.name}: {name}" for each in series for name in names)),
            rows,
            caption="Precision, share shown, recall and F1 by threshold",
        ),
    )


def _points(kept: Iterable[Kept]) -> list[Position]:
    return [(each.recall, each.precision) for each in kept if each.precision is not None]


def _marked(chart: Chart, series: Series) -> Iterator[str]:
    """Yield the dots of the thresholds, and what they are where there is room for it."""
    noted: Position | None = None
    for kept in kept_at(series.claims, _MARKED):
        if kept.precision is not None:
            at = kept.recall, kept.precision
            title = (
                f"{series.name}, threshold {kept.threshold:g}: precision {percent(kept.precision)}, "
                f"recall {percent(kept.recall)}"
            )
            yield chart.dot(at, f"dot {series.look}", title=title)
            if noted is None or chart.apart(noted, at) > _ROOM:
                noted = at
                yield chart.note(at, f"{kept.threshold:g}", f"value {series.look}", right=5, down=-7)


# --- distances ---------------------------------------------------------------------------------


def _distances(scores: Sequence[ArticleScore]) -> str:
    errors = sorted(error for score in scores for error in score.errors)
    totals = (
        ("one", RECOGNIZED, sum(score.matched for score in scores)),
        ("two", "Of all annotated", sum(score.resolvable for score in scores)),
    )
    ticks = tuple(
        (distance, f"{distance:,.0f}") for distance in (*_DISTANCES_KM, 10_000.0) if distance != NEAR_KM
    )
    chart = Chart(
        label="The share of toponyms whose place is within a distance",
        x=Axis(title="km from the annotated place", low=1.0, high=FARTHEST_KM, ticks=ticks, log=True),
        y=percent_axis("of the toponyms"),
    )
    marks = [
        chart.whisker(NEAR_KM, 0, 1, "ideal"),
        chart.note((NEAR_KM, 0), "161 km", "value", right=5, down=-8),
    ]
    for look, _, total in reversed(totals):
        if total:
            steps = (FARTHEST_KM ** (number / _STEPS) for number in range(_STEPS + 1))
            marks.append(
                chart.line([(step, bisect_right(errors, step) / total) for step in steps], f"line {look}")
            )
    rows = [
        (
            f"{distance:,.0f} km",
            *(percent(bisect_right(errors, distance) / total if total else None) for *_, total in totals),
        )
        for distance in _DISTANCES_KM
    ]
    return _figure(
        "How far off is it?",
        "The share of the toponyms whose place lies within a distance of the annotated one. "
        "What got no place, or was not found, never gets there.",
        chart.svg(marks),
        [(look, name) for look, name, _ in totals],
        table(("within", *(name for _, name, _ in totals)), rows, caption="Accuracy by distance"),
    )
