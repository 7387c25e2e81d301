"""Folding of names, words with their offsets, sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.text import ARABIC_ARTICLES, expand, fold, romanize, sentence_spans, words

_PIECES = st.sampled_from(
    ["Aleppo", "U.S.", "N.Y.", "al-", "'s", "’s", " ", "\n", "\n\n", ", ", ". ", "! ", "? ", "…", "Mr. ",
     "St. ", "I've", "\x00", "\ufeff", "é", "e\u0301", "ß", "İ", "حلب", "北京", "-", "—", "(", ")", "\r\n",
     "7", "1,200"]
)  # fmt: skip
_ANY = st.one_of(st.text(max_size=120), st.lists(_PIECES, max_size=25).map("".join))


# --- fold ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Aleppo", "aleppo"),
        ("ALEPPO", "aleppo"),
        ("São Paulo", "sao paulo"),
        ("Zu\u0308rich", "zurich"),
        ("Łódź", "lodz"),
        ("Tromsø", "tromso"),
        ("Đà Nẵng", "da nang"),
        ("Diyarbakır", "diyarbakir"),
        ("Straße", "strasse"),
        ("Deir ez-Zor", "deir ez zor"),
        ("Deir ez‑Zor", "deir ez zor"),
        ("N'Djamena", "ndjamena"),
        ("N’Djamena", "ndjamena"),
        ("Sana‘a", "sanaa"),
        ("the Hague", "hague"),
        ("The Gambia", "gambia"),
        ("The", "the"),
        ("St. Louis", "saint louis"),
        ("St Louis", "saint louis"),
        ("Mt. Everest", "mount everest"),
        ("Ft. Worth", "fort worth"),
        ("St.", "st"),
        ("U.S.", "u s"),
        ("Washington, D.C.", "washington d c"),
        ("Trinidad & Tobago", "trinidad and tobago"),
        ("  New \t York\n", "new york"),
        ("حلب", "حلب"),
        ("Москва", "москва"),
        ("東京", "東京"),
        ("", ""),
        ("—'’ .", ""),
        ("\x00", ""),
    ],
)
def test_fold_gives_the_key_of_a_name(name: str, key: str) -> None:
    assert fold(name) == key


def test_fold_reads_u_s_with_and_without_dots_as_two_keys() -> None:
    """What joins them is the table of abbreviations, not the folding."""
    assert fold("U.S.") != fold("US")


@given(_ANY)
def test_fold_is_idempotent_but_for_a_second_article(name: str) -> None:
    once = fold(name)
    assert fold(once) == once or once.startswith("the ") or once.split(" ")[0] in {"st", "ste", "mt", "ft"}


@given(_ANY)
def test_fold_leaves_single_spaces_and_no_punctuation(name: str) -> None:
    folded = fold(name)
    assert folded == " ".join(folded.split(" ")).strip()
    assert not set(folded) & set(".,;:!?'\"-_()’\n\t")


@given(st.text(alphabet=st.characters(max_codepoint=0x17F), max_size=40))
def test_fold_ignores_case_of_latin_letters(name: str) -> None:
    assert fold(name.lower()) == fold(name.lower().casefold())


@pytest.mark.parametrize(
    ("word", "whole"), [("st", "saint"), ("mt", "mount"), ("ft", "fort"), ("la", "la"), ("", "")]
)
def test_expand_writes_short_words_out(word: str, whole: str) -> None:
    assert expand(word) == whole


# --- romanize --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spellings",
    [
        ("Deir al-Zor", "Deir ez-Zor", "Dayr az Zawr", "Deir ez-Zour", "Deir Al Zor", "Dayr al-Zour"),
        ("Qaboun", "Qabun", "Kaboun", "Gaboun"),
        ("al-Qaboun", "Al Kabun", "el-Qaboun"),
        ("Masharqa", "Masharqah", "Masharka"),
        ("Douma", "Duma", "Douma"),
        ("Salahiyya", "Salahiyah", "Salahiya"),
        ("ash-Shaykh", "al-Sheikh", "Al Shaikh"),
        ("Tadhif", "Tazif"),
        ("al-Raqqa", "ar-Raqqah", "Ar Raqqah"),
    ],
)
def test_romanize_joins_spellings_of_one_arabic_name(spellings: tuple[str, ...]) -> None:
    assert len({romanize(name) for name in spellings}) == 1


@pytest.mark.parametrize(("first", "second"), [("Homs", "Hama"), ("Idlib", "Irbid"), ("Jobar", "Jarabulus")])
def test_romanize_keeps_other_names_apart(first: str, second: str) -> None:
    assert romanize(first) != romanize(second)


@pytest.mark.parametrize("article", sorted(ARABIC_ARTICLES))
def test_romanize_knows_every_form_of_the_article(article: str) -> None:
    assert romanize(f"{article}-Bab") == romanize("al-Bab")


@given(_ANY)
def test_romanize_never_fails(name: str) -> None:
    assert romanize(name) == romanize(fold(name)) or "the" in fold(name).split()


# --- words -----------------------------------------------------------------------------------


def _texts(text: str) -> list[str]:
    return [word.text for word in words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Trucks reached Aleppo.", ["Trucks", "reached", "Aleppo"]),
        ("Syria's roads", ["Syria", "s", "roads"]),
        ("Syria’s roads", ["Syria", "s", "roads"]),
        ("the U.S. and W.Va.", ["the", "U.S.", "and", "W.Va"]),
        ("N'Djamena", ["N'Djamena"]),
        ("US-Russia", ["US", "Russia"]),
        ("Deir al-Zor", ["Deir", "al", "Zor"]),
        ("I've", ["I", "ve"]),
        ("don't", ["don't"]),
        ("", []),
        (" —, ", []),
        ("1,200 houses", ["1", "200", "houses"]),
    ],
)
def test_words_are_these(text: str, expected: list[str]) -> None:
    assert _texts(text) == expected


@given(_ANY)
def test_words_quote_the_text_in_order(text: str) -> None:
    end = 0
    for word in words(text):
        assert end <= word.start < word.end
        assert text[word.start : word.end] == word.text
        assert word.folded == fold(word.text)
        assert word.gap in {0, 1, 2}
        end = word.end


@given(_ANY)
def test_no_letter_is_left_out(text: str) -> None:
    covered = {at for word in words(text) for at in range(word.start, word.end)}
    assert [text[at] for at in range(len(text)) if text[at].isalpha() and at not in covered] == []


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        ("New York", [2, 0]),
        ("US-Russia", [2, 0]),
        ("Paris, Texas", [2, 1]),
        ("left. Paris", [2, 2]),
        ("St. Louis", [2, 0]),
        ("Syria's army", [2, 2, 0]),
        ("New\nYork", [2, 0]),
        ("New\n\nYork", [2, 2]),
        ("Aleppo (Syria)", [2, 2]),
    ],
)
def test_gap_says_what_stands_between(text: str, gaps: list[int]) -> None:
    assert [word.gap for word in words(text)] == gaps


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("They left. Nobody stayed", ["They", "Nobody"]),
        ("He said: Go", ["He", "Go"]),
        ("It rains\n\nin Paris", ["It", "in"]),
        ("Mr. London spoke", ["Mr"]),
        ("the U.S. army", ["the"]),
        ("St. Louis is", ["St"]),
        ("Why? “Because", ["Why", "Because"]),
    ],
)
def test_sentence_starts_are_marked(text: str, starts: list[str]) -> None:
    assert [word.text for word in words(text) if word.sentence_start] == starts


# --- sentences -------------------------------------------------------------------------------


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It rained. They left.", ["It rained.", "They left."]),
        ("“It rained.” They left.", ["“It rained.”", "They left."]),
        ("Mr. London came from St. Louis. He left.", ["Mr. London came from St. Louis.", "He left."]),
        ("The U.S. army left.", ["The U.S. army left."]),
        ("It moved to Reading, Pa. last year.", ["It moved to Reading, Pa. last year."]),
        ("A headline without a stop\n\nIt rained.", ["A headline without a stop", "It rained."]),
        ("One line\nof a paragraph.", ["One line\nof a paragraph."]),
        ("Why? Because! Well…", ["Why?", "Because!", "Well…"]),
        ("It cost 3.5 million.", ["It cost 3.5 million."]),
        ("", []),
        (" \n\n ", []),
        ("no stop", ["no stop"]),
    ],
)
def test_sentences_are_these(text: str, sentences: list[str]) -> None:
    assert _sentences(text) == sentences


@given(_ANY)
def test_sentences_cover_all_but_white_space_in_order(text: str) -> None:
    end = 0
    for start, stop in sentence_spans(text):
        assert end <= start < stop
        assert text[end:start].strip() == ""
        assert text[start:stop] == text[start:stop].strip()
        end = stop
    assert text[end:].strip() == ""
