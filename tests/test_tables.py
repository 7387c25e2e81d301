"""Tables: a GeoDataFrame, CSV, GeoPackage, GeoParquet, KML, each read back by another program."""

from __future__ import annotations

import csv
import os
import re
import resource
import sqlite3
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, get_args
from xml.etree import ElementTree as ET

import geopandas
import pandas as pd
import pyogrio
import pytest
from builders import a_place, a_ring, a_sighting, an_area, an_article
from hypothesis import given, settings
from hypothesis import strategies as st
from test_geojson import a_news_day

from geomap.errors import ConfigError, ExportError, MissingExtra
from geomap.exporters import EXPORTERS, to_geodataframe
from geomap.exporters.geojson import GeoJsonExporter
from geomap.exporters.kml import KmlExporter
from geomap.exporters.properties import COLUMNS, Per
from geomap.exporters.tables import AREA_FORMATS, CsvExporter, GpkgExporter, ParquetExporter
from geomap.model import Sighting
from geomap.protocols import Exporter

KML = "{http://www.opengis.net/kml/2.2}"
SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"

each_per = pytest.mark.parametrize("per", get_args(Per))
each_format = pytest.mark.parametrize("name", sorted(EXPORTERS))
libkml = pytest.mark.skipif(
    "LIBKML" not in pyogrio.list_drivers(), reason="this GDAL has no LIBKML, and its KML driver reads no data"
)
any_text = st.text(st.characters(codec=None), max_size=12)
"""Any text at all, lone surrogates and NUL among it."""


def titled(title: str, **article: Any) -> Sighting:
    return a_sighting(article=an_article(title=title, **article))


def storable(text: str) -> str:
    return "".join("\ufffd" if char == "\0" or "\ud800" <= char <= "\udfff" else char for char in text)


def exported(exporter: Exporter, sightings: list[Sighting], path: Path) -> Path:
    exporter.export(sightings, path)
    return path


