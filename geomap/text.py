"""Text without altering it: folding of names, words with their offsets, sentences.

`fold` is the one key under which names are stored and looked up, so both sides always agree.
`romanize` is a coarser second key for names romanized from Arabic script (al-/el-/ez-, ou/u,
q/k/g, dh/z, -iyya/-iyah): Deir al-Zor and Dayr az Zawr meet there. It joins names that differ,
so it is asked only for words that no other name explains.
Offsets are code points of the text as given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_LETTERS = str.maketrans(
    {
        "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "ħ": "h", "ŧ": "t", "þ": "th",
        "æ": "ae", "œ": "oe", "ə": "a", "ß": "ss",
        "'": "", "’": "", "‘": "", "ʻ": "", "ʼ": "", "`": "", "´": "", "ʿ": "", "ʾ": "",
        "ʹ": "", "ʺ": "", "′": "", "&": " and ",
    }
)  # fmt: skip
_NOT_WORD = re.compile(r"[\W_]+")
_EXPANDED = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
_MARKS = frozenset({"Mn", "Me"})


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """Return the key of a name: lower case, no marks, no punctuation, single spaces, no leading "the".

    "St.", "Mt." and "Ft." are written out. Empty for a name without letters or digits.
    """
    folded = name.casefold()
    if not folded.isascii():
        folded = "".join(
            char for char in unicodedata.normalize("NFKD", folded) if unicodedata.category(char) not in _MARKS
        ).casefold()
    words = _NOT_WORD.sub(" ", folded.translate(_LETTERS)).split()
    if len(words) > 1:
        words = [expand(word) for word in words]
        if words[0] == "the":
            del words[0]
    return " ".join(words)


def expand(word: str) -> str:
    """Return "saint" for "st", "mount" for "mt", "fort" for "ft", any other folded word as it is."""
    return _EXPANDED.get(word, word)


# Before these letters the l of the Arabic article is assimilated ("sun letters"), hence ad-, as-, ez-.
ARABIC_ARTICLES = frozenset(
    "al el ul il ad ed ud ar er as es at et an en az ez ash esh ath adh edh".split()  # noqa: SIM905
)
_ROMANIZATION = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?:i+y+|iy|y)(?:ah|eh|a|e)$", "ia"),
        (r"(?:ah|eh|e)$", "a"),
        (r"ou|oo|aw|au|ow", "u"),
        (r"ay|ai|ei|ey|ee", "i"),
        (r"dj", "j"),
        (r"tch|ch", "sh"),
        (r"gh|kh|q|g", "k"),
        (r"dh", "z"),
        (r"th", "t"),
        (r"ph", "f"),
        (r"w", "u"),
        (r"y", "i"),
        (r"o", "u"),
        (r"e", "i"),
        (r"p", "b"),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=65536)
def romanize(name: str) -> str:
    """Return the coarse key of a name romanized from Arabic script.

    The article, however assimilated, becomes "al". Costs: unlike names such as Karak and Qarah-ak
    may meet, so a match of this key is weak evidence.
    """
    words = fold(name).split()
    return " ".join("al" if word in ARABIC_ARTICLES else _romanize_word(word) for word in words)


def _romanize_word(word: str) -> str:
    for pattern, replacement in _ROMANIZATION:
        word = pattern.sub(replacement, word)
    return word


_SCRIPTS = {
    "ARABIC": "Arab", "ARMENIAN": "Armn", "BENGALI": "Beng", "CJK": "Hani", "CYRILLIC": "Cyrl",
    "DEVANAGARI": "Deva", "ETHIOPIC": "Ethi", "GEORGIAN": "Geor", "GREEK": "Grek", "GUJARATI": "Gujr",
    "GURMUKHI": "Guru", "HANGUL": "Hang", "HEBREW": "Hebr", "HIRAGANA": "Hira", "KANNADA": "Knda",
    "KATAKANA": "Kana", "KHMER": "Khmr", "LAO": "Laoo", "MALAYALAM": "Mlym", "MYANMAR": "Mymr",
    "ORIYA": "Orya", "SINHALA": "Sinh", "SYRIAC": "Syrc", "TAMIL": "Taml", "TELUGU": "Telu", "THAANA": "Thaa",
    "THAI": "Thai", "TIBETAN": "Tibt", "TIFINAGH": "Tfng",
}  # fmt: skip
"""First word of a letter's Unicode name to the ISO 15924 code of its script."""


