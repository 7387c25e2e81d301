"""GeoJSON: RFC 7946 and what a user filters by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from builders import a_place, a_ring, a_sighting, an_area, an_article
from hypothesis import given
from hypothesis import strategies as st

from geomap.errors import ConfigError, ExportError
from geomap.exporters.geojson import GeoJsonExporter
from geomap.exporters.polygons import area_geometry
from geomap.exporters.summary import summarize
from geomap.model import Point, Role, Sighting, ToponymType

GOLDEN = Path(__file__).parent / "data" / "golden"


def a_news_day() -> list[Sighting]:
    """Two articles, three places, one associative mention, one mention with an area."""
    truce = an_article()
    market = an_article(
        id="a2",
        title="Damascus bakers rest",
        text="Bakers in Damascus rest. Trucks from Aleppo came late. Moscow said nothing.",
        published="2017-01-02",
        source="عينة",
        url=None,
        language="en",
    )
    damascus = a_place(
        id="geonames:170654", name="Damascus", lat=33.5102, lon=36.29128, feature_code="PPLC", population=0
    )
    moscow = a_place(
        id="geonames:524901",
        name="Moscow",
        lat=55.75222,
        lon=37.61556,
        country_code="RU",
        feature_code="PPLC",
    )
    return [
        a_sighting(article=truce, word="Aleppo", field="title"),
        a_sighting(
            article=truce,
            role=Role.EVENT,
            role_score=0.875,
            area=an_area(phrase="truce in Aleppo", method="near"),
        ),
        a_sighting(article=market, place=damascus, word="Damascus", admin1="", confidence=0.75),
        a_sighting(article=market, word="Aleppo"),
        a_sighting(
            article=market,
            place=moscow,
            word="Moscow",
            type=ToponymType.METONYMY,
            country="Russia",
            admin1="",
        ),
    ]


def positions(collection: dict[str, Any]) -> list[list[float]]:
    return [feature["geometry"]["coordinates"] for feature in collection["features"]]


def test_one_feature_per_literal_place_most_reported_first() -> None:
    features = GeoJsonExporter().collection(a_news_day())["features"]
    assert [(row["properties"]["name"], row["properties"]["articles"]) for row in features] == [
        ("Aleppo", 2),
        ("Damascus", 1),
    ]
    assert features[0]["properties"]["mentions"] == 3


def test_all_types_keep_associative_places() -> None:
    features = GeoJsonExporter(all_types=True).collection(a_news_day())["features"]
    assert [row["properties"]["name"] for row in features] == ["Aleppo", "Damascus", "Moscow"]
    assert [row["properties"]["literal"] for row in features] == [True, True, False]


def test_one_feature_per_sighting_tells_where_the_mention_stands() -> None:
    features = GeoJsonExporter(per="sighting").collection(a_news_day())["features"]
    assert len(features) == 4
    properties = features[1]["properties"]
    assert (properties["field"], properties["start"], properties["end"]) == ("text", 13, 19)
    assert properties["sentence"] == "The truce in Aleppo held on Monday."
    assert properties["type"] == "literal"


def test_the_same_sighting_twice_is_one() -> None:
    once, twice = a_news_day(), a_news_day() * 2
    for per in ("place", "sighting"):
        exporter = GeoJsonExporter(per=per)
        assert exporter.collection(twice) == exporter.collection(once)


def test_feature_ids_are_unique() -> None:
    for per in ("place", "sighting"):
        features = GeoJsonExporter(per=per, all_types=True).collection(a_news_day())["features"]
        assert len({row["id"] for row in features}) == len(features)


def test_unknown_values_are_null() -> None:
    damascus = GeoJsonExporter().collection(a_news_day())["features"][1]["properties"]
    assert damascus["population"] is None
    assert damascus["radius_km"] is None
    assert damascus["admin1"] is None


def test_dates_are_the_first_and_the_last_that_are_dates() -> None:
    articles = [
        an_article(id=str(n), published=date) for n, date in enumerate(["2020-02-01", "soon", "2019"])
    ]
    late = an_article(id="late", published="2021-05-06T10:00:00Z")
    rows = [a_sighting(article=article) for article in [*articles, late]]
    properties = GeoJsonExporter().collection(rows)["features"][0]["properties"]
    assert (properties["first_published"], properties["last_published"]) == ("2020-02-01", "2021-05-06")


def test_a_sighting_tells_how_exactly_and_in_what_role_it_lies() -> None:
    features = GeoJsonExporter(per="sighting").collection(a_news_day())["features"]
    names = ("precision", "radius_km", "role", "role_score", "area_phrase", "area_method", "area_km2")
    told = [tuple(feature["properties"][name] for name in names) for feature in features[:2]]
    assert told == [
        ("town", 11.3, "mentioned", 0.0, None, None, None),
        ("relative", 11.3, "event", 0.875, "truce in Aleppo", "near", 400.0),
    ]


def test_a_place_tells_its_precision_and_counts_events() -> None:
    aleppo, damascus = GeoJsonExporter().collection(a_news_day())["features"]
    assert (aleppo["properties"]["precision"], aleppo["properties"]["events"]) == ("town", 1)
    assert damascus["properties"]["events"] == 0


def test_a_radius_is_never_0_and_has_three_digits() -> None:
    for radius_km, told in ((0.000_123_456, 0.000_123), (2804.4, 2800.0), (0.0, 11.3)):
        row = a_sighting(place=a_place(radius_km=radius_km))
        properties = GeoJsonExporter(per="sighting").collection([row])["features"][0]["properties"]
        assert properties["radius_km"] == told


# --- areas -----------------------------------------------------------------------------------


def areas(*polygons: Any) -> dict[str, Any] | None:
    return area_geometry(an_area(polygons=polygons))


def test_points_alone_are_written_unless_areas_are_asked_for() -> None:
    plain = GeoJsonExporter(per="sighting").collection(a_news_day())["features"]
    with_areas = GeoJsonExporter(per="sighting", areas=True).collection(a_news_day())["features"]
    assert [row["geometry"]["type"] for row in plain] == ["Point"] * 4
    assert [row for row in with_areas if row["geometry"]["type"] == "Point"] == plain
    (area,) = [row for row in with_areas if row["geometry"]["type"] != "Point"]
    assert area["id"] == "a1#text:13-19:geonames:170063/area"
    assert area["properties"] == plain[1]["properties"]
    assert with_areas.index(area) == 2


def test_areas_are_those_of_sightings() -> None:
    with pytest.raises(ConfigError, match="per='sighting'"):
        GeoJsonExporter(areas=True)


def test_rfc_7946_an_outer_ring_is_counterclockwise_and_a_hole_clockwise() -> None:
    outer, hole = ((0, 0), (4, 0), (4, 4), (0, 4)), ((1, 1), (1, 2), (2, 2), (2, 1))
    wanted = {
        "type": "Polygon",
        "coordinates": [
            [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]],
            [[1, 1], [1, 2], [2, 2], [2, 1], [1, 1]],
        ],
    }
    assert areas((a_ring(*outer), a_ring(*hole))) == wanted
    backwards = areas((a_ring(*outer)[::-1], a_ring(*hole)[::-1]))
    assert backwards == wanted


def test_several_polygons_are_a_multipolygon() -> None:
    first, second = a_ring((0, 0), (1, 0), (1, 1)), a_ring((5, 0), (6, 0), (6, 1))
    found = areas((first,), (second,))
    assert found is not None
    assert found["type"] == "MultiPolygon"
    assert [len(polygon) for polygon in found["coordinates"]] == [1, 1]


def test_what_five_decimals_cannot_show_is_left_out() -> None:
    speck = a_ring((1, 1), (1.000_001, 1), (1.000_001, 1.000_001))
    line = a_ring((0, 0), (1, 1), (2, 2))
    whole = a_ring((0, 0), (4, 0), (4, 4))
    assert areas((speck,)) is None
    assert areas((line,)) is None
    assert areas((), ((),)) is None
    assert areas((speck, a_ring((0, 0), (1, 0), (1, 1)))) is None
    assert areas((whole, speck)) == areas((whole,))


def test_a_ring_that_was_left_open_is_closed() -> None:
    assert areas((a_ring((0, 0), (4, 0), (4, 4))[:-1],)) == areas((a_ring((0, 0), (4, 0), (4, 4)),))


def test_the_bbox_holds_the_areas() -> None:
    wide = a_ring((30, 30), (40, 30), (40, 40), (30, 40))
    row = a_sighting(area=an_area(polygons=((wide,),)))
    assert GeoJsonExporter(per="sighting", areas=True).collection([row])["bbox"] == [30, 30, 40, 40]
    assert GeoJsonExporter(per="sighting").collection([row])["bbox"] == [37.16117, 36.20124] * 2


def test_the_bbox_of_an_area_cut_at_the_antimeridian_crosses_it() -> None:
    west, east = a_ring((178, -19), (180, -19), (180, -17)), a_ring((-180, -19), (-179, -19), (-180, -17))
    row = a_sighting(place=a_place(lat=-18.1, lon=178.4), area=an_area(polygons=((west,), (east,))))
    collection = GeoJsonExporter(per="sighting", areas=True).collection([row])
    assert collection["bbox"] == [178, -19, -179, -17]


CORNERS = st.builds(Point, lat=st.floats(-90, 90), lon=st.floats(-180, 180))


@given(st.lists(st.lists(st.lists(CORNERS, max_size=6).map(tuple), max_size=3).map(tuple), max_size=3))
def test_any_area_follows_the_rules_of_rfc_7946(polygons: list[Any]) -> None:
    row = a_sighting(area=an_area(polygons=tuple(polygons)))
    collection = GeoJsonExporter(per="sighting", areas=True).collection([row])
    west, south, east, north = collection["bbox"]
    for feature in collection["features"][1:]:
        geometry = feature["geometry"]
        parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        for number, ring in ((number, ring) for part in parts for number, ring in enumerate(part)):
            assert ring[0] == ring[-1]
            assert len(ring) >= 4
            assert shapely.LinearRing(ring).is_ccw is (number == 0) or not shapely.LinearRing(ring).is_simple
            for lon, lat in ring:
                assert (lon, lat) == (round(lon, 5), round(lat, 5))
                assert south <= lat <= north
                assert west <= lon <= east if west <= east else lon >= west or lon <= east


def test_rfc_7946_position_is_longitude_then_latitude() -> None:
    row = a_sighting(place=a_place(lat=36.201241, lon=-37.161178))
    assert positions(GeoJsonExporter().collection([row])) == [[-37.16118, 36.20124]]


def test_rfc_7946_there_is_no_crs_member() -> None:
    assert set(GeoJsonExporter().collection(a_news_day())) == {"type", "bbox", "features"}


def test_rfc_7946_bbox_is_west_south_east_north() -> None:
    assert GeoJsonExporter().collection(a_news_day())["bbox"] == [36.29128, 33.5102, 37.16117, 36.20124]


def test_rfc_7946_bbox_across_the_antimeridian_has_west_greater_than_east() -> None:
    suva, samoa = a_place(id="1", lat=-18.1, lon=178.4), a_place(id="2", lat=-13.8, lon=-171.8)
    rows = [a_sighting(place=suva), a_sighting(place=samoa)]
    assert GeoJsonExporter().collection(rows)["bbox"] == [178.4, -18.1, -171.8, -13.8]


def test_empty_in_empty_out() -> None:
    assert GeoJsonExporter().collection([]) == {"type": "FeatureCollection", "features": []}


@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=8))
def test_every_point_lies_in_the_bbox(points: list[tuple[float, float]]) -> None:
    rows = [a_sighting(place=a_place(id=str(n), lat=lat, lon=lon)) for n, (lat, lon) in enumerate(points)]
    collection = GeoJsonExporter().collection(rows)
    west, south, east, north = collection["bbox"]
    for lon, lat in positions(collection):
        assert south <= lat <= north
        assert west <= lon <= east if west <= east else lon >= west or lon <= east


@given(st.text(st.characters(codec=None)), st.text(st.characters(codec=None)))
def test_any_text_comes_back_as_it_was_but_for_lone_surrogates(
    tmp_path_factory: pytest.TempPathFactory, title: str, source: str
) -> None:
    path = tmp_path_factory.mktemp("any") / "places.geojson"
    GeoJsonExporter(per="sighting").export([a_sighting(article=an_article(title=title, source=source))], path)
    properties = json.loads(path.read_text("utf-8"))["features"][0]["properties"]
    assert properties["title"] == "".join(
        "\ufffd" if "\ud800" <= char <= "\udfff" else char for char in title
    )


def test_geopandas_reads_it_back(tmp_path: Path) -> None:
    path = tmp_path / "places.geojson"
    GeoJsonExporter().export(a_news_day(), path)
    frame = geopandas.read_file(path)
    assert list(frame["name"]) == ["Aleppo", "Damascus"]
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry[0].x == pytest.approx(37.16117)


@pytest.mark.parametrize("per", ["place", "sighting"])
def test_file_is_as_the_golden_one(tmp_path: Path, per: Any) -> None:
    path = tmp_path / "out.geojson"
    GeoJsonExporter(per=per, all_types=True, areas=per == "sighting").export(a_news_day(), path)
    assert path.read_bytes() == (GOLDEN / f"{per}.geojson").read_bytes()


def test_a_file_that_cannot_be_written_is_an_export_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"missing.*cannot be written"):
        GeoJsonExporter().export([], tmp_path / "missing" / "out.geojson")
    with pytest.raises(OSError, match="directory"):
        GeoJsonExporter().export([], tmp_path)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "out.geojson"
    path.write_text("old")
    with pytest.raises(ValueError, match="JSON"):
        GeoJsonExporter().export([a_sighting(confidence=float("nan"))], path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_unknown_grouping_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match="'country'"):
        GeoJsonExporter(per="country")  # type: ignore[arg-type]


def test_summaries_are_ordered_by_articles_then_name_then_id() -> None:
    homs, homs_too = a_place(id="2", name="Homs"), a_place(id="1", name="Homs")
    rows = [a_sighting(place=homs), a_sighting(place=homs_too), *a_news_day()]
    assert [(row.place.name, row.place.id, row.article_count) for row in summarize(rows)][:4] == [
        ("Aleppo", "geonames:170063", 2),
        ("Damascus", "geonames:170654", 1),
        ("Homs", "1", 1),
        ("Homs", "2", 1),
    ]


def test_a_summary_has_the_title_before_the_text() -> None:
    rows = summarize(reversed(a_news_day()))[0].sightings
    fields = [(row.article.id, row.resolution.mention.field) for row in rows]
    assert fields == [("a2", "text"), ("a1", "title"), ("a1", "text")]
