"""Facts of the geometry files: areas, lines, borders, neighbors, disputed places."""

from __future__ import annotations

import csv
import json
import lzma
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import MultiLineString, MultiPolygon, Point, shape

from geomap.gazetteers.rows import Row, drop_twins, merge_curated, read_curated, read_places
from geomap.geo import distance_km
from geomap.model import Point as Position

GAZETTEER = Path(__file__).resolve().parent.parent / "gazetteer"
SYRIA, TURKEY, EGYPT = "geonames:163843", "geonames:298795", "geonames:357994"
RUSSIA, FIJI, NORWAY, ANTARCTICA = (
    "geonames:2017370",
    "geonames:2205218",
    "geonames:3144096",
    "geonames:6697173",
)
RAQQA, DEIR_EZ_ZOR = (35.9528, 39.0079), (35.3359, 40.1408)


@cache
def _data(name: str) -> Any:
    return json.loads(lzma.decompress((GAZETTEER / "data" / name).read_bytes()))


@cache
def _area(place_id: str) -> MultiPolygon:
    return shape({"type": "MultiPolygon", "coordinates": _data("areas.json.xz")[place_id]})


@cache
def _base() -> dict[str, Row]:
    return {row.id: row for row in read_places(GAZETTEER / "data" / "places.tsv.xz")}


@cache
def _merged() -> tuple[dict[str, Row], dict[str, str]]:
    rows = dict(_base())
    written = [row for path in sorted((GAZETTEER / "curated").glob("*.tsv")) for row in read_curated(path)]
    merge_curated(rows, written)
    return rows, drop_twins(rows, written)


@cache
def _ids(*codes: str) -> list[str]:
    listed = [key for key in _data("areas.json.xz") if key in _base()]
    return [key for key in listed if _base()[key].feature_code.startswith(codes)]


