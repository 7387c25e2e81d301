"""Facts of the place table that the recipe made: languages, codes, further sources."""

from __future__ import annotations

import lzma
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from geomap import lexicon
from geomap.text import fold

TABLE = Path(__file__).resolve().parent.parent / "gazetteer" / "data" / "places.tsv.xz"
pytestmark = pytest.mark.skipif(not TABLE.is_file(), reason="the place table is not here")
Cells = Mapping[str, str]


@pytest.fixture(scope="module")
def places() -> dict[str, Cells]:
    header, *lines = lzma.decompress(TABLE.read_bytes()).decode("utf-8").splitlines()
    columns = header.split("\t")
    assert columns[-2:] == ["names", "codes"]
    rows = (dict(zip(columns, line.split("\t"), strict=True)) for line in lines)
    return {row["id"]: row for row in rows}


@pytest.mark.parametrize(("place_id", "name"), [
    ("geonames:170063", "حلب@ar"),
    ("geonames:170063", "Alep@fr"),
    ("geonames:703448", "Київ@uk"),
    ("geonames:163843", "Сирия@ru"),
    ("geonames:112931", "تهران@fa"),
    ("geonames:293397", "תל אביב@he"),
    ("geonames:1816670", "Pekín@es"),
])  # fmt: skip
def test_name_carries_its_language(places: dict[str, Cells], place_id: str, name: str) -> None:
    assert name in places[place_id]["names"].split("|")


def test_every_tag_is_well_formed_and_no_name_stands_twice(places: dict[str, Cells]) -> None:
    tag = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?")
    for row in places.values():
        names = [each.partition("@") for each in filter(None, row["names"].split("|"))]
        assert all(tag.fullmatch(language) for _, sign, language in names if sign), row["id"]
        assert len({text for text, _, _ in names}) == len(names), row["id"]


@pytest.mark.parametrize(("place_id", "code"), [
    ("geonames:163843", "iso3166-1-alpha3=SYR"),
    ("geonames:163843", "iso3166-1-numeric=760"),
    ("geonames:170062", "iso3166-2=SY-HL"),
    ("geonames:4736286", "fips=48"),
    ("geonames:4696376", "fips=48201"),
    ("geonames:4736286", "wikidata=Q1439"),
    ("curated:sy-aleppo-airport", "icao=OSAP"),
    ("curated:us-lax", "iata=LAX"),
])  # fmt: skip
def test_code_is_known(places: dict[str, Cells], place_id: str, code: str) -> None:
    assert code in places[place_id]["codes"].split("|")


def test_no_place_has_two_codes_of_one_scheme(places: dict[str, Cells]) -> None:
    for row in places.values():
        schemes = [code.partition("=")[0] for code in filter(None, row["codes"].split("|"))]
        assert len(set(schemes)) == len(schemes), row["id"]


@pytest.mark.parametrize(("name", "code", "country", "admin1"), [
    ("Harwinton", "PPL", "US", "CT"),
    ("Readington", "PPL", "US", "NJ"),
    ("Rocky Mountain National Park", "PRK", "US", "CO"),
    ("Oodnadatta", "PPL", "AU", "05"),
    ("Djerba Zarzis International Airport", "AIRP", "TN", "28"),
])  # fmt: skip
def test_further_place_is_there(
    places: dict[str, Cells], name: str, code: str, country: str, admin1: str
) -> None:
    kind = (code, country, admin1)
    keys = ("feature_code", "country_code", "admin1_code")
    assert [
        row["id"] for row in places.values() if row["name"] == name and tuple(row[k] for k in keys) == kind
    ]


def test_no_further_town_of_unknown_population_is_called_by_an_english_word(places: dict[str, Cells]) -> None:
    words = lexicon.word_list("words.txt.xz")
    towns = [row for row in places.values() if row["id"].startswith("postal:")]
    assert len(towns) > 10_000
    assert [row["id"] for row in towns if fold(row["name"]) in words] == []


def test_every_parent_is_a_place(places: dict[str, Cells]) -> None:
    further = [row for row in places.values() if row["id"].startswith(("postal:", "airport:", "park:"))]
    assert [row["id"] for row in further if row["parent"] and row["parent"] not in places] == []
