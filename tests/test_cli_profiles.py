"""Profiles and focus on the command line: the list, the option, the hint, the line about an article."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geomap.cli import main
from geomap.cli.rows import focus_row
from geomap.exporters.telling import told_focus
from geomap.model import CountryShare, Focus
from geomap.profiles import bundled_profiles

ABOUT = Focus(
    countries=(
        CountryShare(code="SY", name="Syria", share=0.8231),
        CountryShare(code="TR", name="Turkey", share=0.1),
        CountryShare(code="RU", name="Russia", share=0.05),
        CountryShare(code="FR", name="France", share=0.02),
    ),
    place_id="geonames:170063",
    place_name="Aleppo",
    weight=0.7,
    profile="syria",
)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments], catch_exceptions=False)


@pytest.fixture
def syrian(tmp_path: Path) -> Path:
    """Three articles on Syria and one on France."""
    texts = ["A truce held in Aleppo.", "Trucks reached Homs.", "Snow fell on Damascus.", "Paris was dark."]
    path = tmp_path / "syrian.jsonl"
    rows = (json.dumps({"id": str(at), "text": text}) for at, text in enumerate(texts))
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_a_focus_is_one_line() -> None:
    assert told_focus(ABOUT) == "Syria .82, Turkey .10, Russia .05; main place Aleppo; profile syria"
    assert told_focus(Focus()) == ""
    assert told_focus(Focus(place_id="sea", place_name="Black Sea")) == "main place Black Sea"
    sole = Focus(countries=(CountryShare(code="SY", name="Syria", share=1.0),))
    assert told_focus(sole) == "Syria 1.00"


def test_a_focus_is_part_of_a_line_of_json() -> None:
    row = focus_row(ABOUT)
    assert row is not None
    assert row["countries"][0] == {"country": "SY", "name": "Syria", "share": 0.8231}
    assert (row["place_id"], row["name"], row["profile"]) == ("geonames:170063", "Aleppo", "syria")
    assert focus_row(Focus()) is None


def test_explain_says_what_the_article_is_about(syrian: Path) -> None:
    result = run("explain", syrian, "--id", "0", "--recognizer", "dictionary")
    assert "focus: Syria 1.00; main place Aleppo; profile syria" in result.stdout.splitlines()


def test_a_batch_that_fits_a_profile_is_told_so_once(syrian: Path) -> None:
    result = run("parse", syrian, "--recognizer", "dictionary")
    assert result.exit_code == 0
    assert result.stderr == "hint: most of these articles are about Syria: --profile syria\n"
    found = [json.loads(line)["focus"]["profile"] for line in result.stdout.splitlines()]
    assert found == ["syria", "syria", "syria", None]


def test_there_is_no_hint_where_a_profile_is_chosen_or_articles_are_few(syrian: Path, tmp_path: Path) -> None:
    assert run("parse", syrian, "--recognizer", "dictionary", "--profile", "syria").stderr == ""
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(syrian.read_text("utf-8").splitlines()[:2]), encoding="utf-8")
    assert run("parse", few, "--recognizer", "dictionary").stderr == ""


def test_profiles_lists_those_that_come_with_geomap() -> None:
    listed = run("profiles").stdout.splitlines()
    assert [line.split()[0] for line in listed] == list(bundled_profiles())
    assert [line for line in listed if line.startswith("gaza")] == [
        f"{'gaza':<12} {'Israel and Palestine':<36} IL, PS"
    ]


def test_profiles_shows_one_of_a_name_or_a_file(tmp_path: Path) -> None:
    shown = run("profiles", "sahel").stdout
    assert "malijet.com (national, Bamako)" in shown
    assert "MR 0.3" in shown
    assert bundled_profiles()["sahel"].digest in shown
    assert max(map(len, shown.splitlines())) <= 100
    path = tmp_path / "valley.toml"
    text = 'name = "valley"\ntitle = "The valley"\ncountries = ["SY"]\nmin_confidence = 0.3\n'
    path.write_text(f'{text}[[places]]\nname = "Xyz"\nlat = 36\nlon = 38\n', encoding="utf-8")
    own = run("profiles", path).stdout
    assert "Xyz (36, 38)" in own
    assert "at least 0.3" in own
    assert "outlets" not in own


def test_a_file_of_places_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("name,lat,lon\nXyz,36,38\n", encoding="utf-8")
    path = tmp_path / "valley.toml"
    text = 'name = "valley"\ntitle = "The valley"\ncountries = ["SY"]\nplaces = "own.csv"\n'
    path.write_text(text, encoding="utf-8")
    assert "own.csv" in run("profiles", path).stdout.replace("\n" + " " * 13, "")


@pytest.mark.parametrize(
    "arguments", [("profiles", "atlantis"), ("parse", "--samples", "--profile", "atlantis")]
)
def test_an_unknown_profile_is_an_error_of_one_line(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: there is no profile 'atlantis'; there are afghanistan")


def test_a_bad_file_is_an_error_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text('name = "bad"\ntitle = "Bad"\ncountries = "SY"\n', encoding="utf-8")
    result = run("parse", "--samples", "--profile", path)
    assert result.exit_code == 1
    assert f"{path}:3: countries must be a list of texts" in result.stderr


def test_places_of_a_profile_are_found_by_every_command_that_parses(syrian: Path, tmp_path: Path) -> None:
    path = tmp_path / "valley.toml"
    text = 'name = "valley"\ntitle = "The valley"\ncountries = ["SY"]\n'
    text += '[[places]]\nname = "Umm Xyz"\nlat = 36\nlon = 38\n'
    path.write_text(text, encoding="utf-8")
    article = tmp_path / "a.txt"
    article.write_text("Trucks left Umm Xyz for Aleppo on Monday.", encoding="utf-8")
    options = (article, "--profile", path, "--recognizer", "dictionary")
    (line,) = run("parse", *options).stdout.splitlines()
    assert [each["place_id"] for each in json.loads(line)["toponyms"]] == [
        "valley:umm-xyz",
        "geonames:170063",
    ]
    assert "valley:umm-xyz" in run("explain", *options).stdout
    project = tmp_path / "p.gpkg"
    assert run("add", *options, "--project", project).exit_code == 0
    assert "valley:umm-xyz" in run("places", "trucks left", "--project", project).stdout
    assert run("export", "geojson", syrian, *options, "-o", tmp_path / "a.geojson").exit_code == 0
    assert "valley:umm-xyz" in (tmp_path / "a.geojson").read_text("utf-8")
