"""The project's file: a GeoPackage by the standard, always in agreement with itself and with memory.

Numbers of requirements are those of OGC 12-128r17 (GeoPackage 1.3).
"""

from __future__ import annotations

import contextlib
import lzma
import random
import re
import shutil
import sqlite3
import struct
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pyogrio
import pytest
import shapely
from builders import (
    a_focus,
    a_mention,
    a_parsed,
    a_place,
    a_provenance,
    a_resolution,
    a_ring,
    a_sighting,
    an_area,
    an_article,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from geomap.errors import ArticleError, StoreError
from geomap.model import (
    Article,
    BBox,
    Focus,
    GeoparsedArticle,
    Outcome,
    Point,
    Precision,
    Query,
    Role,
    Sighting,
    ToponymType,
)
from geomap.store import GeoPackageStore, MemoryStore, is_project
from geomap.store.geometry import area_geometry, area_polygons
from geomap.text import fold

SUVA = a_place(id="geonames:2198148", name="Suva", lat=-18.14161, lon=178.44149, country_code="FJ")
BOTH = an_article(id="a2", title="Two ports", text="Suva wrote to Aleppo.", published="2017-02-01T08:00Z")


def fill(path: Path) -> Path:
    """Make a project of two articles, three mentions of two places, and a name without a place."""
    demonym = a_sighting(article=BOTH, place=SUVA, word="Suva", type=ToponymType.DEMONYM, confidence=0.4)
    nowhere = a_resolution(
        mention=a_mention(article_id="a2", start=5, end=10, text="wrote"),
        outcome=Outcome.NO_CANDIDATE,
        place=None,
        confidence=0.0,
    )
    aleppo = a_sighting(article=BOTH, confidence=0.7, role=Role.EVENT, role_score=0.8, area=an_area())
    found = (demonym.resolution, nowhere, aleppo.resolution)
    with GeoPackageStore(path) as store:
        store.add(a_parsed())
        store.add(a_parsed(demonym, aleppo, resolutions=found, focus=a_focus()))
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return fill(tmp_path / "news.gpkg")


@pytest.fixture
def sql(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def columns(sql: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    """Return name, type, whether it must be there, default, and place in the primary key of each column."""
    return [row[1:] for row in sql.execute(f"PRAGMA table_info({table})")]


# --- the standard ------------------------------------------------------------------------------


def test_the_header_says_geopackage_1_3(path: Path) -> None:
    """1 and 2: an SQLite 3 file whose header carries the application id GPKG and the version 10300."""
    header = path.read_bytes()[:100]
    assert header[:16] == b"SQLite format 3\0"
    assert header[68:72] == b"GPKG"
    assert struct.unpack(">I", header[60:64]) == (10300,)


def test_the_file_is_whole(sql: sqlite3.Connection) -> None:
    """6 and 7: the checks of integrity and of foreign keys find nothing."""
    assert sql.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert sql.execute("PRAGMA foreign_key_check").fetchall() == []


def test_the_systems_of_reference_are_those_that_must_be_there(sql: sqlite3.Connection) -> None:
    """10, 11, 12: the table has its columns, and the rows for WGS 84 and the two undefined systems."""
    assert columns(sql, "gpkg_spatial_ref_sys") == [
        ("srs_name", "TEXT", 1, None, 0),
        ("srs_id", "INTEGER", 1, None, 1),
        ("organization", "TEXT", 1, None, 0),
        ("organization_coordsys_id", "INTEGER", 1, None, 0),
        ("definition", "TEXT", 1, None, 0),
        ("description", "TEXT", 0, None, 0),
    ]
    rows = "SELECT srs_id, organization, organization_coordsys_id FROM gpkg_spatial_ref_sys ORDER BY srs_id"
    assert sql.execute(rows).fetchall() == [(-1, "NONE", -1), (0, "NONE", 0), (4326, "EPSG", 4326)]


def test_the_contents_table_is_as_the_standard_writes_it(sql: sqlite3.Connection) -> None:
    """13: the columns of gpkg_contents, their types and the default of the date."""
    now = "strftime('%Y-%m-%dT%H:%M:%fZ','now')"
    assert columns(sql, "gpkg_contents") == [
        ("table_name", "TEXT", 1, None, 1),
        ("data_type", "TEXT", 1, None, 0),
        ("identifier", "TEXT", 0, None, 0),
        ("description", "TEXT", 0, "''", 0),
        ("last_change", "DATETIME", 1, now, 0),
        ("min_x", "DOUBLE", 0, None, 0),
        ("min_y", "DOUBLE", 0, None, 0),
        ("max_x", "DOUBLE", 0, None, 0),
        ("max_y", "DOUBLE", 0, None, 0),
        ("srs_id", "INTEGER", 0, None, 0),
    ]


def test_the_contents_name_what_is_there(sql: sqlite3.Connection) -> None:
    """14, 15, 18, 118: names of tables or views, dates in ISO 8601, features and attributes."""
    rows = sql.execute("SELECT table_name, data_type, srs_id FROM gpkg_contents").fetchall()
    assert sorted(rows) == [
        ("areas", "features", 4326),
        ("articles", "attributes", None),
        ("layer_styles", "attributes", None),
        ("places", "features", 4326),
        ("sightings", "features", 4326),
    ]
    tables = {row[0] for row in sql.execute("SELECT name FROM sqlite_master")}
    assert {row[0] for row in rows} <= tables
    date = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z"
    query = "SELECT COUNT(*) FROM gpkg_contents WHERE last_change GLOB ?"
    assert sql.execute(query, (date,)).fetchone() == (5,)


def test_the_geometry_columns_are_points_and_areas_of_wgs84(sql: sqlite3.Connection) -> None:
    """21 to 28: the table has its columns; each layer has one geometry column, without z and m."""
    assert columns(sql, "gpkg_geometry_columns") == [
        ("table_name", "TEXT", 1, None, 1),
        ("column_name", "TEXT", 1, None, 2),
        ("geometry_type_name", "TEXT", 1, None, 0),
        ("srs_id", "INTEGER", 1, None, 0),
        ("z", "TINYINT", 1, None, 0),
        ("m", "TINYINT", 1, None, 0),
    ]
    assert sql.execute("SELECT * FROM gpkg_geometry_columns").fetchall() == [
        ("places", "geom", "POINT", 4326, 0, 0),
        ("sightings", "geom", "POINT", 4326, 0, 0),
        ("areas", "geom", "MULTIPOLYGON", 4326, 0, 0),
    ]


@pytest.mark.parametrize("view", ["places", "sightings", "areas", "articles"])
def test_the_first_column_of_a_view_tells_its_rows_apart(sql: sqlite3.Connection, view: str) -> None:
    """150, 151: integers, none missing, none twice."""
    name, kind = columns(sql, view)[0][:2]
    assert (name, kind) == ("fid", "INTEGER")
    numbers = [row[0] for row in sql.execute(f"SELECT fid FROM {view}")]  # noqa: S608
    assert numbers
    assert all(isinstance(number, int) for number in numbers)
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("table", ["places", "sightings", "areas", "articles", "layer_styles"])
def test_every_column_has_a_type_of_the_standard(sql: sqlite3.Connection, table: str) -> None:
    """5 and 30: a type of the standard's table, whatever SQLite makes of expressions."""
    allowed = {"INTEGER", "DOUBLE", "TEXT", "BOOLEAN", "DATE", "DATETIME", "TEXT(256)", "TEXT(30)"}
    allowed |= {"POINT", "MULTIPOLYGON"}
    assert {column[1] for column in columns(sql, table)} <= allowed


@pytest.mark.parametrize(
    ("table", "column"), [("places", "first_day"), ("sightings", "day"), ("articles", "day")]
)
def test_dates_are_dates_and_booleans_0_or_1(sql: sqlite3.Connection, table: str, column: str) -> None:
    """5: DATE is text YYYY-MM-DD; BOOLEAN is 0 or 1."""
    glob = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
    other = f"SELECT COUNT(*) FROM {table} WHERE {column} NOT GLOB ?"  # noqa: S608
    assert sql.execute(other, (glob,)).fetchone() == (0,)
    assert sql.execute("SELECT COUNT(*) FROM sightings WHERE literal NOT IN (0, 1)").fetchone() == (0,)


@pytest.mark.parametrize("layer", ["places", "sightings"])
def test_geometries_are_geopackage_binary(sql: sqlite3.Connection, layer: str) -> None:
    """19, 20, 31 to 33: GP, version 0, little endian, no envelope, WGS 84, then a WKB point, lon first."""
    blobs = dict(sql.execute(f"SELECT name, geom FROM {layer}"))  # noqa: S608
    header, flags, srs, order, kind, lon, lat = struct.unpack("<3sBiBIdd", blobs["Suva"])
    assert (header, flags, srs, order, kind) == (b"GP\0", 1, 4326, 1, 1)
    assert (lon, lat) == (178.44149, -18.14161)


def extents(sql: sqlite3.Connection) -> dict[str, tuple[float, ...]]:
    rows = "SELECT table_name, min_x, min_y, max_x, max_y FROM gpkg_contents WHERE data_type = 'features'"
    return {name: extent for name, *extent in sql.execute(rows)}


def test_the_extent_is_that_of_the_places_and_of_the_areas(sql: sqlite3.Connection) -> None:
    places = [37.16117, -18.14161, 178.44149, 36.20124]
    assert extents(sql) == {"places": places, "sightings": places, "areas": [37.0, 36.3, 37.2, 36.5]}


def test_an_empty_project_has_no_extent_and_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "empty.gpkg"
    GeoPackageStore(path).close()
    for layer in ("places", "sightings", "areas"):
        assert geopandas.read_file(path, layer=layer).empty


def test_the_extent_shrinks_when_a_place_goes(path: Path, sql: sqlite3.Connection) -> None:
    with GeoPackageStore(path) as store:
        store.remove("a2")
    assert extents(sql)["places"] == [37.16117, 36.20124, 37.16117, 36.20124]
    assert extents(sql)["areas"] == [None] * 4


# --- other programs ----------------------------------------------------------------------------


def test_programs_see_three_layers_and_two_tables(path: Path) -> None:
    layers = {name: kind for name, kind in pyogrio.list_layers(path)}  # noqa: C416 - an array of pairs
    assert layers == {
        "places": "Point",
        "sightings": "Point",
        "areas": "MultiPolygon",
        "articles": None,
        "layer_styles": None,
    }


def test_columns_come_with_their_types(path: Path) -> None:
    def types(layer: str) -> dict[str, str]:
        info = pyogrio.read_info(path, layer=layer)
        assert info["fid_column"] == "fid"
        return dict(zip(info["fields"], info["dtypes"], strict=True))

    places, sightings, articles = types("places"), types("sightings"), types("articles")
    areas = types("areas")
    assert {areas["km2"], areas["radius_km"], sightings["area_km2"], sightings["role_score"]} == {"float64"}
    assert {areas["phrase"], sightings["role"], sightings["precision"], articles["focus"]} == {"object"}
    whole = ("articles", "mentions", "literal_mentions", "population")
    assert {places[name] for name in whole} == {"int64"}
    assert {places["first_day"], places["last_day"], sightings["day"], articles["day"]} == {"datetime64[D]"}
    assert {sightings["literal"], sightings["dateline"]} == {"bool"}
    assert {places["confidence"], sightings["confidence"], places["radius_km"]} == {"float64"}
    assert {sightings["sentence"], sightings["mention"], articles["text"]} == {"object"}


def test_geopandas_reads_the_places_without_a_warning(path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frame = geopandas.read_file(path, layer="places").set_index("name")
    assert frame.crs == "EPSG:4326"
    aleppo, suva = frame.loc["Aleppo"], frame.loc["Suva"]
    assert (aleppo.geometry.x, aleppo.geometry.y) == (37.16117, 36.20124)
    assert (aleppo["articles"], aleppo["mentions"], aleppo["literal_mentions"]) == (2, 2, 2)
    assert (suva["articles"], suva["mentions"], suva["literal_mentions"]) == (1, 1, 0)
    assert (aleppo["confidence"], suva["confidence"]) == (0.9, 0.4)
    assert (str(aleppo["first_day"])[:10], str(aleppo["last_day"])[:10]) == ("2016-12-30", "2017-02-01")


def test_geopandas_reads_the_sightings_with_their_sentences(path: Path) -> None:
    frame = geopandas.read_file(path, layer="sightings")
    assert list(zip(frame["article_id"], frame["mention"], frame["literal"], strict=True)) == [
        ("a1", "Aleppo", True),
        ("a2", "Suva", False),
        ("a2", "Aleppo", True),
    ]
    assert list(frame["sentence"])[:2] == ["The truce in Aleppo held on Monday.", "Suva wrote to Aleppo."]


def test_geopandas_reads_how_exactly_and_in_what_role_a_mention_lies(path: Path) -> None:
    frame = geopandas.read_file(path, layer="sightings").set_index("article_id")
    relative = frame[frame["precision"] == "relative"].iloc[0]
    assert (relative["role"], relative["role_score"]) == ("event", 0.8)
    assert (relative["area_phrase"], relative["area_method"], relative["area_km2"]) == (
        "north of Aleppo", "direction", 400.0,
    )  # fmt: skip
    assert relative["radius_km"] == pytest.approx(11.28, abs=0.01)
    assert (relative.geometry.x, relative.geometry.y) == (37.16117, 36.20124)
    town = frame.loc["a1"]
    assert (town["precision"], town["role"]) == ("town", "mentioned")
    assert pd.isna(town["area_phrase"])


def test_geopandas_reads_the_areas(path: Path) -> None:
    frame = geopandas.read_file(path, layer="areas")
    assert list(frame["phrase"]) == ["north of Aleppo"]
    row = frame.iloc[0]
    assert (row["name"], row["article_id"], row["mention"]) == ("Aleppo", "a2", "Aleppo")
    assert row.geometry.geom_type == "MultiPolygon"
    assert row.geometry.equals(shapely.box(37.0, 36.3, 37.2, 36.5))


def test_each_layer_has_a_default_style(sql: sqlite3.Connection) -> None:
    """QGIS looks for the row of its file's layer with useAsDefault; empty catalog and schema."""
    rows = sql.execute(
        "SELECT f_table_name, f_geometry_column, f_table_catalog, f_table_schema, useAsDefault, "
        "instr(styleQML, '<qgis ') FROM layer_styles ORDER BY 1"
    ).fetchall()
    assert [row[:5] for row in rows] == [
        ("areas", "geom", "", "", 1),
        ("places", "geom", "", "", 1),
        ("sightings", "geom", "", "", 1),
    ]
    assert all(row[5] for row in rows)


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="needs ogrinfo (gdal-bin)")
def test_ogrinfo_has_nothing_to_complain_of(path: Path) -> None:
    result = subprocess.run(
        ["ogrinfo", "-ro", "-al", "-so", str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert "Warning" not in result.stdout + result.stderr
    assert "ERROR" not in result.stdout + result.stderr
    for line in ("Layer name: places", "Layer name: sightings", "Feature Count: 3", "day: Date (0.0)"):
        assert line in result.stdout


def test_a_file_that_qgis_keeps_open_can_be_added_to(path: Path, sql: sqlite3.Connection) -> None:
    """QGIS puts a file that it edits into WAL mode."""
    assert sql.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
    with GeoPackageStore(path) as store:
        store.add(a_parsed(a_sighting(article=an_article(id="a9", title="More"))))
    assert sql.execute("SELECT COUNT(*) FROM articles").fetchone() == (3,)


# --- files that are none -----------------------------------------------------------------------


def _text(path: Path) -> None:
    path.write_text("Aleppo is a city.")


def _foreign_geopackage(path: Path) -> None:
    points = geopandas.GeoDataFrame({"name": ["x"]}, geometry=geopandas.points_from_xy([1], [2]), crs=4326)
    points.to_file(path, layer="places")


def _foreign_sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE geomap_meta (name TEXT)")


def _newer(path: Path) -> None:
    fill(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE geomap_meta SET value = '99' WHERE key = 'format'")


def _cut(path: Path) -> None:
    data = fill(path).read_bytes()
    path.write_bytes(data[:4096] + bytes(len(data) - 4096))


NO_PROJECTS = [
    (_text, "is no project of geomap"),
    (lambda path: path.write_bytes(b"\0\0"), "is no project of geomap"),
    (_foreign_geopackage, "is no project of geomap"),
    (_foreign_sqlite, "is no project of geomap"),
    (_newer, "has the format 99; this version of geomap reads 2"),
    (_cut, "is damaged"),
    (Path.mkdir, "is a folder"),
]


@pytest.mark.parametrize(("make", "problem"), NO_PROJECTS)
def test_another_file_is_refused_and_left_as_it_is(tmp_path: Path, make: Any, problem: str) -> None:
    path = tmp_path / "news.gpkg"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError, match=f"news.gpkg: {problem}") as caught, GeoPackageStore(path) as store:
        store.find(Query())
    assert "\n" not in str(caught.value)
    assert before == (path.read_bytes() if path.is_file() else None)
    assert [each.name for each in tmp_path.iterdir()] == ["news.gpkg"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="its folder is not there"):
        GeoPackageStore(tmp_path / "none" / "news.gpkg")


def test_a_name_that_no_file_can_have_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        GeoPackageStore(tmp_path / ("x" * 300))


def test_a_file_named_like_memory_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    fill(Path(":memory:"))
    with GeoPackageStore(Path(":memory:"), create=False) as store:
        assert store.counts() == (2, 2, 4)


def test_a_read_only_file_answers_and_refuses(path: Path) -> None:
    with GeoPackageStore(path) as store:
        store._connection.execute("PRAGMA query_only = ON")
        assert len(store.find(Query())) == 2
        with pytest.raises(StoreError, match="read-only"):
            store.remove("a1")


def test_a_file_that_another_writes_is_waited_for_and_then_said(
    path: Path, sql: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geomap.store.geopackage._WAIT_S", 0.05)
    sql.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="is in use by another program"):
        GeoPackageStore(path)


# --- files of an older geomap --------------------------------------------------------------------


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A project that geomap wrote when FORMAT was 1: what `fill` made then, and a third article."""
    path = tmp_path / "old.gpkg"
    data = Path(__file__).parent / "data" / "format-1.gpkg.xz"
    path.write_bytes(lzma.decompress(data.read_bytes()))
    return path


def test_an_older_file_is_brought_to_the_form_of_today(old: Path, tmp_path: Path) -> None:
    with GeoPackageStore(old, create=False) as store:
        found = store.find(Query(all_types=True))
        assert store.counts() == (3, 3, 6)
    assert [each.resolution.mention.text for each in found] == ["Aleppo", "Suva", "Aleppo", "ALEPPO", "Syria"]
    assert {(each.role, each.role_score, each.area) for each in found} == {(Role.MENTIONED, 0.0, None)}
    GeoPackageStore(tmp_path / "new.gpkg").close()
    with closing(sqlite3.connect(old)) as first, closing(sqlite3.connect(tmp_path / "new.gpkg")) as second:
        names = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY 1"
        assert first.execute(names).fetchall() == second.execute(names).fetchall()
        for (name,) in first.execute(names).fetchall():
            assert columns(first, name) == columns(second, name)
        assert first.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert first.execute("PRAGMA foreign_key_check").fetchall() == []
    assert geopandas.read_file(old, layer="areas").empty


def test_an_older_file_answers_queries_by_precision_and_can_be_added_to(old: Path) -> None:
    with GeoPackageStore(old, create=False) as store:
        countries = store.find(Query(precisions=frozenset({Precision.COUNTRY})))
        assert [each.place.name for each in countries] == ["Syria"]
        later = a_sighting(article=BOTH, area=an_area(), role=Role.EVENT)
        store.add(a_parsed(later, focus=a_focus(), provenance=a_provenance(resolver="test@2+0")))
        assert [each.area for each in store.find(Query(roles=frozenset({Role.EVENT})))] == [an_area()]
    frame = geopandas.read_file(old, layer="sightings")
    assert sorted(frame["precision"]) == ["country", "relative", "town", "town"]
    assert list(geopandas.read_file(old, layer="areas")["phrase"]) == ["north of Aleppo"]


def test_an_older_file_that_cannot_be_changed_says_what_to_do_and_stays(old: Path) -> None:
    before = old.read_bytes()
    # A store of a file that may not be written: also for root, whom permissions do not stop.
    connect = sqlite3.connect
    uri = f"{old.absolute().as_uri()}?mode=ro"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", lambda _, **options: connect(uri, uri=True, **options))
        with pytest.raises(StoreError, match=r"older geomap .* read-only; make it, or a copy"):
            GeoPackageStore(old, create=False)
    assert old.read_bytes() == before


def test_an_upgrade_that_fails_leaves_the_older_file(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    before = list(_dump(old))
    with monkeypatch.context() as patch:
        patch.setattr("geomap.store.upgrading.reach_km", fail)
        with pytest.raises(KeyboardInterrupt):
            GeoPackageStore(old, create=False)
    assert list(_dump(old)) == before
    with GeoPackageStore(old, create=False) as store:
        assert store.counts().articles == 3


def _dump(path: Path) -> Iterator[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        yield from connection.execute("SELECT * FROM sqlite_master ORDER BY name")
        for table in ("geomap_meta", "geomap_article", "geomap_mention", "gpkg_contents", "layer_styles"):
            yield from connection.execute(f"SELECT * FROM {table}")  # noqa: S608


def test_to_ask_whether_a_file_is_a_project_leaves_it_as_it_is(old: Path, path: Path, tmp_path: Path) -> None:
    before = old.read_bytes()
    assert is_project(old)
    assert is_project(path)
    assert old.read_bytes() == before
    for make in (_text, _foreign_geopackage, _foreign_sqlite):
        other = tmp_path / f"{make.__name__}.gpkg"
        make(other)
        assert not is_project(other)
    assert not is_project(tmp_path)
    assert not is_project(tmp_path / "none.gpkg")
    assert not (tmp_path / "none.gpkg").exists()


def test_a_file_of_a_newer_geomap_is_a_project_too(tmp_path: Path) -> None:
    _newer(tmp_path / "newer.gpkg")
    assert is_project(tmp_path / "newer.gpkg")


# --- areas and extents ---------------------------------------------------------------------------

POINTS = st.builds(Point, lat=st.floats(-90, 90), lon=st.floats(-180, 180))
RINGS = st.lists(POINTS, max_size=5).map(tuple)


@given(st.lists(st.lists(RINGS, max_size=3).map(tuple), max_size=3).map(tuple))
def test_an_area_comes_back_to_the_last_bit(polygons: Any) -> None:
    assert area_polygons(area_geometry(polygons)) == polygons


@given(st.binary(max_size=60), st.integers(0, 120))
def test_a_damaged_area_is_a_value_error(tail: bytes, kept: int) -> None:
    whole = area_geometry(an_area().polygons)
    with contextlib.suppress(ValueError):
        area_polygons(whole[:kept] + tail)


def test_a_place_that_is_known_otherwise_changes_its_mentions_of_before(path: Path) -> None:
    village = a_place(feature_code="PPLX", population=0, radius_km=3.0)
    article = an_article(id="a8", title="Later", text="Aleppo is quiet.", url=None)
    with GeoPackageStore(path) as store:
        store.add(a_parsed(a_sighting(article=article, place=village)))
        for query in (Query(), Query(precisions=frozenset(Precision))):
            precisions = [each.precision for each in store.find(query) if each.place.name == "Aleppo"]
            assert precisions == [Precision.NEIGHBORHOOD, Precision.RELATIVE, Precision.NEIGHBORHOOD]
        assert len(store.find(Query(precisions=frozenset({Precision.NEIGHBORHOOD})))) == 2
        assert store.find(Query(precisions=frozenset({Precision.TOWN}))) == []
    frame = geopandas.read_file(path, layer="sightings")
    assert set(frame[frame["precision"] == "neighborhood"]["radius_km"]) == {3.0}


def test_half_a_character_in_an_area_or_a_focus_is_refused(path: Path) -> None:
    article = an_article(id="a3", text="Rain in Aleppo.", title="Half")
    broken = a_parsed(a_sighting(article=article, area=an_area(phrase="\ud800")))
    with GeoPackageStore(path) as store:
        for parsed in (broken, a_parsed(article=article, focus=a_focus(place_name="\ud800"))):
            with pytest.raises(ArticleError, match="half of a character"):
                store.add(parsed)


# --- what is kept ------------------------------------------------------------------------------


def test_adding_the_same_again_changes_no_byte(path: Path) -> None:
    before = path.read_bytes()
    with GeoPackageStore(path) as store:
        store.add(a_parsed())
    assert path.read_bytes() == before


def test_text_with_null_characters_is_kept_as_it_is(path: Path) -> None:
    article = an_article(id="a3", title="Nulls", text="One\0two. Rain in Aleppo\0today.")
    sighting = a_sighting(article=article)
    with GeoPackageStore(path) as store:
        store.add(a_parsed(sighting))
        assert store.find(Query(article_ids=frozenset({"a3"}))) == [sighting]
        assert len(store.find(Query(text="today"))) == 1
        store.remove("a3")
        assert store.find(Query(text="today")) == []


@pytest.mark.parametrize("field", ["id", "title", "text", "source", "url", "origin"])
def test_half_a_character_is_refused_before_anything_is_written(path: Path, field: str) -> None:
    article = an_article(id="a3", text="Rain in Aleppo.", title="Half")
    broken = replace(article, **{field: f"{getattr(article, field)}\ud800"})
    with GeoPackageStore(path) as store:
        store.change(broken)
        with pytest.raises(ArticleError, match="half of a character") as caught:
            store.add(a_parsed(a_sighting(article=broken)))
        assert str(caught.value).isascii()
        assert store.counts() == (2, 2, 4)


def test_an_id_with_a_null_character_is_refused(path: Path) -> None:
    with GeoPackageStore(path) as store, pytest.raises(ArticleError, match="null character"):
        store.add(a_parsed(article=an_article(id="a\0b")))


def test_a_name_with_half_a_character_is_an_error(path: Path) -> None:
    with GeoPackageStore(path, create=False) as store, pytest.raises(StoreError, match="half of a character"):
        store.articles("id", "\udcff")


def test_an_article_of_twenty_million_characters_is_kept(tmp_path: Path) -> None:
    article = an_article(text="Rain fell on the road. " * 870_000 + "Aleppo is dry.")
    path = tmp_path / "news.gpkg"
    with GeoPackageStore(path) as store:
        store.add(a_parsed(a_sighting(article=article)))
        assert store.find(Query(text='"aleppo is dry"'))[0].sentence == "Aleppo is dry."
    assert list(geopandas.read_file(path, layer="sightings")["sentence"]) == ["Aleppo is dry."]


def test_words_of_any_script_are_found() -> None:
    words = ("서울", "Андрей", "Ёлка", "Αθήνα", "أحمد", "दिल्ली", "東京", "İzmir", "Łódź", "Đà", "Ǿ")
    with GeoPackageStore() as store:
        for number, word in enumerate(words):
            article = an_article(id=f"w{number}", title="", text=f"Aleppo, {word}, again.", url=None)
            store.add(a_parsed(a_sighting(article=article)))
        memory = MemoryStore()
        for number, _ in enumerate(words):
            kept = store.parsed(f"w{number}")
            assert kept is not None
            memory.add(kept)
        for number, word in enumerate(words):
            for keeper in (store, memory):
                assert [each.article.id for each in keeper.find(Query(text=word))] == [f"w{number}"], word


@pytest.mark.parametrize("table", ["geomap_place", "geomap_mention", "geomap_article", "geomap_area"])
def test_the_work_of_a_commit_does_not_grow_with_the_project(sql: sqlite3.Connection, table: str) -> None:
    from geomap.store import schema, writing

    for statement, values in (
        (schema.UPDATE_EXTENT, ()),
        (schema.UPDATE_AREA_EXTENT, ()),
        (writing._EXTENT, (1,)),
        (writing._NUMBERS, (1,)),
        (writing._FORGET_PLACES, ("[1]",)),
        (writing._SURE_AGAIN, ("[1]",)),
        (writing._DAYS_AGAIN, ("[1]",)),
        (writing._PLACES_OF, (1,)),
        (writing._NAMES_OF, (1,)),
    ):
        plan = [row[3] for row in sql.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
        assert f"SCAN {table}" not in plan, (statement, plan)


# --- the file and memory agree -----------------------------------------------------------------

IDS = [f"n{number}" for number in range(5)]
PLACES = [
    (a_place(), "Syria", ("geonames:1", "geonames:163843")),
    (a_place(id="geonames:169577", name="Homs", lat=34.72682, lon=36.72339), "Syria", ("geonames:163843",)),
    (SUVA, "Fiji", ("geonames:2205218",)),
    (a_place(id="geonames:163843", name="Syria", lat=35.0, lon=38.0, feature_class="A"), "Syria", ()),
    (a_place(id="odd:'\"%_ ’", name='Śã\'o "X"', lat=-90.0, lon=-180.0, country_code=""), "", ()),
]
FOCUSES = [Focus(), a_focus(), a_focus(countries=(), profile="", weight=1 / 3)]
AREAS = [
    None,
    an_area(),
    an_area(phrase="", method="between", km2=0.1, polygons=()),
    an_area(
        phrase="around the “hole”",
        km2=1 / 3,
        polygons=(
            (a_ring((0.1, 0.1), (9, 0), (9, 9)), a_ring((2, 1), (8, 7), (8, 1))),
            (a_ring((180.0, -90.0), (179.0, -89.3), (179.1, -90.0)),),
        ),
    ),
]
DAYS = [None, "2016-12-30", "2016-12-31T10:00:00Z", "2017-02-30", "2017-03-01", "7:58 AM ET"]
TYPES = [ToponymType.LITERAL, ToponymType.METONYMY, ToponymType.DEMONYM, ToponymType.MIXED]
PLACE_IDS = [place.id for place, _, _ in PLACES] + ["geonames:1", "geonames:2205218", "none"]


@st.composite
def parsed_articles(draw: st.DrawFn) -> GeoparsedArticle:
    chosen = draw(st.lists(st.sampled_from(PLACES), max_size=4))
    text = " ".join(f"{draw(st.sampled_from(['Rain', 'Trucks', 'São']))} in {p.name}." for p, _, _ in chosen)
    article = an_article(
        id=draw(st.sampled_from(IDS)),
        title=draw(st.sampled_from(["", "Truce", "Rain again"])),
        text=text or "Nothing.",
        published=draw(st.sampled_from(DAYS)),
        url=draw(st.sampled_from([None, "https://example.org/1"])),
    )
    recognizer = draw(st.sampled_from(["r@1", "r@2"]))
    found = tuple(_sightings(article, chosen, recognizer))
    focus = random.Random(repr((article, recognizer))).choice(FOCUSES)  # noqa: S311
    provenance = a_provenance(recognizer=recognizer)
    return a_parsed(*found, article=article, provenance=provenance, focus=focus)


def _sightings(article: Article, chosen: list[Any], recognizer: str) -> Iterator[Sighting]:
    """Yield what a geoparser finds: always the same in the same article."""
    choice = random.Random(repr((article, recognizer)))  # noqa: S311
    at = 0
    for place, country, ancestors in chosen:
        start = article.text.index(place.name, at)
        begin, at = at, start + len(place.name) + 2
        mention = a_mention(
            article_id=article.id,
            start=start,
            end=start + len(place.name),
            text=place.name,
            type=choice.choice(TYPES),
        )
        confidence = choice.choice([0.0, 0.25, 0.5, 1.0])
        yield Sighting(
            article=article,
            resolution=a_resolution(mention=mention, place=place, confidence=confidence),
            place=place,
            sentence=article.text[begin : at - 1],
            sentence_start=begin,
            country=country,
            ancestor_ids=ancestors,
            role=choice.choice(list(Role)),
            role_score=choice.choice([0.0, 1 / 3, 1.0]),
            area=choice.choice(AREAS),
        )


def _some(values: list[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.one_of(
        st.just(frozenset[str]()), st.frozensets(st.sampled_from(values), min_size=1, max_size=3)
    )


def _or(default: Any, *values: Any) -> st.SearchStrategy[Any]:
    return st.one_of(st.just(default), st.sampled_from(values))


QUERIES = st.builds(
    Query,
    place_ids=_some(PLACE_IDS),
    inside=_some(PLACE_IDS),
    article_ids=_some([*IDS, "none"]),
    countries=_some(["SY", "FJ", ""]),
    bbox=_or(
        None,
        BBox(west=30, south=30, east=40, north=40),
        BBox(west=170, south=-90, east=-170, north=0),
        BBox(west=37.16117, south=-90, east=180, north=36.20124),
    ),
    near=_or(None, Point(lat=36.0, lon=37.0), Point(lat=-18.0, lon=-179.9), Point(lat=-90.0, lon=0.0)),
    within_km=st.sampled_from([0.0, 30.0, 250.0, 30_000.0]),
    text=_or("", "rain", "truce sao", '"in homs"', "tru*", "*", '"', "OR"),
    since=_or(None, "2016-12-31", "2017-01-01"),
    until=_or(None, "2016-12-30", "2017-12-31"),
    min_confidence=st.sampled_from([0.0, 0.25, 0.6]),
    min_probability=st.sampled_from([0.0, 0.25, 0.6]),
    roles=_or(frozenset[Role](), frozenset({Role.EVENT}), frozenset({Role.ORIGIN, Role.MENTIONED})),
    precisions=_or(
        frozenset[Precision](),
        frozenset({Precision.TOWN}),
        frozenset({Precision.RELATIVE, Precision.ADM2}),
    ),
    all_types=st.booleans(),
)
COUNTS = (
    "SELECT number, articles, mentions, literal_mentions, confidence, first_day, last_day FROM geomap_place"
)
COUNTED = """
SELECT place, COUNT(DISTINCT article), COUNT(*), SUM(literal), MAX(confidence), MIN(day), MAX(day)
FROM geomap_mention JOIN geomap_article ON geomap_article.number = article
WHERE place IS NOT NULL GROUP BY place
"""


class FileLikeMemory(RuleBasedStateMachine):
    """Whatever is added, changed, taken out: the file finds what memory finds, and its counts are right."""

    @initialize()
    def open(self) -> None:
        self.file, self.memory = GeoPackageStore(), MemoryStore()
        self.sql = self.file._connection

    @rule(parsed=parsed_articles())
    def add(self, parsed: GeoparsedArticle) -> None:
        assert self._add(self.file, parsed) == self._add(self.memory, parsed)

    def _add(self, store: GeoPackageStore | MemoryStore, parsed: GeoparsedArticle) -> str | None:
        try:
            store.add(parsed)
        except ArticleError as error:
            return str(error)
        return None

    @rule(parsed=st.lists(parsed_articles(), max_size=4))
    def add_together(self, parsed: list[GeoparsedArticle]) -> None:
        with self.file.transaction():
            for each in parsed:
                self.add(each)

    @rule(data=st.data())
    def add_the_same(self, data: st.DataObject) -> None:
        if self.memory._articles:
            parsed = data.draw(st.sampled_from(list(self.memory._articles.values())))
            before = self.sql.total_changes
            self.file.add(parsed)
            assert self.sql.total_changes == before

    @rule(id_=st.sampled_from(IDS))
    def remove(self, id_: str) -> None:
        left = [each for each in self.memory._articles.values() if each.article.id != id_]
        assert self.file.remove(id_) == (len(left) < len(self.memory._articles))
        self.memory = MemoryStore()
        for each in left:
            self.memory.add(each)

    @rule(parsed=parsed_articles())
    def fail(self, parsed: GeoparsedArticle) -> None:
        with contextlib.suppress(KeyError), self.file.transaction():
            self._add(self.file, parsed)
            raise KeyError

    @rule(query=QUERIES)
    def find(self, query: Query) -> None:
        assert list(self.file.find(query)) == list(self.memory.find(query))

    @invariant()
    def every_article_is_what_was_added(self) -> None:
        for id_ in IDS:
            assert self.file.parsed(id_) == self.memory._articles.get(id_)
        assert self.file.counts().articles == len(self.memory._articles)

    @invariant()
    def counts_are_those_of_the_mentions(self) -> None:
        assert sorted(self.sql.execute(COUNTS)) == sorted(self.sql.execute(COUNTED))

    @invariant()
    def names_are_those_of_the_places_and_their_literal_mentions(self) -> None:
        found = self.memory.find(Query(all_types=True))
        names = {(fold(each.place.name), each.place.id) for each in found}
        sql = "SELECT key, id FROM geomap_name JOIN geomap_place ON number = place"
        assert set(self.sql.execute(sql)) == names

    @invariant()
    def the_file_is_whole(self) -> None:
        self.sql.execute("INSERT INTO geomap_text (geomap_text, rank) VALUES ('integrity-check', 1)")
        assert self.sql.execute("PRAGMA foreign_key_check").fetchall() == []

    def teardown(self) -> None:
        self.file.close()


TestFileLikeMemory = FileLikeMemory.TestCase
TestFileLikeMemory.settings = settings(
    max_examples=30,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.mark.parametrize("layer", ["places", "sightings", "areas"])
def test_a_tip_of_qgis_shows_texts_and_no_markup(layer: str) -> None:
    style = resources.files("geomap.store").joinpath("styles", f"{layer}.qml").read_text(encoding="utf-8")
    (tip,) = re.findall(r"<mapTip>(.*?)</mapTip>", style, re.DOTALL)
    shown = re.findall(r"\[%(.*?)%\]", tip)
    texts = [each for each in shown if '"name"' in each or '"sentence"' in each]
    assert texts
    assert all("&amp;lt;" in each and "&amp;amp;" in each for each in texts)
