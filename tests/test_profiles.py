"""Focus profiles: what a file may say, what it changes, which articles fit one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from builders import a_parsed, an_article
from hypothesis import given
from hypothesis import strategies as st

from geomap.errors import ConfigError
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.gazetteers.stack import StackedGazetteer
from geomap.geoparser import default_geoparser
from geomap.model import BBox, CountryShare, Focus, GeoparsedArticle
from geomap.outlets import origin_of, outlet_of, outlets
from geomap.profiles import (
    Profile,
    ProfileOutlet,
    bundled_profiles,
    detect_profile,
    find_profile,
    fitting_profile,
    read_profile,
)
from geomap.profiles.places import outlets_of, with_places
from geomap.recognizers.dictionary import DictionaryRecognizer
from geomap.recognizers.stopping import StoppingRecognizer
from geomap.text import fold

FULL = """\
name = "valley"
title = "The valley"
countries = ["SY"]
neighbors = { TR = 0.5, LB = 0 }
bbox = [35.6, 32.3, 42.4, 37.4]
stop_names = ["Liwa al-Quds", "Fano"]
min_confidence = 0.2

[outlets]
"www.valley.example" = "Aleppo"
"hills.example" = { home = "geonames:170654", scope = "national" }

[[places]]
name = "Umm Xyz"
lat = 36.1
lon = 38.2
kind = "village"
aliases = ["Om Xyz", "Xyztown"]
radius_km = 2
population = 900
country = "SY"
"""
LEAST = 'name = "valley"\ntitle = "The valley"\ncountries = ["SY"]\n'
PROFILES = list(bundled_profiles().values())


def a_profile(folder: Path, text: str = FULL, *, name: str = "valley.toml") -> Profile:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_profile(path)


def parsed_texts(geoparser: Any, text: str) -> dict[str, str]:
    return {each.resolution.mention.text: each.place.name for each in geoparser.parse(text).sightings}


# --- reading ---------------------------------------------------------------------------------


def test_a_file_says_all_that_a_profile_holds(tmp_path: Path) -> None:
    profile = a_profile(tmp_path)
    assert (profile.name, profile.title, profile.countries) == ("valley", "The valley", ("SY",))
    assert profile.neighbors == (("TR", 0.5),)
    assert profile.bbox == BBox(west=35.6, south=32.3, east=42.4, north=37.4)
    assert profile.stop_names == ("Liwa al-Quds", "Fano")
    assert profile.outlets == (
        ProfileOutlet(domain="valley.example", home="Aleppo"),
        ProfileOutlet(domain="hills.example", home="geonames:170654", scope="national"),
    )
    assert profile.min_confidence == 0.2
    assert profile.places[0].aliases == ("Om Xyz", "Xyztown")
    assert profile.focus_weights() == {"SY": 1.0, "TR": 0.5}


def test_three_keys_are_enough_and_a_list_of_neighbors_has_the_usual_weight(tmp_path: Path) -> None:
    profile = a_profile(tmp_path, LEAST + 'neighbors = ["TR", "IQ"]\n')
    assert profile.focus_weights() == {"SY": 1.0, "TR": 0.3, "IQ": 0.3}
    assert not profile.has_places


def test_the_digest_tells_files_apart_and_that_of_their_places_too(tmp_path: Path) -> None:
    one, other = a_profile(tmp_path, LEAST), a_profile(tmp_path, f"{LEAST}# more\n")
    assert one.digest != other.digest
    (tmp_path / "own.tsv").write_text("name\tlat\tlon\nXyz\t36\t38\n", encoding="utf-8")
    first = a_profile(tmp_path, LEAST + 'places = "own.tsv"\n')
    (tmp_path / "own.tsv").write_text("name\tlat\tlon\nXyz\t36\t39\n", encoding="utf-8")
    assert first.digest != a_profile(tmp_path, LEAST + 'places = "own.tsv"\n').digest


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (LEAST + 'colour = "red"\n', "valley.toml:4: colour is no key of a profile"),
        ('name = "valley"\ntitle = "x"\n', "valley.toml: countries is missing"),
        (LEAST.replace('["SY"]', '"SY"'), "valley.toml:3: countries must be a list"),
        (LEAST.replace('["SY"]', "[]"), "valley.toml:3: countries must name a country"),
        (LEAST.replace("SY", "Syria"), "valley.toml:3: countries must hold ISO 3166-1"),
        (LEAST.replace("SY", "sy"), "valley.toml:3: countries must hold ISO 3166-1"),
        (LEAST.replace('"The valley"', "7"), "valley.toml:2: title must be a text"),
        (LEAST.replace('"The valley"', '" "'), "valley.toml:2: title must be a text"),
        (LEAST.replace('"valley"', '"The Valley"'), "valley.toml:1: name must be small letters"),
        (LEAST + "neighbors = 3\n", "valley.toml:4: neighbors must be a list of codes, or a table"),
        (LEAST + "neighbors = { TR = 2 }\n", r"valley.toml:4: neighbors must be a number in \[0, 1\], not 2"),
        (LEAST + 'neighbors = ["SY"]\n', "valley.toml:4: neighbors holds SY"),
        (LEAST + "bbox = [1, 2, 3]\n", "valley.toml:4: bbox must be four degrees"),
        (LEAST + "bbox = [1, 20, 3, 10]\n", "valley.toml:4: bbox has its south above its north"),
        (LEAST + "bbox = [1, 2, 3, 400]\n", r"valley.toml:4: bbox must be a number in \[-90, 90\], not 400"),
        (LEAST + "bbox = [1, nan, 3, 4]\n", "valley.toml:4: bbox must be a number"),
        (LEAST + "min_confidence = true\n", "valley.toml:4: min_confidence must be a number"),
        (LEAST + "min_confidence = 1.5\n", "valley.toml:4: min_confidence must be a number"),
        (LEAST + 'stop_names = ["..."]\n', "valley.toml:4: stop_names holds '...'"),
        (LEAST + "stop_names = [3]\n", "valley.toml:4: stop_names must be a text"),
        (LEAST + 'outlets = ["a.example"]\n', "valley.toml:4: outlets must be a table"),
        (
            LEAST + '\n[outlets]\n"not a domain" = "Aleppo"\n',
            "valley.toml:6: outlets.not a domain is no domain",
        ),
        (LEAST + '\n[outlets]\n"a.example" = 3\n', "valley.toml:6: outlets.a.example must be a town"),
        (LEAST + '\n[outlets]\n"a.example" = " "\n', "valley.toml:6: outlets.a.example must be a text"),
        (
            LEAST + '\n[outlets]\n"a.example" = { town = "X" }\n',
            "outlets.a.example must be a town, or a table",
        ),
        (
            LEAST + '\n[outlets]\n"a.example" = { home = "X", scope = "galactic" }\n',
            "valley.toml:6: outlets.a.example must have a scope of local, regional",
        ),
        (LEAST + "places = 3\n", "valley.toml:4: places must be the name of a file, or tables"),
        (LEAST + 'places = "none.tsv"\n', "valley.toml:4: places names .*none.tsv: No such file"),
        (LEAST + '[[places]]\nname = "X"\nlat = 1\n', r"valley.toml:4: places.lon \(number 1\) is missing"),
        (
            LEAST
            + '[[places]]\nname = "X"\nlat = 1\nlon = 2\n\n[[places]]\nname = "Y"\nlat = 100\nlon = 2\n',
            r"valley.toml:9: places.lat \(number 2\) must be a number in \[-90, 90\]",
        ),
        (
            LEAST + '[[places]]\nname = "X"\nlat = 1\nlon = 2\ncolour = 3\n',
            r"valley.toml:4: places.colour \(number 1\) is no key of a place",
        ),
        ('name = "valley\n', "valley.toml: is no TOML: .*line 1"),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_key(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        a_profile(tmp_path, text)


def test_a_file_that_is_not_there_or_no_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        find_profile(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="is no TOML"):
        find_profile(tmp_path / "bytes.toml")


def test_an_unknown_name_lists_those_that_are_there() -> None:
    with pytest.raises(ConfigError, match=r"no profile 'atlantis'; there are afghanistan, .*syria"):
        find_profile("atlantis")


@given(
    st.dictionaries(
        st.sampled_from(["name", "title", "countries", "neighbors", "bbox", "stop_names", "outlets", "x"]),
        st.sampled_from(['"SY"', "3", "[]", '["SY"]', "true", "{ a = 1 }", "1979-05-27", "[[1]]", '"a-b"']),
    )
)
def test_whatever_a_file_says_is_a_profile_or_an_error_of_geomap(
    tmp_path_factory: pytest.TempPathFactory, said: dict[str, str]
) -> None:
    text = "".join(f"{key} = {value}\n" for key, value in said.items())
    try:
        profile = a_profile(tmp_path_factory.mktemp("p"), text)
    except ConfigError as error:
        told = str(error)
    else:
        told = "" if profile.countries else "a profile without a country"
    assert not told or "valley.toml" in told


# --- those that come with geomap -------------------------------------------------------------


def test_there_are_many_and_each_is_found_by_the_name_of_its_file(root: Path) -> None:
    files = sorted(path.stem for path in (root / "geomap" / "profiles").glob("*.toml"))
    assert list(bundled_profiles()) == files
    assert len(files) >= 10
    assert find_profile("syria") is bundled_profiles()["syria"]


def test_no_country_has_two_profiles() -> None:
    codes = [code for profile in PROFILES for code in profile.countries]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_a_profile_names_its_purpose_its_source_and_the_reason_of_each_stop_name(
    profile: Profile, root: Path
) -> None:
    text = (root / "geomap" / "profiles" / f"{profile.name}.toml").read_text(encoding="utf-8")
    assert text.startswith("# Purpose: ")
    assert "# Source: " in text
    assert "stop_names = [\n  # " in text


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_the_box_holds_the_countries_and_all_that_borders_on_them_is_a_neighbor(
    profile: Profile, gazetteer: SqliteGazetteer
) -> None:
    assert profile.bbox is not None
    weights = profile.focus_weights()
    for code in profile.countries:
        (country, *_) = gazetteer.by_code(code)
        assert country.point in profile.bbox
        assert {each.country_code for each in gazetteer.neighbors(country)} <= weights.keys()


def test_outlets_are_at_home_in_the_countries_or_far_away_and_not_in_the_table(
    gazetteer: SqliteGazetteer,
) -> None:
    found = [(profile, each) for profile in PROFILES for each in outlets_of(profile, gazetteer).values()]
    assert found
    for profile, outlet in found:
        assert outlet.domain not in outlets()
        assert outlet.country in profile.countries or outlet.scope == "international"


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_a_stop_name_keeps_the_gazetteer_from_a_mistake(profile: Profile, gazetteer: SqliteGazetteer) -> None:
    """A name that the gazetteer knows neither as a whole nor in part would stop nothing."""
    for name in profile.stop_names:
        words = fold(name).split()
        parts = {" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)}
        assert any(gazetteer.lookup(part, limit=1) for part in sorted(parts)), name


# --- what a profile changes ------------------------------------------------------------------


TEXT = "Fighters of Ahrar al-Sham left Manbij. Liwa al-Quds stayed in Aleppo."


def test_without_a_profile_militias_are_read_as_cities(gazetteer: SqliteGazetteer) -> None:
    found = parsed_texts(default_geoparser(gazetteer=gazetteer), TEXT)
    assert "Jerusalem" in found.values()


def test_stop_names_hide_what_is_inside_them(gazetteer: SqliteGazetteer) -> None:
    found = parsed_texts(default_geoparser(gazetteer=gazetteer, profile="syria"), TEXT)
    assert sorted(found.values()) == ["Aleppo", "Manbij"]


def test_a_profile_names_the_countries(gazetteer: SqliteGazetteer) -> None:
    plain = default_geoparser(gazetteer=gazetteer, recognizer="dictionary")
    lebanon = default_geoparser(gazetteer=gazetteer, recognizer="dictionary", profile="lebanon")
    text = "Three ships left Tripoli on Monday."
    countries = [each.parse(text).sightings[0].place.country_code for each in (plain, lebanon)]
    assert countries == ["LY", "LB"]


def test_a_profile_goes_together_with_a_focus_and_with_a_stricter_confidence(
    gazetteer: SqliteGazetteer, tmp_path: Path
) -> None:
    profile = a_profile(tmp_path, LEAST + "min_confidence = 1\n")
    both = default_geoparser(gazetteer=gazetteer, recognizer="dictionary", profile=profile, focus=["LB"])
    plain = default_geoparser(
        gazetteer=gazetteer, recognizer="dictionary", focus=["SY", "LB"], min_confidence=1.0
    )
    assert both.resolver.fingerprint == plain.resolver.fingerprint


def test_the_provenance_names_the_profile_and_its_digest(gazetteer: SqliteGazetteer, tmp_path: Path) -> None:
    def recognizer(text: str) -> str:
        profile = a_profile(tmp_path, text)
        made = default_geoparser(gazetteer=gazetteer, recognizer="dictionary", profile=profile)
        return made.provenance.recognizer

    plain, commented = recognizer(LEAST), recognizer(f"{LEAST}# a remark\n")
    assert plain.startswith("valley-")
    assert plain != commented
    assert plain == recognizer(LEAST)


def test_places_of_a_profile_are_found(gazetteer: SqliteGazetteer, tmp_path: Path) -> None:
    geoparser = default_geoparser(gazetteer=gazetteer, profile=a_profile(tmp_path), recognizer="dictionary")
    parsed = geoparser.parse("Trucks left Umm Xyz for Aleppo. Snow fell near Xyztown.")
    ids = [each.place.id for each in parsed.sightings]
    assert ids == ["valley:umm-xyz", "geonames:170063", "valley:umm-xyz"]
    assert parsed.sightings[0].country == "Syria"
    assert geoparser.provenance.gazetteer.startswith("stack@1+embedded")


def test_places_come_from_a_file_beside_the_profile_too(gazetteer: SqliteGazetteer, tmp_path: Path) -> None:
    (tmp_path / "own.tsv").write_text("name\tlat\tlon\nUmm Xyz\t36.1\t38.2\n", encoding="utf-8")
    stacked = StackedGazetteer([gazetteer])
    profile = a_profile(tmp_path, LEAST + 'places = "own.tsv"\n')
    united = with_places(stacked, profile)
    assert [each.place.id for each in united.lookup("Umm Xyz")][:1] == ["valley:umm-xyz"]


def test_a_bad_row_of_a_file_of_places_is_told_with_its_line(
    gazetteer: SqliteGazetteer, tmp_path: Path
) -> None:
    (tmp_path / "own.tsv").write_text("name\tlat\tlon\nXyz\t36.1\t38.2\nAbc\t136\t38\n", encoding="utf-8")
    profile = a_profile(tmp_path, LEAST + 'places = "own.tsv"\n')
    with pytest.raises(ConfigError, match=r"valley.toml: places: .*own.tsv:3: "):
        with_places(gazetteer, profile)
    empty = tmp_path / "own.tsv"
    empty.write_text("name\tlat\tlon\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"valley.toml: places: "):
        with_places(gazetteer, profile)


def test_two_places_of_one_name_and_parent_are_told_by_their_number(
    gazetteer: SqliteGazetteer, tmp_path: Path
) -> None:
    row = '[[places]]\nname = "Xyz"\nlat = 36\nlon = 38\n'
    profile = a_profile(tmp_path, LEAST + row * 2)
    with pytest.raises(ConfigError, match=r"valley.toml: places: number 2 "):
        with_places(gazetteer, profile)


def test_places_need_a_gazetteer_that_takes_a_layer(gazetteer: SqliteGazetteer, tmp_path: Path) -> None:
    class Other:
        """Not one of geomap's files."""

        def names(self) -> object:
            return gazetteer.names()

    with pytest.raises(ConfigError, match="the places of the profile valley need a gazetteer of geomap"):
        default_geoparser(gazetteer=Other(), profile=a_profile(tmp_path))  # type: ignore[arg-type]


