"""The gazetteer's file: what a lookup finds, what a place is, which files are refused."""

from __future__ import annotations

import json
import lzma
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from geomap import lexicon
from geomap.errors import GazetteerFormatError, GazetteerNotFound
from geomap.gazetteers.build import build
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.model import Match, NameKind, Place
from geomap.text import fold

MINI = Path(__file__).parent / "data" / "mini"
PLACES, CURATED = MINI / "places.tsv", MINI / "curated.tsv"
SYRIA, ALEPPO, DAMASCUS, PALMYRA = "geonames:163843", "geonames:170063", "geonames:170654", "geonames:163808"
_SQUARE = [[[[35.7, 32.3], [42.4, 32.3], [42.4, 37.3], [35.7, 37.3], [35.7, 32.3]]]]


@pytest.fixture(scope="module")
def mini_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mini")
    areas = folder / "areas.json.xz"
    areas.write_bytes(lzma.compress(json.dumps({SYRIA: _SQUARE, "geonames:1": _SQUARE}).encode()))
    path = folder / "mini.sqlite"
    build(path, places=[PLACES], curated=[CURATED], areas=areas, credits_text="GeoNames (CC BY 4.0)")
    return path


@pytest.fixture(scope="module")
def mini(mini_path: Path) -> Iterator[SqliteGazetteer]:
    with SqliteGazetteer(mini_path) as opened:
        yield opened


def _ids(gazetteer: SqliteGazetteer, name: str) -> list[str]:
    return [candidate.place.id for candidate in gazetteer.lookup(name)]


def _place(gazetteer: SqliteGazetteer, place_id: str) -> Place:
    place = gazetteer.place(place_id)
    assert place is not None
    return place


# --- lookup ----------------------------------------------------------------------------------


def test_lookup_finds_all_places_of_a_name_the_most_famous_first(mini: SqliteGazetteer) -> None:
    found = [each.place for each in mini.lookup("Paris") if each.place.feature_class == "P"]
    assert [place.id for place in found[:2]] == ["geonames:2988507", "geonames:4717560"]
    assert sorted(place.country_code for place in found) == ["CA", "FR", "US", "US", "US"]


def test_lookup_puts_a_country_before_a_state(mini: SqliteGazetteer) -> None:
    assert _ids(mini, "Georgia") == ["geonames:614540", "geonames:4197000"]


def test_lookup_puts_a_capital_before_other_cities(mini: SqliteGazetteer) -> None:
    assert [each.place.country_code for each in mini.lookup("Tripoli")] == ["LY", "LB", "GR"]


def test_lookup_ignores_diacritics(mini: SqliteGazetteer) -> None:
    assert _ids(mini, "Sao Paulo") == _ids(mini, "São Paulo") == ["geonames:3448439"]
    assert _ids(mini, "Zürich") == ["geonames:2657896"]
    assert _ids(mini, "Zu\u0308rich") == ["geonames:2657896"]


def test_lookup_ignores_case_and_the_article(mini: SqliteGazetteer) -> None:
    assert _ids(mini, "ALEPPO") == _ids(mini, "aleppo") == _ids(mini, "Aleppo")
    assert _ids(mini, "the United Kingdom") == _ids(mini, "United Kingdom")


def test_lookup_ignores_hyphens_and_apostrophes(mini: SqliteGazetteer) -> None:
    assert _ids(mini, "Deir ez Zor") == _ids(mini, "Deir-ez-Zor") == ["geonames:170794"]
    assert "geonames:174448" in _ids(mini, "Abu Kamal’")


def test_lookup_reads_saint_abbreviated_or_not(mini: SqliteGazetteer) -> None:
    assert (
        _ids(mini, "St. Louis") == _ids(mini, "St Louis") == _ids(mini, "Saint Louis") == ["geonames:4407066"]
    )


@pytest.mark.parametrize(
    "name", ["Deir al-Zor", "Deir az-Zour", "Deir el-Zour", "Dayr az-Zawr", "Deir Al Zawr"]
)
def test_lookup_knows_romanizations_of_deir_ez_zor(mini: SqliteGazetteer, name: str) -> None:
    assert "geonames:170794" in _ids(mini, name)


