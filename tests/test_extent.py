"""How exactly a place says where something is, and how far around its point: every kind, none at 0 km."""

from __future__ import annotations

import math
import sqlite3
from collections import defaultdict
from contextlib import closing
from importlib import resources
from statistics import median

import pytest
from builders import a_place, a_sighting, an_area
from hypothesis import given
from hypothesis import strategies as st

from geomap import lexicon
from geomap.gazetteers.rows import parse_bbox
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.model import (
    BBox,
    Match,
    Place,
    Point,
    Precision,
    extent,
    precision_of,
    reach_km,
    settlement_radius_km,
)


def a_kind(kind: str, **overrides: object) -> Place:
    """Make a place of a class and a code such as "P.PPLC", of which nothing else is known."""
    feature_class, _, feature_code = kind.partition(".")
    values = {"feature_class": feature_class, "feature_code": feature_code, "population": 0}
    return a_place(**values | overrides)


@pytest.mark.parametrize(
    ("kind", "precision"),
    [
        ("P.PPL", Precision.TOWN),
        ("P.PPLC", Precision.TOWN),
        ("P.PPLQ", Precision.TOWN),
        ("P.PPLX", Precision.NEIGHBORHOOD),
        ("L.DEVH", Precision.NEIGHBORHOOD),
        ("A.ADM1", Precision.ADM1),
        ("A.ADM1H", Precision.ADM1),
        ("A.ADM2", Precision.ADM2),
        ("A.ADM5", Precision.ADM2),
        ("A.ADMD", Precision.ADM2),
        ("A.PCLI", Precision.COUNTRY),
        ("A.PCLS", Precision.COUNTRY),
        ("A.PCLH", Precision.COUNTRY),
        ("A.TERR", Precision.COUNTRY),
        ("A.ZNB", Precision.REGION),
        ("L.RGN", Precision.REGION),
        ("L.RGNE", Precision.REGION),
        ("L.CONT", Precision.REGION),
        ("H.OCN", Precision.REGION),
        ("H.STM", Precision.REGION),
        ("H.LK", Precision.REGION),
        ("T.ISL", Precision.REGION),
        ("T.MTS", Precision.REGION),
        ("T.MT", Precision.EXACT),
        ("L.PRT", Precision.EXACT),
        ("L.PRK", Precision.REGION),
        ("S.AIRP", Precision.EXACT),
        ("S.CMPRF", Precision.EXACT),
        ("S.BLDG", Precision.EXACT),
        ("R.RDJCT", Precision.EXACT),
        ("R.HWY", Precision.REGION),
        (".", Precision.REGION),
        ("X.NEW", Precision.REGION),
    ],
)
def test_a_kind_has_its_precision(kind: str, precision: Precision) -> None:
    assert precision_of(a_kind(kind)) is precision


@pytest.mark.parametrize(
    ("kind", "radius_km", "precision"),
    [
        ("T.ISL", 3.0, Precision.EXACT),
        ("T.ISL", 5.1, Precision.REGION),
        ("H.LK", 2.0, Precision.EXACT),
        ("L.PRK", 40.0, Precision.REGION),
        ("S.CMPRF", 12.0, Precision.EXACT),
        ("S.DIKE", 70.0, Precision.REGION),
        ("R.RD", 2.0, Precision.EXACT),
        ("R.RD", 200.0, Precision.REGION),
        ("T.MT", 12.0, Precision.EXACT),
        ("T.MT", 30.0, Precision.REGION),
        ("P.PPLC", 38.0, Precision.TOWN),
        ("A.PCLI", 0.8, Precision.COUNTRY),
    ],
)
def test_the_size_tells_a_spot_from_a_stretch_where_the_kind_does_not(
    kind: str, radius_km: float, precision: Precision
) -> None:
    assert precision_of(a_kind(kind, radius_km=radius_km)) is precision


def test_every_code_that_geomap_knows_has_a_precision_and_a_reach() -> None:
    for feature in lexicon.features().values():
        place = a_kind(f"{feature.feature_class}.{feature.code}")
        assert precision_of(place) is not Precision.RELATIVE
        assert reach_km(place) > 0


def test_every_code_named_here_is_one_of_geonames() -> None:
    named = {*extent._BY_CODE, *extent._SPOTS, *extent._LINES}
    assert named - set(lexicon.features()) == set()


def test_the_reach_is_what_the_gazetteer_says() -> None:
    assert reach_km(a_place(radius_km=7.5)) == 7.5


