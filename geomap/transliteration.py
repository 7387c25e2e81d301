"""Names of other scripts in Latin letters, and the sound of a name, where spellings of one name meet.

`to_latin` writes Arabic, Persian, Urdu, Pashto, Kurdish and Hebrew letters by the table below, every
other script (Cyrillic, Greek, Armenian, Georgian, Ethiopic, Chinese ...) with anyascii. The sound of a
name is a short key of classes of consonants: voiced and voiceless, plain and emphatic ones are one (b/p,
t/th/d/dh, s/sh/ch/z/zh/j, k/kh/q/g/gh/h); vowels are left out except at the beginning, v and w except
before a vowel, and so is the Arabic article: "Deir al-Zor", "Dayr az-Zawr" and "دير الزور" have one sound.
It joins many names that differ, so it finds names and decides nothing; the plain spelling beside it keeps
more, to compare them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from geomap.text import ARABIC_ARTICLES, fold

# Letters as English-language news and maps of the UN write them: BGN/PCGN's systems for Arabic (1956),
# Persian (1958), Pashto (1968), Urdu (2007), Kurdish (2007) and Hebrew (1962), without their marks. anyascii
# has nothing for ayin, "h" for the feminine ending, and "v" for bet.
_LETTERS = str.maketrans(
    {
        "ا": "a", "أ": "a", "إ": "i", "آ": "a", "ٱ": "a", "ى": "a", "ع": "a", "ء": "", "ئ": "y",
        "ؤ": "w", "ب": "b", "پ": "p", "ت": "t", "ٹ": "t", "ټ": "t", "ث": "th", "ج": "j", "چ": "ch",
        "څ": "ts", "ځ": "dz", "ح": "h", "خ": "kh", "د": "d", "ډ": "d", "ڈ": "d", "ذ": "dh", "ر": "r",
        "ړ": "r", "ڑ": "r", "ڕ": "r", "ز": "z", "ژ": "zh", "ږ": "zh", "س": "s", "ش": "sh", "ښ": "sh",
        "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "غ": "gh", "ف": "f", "ڤ": "v", "ق": "q", "ك": "k",
        "ک": "k", "گ": "g", "ګ": "g", "ڭ": "ng", "ل": "l", "ڵ": "l", "م": "m", "ن": "n", "ں": "n",
        "ڼ": "n", "ه": "h", "ھ": "h", "ہ": "h", "ۀ": "e", "ة": "a", "و": "w", "ۆ": "o", "ۇ": "u",
        "ۈ": "u", "ۋ": "v", "ي": "y", "ی": "y", "ې": "e", "ۍ": "i", "ێ": "e", "ے": "e", "ە": "e",
        "ـ": "", "\u200c": " ", "\u200d": "", "\u200e": "", "\u200f": "", "א": "a", "ב": "b", "ג": "g",
        "ד": "d", "ה": "h", "ו": "v", "ז": "z", "ח": "h", "ט": "t", "י": "y", "כ": "k", "ך": "kh",
        "ל": "l", "מ": "m", "ם": "m", "נ": "n", "ן": "n", "ס": "s", "ע": "a", "פ": "p", "ף": "f",
        "צ": "ts", "ץ": "ts", "ק": "k", "ר": "r", "ש": "sh", "ת": "t", "׳": "", "״": "", "־": " ",
    }
)  # fmt: skip
_ARABIC_ARTICLE = re.compile(r"(?<!\w)ال(?=\w{2})")
_INNER_H = re.compile(r"(?<=\w)(?=[هحہהח])")
"""Before an h that would be read together with the consonant before it: "سهل" is Sahl, not Shl."""
_MATRES = re.compile(r"(?<=[א-ת])ו(?=[א-ת])")
_WITHOUT_VOWELS = re.compile("[\u0590-\u06ff]")
_LATIN_ENDS = 0x0250
"""Below this code point all letters are Latin ones, which `fold` makes plain."""


def is_latin(name: str) -> bool:
    """Tell whether a name holds no letter but Latin ones."""
    return max(name, default="") < chr(_LATIN_ENDS)


def lacks_vowels(name: str) -> bool:
    """Tell whether a name stands in a script that leaves out short vowels."""
    return _WITHOUT_VOWELS.search(name) is not None


@lru_cache(maxsize=4096)
def to_latin(name: str) -> str:
    """Return the name in Latin letters; a name of Latin letters stays as it is.

    Short vowels, which Arabic and Hebrew do not write, are missing from what comes out.
    """
    if is_latin(name):
        return name
    text = unicodedata.normalize("NFC", name)
    if lacks_vowels(text):
        text = "".join(char for char in text if unicodedata.category(char) != "Mn")
        text = _INNER_H.sub("a", _ARABIC_ARTICLE.sub("al ", text))
        text = _MATRES.sub("o", text.replace("וו", "v")).translate(_LETTERS)
    return _with_anyascii(text)


def plain_latin(name: str) -> str:
    """Return the folded name in Latin letters; folding makes Greek letters of signs such as µ."""
    latin = fold(to_latin(name))
    return latin if is_latin(latin) else fold(to_latin(latin))


def _with_anyascii(text: str) -> str:
    if is_latin(text):
        return text
    from anyascii import anyascii

    return "".join(char if ord(char) < _LATIN_ENDS else str(anyascii(char)) for char in text)


_SPELLED = {
    "tsch": "č", "dsch": "j", "shch": "š", "sch": "š", "tch": "č", "dzh": "j", "sh": "š", "sz": "š",
    "cz": "č", "dj": "j", "dz": "z", "zh": "ž", "ch": "č", "kh": "x", "gh": "ğ", "th": "þ", "dh": "ð",
    "ph": "f", "ts": "ç", "tz": "ç", "ck": "k", "ce": "si", "ci": "si", "cy": "si", "c": "k",
}  # fmt: skip
"""Letters that stand for one sound in English, French, German or Polish spelling, to a letter for it."""
_SPELLING = re.compile("|".join(sorted(_SPELLED, key=len, reverse=True)))
_SPOKEN_W = re.compile(r"^[vw]|v(?=[aeiouy])|w(?=[aeiy]|o(?![ou]))|(?:ou|u)(?=[aeiy])")
_VOWELS = str.maketrans("eowyv", "iuuiu")
_VOWEL_RUNS = re.compile(r"([ai]*u)[aiu]*|(a*i)[ai]*|([^aiu])\3+|a+")
_CLASSES = str.maketrans(
    {
        **dict.fromkeys("aiu"), "W": "w", **dict.fromkeys("bp", "b"), **dict.fromkeys("tdþð", "t"),
        **dict.fromkeys("sšzžčçj", "s"), **dict.fromkeys("kqgğxh", "k"),
    }
)  # fmt: skip
SOUND_LETTERS = "abfklmnrstw"
"""The letters of a sound; digits stand for themselves."""


class Sound(NamedTuple):
    """The sound of a name, and its spelling made plain, by which names of like sound are compared."""

    key: str
    spelling: str


@lru_cache(maxsize=16384)
def sound(name: str) -> Sound:
    """Return the sound of a name of any script; both parts are empty where it holds no letter or digit."""
    return _sound("".join(_words(plain_latin(name))))


def sound_key(name: str) -> str:
    """Return the sound of a name: what the table `sound` of a gazetteer file holds for it."""
    return sound(name).key


_GLUED_ARTICLE = re.compile(r"^[ae](?:l(?=[^aeiouy]..)|(sh|[tdrznsl])(?=\1..))")
_OTHER_READINGS = (
    (re.compile(r"(?<![st])ch"), "kh"),  # German, Polish: Wolnowacha, Chan Junis
    (re.compile(r"c(?=[aou])"), "j"),  # Turkish, Kurdish, Somali: Menbic, Cabir
    (re.compile(r"(?<!d)j"), "y"),  # German, Polish, Serbian: Kirjat, Mukdadija
    (re.compile(r"x"), "ks"),
    (_GLUED_ARTICLE, ""),  # Elbab, Azzawiya, Errachidia
)
_MARKED = str.maketrans(
    {**dict.fromkeys("şšșś", "sh"), **dict.fromkeys("çčć", "ch"), **dict.fromkeys("žżź", "zh"), "ğ": "gh"}
)
"""Marks that change the sound, and that `fold` takes away."""


def other_sounds(name: str) -> list[Sound]:
    """Return what a name sounds like where its letters are read as in languages that use them otherwise."""
    text = "".join(_words(plain_latin(name)))
    marked = unicodedata.normalize("NFC", name.lower()).translate(_MARKED)
    read = [pattern.sub(letters, text) for pattern, letters in _OTHER_READINGS]
    read.append("".join(_words(plain_latin(marked))))
    found = dict.fromkeys(_sound(reading) for reading in read if reading != text)
    return [each for each in found if each != _sound(text)]


def _words(folded: str) -> list[str]:
    """Return the words of a folded name without Arabic articles and without the mute h at their end."""
    words = folded.split()
    if len(words) > 1:
        words = [word for word in words if word not in ARABIC_ARTICLES] or words
    return [word[:-1] if word.endswith(("ah", "eh")) else word for word in words]


def _sound(text: str) -> Sound:
    spelling = _spelling(text)
    first = "a" if spelling[:1] in ("a", "i", "u") else ""
    return Sound(first + spelling.translate(_CLASSES), spelling)


def _spelling(text: str) -> str:
    """Return a name as one word in which each sound is one letter, and runs of vowels are a, i or u."""
    text = _SPELLING.sub(lambda match: _SPELLED[match.group()], _SPOKEN_W.sub("W", text))
    return _VOWEL_RUNS.sub(_one_letter, text.translate(_VOWELS))


def _one_letter(match: re.Match[str]) -> str:
    rounded, front, doubled = match.groups()
    if doubled:
        return doubled
    return "u" if rounded else "i" if front else "a"
