"""Mentions that are decided together, for an article rarely means two places by one name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from geomap.model import Candidate, Match, Mention

Pair = tuple[Mention, Sequence[Candidate]]

_NOWHERE = 1 << 60
_BORROWED = frozenset({Match.PART, Match.WITHIN})


@dataclass(slots=True)
class Group:
    """Mentions that are decided together; `shares` holds the probability of each candidate so far.

    `parents` are containers named beside the mentions, `sure` if no list can explain them; `kinds` are
    the kinds of place that the words beside the mentions ask for; `acts` if one of them stands for a
    government. `first_in_text` is the number of the first mention that does not stand in the title.
    `closeness` tells, by place id, how near the name stands that may hold the mentions, where the gazetteer
    knows no place of their own.
    """

    key: str
    mentions: list[int]
    candidates: Sequence[Candidate]
    parents: frozenset[str] = frozenset()
    sure: bool = False
    kinds: frozenset[str] = frozenset()
    demonym: bool = False
    dateline: bool = False
    acts: bool = False
    first_in_text: int = _NOWHERE
    closeness: Mapping[str, float] = field(default_factory=dict)
    shares: list[float] = field(default_factory=list)
    own_scores: list[float] = field(default_factory=list)
    people: int = field(init=False)

    def __post_init__(self) -> None:
        self.people = sum(candidate.place.population + 100 for candidate in self.candidates)

    @property
    def heard(self) -> bool:
        """Tell whether others listen to it: its candidates bear the name, they are not borrowed for it."""
        return self.candidates[0].match not in _BORROWED
