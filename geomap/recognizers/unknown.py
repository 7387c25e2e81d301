"""Names that no gazetteer knows, where the text itself says that they are places.

Method: a stretch that a cue calls a place (`cues`) is a mention where nothing speaks for a person, an
institution or an ordinary word, and no name of the gazetteer covers it. The same name without a cue, later
or earlier in the article, is one too. Such a mention has no candidate: it tells what the gazetteer lacks.
Costs when wrong: a name that is no place is listed without one; when silent, a village stays unseen.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, takewhile
from typing import NamedTuple

from geomap import lexicon
from geomap.model import NameKind
from geomap.protocols import NameFacts, NameIndex
from geomap.recognizers.context import ArticleContext, FieldContext
from geomap.recognizers.cues import CONNECTORS, KINDS_BETWEEN, Named, cues, hyphened, is_capital, named_places
from geomap.recognizers.matching import Match
from geomap.text import NO_GAP, Word

_SCORES: Mapping[str, float] = {
    "of": 0.95, "apposed": 0.95, "after": 0.95, "capital": 0.95, "before": 0.95, "repeated": 0.95,
    "after_place": 0.8,
}  # fmt: skip
"""Share of such mentions that overlap an annotated place in six development corpora, November 2026: 280
of 288. Behind a mere preposition there are too few to measure (1 of 2)."""


class Unknown(NamedTuple):
    """A name without a place, and its probability of being a mention."""

    match: Match
    score: float


def find_unknown(
    context: ArticleContext, known: Sequence[Sequence[Match]], names: NameIndex
) -> list[list[Unknown]]:
    """Return by field, in text order, the names that `known`, the mentions found so far, does not hold.

    One of them may enclose a known name that is only a piece of it, and then takes its place.
    """
    found = [_apart(_believed(context, number, matches, names)) for number, matches in enumerate(known)]
    spellings = {
        spelling
        for field, places in zip(context.fields, found, strict=True)
        for named in places
        if (spelling := _spelling(field.words, named))
    }
    if spellings:
        for number, matches in enumerate(known):
            taken = {at for each in found[number] for at in range(each.first, each.last)}
            found[number] += [
                named
                for named in _repeated(context, number, spellings)
                if taken.isdisjoint(range(named.first, named.last))
                and _encloses_only_pieces(named, matches, context.fields[number].words)
            ]
    return [
        [_unknown(field, named) for named in sorted(places)]
        for field, places in zip(context.fields, found, strict=True)
    ]


def _unknown(field: FieldContext, named: Named) -> Unknown:
    words = field.words[named.first : named.last]
    key = " ".join(word.folded for word in words)
    kinds = NameKind.NAME | (NameKind.NATURE if named.feature_class in {"H", "T"} else NameKind(0))
    facts = NameFacts(len(key), kinds, 0.0, 1)
    match = Match(named.first, named.last, words[0].start, words[-1].end, key, facts)
    return Unknown(match, _SCORES[named.form])


def _apart(places: Iterator[Named]) -> list[Named]:
    """Keep of overlapping stretches the longest, and each once."""
    kept: list[Named] = []
    taken: set[int] = set()
    for named in sorted(places, key=lambda each: (each.first - each.last, each)):
        span = range(named.first, named.last)
        if taken.isdisjoint(span):
            kept.append(named)
            taken.update(span)
    return kept


# --- what speaks against -----------------------------------------------------------------------


def _believed(
    context: ArticleContext, number: int, known: Sequence[Match], names: NameIndex
) -> Iterator[Named]:
    """Yield what a cue calls a place and nothing speaks against, without ordinary words at its start."""
    field = context.fields[number]
    for stretch in named_places(field):
        named = _trimmed(stretch, field.words, context)
        if (
            named.first < named.last
            and _is_a_name(named, field)
            and not _is_a_person(named, number, context)
            and not _is_an_adjective(named, field.words, names)
            and _encloses_only_pieces(named, known, field.words)
        ):
            yield named


def _trimmed(named: Named, words: Sequence[Word], context: ArticleContext) -> Named:
    """Take off the word that has its capital from the start of the sentence: "Nearby X village"."""
    first = named.first
    while first < named.last and words[first].sentence_start and _is_ordinary(words[first], context):
        first += 1
    return named._replace(first=first)


def _is_ordinary(word: Word, context: ArticleContext) -> bool:
    return word.folded in lexicon.word_list("words.txt.xz") or word.folded in context.lower


_SHORTEST = 3


def _proper(named: Named, words: Sequence[Word]) -> Sequence[Word]:
    """Return the words of the name without the kind of place that is a part of it: of "X River" only X."""
    first, last = named.first, named.last
    if named.form == "capital" and last - first > 1 and words[last - 1].folded in cues():
        last -= 1
        while last - first > 1 and words[last - 1].folded in KINDS_BETWEEN:
            last -= 1
    return words[first + (named.form == "before") : last]


def _is_a_name(named: Named, field: FieldContext) -> bool:
    """Tell whether the words can be a name of their own: no ordinary words alone, no institution."""
    words = _proper(named, field.words)
    if len(words) == 1 and len(words[0].text) < _SHORTEST:
        return False
    stops, ordinary = lexicon.stop_names(), lexicon.word_list("words.txt.xz")
    capitals = [word for word in words if word.text[0].isupper()]
    if any(word.folded in stops or word.text.endswith(("n't", "n’t")) for word in capitals):
        return False
    if all(word.folded in ordinary or word.folded in CONNECTORS for word in words):
        return False
    if hyphened(field, named.first) or hyphened(field, named.last):
        return False
    heads = lexicon.organization_heads()
    return not any(heads.covers("after", (word.text,)) for word in words[1:] if word.folded not in cues())


def _is_a_person(named: Named, number: int, context: ArticleContext) -> bool:
    """Tell whether a title, a given name or the rest of the article makes the name a person's."""
    words = context.fields[number].words
    span = range(named.first, named.last)
    if any((number, at) in context.person_words or (number, at) in context.hidden for at in span):
        return True
    titles = lexicon.titles()
    before = words[named.first - 1 : named.first] if words[named.first].gap == NO_GAP else []
    if any(
        word.text[0].isupper() and word.text.rstrip(".").lower() in titles
        for word in (*before, *words[named.first : named.last])
    ):
        return True
    return (
        named.last - named.first == 1 and named.form != "of" and words[named.first].folded in context.persons
    )