@pytest.mark.parametrize(
    ("name", "place_id"),
    [
        ("Al-Zabadani", "geonames:172059"),
        ("az-Zabadany", "geonames:172059"),
        ("El Mayadeen", "geonames:173480"),
        ("Abou-Kemal", "geonames:174448"),
        ("Kaboun", "curated:sy-damascus-qaboun"),
        ("al-Gaboun", "curated:sy-damascus-qaboun"),
        ("Joubar", "curated:sy-damascus-jobar"),
        ("Masharqah", "curated:sy-aleppo-masharqa"),
        ("Masharka", "curated:sy-aleppo-masharqa"),
    ],
)
def test_lookup_compares_arabic_names_by_their_sounds(
    mini: SqliteGazetteer, name: str, place_id: str
) -> None:
    assert place_id in _ids(mini, name)


def test_lookup_by_sounds_is_asked_only_for_unknown_names(mini: SqliteGazetteer) -> None:
    assert {each.match for each in mini.lookup("Kaboun")} == {Match.TRANSLITERATED}
    assert Match.TRANSLITERATED not in {each.match for each in mini.lookup("Qaboun")}


def test_lookup_reads_other_scripts(mini: SqliteGazetteer) -> None:
    assert _ids(mini, "حلب") == [ALEPPO]
    assert _ids(mini, "Москва")[0] == "geonames:524901"


@pytest.mark.parametrize(
    ("name", "place_id"),
    [("U.S.", "geonames:6252001"), ("US", "geonames:6252001"), ("UK", "geonames:2635167"),
     ("Tex.", "geonames:4736286"), ("N.Y.", "geonames:5128638"), ("Wash.", "geonames:5815135")],
)  # fmt: skip
def test_lookup_knows_abbreviations(mini: SqliteGazetteer, name: str, place_id: str) -> None:
    first = mini.lookup(name)[0]
    assert (first.place.id, first.match) == (place_id, Match.ABBREVIATION)


@pytest.mark.parametrize(
    ("name", "place_id"),
    [("Syrian", SYRIA), ("Syrians", SYRIA), ("Turkish", "geonames:298795"), ("French", "geonames:3017382"),
     ("Texan", "geonames:4736286"), ("Londoners", "geonames:2643743"), ("American", "geonames:6252001")],
)  # fmt: skip
def test_lookup_knows_demonyms(mini: SqliteGazetteer, name: str, place_id: str) -> None:
    first = mini.lookup(name)[0]
    assert (first.place.id, first.match) == (place_id, Match.DEMONYM)


def test_lookup_says_how_the_name_fits(mini: SqliteGazetteer) -> None:
    matches = {name: mini.lookup(name)[0].match for name in ("Damascus", "DAMASCUS", "Haleb")}
    assert matches == {"Damascus": Match.EXACT, "DAMASCUS": Match.FOLDED, "Haleb": Match.ALTERNATE}


def test_lookup_says_under_which_name_it_found_the_place(mini: SqliteGazetteer) -> None:
    assert mini.lookup("haleb")[0].matched_name == "Haleb"
    assert mini.lookup("deir-ez-zor")[0].matched_name == "Deir ez-Zor"


def test_lookup_drops_a_generic_word_and_keeps_its_kind(mini: SqliteGazetteer) -> None:
    assert [each.place.feature_code for each in mini.lookup("Texas province")] == ["ADM1"]
    assert _ids(mini, "Damascus province") == []
    assert _ids(mini, "city of Damascus") in ([], [DAMASCUS])


def test_lookup_of_a_province_does_not_give_the_city(mini: SqliteGazetteer) -> None:
    assert _ids(mini, "Aleppo province")[0] == "geonames:170062"


def test_lookup_of_a_river_with_its_generic_word(mini: SqliteGazetteer) -> None:
    assert _ids(mini, "Euphrates River") == ["curated:euphrates"]
    assert _ids(mini, "River Euphrates") == ["curated:euphrates"]


def test_lookup_of_nothing_finds_nothing(mini: SqliteGazetteer) -> None:
    for name in ("", " ", "—", "'", "Xyzzy", "\x00", "%", "_"):
        assert list(mini.lookup(name)) == []


def test_lookup_limit_keeps_the_beginning(mini: SqliteGazetteer) -> None:
    everything = _ids(mini, "Paris")
    for limit in range(1, len(everything) + 1):
        assert [each.place.id for each in mini.lookup("Paris", limit=limit)] == everything[:limit]


