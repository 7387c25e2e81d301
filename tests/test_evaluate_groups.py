"""What is left out, recall by group, intervals: small cases with what must not happen beside them."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.errors import ConfigError
from geomap.evaluate import (
    ArticleScore,
    Geography,
    Mistake,
    Toponym,
    demonyms,
    evaluate,
    intervals,
    judgments,
    leave_out,
    read_texts,
    read_toponyms,
    read_words,
    recall_by,
    recalls,
)
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.model import Point

ALEPPO = Point(lat=36.2, lon=37.16)
PARIS = Point(lat=48.85, lon=2.35)
MID_PACIFIC = Point(lat=-45.0, lon=-120.0)


def a_toponym(start: int = 0, end: int = 6, **overrides: Any) -> Toponym:
    values: dict[str, Any] = {"point": ALEPPO, "text": "Aleppo", "geonames_id": "170063"}
    return Toponym(start=start, end=end, **values | overrides)


def scores_of(gold: list[Toponym], predicted: list[Toponym]) -> tuple[ArticleScore, ...]:
    return evaluate({"a": gold}, {"a": predicted}).scores


# --- leaving out -------------------------------------------------------------------------------


def left_out(
    gold: list[Toponym], predicted: list[Toponym], **options: Any
) -> tuple[list[Toponym], list[Toponym]]:
    kept, found = leave_out({"a": gold}, {"a": predicted}, **options)
    return kept["a"], found["a"]


def test_words_are_left_out_on_both_sides() -> None:
    syrian = a_toponym(text="Syrian")
    missed, false_alarm = a_toponym(10, 16, text="Syrian"), a_toponym(20, 26, text="Syrian")
    assert left_out([syrian, missed], [syrian, false_alarm], words={"Syrian"}) == ([], [])


def test_words_are_left_out_in_their_case_and_as_a_whole() -> None:
    kept = [a_toponym(text="SYRIAN"), a_toponym(10, 23, text="Syrian border")]
    assert left_out(kept, kept, words={"Syrian"}) == (kept, kept)


def test_what_overlaps_with_gold_that_stays_stays() -> None:
    gold = [a_toponym(0, 6, text="Syrian"), a_toponym(0, 15, text="Syrian Republic")]
    predicted = [a_toponym(0, 6, text="Syrian")]
    assert left_out(gold, predicted, words={"Syrian"}) == (gold[1:], predicted)


def test_a_longer_prediction_over_a_word_that_is_left_out_goes_with_it() -> None:
    gold, predicted = [a_toponym(0, 6, text="Syrian")], [a_toponym(0, 11, text="Syrian army")]
    assert left_out(gold, predicted, words={"Syrian"}) == ([], [])
    assert left_out([], predicted, words={"Syrian"}) == ([], predicted)


def test_a_prediction_without_a_spelling_is_judged_by_its_span_alone() -> None:
    predicted = [a_toponym(0, 6, text=""), a_toponym(30, 36, text="")]
    assert left_out([a_toponym(text="Syrian")], predicted, words={"Syrian"}) == ([], predicted[1:])


def test_gold_without_an_id_is_left_out_where_it_is_asked_for() -> None:
    gold = [a_toponym(), a_toponym(10, 16, geonames_id="")]
    false_alarm = a_toponym(20, 26)
    assert left_out(gold, [*gold, false_alarm], unlinked=True) == (gold[:1], [gold[0], false_alarm])


def test_an_article_without_predictions_stays_without() -> None:
    assert leave_out({"a": [a_toponym()]}, {}, words={"x"}) == ({"a": [a_toponym()]}, {})


def test_demonyms_are_those_of_the_table() -> None:
    assert {"Syrian", "Syrians"} <= demonyms()
    assert "Syria" not in demonyms()
    assert read_words("demonyms") == demonyms()


def test_words_are_the_lines_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("Syrian\n\n New Yorker \n", encoding="utf-8")
    assert read_words(str(path)) == {"Syrian", "New Yorker"}


def test_a_file_of_words_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(b"Qu\xe9b\xe9cois\n")
    with pytest.raises(ConfigError, match=r"latin\.txt: is not UTF-8"):
        read_words(str(tmp_path / "latin.txt"))
    with pytest.raises(ConfigError, match=r"none\.txt: No such file"):
        read_words(str(tmp_path / "none.txt"))


@pytest.mark.parametrize("options", [["--without"], ["--linked"], ["--without", "--linked"]])
def test_what_is_left_out_is_what_the_scorer_of_the_corpora_leaves_out(
    corpora: Path, tmp_path: Path, options: list[str]
) -> None:
    """Predictions are the gold, disturbed: dropped, moved, doubled, with and without a spelling."""
    scorer = corpora.parent / "evals" / "score.py"
    if not scorer.is_file():
        pytest.skip("there is no scorer beside the corpora")
    gold, words, predicted = corpora / "gwn-dev.jsonl", tmp_path / "words.txt", tmp_path / "found.jsonl"
    words.write_text("\n".join(sorted(demonyms())), encoding="utf-8")
    predicted.write_text(
        "".join(f"{line}\n" for line in disturbed(gold.read_text(encoding="utf-8"))), encoding="utf-8"
    )
    given = [
        value for option in options for value in ([option, words] if option == "--without" else [option])
    ]
    printed = subprocess.run(
        [sys.executable, scorer, gold, predicted, *given], capture_output=True, text=True, check=True
    ).stdout
    left = leave_out(
        read_toponyms(gold, on_error=pytest.fail),
        read_toponyms(predicted, on_error=pytest.fail),
        words=read_words(str(words)) if "--without" in options else frozenset(),
        unlinked="--linked" in options,
    )
    expected, own = json.loads(printed), evaluate(*left).as_dict()
    assert {name: own[name] for name in expected} == expected


def disturbed(text: str) -> list[str]:
    drawing = random.Random(5)  # noqa: S311
    lines = []
    for line in filter(None, text.split("\n")):
        record = json.loads(line)
        rows = []
        for row in record["toponyms"]:
            moved = {**row, "start": row["start"] - drawing.choice((0, 0, 4)), "lat": row.get("lat")}
            spelled = {key: value for key, value in moved.items() if key != "text" or drawing.random() < 0.7}
            rows += [spelled] if drawing.random() < 0.8 else []
            rows += [{**spelled, "start": row["end"] + 1, "end": row["end"] + 9}] * (drawing.random() < 0.2)
        lines.append(json.dumps({"id": record["id"], "toponyms": rows}))
    return lines


# --- files -------------------------------------------------------------------------------------


def test_what_an_annotation_tells_of_a_toponym_is_read(tmp_path: Path) -> None:
    row = {"start": 13, "end": 19, "type": "literal", "subtype": "Mixed", "geonames_id": 170063}
    path = tmp_path / "gold.jsonl"
    record = {
        "id": "a",
        "text": "Rain fell in Aleppo.",
        "toponyms": [{**row, "fclass": "P", "fcode": "PPLA"}],
    }
    path.write_text(f"{json.dumps(record)}\nnot json\n[]\n", encoding="utf-8")
    (toponym,) = read_toponyms(path, on_error=lambda _: None)["a"]
    assert toponym == a_toponym(
        13, 19, point=None, literal=True, subtype="Mixed", feature_class="P", feature_code="PPLA"
    )
    assert read_texts(path) == {"a": "Rain fell in Aleppo."}


def test_texts_of_a_file_that_is_not_there_are_none(tmp_path: Path) -> None:
    assert read_texts(tmp_path / "none.jsonl") == {}


# --- groups ------------------------------------------------------------------------------------


def test_recall_is_told_for_each_label_the_most_frequent_first() -> None:
    gold = [a_toponym(0, 6), a_toponym(10, 16), a_toponym(20, 26, text="Paris", point=None)]
    predicted = [a_toponym(0, 6), a_toponym(10, 14, point=PARIS)]
    found = recall_by(scores_of(gold, predicted), lambda toponym: toponym.text)
    assert {name: recall.as_dict() for name, recall in found.items()} == {
        "Aleppo": {"n": 2, "recall": 1.0, "exact_recall": 0.5, "acc161_all": 0.5},
        "Paris": {"n": 1, "recall": 0.0, "exact_recall": 0.0, "acc161_all": None},
    }
    assert list(found) == ["Aleppo", "Paris"]


def test_a_region_is_the_continent_of_the_id_else_of_the_point(gazetteer: SqliteGazetteer) -> None:
    region = Geography(gazetteer).region
    assert region(a_toponym(point=PARIS)) == "Asia"
    assert region(a_toponym(geonames_id="", point=PARIS)) == "Europe"
    assert region(a_toponym(geonames_id="999999999", point=PARIS)) == "Europe"
    assert region(a_toponym(geonames_id="6255146", point=None)) == "Africa"
    assert region(a_toponym(geonames_id="", point=None)) == "no position"
    assert region(a_toponym(geonames_id="", point=MID_PACIFIC)) == "no region"


def test_a_kind_is_that_of_the_annotated_code_else_of_the_place(gazetteer: SqliteGazetteer) -> None:
    kind = Geography(gazetteer).kind
    assert kind(a_toponym(feature_class="A", feature_code="PCLI")) == "country"
    assert kind(a_toponym(geonames_id="163843")) == "country"
    assert kind(a_toponym(feature_class="S", feature_code="MILB")) == "military site"
    assert kind(a_toponym(feature_class="H", feature_code="NEW")) == "water"
    assert kind(a_toponym(geonames_id="")) == "unknown kind"


def test_groups_of_which_the_gold_tells_nothing_are_left_out(gazetteer: SqliteGazetteer) -> None:
    bare = [Toponym(start=0, end=6)]
    assert recalls(scores_of(bare, []), gazetteer) == {}
    typed = [replace(bare[0], literal=False, subtype="Demonym"), a_toponym(10, 16, literal=True)]
    found = recalls(scores_of(typed, []), gazetteer)
    assert list(found) == ["type", "subtype", "region", "kind"]
    assert list(found["type"]) == ["associative", "literal"]
    assert list(found["subtype"]) == ["Demonym", "not given"]
    assert list(found["region"]) == ["Asia", "no position"]


# --- intervals ---------------------------------------------------------------------------------


def some_scores(found: int, missed: int) -> tuple[ArticleScore, ...]:
    right = {f"f{number}": [a_toponym(literal=True)] for number in range(found)}
    wrong: dict[str, list[Toponym]] = {f"m{number}": [a_toponym(literal=True)] for number in range(missed)}
    return evaluate(right | wrong, right).scores


def test_an_interval_holds_the_figure_and_is_narrower_with_more_articles() -> None:
    few, many = intervals(some_scores(6, 6)), intervals(some_scores(60, 60))
    f1 = 2 / 3
    assert few["overlap_f1"][0] < many["overlap_f1"][0] < f1 < many["overlap_f1"][1] < few["overlap_f1"][1]
    assert many["acc161"] == many["type_accuracy"] == (1.0, 1.0)


def test_the_interval_of_a_share_is_about_two_standard_errors() -> None:
    """Recall of 50 of 100 articles, as F1 without false alarms: r = f / (2 - f)."""
    low, high = (f / (2 - f) for f in intervals(some_scores(50, 50))["exact_f1"])
    assert low == pytest.approx(0.5 - 1.96 * 0.05, abs=0.015)
    assert high == pytest.approx(0.5 + 1.96 * 0.05, abs=0.015)


def test_the_same_scores_give_the_same_intervals() -> None:
    assert intervals(some_scores(9, 3)) == intervals(some_scores(9, 3))


def test_there_is_no_interval_without_samples_or_a_second_article() -> None:
    assert intervals(some_scores(9, 3), samples=0) == {}
    assert intervals(some_scores(1, 0)) == {}


def test_there_is_no_interval_of_what_the_gold_does_not_tell() -> None:
    gold = {"a": [Toponym(start=0, end=6)], "b": [Toponym(start=0, end=6)]}
    assert sorted(intervals(evaluate(gold, {"a": [a_toponym()]}).scores)) == ["exact_f1", "overlap_f1"]


# --- mistakes ----------------------------------------------------------------------------------


def mistakes_of(gold: list[Toponym], predicted: list[Toponym]) -> list[tuple[Mistake, ...]]:
    return [each.mistakes for score in scores_of(gold, predicted) for each in judgments(score)]


def test_what_is_right_has_no_mistake() -> None:
    assert mistakes_of([a_toponym(literal=True)], [a_toponym(literal=True)]) == [()]
    assert mistakes_of([a_toponym(point=None)], [a_toponym(point=PARIS, literal=True)]) == [()]


def test_misses_and_false_alarms_are_told_in_the_order_of_the_text() -> None:
    found = mistakes_of([a_toponym(10, 16)], [a_toponym(20, 26), a_toponym(0, 6)])
    assert found == [(Mistake.FALSE_ALARM,), (Mistake.MISS,), (Mistake.FALSE_ALARM,)]


def test_a_pair_can_be_wrong_in_all_ways() -> None:
    found = mistakes_of([a_toponym(literal=True)], [a_toponym(0, 9, point=PARIS, literal=False)])
    assert found == [(Mistake.WRONG_SPAN, Mistake.WRONG_PLACE, Mistake.WRONG_TYPE)]


def test_no_place_is_a_wrong_place() -> None:
    assert mistakes_of([a_toponym()], [a_toponym(point=None)]) == [(Mistake.WRONG_PLACE,)]


toponyms = st.builds(
    lambda start, length, point, literal: Toponym(
        start=start, end=start + length, point=point, literal=literal
    ),
    st.integers(0, 40),
    st.integers(1, 9),
    st.sampled_from([None, ALEPPO, PARIS]),
    st.sampled_from([None, True, False]),
)


@given(st.lists(toponyms, max_size=8), st.lists(toponyms, max_size=8))
def test_the_judgments_add_up_to_the_counts(gold: list[Toponym], predicted: list[Toponym]) -> None:
    (score,) = scores_of(gold, predicted)
    made = [mistake for each in judgments(score) for mistake in each.mistakes]
    assert made.count(Mistake.MISS) == score.overlap.missed
    assert made.count(Mistake.FALSE_ALARM) == score.overlap.wrong
    assert made.count(Mistake.WRONG_PLACE) == score.matched - sum(pair.near for pair in score.pairs)
    assert made.count(Mistake.WRONG_TYPE) == sum(left is not right for left, right in score.kinds)
