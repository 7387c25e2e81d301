"""The gazetteer as a geocoder of geopy, and the nearest populated places that it stands on."""

from __future__ import annotations

import gc
import inspect
import json
import math
import random
import re
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopy.geocoders
import numpy as np
import pytest
from geopandas.tools import geocode as geopandas_geocode
from geopandas.tools import reverse_geocode as geopandas_reverse_geocode
from geopy.distance import great_circle
from geopy.exc import ConfigurationError, GeocoderQueryError, GeocoderUnavailable
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders.base import Geocoder
from geopy.location import Location
from geopy.point import Point as GeopyPoint
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point as ShapelyPoint

from geomap.errors import GazetteerNotFound
from geomap.gazetteers import geocoder as module
from geomap.gazetteers.geocoder import GazetteerGeocoder
from geomap.gazetteers.nearby import box_around, radii_km
from geomap.gazetteers.sqlite import SqliteGazetteer, embedded_path
from geomap.geo import distance_km
from geomap.model import Point

FORMER = {"PPLCH", "PPLH", "PPLQ", "PPLW"}


@dataclass(frozen=True, slots=True)
class Towns:
    """All populated places that are still there; `on_sphere` are their unit vectors."""

    ids: list[str]
    points: list[tuple[float, float]]
    on_sphere: np.ndarray

    def nearest(self, point: Point, *, limit: int, max_km: float) -> list[str]:
        """Return the ids of the nearest ones by geopy's great circle, among the 300 of the shortest chord."""
        here = (point.lat, point.lon)
        chosen = np.argsort(-(self.on_sphere @ unit_vectors([here])[0]))[:300]
        measured = sorted((great_circle(here, self.points[at]).km, self.ids[at]) for at in chosen)
        return [id_ for km, id_ in measured if km <= max_km][:limit]


def unit_vectors(points: list[tuple[float, float]]) -> np.ndarray:
    lat, lon = np.radians(np.array(points)).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


@pytest.fixture(scope="module")
def geocoder(gazetteer: SqliteGazetteer) -> GazetteerGeocoder:
    return GazetteerGeocoder(gazetteer)


@pytest.fixture(scope="module")
def towns() -> Towns:
    connection = sqlite3.connect(embedded_path())
    rows = connection.execute(
        "SELECT id, lat, lon, feature_code FROM place WHERE feature_class = 'P' ORDER BY id"
    ).fetchall()
    connection.close()
    kept = [row for row in rows if row[3] not in FORMER]
    points = [(lat, lon) for _, lat, lon, _ in kept]
    return Towns([row[0] for row in kept], points, unit_vectors(points))


def name_of(location: Location | None) -> str:
    assert location is not None
    return str(location.raw["name"])


# --- nearest ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_nearest_places_are_those_that_brute_force_finds(
    gazetteer: SqliteGazetteer, towns: Towns
) -> None:
    draw = random.Random(3)  # noqa: S311 - points to try
    for number in range(120):
        if number % 2:
            lat, lon = draw.choice(towns.points)
            point = Point(lat=lat + draw.uniform(-0.2, 0.2), lon=max(-180.0, min(180.0, lon + 0.1)))
        else:
            point = Point(lat=math.degrees(math.asin(draw.uniform(-1, 1))), lon=draw.uniform(-180, 180))
        found = gazetteer.nearest(point, limit=5, max_km=80.0)
        assert [place.id for place in found] == towns.nearest(point, limit=5, max_km=80.0), point


@pytest.mark.parametrize(
    ("lat", "lon"), [(-16.8, 179.999), (-16.8, -179.999), (-16.8, 180.0), (-16.8, -180.0), (65.0, 179.9)]
)
def test_the_nearest_place_may_lie_across_the_antimeridian(
    gazetteer: SqliteGazetteer, towns: Towns, lat: float, lon: float
) -> None:
    point = Point(lat=lat, lon=lon)
    found = gazetteer.nearest(point, limit=8, max_km=600.0)
    assert [place.id for place in found] == towns.nearest(point, limit=8, max_km=600.0)
    assert {place.point.lon > 0 for place in found} == {True, False}


