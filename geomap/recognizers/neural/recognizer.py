"""The network alone: for measuring it, and for names in a text whose gazetteer is not at hand."""

from __future__ import annotations

from collections.abc import Sequence

from geomap.model import Article, Field, Mention
from geomap.recognizers.neural.spans import Span, best, candidates, columns_of, type_shares
from geomap.recognizers.neural.tagger import Tagged, Tagger
from geomap.recognizers.typing import is_dateline_at

THRESHOLD = 0.4


class NeuralRecognizer:
    """Finds places by the network that geomap trained, without a gazetteer.

    `threshold` in [0, 1]: higher finds fewer and surer mentions.
    """

    def __init__(self, tagger: Tagger | None = None, *, threshold: float = THRESHOLD) -> None:
        self._tagger = tagger or Tagger()
        self._threshold = threshold

    @property
    def fingerprint(self) -> str:
        """Name, version, the threshold and the digest of the model."""
        return f"neural@1+{self._tagger.digest[:16]}-{self._threshold}"

    def recognize(self, article: Article) -> Sequence[Mention]:
        """Return the mentions in text order, the title's first; within a field they do not overlap."""
        return self.recognize_all([article])[0]

    def recognize_all(self, articles: Sequence[Article]) -> list[Sequence[Mention]]:
        """Return the mentions of each article; with several threads faster than one after the other."""
        return [
            [
                mention
                for name, text, tagged in fields
                for mention in self._mentions(article, name, text, tagged)
            ]
            for article, fields in zip(articles, self._tagger.tag_fields(articles), strict=True)
        ]

    def _mentions(self, article: Article, name: Field, text: str, tagged: Tagged) -> list[Mention]:
        spans = best(
            list(candidates(columns_of(tagged))),
            lambda span: (span.first, span.last),
            lambda span: span.probability - self._threshold,
        )
        return [_mention(article, name, text, tagged, span) for span in spans]


def _mention(article: Article, name: Field, text: str, tagged: Tagged, span: Span) -> Mention:
    start, end = tagged.tokens[span.first].start, tagged.tokens[span.last - 1].end
    shares = type_shares(tagged, span.first)
    return Mention(
        article_id=article.id,
        field=name,
        start=start,
        end=end,
        text=text[start:end],
        type=max(shares, key=lambda kind: shares[kind]),
        score=round(span.probability, 4),
        recognizer="neural",
        dateline=is_dateline_at(text, start, end),
    )
