"""Names that English texts use for other things: words, given names, surnames.

Every name of the gazetteer is looked for in running text, so a hamlet called Early or Grant costs more than
it is worth. The lists are geomap's own tables.
"""

from __future__ import annotations

import lzma
from dataclasses import dataclass
from pathlib import Path

import names


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordinary:
    """Lower-case English words, and names that persons bear."""

    words: frozenset[str]
    persons: frozenset[str]

    def is_word(self, name: str) -> bool:
        """Tell whether a name is a single English word."""
        return _key(name) in self.words

    def is_phrase(self, name: str) -> bool:
        """Tell whether a name is made of English words only, such as "State Road"."""
        return all(word in self.words for word in _key(name).replace("-", " ").split())

    def is_person(self, name: str) -> bool:
        """Tell whether a name is a single given name or surname."""
        return _key(name) in self.persons


def _key(name: str) -> str:
    return names.plain_latin(name).casefold().removeprefix("the ")


def read_ordinary(tables: Path) -> Ordinary:
    """Read the lists from the folder of geomap's tables."""
    persons = (*_first_column(tables / "given_names.tsv.xz"), *_first_column(tables / "surnames.tsv.xz"))
    return Ordinary(
        words=frozenset(_first_column(tables / "words.txt.xz")), persons=frozenset(persons) - {"name"}
    )


def _first_column(path: Path) -> list[str]:
    lines = lzma.decompress(path.read_bytes()).decode("utf-8").split("\n")
    return [line.partition("\t")[0] for line in lines if line and not line.startswith("#")]
