"""The resolver: weigh the evidence, rank the candidates, decide, and keep the reasons.

Method: group the mentions of a name, let each group choose by its own evidence, then let the groups vote
on one another (countries, provinces, containers, nearness) and choose again. The share of a candidate is
the softmax of the scores; it serves as confidence. Weights: tables/resolution.tsv.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property

from geomap import lexicon
from geomap.model import (
    Article,
    Candidate,
    Evidence,
    Outcome,
    Place,
    Resolution,
    ScoredCandidate,
)
from geomap.protocols import Gazetteer
from geomap.resolvers.containment import Containment
from geomap.resolvers.evidence import BY_VOTES, EVIDENCE
from geomap.resolvers.scene import Group, Pair, Scene, group_mentions
from geomap.resolvers.voting import NO_VOTES, Votes, count_votes

PASSES = 3
"""Rounds of choosing; a fourth changes 0.3 % of the choices in the development articles."""

_RANKED = 8


@cache
def weights() -> Mapping[str, float]:
    """Return the weights of the evidence."""
    return {row["evidence"]: float(row["weight"]) for row in lexicon.table("resolution.tsv")}


class EvidenceResolver:
    """Resolves by weighed, readable evidence.

    `focus` holds ISO 3166-1 alpha-2 codes of countries that the articles are about; `home` finds an
    outlet's home from an article's source and url. Candidates below `min_confidence` in [0, 1] are
    not chosen: the outcome is then BELOW_THRESHOLD.
    """

    def __init__(
        self,
        gazetteer: Gazetteer,
        *,
        focus: frozenset[str] = frozenset(),
        home: Callable[[Article], Place | None] = lambda _: None,
        min_confidence: float = 0.0,
    ) -> None:
        self._gazetteer = gazetteer
        self._containment = Containment(gazetteer)
        self._focus = focus
        self._home = home
        self._min_confidence = min_confidence

    @cached_property
    def fingerprint(self) -> str:
        """Name, version and digest of the weights and options."""
        options = (sorted(weights().items()), sorted(self._focus), self._min_confidence)
        return f"evidence@1+{hashlib.sha256(repr(options).encode()).hexdigest()[:16]}"

    def resolve(self, article: Article, pairs: Sequence[Pair]) -> Sequence[Resolution]:
        """Return one resolution per pair, in the same order."""
        scene = self.scene(article, pairs)
        last_votes = self.vote(scene)
        decided: dict[int, Resolution] = {}
        for group, votes in zip(scene.groups, last_votes, strict=True):
            ranked = _ranked(group, scene, votes)
            for number in group.mentions:
                decided[number] = self._decide(pairs[number], group, ranked)
        return [decided.get(number) or _nil(pair) for number, pair in enumerate(pairs)]

    def scene(self, article: Article, pairs: Sequence[Pair]) -> Scene:
        """Return the article's groups before any decision."""
        return group_mentions(
            article, pairs, self._gazetteer, self._containment, focus=self._focus, home=self._home(article)
        )

    def vote(self, scene: Scene) -> list[Votes]:
        """Let the groups choose and vote; return the last votes, on which the decision rests."""
        for group in scene.groups:
            group.shares = _shares(group, scene, NO_VOTES)
        votes = [NO_VOTES] * len(scene.groups)
        for _ in range(PASSES - 1):
            votes = count_votes(scene)
            for group, heard in zip(scene.groups, votes, strict=True):
                if len(group.candidates) > 1:
                    group.shares = _shares(group, scene, heard)
        return votes

    def _decide(self, pair: Pair, group: Group, ranked: tuple[ScoredCandidate, ...]) -> Resolution:
        confidence = round(max(group.shares), 4)
        if confidence < self._min_confidence:
            return Resolution(
                mention=pair[0],
                outcome=Outcome.BELOW_THRESHOLD,
                place=None,
                confidence=confidence,
                ranked=ranked,
            )
        return Resolution(
            mention=pair[0],
            outcome=Outcome.RESOLVED,
            place=ranked[0].candidate.place,
            confidence=confidence,
            ranked=ranked,
        )


def _nil(pair: Pair) -> Resolution:
    return Resolution(mention=pair[0], outcome=Outcome.NO_CANDIDATE, place=None, confidence=0.0)


def _shares(group: Group, scene: Scene, votes: Votes) -> list[float]:
    """Return the softmax of the candidates' scores."""
    if len(group.candidates) == 1:
        return [1.0]
    if not group.own_scores:
        group.own_scores = [
            _score(candidate, group, scene, NO_VOTES, by_votes=False) for candidate in group.candidates
        ]
    scores = [
        own + _score(candidate, group, scene, votes, by_votes=True)
        for own, candidate in zip(group.own_scores, group.candidates, strict=True)
    ]
    best = max(scores)
    powers = [math.exp(score - best) for score in scores]
    total = math.fsum(powers)
    return [power / total for power in powers]


def _score(candidate: Candidate, group: Group, scene: Scene, votes: Votes, *, by_votes: bool) -> float:
    """Return the sum of the evidence that listens to votes, or of the rest."""
    known = weights()
    return math.fsum(
        known.get(name, 0.0) * function(candidate, group, scene, votes)[0]
        for name, function in EVIDENCE.items()
        if (name in BY_VOTES) is by_votes
    )


def _ranked(group: Group, scene: Scene, votes: Votes) -> tuple[ScoredCandidate, ...]:
    order = sorted(range(len(group.candidates)), key=lambda at: (-group.shares[at], at))[:_RANKED]
    known = weights()
    found = []
    for at in order:
        candidate = group.candidates[at]
        evidence = tuple(
            Evidence(name=name, value=value, weight=known.get(name, 0.0), note=note)
            for name, function in EVIDENCE.items()
            for value, note in (function(candidate, group, scene, votes),)
            if value
        )
        found.append(ScoredCandidate(candidate=candidate, evidence=evidence))
    return tuple(found)
