"""GeoJSON: RFC 7946 and what a user filters by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas
import pytest
from builders import a_place, a_sighting, an_article
from hypothesis import given
from hypothesis import strategies as st

from geomap.errors import ConfigError, ExportError
from geomap.exporters.geojson import GeoJsonExporter
from geomap.exporters.summary import summarize
from geomap.model import Sighting, ToponymType

GOLDEN = Path(__file__).parent / "data" / "golden"


def a_news_day() -> list[Sighting]:
    """Two articles, three places, one associative mention."""
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
        a_sighting(article=truce),
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
    GeoJsonExporter(per=per, all_types=True).export(a_news_day(), path)
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
