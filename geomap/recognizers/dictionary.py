"""The recognizer without a model: a gazetteer's names, judged by weighed reasons.

Method: match all names and abbreviations (`matching`), weigh the reasons for and against each
(`evidence`, weights in tables/recognition.tsv), keep at each word the longest that is more likely a
mention than not, type it (`typing`). Names that the gazetteer lacks are found only where the text says
that they are places (`unknown`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from geomap import lexicon
from geomap.model import Article, Field, Mention
from geomap.protocols import NameIndex
from geomap.recognizers.context import ArticleContext, fields_of, read_context
from geomap.recognizers.evidence import Features, features_of, score
from geomap.recognizers.matching import Match, matches_at
from geomap.recognizers.typing import is_dateline, type_of
from geomap.recognizers.unknown import Unknown, find_unknown
from geomap.text import Word, words

_THRESHOLD = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A match with its probability of being a mention; `cue`: only the words beside it show it."""

    match: Match
    features: Features
    score: float
    cue: bool = False


class DictionaryRecognizer:
    """Finds the names of a gazetteer in running text, and others that a text calls places.

    `threshold` in [0, 1]: higher finds fewer and surer mentions.
    """

    def __init__(self, names: NameIndex, *, threshold: float = _THRESHOLD) -> None:
        self._names = names
        self._threshold = threshold

    @cached_property
    def fingerprint(self) -> str:
        """Name, version and digest of the threshold and of the tables that decide."""
        digest = hashlib.sha256(f"{self._threshold} {lexicon.tables_digest()}".encode())
        return f"dictionary@2+{digest.hexdigest()[:16]}"

    def recognize(self, article: Article) -> Sequence[Mention]:
        """Return the mentions in text order, the title's first; within a field they do not overlap."""
        fields = fields_of(article)
        context = read_context([(text, words(text)) for _, text in fields], self._names)
        judged = [self.judge(context, number) for number in range(len(fields))]
        unknown = find_unknown(context, [[each.match for each in field] for field in judged], self._names)
        return [
            _mention(article, name, context, number, each)
            for number, (name, _) in enumerate(fields)
            for each in self._settled(context, number, judged[number], unknown[number])
        ]

    def _settled(
        self, context: ArticleContext, number: int, judged: Sequence[Judged], unknown: Sequence[Unknown]
    ) -> Sequence[Judged]:
        """Return both in text order; an unknown name takes the place of what it encloses."""
        added = [
            Judged(
                match=match, features=features_of(match, number, context, self._names), score=value, cue=True
            )
            for match, value in unknown
            if value >= self._threshold
        ]
        kept = [
            each
            for each in judged
            if not any(new.match.first <= each.match.first < new.match.last for new in added)
        ]
        return sorted([*kept, *added], key=lambda each: each.match.start)

    def judge(self, context: ArticleContext, number: int) -> Sequence[Judged]:
        """Return the matches of one field that are kept, in text order."""
        kept: list[Judged] = []
        field = context.fields[number]
        at = 0
        while at < len(field.words):
            best = self._best_at(context, number, at)
            if best is None:
                at += 1
            else:
                kept.append(best)
                at = best.match.last
        return kept

    def _best_at(self, context: ArticleContext, number: int, at: int) -> Judged | None:
        field = context.fields[number]
        for match in matches_at(field.text, field.words, at, self._names):
            if is_organization(match, field.words):
                continue
            features = features_of(match, number, context, self._names)
            value = score(features)
            if value >= self._threshold:
                return Judged(match=match, features=features, score=value)
        return None


_OUTRANKS_ITS_PARTS = 0.7
"""Prominence from which a name is a place of its own, whatever it holds: "European Union"."""


def is_organization(match: Match, words: Sequence[Word]) -> bool:
    """Tell whether the name is an institution's, which yields to the place in it: "Aleppo University"."""
    if match.facts.prominence > _OUTRANKS_ITS_PARTS:
        return False
    texts = tuple(word.text for word in words[match.first : match.last])
    heads = lexicon.organization_heads()
    return any(
        hits[0][1] == "EMBEDDED_NONLITERAL"
        for cut in range(1, len(texts))
        for hits in (
            heads.after(texts[cut:]) if heads.covers("after", texts[cut:]) else [],
            heads.before(texts[:cut]) if heads.covers("before", texts[:cut]) else [],
        )
        if hits
    )


def _mention(article: Article, name: Field, context: ArticleContext, number: int, judged: Judged) -> Mention:
    match = judged.match
    text = context.fields[number].text
    return Mention(
        article_id=article.id,
        field=name,
        start=match.start,
        end=match.end,
        text=text[match.start : match.end],
        type=type_of(match, number, context, judged.features),
        score=round(judged.score, 4),
        recognizer="cue" if judged.cue else "dictionary",
        dateline=is_dateline(match, number, context),
    )
