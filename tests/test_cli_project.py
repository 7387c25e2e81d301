"""The commands about projects: add, places, articles, remove; map and export of a project; geocoders."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import geopandas
import pytest
from builders import a_focus, a_parsed, a_sighting, an_area, an_article
from click.testing import CliRunner, Result
from test_leaflet import data_of

from geomap.cli import main
from geomap.cli.reports import articles_report, place_row, places_report
from geomap.model import ArticleSummary, Role
from geomap.project import places_of
from geomap.store import GeoPackageStore

ROWS = [
    {
        "id": "a1",
        "title": "Truce holds",
        "text": "The truce in Aleppo, Syria, held on Monday. Trucks reached Idlib.",
        "published": "2016-12-30",
        "source": "Example Wire",
        "url": "https://example.org/truce",
    },
    {"id": "b2", "title": "Rain", "text": "Rain fell in Paris, France, on Tuesday.", "date": "2017-02-01"},
    {"id": "b3", "title": "High water", "text": "The river flooded Paris, Texas, on Friday."},
    {"id": "b4", "title": "Talks", "text": "The Syrian government met. Homs waited.", "date": "2017-03-01"},
]


def run(*arguments: str | Path, given: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments], input=given, catch_exceptions=False)


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def written(path: Path, articles: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in articles), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of the articles above, for tests that only ask."""
    folder = tmp_path_factory.mktemp("news")
    project = folder / "news.gpkg"
    result = run("add", written(folder / "news.jsonl", ROWS), "--project", project)
    assert result.exit_code == 0, result.output
    return project


# --- add ---------------------------------------------------------------------------------------


def test_add_makes_a_project_and_counts(tmp_path: Path) -> None:
    source, project = written(tmp_path / "a.jsonl", ROWS), tmp_path / "new" / "news.gpkg"
    first = run("add", source, "--project", project)
    assert first.exit_code == 0
    assert "4 added, 0 replaced, 0 unchanged" in first.stderr
    assert first.stdout == ""
    assert "0 added, 0 replaced, 4 unchanged" in run("add", source, "--project", project).stderr
    changed = [{**ROWS[0], "text": "Homs waited."}, *ROWS[1:]]
    written(source, changed)
    assert "0 added, 1 replaced, 3 unchanged" in run("add", source, "--project", project).stderr
    assert "Idlib" not in run("places", "a1", "--project", project).stdout


def test_add_tells_what_became_of_each_article(tmp_path: Path) -> None:
    source = written(tmp_path / "a.jsonl", ROWS[:2])
    told = rows(run("add", source, "--project", tmp_path / "p.gpkg", "--json"))
    assert told == [{"id": "a1", "change": "added"}, {"id": "b2", "change": "added"}]


def test_add_reports_what_it_leaves_out_and_goes_on(tmp_path: Path) -> None:
    other = {"id": "a1", "title": "Floods", "text": "Floods in Hama."}
    source = written(tmp_path / "a.jsonl", [ROWS[0], {"id": "x"}, other, ROWS[1]])
    result = run("add", source, "--project", tmp_path / "p.gpkg")
    assert result.exit_code == 1
    assert "2 added" in result.stderr
    assert f"{source}:2: has no text" in result.stderr
    assert "a.jsonl:3: has the id 'a1' of another article" in result.stderr


def test_again_geoparses_with_other_options(tmp_path: Path) -> None:
    source, project = written(tmp_path / "a.jsonl", ROWS[:1]), tmp_path / "p.gpkg"
    run("add", source, "--project", project)
    arguments = ("add", source, "--project", project, "--focus", "SY")
    assert "0 added, 0 replaced, 1 unchanged" in run(*arguments).stderr
    assert "0 added, 1 replaced, 0 unchanged" in run(*arguments, "--again").stderr


