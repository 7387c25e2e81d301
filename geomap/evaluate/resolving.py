"""The resolver alone: spans from a file, or the annotated ones, put on the map as geomap does."""

from __future__ import annotations

from collections.abc import Iterable

from geomap.evaluate.toponyms import Toponym, Toponyms, predictions
from geomap.geoparser import Geoparser
from geomap.model import Article, Mention, ToponymType
from geomap.recognizers.given import GivenRecognizer


def resolve_spans(
    geoparser: Geoparser, articles: Iterable[Article], spans: Toponyms
) -> dict[str, list[Toponym]]:
    """Return the spans of the articles' texts with the points that the geoparser's resolver gives them.

    Of spans that overlap only the first and longest is resolved; what is not within the text is left out.
    """
    read = list(articles)
    given = {article.id: list(mentions_of(article, spans.get(article.id, ()))) for article in read}
    resolver = Geoparser(
        recognizer=GivenRecognizer(given), gazetteer=geoparser.gazetteer, resolver=geoparser.resolver
    )
    return predictions(resolver, read)


def mentions_of(article: Article, spans: Iterable[Toponym]) -> Iterable[Mention]:
    """Yield the spans of an article's text as mentions, the first and longest of those that overlap."""
    at = 0
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        if at <= span.start < span.end <= len(article.text):
            yield Mention(
                article_id=article.id,
                field="text",
                start=span.start,
                end=span.end,
                text=article.text[span.start : span.end],
                type=_type(span),
                score=span.score,
                recognizer="given",
            )
            at = span.end


def _type(span: Toponym) -> ToponymType:
    try:
        return ToponymType(span.subtype)
    except ValueError:
        return ToponymType.METONYMY if span.literal is False else ToponymType.LITERAL