_ADJECTIVE = re.compile(r"(?:ern|ian|ean|ist|ish|ese|i[sz]ed)$")


def _is_an_adjective(named: Named, words: Sequence[Word], names: NameIndex) -> bool:
    """Tell whether a word before a kind of place only describes it: "the Himalayan region"."""
    if named.form not in {"after", "capital", "after_place"}:
        return False
    word = _proper(named, words)[-1]
    folded = word.folded
    if _ADJECTIVE.search(folded):
        return True
    return folded.endswith("an") and any(_is_famous(folded[:-cut], names) for cut in (1, 2))


def _is_famous(folded: str, names: NameIndex) -> bool:
    facts = names.get(folded) or names.get(folded + "s")
    return facts is not None and facts.prominence > 0.5  # noqa: PLR2004


_NO_PIECE = 0.9
"""Prominence from which a name is no accidental piece of a longer one: "Northern Gaza" is in Gaza."""
_DIRECTIONS = frozenset(
    "north south east west northern southern eastern western central northeast northwest southeast southwest "  # noqa: SIM905
    "upper lower greater new old".split()
)


def _encloses_only_pieces(named: Named, known: Sequence[Match], words: Sequence[Word]) -> bool:
    """Tell whether the known names that the stretch touches are pieces of it, or there are none.

    "Samar Khel" is not the island of Samar; but "South Ubangi" lies in Ubangi, "Khan Town" is Khan.
    Costs when wrong: a place that was found is listed without a place.
    """
    span = range(named.first, named.last)
    at = bisect_right(known, named.first, key=lambda match: match.last)
    inside = list(takewhile(lambda match: match.first < named.last, islice(known, at, None)))
    if not inside:
        return True
    if any(
        match.first < named.first or match.last > named.last or match.last - match.first == len(span)
        for match in inside
    ):
        return False
    if all(words[at].folded in cues() for match in inside for at in range(match.first, match.last)):
        return True
    if named.form == "capital" or words[named.last - 1].folded in cues():
        return False
    if any(
        match.abbreviation or match.facts.kinds & NameKind.DEMONYM or match.facts.prominence >= _NO_PIECE
        for match in inside
    ):
        return False
    covered = {at for match in inside for at in range(match.first, match.last)}
    rest = [words[at].folded for at in span if at not in covered]
    return any(word not in CONNECTORS and word not in _DIRECTIONS for word in rest)


# --- the same name again -------------------------------------------------------------------------

_REPEATED = frozenset("PAS")


def _spelling(words: Sequence[Word], named: Named) -> tuple[str, ...]:
    """Return the words by which the place is called again; of "X Camp" only X; of a river none."""
    if named.feature_class not in _REPEATED or named.form == "before":
        return ()
    return tuple(word.text for word in _proper(named, words))


def _repeated(context: ArticleContext, number: int, spellings: set[tuple[str, ...]]) -> Iterator[Named]:
    words = context.fields[number].words
    lengths: dict[str, list[tuple[str, ...]]] = {}
    for spelling in sorted(spellings, key=len, reverse=True):
        lengths.setdefault(spelling[0], []).append(spelling)
    last = 0
    for first, word in enumerate(words):
        for spelling in lengths.get(word.text, ()) if first >= last else ():
            end = first + len(spelling)
            if tuple(each.text for each in words[first:end]) != spelling:
                continue
            named = Named(first, end, "repeated", "P")
            if _stands_alone(words, first, end) and not _is_a_person(named, number, context):
                yield named
                last = end
                break


def _stands_alone(words: Sequence[Word], first: int, last: int) -> bool:
    """Tell whether no capitalized neighbor makes it a part of a longer name, and no gap parts it."""
    if any(word.gap != NO_GAP for word in words[first + 1 : last]):
        return False
    before = words[first].gap == NO_GAP and first > 0 and is_capital(words[first - 1])
    after = last < len(words) and words[last].gap == NO_GAP and words[last].text[0].isupper()
    return not before and not after
