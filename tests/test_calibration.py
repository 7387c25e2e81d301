"""Calibration: values computed by hand, laws, and that what is calibrated is found to be so."""

from __future__ import annotations

import itertools
import random
import statistics
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.evaluate import (
    Claim,
    Claims,
    Toponym,
    best_threshold,
    calibration_figures,
    claims_end_to_end,
    claims_of_recognized,
    evaluate,
    intervals,
    kept_at,
    threshold_for,
)
from geomap.evaluate.calibration import (
    brier_score,
    calibration_error,
    equal_mass_bins,
    equal_width_bins,
    error_by_chance,
    log_loss,
    maximum_calibration_error,
    mean_confidence,
    risk_coverage_area,
    wilson_interval,
)
from geomap.evaluate.figures import ArticleScore
from geomap.evaluate.thresholds import every_threshold, nil_at
from geomap.model import Point

ALEPPO = Point(lat=36.2, lon=37.16)
PARIS = Point(lat=48.85, lon=2.35)
FOUR = (Claim(0.9, right=True), Claim(0.9, right=False), Claim(0.6, right=True), Claim(0.2, right=False))

any_claims = st.lists(
    st.builds(Claim, st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.5, 0.9, 1.0])), st.booleans()),
    max_size=60,
)


def some_claims(*claims: Claim, gold: int = 4) -> Claims:
    return Claims(claims=claims, gold=gold)


def drawn(count: int, *, seed: int) -> list[Claim]:
    """Draw claims whose confidence is just the probability to be right."""
    drawing = random.Random(seed)  # noqa: S311
    confidences = [drawing.betavariate(4, 1) for _ in range(count)]
    return [Claim(each, drawing.random() < each) for each in confidences]


# --- values computed by hand -------------------------------------------------------------------


def test_the_error_over_bins_of_equal_width() -> None:
    bins = equal_width_bins(FOUR, count=5)
    assert [(each.low, each.high, len(each.claims), each.right) for each in bins] == [
        (0.2, 0.2, 1, 0),
        (0.6, 0.6, 1, 1),
        (0.9, 0.9, 2, 1),
    ]
    assert calibration_error(bins) == pytest.approx((0.2 + 0.4 + 2 * 0.4) / 4)
    assert maximum_calibration_error(bins) == pytest.approx(0.4)


def test_the_error_over_bins_of_equal_mass() -> None:
    low, high = equal_mass_bins(FOUR, count=2)
    assert (low.confidence, low.accuracy) == (pytest.approx(0.4), 0.5)
    assert (high.confidence, high.accuracy) == (pytest.approx(0.9), 0.5)
    assert calibration_error([low, high]) == pytest.approx((2 * 0.1 + 2 * 0.4) / 4)


def test_equal_confidence_is_not_parted_by_bins_of_equal_mass() -> None:
    certain = [Claim(1.0, number < 80) for number in range(100)]
    (only,) = equal_mass_bins(certain)
    assert (len(only.claims), only.gap) == (100, pytest.approx(0.2))


def test_a_confidence_of_1_lies_in_the_last_bin_of_equal_width() -> None:
    (only,) = equal_width_bins([Claim(1.0, right=True), Claim(0.95, right=True)], count=10)
    assert (only.low, only.high) == (0.95, 1.0)


def test_the_scores_of_four_claims() -> None:
    assert brier_score(FOUR) == pytest.approx((0.01 + 0.81 + 0.16 + 0.04) / 4)
    assert log_loss(FOUR) == pytest.approx(0.785478696)  # of .9, .1, .6, .8
    assert mean_confidence(FOUR) == pytest.approx(0.65)


def test_the_risk_among_equals_is_that_of_any_order() -> None:
    assert risk_coverage_area(FOUR) == pytest.approx((0.5 / 1 + 1 / 2 + 1 / 3 + 2 / 4) / 4)


def test_the_error_by_chance_of_one_bin() -> None:
    assert error_by_chance(equal_mass_bins(FOUR, count=1)) == pytest.approx(0.1519127, abs=1e-7)


def test_a_mistake_that_was_certain_costs_much_and_not_all() -> None:
    assert log_loss([Claim(1.0, right=False)]) == pytest.approx(9.9035, abs=1e-4)


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (0, 0, 0.0, 1.0)],
)
def test_the_interval_of_a_share_is_wilsons(right: int, total: int, low: float, high: float) -> None:
    assert wilson_interval(right, total) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


# --- laws --------------------------------------------------------------------------------------


