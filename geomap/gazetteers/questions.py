"""A question about a place, taken apart: the name, the kind, what it lies in, what is near."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from geomap.gazetteers.kinds import is_kind, split_kind


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A question, read: `kinds` are GeoNames classes and codes, empty for any.

    `parents` are what the place lies in, as written; `near` may say what it lies in itself.
    """

    name: str = ""
    kinds: frozenset[str] = frozenset()
    parents: tuple[str, ...] = ()
    near: str = ""


_NEAR = re.compile(
    r"(?:^|\s)(?:near(?:\s+to)?|close\s+to|next\s+to|around|قرب|بالقرب\s+من)\s+", re.IGNORECASE
)
_IN = re.compile(r"\s(?:in|inside|within|في)\s+", re.IGNORECASE)
_COMMAS = re.compile(r"[,،;、，]")
_ASIDE = re.compile(r"(.*\S)\s*\(([^()]+)\)\s*", re.DOTALL)


class Pieces(NamedTuple):
    """What stands first, what it is said to lie in or to be, and what is near."""

    first: str
    rest: tuple[str, ...]
    near: str


def parse_search(text: str) -> SearchQuery:
    """Return the reading that takes every word at its meaning: kinds, what the place lies in, what is near.

    "river Khabur", "Georgia (country)", "Tripoli in Lebanon", "Paris, Texas", "al-Bab near Aleppo".
    """
    first, rest, near = _pieces(text)
    name, kinds = split_kind(first)
    return _query(name, kinds, rest, near)


def cuts(text: str, *, near_too: bool = True) -> Iterator[Pieces]:
    """Yield a question in pieces, the fewer cuts the earlier: "Near North Side, Chicago" is near nothing.

    First at commas and brackets alone, then also at "in", then also at "near".
    """
    tried = [_pieces(text, in_too=False, near_too=False), _pieces(text, near_too=False)]
    yield from dict.fromkeys([*tried, _pieces(text)] if near_too else tried)


def _pieces(text: str, *, in_too: bool = True, near_too: bool = True) -> Pieces:
    head, near = _cut(_NEAR, text) if near_too else (text, "")
    head, outer = _cut(_IN, head) if in_too else (head, "")
    aside = _ASIDE.fullmatch(head)
    inner = aside.group(2) if aside else ""
    parts = [*_split(aside.group(1) if aside else head), *_split(inner), *_split(outer)]
    return Pieces((parts[0] if parts else ""), tuple(parts[1:]), near)


def _cut(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    found = pattern.search(text)
    if found is None or not text[found.end() :].strip():
        return text.strip(), ""
    return text[: found.start()].strip(), text[found.end() :].strip()


def _split(text: str) -> list[str]:
    return [part.strip() for part in _COMMAS.split(text) if part.strip()]


def _query(name: str, kinds: frozenset[str], rest: Iterable[str], near: str) -> SearchQuery:
    rest = tuple(rest)
    told = [split_kind(part)[1] for part in rest if is_kind(part)]
    return SearchQuery(
        name=name,
        kinds=kinds.union(*told),
        parents=tuple(part for part in rest if not is_kind(part)),
        near=near,
    )


def readings(text: str) -> Iterator[SearchQuery]:
    """Yield the ways to read a question that is not one name: the more of it is a name, the earlier."""
    for pieces in cuts(text):
        yield from name_first(pieces)
        yield from name_last(pieces)


def name_first(pieces: Pieces) -> Iterator[SearchQuery]:
    """Yield the readings in which the name comes first, with the word for its kind and without."""
    name, kinds = split_kind(pieces.first)
    whole = _query(pieces.first, frozenset(), pieces.rest, pieces.near)
    stripped = _query(name, kinds, pieces.rest, pieces.near)
    if name or not pieces.near:
        yield whole
    if stripped != whole or not name:
        yield stripped


def name_last(pieces: Pieces) -> Iterator[SearchQuery]:
    """Yield the readings in which the name comes last: "Damascus, neighborhood Jobar"."""
    first, rest, near = pieces
    if rest:
        yield from name_first(Pieces(rest[-1], (first, *rest[:-1]), near))