@pytest.mark.parametrize("content", [b"hello, no project\n" * 100, b"SQLite format 3\x00" + bytes(84)])
def test_a_file_that_is_no_project_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.gpkg"
    path.write_bytes(content)
    for arguments in (("add", "--samples"), ("articles", "Aleppo"), ("map",)):
        result = run(*arguments, "--project", path)
        assert result.exit_code == 1
        assert result.stderr.startswith(f"Error: {path}: ")
        assert len(result.stderr.splitlines()) == 1
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "arguments",
    [("articles", "Aleppo"), ("places", "x"), ("map",), ("export", "geojson", "-o", "x"), ("remove", "x")],
)
def test_asking_a_project_that_is_not_there_makes_none(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    path = tmp_path / "none.gpkg"
    result = run(*arguments, "--project", path)
    assert result.exit_code == 1
    assert str(path) in result.stderr
    assert not path.exists()


# --- places ------------------------------------------------------------------------------------


@pytest.mark.parametrize("article", ["a1", "https://example.org/truce", "truce holds", "TRUCE"])
def test_places_of_an_article_by_id_address_or_title(news: Path, article: str) -> None:
    found = rows(run("places", article, "--project", news, "--json"))
    assert [row["name"] for row in found] == ["Aleppo", "Syria", "Idlib"]
    aleppo = found[0]
    assert list(aleppo) == [
        *("place_id", "name", "lat", "lon", "country", "admin1", "feature_code", "mentions")
    ]
    assert (aleppo["place_id"], aleppo["country"], aleppo["admin1"]) == (
        *("geonames:170063", "SY", "Aleppo Governorate"),
    )
    (mention,) = aleppo["mentions"]
    assert mention["sentence"] == "The truce in Aleppo, Syria, held on Monday."
    assert (mention["text"], mention["type"], mention["literal"]) == ("Aleppo", "literal", True)
    assert 0 <= mention["confidence"] <= 1


def test_places_for_people_have_sentence_type_and_confidence(news: Path) -> None:
    told = run("places", "talks", "--project", news).stdout
    assert "Talks  2017-03-01" in told
    assert "Homs, " in told
    assert "Syrian, nonliteral modifier (" in told
    assert "The Syrian government met." in told


def test_places_tell_role_precision_radius_and_phrase() -> None:
    near = a_sighting(area=an_area(phrase="truce in Aleppo"), role=Role.EVENT, role_score=0.875)
    parsed = a_parsed(near, a_sighting(article=near.article, field="title"), focus=a_focus())
    (summary,) = places_of(parsed)
    told = " ".join(" ".join(places_report(parsed, [summary])).split())
    assert "focus: Syria .75; main place Aleppo; profile syria" in told
    assert "36.20124, 37.16117; town, within 11.3 km; geonames:170063" in told
    assert 'Aleppo (0.90; event; relative, within 11.3 km: "truce in Aleppo"): The truce' in told
    assert "Aleppo (0.90): Truce holds in Aleppo" in told
    first, second = place_row(summary)["mentions"]
    assert (first["role"], first["precision"], first["area"]["phrase"]) == (
        *("event", "relative", "truce in Aleppo"),
    )
    assert (second["role"], second["precision"], second["area"]) == ("mentioned", "town", None)


def test_articles_tell_role_precision_radius_and_phrase() -> None:
    sightings = (a_sighting(role=Role.ORIGIN), a_sighting(area=an_area()))
    summary = ArticleSummary(article=an_article(), sightings=sightings)
    told = " ".join(" ".join(articles_report([summary])).split())
    assert "Aleppo (0.90; origin; town, within 11.3 km): The truce" in told
    assert 'Aleppo (0.90; relative, within 11.3 km: "north of Aleppo"): The truce' in told


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("--role", "event"), ["a1"]),
        (("--role", "event", "--role", "origin"), ["a1", "a2"]),
        (("--precision", "town"), ["a2"]),
        (("--precision", "town", "--precision", "relative"), ["a1", "a2"]),
        (("--precision", "country"), []),
        (("--role", "origin", "--precision", "relative"), []),
    ],
)
def test_roles_and_precisions_narrow_articles_and_exports(
    tmp_path: Path, arguments: tuple[str, ...], found: list[str]
) -> None:
    path = tmp_path / "roles.gpkg"
    other = an_article(id="a2", title="Other", url=None)
    with GeoPackageStore(path) as store:
        store.add(a_parsed(a_sighting(role=Role.EVENT, area=an_area())))
        store.add(a_parsed(a_sighting(article=other, role=Role.ORIGIN)))
    assert [each["id"] for each in rows(run("articles", "--project", path, "--json", *arguments))] == found
    output = tmp_path / "out.geojson"
    run("export", "geojson", "--project", path, "--per", "sighting", "--areas", *arguments, "-o", output)
    features = json.loads(output.read_text("utf-8"))["features"]
    assert [each["properties"]["article_id"] for each in features if "/area" not in each["id"]] == found
    assert ["a1"] * ("a1" in found) == [
        each["properties"]["article_id"] for each in features if "/area" in each["id"]
    ]