@pytest.mark.parametrize("lat", [90.0, 89.0, 85.0, -90.0])
def test_the_nearest_place_is_found_from_a_pole(gazetteer: SqliteGazetteer, towns: Towns, lat: float) -> None:
    point = Point(lat=lat, lon=20.0)
    found = gazetteer.nearest(point, max_km=20_100.0)
    assert [place.id for place in found] == towns.nearest(point, limit=1, max_km=20_100.0)


def test_nothing_is_near_in_the_middle_of_the_ocean(gazetteer: SqliteGazetteer) -> None:
    assert gazetteer.nearest(Point(lat=0.0, lon=-140.0)) == []


def test_nothing_is_nearer_than_the_limit_allows(gazetteer: SqliteGazetteer) -> None:
    aleppo = Point(lat=36.20124, lon=37.16117)
    found = gazetteer.nearest(aleppo, limit=1000, max_km=30.0)
    distances = [distance_km(aleppo, place.point) for place in found]
    assert distances == sorted(distances)
    assert distances[-1] <= 30.0
    assert found[:3] == gazetteer.nearest(aleppo, limit=3, max_km=30.0)


def test_former_places_are_not_near(gazetteer: SqliteGazetteer) -> None:
    connection = sqlite3.connect(embedded_path())
    former = connection.execute("SELECT id, lat, lon FROM place WHERE feature_code = 'PPLQ'").fetchall()
    connection.close()
    assert former
    for id_, lat, lon in former:
        found = gazetteer.nearest(Point(lat=lat, lon=lon), limit=50)
        assert id_ not in {place.id for place in found}
        assert {place.feature_class for place in found} <= {"P"}


def test_places_at_one_point_come_by_their_ids(gazetteer: SqliteGazetteer) -> None:
    found = gazetteer.nearest(Point(lat=36.20124, lon=37.16117), limit=200)
    keys = [(distance_km(Point(lat=36.20124, lon=37.16117), each.point), each.id) for each in found]
    assert keys == sorted(keys)


def test_a_file_without_the_index_finds_the_same(gazetteer: SqliteGazetteer, tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    shutil.copy(embedded_path(), path)
    connection = sqlite3.connect(path)
    connection.execute("DROP INDEX place_populated")
    connection.commit()
    connection.close()
    point = Point(lat=35.3, lon=40.1)
    with SqliteGazetteer(path) as old:
        assert old.nearest(point, limit=4) == gazetteer.nearest(point, limit=4)


def test_the_index_is_used() -> None:
    connection = sqlite3.connect(embedded_path())
    plan = connection.execute(
        "EXPLAIN QUERY PLAN SELECT id FROM place WHERE feature_class = 'P' AND lat BETWEEN 1 AND 2"
    ).fetchall()
    connection.close()
    assert "place_populated" in plan[0][3]


@given(
    lat=st.floats(-90, 90), lon=st.floats(-180, 180), bearing=st.floats(0, 360), share=st.floats(0, 1),
    radius_km=st.floats(0.001, 20_000),
)  # fmt: skip
def test_a_box_holds_every_point_within_the_radius(
    lat: float, lon: float, bearing: float, share: float, radius_km: float
) -> None:
    center = Point(lat=lat, lon=lon)
    target = great_circle(kilometers=radius_km * share).destination((lat, lon), bearing)
    point = Point(lat=target.latitude, lon=target.longitude)
    box = box_around(center, radius_km=radius_km)
    if distance_km(center, point) <= radius_km:
        assert box.south <= point.lat <= box.north
        assert any(box.west <= point.lon + turn <= box.east for turn in (-360, 0, 360))


@given(max_km=st.floats(0.1, 25_000))
def test_radii_grow_up_to_the_largest(max_km: float) -> None:
    radii = list(radii_km(max_km))
    assert radii == sorted(radii)
    assert radii[-1] == max_km


# --- geocode ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("Deir al-Zor", "Deir ez-Zor, Deir ez-Zor Governorate, Syria"),
        ("Aleppo, Syria", "Aleppo, Aleppo Governorate, Syria"),
        ("Paris", "Paris, Île-de-France, France"),
        ("Paris, Texas", "Paris, Texas, United States"),
        ("paris,texas", "Paris, Texas, United States"),
        ("Paris, TX", "Paris, Texas, United States"),
        ("Paris, TX, USA", "Paris, Texas, United States"),
        ("Paris, FR", "Paris, Île-de-France, France"),
        ("San Antonio, Texas", "San Antonio, Texas, United States"),
        ("Tripoli, Lebanon", "Tripoli, North Governorate, Lebanon"),
        ("Douma, Damascus", "Douma, Rif Dimashq, Syria"),
        ("Jobar, Damascus", "Jobar, Damascus, Damascus Governorate, Syria"),
        ("Washington, D.C.", "Washington, District of Columbia, United States"),
        ("Singapore", "Singapore"),
        ("دمشق، سوريا", "Damascus, Damascus Governorate, Syria"),
        ("Aleppo,", "Aleppo, Aleppo Governorate, Syria"),
    ],
)
def test_a_name_is_found_with_its_containers(geocoder: GazetteerGeocoder, query: str, address: str) -> None:
    location = geocoder.geocode(query)
    assert isinstance(location, Location)
    assert location.address == address


