"""The network's recognizer: words and windows, spans, and texts that nobody would call one."""

from __future__ import annotations

import itertools
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomap.errors import ConfigError
from geomap.model import Article, Mention, ToponymType
from geomap.recognizers.neural.pieces import PIECES_A_WINDOW, Shape, shape, tokens, windows
from geomap.recognizers.neural.recognizer import NeuralRecognizer
from geomap.recognizers.neural.spans import Columns, best, candidates
from geomap.recognizers.neural.tagger import MODEL, TOKENIZER, Tagger, model_folder

REPORT = (
    "ALEPPO, Syria (Wire) - Government forces shelled Aleppo and Damascus on Monday, residents said. "
    "Officials of the University of Pennsylvania flew from Ankara to Kyiv, and the Syrian army took Qaboun.\n"
)


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger()


@pytest.fixture(scope="module")
def recognizer(tagger: Tagger) -> NeuralRecognizer:
    return NeuralRecognizer(tagger)


def texts(mentions: list[Mention]) -> list[str]:
    return [mention.text for mention in mentions]


# --- words -------------------------------------------------------------------------------------


@given(st.text(max_size=300))
def test_words_lie_in_the_text_in_order(text: str) -> None:
    at = 0
    for token in tokens(text):
        assert at <= token.start < token.end <= len(text)
        assert text[token.start : token.end] == token.text
        at = token.end


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("aleppo", Shape.LOWER),
        ("Aleppo", Shape.CAPITALIZED),
        ("A", Shape.CAPITALIZED),
        ("ALEPPO", Shape.CAPITALS),
        ("McAllen", Shape.MIXED),
        ("2016", Shape.NONE),
        (",", Shape.NONE),
        ("حلب", Shape.NONE),
    ],
)
def test_the_case_of_a_word(word: str, expected: int) -> None:
    assert shape(word) == expected


def test_a_sentence_opens_after_a_stop_and_a_line_after_a_break() -> None:
    opening = [token.text for token in tokens("In Aleppo. Then Homs\nHama 3.5 km") if token.opens]
    assert opening == ["In", "Then", "Hama"]


def test_of_a_run_of_signs_the_first_eight_are_read() -> None:
    assert len(tokens("!" * 1000)) == 8
    assert [token.text for token in tokens("a" + "-" * 100 + "b")][-1] == "b"


@given(st.lists(st.tuples(st.integers(1, 12), st.booleans()), max_size=900))
def test_windows_keep_every_word_once_and_fit(words: list[tuple[int, bool]]) -> None:
    lengths = [length for length, _ in words]
    kept_until = 0
    for first, last, kept, until in windows(lengths, [opens for _, opens in words]):
        assert first <= kept < until <= last
        assert kept == kept_until
        assert sum(lengths[first:last]) <= PIECES_A_WINDOW - 2
        kept_until = until
    assert kept_until == len(words)


def test_a_window_ends_where_a_sentence_does() -> None:
    opens = [at % 50 == 0 for at in range(400)]
    cuts = list(windows([1] * 400, opens))
    assert [first for first, *_ in cuts] == [0, 150, 300]


def test_windows_overlap_within_a_long_sentence() -> None:
    cuts = list(windows([1] * 400, [at == 0 for at in range(400)]))
    assert all(later[0] < former[1] for former, later in itertools.pairwise(cuts))


# --- spans -------------------------------------------------------------------------------------


def columns(begins: list[float], goes_on: list[float]) -> Columns:
    zeros = [0.0] * len(begins)
    return Columns(begins, goes_on, zeros, zeros, zeros)


def test_candidates_are_the_likely_stretches() -> None:
    found = list(candidates(columns([0.9, 0.0, 0.5], [0.0, 0.8, 0.0])))
    assert [(span.first, span.last) for span in found] == [(0, 1), (0, 2), (2, 3)]
    assert found[1].probability == pytest.approx(0.72)


@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.integers(1, 4), st.integers(-4, 9)).map(
            lambda each: (each[0], each[0] + each[1], each[2])
        ),
        max_size=9,
    )
)
def test_the_best_do_not_overlap_and_nothing_is_worth_more(items: list[tuple[int, int, int]]) -> None:
    chosen = best(items, lambda item: item[:2], lambda item: item[2])
    assert all(former[1] <= later[0] for former, later in itertools.pairwise(chosen))
    totals = [
        sum(item[2] for item in subset)
        for subset in (
            [item for at, item in enumerate(items) if bits >> at & 1] for bits in range(1 << len(items))
        )
        if all(a[1] <= b[0] or b[1] <= a[0] for at, a in enumerate(subset) for b in subset[at + 1 :])
    ]
    assert sum(item[2] for item in chosen) == max(totals)


# --- the network -------------------------------------------------------------------------------


def test_it_finds_the_places_of_a_report(recognizer: NeuralRecognizer) -> None:
    found = texts(recognizer.recognize(Article(id="1", text=REPORT)))
    for name in ("Aleppo", "Damascus", "Pennsylvania", "Ankara", "Kyiv", "Qaboun"):
        assert name in found


