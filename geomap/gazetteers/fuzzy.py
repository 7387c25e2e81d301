"""Names like a name that the gazetteer does not know: by the rules of transliteration, then by edits.

Names of the same sound (`geomap.transliteration`) are compared with the one asked for; for a sound that is
long enough, and where the caller wants it, names whose sound differs by one edit too. They are ranked by how
alike they are written and cut at a bound. The caller brings the index of sounds, a table of the gazetteer's
file. Distances are Levenshtein's (1966), by rapidfuzz.
Costs when wrong: a name that is in no gazetteer is taken for a like one far away (`tests/bench/variants.py`
counts how often); hence the bounds, and that this is asked only for a name that nothing else explains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from geomap.transliteration import SOUND_LETTERS, Sound, lacks_vowels, other_sounds, plain_latin, sound

Buckets = Callable[[Sequence[str]], Iterable[str]]
"""Returns the folded names whose sound is one of those given (some 300 at most)."""

SHORTEST_NAME = 4
"""Letters of a name below which nothing is like it: too much would be."""
SHORTEST_EDITED_NAME = 6
SHORTEST_EDITED_SOUND = 4
_COMPARED = 60
"""Names of one look-up whose spelling is compared; of more, those whose letters are most alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strictness:
    """How alike names must be: the least similarity by the least length of their sound; edits or none.

    A name whose sound is shorter than all lengths is like nothing.
    """

    at_least: Mapping[int, float]
    edits: bool

    def bound(self, length: int) -> float | None:
        """Return the least similarity for a sound of that length, None where it is too short."""
        lengths = [each for each in self.at_least if each <= length]
        return self.at_least[max(lengths)] if lengths else None


SEARCH = Strictness(at_least={2: 0.80, 3: 0.75, 6: 0.70}, edits=True)
"""For a person who looks at the answers and chooses."""
GEOPARSING = Strictness(at_least={5: 0.86}, edits=False)
"""For names that a text says are places, where nobody looks: short sounds are shared by too many names.

From 3 letters on (at 0.92, 0.90), 1,127 articles gave 40 mentions more, about half of them wrongly (by eye).
"""


class SimilarName(NamedTuple):
    """A folded name of the gazetteer, how alike it is in [0, 1], and whether the rules alone led to it."""

    key: str
    similarity: float
    rule_only: bool


def similar_names(
    name: str, *, buckets: Buckets, strictness: Strictness = SEARCH, limit: int = 50
) -> list[SimilarName]:
    """Return the names most like a name, the most alike first, by rules before by edits, then by key."""
    asked = _Asked(name)
    bound = strictness.bound(len(asked.sounds[0].key))
    if bound is None or len(asked.letters) < SHORTEST_NAME:
        return []
    found = [
        SimilarName(key, similarity, rule_only)
        for key, rule_only in _keys(asked, buckets, edited=strictness.edits).items()
        if (similarity := asked.similarity(key)) >= bound
    ]
    return sorted(found, key=lambda each: (-each.similarity, not each.rule_only, each.key))[:limit]


class _Asked:
    """The name that is asked for, in the forms that are compared."""

    def __init__(self, name: str) -> None:
        self.latin = plain_latin(name)
        self.letters = self.latin.replace(" ", "")
        self.sounds = [sound(name), *other_sounds(name)]
        self._consonants_only = lacks_vowels(name)

    def similarity(self, key: str) -> float:
        """Return how alike a folded name is, by the reading of the name that makes them most alike."""
        return round(max(self._similarity(key, each) for each in self.sounds), 2)

    def _similarity(self, key: str, asked: Sound) -> float:
        from rapidfuzz.distance.Levenshtein import normalized_similarity as alike

        other = sound(key)
        by_sound = alike(asked.key, other.key)
        if self._consonants_only or lacks_vowels(key):
            consonants = alike(asked.spelling.translate(_NO_VOWELS), other.spelling.translate(_NO_VOWELS))
            return (_WRITTEN + _SPELLED) * consonants + _SOUNDED * by_sound
        written = alike(self.letters, _latin(key).replace(" ", ""))
        return _WRITTEN * written + _SPELLED * alike(asked.spelling, other.spelling) + _SOUNDED * by_sound


def _latin(key: str) -> str:
    return key if key.isascii() else plain_latin(key)


_NO_VOWELS = str.maketrans("", "", "aiu")
_WRITTEN, _SPELLED, _SOUNDED = 0.3, 0.5, 0.2
"""Chosen among 26 sets on part 1 of tests/data/variants.tsv, against ordinary words and names of people."""


def _keys(asked: _Asked, buckets: Buckets, *, edited: bool) -> dict[str, bool]:
    """Return names to compare with the one asked for, and whether the rules alone led to them."""
    keys = dict.fromkeys(_closest(asked.latin, buckets([each.key for each in asked.sounds])), True)
    first = asked.sounds[0].key
    if edited and len(first) >= SHORTEST_EDITED_SOUND and len(asked.letters) >= SHORTEST_EDITED_NAME:
        for key in _closest(asked.latin, buckets(sorted(edits(first)))):
            keys.setdefault(key, False)
    return keys


def _closest(latin: str, keys: Iterable[str]) -> list[str]:
    """Return the keys whose letters are most like those of the name, in order of their own."""
    from rapidfuzz import process
    from rapidfuzz.distance.Indel import normalized_similarity

    different = sorted(set(keys))
    if len(different) <= _COMPARED:
        return different
    letters = {key: _latin(key) for key in different}
    closest = process.extract(latin, letters, scorer=normalized_similarity, limit=_COMPARED)
    return sorted(key for _, _, key in closest)


def edits(key: str) -> set[str]:
    """Return the sounds that one insertion, deletion, substitution or exchange of neighbors makes of one."""
    found: set[str] = set()
    for at in range(len(key) + 1):
        head, tail = key[:at], key[at:]
        found.update(head + letter + tail for letter in SOUND_LETTERS)
        found.update(head + letter + tail[1:] for letter in SOUND_LETTERS)
        found.update((head + tail[1:], head + tail[1:2] + tail[:1] + tail[2:]))
    return found - {key}
