"""The mistakes as one web page: sentences with what was missed, falsely found or taken for another place.

The page asks for nothing and runs only its own script; without it, all mistakes are shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from geomap.evaluate.figures import ArticleScore
from geomap.evaluate.mistakes import Judgment, Mistake, judgments
from geomap.evaluate.toponyms import Toponym
from geomap.exporters.inlining import policy
from geomap.exporters.marking import Span, marked, safe
from geomap.model import Point
from geomap.text import sentence_spans

_LONGEST = 600
"""A longer sentence (a table, a list) is cut around its mistakes."""
_AROUND = 200
_FREQUENT = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passage:
    """A part of a text, where it begins, and its judgments; `whole`: it is the name of its one judgment."""

    text: str
    start: int
    judgments: tuple[Judgment, ...]
    whole: bool = False

    @property
    def mistakes(self) -> list[Mistake]:
        """The kinds of the mistakes in it, each once."""
        made = {mistake for judgment in self.judgments for mistake in judgment.mistakes}
        return [mistake for mistake in Mistake if mistake in made]


def mistakes_page(
    scores: Mapping[str, Sequence[ArticleScore]], texts: Mapping[str, Mapping[str, str]]
) -> str:
    """Return the page; keys are the names of the files of gold, of `texts` then the ids of the articles.

    Of an article without a text, the names alone are shown.
    """
    judged = {name: [(score, judgments(score)) for score in articles] for name, articles in scores.items()}
    every = [each for articles in judged.values() for _, found in articles for each in found]
    body = "".join(
        (
            _heading(every),
            _names("Missed most often", Mistake.MISS, every),
            _names("Found falsely most often", Mistake.FALSE_ALARM, every),
            *(_of_file(name, articles, texts.get(name, {})) for name, articles in judged.items()),
        )
    )
    return _document(body, title=f"Mistakes: {', '.join(Path(name).stem for name in scores)}")


def _document(body: str, *, title: str) -> str:
    style, script = (
        f"<style>{_template('mistakes.css')}</style>",
        f"<script>{_template('mistakes.js')}</script>",
    )
    rules = policy(style + script, images="'none'")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{rules}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{safe(title)}</title>{style}</head>\n"
        f"<body><h1>{safe(title)}</h1>\n{body}\n{script}</body></html>\n"
    )


def _template(name: str) -> str:
    return (files("geomap.evaluate") / "templates" / name).read_text(encoding="utf-8")


def _word(mistake: Mistake) -> str:
    """Return the mistake as the name of a class of the style sheet."""
    return mistake.value.replace(" ", "-")


def _heading(found: Sequence[Judgment]) -> str:
    counts = Counter(mistake for judgment in found for mistake in judgment.mistakes)
    right = sum(not judgment.mistakes for judgment in found)
    boxes = "".join(
        f'<label class="geomap-{_word(each)}"><input type="checkbox" value="{_word(each)}" checked>'
        f" {each.value} <b>{counts[each]:,}</b></label> "
        for each in Mistake
    )
    return (
        f'<form id="kinds" autocomplete="off">{boxes}</form><p class="note">{right:,} toponyms are right, '
        'and marked like <mark class="geomap-mark geomap-right">this</mark>. Where spans differ, the '
        "annotated one has the solid line and the found one is shaded. Point at a name to read more.</p>\n"
    )


def _names(title: str, mistake: Mistake, found: Sequence[Judgment]) -> str:
    toponyms = [each.gold or each.predicted for each in found if mistake in each.mistakes]
    names = Counter(toponym.text for toponym in toponyms if toponym and toponym.text)
    frequent = sorted(names.items(), key=lambda each: (-each[1], each[0]))[:_FREQUENT]
    items = "".join(f"<li><bdi>{safe(name)}</bdi> <b>{count:,}</b></li>" for name, count in frequent)
    return f"<details open><summary>{title}</summary><ol>{items}</ol></details>\n" if items else ""


def _of_file(
    name: str, articles: Sequence[tuple[ArticleScore, list[Judgment]]], texts: Mapping[str, str]
) -> str:
    parts = [
        f'<section><h3 dir="auto">{safe(score.id)}</h3>{shown}</section>\n'
        for score, found in articles
        if (shown := "".join(_of_article(found, texts.get(score.id, ""))))
    ]
    return f"<h2>{safe(name)}</h2>\n{''.join(parts) or '<p>No mistake.</p>'}"


def _of_article(found: Sequence[Judgment], text: str) -> Iterator[str]:
    """Yield the passages with mistakes as paragraphs."""
    for passage in _passages(found, text):
        mistakes = passage.mistakes
        if mistakes:
            kinds = " ".join(_word(each) for each in mistakes)
            tags = "".join(f'<i class="geomap-{_word(each)}">{each.value}</i>' for each in mistakes)
            yield f'<p dir="auto" data-kinds="{kinds}">{_marked(passage)} {tags}</p>'


def _passages(found: Sequence[Judgment], text: str) -> Iterator[_Passage]:
    """Yield the sentences that hold judgments; of a judgment outside the text, the name."""
    sentences = list(sentence_spans(text)) or [(0, len(text))]
    starts = [start for start, _ in sentences]
    inside = [each for each in found if _is_inside(each, text)]
    for number, group in groupby(inside, key=lambda each: max(0, bisect_right(starts, each.start) - 1)):
        start, end = sentences[number]
        yield _passage(text, start, end, tuple(group))
    for each in found:
        if not _is_inside(each, text):
            name = (each.gold and each.gold.text) or (each.predicted and each.predicted.text) or "?"
            yield _Passage(text=name, start=0, judgments=(each,), whole=True)


def _is_inside(judgment: Judgment, text: str) -> bool:
    return 0 <= judgment.start < judgment.end <= len(text)


def _passage(text: str, start: int, end: int, found: tuple[Judgment, ...]) -> _Passage:
    start, end = min(start, found[0].start), max(end, *(each.end for each in found), 0)
    wrong = [each for each in found if each.mistakes]
    if end - start > _LONGEST and wrong:
        start = max(start, wrong[0].start - _AROUND)
        end = min(end, max(each.end for each in wrong) + _AROUND)
    return _Passage(text=text[start:end], start=start, judgments=found)


def _marked(passage: _Passage) -> str:
    if passage.whole:
        (judgment,) = passage.judgments
        return marked(passage.text, [Span(0, len(passage.text), _look(judgment), _title(judgment))])
    spans = [
        span._replace(start=span.start - passage.start, end=span.end - passage.start)
        for judgment in passage.judgments
        for span in _spans(judgment)
    ]
    return marked(passage.text, [span for span in spans if span.start >= 0])


def _spans(judgment: Judgment) -> Iterator[Span]:
    look, title = _look(judgment), _title(judgment)
    if Mistake.WRONG_SPAN not in judgment.mistakes:
        yield Span(judgment.start, judgment.end, look, title)
        return
    for toponym, side in ((judgment.gold, "annotated"), (judgment.predicted, "found")):
        if toponym:
            yield Span(toponym.start, toponym.end, f"{look} geomap-{side}", title)


def _look(judgment: Judgment) -> str:
    """Return the class of the worst mistake: a wrong place is worse than a wrong type or span."""
    worst = (Mistake.MISS, Mistake.FALSE_ALARM, Mistake.WRONG_PLACE, Mistake.WRONG_TYPE, Mistake.WRONG_SPAN)
    return next((_word(each) for each in worst if each in judgment.mistakes), "right")


def _title(judgment: Judgment) -> str:
    """Return what hovering shows: the mistakes, and both sides."""
    distance = "" if judgment.error_km is None else f", {judgment.error_km:,.0f} km apart"
    mistakes = ", ".join(each.value for each in judgment.mistakes) or "right"
    sides = [
        f"{word}: {_described(each)}"
        for word, each in (("annotated", judgment.gold), ("found", judgment.predicted))
        if each
    ]
    return "\n".join((mistakes + distance, *sides))


def _described(toponym: Toponym) -> str:
    type_ = {True: "literal", False: "associative", None: ""}[toponym.literal]
    number = f"geonames:{toponym.geonames_id}" if toponym.geonames_id else ""
    parts = (type_, toponym.subtype, toponym.name, number, _position(toponym.point))
    return ", ".join((f"“{toponym.text}”", *(part for part in dict.fromkeys(parts) if part)))


def _position(point: Point | None) -> str:
    return f"{point.lat:.3f} {point.lon:.3f}" if point else "no position"
