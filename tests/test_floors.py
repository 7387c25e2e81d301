"""The gate: on each corpus the figures reach their floors, and floors are read as they are written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.articles import read_articles
from geomap.errors import ArticleError, ConfigError
from geomap.evaluate import (
    METRICS,
    Floors,
    Shortfall,
    Toponym,
    evaluate,
    predictions,
    read_floors,
    read_texts,
    read_toponyms,
    resolve_spans,
)
from geomap.geoparser import Geoparser
from geomap.model import Point

FLOORS = read_floors(Path(__file__).parent / "floors.toml")
ALEPPO = Point(lat=36.2, lon=37.16)
ANTIPODE = Point(lat=-36.2, lon=-142.84)

Found = dict[str, list[Toponym]]


@pytest.fixture(scope="module")
def found(geoparser: Geoparser) -> Callable[[Path], Found]:
    """What the geoparser finds in a file, each parsed once for all floors."""
    known: dict[Path, Found] = {}

    def once(path: Path) -> Found:
        if path not in known:
            known[path] = predictions(geoparser, read_articles([str(path)], on_error=pytest.fail))
        return known[path]

    return once


@pytest.mark.slow
@pytest.mark.parametrize("floors", FLOORS, ids=lambda floors: floors.name)
def test_the_figures_of_a_corpus_reach_their_floors(
    floors: Floors, corpora: Path, found: Callable[[Path], Found], geoparser: Geoparser
) -> None:
    paths = [corpora / f"{name}.jsonl" for name in floors.gold]
    for path in paths:
        if not path.is_file():
            pytest.skip(f"there is no {path.name} among the corpora")
    gold: Found = {}
    predicted: Found = {}
    texts: dict[str, str] = {}
    for path in paths:
        gold |= read_toponyms(path, on_error=pytest.fail)
        if floors.predicted:
            texts |= read_texts(path)
        elif not floors.resolve:
            predicted |= found(path)
    spans = gold if floors.resolve and not floors.predicted else floors.read_predicted(texts)
    if floors.resolve:
        articles = read_articles([str(path) for path in paths], on_error=pytest.fail)
        spans = resolve_spans(geoparser, articles, spans)
    predicted |= spans
    figures = floors.figures(gold, predicted)
    assert figures.missing_articles == 0
    assert [str(shortfall) for shortfall in floors.shortfalls(figures)] == []


# --- the file ----------------------------------------------------------------------------------


def floors_of(folder: Path, text: str) -> tuple[Floors, ...]:
    path = folder / "floors.toml"
    path.write_text(text, encoding="utf-8")
    return read_floors(path)


def test_a_table_is_named_after_its_corpus(tmp_path: Path) -> None:
    (floors,) = floors_of(tmp_path, "[wire]\noverlap_f1 = 0.8\nexact_f1 = 1\n")
    assert floors == Floors(name="wire", gold=("wire",), bounds={"overlap_f1": 0.8, "exact_f1": 1.0})


def test_a_table_can_pool_corpora_and_take_spans_from_a_file(tmp_path: Path) -> None:
    (floors,) = floors_of(
        tmp_path,
        '[pooled]\ngold = ["a.jsonl", "b"]\npredicted = "bench/spans.jsonl"\nwithout = "words.txt"\n'
        "linked = true\noverlap_f1 = 0.9\n",
    )
    assert floors.gold == ("a", "b")
    assert floors.predicted == tmp_path / "bench" / "spans.jsonl"
    assert floors.without == str(tmp_path / "words.txt")
    assert floors.linked


def test_demonyms_are_no_file_beside_the_floors(tmp_path: Path) -> None:
    (floors,) = floors_of(tmp_path, '[a]\nwithout = "demonyms"\noverlap_f1 = 0.9\n')
    gold = {"x": [Toponym(start=0, end=6, text="Syrian"), Toponym(start=10, end=16, text="Aleppo")]}
    assert floors.figures(gold, {"x": [Toponym(start=10, end=16, text="Aleppo")]}).overlap.f1 == 1.0


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "holds no floors"),
        ("overlap_f1 = 0.8\n", "overlap_f1 stands in no table"),
        ("[a\n", "is no TOML"),
        ("[a]\nlinked = true\n", "[a] holds no floor"),
        ("[a]\nf1 = 0.8\n", "[a] f1 is none of exact_precision"),
        ("[a]\noverlap_f1 = 87\n", "[a] overlap_f1 must lie in [0, 1], not 87"),
        ("[a]\noverlap_f1 = true\n", "must lie in [0, 1]"),
        ('[a]\noverlap_f1 = "0.8"\n', "must lie in [0, 1]"),
        ("[a]\noverlap_f1 = nan\n", "must lie in [0, 1]"),
        ("[a]\ngold = [1]\nexact_f1 = 0.5\n", "[a] gold must be a name"),
        ("[a]\npredicted = true\n", "[a] predicted must be a name"),
        ('[a]\nlinked = "yes"\n', "[a] linked must be true or false"),
    ],
)
def test_floors_that_cannot_be_read_name_the_file_and_the_problem(
    tmp_path: Path, text: str, problem: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        floors_of(tmp_path, text)
    assert str(caught.value).startswith(str(tmp_path / "floors.toml"))
    assert problem in str(caught.value)


def test_a_file_of_floors_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: No such file"):
        read_floors(tmp_path / "none.toml")


def test_spans_of_a_file_are_spelled_as_the_text(tmp_path: Path) -> None:
    line = {"id": 1, "spans": [[3, 9, 0.9, "demonym"], [13, 19, 0.5, "literal"], [20, 22]]}
    (tmp_path / "spans.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    (floors,) = floors_of(tmp_path, '[a]\npredicted = "spans.jsonl"\noverlap_f1 = 0.9\n')
    assert floors.read_predicted({"1": "In Aleppo, a Syrian"})["1"] == [
        Toponym(start=3, end=9, literal=False, text="Aleppo", subtype="demonym", score=0.9),
        Toponym(start=13, end=19, literal=True, text="Syrian", score=0.5),
        Toponym(start=20, end=22),
    ]


def test_a_bad_line_among_the_spans_fails(tmp_path: Path) -> None:
    (tmp_path / "spans.jsonl").write_text('{"id": "a", "spans": [[1]]}\n', encoding="utf-8")
    (floors,) = floors_of(tmp_path, '[a]\npredicted = "spans.jsonl"\noverlap_f1 = 0.9\n')
    with pytest.raises(ArticleError, match=r"spans\.jsonl:1: holds no toponyms"):
        floors.read_predicted({})


# --- the check ---------------------------------------------------------------------------------


def a_floor(**bounds: float) -> Floors:
    return Floors(name="wire", gold=("wire",), bounds=bounds)


def test_a_figure_on_its_floor_is_enough_and_one_below_is_named_with_the_distance() -> None:
    gold = [Toponym(start=0, end=6, point=ALEPPO), Toponym(start=10, end=16, point=ALEPPO)]
    figures = evaluate({"a": gold}, {"a": gold[:1]})
    assert a_floor(overlap_recall=0.5, overlap_precision=1.0, acc161=1.0).shortfalls(figures) == []
    (short,) = a_floor(overlap_recall=0.51, end_to_end_recall=0.5).shortfalls(figures)
    assert short == Shortfall(floors="wire", metric="overlap_recall", value=0.5, bound=0.51)
    assert str(short) == "wire: overlap_recall is 0.5000, 0.0100 below its floor of 0.51"


def test_a_floor_under_what_the_gold_does_not_tell_is_not_reached() -> None:
    toponyms = {"a": [Toponym(start=0, end=6)]}
    floors = a_floor(end_to_end_f1=0.0, acc161=0.0, type_accuracy=0.0, auc=1.0)
    short = floors.shortfalls(evaluate(toponyms, toponyms))
    assert [each.metric for each in short] == ["end_to_end_f1", "acc161", "type_accuracy", "auc"]
    assert str(short[0]) == "wire: there is no end_to_end_f1 to hold against its floor of 0"


def test_a_figure_that_should_be_small_has_a_ceiling() -> None:
    gold = [Toponym(start=0, end=6, point=ALEPPO, confidence=0.6)]
    figures = evaluate({"a": gold}, {"a": gold})
    assert a_floor(calibration_error=0.4, brier_score=0.5, auc=0).shortfalls(figures) == []
    (short,) = a_floor(calibration_error=0.03, brier_score=0.16 + 1e-9).shortfalls(figures)
    assert str(short) == "wire: calibration_error is 0.4000, 0.3700 above its ceiling of 0.03"


def test_without_a_confidence_a_ceiling_of_its_error_is_not_kept() -> None:
    toponyms = {"a": [Toponym(start=0, end=6, point=ALEPPO)]}
    (short,) = a_floor(calibration_error=1.0).shortfalls(evaluate(toponyms, toponyms))
    assert str(short) == "wire: there is no calibration_error to hold against its ceiling of 1"


@given(st.sampled_from(sorted(METRICS)), st.floats(0, 1))
def test_what_is_all_right_keeps_to_each_bound(metric: str, bound: float) -> None:
    toponyms = {"a": [Toponym(start=0, end=6, point=ALEPPO, literal=True, confidence=1.0)]}
    assert a_floor(**{metric: bound}).shortfalls(evaluate(toponyms, toponyms)) == []


@given(st.sampled_from(sorted(METRICS)), st.floats(0.01, 0.99))
def test_what_is_all_wrong_keeps_to_none(metric: str, bound: float) -> None:
    gold = {"a": [Toponym(start=0, end=6, point=ALEPPO, literal=True)]}
    wrong = [
        Toponym(start=2, end=6, point=ANTIPODE, literal=False, confidence=1.0),
        Toponym(start=8, end=9, point=ANTIPODE, confidence=1.0),
    ]
    if metric in ("overlap_precision", "overlap_recall", "overlap_f1"):
        wrong = wrong[1:]
    figures = evaluate(gold, {"a": wrong})
    assert [each.metric for each in a_floor(**{metric: bound}).shortfalls(figures)] == [metric]