def test_areas_need_rows_of_sightings(news: Path, tmp_path: Path) -> None:
    result = run("export", "kml", "--project", news, "--areas", "-o", tmp_path / "out.kml")
    assert result.exit_code == 2
    assert "--per sighting" in result.stderr
    assert not (tmp_path / "out.kml").exists()


def test_places_of_a_file_are_read_on_the_spot(tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("Rain fell in Aleppo.", encoding="utf-8")
    (aleppo,) = rows(run("places", file, "--json"))
    assert aleppo["name"] == "Aleppo"


def test_a_file_is_found_in_its_project_or_read_on_the_spot(tmp_path: Path, news: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("Rain fell in Aleppo.", encoding="utf-8")
    project = tmp_path / "p.gpkg"
    run("add", file, "--project", project)
    assert rows(run("places", file, "--project", project, "--json"))[0]["name"] == "Aleppo"
    assert rows(run("places", file, "--project", news, "--json"))[0]["name"] == "Aleppo"


def test_a_file_of_several_articles_is_asked_about(tmp_path: Path) -> None:
    file = written(tmp_path / "a.jsonl", ROWS)
    result = run("places", file)
    assert result.exit_code == 1
    assert "4 articles; name one with --id" in result.stderr
    assert "b3  High water" in result.stderr
    assert rows(run("places", file, "--id", "b3", "--json"))[0]["admin1"] == "Texas"


@pytest.mark.parametrize("extra", [(), ("--project", "news")])
def test_an_article_that_is_nowhere_is_an_error(news: Path, extra: tuple[str, ...]) -> None:
    result = run("places", "no-such-thing", *(news if each == "news" else each for each in extra))
    assert result.exit_code == 1
    assert "no-such-thing" in result.stderr


def test_an_article_without_places_says_so(tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("nothing happened.", encoding="utf-8")
    result = run("places", file, "--json")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "mentions no place" in result.stderr


# --- articles ----------------------------------------------------------------------------------


def test_articles_that_mention_a_place(news: Path) -> None:
    (article,) = rows(run("articles", "aleppo", "--project", news, "--json"))
    assert list(article) == ["id", "title", "source", "published", "url", "mentions"]
    assert article["id"] == "a1"
    assert article["mentions"][0]["sentence"] == "The truce in Aleppo, Syria, held on Monday."
    told = run("articles", "aleppo", "--project", news)
    assert "Truce holds  Example Wire, 2016-12-30" in told.stdout
    assert "Aleppo, city in Aleppo Governorate, Syria, Asia (geonames:170063)" in told.stderr
    assert told.stderr.endswith("1 article\n")


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("Syria",), ["a1", "b4"]),
        (("Syria", "--literal"), ["a1"]),
        (("Syria", "--inside"), ["a1", "b4"]),
        (("Syria", "--inside", "--since", "2017-01-01"), ["b4"]),
        (("Syria", "--inside", "--until", "2016-12-31"), ["a1"]),
        (("Syria", "--inside", "--text", "trucks"), ["a1"]),
        (("Syria", "--inside", "--text", '"waited on"'), []),
        (("Syria", "--inside", "--article", "b4"), ["b4"]),
        (("Syria", "--inside", "--bbox", "37,36,38,37"), ["a1"]),
        (("Texas", "--inside"), ["b3"]),
        (("Idlib", "--within", "70"), ["a1"]),
        (("Homs", "--within", "5"), ["b4"]),
        (("Paris, Texas",), ["b3"]),
        (("geonames:2988507",), ["b2"]),
        (("Aleppo", "--country", "FR"), []),
    ],
)
def test_articles_are_narrowed(news: Path, arguments: tuple[str, ...], found: list[str]) -> None:
    assert [row["id"] for row in rows(run("articles", *arguments, "--project", news, "--json"))] == found


