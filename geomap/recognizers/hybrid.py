"""The default recognizer: the network and the gazetteer's names judge each stretch of text together.

Method: weigh for each stretch that may be a mention (`offering`) the dictionary's reasons with what the
network says of its words and of the same name elsewhere in the article (weights in tables/hybrid.tsv); keep
those that do not overlap and together are likeliest; type them likewise (tables/hybrid_typing.tsv).
Costs: what both take for a place is one, whatever it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property

from geomap import lexicon
from geomap.model import Article, Field, Mention, ToponymType
from geomap.protocols import NameIndex
from geomap.recognizers.context import ArticleContext, fields_of
from geomap.recognizers.evidence import Features, score
from geomap.recognizers.neural.spans import best, logit, unlogit
from geomap.recognizers.neural.tagger import Tagged, Tagger
from geomap.recognizers.offering import Option, offer
from geomap.recognizers.typing import is_dateline, literalness, type_of, typing_features
from geomap.weighing import probability, weights

THRESHOLD = 0.4
DICTIONARY_SHARE = 0.2
"""What the dictionary's own judgment of a name that it lists counts, in log odds.

On held-out news it changes nothing in exact F1 and finds more; it is there for the names of wars and
disasters that the network's news never had. Costs when wrong: a word.
"""
FAMOUS_SHARE = 0.4
"""The same where the name is a great city's or country's, and neither a word nor a person's: "Homs"."""
_FAMOUS = 0.8
_UNMISTAKABLE = 0.5
_SURELY_ANOTHER = 0.8


class HybridRecognizer:
    """Finds places by a network and a gazetteer's names together.

    `threshold` in [0, 1]: higher finds fewer and surer mentions.
    """

    def __init__(
        self, names: NameIndex, tagger: Tagger | None = None, *, threshold: float = THRESHOLD
    ) -> None:
        self._names = names
        self._tagger = tagger or Tagger()
        self._threshold = threshold

    @cached_property
    def fingerprint(self) -> str:
        """Name, version and digest of the threshold, of the tables and of the model."""
        parts = f"{self._threshold} {lexicon.tables_digest()} {self._tagger.digest}"
        return f"hybrid@1+{hashlib.sha256(parts.encode()).hexdigest()[:16]}"

    def recognize(self, article: Article) -> Sequence[Mention]:
        """Return the mentions in text order, the title's first; within a field they do not overlap."""
        return self.recognize_all([article])[0]

    def recognize_all(self, articles: Sequence[Article]) -> list[Sequence[Mention]]:
        """Return the mentions of each article; with several threads faster than one after the other."""
        return [
            self._mentions(article, [tagged for _, _, tagged in fields])
            for article, fields in zip(articles, self._tagger.tag_fields(articles), strict=True)
        ]

    def _mentions(self, article: Article, tagged: Sequence[Tagged]) -> Sequence[Mention]:
        context, options = offer(article, tagged, self._names)
        known = weights("hybrid.tsv")
        found = []
        for number, (name, _) in enumerate(fields_of(article)):
            scored = [(option, judge(option, known)) for option in options[number]]
            for option, value in best(
                scored,
                lambda pair: (pair[0].match.start, pair[0].match.end),
                lambda pair: pair[1] - self._threshold,
            ):
                found.append(_mention(article, name, context, number, option, value))
        return found


def judge(option: Option, known: Mapping[str, float]) -> float:
    """Return the probability that a stretch is a mention, by the weights `known`.

    The network reads Latin letters alone: what is written in others the dictionary judges. What the text
    itself calls a place is one as often as was counted (`unknown`), whatever the network says.
    """
    if "other_script" in option.features:
        return score(option.features)
    value = probability(option.features, known)
    if option.source == "dictionary":
        famous = _is_famous(option.features)
        share = FAMOUS_SHARE if famous else DICTIONARY_SHARE
        value = unlogit((1 - share) * logit(value) + share * logit(score(option.features)))
        if _is_unmistakable(option.features):
            value = max(value, _UNMISTAKABLE)
    return max(value, option.features.get("cued", 0.0))


def _is_famous(features: Features) -> bool:
    """Tell whether a name is a great place's alone, and no part of a longer one."""
    alone = "only_a_place" in features and "inside_name" not in features
    return alone and features.get("prominence", 0.0) >= _FAMOUS


def _is_unmistakable(features: Features) -> bool:
    """Tell whether a name of several words, not all ordinary ones, is a great place's: "Deir ez-Zour".

    Unless the network reads a person or an organization. Costs when wrong: a person of that name.
    """
    return (
        "several_words" in features
        and features.get("prominence", 0.0) >= _FAMOUS
        and not {"all_ordinary", "inside_name", "in_person_name"} & features.keys()
        and max(features["net_person"], features["net_organization"]) < _SURELY_ANOTHER
    )


def _mention(
    article: Article, name: Field, context: ArticleContext, number: int, option: Option, value: float
) -> Mention:
    match = option.match
    return Mention(
        article_id=article.id,
        field=name,
        start=match.start,
        end=match.end,
        text=context.fields[number].text[match.start : match.end],
        type=settle_type(option, number, context),
        score=round(value, 4),
        recognizer="hybrid",
        dateline=is_dateline(match, number, context),
    )


def reasons_for_type(option: Option, number: int, context: ArticleContext) -> Features:
    """Return the reasons that tell literal from associative, those of the network among them."""
    found = typing_features(option.match, number, context, option.features)
    literal = sum(share for kind, share in option.types.items() if kind.literal)
    found["dictionary_literal"] = logit(literalness(found))
    found["net_literal"] = logit(literal)
    for kind, share in option.types.items():
        found[f"net_type_{kind.value}"] = share
    return found


def settle_type(option: Option, number: int, context: ArticleContext) -> ToponymType:
    """Return the likeliest type on the side, literal or associative, that the reasons are for.

    Of other scripts than the Latin one the dictionary judges (`judge`).
    """
    if "other_script" in option.features:
        return type_of(option.match, number, context, option.features)
    known = weights("hybrid_typing.tsv")
    literal = probability(reasons_for_type(option, number, context), known) >= 0.5  # noqa: PLR2004
    kinds = [kind for kind in ToponymType if kind.literal == literal]
    return max(kinds, key=lambda kind: option.types[kind])