def test_outlets_of_a_profile_come_before_the_table(gazetteer: SqliteGazetteer, tmp_path: Path) -> None:
    text = LEAST + '[outlets]\n"valley.example" = "Aleppo"\n"tolonews.com" = "Homs"\n'
    further = outlets_of(a_profile(tmp_path, text), gazetteer)
    origin = origin_of(an_article(url="https://news.valley.example/1"), gazetteer, further=further)
    assert origin.home is not None
    assert (origin.home.name, origin.country) == ("Aleppo", "SY")
    moved = outlet_of(an_article(source="tolonews.com"), further=further)
    assert moved is not None
    assert (moved.country, moved.scope) == ("SY", "local")


def test_a_national_outlet_says_its_country_and_not_its_town(
    gazetteer: SqliteGazetteer, tmp_path: Path
) -> None:
    further = outlets_of(a_profile(tmp_path), gazetteer)
    origin = origin_of(an_article(url="https://hills.example/1"), gazetteer, further=further)
    assert (origin.home, origin.country) == (None, "SY")


def test_a_home_that_the_gazetteer_lacks_is_an_error(gazetteer: SqliteGazetteer, tmp_path: Path) -> None:
    profile = a_profile(tmp_path, LEAST + '[outlets]\n"a.example" = "Qwertzuiop"\n')
    with pytest.raises(ConfigError, match=r"outlets.a.example: 'Qwertzuiop' is no id and no town"):
        outlets_of(profile, gazetteer)


