"""`geomap map`: what its options make of the page, and what it knows beside the sightings."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from test_leaflet import data_of

from geomap.cli import main

TEXT = "Shells fell on Aleppo on Monday. Trucks left for Damascus. Moscow said nothing."
UNKNOWN = "Rain fell in the village of Qarbazuq on Sunday."


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "news.jsonl"
    rows = (
        {"id": "a", "title": "Shells", "text": TEXT, "published": "2024-05-01", "source": "The Example"},
        {"id": "b", "title": "Rain", "text": UNKNOWN},
    )
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    options = ["--recognizer", "dictionary", "--offline"]
    return CliRunner().invoke(main, ["map", *map(str, arguments), *options])


def page(tmp_path: Path, *arguments: object) -> str:
    result = run(*arguments, "-o", tmp_path / "map.html")
    assert result.exit_code == 0, result.output
    return (tmp_path / "map.html").read_text(encoding="utf-8")


def options_of(html: str) -> dict[str, Any]:
    match = re.search(r'id="geomap_options">([^<]*)<', html)
    assert match is not None
    options: dict[str, Any] = json.loads(match.group(1))
    return options


def test_a_map_of_sources_knows_the_reasons_and_what_has_no_place(tmp_path: Path, article: Path) -> None:
    data = data_of(page(tmp_path, article))
    assert "Aleppo" in data["places"]["name"]
    assert min(data["sightings"]["why"]) >= 0
    assert data["evidence"]
    rows = data["unmapped"]
    texts = [
        data["sentences"][sentence][start:end]
        for sentence, start, end in zip(rows["sentence"], rows["start"], rows["end"], strict=True)
    ]
    assert texts == ["Qarbazuq"]


def test_a_map_of_a_project_knows_what_has_no_place(tmp_path: Path, article: Path) -> None:
    project = tmp_path / "news.gpkg"
    added = CliRunner().invoke(
        main, ["add", str(article), "--project", str(project), "--recognizer", "dictionary"]
    )
    assert added.exit_code == 0, added.output
    data = data_of(page(tmp_path, "--project", project))
    assert len(data["unmapped"]["article"]) == 1
    assert set(data["sightings"]["why"]) == {-1}
    narrowed = data_of(page(tmp_path, "--project", project, "--country", "RU"))
    assert narrowed["articles"]["title"] == ["Shells"]
    assert data_of(page(tmp_path, "--project", project, "--country", "FR"))["articles"]["title"] == []


def test_the_base_map_shows_what_surrounds_the_places(tmp_path: Path, article: Path) -> None:
    assert 'id="geomap_backdrop"' in page(tmp_path, article)


def test_the_options_reach_the_page(tmp_path: Path, article: Path) -> None:
    html = page(
        tmp_path, article, "--embed", "--no-legend", "--theme", "dark", "--language", "ar", "--all-types"
    )
    assert options_of(html) == {
        "layout": "embed",
        "theme": "dark",
        "language": "ar",
        "legend": False,
        "allTypes": True,
        "online": None,
    }
    assert '<html lang="ar" data-theme="dark">' in html
    assert "<aside" not in html


def test_offline_leaves_the_online_map_out(tmp_path: Path, article: Path) -> None:
    assert "openstreetmap" not in page(tmp_path, article).lower()
    arguments = ["map", str(article), "-o", str(tmp_path / "map.html"), "--recognizer", "dictionary"]
    result = CliRunner().invoke(main, [*arguments, "--online", "OpenTopoMap"])
    assert result.exit_code == 0, result.output
    html = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert options_of(html)["online"]["name"] == "OpenTopoMap"
    assert "opentopomap.org" in html
    result = CliRunner().invoke(main, [*arguments, "--online", "Nothing.Known"])
    assert result.exit_code == 1
    assert "no provider of tiles" in result.output


def test_tiles_of_ones_own_get_in(tmp_path: Path, article: Path) -> None:
    tile = tmp_path / "tiles" / "0" / "0" / "0.png"
    tile.parent.mkdir(parents=True)
    tile.write_bytes(b"picture")
    assert '"0/0/0":"cGljdHVyZQ=="' in page(tmp_path, article, "--basemap", tmp_path / "tiles")
    result = run(article, "--basemap", article, "-o", tmp_path / "map.html")
    assert result.exit_code == 1
    assert "no PMTiles archive" in result.output


@pytest.mark.browser
@pytest.mark.skipif(not shutil.which("chromium"), reason="chromium is not installed")
def test_a_picture_is_written_beside_the_page(tmp_path: Path, article: Path) -> None:
    page(tmp_path, article, "--png", tmp_path / "map.png")
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")


def test_a_picture_without_a_browser_is_an_error(
    tmp_path: Path, article: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    result = run(article, "-o", tmp_path / "map.html", "--png", tmp_path / "map.png")
    assert result.exit_code == 1
    assert "needs Chromium, Chrome or Edge" in result.output
    assert (tmp_path / "map.html").is_file()
