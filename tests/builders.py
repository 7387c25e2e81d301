"""Small values for tests: every builder makes something valid, keywords say what the test is about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from geomap.model import (
    Article,
    Candidate,
    CountryShare,
    Focus,
    GeoparsedArticle,
    Match,
    Mention,
    Outcome,
    Place,
    Point,
    Provenance,
    Resolution,
    Role,
    Sighting,
    UncertainArea,
)


def an_article(**overrides: Any) -> Article:
    values: dict[str, Any] = {
        "id": "a1",
        "title": "Truce holds in Aleppo",
        "text": "The truce in Aleppo held on Monday. Trucks reached the city.",
        "published": "2016-12-30",
        "source": "The Example",
        "url": "https://example.org/truce",
    }
    return Article(**values | overrides)


def a_place(*, lat: float = 36.20124, lon: float = 37.16117, **overrides: Any) -> Place:
    values: dict[str, Any] = {
        "id": "geonames:170063",
        "name": "Aleppo",
        "point": Point(lat=lat, lon=lon),
        "feature_class": "P",
        "feature_code": "PPLA",
        "country_code": "SY",
        "population": 1_602_264,
    }
    return Place(**values | overrides)


def a_mention(**overrides: Any) -> Mention:
    values: dict[str, Any] = {"article_id": "a1", "field": "text", "start": 13, "end": 19, "text": "Aleppo"}
    return Mention(**values | overrides)


def a_candidate(**overrides: Any) -> Candidate:
    values: dict[str, Any] = {"place": a_place(), "matched_name": "Aleppo", "match": Match.EXACT}
    return Candidate(**values | overrides)


def a_resolution(**overrides: Any) -> Resolution:
    values: dict[str, Any] = {
        "mention": a_mention(),
        "outcome": Outcome.RESOLVED,
        "place": a_place(),
        "confidence": 0.9,
        "match": Match.EXACT,
    }
    return Resolution(**values | overrides)


def a_sighting(
    *,
    article: Article | None = None,
    place: Place | None = None,
    word: str = "Aleppo",
    confidence: float = 0.9,
    country: str = "Syria",
    admin1: str = "Aleppo Governorate",
    ancestor_ids: tuple[str, ...] = ("geonames:170062", "geonames:163843"),
    role: Role = Role.MENTIONED,
    role_score: float = 0.0,
    area: UncertainArea | None = None,
    match: Match = Match.EXACT,
    **mention: Any,
) -> Sighting:
    """Sight the first `word` of the article's text (of its title with `field="title"`).

    The sentence ends at the first full stop behind the word.
    """
    article = article or an_article()
    place = place or a_place()
    text = getattr(article, mention.get("field", "text"))
    start = text.index(word)
    begin = max(text.rfind(". ", 0, start) + 2, 0) if ". " in text[:start] else 0
    stop = text.find(".", start + len(word)) + 1 or len(text)
    found = a_mention(article_id=article.id, start=start, end=start + len(word), text=word, **mention)
    return Sighting(
        article=article,
        resolution=a_resolution(mention=found, place=place, confidence=confidence, match=match),
        place=place,
        sentence=text[begin:stop],
        sentence_start=begin,
        country=country,
        admin1=admin1,
        ancestor_ids=ancestor_ids,
        role=role,
        role_score=role_score,
        area=area,
    )


def a_ring(*corners: tuple[float, float]) -> tuple[Point, ...]:
    """Make a closed ring of (lon, lat) corners."""
    return tuple(Point(lat=lat, lon=lon) for lon, lat in (*corners, corners[0]))


def an_area(**overrides: Any) -> UncertainArea:
    """Make the area of "north of Aleppo", a square of about 19 by 22 km."""
    values: dict[str, Any] = {
        "phrase": "north of Aleppo",
        "start": 4,
        "end": 19,
        "method": "direction",
        "polygons": ((a_ring((37.0, 36.3), (37.2, 36.3), (37.2, 36.5), (37.0, 36.5)),),),
        "km2": 400.0,
    }
    return UncertainArea(**values | overrides)


def a_focus(**overrides: Any) -> Focus:
    values: dict[str, Any] = {
        "countries": (CountryShare(code="SY", name="Syria", share=0.75),),
        "place_id": "geonames:170063",
        "place_name": "Aleppo",
        "weight": 0.6,
        "profile": "syria",
    }
    return Focus(**values | overrides)


def a_provenance(**overrides: Any) -> Provenance:
    values: dict[str, Any] = {"recognizer": "test@1+0", "gazetteer": "test@1+0", "resolver": "test@1+0"}
    return Provenance(**values | overrides)


def a_layer(folder: Path, text: str, *, name: str = "villages", ending: str = ".csv", **options: Any) -> Path:
    """Build a gazetteer of own places of a table (over the embedded one) and return its path."""
    from geomap.gazetteers.layers import open_stack
    from geomap.gazetteers.own.adding import Options, add_places

    source = folder / f"{name}{ending}"
    source.write_text(text, encoding="utf-8")
    target = folder / f"{name}.sqlite"
    errors: list[Exception] = []
    with open_stack(["embedded"]) as below:
        add_places(
            source,
            target,
            namespace=name,
            below=below,
            options=Options(**options),
            on_error=errors.append,
        )
    if errors:
        raise ExceptionGroup(name, errors)
    return target


def a_parsed(*sightings: Sighting, article: Article | None = None, **overrides: Any) -> GeoparsedArticle:
    """Put the sightings of one article (by default one of Aleppo) together as its result."""
    if article is None:
        sightings = sightings or (a_sighting(),)
        article = sightings[0].article
    values: dict[str, Any] = {
        "resolutions": tuple(sighting.resolution for sighting in sightings),
        "provenance": a_provenance(),
        "sightings": sightings,
    }
    return GeoparsedArticle(article=article, **values | overrides)
