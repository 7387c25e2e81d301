"""The values and their laws."""

from __future__ import annotations

import dataclasses
import inspect
import math

import pytest
from builders import a_candidate, a_mention, a_place, a_resolution, a_sighting, an_article
from hypothesis import given
from hypothesis import strategies as st

from geomap import model
from geomap.model import (
    BBox,
    Evidence,
    NameKind,
    Outcome,
    PlaceSummary,
    Point,
    Query,
    Resolution,
    ScoredCandidate,
    ToponymType,
)

_VALUES = [found for _, found in inspect.getmembers(model, dataclasses.is_dataclass)]
_NUMBERS = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False)


@pytest.mark.parametrize("value", _VALUES, ids=lambda value: value.__name__)
def test_values_are_frozen_slotted_and_keyword_only(value: type) -> None:
    assert value.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "__slots__" in vars(value)
    assert all(field.kw_only for field in dataclasses.fields(value))


@pytest.mark.parametrize("value", _VALUES, ids=lambda value: value.__name__)
def test_values_say_what_they_are(value: type) -> None:
    assert value.__doc__
    assert not value.__doc__.startswith(f"{value.__name__}(")


def test_values_are_compared_by_content() -> None:
    assert an_article() == an_article()
    assert a_resolution() == a_resolution()
    assert a_sighting() == a_sighting()
    assert hash(a_place()) == hash(a_place())


def test_values_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        a_place().name = "Elsewhere"  # type: ignore[misc]


# --- points and boxes ------------------------------------------------------------------------


@pytest.mark.parametrize("lat", [-90.0, 0.0, 90.0])
@pytest.mark.parametrize("lon", [-180.0, 0.0, 180.0])
def test_point_takes_the_whole_globe(lat: float, lon: float) -> None:
    assert Point(lat=lat, lon=lon) == Point(lat=lat, lon=lon)


@pytest.mark.parametrize("bad", [90.001, -90.001, math.nan, math.inf, -math.inf])
def test_point_refuses_a_latitude_off_the_globe(bad: float) -> None:
    with pytest.raises(ValueError, match="lat must lie"):
        Point(lat=bad, lon=0)


@pytest.mark.parametrize("bad", [180.001, -180.001, math.nan, math.inf, -math.inf])
def test_point_refuses_a_longitude_off_the_globe(bad: float) -> None:
    with pytest.raises(ValueError, match="lon must lie"):
        Point(lat=0, lon=bad)


def test_point_refuses_numbers_without_names() -> None:
    with pytest.raises(TypeError):
        Point(36.2, 37.1)  # type: ignore[call-arg]


def test_box_holds_its_edges() -> None:
    box = BBox(west=35, south=32, east=42, north=37)
    assert Point(lat=32, lon=35) in box
    assert Point(lat=37, lon=42) in box
    assert Point(lat=31.9, lon=40) not in box
    assert Point(lat=35, lon=42.1) not in box


def test_box_may_cross_the_antimeridian() -> None:
    fiji = BBox(west=177, south=-20, east=-178, north=-12)
    assert Point(lat=-17, lon=178) in fiji
    assert Point(lat=-17, lon=-179) in fiji
    assert Point(lat=-17, lon=0) not in fiji
    assert Point(lat=-25, lon=178) not in fiji


# --- types -----------------------------------------------------------------------------------


def test_five_types_are_literal() -> None:
    assert [kind.name for kind in ToponymType if kind.literal] == [
        "LITERAL", "LITERAL_MODIFIER", "MIXED", "COERCION", "EMBEDDED_LITERAL",
    ]  # fmt: skip


def test_values_of_enums_are_their_names_in_lower_case() -> None:
    for enum in (ToponymType, Outcome, model.Match):
        assert all(member.value == member.name.lower() for member in enum)


def test_kinds_of_names_are_single_bits() -> None:
    """A folded name may be several things to several places, and the gazetteer's file keeps these numbers."""
    assert [int(kind) for kind in NameKind] == [1 << at for at in range(len(NameKind))]
    names = [kind.name for kind in NameKind][:5]
    assert names == ["NAME", "ALTERNATE", "ABBREVIATION", "DEMONYM", "ROMANIZED"]


# --- scores and outcomes ---------------------------------------------------------------------


@given(st.lists(st.tuples(_NUMBERS, _NUMBERS), max_size=20))
def test_score_is_the_sum_of_its_evidence(pairs: list[tuple[float, float]]) -> None:
    evidence = tuple(
        Evidence(name=str(at), value=value, weight=weight) for at, (value, weight) in enumerate(pairs)
    )
    scored = ScoredCandidate(candidate=a_candidate(), evidence=evidence)
    assert scored.score == math.fsum(value * weight for value, weight in pairs)


def test_score_without_evidence_is_zero() -> None:
    assert ScoredCandidate(candidate=a_candidate(), evidence=()).score == 0


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.RESOLVED])
def test_only_a_resolved_mention_has_a_place(outcome: Outcome) -> None:
    assert Resolution(mention=a_mention(), outcome=outcome, place=None, confidence=0).place is None
    with pytest.raises(ValueError, match="does not fit"):
        Resolution(mention=a_mention(), outcome=outcome, place=a_place(), confidence=0)


def test_resolved_mention_needs_a_place() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        Resolution(mention=a_mention(), outcome=Outcome.RESOLVED, place=None, confidence=1)


# --- queries and summaries -------------------------------------------------------------------


def test_empty_query_asks_for_everything_literal() -> None:
    query = Query()
    assert (query.place_ids, query.article_ids, query.countries, query.bbox) == (
        frozenset(),
        frozenset(),
        frozenset(),
        None,
    )
    assert not query.all_types


def test_summary_counts_articles_not_sightings() -> None:
    first, second = a_sighting(confidence=0.4), a_sighting(article=an_article(id="a2"), confidence=0.8)
    summary = PlaceSummary(place=a_place(), country="Syria", admin1="", sightings=(first, first, second))
    assert summary.article_count == 2
    assert summary.confidence == 0.8
