"""Names of other scripts in Latin letters, and the sound where spellings of one name meet."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.text import fold
from geomap.transliteration import (
    SOUND_LETTERS,
    is_latin,
    lacks_vowels,
    other_sounds,
    sound,
    sound_key,
    to_latin,
)

_NAMES = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="abcdefghijklmnopqrstuvwxyz -'", max_size=30),
    st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويةىء ", max_size=20),
    st.text(alphabet="абвгґдеєжзиіїйклмнопрстуфхцчшщьюя ", max_size=20),
)


# --- Latin letters ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Kafr Nabl", "Kafr Nabl"),
        ("Şırnak", "Şırnak"),
        ("", ""),
        ("حلب", "hlb"),
        ("دير الزور", "dyr al zwr"),
        ("خان شيخون", "khan shykhwn"),
        ("مَدِينَة", "mdyna"),
        ("سهل", "sahl"),
        ("تهران", "tahran"),
        ("مزار شریف", "mzar shryf"),
        ("پشاور", "pshawr"),
        ("چابهار", "chabahar"),
        ("סחנין", "sahnyn"),
        ("תל אביב", "tl abyb"),
        ("נהרייה", "nahryyah"),
        ("Харьков", "Khar'kov"),
        ("Київ", "Kiiv"),
        ("Θεσσαλονίκη", "Thessaloniki"),
        ("თბილისი", "tbilisi"),
    ],
)
def test_to_latin_writes_a_name_in_latin_letters(name: str, latin: str) -> None:
    assert to_latin(name) == latin


@pytest.mark.parametrize("name", ["北京", "평양", "アレッポ", "മുംബൈ", "ရန်ကုန်", "አዲስ አበባ", "Ереван", "Երևան"])
def test_to_latin_leaves_no_letter_of_another_script(name: str) -> None:
    assert fold(to_latin(name)).isascii()


def test_short_vowels_are_missing_in_arabic_and_hebrew_alone() -> None:
    assert lacks_vowels("حلب")
    assert lacks_vowels("חיפה")
    assert not lacks_vowels("Харьков")
    assert not lacks_vowels("Haifa")


def test_latin_letters_are_told_from_others() -> None:
    assert is_latin("Łódź")
    assert is_latin("")
    assert not is_latin("Москва")


# --- one sound -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spellings",
    [
        ["Deir al-Zor", "Deir ez-Zor", "Dayr az-Zawr", "Dair az-Zour", "Dêra Zorê", "دير الزور"],
        ["Kafr Nabl", "Kafranbel", "Kafrnabel", "Kefr Nebl", "كفر نبل"],
        ["Khan Shaykhun", "Khan Cheikhoun", "Han Şeyhun", "خان شيخون"],
        ["Hodeida", "Al Hudaydah", "Hodeïda", "Hudeidah", "الحديدة"],
        ["Suwayda", "Soueïda", "As-Suweida", "السويداء"],
        ["Zawiya", "Zaouia", "Az-Zawiyah", "الزاوية"],
        ["Ouarzazat", "Warzazat"],
        ["Tartus", "Tartous", "Ṭarṭūs"],
        ["Zaporizhzhia", "Zaporijjia", "Zaporozhye", "Запоріжжя", "Запорожье"],
        ["Severodonetsk", "Sievierodonetsk", "Sewerodonetsk", "Сєвєродонецьк"],
        ["Luhansk", "Lugansk", "Louhansk", "Луганск"],
        ["Makiivka", "Makeevka", "Makeyevka"],
        ["Beersheba", "Be'er Sheba", "Bi'r as-Sab'", "באר שבע"],
        ["Busan", "Pusan"],
        ["Daegu", "Taegu"],
        ["Kandahar", "Qandahar", "قندهار"],
        ["Peshawar", "Pechawar", "Pishavar", "Пешавар"],
        ["Tehran", "Teheran", "Téhéran", "تهران"],
        ["Thessaloniki", "Tessaloniki", "Θεσσαλονίκη"],
    ],
    ids=lambda spellings: spellings[0],
)
def test_spellings_of_one_name_have_one_sound(spellings: list[str]) -> None:
    assert {sound_key(spelling) for spelling in spellings} == {sound_key(spellings[0])}


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Aleppo", "Lepo"),
        ("Homs", "Hama"),
        ("Mosul", "Moscow"),
        ("Wadi", "Adi"),
        ("Sana'a", "Sanaag"),
        ("Tartus", "Tortosa Tower"),
        ("Idlib", "Irbil"),
        ("T4", "T5"),
    ],
)
def test_names_that_differ_have_another_sound(name: str, other: str) -> None:
    assert sound_key(name) != sound_key(other)


def test_names_of_one_sound_keep_their_spelling() -> None:
    assert sound("Hama").key == sound("Gomo").key
    assert sound("Hama").spelling != sound("Gomo").spelling


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Wolnowacha", "Volnovakha"),
        ("Chan Cheikhoun", "Khan Kheikhun"),
        ("Mukdadija", "Muqdadiya"),
        ("Elbab", "Bab"),
        ("Azzawiya", "Zawiya"),
        ("Errachidia", "Rashidiya"),
        ("Cabir", "Jabir"),
        ("Haçkay", "Hachkay"),
        ("Felix", "Feliks"),
    ],
)
def test_other_readings_are_those_of_other_languages(name: str, meant: str) -> None:
    assert sound_key(meant) in {each.key for each in other_sounds(name)}


@pytest.mark.parametrize("name", ["Aleppo", "Elba", "Alba", "Erie", "Tartus", ""])
def test_a_name_of_one_reading_has_no_other(name: str) -> None:
    assert other_sounds(name) == []


@pytest.mark.parametrize("name", ["", " ", "—", "'", "\x00"])
def test_what_holds_no_letter_has_no_sound(name: str) -> None:
    assert sound(name) == ("", "")


def test_an_article_alone_is_a_name() -> None:
    assert sound_key("Al") == "al"
    assert sound_key("Al Al") == "all"


# --- laws ------------------------------------------------------------------------------------


@given(name=_NAMES)
def test_a_name_and_its_folded_form_have_one_sound(name: str) -> None:
    if is_latin(name):
        assert sound_key(fold(name)) == sound_key(name)


@given(name=_NAMES)
def test_a_sound_is_made_of_its_letters_and_the_same_each_time(name: str) -> None:
    key = sound_key(name)
    letters = {char for char in key if char.isascii() and char.isalpha()}
    assert letters <= set(SOUND_LETTERS)
    assert sound.__wrapped__(name).key == key
    assert all(isinstance(each.key, str) for each in other_sounds(name))


def test_transliteration_imports_nothing_heavy() -> None:
    code = (
        "import sys; from geomap.transliteration import sound; sound('Aleppo'); sound('حلب');"
        "sys.exit('anyascii' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
