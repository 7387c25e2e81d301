"""Questions to the gazetteer: how they are read, and which place answers them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from builders import a_candidate, a_place
from hypothesis import given
from hypothesis import strategies as st

from geomap import lexicon
from geomap.gazetteers.kinds import is_kind, of_kinds, split_kind
from geomap.gazetteers.search import SearchQuery, answer, fits, parse_search, readings, search
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.geo import distance_km
from geomap.model import Candidate, Match, Place

CASES = json.loads((Path(__file__).parent / "data" / "cases" / "search.json").read_text("utf-8"))
WORDS = [
    "near",
    "in",
    "camp",
    "river",
    "the",
    "of",
    ",",
    "(",
    ")",
    "Aleppo",
    "Texas",
    "حلب",
    "Paris",
    "IL",
    "\ud800",
]


class FewNames:
    """A gazetteer that knows its places by their names, and offers them all for any other name."""

    fingerprint = "few"

    def __init__(self, *places: Place) -> None:
        self._places = places

    def lookup(self, name: str, *, limit: int = 50) -> Sequence[Candidate]:
        exact = [each for each in self._places if each.name == name]
        match = Match.EXACT if exact else Match.FUZZY
        found = exact or (self._places if name.isalpha() else ())
        return [a_candidate(place=each, matched_name=each.name, match=match) for each in found][:limit]

    def place(self, place_id: str) -> Place | None:
        return next((each for each in self._places if each.id == place_id), None)

    def ancestors(self, place: Place) -> Sequence[Place]:
        return [each for each in self._places if each.id == place.parent_id]

    def names(self) -> Any:
        raise NotImplementedError

    def geometry(self, place: Place) -> None:
        raise NotImplementedError


SYRIA = a_place(id="t:sy", name="Syria", feature_class="A", feature_code="PCLI")
ALEPPO = a_place(id="t:aleppo", name="Aleppo", parent_id="t:sy")
FEW = FewNames(SYRIA, ALEPPO, a_place(id="t:pa", name="Aleppo", lat=40.6, lon=-80.5, country_code="US"))


def _ids(value: Any) -> str:
    return value if isinstance(value, str) else ""


# --- reading -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "expected"), CASES["parsed"], ids=_ids)
def test_question_is_read(text: str, expected: dict[str, Any]) -> None:
    query = parse_search(text)
    kinds = frozenset(expected.pop("kinds", ()))
    parents = tuple(expected.pop("parents", ()))
    assert kinds <= query.kinds
    assert bool(kinds) == bool(query.kinds)
    assert query == SearchQuery(parents=parents, kinds=query.kinds, **expected)


@given(st.text())
def test_reading_never_raises(text: str) -> None:
    assert isinstance(parse_search(text), SearchQuery)
    assert all(isinstance(query, SearchQuery) for query in readings(text))


@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_no_reading_invents_a_word(words: list[str]) -> None:
    text = " ".join(words)
    for query in readings(text):
        for piece in (query.name, query.near, *query.parents):
            assert piece in text


def test_whole_name_is_read_before_its_parts() -> None:
    first, *_ = readings("Village of Hope, Texas")
    assert first == SearchQuery(name="Village of Hope", parents=("Texas",))


# --- kinds -------------------------------------------------------------------------------------


def test_every_kind_of_the_table_is_a_word() -> None:
    assert [
        each.kind for each in lexicon.features().values() if not is_kind(each.kind.replace("_", " "))
    ] == []


def test_every_generic_word_is_a_kind() -> None:
    assert [word for word in lexicon.generic_words() if not is_kind(word)] == []


@pytest.mark.parametrize("word", ["Aleppo", "near", "", "of", "the"])
def test_other_words_are_no_kinds(word: str) -> None:
    assert not is_kind(word)
    assert split_kind(word) == (word, frozenset())


def test_range_of_mountains_is_a_mountain() -> None:
    name, kinds = split_kind("mountain Sinjar")
    assert name == "Sinjar"
    assert of_kinds(a_place(feature_class="T", feature_code="MTS"), kinds)
    assert not of_kinds(a_place(), kinds)


def test_longest_word_for_a_kind_counts() -> None:
    assert split_kind("Zaatari refugee camp") == ("Zaatari", split_kind("refugee camp")[1])


# --- finding -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "first"), CASES["found"], ids=_ids)
def test_question_is_answered(text: str, first: str, gazetteer: SqliteGazetteer) -> None:
    found = answer(gazetteer, text)
    assert (found.candidates[0].place.id, found.missed, found.similar) == (first, (), False)


@pytest.mark.parametrize(("text", "first", "missed"), CASES["missed"], ids=_ids)
def test_what_is_missed_is_said(text: str, first: str, missed: list[str], gazetteer: SqliteGazetteer) -> None:
    found = answer(gazetteer, text)
    assert (found.candidates[0].place.id, list(found.missed)) == (first, missed)


@pytest.mark.parametrize("text", CASES["nothing"])
def test_nothing_is_found(text: str, gazetteer: SqliteGazetteer) -> None:
    found = answer(gazetteer, text)
    assert found.similar or not found.candidates


def test_camps_near_a_town_are_all_camps_and_the_nearest_comes_first(gazetteer: SqliteGazetteer) -> None:
    goma = search(gazetteer, "Goma", limit=1)[0].place
    found = [each.place for each in search(gazetteer, "camp near Goma")]
    distances = [distance_km(place.point, goma.point) for place in found]
    assert len(found) >= 3
    assert {place.feature_code for place in found} <= {"CMP", "CMPRF"}
    assert distances == sorted(distances)


def test_camps_in_a_country_lie_in_it(gazetteer: SqliteGazetteer) -> None:
    found = search(gazetteer, "refugee camp in Lebanon", limit=20)
    assert len(found) >= 5
    assert {each.place.country_code for each in found} == {"LB"}


def test_village_near_a_town_needs_no_name(gazetteer: SqliteGazetteer) -> None:
    found = search(gazetteer, "village near Kobane", limit=5)
    assert [each.place.feature_class for each in found] == ["P"] * 5


def test_limit_holds(gazetteer: SqliteGazetteer) -> None:
    assert len(search(gazetteer, "Springfield", limit=3)) == 3
    assert len(search(gazetteer, "Springfield, USA", limit=3)) == 3


def test_namesakes_in_a_country_all_fit(gazetteer: SqliteGazetteer) -> None:
    found = search(gazetteer, "Springfield, USA", limit=50)
    assert len(found) > 10
    assert {each.place.country_code for each in found} == {"US"}


def test_code_of_another_place_comes_before_a_name_that_is_written_otherwise() -> None:
    town = a_place(id="t:alp", name="Alp")
    airport = a_place(id="t:airport", name="Aleppo Airport")

    class Coded(FewNames):
        def lookup(self, name: str, *, limit: int = 50) -> Sequence[Candidate]:
            alike = [a_candidate(place=town, matched_name="Alp", match=Match.FOLDED)]
            return alike[:limit] if name.casefold() == "alp" else []

        def by_code(self, code: str) -> Sequence[Place]:
            return [airport] if code.upper() == "ALP" else []

    gazetteer = Coded(town, airport)
    assert [each.place.id for each in search(gazetteer, "ALP")] == ["t:airport", "t:alp"]
    assert [each.place.id for each in search(gazetteer, "Alp")] == ["t:alp", "t:airport"]


def test_parent_may_be_named_by_its_id() -> None:
    assert [each.place.id for each in search(FEW, "Aleppo, t:sy")] == ["t:aleppo"]


def test_names_alike_are_told_from_names_that_are_there() -> None:
    found = answer(FEW, "Alepo")
    assert found.similar
    assert len(found.candidates) == 3


def test_names_alike_are_sifted_too() -> None:
    found = answer(FEW, "Alepo, Syria")
    assert found.similar
    assert (found.query.name, [each.place.id for each in found.candidates]) == ("Alepo", ["t:aleppo"])


def test_gazetteer_without_a_survey_knows_nothing_near() -> None:
    assert answer(FEW, "camp near Aleppo").candidates == ()


def test_place_fits_what_is_asked_beside_its_name() -> None:
    assert fits(FEW, SearchQuery(parents=("Syria",), kinds=frozenset({"P"})), ALEPPO)
    assert not fits(FEW, SearchQuery(parents=("Syria",), kinds=frozenset({"A"})), ALEPPO)
    assert not fits(FEW, SearchQuery(near="Aleppo"), a_place(id="t:far", lat=-40.0, lon=170.0))


@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from(WORDS), max_size=10).map(" ".join)))
def test_search_never_raises(gazetteer: SqliteGazetteer, text: str) -> None:
    found = answer(gazetteer, text, limit=3)
    assert len(found.candidates) <= 3
    assert found.candidates or not found.missed
