"""Text to what the network reads: words with their offsets, their letters' case, their word pieces.

The encoder is uncased; the case of each word goes in beside its pieces. Training cuts text just as this does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from geomap.errors import ConfigError

PIECES_A_WINDOW = 192
"""Word pieces that the network sees at once, the two at the ends included."""

OVERLAP = 24
"""Words that two windows share where one sentence is longer than a window."""

_PIECES_A_WORD = 12
"""A longer word is cut: no name is, and one word of a megabyte must not fill a window."""

_LETTERS_A_WORD = 100
_SIGNS = 8
"""Signs in a row that are read; a megabyte of rules or faces tells nothing more, and costs minutes."""
_TOKEN = re.compile(r"\w+|[^\w\s]")
_SENTENCE_END = frozenset(".!?…")


class Token(NamedTuple):
    """A word or a sign of a text: half-open code points, and whether a sentence or a line begins with it."""

    start: int
    end: int
    text: str
    opens: bool


class Shape:
    """The case of a word's letters, as the number that the network is given."""

    LOWER, CAPITALIZED, CAPITALS, MIXED, NONE = range(5)
    COUNT = 5


def tokens(text: str) -> list[Token]:
    r"""Return the words and signs of a text in order: `\w+|[^\w\s]`; of a run of signs the first eight."""
    found: list[Token] = []
    at = signs = 0
    ended = True
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        word = match.group()
        signs = 0 if word[0].isalnum() or word[0] == "_" else signs + 1
        if signs > _SIGNS:
            continue
        opens = ended or "\n" in text[at:start]
        found.append(Token(start, end, word, opens))
        ended = word in _SENTENCE_END and (end == len(text) or text[end].isspace())
        at = end
    return found


def shape(word: str) -> int:
    """Return the case of a word's letters."""
    if word.islower():
        return Shape.LOWER
    if word.isupper():
        return Shape.CAPITALS if len(word) > 1 else Shape.CAPITALIZED
    if not any(char.isupper() for char in word):
        return Shape.NONE
    return Shape.CAPITALIZED if word[0].isupper() and not any(map(str.isupper, word[1:])) else Shape.MIXED


class Pieces:
    """Words to the numbers of their pieces, by the tokenizer in a file."""

    def __init__(self, path: Path) -> None:
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # its errors have no common class but Exception
            message = f"{path}: cannot be read as a tokenizer: {error}"
            raise ConfigError(message) from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._known: dict[str, tuple[int, ...]] = {}
        self.first = self._number("[CLS]")
        self.last = self._number("[SEP]")
        self.unknown = self._number("[UNK]")
        self.padding = self._number("[PAD]")
        self.mask = self._number("[MASK]")

    def _number(self, name: str) -> int:
        number: int | None = self._tokenizer.token_to_id(name)
        if number is None:
            message = f"the tokenizer has no piece {name}"
            raise ConfigError(message)
        return number

    def of(self, words: Sequence[str]) -> list[tuple[int, ...]]:
        """Return the piece numbers of each word, at least one a word."""
        if len(self._known) > _REMEMBERED:
            self._known = {}
        known = self._known  # another thread may take a new one meanwhile, and this call keeps its own
        new = [word for word in dict.fromkeys(words) if word not in known]
        encoded = self._tokenizer.encode_batch(
            [word[:_LETTERS_A_WORD].encode(errors="replace").decode() for word in new],
            add_special_tokens=False,
        )
        for word, each in zip(new, encoded, strict=True):
            known[word] = tuple(each.ids[:_PIECES_A_WORD]) or (self.unknown,)
        return [known[word] for word in words]


_REMEMBERED = 100_000


def windows(lengths: Sequence[int], opens: Sequence[bool]) -> Iterator[tuple[int, int, int, int]]:
    """Yield windows over words of `lengths` pieces as (first, last, kept first, kept last), half-open.

    A window ends where a sentence does; only within a sentence longer than a window do two overlap, and
    each is kept from the middle of what they share. What is kept covers every word once, in order.
    """
    room = PIECES_A_WINDOW - 2
    count = len(lengths)
    first = kept = 0
    while first < count:
        last, used, stop = first, 0, first
        while last < count and used + lengths[last] <= room:
            if opens[last] and last > kept:
                stop = last
            used += lengths[last]
            last += 1
        if last == count:
            yield first, last, kept, last
            return
        if stop > kept:
            yield first, stop, kept, stop
            first = kept = stop
        else:
            until = max(kept + 1, last - OVERLAP // 2)
            yield first, last, kept, until
            first, kept = max(first + 1, min(until, last - OVERLAP)), until
