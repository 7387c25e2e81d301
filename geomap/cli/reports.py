"""What the projects' answers look like: for people, and as lines of JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from geomap.cli.places import kind_of, wrapped
from geomap.cli.rows import mention_row, where_row
from geomap.exporters.telling import told_area, told_extent, told_focus
from geomap.model import (
    ArticleSummary,
    Focus,
    GeoparsedArticle,
    PlaceSummary,
    Role,
    Sighting,
    precision_of,
    reach_km,
)

_SENTENCE = 400
"""Code points of a sentence that are printed around the mention."""


def place_row(summary: PlaceSummary) -> dict[str, Any]:
    """Return a place of an article with its mentions there."""
    place = summary.place
    return {
        "place_id": place.id,
        "name": place.name,
        "lat": place.point.lat,
        "lon": place.point.lon,
        "country": place.country_code or None,
        "admin1": summary.admin1 or None,
        "feature_code": place.feature_code or None,
        "mentions": [_mention(sighting) for sighting in summary.sightings],
    }


def article_summary_row(summary: ArticleSummary) -> dict[str, Any]:
    """Return an article with the mentions that were asked for."""
    article = summary.article
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "published": article.published,
        "url": article.url,
        "mentions": [
            {"place_id": sighting.place.id, "name": sighting.place.name, **_mention(sighting)}
            for sighting in summary.sightings
        ],
    }


def _mention(sighting: Sighting) -> dict[str, Any]:
    resolution = sighting.resolution
    return {
        **mention_row(resolution.mention),
        "confidence": resolution.confidence,
        **where_row(sighting),
        "sentence": sighting.sentence,
    }


def places_report(parsed: GeoparsedArticle, summaries: Sequence[PlaceSummary]) -> Iterator[str]:
    """Yield the lines about the places of an article, and the names that have none."""
    article = parsed.article
    yield from wrapped(f"{article.title}  {_about(article.source, article.published)}", first="", rest="    ")
    yield article.id
    if parsed.focus != Focus():
        yield from wrapped(f"focus: {told_focus(parsed.focus)}", first="", rest="    ")
    for summary in summaries:
        place = summary.place
        parents = [name for name in (summary.admin1, summary.country) if name and name != place.name]
        where = f"{kind_of(place)}{' in ' if parents else ''}{', '.join(parents)}"
        point = f"{place.point.lat:.5f}, {place.point.lon:.5f}"
        extent = told_extent(precision_of(place), reach_km(place))
        yield ""
        yield from wrapped(f"{place.name}, {where}; {point}; {extent}; {place.id}", first="", rest="    ")
        for sighting in summary.sightings:
            yield from _line(sighting)
    unknown = [each.mention.text for each in parsed.resolutions if each.place is None]
    if unknown:
        yield ""
        yield from wrapped(f"without a place: {', '.join(dict.fromkeys(unknown))}", first="", rest="    ")


def articles_report(summaries: Sequence[ArticleSummary]) -> Iterator[str]:
    """Yield the lines about articles and the mentions in them."""
    for summary in summaries:
        article = summary.article
        about = _about(article.source, article.published)
        yield from wrapped(f"{article.title or '(no title)'}  {about}".strip(), first="", rest="    ")
        yield from wrapped(article.id, first="    ", rest="    ")
        if article.url and article.url != article.id:
            yield from wrapped(article.url, first="    ", rest="    ")
        for sighting in summary.sightings:
            yield from _line(sighting, name=sighting.place.name)
        yield ""


def _about(source: str | None, published: str | None) -> str:
    return ", ".join(each for each in (source, published) if each)


def _line(sighting: Sighting, *, name: str = "") -> Iterator[str]:
    mention = sighting.resolution.mention
    kind = "" if mention.type.literal else f", {mention.type.value.replace('_', ' ')}"
    place = f" = {name}" if name and name != mention.text else ""
    facts = [f"{sighting.resolution.confidence:.2f}"]
    if sighting.role is not Role.MENTIONED:
        facts.append(sighting.role.value)
    if sighting.area is not None:
        facts.append(told_area(sighting.area, sighting.radius_km))
    elif name or sighting.resolution.stands_in:  # of others the line is below the place, which tells it
        facts.append(told_extent(sighting.precision, sighting.radius_km))
    text = f"{mention.text}{place}{kind} ({'; '.join(facts)}): {_excerpt(sighting)}"
    yield from wrapped(text, first="    ", rest="      ")


def _excerpt(sighting: Sighting) -> str:
    """Return the sentence, or what stands around the mention in a very long one."""
    sentence = sighting.sentence
    if len(sentence) <= _SENTENCE:
        return sentence
    start = max(0, min(sighting.resolution.mention.start - sighting.sentence_start - _SENTENCE // 2,
                       len(sentence) - _SENTENCE))  # fmt: skip
    return f"{'…' if start else ''}{sentence[start : start + _SENTENCE]}…"
