"""Own places from a file to a layer: where they lie, what is wrong with a row, what stays when it fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from geomap.errors import ConfigError, GazetteerBuildError, GazetteerError, GazetteerNotFound
from geomap.gazetteers.layers import checked_name, layer_paths, name_of, own_folder, remove_layer
from geomap.gazetteers.own.adding import Added, Options, add_places
from geomap.gazetteers.own.parents import Below
from geomap.gazetteers.rows import Row
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.gazetteers.stack import StackedGazetteer
from geomap.gazetteers.writer import GazetteerWriter
from geomap.model import Name, Place, Point

SUDAN = "geonames:366755"


@pytest.fixture(scope="module")
def below(gazetteer: SqliteGazetteer) -> StackedGazetteer:
    return StackedGazetteer([gazetteer])


class Layer:
    """What a file became: the layer, the report, and the errors by row."""

    def __init__(self, path: Path, below: StackedGazetteer, **options: Any) -> None:
        self.errors: list[str] = []
        self.path = path.parent / "own.sqlite"
        self.added: Added = add_places(
            path,
            self.path,
            namespace="own",
            below=below,
            options=Options(**options),
            on_error=lambda error: self.errors.append(str(error).removeprefix(f"{path}:")),
        )

    def place(self, code: str) -> Place:
        with SqliteGazetteer(self.path) as opened:
            place = opened.place(code if ":" in code else f"own:{code}")
        assert place is not None
        return place

    def names(self, code: str) -> list[Name]:
        with SqliteGazetteer(self.path) as opened:
            return list(opened.names_of(self.place(code)))


def a_table(folder: Path, text: str, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# --- what a place lies in ------------------------------------------------------------------------


def test_country_and_province_are_found_by_position(tmp_path: Path, below: StackedGazetteer) -> None:
    layer = Layer(a_table(tmp_path, "name,lat,lon,id\nAlfa,36.30,37.00,1\nBeta,-1.5,-130.0,2\n"), below)
    place = layer.place("1")
    assert (place.country_code, place.admin1_code, place.parent_id) == ("SY", "09", "geonames:170062")
    at_sea = layer.place("2")
    assert (at_sea.country_code, at_sea.parent_id) == ("", "")


@pytest.mark.parametrize("country", ["SD", "sd", "Sudan"])
def test_country_and_province_are_found_by_their_names(
    tmp_path: Path, below: StackedGazetteer, country: str
) -> None:
    text = f"name,lat,lon,id,state,country\nAlfa,12.9,23.5,1,Central Darfur,{country}\n"
    place = Layer(a_table(tmp_path, text), below).place("1")
    central = next(each.place for each in below.lookup("Central Darfur") if each.place.feature_code == "ADM1")
    assert (place.country_code, place.parent_id) == ("SD", central.id)
    assert place.admin1_code == central.admin1_code


def _a_country(path: Path) -> SqliteGazetteer:
    row = Row(
        id="geonames:366755", name="Sudan", names=(), lat=16.0, lon=30.0,
        feature_class="A", feature_code="PCLI", country_code="SD", admin1_code="00", admin2_code="",
        population=0, radius_km=700, bbox="", parent_id="",
        codes=(("iso3166-1-alpha3", "SDN"), ("iata", "ABC")),
    )  # fmt: skip
    with GazetteerWriter(path) as writer:
        writer.add(row)
        writer.index()
        writer.finish(name="small")
    return SqliteGazetteer(path)


def test_a_country_is_known_by_its_codes(tmp_path: Path) -> None:
    with StackedGazetteer([_a_country(tmp_path / "small.sqlite")]) as small:
        asked = Below(small)
        assert [asked.country_code([each]) for each in ("SD", "sdn", "Sudan")] == ["SD"] * 3
        assert asked.country_code(["Soudan", "SDN"]) == "SD"
        assert asked.country_code([]) == ""
        with pytest.raises(ValueError, match="country 'SDX' is none"):
            asked.country_code(["SDX"])


def test_a_parent_is_known_by_its_id_or_code(tmp_path: Path, below: StackedGazetteer) -> None:
    text = "name,lat,lon,id,parent\nAlfa,36.3,37.0,1,geonames:170062\nBeta,36.3,37.1,2,Nowhere at All\n"
    layer = Layer(a_table(tmp_path, text), below)
    assert layer.place("1").parent_id == layer.place("2").parent_id == "geonames:170062"


def test_a_province_of_another_country_is_no_parent(tmp_path: Path, below: StackedGazetteer) -> None:
    text = "name,lat,lon,id,state,country\nAlfa,12.9,23.5,1,Texas,SD\n"
    place = Layer(a_table(tmp_path, text), below).place("1")
    assert place.country_code == "SD"
    assert place.parent_id.startswith("geonames:")
    parent = below.place(place.parent_id)
    assert parent is not None
    assert (parent.country_code, parent.feature_code) == ("SD", "ADM1")


def test_rows_of_a_file_are_parents_by_code_and_by_name(tmp_path: Path, below: StackedGazetteer) -> None:
    text = (
        "name,pcode,type,parent,lat,lon,country\n"
        "Gamma Test,G1,village,Beta Test,12.90,23.50,SD\n"
        "Beta Test,B1,ADM2,A1,12.91,23.51,SD\n"
        "Alfa Test,A1,ADM1,,12.92,23.52,SD\n"
    )
    layer = Layer(a_table(tmp_path, text), below)
    assert layer.place("G1").parent_id == "own:B1"
    assert layer.place("B1").parent_id == "own:A1"
    assert layer.place("A1").parent_id == SUDAN
    with SqliteGazetteer(layer.path) as own:
        stack = StackedGazetteer([*below.layers, own])
        names = [place.name for place in stack.ancestors(layer.place("G1"))]
    assert names[0] == "Beta Test"
    assert "Alfa Test" in names
    assert names[-2:] == ["Sudan", "Africa"]


def test_rows_that_name_one_another_as_parents_are_taken(tmp_path: Path, below: StackedGazetteer) -> None:
    text = "name,id,parent,lat,lon\nAlfa,a,b,12.9,23.5\nBeta,b,a,12.9,23.6\nGamma,c,c,12.9,23.7\n"
    layer = Layer(a_table(tmp_path, text), below)
    assert layer.added.places == 3
    assert layer.place("c").parent_id != "own:c"
    with SqliteGazetteer(layer.path) as own:
        stack = StackedGazetteer([*below.layers, own])
        assert stack.ancestors(layer.place("a"))[-1].name == "Africa"


def test_divisions_are_placed_in_the_gazetteer_below(tmp_path: Path, below: StackedGazetteer) -> None:
    """As in OCHA's common operational datasets: the deepest level is the place."""
    text = (
        "ADM0_EN,ADM0_PCODE,ADM1_EN,ADM1_PCODE,ADM2_EN,ADM2_AR,ADM2_PCODE,lat,lon\n"
        "Syrian Arab Republic,SY,Aleppo,SY02,Alfa,ألفا,SY0299,36.3,37.0\n"
    )
    layer = Layer(a_table(tmp_path, text), below)
    place = layer.place("SY0299")
    assert (place.name, place.feature_code, place.country_code) == ("Alfa", "ADM2", "SY")
    assert place.parent_id == "geonames:170062"
    assert layer.names("SY0299")[1:] == [Name("ألفا", "ar")]
    with SqliteGazetteer(layer.path) as own:
        assert [each.id for each in own.by_code("SY0299")] == ["own:SY0299"]


