"""All names of a gazetteer as a MARISA trie, for matching in running text without a query."""

from __future__ import annotations

from collections.abc import Sequence

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
