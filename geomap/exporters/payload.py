"""The data of the HTML map: plain lists, one column per property, nothing per sighting but numbers.

The page builds rows, markers and popups from these columns only when they are seen. Texts are cut to
what a popup can show, so that one huge article cannot choke the page, and only http and https
links get in. Offsets of mentions count UTF-16 code units of their sentence, as JavaScript does.

Layout (a change of it changes `VERSION` and the golden file):

- `articles`: columns title, source, published, url (null where unknown)
- `places`: columns id, name, kind, where, note ("Disputed: ..."), lat, lon, area (null for a
  point, -1 for an area of unknown extent, else an index of `areas`), sightings (their number)
- `sightings`: columns article, sentence, start, end, type, sure (percent), in the order of the places
- `sentences`, `types` ([value, literal]), `areas` (see `geomap.exporters.areas`)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from geomap.exporters.areas import area_of
from geomap.exporters.kinds import is_area, kind_of
from geomap.exporters.summary import summarize
from geomap.model import Article, Place, PlaceSummary, Sighting, ToponymType

VERSION = 2
MAX_SENTENCE = 700
"""Code points of a sentence that the popup shows around the mention: ten lines."""
MAX_TITLE = 300
MAX_NAME = 160
MAX_URL = 2048

Geometry = Callable[[Place], dict[str, Any] | None]
Note = Callable[[Place], str]


def payload(
    sightings: Iterable[Sighting],
    *,
    title: str,
    geometry: Geometry = lambda _: None,
    note: Note = lambda _: "",
    credits_: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the data of the map as plain lists, dicts, strings and numbers."""
    sightings = list(sightings)
    summaries = summarize(sightings)
    articles: dict[str, Article] = {}
    for sighting in sightings:
        articles.setdefault(sighting.article.id, sighting.article)
    order = {article_id: number for number, article_id in enumerate(articles)}
    areas: list[dict[str, Any]] = []
    places = _places(summaries, geometry, areas) | {
        "note": [clipped(note(row.place), MAX_TITLE) for row in summaries]
    }
    return {
        "version": VERSION,
        "title": clipped(title, MAX_TITLE),
        "credits": [clipped(credit, MAX_TITLE) for credit in credits_],
        "types": [[type_.value, type_.literal] for type_ in ToponymType],
        "articles": _articles(list(articles.values())),
        "places": places,
        "areas": areas,
        **_sightings(summaries, order),
    }


def safe_url(url: str | None) -> str | None:
    """Return the URL if it is a link that a reader can follow without harm, else None."""
    if not url or len(url) > MAX_URL or not url.isprintable():
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme in ("http", "https") and parts.netloc else None


def clipped(text: str, length: int) -> str:
    """Return the text, cut to so many code points with an ellipsis at the end."""
    return text if len(text) <= length else text[: length - 1] + "…"


def excerpt(sentence: str, start: int, end: int) -> tuple[str, int, int]:
    """Return at most MAX_SENTENCE code points around the mention, and its offsets in them."""
    if len(sentence) <= MAX_SENTENCE:
        return sentence, start, end
    end = min(end, start + MAX_SENTENCE // 2)
    begin = max(0, min(start - (MAX_SENTENCE - (end - start)) // 2, len(sentence) - MAX_SENTENCE))
    stop = begin + MAX_SENTENCE
    head, tail = "…" if begin else "", "…" if stop < len(sentence) else ""
    shift = len(head) - begin
    return head + sentence[begin:stop] + tail, start + shift, end + shift


def _articles(articles: Sequence[Article]) -> dict[str, list[Any]]:
    return {
        "title": [clipped(article.title, MAX_TITLE) for article in articles],
        "source": [clipped(article.source or "", MAX_NAME) for article in articles],
        "published": [clipped(article.published or "", MAX_NAME) for article in articles],
        "url": [safe_url(article.url) for article in articles],
    }


def _places(
    summaries: Sequence[PlaceSummary], geometry: Geometry, areas: list[dict[str, Any]]
) -> dict[str, list[Any]]:
    """Return the columns of the places; the areas found are appended to `areas`."""
    return {
        "id": [clipped(row.place.id, MAX_NAME) for row in summaries],
        "name": [clipped(row.place.name, MAX_NAME) for row in summaries],
        "kind": [kind_of(row.place) for row in summaries],
        "where": [_where(row) for row in summaries],
        "lat": [round(row.place.point.lat, 5) + 0.0 for row in summaries],
        "lon": [round(row.place.point.lon, 5) + 0.0 for row in summaries],
        "area": [_area_number(row.place, geometry, areas) for row in summaries],
        "sightings": [len(row.sightings) for row in summaries],
    }


def _where(summary: PlaceSummary) -> str:
    parents = [name for name in (summary.admin1, summary.country) if name and name != summary.place.name]
    return clipped(", ".join(dict.fromkeys(parents)), MAX_NAME)


def _area_number(place: Place, geometry: Geometry, areas: list[dict[str, Any]]) -> int | None:
    if not is_area(place):
        return None
    area = area_of(place, geometry(place))
    if area is None:
        return -1
    areas.append(area)
    return len(areas) - 1


def _sightings(summaries: Sequence[PlaceSummary], order: dict[str, int]) -> dict[str, Any]:
    types = {type_: number for number, type_ in enumerate(ToponymType)}
    sentences: dict[str, int] = {}
    columns: dict[str, list[int]] = {
        name: [] for name in ("article", "sentence", "start", "end", "type", "sure")
    }
    for sighting in (sighting for summary in summaries for sighting in summary.sightings):
        mention = sighting.resolution.mention
        first = mention.start - sighting.sentence_start
        text, start, end = excerpt(sighting.sentence, first, first + len(mention.text))
        columns["article"].append(order[sighting.article.id])
        columns["sentence"].append(sentences.setdefault(text, len(sentences)))
        columns["start"].append(_utf16_length(text[: max(start, 0)]))
        columns["end"].append(_utf16_length(text[: max(end, 0)]))
        columns["type"].append(types[mention.type])
        columns["sure"].append(round(sighting.resolution.confidence * 100))
    return {"sightings": columns, "sentences": list(sentences)}


def _utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
