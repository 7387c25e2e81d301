"""What articles are about: their countries and main places, case by case and as floors."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import a_mention, a_place, a_resolution, a_sighting, an_article
from hypothesis import given
from hypothesis import strategies as st

from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.geoparser import Geoparser
from geomap.model import Focus, GeoparsedArticle, Match, Place, Role, Sighting, ToponymType
from geomap.resolvers.focus import focus_of

CASES = json.loads((Path(__file__).parent / "data" / "cases" / "focus.json").read_text("utf-8"))["cases"]
COUNTRIES_FLOOR, MAIN_FLOOR = 0.94, 0.9
"""Of all cases; .967 and .933 when this was written, and of the unseen ones alone .95 and .9."""

SYRIA = a_place(id="sy", name="Syria", lat=35, lon=38, feature_class="A", feature_code="PCLI", radius_km=300)
TURKEY = a_place(
    id="tr", name="Turkey", lat=39, lon=35, feature_class="A", feature_code="PCLI", country_code="TR"
)
PROVINCE = a_place(id="sy-hl", name="Aleppo Governorate", feature_class="A", feature_code="ADM1")
ALEPPO = a_place(id="aleppo", radius_km=9)
AZAZ = a_place(id="azaz", name="Azaz", lat=36.586, lon=37.044, feature_code="PPL", population=31_000)
RAQQA = a_place(id="raqqa", name="Raqqa", lat=35.95, lon=39.01)
HOMS = a_place(id="homs", name="Homs", lat=34.73, lon=36.71)
SUBURB = a_place(id="suburb", name="Suburb", lat=36.15, lon=37.2, feature_code="PPL", population=0)
SEA = a_place(id="sea", name="Sea", lat=35, lon=34, feature_class="H", feature_code="SEA", country_code="")
ABOVE = {"aleppo": (PROVINCE, SYRIA), "azaz": (PROVINCE, SYRIA), "raqqa": (SYRIA,), "homs": (SYRIA,)} | {
    "sy-hl": (SYRIA,),
    "suburb": (SYRIA,),
}
_TEXT = "x" * 10_000


def ancestors(place: Place) -> Sequence[Place]:
    return ABOVE.get(place.id, ())


def sighted(
    place: Place, *, start: int = 0, confidence: float = 1.0, role: Role = Role.MENTIONED, **mention: Any
) -> Sighting:
    """Sight a place at an offset of a long text."""
    found = a_mention(start=start, end=start + 1, text="x", **mention)
    return Sighting(
        article=an_article(text=_TEXT),
        resolution=a_resolution(mention=found, place=place, confidence=confidence),
        place=place,
        sentence="x",
        sentence_start=start,
        country={"SY": "Syria", "TR": "Turkey"}.get(place.country_code, ""),
        role=role,
    )


def shares(focus: Focus) -> dict[str, float]:
    return {each.code: each.share for each in focus.countries}


def focus(*sightings: Sighting) -> Focus:
    return focus_of(sightings, ancestors)


# --- cases -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def parsed(geoparser: Geoparser) -> dict[str, GeoparsedArticle]:
    return {
        case["name"]: geoparser.parse(
            an_article(id=case["name"], title=case["title"], text=case["text"], source=None, url=None)
        )
        for case in CASES
    }


def countries_fit(case: dict[str, Any], found: Focus) -> bool:
    wanted = case["countries"]
    if wanted is None:
        return True
    codes = [each.code for each in found.countries]
    if not wanted:
        return not codes
    head = codes[: len(wanted)]
    return sorted(head) == sorted(wanted) if case.get("any_order") else head == wanted


def main_fits(case: dict[str, Any], found: Focus) -> bool:
    return found.place_name in case["main"]


def test_there_are_many_cases_with_negatives() -> None:
    assert len(CASES) >= 40
    assert len({case["name"] for case in CASES}) == len(CASES)
    assert sum(case["main"][0] == "" for case in CASES) >= 5
    assert sum(case.get("unseen", False) for case in CASES) >= 15


@pytest.mark.parametrize("unseen", [False, True], ids=["all", "unseen"])
def test_countries_and_main_places_of_the_cases(*, parsed: dict[str, GeoparsedArticle], unseen: bool) -> None:
    asked = [case for case in CASES if case.get("unseen") or not unseen]
    wrong_countries = [each["name"] for each in asked if not countries_fit(each, parsed[each["name"]].focus)]
    wrong_main = [each["name"] for each in asked if not main_fits(each, parsed[each["name"]].focus)]
    assert len(wrong_countries) <= (1 - COUNTRIES_FLOOR) * len(asked) + 0.5, wrong_countries
    assert len(wrong_main) <= (1 - MAIN_FLOOR) * len(asked) + 0.5, wrong_main


@pytest.mark.parametrize(
    "name",
    [
        "conflict_suburbs_of_one_city",
        "conflict_cities_of_one_country",
        "diplomacy_two_countries",
        "no_place_at_all",
        "region_without_government",
    ],
)
def test_plain_cases_are_right(name: str, parsed: dict[str, GeoparsedArticle]) -> None:
    (case,) = (case for case in CASES if case["name"] == name)
    assert countries_fit(case, parsed[name].focus)
    assert parsed[name].focus.place_name == case["main"][0]


def test_a_focus_takes_milliseconds_even_on_a_busy_machine(
    parsed: dict[str, GeoparsedArticle], gazetteer: SqliteGazetteer
) -> None:
    def seconds() -> float:
        start = time.process_time()
        for each in parsed.values():
            focus_of(each.sightings, gazetteer.ancestors)
        return time.process_time() - start

    assert min(seconds() for _ in range(3)) / len(parsed) < 0.005


# --- countries -------------------------------------------------------------------------------


def test_nothing_sighted_is_no_focus() -> None:
    assert focus() == Focus()


def test_one_place_is_all() -> None:
    found = focus(sighted(ALEPPO, confidence=0.8))
    assert shares(found) == {"SY": 1.0}
    assert (found.place_id, found.place_name, found.weight) == ("aleppo", "Aleppo", 0.8)
    assert found.countries[0].name == "Syria"


def test_a_country_of_several_places_outweighs_one_that_is_named_often() -> None:
    found = focus(
        *(sighted(TURKEY) for _ in range(5)), *(sighted(each) for each in (ALEPPO, RAQQA, HOMS, AZAZ))
    )
    assert list(shares(found)) == ["SY", "TR"]


def test_literal_mentions_weigh_more_than_associative_ones() -> None:
    found = focus(sighted(RAQQA), sighted(TURKEY, type=ToponymType.METONYMY))
    assert shares(found) == {"SY": 0.8, "TR": 0.2}


def test_a_homonym_weighs_nothing() -> None:
    assert focus(sighted(TURKEY, type=ToponymType.HOMONYM)) == Focus()


def test_the_title_weighs_more_than_the_text_and_the_lead_more_than_the_end() -> None:
    by_title = shares(focus(sighted(RAQQA), sighted(TURKEY, field="title")))
    by_lead = shares(focus(sighted(RAQQA), sighted(TURKEY, start=5000)))
    assert by_title["TR"] > 0.5 > by_lead["TR"]


def test_a_dateline_weighs_less() -> None:
    assert shares(focus(sighted(RAQQA), sighted(TURKEY, dateline=True)))["TR"] < 0.3


def test_where_something_happened_weighs_more_than_where_it_was_said() -> None:
    found = shares(focus(sighted(RAQQA, role=Role.EVENT), sighted(TURKEY, role=Role.ORIGIN)))
    assert found == {"SY": 0.75, "TR": 0.25}


def test_doubtful_places_weigh_less() -> None:
    assert shares(focus(sighted(RAQQA, confidence=0.9), sighted(TURKEY, confidence=0.1))) == {
        "SY": 0.9,
        "TR": 0.1,
    }


def test_a_place_that_stands_in_for_another_counts_for_less_than_a_name() -> None:
    named = sighted(TURKEY)
    nearby = replace(named, resolution=replace(named.resolution, match=Match.WITHIN))
    assert shares(focus(sighted(SYRIA), nearby)) == {"SY": 0.6667, "TR": 0.3333}


def test_equal_shares_go_by_code() -> None:
    assert list(shares(focus(sighted(TURKEY), sighted(SYRIA)))) == ["SY", "TR"]


def test_a_sea_is_in_no_country() -> None:
    found = focus(sighted(SEA), sighted(SEA, start=9), sighted(ALEPPO))
    assert shares(found) == {"SY": 1.0}
    assert found.place_name == "Sea"


# --- main place ------------------------------------------------------------------------------


def test_cities_of_a_country_have_the_country_as_main_place_even_if_it_is_not_named() -> None:
    assert focus(sighted(ALEPPO), sighted(RAQQA), sighted(HOMS)).place_name == "Syria"


def test_towns_of_a_province_have_the_province() -> None:
    assert focus(sighted(ALEPPO), sighted(AZAZ), sighted(TURKEY)).place_name == "Aleppo Governorate"


def test_a_suburb_belongs_to_its_city() -> None:
    assert focus(sighted(ALEPPO), sighted(SUBURB), sighted(SUBURB), sighted(HOMS)).place_name == "Suburb"
    assert focus(sighted(ALEPPO), sighted(SUBURB), sighted(ALEPPO), sighted(HOMS)).place_name == "Aleppo"


def test_a_city_with_its_country_is_the_city() -> None:
    assert focus(sighted(ALEPPO), sighted(SYRIA)).place_name == "Aleppo"


def test_a_city_in_passing_is_not_the_main_place_of_a_country() -> None:
    assert focus(sighted(ALEPPO), *(sighted(SYRIA) for _ in range(5))).place_name == "Syria"


def test_of_two_countries_neither_is_the_main_place() -> None:
    found = focus(sighted(TURKEY), sighted(SYRIA))
    assert (found.place_id, found.place_name, found.weight) == ("", "", 0.0)


def test_who_speaks_is_a_country_and_no_city() -> None:
    said = ToponymType.METONYMY
    assert focus(sighted(ALEPPO, type=said), sighted(ALEPPO, type=said)).place_name == "Syria"


def test_five_thousand_places_take_bounded_time() -> None:
    many = [
        sighted(a_place(id=f"p{number}", lat=number / 100, lon=number / 50, radius_km=5), start=number)
        for number in range(5000)
    ]
    start = time.process_time()
    found = focus(*many)
    assert time.process_time() - start < 2
    assert shares(found) == {"SY": 1.0}


# --- laws ------------------------------------------------------------------------------------


@given(
    st.lists(
        st.builds(
            sighted,
            st.sampled_from([SYRIA, TURKEY, PROVINCE, ALEPPO, AZAZ, RAQQA, HOMS, SUBURB, SEA]),
            start=st.integers(0, 9000),
            confidence=st.floats(0, 1),
            type=st.sampled_from(ToponymType),
            dateline=st.booleans(),
        ),
        max_size=12,
    )
)
def test_shares_are_shares_and_the_order_of_sightings_does_not_matter(sightings: list[Sighting]) -> None:
    found = focus(*sightings)
    values = [each.share for each in found.countries]
    assert all(0 < value <= 1 for value in values)
    assert values == sorted(values, reverse=True)
    assert not values or abs(sum(values) - 1) < 0.001
    assert 0 <= found.weight <= 1
    assert bool(found.place_id) == bool(found.place_name)
    again = focus(*reversed(sightings))
    assert [each.code for each in again.countries] == [each.code for each in found.countries]
    assert again.place_id == found.place_id


def test_a_parsed_article_has_a_focus(geoparser: Geoparser) -> None:
    found = geoparser.parse("Shells fell on Jobar and Qaboun, people in Damascus said.").focus
    assert (found.place_name, found.countries[0].name) == ("Damascus", "Syria")


def test_sightings_of_the_builders_have_a_focus() -> None:
    assert focus(a_sighting()).countries[0].code == "SY"
