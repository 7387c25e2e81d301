"""The default recognizer: the network and the gazetteer's names together, and which article gets it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from builders import an_article
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from geomap.cli import main
from geomap.errors import ConfigError
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.geoparser import Geoparser, default_geoparser, default_recognizer
from geomap.model import Article
from geomap.recognizers.dictionary import DictionaryRecognizer
from geomap.recognizers.hybrid import HybridRecognizer
from geomap.recognizers.languages import LanguageRecognizer
from geomap.recognizers.neural.tagger import Tagger
from geomap.weighing import probability, weights

REPORT = "Shells fell on Aleppo and Deir al-Zor. The University of Aleppo closed, the Syrian army said."


@pytest.fixture(scope="module")
def hybrid(gazetteer: SqliteGazetteer) -> HybridRecognizer:
    return HybridRecognizer(gazetteer.names())


def texts(recognizer: object, text: str, title: str = "") -> list[str]:
    found = recognizer.recognize(an_article(text=text, title=title))  # type: ignore[attr-defined]
    return [mention.text for mention in found]


def test_it_finds_places_and_the_place_in_an_organization(hybrid: HybridRecognizer) -> None:
    found = hybrid.recognize(an_article(text=REPORT, title=""))
    assert [mention.text for mention in found] == ["Aleppo", "Deir al-Zor", "Aleppo", "Syrian"]
    assert [mention.type.literal for mention in found] == [True, True, False, False]
    assert {mention.recognizer for mention in found} == {"hybrid"}


def test_a_list_with_one_word_for_all_gives_each_place(hybrid: HybridRecognizer) -> None:
    text = "Fighting spread to Helmand, Kandahar and Uruzgan provinces."
    assert texts(hybrid, text) == ["Helmand", "Kandahar", "Uruzgan"]


def test_a_held_city_is_a_place_without_its_holders(hybrid: HybridRecognizer) -> None:
    assert texts(hybrid, "Aid reached rebel-held Aleppo on Monday.") == ["Aleppo"]


@pytest.mark.parametrize(
    "name", ["Horn of Africa", "Trinidad and Tobago", "Democratic Republic of the Congo"]
)
def test_a_name_of_several_places_is_one(name: str, hybrid: HybridRecognizer) -> None:
    assert texts(hybrid, f"Storms crossed the {name} at night.") == [name]


def test_what_the_text_calls_a_village_is_one_though_nobody_knows_it(hybrid: HybridRecognizer) -> None:
    assert texts(hybrid, "Soldiers burned the village of Qorbalatha on Monday.") == ["Qorbalatha"]


def test_a_name_in_another_script_is_judged_by_the_dictionary(
    hybrid: HybridRecognizer, gazetteer: SqliteGazetteer
) -> None:
    article = an_article(text="Shells fell on حلب on Monday.", title="")
    dictionary = DictionaryRecognizer(gazetteer.names()).recognize(article)
    (mention,) = hybrid.recognize(article)
    assert mention.text == "حلب"
    assert mention.type == dictionary[0].type
    assert mention.score == dictionary[0].score


def test_no_name_goes_on_in_the_next_paragraph(hybrid: HybridRecognizer) -> None:
    assert not [text for text in texts(hybrid, "He flew to New\n\nYork has a minster.") if "\n" in text]


def test_a_higher_threshold_finds_no_more(gazetteer: SqliteGazetteer) -> None:
    tagger = Tagger()
    counts = [
        len(texts(HybridRecognizer(gazetteer.names(), tagger, threshold=value), REPORT))
        for value in (0.2, 0.5, 0.99)
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 0


def test_articles_together_have_the_mentions_that_each_has(hybrid: HybridRecognizer) -> None:
    articles = [
        an_article(text=REPORT, title="Truce in Homs"),
        an_article(text=""),
        an_article(text=REPORT * 5),
    ]
    assert hybrid.recognize_all(articles) == [hybrid.recognize(article) for article in articles]


def test_a_text_of_many_names_costs_no_more_than_its_length(hybrid: HybridRecognizer) -> None:
    def seconds(times: int) -> float:
        article = an_article(text="Homs, Hama and Idlib; New York City. " * times, title="")
        begun = time.process_time()
        assert len(hybrid.recognize(article)) > 3 * times
        return time.process_time() - begun

    seconds(1)
    assert seconds(400) < 25 * seconds(40)


_KNOWN: list[HybridRecognizer] = []


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=st.sampled_from("Aleppo Homs,.\n'-حلب😀\0<>éİßNewYork "), max_size=120))
def test_any_text_keeps_offsets_order_and_no_overlap(text: str) -> None:
    if not _KNOWN:
        _KNOWN.append(HybridRecognizer(SqliteGazetteer().names()))
    at = 0
    for mention in _KNOWN[0].recognize(Article(id="1", text=text)):
        assert at <= mention.start < mention.end
        assert text[mention.start : mention.end] == mention.text
        at = mention.end


def test_every_weight_has_a_reason() -> None:
    for table in ("hybrid.tsv", "hybrid_typing.tsv"):
        assert len(weights(table)) > 20
    assert probability({"always": 1.0}, {"always": 100.0}) == pytest.approx(1.0)
    assert probability({"unheard of": 1.0}, {}) == 0.5


# --- which recognizer --------------------------------------------------------------------------


def test_the_default_is_the_hybrid_for_english(gazetteer: SqliteGazetteer) -> None:
    geoparser = Geoparser(gazetteer=gazetteer)
    assert geoparser.recognizer.fingerprint == default_geoparser(gazetteer=gazetteer).recognizer.fingerprint
    assert geoparser.recognizer.fingerprint.startswith("en=hybrid@")


@pytest.mark.parametrize("name", ["hybrid", "neural", "dictionary"])
def test_a_recognizer_is_chosen_by_name(name: str, gazetteer: SqliteGazetteer) -> None:
    geoparser = default_geoparser(gazetteer=gazetteer, recognizer=name)
    assert name in geoparser.provenance.recognizer
    assert "Aleppo" in [each.mention.text for each in geoparser.parse(REPORT).resolutions]


def test_an_unknown_recognizer_is_refused(gazetteer: SqliteGazetteer) -> None:
    with pytest.raises(ConfigError, match="hybrid, neural, dictionary, not 'magic'"):
        default_recognizer(gazetteer, "magic")


class _Named:
    """Finds nothing, and tells that it was asked."""

    def __init__(self, name: str) -> None:
        self.fingerprint = f"{name}@1+0"
        self.asked = 0

    def recognize(self, article: Article) -> list[object]:  # noqa: ARG002
        self.asked += 1
        return []


@pytest.mark.parametrize(
    ("language", "english"),
    [(None, True), ("en", True), ("EN-gb", True), ("en_US", True), ("ar", False), ("enm", False)],
)
def test_the_language_of_an_article_chooses(language: str | None, english: bool) -> None:  # noqa: FBT001
    one, other = _Named("one"), _Named("other")
    recognizer = LanguageRecognizer({"en": one}, otherwise=other)  # type: ignore[dict-item,arg-type]
    assert recognizer.recognize(Article(id="1", text="x", language=language)) == []
    assert (one.asked, other.asked) == ((1, 0) if english else (0, 1))
    assert recognizer.fingerprint == "en=one@1+0;*=other@1+0"


def test_an_arabic_text_gets_the_names_of_the_gazetteer(gazetteer: SqliteGazetteer) -> None:
    article = Article(id="1", text="سقطت قذائف على حلب", language="ar")
    found = default_recognizer(gazetteer).recognize(article)
    assert {mention.recognizer for mention in found} <= {"dictionary", "cue"}
    assert "حلب" in [mention.text for mention in found]


def test_the_command_line_takes_recognizer_and_threads(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text(REPORT, encoding="utf-8")
    rows = []
    for extra in (["--threads", "2"], ["--threads", "1"], ["--recognizer", "dictionary"]):
        result = CliRunner().invoke(main, ["parse", str(tmp_path / "report.txt"), *extra])
        assert result.exit_code == 0, result.output
        rows.append(json.loads(result.stdout))
    assert rows[0] == rows[1]
    assert [list(row) for row in rows] == [list(rows[0])] * 3


def test_a_folder_without_a_network_is_named_on_the_command_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["parse", "--samples", "--model", str(tmp_path)])
    assert result.exit_code != 0
    assert "places.onnx" in result.output