# --- known places --------------------------------------------------------------------------------


def test_a_row_of_a_known_place_adds_names_to_it(tmp_path: Path, below: StackedGazetteer) -> None:
    layer = Layer(
        a_table(tmp_path, "geonames_id,name,name_ar,pcode\n170063,Halab City,حلب الشهباء,SY020000\n"), below
    )
    assert (layer.added.places, layer.added.known) == (1, 1)
    aleppo = layer.place("geonames:170063")
    base = below.place("geonames:170063")
    assert base is not None
    assert (aleppo.name, aleppo.point, aleppo.precedence) == (base.name, base.point, 1)
    names = layer.names("geonames:170063")
    assert Name("حلب الشهباء", "ar") in names
    assert {name.text for name in below.names_of(base)} <= {name.text for name in names}


def test_a_known_place_that_is_not_known_is_an_error(tmp_path: Path, below: StackedGazetteer) -> None:
    layer = Layer(a_table(tmp_path, "geonames_id,name\n170063,Halab\n1,Nowhere\n170063,Haleb\n"), below)
    assert layer.errors == [
        "4: has the id 'geonames:170063' of row 2 as well",
        "3: geonames:1 is no place of the gazetteer below",
    ]


# --- geometries ----------------------------------------------------------------------------------


def _frame(**columns: list[Any]) -> Any:
    import geopandas
    from shapely import Polygon

    square = Polygon([(30, 15), (31, 15), (31, 16), (30, 16)])
    return geopandas.GeoDataFrame(columns, geometry=[square] * len(next(iter(columns.values()))), crs=4326)


