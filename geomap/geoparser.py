"""The whole way for one article: recognize, look up, resolve; and from results to sightings."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from geomap import lexicon
from geomap.articles import article_of, title_in_text
from geomap.errors import ConfigError
from geomap.model import (
    Article,
    Candidate,
    GeoparsedArticle,
    Mention,
    Place,
    Provenance,
    Resolution,
    Sighting,
)
from geomap.outlets import Outlet, origin_of
from geomap.profiles import Profile, find_profile, fitting_profile
from geomap.protocols import Asking, Gazetteer, Recognizer, Resolver
from geomap.resolvers.focus import focus_of
from geomap.resolvers.lookup import look_up
from geomap.resolvers.relative import relative_areas
from geomap.resolvers.roles import roles
from geomap.text import sentence_spans

CANDIDATES = 25
"""Candidates per mention; with 40, one mention more in 1,600 is right, and parsing takes a tenth longer."""


HYBRID, NEURAL, DICTIONARY = RECOGNIZERS = ("hybrid", "neural", "dictionary")
"""The recognizers that geomap brings, the default first."""


@dataclass(frozen=True, slots=True, init=False)
class Geoparser:
    """A recognizer, a gazetteer and a resolver, together from an article to its places.

    A part that is not given is the one that geomap brings. Raises GazetteerError.
    """

    recognizer: Recognizer
    gazetteer: Gazetteer
    resolver: Resolver

    def __init__(
        self,
        *,
        recognizer: Recognizer | None = None,
        gazetteer: Gazetteer | None = None,
        resolver: Resolver | None = None,
    ) -> None:
        from geomap.gazetteers.sqlite import SqliteGazetteer

        places = gazetteer or SqliteGazetteer()
        object.__setattr__(self, "gazetteer", places)
        object.__setattr__(self, "recognizer", recognizer or default_recognizer(places))
        object.__setattr__(self, "resolver", resolver or _resolver(places))

    @property
    def provenance(self) -> Provenance:
        """The fingerprints of the three parts."""
        return Provenance(
            recognizer=self.recognizer.fingerprint,
            gazetteer=self.gazetteer.fingerprint,
            resolver=self.resolver.fingerprint,
        )

    def parse(self, article: Article | str) -> GeoparsedArticle:
        """Return the article, or a text as an article, with one resolution per mention.

        A title that the text begins with is not read twice: its mentions are the text's.
        """
        if isinstance(article, str):
            article = article_of(article)
        read = replace(article, title="") if title_in_text(article) else article
        pairs = look_up(self.recognizer.recognize(read), self.candidates, self._known)
        resolutions = tuple(self.resolver.resolve(read, pairs))
        sightings = tuple(self._sightings(article, resolutions))
        focus = focus_of(sightings, self.gazetteer.ancestors)
        return GeoparsedArticle(
            article=article,
            resolutions=resolutions,
            provenance=self.provenance,
            sightings=sightings,
            focus=replace(focus, profile=fitting_profile(focus)),
        )

    def candidates(self, name: str) -> Sequence[Candidate]:
        """Return what the gazetteer knows by a name."""
        return self.gazetteer.lookup(name, limit=CANDIDATES)

    def _known(self, name: str) -> Sequence[Candidate]:
        """Return what the gazetteer knows by a name, without asking an online service."""
        ask = self.gazetteer.known if isinstance(self.gazetteer, Asking) else self.gazetteer.lookup
        return ask(name, limit=CANDIDATES)

    def _sightings(self, article: Article, resolutions: Sequence[Resolution]) -> Iterator[Sighting]:
        """Yield the resolved mentions of an article with their sentences, in its order."""
        sentences = {
            "title": list(sentence_spans(article.title)),
            "text": list(sentence_spans(article.text)),
        }
        areas = relative_areas(article, resolutions, self.gazetteer)
        judged = roles(article, resolutions, containers=self._container_ids)
        for resolution, area, (role, role_score) in zip(resolutions, areas, judged, strict=True):
            place = resolution.place
            if place is None:
                continue
            mention = resolution.mention
            start, end = _sentence(sentences[mention.field], mention)
            ancestors = self.gazetteer.ancestors(place)
            yield Sighting(
                article=article,
                resolution=resolution,
                place=place,
                sentence=str(getattr(article, mention.field))[start:end],
                sentence_start=start,
                country=lexicon.country_name((*ancestors, place)),
                admin1=lexicon.admin1_name((*ancestors, place)),
                ancestor_ids=tuple(each.id for each in ancestors),
                area=area,
                role=role,
                role_score=role_score,
            )

    def _container_ids(self, place: Place) -> frozenset[str]:
        return frozenset(each.id for each in self.gazetteer.ancestors(place))


def default_geoparser(
    *,
    focus: Iterable[str] = (),
    profile: Profile | Path | str | None = None,
    gazetteer: Gazetteer | Path | None = None,
    min_confidence: float = 0.0,
    recognizer: Recognizer | str = HYBRID,
    model: Path | None = None,
    threads: int = 1,
) -> Geoparser:
    """Return the parts that geomap brings, put together over the embedded gazetteer or another one.

    `focus` holds ISO 3166-1 alpha-2 codes of countries that the articles are about; `profile` is a focus
    profile, its file, or the name of one that comes with geomap ("syria"); a mention whose
    best place has less than `min_confidence` in [0, 1] stays without a place. `recognizer`, `model` and
    `threads` are those of `default_recognizer`, or the first is a recognizer of your own.
    Raises ConfigError, GazetteerError.
    """
    from geomap.gazetteers.sqlite import SqliteGazetteer

    known = profile if profile is None or isinstance(profile, Profile) else find_profile(profile)
    codes = {_country_code(code): 1.0 for code in focus}
    if not 0 <= min_confidence <= 1:
        message = f"min_confidence must lie in [0, 1], not {min_confidence!r}"
        raise ConfigError(message)
    places = SqliteGazetteer(gazetteer) if gazetteer is None or isinstance(gazetteer, Path) else gazetteer
    if known is not None and known.has_places:
        places = _with_places(places, known)
    read = (
        default_recognizer(places, recognizer, model=model, threads=threads)
        if isinstance(recognizer, str)
        else recognizer
    )
    if known is None:
        resolver = _resolver(places, focus=codes, min_confidence=min_confidence)
        return Geoparser(recognizer=read, gazetteer=places, resolver=resolver)
    from geomap.profiles.places import outlets_of
    from geomap.recognizers.stopping import StoppingRecognizer

    return Geoparser(
        recognizer=StoppingRecognizer(read, known.stop_names, origin=known.fingerprint),
        gazetteer=places,
        resolver=_resolver(
            places,
            focus={**known.focus_weights(), **codes},
            min_confidence=max(min_confidence, known.min_confidence),
            outlets=outlets_of(known, places),
        ),
    )


def _with_places(gazetteer: Gazetteer, profile: Profile) -> Gazetteer:
    """Put the profile's own places on top. Raises ConfigError where the gazetteer takes no layer."""
    from geomap.gazetteers.sqlite import SqliteGazetteer
    from geomap.gazetteers.stack import StackedGazetteer
    from geomap.profiles.places import with_places

    if not isinstance(gazetteer, SqliteGazetteer | StackedGazetteer):
        message = f"the places of the profile {profile.name} need a gazetteer of geomap below them"
        raise ConfigError(message)
    return with_places(gazetteer, profile)


