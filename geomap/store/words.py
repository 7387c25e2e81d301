"""What a full-text query asks for: words and phrases that an article's title or text must all have.

The same words are asked of memory and of SQLite's FTS5, whose own query language stays out of reach:
`NEAR(`, `OR` and `-` are words here. Both compare without case and diacritics.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Self

_PIECES = re.compile(r'"([^"]*)"?|([^\s"]+)')
_TOKENS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow each other; with `prefix` the last one may go on."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The phrases of a query; without any, nothing fits."""

    phrases: tuple[Phrase, ...]

    @classmethod
    def of(cls, query: str) -> Self:
        """Read words, "phrases" and beginnings* ."""
        found = []
        for quoted, word in _PIECES.findall(query):
            words = tokens(quoted or word)
            if words:
                found.append(Phrase(words, prefix=word.endswith("*")))
        return cls(tuple(found))

    def match(self) -> str:
        """Return the expression for FTS5; it is empty without any phrase."""
        return " AND ".join(
            f'"{" ".join(phrase.words)}"{" *" if phrase.prefix else ""}' for phrase in self.phrases
        )

    def fit(self, *fields: str) -> bool:
        """Tell whether each phrase is in one of the texts."""
        held = [tokens(field) for field in fields]
        return bool(self.phrases) and all(
            any(_holds(words, phrase) for words in held) for phrase in self.phrases
        )


def tokens(text: str) -> tuple[str, ...]:
    """Return the runs of letters and digits, in lower case and, in Latin script, without diacritics."""
    return tuple(_TOKENS.findall(text.translate(_FOLDED)))


class _Folding(dict[int, str | None]):
    """Code points to what stands for them, as SQLite's `unicode61 remove_diacritics 2` folds them.

    In other scripts a letter with a mark is another letter, and Hangul stays composed.
    """

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        base = unicodedata.normalize("NFD", char)[0]
        folded = base if base.isascii() else char
        lower = folded.casefold()
        self[code] = None if code in _MARKS else lower if len(lower) == 1 else folded
        return self[code]


_MARKS = range(0x300, 0x332)
"""The combining marks of Latin script; others divide words, as they do for SQLite."""

_FOLDED = _Folding()


def _holds(words: tuple[str, ...], phrase: Phrase) -> bool:
    *first, last = phrase.words
    width = len(phrase.words)
    for at in range(len(words) - width + 1):
        if list(words[at : at + width - 1]) == first:
            found = words[at + width - 1]
            if found == last or (phrase.prefix and found.startswith(last)):
                return True
    return False