@cache
def _disputed() -> list[dict[str, str]]:
    with (GAZETTEER / "disputed.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _border(one: str, other: str) -> dict[str, Any]:
    pair = sorted((one, other))
    return next(entry for entry in _data("borders.json.xz")["borders"] if entry["pair"] == pair)


def _segments(lines: Iterable[Any]) -> set[frozenset[tuple[float, float]]]:
    return {frozenset((tuple(a), tuple(b))) for line in lines for a, b in pairwise(line)}


def _rings(place_id: str) -> list[Any]:
    return [ring for polygon in _data("areas.json.xz")[place_id] for ring in polygon]


def _near_km(lines: list[Any], place: tuple[float, float]) -> float:
    points = shapely.get_coordinates(shapely.segmentize(MultiLineString(lines), 0.01)).tolist()
    here = Position(lat=place[0], lon=place[1])
    return min(distance_km(here, Position(lat=y, lon=x)) for x, y in points)


def test_every_id_is_a_place() -> None:
    for name in ("areas.json.xz", "lines.json.xz"):
        assert set(_data(name)) <= set(_base()) | set(_merged()[0])
    borders = _data("borders.json.xz")
    assert {key for entry in borders["borders"] for key in entry["pair"]} <= set(_base())
    assert set(borders["neighbors"]) <= set(_base())


def test_every_polygon_is_valid() -> None:
    assert [key for key in _data("areas.json.xz") if not _area(key).is_valid] == []


def test_outer_rings_run_counterclockwise() -> None:
    outer = [polygon[0] for polygons in _data("areas.json.xz").values() for polygon in polygons]
    assert shapely.is_ccw([shapely.LinearRing(ring) for ring in outer]).all()


@pytest.mark.parametrize("codes", [("PCL", "TERR"), ("ADM1",)], ids=["countries", "ADM1"])
def test_neighbors_share_their_vertices_and_do_not_overlap(codes: tuple[str, ...]) -> None:
    assert shapely.coverage_is_valid([_area(key) for key in _ids(*codes)])


def test_positions_are_degrees_of_three_decimals() -> None:
    for name in ("areas.json.xz", "lines.json.xz"):
        for coordinates in _data(name).values():
            kind = "MultiPolygon" if name.startswith("areas") else "MultiLineString"
            points = shapely.get_coordinates(shape({"type": kind, "coordinates": coordinates}))
            assert abs(points[:, 0]).max() <= 180
            assert abs(points[:, 1]).max() <= 90
            assert (points.round(3) == points).all()


def test_no_polygon_runs_around_the_world() -> None:
    wide = [
        key
        for key in _ids("PCL", "TERR", "ADM1")
        if max(part.bounds[2] - part.bounds[0] for part in _area(key).geoms) > 180
    ]
    assert set(wide) <= {ANTARCTICA, *(key for key in wide if _base()[key].country_code == "AQ")}


def test_russia_and_fiji_are_cut_at_the_antimeridian() -> None:
    assert _area(RUSSIA).contains(Point(179, 67))
    assert _area(RUSSIA).contains(Point(-175, 67))
    assert not _area(RUSSIA).intersects(Point(10, 67))
    assert _area(NORWAY).contains(Point(14.5, 67))
    assert _area(FIJI).bounds[0] == -180
    assert _area(FIJI).bounds[2] == 180


def test_the_antarctic_polygon_holds_the_south_pole_region() -> None:
    assert _area(ANTARCTICA).contains(Point(0, -89))


def test_the_pacific_lies_on_both_sides_of_the_antimeridian() -> None:
    for lon in (170, -170):
        assert _area("ne:north-pacific-ocean").contains(Point(lon, 30))
        assert _area("ne:pacific-ocean").contains(Point(lon, 30))


def test_syria_and_turkey_share_a_line_that_both_polygons_have() -> None:
    border = _border(TURKEY, SYRIA)
    assert 650 < border["length_km"] < 950  # the official 909 km follow every bend
    line = _segments(border["coordinates"])
    assert line <= _segments(_rings(SYRIA))
    assert line <= _segments(_rings(TURKEY))


@pytest.mark.parametrize(
    ("one", "other"),
    [(SYRIA, EGYPT), ("geonames:933860", "geonames:895949")],
    ids=["Syria-Egypt", "Botswana-Zambia: 150 m, too short for the scale"],
)
def test_no_border(one: str, other: str) -> None:
    assert other not in _data("borders.json.xz")["neighbors"][one]


def test_every_border_is_a_line_between_two_countries() -> None:
    countries = set(_ids("PCL", "TERR"))
    for entry in _data("borders.json.xz")["borders"]:
        assert entry["pair"] == sorted(entry["pair"])
        assert set(entry["pair"]) <= countries
        assert entry["length_km"] > 0
        assert all(len(line) > 1 for line in entry["coordinates"])


def test_neighbors_are_mutual_and_of_one_level() -> None:
    neighbors = _data("borders.json.xz")["neighbors"]
    for key, listed in neighbors.items():
        assert key not in listed
        for other in listed:
            assert key in neighbors[other]
            first, second = (_base()[each].feature_code == "ADM1" for each in (key, other))
            assert first == second


def test_governorates_touch_across_and_within_countries() -> None:
    touching = {_base()[key].name for key in _data("borders.json.xz")["neighbors"]["geonames:170062"]}
    assert {"Hama Governorate", "Idlib Governorate", "Gaziantep Province"} <= touching
    assert "Daraa Governorate" not in touching


def test_states_that_meet_in_a_point_are_no_neighbors() -> None:
    arizona, colorado, utah = "geonames:5551752", "geonames:5417618", "geonames:5549030"
    neighbors = _data("borders.json.xz")["neighbors"]
    assert colorado not in neighbors[arizona]
    assert utah in neighbors[arizona]


def test_the_mediterranean_holds_its_middle_and_not_cairo() -> None:
    sea = _area("ne:mediterranean-sea")
    assert sea.contains(Point(18, 34))
    assert not sea.intersects(Point(31.24, 30.04))


@pytest.mark.parametrize(
    ("sea", "lon", "lat"),
    [
        ("ne:black-sea", 34, 43),
        ("ne:red-sea", 38, 20),
        ("ne:persian-gulf", 51.5, 27),
        ("ne:red-sea", 43.33, 12.6),
        ("ne:caspian-sea", 51, 41),
        ("ne:south-china-sea", 114, 13),
        ("ne:great-barrier-reef", 147, -18.5),
    ],
)
def test_seas_hold_their_water(sea: str, lon: float, lat: float) -> None:
    assert _area(sea).contains(Point(lon, lat))


@pytest.mark.parametrize(
    ("lake", "lon", "lat"),
    [
        ("curated:lake-van", 42.9, 38.6),
        ("curated:lake-victoria", 33.0, -1.0),
        ("curated:lake-urmia", 45.4, 37.8),
    ],
)
def test_lakes_hold_their_water(lake: str, lon: float, lat: float) -> None:
    assert _area(lake).contains(Point(lon, lat))


def test_lake_victoria_does_not_hold_nairobi() -> None:
    assert not _area("curated:lake-victoria").intersects(Point(36.82, -1.29))


@pytest.mark.parametrize("town", [RAQQA, DEIR_EZ_ZOR], ids=["Raqqa", "Deir ez-Zor"])
def test_the_euphrates_passes(town: tuple[float, float]) -> None:
    assert _near_km(_data("lines.json.xz")["river:euphrates"], town) < 10


def test_the_euphrates_does_not_pass_damascus() -> None:
    assert _near_km(_data("lines.json.xz")["river:euphrates"], (33.5102, 36.2913)) > 100


def test_the_nile_runs_as_one_line_from_khartoum_to_the_delta() -> None:
    longest = max((shape({"type": "LineString", "coordinates": part}) for part in
                   _data("lines.json.xz")["river:nile"]), key=lambda line: line.length)  # fmt: skip
    assert longest.distance(Point(32.53, 15.6)) < 0.1
    assert longest.distance(Point(31.23, 30.04)) < 0.1


def test_a_dropped_twin_says_who_stands_for_it() -> None:
    rows, moved = _merged()
    assert moved["ne:mediterranean-sea"] == "curated:mediterranean-sea"
    assert moved["river:tigris"] == "curated:tigris"
    assert not set(moved) & set(rows)
    assert set(moved.values()) <= set(rows)


def test_forty_five_places_are_marked_as_disputed() -> None:
    assert len({row["id"] for row in _disputed()}) == len(_disputed()) >= 45


def test_a_disputed_place_is_in_the_gazetteer_and_has_a_note_and_a_source() -> None:
    rows, _ = _merged()
    codes = {row.country_code for row in rows.values()}
    for row in _disputed():
        assert row["id"] in rows
        assert row["note"]
        assert row["source"]
        for column in ("administered_by", "claimed_by", "drawn_as"):
            assert set(filter(None, row[column].split("|"))) <= codes


def test_disputed_places_are_drawn_as_the_table_says() -> None:
    rows, _ = _merged()
    countries = {_base()[key].country_code: _area(key) for key in _ids("PCL", "TERR")}
    for row in _disputed():
        place = Point(rows[row["id"]].lon, rows[row["id"]].lat)
        holders = {code for code, area in countries.items() if area.covers(place)}
        drawn = set(filter(None, row["drawn_as"].split("|")))
        assert holders <= drawn, row["id"]
        assert bool(holders) == bool(drawn), row["id"]


def test_crimea_and_the_golan_are_drawn_by_control() -> None:
    drawn = {row["id"]: row["drawn_as"] for row in _disputed()}
    assert drawn["geonames:703883"] == "RU"
    assert drawn["curated:sy-golan-heights"] == "IL"
