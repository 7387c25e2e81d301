"""Phrases that tell where something is by way of a named place, and the areas that they become.

The sentences stand in data/cases/relative.json: with a mention, a method, a point inside and one outside, or
without a mention, where nothing may have an area. What fails yet is expected to, with its reason.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from builders import a_mention, a_place, a_resolution, an_article
from hypothesis import given
from hypothesis import strategies as st

from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.geo import EARTH_RADIUS_KM, distance_km
from geomap.geoparser import Geoparser
from geomap.model import (
    Match,
    Outcome,
    Place,
    Point,
    Precision,
    Resolution,
    ToponymType,
    UncertainArea,
)
from geomap.resolvers.relative import relative_areas
from geomap.resolvers.relative.finishing import MOST_POINTS, km2_of, rings_of
from geomap.resolvers.relative.plane import Plane, disc, middle
from geomap.resolvers.relative.vocabulary import distance, entries, headings

CASES = json.loads((Path(__file__).parent / "data" / "cases" / "relative.json").read_text("utf-8"))["cases"]
POSITIVE = [case for case in CASES if "mention" in case]
NEGATIVE = [case for case in CASES if "mention" not in case]

Case = dict[str, Any]


# --- builders ----------------------------------------------------------------------------------


def polygons_of(area: UncertainArea) -> list[Any]:
    parts = [[[(point.lon, point.lat) for point in ring] for ring in part] for part in area.polygons]
    return [shapely.Polygon(outer, holes) for outer, *holes in parts]


def holds(area: UncertainArea, lat: float, lon: float) -> bool:
    return any(polygon.covers(shapely.Point(lon, lat)) for polygon in polygons_of(area))


def towards(start: Point, km: float, bearing: float) -> tuple[float, float]:
    """Return where one is that far from a point along the great circle of a bearing."""
    lat, lon, angle, turn = (
        math.radians(start.lat), math.radians(start.lon), km / EARTH_RADIUS_KM, math.radians(bearing),
    )  # fmt: skip
    to_lat = math.asin(math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(turn))
    to_lon = lon + math.atan2(
        math.sin(turn) * math.sin(angle) * math.cos(lat), math.cos(angle) - math.sin(lat) * math.sin(to_lat)
    )
    return math.degrees(to_lat), (math.degrees(to_lon) + 540) % 360 - 180


def a_read(text: str, *words: str, places: tuple[Place, ...] = (), **mention: Any) -> list[Resolution]:
    """Resolve words of a text to places, by default Aleppo."""
    found = []
    for at, word in enumerate(words):
        start = text.index(word)
        place = places[at] if places else a_place(radius_km=10.0)
        spanned = a_mention(start=start, end=start + len(word), text=word, **mention)
        found.append(a_resolution(mention=spanned, place=place))
    return found


def areas_in(
    text: str, *words: str, gazetteer: Any, places: tuple[Place, ...] = (), **mention: Any
) -> list[UncertainArea | None]:
    article = an_article(text=text, title="")
    return relative_areas(article, a_read(text, *words, places=places, **mention), gazetteer)


def somewhere(lat: float, lon: float, **overrides: Any) -> Place:
    """Make a place that the gazetteer does not know, in no country."""
    values: dict[str, Any] = {"id": "test:1", "country_code": "", "radius_km": 3.0}
    return a_place(lat=lat, lon=lon, **values | overrides)


def the(name: str, gazetteer: SqliteGazetteer) -> Place:
    return gazetteer.lookup(name)[0].place


# --- sentences ---------------------------------------------------------------------------------


def _params(cases: list[Case]) -> list[Any]:
    return [
        pytest.param(
            case,
            id=case["name"],
            marks=[pytest.mark.xfail(reason=case["xfail"], strict=True)] if "xfail" in case else [],
        )
        for case in cases
    ]


@pytest.mark.parametrize("case", _params(POSITIVE))
def test_a_phrase_becomes_its_area(case: Case, geoparser: Geoparser) -> None:
    sightings = geoparser.parse(case["text"]).sightings
    area = next(each.area for each in sightings if each.resolution.mention.text == case["mention"])
    assert area is not None
    assert area.method == case["method"]
    assert holds(area, *case["inside"])
    assert not holds(area, *case["outside"])


@pytest.mark.parametrize("case", _params(NEGATIVE))
def test_what_tells_no_place_has_no_area(case: Case, geoparser: Geoparser) -> None:
    sightings = geoparser.parse(case["text"]).sightings
    assert [each.area.phrase for each in sightings if each.area is not None] == []


def test_there_are_enough_cases_and_none_twice() -> None:
    assert len(POSITIVE) >= 90
    assert len(NEGATIVE) >= 35
    assert [name for name, count in Counter(case["name"] for case in CASES).items() if count > 1] == []


def test_every_method_has_a_case() -> None:
    methods = {case["method"] for case in POSITIVE}
    words = set(entries("before").values()) | set(entries("after").values())
    assert methods >= words | set(entries("adjective").values()) | {
        "distance",
        "direction",
        "between",
        "road",
    }


def test_the_sighting_keeps_the_point_of_its_place(geoparser: Geoparser) -> None:
    sighting = geoparser.parse("Two shells fell 30 km north of Raqqa.").sightings[0]
    assert sighting.area is not None
    assert sighting.precision is Precision.RELATIVE
    assert sighting.place.point.lat == pytest.approx(35.95, abs=0.05)


# --- phrases -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("30 km", 25.5, 34.5),
        ("about 30 km", 22.5, 37.5),
        ("10 to 15 km", 8.5, 17.25),
        ("10-15km", 8.5, 17.25),
        ("15 to 10 km", 8.5, 17.25),
        ("twenty-five miles", 0.75 * 40.23, 1.25 * 40.23),
        ("half a mile", 0.75 * 0.805, 1.25 * 0.805),
        ("a dozen kilometres", 9.0, 15.0),
        ("several kilometers", 2.25, 12.5),
        ("1,200 metres", 1.02, 1.38),
        ("20 nautical miles", 0.85 * 37.04, 1.15 * 37.04),
        ("12 miles (20 km)", 0.85 * 19.31, 1.15 * 19.31),
        ("within 30 km", 0.0, 34.5),
        ("more than 100 km", 85.0, 150.0),
        ("300 yards", 0.85 * 0.2743, 1.15 * 0.2743),
    ],
)
def test_distances_are_read_with_what_they_leave_open(text: str, low: float, high: float) -> None:
    found = distance(text)
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(low, rel=1e-3), pytest.approx(high, rel=1e-3))


@pytest.mark.parametrize("text", ["", "30 people", "km", "0 km", "thirty"])
def test_what_is_no_distance_is_none(text: str) -> None:
    assert distance(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("north", [(0.0, 45.0)]),
        ("North-East", [(45.0, 45.0)]),
        ("south west", [(225.0, 45.0)]),
        ("northwestern", [(315.0, 45.0)]),
        ("westwards", [(270.0, 45.0)]),
        ("north-northeast", [(22.5, 22.5)]),
        ("SSW", [(202.5, 22.5)]),
        ("north and east", [(0.0, 45.0), (90.0, 45.0)]),
        ("several", []),
        ("Weston", []),
    ],
)
def test_directions_are_read_in_all_their_spellings(text: str, expected: list[tuple[float, float]]) -> None:
    assert [(each.bearing, each.spread) for each in headings(text)] == expected


def test_the_phrase_is_cut_out_of_the_text(gazetteer: SqliteGazetteer) -> None:
    text = "He said that about 12 miles (20 km) south-west of the town of Aleppo it rained."
    (area,) = areas_in(text, "Aleppo", gazetteer=gazetteer)
    assert area is not None
    assert area.phrase == "about 12 miles (20 km) south-west of the town of Aleppo"
    assert text[area.start : area.end] == area.phrase


def test_both_names_of_a_pair_have_the_same_area(gazetteer: SqliteGazetteer) -> None:
    places = (the("Homs", gazetteer), the("Hama", gazetteer))
    first, second = areas_in(
        "It broke down between Homs and Hama.", "Homs", "Hama", gazetteer=gazetteer, places=places
    )
    assert first is not None
    assert first == second


def test_a_phrase_does_not_cross_a_paragraph(gazetteer: SqliteGazetteer) -> None:
    assert areas_in("It lies north of\n\nAleppo, a city.", "Aleppo", gazetteer=gazetteer) == [None]


def test_only_literal_mentions_have_an_area(gazetteer: SqliteGazetteer) -> None:
    text = "It lies north of Aleppo."
    assert areas_in(text, "Aleppo", gazetteer=gazetteer, type=ToponymType.METONYMY) == [None]
    assert areas_in(text, "Aleppo", gazetteer=gazetteer, dateline=True) == [None]


def test_a_mention_of_the_title_has_its_area(gazetteer: SqliteGazetteer) -> None:
    article = an_article(title="Fire near Aleppo", text="It burns.")
    mention = a_mention(field="title", start=10, end=16)
    (area,) = relative_areas(article, [a_resolution(mention=mention)], gazetteer)
    assert area is not None
    assert area.method == "near"


def test_a_demonym_before_another_name_has_no_area(gazetteer: SqliteGazetteer) -> None:
    text = "It lies 160 km south of the Sri Lankan coastline resort."
    place = the("Sri Lanka", gazetteer)
    (resolution,) = a_read(text, "Sri Lankan", places=(place,))
    named = replace(resolution, match=Match.DEMONYM)
    article = an_article(text=text.replace("coastline ", ""), title="")
    assert relative_areas(article, [named], gazetteer) == [None]


def test_what_is_not_resolved_has_no_area_and_opens_no_pair(gazetteer: SqliteGazetteer) -> None:
    text = "It lies between Nowhere and Hama."
    hama = a_read(text, "Hama", places=(the("Hama", gazetteer),))
    nowhere = a_resolution(
        mention=a_mention(start=16, end=23, text="Nowhere"), place=None, outcome=Outcome.NO_CANDIDATE
    )
    assert relative_areas(an_article(text=text, title=""), [nowhere, *hama], gazetteer) == [None, None]


@pytest.mark.parametrize(
    ("text", "own"),
    [("It lies 30 km north of Qwxyz, near Hama.", [False, True]), ("Between Qwxyz and Hama.", [False] * 2)],
)
def test_a_place_that_stands_in_for_another_has_no_area_of_its_own(
    text: str, own: list[bool], gazetteer: SqliteGazetteer
) -> None:
    hama = the("Hama", gazetteer)
    unknown, known = a_read(text, "Qwxyz", "Hama", places=(hama, hama))
    borrowed = replace(unknown, match=Match.WITHIN)
    areas = relative_areas(an_article(text=text, title=""), [borrowed, known], gazetteer)
    assert [area is not None for area in areas] == own


def test_off_a_place_in_no_country_is_no_area(gazetteer: SqliteGazetteer) -> None:
    place = somewhere(10.0, 10.0)
    assert areas_in("A ship sank off Camp.", "Camp", gazetteer=gazetteer, places=(place,)) == [None]


def test_empty_in_empty_out(gazetteer: SqliteGazetteer) -> None:
    assert relative_areas(an_article(text=""), [], gazetteer) == []


# --- areas -------------------------------------------------------------------------------------


def test_a_border_is_that_of_the_country_that_the_article_is_about(gazetteer: SqliteGazetteer) -> None:
    text = "Families from Mosul fled to the Turkish border."
    places = (the("Mosul", gazetteer), the("Turkey", gazetteer))
    _, area = areas_in(text, "Mosul", "Turkish", gazetteer=gazetteer, places=places)
    assert area is not None
    assert holds(area, 37.14, 42.57)
    assert not holds(area, 36.64, 37.07)


def test_the_border_of_a_country_that_the_article_does_not_touch_is_all_of_it(
    gazetteer: SqliteGazetteer,
) -> None:
    text = "Families from Paris fled to the Turkish border."
    places = (the("Paris", gazetteer), the("Turkey", gazetteer))
    _, area = areas_in(text, "Paris", "Turkish", gazetteer=gazetteer, places=places)
    assert area is not None
    assert holds(area, 37.14, 42.57)
    assert holds(area, 36.64, 37.07)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Trucks wait at the border with Iceland.", "Iceland"),
        ("A ship sank off the coast of Mongolia.", "Mongolia"),
        ("A ship sank off Damascus.", "Damascus"),
        ("Rain fell on the border of Moab.", "Moab"),
        ("It was 3,000 km north of Aleppo.", "Aleppo"),
        ("They live in the suburbs of Texas.", "Texas"),
        ("They live in rural Texas.", "Texas"),
        ("It lies north of the Mediterranean.", "Mediterranean"),
        ("It lies in northern Euphrates.", "Euphrates"),
        ("It lies in central Euphrates.", "Euphrates"),
        ("It lies on the Mediterranean coast.", "Mediterranean"),
        ("It lies in the countryside of the Euphrates.", "Euphrates"),
        ("It lies in central Antarctica.", "Antarctica"),
        ("It lies along the Red Sea.", "Red Sea"),
        ("It lies in the Damascus valley.", "Damascus"),
        ("It lies in the northern Aleppo town of Azaz.", "Aleppo"),
        ("It lies on the western border of Portugal.", "Portugal"),
        ("A ship sank off the western coast of Kenya.", "Kenya"),
        ("It lies between Aleppo and itself.", "Aleppo"),
    ],
)
def test_what_the_place_does_not_have_is_no_area(text: str, name: str, gazetteer: SqliteGazetteer) -> None:
    assert areas_in(text, name, gazetteer=gazetteer, places=(the(name, gazetteer),)) == [None]


@pytest.mark.parametrize(
    ("text", "name", "inside", "outside"),
    [
        ("It lies 20 km from the Euphrates.", "Euphrates", (35.6, 40.2), (35.34, 40.14)),
        ("It lies near the Euphrates.", "Euphrates", (35.34, 40.14), (33.5, 36.3)),
        ("It lies near Lebanon.", "Lebanon", (33.0, 35.8), (33.85, 35.9)),
        ("It lies 100 km north of Malta.", "Malta", (36.85, 14.4), (35.0, 14.4)),
        ("It lies within 20 km of Malta.", "Malta", (36.15, 14.4), (36.9, 14.4)),
        ("It lies in central Aleppo.", "Aleppo", (36.2, 37.16), (36.2, 37.35)),
        ("It lies off the western coast of Libya.", "Libya", (33.2, 12.5), (32.3, 24.5)),
        ("It lies 30 km south of the Libyan coast.", "Libyan", (32.62, 13.19), (32.88, 13.19)),
        ("It lies on the coast of Andalusia.", "Andalusia", (36.72, -4.42), (37.9, -4.8)),
        ("It lies in the Texas countryside.", "Texas", (31.0, -99.0), (35.0, -106.0)),
        ("It lies in the western countryside of Texas.", "Texas", (31.5, -102.5), (30.0, -94.5)),
        ("It lies in the northern countryside of Moab.", "Moab", (38.75, -109.55), (38.4, -109.55)),
        ("It lies on the northern Turkish border.", "Turkish", (41.5, 42.0), (36.64, 37.07)),
    ],
)
def test_each_kind_of_place_has_its_shape(
    text: str,
    name: str,
    inside: tuple[float, float],
    outside: tuple[float, float],
    gazetteer: SqliteGazetteer,
) -> None:
    (area,) = areas_in(text, name, gazetteer=gazetteer, places=(the(name, gazetteer),))
    assert area is not None
    assert holds(area, *inside)
    assert not holds(area, *outside)


class Borderless:
    """A gazetteer that knows nothing beyond what the protocol asks for."""

    def __init__(self, gazetteer: SqliteGazetteer) -> None:
        self._gazetteer = gazetteer
        self.fingerprint = "borderless@1+0"

    def __getattr__(self, name: str) -> Any:
        if name in {"border", "neighbors"}:
            raise AttributeError(name)
        return getattr(self._gazetteer, name)


def test_a_gazetteer_without_borders_gives_no_borders_and_coasts(gazetteer: SqliteGazetteer) -> None:
    bare, places = Borderless(gazetteer), (the("Turkey", gazetteer), the("Syria", gazetteer))
    text = "At the border between Turkey and Syria."
    assert areas_in(text, "Turkey", "Syria", gazetteer=bare, places=places) == [None, None]
    assert areas_in("At the Turkey border.", "Turkey", gazetteer=bare, places=places) == [None]
    assert areas_in("At the coast of Turkey.", "Turkey", gazetteer=bare, places=places) == [None]
    (north,) = areas_in("In northern Turkey.", "Turkey", gazetteer=bare, places=places)
    assert north is not None


def test_an_area_across_the_antimeridian_is_split_there(gazetteer: SqliteGazetteer) -> None:
    place = somewhere(-17.0, 179.9)
    (area,) = areas_in("A ship sank near Taveuni.", "Taveuni", gazetteer=gazetteer, places=(place,))
    assert area is not None
    assert holds(area, -17.0, 179.95)
    assert holds(area, -17.0, -179.98)
    assert all(part.bounds[2] - part.bounds[0] < 1 for part in polygons_of(area))


def test_around_a_pole_there_is_no_area(gazetteer: SqliteGazetteer) -> None:
    place = somewhere(89.95, 10.0)
    assert areas_in("It lies near Camp.", "Camp", gazetteer=gazetteer, places=(place,)) == [None]


def test_the_size_of_a_disc_is_known(gazetteer: SqliteGazetteer) -> None:
    (area,) = areas_in("It lies near Camp.", "Camp", gazetteer=gazetteer, places=(somewhere(47.0, 8.0),))
    assert area is not None
    assert area.radius_km == pytest.approx(13.0, rel=0.02)


# --- properties --------------------------------------------------------------------------------

LATS = st.floats(-90, 90, allow_nan=False)
LONS = st.floats(-180, 180, allow_nan=False)
RADII = st.floats(0, 60, allow_nan=False)
PHRASES = st.sampled_from(
    [
        "It lies {km} km north of Camp.", "It lies {km} km from Camp.", "It lies north of Camp.",
        "It lies near Camp.", "It lies on the outskirts of Camp.", "It lies in south-western Camp.",
        "It lies outside Camp.", "It lies in the Camp countryside.", "It lies in central Camp.",
        "It lies in the western suburbs of Camp.", "It lies {km} miles south-southeast of Camp.",
    ]
)  # fmt: skip


@given(lat=LATS, lon=LONS, radius=RADII, km=st.integers(1, 700), phrase=PHRASES)
def test_areas_are_valid_wherever_they_lie(
    lat: float, lon: float, radius: float, km: int, phrase: str, gazetteer: SqliteGazetteer
) -> None:
    place = somewhere(lat, lon, radius_km=radius)
    (area,) = areas_in(phrase.format(km=km), "Camp", gazetteer=gazetteer, places=(place,))
    if area is None:
        assert abs(lat) > 75
        return
    assert sum(len(ring) for part in area.polygons for ring in part) <= MOST_POINTS
    assert all(ring[0] == ring[-1] for part in area.polygons for ring in part)
    assert all(polygon.is_valid and polygon.area > 0 for polygon in polygons_of(area))
    assert all(polygon.bounds[2] - polygon.bounds[0] <= 180 for polygon in polygons_of(area))
    assert 0 < area.km2 < 4 * math.pi * EARTH_RADIUS_KM**2


@given(lat=st.floats(-80, 80), lon=LONS, km=st.integers(5, 400), bearing=st.sampled_from(range(0, 360, 45)))
def test_a_distance_holds_what_is_that_far_in_its_direction(
    lat: float, lon: float, km: int, bearing: int, gazetteer: SqliteGazetteer
) -> None:
    place, word = (
        somewhere(lat, lon),
        {value: key for key, value in entries("direction").items()}[f"{bearing:.1f}"],
    )
    word = next(key for key, value in entries("direction").items() if float(value) == bearing)
    text = f"It lies {km} km {word} of Camp."
    (area,) = areas_in(text, "Camp", gazetteer=gazetteer, places=(place,))
    if area is None:
        assert abs(lat) > 80
        return
    assert holds(area, *towards(place.point, km, bearing))
    assert not holds(area, *towards(place.point, km, bearing + 180))
    assert not holds(area, *towards(place.point, 2 * km + 10, bearing))


@given(lat=st.floats(-80, 80), lon=LONS, km=st.floats(0.1, 2000), bearing=st.floats(0, 360))
def test_the_azimuthal_plane_keeps_distance_and_direction(
    lat: float, lon: float, km: float, bearing: float
) -> None:
    center = Point(lat=lat, lon=lon)
    end_lat, end_lon = towards(center, km, bearing)
    there = Plane(center).project(shapely.Point(end_lon, end_lat))
    assert math.hypot(there.x, there.y) == pytest.approx(km, rel=1e-6, abs=1e-6)
    back = Plane(center).restore(there)
    assert (
        distance_km(Point(lat=back.y, lon=(back.x + 540) % 360 - 180), Point(lat=end_lat, lon=end_lon)) < 1e-3
    )


@given(lat=st.floats(-80, 80), lon=LONS, x=st.floats(-500, 500), y=st.floats(-500, 500))
def test_the_flat_plane_leads_back_to_where_it_came_from(lat: float, lon: float, x: float, y: float) -> None:
    plane = Plane(Point(lat=lat, lon=lon), flat=True)
    there = plane.project(plane.restore(shapely.Point(x, y)))
    assert (there.x, there.y) == (pytest.approx(x, abs=1e-6), pytest.approx(y, abs=1e-6))


@given(LATS, LONS, LATS, LONS)
def test_the_middle_is_as_far_from_both_ends(
    lat: float, lon: float, other_lat: float, other_lon: float
) -> None:
    first, second = Point(lat=lat, lon=lon), Point(lat=other_lat, lon=other_lon)
    center = middle(first, second)
    assert abs(distance_km(first, center) - distance_km(second, center)) < 1


# --- finishing ---------------------------------------------------------------------------------


def test_a_shape_of_many_points_is_made_simple() -> None:
    angles = np.linspace(0, 2 * math.pi, 3000, endpoint=False)
    waves = 10 + 0.3 * np.sin(40 * angles)
    shape = shapely.Polygon(np.column_stack((waves * np.cos(angles), waves * np.sin(angles))))
    polygons = rings_of(shape)
    assert sum(len(ring) for part in polygons for ring in part) <= MOST_POINTS
    assert km2_of(polygons) == pytest.approx(shape.area * 111.2**2, rel=0.03)


def test_a_hole_is_taken_off_the_size() -> None:
    outer, hole = shapely.box(0, 0, 2, 2), shapely.box(0.5, 0.5, 1.5, 1.5)
    whole, ring = rings_of(outer), rings_of(outer.difference(hole))
    assert len(ring[0]) == 2
    assert km2_of(ring) == pytest.approx(0.75 * km2_of(whole), rel=0.01)


@pytest.mark.parametrize(
    "shape",
    [
        shapely.Polygon(),
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.Polygon([(0, 0), (1, 1), (2, 2)]),
        shapely.box(-180, 0, 180, 10),
        shapely.box(0, 80, 10, 89.9),
    ],
)
def test_what_is_no_area_has_no_rings(shape: Any) -> None:
    assert rings_of(shape) == ()


def test_many_parts_are_few_in_the_end() -> None:
    parts = [
        shapely.transform(disc(0.2), lambda points, at=at: points + np.array((at, 0.0))) for at in range(60)
    ]
    polygons = rings_of(shapely.union_all(parts))
    assert 0 < len(polygons) <= 12
    assert sum(len(ring) for part in polygons for ring in part) <= MOST_POINTS


# --- what it costs -----------------------------------------------------------------------------


def test_without_a_phrase_shapely_is_not_loaded() -> None:
    code = (
        "import sys\n"
        "from geomap import default_geoparser\n"
        "default_geoparser(recognizer='dictionary').parse('Trucks reached Aleppo and Homs on Monday.')\n"
        "sys.exit('shapely' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
