"""Show results where notebooks show values: text with marked mentions, or a table, beside a map.

Each function returns one fragment of HTML that needs no other file, no network and, but for the map, no
script. The map is a compact page of its own in a sandboxed frame, so that 50 outputs keep apart from
each other and from the notebook. Texts are cut to what one reads in an output; what is left out is said.

A notebook that is not trusted shows neither styles nor frames: a note says so there, and marks and
tables stand without them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

from geomap.exporters.compact import packed
from geomap.exporters.inlining import template
from geomap.exporters.kinds import kind_of
from geomap.exporters.leaflet import LeafletExporter
from geomap.exporters.marking import Span, marked, safe
from geomap.exporters.payload import MAX_NAME, MAX_TITLE, Geometry, clipped, safe_url
from geomap.exporters.summary import summarize
from geomap.exporters.telling import told_area, told_extent, told_focus
from geomap.model import (
    Article,
    Field,
    Focus,
    GeoparsedArticle,
    Outcome,
    Place,
    PlaceSummary,
    Resolution,
    Sighting,
)

MAX_TEXT = 20_000
"""Code points of an article's text that are shown: eight printed pages."""
ARTICLE_PLACES = 100
"""Rows of the table of an article's places."""
TOP_PLACES = 15
"""Rows of the table of many articles' places: what stands beside the map without much scrolling."""
MAP_PLACES = 500
"""Places on the map, those with the most articles; see `MAP_ARTICLES`."""
MAP_ARTICLES = 20
"""Articles of a place on the map, the latest ones: 10,000 sightings in 500 places make 0.4 MB (measured)."""
MAP_MENTIONS = 50
"""Mentions of a place in one article on the map: more than one reads in a popup."""

_SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox"
_UNTRUSTED = "The map and the colors show once this notebook is trusted."
_NO_PLACE = {
    Outcome.NO_CANDIDATE: "the gazetteer has no such name",
    Outcome.AMBIGUOUS: "several places are as likely",
    Outcome.BELOW_THRESHOLD: "no place is sure enough",
}
_LOOKS = {"literal": "literal", "associative": "associative", "nil": "no place"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def _no_geometry(_: Place) -> dict[str, Any] | None:
    return None


def article_html(parsed: GeoparsedArticle, *, geometry: Geometry = _no_geometry) -> str:
    """Return the article with its mentions marked, beside the map of its sightings.

    Equal input gives equal text. `geometry` gives the area of a place as GeoJSON, or None.
    """
    article = parsed.article
    parts = [
        _title(article.title, _spans(parsed, "title")),
        _line(_byline(article)),
        _line(safe(f"Focus: {told_focus(parsed.focus)}") if parsed.focus != Focus() else ""),
        _line(_key(parsed)),
        _text(article.text, _spans(parsed, "text")),
        _details(parsed),
    ]
    language = article.language or ""
    lang = f' lang="{language}"' if _LANGUAGE.fullmatch(language) else ""
    body = f"<div{lang}>{''.join(parts)}</div>"
    return _fragment(body, parsed.sightings, title=article.title, geometry=geometry)


def sightings_html(
    sightings: Sequence[Sighting],
    *,
    title: str = "",
    articles: int | None = None,
    places: int | None = None,
    mentions: int | None = None,
    geometry: Geometry = _no_geometry,
) -> str:
    """Return the counts and the places with the most articles as a table, beside the map.

    The counts are those of the sightings where none are given. Equal input gives equal text.
    """
    summaries = summarize(sightings)
    found = {row.article.id for row in sightings}
    counts = (
        _count(len(found) if articles is None else articles, "article"),
        _count(len(summaries) if places is None else places, "place"),
        _count(sum(len(row.sightings) for row in summaries) if mentions is None else mentions, "mention"),
    )
    table = _table(
        "The places with the most articles",
        ("Place", "Where", "Articles", "Mentions", "First day", "Last day"),
        (_top_row(row) for row in summaries[:TOP_PLACES]),
    )
    parts = [
        _title(title, ()),
        _line(" · ".join(counts)),
        table if summaries else "",
    ]
    if len(summaries) > TOP_PLACES:
        parts.append(_line(f"and {len(summaries) - TOP_PLACES:,} more"))
    return _fragment(f"<div>{''.join(parts)}</div>", sightings, title=title, geometry=geometry)


def _fragment(body: str, sightings: Sequence[Sighting], *, title: str, geometry: Geometry) -> str:
    """Put the body beside the map, and the styles before them; MathJax is told to leave the texts alone."""
    return (
        '<div class="geomap-notebook tex2jax_ignore mathjax_ignore">'
        f"<style>{template('notebook.css')}</style>"
        f'<p class="geomap-untrusted">{_UNTRUSTED}</p>'
        f'<div class="geomap-columns">{body}{_map(sightings, title=title, geometry=geometry)}</div></div>'
    )


def _map(sightings: Sequence[Sighting], *, title: str, geometry: Geometry) -> str:
    if not sightings:
        return ""
    shown = list(_on_map(summarize(sightings)))
    page = packed(LeafletExporter(title=title, geometry=geometry, compact=True).html(shown))
    left_out = sum(len(row.sightings) for row in summarize(sightings)) - len(shown)
    note = (
        f"The map leaves out {_count(left_out, 'mention')}: it shows up to {MAP_PLACES} places, "
        f"and of each the {MAP_ARTICLES} latest articles."
    )
    name = clipped(f"Map: {title}" if title.strip() else "Map", MAX_TITLE)
    return (
        f'<div><iframe title="{safe(name)}" sandbox="{_SANDBOX}" '
        f'srcdoc="{escape(page)}"></iframe>{_line(note) if left_out else ""}</div>'
    )


def _on_map(summaries: Sequence[PlaceSummary]) -> Iterator[Sighting]:
    """Yield what the map can hold of each place, the latest articles; of equal days the first ones."""
    for summary in summaries[:MAP_PLACES]:
        days = {row.article.id: (row.article.day or "") for row in summary.sightings}
        latest = frozenset(sorted(days, key=days.__getitem__, reverse=True)[:MAP_ARTICLES])
        mentions: Counter[str] = Counter()
        for row in summary.sightings:
            mentions[row.article.id] += 1
            if row.article.id in latest and mentions[row.article.id] <= MAP_MENTIONS:
                yield row


def _title(title: str, spans: Iterable[Span]) -> str:
    """Return a heading that the table of contents of a notebook does not list."""
    if not title.strip():
        return ""
    text = marked(clipped(title, MAX_TITLE), spans)
    return f'<div class="geomap-title" role="heading" aria-level="3" dir="auto">{text}</div>'


def _byline(article: Article) -> str:
    parts = [
        f"<bdi>{safe(clipped(part, MAX_NAME))}</bdi>" for part in (article.source, article.published) if part
    ]
    url = safe_url(article.url)
    if url:
        parts.append(f'<a href="{safe(url)}" target="_blank" rel="noopener noreferrer">Original</a>')
    return " · ".join(parts)


def _key(parsed: GeoparsedArticle) -> str:
    """Return the counts, which are at the same time the legend of the marks."""
    looks = Counter(_look(resolution) for resolution in parsed.resolutions)
    keys = [
        f'<span class="geomap-mark geomap-{look}">{looks[look]:,} {word}</span>'
        for look, word in _LOOKS.items()
        if looks[look]
    ]
    places = len({row.place.id for row in parsed.resolutions if row.place is not None})
    counts = (_count(places, "place"), _count(len(parsed.resolutions), "mention"))
    return " · ".join([*counts, *keys])


def _text(text: str, spans: Sequence[Span]) -> str:
    """Return the text in a box that scrolls, also by keyboard, and a line on what is cut off."""
    box = (
        '<div class="geomap-text" dir="auto" tabindex="0" role="region" aria-label="Text of the article">'
        f"{marked(text[:MAX_TEXT], spans)}</div>"
    )
    if len(text) <= MAX_TEXT:
        return box
    mentions = sum(span.start >= MAX_TEXT for span in spans)
    rest = f"{_count(len(text) - MAX_TEXT, 'character')} with {_count(mentions, 'mention')}"
    return box + _line(f"… and {rest} more.")


def _details(parsed: GeoparsedArticle) -> str:
    """Return the facts of the marks as a table: titles of marks reach neither keyboard nor screen reader."""
    summaries = sorted(summarize(parsed.sightings), key=lambda row: -len(row.sightings))
    without = dict.fromkeys(
        f"{row.mention.text} ({_NO_PLACE[row.outcome]})" for row in parsed.resolutions if row.place is None
    )
    parts = []
    if summaries:
        head = ("Place", "Where", "Kind", "Extent", "Mentions", "Type", "Role", "Sure")
        rows = (_place_row(row) for row in summaries[:ARTICLE_PLACES])
        parts.append(_table("Places of the article", head, rows))
    if len(summaries) > ARTICLE_PLACES:
        parts.append(_line(f"and {len(summaries) - ARTICLE_PLACES:,} more"))
    if without:
        names = [f"<bdi>{safe(clipped(name, MAX_NAME))}</bdi>" for name in list(without)[:ARTICLE_PLACES]]
        more = f" and {len(without) - ARTICLE_PLACES:,} more" if len(without) > ARTICLE_PLACES else ""
        parts.append(_line(f"No place found for: {', '.join(names)}{more}."))
    return f"<details><summary>List of the places</summary>{''.join(parts)}</details>" if parts else ""


def _place_row(row: PlaceSummary) -> tuple[str, ...]:
    types = dict.fromkeys(sighting.resolution.mention.type.value for sighting in row.sightings)
    extents = dict.fromkeys(_extent(sighting) for sighting in row.sightings)
    return (
        row.place.name,
        _where(row.admin1, row.country, row.place),
        kind_of(row.place),
        "; ".join(extents),
        f"{len(row.sightings):,}",
        ", ".join(types).replace("_", " "),
        ", ".join(dict.fromkeys(sighting.role.value for sighting in row.sightings)),
        _percent(row.confidence),
    )


def _top_row(row: PlaceSummary) -> tuple[str, ...]:
    days = sorted(filter(None, (sighting.article.day for sighting in row.sightings))) or [""]
    where = _where(row.admin1, row.country, row.place)
    return (row.place.name, where, f"{row.article_count:,}", f"{len(row.sightings):,}", days[0], days[-1])


_NUMBERS = frozenset({"Articles", "Mentions", "Sure"})
_DAYS = frozenset({"First day", "Last day"})


def _table(label: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose first column names its rows; the cells are plain text."""
    looks = ["geomap-number" if name in _NUMBERS else "geomap-day" if name in _DAYS else "" for name in head]
    classes = [f' class="{look}"' if look else "" for look in looks]
    heads = (f'<th scope="col"{look}>{name}</th>' for name, look in zip(head, classes, strict=True))
    lines = (
        f'<tr><th scope="row" dir="auto">{_cell(name)}</th>'
        + "".join(
            f'<td{look} dir="auto">{_cell(text)}</td>' for text, look in zip(rest, classes[1:], strict=True)
        )
        + "</tr>"
        for name, *rest in rows
    )
    return (
        f'<div class="geomap-scroll" tabindex="0" role="region" aria-label="{label}"><table>'
        f"<thead><tr>{''.join(heads)}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _cell(text: str) -> str:
    return safe(clipped(text, MAX_NAME))


def _line(html: str) -> str:
    return f'<p class="geomap-line">{html}</p>' if html else ""


def _spans(parsed: GeoparsedArticle, field: Field) -> list[Span]:
    """Return what to mark in the title or the text, with the facts that hovering shows."""
    sightings = {row.resolution.mention: row for row in parsed.sightings}
    return [
        Span(row.mention.start, row.mention.end, _look(row), _facts(row, sightings.get(row.mention)))
        for row in parsed.resolutions
        if row.mention.field == field
    ]


def _look(resolution: Resolution) -> str:
    if resolution.place is None:
        return "nil"
    return "literal" if resolution.mention.type.literal else "associative"


def _facts(resolution: Resolution, sighting: Sighting | None) -> str:
    place, type_ = resolution.place, resolution.mention.type.value.replace("_", " ")
    if place is None:
        return f"No place found: {_NO_PLACE[resolution.outcome]} · {type_}"
    facts = (kind_of(place), type_, f"{_percent(resolution.confidence)} sure")
    where = "" if sighting is None else _where(sighting.admin1, sighting.country, place)
    name = ", ".join(filter(None, (clipped(place.name, MAX_NAME), where)))
    more = () if sighting is None else (_extent(sighting), sighting.role.value)
    return " · ".join(filter(None, (name, *facts, *more)))


def _extent(sighting: Sighting) -> str:
    if sighting.area is None:
        return told_extent(sighting.precision, sighting.radius_km)
    return told_area(sighting.area, sighting.radius_km)


def _where(admin1: str, country: str, place: Place) -> str:
    names = dict.fromkeys(name for name in (admin1, country) if name and name != place.name)
    return clipped(", ".join(names), MAX_NAME)


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _percent(share: float) -> str:
    return f"{round(share * 100)} %"