def test_lookup_order_is_total(mini_path: Path) -> None:
    with SqliteGazetteer(mini_path) as first, SqliteGazetteer(mini_path) as second:
        for name in ("Paris", "Tripoli", "Alexandria", "Kansas City", "London"):
            assert list(first.lookup(name)) == list(second.lookup(name)) == list(first.lookup(name))


def test_lookup_orders_by_prominence_then_id(mini: SqliteGazetteer) -> None:
    for name in ("Paris", "Tripoli", "Alexandria", "Kansas City", "London", "Georgia", "Moscow"):
        keys = [
            (-lexicon.prominence(each.place, each.name_count), each.place.id) for each in mini.lookup(name)
        ]
        rounded = [(round(fame, 4), place_id) for fame, place_id in keys]
        assert rounded == sorted(rounded)


def test_lookup_gives_no_place_twice(mini: SqliteGazetteer) -> None:
    for name in ("Paris", "Aleppo", "Texas", "New York", "Palmyra"):
        assert len(_ids(mini, name)) == len(set(_ids(mini, name)))


# --- places ----------------------------------------------------------------------------------


def test_place_of_an_unknown_id_is_none(mini: SqliteGazetteer) -> None:
    assert mini.place("geonames:0") is None
    assert mini.place("") is None


def test_place_has_what_its_row_says(mini: SqliteGazetteer) -> None:
    place = _place(mini, ALEPPO)
    assert (place.name, place.feature_code, place.country_code, place.admin1_code) == (
        "Aleppo",
        "PPLA",
        "SY",
        "09",
    )
    assert (round(place.point.lat, 2), round(place.point.lon, 2)) == (36.2, 37.16)
    assert place.population > 2_000_000
    assert not place.curated


def test_ancestors_go_from_the_nearest_to_the_country(mini: SqliteGazetteer) -> None:
    names = [place.name for place in mini.ancestors(_place(mini, "curated:sy-aleppo-masharqa"))]
    assert names[:3] == ["Aleppo", "Aleppo Governorate", "Syria"]
    assert names[3:] in ([], ["Asia"])


def test_ancestors_of_a_city_come_from_its_codes(mini: SqliteGazetteer) -> None:
    names = [place.name for place in mini.ancestors(_place(mini, "geonames:4717560"))]
    assert names[:2] == ["Texas", "United States"]


def test_ancestors_of_a_country_are_its_continent(mini: SqliteGazetteer) -> None:
    assert [place.name for place in mini.ancestors(_place(mini, SYRIA))] == ["Asia"]


def test_ancestors_of_a_continent_are_none(mini: SqliteGazetteer) -> None:
    assert list(mini.ancestors(_place(mini, "geonames:6255147"))) == []


def test_no_place_is_its_own_ancestor(mini: SqliteGazetteer) -> None:
    for line in PLACES.read_text("utf-8").splitlines()[2:]:
        place_id = line.split("\t")[0]
        place = mini.place(place_id)
        if place is not None:
            assert place_id not in {each.id for each in mini.ancestors(place)}


def test_names_of_begin_with_the_display_name(mini: SqliteGazetteer) -> None:
    names = [name.text for name in mini.names_of(_place(mini, ALEPPO))]
    assert names[0] == "Aleppo"
    assert {"Haleb", "حلب"} <= set(names)
    assert len(names) == len(set(names))


def test_geometry_is_a_geojson_multipolygon_or_none(mini: SqliteGazetteer) -> None:
    assert mini.geometry(_place(mini, SYRIA)) == {"type": "MultiPolygon", "coordinates": _SQUARE}
    assert mini.geometry(_place(mini, ALEPPO)) is None


# --- names for matchers ----------------------------------------------------------------------


def test_names_agree_with_lookup(mini: SqliteGazetteer) -> None:
    for name in ("Paris", "Aleppo", "Deir ez-Zor", "New York", "Syrian", "St. Louis", "حلب"):
        facts = mini.names().get(fold(name))
        assert facts is not None
        assert facts.length == len(fold(name))
        assert facts.places >= len(mini.lookup(name)) > 0
    assert mini.names().get(fold("Xyzzy")) is None
    assert list(mini.lookup("Xyzzy")) == []