def script_tag(text: str) -> str:
    """Return the BCP 47 tag of a text of which only the script tells something ("und-Arab"), "" for Latin."""
    if text.isascii():
        return ""
    first = next((char for char in text if char.isalpha() and not char.isascii()), "")
    script = _SCRIPTS.get(unicodedata.name(first, "?").split()[0]) if first else None
    return f"und-{script}" if script else ""


NO_GAP, COMMA, BREAK = 0, 1, 2
"""What may stand between two words: nothing that parts a name, a comma, anything that ends a phrase."""


class Word(NamedTuple):
    """A word of a text: half-open code points, the text itself, its folded form.

    `gap` says what stands between the word before and this one: NO_GAP (a space, a hyphen: a name
    may go on), COMMA, or BREAK (the end of a phrase or sentence).
    """

    start: int
    end: int
    text: str
    folded: str
    gap: int
    sentence_start: bool


_WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}|[A-Z]\.[A-Z][a-z](?=\.)|[^\W_]+(?:['’ʼʻ`](?!(?:s|S|ve|re|ll|d|m)\b)[^\W_]+)*",
    re.UNICODE,
)
_SOFT_DOT = frozenset(
    "st ste mt ft mr mrs ms dr gen col maj capt lt cpl sgt sen rep gov pres prof rev hon fr sr".split()  # noqa: SIM905
)
_SENTENCE_END = re.compile(r"[.!?…]['\"”’»)\]]*\s|\n\s*\n")
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr gen col maj capt lt sgt sen rep gov pres prof rev st ste mt ft no vs jan feb mar apr jun "  # noqa: SIM905
    "jul aug sep sept oct nov dec inc corp co ltd dept univ ave blvd rd jr sr u.s u.n u.k d.c a.m p.m e.g "
    "i.e ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich minn miss mo mont neb nev "
    "okla ore pa tenn tex vt va wash wis wyo n.c n.d n.h n.j n.m n.y r.i s.c s.d w.va".split()
)


def words(text: str) -> list[Word]:
    """Return the words of a text in order, with what separates them."""
    found: list[Word] = []
    position = 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        between = text[position:start]
        raw = match.group()
        previous = found[-1] if found else None
        gap, new_sentence = _gap(between, previous, raw)
        found.append(Word(start, end, raw, fold(raw), gap, new_sentence))
        position = end
    return found


_STARTS_SENTENCE = re.compile(r"[.!?…]['\"”’»)\]]*(?:\s|$)|[:“\"\n]")
_SOFT_GAPS = frozenset({" ", "-", "‐", "\u2011", "\u00a0", "\n", "\r\n"})


def _gap(between: str, previous: Word | None, following: str) -> tuple[int, bool]:
    if previous is None:
        return BREAK, True
    if between in _SOFT_GAPS:
        return NO_GAP, False
    if between in {"'s ", "’s ", "'s", "’s"}:
        return BREAK, False
    if between == ", ":
        return COMMA, False
    if between.startswith(".") and between[1:].strip() == "" and between.count("\n") < 2:  # noqa: PLR2004
        lower = previous.text.lower()
        if lower in _SOFT_DOT:
            return NO_GAP, False
        if len(previous.text) == 1 or lower.rstrip(".") in _ABBREVIATIONS:
            return BREAK, False
        return BREAK, following[0].isupper() or not following[0].isalpha()
    if previous.text.endswith(".") and between.isspace() and between.count("\n") < 2:  # noqa: PLR2004
        return NO_GAP, False
    return BREAK, _STARTS_SENTENCE.search(between) is not None


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield half-open spans of sentences, without the white space around them, in text order."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if not match.group().startswith("\n") and _is_abbreviation(text, match.start()):
            continue
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _is_abbreviation(text: str, dot: int) -> bool:
    if text[dot] != ".":
        return False
    word = re.search(r"[\w.]+$", text[max(0, dot - 12) : dot])
    if word is None:
        return False
    token = word.group().lower()
    return token in _ABBREVIATIONS or (len(token) == 1 and token.isalpha())


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if left < right:
        yield start + left, start + right
