"""All names of a gazetteer, for matching in running text without reading their places."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

import marisa_trie

from geomap.gazetteers.schema import FACTS, ROMANIZED
from geomap.model import NameKind
from geomap.protocols import NameFacts


class TrieNames:
    """A `NameIndex` over the two blobs of a gazetteer file."""

    def __init__(self, *, trie: bytes, facts: bytes) -> None:
        self._trie = marisa_trie.Trie()
        self._trie.frombytes(trie)
        self._facts = facts

    def prefixes(self, folded: str) -> Sequence[NameFacts]:
        """Return the facts of every name that `folded` begins with, shortest first."""
        return [self._fact(name) for name in self._trie.prefixes(folded)]

    def romanized(self, key: str) -> Sequence[NameFacts]:
        """Return the facts of every romanized name that `key` begins with, shortest first."""
        found = self._trie.prefixes(ROMANIZED + key)
        return [self._fact(name)._replace(length=len(name) - 1) for name in found]

    def get(self, folded: str) -> NameFacts | None:
        """Return the facts of exactly this folded name, or None."""
        return self._fact(folded) if folded in self._trie else None

    def __len__(self) -> int:
        return len(self._trie)

    def _fact(self, name: str) -> NameFacts:
        kinds, prominence, places = FACTS.unpack_from(self._facts, self._trie[name] * FACTS.size)
        return NameFacts(len(name), NameKind(kinds), prominence / 255, places)


_MOST_WORDS = 8
"""Words of the longest name that is looked for in a table; matchers ask for seven."""
_FACTS = f"SELECT key, kinds, prominence, places FROM fact WHERE key IN ({', '.join('?' * _MOST_WORDS)})"  # noqa: S608


class TableNames:
    """A `NameIndex` over the table of a gazetteer file of many millions of names, which stays on the disk.

    Finds names that end where a word ends: at a space of the folded text, or its end.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def prefixes(self, folded: str) -> Sequence[NameFacts]:
        """Return the facts of every name that `folded` begins with, shortest first."""
        return self._found(list(_beginnings(folded)), 0)

    def romanized(self, key: str) -> Sequence[NameFacts]:
        """Return the facts of every romanized name that `key` begins with, shortest first."""
        return self._found([ROMANIZED + each for each in _beginnings(key)], len(ROMANIZED))

    def get(self, folded: str) -> NameFacts | None:
        """Return the facts of exactly this folded name, or None."""
        return next(iter(self._found([folded], 0)), None)

    def _found(self, keys: list[str], sign: int) -> list[NameFacts]:
        keys += [""] * (_MOST_WORDS - len(keys))
        rows = self._connection.execute(_FACTS, keys).fetchall()
        found = [
            NameFacts(len(key) - sign, NameKind(kinds), prominence / 255, places)
            for key, kinds, prominence, places in rows
        ]
        return sorted(found, key=lambda facts: facts.length)


def _beginnings(folded: str) -> Iterator[str]:
    """Yield what a text begins with, word by word."""
    end = -1
    for _ in range(_MOST_WORDS):
        end = folded.find(" ", end + 1)
        yield folded if end < 0 else folded[:end]
        if end < 0:
            return