@pytest.mark.parametrize(
    "query", ["Xyzzyplugh", "Paris, Xyzzyplugh", "Aleppo, France", "Syrian", "Xyzzyplugh, Syria", "Paris, QQ"]
)
def test_nothing_is_better_than_something_wrong(geocoder: GazetteerGeocoder, query: str) -> None:
    assert geocoder.geocode(query) is None
    assert geocoder.geocode(query, exactly_one=False) is None


def test_several_places_come_the_most_prominent_first(
    geocoder: GazetteerGeocoder, gazetteer: SqliteGazetteer
) -> None:
    found = geocoder.geocode("Springfield", exactly_one=False)
    assert isinstance(found, list)
    assert len(found) == 10
    wanted = [candidate.place.id for candidate in gazetteer.lookup("Springfield", limit=10)]
    assert [location.raw["place_id"] for location in found] == wanted
    assert geocoder.geocode("Springfield") == found[0]
    assert geocoder.geocode("Springfield", exactly_one=False, limit=2) == found[:2]


def test_country_codes_narrow(geocoder: GazetteerGeocoder) -> None:
    assert geocoder.geocode("Tripoli", country_codes="lb").raw["country"] == "Lebanon"
    found = geocoder.geocode("Tripoli", country_codes=["LB", "us"], exactly_one=False)
    assert {location.raw["country_code"] for location in found} == {"LB", "US"}
    assert geocoder.geocode("Tripoli", country_codes="fr") is None


def test_with_containers_all_places_of_the_name_in_them_are_found(geocoder: GazetteerGeocoder) -> None:
    found = geocoder.geocode("Paris, Texas", exactly_one=False)
    assert {location.raw["admin1"] for location in found} == {"Texas"}
    assert len(geocoder.geocode("Springfield, USA", exactly_one=False, limit=1000)) > 10


def test_a_container_and_a_country_code_narrow_together(geocoder: GazetteerGeocoder) -> None:
    assert geocoder.geocode("Paris, Texas", country_codes="us") is not None
    assert geocoder.geocode("Paris, Texas", country_codes="fr") is None


def test_raw_says_all_that_the_gazetteer_knows_and_fits_into_json(geocoder: GazetteerGeocoder) -> None:
    raw = geocoder.geocode("Syria").raw
    assert json.loads(json.dumps(raw)) == raw
    west, south, east, north = raw["bbox"]
    assert west < 38 < east
    assert south < 35 < north
    assert raw["country_code"] == "SY"
    aleppo = geocoder.geocode("Aleppo").raw
    assert aleppo["place_id"] == "geonames:170063"
    assert aleppo["admin1"] == "Aleppo Governorate"
    assert aleppo["country"] == "Syria"
    assert aleppo["feature_code"] == "PPLA"
    assert aleppo["population"] > 1_000_000
    assert aleppo["bbox"] is None


@pytest.mark.parametrize("query", ["", "  ", "?!", "\ud800bc", None, 7, float("nan"), {"city": "Paris"}])
def test_what_is_no_name_is_an_error_of_geopy(geocoder: GazetteerGeocoder, query: Any) -> None:
    with pytest.raises(GeocoderQueryError):
        geocoder.geocode(query)


