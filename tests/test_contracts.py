"""One contract for every part: whatever implements a seam, found by reflection, keeps its laws."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from builders import a_layer, a_mention, a_parsed, a_sighting, an_article

import geomap
from geomap.cli.gathering import RememberingResolver
from geomap.exporters import (
    CsvExporter,
    GeoJsonExporter,
    GpkgExporter,
    KmlExporter,
    LeafletExporter,
    ParquetExporter,
)
from geomap.gazetteers.fallback import FallbackGazetteer
from geomap.gazetteers.names import TableNames, TrieNames
from geomap.gazetteers.online import GeopyGeocoder
from geomap.gazetteers.rows import read_places
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.gazetteers.stack import StackedGazetteer, UnitedNames
from geomap.gazetteers.writer import GazetteerWriter
from geomap.model import Article, Mention, Outcome, Query
from geomap.protocols import Exporter, Gazetteer, Geocoder, NameIndex, Recognizer, Resolver, Store
from geomap.recognizers.dictionary import DictionaryRecognizer
from geomap.recognizers.given import GivenRecognizer
from geomap.recognizers.hybrid import HybridRecognizer
from geomap.recognizers.languages import LanguageRecognizer
from geomap.recognizers.neural.recognizer import NeuralRecognizer
from geomap.recognizers.stopping import StoppingRecognizer
from geomap.resolvers.ranking import EvidenceResolver
from geomap.store import GeoPackageStore, MemoryStore

PROTOCOLS = (Gazetteer, NameIndex, Geocoder, Recognizer, Resolver, Store, Exporter)
_TEXT = "Trucks left Damascus for Aleppo. The Syrian army and Washington agreed in Paris, Texas."


def _name(kind: Any) -> str:
    return str(kind.__name__)


def _modules() -> Iterator[Any]:
    for found in pkgutil.walk_packages(geomap.__path__, "geomap."):
        if not found.name.endswith("__main__") and not found.name.startswith("geomap.training"):
            yield importlib.import_module(found.name)


def _methods(protocol: type) -> set[str]:
    return {name for name in vars(protocol) if not name.startswith("_")}


def _implementations(protocol: type) -> set[type]:
    """Classes of geomap with all methods of the protocol, under their own module and public."""
    return {
        value
        for module in _modules()
        for name, value in vars(module).items()
        if inspect.isclass(value)
        and value.__module__ == module.__name__
        and value not in PROTOCOLS
        and not name.startswith("_")
        and _methods(protocol) <= set(dir(value))
    }


@cache
def _table_names() -> Any:
    """The names of a small gazetteer that is written as those of many millions of names are."""
    path = Path(mkdtemp()) / "table.sqlite"
    with GazetteerWriter(path, trie_names=0) as writer:
        for row in read_places(Path(__file__).parent / "data" / "mini" / "places.tsv"):
            writer.add(row)
        writer.index()
        writer.finish()
    return SqliteGazetteer(path).names()


@cache
def _own_layer() -> SqliteGazetteer:
    """A layer of own places with homonyms of famous ones."""
    text = "name,lat,lon,id\nParis,12.91,23.47,p1\nAleppo,12.95,23.5,a1\n"
    return SqliteGazetteer(a_layer(Path(mkdtemp()), text))


def _known(gazetteer: SqliteGazetteer) -> dict[str, list[Mention]]:
    """Return what the dictionary finds in the articles of these tests, by their ids."""
    dictionary = DictionaryRecognizer(gazetteer.names())
    titled = [
        an_article(title="Truce in Homs", text=_TEXT),
        an_article(id="q", title="Truce in Homs", text=_TEXT),
    ]
    return {article.id: list(dictionary.recognize(article)) for article in titled}


MAKERS: dict[type, Callable[[SqliteGazetteer], Any]] = {
    SqliteGazetteer: lambda gazetteer: gazetteer,
    FallbackGazetteer: lambda gazetteer: FallbackGazetteer(
        gazetteer, GeopyGeocoder("nominatim"), on_error=print
    ),
    GeopyGeocoder: lambda _: GeopyGeocoder("nominatim"),
    TrieNames: lambda gazetteer: gazetteer.names(),
    TableNames: lambda _: _table_names(),
    StackedGazetteer: lambda gazetteer: StackedGazetteer([gazetteer, _own_layer()]),
    UnitedNames: lambda gazetteer: UnitedNames([gazetteer.names(), _table_names()]),
    DictionaryRecognizer: lambda gazetteer: DictionaryRecognizer(gazetteer.names()),
    NeuralRecognizer: lambda _: NeuralRecognizer(),
    GivenRecognizer: lambda gazetteer: GivenRecognizer(_known(gazetteer)),
    HybridRecognizer: lambda gazetteer: HybridRecognizer(gazetteer.names()),
    LanguageRecognizer: lambda gazetteer: LanguageRecognizer(
        {"en": NeuralRecognizer()}, otherwise=DictionaryRecognizer(gazetteer.names())
    ),
    StoppingRecognizer: lambda gazetteer: StoppingRecognizer(
        DictionaryRecognizer(gazetteer.names()), ["Duke Ellington", "Fano"]
    ),
    EvidenceResolver: EvidenceResolver,
    RememberingResolver: lambda gazetteer: RememberingResolver(EvidenceResolver(gazetteer)),
    MemoryStore: lambda _: MemoryStore(),
    GeoPackageStore: lambda _: GeoPackageStore(),
    GeoJsonExporter: lambda _: GeoJsonExporter(),
    LeafletExporter: lambda _: LeafletExporter(),
    CsvExporter: lambda _: CsvExporter(),
    GpkgExporter: lambda _: GpkgExporter(),
    KmlExporter: lambda _: KmlExporter(),
    ParquetExporter: lambda _: ParquetExporter(),
}
"""How to make each implementation; who adds one adds it here, and the test below says so."""


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=_name)
def test_every_implementation_is_tested_here(protocol: type) -> None:
    found = _implementations(protocol)
    assert found
    assert {kind.__name__ for kind in found} <= {kind.__name__ for kind in MAKERS}


def _made(protocol: type) -> pytest.MarkDecorator:
    kinds = sorted(_implementations(protocol) & set(MAKERS), key=_name)
    return pytest.mark.parametrize("make", [pytest.param(MAKERS[kind], id=kind.__name__) for kind in kinds])


@pytest.mark.parametrize("kind", sorted(MAKERS, key=_name), ids=lambda kind: kind.__name__)
def test_implementation_is_an_instance_of_its_protocol(kind: type, gazetteer: SqliteGazetteer) -> None:
    part = MAKERS[kind](gazetteer)
    assert [protocol for protocol in PROTOCOLS if isinstance(part, protocol)]


@pytest.mark.parametrize("kind", sorted(MAKERS, key=_name), ids=lambda kind: kind.__name__)
def test_implementation_has_the_parameters_of_its_protocol(kind: type) -> None:
    for protocol in PROTOCOLS:
        if _methods(protocol) <= set(dir(kind)):
            for name in _methods(protocol):
                wanted, found = getattr(protocol, name), getattr(kind, name)
                if inspect.isfunction(wanted):
                    assert list(inspect.signature(found).parameters) == list(
                        inspect.signature(wanted).parameters
                    )


@pytest.mark.parametrize("kind", sorted(MAKERS, key=_name), ids=lambda kind: kind.__name__)
def test_public_methods_say_what_they_do(kind: type) -> None:
    assert kind.__doc__
    for name, method in inspect.getmembers(kind, inspect.isfunction):
        assert name.startswith("_") or method.__doc__, name


@pytest.mark.parametrize(
    "kind",
    [
        DictionaryRecognizer,
        NeuralRecognizer,
        HybridRecognizer,
        LanguageRecognizer,
        StoppingRecognizer,
        EvidenceResolver,
        SqliteGazetteer,
        StackedGazetteer,
    ],
    ids=lambda kind: kind.__name__,
)
def test_fingerprint_is_stable_and_names_a_version(kind: type, gazetteer: SqliteGazetteer) -> None:
    first, second = MAKERS[kind](gazetteer).fingerprint, MAKERS[kind](gazetteer).fingerprint
    assert first == second
    name, _, rest = first.partition("@")
    assert name
    assert "+" in rest


# --- recognizers -----------------------------------------------------------------------------


@_made(Recognizer)
def test_recognizer_finds_nothing_in_an_empty_article(make: Any, gazetteer: SqliteGazetteer) -> None:
    assert list(make(gazetteer).recognize(Article(id="a", text=""))) == []


@_made(Recognizer)
def test_recognizer_is_deterministic_and_prints_nothing(
    make: Any, gazetteer: SqliteGazetteer, capsys: pytest.CaptureFixture[str]
) -> None:
    article = an_article(title="Truce in Homs", text=_TEXT)
    first, second = make(gazetteer).recognize(article), make(gazetteer).recognize(article)
    assert list(first) == list(second)
    assert len(first) > 3
    assert capsys.readouterr() == ("", "")


@_made(Recognizer)
def test_recognizer_quotes_the_article(make: Any, gazetteer: SqliteGazetteer) -> None:
    article = an_article(id="q", title="Truce in Homs", text=_TEXT)
    for mention in make(gazetteer).recognize(article):
        assert getattr(article, mention.field)[mention.start : mention.end] == mention.text
        assert mention.article_id == "q"


# --- resolvers -------------------------------------------------------------------------------


@_made(Resolver)
def test_resolver_of_nothing_gives_nothing(make: Any, gazetteer: SqliteGazetteer) -> None:
    assert list(make(gazetteer).resolve(an_article(), [])) == []


@_made(Resolver)
def test_resolver_gives_one_resolution_per_pair_in_order(
    make: Any, gazetteer: SqliteGazetteer, capsys: pytest.CaptureFixture[str]
) -> None:
    article = an_article(title="", text=_TEXT)
    mentions = DictionaryRecognizer(gazetteer.names()).recognize(article)
    pairs = [(mention, gazetteer.lookup(mention.text, limit=5)) for mention in mentions]
    pairs.insert(1, (a_mention(text="Xyzzy"), []))
    first, second = make(gazetteer).resolve(article, pairs), make(gazetteer).resolve(article, pairs)
    assert list(first) == list(second)
    assert [each.mention for each in first] == [mention for mention, _ in pairs]
    assert first[1].outcome is Outcome.NO_CANDIDATE
    for resolution, (_, candidates) in zip(first, pairs, strict=True):
        assert resolution.place is None or resolution.place in [each.place for each in candidates]
    assert capsys.readouterr() == ("", "")


# --- gazetteers ------------------------------------------------------------------------------


@_made(Gazetteer)
def test_gazetteer_knows_nothing_of_an_empty_name(make: Any, gazetteer: SqliteGazetteer) -> None:
    part = make(gazetteer)
    assert list(part.lookup("")) == []
    assert part.place("") is None


@_made(Gazetteer)
def test_gazetteer_is_deterministic_and_consistent(make: Any, gazetteer: SqliteGazetteer) -> None:
    part = make(gazetteer)
    for name in ("Paris", "Aleppo", "Syrian", "U.S."):
        found = part.lookup(name)
        assert list(found) == list(part.lookup(name))
        assert list(part.lookup(name, limit=1)) == list(found[:1])
        for candidate in found[:5]:
            assert part.place(candidate.place.id) == candidate.place
            ancestors = part.ancestors(candidate.place)
            assert candidate.place not in ancestors
            assert len({each.id for each in ancestors}) == len(ancestors)


@_made(NameIndex)
def test_name_index_finds_what_it_holds_and_nothing_in_nothing(make: Any, gazetteer: SqliteGazetteer) -> None:
    names = make(gazetteer)
    assert list(names.prefixes("")) == []
    assert names.get("") is None
    (*_, longest) = names.prefixes("new york city")
    assert names.get("new york city") == longest


# --- stores ----------------------------------------------------------------------------------


@_made(Store)
def test_store_keeps_an_article_once_and_in_order(make: Any, gazetteer: SqliteGazetteer) -> None:
    store = make(gazetteer)
    assert list(store.find(Query())) == []
    first, second = a_sighting(), a_sighting(article=an_article(id="a2"))
    for sighting in (first, second, second, first):
        store.add(a_parsed(sighting))
    assert list(store.find(Query())) == [first, second]


@_made(Store)
def test_store_finds_nothing_that_does_not_fit(make: Any, gazetteer: SqliteGazetteer) -> None:
    store = make(gazetteer)
    store.add(a_parsed())
    assert list(store.find(Query(countries=frozenset({"FR"})))) == []
    assert list(store.find(Query(countries=frozenset({"SY"})))) == [a_sighting()]


# --- exporters -------------------------------------------------------------------------------


@_made(Exporter)
@pytest.mark.parametrize("sightings", [[], [a_sighting()]], ids=["none", "one"])
def test_exporter_writes_equal_bytes_for_equal_input(
    make: Any, sightings: list[Any], gazetteer: SqliteGazetteer, tmp_path: Path
) -> None:
    for name in ("first", "second"):
        make(gazetteer).export(sightings, tmp_path / name)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes() != b""