def test_areas_of_a_geopackage_are_kept(tmp_path: Path, below: StackedGazetteer) -> None:
    path = tmp_path / "zones.gpkg"
    _frame(name=["Zone Alfa"], code=["z1"]).to_crs(3857).to_file(path)
    layer = Layer(path, below)
    place = layer.place("z1")
    assert (place.feature_code, place.radius_km) == ("AREA", pytest.approx(61.6, abs=0.5))
    assert place.bbox is not None
    assert place.point in place.bbox
    with SqliteGazetteer(layer.path) as own:
        geometry = StackedGazetteer([*below.layers, own]).geometry(place)
    assert geometry is not None
    assert geometry["type"] == "MultiPolygon"
    assert min(geometry["coordinates"][0][0]) == [30.0, 15.0]


def test_a_feature_without_a_geometry_is_an_error(tmp_path: Path, below: StackedGazetteer) -> None:
    point = {"type": "Point", "coordinates": [23.5, 12.9]}
    features = [
        {"type": "Feature", "geometry": geometry, "properties": {"name": name}}
        for name, geometry in (("Alfa", point), ("Beta", None))
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    layer = Layer(a_table(tmp_path, text, "list.geojson"), below)
    assert layer.added.places == 1
    assert layer.errors == ["2: has no geometry"]
    assert layer.place("alfa").point == Point(lat=12.9, lon=23.5)


# --- errors by row -------------------------------------------------------------------------------


def test_bad_rows_are_told_and_the_others_taken(tmp_path: Path, below: StackedGazetteer) -> None:
    text = (
        "name,id,lat,lon,country\n"
        "Alfa,1,12.9,23.5,SD\n"
        'Beta,2,"12,9",23.5,SD\n'
        ",3,12.9,23.5,SD\n"
        "Delta,1,12.9,23.5,SD\n"
        "Echo,5,23.5,12.9,SD\n"
        "Foxtrot,6,12.9,23.5,Atlantis\n"
        f"{'G' * 10_000_000},7,12.9,23.5,SD\n"
        "Hotel,8,12.9,123.5,SD\n"
    )
    layer = Layer(a_table(tmp_path, text), below)
    assert layer.added.places == 2
    assert sorted(layer.errors) == [
        "3: lat '12,9' has a decimal comma; degrees are written 36.2021",
        "4: has no name",
        "5: has the id '1' of row 2 as well",
        "6: lat 23.5, lon 12.9 lie outside Sudan: are they swapped?",
        "7: country 'Atlantis' is none that the gazetteer knows",
        "8: name has 10,000,000 characters; a name has at most 200",
    ]


def test_two_rows_of_a_name_and_parent_need_an_id(tmp_path: Path, below: StackedGazetteer) -> None:
    text = (
        "village,district,lat,lon\nAlfa,Zalingei,12.9,23.5\nAlfa,Zalingei,12.8,23.4\nAlfa,Nertiti,12.9,24.0\n"
    )
    layer = Layer(a_table(tmp_path, text), below)
    assert layer.errors == ["3: has the id 'alfa-zalingei' of row 2 as well"]
    assert layer.place("alfa-nertiti").name == "Alfa"


def test_kinds_that_are_not_known_are_noted(tmp_path: Path, below: StackedGazetteer) -> None:
    layer = Layer(
        a_table(tmp_path, "name,kind,lat,lon\nAlfa,flying saucer,12.9,23.5\nBeta,camp,12.9,23.4\n"), below
    )
    assert layer.added.notes == [
        "kinds that geomap does not know, kept as places of no kind: 'flying saucer' (1)"
    ]
    assert layer.place("beta").feature_code == "CMP"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("lat,lon\n1,2\n", "1: has no column of names among 'lat', 'lon'; name it with --column name=NAME"),
        ("name,x1\nA,2\n", "1: has no columns of lat and lon among 'name', 'x1'"),
        ("name,lat,lon\n", "holds no row that can be taken as a place"),
        ("name,lat,lon\nA,95,2\n", "holds no row that can be taken as a place"),
        ("", "is empty"),
    ],
)
def test_a_file_that_cannot_be_used_leaves_the_old_layer(
    tmp_path: Path, below: StackedGazetteer, text: str, problem: str
) -> None:
    old = Layer(a_table(tmp_path, "name,lat,lon\nAlfa,12.9,23.5\n"), below)
    before = old.path.read_bytes()
    with pytest.raises(GazetteerBuildError, match=problem):
        Layer(a_table(tmp_path, text, "new.csv"), below)
    assert old.path.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list.csv", "new.csv", "own.sqlite"]