def test_names_tell_what_kind_of_name_it_is(mini: SqliteGazetteer) -> None:
    kinds = {name: facts.kinds for name in ("syrian", "aleppo", "haleb") if (facts := mini.names().get(name))}
    assert kinds["syrian"] & NameKind.DEMONYM
    assert kinds["aleppo"] & NameKind.NAME
    assert kinds["haleb"] == NameKind.ALTERNATE


def test_names_hold_no_coarse_keys(mini: SqliteGazetteer) -> None:
    """The key of Qaboun by its sounds is no name: in running text it would join what differs."""
    assert mini.names().get("kabun") is None


def test_prefixes_come_shortest_first(mini: SqliteGazetteer) -> None:
    found = [facts.length for facts in mini.names().prefixes("new york city hall")]
    assert found == [len("new york"), len("new york city")]
    assert list(mini.names().prefixes("")) == []


def test_prominence_of_a_name_is_that_of_its_most_famous_place(mini: SqliteGazetteer) -> None:
    facts = mini.names().get("paris")
    assert facts is not None
    best = mini.lookup("Paris")[0]
    assert facts.prominence == pytest.approx(lexicon.prominence(best.place, best.name_count), abs=1 / 250)


# --- curated rows ----------------------------------------------------------------------------


def test_curated_row_augments_its_base_row(mini: SqliteGazetteer) -> None:
    place = _place(mini, PALMYRA)
    assert (place.name, place.curated, place.radius_km) == ("Palmyra", True, 3)
    assert (place.country_code, place.feature_code) == ("SY", "PPLA2")
    assert round(place.point.lat, 4) == 34.5624
    assert {"Palmyra", "Tadmur", "Tadmor"} <= {name.text for name in mini.names_of(place)}


def test_curated_row_takes_its_codes_from_its_parent(mini: SqliteGazetteer) -> None:
    place = _place(mini, "curated:sy-damascus-qaboun")
    assert (place.country_code, place.admin1_code, place.parent_id) == ("SY", "13", DAMASCUS)
    assert place.feature_class == "P"
    assert place.curated


def test_curated_river_stands_for_its_outline(mini: SqliteGazetteer) -> None:
    assert mini.place("river:euphrates") is None
    place = _place(mini, "curated:euphrates")
    assert "River Euphrates" in {name.text for name in mini.names_of(place)}


# --- file ------------------------------------------------------------------------------------


def test_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(GazetteerNotFound, match=r"nothing\.sqlite"):
        SqliteGazetteer(tmp_path / "nothing.sqlite")
    with pytest.raises(FileNotFoundError):
        SqliteGazetteer(tmp_path)


@pytest.mark.parametrize(
    "content", [b"not a database, just some text\n" * 40, b"SQLite format 3\x00" + b"\x00" * 80]
)
def test_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "wrong.sqlite"
    path.write_bytes(content)
    with pytest.raises(GazetteerFormatError, match=r"wrong\.sqlite"):
        SqliteGazetteer(path)


def test_database_without_meta_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE something (x)")
    connection.commit()
    connection.close()
    with pytest.raises(GazetteerFormatError, match=r"other\.sqlite"):
        SqliteGazetteer(path)


def test_file_of_another_format_is_refused(tmp_path: Path, mini_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    path.write_bytes(mini_path.read_bytes())
    connection = sqlite3.connect(path)
    connection.execute("UPDATE meta SET value = '0' WHERE key = 'format'")
    connection.commit()
    connection.close()
    with pytest.raises(GazetteerFormatError, match="format 0"):
        SqliteGazetteer(path)


def test_file_is_not_written_to(mini_path: Path) -> None:
    before = mini_path.read_bytes()
    with SqliteGazetteer(mini_path) as opened:
        opened.lookup("Paris")
        opened.names()
    assert mini_path.read_bytes() == before
    assert [path.name for path in mini_path.parent.iterdir() if "sqlite" in path.name] == [mini_path.name]


def test_counts_and_credits_are_told(mini: SqliteGazetteer) -> None:
    rows = len(PLACES.read_text("utf-8").splitlines()) - 2
    assert mini.counts["places"] == rows + 5 - 1  # five new curated places, one river less
    assert mini.counts["curated rows"] == 6
    assert mini.counts["names"] > mini.counts["places"]
    assert mini.credits == "GeoNames (CC BY 4.0)"