def test_neighbors_weigh_less_than_the_countries(gazetteer: SqliteGazetteer, tmp_path: Path) -> None:
    profile = a_profile(tmp_path, LEAST + 'neighbors = ["LB"]\n')
    known, plain = (
        default_geoparser(gazetteer=gazetteer, recognizer="dictionary", profile=profile),
        default_geoparser(gazetteer=gazetteer, recognizer="dictionary", focus=["SY", "LB"]),
    )
    assert known.resolver.fingerprint != plain.resolver.fingerprint


# --- stop names ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dictionary(gazetteer: SqliteGazetteer) -> DictionaryRecognizer:
    return DictionaryRecognizer(gazetteer.names())


@pytest.mark.parametrize(
    ("names", "text", "left"),
    [
        ((), "Rain in Fano and Aleppo.", ["Fano", "Aleppo"]),
        (("Fano",), "Rain in Fano and Aleppo.", ["Aleppo"]),
        (("fano",), "Rain in FANO and Aleppo.", ["Aleppo"]),
        (("Halab",), "Rain in Aleppo.", ["Aleppo"]),
        (("Aleppo Brigade",), "The Aleppo  brigade left Aleppo.", ["Aleppo"]),
        (("Aleppo Brigade",), "The Aleppo Brigades left Homs.", ["Aleppo", "Homs"]),
    ],
)
def test_only_what_is_a_stop_name_or_inside_one_is_dropped(
    dictionary: DictionaryRecognizer, names: tuple[str, ...], text: str, left: list[str]
) -> None:
    found = StoppingRecognizer(dictionary, names).recognize(an_article(title="", text=text))
    assert [mention.text for mention in found] == left


