"""Which place each name means, text by text, and the laws of every resolution."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from builders import a_candidate, a_mention, a_place, an_article
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.geo import distance_km
from geomap.geoparser import Geoparser, default_geoparser
from geomap.model import GeoparsedArticle, Outcome, Point, Resolution
from geomap.resolvers.containment import Containment
from geomap.resolvers.ranking import EvidenceResolver

CASES = json.loads((Path(__file__).parent / "data" / "cases" / "resolution.json").read_text("utf-8"))["cases"]
_TEXTS = [case["text"] for case in CASES]


def _param(case: dict[str, Any]) -> Any:
    reason = case.get("xfail")
    marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
    return pytest.param(case, id=case["name"], marks=marks)


def _parse(case: dict[str, Any], gazetteer: SqliteGazetteer) -> GeoparsedArticle:
    geoparser = default_geoparser(gazetteer=gazetteer, focus=case.get("focus", ()))
    article = an_article(title="", text=case["text"], source=case.get("source", "The Example"), url=None)
    return geoparser.parse(article)


def _nth(parsed: GeoparsedArticle, text: str, occurrence: int) -> Resolution | None:
    found = [each for each in parsed.resolutions if each.mention.text == text]
    return found[occurrence - 1] if len(found) >= occurrence else None


def _problem(parsed: GeoparsedArticle, expected: list[Any]) -> str | None:
    text, lat, lon, within_km, *occurrence = expected
    resolution = _nth(parsed, text, *occurrence or [1])
    if resolution is None:
        return f"{text!r} is no mention"
    place = resolution.place
    if place is None:
        return f"{text!r} has no place ({resolution.outcome.value})"
    distance = distance_km(place.point, Point(lat=lat, lon=lon))
    if distance > within_km:
        kind = f"{place.feature_code} {place.country_code}"
        return f"{text!r} is {place.name} {place.id} {kind}, {distance:.0f} km off"
    return None


@pytest.mark.parametrize("case", [_param(case) for case in CASES])
def test_names_mean_these_places(case: dict[str, Any], gazetteer: SqliteGazetteer) -> None:
    parsed = _parse(case, gazetteer)
    assert [problem for expected in case["places"] if (problem := _problem(parsed, expected))] == []


def test_case_names_are_unique() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names))


@pytest.fixture(scope="module")
def parsed(geoparser: Geoparser) -> GeoparsedArticle:
    return geoparser.parse(an_article(title="", text="\n\n".join(_TEXTS)))


def test_score_is_the_sum_of_its_contributions(parsed: GeoparsedArticle) -> None:
    for resolution in parsed.resolutions:
        for scored in resolution.ranked:
            total = math.fsum(evidence.value * evidence.weight for evidence in scored.evidence)
            assert scored.score == pytest.approx(total, abs=1e-12)


def test_candidates_are_ranked_best_first(parsed: GeoparsedArticle) -> None:
    for resolution in parsed.resolutions:
        scores = [scored.score for scored in resolution.ranked]
        assert all(first >= second - 1e-9 for first, second in pairwise(scores))


def test_chosen_place_is_the_first_ranked_candidate(parsed: GeoparsedArticle) -> None:
    resolved = [each for each in parsed.resolutions if each.outcome is Outcome.RESOLVED]
    assert resolved
    for resolution in resolved:
        assert resolution.place == resolution.ranked[0].candidate.place


def test_no_candidate_is_ranked_twice(parsed: GeoparsedArticle) -> None:
    for resolution in parsed.resolutions:
        ids = [scored.candidate.place.id for scored in resolution.ranked]
        assert len(ids) == len(set(ids))


def test_evidence_has_no_name_twice(parsed: GeoparsedArticle) -> None:
    for resolution in parsed.resolutions:
        for scored in resolution.ranked:
            names = [evidence.name for evidence in scored.evidence]
            assert len(names) == len(set(names))


def test_confidence_is_a_share(parsed: GeoparsedArticle) -> None:
    assert all(0 <= resolution.confidence <= 1 for resolution in parsed.resolutions)


def test_chosen_place_is_what_the_gazetteer_holds(
    parsed: GeoparsedArticle, gazetteer: SqliteGazetteer
) -> None:
    for resolution in parsed.resolutions:
        if resolution.place is not None:
            assert gazetteer.place(resolution.place.id) == resolution.place


def test_every_mention_has_one_resolution_in_order(geoparser: Geoparser) -> None:
    for case in CASES:
        article = an_article(title="", text=case["text"])
        mentions = list(geoparser.recognizer.recognize(article))
        assert [each.mention for each in geoparser.parse(article).resolutions] == mentions


def test_unknown_name_stays_without_a_place(gazetteer: SqliteGazetteer) -> None:
    mention = a_mention()
    (resolution,) = EvidenceResolver(gazetteer).resolve(an_article(), [(mention, [])])
    assert resolution.mention == mention
    assert resolution.outcome is Outcome.NO_CANDIDATE
    assert resolution.place is None
    assert resolution.confidence == 0
    assert resolution.ranked == ()


def test_unknown_name_beside_a_known_one_keeps_the_order(gazetteer: SqliteGazetteer) -> None:
    article = an_article(title="", text="Aleppo and Xyzzy and Aleppo.")
    mentions = [
        a_mention(start=0, end=6, text="Aleppo"),
        a_mention(start=11, end=16, text="Xyzzy"),
        a_mention(start=21, end=27, text="Aleppo"),
    ]
    pairs = [(mention, gazetteer.lookup(mention.text)) for mention in mentions]
    found = EvidenceResolver(gazetteer).resolve(article, pairs)
    assert [each.mention for each in found] == mentions
    assert [each.outcome for each in found] == [Outcome.RESOLVED, Outcome.NO_CANDIDATE, Outcome.RESOLVED]
    assert found[0].place == found[2].place


def test_only_candidate_is_chosen_and_not_with_full_confidence(gazetteer: SqliteGazetteer) -> None:
    candidate = a_candidate(place=a_place(id="test:only", name="Onlyton"), matched_name="Aleppo")
    (resolution,) = EvidenceResolver(gazetteer).resolve(an_article(), [(a_mention(), [candidate])])
    assert resolution.place == candidate.place
    assert 0.5 < resolution.confidence < 1


@pytest.mark.parametrize(
    ("name", "plain", "focus"),
    [("Birmingham", "GB", "US"), ("Hyderabad", "IN", "PK"), ("London", "GB", "CA")],
)
def test_focus_changes_the_choice(gazetteer: SqliteGazetteer, name: str, plain: str, focus: str) -> None:
    article = an_article(title="", text=f"Rain fell in {name} all night.")
    countries = []
    for codes in ((), (focus,)):
        (resolution,) = default_geoparser(gazetteer=gazetteer, focus=codes).parse(article).resolutions
        countries.append(resolution.place.country_code if resolution.place else None)
    assert countries == [plain, focus]


def test_focus_of_several_countries_is_any_of_them(gazetteer: SqliteGazetteer) -> None:
    article = an_article(title="", text="The market of Tripoli was closed.")
    geoparser = default_geoparser(gazetteer=gazetteer, focus=["sy", " LB "])
    (resolution,) = geoparser.parse(article).resolutions
    assert resolution.place is not None
    assert resolution.place.country_code == "LB"


def test_focus_does_not_move_a_name_said_with_its_parent(gazetteer: SqliteGazetteer) -> None:
    article = an_article(title="", text="The choir of Paris, France, and a baker of Athens, Greece, sang.")
    found = default_geoparser(gazetteer=gazetteer, focus=["US"]).parse(article).resolutions
    assert [(each.mention.text, each.place.country_code if each.place else None) for each in found] == [
        ("Paris", "FR"), ("France", "FR"), ("Athens", "GR"), ("Greece", "GR"),
    ]  # fmt: skip


def test_min_confidence_leaves_doubtful_names_without_a_place(gazetteer: SqliteGazetteer) -> None:
    article = an_article(title="", text="A dog was found in Springfield and a cat in San Isidro.")
    plain = default_geoparser(gazetteer=gazetteer).parse(article).resolutions
    strict = default_geoparser(gazetteer=gazetteer, min_confidence=0.999).parse(article).resolutions
    assert [each.outcome for each in plain] == [Outcome.RESOLVED, Outcome.RESOLVED]
    assert [each.outcome for each in strict] == [Outcome.BELOW_THRESHOLD, Outcome.BELOW_THRESHOLD]
    assert [each.place for each in strict] == [None, None]
    assert [each.ranked for each in strict] == [each.ranked for each in plain]
    assert [each.confidence for each in strict] == [each.confidence for each in plain]


def test_fingerprint_tells_options_apart(gazetteer: SqliteGazetteer) -> None:
    fingerprints = {
        EvidenceResolver(gazetteer).fingerprint,
        EvidenceResolver(gazetteer, focus=frozenset({"SY"})).fingerprint,
        EvidenceResolver(gazetteer, min_confidence=0.5).fingerprint,
    }
    assert len(fingerprints) == 3


def test_order_of_other_articles_does_not_matter(geoparser: Geoparser) -> None:
    articles = [an_article(id=str(number), title="", text=text) for number, text in enumerate(_TEXTS[:20])]
    forward = {each.id: geoparser.parse(each) for each in articles}
    backward = {each.id: geoparser.parse(each) for each in reversed(articles)}
    assert forward == backward


@given(texts=st.lists(st.sampled_from(_TEXTS), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_mixture_of_texts_keeps_the_laws(geoparser: Geoparser, texts: list[str]) -> None:
    article = an_article(title="", text="\n\n".join(texts))
    parsed = geoparser.parse(article)
    assert geoparser.parse(article) == parsed
    for resolution in parsed.resolutions:
        known = {each.candidate.place.id for each in resolution.ranked}
        assert (resolution.place is None) == (resolution.outcome is not Outcome.RESOLVED)
        assert resolution.place is None or resolution.place.id in known
        assert bool(known) == (resolution.outcome is not Outcome.NO_CANDIDATE)


def test_an_area_holds_the_points_within_its_polygon(gazetteer: SqliteGazetteer) -> None:
    containment = Containment(gazetteer)
    province = gazetteer.place("geonames:170062")
    assert province is not None
    assert containment.holds(province, Point(lat=36.2, lon=37.16))
    assert not containment.holds(province, Point(lat=33.51, lon=36.29))


def test_a_place_without_a_polygon_holds_nothing(gazetteer: SqliteGazetteer) -> None:
    village = gazetteer.lookup("Jobar")[0].place
    assert not Containment(gazetteer).holds(village, village.point)


def test_a_province_that_the_article_names_holds_a_place_without_code(geoparser: Geoparser) -> None:
    article = an_article(title="", text="Hoover Dam was closed to trucks. Police of Nevada turned them back.")
    dam = geoparser.parse(article).resolutions[0]
    assert dam.place is not None
    assert not dam.place.admin1_code
    notes = {evidence.note for evidence in dam.ranked[0].evidence if evidence.name == "container"}
    assert notes == {"geonames:5509151"}
