"""The rules by which the recipe takes places and names from its sources."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("shapely")
RECIPE = Path(__file__).resolve().parent.parent / "gazetteer" / "recipe"
TABLES = RECIPE.parent.parent / "geomap" / "tables"


def recipe(name: str) -> ModuleType:
    """Import a module of the recipe, whose modules import each other by bare names."""
    sys.path.insert(0, str(RECIPE))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(RECIPE))


@pytest.mark.parametrize(
    ("name", "city", "display"),
    [
        ("Edwards Afb Airport", "Edwards", "Edwards Air Force Base"),
        ("Jacksonville Nas (Towers Field) Airport", "Jacksonville", "Naval Air Station Jacksonville"),
        ("Djerba Zarzis International Airport", "Djerba", "Djerba Zarzis International Airport"),
        ("RAF Mona", "Holyhead Island", "RAF Mona"),
        ("Lowell", "Anchor Point", "Lowell Airport"),
    ],
)
def test_airport_is_spelled_as_texts_do(name: str, city: str, display: str) -> None:
    assert recipe("airports").airport_names(name, city, alone=False)[0] == display


def test_only_airport_of_a_city_is_the_citys_airport() -> None:
    airports = recipe("airports")
    assert "Bologna Airport" in airports.airport_names("Borgo Panigale Airport", "Bologna", alone=True)[1]
    assert "London Airport" not in airports.airport_names("London Gatwick Airport", "London", alone=False)[1]


def test_airport_is_found_without_its_city_and_without_its_rank() -> None:
    display, aliases = recipe("airports").airport_names(
        "Chicago Midway International Airport", "Chicago", alone=False
    )
    assert display == "Chicago Midway International Airport"
    assert {"Midway International Airport", "Chicago Midway Airport"} <= set(aliases)


def test_no_airport_is_called_international_airport() -> None:
    aliases = recipe("airports").airport_names(
        "Charleston AFB/International Airport", "Charleston", alone=True
    )[1]
    assert "International Airport" not in aliases


def test_park_and_preserve_is_a_park() -> None:
    assert recipe("parks").park_names("Denali National Park & Preserve") == (
        "Denali National Park and Preserve", ["Denali National Park"],
    )  # fmt: skip
    assert (
        recipe("parks").park_names("Statue Of Liberty National Monument")[0]
        == "Statue of Liberty National Monument"
    )


@pytest.mark.parametrize(("name", "word", "phrase", "person"), [
    ("Early", True, True, False),
    ("State Road", False, True, False),
    ("Grant", True, True, True),
    ("Harwinton", False, False, False),
    ("Aleppo", False, False, False),
])  # fmt: skip
def test_words_and_persons_are_told(name: str, word: bool, phrase: bool, person: bool) -> None:  # noqa: FBT001
    ordinary = recipe("ordinary").read_ordinary(TABLES)
    assert (ordinary.is_word(name), ordinary.is_phrase(name)) == (word, phrase)
    assert ordinary.is_person(name) or not person


@pytest.mark.parametrize(("name", "key"), [
    ("The Hague", "hague"), ("St. Louis", "saint louis"), ("O'Fallon", "ofallon"),
    ("Ft. Worth", "fort worth"), ("Ghōr", "ghor"),
])  # fmt: skip
def test_names_are_compared_folded(name: str, key: str) -> None:
    assert recipe("known").key_of(name) == key


def _place(**cells: object) -> object:
    given = {"id": "geonames:1", "name": "Alder", "lat": 40.0, "lon": -80.0, "feature_class": "P",
             "feature_code": "PPL", "country_code": "US", "admin1_code": "PA"}  # fmt: skip
    return recipe("table").Row(**{**given, **cells})


def test_namesake_is_the_nearest_one_within_reach() -> None:
    index = recipe("known").Known()
    index.add([_place(), _place(id="geonames:2", lat=41.0)])
    found = index.namesake("ALDER", 40.9, -80.0, within_km=40.0, kinds="P")
    assert found.id == "geonames:2"
    assert index.namesake("Alder", 45.0, -80.0, within_km=40.0, kinds="P") is None
    assert index.namesake("Alder", 40.0, -80.0, within_km=40.0, kinds="S") is None


def test_nearest_town_is_of_the_same_country() -> None:
    index = recipe("known").Known()
    index.add([_place(), _place(id="geonames:2", lat=40.2, country_code="CA")])
    assert index.nearest(40.2, -80.0, "US", within_km=50.0).id == "geonames:1"
    assert index.nearest(40.2, -80.0, "MX", within_km=50.0) is None


def test_county_has_its_bare_name_unless_it_is_a_word_or_a_new_persons_name() -> None:
    index, ordinary = recipe("known").Known(), recipe("ordinary").read_ordinary(TABLES)
    index.add([_place(name="Clay"), _place(id="geonames:2", name="Jackson")])
    rows = [
        _place(id=f"geonames:{number}", name=f"{name} County", feature_class="A", feature_code="ADM2")
        for number, name in enumerate(("Gwinnett", "Clay", "Jackson", "Wilkinson"), start=3)
    ]
    named = recipe("counties").with_bare_names(rows, index, ordinary)
    assert [row.names for row in named] == [("Gwinnett",), (), ("Jackson",), ()]


def _tagged(row: object, *, new: dict[str, object], other: dict[str, object]) -> tuple[str, ...]:
    languages, ordinary = recipe("languages"), recipe("ordinary").read_ordinary(TABLES)
    spoken = {"SY": ("ar", "ku"), "US": ("en", "es")}
    (done,) = languages.tagged([row], new=new, other=other, languages=spoken, ordinary=ordinary)
    return tuple(done.names)


def test_name_carries_its_language() -> None:
    row = _place(name="Aleppo", country_code="SY", names=("Alep", "Halab", "حلب"))
    told = {"geonames:1": [("ar", "حلب"), ("fr", "Alep")]}
    assert _tagged(row, new=told, other={}) == ("Alep@fr", "Halab", "حلب@ar")


def test_language_of_the_country_comes_first() -> None:
    row = _place(name="Aleppo", country_code="SY", names=("حلب",))
    assert _tagged(row, new={"geonames:1": [("fa", "حلب"), ("ar", "حلب")]}, other={}) == ("حلب@ar",)


def test_lacking_name_is_added_but_no_word_and_none_of_a_mere_teller() -> None:
    row = _place(name="Aleppo", country_code="SY")
    new = {"geonames:1": [("tr", "Halep"), ("fr", "Early"), ("it", "Il")]}
    assert _tagged(row, new=new, other={"geonames:1": [("de", "Berrohe")]}) == ("Halep@tr",)


def test_native_spelling_stands_beside_a_plain_display_name() -> None:
    row = _place(name="San Jose", country_code="US")
    assert _tagged(row, new={"geonames:1": [("es", "San José")]}, other={}) == ("San José@es",)
    assert _tagged(row, new={"geonames:1": [("fr", "San José")]}, other={}) == ()


@pytest.mark.parametrize(("name", "country", "shown"), [
    ("Nizhniy Novgorod", "RU", "Nizhny Novgorod"),
    ("Al'met'yevsk", "RU", "Almetyevsk"),
    ("Kryvyy Rih", "UA", "Kryvyi Rih"),
    ("Qo'qon", "UZ", "Qo'qon"),
    ("Gyumri", "AM", "Gyumri"),
])  # fmt: skip
def test_russian_and_ukrainian_endings_are_plain(name: str, country: str, shown: str) -> None:
    assert recipe("names").display_name(name, None, country) == shown
