"""Facts of the gazetteer that comes with the package: what it holds and where that lies."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from shapely import make_valid
from shapely.geometry import Point as Dot
from shapely.geometry import shape
from shapely.prepared import prep

from geomap import lexicon
from geomap.gazetteers.sqlite import SqliteGazetteer, embedded_path
from geomap.geo import distance_km
from geomap.model import Match, Place, Point
from geomap.text import fold

pytestmark = pytest.mark.skipif(
    not embedded_path().is_file(), reason="the embedded gazetteer is not built (python gazetteer/make.py)"
)
OFF_THE_OUTLINE = {
    "curated:ae-das-island": "island too small for the outline",
    "curated:es-melilla-border": "Melilla is too small for the outline",
    "curated:hunga-tonga": "island too small for the outline",
    "curated:iq-al-basra-oil-terminal": "at sea",
    "curated:ir-kharg": "island too small for the outline",
    "curated:ir-lavan": "island too small for the outline",
    "curated:ir-sirri": "island too small for the outline",
    "curated:ir-tunbs": "islands too small for the outline",
    "curated:kr-yeonpyeong": "island too small for the outline",
    "curated:krakatoa": "island too small for the outline",
    "curated:mm-coco-islands": "islands too small for the outline",
    "curated:ru-kola-npp": "Russia's outline loses parts of its north when it is repaired",
    "curated:ru-olenya": "Russia's outline loses parts of its north when it is repaired",
    "curated:ru-polar-wolf": "Russia's outline loses parts of its north when it is repaired",
    "curated:stromboli-volcano": "island too small for the outline",
    "curated:ua-belbek-air-base": "Natural Earth draws Crimea within Russia",
    "curated:ua-cape-fiolent": "Natural Earth draws Crimea within Russia",
    "curated:ua-cape-tarkhankut": "Natural Earth draws Crimea within Russia",
    "curated:ua-dzhankoi-air-base": "Natural Earth draws Crimea within Russia",
    "curated:ua-feodosia-oil-terminal": "Natural Earth draws Crimea within Russia",
    "curated:ua-hvardiiske-air-base": "Natural Earth draws Crimea within Russia",
    "curated:ua-kirovske-air-base": "Natural Earth draws Crimea within Russia",
    "curated:ua-port-krym": "Natural Earth draws Crimea within Russia",
    "curated:ua-saky-airbase": "Natural Earth draws Crimea within Russia",
    "curated:ua-sevastopol-naval-base": "Natural Earth draws Crimea within Russia",
    "curated:ua-simferopol-airport": "Natural Earth draws Crimea within Russia",
    "curated:ua-snake-island": "island too small for the outline",
    "curated:ua-tuzla-island": "Natural Earth draws Crimea within Russia",
    "curated:ua-zalyv-shipyard": "Natural Earth draws Crimea within Russia",
    "curated:whakaari": "island too small for the outline",
    "curated:ye-abd-al-kuri": "island too small for the outline",
    "curated:ye-jabal-al-tair": "island too small for the outline",
    "curated:ye-samhah": "island too small for the outline",
    "curated:ye-zubair-islands": "island too small for the outline",
    "geonames:13405660": "island too small for the outline",
    "geonames:2524459": "Lampedusa is too small for the outline",
    "geonames:400747": "islands too small for the outline",
    "geonames:6724655": "islands off the mainland, too small for the outline",
}
"""Curated places outside the outline of their country, each looked at, with the reason."""

_AREA_CODES = ("PCLI", "PCLD", "PCLF", "PCLIX", "PCLS", "PCL", "TERR")


@pytest.fixture(scope="module")
def rows() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"{embedded_path().as_uri()}?mode=ro&immutable=1", uri=True)
    yield connection
    connection.close()


def _first(gazetteer: SqliteGazetteer, name: str, code: str = "") -> Place:
    return next(each.place for each in gazetteer.lookup(name) if each.place.feature_code.startswith(code))


def test_opens_in_fifty_milliseconds() -> None:
    took = []
    for _ in range(5):
        start = time.process_time()
        with SqliteGazetteer() as opened:
            assert opened.place("geonames:170063") is not None
        took.append(time.process_time() - start)
    assert min(took) < 0.05


def test_names_are_ready_in_a_fifth_of_a_second() -> None:
    start = time.process_time()
    with SqliteGazetteer() as opened:
        assert opened.names().get("aleppo") is not None
    assert time.process_time() - start < 0.6  # generous: machines differ


def test_counts_are_those_of_a_world(gazetteer: SqliteGazetteer) -> None:
    counts = gazetteer.counts
    assert counts["places"] > 250_000
    assert counts["names"] > 900_000
    assert counts["curated rows"] >= 400
    assert 190 < counts["country"] < 260
    assert counts["province"] > 3_500
    assert counts["continent"] >= 7


def test_credits_name_sources_and_licenses(gazetteer: SqliteGazetteer) -> None:
    for word in ("GeoNames", "CC BY 4.0", "Natural Earth"):
        assert word in gazetteer.credits


@pytest.mark.parametrize(
    ("name", "code", "lat", "lon", "within_km"),
    [
        ("Aleppo", "PPLA", 36.201, 37.161, 3),
        ("Damascus", "PPLC", 33.510, 36.291, 5),
        ("Karaj al-Hajz", "PPLX", 36.197, 37.147, 3),
        ("Masharqa", "PPLX", 36.198, 37.147, 3),
        ("Jobar", "PPLX", 33.527, 36.335, 2),
        ("Qaboun", "PPLX", 33.547, 36.336, 2),
        ("Deir al-Zor", "PPLA", 35.336, 40.141, 3),
        ("Raqqa", "PPLA", 35.951, 39.009, 5),
        ("Syria", "PCLI", 35.0, 38.0, 100),
        ("Turkey", "PCLI", 39.0, 35.0, 100),
        ("Türkiye", "PCLI", 39.0, 35.0, 100),
        ("United States", "PCLI", 39.76, -98.5, 50),
        ("Texas", "ADM1", 31.25, -99.25, 100),
        ("Euphrates", "STM", 35.2, 40.4, 400),
        ("Mediterranean Sea", "SEA", 35.0, 20.0, 700),
        ("Europe", "CONT", 48.7, 9.1, 800),
        ("Middle East", "RGN", 30.0, 44.0, 1200),
        ("Donbas", "RGN", 48.3, 38.3, 200),
        ("Gaza Strip", "", 31.42, 34.37, 60),
        ("South Sudan", "PCLI", 7.5, 30.0, 200),
        ("Kosovo", "PCL", 42.58, 21.0, 60),
        ("Sinai", "", 29.5, 33.8, 150),
        ("Bab al-Hawa", "", 36.24, 36.69, 10),
        ("Hmeimim", "", 35.40, 35.95, 10),
        ("Eastern Ghouta", "", 33.53, 36.42, 15),
    ],
)
def test_known_place_is_where_it_is(
    gazetteer: SqliteGazetteer, name: str, code: str, lat: float, lon: float, within_km: float
) -> None:
    place = _first(gazetteer, name, code)
    assert distance_km(place.point, Point(lat=lat, lon=lon)) <= within_km, place


def test_jobar_and_qaboun_are_two_points(gazetteer: SqliteGazetteer) -> None:
    jobar, qaboun = _first(gazetteer, "Jobar", "PPLX"), _first(gazetteer, "Qaboun", "PPLX")
    assert 0.5 < distance_km(jobar.point, qaboun.point) < 5


@pytest.mark.parametrize("name", ["Karaj al-Hajz", "Masharqa"])
def test_neighborhoods_of_aleppo_lie_in_aleppo(gazetteer: SqliteGazetteer, name: str) -> None:
    place = _first(gazetteer, name, "PPLX")
    assert [each.name for each in gazetteer.ancestors(place)][:3] == ["Aleppo", "Aleppo Governorate", "Syria"]


@pytest.mark.parametrize(
    ("name", "place_id"),
    [("U.S.", "geonames:6252001"), ("UK", "geonames:2635167"), ("Calif.", "geonames:5332921"),
     ("W.Va.", "geonames:4826850"), ("UAE", "geonames:290557")],
)  # fmt: skip
def test_abbreviation_is_known(gazetteer: SqliteGazetteer, name: str, place_id: str) -> None:
    first = gazetteer.lookup(name)[0]
    assert (first.match, first.place.id) == (Match.ABBREVIATION, place_id)


@pytest.mark.parametrize(
    ("name", "code"),
    [("Syrian", "SY"), ("Turkish", "TR"), ("Russians", "RU"), ("Lebanese", "LB"), ("Emirati", "AE")],
)
def test_demonym_is_known(gazetteer: SqliteGazetteer, name: str, code: str) -> None:
    first = gazetteer.lookup(name)[0]
    assert (first.match, first.place.country_code) == (Match.DEMONYM, code)


@pytest.mark.parametrize("spellings", [
    ("Deir al-Zor", "Deir ez-Zor", "Dayr az-Zawr", "Deir Ezzor", "Deir az-Zour"),
    ("Idlib", "Edlib", "Idleb"),
    ("Raqqa", "ar-Raqqah", "Al-Raqqa", "Raqqah"),
    ("Latakia", "Lattakia", "al-Ladhiqiyah"),
    ("Hasakah", "al-Hasakah", "Hassakeh", "Al-Hasaka"),
    ("Kyiv", "Kiev", "Київ"),
    ("Odesa", "Odessa"),
    ("Kolkata", "Calcutta"),
    ("Yangon", "Rangoon"),
    ("Mykolaiv", "Nikolayev"),
])  # fmt: skip
def test_spellings_lead_to_one_place(gazetteer: SqliteGazetteer, spellings: Sequence[str]) -> None:
    ids = [{each.place.id for each in gazetteer.lookup(name)} for name in spellings]
    assert set.intersection(*ids), [sorted(each)[:4] for each in ids]


@pytest.mark.parametrize(
    ("name", "countries"),
    [
        ("Paris", {"FR", "US", "CA"}),
        ("Tripoli", {"LY", "LB", "GR"}),
        ("Alexandria", {"EG", "US", "RO"}),
        ("Georgia", {"GE", "US"}),
        ("Palmyra", {"SY", "US"}),
        ("Hyderabad", {"IN", "PK"}),
        ("Valencia", {"ES", "VE"}),
        ("San José", {"CR", "US", "PH"}),
        ("Córdoba", {"ES", "AR"}),
        ("London", {"GB", "CA"}),
        ("Moscow", {"RU", "US"}),
    ],
)
def test_homonyms_are_all_there(gazetteer: SqliteGazetteer, name: str, countries: set[str]) -> None:
    assert countries <= {each.place.country_code for each in gazetteer.lookup(name, limit=200)}


def test_unknown_name_finds_nothing(gazetteer: SqliteGazetteer) -> None:
    assert list(gazetteer.lookup("Xyzzyplugh")) == []


def test_every_country_has_a_name_and_a_continent(
    gazetteer: SqliteGazetteer, rows: sqlite3.Connection
) -> None:
    marks = ",".join("?" * len(_AREA_CODES))
    query = f"SELECT id FROM place WHERE feature_code IN ({marks})"  # noqa: S608
    for (place_id,) in rows.execute(query, _AREA_CODES):
        place = gazetteer.place(place_id)
        assert place is not None
        assert len(place.country_code) == 2, place
        assert [each.feature_code for each in gazetteer.ancestors(place)][-1:] == ["CONT"], place


# --- every row -------------------------------------------------------------------------------


def test_no_feature_code_is_unknown(rows: sqlite3.Connection) -> None:
    codes = {code for (code,) in rows.execute("SELECT DISTINCT feature_code FROM place")}
    assert codes - set(lexicon.features()) == set()


def test_feature_class_is_that_of_its_code(rows: sqlite3.Connection) -> None:
    pairs = rows.execute("SELECT DISTINCT feature_code, feature_class FROM place")
    assert {(code, of) for code, of in pairs if lexicon.feature(code).feature_class != of} == set()


def test_every_position_is_on_the_globe_and_none_at_zero(rows: sqlite3.Connection) -> None:
    query = (
        "SELECT id FROM place WHERE lat NOT BETWEEN -90 AND 90 OR lon NOT BETWEEN -180 AND 180 "
        "OR (lat = 0 AND lon = 0)"
    )
    assert rows.execute(query).fetchall() == []


def test_every_place_has_a_name_and_no_negative_number(rows: sqlite3.Connection) -> None:
    query = (
        "SELECT id FROM place WHERE name = '' OR population < 0 OR radius_km < 0 "
        "OR prominence NOT BETWEEN 0 AND 1"
    )
    assert rows.execute(query).fetchall() == []


def test_every_country_code_is_two_capitals(rows: sqlite3.Connection) -> None:
    query = "SELECT id FROM place WHERE country_code != '' AND country_code NOT GLOB '[A-Z][A-Z]'"
    assert rows.execute(query).fetchall() == []


def test_every_parent_exists(rows: sqlite3.Connection) -> None:
    query = (
        "SELECT id, parent_id FROM place WHERE parent_id != '' AND parent_id NOT IN (SELECT id FROM place)"
    )
    assert rows.execute(query).fetchall() == []


def test_every_place_is_found_by_its_own_name(gazetteer: SqliteGazetteer, rows: sqlite3.Connection) -> None:
    found = "SELECT 1 FROM name WHERE key = ? AND place = ? AND kind = 1"
    for number, name in rows.execute("SELECT number, name FROM place WHERE number % 97 = 0 OR curated = 1"):
        assert rows.execute(found, (fold(name), number)).fetchone(), name
        assert gazetteer.names().get(fold(name)) is not None, name


# --- curated rows ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def curated(gazetteer: SqliteGazetteer, rows: sqlite3.Connection) -> list[Place]:
    ids = [place_id for (place_id,) in rows.execute("SELECT id FROM place WHERE curated = 1 ORDER BY id")]
    return [place for place_id in ids if (place := gazetteer.place(place_id)) is not None]


def test_curated_places_are_many(curated: list[Place]) -> None:
    assert len([place for place in curated if place.id.startswith("curated:")]) >= 400


def test_curated_place_lies_in_or_near_its_parent(gazetteer: SqliteGazetteer, curated: list[Place]) -> None:
    """Within the parent's box or radius and its own, with 30 km for what a circle cannot tell."""
    far = []
    for place in curated:
        parent = gazetteer.place(place.parent_id) if place.parent_id else None
        if parent is None or (parent.bbox is not None and place.point in parent.bbox):
            continue
        if not parent.radius_km and parent.bbox is None:
            continue  # nothing is known of its extent
        distance = distance_km(place.point, parent.point)
        if distance > 2.5 * parent.radius_km + place.radius_km + 30:
            far.append((place.id, parent.id, round(distance)))
    assert [entry for entry in far if entry[0] not in OFF_THE_OUTLINE] == []


