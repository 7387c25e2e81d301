"""What a geoparsed article, a project and a question give."""

from __future__ import annotations

from dataclasses import dataclass, field

from geomap.dates import is_day
from geomap.model.extent import AROUND_KM, precision_of, reach_km
from geomap.model.mentions import Article, Resolution
from geomap.model.places import BBox, Place, Point
from geomap.model.where import NO_FOCUS, Focus, Precision, Role, UncertainArea


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
    min_probability: float = 0.0
    roles: frozenset[Role] = field(default_factory=frozenset)
    precisions: frozenset[Precision] = field(default_factory=frozenset)
    all_types: bool = False

    def __post_init__(self) -> None:
        if any(
            isinstance(each, str) for each in (self.place_ids, self.inside, self.article_ids, self.countries)
        ):
            message = "place_ids, inside, article_ids and countries are sets of texts, not texts"
            raise TypeError(message)
        kinds = ((self.roles, Role), (self.precisions, Precision))
        if not all(isinstance(each, kind) for held, kind in kinds for each in held):
            message = "roles and precisions are sets of Role and of Precision"
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
    ids of all places that contain it, the nearest first. `role_score` is the probability of `role`, in
    [0, 1]; `area` is where a relative phrase puts it ("30 km north of Raqqa").
    """

    article: Article
    resolution: Resolution
    place: Place
    sentence: str
    sentence_start: int
    country: str = ""
    admin1: str = ""
    ancestor_ids: tuple[str, ...] = ()
    role: Role = Role.MENTIONED
    role_score: float = 0.0
    area: UncertainArea | None = None

    @property
    def precision(self) -> Precision:
        """How exactly it says where something is."""
        relative = self.resolution.stands_in or self.area is not None
        return Precision.RELATIVE if relative else precision_of(self.place)

    @property
    def radius_km(self) -> float:
        """The radius in km, above 0, of a circle of the size of the area, or else of the place.

        A place that the gazetteer lacks lies somewhere around the one that is named nearby (Match.WITHIN).
        """
        if self.area is not None and self.area.radius_km:
            return self.area.radius_km
        reach = reach_km(self.place)
        return max(reach, AROUND_KM) if self.resolution.stands_in else reach


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoparsedArticle:
    """An article with one resolution per mention, the title's first; `sightings` are those with a place.

    `focus` is what it is about as a whole.
    """

    article: Article
    resolutions: tuple[Resolution, ...]
    provenance: Provenance
    sightings: tuple[Sighting, ...] = ()
    focus: Focus = NO_FOCUS

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
    def event_count(self) -> int:
        """The number of sightings at which something is reported to have happened."""
        return sum(sighting.role is Role.EVENT for sighting in self.sightings)

    @property
    def confidence(self) -> float:
        """The highest confidence among the sightings."""
        return max(sighting.resolution.confidence for sighting in self.sightings)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleSummary:
    """One article with those of its sightings that were asked for, in text order."""

    article: Article
    sightings: tuple[Sighting, ...]
