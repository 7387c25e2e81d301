"""Sentences as roles are read from them: words, mentions, clauses, and cues by kind.

Words are lower case without hyphens; a mention is one token, whatever it is made of. Nothing is parsed:
clauses end at punctuation and at words such as "which" and "but".
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from geomap import lexicon
from geomap.model import Article, Mention
from geomap.model.mentions import Field
from geomap.text import sentence_spans

_TOKEN = re.compile(r"[^\W_]+(?:['’](?!s\b)[^\W_]+)*|['’]s\b|[;:()\"“”«»,—–]| -+ ")
_BREAKS = frozenset(';:()"“”«»—–') | {
    "-", "--", "who", "which", "whose", "where", "when", "while", "but", "although", "though", "because",
}  # fmt: skip
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d(?:s|$)")
_DATED = frozenset(
    "in of until till by during early late back january february march april may june july august september "  # noqa: SIM905
    "october november december spring summer autumn winter the".split()
)


_REACH = 60
"""Bounds the time for a text that never ends a sentence; clauses of news have some ten words."""


class Cue(NamedTuple):
    """A word or phrase of the table: its kind, the half-open tokens that it takes."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """The tokens of a sentence, where its mentions stand, its cues in order, where its clauses begin.

    `mentions` and `numbers` run side by side: the token of a mention, and its number in the article.
    `capitals` holds the tokens written with a capital; `start` is the offset of the sentence in its field;
    `kinds` are those of all cues, and `last_speech` is the token of the last cue of speech, -1 without one.
    """

    field: Field
    start: int
    words: Sequence[str]
    capitals: frozenset[int]
    mentions: Sequence[int]
    numbers: Sequence[int]
    cues: Sequence[Cue]
    clauses: Sequence[int]
    kinds: frozenset[str]
    last_speech: int

    def clause(self, token: int) -> tuple[int, int]:
        """Return the half-open tokens of the clause that holds a token, no farther than some 60 from it."""
        at = bisect_right(self.clauses, token) - 1
        end = self.clauses[at + 1] if at + 1 < len(self.clauses) else len(self.words)
        return max(self.clauses[at], token - _REACH), min(end, token + _REACH)

    def cues_in(self, start: int, end: int) -> Sequence[Cue]:
        """Return the cues that begin within half-open tokens."""
        first = bisect_left(self.cues, start, key=lambda cue: cue.start)
        return self.cues[first : bisect_left(self.cues, end, key=lambda cue: cue.start)]


def read_sentences(article: Article, mentions: Sequence[Mention]) -> Iterator[Sentence]:
    """Yield the sentences of title and text that hold mentions, in the order of the text."""
    year = (article.day or "")[:4]
    fields: tuple[tuple[Field, str], ...] = (("title", article.title), ("text", article.text))
    for field, text in fields:
        held = [(number, mention) for number, mention in enumerate(mentions) if mention.field == field]
        held.sort(key=lambda each: each[1].start)
        if not held:
            continue
        at = 0
        for start, end in sentence_spans(text):
            first = at
            while at < len(held) and held[at][1].start < end:
                at += 1
            if at > first:
                yield _sentence(field, text, (start, end), held[first:at], year)


def _sentence(
    field: Field, text: str, span: tuple[int, int], held: Sequence[tuple[int, Mention]], year: str
) -> Sentence:
    start, end = span
    written: list[str] = []
    places: list[int] = []
    for _, mention in held:
        written += _words(text[start : mention.start])
        places.append(len(written))
        written.append(MENTION)
        start = max(start, mention.end)
    written += _words(text[start:end])
    words = [word.lower() for word in written]
    cues = list(_cues(words, year))
    return Sentence(
        field=field,
        start=span[0],
        words=words,
        capitals=frozenset(at for at, word in enumerate(written) if word[0].isupper()),
        mentions=places,
        numbers=[number for number, _ in held],
        cues=cues,
        clauses=[0, *(at for at in range(1, len(words)) if _begins_clause(words, at))],
        kinds=frozenset(cue.kind for cue in cues),
        last_speech=max((cue.start for cue in cues if cue.kind == "speech"), default=-1),
    )


def _begins_clause(words: Sequence[str], at: int) -> bool:
    if words[at] == "and":
        return words[at - 1] == "," and words[at + 1 : at + 2] != [MENTION]
    return words[at] in _BREAKS


MENTION = "\0"
"""Stands for a mention among the words."""


def _words(text: str) -> list[str]:
    return [word.strip() for word in _TOKEN.findall(text.replace("’", "'"))]


_TWOFOLD = {"denial": ("negative", "speech")}


def _cues(words: Sequence[str], year: str) -> Iterator[Cue]:
    phrases = cue_phrases()
    at = 0
    while at < len(words):
        known = phrases.get(words[at])
        if known is None:
            if _is_past(words, at, year):
                yield Cue("past", at, at + 1)
            at += 1
            continue
        for phrase, kind in known:
            if words[at : at + len(phrase)] == phrase:
                for each in _TWOFOLD.get(kind, (kind,)):
                    yield Cue(each, at, at + len(phrase))
                at += len(phrase)
                break
        else:
            at += 1


def _is_past(words: Sequence[str], at: int, year: str) -> bool:
    """Tell whether a word is a year other than the article's: "in 1999" is not what is reported."""
    word = words[at]
    return (
        word[0].isdigit()
        and _YEAR.match(word) is not None
        and word[:4] != year
        and at > 0
        and words[at - 1] in _DATED
    )


@cache
def cue_phrases() -> Mapping[str, Sequence[tuple[list[str], str]]]:
    """Return by their first word the phrases of the table, the longest first, with their kinds."""
    found: dict[str, list[tuple[list[str], str]]] = {}
    for row in lexicon.table("role_cues.tsv"):
        for form in (row["cue"], *row["forms"].split(",")):
            phrase = _words(form.lower())
            if phrase:
                found.setdefault(phrase[0], []).append((phrase, row["kind"]))
    for phrases in found.values():
        phrases.sort(key=lambda phrase: -len(phrase[0]))
    return found
