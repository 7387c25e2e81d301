"""What an article says around a match: the persons it names, the words it writes small, the headline case.

Persons are remembered over the whole article, so that "Power" alone is no place after "Samantha Power".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from geomap import lexicon
from geomap.model import Article, Field
from geomap.protocols import NameIndex
from geomap.text import BREAK, Word

_TITLE_CASE_SHARE = 0.6
_FIRST_WORDS = 200
_FAMOUS = 0.72
"""Prominence from which a name after a given name still may be a place."""


@dataclass(frozen=True, slots=True)
class FieldContext:
    """The words of one field, and for each whether its sentence is a headline (most words capitalized)."""

    text: str
    words: Sequence[Word]
    headline: Sequence[bool]

    @property
    def capitals(self) -> bool:
        """Whether any of the first words begins with a capital: chat has none."""
        return any(word.text[0].isupper() for word in self.words[:_FIRST_WORDS])


@dataclass(frozen=True, slots=True)
class ArticleContext:
    """What was seen anywhere in the article: folded surnames of persons, words written in lower case."""

    fields: Sequence[FieldContext]
    persons: frozenset[str]
    person_words: frozenset[tuple[int, int]]
    hidden: frozenset[tuple[int, int]]
    lower: frozenset[str]


def fields_of(article: Article) -> list[tuple[Field, str]]:
    """Return the fields that are read, the title first where there is one, with their texts."""
    text: tuple[Field, str] = ("text", article.text)
    return [("title", article.title), text] if article.title else [text]


def read_context(fields: Sequence[tuple[str, Sequence[Word]]], names: NameIndex) -> ArticleContext:
    """Return the context of an article's fields (text and words each)."""
    persons: set[str] = set()
    person_words: set[tuple[int, int]] = set()
    hidden: set[tuple[int, int]] = set()
    lower: set[str] = set()
    contexts = []
    for number, (text, words) in enumerate(fields):
        headline = _headlines(words)
        contexts.append(FieldContext(text, words, headline))
        for word in words:
            if word.text[0].islower():
                lower.add(word.folded)
        hidden.update((number, at) for at in _hidden(words))
        for first, last in _person_names(words, names):
            person_words.update((number, at) for at in range(first, last))
            persons.update(words[at].folded for at in range(max(first, last - 1), last))
    return ArticleContext(
        contexts, frozenset(persons), frozenset(person_words), frozenset(hidden), frozenset(lower)
    )


def _headlines(words: Sequence[Word]) -> list[bool]:
    found = [False] * len(words)
    start = 0
    for at in range(1, len(words) + 1):
        if at == len(words) or words[at].sentence_start:
            long = [word for word in words[start:at] if len(word.text) > 3]  # noqa: PLR2004
            capital = sum(word.text[0].isupper() for word in long)
            share = capital / len(long) if long else 0.0
            if len(long) > 3 and share > _TITLE_CASE_SHARE:  # noqa: PLR2004
                found[start:at] = [True] * (at - start)
            start = at
    return found


@cache
def _stop_phrases() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for name in lexicon.stop_names():
        parts = tuple(name.split())
        if len(parts) > 1:
            found.setdefault(parts[0], []).append(parts)
    return {first: tuple(sorted(phrases)) for first, phrases in found.items()}


def _hidden(words: Sequence[Word]) -> Iterator[int]:
    """Yield the words inside a stop name of several words."""
    phrases = _stop_phrases()
    for at, word in enumerate(words):
        if word.text[0].isupper() and word.folded in phrases:
            for phrase in phrases[word.folded]:
                if tuple(each.folded for each in words[at : at + len(phrase)]) == phrase:
                    yield from range(at, at + len(phrase))


_INITIAL = re.compile(r"[A-Z]\.?$|(?:[A-Z]\.){2,}$")


def _person_names(words: Sequence[Word], names: NameIndex) -> list[tuple[int, int]]:
    """Return half-open word ranges that a title or a given name opens and capitalized words continue."""
    given = lexicon.given_names()
    titles = lexicon.titles()
    found = []
    at = 0
    while at < len(words):
        word = words[at]
        title = word.text.rstrip(".").lower() in titles and word.text[0].isupper()
        opens = title or (word.folded in given and word.text[0].isupper())
        last = _continued(words, at + 1) if opens else at
        if opens and last > at + 1 and _plausible(words, at, last, names, title=title):
            found.append((at if not title else at + 1, last))
            at = last
        else:
            at += 1
    return found


def _continued(words: Sequence[Word], at: int) -> int:
    """Return where a name that goes on at word `at` ends: initials and up to three capitalized words."""
    last = at
    while last < len(words) and last < at + 3:
        word = words[last]
        particle = word.folded in {"al", "el", "bin", "ibn", "van", "von", "de", "der", "abu"}
        if word.gap and not (word.gap == BREAK and _dotted(words[last - 1], word)):
            break
        if not (word.text[0].isupper() or (particle and last + 1 < len(words))):
            break
        last += 1
    while last > at and not words[last - 1].text[0].isupper():
        last -= 1
    return last


def _dotted(previous: Word, word: Word) -> bool:
    """Tell whether only the dot of an initial or a title parts two words of a name."""
    initial = _INITIAL.match(previous.text) is not None and not word.sentence_start
    return initial or previous.text.rstrip(".").lower() in lexicon.titles()


def _plausible(words: Sequence[Word], first: int, last: int, names: NameIndex, *, title: bool) -> bool:
    """Tell whether the words name a person rather than a place ("San Jose", "Santa Fe", "Jordan River")."""
    whole = names.get(" ".join(word.folded for word in words[first:last]))
    if whole is not None:
        return False
    if title:
        following = names.get(words[first + 1].folded)
        return following is None or following.prominence < _FAMOUS or last > first + 2
    head = names.get(words[first].folded)
    rest = names.get(words[last - 1].folded)
    if head is not None and head.prominence > _FAMOUS and lexicon.given_names()[words[first].folded] < 5:  # noqa: PLR2004
        return False
    return rest is None or rest.prominence < 0.9  # noqa: PLR2004