def test_homonyms_are_asked_about(news: Path) -> None:
    result = run("articles", "Paris", "--project", news)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "'Paris' means several places here" in result.stderr
    assert "geonames:4717560  Paris, city in Texas, United States (1 article)" in result.stderr
    assert "geonames:2988507  Paris, capital in" in result.stderr


@pytest.mark.parametrize("command", [("map",), ("export", "geojson"), ("export", "csv"), ("export", "gpkg")])
def test_articles_are_never_written_over(news: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    note = tmp_path / "note.txt"
    note.write_text("Rain fell in Aleppo.", encoding="utf-8")
    before = news.read_bytes()
    for source, output in ((("--project", news), news), ((note,), note), ((note,), news)):
        result = run(*command, *source, "-o", output)
        assert result.exit_code == 1
        assert f"{output}: holds articles, and is not written over" in result.stderr
    assert news.read_bytes() == before
    assert note.read_text(encoding="utf-8") == "Rain fell in Aleppo."


def test_several_places_are_taken_together(news: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.geojson"
    places = ("--place", "Idlib", "--place", "Texas", "--inside")
    assert run("export", "geojson", "--project", news, *places, "-o", output).exit_code == 0
    names = {each["properties"]["name"] for each in json.loads(output.read_text())["features"]}
    assert names == {"Idlib", "Paris", "Texas"}


@pytest.mark.parametrize("address", ["https://example.org/x.gpkg", "http://localhost/x.gpkg"])
def test_an_address_is_no_file_to_write(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for arguments in (("add", "--samples", "--project", address), ("map", "--samples", "-o", address)):
        result = run(*arguments)
        assert result.exit_code == 1
        assert "is an address" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_words_longer_than_a_name_may_be_are_no_file(news: Path) -> None:
    result = run("places", "قصف " * 100, "--project", news)
    assert result.exit_code == 1
    assert "holds no article" in result.stderr


def test_a_place_that_no_article_mentions_is_an_error(news: Path) -> None:
    result = run("articles", "Ouagadougou", "--project", news)
    assert result.exit_code == 1
    assert result.stderr == "Error: no article mentions a place of the name 'Ouagadougou'\n"


def test_a_region_of_unknown_parts_is_its_box_and_that_is_said(tmp_path: Path) -> None:
    source = written(tmp_path / "a.jsonl", [{"id": "1", "text": "The Fertile Crescent is dry. Homs waited."}])
    project = tmp_path / "p.gpkg"
    run("add", source, "--project", project)
    result = run("articles", "Fertile Crescent", "--inside", "--project", project, "--json")
    assert {mention["name"] for mention in rows(result)[0]["mentions"]} >= {"Homs"}
    assert "what lies in its box is taken" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ((), ["a1", "b2", "b3", "b4"]),
        (("--text", "friday"), ["b3"]),
        (("--since", "2017-01-01"), ["b2", "b4"]),
        (("--country", "SY"), ["a1", "b4"]),
    ],
)
def test_without_a_place_all_articles_that_fit_are_shown(
    news: Path, arguments: tuple[str, ...], found: list[str]
) -> None:
    result = run("articles", *arguments, "--project", news, "--json")
    assert [row["id"] for row in rows(result)] == found


def test_articles_without_a_date_are_counted_where_days_are_asked_for(news: Path) -> None:
    told = run("articles", "--since", "2017-01-01", "--project", news).stderr
    assert told == "2 articles; 1 more without a clear date\n"


def test_a_center_need_not_be_mentioned(news: Path) -> None:
    (article,) = rows(run("articles", "Azaz", "--within", "60", "--project", news, "--json"))
    assert article["id"] == "a1"
    nothing = run("articles", "Ouagadougou", "--within", "60", "--project", news)
    assert nothing.exit_code == 1
    assert "anything within 60 km" in nothing.stderr


def test_distances_from_a_large_place_are_noted(news: Path) -> None:
    assert "measured from one point" in run("articles", "Syria", "--within", "300", "--project", news).stderr


def test_a_name_with_half_a_character_is_no_place(news: Path) -> None:
    result = run("articles", "caf\udce9", "--project", news)
    assert result.exit_code == 1
    assert "no article mentions" in result.stderr


def test_the_articles_of_a_project_are_explained(news: Path) -> None:
    told = run("explain", "a1", "Aleppo", "--project", news)
    assert told.exit_code == 0, told.output
    assert "Aleppo  ->  Aleppo" in told.stdout
    assert run("explain", "nothing", "--project", news).exit_code == 1


@pytest.mark.parametrize(
    ("row", "note"),
    [
        ({"date": "05/03/2023"}, "no clear day"),
        ({"language": "fr"}, "in the language 'fr'"),
    ],
)
def test_what_narrows_an_answer_is_noted_when_it_is_read(
    tmp_path: Path, row: dict[str, str], note: str
) -> None:
    source = written(
        tmp_path / "a.jsonl", [{"id": str(each), "text": "Rain in Lyon.", **row} for each in (1, 2)]
    )
    result = run("add", source, "--project", tmp_path / "p.gpkg")
    assert result.exit_code == 0
    assert result.stderr.count("note: ") == 1
    assert note in result.stderr


def test_the_dates_of_acled_are_days(tmp_path: Path) -> None:
    (tmp_path / "acled.csv").write_text(
        "event_id_cnty,event_date,notes\nSYR1,03 March 2023,Shelling hit Idlib.\n", encoding="utf-8"
    )
    run("add", tmp_path / "acled.csv", "--project", tmp_path / "p.gpkg")
    found = run("articles", "--since", "2023-03-01", "--project", tmp_path / "p.gpkg", "--json")
    assert [row["published"] for row in rows(found)] == ["03 March 2023"]


def test_an_article_is_taken_out(tmp_path: Path) -> None:
    source, project = written(tmp_path / "a.jsonl", ROWS), tmp_path / "p.gpkg"
    run("add", source, "--project", project)
    assert run("remove", "truce", "--project", project).exit_code == 1
    removed = run("remove", "a1", "--project", project)
    assert (removed.exit_code, removed.stderr) == (0, "removed a1  Truce holds\n")
    assert run("remove", "a1", "--project", project).exit_code == 1
    assert run("articles", "Idlib", "--project", project).exit_code == 1


# --- map and export of a project ---------------------------------------------------------------


def test_a_map_takes_a_project_and_filters(news: Path, tmp_path: Path) -> None:
    output = tmp_path / "map.html"
    result = run("map", "--project", news, "--place", "Syria", "--inside", "-o", output)
    assert result.exit_code == 0, result.output
    titles = " ".join(data_of(output.read_text(encoding="utf-8"))["articles"]["title"])
    assert "Truce holds" in titles
    assert "High water" not in titles


FORMATS = ("geojson", "csv", "gpkg", "parquet", "kml")


def test_what_is_empty_says_so(news: Path, tmp_path: Path) -> None:
    result = run("map", "--project", news, "--text", "zzz", "-o", tmp_path / "map.html")
    assert result.exit_code == 0
    assert "0 of 4 articles, 0 mentions, 0 places" in result.stderr
    assert "nothing fits" in result.stderr


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("filters", [(), ("--place", "Syria", "--inside", "--text", "truce")], ids=str)
def test_a_project_and_its_sources_are_exported_alike(
    news: Path, tmp_path: Path, name: str, filters: tuple[str, ...]
) -> None:
    first, second = tmp_path / f"first.{name}", tmp_path / f"second.{name}"
    for output, source in ((first, ("--project", news)), (second, (news.parent / "news.jsonl",))):
        result = run("export", name, *source, *filters, "-o", output)
        assert result.exit_code == 0, result.output
    if name == "gpkg":
        assert geopandas.read_file(first).equals(geopandas.read_file(second))
    else:
        assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [
        ("map", "--samples", "--project", "x.gpkg"),
        ("map", "--samples", "--inside"),
        ("map", "--samples", "--within", "3"),
        ("map",),
        ("export", "geojson", "-o", "x"),
        ("add", "--samples"),
        ("articles", "--project", "x.gpkg", "--inside"),
        ("parse", "--samples", "--column", "text"),
        ("parse", "--samples", "--geocoder-option", "domain=x"),
    ],
)
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...], tmp_path: Path) -> None:
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert list(tmp_path.iterdir()) == []


