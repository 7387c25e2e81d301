"""Reasons for and against a match being a mention: one small function each, all values in [0, 1].

Their weights stand in `tables/recognition.tsv`; a match is a mention where the weighed sum is positive.
Reasons only look at tables and the article, never at what a particular name "is".
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from geomap import lexicon
from geomap.model import NameKind
from geomap.protocols import NameIndex
from geomap.recognizers.context import ArticleContext
from geomap.recognizers.matching import Match
from geomap.text import COMMA, NO_GAP, Word
from geomap.weighing import probability, weights

Features = dict[str, float]

_IN = frozenset("in near outside inside across throughout around at within into through".split())  # noqa: SIM905
_FROM = frozenset("from to toward towards of off for between via over along via beyond".split())  # noqa: SIM905
_BY = frozenset("by with against and or versus vs".split())  # noqa: SIM905
_SAY = frozenset("said says told added asked told wrote explained recalled noted".split())  # noqa: SIM905
_CARDINAL = frozenset(
    "north south east west northern southern eastern western central northeast northwest southeast southwest "  # noqa: SIM905
    "northeastern northwestern southeastern southwestern downtown suburban rural upper lower greater inner "
    "metropolitan nearby neighboring neighbouring mainland".split()
)


def score(features: Features) -> float:
    """Return the probability that a match is a mention, by the weights of the table."""
    return probability(features, weights("recognition.tsv"))


def features_of(match: Match, number: int, article: ArticleContext, names: NameIndex) -> Features:
    """Return the reasons for a match in the article's field of that number."""
    field = article.fields[number]
    words = field.words
    before = words[match.first - 1] if match.first and words[match.first].gap == NO_GAP else None
    after = words[match.last] if match.last < len(words) and words[match.last].gap == NO_GAP else None
    found: Features = {"always": 1.0}
    _name(found, match, words)
    _word(found, match, words, article)
    _sides(found, before, after)
    _commas(found, match, words, names)
    _phrases(found, match, words)
    _persons(found, match, number, article, before, after)
    if field.headline[match.first]:
        found["in_headline"] = 1.0
    if words[match.first].sentence_start:
        found["sentence_start"] = 1.0
    _fame(found, match)
    return found


_FAMOUS = 0.8
_WEAKENED_BY_FAME = (
    "ordinary", "ordinary_at_start", "written_small", "given_name", "surname", "in_headline",
    "before_nothing", "after_capital", "before_capital", "sentence_start", "after_say", "alternate_only",
    "three_letters", "several_words",
)  # fmt: skip


def _fame(found: Features, match: Match) -> None:
    """Let reasons weigh otherwise where a country or a great city bears the name: Turkey, China."""
    if match.facts.prominence >= _FAMOUS and not found.get("abbreviation"):
        for name in _WEAKENED_BY_FAME:
            if name in found:
                found[f"{name}_famous"] = found[name]


def _name(found: Features, match: Match, words: Sequence[Word]) -> None:
    kinds, prominence = match.facts.kinds, match.facts.prominence
    if match.abbreviation:
        found["abbreviation"] = 1.0
        return
    if kinds & NameKind.DEMONYM:
        found["demonym"] = 1.0
        if not kinds & (NameKind.NAME | NameKind.ALTERNATE):
            return
    found["prominence"] = prominence
    found[f"prominence_{min(9, int(prominence * 10))}"] = 1.0
    if kinds & NameKind.ROMANIZED:
        found["romanized"] = 1.0
    elif not kinds & NameKind.NAME:
        found["alternate_only"] = 1.0
    if match.last - match.first > 1:
        found["several_words"] = 1.0
    _letters(found, match, words)