def test_a_place_in_the_name_of_an_organization_is_no_literal_one(recognizer: NeuralRecognizer) -> None:
    text = "Doctors of the University of Pennsylvania signed the letter in Damascus."
    found = {m.text: m.type for m in recognizer.recognize(Article(id="1", text=text))}
    assert found["Pennsylvania"] is ToponymType.EMBEDDED_NONLITERAL
    assert found["Damascus"].literal


def test_the_dateline_is_marked(recognizer: NeuralRecognizer) -> None:
    first, *rest = recognizer.recognize(Article(id="1", text=REPORT))
    assert first.dateline
    assert not rest[-1].dateline


def test_the_same_alone_and_among_others_and_with_threads(tagger: Tagger) -> None:
    texts = [REPORT, "Nothing here.", REPORT * 30, ""]
    together = tagger.tag(texts)
    threaded = Tagger(threads=3).tag(texts)
    for text, one, other in zip(texts, together, threaded, strict=True):
        alone = tagger.tag([text])[0].probabilities
        assert (alone == one.probabilities).all()
        assert (alone == other.probabilities).all()


def test_articles_together_have_the_mentions_that_each_has(recognizer: NeuralRecognizer) -> None:
    articles = [
        Article(id="1", title="Aleppo burns", text=REPORT),
        Article(id="2", text=""),
        Article(id="3", text=REPORT * 9),
    ]
    assert recognizer.recognize_all(articles) == [recognizer.recognize(article) for article in articles]


def test_a_name_is_found_wherever_in_a_long_article_it_stands(recognizer: NeuralRecognizer) -> None:
    text = "".join(f"On day {day} the shelling reached Aleppo again. " for day in range(200))
    assert len(recognizer.recognize(Article(id="1", text=text))) == 200


def test_no_window_cuts_a_name_in_a_sentence_without_end(recognizer: NeuralRecognizer) -> None:
    text = "shells fell on New Orleans and then " * 60
    found = texts(recognizer.recognize(Article(id="1", text=text)))
    assert set(found) == {"New Orleans"}
    assert len(found) == 60


BAD = {
    "nothing": "",
    "spaces": " \t\r\n" * 1000,
    "new lines": "\n" * 100_000,
    "one word of 5 MB": "a" * 5_000_000,
    "faces": "😀" * 200_000,
    "rules": "=" * 1_000_000,
    "NUL bytes": "Aleppo\0\0Homs\0 " * 50,
    "both directions": "سقطت القذائف على حلب Aleppo قرب Homs \u202e\u200f",
    "HTML": "<p class='x'>Shelling in <b>Aleppo</b>&nbsp;&amp; <a href='http://a.b/Homs?x=1'>Homs</a></p>"
    * 9,
    "half a pair": "In Aleppo \ud83d and Homs",
    "marks alone": "\u0301" * 5000,
}


@pytest.mark.parametrize("name", BAD)
def test_bad_text_costs_seconds_and_keeps_offsets(name: str, recognizer: NeuralRecognizer) -> None:
    text = BAD[name]
    begun = time.process_time()
    found = recognizer.recognize(Article(id="1", text=text))
    assert time.process_time() - begun < 20
    assert all(text[m.start : m.end] == m.text for m in found)


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet=st.sampled_from("Aleppo Homs,.\n'-حلب😀\0<>éİß "), max_size=120))
def test_any_text_keeps_offsets_order_and_no_overlap(text: str) -> None:
    found = NeuralRecognizer(_shared()).recognize(Article(id="1", text=text))
    at = 0
    for mention in found:
        assert at <= mention.start < mention.end
        assert text[mention.start : mention.end] == mention.text
        assert 0 <= mention.score <= 1
        at = mention.end


_TAGGERS: list[Tagger] = []


def _shared() -> Tagger:
    if not _TAGGERS:
        _TAGGERS.append(Tagger())
    return _TAGGERS[0]


# --- its files ---------------------------------------------------------------------------------


def test_the_model_takes_no_more_than_30_mb() -> None:
    assert sum(path.stat().st_size for path in model_folder().iterdir()) < 30_000_000


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"places\.onnx"):
        Tagger(tmp_path)


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / MODEL).write_bytes(b"no model")
    shutil.copyfile(model_folder() / TOKENIZER, tmp_path / TOKENIZER)
    with pytest.raises(ConfigError, match="cannot be read as a model"):
        Tagger(tmp_path).tag(["Aleppo"])


def test_a_tokenizer_that_is_none_is_named(tmp_path: Path) -> None:
    shutil.copyfile(model_folder() / MODEL, tmp_path / MODEL)
    (tmp_path / TOKENIZER).write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"tokenizer\.json"):
        Tagger(tmp_path).tag(["Aleppo"])


def test_fewer_than_no_threads_are_refused() -> None:
    with pytest.raises(ConfigError, match="threads"):
        Tagger(threads=-1)


def test_the_fingerprint_tells_another_model_and_threshold(tagger: Tagger, tmp_path: Path) -> None:
    for name in (MODEL, TOKENIZER):
        shutil.copyfile(model_folder() / name, tmp_path / name)
    with (tmp_path / MODEL).open("ab") as file:
        file.write(b"\0")
    prints = {
        NeuralRecognizer(tagger).fingerprint,
        NeuralRecognizer(tagger, threshold=0.6).fingerprint,
        NeuralRecognizer(Tagger(tmp_path)).fingerprint,
    }
    assert len(prints) == 3
