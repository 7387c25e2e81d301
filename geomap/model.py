"""The values that flow through geomap: frozen, compared by content, free of behavior that needs a library.

Laws:
- An article's text is never altered: `mention.text == getattr(article, mention.field)[start:end]`.
- What could not be resolved is a `Resolution` without a place (NIL), never a place at 0, 0.
- A score is the sum of its evidence, so that an explanation cannot disagree with the decision.

Terms follow Gritta, Pilehvar and Collier, "A pragmatic guide to geoparsing evaluation",
Language Resources and Evaluation 54 (2020).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum, IntFlag
from typing import Literal, NamedTuple

from geomap.dates import day_of, is_day

Field = Literal["title", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A position in degrees WGS84."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        for name, value, most in (("lat", self.lat, 90), ("lon", self.lon, 180)):
            if not (math.isfinite(value) and -most <= value <= most):
                message = f"{name} must lie in [-{most}, {most}], not {value!r}"
                raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class BBox:
    """A box in degrees WGS84; west > east crosses the antimeridian (RFC 7946, 5.2)."""

    west: float
    south: float
    east: float
    north: float

    def __contains__(self, point: Point) -> bool:
        if self.west <= self.east:
            within = self.west <= point.lon <= self.east
        else:
            within = point.lon >= self.west or point.lon <= self.east
        return within and self.south <= point.lat <= self.north


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An entry of the gazetteer. `population` 0 and `radius_km` 0 mean unknown.

    `curated` marks an entry that an editor wrote or confirmed, because reports name it. `precedence` above 0
    marks one of a user's own places, which come before their homonyms.
    """

    id: str
    name: str
    point: Point
    feature_class: str = ""
    feature_code: str = ""
    country_code: str = ""
    admin1_code: str = ""
    admin2_code: str = ""
    population: int = 0
    bbox: BBox | None = None
    radius_km: float = 0.0
    parent_id: str = ""
    curated: bool = False
    precedence: int = 0


class Name(NamedTuple):
    """A name of a place and its language as a BCP 47 tag, "" where unknown.

    Where only the script tells something of the language, the tag says so: "und-Arab".
    """

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """That states disagree to whom a place belongs, told as the source tells it.

    Countries are ISO 3166-1 alpha-2 codes; `drawn_as` is the one within whose boundary the gazetteer draws
    the place, "" for none.
    """

    administered_by: tuple[str, ...]
    claimed_by: tuple[str, ...]
    drawn_as: str
    note: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceDetails:
    """All that a gazetteer knows of a place beside its position.

    `kind` is a word for its feature code; `ancestors` contain it, the nearest first; `names` begin with the
    display name; `codes` are pairs of a scheme ("iso3166-2", "wikidata", "iata", "pcode") and a value.
    """

    place: Place
    kind: str
    ancestors: tuple[Place, ...]
    names: tuple[Name, ...]
    codes: tuple[tuple[str, str], ...] = ()
    dispute: Dispute | None = None


class NameKind(IntFlag):
    """What a name is to its places; a folded name may be several things to several places.

    GOVERNMENT: a country, a capital or a seat of government bears it, so it may speak and act.
    NATURE: the most prominent place that bears it is land or water, which does neither.
    """

    NAME = 1
    ALTERNATE = 2
    ABBREVIATION = 4
    DEMONYM = 8
    ROMANIZED = 16
    GOVERNMENT = 32
    NATURE = 64


class Match(Enum):
    """How a mention's text led to a place; GEOCODED: an online geocoder knew it, the gazetteer did not."""

    EXACT = "exact"
    FOLDED = "folded"
    ALTERNATE = "alternate"
    ABBREVIATION = "abbreviation"
    DEMONYM = "demonym"
    TRANSLITERATED = "transliterated"
    FUZZY = "fuzzy"
    GEOCODED = "geocoded"


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

    `confidence` lies in [0, 1]; `ranked` holds the candidates, best first.
    """

    mention: Mention
    outcome: Outcome
    place: Place | None
    confidence: float
    ranked: tuple[ScoredCandidate, ...] = ()

    def __post_init__(self) -> None:
        if (self.place is not None) != (self.outcome is Outcome.RESOLVED):
            message = f"outcome {self.outcome.value!r} does not fit place {self.place!r}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What made a result: the fingerprint (name@version+configuration) of each part."""

    recognizer: str
    gazetteer: str
    resolver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to find; every field narrows, an empty query finds everything that is literal.

    `inside` holds ids of places: what lies in one of them fits, and so do they themselves. `within_km`
    is a distance from `near`. `text` holds words that an article has in its title or text, all of them,
    and "phrases in quotation marks"; case and diacritics do not matter, and a word* finds what begins
    with it. `since` and `until` are days (YYYY-MM-DD), both inside; they leave out an article without one.
    Raises ValueError for what is no day, and for a distance below 0.
    """

    place_ids: frozenset[str] = field(default_factory=frozenset)
    inside: frozenset[str] = field(default_factory=frozenset)
    article_ids: frozenset[str] = field(default_factory=frozenset)
    countries: frozenset[str] = field(default_factory=frozenset)
    bbox: BBox | None = None
    near: Point | None = None
    within_km: float = 0.0
    text: str = ""
    since: str | None = None
    until: str | None = None
    min_confidence: float = 0.0
    all_types: bool = False

    def __post_init__(self) -> None:
        if any(
            isinstance(each, str) for each in (self.place_ids, self.inside, self.article_ids, self.countries)
        ):
            message = "place_ids, inside, article_ids and countries are sets of texts, not texts"
            raise TypeError(message)
        for day in (self.since, self.until):
            if day is not None and not is_day(day):
                message = f"{day!r} is no day such as 2016-12-30"
                raise ValueError(message)
        if not self.within_km >= 0:
            message = f"within_km must not be negative, not {self.within_km!r}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One mention of one place in one article, with the sentence that holds it.

    `sentence_start` is the offset of the sentence in the mention's field.
    `admin1` is the name of the place's ADM1, `country` the name of its country; `ancestor_ids` are the
    ids of all places that contain it, the nearest first.
    """

    article: Article
    resolution: Resolution
    place: Place
    sentence: str
    sentence_start: int
    country: str = ""
    admin1: str = ""
    ancestor_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoparsedArticle:
    """An article with one resolution per mention, the title's first; `sightings` are those with a place."""

    article: Article
    resolutions: tuple[Resolution, ...]
    provenance: Provenance
    sightings: tuple[Sighting, ...] = ()

    def _repr_html_(self) -> str:
        """Show the text with its mentions beside a map, in a notebook."""
        from geomap.notebook import article_html

        return article_html(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSummary:
    """One place with all its sightings, in the order of the articles and of their text."""

    place: Place
    country: str
    admin1: str
    sightings: tuple[Sighting, ...]

    @property
    def article_count(self) -> int:
        """The number of different articles that mention the place."""
        return len({sighting.article.id for sighting in self.sightings})

    @property
    def confidence(self) -> float:
        """The highest confidence among the sightings."""
        return max(sighting.resolution.confidence for sighting in self.sightings)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleSummary:
    """One article with those of its sightings that were asked for, in text order."""

    article: Article
    sightings: tuple[Sighting, ...]
