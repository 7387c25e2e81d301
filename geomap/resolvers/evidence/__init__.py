"""Reasons for and against a candidate, one pure function each; values lie in [-1, 1].

What each one costs when it is wrong stands beside its weight in `tables/resolution.tsv`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from geomap.model import Match
from geomap.resolvers.evidence import kinds, names, neighbors, outside
from geomap.resolvers.evidence.claim import Claim, Value

__all__ = ["BY_VOTES", "EVIDENCE", "OWN", "WITHIN", "Claim", "Reason", "own_reasons", "voted_reasons"]

Reason = Callable[[Claim], Value]


def _named(*functions: Reason) -> dict[str, Reason]:
    return {function.__name__: function for function in functions}


OWN: Mapping[str, Reason] = _named(
    names.prior, names.lead, names.dominance, names.population, names.many_names, names.name_match,
    names.namesake,
    kinds.kind, kinds.government, kinds.named_after_seat, kinds.settlement, kinds.is_country,
    kinds.is_capital, kinds.is_province, kinds.is_district, kinds.is_region, kinds.is_quarter,
    kinds.is_nature, kinds.is_international, kinds.is_small,
    outside.focus, outside.home, outside.home_named, outside.home_admin1, outside.home_country,
    outside.curated, outside.own_place, neighbors.parent_cue, neighbors.parent_sure, neighbors.same_name,
    neighbors.possible_admin1, neighbors.possible_near, neighbors.part,
)  # fmt: skip
"""Evidence that is known before any name has voted."""

BY_VOTES: Mapping[str, Reason] = _named(
    neighbors.country, neighbors.admin1, neighbors.container, neighbors.contained, neighbors.dateline,
    neighbors.nearness, neighbors.beside_country, neighbors.beside_admin1, neighbors.listed,
    neighbors.listed_admin1,
)  # fmt: skip
"""Evidence that listens to the other names."""

WITHIN: Mapping[str, Reason] = _named(
    neighbors.within, neighbors.within_named, neighbors.within_size, neighbors.country, neighbors.admin1,
    neighbors.nearness,
)  # fmt: skip
"""All that counts for a place that only may hold the mention (Match.WITHIN)."""

EVIDENCE: Mapping[str, Reason] = {**OWN, **BY_VOTES, **WITHIN}


def own_reasons(claim: Claim) -> Mapping[str, Reason]:
    """Return the evidence for a candidate that needs no votes."""
    return {} if claim.candidate.match is Match.WITHIN else OWN


def voted_reasons(claim: Claim) -> Mapping[str, Reason]:
    """Return the evidence for a candidate that listens to votes."""
    return WITHIN if claim.candidate.match is Match.WITHIN else BY_VOTES
