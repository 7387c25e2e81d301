"""How far to trust a decision: facts, and what confidence and NIL make of them."""

from __future__ import annotations

import pytest
from builders import a_candidate, a_mention, a_place, an_article
from hypothesis import given
from hypothesis import strategies as st

from geomap import weighing
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.geoparser import Geoparser
from geomap.model import Match, Mention, ToponymType
from geomap.resolvers import confidence
from geomap.resolvers.confidence import Trust, facts_of, probability, trust, weights
from geomap.resolvers.ranking import EvidenceResolver


def trusted(text: str, geoparser: Geoparser) -> dict[str, Trust]:
    return {each.mention.text: Trust(each.confidence, each.nil) for each in geoparser.parse(text).resolutions}


def facts(gazetteer: SqliteGazetteer, mention: Mention, **candidate: object) -> dict[str, float]:
    resolver = EvidenceResolver(gazetteer)
    scene = resolver.scene(an_article(), [(mention, [a_candidate(**candidate)])])
    (votes,) = resolver.vote(scene)
    return facts_of(mention, 0, scene.groups[0], scene, votes)


def test_a_place_with_its_parent_is_sure(geoparser: Geoparser) -> None:
    found = trusted("The clinic in Paris, Texas, closed. Dallas and Houston sent doctors.", geoparser)
    assert found["Paris"].confidence > 0.9
    assert found["Paris"].nil < 0.2


def test_a_name_that_the_gazetteer_lacks_is_nil_more_likely(geoparser: Geoparser) -> None:
    text = "Rain fell on Mombasa. The village of Zarqunabad lies under water, the mayor of Mombasa said."
    found = trusted(text, geoparser)
    assert found["Zarqunabad"].nil > found["Mombasa"].nil


def test_facts_that_are_not_true_are_left_out(gazetteer: SqliteGazetteer) -> None:
    found = facts(gazetteer, a_mention())
    assert found["alone"] == found["always"] == found["match_exact"] == 1.0
    assert "associative" not in found
    assert all(found.values())


def test_the_kind_of_the_place_and_the_way_to_it_are_facts(gazetteer: SqliteGazetteer) -> None:
    country = a_place(feature_class="A", feature_code="PCLI")
    assert facts(gazetteer, a_mention(), place=country)["is_country"] == 1.0
    strange = a_place(feature_class="", feature_code="")
    assert facts(gazetteer, a_mention(), place=strange)["is_unknown"] == 1.0
    demonym = a_mention(type=ToponymType.DEMONYM)
    assert facts(gazetteer, demonym, match=Match.ALTERNATE)["not_its_demonym"] == 1.0
    assert "not_its_demonym" not in facts(gazetteer, demonym, match=Match.DEMONYM)


def test_the_recognizer_tells_nil_and_not_confidence(gazetteer: SqliteGazetteer) -> None:
    resolver = EvidenceResolver(gazetteer)
    doubtful, certain = a_mention(score=0.45), a_mention(score=0.99)
    scene = resolver.scene(an_article(), [(certain, gazetteer.lookup("Aleppo"))])
    (votes,) = resolver.vote(scene)
    first, second = (trust(each, 0, scene.groups[0], scene, votes) for each in (doubtful, certain))
    assert first.confidence == second.confidence
    assert first.nil > second.nil


def test_other_weights_of_confidence_are_another_resolver(
    gazetteer: SqliteGazetteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = EvidenceResolver(gazetteer).fingerprint
    known = weighing.weights
    monkeypatch.setattr(weighing, "weights", lambda table: known(table) | {"always": 9.0})
    assert EvidenceResolver(gazetteer).fingerprint != before


@pytest.mark.parametrize("table", ["confidence.tsv", "nil.tsv"])
def test_a_larger_share_never_lowers_confidence(table: str) -> None:
    assert table == "nil.tsv" or weights(table)["odds"] >= 0
    assert set(weights(table)) >= {"always", "fame", "match_within"}


@given(st.dictionaries(st.sampled_from(["always", "odds", "fame"]), st.floats(-1e6, 1e6)))
def test_a_probability_lies_between_0_and_1(found: dict[str, float]) -> None:
    assert 0 <= probability(found, weights("confidence.tsv")) <= 1


@given(st.floats(0, 1))
def test_log_odds_are_finite(share: float) -> None:
    assert abs(confidence._log_odds(share)) < 10