def test_stop_names_hold_for_titles_too(dictionary: DictionaryRecognizer) -> None:
    article = an_article(title="Rain in Aleppo", text="Rain in Homs.")
    found = StoppingRecognizer(dictionary, ["Aleppo"]).recognize(article)
    assert [mention.text for mention in found] == ["Homs"]


def test_the_fingerprint_tells_names_and_origin(dictionary: DictionaryRecognizer) -> None:
    made = [
        StoppingRecognizer(dictionary, names, origin=origin).fingerprint
        for names, origin in (((), ""), (("A",), ""), (("A",), "syria-1"), (("A", "A"), "syria-1"))
    ]
    assert len(set(made)) == 3
    assert made[2] == made[3]
    assert made[0].startswith("stopping@1+")
    assert made[0].endswith(dictionary.fingerprint)


# --- detection -------------------------------------------------------------------------------


def about(**shares: float) -> Focus:
    """The focus of an article with these shares of countries."""
    return Focus(
        countries=tuple(CountryShare(code=code, name=code, share=share) for code, share in shares.items())
    )


def an_article_about(**shares: float) -> GeoparsedArticle:
    return a_parsed(focus=about(**shares))


@pytest.mark.parametrize(
    ("focus", "name"),
    [
        (Focus(), ""),
        (about(SY=1.0), "syria"),
        (about(SY=0.61, TR=0.39), "syria"),
        (about(SY=0.5, TR=0.5), ""),
        (about(IL=0.4, PS=0.4, LB=0.2), "gaza"),
        (about(ML=0.4, BF=0.3, NE=0.3), "sahel"),
        (about(FR=1.0), ""),
        (about(UA=0.55, RU=0.45), ""),
    ],
)
def test_a_profile_fits_by_the_countries(focus: Focus, name: str) -> None:
    assert fitting_profile(focus) == name


