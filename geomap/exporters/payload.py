"""The data of the HTML map: plain lists, one column per property, nothing per sighting but numbers.

The page builds rows, markers and popups from these columns only when they are seen. What repeats (outlets,
countries, kinds, sentences, reasons) is stored once, in a list that the columns index. Texts are cut to
what a popup can show, so that one huge article cannot choke the page, and only http and https
links get in. Offsets of mentions count UTF-16 code units of their sentence, as JavaScript does.

Layout (a change of it changes `VERSION` and the golden file), "#x" an index of the list x, -1 for none:

- `articles`: columns title, outlet (#outlets), published (as given), day (days since 1970-01-01, null where
  there is none), url (null where unknown)
- `places`: columns id, name, kind (#kinds), where (#wheres), country (#countries), admin1 (its code,
  "SY.09"), note ("Disputed: ..."), lat, lon, km (of its circle, 0 where unknown), area (null for a point, -1
  for an area of unknown extent, else #areas), sightings (their number)
- `sightings`: columns article, sentence (#sentences), start, end, type, role, part (its score in percent),
  precision, reach (of its circle, in tenths of a km), sure (`Resolution.probability` in percent), why
  (#reasons), rival (#rivals, -2 where it is not known), relative (#relatives), in the order of the places
- `unmapped`: columns article, sentence, start, end, type, outcome: mentions without a place
- `types` ([value, literal]), `roles`, `precisions`, `outcomes`, `countries` ([code, name]), `areas`
  (`geomap.exporters.areas`), `relatives`, `reasons`, `rivals`, `evidence`, `notes`
  (`geomap.exporters.reasons`)
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from enum import Enum
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from geomap.exporters.areas import area_of, relative_area
from geomap.exporters.kinds import is_area, kind_of
from geomap.exporters.reasons import Reasons
from geomap.exporters.summary import summarize
from geomap.model import (
    Article,
    Outcome,
    Place,
    PlaceSummary,
    Precision,
    Resolution,
    Role,
    Sighting,
    ToponymType,
    UncertainArea,
    precision_of,
    reach_km,
)

VERSION = 3
MAX_SENTENCE = 700
"""Code points of a sentence that the popup shows around the mention: ten lines."""
MAX_TITLE = 300
MAX_NAME = 160
MAX_URL = 2048
_PLAIN_URL = re.compile(r"https?://[\w.-]+(?:/[\w./~%+-]*)?(?:\?[\w=&.%+-]*)?", re.ASCII)
"""Most addresses; what is not as plain is taken apart."""
_TO_1970 = date(1970, 1, 1).toordinal()

Geometry = Callable[[Place], dict[str, Any] | None]
Note = Callable[[Place], str]


class Unmapped(NamedTuple):
    """A mention without a place, with the sentence that holds it and where that begins in its field."""

    article: Article
    resolution: Resolution
    sentence: str
    sentence_start: int


class Table:
    """Values by number, each once, in the order of their first use."""

    def __init__(self) -> None:
        self.numbers: dict[Any, int] = {}

    def number(self, value: Any) -> int:
        """Return the number of a value."""
        return self.numbers.setdefault(value, len(self.numbers))

    def values(self) -> list[Any]:
        """Return the values in the order of their numbers."""
        return list(self.numbers)


def payload(
    sightings: Iterable[Sighting],
    *,
    title: str,
    geometry: Geometry = lambda _: None,
    note: Note = lambda _: "",
    credits_: Sequence[str] = (),
    unmapped: Iterable[Unmapped] = (),
) -> dict[str, Any]:
    """Return the data of the map as plain lists, dicts, strings and numbers."""
    with _collector_paused():
        return _payload(list(sightings), list(unmapped), title, geometry, note, credits_)


def _payload(
    sightings: Sequence[Sighting],
    unmapped: Sequence[Unmapped],
    title: str,
    geometry: Geometry,
    note: Note,
    credits_: Sequence[str],
) -> dict[str, Any]:
    summaries = summarize(sightings)
    rows: tuple[Sighting | Unmapped, ...] = (*sightings, *unmapped)
    articles = {row.article.id: row.article for row in rows}
    order = {article_id: number for number, article_id in enumerate(articles)}
    sentences = Table()
    return {
        "version": VERSION,
        "title": clipped(title, MAX_TITLE),
        "credits": [clipped(credit, MAX_TITLE) for credit in credits_],
        "types": [[type_.value, type_.literal] for type_ in ToponymType],
        "roles": [role.value for role in Role],
        "precisions": [precision.value for precision in Precision],
        "outcomes": [outcome.value for outcome in Outcome],
        **_articles(list(articles.values())),
        **_places(summaries, geometry, note),
        **_sightings(summaries, order, sentences),
        "unmapped": _unmapped(unmapped, order, sentences),
        "sentences": sentences.values(),
    }


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the garbage collector: it would walk a growing heap again and again, a third of the time."""
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