# --- a bar on a terminal -----------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pty")
def test_a_bar_is_shown_on_a_terminal_and_none_elsewhere(tmp_path: Path) -> None:
    source = written(tmp_path / "a.jsonl", ROWS)
    command = [sys.executable, "-m", "geomap", "parse", str(source)]
    terminal, end = pty.openpty()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=end, check=True)
    os.close(end)
    shown = b""
    try:
        while piece := os.read(terminal, 4096):
            shown += piece
    except OSError:  # Linux says so at the end of a terminal
        pass
    os.close(terminal)
    assert b"articles" in shown
    piped = subprocess.run(command, capture_output=True, check=True)
    assert piped.stderr == b""
    assert len(piped.stdout.splitlines()) == len(ROWS)


# --- a geocoder behind the gazetteer -----------------------------------------------------------


class Nominatim(BaseHTTPRequestHandler):
    """Answers every question with one invented village."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        answer = [
            {
                "place_id": 1,
                "osm_type": "node",
                "osm_id": 7,
                "lat": "36.1",
                "lon": "37.1",
                "category": "place",
                "type": "village",
                "class": "place",
                "display_name": "Zarqunabad, Syria",
                "name": "Zarqunabad",
                "address": {"country_code": "sy", "country": "Syria"},
            }
        ]
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def nominatim() -> Iterator[tuple[str, list[str]]]:
    """A geocoder on this machine: its host and port, and what it was asked."""
    asked: list[str] = []
    handler = type("Handler", (Nominatim,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


UNKNOWN = "Floods reached the village of Zarqunabad on Monday. Trucks left Aleppo."


def test_a_geocoder_is_asked_for_what_the_gazetteer_lacks(
    nominatim: tuple[str, list[str]], tmp_path: Path
) -> None:
    host, asked = nominatim
    source = written(tmp_path / "a.jsonl", [{"id": "1", "text": UNKNOWN}])
    service = ("--geocoder", "nominatim", "--geocoder-option", f"domain={host}")
    options = (*service, "--geocoder-option", "scheme=http", "--geocoder-cache", tmp_path / "cache.sqlite")
    for _ in range(2):
        result = run("parse", source, *options)
        found = {each["text"]: each for each in rows(result)[0]["toponyms"]}
        assert found["Zarqunabad"]["place_id"] == "nominatim:node/7"
        assert found["Zarqunabad"]["country"] == "SY"
        assert found["Zarqunabad"]["match"] == "geocoded"
        assert found["Aleppo"]["match"] == "exact"
        assert "OpenStreetMap" in result.stderr
    assert len(asked) == 1
    assert "Zarqunabad" in asked[0]


def test_without_a_geocoder_a_name_that_is_not_known_lies_around_one_that_is(tmp_path: Path) -> None:
    source = written(tmp_path / "a.jsonl", [{"id": "1", "text": UNKNOWN}])
    found = {each["text"]: each for each in rows(run("parse", source))[0]["toponyms"]}
    unknown = found["Zarqunabad"]
    assert (unknown["match"], unknown["name"], unknown["precision"]) == ("within", "Aleppo", "relative")
    assert unknown["radius_km"] == 75
    assert unknown["nil"] > found["Aleppo"]["nil"]
    told = run("places", source).stdout
    assert re.search(r"Zarqunabad \(\S+; (event; )?relative, within 75 km\)", told)


def test_a_geocoder_is_refused_offline(nominatim: tuple[str, list[str]], tmp_path: Path) -> None:
    source = written(tmp_path / "a.jsonl", [{"id": "1", "text": UNKNOWN}])
    result = run("--offline", "parse", source, "--geocoder", "nominatim")
    assert result.exit_code == 1
    assert "--geocoder nominatim needs the network" in result.stderr
    assert nominatim[1] == []


def test_an_unknown_geocoder_is_an_error_that_names_those_there_are(tmp_path: Path) -> None:
    source = written(tmp_path / "a.jsonl", [{"id": "1", "text": UNKNOWN}])
    result = run("parse", source, "--geocoder", "nonsense")
    assert result.exit_code == 1
    assert "nominatim" in result.stderr
