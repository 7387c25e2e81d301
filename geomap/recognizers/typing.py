"""Tell what a mention means: the place itself, or its people, government, language, a name that holds it.

The types are those of Gritta, Pilehvar and Collier (2020, Table 1). Whether a mention is literal is
weighed from readable reasons (weights in tables/typing.tsv); its finer type then follows from the tables.
Costs: a government taken literally gets a pin that it should not have; a literal mention taken for a
government stays in the results but is hidden from the map until asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from geomap import lexicon
from geomap.model import NameKind, ToponymType
from geomap.recognizers.context import ArticleContext
from geomap.recognizers.evidence import Features, words_after, words_before
from geomap.recognizers.matching import Match
from geomap.weighing import probability, weights

_PREPOSITIONS = frozenset(
    "in at near from to of for on with by and across throughout outside inside into between against around "  # noqa: SIM905
    "over".split()
)
_AUXILIARIES = frozenset(
    "is was has had will would are were have should must can could may might does did".split()  # noqa: SIM905
)
_AFTER_SIGNS = {
    "-": "hyphen",
    "–": "hyphen",
    ".": "stop",
    "!": "stop",
    "?": "stop",
    ",": "comma",
    ")": "close",
}


@cache
def demonym_kinds() -> Mapping[str, frozenset[str]]:
    """Return demonyms as written to their kinds: noun, adjective, both, language."""
    found: dict[str, set[str]] = {}
    for row in lexicon.table("demonyms.tsv"):
        found.setdefault(row["demonym"], set()).add(row["kind"])
    return {demonym: frozenset(kinds) for demonym, kinds in found.items()}


def literalness(features: Features) -> float:
    """Return the probability that a mention is literal, by the weights of the table."""
    return probability(features, weights("typing.tsv"))


def typing_features(match: Match, number: int, article: ArticleContext, features: Features) -> Features:
    """Return the reasons of recognition with those that only tell literal from associative."""
    found = dict(features)
    field = article.fields[number]
    before = words_before(field.words, match.first)
    after = words_after(field.words, match.last)
    _cues(found, before, after)
    if found.get("demonym") and lexicon.frames().after(tuple(after)):
        found["demonym_with_place_word"] = 1.0
    if before and before[-1].lower() in _PREPOSITIONS:
        found[f"word_{before[-1].lower()}"] = 1.0
    if after and after[0][0].islower():
        _verb(found, after)
    if not before and not after:
        found["alone"] = 1.0
    if match.facts.kinds & NameKind.NATURE:
        found["nature"] = 1.0
    if not match.facts.kinds & (NameKind.GOVERNMENT | NameKind.DEMONYM) and not any(
        map(found.get, _PARTY_CUES)
    ):
        found["no_party"] = 1.0
    if match.facts.kinds & NameKind.GOVERNMENT or match.abbreviation:
        _powers(found, match, field.text, before)
    found["next_" + _AFTER_SIGNS.get(field.text[match.end : match.end + 1], "other")] = 1.0
    if match.start and field.text[match.start - 1] in "-–":
        found["previous_hyphen"] = 1.0
    return found


def _cues(found: Features, before: list[str], after: list[str]) -> None:
    cues, heads = lexicon.metonymy_cues(), lexicon.organization_heads()
    for side, hits in (("before", cues.before(tuple(before))), ("after", cues.after(tuple(after)))):
        if hits:
            found[f"metonymy_{side}"] = 1.0
            found[f"metonymy_{hits[0][1].replace(' ', '_')}"] = 1.0
    settled = lexicon.literal_cues()
    for hits in (settled.before(tuple(before)), settled.after(tuple(after))):
        if hits:
            found[f"cue_{hits[0][1]}"] = 1.0
    for side, hits in (("before", heads.before(tuple(before))), ("after", heads.after(tuple(after)))):
        if hits:
            found[f"head_{side}_{hits[0][1].lower()}"] = 1.0


def _verb(found: Features, after: list[str]) -> None:
    word = after[0].lower()
    if word == "s" and len(after) > 1:
        found["possessive_small" if after[1][0].islower() else "possessive_capital"] = 1.0
    elif word in _AUXILIARIES:
        found["after_auxiliary"] = 1.0
    for ending in ("s", "ed", "ing"):
        if len(word) > 3 and word.endswith(ending):  # noqa: PLR2004
            found[f"after_small_{ending}"] = 1.0


_RATHER_A_PLACE = 0.75
"""Prominence from which a word that is both ("Canadian", Texas) may be the place rather than the people."""


_PARTY_CUES = (
    "metonymy_before", "metonymy_after", "cue_associative", "head_after_embedded_nonliteral",
    "head_before_embedded_nonliteral", "abbreviation",
)  # fmt: skip
_GROUND = re.compile(
    r"\b(?:border|road|highway|route|railway|km|miles|kilomet\w+|flights?|located|crossing|frontier|strait|sea|travel\w*)\b"
)
_NEIGHBORHOOD = 60
_BY_GOVERNMENT = (
    "sentence_start",
    "before_nothing",
    "after_auxiliary",
    "in_headline",
    "before_from",
    "after_and",
)


def _powers(found: Features, match: Match, text: str, before: list[str]) -> None:
    """See powers that deal with each other: "a deal between Russia and the US", "US to Russia: ..."."""
    found["government"] = 1.0
    for name in _BY_GOVERNMENT:
        if name in found:
            found[f"{name}_government"] = 1.0
    lowered = [word.lower() for word in before]
    around = text[max(0, match.start - _NEIGHBORHOOD) : match.end + _NEIGHBORHOOD].lower()
    if _GROUND.search(around):
        found["ground_near"] = 1.0
    elif "between" in lowered:
        found["between_powers"] = 1.0
    if text[match.end : match.end + 1] == ":" and lowered and lowered[-1] in {"to", "tells", "warns"}:
        found["between_powers"] = 1.0


def type_of(match: Match, number: int, article: ArticleContext, features: Features) -> ToponymType:
    """Return the type of a mention; `features` are the reasons of its recognition."""
    reasons = typing_features(match, number, article, features)
    literal = literalness(reasons) >= 0.5  # noqa: PLR2004
    if match.facts.kinds & NameKind.DEMONYM and features.get("prominence", 0.0) < _RATHER_A_PLACE:
        return _demonym_type(match, number, article, literal=literal)
    embedded_literal = reasons.get("head_after_embedded_literal") or reasons.get(
        "head_before_embedded_literal"
    )
    embedded = reasons.get("head_after_embedded_nonliteral") or reasons.get("head_before_embedded_nonliteral")
    if literal:
        if embedded_literal:
            return ToponymType.EMBEDDED_LITERAL
        modifies = (
            reasons.get("after_small") and not reasons.get("after_auxiliary") and reasons.get("frame_after")
        )
        return ToponymType.LITERAL_MODIFIER if modifies else ToponymType.LITERAL
    if embedded:
        return ToponymType.EMBEDDED_NONLITERAL
    modifier = reasons.get("after_small") and not (
        reasons.get("metonymy_after") or reasons.get("after_auxiliary") or reasons.get("possessive")
    )
    return ToponymType.NONLITERAL_MODIFIER if modifier else ToponymType.METONYMY


def _demonym_type(match: Match, number: int, article: ArticleContext, *, literal: bool) -> ToponymType:
    if literal:
        return ToponymType.LITERAL_MODIFIER
    field = article.fields[number]
    written = field.text[match.start : match.end]
    kinds = demonym_kinds().get(written, frozenset())
    if kinds == {"language"}:
        return ToponymType.LANGUAGE
    after = words_after(field.words, match.last)
    if lexicon.organization_heads().after(tuple(after)):
        return ToponymType.EMBEDDED_NONLITERAL
    followed = bool(after) and after[0].lower() not in _AUXILIARIES and after[0] not in {"s", "and", "or"}
    if kinds == {"noun"} or not followed:
        return ToponymType.DEMONYM
    return ToponymType.NONLITERAL_MODIFIER


_DATELINE = re.compile(
    r"^[^a-z\n]{0,40}?(?:,\s[A-Z][\w.' ]{1,25})?\s*(?:\([^)\n]{2,40}\)\s*)?(?:—|–|--|-)\s", re.UNICODE
)
_DATELINE_REACH = 90


def is_dateline(match: Match, number: int, article: ArticleContext) -> bool:
    """Tell whether the mention says where the article was written: "GAZIANTEP, Turkey (Wire) — ..."."""
    return is_dateline_at(article.fields[number].text, match.start, match.end)


def is_dateline_at(text: str, start: int, end: int) -> bool:
    """Tell whether the code points start:end say where a text was written."""
    line_start = text.rfind("\n", 0, start) + 1
    if start - line_start > _DATELINE_REACH or line_start > 2 * _DATELINE_REACH * 10:
        return False
    found = _DATELINE.match(text[line_start : line_start + 2 * _DATELINE_REACH])
    return found is not None and end <= line_start + found.end()
