"""The language of an article chooses the recognizer that reads it.

The network has read English alone. A text in another language gets the gazetteer's names, in its own script
too; a network for Arabic, say, takes its place here once there is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geomap.model import Article, Mention
from geomap.protocols import Recognizer

ENGLISH = "en"


class LanguageRecognizer:
    """Asks the recognizer of the article's language.

    `by_language` holds languages (ISO 639-1) with their recognizers; an article of no stated language counts
    as English, one of a language that is not there gets `otherwise`.
    """

    def __init__(self, by_language: Mapping[str, Recognizer], *, otherwise: Recognizer) -> None:
        self._by_language = dict(by_language)
        self._otherwise = otherwise

    @property
    def fingerprint(self) -> str:
        """The fingerprints of the recognizers with their languages."""
        parts = [f"{language}={each.fingerprint}" for language, each in sorted(self._by_language.items())]
        return ";".join([*parts, f"*={self._otherwise.fingerprint}"])

    def recognize(self, article: Article) -> Sequence[Mention]:
        """Return the mentions in text order, the title's first; within a field they do not overlap."""
        language = (article.language or ENGLISH).lower().replace("_", "-").partition("-")[0]
        return self._by_language.get(language, self._otherwise).recognize(article)
