"""The commands about own places: added, told of, used by every other command, taken away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders import a_layer
from click.testing import CliRunner, Result
from test_leaflet import data_of

from geomap.cli import main

VILLAGES = "name,lat,lon,id,state,country,type\nParis,12.91,23.47,p1,Central Darfur,Sudan,village\n"
TEXT = "Gunmen burned houses in Paris on Sunday. Families fled to Zalingei.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a list of villages and an article; own layers lie in `own` there."""
    monkeypatch.setenv("GEOMAP_GAZETTEERS", str(tmp_path / "own"))
    monkeypatch.setenv("GEOMAP_OFFLINE", "1")
    monkeypatch.chdir(tmp_path)
    Path("villages.csv").write_text(VILLAGES, encoding="utf-8")
    Path("news.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def run(*arguments: str, status: int = 0) -> Result:
    result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result


def place_of_paris(*options: str, article: str = "news.txt") -> str:
    [line] = run("parse", article, *options).stdout.splitlines()
    return str(next(each["place_id"] for each in json.loads(line)["toponyms"] if each["text"] == "Paris"))


def test_an_own_village_is_found_until_it_is_removed(folder: Path) -> None:
    assert place_of_paris() == "geonames:2988507"
    added = run("gazetteer", "add", "villages.csv")
    assert added.stderr == f"1 place → {folder / 'own' / 'villages.sqlite'}\n"
    assert place_of_paris() == "villages:p1"
    assert place_of_paris("--gazetteer", "embedded") == "geonames:2988507"
    removed = run("gazetteer", "remove", "villages")
    assert removed.stderr.startswith("removed ")
    assert place_of_paris() == "geonames:2988507"


def test_a_project_keeps_own_places_and_names_their_layer(folder: Path) -> None:
    assert folder.is_dir()
    run("gazetteer", "add", "villages.csv")
    run("add", "news.txt", "--project", "news.gpkg")
    [line] = run("articles", "Paris", "--project", "news.gpkg", "--json").stdout.splitlines()
    assert json.loads(line)["mentions"][0]["place_id"] == "villages:p1"
    inside = run("articles", "Sudan", "--inside", "--project", "news.gpkg", "--json").stdout
    assert "villages:p1" in inside
    run("map", "--project", "news.gpkg", "-o", "map.html")
    assert "villages:p1" in data_of(Path("map.html").read_text(encoding="utf-8"))["places"]["id"]
    import sqlite3

    connection = sqlite3.connect("news.gpkg")
    dump = "\n".join(connection.iterdump())
    connection.close()
    assert "stack@1+embedded@" in dump
    assert "+villages@" in dump


def test_equal_places_are_weighed_like_others(folder: Path) -> None:
    assert folder.is_dir()
    Path("other.txt").write_text("Shops in Paris stayed closed on Sunday.\n", encoding="utf-8")
    run("gazetteer", "add", "villages.csv", "--precedence", "equal")
    assert place_of_paris(article="other.txt") == "geonames:2988507"
    run("gazetteer", "add", "villages.csv", "--precedence", "first")
    assert place_of_paris(article="other.txt") == "villages:p1"


def test_added_again_a_list_replaces_itself(folder: Path) -> None:
    run("gazetteer", "add", "villages.csv")
    Path("villages.csv").write_text("name,lat,lon\nAlfa Test,12.9,23.5\n", encoding="utf-8")
    run("gazetteer", "add", "villages.csv")
    assert place_of_paris() == "geonames:2988507"
    assert "villages:alfa-test" in run("gazetteer", "search", "Alfa Test").stdout
    assert [path.name for path in (folder / "own").iterdir()] == ["villages.sqlite"]


def test_info_shows_the_stack(folder: Path) -> None:
    run("gazetteer", "add", "villages.csv")
    run("gazetteer", "add", "villages.csv", "--name", "later", "--precedence", "equal")
    lines = run("gazetteer", "info").stdout.splitlines()
    assert lines[0].startswith("fingerprint  stack@1+embedded@")
    assert [line.split(":")[0].strip() for line in lines[2:5]] == ["1  embedded", "2  later", "3  villages"]
    assert lines[3].endswith("1 place, weighed like all others")
    assert lines[4].endswith("1 place, before all others of their names")
    assert f"file         {folder / 'own' / 'villages.sqlite'}" in lines
    assert "Own places (villages): villages.csv, 1 places." in lines


def test_files_are_put_on_top_of_one_another_as_named(folder: Path) -> None:
    run("gazetteer", "add", "villages.csv", "--output", "elsewhere/mine.sqlite")
    assert not (folder / "own").exists()
    assert place_of_paris() == "geonames:2988507"
    assert place_of_paris("--gazetteer", "embedded", "--gazetteer", "elsewhere/mine.sqlite") == "villages:p1"
    alone = run("gazetteer", "search", "Aleppo", "--gazetteer", "elsewhere/mine.sqlite")
    assert "knows no place of the name 'Aleppo'" in alone.stderr


def test_a_bad_row_is_told_and_the_status_is_one(folder: Path) -> None:
    Path("villages.csv").write_text(VILLAGES + 'Alfa,"12,9",23.5,a1,,,\n', encoding="utf-8")
    result = run("gazetteer", "add", "villages.csv", status=1)
    assert result.stderr.splitlines() == [
        "villages.csv:3: lat '12,9' has a decimal comma; degrees are written 36.2021",
        f"1 place → {folder / 'own' / 'villages.sqlite'}; 1 row left out",
    ]
    assert place_of_paris() == "villages:p1"


def test_notes_are_told(folder: Path) -> None:
    assert folder.is_dir()
    text = "name,lat,lon,kind,geonameid\nAlfa Test,12.9,23.5,saucer,\nHalab,,,,170063\n"
    Path("villages.csv").write_text(text, encoding="utf-8")
    told = run("gazetteer", "add", "villages.csv").stderr
    assert "note: villages.csv: kinds that geomap does not know" in told
    assert "2 places, 1 of them known ones with more names → " in told


@pytest.mark.parametrize(
    ("arguments", "status", "problem"),
    [
        (("none.csv",), 1, "Error: none.csv: there is no such file"),
        (("villages.csv", "--name", "geonames"), 1, "belongs to another gazetteer"),
        (("villages.csv", "--name", "My List"), 1, "is no name of a gazetteer"),
        (("villages.csv", "--column", "lat=NORTH"), 1, "villages.csv:1: has no column 'NORTH' for lat"),
        (("villages.csv", "--column", "size=lat"), 1, "'size' is nothing that a place has"),
        (("villages.csv", "--kind", "saucer"), 2, "'saucer' is no kind of place"),
        (("villages.csv", "--precedence", "last"), 2, "is not one of"),
        (("villages.csv", "--layer", "x"), 1, "is a table, which has no layers"),
    ],
)
def test_what_cannot_be_added_is_told(
    folder: Path, arguments: tuple[str, ...], status: int, problem: str
) -> None:
    result = run("gazetteer", "add", *arguments, status=status)
    assert problem in result.stderr
    assert not list(folder.glob("own/*.sqlite"))


def test_a_layer_that_cannot_be_read_says_what_to_do(folder: Path) -> None:
    (folder / "own").mkdir()
    (folder / "own" / "old.sqlite").write_bytes(b"nothing")
    result = run("parse", "news.txt", status=1)
    assert "geomap gazetteer remove old" in result.stderr
    run("gazetteer", "remove", "old")
    assert place_of_paris() == "geonames:2988507"
    assert "there is no gazetteer of the name 'old'" in run("gazetteer", "remove", "old", status=1).stderr


def test_a_gazetteer_named_twice_is_an_error(folder: Path) -> None:
    path = str(a_layer(folder, VILLAGES))
    result = run("gazetteer", "info", "--gazetteer", path, "--gazetteer", path, status=1)
    assert result.stderr == "Error: a gazetteer is named twice\n"


def test_the_kind_and_language_of_rows_that_state_none(folder: Path) -> None:
    assert folder.is_dir()
    Path("villages.csv").write_text("name,name_en,lat,lon\nألفا,Alfa Test,12.9,23.5\n", encoding="utf-8")
    run("gazetteer", "add", "villages.csv", "--kind", "school", "--language", "ar")
    found = run("gazetteer", "search", "Alfa Test").stdout
    assert "SCH" in found
    assert "ألفا" in found