def test_the_reach_of_a_box_is_that_of_a_circle_of_its_size() -> None:
    box = BBox(west=37, south=-0.5, east=38, north=0.5)
    assert reach_km(a_kind("L.RGN", bbox=box)) == pytest.approx(111.2 / math.sqrt(math.pi))
    across = BBox(west=179.5, south=-0.5, east=-179.5, north=0.5)
    assert reach_km(a_kind("L.RGN", bbox=across)) == pytest.approx(111.2 / math.sqrt(math.pi))


def test_the_reach_of_a_town_is_that_of_its_people() -> None:
    assert reach_km(a_place(population=1_602_264)) == settlement_radius_km(1_602_264)
    assert reach_km(a_place(population=1_602_264)) == pytest.approx(11.3, abs=0.1)


def test_the_people_of_a_province_say_nothing_of_its_reach() -> None:
    assert reach_km(a_kind("A.ADM1", population=5_000_000)) == reach_km(a_kind("A.ADM1"))


@given(
    st.sampled_from(sorted(lexicon.features())),
    st.integers(0, 10**9),
    st.floats(0, 5000),
    st.one_of(
        st.none(),
        st.builds(
            BBox,
            west=st.floats(-180, 180), east=st.floats(-180, 180),
            south=st.floats(-90, 90), north=st.floats(-90, 90),
        ),
    ),
)  # fmt: skip
def test_no_reach_is_ever_0(code: str, population: int, radius_km: float, bbox: BBox | None) -> None:
    kind = f"{lexicon.feature(code).feature_class}.{code}"
    place = a_kind(kind, population=population, radius_km=radius_km, bbox=bbox)
    assert 0 < reach_km(place) < 20_000


def test_a_sighting_in_an_area_is_relative_and_as_wide_as_the_area() -> None:
    sighting = a_sighting(area=an_area(km2=math.pi * 100))
    assert sighting.precision is Precision.RELATIVE
    assert sighting.radius_km == pytest.approx(10)
    assert sighting.place.point == a_place().point


def test_a_sighting_without_an_area_is_as_exact_as_its_place() -> None:
    sighting = a_sighting(place=a_place(radius_km=3))
    assert (sighting.precision, sighting.radius_km) == (Precision.TOWN, 3)


def test_a_place_that_stands_in_for_another_says_only_where_about_it_lies() -> None:
    for radius_km, around in ((3, extent.AROUND_KM), (300, 300)):
        sighting = a_sighting(place=a_place(radius_km=radius_km), match=Match.WITHIN)
        assert (sighting.precision, sighting.radius_km) == (Precision.RELATIVE, around)


def test_an_area_of_no_size_leaves_the_radius_of_the_place() -> None:
    assert a_sighting(place=a_place(radius_km=3), area=an_area(km2=0.0)).radius_km == 3


@pytest.mark.slow
def test_the_usual_radii_are_the_medians_of_the_gazetteer() -> None:
    known: dict[Precision, list[float]] = defaultdict(list)
    path = resources.files("geomap.gazetteers").joinpath("embedded.sqlite")
    rows = "SELECT feature_class, feature_code, population, radius_km, bbox FROM place"
    with closing(sqlite3.connect(str(path))) as connection:
        for feature_class, code, population, radius_km, box in connection.execute(rows):
            place = Place(
                id="", name="", point=Point(lat=0, lon=0), feature_class=feature_class, feature_code=code,
                population=population, radius_km=radius_km, bbox=parse_bbox(box),
            )  # fmt: skip
            radius = extent._known_km(place)
            if radius:
                known[precision_of(place)].append(radius)
    assert {
        precision: float(f"{median(radii):.2g}") for precision, radii in known.items()
    } == extent._USUAL_KM


@pytest.mark.parametrize(
    ("name", "precision", "within"),
    [
        ("Damascus", Precision.TOWN, (5, 40)),
        ("Syria", Precision.COUNTRY, (200, 300)),
        ("Euphrates", Precision.REGION, (100, 2000)),
        ("Aleppo Governorate", Precision.ADM1, (30, 150)),
        ("Sahel", Precision.REGION, (500, 4000)),
        ("Kansas", Precision.ADM1, (150, 350)),
    ],
)
def test_well_known_places(
    gazetteer: SqliteGazetteer, name: str, precision: Precision, within: tuple[float, float]
) -> None:
    place = gazetteer.lookup(name)[0].place
    assert precision_of(place) is precision
    assert within[0] <= reach_km(place) <= within[1]