@given(any_claims)
def test_errors_lie_in_0_to_1(claims: list[Claim]) -> None:
    for bins in (equal_mass_bins(claims), equal_width_bins(claims)):
        assert 0 <= calibration_error(bins) <= maximum_calibration_error(bins) + 1e-12 <= 1 + 1e-9
        assert 0 <= error_by_chance(bins) <= 1
    assert 0 <= brier_score(claims) <= 1
    assert 0 <= risk_coverage_area(claims) <= 1
    assert log_loss(claims) >= 0


@given(any_claims, st.randoms(use_true_random=False))
def test_no_figure_depends_on_the_order(claims: list[Claim], drawing: random.Random) -> None:
    other = list(claims)
    drawing.shuffle(other)
    assert all_figures(claims) == all_figures(other)


def all_figures(claims: Sequence[Claim]) -> tuple[object, ...]:
    bins = equal_mass_bins(claims)
    return (
        calibration_error(bins),
        calibration_error(equal_width_bins(claims)),
        brier_score(claims),
        log_loss(claims),
        risk_coverage_area(claims),
        every_threshold(some_claims(*claims)),
    )


@given(any_claims, st.integers(1, 20))
def test_bins_hold_every_claim_once_from_low_to_high(claims: list[Claim], count: int) -> None:
    for bins in (equal_mass_bins(claims, count=count), equal_width_bins(claims, count=count)):
        assert [claim for each in bins for claim in each.claims] == sorted(claims)
        assert len(bins) <= count
        assert all(one.high < other.low for one, other in itertools.pairwise(bins))


def test_bins_of_equal_mass_are_about_equally_full() -> None:
    sizes = [len(each.claims) for each in equal_mass_bins(drawn(1000, seed=1))]
    assert len(sizes) == 15
    assert max(sizes) - min(sizes) <= 1


def test_what_is_exactly_calibrated_has_no_error() -> None:
    claims = [Claim(tenths / 10, number < tenths) for tenths in range(11) for number in range(10)]
    for bins in (equal_mass_bins(claims), equal_width_bins(claims)):
        assert calibration_error(bins) == pytest.approx(0)


def test_the_error_of_what_is_calibrated_goes_to_0_with_its_number() -> None:
    errors = [calibration_error(equal_mass_bins(drawn(count, seed=7))) for count in (100, 2_000, 40_000)]
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 0.005


def test_the_error_by_chance_is_that_of_calibrated_draws() -> None:
    bins = [equal_mass_bins(drawn(600, seed=seed)) for seed in range(60)]
    mean = statistics.fmean(map(calibration_error, bins))
    assert statistics.fmean(map(error_by_chance, bins)) == pytest.approx(mean, rel=0.1)


def test_too_much_confidence_is_found() -> None:
    bold = [Claim(min(1.0, each.confidence + 0.1), each.right) for each in drawn(5_000, seed=3)]
    assert calibration_error(equal_mass_bins(bold)) > 5 * error_by_chance(equal_mass_bins(bold))


# --- thresholds --------------------------------------------------------------------------------


def test_a_threshold_keeps_what_has_it_and_more() -> None:
    (kept,) = kept_at(some_claims(*FOUR, gold=5), [0.6])
    assert (kept.shown, kept.right, kept.coverage) == (3, 2, 0.75)
    assert (kept.precision, kept.recall, kept.f1) == (pytest.approx(2 / 3), 0.4, pytest.approx(0.5))


def test_the_lowest_threshold_that_reaches_a_precision_is_found() -> None:
    claims = some_claims(*FOUR)
    assert [
        kept and kept.threshold
        for kept in (threshold_for(claims, precision=each) for each in (0.5, 0.6, 0.9))
    ] == [0.0, 0.6, None]
    assert best_threshold(claims).threshold == 0.6


def test_without_claims_there_is_no_threshold() -> None:
    nothing = some_claims(gold=0)
    assert threshold_for(nothing, precision=0.0) is None
    best = best_threshold(nothing)
    assert (best.threshold, best.precision, best.coverage, best.recall, best.f1) == (0.0, None, 0.0, 0.0, 0.0)


@given(any_claims, st.floats(0, 1))
def test_no_lower_threshold_reaches_the_precision(claims: list[Claim], precision: float) -> None:
    found = threshold_for(some_claims(*claims), precision=precision)
    lower = [0.0, *(claim.confidence for claim in claims)]
    if found:
        assert found.precision is not None
        assert found.precision >= precision
        lower = [each for each in lower if each < found.threshold]
    kept = kept_at(some_claims(*claims), lower)
    assert all(each.precision is None or each.precision < precision for each in kept)


@given(any_claims)
def test_every_threshold_keeps_what_it_would_alone(claims: list[Claim]) -> None:
    every = every_threshold(some_claims(*claims))
    assert every == kept_at(some_claims(*claims), [each.threshold for each in every])
    assert [each.threshold for each in every] == sorted({0.0, *(claim.confidence for claim in claims)})