def test_a_limit_below_one_is_an_error(geocoder: GazetteerGeocoder) -> None:
    with pytest.raises(ValueError, match="Limit cannot be less than 1"):
        geocoder.geocode("Paris", exactly_one=False, limit=0)
    with pytest.raises(ValueError, match="Limit cannot be less than 1"):
        geocoder.reverse((0, 0), limit=-1)


@settings(max_examples=200, deadline=None)
@given(query=st.text(max_size=60))
def test_any_text_is_a_place_or_nothing_or_an_error_of_geopy(query: str) -> None:
    with GazetteerGeocoder() as geocoder:
        try:
            found = geocoder.geocode(query)
        except GeocoderQueryError:
            return
    assert found is None or isinstance(found, Location)


# --- reverse ---------------------------------------------------------------------------------


@pytest.mark.parametrize("query", [GeopyPoint(34.7, 36.7), (34.7, 36.7), [34.7, 36.7, 0.5], "34.7, 36.7"])
def test_a_point_may_be_written_as_geopy_allows(geocoder: GazetteerGeocoder, query: Any) -> None:
    location = geocoder.reverse(query)
    assert isinstance(location, Location)
    assert location.raw["country"] == "Syria"
    assert location.raw["distance_km"] == pytest.approx(
        great_circle((34.7, 36.7), (location.latitude, location.longitude)).km, abs=0.01
    )


def test_a_longitude_of_another_turn_is_the_same_point(geocoder: GazetteerGeocoder) -> None:
    assert geocoder.reverse((34.7, 36.7 + 360)) == geocoder.reverse((34.7, 36.7))


def test_several_nearest_places_come_by_distance(geocoder: GazetteerGeocoder) -> None:
    found = geocoder.reverse((34.7, 36.7), exactly_one=False)
    assert isinstance(found, list)
    assert len(found) == 10
    distances = [location.raw["distance_km"] for location in found]
    assert distances == sorted(distances)
    assert geocoder.reverse((34.7, 36.7), exactly_one=False, limit=3) == found[:3]


def test_far_from_every_place_there_is_none(gazetteer: SqliteGazetteer, geocoder: GazetteerGeocoder) -> None:
    assert geocoder.reverse((0, -140)) is None
    assert geocoder.reverse((0, -140), exactly_one=False) is None
    assert GazetteerGeocoder(gazetteer, max_km=3000).reverse((0, -140)) is not None


@pytest.mark.parametrize(
    "query", ["nowhere", "", None, (), (3,), (None, None), ("a", "b"), (float("nan"), 0), object(), 7]
)
def test_what_is_no_point_is_an_error_as_with_geopy(geocoder: GazetteerGeocoder, query: Any) -> None:
    with pytest.raises(GeocoderQueryError, match="Must be a coordinate pair or Point"):
        geocoder.reverse(query)


def test_a_latitude_beyond_the_poles_is_an_error(geocoder: GazetteerGeocoder) -> None:
    with pytest.warns(UserWarning, match="Latitude"), pytest.raises(ValueError, match="Must be"):
        geocoder.reverse((91, 0))