def _letters(found: Features, match: Match, words: Sequence[Word]) -> None:
    letters = match.end - match.start
    if letters < 4:  # noqa: PLR2004
        found["two_letters" if letters < 3 else "three_letters"] = 1.0  # noqa: PLR2004
        if words[match.first].sentence_start:
            found["short_at_start"] = 1.0
    texts = [word.text for word in words[match.first : match.last]]
    if all(text.isupper() for text in texts):
        found["all_capitals"] = 1.0
    if ord(texts[0][0]) > _LAST_LATIN:
        found["other_script"] = 1.0
    found["many_places"] = math.log(match.facts.places) / math.log(255)


_LAST_LATIN = 0x24F


def _word(found: Features, match: Match, words: Sequence[Word], article: ArticleContext) -> None:
    stop = lexicon.stop_names().get(match.key)
    if stop is not None and not match.abbreviation:
        found["stop_name"] = 1.0
        found[f"stop_{stop}"] = 1.0
    if match.last - match.first > 1:
        if all(word.folded in lexicon.word_list("words.txt.xz") for word in words[match.first : match.last]):
            found["all_ordinary"] = 1.0
        return
    text = (words[match.first].text,)
    if lexicon.organization_heads().covers("after", text):
        found["is_organization_head"] = 1.0
    if match.key in lexicon.word_list("words.txt.xz"):
        found["ordinary"] = 1.0
        if words[match.first].sentence_start:
            found["ordinary_at_start"] = 1.0
    if match.key in article.lower:
        found["written_small"] = 1.0
    _persons_too(found, match)


def _persons_too(found: Features, match: Match) -> None:
    given = lexicon.given_names().get(match.key, 0.0)
    surname = lexicon.surnames().get(match.key, 0.0)
    if given:
        found["given_name"] = min(1.0, math.log1p(given) / 7)
    if surname:
        found["surname"] = min(1.0, math.log1p(surname) / 7)
    if not given and not surname and "ordinary" not in found:
        found["only_a_place"] = 1.0


def _sides(found: Features, before: Word | None, after: Word | None) -> None:
    if before is not None:
        found[f"before_{_side(before)}"] = 1.0
    else:
        found["before_nothing"] = 1.0
    if after is None:
        found["after_nothing"] = 1.0
    elif after.text == "s":
        found["possessive"] = 1.0
    elif after.text[0].isupper():
        found["after_capital"] = 1.0
    elif after.folded in _SAY:
        found["after_say"] = 1.0
    elif after.folded in {"and", "or"}:
        found["after_and"] = 1.0
    else:
        found["after_small"] = 1.0


def _side(word: Word) -> str:
    small = word.text[0].islower()
    folded = word.folded
    if folded in _IN:
        return "in"
    if folded in _FROM:
        return "from"
    if folded in _BY:
        return "by"
    if folded == "the":
        return "the"
    if folded in _CARDINAL:
        return "cardinal"
    if folded in {"a", "an", "his", "her", "their", "my", "our", "this", "that", "no", "every", "each"}:
        return "determiner"
    if small:
        return "small"
    return "digit" if word.text[0].isdigit() else "capital"


def _commas(found: Features, match: Match, words: Sequence[Word], names: NameIndex) -> None:
    """See "X, Y" where the other side is a place of rank: Paris, Texas and the list Homs, Hama, Idlib."""
    if match.last < len(words) and words[match.last].gap == COMMA:
        found["comma_after"] = 1.0
        found["place_after_comma"] = _prominence_from(words, match.last, names)
    if words[match.first].gap == COMMA and match.first > 0:
        found["comma_before"] = 1.0
        found["place_before_comma"] = _prominence_to(words, match.first - 1, names)
    if (
        match.first > 1
        and words[match.first - 1].folded in {"and", "or"}
        and words[match.first].gap == NO_GAP
    ):
        found["place_before_and"] = _prominence_to(words, match.first - 2, names)
    run = 0
    while match.last + run < len(words) and run < 3 and _goes_on(words[match.last + run]):  # noqa: PLR2004
        run += 1
    if run:
        found[f"capitals_after_{run}"] = 1.0
        if words[match.last].text.rstrip(".").lower() in lexicon.titles():
            found["before_title"] = 1.0
    if match.last + 1 < len(words) and words[match.last].folded in {"and", "or"}:
        found["place_after_and"] = _prominence_from(words, match.last + 1, names)