def safe_url(url: str | None) -> str | None:
    """Return the URL if it is a link that a reader can follow without harm, else None."""
    if not url or len(url) > MAX_URL or not url.isprintable():
        return None
    if _PLAIN_URL.fullmatch(url):
        return url
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


def _articles(articles: Sequence[Article]) -> dict[str, Any]:
    outlets = Table()
    columns = {
        "title": [clipped(article.title, MAX_TITLE) for article in articles],
        "outlet": [outlets.number(clipped(article.source or "", MAX_NAME)) for article in articles],
        "published": [clipped(article.published or "", MAX_NAME) for article in articles],
        "day": [_day_number(article.day) for article in articles],
        "url": [safe_url(article.url) for article in articles],
    }
    return {"articles": columns, "outlets": outlets.values()}


def _day_number(day: str | None) -> int | None:
    return None if day is None else date.fromisoformat(day).toordinal() - _TO_1970


def _places(summaries: Sequence[PlaceSummary], geometry: Geometry, note: Note) -> dict[str, Any]:
    kinds, wheres, countries = Table(), Table(), Table()
    areas: list[dict[str, Any]] = []
    columns = {
        "id": [clipped(row.place.id, MAX_NAME) for row in summaries],
        "name": [clipped(row.place.name, MAX_NAME) for row in summaries],
        "kind": [kinds.number(kind_of(row.place)) for row in summaries],
        "where": [wheres.number(_where(row)) for row in summaries],
        "country": [countries.number(_country(row)) for row in summaries],
        "admin1": [_admin1(row.place) for row in summaries],
        "note": [clipped(note(row.place), MAX_TITLE) for row in summaries],
        "lat": [round(row.place.point.lat, 5) + 0.0 for row in summaries],
        "lon": [round(row.place.point.lon, 5) + 0.0 for row in summaries],
        "km": [round(row.place.radius_km, 1) for row in summaries],
        "area": [_area_number(row.place, geometry, areas) for row in summaries],
        "sightings": [len(row.sightings) for row in summaries],
    }
    return {
        "places": columns,
        "kinds": kinds.values(),
        "wheres": wheres.values(),
        "countries": [list(country) for country in countries.values()],
        "areas": areas,
    }


def _country(summary: PlaceSummary) -> tuple[str, str]:
    return summary.place.country_code, clipped(summary.country, MAX_NAME)


def _admin1(place: Place) -> str:
    return f"{place.country_code}.{place.admin1_code}" if place.admin1_code not in ("", "00") else ""


def _where(summary: PlaceSummary) -> str:
    name, admin1, country = summary.place.name, summary.admin1, summary.country
    parents = [each for each in (admin1, country if country != admin1 else "") if each and each != name]
    return clipped(", ".join(parents), MAX_NAME)