@pytest.fixture(scope="module")
def place_ids(towns: Towns) -> st.SearchStrategy[str]:
    return st.sampled_from(towns.ids[:: len(towns.ids) // 3000])


@pytest.mark.slow
def test_what_is_found_by_its_name_is_near_where_it_lies(
    geocoder: GazetteerGeocoder, gazetteer: SqliteGazetteer, place_ids: st.SearchStrategy[str]
) -> None:
    @settings(max_examples=150, deadline=None)
    @given(place_id=place_ids)
    def near(place_id: str) -> None:
        place = gazetteer.place(place_id)
        assert place is not None
        location = geocoder.geocode(place.name, country_codes=place.country_code or None)
        if location is None or location.raw["feature_class"] != "P":
            return
        back = geocoder.reverse((location.latitude, location.longitude))
        assert back.raw["distance_km"] == 0
        around = geocoder.reverse(location.point, exactly_one=False, limit=20)
        assert location.raw["place_id"] in {each.raw["place_id"] for each in around}

    near()


# --- the contract of geopy -------------------------------------------------------------------


def test_it_is_a_geocoder_of_geopy_and_exported() -> None:
    assert issubclass(GazetteerGeocoder, Geocoder)
    assert module.__all__ == ("GazetteerGeocoder",)


@pytest.mark.parametrize("method", ["__init__", "geocode", "reverse"])
def test_every_parameter_is_documented_in_order(method: str) -> None:
    function = getattr(GazetteerGeocoder, method)
    parameters = [name for name in inspect.signature(function).parameters if name != "self"]
    documented = re.findall(r":param (?:\w+ )?(\w+):", inspect.getdoc(function) or "")
    assert documented == parameters


@pytest.mark.parametrize("method", ["__init__", "geocode", "reverse"])
def test_there_is_nothing_but_one_positional_parameter_and_options_by_name(method: str) -> None:
    signature = inspect.signature(getattr(GazetteerGeocoder, method))
    kinds = [parameter.kind for parameter in signature.parameters.values()]
    assert kinds[:2] == [inspect.Parameter.POSITIONAL_OR_KEYWORD] * 2
    assert set(kinds[2:]) == {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize("method", ["geocode", "reverse"])
def test_it_has_the_common_parameters_of_geopys_own(method: str) -> None:
    common = ["self", "query", "exactly_one", "timeout", "limit"]
    ours = list(inspect.signature(getattr(GazetteerGeocoder, method)).parameters)
    theirs = inspect.signature(getattr(geopy.geocoders.Nominatim, method)).parameters
    assert ours[: len(common)] == common
    assert set(common[:4]) <= set(theirs)


def test_it_works_behind_the_rate_limiter_of_geopy(geocoder: GazetteerGeocoder) -> None:
    geocode = RateLimiter(geocoder.geocode, min_delay_seconds=0)
    assert name_of(geocode("Homs")) == "Homs"


def test_a_timeout_is_accepted(geocoder: GazetteerGeocoder) -> None:
    assert geocoder.geocode("Homs", timeout=1) == geocoder.geocode("Homs")
    assert geocoder.reverse((34.7, 36.7), timeout=None) == geocoder.reverse((34.7, 36.7))


def test_geopandas_can_use_it() -> None:
    frame = geopandas_geocode(["Homs", "Paris, Texas", "Xyzzyplugh", ""], provider=GazetteerGeocoder)
    assert list(frame["address"][:2]) == ["Homs, Homs Governorate, Syria", "Paris, Texas, United States"]
    assert frame.geometry[1].x == pytest.approx(-95.56, abs=0.01)
    assert list(frame.geometry.is_empty) == [False, False, True, True]
    back = geopandas_reverse_geocode([ShapelyPoint(36.7, 34.7)], provider=GazetteerGeocoder, max_km=50)
    assert back["address"][0].endswith("Syria")


def test_it_never_asks_the_network(geocoder: GazetteerGeocoder) -> None:
    with pytest.raises(GeocoderUnavailable, match="no network"):
        geocoder._call_geocoder("https://example.org/", lambda found: found)


@pytest.mark.parametrize("max_km", [0, -1, float("nan")])
def test_a_distance_that_is_none_is_an_error_of_geopy(gazetteer: SqliteGazetteer, max_km: float) -> None:
    with pytest.raises(ConfigurationError, match="max_km must be more than 0"):
        GazetteerGeocoder(gazetteer, max_km=max_km)


def test_a_gazetteer_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(GazetteerNotFound):
        GazetteerGeocoder(tmp_path / "none.sqlite")


def test_it_closes_what_it_opened() -> None:
    with GazetteerGeocoder(str(embedded_path())) as geocoder:
        assert name_of(geocoder.geocode("Homs")) == "Homs"
    with pytest.raises(sqlite3.ProgrammingError):
        geocoder.geocode("Hama")
    geocoder.close()


def test_it_closes_what_it_opened_when_it_is_thrown_away() -> None:
    geocoder = GazetteerGeocoder()
    gazetteer = geocoder.gazetteer
    del geocoder
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError):
        gazetteer.lookup("Hama")


def test_it_leaves_open_what_it_was_given(gazetteer: SqliteGazetteer) -> None:
    with GazetteerGeocoder(gazetteer) as geocoder:
        pass
    geocoder.close()
    assert gazetteer.lookup("Hama")
