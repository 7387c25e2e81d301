"""What the base map shows around places: divisions, rivers, lakes, towns, names of waters."""

from __future__ import annotations

import pytest
from builders import a_place

from geomap.exporters.areas import encode_polyline
from geomap.exporters.backdrop import SCALE, backdrop_data
from geomap.gazetteers.sqlite import embedded_path
from geomap.gazetteers.surroundings import surroundings
from geomap.model import Backdrop, Outline, Town

pytestmark = pytest.mark.skipif(not embedded_path().is_file(), reason="the gazetteer is not built")


@pytest.fixture(scope="module")
def around_aleppo() -> Backdrop:
    return surroundings([a_place()])


def test_divisions_are_those_of_the_countries_of_the_places(around_aleppo: Backdrop) -> None:
    assert {each.key[:3] for each in around_aleppo.divisions} == {"SY."}
    assert "Aleppo Governorate" in {each.name for each in around_aleppo.divisions}
    for outline in around_aleppo.divisions:
        for ring in outline.lines:
            assert ring[0] == ring[-1]


def test_neighbors_share_their_border(around_aleppo: Backdrop) -> None:
    rings = {each.key: {point for line in each.lines for point in line} for each in around_aleppo.divisions}
    shared = [one & other for key, one in rings.items() for name, other in rings.items() if key < name]
    assert max(map(len, shared)) > 5


def test_rivers_and_towns_are_near_and_the_largest_towns_everywhere(around_aleppo: Backdrop) -> None:
    assert any("Euphrates" in river.name for river in around_aleppo.rivers)
    assert not any("Amazon" in river.name for river in around_aleppo.rivers)
    names = [town.name for town in around_aleppo.towns]
    assert {"Idlib", "Tokyo"} <= set(names)
    populations = [town.population for town in around_aleppo.towns]
    assert populations == sorted(populations, reverse=True)
    assert "Mediterranean Sea" in {water.name for water in around_aleppo.waters}


def test_without_a_place_there_are_the_capitals_and_the_largest_towns() -> None:
    nothing = surroundings([])
    assert (nothing.divisions, nothing.rivers, nothing.lakes) == ((), (), ())
    assert any(town.capital for town in nothing.towns)


def test_a_world_of_places_stays_small() -> None:
    codes = ("US", "RU", "CN", "BR", "IN", "CA", "ID", "FR", "NG", "SY")
    world = surroundings([a_place(id=code, country_code=code) for code in codes])
    assert sum(len(line) for each in world.divisions for line in each.lines) < 80_000
    assert {each.key[:2] for each in world.divisions} < set(codes)


def test_equal_places_give_equal_surroundings(around_aleppo: Backdrop) -> None:
    assert surroundings([a_place()]) == around_aleppo


def test_places_on_both_sides_of_the_antimeridian_are_near_each_other() -> None:
    east = surroundings([a_place(lat=-17, lon=179.9, country_code="FJ")])
    assert any(town.name == "Suva" for town in east.towns)


def test_the_data_of_a_backdrop_are_plain_lists() -> None:
    line = ((1.0, 2.0), (1.5, 2.5))
    point = ((1.0, 2.0),)
    data = backdrop_data(
        Backdrop(
            rivers=(Outline(key="r", name="River", lines=(line, point)),),
            towns=(Town(name="Town", lat=1.23456, lon=2.0, population=5, capital=True),),
        )
    )
    assert data["rivers"] == [encode_polyline(line, scale=SCALE)]
    assert data["towns"] == [["Town", 1.235, 2.0, 5, 1]]
