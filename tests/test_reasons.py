"""Why a mention means its place, as the map holds it."""

from __future__ import annotations

from builders import a_candidate, a_place, a_resolution

from geomap.exporters import reasons
from geomap.exporters.reasons import NONE, NOT_KNOWN, Reasons
from geomap.model import Evidence, Resolution, ScoredCandidate

OTHER = a_place(id="2", name="Aleppo", lat=41.12345, lon=-75.0, feature_code="PPL")


def scored(*values: float, place: object = None, note: str = "") -> ScoredCandidate:
    evidence = tuple(
        Evidence(name=f"reason_{number}", value=value, weight=2.0, note=note)
        for number, value in enumerate(values)
    )
    return ScoredCandidate(candidate=a_candidate(place=place or a_place()), evidence=evidence)


def decided(*ranked: ScoredCandidate, confidence: float = 0.9) -> Resolution:
    return a_resolution(ranked=ranked, confidence=confidence)


def test_an_entry_holds_the_reasons_of_both_and_the_runner_up() -> None:
    resolution = decided(scored(0.5, note="because"), scored(-0.25, place=OTHER))
    kept = Reasons([resolution])
    assert kept.number(resolution) == (0, 0)
    assert kept.tables() == {
        "reasons": [(((0, 100, 0),), ((0, -50, -1),))],
        "rivals": [("Aleppo", "populated place", 41.123, -75.0)],
        "evidence": ["reason 0"],
        "notes": ["because"],
    }


def test_without_candidates_nothing_is_known_and_with_one_there_is_no_rival() -> None:
    unknown, alone = a_resolution(), decided(scored(1.0))
    kept = Reasons([unknown, alone])
    assert kept.number(unknown) == (-1, NOT_KNOWN)
    assert kept.number(alone) == (0, NONE)


def test_equal_decisions_are_stored_once() -> None:
    resolution = decided(scored(1.0), scored(0.5, place=OTHER))
    kept = Reasons([resolution] * 3)
    assert {kept.number(resolution) for _ in range(3)} == {(0, 0)}
    assert len(kept.tables()["reasons"]) == 1


def test_the_weightiest_reasons_are_kept_and_what_rounds_to_nothing_is_not() -> None:
    resolution = decided(scored(0.1, -3.0, 0.001, 2.0, 0.2, 0.3, 0.4))
    kept = Reasons([resolution])
    kept.number(resolution)
    ((chosen, _),) = kept.tables()["reasons"]
    assert [hundredths for _, hundredths, _ in chosen] == [-600, 400, 80, 60, 40]


def test_of_very_many_the_least_sure_keep_their_reasons(monkeypatch: object) -> None:
    rows = [decided(scored(1.0), scored(0.5, place=OTHER), confidence=n / 10) for n in range(10)]
    most = reasons.MOST
    try:
        reasons.MOST = 4
        kept = Reasons(rows)
    finally:
        reasons.MOST = most
    told = [kept.number(row) for row in rows]
    assert [why >= 0 for why, _ in told] == [True] * 5 + [False] * 5
    assert all(rival == 0 for _, rival in told)
    assert monkeypatch is not None
