"""From news articles to a map of the places they report.

>>> from geomap import default_geoparser, read_articles
>>> geoparser = default_geoparser(focus=["SY"])

Names are loaded when they are first used, so that `import geomap` costs a millisecond.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geomap.articles import read_articles
    from geomap.errors import (
        ArticleError,
        ConfigError,
        ExportError,
        GazetteerBuildError,
        GazetteerError,
        GazetteerFormatError,
        GazetteerNotFound,
        GeomapError,
        MissingExtra,
    )
    from geomap.exporters import GeoJsonExporter, LeafletExporter, SightingsLayer, summarize
    from geomap.gazetteers.sqlite import SqliteGazetteer
    from geomap.geoparser import Geoparser, default_geoparser
    from geomap.model import (
        Article,
        BBox,
        Candidate,
        Evidence,
        GeoparsedArticle,
        Match,
        Mention,
        Outcome,
        Place,
        PlaceSummary,
        Point,
        Provenance,
        Query,
        Resolution,
        ScoredCandidate,
        Sighting,
        ToponymType,
    )
    from geomap.recognizers.dictionary import DictionaryRecognizer
    from geomap.resolvers.ranking import EvidenceResolver
    from geomap.store import MemoryStore

__version__ = "0.1.0"

__all__ = [
    "Article",
    "ArticleError",
    "BBox",
    "Candidate",
    "ConfigError",
    "DictionaryRecognizer",
    "Evidence",
    "EvidenceResolver",
    "ExportError",
    "GazetteerBuildError",
    "GazetteerError",
    "GazetteerFormatError",
    "GazetteerNotFound",
    "GeoJsonExporter",
    "GeomapError",
    "GeoparsedArticle",
    "Geoparser",
    "LeafletExporter",
    "Match",
    "MemoryStore",
    "Mention",
    "MissingExtra",
    "Outcome",
    "Place",
    "PlaceSummary",
    "Point",
    "Provenance",
    "Query",
    "Resolution",
    "ScoredCandidate",
    "Sighting",
    "SightingsLayer",
    "SqliteGazetteer",
    "ToponymType",
    "__version__",
    "default_geoparser",
    "read_articles",
    "summarize",
]

_NAMES = {
    "articles": "read_articles",
    "errors": (
        "ArticleError ConfigError ExportError GazetteerBuildError GazetteerError GazetteerFormatError "
        "GazetteerNotFound GeomapError MissingExtra"
    ),
    "exporters": "GeoJsonExporter LeafletExporter SightingsLayer summarize",
    "gazetteers.sqlite": "SqliteGazetteer",
    "geoparser": "Geoparser default_geoparser",
    "model": (
        "Article BBox Candidate Evidence GeoparsedArticle Match Mention Outcome Place PlaceSummary Point "
        "Provenance Query Resolution ScoredCandidate Sighting ToponymType"
    ),
    "recognizers.dictionary": "DictionaryRecognizer",
    "resolvers.ranking": "EvidenceResolver",
    "store": "MemoryStore",
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
