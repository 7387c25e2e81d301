"""From an article to a decision about each of its mentions."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from geomap.dates import day_of
from geomap.model.places import Place

Field = Literal["title", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as it was read. `published` is the date as the source gives it.

    `flags` says what was odd about the source ("replaced_characters"), or guessed ("detected_language");
    `origin` where it was read: a file (`news.zip/a.html`), with `:line` where it holds several articles,
    or an address; two articles are equal wherever they were read.
    """

    id: str
    text: str
    title: str = ""
    published: str | None = None
    source: str | None = None
    url: str | None = None
    language: str | None = None
    flags: tuple[str, ...] = ()
    origin: str | None = field(default=None, compare=False)

    @property
    def day(self) -> str | None:
        """The day (YYYY-MM-DD) on which it was published; None where `published` names none clearly."""
        return day_of(self.published or "")


class ToponymType(Enum):
    """What a mention of a place's name means (Gritta, Pilehvar and Collier 2020, Table 1)."""

    LITERAL = "literal"
    LITERAL_MODIFIER = "literal_modifier"
    MIXED = "mixed"
    COERCION = "coercion"
    EMBEDDED_LITERAL = "embedded_literal"
    EMBEDDED_NONLITERAL = "embedded_nonliteral"
    METONYMY = "metonymy"
    LANGUAGE = "language"
    DEMONYM = "demonym"
    NONLITERAL_MODIFIER = "nonliteral_modifier"
    HOMONYM = "homonym"

    @property
    def literal(self) -> bool:
        """Tell whether the mention stands for the place itself, and belongs on the map."""
        return self in _LITERAL


_LITERAL = frozenset(ToponymType) - {
    ToponymType.EMBEDDED_NONLITERAL, ToponymType.METONYMY, ToponymType.LANGUAGE, ToponymType.DEMONYM,
    ToponymType.NONLITERAL_MODIFIER, ToponymType.HOMONYM,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One occurrence of a name; `dateline` marks the role "where this was written", which is no type."""

    article_id: str
    field: Field
    start: int
    end: int
    text: str
    type: ToponymType = ToponymType.LITERAL
    score: float = 1.0
    recognizer: str = ""
    dateline: bool = False


class Match(Enum):
    """How a mention's text led to a place; GEOCODED: an online geocoder knew it, the gazetteer did not.

    PART and WITHIN lead to another place than the mention's own, which the gazetteer lacks: one whose name is
    inside the mention's ("Aleppo University"), and one named nearby that is likely to hold it.
    """

    EXACT = "exact"
    FOLDED = "folded"
    ALTERNATE = "alternate"
    ABBREVIATION = "abbreviation"
    DEMONYM = "demonym"
    TRANSLITERATED = "transliterated"
    FUZZY = "fuzzy"
    GEOCODED = "geocoded"
    PART = "part"
    WITHIN = "within"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place that a mention may mean, and the name under which it was found.

    `name_count` is the number of names that the gazetteer knows for the place, a sign of fame.
    """

    place: Place
    matched_name: str
    match: Match
    name_count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One reason for or against a candidate: it adds value * weight to the score."""

    name: str
    value: float
    weight: float
    note: str = ""

    @property
    def contribution(self) -> float:
        """What this evidence adds to the score."""
        return self.value * self.weight


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredCandidate:
    """A candidate with its reasons; the score is their sum and nothing else."""

    candidate: Candidate
    evidence: tuple[Evidence, ...]

    @property
    def score(self) -> float:
        """The sum of the contributions."""
        return math.fsum(evidence.contribution for evidence in self.evidence)


class Outcome(Enum):
    """Why a mention has, or has not, a place."""

    RESOLVED = "resolved"
    NO_CANDIDATE = "no_candidate"
    AMBIGUOUS = "ambiguous"
    BELOW_THRESHOLD = "below_threshold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The decision for one mention; `place` is set if and only if it is resolved.

    `confidence` is the probability that the place is right, if there is one to find; `nil` the probability
    that there is none: the mention is no place, or one that the gazetteer lacks. `match` is how the mention
    led to the place. `ranked` holds the candidates, best first.
    """

    mention: Mention
    outcome: Outcome
    place: Place | None
    confidence: float
    ranked: tuple[ScoredCandidate, ...] = ()
    nil: float = 0.0
    match: Match | None = None

    @property
    def probability(self) -> float:
        """The probability that the mention is a place, and this one."""
        return self.confidence * (1 - self.nil)

    @property
    def stands_in(self) -> bool:
        """Whether the place is one nearby that may hold the mention's own, which the gazetteer lacks."""
        return self.match is Match.WITHIN

    def __post_init__(self) -> None:
        if (self.place is not None) != (self.outcome is Outcome.RESOLVED):
            message = f"outcome {self.outcome.value!r} does not fit place {self.place!r}"
            raise ValueError(message)
