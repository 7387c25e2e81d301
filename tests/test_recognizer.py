"""What the recognizers take for a mention, and for what kind of one, sentence by sentence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from builders import an_article
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.model import Article, Mention, ToponymType
from geomap.recognizers.dictionary import DictionaryRecognizer
from geomap.recognizers.hybrid import HybridRecognizer

CASES = json.loads((Path(__file__).parent / "data" / "cases" / "recognition.json").read_text("utf-8"))[
    "cases"
]


@pytest.fixture(scope="module")
def recognizer(gazetteer: SqliteGazetteer) -> DictionaryRecognizer:
    return DictionaryRecognizer(gazetteer.names())


@pytest.fixture(scope="module")
def hybrid(gazetteer: SqliteGazetteer) -> HybridRecognizer:
    return HybridRecognizer(gazetteer.names())


def _params(key: str) -> list[Any]:
    """Return the cases; `key` names the reason why a recognizer is known to fail one."""
    return [
        pytest.param(
            case,
            id=case["name"],
            marks=[pytest.mark.xfail(reason=case[key], strict=True)] if key in case else [],
        )
        for case in CASES
    ]


def _fits(kind: ToponymType, wanted: str) -> bool:
    if wanted == "any":
        return True
    if wanted in {"literal", "associative"}:
        return kind.literal is (wanted == "literal")
    return kind is ToponymType[wanted]


def _overlaps(mention: Mention, article: Article, string: str) -> bool:
    field: str = getattr(article, mention.field)
    start = field.find(string)
    while start >= 0:
        if mention.start < start + len(string) and start < mention.end:
            return True
        start = field.find(string, start + 1)
    return False


def _problems(case: dict[str, Any], article: Article, mentions: Sequence[Mention]) -> list[str]:
    may = set(case.get("may", ()))
    wanted = [(text, kind) for text, kind in case["mentions"] if text not in may]
    found = [mention for mention in mentions if mention.text not in may]
    problems = []
    if [mention.text for mention in found] != [text for text, _ in wanted]:
        problems.append(f"found {[mention.text for mention in found]}, not {[text for text, _ in wanted]}")
    else:
        problems += [
            f"{mention.text!r} is {mention.type.name}, not {kind}"
            for mention, (_, kind) in zip(found, wanted, strict=True)
            if not _fits(mention.type, kind)
        ]
    problems += [
        f"{mention.text!r} stands on {string!r}"
        for mention in mentions
        for string in case.get("must_not", ())
        if _overlaps(mention, article, string)
    ]
    datelines = [mention.text for mention in mentions if mention.dateline]
    if datelines != case.get("dateline", datelines):
        problems.append(f"datelines {datelines}, not {case['dateline']}")
    fields = [mention.field for mention in mentions]
    if fields != case.get("fields", fields):
        problems.append(f"fields {fields}, not {case['fields']}")
    return problems


@pytest.mark.parametrize("case", _params("xfail"))
def test_sentence_has_these_mentions(case: dict[str, Any], recognizer: DictionaryRecognizer) -> None:
    article = an_article(text=case["text"], title=case.get("title", ""))
    assert _problems(case, article, recognizer.recognize(article)) == []


@pytest.mark.parametrize("case", _params("xfail_hybrid"))
def test_sentence_has_these_mentions_for_network_and_names(
    case: dict[str, Any], hybrid: HybridRecognizer
) -> None:
    article = an_article(text=case["text"], title=case.get("title", ""))
    assert _problems(case, article, hybrid.recognize(article)) == []


def test_case_names_are_unique() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names))


def test_cases_quote_their_own_sentence() -> None:
    for case in CASES:
        whole = case["text"] + case.get("title", "")
        quoted = [text for text, _ in case["mentions"]] + case.get("must_not", []) + case.get("may", [])
        assert not [text for text in quoted if text not in whole], case["name"]


def test_mention_carries_article_id_and_recognizer(recognizer: DictionaryRecognizer) -> None:
    (mention,) = recognizer.recognize(an_article(id="x7", title="", text="Snow fell in Damascus."))
    assert mention.article_id == "x7"
    assert mention.recognizer
    assert 0 <= mention.score <= 1


def test_name_that_only_its_sentence_explains_is_told_apart(recognizer: DictionaryRecognizer) -> None:
    text = "Trucks from Damascus reached the village of Qorbalatha."
    known, unknown = recognizer.recognize(an_article(title="", text=text))
    assert (known.recognizer, unknown.recognizer) == ("dictionary", "cue")


def test_name_in_the_title_is_explained_by_the_text(recognizer: DictionaryRecognizer) -> None:
    found = recognizer.recognize(
        an_article(title="No water for Qorbalatha", text="A well in the village of Qorbalatha ran dry.")
    )
    assert [(mention.field, mention.text) for mention in found] == [
        ("title", "Qorbalatha"),
        ("text", "Qorbalatha"),
    ]


def test_surest_threshold_believes_no_cue(gazetteer: SqliteGazetteer) -> None:
    article = an_article(title="", text="A well in the village of Qorbalatha ran dry.")
    assert DictionaryRecognizer(gazetteer.names(), threshold=0.99).recognize(article) == []


def test_higher_threshold_finds_a_subset(gazetteer: SqliteGazetteer) -> None:
    text = "Washington said that Power, in Union, Reading and Bath, was cut near Aleppo. Most left for Split."
    article = an_article(title="", text=text)
    spans = [
        {
            (each.start, each.end)
            for each in DictionaryRecognizer(gazetteer.names(), threshold=value).recognize(article)
        }
        for value in (0.5, 0.9, 1.0)
    ]
    assert len(spans[0]) >= len(spans[1]) >= len(spans[2])


_PIECES = st.sampled_from(
    [
        "Aleppo", "the Hague", "U.S.", "US-Russia", "Paris, Texas", "St. ", "al-", "Deir al-Zor",
        "Washington said", "Mr. ", "'s", "’s", " ", "\n", "\n\n", ", ", ". ", "—", "(", ")", "\r",
        "\x00", "\ufeff", "e\u0301",
        "\u202e", "حلب", "北京", "🏳️", "ß", "ﬃ", "İ", "ı", "I've", "N.Y.", "Syrian",
        "University of ", "-", "\u00ad", "the villages of ", "Qorbalatha", " and ", " district", " River",
        "Lake ", " refugee camp", ", a town in ", "Samar ",
    ]
)  # fmt: skip
_TEXT = st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=40).map("".join))
_SETTINGS = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(text=_TEXT, title=_TEXT)
@_SETTINGS
def test_mentions_quote_the_text_in_order_without_overlap(
    recognizer: DictionaryRecognizer, text: str, title: str
) -> None:
    article = Article(id="a", title=title, text=text)
    found = recognizer.recognize(article)
    for mention in found:
        assert getattr(article, mention.field)[mention.start : mention.end] == mention.text
        assert mention.text.strip() == mention.text != ""
    order = [(mention.field == "text", mention.start, mention.end) for mention in found]
    assert order == sorted(order)
    for (in_text, _, end), (next_in_text, start, _) in pairwise(order):
        assert in_text != next_in_text or end <= start


@given(text=_TEXT)
@_SETTINGS
def test_recognition_is_deterministic(recognizer: DictionaryRecognizer, text: str) -> None:
    article = Article(id="a", text=text)
    assert recognizer.recognize(article) == recognizer.recognize(article)


@given(text=_TEXT)
@_SETTINGS
def test_text_behind_a_paragraph_break_does_not_move_mentions(
    recognizer: DictionaryRecognizer, text: str
) -> None:
    """Offsets count code points: what stands before shifts them by its length and nothing else."""
    found = recognizer.recognize(Article(id="a", text=f"{text}\n\nTrucks left Damascus at noon."))
    last = [mention for mention in found if mention.start >= len(text)]
    assert [mention.text for mention in last if mention.text == "Damascus"] == ["Damascus"]
    assert next(mention.start for mention in last if mention.text == "Damascus") == len(text) + 14