def _area_number(place: Place, geometry: Geometry, areas: list[dict[str, Any]]) -> int | None:
    if not is_area(place):
        return None
    area = area_of(place, geometry(place))
    if area is None:
        return -1
    areas.append(area)
    return len(areas) - 1


_SIGHTING_COLUMNS = (
    *("article", "sentence", "start", "end", "type", "role", "part", "precision", "reach", "sure"),
    *("why", "rival", "relative"),
)


def _sightings(summaries: Sequence[PlaceSummary], order: dict[str, int], sentences: Table) -> dict[str, Any]:
    """Return the columns of the sightings; one loop with all it needs at hand, as there may be 100,000."""
    reasons = Reasons([row.resolution for summary in summaries for row in summary.sightings])
    relatives: dict[UncertainArea, int] = {}
    types, roles, precisions = (_by_identity(each) for each in (ToponymType, Role, Precision))
    numbers = sentences.numbers
    rows = []
    for summary in summaries:
        precision, reach = precisions[id(precision_of(summary.place))], _tenths(reach_km(summary.place))
        for sighting in summary.sightings:
            resolution, area, sentence = sighting.resolution, sighting.area, sighting.sentence
            mention = resolution.mention
            start = mention.start - sighting.sentence_start
            if sentence.isascii() and len(sentence) <= MAX_SENTENCE and start >= 0:
                marked = (numbers.setdefault(sentence, len(numbers)), start, start + len(mention.text))
            else:
                marked = _marked(sentence, sighting.sentence_start, resolution, numbers)
            rows.append(
                (
                    order[sighting.article.id],
                    *marked,
                    types[id(mention.type)],
                    roles[id(sighting.role)],
                    int(sighting.role_score * 100 + 0.5),
                    *(
                        (precision, reach)
                        if area is None and not resolution.stands_in
                        else (precisions[id(sighting.precision)], _tenths(sighting.radius_km))
                    ),
                    int(resolution.probability * 100 + 0.5),
                    *reasons.number(resolution),
                    -1 if area is None else relatives.setdefault(area, len(relatives)),
                )
            )
    return {
        "sightings": _columns(_SIGHTING_COLUMNS, rows),
        "relatives": [relative_area(area, MAX_NAME) for area in relatives],
        **reasons.tables(),
    }


def _tenths(km: float) -> int:
    return int(km * 10 + 0.5)


def _by_identity(members: type[Enum]) -> dict[int, int]:
    """Return the numbers of an enum's members by their identity: their hash is computed in Python."""
    return {id(member): number for number, member in enumerate(members)}


def _columns(names: Sequence[str], rows: Sequence[tuple[int, ...]]) -> dict[str, list[int]]:
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return {name: list(column) for name, column in zip(names, columns, strict=True)}


def _marked(
    sentence: str, begin: int, resolution: Resolution, sentences: dict[Any, int]
) -> tuple[int, int, int]:
    """Return the number of the sentence's excerpt, and where the mention starts and ends in it."""
    mention = resolution.mention
    start = mention.start - begin
    end = start + len(mention.text)
    if len(sentence) > MAX_SENTENCE:
        sentence, start, end = excerpt(sentence, start, end)
    number = sentences.setdefault(sentence, len(sentences))
    start, end = max(start, 0), max(end, 0)
    if sentence.isascii():
        return number, start, end
    return number, _utf16_length(sentence[:start]), _utf16_length(sentence[:end])


def _unmapped(unmapped: Sequence[Unmapped], order: dict[str, int], sentences: Table) -> dict[str, list[int]]:
    types, outcomes = _by_identity(ToponymType), _by_identity(Outcome)
    rows = [
        (
            order[each.article.id],
            *_marked(each.sentence, each.sentence_start, each.resolution, sentences.numbers),
            types[id(each.resolution.mention.type)],
            outcomes[id(each.resolution.outcome)],
        )
        for each in unmapped
    ]
    return _columns(["article", "sentence", "start", "end", "type", "outcome"], rows)


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
