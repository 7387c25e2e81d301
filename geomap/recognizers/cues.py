"""Where a text says itself that a name is a place: "the village of X", "X district", "Lake X".

Only the stretch is found here, whatever stands in it; `unknown` judges it. The words and the forms in
which they count stand in tables/unknown_names.tsv. A name is a run of capitalized words with connectors
("de", "al-") or parts after a hyphen ("Pul-i-Charki"); a line break between two capitals ends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from geomap import lexicon
from geomap.recognizers.context import FieldContext
from geomap.text import ARABIC_ARTICLES, COMMA, NO_GAP, Word

LONGEST_UNKNOWN = 4
"""Words of the longest name that is believed without a gazetteer; longer runs are mostly institutions."""


class Cue(NamedTuple):
    """A word that makes a name a place: the forms in which it does, the feature class of the place."""

    forms: frozenset[str]
    feature_class: str
    plural: bool


class Named(NamedTuple):
    """Words first:last that a cue calls a place, in one of the forms of the table."""

    first: int
    last: int
    form: str
    feature_class: str


@cache
def cues() -> Mapping[str, Cue]:
    """Return folded words, singular and plural, to what they say."""
    found = {}
    for row in lexicon.table("unknown_names.tsv"):
        forms = frozenset(row["forms"].split(","))
        found[row["word"]] = Cue(forms, row["class"], plural=False)
        if row["plural"]:
            found[row["plural"]] = Cue(forms, row["class"], plural=True)
    return found


def named_places(field: FieldContext) -> Iterator[Named]:
    """Yield what the field calls a place, in the order of the cues; spans may overlap."""
    known = cues()
    for at, word in enumerate(field.words):
        cue = known.get(word.folded)
        if cue is None or field.headline[at]:
            continue
        for form, first, last in _around(field, at, cue):
            if first < last <= first + LONGEST_UNKNOWN:
                yield Named(first, last, form, cue.feature_class)


_Spans = Iterator[tuple[str, int, int]]


def _around(field: FieldContext, at: int, cue: Cue) -> _Spans:
    small = field.words[at].text[0].islower()
    if "of" in cue.forms and (small or cue.feature_class in {"P", "A"}):
        yield from _of(field, at, cue)
    if small:
        yield from _after(field, at, cue)
        if "apposed" in cue.forms and not cue.plural:
            yield from _apposed(field, at)
    elif field.words[at].text.istitle():
        if "capital" in cue.forms:
            yield from _capital(field, at, cue)
        if "before" in cue.forms and not cue.plural:
            yield from _before(field, at)


_NAMING = frozenset({"of", "called", "named"})


def _of(field: FieldContext, at: int, cue: Cue) -> _Spans:
    """See "the village of X", "villages of X, Y and Z"; not "the village of X fame"."""
    words = field.words
    if at + 2 < len(words) and words[at + 1].text in _NAMING and not words[at + 1].gap | words[at + 2].gap:
        for first, last in _list_right(field, at + 2, many=cue.plural):
            if last == len(words) or words[last].text != "fame":
                yield "of", first, last


KINDS_BETWEEN = frozenset("refugee refugees displacement idp idps sub border international".split())  # noqa: SIM905
_PLACING = frozenset("in at from near to inside outside into around within of".split())  # noqa: SIM905


def _after(field: FieldContext, at: int, cue: Cue) -> _Spans:
    """See "X district", "X and Y districts", "X refugee camp"; "in X camp", but not "the X camp said"."""
    words = field.words
    end = at
    while end > 0 and words[end].gap == NO_GAP and words[end - 1].folded in KINDS_BETWEEN:
        end -= 1
    if end == 0 or words[end].gap != NO_GAP:
        return
    for first, last in _list_left(field, end, many=cue.plural):
        if first == last:
            continue
        if "after" in cue.forms or ("camp" in cue.forms and end < at):
            yield "after", first, last
        elif "after_place" in cue.forms and _placed(words, first) and not _of_a_person(words[first:last]):
            yield "after_place", first, last


def _placed(words: Sequence[Word], first: int) -> bool:
    before = first - 1
    if before > 0 and words[first].gap == NO_GAP and words[before].folded == "the":
        first, before = before, before - 1
    return before >= 0 and words[first].gap == NO_GAP and words[before].folded in _PLACING


def _of_a_person(words: Sequence[Word]) -> bool:
    last = words[-1].folded
    return last in lexicon.surnames() or last in lexicon.given_names()


def _capital(field: FieldContext, at: int, cue: Cue) -> _Spans:
    """See "X River", where no longer name ("X River Authority") goes on."""
    words = field.words
    if hyphened(field, at) or words[at].gap != NO_GAP or (at + 1 < len(words) and _goes_on(field, at + 1)):
        return
    for first, last in _list_left(field, at, many=cue.plural):
        yield "capital", first, at + 1 if last == at and not cue.plural and first < last else last


def _goes_on(field: FieldContext, at: int) -> bool:
    word = field.words[at]
    following = field.words[at + 1] if at + 1 < len(field.words) else None
    of_a_name = word.folded in {"of", "for"} and following is not None and is_capital(following)
    return word.gap == NO_GAP and (of_a_name or (word.text[0].isupper() and _joined(field, at)))


def _before(field: FieldContext, at: int) -> _Spans:
    """See "Lake X"; not "Ricki Lake", nor a verb at the start of a sentence."""
    words = field.words
    if at + 1 < len(words) and words[at + 1].gap == NO_GAP and not (at > 0 and _runs(field, at)):
        last = _right(field, at + 1)
        if last > at + 1:
            yield "before", at, last


def _runs(field: FieldContext, at: int) -> bool:
    return _joined(field, at) and is_capital(field.words[at - 1])


_WHERE = frozenset(
    "in near of on outside at between just by close along that where with about some north south east west "  # noqa: SIM905
    "northeast northwest southeast southwest northern southern eastern western".split()
)
_BREAKS_APPOSITION = frozenset("of in from at for and or to with by".split())  # noqa: SIM905
_LONGEST_APPOSITION = 5


def _apposed(field: FieldContext, at: int) -> _Spans:
    """See "X, a small village in the hills"; not "Smith, a native of the village"."""
    words = field.words
    if at + 1 < len(words) and words[at + 1].gap == NO_GAP and words[at + 1].folded not in _WHERE:
        return
    for start in range(at - 1, max(0, at - 1 - _LONGEST_APPOSITION), -1):
        word = words[start]
        if word.folded in {"a", "an", "the"}:
            if word.gap == COMMA:
                yield "apposed", _left(field, start), start
            return
        if words[start + 1].gap != NO_GAP or word.folded in _BREAKS_APPOSITION:
            return


# --- runs and lists ---------------------------------------------------------------------------

CONNECTORS = (ARABIC_ARTICLES - {"as", "at", "an", "en"}) | frozenset(
    "da de do das dos del della di du des la le las los y e van von der den bin ibn abu umm sur sous "  # noqa: SIM905
    "aux".split()
)
_CAPITAL = re.compile(r"[^\W\d_]{2}(?<![A-Z]{2})[^\d]*$|[A-Z]['’ʼ][^\W\d_]{2}[^\d]*$")
HYPHENS = frozenset("-‐\u2011")


def is_capital(word: Word) -> bool:
    """Tell whether a word may be of a name: a capital, then small letters; no "IDPs", no "AoO4"."""
    return word.text[0].isupper() and _CAPITAL.match(word.text) is not None


def _joined(field: FieldContext, at: int) -> bool:
    """Tell whether word `at` may continue the name of the word before it."""
    word, previous = field.words[at], field.words[at - 1]
    if word.gap != NO_GAP:
        return False
    lines = "\n" in field.text[previous.end : word.start]
    return not (lines and word.text[0].isupper() and previous.text[0].isupper())


def hyphened(field: FieldContext, at: int) -> bool:
    """Tell whether a hyphen joins word `at` to the word before it."""
    return (
        0 < at < len(field.words) and field.text[field.words[at - 1].end : field.words[at].start] in HYPHENS
    )


def _right(field: FieldContext, first: int) -> int:
    """Return where the name that begins with word `first` ends; `first` where none does."""
    words, last = field.words, first
    while last < len(words) and (last == first or _joined(field, last)):
        word = words[last]
        if not (is_capital(word) or word.folded in CONNECTORS or (last > first and hyphened(field, last))):
            break
        last += 1
    while last > first and not (is_capital(words[last - 1]) or hyphened(field, last - 1)):
        last -= 1
    return last


def _left(field: FieldContext, last: int) -> int:
    """Return where the name that ends before word `last` begins; `last` where none does."""
    words, first = field.words, last
    while first > 0 and (first == last or _joined(field, first)):
        word = words[first - 1]
        if not (is_capital(word) or word.folded in CONNECTORS or (first < last and hyphened(field, first))):
            break
        first -= 1
    while first < last and not (is_capital(words[first]) or words[first].folded in ARABIC_ARTICLES):
        first += 1
    return first


_AND = frozenset({"and", "or"})


def _list_right(field: FieldContext, first: int, *, many: bool) -> list[tuple[int, int]]:
    """Return the name from word `first` on, and the others of a list that "and" closes."""
    words, last = field.words, _right(field, first)
    items = [(first, last)]
    while many and last > first and last + 1 < len(words):
        closes = words[last].text in _AND
        following = last + 1 if closes else last
        if (not closes and words[last].gap != COMMA) or (closes and words[following].gap != NO_GAP):
            break
        first, last = following, _right(field, following)
        items.append((first, last))
        if closes:
            return items
    return items[:1]


def _list_left(field: FieldContext, last: int, *, many: bool) -> list[tuple[int, int]]:
    """Return the name that ends before word `last`, and the others of a list that it closes."""
    words, first = field.words, _left(field, last)
    items = [(first, last)]
    if not many or first in {0, last} or words[first].gap != NO_GAP or words[first - 1].text not in _AND:
        return items
    last = first - 1
    while last > 0:
        first = _left(field, last)
        if first == last or not _opens(words, first):
            break
        items.append((first, last))
        last = first
    return items


_OPENING = frozenset(
    "the in at from near to inside outside into around within of across between both for and "  # noqa: SIM905
    "neighboring".split()
)


def _opens(words: Sequence[Word], first: int) -> bool:
    """Tell whether a list may begin, or go on, before a word; not in "the artist X and London boroughs"."""
    return words[first].gap != NO_GAP or first == 0 or words[first - 1].folded in _OPENING
