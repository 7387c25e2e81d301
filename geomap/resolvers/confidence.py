"""How far to trust a decision: a probability that the place is right, and one that there is none to find.

Two logistic models over readable facts of the decision, fitted on the development articles and
cross-validated by article (tables/confidence.tsv, tables/nil.tsv; tests/bench/fit_resolution.py). Confidence
answers "if it is a place, is it that one (within 161 km)?"; NIL answers "is there no place to find?", because
the mention is a person or a word, or a place that the gazetteer lacks. Cost when wrong: what a threshold
hides or shows; the order of the candidates does not depend on it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from geomap.model import Candidate, Match, Mention, ToponymType
from geomap.resolvers.groups import Group
from geomap.resolvers.possible import admin1_of
from geomap.resolvers.scene import Scene
from geomap.resolvers.voting import Votes
from geomap.weighing import probability, weights

CONFIDENCE, NIL = "confidence.tsv", "nil.tsv"
"""The tables of weights."""

_LEAST = 1e-4
_FAR = 9.0
"""Log odds that a share of 1 gets: shares beyond 0.9999 differ in nothing that was measured."""
_SURE_OF_SPAN = 4.0
"""Log odds of the surest scores that recognizers give (.98); what is given with a score of 1 is no surer."""
_MANY = 25
_SOME_NAMES = 20


class Trust(NamedTuple):
    """The probability that the place is right if there is one, and that there is none; both in [0, 1]."""

    confidence: float
    nil: float


def trust(mention: Mention, at: int, group: Group, scene: Scene, votes: Votes) -> Trust:
    """Return how far to trust that a mention means the candidate `at` of its group."""
    facts = facts_of(mention, at, group, scene, votes)
    recognized = facts | facts_of_recognition(mention)
    return Trust(probability(facts, weights(CONFIDENCE)), probability(recognized, weights(NIL)))


def facts_of(mention: Mention, at: int, group: Group, scene: Scene, votes: Votes) -> dict[str, float]:
    """Return the facts of a decision by name, without those that are 0."""
    chosen = group.candidates[at]
    place = chosen.place
    facts = {
        "always": 1.0,
        "odds": _log_odds(group.shares[at]),
        "behind": _behind(at, group.shares),
        "candidates": min(1.0, math.log(len(group.candidates)) / math.log(_MANY)),
        "alone": float(len(group.candidates) == 1),
        "fame": scene.fame[place.id],
        "country": votes.country(place.country_code),
        "admin1": votes.admin1(admin1_of(place)),
        "beside_country": votes.beside_country(place.country_code),
        "contained": votes.contained(place.id),
        "container": max((votes.mentioned(each) for each in scene.ancestors[place.id]), default=0.0),
        "parent_named": float(bool(scene.ancestors[place.id] & group.parents)),
        "other_parent": float(group.sure and not scene.ancestors[place.id] & group.parents),
        "few_names": 1 - min(1.0, math.log(len(scene.groups)) / math.log(_SOME_NAMES)),
        "repeated": min(1.0, math.log(len(group.mentions)) / math.log(10)),
        "home_known": float(scene.origin.home is not None),
        "associative": float(not mention.type.literal),
        "capitals": float(mention.text.isupper() and len(mention.text) > 1),
        "words": min(1.0, mention.text.count(" ") / 3),
        **_kind(chosen),
        **_match(chosen, mention),
    }
    return {name: value for name, value in facts.items() if value}


def facts_of_recognition(mention: Mention) -> dict[str, float]:
    """Return what the recognizer says of the mention, which tells whether it is a place, not which one."""
    odds = max(-_SURE_OF_SPAN, min(_SURE_OF_SPAN, _log_odds(mention.score)))
    return {"doubt": 1 - mention.score, "doubt_odds": -odds}


def _match(candidate: Candidate, mention: Mention) -> dict[str, float]:
    match = candidate.match
    demonym = mention.type in {ToponymType.DEMONYM, ToponymType.LANGUAGE}
    return {f"match_{match.value}": 1.0, "not_its_demonym": float(demonym and match is not Match.DEMONYM)}


def _kind(candidate: Candidate) -> dict[str, float]:
    place = candidate.place
    if place.feature_code.startswith(("PCL", "TERR")):
        return {"is_country": 1.0}
    if place.feature_code in {"ADM1", "ADM2"}:
        return {f"is_{place.feature_code.lower()}": 1.0}
    return {f"is_{place.feature_class.lower() or 'unknown'}": 1.0}


def _behind(at: int, shares: Sequence[float]) -> float:
    """Return how far the next candidate lies behind, in log odds; _FAR where there is none."""
    others = [share for other, share in enumerate(shares) if other != at]
    if not others:
        return _FAR
    return max(-_FAR, min(_FAR, math.log(max(shares[at], _LEAST) / max(_LEAST, *others))))


def _log_odds(share: float) -> float:
    share = min(1 - _LEAST, max(_LEAST, share))
    return math.log(share / (1 - share))