def default_recognizer(
    gazetteer: Gazetteer, name: str = HYBRID, *, model: Path | None = None, threads: int = 1
) -> Recognizer:
    """Return the recognizer of a name: "hybrid", "neural" or "dictionary".

    The first two read English; an article in another language gets the dictionary. `model` is the folder of
    a network of your own (`python -m geomap.training adapt`); `threads` are the network's, 0 for one a
    processor core: they change how long it takes and nothing else. Raises ConfigError.
    """
    from geomap.recognizers.dictionary import DictionaryRecognizer

    if name not in RECOGNIZERS:
        message = f"recognizer must be one of {', '.join(RECOGNIZERS)}, not {name!r}"
        raise ConfigError(message)
    dictionary = DictionaryRecognizer(gazetteer.names())
    if name == DICTIONARY:
        return dictionary
    from geomap.recognizers.hybrid import HybridRecognizer
    from geomap.recognizers.languages import ENGLISH, LanguageRecognizer
    from geomap.recognizers.neural.recognizer import NeuralRecognizer
    from geomap.recognizers.neural.tagger import Tagger

    tagger = Tagger(model, threads=threads)
    english: Recognizer = (
        NeuralRecognizer(tagger) if name == NEURAL else HybridRecognizer(gazetteer.names(), tagger)
    )
    return LanguageRecognizer({ENGLISH: english}, otherwise=dictionary)


def _resolver(
    gazetteer: Gazetteer,
    *,
    focus: Mapping[str, float] = MappingProxyType({}),
    min_confidence: float = 0.0,
    outlets: Mapping[str, Outlet] = MappingProxyType({}),
) -> Resolver:
    from geomap.resolvers.ranking import EvidenceResolver

    return EvidenceResolver(
        gazetteer,
        focus=focus,
        origin=lambda article: origin_of(article, gazetteer, further=outlets),
        min_confidence=min_confidence,
    )


_CODE_LENGTH = 2


def _country_code(code: str) -> str:
    upper = code.strip().upper()
    if len(upper) != _CODE_LENGTH or not (upper.isascii() and upper.isalpha()):
        message = f"focus must be an ISO 3166-1 alpha-2 code such as SY, not {code!r}"
        raise ConfigError(message)
    return upper


def _sentence(spans: Sequence[tuple[int, int]], mention: Mention) -> tuple[int, int]:
    at = bisect_right(spans, (mention.start, 1 << 60)) - 1
    if at < 0:
        return mention.start, mention.end
    start, end = spans[at]
    while end < mention.end and at + 1 < len(spans):
        at += 1
        end = spans[at][1]
    return start, max(end, mention.end)
