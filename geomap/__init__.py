"""From news articles to a map of the places they report.

>>> from geomap import default_geoparser, read_articles
>>> geoparser = default_geoparser(focus=["SY"])

Names are loaded when they are first used, so that `import geomap` costs a millisecond.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from geomap.version import __version__

if TYPE_CHECKING:
    from geomap.articles import read_articles
    from geomap.errors import (
        AmbiguousName,
        ArticleError,
        ConfigError,
        ExportError,
        GazetteerBuildError,
        GazetteerDownloadError,
        GazetteerError,
        GazetteerFormatError,
        GazetteerNotFound,
        GeocoderRateLimited,
        GeocoderUnavailable,
        GeocodingError,
        GeomapError,
        MissingExtra,
        OfflineError,
        StoreError,
    )
    from geomap.exporters import (
        CsvExporter,
        GeoJsonExporter,
        Geomap,
        GpkgExporter,
        KmlExporter,
        LeafletExporter,
        ParquetExporter,
        summarize,
        to_geodataframe,
    )
    from geomap.gazetteers.geocoder import GazetteerGeocoder
    from geomap.gazetteers.sqlite import SqliteGazetteer
    from geomap.gazetteers.stack import StackedGazetteer
    from geomap.geoparser import Geoparser, default_geoparser
    from geomap.model import (
        Article,
        ArticleSummary,
        BBox,
        Candidate,
        Evidence,
        Focus,
        GeoparsedArticle,
        Match,
        Mention,
        Outcome,
        Place,
        PlaceSummary,
        Point,
        Precision,
        Provenance,
        Query,
        Resolution,
        Role,
        ScoredCandidate,
        Sighting,
        ToponymType,
        UncertainArea,
    )
    from geomap.offline import offline
    from geomap.project import Added, Project
    from geomap.recognizers.dictionary import DictionaryRecognizer
    from geomap.recognizers.hybrid import HybridRecognizer
    from geomap.recognizers.languages import LanguageRecognizer
    from geomap.recognizers.neural.recognizer import NeuralRecognizer
    from geomap.recognizers.neural.tagger import Tagger
    from geomap.resolvers.ranking import EvidenceResolver
    from geomap.store import GeoPackageStore, MemoryStore

__all__ = [
    "Added",
    "AmbiguousName",
    "Article",
    "ArticleError",
    "ArticleSummary",
    "BBox",
    "Candidate",
    "ConfigError",
    "CsvExporter",
    "DictionaryRecognizer",
    "Evidence",
    "EvidenceResolver",
    "ExportError",
    "Focus",
    "GazetteerBuildError",
    "GazetteerDownloadError",
    "GazetteerError",
    "GazetteerFormatError",
    "GazetteerGeocoder",
    "GazetteerNotFound",
    "GeoJsonExporter",
    "GeoPackageStore",
    "GeocoderRateLimited",
    "GeocoderUnavailable",
    "GeocodingError",
    "Geomap",
    "GeomapError",
    "GeoparsedArticle",
    "Geoparser",
    "GpkgExporter",
    "HybridRecognizer",
    "KmlExporter",
    "LanguageRecognizer",
    "LeafletExporter",
    "Match",
    "MemoryStore",
    "Mention",
    "MissingExtra",
    "NeuralRecognizer",
    "OfflineError",
    "Outcome",
    "ParquetExporter",
    "Place",
    "PlaceSummary",
    "Point",
    "Precision",
    "Project",
    "Provenance",
    "Query",
    "Resolution",
    "Role",
    "ScoredCandidate",
    "Sighting",
    "SqliteGazetteer",
    "StackedGazetteer",
    "StoreError",
    "Tagger",
    "ToponymType",
    "UncertainArea",
    "__version__",
    "default_geoparser",
    "offline",
    "read_articles",
    "summarize",
    "to_geodataframe",
]

_NAMES = {
    "articles": "read_articles",
    "errors": (
        "AmbiguousName ArticleError ConfigError ExportError GazetteerBuildError "
        "GazetteerDownloadError GazetteerError GazetteerFormatError GazetteerNotFound GeocoderRateLimited "
        "GeocoderUnavailable GeocodingError GeomapError MissingExtra OfflineError StoreError"
    ),
    "exporters": (
        "CsvExporter GeoJsonExporter GpkgExporter KmlExporter Geomap LeafletExporter ParquetExporter "
        "summarize to_geodataframe"
    ),
    "gazetteers.geocoder": "GazetteerGeocoder",
    "gazetteers.sqlite": "SqliteGazetteer",
    "gazetteers.stack": "StackedGazetteer",
    "geoparser": "Geoparser default_geoparser",
    "model": (
        "Article ArticleSummary BBox Candidate Evidence Focus GeoparsedArticle Match Mention Outcome Place "
        "PlaceSummary Point Precision Provenance Query Resolution Role ScoredCandidate Sighting ToponymType "
        "UncertainArea"
    ),
    "offline": "offline",
    "project": "Added Project",
    "recognizers.dictionary": "DictionaryRecognizer",
    "recognizers.hybrid": "HybridRecognizer",
    "recognizers.languages": "LanguageRecognizer",
    "recognizers.neural.recognizer": "NeuralRecognizer",
    "recognizers.neural.tagger": "Tagger",
    "resolvers.ranking": "EvidenceResolver",
    "store": "GeoPackageStore MemoryStore",
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
