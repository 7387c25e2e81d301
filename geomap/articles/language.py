"""The language of an article that names none: English by its function words, else by py3langid.

English is settled first and cheaply, because it is what the rest of geomap reads, and because a model
of letters takes English full of Arabic or French names for something else. Only then is the model
loaded (about a second, once) and asked, among the languages of ISO 639-1. Short or mixed texts
stay without a language rather than with a wrong one.

Source: Lui and Baldwin, "langid.py: An Off-the-shelf Language Identification Tool", ACL 2012.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections import Counter
from typing import TYPE_CHECKING

from geomap.model import Article

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

DETECTED = "detected_language"

_READ_CHARACTERS = 500
# In UTF-8: a Chinese character says as much as three letters.
_LEAST_BYTES = 20
# Tuned on sentences of news in 14 languages (2026-11): below it short texts of one language are taken for
# its neighbors. Costs some short texts their language.
_LEAST_PROBABILITY = 0.9
# Function words of English that no other language written in Latin letters has among its frequent words:
# not "in", "on", "a", "is", "was", "of", "for", "at", "he", which German, Dutch, Danish and others have.
_ENGLISH = frozenset(
    """
    the and that with from said were have has been by its which their this would they his her who after are be
    it not as but will into when than there where about over between during while through
    """.split()  # noqa: SIM905
)
# English news has 15 to 25 in 100 words; lists of names have few. Costs: a text in another language that
# quotes English for more than half of its length.
_ENGLISH_SHARE = 0.1
_ENGLISH_LEAST = 3
_WORD = re.compile(r"[^\W\d_]+")


def with_language(article: Article) -> Article:
    """Return the article with the language it is in, flagged, where it named none and it is clear."""
    if article.language:
        return article
    language = detect(f"{article.title}\n{article.text[:_READ_CHARACTERS]}")
    if language is None:
        return article
    return dataclasses.replace(article, language=language, flags=tuple(sorted({*article.flags, DETECTED})))


def detect(text: str) -> str | None:
    """Return the language of the first characters of a text (ISO 639-1), or None if it is not clear."""
    text = text[:_READ_CHARACTERS]
    words = _WORD.findall(text)
    if _is_english(words):
        return "en"
    if len("".join(words).encode(errors="replace")) < _LEAST_BYTES:
        return None
    language: str
    language, probability = _identifier().classify(" ".join(words))
    # Names mislead: the words that do not begin with a capital letter have to say the same.
    common = " ".join(word for word in words if not word[0].isupper())
    if probability < _LEAST_PROBABILITY or _identifier().classify(common)[0] != language:
        return None
    return language


def _is_english(words: list[str]) -> bool:
    counts = Counter(word for word in map(str.lower, words) if word in _ENGLISH)
    return len(counts) >= _ENGLISH_LEAST and counts.total() >= _ENGLISH_SHARE * len(words)


@functools.cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    # Its codes of three letters are dialects and small languages, which take votes from the large ones.
    identifier.set_languages([label for label in identifier.labels if len(label) == 2])  # noqa: PLR2004
    return identifier
