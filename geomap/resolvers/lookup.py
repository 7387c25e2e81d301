"""From mentions to candidates: what the gazetteer knows by a name, and what to go by where it knows nothing.

"Aleppo University" and "North London" are in no gazetteer, but a name inside them is (Match.PART). "Royal
Street" says nothing by itself; it lies within a place that the article names nearby (Match.WITHIN). Both are
candidates like others: the resolver weighs them, its confidence says how far to trust them, and the match
says that the place is not the mention's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from geomap import lexicon
from geomap.model import Candidate, Match, Mention, ToponymType
from geomap.resolvers.groups import Pair
from geomap.text import fold, words

Lookup = Callable[[str], Sequence[Candidate]]

_PEOPLES = frozenset({ToponymType.DEMONYM, ToponymType.LANGUAGE})
_SURE = frozenset({Match.EXACT, Match.FOLDED, Match.ALTERNATE, Match.ABBREVIATION})
_ANCHORS = 3
"""Names nearby that may hold a mention without candidates; the nearest say most, and each adds candidates."""
_REACH = 40
"""Mentions before and after among which such names are looked for, so that the time stays bounded."""
_LONGEST_PART = 4
_PARTS = 8
"""Places of each name inside a name."""
_SHORTEST_PART = 3
_FAMOUS = 0.6
"""Prominence of larger towns, provinces and countries."""


def look_up(mentions: Sequence[Mention], lookup: Lookup, known: Lookup | None = None) -> list[Pair]:
    """Return the mentions with their candidates; `lookup` is asked once for each name.

    `known` is asked for the names inside names, where `lookup` would ask an online service for each of them.
    """
    find = cache(lookup)
    pairs: list[Pair] = [(mention, find(mention.text)) for mention in mentions]
    if all(candidates for _, candidates in pairs):
        return pairs
    inside = cache(known or find)
    borrowed: dict[tuple[str, bool], tuple[Candidate, ...]] = {}
    found: list[Pair] = []
    for number, (mention, candidates) in enumerate(pairs):
        # The mentions of one name are decided together, so they have the candidates of the first.
        name = (fold(mention.text), mention.type in _PEOPLES)
        if not candidates and name not in borrowed:
            borrowed[name] = _otherwise(number, pairs, inside)
        found.append((mention, candidates or borrowed[name]))
    return found


def _otherwise(number: int, pairs: Sequence[Pair], find: Lookup) -> tuple[Candidate, ...]:
    mention = pairs[number][0]
    if mention.type in _PEOPLES:
        return ()
    parts = _parts(mention.text, find)
    held = {candidate.place.id for candidate in parts}
    return (*parts, *(each for each in _around(number, pairs) if each.place.id not in held))


def _parts(name: str, find: Lookup) -> tuple[Candidate, ...]:
    """Return the places of the names inside a name, none where it has one word."""
    found: dict[str, Candidate] = {}
    for inner in _inner_names(name):
        here = [each for each in find(inner) if each.match in _SURE and _may_be_meant(inner, each)]
        for each in here[:_PARTS]:
            found.setdefault(each.place.id, replace(each, matched_name=inner, match=Match.PART))
    return tuple(found.values())


def _inner_names(name: str) -> Iterator[str]:
    """Yield what may be a name inside a name, the longest first; words for kinds and stop names are none."""
    found = words(name)
    for length in range(min(_LONGEST_PART, len(found) - 1), 0, -1):
        for at in range(len(found) - length + 1):
            inner = name[found[at].start : found[at + length - 1].end]
            key = fold(inner)
            if inner[:1].isupper() and key not in lexicon.stop_names() and key not in lexicon.generic_words():
                yield inner


def _may_be_meant(inner: str, candidate: Candidate) -> bool:
    """Tell whether a word may be a name: a word of the language or a first name is one of a famous place.

    "Royal Street" has none, "Bank of Japan" has one; "Reading Hospital" loses its own.
    """
    key = fold(inner)
    if " " in key or candidate.match is Match.ABBREVIATION:
        return True
    if len(key) < _SHORTEST_PART:
        return False
    ordinary = key in lexicon.word_list("words.txt.xz") or key in lexicon.given_names()
    return not ordinary or lexicon.prominence(candidate.place, candidate.name_count) >= _FAMOUS


def _around(number: int, pairs: Sequence[Pair]) -> Iterator[Candidate]:
    """Yield the candidates of the nearest names, what stands before the mention first."""
    anchors: set[str] = set()
    held: set[str] = set()
    for other in _outward(number, len(pairs)):
        anchor, candidates = pairs[other]
        name = fold(anchor.text)
        if not candidates or name in anchors or anchor.type is ToponymType.DEMONYM:
            continue
        anchors.add(name)
        for each in candidates:
            if each.place.id not in held:
                held.add(each.place.id)
                yield replace(each, matched_name=anchor.text, match=Match.WITHIN)
        if len(anchors) == _ANCHORS:
            return


def _outward(number: int, count: int) -> Iterator[int]:
    """Yield the numbers around one, nearest first, those before it before those after it."""
    for step in range(1, _REACH + 1):
        if number - step >= 0:
            yield number - step
        if number + step < count:
            yield number + step