def test_curated_place_lies_in_its_country(gazetteer: SqliteGazetteer, curated: list[Place]) -> None:
    """Inside the country's outline, or as near to it as its own radius and the outline's roughness allow."""

    @cache
    def outline(code: str) -> Any:
        country = next(
            (each for place_id in _country_ids(gazetteer, code) if (each := gazetteer.place(place_id))), None
        )
        geometry = gazetteer.geometry(country) if country is not None else None
        return None if geometry is None else make_valid(shape(geometry))

    @cache
    def inside(code: str) -> Any:
        return prep(outline(code))

    outside = []
    for place in curated:
        if not place.country_code or place.feature_class == "H" or outline(place.country_code) is None:
            continue
        dot = Dot(place.point.lon, place.point.lat)
        if not inside(place.country_code).contains(dot):
            degrees = outline(place.country_code).distance(dot)
            if place.id not in OFF_THE_OUTLINE and degrees * 111 > max(20.0, place.radius_km):
                outside.append((place.id, place.country_code, round(degrees * 111)))
    assert outside == []


def _country_ids(gazetteer: SqliteGazetteer, code: str) -> list[str]:
    connection = sqlite3.connect(f"{gazetteer.path.as_uri()}?mode=ro&immutable=1", uri=True)
    query = (
        "SELECT id FROM place WHERE country_code = ? AND (feature_code LIKE 'PCL%' OR feature_code = 'TERR') "
        "ORDER BY prominence DESC, id"
    )
    found = [place_id for (place_id,) in connection.execute(query, (code,))]
    connection.close()
    return found


def test_areas_become_valid_shapes(gazetteer: SqliteGazetteer, rows: sqlite3.Connection) -> None:
    query = (
        "SELECT id FROM place JOIN shape ON shape.place = place.number "
        "WHERE feature_code LIKE 'PCL%' ORDER BY id"
    )
    ids = [place_id for (place_id,) in rows.execute(query)]
    assert len(ids) > 200
    for place_id in ids:
        place = gazetteer.place(place_id)
        assert place is not None
        geometry = gazetteer.geometry(place)
        assert geometry is not None
        assert geometry["type"] == "MultiPolygon"
        assert make_valid(shape(geometry)).area > 0


def test_ordered_rows_are_the_pinned_ones(gazetteer: SqliteGazetteer) -> None:
    pinned = (Path(__file__).parents[1] / "gazetteer" / "FINGERPRINT").read_text(encoding="utf-8").strip()
    assert gazetteer.fingerprint.endswith(f"+{pinned[:16]}")
