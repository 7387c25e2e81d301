"""The resolver: weigh the evidence, rank the candidates, decide, and keep the reasons.

Method: group the mentions of a name, let each group choose by its own evidence, then let the groups vote
on one another (countries, provinces, containers, nearness, what stands beside) and choose again. The share
of a candidate is the softmax of the scores; confidence is made of it and of what speaks for trusting it
(`geomap.resolvers.confidence`). Weights: tables/resolution.tsv.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from geomap import weighing
from geomap.model import Article, Evidence, Mention, Outcome, Resolution, ScoredCandidate
from geomap.outlets import UNKNOWN_ORIGIN, Origin
from geomap.protocols import Gazetteer
from geomap.resolvers.confidence import CONFIDENCE, NIL, Trust, trust
from geomap.resolvers.containment import Containment
from geomap.resolvers.evidence import Claim, Reason, own_reasons, voted_reasons
from geomap.resolvers.groups import Group, Pair
from geomap.resolvers.scene import Scene, group_mentions
from geomap.resolvers.voting import NO_VOTES, Votes, count_votes

PASSES = 3
"""Rounds of choosing; a fourth changes 0.3 % of the choices in the development articles."""

_RANKED = 8


def weights() -> Mapping[str, float]:
    """Return the weights of the evidence."""
    return weighing.weights("resolution.tsv")


class EvidenceResolver:
    """Resolves by weighed, readable evidence.

    `focus` holds the weights in (0, 1] of the countries that the articles are about, by ISO 3166-1 alpha-2
    code; `origin` finds the home of an article's outlet from its source and url. Candidates below
    `min_confidence` in [0, 1] are not chosen: the outcome is then BELOW_THRESHOLD.
    """

    def __init__(
        self,
        gazetteer: Gazetteer,
        *,
        focus: Mapping[str, float] | None = None,
        origin: Callable[[Article], Origin] = lambda _: UNKNOWN_ORIGIN,
        min_confidence: float = 0.0,
    ) -> None:
        self._gazetteer = gazetteer
        self._containment = Containment(gazetteer)
        self._focus = dict(focus or {})
        self._origin = origin
        self._min_confidence = min_confidence

    @cached_property
    def fingerprint(self) -> str:
        """Name, version and digest of the weights and options."""
        tables = [weights(), *(weighing.weights(table) for table in (CONFIDENCE, NIL))]
        options = (
            [sorted(table.items()) for table in tables],
            sorted(self._focus.items()),
            self._min_confidence,
        )
        return f"evidence@2+{hashlib.sha256(repr(options).encode()).hexdigest()[:16]}"

    def resolve(self, article: Article, pairs: Sequence[Pair]) -> Sequence[Resolution]:
        """Return one resolution per pair, in the same order."""
        scene = self.scene(article, pairs)
        last_votes = self.vote(scene)
        decided: dict[int, Resolution] = {}
        for group, votes in zip(scene.groups, last_votes, strict=True):
            ranked = _ranked(group, scene, votes)
            at = best(group)
            for number in group.mentions:
                mention = pairs[number][0]
                decided[number] = self._decide(mention, ranked, trust(mention, at, group, scene, votes))
        return [decided.get(number) or _nil(pair) for number, pair in enumerate(pairs)]

    def scene(self, article: Article, pairs: Sequence[Pair]) -> Scene:
        """Return the article's groups before any decision."""
        return group_mentions(
            article,
            pairs,
            self._gazetteer,
            self._containment,
            focus=self._focus,
            origin=self._origin(article),
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

    def _decide(self, mention: Mention, ranked: tuple[ScoredCandidate, ...], trusted: Trust) -> Resolution:
        confidence = round(trusted.confidence, 4)
        chosen = confidence >= self._min_confidence
        return Resolution(
            mention=mention,
            outcome=Outcome.RESOLVED if chosen else Outcome.BELOW_THRESHOLD,
            place=ranked[0].candidate.place if chosen else None,
            confidence=confidence,
            ranked=ranked,
            nil=round(trusted.nil, 4),
            match=ranked[0].candidate.match if chosen else None,
        )


def _nil(pair: Pair) -> Resolution:
    return Resolution(mention=pair[0], outcome=Outcome.NO_CANDIDATE, place=None, confidence=0.0, nil=1.0)


def best(group: Group) -> int:
    """Return the number of the likeliest candidate, the first of equals."""
    return max(range(len(group.shares)), key=lambda at: (group.shares[at], -at))


def _shares(group: Group, scene: Scene, votes: Votes) -> list[float]:
    """Return the softmax of the candidates' scores."""
    if len(group.candidates) == 1:
        return [1.0]
    claims = [Claim(candidate, group, scene, votes) for candidate in group.candidates]
    if not group.own_scores:
        group.own_scores = [_score(claim, own_reasons(claim)) for claim in claims]
    scores = [
        own + _score(claim, voted_reasons(claim)) for own, claim in zip(group.own_scores, claims, strict=True)
    ]
    largest = max(scores)
    powers = [math.exp(score - largest) for score in scores]
    total = math.fsum(powers)
    return [power / total for power in powers]


def _score(claim: Claim, reasons: Mapping[str, Reason]) -> float:
    known = weights()
    return math.fsum(known.get(name, 0.0) * reason(claim)[0] for name, reason in reasons.items())


def _ranked(group: Group, scene: Scene, votes: Votes) -> tuple[ScoredCandidate, ...]:
    order = sorted(range(len(group.candidates)), key=lambda at: (-group.shares[at], at))[:_RANKED]
    known = weights()
    found = []
    for at in order:
        claim = Claim(group.candidates[at], group, scene, votes)
        evidence = tuple(
            Evidence(name=name, value=value, weight=known.get(name, 0.0), note=note)
            for name, reason in {**own_reasons(claim), **voted_reasons(claim)}.items()
            for value, note in (reason(claim),)
            if value
        )
        found.append(ScoredCandidate(candidate=claim.candidate, evidence=evidence))
    return tuple(found)
