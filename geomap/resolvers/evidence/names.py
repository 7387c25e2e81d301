"""Reasons in the name alone: how famous the place is, among its namesakes, and how well the name fits it."""

from __future__ import annotations

import math

from geomap.model import Match
from geomap.resolvers.evidence.claim import NOTHING, Claim, Value

_FAMOUS = 5
"""Candidates among which the most famous one is looked for; the gazetteer lists them by prominence."""


def prior(claim: Claim) -> Value:
    """Fame: kind, population, number of names."""
    return claim.scene.fame[claim.place.id], ""


def lead(claim: Claim) -> Value:
    """How far the candidate falls behind the most famous one of the name."""
    fame = claim.scene.fame
    best = max(fame[other.place.id] for other in claim.group.candidates[:_FAMOUS])
    return fame[claim.place.id] - best, ""


def dominance(claim: Claim) -> Value:
    """The most famous place of the name, by its distance from the second."""
    fame = claim.scene.fame
    fames = sorted((fame[other.place.id] for other in claim.group.candidates[:_FAMOUS]), reverse=True)
    if fame[claim.place.id] < fames[0] or len(fames) == 1:
        return NOTHING
    return fames[0] - fames[1], ""


def population(claim: Claim) -> Value:
    """The share of the people who live in places of the name that live in this one."""
    return (claim.place.population + 100) / claim.group.people, ""


_MANY_NAMES = 150


def many_names(claim: Claim) -> Value:
    """In how many spellings and languages the place is known."""
    return min(1.0, math.log(claim.candidate.name_count + 1) / math.log(_MANY_NAMES)), ""


_MATCHES = {
    Match.EXACT: 1.0, Match.FOLDED: 0.9, Match.ALTERNATE: 0.4, Match.ABBREVIATION: 1.0, Match.DEMONYM: 1.0,
    Match.TRANSLITERATED: 0.2, Match.FUZZY: 0.0, Match.GEOCODED: 0.2, Match.PART: 0.2, Match.WITHIN: 0.0,
}  # fmt: skip


def name_match(claim: Claim) -> Value:
    """How well the name fits: the place's own name before another one of it; a demonym for a demonym."""
    match = claim.candidate.match
    if claim.group.demonym:
        return (1.0 if match is Match.DEMONYM else -1.0), match.value
    if match is Match.DEMONYM:
        return 0.0, match.value
    if _without_city(claim):
        return _MATCHES[Match.FOLDED], "without its City"
    return _MATCHES[match], match.value


def namesake(claim: Claim) -> Value:
    """Another candidate bears the name itself, this one is only also called so."""
    if claim.candidate.match is not Match.ALTERNATE or _without_city(claim):
        return NOTHING
    own = {Match.EXACT, Match.FOLDED}
    return float(any(other.match in own for other in claim.group.candidates)), ""


def _without_city(claim: Claim) -> bool:
    """Tell whether the name is the place's own but for its City: "New York"."""
    return claim.place.name == f"{claim.candidate.matched_name} City"
