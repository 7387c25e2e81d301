"""The whole way for one article: recognize, look up, resolve; and from results to sightings."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from geomap.model import Article, Candidate, GeoparsedArticle, Mention, Provenance, Sighting
from geomap.protocols import Gazetteer, Recognizer, Resolver
from geomap.text import sentence_spans

CANDIDATES = 40
"""Candidates per mention; of 100 mentions of the development articles one has its referent behind them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Geoparser:
    """A recognizer, a gazetteer and a resolver, together from an article to its places."""

    recognizer: Recognizer
    gazetteer: Gazetteer
    resolver: Resolver

    @property
    def provenance(self) -> Provenance:
        """The fingerprints of the three parts."""
        return Provenance(
            recognizer=self.recognizer.fingerprint,
            gazetteer=self.gazetteer.fingerprint,
            resolver=self.resolver.fingerprint,
        )

    def parse(self, article: Article) -> GeoparsedArticle:
        """Return the article with one resolution per mention."""
        pairs = [(mention, self.candidates(mention)) for mention in self.recognizer.recognize(article)]
        resolutions = self.resolver.resolve(article, pairs)
        return GeoparsedArticle(article=article, resolutions=tuple(resolutions), provenance=self.provenance)

    def candidates(self, mention: Mention) -> Sequence[Candidate]:
        """Return what the gazetteer knows by the mention's name."""
        return self.gazetteer.lookup(mention.text, limit=CANDIDATES)

    def sightings(self, parsed: GeoparsedArticle) -> Iterator[Sighting]:
        """Yield the resolved mentions of an article with their sentences, in its order."""
        article = parsed.article
        sentences = {
            "title": list(sentence_spans(article.title)),
            "text": list(sentence_spans(article.text)),
        }
        for resolution in parsed.resolutions:
            place = resolution.place
            if place is None:
                continue
            mention = resolution.mention
            start, end = _sentence(sentences[mention.field], mention)
            ancestors = self.gazetteer.ancestors(place)
            yield Sighting(
                article=article,
                resolution=resolution,
                place=place,
                sentence=str(getattr(article, mention.field))[start:end],
                sentence_start=start,
                country=next((each.name for each in (*ancestors, place) if is_country(each)), ""),
                admin1=next((each.name for each in (*ancestors, place) if each.feature_code == "ADM1"), ""),
            )


def is_country(place: object) -> bool:
    """Tell whether a place is a country or a dependent territory."""
    code: str = getattr(place, "feature_code", "")
    return code.startswith("PCL") or code == "TERR"


def _sentence(spans: Sequence[tuple[int, int]], mention: Mention) -> tuple[int, int]:
    at = bisect_right(spans, (mention.start, 1 << 60)) - 1
    if at < 0:
        return mention.start, mention.end
    start, end = spans[at]
    while end < mention.end and at + 1 < len(spans):
        at += 1
        end = spans[at][1]
    return start, max(end, mention.end)