# --- of toponyms -------------------------------------------------------------------------------


def a_toponym(start: int, point: Point | None = ALEPPO, confidence: float | None = None) -> Toponym:
    return Toponym(start=start, end=start + 4, point=point, confidence=confidence)


def scores_of(gold: list[Toponym], predicted: list[Toponym]) -> tuple[ArticleScore, ...]:
    return evaluate({"a": gold}, {"a": predicted}).scores


GOLD = [a_toponym(0), a_toponym(10), a_toponym(20), a_toponym(30), a_toponym(40, None)]
PREDICTED = [
    a_toponym(0, ALEPPO, 0.9),  # right
    a_toponym(10, PARIS, 0.8),  # wrong
    a_toponym(20, None, 0.7),  # left without a place
    a_toponym(40, PARIS, 0.6),  # neither right nor wrong: the gold has no position
    a_toponym(50, PARIS, 0.5),  # nothing annotated
    a_toponym(60, PARIS),  # neither, for nothing is claimed
    a_toponym(70, None, 0.0),  # left, as it should be
]


def test_of_the_recognized_only_what_can_be_judged_is_claimed() -> None:
    claims = claims_of_recognized(scores_of(GOLD, PREDICTED))
    assert claims == some_claims(Claim(0.9, right=True), Claim(0.8, right=False), gold=3)


def test_end_to_end_what_overlaps_with_nothing_is_wrong_and_a_miss_is_gold() -> None:
    claims = claims_end_to_end(scores_of(GOLD, PREDICTED))
    assert claims.claims[2:] == (Claim(0.5, right=False),)
    assert claims.gold == 4


def test_mentions_without_a_true_place_should_be_left_without_one() -> None:
    at_0, at_55, at_75 = nil_at(scores_of(GOLD, PREDICTED), [0.0, 0.55, 0.75])
    # Of the last four above one has no place; then .5 goes, too; then .6. What claims no confidence stays.
    assert (at_0.total, at_0.left, at_0.lost) == (4, 1, 1)
    assert (at_55.left, at_55.lost) == (2, 1)
    assert (at_75.left, at_75.lost, at_75.recall, at_75.precision) == (3, 1, 0.75, 0.75)


def test_without_such_mentions_nothing_is_said_of_them() -> None:
    (found,) = nil_at(scores_of(GOLD[:1], PREDICTED[:1]), [0.0])
    assert found.as_dict() == {"threshold": 0.0, "precision": None, "recall": None}


def test_the_figures_tell_all_of_it() -> None:
    found = calibration_figures(scores_of(GOLD, PREDICTED))
    assert found is not None
    recognized = found["recognized"]
    assert (recognized["n"], recognized["accuracy"], recognized["mean_confidence"]) == (2, 0.5, 0.85)
    assert recognized["brier_score"] == 0.325
    assert recognized["thresholds"]["precision_0.95"]["threshold"] == 0.9
    assert found["end_to_end"]["thresholds"]["best_f1"]["recall"] == 0.25
    assert [each["n"] for each in recognized["bins"]] == [1, 1]
    assert len(recognized["by_threshold"]) == 21
    assert recognized["by_threshold"][20]["precision"] is None
    nil = found["nil"]
    assert (nil["n"], nil["without_gold"], nil["gold_without_position"]) == (4, 3, 1)


def test_without_confidence_or_positions_there_are_no_figures() -> None:
    assert calibration_figures(scores_of(GOLD, [a_toponym(0)])) is None
    assert calibration_figures(scores_of([a_toponym(0, None)], PREDICTED)) is None
    assert calibration_figures(()) is None


def test_what_was_only_found_falsely_is_judged_end_to_end() -> None:
    found = calibration_figures(scores_of(GOLD, [a_toponym(50, PARIS, 0.5)]))
    assert found is not None
    assert found["recognized"] is None
    assert found["end_to_end"]["calibration_error"] == 0.5
    assert found["end_to_end"]["thresholds"]["precision_0.95"] is None


def test_the_brier_score_has_an_interval_over_articles() -> None:
    gold = {str(number): [a_toponym(0)] for number in range(20)}
    predicted = {id_: [a_toponym(0, ALEPPO, 0.5 + int(id_) / 40)] for id_ in gold}
    scores = evaluate(gold, predicted).scores
    low, high = intervals(scores, samples=200)["brier_score"]
    assert low < brier_score(claims_of_recognized(scores).claims) < high
    assert "brier_score" not in intervals(evaluate(gold, gold).scores, samples=5)