def test_of_equal_profiles_the_narrower_fits(tmp_path: Path) -> None:
    wide = a_profile(tmp_path, LEAST.replace('["SY"]', '["SY", "LB"]').replace("valley", "aaa"))
    narrow = a_profile(tmp_path)
    assert fitting_profile(about(SY=1.0), [wide, narrow]) == "valley"
    assert fitting_profile(about(SY=0.6, LB=0.4), [wide, narrow]) == "aaa"


def test_most_articles_decide_of_a_batch() -> None:
    syria, france, nothing = an_article_about(SY=1.0), an_article_about(FR=1.0), a_parsed()
    assert detect_profile(syria) == "syria"
    assert detect_profile([]) == ""
    assert detect_profile([syria, syria, syria, france, nothing]) == "syria"
    assert detect_profile([syria, syria, france]) == ""
    assert detect_profile(each for each in (syria, syria, nothing)) == "syria"


CASES_OF_PROFILES = [
    ("conflict_suburbs_of_one_city", "syria"),
    ("conflict_front_of_a_region", "ukraine"),
    ("conflict_sudan_town", "sudan"),
    ("conflict_gaza_city_to_strip", "gaza"),
    ("conflict_yemen_port", "yemen"),
    ("conflict_haiti_capital", "haiti"),
    ("local_paper_council", ""),
    ("trade_two_powers", ""),
    ("no_place_at_all", ""),
]


@pytest.mark.parametrize(("name", "profile"), CASES_OF_PROFILES)
def test_articles_fit_their_profiles(name: str, profile: str, gazetteer: SqliteGazetteer, root: Path) -> None:
    cases = json.loads((root / "tests" / "data" / "cases" / "focus.json").read_text("utf-8"))["cases"]
    (case,) = (case for case in cases if case["name"] == name)
    parsed: GeoparsedArticle = default_geoparser(gazetteer=gazetteer, recognizer="dictionary").parse(
        an_article(title=case["title"], text=case["text"], source=None, url=None)
    )
    assert parsed.focus.profile == profile
