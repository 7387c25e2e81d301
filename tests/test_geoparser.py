"""The whole way for one article, and the parts that geomap puts together by itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from builders import an_article

from geomap.errors import ConfigError, GazetteerNotFound
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.geoparser import Geoparser, default_geoparser
from geomap.model import GeoparsedArticle, Outcome, Query
from geomap.store import MemoryStore

TRUCE = an_article(
    title="A quiet night",
    text="The truce in Aleppo, Syria, held. Trucks reached eastern Aleppo and went on to Idlib.",
)


@pytest.fixture(scope="module")
def parsed(geoparser: Geoparser) -> GeoparsedArticle:
    return geoparser.parse(TRUCE)


def test_each_mention_is_a_piece_of_its_field(parsed: GeoparsedArticle) -> None:
    assert [resolution.mention.text for resolution in parsed.resolutions] == [
        "Aleppo",
        "Syria",
        "Aleppo",
        "Idlib",
    ]
    for resolution in parsed.resolutions:
        mention = resolution.mention
        assert getattr(TRUCE, mention.field)[mention.start : mention.end] == mention.text


def test_the_chosen_place_is_the_best_of_the_candidates(parsed: GeoparsedArticle) -> None:
    for resolution in parsed.resolutions:
        assert resolution.outcome is Outcome.RESOLVED
        assert resolution.place == resolution.ranked[0].candidate.place


def test_the_result_names_the_parts_that_made_it(geoparser: Geoparser, parsed: GeoparsedArticle) -> None:
    assert parsed.provenance == geoparser.provenance
    assert parsed.provenance.gazetteer == geoparser.gazetteer.fingerprint


def test_an_article_without_places_has_no_resolutions(geoparser: Geoparser) -> None:
    parsed = geoparser.parse(an_article(title="", text="nothing happened."))
    assert parsed.resolutions == ()
    assert parsed.sightings == ()


def test_a_sighting_has_its_sentence_country_and_admin1(parsed: GeoparsedArticle) -> None:
    first, syria, second, _ = parsed.sightings
    assert first.sentence == "The truce in Aleppo, Syria, held."
    assert second.sentence == "Trucks reached eastern Aleppo and went on to Idlib."
    for sighting in (first, second):
        mention = sighting.resolution.mention
        at = mention.start - sighting.sentence_start
        assert sighting.sentence[at : at + len(mention.text)] == mention.text
        assert (sighting.country, sighting.admin1) == ("Syria", "Aleppo Governorate")
    assert (syria.place.name, syria.country, syria.admin1) == ("Syria", "Syria", "")


def test_a_mention_without_a_place_is_no_sighting(gazetteer: SqliteGazetteer) -> None:
    strict = default_geoparser(gazetteer=gazetteer, min_confidence=1.0)
    parsed = strict.parse(an_article(title="", text="Rain fell in Springfield."))
    assert [resolution.outcome for resolution in parsed.resolutions] == [Outcome.BELOW_THRESHOLD]
    assert parsed.sightings == ()


def test_a_sighting_knows_all_that_contains_its_place(
    gazetteer: SqliteGazetteer, parsed: GeoparsedArticle
) -> None:
    first = parsed.sightings[0]
    assert first.ancestor_ids == tuple(place.id for place in gazetteer.ancestors(first.place))
    assert "geonames:163843" in first.ancestor_ids


def test_a_text_is_an_article_known_by_its_content(geoparser: Geoparser) -> None:
    parsed = geoparser.parse("Rain fell in Aleppo.")
    assert parsed.article.id == geoparser.parse("Rain fell in Aleppo.").article.id
    assert parsed.article.id != geoparser.parse("Rain fell in Homs.").article.id
    assert [sighting.place.name for sighting in parsed.sightings] == ["Aleppo"]


def test_a_geoparser_without_parts_is_the_one_that_geomap_brings(gazetteer: SqliteGazetteer) -> None:
    geoparser = Geoparser()
    assert geoparser.provenance == default_geoparser(gazetteer=gazetteer).provenance
    assert isinstance(geoparser.gazetteer, SqliteGazetteer)
    geoparser.gazetteer.close()


def test_the_same_article_gives_the_same_result(geoparser: Geoparser, parsed: GeoparsedArticle) -> None:
    assert geoparser.parse(TRUCE) == parsed


def test_from_an_article_to_its_places_and_back(parsed: GeoparsedArticle) -> None:
    store = MemoryStore()
    store.add(parsed)
    aleppo = store.find(Query())[0].place
    found = store.find(Query(place_ids=frozenset({aleppo.id})))
    assert [sighting.resolution.mention.text for sighting in found] == ["Aleppo", "Aleppo"]


def test_the_embedded_gazetteer_is_the_default(gazetteer: SqliteGazetteer) -> None:
    geoparser = default_geoparser()
    assert geoparser.gazetteer.fingerprint == gazetteer.fingerprint
    assert isinstance(geoparser.gazetteer, SqliteGazetteer)
    geoparser.gazetteer.close()


def test_a_gazetteer_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GazetteerNotFound):
        default_geoparser(gazetteer=tmp_path / "none.sqlite")


@pytest.mark.parametrize("focus", [["SYR"], [""], ["S1"], ["SY", "ÄÖ"]])
def test_a_focus_is_a_country_code(focus: Iterable[str], gazetteer: SqliteGazetteer) -> None:
    with pytest.raises(ConfigError, match="ISO 3166-1"):
        default_geoparser(focus=focus, gazetteer=gazetteer)


@pytest.mark.parametrize("confidence", [-0.1, 1.1, float("nan")])
def test_a_confidence_lies_between_none_and_all(confidence: float, gazetteer: SqliteGazetteer) -> None:
    with pytest.raises(ConfigError, match="min_confidence"):
        default_geoparser(min_confidence=confidence, gazetteer=gazetteer)


def test_options_change_the_provenance(gazetteer: SqliteGazetteer, geoparser: Geoparser) -> None:
    focused = default_geoparser(focus=["sy"], gazetteer=gazetteer)
    assert focused.provenance.resolver != geoparser.provenance.resolver


def test_mentions_of_a_title_that_begins_the_text_are_reported_once(geoparser: Geoparser) -> None:
    article = an_article(
        title="Truce holds in Aleppo", text="Truce holds in Aleppo\n\nHoms was quiet on Monday."
    )
    mentions = [resolution.mention for resolution in geoparser.parse(article).resolutions]
    assert [(mention.field, mention.text) for mention in mentions] == [("text", "Aleppo"), ("text", "Homs")]


def test_a_title_of_its_own_is_read_first(geoparser: Geoparser) -> None:
    parsed = geoparser.parse(an_article(title="Truce holds in Aleppo", text="Homs was quiet on Monday."))
    fields = [(each.mention.field, each.mention.text) for each in parsed.resolutions]
    assert fields == [("title", "Aleppo"), ("text", "Homs")]
    assert parsed.article.title == "Truce holds in Aleppo"