def _goes_on(word: Word) -> bool:
    return word.gap == NO_GAP and word.text[0].isupper()


def _prominence_from(words: Sequence[Word], at: int, names: NameIndex) -> float:
    best = 0.0
    key = ""
    for word in words[at : at + 3]:
        if not word.text[0].isupper() or (key and word.gap):
            break
        key = f"{key} {word.folded}".strip()
        facts = names.get(key)
        if facts is not None:
            best = max(best, facts.prominence)
    return best if best > 0.6 else 0.0  # noqa: PLR2004


def _prominence_to(words: Sequence[Word], at: int, names: NameIndex) -> float:
    best = 0.0
    key = ""
    for word in reversed(words[max(0, at - 2) : at + 1]):
        if not word.text[0].isupper():
            break
        key = f"{word.folded} {key}".strip()
        facts = names.get(key)
        if facts is not None:
            best = max(best, facts.prominence)
        if word.gap:
            break
    return best if best > 0.6 else 0.0  # noqa: PLR2004


def _phrases(found: Features, match: Match, words: Sequence[Word]) -> None:
    before = tuple(words_before(words, match.first))
    after = tuple(words_after(words, match.last))
    for side, hits in (("before", lexicon.frames().before(before)), ("after", lexicon.frames().after(after))):
        if hits:
            found[f"frame_{side}"] = max(strength for strength, _ in hits)
            if hits[0][0] > 0.8:  # noqa: PLR2004
                found[f"strong_frame_{side}"] = 1.0
    heads = lexicon.organization_heads()
    for side, hits in (("before", heads.before(before)), ("after", heads.after(after))):
        if hits:
            found[f"organization_{side}"] = 1.0
    if lexicon.metonymy_cues().after(after) or lexicon.metonymy_cues().before(before):
        found["metonymy_cue"] = 1.0


def words_before(words: Sequence[Word], at: int) -> list[str]:
    """Return up to five words before word `at` and its "the", in text order, back to a comma or stop."""
    found: list[str] = []
    if at > 1 and words[at].gap == NO_GAP and words[at - 1].folded == "the" and words[at - 1].gap == NO_GAP:
        at -= 1
    while len(found) < lexicon.Phrases.LONGEST and at > 0 and words[at].gap == NO_GAP:
        at -= 1
        found.append(words[at].text)
    return found[::-1]


def words_after(words: Sequence[Word], at: int) -> list[str]:
    """Return up to five words from word `at` on, as far as no comma or stop parts them."""
    found: list[str] = []
    while len(found) < lexicon.Phrases.LONGEST and at < len(words) and words[at].gap == NO_GAP:
        found.append(words[at].text)
        at += 1
    return found


def _persons(
    found: Features,
    match: Match,
    number: int,
    article: ArticleContext,
    before: Word | None,
    after: Word | None,
) -> None:
    single = match.last - match.first == 1
    if all((number, at) in article.hidden for at in range(match.first, match.last)):
        found["inside_stop_name"] = 1.0
    if any((number, at) in article.person_words for at in range(match.first, match.last)):
        found["in_person_name"] = 1.0
    elif single and match.key in article.persons:
        found["surname_in_article"] = 1.0
    given = lexicon.given_names()
    if before is not None and before.text[0].isupper():
        if before.text.rstrip(".").lower() in lexicon.titles():
            found["after_title"] = 1.0
        elif before.folded in given:
            found["after_given_name"] = 1.0
    if after is not None and after.text[0].isupper() and single:
        _surname_after(found, after)


def _surname_after(found: Features, after: Word) -> None:
    ordinary = after.folded in lexicon.word_list("words.txt.xz")
    if ordinary:
        return
    if after.folded not in lexicon.surnames():
        found["before_unknown_capital"] = 1.0
        return
    found["before_surname"] = 1.0
    if "given_name" in found:
        found["full_name"] = 1.0
