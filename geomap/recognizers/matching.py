"""Every stretch of a text that a gazetteer's name or an abbreviation fits, before it is judged.

A name may span a space, a hyphen or the dot of "St."; its words are capitalized but for connectors
("of", "de", "al-"). At each word all lengths are offered, the longest first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from geomap import lexicon
from geomap.model import NameKind
from geomap.protocols import NameFacts, NameIndex
from geomap.text import ARABIC_ARTICLES, COMMA, NO_GAP, Word, expand, fold, romanize

LONGEST_NAME = 7
"""Words of the longest name that is matched; of the gazetteer's names one in 700 is longer."""

CONNECTORS = ARABIC_ARTICLES | frozenset(
    "of and the de da do das dos del della di du des le la les los las y e von van der den am im zu zur auf "  # noqa: SIM905
    "upon on by in under with super sur sous au aux bin ibn abu umm i op aan het ter ten "
    "nad na og bei unter und".split()
)


@dataclass(frozen=True, slots=True)
class Match:
    """Words first:last (half-open) of a text, its code points, and what the names say of it."""

    first: int
    last: int
    start: int
    end: int
    key: str
    facts: NameFacts
    abbreviation: bool = False


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A short form such as "Calif."; `after_comma` ones count only after a name and a comma."""

    text: str
    after_comma: bool
    case_sensitive: bool


@cache
def abbreviations() -> Mapping[str, tuple[Abbreviation, ...]]:
    """Return abbreviations by the letters and digits that they begin with, the longest first."""
    found: dict[str, list[Abbreviation]] = {}
    for row in lexicon.table("abbreviations.tsv"):
        entry = Abbreviation(
            text=row["abbreviation"],
            after_comma=row["context"] == "after_comma",
            case_sensitive=row["case_sensitive"] == "yes",
        )
        found.setdefault(_beginning(entry.text), []).append(entry)
    return {
        key: tuple(sorted(entries, key=lambda entry: (-len(entry.text), entry.after_comma, entry.text)))
        for key, entries in found.items()
    }


@cache
def _beginning(text: str) -> str:
    end = next((at for at, char in enumerate(text) if not char.isalnum()), len(text))
    return text[:end].casefold()


def matches_at(text: str, words: Sequence[Word], at: int, names: NameIndex) -> list[Match]:
    """Return what fits from word `at` on, the longest first; an abbreviation hides names of its length."""
    if not _may_begin(words, at):
        return []
    found: dict[int, Match] = {match.end: match for match in _names_at(words, at, names)}
    for match in _abbreviations_at(text, words, at):
        found[match.end] = match
    if not found:
        found = {match.end: match for match in _romanized_at(words, at, names)}
    return [found[end] for end in sorted(found, reverse=True)]


def _names_at(words: Sequence[Word], at: int, names: NameIndex) -> Iterator[Match]:
    window, ends = _window(words, at, owned=True)
    for facts in names.prefixes(window):
        last = ends.get(facts.length)
        if last is None or facts.kinds == NameKind.ABBREVIATION:
            continue
        if words[last - 1].text[0].islower():
            continue
        yield Match(at, last, words[at].start, words[last - 1].end, window[: facts.length], facts)


_PLACE_WORDS = frozenset(
    "in near outside inside across throughout around at within into through from to toward towards of off "  # noqa: SIM905
    "between village town city neighborhood neighbourhood district province and".split()
)


def _romanized_at(words: Sequence[Word], at: int, names: NameIndex) -> Iterator[Match]:
    """Yield names in another romanization, where a word before says that a place may come.

    Only for words that are neither English nor a person's name. Costs when wrong: an unknown village
    is taken for one that sounds like it; nothing is lost, for it would not have been found at all.
    """
    word = words[at]
    if (
        at == 0
        or word.gap
        or words[at - 1].folded not in _PLACE_WORDS
        or len(word.text) < _SHORTEST_ROMANIZED
    ):
        return
    if word.text.isupper() or is_ordinary(word.folded):
        return
    window, ends = _window(words, at)
    keys = [romanize(each) for each in window.split()]
    lasts = {len(" ".join(keys[:count])): at + count for count in range(1, len(keys) + 1)}
    for facts in names.romanized(" ".join(keys)):
        last = lasts.get(facts.length)
        if last is not None and last in ends.values() and words[last - 1].text[0].isupper():
            key = " ".join(each.folded for each in words[at:last])
            yield Match(at, last, word.start, words[last - 1].end, key, facts)


_SHORTEST_ROMANIZED = 4


@cache
def is_ordinary(folded: str) -> bool:
    """Tell whether a word is English, a given name or a surname."""
    known = (lexicon.word_list("words.txt.xz"), lexicon.given_names(), lexicon.surnames())
    return any(folded in names for names in known)


def _window(words: Sequence[Word], at: int, *, owned: bool = False) -> tuple[str, dict[int, int]]:
    """Return the folded words from `at` on that one name may hold, and word numbers by folded length.

    Where names may be `owned`, one goes on behind 's: "Cox's Bazar".
    """
    first = words[at]
    folded = [first.folded]
    ends = {len(first.folded): at + 1}
    length = len(first.folded)
    for number in range(at + 1, min(len(words), at + LONGEST_NAME)):
        word = words[number]
        if owned and word.text == "s" and word.gap and word.start == words[number - 1].end + 1:
            folded[-1] += "s"
            length += 1
            continue
        if word.gap or not (word.text[0].isupper() or word.text[0].isdigit() or word.folded in CONNECTORS):
            break
        if number == at + 1:
            folded[0] = expand(first.folded)
            length = len(folded[0])
        folded.append(expand(word.folded))
        length += 1 + len(folded[-1])
        ends[length] = number + 1
    if len(folded) > 1 and folded[0] not in {first.folded, f"{first.folded}s"}:
        ends.pop(len(first.folded), None)
    return " ".join(folded), ends


def _may_begin(words: Sequence[Word], at: int) -> bool:
    word = words[at]
    if word.text[0].isupper():
        return word.folded != "the" and not word.text.endswith(("n't", "n’t"))
    if word.folded in ARABIC_ARTICLES and at + 1 < len(words):
        following = words[at + 1]
        return following.gap == NO_GAP and following.text[0].isupper()
    return not word.text[0].isascii() and word.text[0].isalpha() and not word.text[0].islower()


def _abbreviations_at(text: str, words: Sequence[Word], at: int) -> Iterator[Match]:
    word = words[at]
    for entry in abbreviations().get(_beginning(word.text), ()):
        end = word.start + len(entry.text)
        written = text[word.start : end]
        same = written == entry.text if entry.case_sensitive else written.casefold() == entry.text.casefold()
        if not same or (end < len(text) and text[end].isalnum() and text[end - 1] != "."):
            continue
        if entry.after_comma and not _after_name_and_comma(words, at):
            continue
        last = at + 1
        while last < len(words) and words[last].start < end:
            last += 1
        facts = NameFacts(len(entry.text), NameKind.ABBREVIATION, 0.8, 1)
        yield Match(at, last, word.start, end, fold(entry.text), facts, abbreviation=True)
        return


def _after_name_and_comma(words: Sequence[Word], at: int) -> bool:
    if at == 0 or words[at].gap != COMMA:
        return False
    return words[at - 1].text[0].isupper()