def values(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """The columns as lists of plain values, with None for whatever is missing."""
    return {
        name: [None if pd.isna(value) else value for value in frame[name]]
        for name in frame.columns
        if name != "geometry"
    }


def coordinates(frame: geopandas.GeoDataFrame) -> list[tuple[float, float]]:
    return [(point.x, point.y) for point in frame.geometry]


def in_another_process(root: Path, code: str, **environment: str) -> str:
    """Run the code with the exporters and builders at hand, and return what it printed."""
    start = (
        "import sys\nfrom pathlib import Path\nfrom builders import a_sighting\n"
        "from geomap.exporters import EXPORTERS, to_geodataframe\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", start + textwrap.dedent(code)],
        env={**os.environ, "PYTHONPATH": f"{root}:{root / 'tests'}", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


# --- the frame -------------------------------------------------------------------------------


@each_per
def test_frame_has_the_properties_of_geojson(per: Any) -> None:
    frame = to_geodataframe(a_news_day(), per=per, all_types=True)
    features = GeoJsonExporter(per=per, all_types=True).collection(a_news_day())["features"]
    for at, feature in enumerate(features):
        joined = {
            name: (" | ".join(value) or None) if isinstance(value, list) else value
            for name, value in feature["properties"].items()
        }
        assert {name: column[at] for name, column in values(frame).items()} == joined
        assert list(coordinates(frame)[at]) == feature["geometry"]["coordinates"]
    assert len(frame) == len(features)


@each_per
def test_columns_are_the_properties_with_their_types(per: Any) -> None:
    place = a_place(radius_km=2.5)
    article = an_article(language="en")
    row = a_sighting(article=article, place=place, area=an_area())
    properties = GeoJsonExporter(per=per).collection([row])["features"][0]["properties"]
    assert {name: type(value) for name, value in properties.items()} == dict(COLUMNS[per])


@each_per
def test_an_empty_frame_has_the_columns_and_types_of_a_full_one(per: Any) -> None:
    full, empty = to_geodataframe(a_news_day(), per=per), to_geodataframe([], per=per)
    assert len(empty) == 0
    assert list(empty.dtypes.items()) == list(full.dtypes.items())
    assert [*COLUMNS[per], "geometry"] == list(empty.columns)
    assert empty.crs == full.crs == "EPSG:4326"


def test_types_do_not_depend_on_the_values() -> None:
    unknown = a_sighting(place=a_place(population=0), article=an_article(source=None, published=None))
    dtypes = to_geodataframe([unknown]).dtypes
    assert dtypes["population"] == "Int64"
    assert dtypes["articles"] == "Int64"
    assert dtypes["radius_km"] == "float64"
    assert dtypes["literal"] == "boolean"
    assert {str(dtypes[name]) for name in ("name", "sources", "first_published")} == {"string"}


def test_unknown_values_are_missing() -> None:
    frame = to_geodataframe(a_news_day())
    assert values(frame)["population"] == [1_602_264, None]
    assert values(frame)["radius_km"] == [None, None]
    assert values(frame)["admin1"] == ["Aleppo Governorate", None]


def test_lists_are_joined_by_a_bar() -> None:
    aleppo = to_geodataframe(a_news_day()).iloc[0]
    assert aleppo["headlines"] == "Truce holds in Aleppo | Damascus bakers rest"
    assert aleppo["sources"] == "The Example | عينة"
    assert aleppo["article_ids"] == "a1 | a2"


def test_frame_keeps_associative_mentions_where_asked() -> None:
    assert list(to_geodataframe(a_news_day())["name"]) == ["Aleppo", "Damascus"]
    assert list(to_geodataframe(a_news_day(), all_types=True)["name"]) == ["Aleppo", "Damascus", "Moscow"]


def test_bbox_holds_a_place_whose_point_was_corrected_between_two_articles() -> None:
    rows = [
        a_sighting(article=an_article(id=str(lat)), place=a_place(lat=lat, lon=30.0)) for lat in (1.0, 2.0)
    ]
    assert GeoJsonExporter(per="sighting").collection(rows)["bbox"] == [30.0, 1.0, 30.0, 2.0]


# --- every format ----------------------------------------------------------------------------


def test_formats_are_the_names_of_the_command_line() -> None:
    assert list(EXPORTERS) == ["geojson", "csv", "gpkg", "parquet", "kml"]


def test_equal_input_gives_equal_bytes_at_another_time(tmp_path: Path) -> None:
    def all_formats() -> dict[str, bytes]:
        return {
            f"{per}.{name}": exported(kind(per=per), a_news_day(), tmp_path / "out").read_bytes()
            for name, kind in EXPORTERS.items()
            for per in get_args(Per)
        }

    first = all_formats()
    time.sleep(1.1)  # the clocks of file formats count seconds
    second = all_formats()
    assert [name for name in first if first[name] != second[name]] == []
    assert len(first) == 10


@each_format
@each_per
def test_the_same_sighting_twice_is_one_row(name: str, per: Any, tmp_path: Path) -> None:
    once = exported(EXPORTERS[name](per=per), a_news_day(), tmp_path / f"once.{name}")
    twice = exported(EXPORTERS[name](per=per), a_news_day() * 2, tmp_path / f"twice.{name}")
    assert once.read_bytes() == twice.read_bytes()


@each_format
def test_an_unknown_grouping_is_a_config_error(name: str) -> None:
    with pytest.raises(ConfigError, match="'country'"):
        EXPORTERS[name](per="country")  # type: ignore[arg-type]


@each_format
def test_a_file_that_cannot_be_written_is_an_export_error_with_its_path(name: str, tmp_path: Path) -> None:
    path = tmp_path / "missing" / f"out.{name}"
    with pytest.raises(ExportError, match=re.escape(f"{path}: cannot be written: No such file")):
        EXPORTERS[name]().export(a_news_day(), path)
    with pytest.raises(ExportError, match=re.escape(f"{tmp_path}: cannot be written: Is a directory")):
        EXPORTERS[name]().export(a_news_day(), tmp_path)


@each_format
def test_a_disk_that_fills_up_leaves_the_old_file_and_nothing_else(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{name}"
    path.write_text("old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))  # bytes; Python ignores the signal for more
    try:
        with pytest.raises(ExportError, match=re.escape(f"{path}: cannot be written: File too large")):
            EXPORTERS[name]().export(a_news_day(), path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@each_format
def test_an_old_file_is_replaced_and_nothing_else_is_left(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a name without an ending"
    path.write_text("old")
    EXPORTERS[name]().export(a_news_day(), path)
    assert path.read_bytes() != b"old"
    assert list(tmp_path.iterdir()) == [path]


@each_format
def test_a_pipe_is_written_to_and_not_replaced(name: str, tmp_path: Path) -> None:
    pipe, file = tmp_path / "pipe", tmp_path / "file"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(pipe.read_bytes)
        try:
            EXPORTERS[name]().export(a_news_day(), pipe)
            assert pipe.is_fifo()
        finally:
            os.close(os.open(pipe, os.O_RDWR | os.O_NONBLOCK))  # wakes a reader that nobody wrote to
    assert read.result() == exported(EXPORTERS[name](), a_news_day(), file).read_bytes()


@each_format
@pytest.mark.parametrize(
    ("lat", "lon"),
    [(0.0, 180.0), (0.0, -180.0), (90.0, 0.0), (-90.0, 0.0), (-1e-7, -1e-7), (1e-5, 12.345674)],
)
def test_poles_antimeridian_and_small_numbers_come_back(
    name: str, lat: float, lon: float, tmp_path: Path
) -> None:
    path = tmp_path / f"edge.{name}"
    EXPORTERS[name]().export([a_sighting(place=a_place(lat=lat, lon=lon))], path)
    assert coordinates(read_back(path)) == [(round(lon, 5) + 0.0, round(lat, 5) + 0.0)]


def read_back(path: Path) -> geopandas.GeoDataFrame:
    if path.suffix == ".parquet":
        return geopandas.read_parquet(path)
    if path.suffix == ".csv":
        frame = pd.read_csv(path)
        points = geopandas.points_from_xy(frame.pop("lon"), frame.pop("lat"), crs="EPSG:4326")
        return geopandas.GeoDataFrame(frame, geometry=points)
    return geopandas.read_file(path)


@pytest.mark.parametrize("name", ["csv", "gpkg", "parquet"])
@each_per
@pytest.mark.parametrize("sightings", [a_news_day(), []], ids=["some", "none"])
def test_round_trip_gives_the_frame_again(
    name: str, per: Any, sightings: list[Sighting], tmp_path: Path
) -> None:
    path = tmp_path / f"out.{name}"
    EXPORTERS[name](per=per, all_types=True).export(sightings, path)
    wanted, found = to_geodataframe(sightings, per=per, all_types=True), read_back(path)
    assert values(found) == values(wanted)
    assert coordinates(found) == coordinates(wanted)
    assert found.crs == "EPSG:4326"


# --- areas -----------------------------------------------------------------------------------

each_with_areas = pytest.mark.parametrize("name", sorted(AREA_FORMATS))
HOLED = an_area(
    polygons=(
        (a_ring((0, 0), (4, 0), (4, 4), (0, 4)), a_ring((1, 1), (1, 2), (2, 2))),
        (a_ring((10, 0), (11, 0), (11, 1)),),
    )
)


@each_with_areas
def test_areas_are_no_grouping_of_places(name: str) -> None:
    with pytest.raises(ConfigError, match="per='sighting'"):
        EXPORTERS[name](areas=True)  # type: ignore[call-arg]


@each_with_areas
def test_equal_areas_give_equal_bytes(name: str, tmp_path: Path) -> None:
    exporter: Exporter = EXPORTERS[name](per="sighting", areas=True)  # type: ignore[call-arg]
    first = exported(exporter, a_news_day(), tmp_path / f"first.{name}").read_bytes()
    time.sleep(1.1)
    assert exported(exporter, a_news_day(), tmp_path / f"second.{name}").read_bytes() == first


def test_a_geopackage_has_areas_as_a_second_layer(tmp_path: Path) -> None:
    rows = [*a_news_day(), a_sighting(article=an_article(id="a9"), area=HOLED)]
    path = exported(GpkgExporter(per="sighting", areas=True), rows, tmp_path / "out.gpkg")
    assert pyogrio.list_layers(path).tolist() == [["sightings", "Point"], ["areas", "MultiPolygon"]]
    points, areas = (geopandas.read_file(path, layer=layer) for layer in ("sightings", "areas"))
    assert len(points) == 5
    assert list(areas["area_phrase"]) == ["truce in Aleppo", "north of Aleppo"]
    assert areas.crs == "EPSG:4326"
    assert areas.geometry[1].area == pytest.approx(16 - 0.5 + 0.5)
    assert list(areas.columns) == list(points.columns)


def test_a_geopackage_without_an_area_has_an_empty_layer_of_them(tmp_path: Path) -> None:
    path = exported(GpkgExporter(per="sighting", areas=True), [], tmp_path / "out.gpkg")
    assert geopandas.read_file(path, layer="areas").empty


def test_a_geopackage_of_two_layers_that_cannot_be_made_says_so_shortly(tmp_path: Path) -> None:
    path = tmp_path / "out.gpkg"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(ExportError, match=re.escape(f"{path}: cannot be written: ")) as caught:
            GpkgExporter(per="sighting", areas=True).export(a_news_day(), path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(str(caught.value)) < 300
    assert not path.exists()


def test_kml_has_areas_before_their_points(tmp_path: Path) -> None:
    path = exported(KmlExporter(per="sighting", areas=True), a_news_day(), tmp_path / "out.kml")
    names = [each.findtext(f"{KML}name") for each in placemarks(path)]
    assert names == ["Aleppo", "truce in Aleppo", "Aleppo", "Damascus", "Aleppo"]
    area = placemarks(path)[1]
    assert area.findtext(f"{KML}styleUrl") == "#area"
    ring = area.findtext(f".//{KML}outerBoundaryIs/{KML}LinearRing/{KML}coordinates")
    assert str(ring).split()[:2] == ["37.00000,36.30000", "37.20000,36.30000"]


def test_kml_of_areas_is_read_by_other_programs(tmp_path: Path) -> None:
    row = a_sighting(area=HOLED)
    path = exported(KmlExporter(per="sighting", areas=True), [row], tmp_path / "out.kml")
    area, point = geopandas.read_file(path).geometry
    assert area.geom_type == "MultiPolygon"
    assert [len(part.interiors) for part in area.geoms] == [1, 0]
    assert point.geom_type == "Point"


# --- CSV -------------------------------------------------------------------------------------


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def undone(cell: str) -> str:
    """Do what the docstring of CsvExporter tells a reader to do."""
    return re.sub(rf"(^|[;\t\n]|\r(?!\n))'(?=['\s]*[{re.escape(SIGNS)}])", r"\1", cell)


def test_csv_is_utf_8_with_a_byte_order_mark_and_crlf(tmp_path: Path) -> None:
    data = exported(CsvExporter(), a_news_day(), tmp_path / "out.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfname,place_id,country,")
    assert data.split(b"\r\n")[0].endswith(b",lat,lon")
    assert data.count(b"\n") == data.count(b"\r\n") == 3
    assert data.endswith(b",36.20124,37.16117\r\n" + data.split(b"\r\n")[2] + b"\r\n")


def test_csv_is_what_it_was(tmp_path: Path) -> None:
    text = exported(CsvExporter(), a_news_day(), tmp_path / "out.csv").read_text("utf-8-sig")
    aleppo, damascus = text.splitlines()[1:]
    assert aleppo == (
        "Aleppo,geonames:170063,Syria,SY,Aleppo Governorate,P,PPLA,1602264,town,,2,3,1,0.9,true,2016-12-30,"
        "2017-01-02,Truce holds in Aleppo | Damascus bakers rest,The Example | عينة,a1 | a2,"
        "36.20124,37.16117"
    )
    assert damascus == (
        "Damascus,geonames:170654,Syria,SY,,P,PPLC,,town,,1,1,0,0.75,true,2017-01-02,2017-01-02,"
        "Damascus bakers rest,عينة,a2,33.51020,36.29128"
    )


def test_csv_quotes_commas_quotes_and_line_ends(tmp_path: Path) -> None:
    title = 'Truce, "at last"\r\nin two lines\rand a third\n'
    path = exported(CsvExporter(per="sighting"), [titled(title)], tmp_path / "out.csv")
    assert b'"Truce, ""at last""\r\nin two lines\rand a third\n"' in path.read_bytes()
    assert csv_rows(path)[0]["title"] == title


@pytest.mark.parametrize(
    "title",
    [
        "=HYPERLINK(1)",
        "+1",
        "-1+1",
        "@SUM(A1)",
        "\uff1d1",
        " =1",
        "\t=1",
        "\r=1",
        "\n=1",
        "'=1",
        "'' =1",
    ],
)
def test_csv_has_no_text_that_begins_a_formula(title: str, tmp_path: Path) -> None:
    path = exported(CsvExporter(per="sighting"), [titled(title)], tmp_path / "out.csv")
    cell = csv_rows(path)[0]["title"]
    assert cell[0] == "'"
    assert undone(cell) == title


@pytest.mark.parametrize(
    ("title", "cell"),
    [
        ("rain; =1+1", "rain;' =1+1"),
        ("rain\r\n=1+1", "rain\r\n'=1+1"),
        ("rain\t@SUM(A1)", "rain\t'@SUM(A1)"),
    ],
)
def test_csv_has_no_formula_for_programs_with_other_separators(title: str, cell: str, tmp_path: Path) -> None:
    path = exported(CsvExporter(per="sighting"), [titled(title)], tmp_path / "out.csv")
    assert csv_rows(path)[0]["title"] == cell


@pytest.mark.parametrize(
    "title", ["Rain", "1+1=2", "a well-known city", "'Quoted' city", "", "mail me @home"]
)
def test_csv_leaves_other_texts_alone(title: str, tmp_path: Path) -> None:
    path = exported(CsvExporter(per="sighting"), [titled(title)], tmp_path / "out.csv")
    assert csv_rows(path)[0]["title"] == title


def test_csv_has_no_minus_zero(tmp_path: Path) -> None:
    row = a_sighting(place=a_place(lat=-1e-7, lon=-0.0))
    found = csv_rows(exported(CsvExporter(), [row], tmp_path / "out.csv"))[0]
    assert (found["lat"], found["lon"]) == ("0.00000", "0.00000")


def test_csv_numbers_stay_numbers(tmp_path: Path) -> None:
    row = a_sighting(place=a_place(lat=-1.5, lon=-2.5))
    found = csv_rows(exported(CsvExporter(), [row], tmp_path / "out.csv"))[0]
    assert (found["lat"], found["lon"], found["population"]) == ("-1.50000", "-2.50000", "1602264")


@given(st.text(st.sampled_from(f"{SIGNS}';\t\r\n ,\"a|"), max_size=12) | any_text)
def test_csv_text_comes_back_and_begins_no_formula(
    tmp_path_factory: pytest.TempPathFactory, title: str
) -> None:
    path = tmp_path_factory.mktemp("any") / "out.csv"
    CsvExporter(per="sighting").export([titled(title)], path)
    cell = csv_rows(path)[0]["title"]
    assert undone(cell) == storable(title)
    assert all(part.strip()[:1] not in SIGNS or not part.strip() for part in re.split("[;\t\r\n]", cell))


def test_gdal_reads_the_csv_and_skips_the_mark(tmp_path: Path) -> None:
    path = exported(CsvExporter(), a_news_day(), tmp_path / "out.csv")
    assert list(pyogrio.read_dataframe(path)["name"]) == ["Aleppo", "Damascus"]


# --- GeoPackage ------------------------------------------------------------------------------


@each_per
@pytest.mark.parametrize("sightings", [a_news_day(), []], ids=["some", "none"])
def test_geopackage_has_one_layer_of_points(per: Any, sightings: list[Sighting], tmp_path: Path) -> None:
    path = exported(GpkgExporter(per=per), sightings, tmp_path / "out.gpkg")
    assert pyogrio.list_layers(path).tolist() == [[f"{per}s", "Point"]]
    info = pyogrio.read_info(path)
    assert list(info["fields"]) == list(COLUMNS[per])
    by_name = dict(zip(info["fields"], info["dtypes"], strict=True))
    assert (by_name["confidence"], by_name["literal"]) == ("float64", "bool")
    assert (by_name["population"], by_name["name"]) == ("int64", "object")


def test_geopackage_is_a_sound_database(tmp_path: Path) -> None:
    path = exported(GpkgExporter(), a_news_day(), tmp_path / "out.gpkg")
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT last_change FROM gpkg_contents").fetchall() == [
            ("1970-01-01T00:00:00.000Z",)
        ]
    connection.close()


def test_geopackage_leaves_gdal_as_it_was(tmp_path: Path) -> None:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2020-01-01T00:00:00Z"})
    try:
        GpkgExporter().export(a_news_day(), tmp_path / "out.gpkg")
        assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == "2020-01-01T00:00:00Z"
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    GpkgExporter().export(a_news_day(), tmp_path / "out.gpkg")
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


@settings(max_examples=25)
@given(any_text)
def test_geopackage_holds_any_title(tmp_path_factory: pytest.TempPathFactory, title: str) -> None:
    path = tmp_path_factory.mktemp("any") / "out.gpkg"
    GpkgExporter(per="sighting").export([titled(title)], path)
    assert geopandas.read_file(path)["title"][0] == storable(title)


def test_a_gdal_without_geopackage_is_an_export_error(root: Path) -> None:
    done = in_another_process(
        root,
        """
        from geomap.errors import ExportError
        try:
            EXPORTERS["gpkg"]().export([a_sighting()], Path("out.gpkg"))
        except ExportError as error:
            print(error)
        """,
        GDAL_SKIP="GPKG",
    )
    assert done.startswith("out.gpkg: cannot be written: ")
    assert "GPKG" in done


# --- GeoParquet ------------------------------------------------------------------------------


@each_per
def test_parquet_keeps_the_types(per: Any, tmp_path: Path) -> None:
    path = exported(ParquetExporter(per=per), a_news_day(), tmp_path / "out.parquet")
    wanted, found = to_geodataframe(a_news_day(), per=per), geopandas.read_parquet(path)
    assert [str(dtype) for dtype in found.dtypes] == [str(dtype) for dtype in wanted.dtypes]
    assert list(found.columns) == list(wanted.columns)


@settings(max_examples=25)
@given(any_text)
def test_parquet_holds_any_title(tmp_path_factory: pytest.TempPathFactory, title: str) -> None:
    path = tmp_path_factory.mktemp("any") / "out.parquet"
    ParquetExporter(per="sighting").export([titled(title)], path)
    assert geopandas.read_parquet(path)["title"][0] == storable(title)


def test_parquet_without_pyarrow_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtra, match="pip install pyarrow"):
        ParquetExporter().export(a_news_day(), tmp_path / "out.parquet")
    assert list(tmp_path.iterdir()) == []


def test_everything_but_parquet_does_without_pyarrow(root: Path, tmp_path: Path) -> None:
    done = in_another_process(
        root,
        f"""
        sys.modules["pyarrow"] = None
        from geomap.errors import MissingExtra
        print(sorted(set(map(str, to_geodataframe([a_sighting()]).dtypes))))
        for name, kind in EXPORTERS.items():
            path = Path({str(tmp_path)!r}, name)
            try:
                kind().export([a_sighting()], path)
            except MissingExtra:
                print("without", name)
        """,
    )
    assert done.splitlines() == ["['Int64', 'boolean', 'float64', 'geometry', 'string']", "without parquet"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["csv", "geojson", "gpkg", "kml"]


@pytest.mark.parametrize("name", ["csv", "geojson", "kml"])
def test_text_formats_need_no_geopandas(name: str, root: Path, tmp_path: Path) -> None:
    done = in_another_process(
        root,
        f"""
        EXPORTERS[{name!r}]().export([a_sighting()], Path({str(tmp_path / name)!r}))
        print({{"geopandas", "pandas", "pyogrio", "pyarrow"}} & set(sys.modules))
        """,
    )
    assert done == "set()\n"


# --- KML -------------------------------------------------------------------------------------


def placemarks(path: Path) -> list[ET.Element]:
    return ET.parse(path).findall(f".//{KML}Placemark")  # noqa: S314


def data_of(placemark: ET.Element) -> dict[str, str]:
    return {str(each.get("name")): each.text or "" for each in placemark.iter(f"{KML}SimpleData")}


@each_per
def test_kml_has_every_property_with_its_type(per: Any, tmp_path: Path) -> None:
    path = exported(KmlExporter(per=per), a_news_day(), tmp_path / "out.kml")
    renamed = {"start": "mention_start", "end": "mention_end"}
    columns = values(to_geodataframe(a_news_day(), per=per))
    for at, placemark in enumerate(placemarks(path)):
        wanted = {renamed.get(name, name): column[at] for name, column in columns.items() if name != "name"}
        assert data_of(placemark) == {
            name: str(value).lower() if COLUMNS[per].get(name) is bool else str(value)
            for name, value in wanted.items()
            if value is not None
        }
    fields = {each.get("name"): each.get("type") for each in ET.parse(path).iter(f"{KML}SimpleField")}  # noqa: S314
    types = {str: "string", list: "string", int: "int", float: "double", bool: "bool"}
    assert fields == {
        renamed.get(name, name): "double" if name == "population" else types[kind]
        for name, kind in COLUMNS[per].items()
        if name != "name"
    }


@libkml
@each_per
def test_kml_round_trip_keeps_every_property(per: Any, tmp_path: Path) -> None:
    path = exported(KmlExporter(per=per), a_news_day(), tmp_path / "out.kml")
    wanted, found = to_geodataframe(a_news_day(), per=per), geopandas.read_file(path)
    renamed = wanted.rename(columns={"name": "Name", "start": "mention_start", "end": "mention_end"})
    names = [name for name in renamed.columns if name in found.columns]
    assert set(renamed.columns) - set(names) == set()
    assert values(found[names]) == values(renamed[names])
    assert coordinates(found) == coordinates(wanted)
    assert pyogrio.list_layers(path).tolist()[0][0] == f"{per}s"


@each_per
def test_kml_of_nothing_is_an_empty_layer(per: Any, tmp_path: Path) -> None:
    path = exported(KmlExporter(per=per), [], tmp_path / "out.kml")
    assert len(geopandas.read_file(path)) == 0
    assert pyogrio.list_layers(path)[0][0] == f"{per}s"


def test_kml_describes_a_place_in_words(tmp_path: Path) -> None:
    first, second = placemarks(exported(KmlExporter(), a_news_day(), tmp_path / "out.kml"))
    assert first.findtext(f"{KML}name") == "Aleppo"
    assert first.findtext(f"{KML}description") == (
        "Aleppo, Aleppo Governorate, Syria\n2 articles, 3 mentions\n2016-12-30 to 2017-01-02\n"
        "Truce holds in Aleppo\nDamascus bakers rest"
    )
    assert second.findtext(f"{KML}description") == (
        "Damascus, Syria\n1 article, 1 mention\n2017-01-02\nDamascus bakers rest"
    )


def test_kml_describes_a_sighting_by_its_sentence(tmp_path: Path) -> None:
    first, second, *_ = placemarks(exported(KmlExporter(per="sighting"), a_news_day(), tmp_path / "out.kml"))
    source = "The Example\n2016-12-30\nhttps://example.org/truce"
    assert first.findtext(f"{KML}description") == (
        "Aleppo, Aleppo Governorate, Syria\nmentioned; town, within 11.3 km\nTruce holds in Aleppo\n" + source
    )
    assert second.findtext(f"{KML}description") == (
        'Aleppo, Aleppo Governorate, Syria\nevent; relative, within 11.3 km: "truce in Aleppo"\n'
        f"The truce in Aleppo held on Monday.\nTruce holds in Aleppo\n{source}"
    )


def test_kml_leaves_out_what_is_unknown(tmp_path: Path) -> None:
    row = a_sighting(
        article=an_article(title="", published=None, source=None),
        place=a_place(population=0),
        country="",
        admin1="",
    )
    (placemark,) = placemarks(exported(KmlExporter(), [row], tmp_path / "out.kml"))
    assert placemark.findtext(f"{KML}description") == "Aleppo\n1 article, 1 mention"
    assert not {"population", "country", "first_published", "sources"} & set(data_of(placemark))


@libkml
def test_kml_counts_the_people_of_a_continent(tmp_path: Path) -> None:
    asia = a_sighting(place=a_place(name="Asia", population=4_800_000_000))
    path = exported(KmlExporter(), [asia], tmp_path / "out.kml")
    assert geopandas.read_file(path)["population"][0] == 4_800_000_000


def test_kml_shows_markup_of_strangers_as_text(tmp_path: Path) -> None:
    title = '<script>alert("1")</script> & <b>$[sentence]</b>'
    path = exported(KmlExporter(per="sighting"), [titled(title)], tmp_path / "out.kml")
    (placemark,) = placemarks(path)
    description = str(placemark.findtext(f"{KML}description"))  # what a viewer takes for HTML
    assert "<" not in description
    assert "$[" not in description
    assert '&lt;script&gt;alert("1")&lt;/script&gt; &amp; &lt;b&gt;&#36;[sentence]&lt;/b&gt;' in description
    assert data_of(placemark)["title"] == title


def test_kml_balloon_shows_the_description_and_no_other_property(tmp_path: Path) -> None:
    path = exported(KmlExporter(), a_news_day(), tmp_path / "out.kml")
    text = str(ET.parse(path).findtext(f".//{KML}BalloonStyle/{KML}text"))  # noqa: S314
    assert re.findall(r"\$\[\w+\]", text) == ["$[description]"]
    assert {each.findtext(f"{KML}styleUrl") for each in placemarks(path)} == {"#plain"}


@given(any_text, any_text)
def test_kml_is_well_formed_whatever_the_texts(
    tmp_path_factory: pytest.TempPathFactory, title: str, name: str
) -> None:
    path = tmp_path_factory.mktemp("any") / "out.kml"
    row = a_sighting(article=an_article(title=title), place=a_place(name=name))
    KmlExporter(per="sighting").export([row], path)
    (placemark,) = placemarks(path)
    forbidden = "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
    assert data_of(placemark)["title"] == re.sub(forbidden, "\ufffd", title)
    assert (placemark.findtext(f"{KML}name") or "") == re.sub(forbidden, "\ufffd", name)
    assert "<" not in str(placemark.findtext(f"{KML}description"))


def test_a_cell_of_nothing_but_line_ends_is_written_in_a_moment(tmp_path: Path) -> None:
    title = "\n" * 200_000 + "=1"
    started = time.monotonic()
    CsvExporter(per="sighting").export([a_sighting(article=an_article(title=title))], tmp_path / "a.csv")
    assert time.monotonic() - started < 5
