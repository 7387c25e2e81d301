"""The house: public names, layers, what an import costs, versions that agree."""

from __future__ import annotations

import ast
import importlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import geomap

PUBLIC = [
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
HEAVY = [
    "anyascii",
    "branca",
    "charset_normalizer",
    "click",
    "feedparser",
    "folium",
    "geopandas",
    "geopy",
    "jinja2",
    "lxml",
    "marisa_trie",
    "numpy",
    "onnxruntime",
    "pandas",
    "py3langid",
    "pyarrow",
    "pyogrio",
    "rapidfuzz",
    "shapely",
    "sqlite3",
    "tokenizers",
    "trafilatura",
]
MAX_LINES = 350


def modules_after(statement: str) -> set[str]:
    code = f"{statement}\nimport json, sys\nsys.stderr.write(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stderr))


def test_the_public_names_are_exactly_these() -> None:
    assert geomap.__all__ == PUBLIC


def test_every_public_name_is_there_and_listed() -> None:
    assert all(getattr(geomap, name) is not None for name in PUBLIC)
    assert set(PUBLIC) <= set(dir(geomap))


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        geomap.nonsense  # noqa: B018


def test_the_version_is_that_of_the_distribution(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert geomap.__version__ == project["version"]


@pytest.mark.parametrize(
    "statement", ["import geomap", "from geomap import Article, Query", "import geomap.exporters"]
)
def test_importing_geomap_loads_no_heavy_library(statement: str) -> None:
    assert modules_after(statement).isdisjoint(HEAVY)


def test_help_loads_no_library_but_click() -> None:
    loaded = modules_after(
        "from click.testing import CliRunner\n"
        "from geomap.cli import main\n"
        "CliRunner().invoke(main, ['--help'])"
    )
    assert loaded.isdisjoint(set(HEAVY) - {"click"})


def test_parsing_loads_no_library_for_maps() -> None:
    loaded = modules_after("from geomap import default_geoparser\nimport geomap.geoparser, geomap.articles")
    assert loaded.isdisjoint({"folium", "geopandas", "branca", "geopy", "trafilatura", "feedparser"})


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="resource is a module of Unix")
def test_help_costs_little_more_than_click_alone() -> None:
    """A ratio within one run: seconds would tell how busy the machine is. 1.8 when this was written."""
    import resource

    def seconds(*arguments: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    pairs = [(seconds("-m", "geomap", "--help"), seconds("-c", "import click")) for _ in range(5)]
    assert min(help_ for help_, _ in pairs) < 3 * min(click for _, click in pairs)


def test_data_goes_one_way(root: Path) -> None:
    pytest.importorskip("importlinter", reason="import-linter is not installed")
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def modules(root: Path) -> list[Path]:
    return sorted((root / "geomap").rglob("*.py"))


def test_modules_stay_short(root: Path) -> None:
    long = {
        str(path.relative_to(root)): lines
        for path in modules(root)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }
    assert long == {}


def test_every_module_says_what_it_is_for(root: Path) -> None:
    silent = [
        path for path in modules(root) if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_every_seam_is_in_the_place_it_is_named_for() -> None:
    protocols = importlib.import_module("geomap.protocols")
    assert isinstance(geomap.MemoryStore(), protocols.Store)
    assert isinstance(geomap.GeoJsonExporter(), protocols.Exporter)
    assert isinstance(geomap.LeafletExporter(), protocols.Exporter)
