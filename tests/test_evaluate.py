"""The figures: hand-made cases, laws, and the same numbers as the scorer beside the corpora."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from builders import a_mention, a_place, a_resolution, an_article
from hypothesis import given
from hypothesis import strategies as st

from geomap.errors import ArticleError
from geomap.evaluate import (
    Counts,
    Toponym,
    Toponyms,
    evaluate,
    pairs,
    predictions,
    read_toponyms,
    resolve_spans,
    toponyms_of,
)
from geomap.geoparser import Geoparser
from geomap.model import GeoparsedArticle, Outcome, Point, Provenance, ToponymType

ALEPPO = Point(lat=36.2, lon=37.16)
NEAR_ALEPPO = Point(lat=36.3, lon=37.2)
PARIS = Point(lat=48.85, lon=2.35)


def a_toponym(start: int, end: int, point: Point | None = ALEPPO, *, literal: bool | None = None) -> Toponym:
    return Toponym(start=start, end=end, point=point, literal=literal)


def figures(gold: list[Toponym], predicted: list[Toponym]) -> dict[str, Any]:
    return evaluate({"a": gold}, {"a": predicted}).as_dict()


def test_the_same_toponyms_are_all_right() -> None:
    toponyms = [a_toponym(0, 6), a_toponym(10, 15, PARIS)]
    found = figures(toponyms, toponyms)
    assert found["strict"] == found["overlap"] == found["end_to_end161"] == {"p": 1.0, "r": 1.0, "f1": 1.0}
    assert found["resolution_of_all_gold"]["acc161"] == 1.0
    assert found["resolution_of_all_gold"]["auc"] == 0.0
    assert found["strict_recall161"] == 1.0


def test_an_overlap_is_not_the_same_span() -> None:
    found = figures([a_toponym(0, 6)], [a_toponym(0, 11)])
    assert found["strict"]["f1"] == 0.0
    assert found["overlap"]["f1"] == 1.0
    assert found["strict_recall161"] == 0.0
    assert found["end_to_end161"]["f1"] == 1.0


def test_spans_that_only_touch_do_not_overlap() -> None:
    assert pairs([a_toponym(0, 6)], [a_toponym(6, 9)]) == []


def test_a_toponym_is_paired_once_with_the_most_shared_characters() -> None:
    gold = [a_toponym(0, 10), a_toponym(10, 14)]
    predicted = [a_toponym(8, 14), a_toponym(0, 8)]
    assert pairs(gold, predicted) == [(gold[0], predicted[1]), (gold[1], predicted[0])]


def test_a_place_nearby_is_right_and_one_elsewhere_is_wrong() -> None:
    gold = [a_toponym(0, 6), a_toponym(10, 16)]
    found = figures(gold, [a_toponym(0, 6, NEAR_ALEPPO), a_toponym(10, 16, PARIS)])
    assert found["resolution_of_matched"]["acc161"] == 0.5
    assert found["resolution_of_matched"]["mean_km"] > 1000
    assert found["end_to_end161"] == {"p": 0.5, "r": 0.5, "f1": 0.5}


def test_an_unresolved_prediction_lowers_accuracy_but_not_precision() -> None:
    gold = [a_toponym(0, 6), a_toponym(10, 16)]
    found = figures(gold, [a_toponym(0, 6), a_toponym(10, 16, None)])
    assert found["resolution_of_matched"]["answered"] == 1
    assert found["resolution_of_matched"]["acc161"] == 0.5
    assert found["resolution_of_matched"]["acc161_answered"] == 1.0
    assert found["end_to_end161"]["p"] == 1.0
    assert found["end_to_end161"]["r"] == 0.5


def test_gold_without_coordinates_counts_for_recognition_alone() -> None:
    found = figures([a_toponym(0, 6, None), a_toponym(10, 16)], [a_toponym(0, 6), a_toponym(10, 16)])
    assert found["overlap"]["f1"] == 1.0
    assert found["resolution_of_all_gold"]["n"] == 1
    assert found["end_to_end161"] == {"p": 1.0, "r": 1.0, "f1": 1.0}


def test_without_any_coordinates_there_is_no_resolution_to_judge() -> None:
    found = figures([a_toponym(0, 6, None)], [])
    assert found["resolution_of_matched"] is None
    assert found["end_to_end161"] is None
    assert found["strict_recall161"] is None


def test_an_article_without_a_prediction_is_missed_and_counted() -> None:
    found = evaluate({"a": [a_toponym(0, 6)], "b": [a_toponym(0, 6)]}, {"a": [a_toponym(0, 6)]}).as_dict()
    assert found["articles"] == 2
    assert found["missing_articles"] == 1
    assert found["overlap"]["r"] == 0.5


def test_predictions_for_other_articles_do_not_count() -> None:
    assert evaluate({}, {"b": [a_toponym(0, 6)]}).as_dict()["overlap"]["f1"] == 0.0


def test_types_are_judged_where_the_gold_has_them() -> None:
    gold = [a_toponym(0, 6, literal=True), a_toponym(10, 16, literal=False), a_toponym(20, 26)]
    predicted = [a_toponym(t.start, t.end, literal=True) for t in gold]
    assert figures(gold, predicted)["type_of_matched"] == {
        "n": 2,
        "accuracy": 0.5,
        "literal_recall": 1.0,
        "associative_recall": 0.0,
    }
    assert "type_of_matched" not in figures([a_toponym(0, 6)], predicted)
    literal_only = figures(gold[:1], predicted)["type_of_matched"]
    assert literal_only["associative_recall"] is None


spans = st.builds(
    lambda start, length, point: Toponym(start=start, end=start + length, point=point),
    st.integers(0, 60),
    st.integers(1, 12),
    st.sampled_from([None, ALEPPO, NEAR_ALEPPO, PARIS]),
)


@given(st.lists(spans, max_size=8), st.lists(spans, max_size=8))
def test_shares_lie_between_none_and_all(gold: list[Toponym], predicted: list[Toponym]) -> None:
    found = figures(gold, predicted)
    for name in ("strict", "overlap", "end_to_end161"):
        assert all(0.0 <= value <= 1.0 for value in (found[name] or {}).values())
    all_gold = found["resolution_of_all_gold"]
    assert all_gold is None or 0.0 <= all_gold["auc"] <= 1.0


@given(st.lists(spans, max_size=8), st.lists(spans, max_size=8))
def test_each_toponym_is_in_one_pair_at_most(gold: list[Toponym], predicted: list[Toponym]) -> None:
    found = pairs(gold, predicted)
    assert all(min(a.end, b.end) > max(a.start, b.start) for a, b in found)
    for side, given_ in enumerate((gold, predicted)):
        used = [id(pair[side]) for pair in found]
        assert len(used) == len(set(used)) <= len(given_)


def test_counts_without_anything_are_zero() -> None:
    assert Counts().as_dict() == {"p": 0.0, "r": 0.0, "f1": 0.0}


# --- reading -----------------------------------------------------------------------------------


def read(tmp_path: Path, *lines: str) -> tuple[Toponyms, list[ArticleError]]:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    errors: list[ArticleError] = []
    return read_toponyms(path, on_error=errors.append), errors


def test_toponyms_are_read_with_points_and_types(tmp_path: Path) -> None:
    rows = [
        {"start": 0, "end": 6, "lat": 36.2, "lon": 37.16, "type": "literal"},
        {"start": 7, "end": 9, "lat": None, "lon": None, "type": "DEMONYM"},
        {"start": 10, "end": 12, "literal": True, "type": "associative"},
        {"start": 13, "end": 15, "type": "associative"},
        {"start": 16, "end": 17, "type": "LOC"},
    ]
    found, errors = read(tmp_path, json.dumps({"id": 7, "toponyms": rows}))
    assert not errors
    assert [toponym.literal for toponym in found["7"]] == [True, False, True, False, None]
    assert [toponym.point for toponym in found["7"]] == [ALEPPO, None, None, None, None]


def test_the_confidence_of_a_toponym_is_read_and_the_score_of_a_span_is_none(tmp_path: Path) -> None:
    row = {"start": 0, "end": 6, "confidence": 0.97}
    found, errors = read(
        tmp_path,
        json.dumps({"id": "a", "toponyms": [row, {"start": 7, "end": 9, "score": 0.5}]}),
        json.dumps({"id": "b", "spans": [[0, 6, 0.9]]}),
    )
    assert not errors
    assert [each.confidence for each in (*found["a"], *found["b"])] == [0.97, None, None]


def test_mentions_of_the_title_are_left_out(tmp_path: Path) -> None:
    row = {"field": "title", "start": 0, "end": 6}
    found, _ = read(tmp_path, json.dumps({"id": "a", "toponyms": [row]}))
    assert found == {"a": []}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"id": "a"}', "has no toponyms"),
        ('{"toponyms": []}', "has no id"),
        ('{"id": "a", "toponyms": [{"start": 1}]}', "has no end"),
        ('{"id": "a", "toponyms": [{"start": 1, "end": 2, "lat": 95, "lon": 0}]}', "lat must lie"),
        (
            '{"id": "a", "toponyms": [{"start": 1, "end": 2, "confidence": 97}]}',
            "confidence must lie in [0, 1]",
        ),
        ('{"id": "a", "toponyms": [{"start": 1, "end": 2, "confidence": NaN}]}', "confidence must lie"),
        ('{"id": "a", "toponyms": [3]}', "no toponyms that can be read"),
        ("[]", "no toponyms that can be read"),
        ("{", "no toponyms that can be read"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_read(tmp_path: Path, line: str, problem: str) -> None:
    found, errors = read(tmp_path, line, "", '{"id": "b", "toponyms": []}')
    assert found == {"b": []}
    assert [(error.line, problem in error.problem) for error in errors] == [(1, True)]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "\xe9"}')
    errors: list[ArticleError] = []
    assert read_toponyms(tmp_path / "none.jsonl", on_error=errors.append) == {}
    assert read_toponyms(tmp_path / "latin.jsonl", on_error=errors.append) == {}
    assert [error.problem for error in errors] == ["No such file or directory", "is not UTF-8"]


# --- parsed articles ---------------------------------------------------------------------------


def test_mentions_become_toponyms_with_the_points_of_their_places() -> None:
    resolved = a_resolution(mention=a_mention(type=ToponymType.METONYMY))
    unresolved = a_resolution(mention=a_mention(start=30, end=32), outcome=Outcome.NO_CANDIDATE, place=None)
    in_title = a_resolution(mention=a_mention(field="title"))
    parsed = GeoparsedArticle(
        article=an_article(),
        resolutions=(in_title, resolved, unresolved),
        provenance=Provenance(recognizer="r", gazetteer="g", resolver="s"),
    )
    assert toponyms_of(parsed) == [
        Toponym(
            start=13,
            end=19,
            point=a_place().point,
            literal=False,
            text="Aleppo",
            subtype="metonymy",
            name="Aleppo",
            confidence=0.9,
        ),
        Toponym(start=30, end=32, point=None, literal=True, text="Aleppo", subtype="literal", confidence=0.9),
    ]


def test_geomap_can_be_evaluated_against_itself(geoparser: Geoparser) -> None:
    found = predictions(geoparser, [an_article(text="The truce in Aleppo, Syria, held.")])
    assert evaluate(found, found).as_dict()["end_to_end161"]["f1"] == 1.0


def test_the_figures_are_those_of_the_scorer_of_the_corpora(
    corpora: Path, geoparser: Geoparser, tmp_path: Path
) -> None:
    scorer = corpora.parent / "evals" / "score.py"
    if not scorer.is_file():
        pytest.skip("there is no scorer beside the corpora")
    lines = (corpora / "gwn-dev.jsonl").read_text(encoding="utf-8").splitlines()[:25]
    gold, predicted = tmp_path / "gold.jsonl", tmp_path / "predicted.jsonl"
    gold.write_text("\n".join(lines) + "\n", encoding="utf-8")
    records = [json.loads(line) for line in lines[1:]]
    found = predictions(geoparser, [an_article(id=each["id"], text=each["text"]) for each in records])
    with predicted.open("w", encoding="utf-8") as file:
        for id_, toponyms in found.items():
            rows = [
                {
                    "start": toponym.start,
                    "end": toponym.end,
                    "lat": toponym.point and toponym.point.lat,
                    "lon": toponym.point and toponym.point.lon,
                }
                for toponym in toponyms
            ]
            file.write(json.dumps({"id": id_, "toponyms": rows}) + "\n")
    printed = subprocess.run(
        [sys.executable, scorer, gold, predicted], capture_output=True, text=True, check=True
    ).stdout
    expected = json.loads(printed)
    own = evaluate(read_toponyms(gold, on_error=pytest.fail), found).as_dict()
    assert {name: own[name] for name in expected} == expected
    assert own["missing_articles"] == 1


# --- the resolver alone ------------------------------------------------------------------------


def test_given_spans_get_the_places_of_the_resolver(geoparser: Geoparser) -> None:
    article = an_article(id="a", title="", text="Shells fell on Raqqa and on Deir al-Zor in Syria.")
    spans = {"a": [Toponym(start=15, end=20), Toponym(start=28, end=39, subtype="metonymy")]}
    raqqa, deir = resolve_spans(geoparser, [article], spans)["a"]
    assert raqqa.point is not None
    assert raqqa.name == "Raqqa"
    assert raqqa.literal
    assert deir.literal is False


def test_spans_outside_the_text_or_over_one_another_are_left_out(geoparser: Geoparser) -> None:
    article = an_article(id="a", title="", text="Raqqa fell.")
    spans = {"a": [Toponym(start=0, end=5), Toponym(start=2, end=5), Toponym(start=6, end=90)]}
    assert len(resolve_spans(geoparser, [article], spans)["a"]) == 1
