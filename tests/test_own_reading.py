"""Lists of places before they are placed: columns, cells, kinds, geometries, files that cannot be read."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.errors import GazetteerBuildError
from geomap.gazetteers.own.cells import checked_name, population, position, radius_km
from geomap.gazetteers.own.columns import Columns, find_columns, has_places
from geomap.gazetteers.own.drafts import Draft, Drafter, Parent, kind_code, slug
from geomap.gazetteers.own.records import Record, Source, open_source
from geomap.gazetteers.own.shapes import read_wkt, shape_of
from geomap.model import Name, Point

SQUARE = "POLYGON ((30 15, 31 15, 31 16, 30 16, 30 15))"


def columns(*header: str, **named: str) -> Columns:
    return find_columns(header, named)


def a_draft(values: Mapping[str, str], *, language: str = "", kind: str = "", **named: str) -> Draft:
    drafter = Drafter(find_columns(list(values), named), spatial=False, language=language, kind=kind)
    return drafter.draft(Record(2, values))


def opened(path: Path, **options: Any) -> Source:
    """Read a file to its end."""
    with open_source(path, columns=options.pop("columns", {}), **options) as source:
        source.items = iter(list(source.items))
    return source


# --- columns -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "name", "lat", "lon"),
    [
        (("Name", "Latitude", "Longitude"), "Name", "Latitude", "Longitude"),
        (("village", "lat_dd", "long_dd"), "village", "lat_dd", "long_dd"),
        (("SETTLEMENT NAME", "Y", "X"), "SETTLEMENT NAME", "Y", "X"),
        (("id", "place", "lng", "lat"), "place", "lat", "lng"),
        (("ref", "Site_Name", "GPS-Latitude", "GPS-Longitude"), "Site_Name", "GPS-Latitude", "GPS-Longitude"),
    ],
)
def test_usual_names_of_columns_are_known(header: tuple[str, ...], name: str, lat: str, lon: str) -> None:
    fields = columns(*header).fields
    assert (fields["name"], fields["lat"], fields["lon"]) == (name, lat, lon)


def test_the_caller_names_columns_first() -> None:
    fields = columns("NOM", "name", "Y1", "X1", name="nom", lat="Y1", lon="X1").fields
    assert (fields["name"], fields["lat"], fields["lon"]) == ("NOM", "Y1", "X1")


def test_a_column_is_used_once() -> None:
    found = columns("place", "name", "lat", "lon")
    assert (found.fields["name"], found.fields["kind"]) == ("name", "place")
    assert columns("place", "lat", "lon").fields["name"] == "place"


@pytest.mark.parametrize(
    ("column", "language"),
    [("name_ar", "ar"), ("name:fr", "fr"), ("NAME_AR", "ar"), ("Arabic name", "ar"), ("uk_name", "uk")],
)
def test_names_in_a_language_are_known_by_their_column(column: str, language: str) -> None:
    assert [(each.column, each.language) for each in columns("name", column).names] == [(column, language)]


@pytest.mark.parametrize("column", ["name_id", "name_no", "name_of_enumerator", "surname_x", "name_alt"])
def test_other_columns_are_no_names_in_a_language(column: str) -> None:
    assert columns("name", column).names == ()


def test_the_deepest_level_of_a_file_of_divisions_is_the_place() -> None:
    header = ("ADM0_EN", "ADM0_PCODE", "ADM1_EN", "ADM1_AR", "ADM1_PCODE", "ADM2_EN", "ADM2_AR", "ADM2_PCODE")
    found = columns(*header)
    assert found.place_level == 2
    assert found.levels[2].code == "ADM2_PCODE"
    assert [(each.column, each.language) for each in found.levels[2].names] == [
        ("ADM2_EN", "en"),
        ("ADM2_AR", "ar"),
    ]


@pytest.mark.parametrize(
    "header",
    [
        ("adm1_name", "adm1_pcode", "adm2_name", "adm2_name1", "adm2_pcode"),
        ("admin1Name_en", "admin1Pcode", "admin2Name_en", "admin2Name_ar", "admin2Pcode"),
        ("NAME_1", "GID_1", "NAME_2", "GID_2", "VARNAME_2"),
    ],
)
def test_other_spellings_of_levels_are_known(header: tuple[str, ...]) -> None:
    found = columns(*header)
    assert found.place_level == 2
    assert found.levels[2].code == header[-2 if header[-1] == "VARNAME_2" else -1]


def test_a_village_list_with_levels_is_one_of_villages() -> None:
    found = columns("name", "admin1Name", "admin2Name", "lat", "lon")
    assert found.place_level == 0
    assert sorted(found.levels) == [1, 2]


def test_provinces_and_districts_are_levels() -> None:
    found = columns("village", "district", "state", "lat", "lon")
    assert {at: level.names[0].column for at, level in found.levels.items()} == {1: "state", 2: "district"}


def test_a_field_that_there_is_not_is_an_error() -> None:
    with pytest.raises(ValueError, match="'nom' is nothing that a place has"):
        columns("NOM", nom="NOM")


def test_a_column_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="has no column 'NOM' for name"):
        columns("name", name="NOM")


def test_a_header_without_names_has_no_places() -> None:
    assert not has_places(("lat", "lon", "ADM0_EN"), {})
    assert has_places(("lat", "lon", "ADM1_EN"), {})


@given(st.lists(st.text(max_size=20), max_size=12))
def test_any_header_gives_columns_of_it(header: list[str]) -> None:
    found = find_columns(header, {})
    assert set(found.fields.values()) <= set(header)
    assert len(set(found.fields.values())) == len(found.fields)


# --- cells -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lat", "lon", "problem"),
    [
        ("36,2021", "37.1", "decimal comma"),
        ("36.2 N", "37.1", "no number of degrees"),
        ("36°12'", "37.1", "no number of degrees"),
        ("nan", "37.1", "lat is missing"),
        ("36.2", "", "lon is missing"),
        ("137.1", "36.2", "beyond 90 degrees: are lat and lon swapped"),
        ("4012345.2", "412345.1", "coordinates of a projection"),
        ("0", "0.0", "empty cells"),
        ("1e999", "3", "coordinates of a projection"),
        ("९", "3", "no number of degrees|coordinates"),
    ],
)
def test_a_bad_position_is_told(lat: str, lon: str, problem: str) -> None:
    if lat == "९":  # a digit of Devanagari is a number to Python
        assert position(lat, lon) == Point(lat=9, lon=3)
        return
    with pytest.raises(ValueError, match=problem):
        position(lat, lon)


def test_a_position_is_read() -> None:
    assert position(" 36.20 ", "-7e0") == Point(lat=36.2, lon=-7)
    assert position("", "N/A") is None


@pytest.mark.parametrize(
    ("cell", "people"),
    [
        ("", 0),
        ("N/A", 0),
        ("1200", 1200),
        ("1,200", 1200),
        ("1 234 567", 1234567),
        ("12.0", 12),
        ("1.234", 1234),
    ],
)
def test_numbers_of_people_are_read(cell: str, people: int) -> None:
    assert population(cell) == people


@pytest.mark.parametrize("cell", ["12.5", "many", "-4", "1,2", "9" * 50])
def test_what_is_no_number_of_people_is_an_error(cell: str) -> None:
    with pytest.raises(ValueError, match="is no number of people"):
        population(cell)


def test_a_radius_is_read_and_checked() -> None:
    assert (radius_km("2.5"), radius_km("")) == (2.5, 0.0)
    for cell in ("-1", "wide", "1e9"):
        with pytest.raises(ValueError, match="is no radius"):
            radius_km(cell)


def test_a_name_is_kept_on_one_line() -> None:
    assert checked_name(" Umm\n Dukhun\x1b ") == "Umm Dukhun"
    assert checked_name("-") == checked_name("n/a") == checked_name("?!") == ""


def test_a_name_of_ten_million_characters_is_an_error() -> None:
    with pytest.raises(ValueError, match="name has 10,000,000 characters; a name has at most 200"):
        checked_name("a" * 10_000_000)


def test_a_name_that_cannot_be_decoded_is_an_error() -> None:
    with pytest.raises(ValueError, match="cannot be decoded"):
        checked_name("Al\ufffdp")


# --- kinds -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("village", "PPLL"), ("Villages", "PPLL"), ("Refugee Camp", "CMPRF"), ("health_facility", "HSP"),
        ("PPLA2", "PPLA2"), ("P.PPL", "PPL"), ("checkpoint", "CSTM"), ("flying saucer", ""), ("", ""),
    ],
)  # fmt: skip
def test_words_for_kinds_become_codes(word: str, code: str) -> None:
    assert kind_code(word) == code


# --- rows --------------------------------------------------------------------------------------

PARIS = {"name": "Paris", "lat": "13.5", "lon": "25.1"}


def test_a_row_gives_a_place() -> None:
    draft = a_draft(
        PARIS | {
            "pcode": "SD 01/5", "name_ar": "باريس", "aliases": "Baris; Paris al-Jadida|Baris",
            "type": "village", "population": "1,200", "admin1": "Central Darfur", "iso3": "SDN",
            "radius_km": "3",
        }
    )  # fmt: skip
    assert (draft.code, draft.pcode, draft.name) == ("SD-01/5", "SD-01/5", "Paris")
    assert draft.names == (Name("باريس", "ar"), Name("Baris"), Name("Paris al-Jadida"))
    assert (draft.feature_code, draft.population) == ("PPLL", 1200)
    assert draft.parents == (Parent(1, ("Central Darfur",)),)
    assert draft.countries == ("SDN",)
    assert draft.shape is not None
    assert (draft.shape.point, draft.shape.radius_km) == (Point(lat=13.5, lon=25.1), 3.0)


def test_a_row_without_a_code_has_one_of_its_name_and_parent() -> None:
    assert a_draft(PARIS | {"district": "Umm Dukhun", "state": "Central Darfur"}).code == "paris-umm-dukhun"
    assert a_draft(PARIS | {"name": "حلب"}).code == "حلب"
    assert slug("The Saint-Louis", "") == "saint-louis"


def test_an_english_name_is_the_display_name() -> None:
    draft = a_draft({"name": "حلب", "name_en": "Aleppo", "lat": "36.2", "lon": "37.1"})
    assert (draft.name, draft.names) == ("Aleppo", (Name("حلب"),))
    assert a_draft({"name": "حلب", "name_en": "", "lat": "36.2", "lon": "37.1"}).name == "حلب"


def test_a_stated_language_is_that_of_names_that_state_none() -> None:
    assert a_draft(
        {"name": "حلب", "name_en": "Aleppo", "lat": "36.2", "lon": "37.1"}, language="ar"
    ).names == (Name("حلب", "ar"),)


def test_the_kind_of_a_row_that_states_none() -> None:
    assert a_draft(PARIS).feature_code == "PPL"
    assert a_draft(PARIS, kind="school").feature_code == "SCH"
    assert a_draft({"wkt": SQUARE, "name": "Paris"}).feature_code == "AREA"
    unknown = a_draft(PARIS | {"kind": "flying saucer"})
    assert (unknown.feature_code, unknown.unknown_kind) == ("", "flying saucer")


def test_a_division_has_its_level_as_kind_and_its_parents_above() -> None:
    row = {
        "ADM0_PCODE": "SY",
        "ADM1_EN": "Aleppo",
        "ADM1_PCODE": "SY02",
        "ADM2_EN": "Afrin",
        "ADM2_PCODE": "SY0203",
    }
    draft = a_draft(row | {"lat": "36.5", "lon": "36.8"})
    assert (draft.feature_code, draft.code, draft.pcode) == ("ADM2", "SY0203", "SY0203")
    assert draft.parents == (Parent(1, ("Aleppo",), "SY02"),)
    assert draft.countries == ("SY",)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": " "}, "has no name"),
        ({"lat": "", "lon": ""}, "has no position"),
        ({"lat": "36,2"}, "decimal comma"),
        ({"geonames_id": "Q1"}, "is no id of GeoNames"),
        ({"aliases": "b" * 201}, "another name has 201 characters"),
        ({"id": "i" * 201}, "its id has 201 characters"),
        ({"wkt": "POLYGON (("}, "is no well-known text"),
        ({"wkt": "SRID=32636;POINT (1 2)"}, "not in degrees WGS84"),
    ],
)
def test_a_bad_row_is_told(change: dict[str, str], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        a_draft(PARIS | change)


def test_a_known_place_needs_neither_name_nor_position() -> None:
    draft = a_draft({"geonameid": "170063", "aliases": "Halab al-Shahba"})
    assert (draft.known_id, draft.name, draft.names) == ("geonames:170063", "Halab al-Shahba", ())
    assert draft.shape is None


@given(
    st.dictionaries(
        st.sampled_from(
            ("name", "lat", "lon", "id", "aliases", "kind", "pop", "parent", "iso2", "geonameid", "wkt")
        ),
        st.text(max_size=12) | st.sampled_from(("12.9", "170063", "Alfa", "POINT (1 2)", "1,2", "-")),
    )
)
def test_any_cells_are_a_place_or_a_bad_row(cells: dict[str, str]) -> None:
    with suppress(ValueError):
        draft = a_draft(cells)
        assert draft.known_id or (draft.name and draft.code and draft.shape)


# --- geometries --------------------------------------------------------------------------------


def test_an_area_has_a_point_inside_a_box_and_the_radius_of_its_circle() -> None:
    shape = shape_of(read_wkt(f"SRID=4326;{SQUARE}"))
    assert 15 < shape.point.lat < 16
    assert 30 < shape.point.lon < 31
    assert shape.bbox == "30.0,15.0,31.0,16.0"
    assert shape.radius_km == pytest.approx(61.6, abs=0.5)  # 107 km by 111 km
    assert shape.geometry is not None
    assert shape.geometry["type"] == "MultiPolygon"


def test_a_line_is_kept_as_one() -> None:
    shape = shape_of(read_wkt("LINESTRING (30 15, 31 16)"))
    assert shape.geometry == {"type": "MultiLineString", "coordinates": [[[30.0, 15.0], [31.0, 16.0]]]}


def test_a_point_is_as_it_is_also_with_a_height() -> None:
    assert shape_of(read_wkt("POINT Z (30.5 15.25 400)")).point == Point(lat=15.25, lon=30.5)
    assert shape_of(read_wkt("MULTIPOINT ((30.5 15.25))")).point == Point(lat=15.25, lon=30.5)


def test_a_bow_tie_becomes_an_area() -> None:
    shape = shape_of(read_wkt("POLYGON ((30 15, 31 16, 31 15, 30 16, 30 15))"))
    assert shape.geometry is not None
    assert len(shape.geometry["coordinates"]) == 2


@pytest.mark.parametrize(
    ("wkt", "problem"),
    [
        ("POLYGON ((400000 1500000, 500000 1500000, 500000 1600000, 400000 1500000))", "are no degrees"),
        ("POINT EMPTY", "has no geometry"),
        ("POINT (0 0)", "empty cells"),
        ("GEOMETRYCOLLECTION (POINT (1 1), POINT (2 2))", "neither point, line nor area"),
    ],
)
def test_a_bad_geometry_is_told(wkt: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        shape_of(read_wkt(wkt))


# --- files -------------------------------------------------------------------------------------


def _fails(path: Path, problem: str, **options: Any) -> None:
    with pytest.raises(GazetteerBuildError, match=problem) as caught:
        list(opened(path, **options).items)
    assert str(path) in str(caught.value)


def test_a_table_is_read_whatever_its_separator_and_encoding(tmp_path: Path) -> None:
    text = "name;lat;lon\nÉl Fasher;13.6;25.3\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(text.encode(encoding))
        [record] = opened(path).items
        assert isinstance(record, Record)
        assert (record.row, dict(record.values)) == (2, {"name": "Él Fasher", "lat": "13.6", "lon": "25.3"})


def test_rows_of_a_table_that_cannot_be_read_are_items(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('name,lat,lon\nA,1,2\nB,1,2,3,4\n"C,1,2\nD,1,2\n', encoding="utf-8")
    items = list(opened(path).items)
    rows = [item.row for item in items if isinstance(item, Record)]
    problems = [str(item) for item in items if isinstance(item, GazetteerBuildError)]
    assert rows == [2, 5]
    assert problems[0].startswith(f"{path}:3: has 5 cells where the header has 3")
    assert "never closed" in problems[1]


def test_bytes_that_are_no_utf8_are_guessed_and_told(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("name,lat,lon\nCité du Niger,13.5,2.1\nTéra,14.0,0.75\n".encode("cp1252"))
    source = opened(path)
    names = [item.values["name"] for item in source.items if isinstance(item, Record)]
    assert names == ["Cité du Niger", "Téra"]
    assert source.notes == ["its encoding is not stated, and was guessed"]


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("list.csv", b"", "is empty"),
        ("list.csv", b"PK\x03\x04" + bytes(100), "looks binary"),
        ("list.xlsx", b"x", "is of no form that is read"),
        ("list.geojson", b"", "is empty"),
        ("list.geojson", b'{"type": "FeatureCollection", "features": [', "cannot be read"),
        ("list.gpkg", b"SQLite format 3\x00", "cannot be read"),
        ("list.zip", b"PK\x03\x04", "is a zip that cannot be read"),
        ("list.shp", b"\x00\x00\x27\x0a", "is half a shapefile: .shx and .dbf must lie beside it"),
    ],
)
def test_a_file_that_is_none_is_told(tmp_path: Path, name: str, data: bytes, problem: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    _fails(path, problem)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    _fails(tmp_path / "none.csv", "there is no such file")
    _fails(tmp_path, "is no file")


def test_a_table_has_no_layers(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("name,lat,lon\nA,1,2\n", encoding="utf-8")
    _fails(path, "has no layers", layer="places")


def _frame() -> Any:
    import geopandas
    from shapely import Point as ShapelyPoint

    return geopandas.GeoDataFrame(
        {"name": ["Alfa", "Beta"], "POP": [1200.0, None]},
        geometry=[ShapelyPoint(30.5, 15.5), None],
        crs="EPSG:4326",
    )


@pytest.mark.parametrize("name", ["list.geojson", "list.gpkg", "list.shp"])
def test_files_of_geometries_are_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    _frame().to_file(path)
    source = opened(path)
    first, second = source.items
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (first.row, first.values["name"], first.values["POP"]) == (1, "Alfa", "1200")
    assert first.geometry is not None
    assert (first.geometry.x, first.geometry.y) == (30.5, 15.5)
    assert (second.geometry, second.values["POP"]) == (None, "")


def test_coordinates_are_reprojected(tmp_path: Path) -> None:
    path = tmp_path / "list.gpkg"
    _frame().to_crs("EPSG:32636").to_file(path)
    first = next(opened(path).items)
    assert isinstance(first, Record)
    assert first.geometry is not None
    assert (first.geometry.x, first.geometry.y) == pytest.approx((30.5, 15.5), abs=1e-6)


def test_a_file_that_states_no_reference_system_is_refused_until_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "list.shp"
    _frame().to_file(path)
    path.with_suffix(".prj").unlink()
    _fails(path, "states no coordinate reference system")
    _fails(path, "cannot be used", crs="EPSG:nonsense")
    assert len(list(opened(path, crs="EPSG:4326").items)) == 2


def test_a_layer_is_named_where_there_are_several(tmp_path: Path) -> None:
    path = tmp_path / "list.gpkg"
    _frame().to_file(path, layer="villages")
    _frame().to_file(path, layer="roads")
    _fails(path, "has several layers; name one with --layer: 'villages', 'roads'")
    _fails(path, "has no layer 'camps'", layer="camps")
    assert len(list(opened(path, layer="villages").items)) == 2


def test_a_table_without_geometries_has_no_layer(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text('[{"name": "Alfa", "lat": 1, "lon": 2}]', encoding="utf-8")
    _fails(path, "cannot be read|has no layer of geometries")


@pytest.mark.parametrize("missing", [".dbf", ".shx"])
def test_a_shapefile_with_a_part_missing_is_told(tmp_path: Path, missing: str) -> None:
    path = tmp_path / "list.shp"
    _frame().to_file(path)
    path.with_suffix(missing).unlink()
    _fails(path, f"is half a shapefile: {missing} must lie beside it")


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1"])
def test_a_shapefile_that_states_no_encoding_is_read_as_utf8_if_it_can_be(
    tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "list.shp"
    frame = _frame()
    frame["name"] = ["Téra", "Cité du Niger"]
    frame.to_file(path, encoding=encoding)
    path.with_suffix(".cpg").unlink()
    names = [item.values["name"] for item in opened(path).items if isinstance(item, Record)]
    assert names == ["Téra", "Cité du Niger"]


def _zipped(folder: Path, *, without: str = "") -> Path:
    _frame().to_file(folder / "list.shp")
    path = folder / "list.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(folder.glob("list.*")):
            if part.suffix not in (".zip", without):
                archive.write(part, part.name)
    return path


def test_a_zipped_shapefile_is_read(tmp_path: Path) -> None:
    assert len(list(opened(_zipped(tmp_path)).items)) == 2


def test_a_zip_that_is_cut_off_or_incomplete_is_told(tmp_path: Path) -> None:
    path = _zipped(tmp_path, without=".dbf")
    _fails(path, "holds half a shapefile: .dbf must be in it")
    data = _zipped(tmp_path).read_bytes()
    path.write_bytes(data[: len(data) // 2])
    _fails(path, "is a zip that cannot be read")
    at = data.index(b"Alfa")
    path.write_bytes(data[:at] + b"alfa" + data[at + 4 :])
    _fails(path, "is damaged")


def test_a_geometry_that_cannot_be_one_is_missing_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "list.geojson"
    shapes = (
        '{"type": "Polygon", "coordinates": [[[30, 15], [31, 15], [31, 16]]]}',
        '{"type": "Point", "coordinates": [30, 15]}',
    )
    features = ", ".join(
        f'{{"type": "Feature", "geometry": {shape}, "properties": {{"name": "Alfa", "day": "2024-01-02"}}}}'
        for shape in shapes
    )
    path.write_text(f'{{"type": "FeatureCollection", "features": [{features}]}}', encoding="utf-8")
    source = opened(path)
    first, second = source.items
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert first.geometry is None
    assert source.notes[0].startswith("Non closed ring detected")
    assert second.geometry is not None
    assert second.values["day"].startswith("2024-01-02")


def test_lists_in_geojson_are_parted_by_bars(tmp_path: Path) -> None:
    path = tmp_path / "list.geojson"
    path.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Point", '
        '"coordinates": [30, 15]}, "properties": {"name": "Alfa", "aliases": ["Alpha", "[x"]}}]}',
        encoding="utf-8",
    )
    [record] = opened(path).items
    assert isinstance(record, Record)
    assert record.values["aliases"] == "Alpha|[x"
