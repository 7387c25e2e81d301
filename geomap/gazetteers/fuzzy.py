"""Names like a name that the gazetteer does not know: by the rules of transliteration first, then by edits.

Names of the same sound (`geomap.transliteration`) are compared with the one asked for; for a sound that is long
enough, names whose sound differs by one edit too. What remains is ranked by how alike the spellings are and cut
at a bound. The caller brings the index of sounds, a table of the gazetteer file, so nothing is read at import.
Edit distances are those of rapidfuzz (Levenshtein 1966).
Costs when wrong: a name that is in no gazetteer may be taken for a like one far away; hence the bounds, the mark on
every such match, and that nothing is asked here which an exact look-up answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from geomap.text import fold
from geomap.transliteration import SOUND_LETTERS, Sound, lacks_vowels, other_sounds, sound, to_latin

Buckets = Callable[[Sequence[str]], Iterable[str]]
"""Returns the folded names whose sound is one of those given."""

SHORTEST_NAME = 4
SHORTEST_SOUND = 2
SHORTEST_EDITED_SOUND = 4
SHORTEST_EDITED_NAME = 6
SEARCH = 0.65
GEOPARSING = 0.80
COMPARED = 60
LIMIT = 10


class SimilarName(NamedTuple):
    """A folded name of the gazetteer, how alike it is in [0, 1], and whether rules alone led to it."""

    key: str
    similarity: float
    rule_only: bool


def similar_names(
    name: str, *, buckets: Buckets, at_least: float = SEARCH, limit: int = LIMIT
) -> list[SimilarName]:
    latin = fold(to_latin(name))
    length = len(latin.replace(" ", ""))
    asked = [sound(name), *other_sounds(name)]
    if length < SHORTEST_NAME or len(asked[0].key) < SHORTEST_SOUND:
        return []
    vowels = not lacks_vowels(name)
    keys = {key: True for key in closest(latin, buckets([each.key for each in asked]))}
    if len(asked[0].key) >= SHORTEST_EDITED_SOUND and length >= SHORTEST_EDITED_NAME:
        for key in closest(latin, buckets(sorted(edits(asked[0].key)))):
            keys.setdefault(key, False)
    result = []
    for key, rule in keys.items():
        similarity = max(combine(components(each, latin, key, vowels)) for each in asked)
        if similarity >= at_least:
            result.append(SimilarName(key, similarity, rule))
    result.sort(key=lambda each: (-each.similarity, each.key))
    return result[:limit]


def closest(latin, keys):
    from rapidfuzz import process
    from rapidfuzz.distance import Indel
    keys = sorted(set(keys))
    if len(keys) <= COMPARED:
        return keys
    return [key for key, _, _ in process.extract(latin, keys, scorer=Indel.normalized_similarity, limit=COMPARED)]


W = [0.3, 0.3, 0.3, 0.1]
_NO_VOWELS = str.maketrans("", "", "aiu")

def combine(c):
    return sum(w*x for w,x in zip(W,c))

def components(asked: Sound, latin: str, key: str, vowels: bool):
    from rapidfuzz.distance import Levenshtein
    other = sound(key)
    sim = Levenshtein.normalized_similarity
    s3 = sim(asked.key, other.key)
    s2 = sim(asked.spelling.translate(_NO_VOWELS), other.spelling.translate(_NO_VOWELS))
    if not vowels or lacks_vowels(key):
        return s2,s2,s2,s3
    s1 = sim(asked.spelling, other.spelling)
    s0 = sim(latin.replace(" ",""), key.replace(" ",""))
    return s0, s1, s2, s3


def edits(key: str) -> set[str]:
    """Return all sounds that one insertion, deletion, substitution or transposition makes of a sound."""
    found = set()
    for at in range(len(key) + 1):
        head, tail = key[:at], key[at:]
        found.update(head + letter + tail for letter in SOUND_LETTERS)
        found.update(head + letter + tail[1:] for letter in SOUND_LETTERS if tail)
        found.add(head + tail[1:])
        found.add(head + tail[1:2] + tail[:1] + tail[2:])
    return found - {key}
