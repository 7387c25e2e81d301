"""Names like a name: by rules, by edits, never for short names, and what a gazetteer makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.gazetteers.build import build
from geomap.gazetteers.fuzzy import GEOPARSING, SEARCH, SHORTEST_NAME, Strictness, edits, similar_names
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.model import Match
from geomap.text import fold
from geomap.transliteration import sound_key

MINI = Path(__file__).parent / "data" / "mini"
KNOWN = (
    "Kafr Nabl", "Khan Sheikhoun", "Deir ez-Zor", "Zaporizhzhia", "Volnovakha", "Al Hudaydah", "Hasakah",
    "Maarat al-Numan", "Hama", "Homs", "Manchester", "Springfield", "Ras al-Ain", "Харків", "حارم", "Yarmouk",
)  # fmt: skip


def an_index(*names: str) -> Callable[[Sequence[str]], Iterable[str]]:
    index: dict[str, list[str]] = {}
    for name in names:
        index.setdefault(sound_key(name), []).append(fold(name))
    return lambda sounds: [key for sound in sounds for key in index.get(sound, ())]


def first(name: str, *, strictness: Strictness = SEARCH) -> tuple[str, bool] | None:
    found = similar_names(name, buckets=an_index(*KNOWN), strictness=strictness)
    return (found[0].key, found[0].rule_only) if found else None


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Kafranbel", "Kafr Nabl"),
        ("كفر نبل", "Kafr Nabl"),
        ("Khan Cheikhoun", "Khan Sheikhoun"),
        ("Chan Schaichun", "Khan Sheikhoun"),
        ("Dayr az Zawr", "Deir ez-Zor"),
        ("دير الزور", "Deir ez-Zor"),
        ("Zaporijia", "Zaporizhzhia"),
        ("Wolnowacha", "Volnovakha"),
        ("Hodeïda", "Al Hudaydah"),
        ("Hassaké", "Hasakah"),
        ("الحسكه", "Hasakah"),
        ("Maaret en-Nu'man", "Maarat al-Numan"),
        ("Charkiv", "Харків"),
        ("Harem", "حارم"),
    ],
)
def test_rules_lead_from_a_spelling_to_the_name(name: str, known: str) -> None:
    assert first(name) == (fold(known), True)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Manchestre", "Manchester"),
        ("Mancheter", "Manchester"),
        ("Manhcester", "Manchester"),
        ("Springfeld", "Springfield"),
        ("Sprimgfield", "Springfield"),
        ("Zaporizhia Ra", "Zaporizhzhia"),
    ],
)
def test_one_edit_of_the_sound_is_found_by_a_search(name: str, known: str) -> None:
    found = first(name)
    assert found is not None
    assert found[0] == fold(known)


def test_edits_are_not_for_geoparsing() -> None:
    assert first("Springfeld", strictness=SEARCH) == ("springfield", True)
    assert first("Sprimgfield", strictness=SEARCH) == ("springfield", False)
    assert first("Sprimgfield", strictness=GEOPARSING) is None


@pytest.mark.parametrize("name", ["Ham", "Hom", "Ho", "H", "", "حم", "Aa Aa", "—"])
def test_nothing_is_like_a_short_name(name: str) -> None:
    assert similar_names(name, buckets=an_index(*KNOWN, name)) == []


@pytest.mark.parametrize("name", ["Hamah", "Homms", "Hems", "Yarmuk"])
def test_geoparsing_asks_for_a_longer_sound_than_a_search(name: str) -> None:
    assert first(name, strictness=SEARCH) is not None
    assert first(name, strictness=GEOPARSING) is None


@pytest.mark.parametrize("name", ["Kafrnabel", "Khan Cheikhoun", "Volnovaha"])
def test_geoparsing_believes_long_names(name: str) -> None:
    assert first(name, strictness=GEOPARSING) is not None


@pytest.mark.parametrize("name", ["Parliament", "Wednesday", "Barack Obama", "Chancellor", "Mozambique"])
def test_other_words_are_like_nothing(name: str) -> None:
    assert first(name) is None


def test_the_most_alike_comes_first_and_the_key_settles_the_rest() -> None:
    index = an_index("Tartus", "Tartous", "Tortosa", "Tirtas")
    found = similar_names("Tartouss", buckets=index)
    assert [each.key for each in found][:2] == ["tartous", "tartus"]
    assert [each.similarity for each in found] == sorted((each.similarity for each in found), reverse=True)


def test_among_many_names_of_one_sound_the_closest_are_compared() -> None:
    crowd = [f"t{a}k{b}r{c}n" for a in "aeiou" for b in "aeiou" for c in "aeiou"]
    assert similar_names("Takkaran", buckets=an_index(*crowd))[0].key == "takaran"


def test_among_many_names_of_another_script_the_closest_are_compared() -> None:
    crowd = [f"т{a}к{b}р{c}н" for a in "аеиоу" for b in "аеиоу" for c in "аеиоу"]
    assert similar_names("Takkaran", buckets=an_index(*crowd))[0].key == "такаран"


def test_limit_is_kept() -> None:
    assert len(similar_names("Tartouss", buckets=an_index("Tartus", "Tartous", "Tirtas"), limit=2)) == 2


def test_a_bound_by_the_length_of_the_sound() -> None:
    strictness = Strictness(at_least={3: 0.9, 5: 0.8}, edits=False)
    assert [strictness.bound(length) for length in (0, 2, 3, 4, 5, 9)] == [None, None, 0.9, 0.9, 0.8, 0.8]


def test_edits_are_insertions_deletions_substitutions_and_exchanges() -> None:
    found = edits("brs")
    assert {"br", "brsk", "bks", "rbs", "kbrs"} <= found
    assert "brs" not in found
    assert "b" not in found


@given(name=st.text(max_size=20))
def test_similarity_lies_between_the_bound_and_one(name: str) -> None:
    found = similar_names(name, buckets=an_index(*KNOWN, name, name + "a"))
    assert all(min(SEARCH.at_least.values()) <= each.similarity <= 1 for each in found)
    assert len(fold(name)) >= SHORTEST_NAME or not found or not name.isascii()
    assert found == similar_names(name, buckets=an_index(*KNOWN, name, name + "a"))


# --- in a gazetteer --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteGazetteer]:
    path = tmp_path_factory.mktemp("mini") / "mini.sqlite"
    build(path, places=[MINI / "places.tsv"], curated=[MINI / "curated.tsv"])
    with SqliteGazetteer(path) as opened:
        yield opened


def test_lookup_falls_back_to_like_names(mini: SqliteGazetteer) -> None:
    (found,) = mini.lookup("Mediterannean Sea")
    assert (found.place.name, found.match) == ("Mediterranean Sea", Match.TRANSLITERATED)


def test_search_finds_what_lookup_does_not(mini: SqliteGazetteer) -> None:
    assert mini.lookup("Istambul") == ()
    assert [each.place.name for each in mini.similar("Istambul")] == ["Istanbul"]


def test_matches_say_how_they_were_found(mini: SqliteGazetteer) -> None:
    assert mini.similar("Zabadanni")[0].match is Match.TRANSLITERATED
    assert mini.similar("Zabadang")[0].match is Match.FUZZY


def test_a_word_for_the_kind_may_stand_beside_a_like_name(mini: SqliteGazetteer) -> None:
    assert mini.similar("Kaboune neighborhood")[0].place.id == "curated:sy-damascus-qaboun"
    assert mini.similar("Kaboune River") == []


def test_a_name_that_is_known_is_not_asked_for_by_its_sound(mini: SqliteGazetteer) -> None:
    assert {each.match for each in mini.lookup("Aleppo")} <= {Match.EXACT, Match.FOLDED, Match.ALTERNATE}


def test_nothing_is_like_no_name(mini: SqliteGazetteer) -> None:
    assert mini.similar("") == []
    assert mini.similar("\ud800") == []
