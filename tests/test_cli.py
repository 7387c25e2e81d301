"""The command line: what it writes where, with which exit status, from good and from bad input."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import builders
import pytest
from builders import a_focus, a_mention, a_place, a_resolution, a_sighting, an_area, an_article
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from test_leaflet import data_of

from geomap import __version__
from geomap.cli import main
from geomap.cli.common import printable
from geomap.cli.evaluating import figures_table
from geomap.cli.explaining import explanation
from geomap.cli.gazetteer import remarks
from geomap.cli.rows import article_row, json_line
from geomap.cli.sources import samples
from geomap.gazetteers.search import Answer, SearchQuery
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.model import (
    Candidate,
    Evidence,
    GeoparsedArticle,
    Match,
    Outcome,
    Provenance,
    Resolution,
    Role,
    ScoredCandidate,
)

SYRIA = os.path.join(samples(), "syria-ceasefire.txt")  # noqa: PTH118 - arguments are strings
ALEPPO = {
    "id": "a1",
    "title": "Truce holds",
    "text": "The truce in Aleppo, Syria, held on Monday.",
    "source": "X",
}
PARIS = {"id": "b2", "text": "Rain fell in Paris, France, on Tuesday.", "date": "2017-02-01"}
KEYS = [
    *("field", "start", "end", "text", "type", "literal", "outcome", "match", "place_id", "name"),
    *("lat", "lon", "feature_code", "country", "admin1", "confidence", "nil"),
    *("precision", "radius_km", "role", "role_score", "area"),
]

Run = Callable[..., Result]


def run(*arguments: str | Path, given: str | bytes | None = None) -> Result:
    """Run geomap in this process; what is no SystemExit is raised."""
    return CliRunner().invoke(main, [str(each) for each in arguments], input=given, catch_exceptions=False)


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def wire(tmp_path: Path) -> Path:
    path = tmp_path / "wire.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in (ALEPPO, PARIS)), encoding="utf-8")
    return path


# --- the whole ---------------------------------------------------------------------------------


def test_the_version_is_printed() -> None:
    assert run("--version").stdout == f"geomap, version {__version__}\n"


def test_credits_name_the_sources_of_the_place_data(gazetteer: SqliteGazetteer) -> None:
    assert gazetteer.credits.strip() in run("--credits").stdout


@pytest.mark.parametrize(
    "arguments", [(), ("nonsense",), ("parse",), ("export",), ("export", "geojson", "x.txt")]
)
def test_wrong_usage_ends_with_status_2(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--focus", "SYR"),
        ("--focus", "1x"),
        ("--min-confidence", "2"),
        ("--bbox", "1,2,3"),
        ("--bbox", "0,91,1,92"),
        ("--bbox", "0,10,1,9"),
        ("--since", "yesterday"),
        ("--until", "2016-13-01"),
        ("--country", "Syria"),
    ],
)
def test_an_option_with_a_wrong_value_ends_with_status_2(arguments: tuple[str, ...]) -> None:
    result = run("map", "--samples", *arguments)
    assert result.exit_code == 2
    assert f"Invalid value for '{arguments[0]}'" in result.stderr


def test_an_error_of_geomap_is_one_line_and_status_1(wire: Path) -> None:
    result = run("parse", wire, "--gazetteer", "none\x1b.sqlite")
    assert result.exit_code == 1
    assert result.stderr == "Error: no gazetteer at none .sqlite\n"


def test_a_file_that_is_no_gazetteer_is_an_error(wire: Path) -> None:
    result = run("gazetteer", "info", "--gazetteer", wire)
    assert result.exit_code == 1
    assert "is no gazetteer" in result.stderr


def test_python_m_geomap_is_geomap(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["geomap", "--version"])
    with pytest.raises(SystemExit, match="0"):
        runpy.run_module("geomap", run_name="__main__")
    assert capsys.readouterr().out == f"geomap, version {__version__}\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe of the shell")
def test_a_reader_that_stops_early_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text((json.dumps(ALEPPO) + "\n") * 400, encoding="utf-8")
    command = f'"{sys.executable}" -m geomap parse "{path}" | head -n 1'
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)  # noqa: S602
    assert json.loads(done.stdout)["id"] == "a1"
    assert done.stderr == ""


# --- parse -------------------------------------------------------------------------------------


def test_parse_prints_one_line_per_article_in_order(wire: Path) -> None:
    result = run("parse", wire, SYRIA)
    assert result.exit_code == 0
    assert result.stderr == ""
    found = lines(result)
    assert [each["id"] for each in found[:2]] == ["a1", "b2"]
    assert [list(each) for each in found] == [["id", "title", "source", "published", "focus", "toponyms"]] * 3
    assert found[0]["source"] == "X"
    assert found[1]["published"] == "2017-02-01"


def test_parse_tells_all_of_each_toponym(wire: Path) -> None:
    first = lines(run("parse", wire))[0]
    assert all(list(toponym) == KEYS for toponym in first["toponyms"])
    aleppo, syria = first["toponyms"]
    assert ALEPPO["text"][aleppo["start"] : aleppo["end"]] == aleppo["text"] == "Aleppo"
    assert aleppo["literal"] is True
    assert (aleppo["type"], aleppo["outcome"], aleppo["field"]) == ("literal", "resolved", "text")
    assert (aleppo["country"], aleppo["admin1"]) == ("SY", "Aleppo Governorate")
    assert (round(aleppo["lat"]), round(aleppo["lon"])) == (36, 37)
    assert (syria["name"], syria["country"], syria["admin1"]) == ("Syria", "SY", None)
    assert 0.0 <= syria["confidence"] <= 1.0


def test_an_unresolved_toponym_has_null_coordinates(wire: Path) -> None:
    result = run("parse", wire, "--min-confidence", "1")
    unsure = [
        toponym
        for article in lines(result)
        for toponym in article["toponyms"]
        if toponym["outcome"] == "below_threshold"
    ]
    assert unsure
    assert all(
        toponym[key] is None for toponym in unsure for key in ("lat", "lon", "name", "place_id", "admin1")
    )


def test_parse_reads_standard_input(wire: Path) -> None:
    assert run("parse", "-", given=wire.read_bytes()).stdout == run("parse", wire).stdout


def test_parse_gives_the_same_bytes_twice() -> None:
    assert run("parse", "--samples").stdout_bytes == run("parse", "--samples").stdout_bytes


def test_the_focus_decides_between_namesakes(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "a", "text": "Fire broke out in Tripoli on Monday."}', encoding="utf-8")
    countries = {
        code: lines(run("parse", path, "--focus", code))[0]["toponyms"][0]["country"] for code in ("ly", "LB")
    }
    assert countries == {"ly": "LY", "LB": "LB"}


# --- bad input ---------------------------------------------------------------------------------


def test_each_bad_article_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(b'{"id": "x"}\n' + json.dumps(ALEPPO).encode() + b"\nnot json\n")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    result = run("parse", tmp_path / "none.txt", tmp_path / "empty.txt", tmp_path / "picture.txt", bad)
    assert result.exit_code == 1
    assert [each["id"] for each in lines(result)] == ["a1"]
    named = [line.removeprefix(f"{tmp_path}/").split(": ")[0] for line in result.stderr.splitlines()]
    assert named == ["none.txt", "empty.txt", "picture.txt", "bad.jsonl:1", "bad.jsonl:3"]


def test_a_line_of_50_mb_is_named_and_the_next_is_read(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    with path.open("wb") as file:
        file.write(b'{"id": "huge", "text": "' + b"a " * 25_000_000 + b'"}\n')
        file.write(json.dumps(ALEPPO).encode())
    result = run("parse", path)
    assert result.exit_code == 1
    assert [each["id"] for each in lines(result)] == ["a1"]
    assert result.stderr.startswith(f"{path}:1: ")
    assert len(result.stderr.splitlines()) == 1


def test_characters_that_cannot_be_decoded_are_replaced_noted_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_bytes(b'{"id": "a1", "text": "The truce in Aleppo\xff held."}')
    result = run("parse", path)
    assert result.exit_code == 0
    assert lines(result)[0]["toponyms"][0]["text"] == "Aleppo"
    assert result.stderr == f"note: {path}: characters that cannot be decoded were replaced\n"


def test_what_is_odd_about_a_table_is_noted_once(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    text = "id;title;text;language\n" + "".join(
        f"{number};Flood in Lomé;The water rose in Lomé.;en\n" for number in range(3)
    )
    path.write_bytes(text.encode("cp1252"))
    result = run("parse", path)
    assert result.exit_code == 0
    assert result.stderr == f"note: {path}: its encoding is not stated, and was guessed\n"


def test_a_map_of_nothing_readable_is_not_written(tmp_path: Path) -> None:
    result = run("map", tmp_path / "none.txt", "-o", tmp_path / "map.html")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "Error: no article could be read, so nothing was written"
    assert not (tmp_path / "map.html").exists()


def test_a_map_of_what_could_be_read_is_written(tmp_path: Path, wire: Path) -> None:
    result = run("map", wire, tmp_path / "none.txt", "-o", tmp_path / "map.html")
    assert result.exit_code == 1
    assert (tmp_path / "map.html").is_file()


# --- map and export ----------------------------------------------------------------------------


def test_map_writes_a_page_and_says_so_on_standard_error(
    tmp_path: Path, wire: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("map", wire, "--title", "Two <towns>")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr == "2 articles, 4 mentions, 4 places → output/map.html\n"
    page = (tmp_path / "output" / "map.html").read_text(encoding="utf-8")
    assert "Two &lt;towns&gt;" in page
    assert any("Rain fell in Paris" in sentence for sentence in data_of(page)["sentences"])


def test_the_samples_make_a_map(tmp_path: Path) -> None:
    result = run("map", "--samples", "-o", tmp_path / "map.html")
    assert result.exit_code == 0
    assert re.fullmatch(r"\d+ articles, \d+ mentions, \d+ places → .+map\.html\n", result.stderr)


def export(*arguments: str | Path, to: Path) -> dict[str, Any]:
    result = run("export", "geojson", *arguments, "-o", to)
    assert result.exit_code == 0
    assert result.stdout == ""
    found: dict[str, Any] = json.loads(to.read_text(encoding="utf-8"))
    return found


def test_geojson_has_a_feature_per_place_or_per_sighting(tmp_path: Path) -> None:
    path, to = tmp_path / "a.txt", tmp_path / "made" / "a.geojson"
    path.write_text("Rain fell in Aleppo. The Syrian army arrived in Aleppo on Monday.", encoding="utf-8")
    places = export(path, to=to)["features"]
    assert [feature["properties"]["name"] for feature in places] == ["Aleppo"]
    assert places[0]["properties"]["mentions"] == 2
    assert len(export(path, "--per", "sighting", to=to)["features"]) == 2
    assert len(export(path, "--all-types", to=to)["features"]) == 2


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (("--country", "fr"), {"Paris", "France"}),
        (("--country", "FR", "--country", "SY"), {"Paris", "France", "Aleppo", "Syria"}),
        (("--bbox", "30,30,40,40"), {"Aleppo", "Syria"}),
        (("--since", "2017-01-01"), {"Paris", "France"}),
        (("--until", "2017-01-01"), set()),
        (("--min-confidence", "0"), {"Paris", "France", "Aleppo", "Syria"}),
    ],
)
def test_filters_narrow_what_is_exported(
    wire: Path, tmp_path: Path, filters: tuple[str, ...], names: set[str]
) -> None:
    found = export(wire, *filters, to=tmp_path / "a.geojson")
    assert {feature["properties"]["name"] for feature in found["features"]} == names


def test_a_file_that_cannot_be_written_is_an_error(wire: Path) -> None:
    result = run("export", "geojson", wire, "-o", wire / "below" / "a.geojson")
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr
    assert len(result.stderr.splitlines()) == 1


# --- explain -----------------------------------------------------------------------------------


def columns(text: str) -> list[list[float]]:
    """Return the contributions per candidate and, last, their score, of a table without gaps."""
    rows = [re.findall(r"[+-]\d+\.\d{3}", line) for line in text.splitlines()]
    return [[float(cell) for cell in row] for row in rows if row]


def test_explain_prints_candidates_and_reasons(wire: Path) -> None:
    result = run("explain", wire, "aleppo")
    assert result.exit_code == 0
    assert "Aleppo  ->  Aleppo, " in result.stdout
    assert "Aleppo Governorate, Syria" in result.stdout
    assert "Paris" not in result.stdout
    assert re.search(r"^    score +\+\d", result.stdout, re.MULTILINE)


def test_explain_fits_in_100_columns() -> None:
    assert max(len(line) for line in run("explain", "--", SYRIA).stdout.splitlines()) <= 100


def test_what_the_reasons_add_makes_up_the_score(gazetteer: SqliteGazetteer) -> None:
    evidence = [
        tuple(
            Evidence(name=name, value=value / 7, weight=weight, note="why")
            for name, weight in (("prior", 1.0), ("country", 2.5))
        )
        for value in (1, 2)
    ]
    parsed = a_parsed(*(a_scored(each) for each in evidence))
    *reasons, scores = columns("\n".join(explanation(parsed, gazetteer)))
    assert [round(sum(row[at] for row in reasons), 3) for at in range(2)] == scores


def a_scored(evidence: tuple[Evidence, ...]) -> ScoredCandidate:
    candidate = Candidate(place=a_place(), matched_name="Aleppo", match=Match.EXACT)
    return ScoredCandidate(candidate=candidate, evidence=evidence)


def a_parsed(*ranked: ScoredCandidate, **overrides: Any) -> GeoparsedArticle:
    provenance = Provenance(recognizer="r", gazetteer="g", resolver="s")
    resolution = a_resolution(ranked=ranked, **overrides)
    return GeoparsedArticle(article=an_article(), resolutions=(resolution,), provenance=provenance)


def test_a_mention_without_candidates_is_explained_as_such(gazetteer: SqliteGazetteer) -> None:
    parsed = a_parsed(place=None, outcome=Outcome.NO_CANDIDATE, confidence=0.0, nil=1.0, match=None)
    assert "Aleppo  ->  no candidate; confidence 0.00, NIL 1.00" in explanation(parsed, gazetteer)


def test_mentions_with_the_same_reasons_are_explained_once(gazetteer: SqliteGazetteer) -> None:
    def at(start: int) -> Resolution:
        return a_resolution(mention=a_mention(start=start, end=start + 6))

    parsed = a_parsed()
    twice = GeoparsedArticle(
        article=parsed.article, resolutions=(at(13), at(40)), provenance=parsed.provenance
    )
    text = "\n".join(explanation(twice, gazetteer))
    assert text.count("->") == 1
    assert "text 13-19, text 40-46" in text


def test_explain_tells_how_exactly_and_in_what_role_a_mention_lies(gazetteer: SqliteGazetteer) -> None:
    near = a_sighting(area=an_area(phrase="truce in Aleppo"), role=Role.EVENT, role_score=0.875)
    text = "\n".join(explanation(builders.a_parsed(near, focus=a_focus()), gazetteer))
    assert "focus: Syria .75; main place Aleppo; profile syria" in text
    assert 'event (0.88); relative, within 11.3 km: "truce in Aleppo" (by direction, 400 km2)' in text


def test_mentions_of_one_place_in_two_roles_are_told_apart(gazetteer: SqliteGazetteer) -> None:
    article = an_article(title="Aleppo", text="Aleppo.")
    title = a_sighting(article=article, field="title")
    text = a_sighting(article=article, role=Role.ORIGIN, role_score=0.5)
    told = "\n".join(explanation(builders.a_parsed(title, text), gazetteer))
    assert "title 0-6: mentioned; town, within 11.3 km" in told
    assert "text 0-6: origin (0.50); town, within 11.3 km" in told
    alone = "\n".join(explanation(builders.a_parsed(text), gazetteer))
    assert "\n    origin (0.50); town, within 11.3 km\n" in alone


def test_a_row_has_the_area_as_geojson_and_the_focus(gazetteer: SqliteGazetteer) -> None:
    near = a_sighting(area=an_area(), role=Role.EVENT, role_score=0.75)
    unknown = a_resolution(
        mention=a_mention(start=0, end=3, text="The"), outcome=Outcome.NO_CANDIDATE, place=None
    )
    parsed = builders.a_parsed(near, resolutions=(near.resolution, unknown), focus=a_focus())
    row = json.loads(json_line(article_row(parsed, gazetteer)))
    first, second = row["toponyms"]
    assert (first["precision"], first["radius_km"], first["role"], first["role_score"]) == (
        *("relative", 11.3, "event", 0.75),
    )
    assert {key: first["area"][key] for key in ("phrase", "start", "end", "method", "km2")} == {
        "phrase": "north of Aleppo",
        "start": 4,
        "end": 19,
        "method": "direction",
        "km2": 400.0,
    }
    assert first["area"]["geometry"]["type"] == "Polygon"
    assert (first["lat"], first["lon"]) == (36.20124, 37.16117)
    assert {second[key] for key in ("precision", "radius_km", "role", "role_score", "area")} == {None}
    assert row["focus"] == {
        "countries": [{"country": "SY", "name": "Syria", "share": 0.75}],
        "place_id": "geonames:170063",
        "name": "Aleppo",
        "weight": 0.6,
        "profile": "syria",
    }


def test_a_focus_that_is_not_known_is_null(gazetteer: SqliteGazetteer) -> None:
    assert article_row(builders.a_parsed(), gazetteer)["focus"] is None


def test_explain_chooses_the_article_of_an_id(wire: Path) -> None:
    found = run("explain", wire, "--id", "b2").stdout
    assert found.startswith("b2")
    assert "Aleppo" not in found


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("Berlin",), "'Berlin' is no mention in "),
        (("--id", "zz"), "holds no article of the id zz"),
    ],
)
def test_explain_says_what_is_not_there(wire: Path, arguments: tuple[str, ...], problem: str) -> None:
    result = run("explain", wire, *arguments)
    assert result.exit_code == 1
    assert problem in result.stderr


def test_explain_of_a_text_without_places_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("nothing happened anywhere.", encoding="utf-8")
    result = run("explain", path)
    assert (result.exit_code, result.stderr) == (1, f"there is no mention in {path}\n")


def test_explain_of_a_missing_file_says_so_once() -> None:
    result = run("explain", "none.txt")
    assert (result.exit_code, result.stderr) == (1, "none.txt: No such file or directory\n")


# --- evaluate ----------------------------------------------------------------------------------


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    start = str(ALEPPO["text"]).index("Aleppo")
    toponyms = [{"start": start, "end": start + 6, "lat": 36.2, "lon": 37.16, "type": "literal"}]
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps({**ALEPPO, "toponyms": toponyms}) + "\n", encoding="utf-8")
    return path


def test_evaluate_prints_a_table_with_a_column_per_file(gold: Path) -> None:
    result = run("evaluate", gold, gold)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].split() == ["gold"]
    assert "recognition, overlapping: precision" in result.stdout


def test_evaluate_prints_json_with_the_names_of_the_figures(gold: Path) -> None:
    (found,) = lines(run("evaluate", "--json", gold))
    assert found["gold"] == str(gold)
    assert found["overlap"]["r"] == 1.0
    assert found["resolution_of_all_gold"]["acc161"] == 1.0
    assert found["type_of_matched"]["accuracy"] == 1.0


def test_evaluate_judges_what_parse_printed(gold: Path, tmp_path: Path) -> None:
    predicted = tmp_path / "predicted.jsonl"
    predicted.write_bytes(run("parse", gold).stdout_bytes)
    judged = lines(run("evaluate", "--json", gold, "--predicted", predicted))
    assert judged == lines(run("evaluate", "--json", gold))


def test_evaluate_names_each_bad_line_once_and_goes_on(gold: Path) -> None:
    with gold.open("a", encoding="utf-8") as file:
        file.write("not json\n")
    result = run("evaluate", gold, "none.jsonl")
    assert result.exit_code == 1
    assert "articles" in result.stdout
    assert [line.split(": ")[0] for line in result.stderr.splitlines()] == [f"{gold}:2", "none.jsonl"]


def a_gold_file(folder: Path, name: str, *words: str, text: str = str(ALEPPO["text"])) -> Path:
    rows = [{"start": text.index(word), "end": text.index(word) + len(word), "text": word} for word in words]
    path = folder / name
    path.write_text(json.dumps({"id": name, "text": text, "toponyms": rows}) + "\n", encoding="utf-8")
    return path


def test_evaluate_tells_recall_by_region_and_kind(gold: Path) -> None:
    (found,) = lines(run("evaluate", "--json", gold))
    assert found["recall_by"]["region"] == {
        "Asia": {"n": 1, "recall": 1.0, "exact_recall": 1.0, "acc161_all": 1.0}
    }
    assert found["type_confusion"]["literal"] == {"literal": 1, "associative": 0}
    assert found["intervals"] == {}
    table = run("evaluate", gold).stdout
    assert re.search(r"^recall by region of the world +recall     n$", table, re.MULTILINE)
    assert re.search(r"^  Asia +1\.000      1$", table, re.MULTILINE)


def test_evaluate_draws_intervals_as_often_as_asked(gold: Path) -> None:
    with gold.open("a", encoding="utf-8") as file:
        file.write(json.dumps({**PARIS, "toponyms": [{"start": 0, "end": 4}]}) + "\n")
    (found,) = lines(run("evaluate", "--json", gold))
    low, high = found["intervals"]["overlap_f1"]
    assert low < found["overlap"]["f1"] < high
    assert f"{low:.3f}-{high:.3f}" in run("evaluate", gold).stdout
    assert lines(run("evaluate", "--json", gold, "--bootstrap", "0"))[0]["intervals"] == {}


def test_evaluate_leaves_out_words_and_what_is_not_linked(tmp_path: Path) -> None:
    path = a_gold_file(tmp_path, "a.jsonl", "Syria", "Monday")
    words = tmp_path / "words.txt"
    words.write_text("Monday\n", encoding="utf-8")
    assert lines(run("evaluate", "--json", path))[0]["overlap"]["r"] == 0.5
    assert lines(run("evaluate", "--json", path, "--without", words))[0]["overlap"]["r"] == 1.0
    assert lines(run("evaluate", "--json", path, "--without", "demonyms"))[0]["overlap"]["r"] == 0.5
    assert lines(run("evaluate", "--json", path, "--linked"))[0]["overlap"]["p"] == 0.0
    missing = run("evaluate", path, "--without", tmp_path / "none.txt")
    assert (missing.exit_code, "none.txt: No such file" in missing.stderr) == (1, True)


def test_evaluate_writes_the_mistakes(tmp_path: Path) -> None:
    page = tmp_path / "new" / "errors.html"
    assert run("evaluate", a_gold_file(tmp_path, "a.jsonl", "Monday"), "--errors", page).exit_code == 0
    html = page.read_text(encoding="utf-8")
    assert "<bdi>Monday</bdi> <b>1</b>" in html
    assert "<bdi>Syria</bdi> <b>1</b>" in html


def test_evaluate_tells_how_good_the_confidence_is(gold: Path) -> None:
    (found,) = lines(run("evaluate", "--json", gold))
    recognized = found["calibration"]["recognized"]
    assert (recognized["n"], recognized["accuracy"]) == (1, 1.0)
    assert recognized["calibration_error"] == pytest.approx(1 - recognized["mean_confidence"], abs=1e-4)
    assert re.search(r"^  expected calibration error +0\.\d{3}$", run("evaluate", gold).stdout, re.MULTILINE)


def test_evaluate_without_a_confidence_tells_nothing_of_it(gold: Path) -> None:
    assert lines(run("evaluate", "--json", gold, "--predicted", gold))[0]["calibration"] is None
    assert "calibration" not in run("evaluate", gold, "--predicted", gold).stdout


@pytest.mark.parametrize("options", [(), ("--predicted", "parsed.jsonl"), ("--resolve",)])
def test_evaluate_writes_charts(gold: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "parsed.jsonl").write_bytes(run("parse", gold).stdout_bytes)
    paths = [tmp_path / each if each.endswith(".jsonl") else each for each in options]
    page = tmp_path / "new" / "plots.html"
    assert run("evaluate", gold, *paths, "--plots", page).exit_code == 0
    html = page.read_text(encoding="utf-8")
    assert html.count("<svg ") == 4
    assert "<h2><bdi>gold</bdi></h2>" in html


def test_evaluate_gives_annotated_toponyms_of_several_files_to_the_resolver(tmp_path: Path) -> None:
    first = a_gold_file(tmp_path, "a.jsonl", "Aleppo", "Monday")
    other = a_gold_file(tmp_path, "b.jsonl", "Syria")
    found = lines(run("evaluate", "--json", "--resolve", first, other))
    assert [(each["strict"]["f1"], each["missing_articles"]) for each in found] == [(1.0, 0), (1.0, 0)]
    assert found == [
        lines(run("evaluate", "--json", "--resolve", each, "--predicted", each))[0] for each in (first, other)
    ]


def test_evaluate_judges_spans_without_texts_and_places(gold: Path, tmp_path: Path) -> None:
    spans = tmp_path / "spans.jsonl"
    spans.write_text('{"id": "a1", "spans": [[13, 19, 0.9, "literal"]]}\n', encoding="utf-8")
    (found,) = lines(run("evaluate", "--json", gold, "--predicted", spans))
    assert (found["strict"]["f1"], found["type_of_matched"]["accuracy"]) == (1.0, 1.0)
    assert found["end_to_end161"]["f1"] == 0.0


def test_evaluate_holds_figures_against_floors(tmp_path: Path) -> None:
    first, other = a_gold_file(tmp_path, "a.jsonl", "Aleppo"), a_gold_file(tmp_path, "b.jsonl", "Syria")
    spans, floors = tmp_path / "spans.jsonl", tmp_path / "floors.toml"
    spans.write_text('{"id": "a.jsonl", "spans": [[13, 19]]}\n', encoding="utf-8")
    floors.write_text(
        "[a]\noverlap_recall = 1.0\noverlap_precision = 0.5\n"
        '[both]\ngold = ["a", "b"]\noverlap_f1 = 0.6\n'
        '[spans]\ngold = "a"\npredicted = "spans.jsonl"\nexact_f1 = 1.0\n',
        encoding="utf-8",
    )
    reached = run("evaluate", first, other, "--floors", floors)
    assert (reached.exit_code, reached.stderr) == (0, "4 floors reached\n")
    assert run("evaluate", first, "--floors", floors).stderr == "3 floors reached\n"
    floors.write_text("[a]\noverlap_precision = 0.9\n", encoding="utf-8")
    below = run("evaluate", first, "--floors", floors)
    assert below.exit_code == 1
    assert below.stderr == "a: overlap_precision is 0.5000, 0.4000 below its floor of 0.9\n"
    assert "recognition" in below.stdout


def test_evaluate_holds_the_resolver_alone_against_floors(gold: Path, tmp_path: Path) -> None:
    floors = tmp_path / "floors.toml"
    floors.write_text("[gold]\nresolve = true\nexact_f1 = 1.0\nacc161 = 1.0\n", encoding="utf-8")
    nothing = tmp_path / "nothing.jsonl"
    nothing.write_text("", encoding="utf-8")
    result = run("evaluate", gold, "--predicted", nothing, "--floors", floors)
    assert (result.exit_code, result.stderr) == (0, "2 floors reached\n")
    floors.write_text("[gold]\nresolve = true\nbrier_score = 0\n", encoding="utf-8")
    assert "above its ceiling of 0" in run("evaluate", gold, "--floors", floors).stderr


def test_evaluate_does_not_pass_a_gate_that_holds_nothing(gold: Path, tmp_path: Path) -> None:
    floors = tmp_path / "floors.toml"
    floors.write_text("[other]\noverlap_f1 = 0.1\n", encoding="utf-8")
    result = run("evaluate", gold, "--floors", floors)
    assert (result.exit_code, "holds no floors for gold" in result.stderr) == (1, True)


def test_the_table_counts_the_rows_that_it_leaves_out() -> None:
    recall = {"n": 1, "recall": 0.5}
    kinds = {f"kind {number:02}": recall for number in range(25)}
    table = list(figures_table({"a.jsonl": {"recall_by": {"kind": kinds}}, "b.jsonl": {}}))
    assert table[-1] == "  ... and 5 rarer ones, with --json"
    assert table[-2].split() == ["kind", "19", "0.500", "1", "-"]


def test_the_table_leaves_out_rows_without_figures() -> None:
    table = "\n".join(figures_table({"a.jsonl": {"articles": 1200}, "b.jsonl": {}}))
    assert table.splitlines() == [f"{'':<35}{'a':>14}{'b':>14}", f"{'articles':<35}{'1,200':>14}{'-':>14}"]


# --- gazetteer ---------------------------------------------------------------------------------


def test_gazetteer_info_tells_sources_and_counts(gazetteer: SqliteGazetteer) -> None:
    found = run("gazetteer", "info").stdout
    assert gazetteer.fingerprint in found
    assert gazetteer.credits.strip() in found
    assert f"{gazetteer.counts['places']:,}" in found


def test_gazetteer_search_shows_kind_parents_and_names() -> None:
    found = run("gazetteer", "search", "Palmyra", "--limit", "3").stdout
    assert re.findall(r"^ +(\d+)  ", found, re.MULTILINE) == ["1", "2", "3"]
    assert "Homs Governorate, Syria" in found
    assert "Tadmur" in found
    assert "people" in found


def test_gazetteer_search_without_a_find_says_so() -> None:
    result = run("gazetteer", "search", "Xyzzyqwerty")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "the gazetteer knows no place of the name 'Xyzzyqwerty'\n"


def test_gazetteer_search_takes_kinds_parents_and_neighbors() -> None:
    assert "curated:sy-damascus-jobar" in run("gazetteer", "search", "Jobar, Damascus").stdout
    camps = lines(run("gazetteer", "search", "camp near Goma", "--limit", "3", "--json"))
    assert [row["kind"] for row in camps] == ["camp"] * 3


def test_gazetteer_search_prints_a_place_per_line_as_json() -> None:
    result = run("gazetteer", "search", "Aleppo, Syria", "--limit", "1", "--json")
    assert result.stderr == ""
    (row,) = lines(result)
    assert list(row) == [
        *("id", "name", "kind", "lat", "lon", "country", "admin1", "population", "match", "names"),
    ]  # fmt: skip
    assert (row["id"], row["name"], row["kind"]) == ("geonames:170063", "Aleppo", "city")
    assert (row["country"], row["admin1"], row["match"]) == ("SY", "Aleppo Governorate", "exact")
    assert "حلب" in row["names"]


def test_gazetteer_search_says_what_it_does_not_find() -> None:
    result = run("gazetteer", "search", "Paris, Xyzzy", "--limit", "1")
    assert result.stderr == "no 'Paris' in 'Xyzzy'; these bear the name:\n"
    assert "geonames:2988507" in result.stdout
    assert run("gazetteer", "search", "prison in Damascus").stderr.startswith("no such place in 'Damascus';")


def test_gazetteer_search_tells_similar_names_from_the_name() -> None:
    similar = Answer(candidates=(Candidate(place=a_place(), matched_name="Aleppo", match=Match.FUZZY),))
    found = replace(similar, query=SearchQuery(name="Alepo"), similar=True)
    assert list(remarks(found, "Alepo")) == ["no place of the name 'Alepo'; similar names:"]


# --- texts -------------------------------------------------------------------------------------


@given(st.text())
def test_json_is_one_line_by_any_rule(text: str) -> None:
    line = json_line({"text": text})
    assert len(line.splitlines()) == 1
    assert json.loads(line) == {"text": text}


@given(st.text())
def test_printable_text_is_one_line_and_steers_no_terminal(text: str) -> None:
    assert printable(text).isprintable()
    assert len(printable(text)) == len(text)
