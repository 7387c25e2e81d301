"""What a gazetteer file holds beside rows and names: languages, codes, shapes, borders, disputes."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.errors import GazetteerBuildError
from geomap.gazetteers.build import build
from geomap.gazetteers.rows import Row, read_places, unite_names
from geomap.gazetteers.schema import join_codes, join_names, split_codes, split_names
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.gazetteers.writer import GazetteerWriter
from geomap.model import Dispute, Name, Place
from geomap.text import fold, script_tag

MINI = Path(__file__).parent / "data" / "mini"
SYRIA, IRAQ, TURKEY = "geonames:163843", "geonames:99237", "geonames:298795"
ALEPPO, EUPHRATES = "geonames:170063", "river:euphrates"
_AREA = [[[[35.7, 32.3], [42.4, 32.3], [42.4, 37.3], [35.7, 37.3], [35.7, 32.3]]]]
_LINE = [[[38.0, 36.8], [39.0, 35.9], [40.9, 34.4]]]
_HEADER = (
    "id\tname\tlat\tlon\tfeature_class\tfeature_code\tcountry_code\tadmin1_code\tadmin2_code\tpopulation\t"
    "radius_km\tbbox\tparent\tnames\tcodes\n"
)


def _packed(path: Path, value: Any) -> Path:
    path.write_bytes(lzma.compress(json.dumps(value).encode()))
    return path


def _disputes(path: Path) -> Path:
    path.write_text(
        "id\tadministered_by\tclaimed_by\tdrawn_as\tnote\tsource\n"
        f"{SYRIA}\tSY\tSY|TR\tSY\tfor the test\tthe test itself\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteGazetteer]:
    folder = tmp_path_factory.mktemp("file")
    codes = folder / "codes.tsv"
    codes.write_text(
        _HEADER
        + "test:tabqa\tTabqa\t35.8367\t38.5481\tP\tPPL\tSY\t04\t\t0\t0\t\t\t"
        + "الطبقة@ar|Tabka@fr|Thawra\ticao=OS59|wikidata=Q1027\n",
        encoding="utf-8",
    )
    borders = {
        "borders": [{"pair": [IRAQ, SYRIA], "length_km": 599.0, "coordinates": _LINE}],
        "neighbors": {SYRIA: [TURKEY, "geonames:0"]},
    }
    build(
        folder / "g.sqlite",
        places=[MINI / "places.tsv", codes],
        curated=[MINI / "curated.tsv"],
        areas=_packed(folder / "areas.json.xz", {SYRIA: _AREA}),
        lines=_packed(folder / "lines.json.xz", {EUPHRATES: _LINE}),
        borders=_packed(folder / "borders.json.xz", borders),
        disputed=_disputes(folder / "disputed.tsv"),
        name="mini",
    )
    with SqliteGazetteer(folder / "g.sqlite") as gazetteer:
        yield gazetteer


def _place(gazetteer: SqliteGazetteer, place_id: str) -> Place:
    place = gazetteer.place(place_id)
    assert place is not None
    return place


# --- names and codes -------------------------------------------------------------------------


def test_a_name_knows_its_language(opened: SqliteGazetteer) -> None:
    names = opened.names_of(_place(opened, "test:tabqa"))
    assert names == [Name("Tabqa"), Name("الطبقة", "ar"), Name("Tabka", "fr"), Name("Thawra")]


def test_a_name_without_language_knows_its_script(opened: SqliteGazetteer) -> None:
    assert Name("حلب", "und-Arab") in opened.names_of(_place(opened, ALEPPO))


def test_lookup_finds_a_tagged_name_without_its_tag(opened: SqliteGazetteer) -> None:
    for name in ("Tabka", "الطبقة"):
        assert [each.place.id for each in opened.lookup(name)] == ["test:tabqa"]
    assert list(opened.lookup("Tabka@fr")) == []


@pytest.mark.parametrize("code", ["OS59", "os59", "Q1027"])
def test_by_code_finds_the_place_of_a_code(opened: SqliteGazetteer, code: str) -> None:
    assert [place.id for place in opened.by_code(code)] == ["test:tabqa"]


def test_by_code_knows_countries(opened: SqliteGazetteer) -> None:
    assert [place.id for place in opened.by_code("sy")] == [SYRIA]


def test_by_code_of_no_code_finds_nothing(opened: SqliteGazetteer) -> None:
    assert [list(opened.by_code(code)) for code in ("", "OS", "Tabqa", "icao=OS59")] == [[], [], [], []]


def test_details_tell_everything_in_one_call(opened: SqliteGazetteer) -> None:
    details = opened.details(_place(opened, "test:tabqa"))
    assert details.kind == "town"
    assert [place.id for place in details.ancestors][-2:] == [SYRIA, "geonames:6255147"]
    assert details.codes == (("icao", "OS59"), ("wikidata", "Q1027"))


@given(st.lists(st.tuples(st.text("abجحЖ -", min_size=1), st.sampled_from(["", "ar", "und-Cyrl"]))))
def test_names_survive_their_cell(names: list[tuple[str, str]]) -> None:
    written = tuple(Name(text, tag) for text, tag in names)
    assert split_names(join_names(written)) == written


def test_codes_survive_their_cell() -> None:
    codes = (("iso3166-2", "SY-HL"), ("wikidata", "Q1"))
    assert split_codes(join_codes(codes)) == codes
    assert split_codes("") == ()


@pytest.mark.parametrize("cell", ["SY-HL", "=SY", "icao=", "icao=A|B"])
def test_a_code_without_a_scheme_is_refused(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "codes.tsv"
    path.write_text(f"{_HEADER}a:b\tX\t1\t1\tP\tPPL\t\t\t\t0\t0\t\t\t\t{cell}\n", encoding="utf-8")
    with pytest.raises(GazetteerBuildError, match=r"codes\.tsv:2: .*scheme=value"):
        build(tmp_path / "g.sqlite", places=[path])


def test_united_names_keep_the_language_that_one_of_them_tells() -> None:
    names = (Name("Halab"), Name("حلب"), Name("حلب", "ar"), Name("Aleppo"))
    assert unite_names(names, without={"Aleppo"}) == (Name("Halab"), Name("حلب", "ar"))


@pytest.mark.parametrize(
    ("text", "tag"),
    [("Aleppo", ""), ("Hələb", ""), ("", ""), ("12", ""), ("حلب", "und-Arab"), ("Київ", "und-Cyrl"),
     ("חאלב", "und-Hebr"), ("阿勒颇", "und-Hani"), ("アレッポ", "und-Kana"), ("ქუთაისი", "und-Geor")],
)  # fmt: skip
def test_the_script_of_a_text_is_told(text: str, tag: str) -> None:
    assert script_tag(text) == tag


# --- shapes, borders, disputes ---------------------------------------------------------------


def test_geometry_of_an_area_and_of_a_line(opened: SqliteGazetteer) -> None:
    assert opened.geometry(_place(opened, SYRIA)) == {"type": "MultiPolygon", "coordinates": _AREA}
    river = _place(opened, "curated:euphrates")
    assert opened.geometry(river) == {"type": "MultiLineString", "coordinates": _LINE}


def test_neighbors_go_both_ways(opened: SqliteGazetteer) -> None:
    syria, iraq, turkey = (_place(opened, each) for each in (SYRIA, IRAQ, TURKEY))
    assert [place.id for place in opened.neighbors(syria)] == [TURKEY, IRAQ]
    assert [place.id for place in opened.neighbors(turkey)] == [SYRIA]
    assert opened.neighbors(_place(opened, ALEPPO)) == []
    assert [place.id for place in opened.neighbors(iraq)] == [SYRIA]


def test_border_is_the_same_from_both_sides(opened: SqliteGazetteer) -> None:
    syria, iraq, turkey = (_place(opened, each) for each in (SYRIA, IRAQ, TURKEY))
    line = {"type": "MultiLineString", "coordinates": _LINE}
    assert opened.border(syria, iraq) == opened.border(iraq, syria) == line
    assert opened.border(syria, turkey) is None
    assert opened.border(syria, syria) is None


def test_dispute_reaches_what_lies_within(opened: SqliteGazetteer) -> None:
    dispute = Dispute(
        administered_by=("SY",), claimed_by=("SY", "TR"), drawn_as="SY", note="for the test",
        source="the test itself",
    )  # fmt: skip
    aleppo, iraq = (opened.details(_place(opened, each)) for each in (ALEPPO, IRAQ))
    assert (aleppo.dispute, aleppo.note) == (dispute, "Disputed: for the test")
    assert (iraq.dispute, iraq.note) == (None, "")


@pytest.mark.parametrize("name", ["lines", "borders"])
def test_broken_shapes_name_their_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.json.xz"
    path.write_bytes(b"no archive")
    with pytest.raises(GazetteerBuildError, match=name):
        build(tmp_path / "g.sqlite", places=[MINI / "places.tsv"], **{name: path})
    assert list(tmp_path.iterdir()) == [path]


def test_broken_dispute_names_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "disputed.tsv"
    path.write_text(f"id\tnote\tsource\n{SYRIA}\tnote\tsource\n", encoding="utf-8")
    with pytest.raises(GazetteerBuildError, match=r"disputed\.tsv:2"):
        build(tmp_path / "g.sqlite", places=[MINI / "places.tsv"], disputed=path)


# --- a file of many millions of names --------------------------------------------------------


def _written(path: Path, *, trie_names: int) -> SqliteGazetteer:
    with GazetteerWriter(path, trie_names=trie_names) as writer:
        for row in read_places(MINI / "places.tsv"):
            writer.add(row)
        writer.index()
        writer.finish()
    return SqliteGazetteer(path)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[SqliteGazetteer, SqliteGazetteer]:
    folder = tmp_path_factory.mktemp("both")
    return _written(folder / "trie.sqlite", trie_names=10**9), _written(folder / "table.sqlite", trie_names=0)


def test_the_content_does_not_depend_on_how_names_are_kept(
    both: tuple[SqliteGazetteer, SqliteGazetteer],
) -> None:
    trie, table = both
    assert trie.fingerprint == table.fingerprint
    assert list(trie.lookup("Paris")) == list(table.lookup("Paris"))


_WORDS = "new york city of paris حلب deir ez zor aleppo xyzzy dir zur al".split()  # noqa: SIM905


@given(st.lists(st.sampled_from(_WORDS), max_size=8))
def test_a_table_of_names_answers_as_a_trie_does(
    both: tuple[SqliteGazetteer, SqliteGazetteer], words: list[str]
) -> None:
    trie, table = (each.names() for each in both)
    text = fold(" ".join(words))
    ends = {len(" ".join(text.split()[:count])) for count in range(1, 9)}
    assert table.get(text) == trie.get(text)
    assert table.prefixes(text) == [facts for facts in trie.prefixes(text) if facts.length in ends]
    assert table.romanized(text) == [facts for facts in trie.romanized(text) if facts.length in ends]


def _row(**overrides: Any) -> Row:
    values: dict[str, Any] = {
        "id": "test:a", "name": "Anywhere", "names": (), "lat": 1.0, "lon": 2.0, "feature_class": "P",
        "feature_code": "PPL", "country_code": "", "admin1_code": "", "admin2_code": "", "population": 0,
        "radius_km": 0.0, "bbox": "", "parent_id": "",
    }  # fmt: skip
    return Row(**values | overrides)


def test_an_id_that_comes_twice_is_refused_and_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "g.sqlite"
    with GazetteerWriter(target) as writer:
        writer.add(_row())
        writer.index()
        writer.finish()
    before = target.read_bytes()
    with GazetteerWriter(target) as writer:
        writer.add(_row())
        writer.add(_row(name="Elsewhere"))
        with pytest.raises(GazetteerBuildError, match="test:a"):
            writer.index()
    assert target.read_bytes() == before
    assert list(tmp_path.iterdir()) == [target]


def test_an_unfinished_file_is_not_left_behind(tmp_path: Path) -> None:
    with GazetteerWriter(tmp_path / "g.sqlite") as writer:
        writer.add(_row())
    assert list(tmp_path.iterdir()) == []


def test_own_precedence_is_kept(tmp_path: Path) -> None:
    with GazetteerWriter(tmp_path / "g.sqlite") as writer:
        writer.add(_row(precedence=1))
        writer.index()
        writer.finish(name="own")
    with SqliteGazetteer(tmp_path / "g.sqlite") as own:
        assert own.name == "own"
        assert own.fingerprint.startswith("own@2+")
        assert [each.place.precedence for each in own.lookup("anywhere")] == [1]