def test_a_column_that_is_not_there_stops(tmp_path: Path, below: StackedGazetteer) -> None:
    with pytest.raises(
        GazetteerBuildError, match="has no column 'NOM' for name; its columns are 'name', 'lat'"
    ):
        Layer(a_table(tmp_path, "name,lat,lon\nA,1,2\n"), below, columns={"name": "NOM"})


def test_a_layer_that_cannot_be_written_is_an_error(tmp_path: Path, below: StackedGazetteer) -> None:
    (tmp_path / "own.sqlite.part").mkdir()
    with pytest.raises(GazetteerError, match="cannot be written"):
        Layer(a_table(tmp_path, "name,lat,lon\nA,1,2\n"), below)


# --- layers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["geonames", "curated", "nominatim", "embedded", "photon", "river", "ne", "cldr"]
)
def test_names_of_other_gazetteers_are_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="belongs to another"):
        checked_name(name)


@pytest.mark.parametrize("name", ["", "My", "1a", "a:b", "../x", "a" * 41, "a b"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="is no name of a gazetteer"):
        checked_name(name)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Villages 2024.csv", "villages-2024"),
        ("syr_admbnda_adm3.shp.zip", "syr-admbnda-adm3"),
        ("قرى.csv", ""),
    ],
)
def test_a_layer_has_the_name_of_its_file(file: str, name: str) -> None:
    assert name_of(Path(file)) == name


def test_the_folder_is_among_the_settings_unless_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOMAP_GAZETTEERS", str(tmp_path))
    assert own_folder(Path("settings")) == tmp_path
    monkeypatch.delenv("GEOMAP_GAZETTEERS")
    assert own_folder(Path("settings")) == Path("settings/gazetteers")


def test_a_layer_is_removed_by_its_name(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.sqlite").write_bytes(b"")
    remove_layer(tmp_path, "a")
    assert [path.name for path in layer_paths(tmp_path)] == ["b.sqlite"]
    with pytest.raises(GazetteerNotFound, match="no gazetteer of the name 'a' among your own; there are: b"):
        remove_layer(tmp_path, "a")
    assert layer_paths(tmp_path / "none") == []
