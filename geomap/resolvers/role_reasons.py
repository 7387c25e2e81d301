"""Reasons why a place has its role, each a name that stands in `tables/roles.tsv` with its weights.

`before_in` is a preposition before the place, `governor_event` the kind of cue right before that, `left_` and
`right_` the nearest cue on a side within the clause, `around_` and `sentence_` what stands there at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from geomap.resolvers.role_sentences import MENTION, Cue, Sentence

_PREPOSITIONS = {
    "in": "in", "at": "at", "inside": "in", "within": "in", "throughout": "in", "across": "in", "on": "on",
    "near": "near", "outside": "near", "around": "near", "off": "near", "along": "near", "between": "near",
    "beside": "near", "beyond": "near", "over": "near", "above": "near", "under": "near", "through": "near",
    "from": "from", "to": "to", "toward": "toward", "towards": "toward", "into": "into", "onto": "into",
    "for": "for", "of": "of", "against": "against", "via": "via", "with": "with", "by": "by", "like": "like",
    "unlike": "like", "than": "like", "as": "like", "after": "after", "since": "after", "before": "after",
    "about": "about", "out": "from",
}  # fmt: skip
_LINKS = frozenset(
    "the a an its his her their our this that these nearby neighboring neighbouring held controlled occupied "  # noqa: SIM905
    "rebel government besieged northern southern eastern western central north south east west northeast "
    "northwest southeast southwest northeastern northwestern southeastern southwestern far upper lower "
    "greater inner downtown old rural coastal mainly predominantly strategic border key major small large "
    "war torn town city village capital port district province region state county island camp suburb "
    "neighborhood neighbourhood quarter municipality resort airport river lake mount".split()
)
"""May stand between a preposition and the name."""
_PARTS = frozenset(
    "town city village capital port district province region state county island camp suburb neighborhood "  # noqa: SIM905
    "neighbourhood quarter municipality resort hamlet outskirts half most much rest parts "
    "part edge center centre areas area suburbs streets side "
    "countryside coast borough ward department governorate prefecture parish settlement estate "
    "townships township villages districts towns cities provinces west east north south northwest northeast "
    "southwest southeast direction vicinity heart middle community enclave commune valley peninsula".split()
)
_MEASURES = frozenset("km kilometers kilometres kilometer kilometre miles mile meters metres m hours".split())  # noqa: SIM905
_LOCATES = frozenset("in of near from on with above off outside to".split())  # noqa: SIM905
_OPENS = frozenset(
    "a an the in near on north south east west northeast northwest southeast southwest just some about not "  # noqa: SIM905
    "outside off around".split()
)
_CLOSED = (
    _LINKS | _PARTS | _MEASURES | _LOCATES | {"far", "border", "some", "about", "just", "not", "more", "than"}
)
_JOINTS = frozenset({",", "and", "or"})
_ADJACENT, _CLOSE = 1, 4
"""Tokens between a cue and the preposition: none or one is a governor, up to four is near."""
_LONGEST_APPOSITION = 12


class Phrase(NamedTuple):
    """How a place is joined to its sentence: the token where its phrase begins, the preposition's group."""

    start: int
    preposition: str


def reasons(sentence: Sentence, holds: Callable[[int, int], bool]) -> Iterator[tuple[int, frozenset[str]]]:
    """Yield the number in the article of each mention of a sentence, and the reasons for its role.

    `holds(outer, inner)` tells whether the one numbered mention means a place that contains the other's.
    """
    phrases: list[Phrase] = []
    for at, token in enumerate(sentence.mentions):
        listed = at > 0 and _is_listed(sentence, at)
        phrase = phrases[-1] if listed else _phrase(sentence, token)
        phrases.append(phrase)
        number = sentence.numbers[at]
        if _locates_other(sentence, at, phrases, holds):
            yield number, frozenset({"always", "container"})
        else:
            yield number, frozenset(_reasons(sentence, at, phrase, listed=listed))


def _phrase(sentence: Sentence, token: int) -> Phrase:
    """Go back over "the besieged city of" to the preposition; "12 km north of" counts as near."""
    words = sentence.words
    at = token - 1
    while at >= 0:
        word = words[at]
        if word == "of" and at and words[at - 1] in _PARTS:
            at -= 2
        elif word in _LINKS:
            at -= 1
        elif word in _MEASURES and at and at + 1 < token:
            return Phrase(at - 1, "near")
        else:
            break
    group = _PREPOSITIONS.get(words[at]) if at >= 0 else None
    return Phrase(at, group) if group else Phrase(at + 1, "none")


def _is_listed(sentence: Sentence, at: int) -> bool:
    """Tell whether a mention goes on a list ("Homs, Hama and Idlib"), so that it shares the role."""
    joint = _joint(sentence, at)
    if not joint or not set(joint) <= _JOINTS | {"the", "in", "near"} or not _JOINTS & set(joint):
        return False
    if joint != [","]:
        return "," not in joint or "and" in joint or "or" in joint
    following = sentence.words[sentence.mentions[at] + 1 : sentence.mentions[at] + 3]
    return following[:1] == ["and"] or following[:1] == ["or"] or following == [",", MENTION]


def _joint(sentence: Sentence, at: int) -> Sequence[str]:
    """Return the words between a mention and the one before it, none where there are not both."""
    if not 0 < at < len(sentence.mentions):
        return []
    return sentence.words[sentence.mentions[at - 1] + 1 : sentence.mentions[at]]


def _locates_other(
    sentence: Sentence, at: int, phrases: Sequence[Phrase], holds: Callable[[int, int], bool]
) -> bool:
    """Tell whether a mention only says where another is: "Jobar, a district of *Damascus*"."""
    numbers = sentence.numbers
    after = _joint(sentence, at + 1)
    if after[:1] == ["'s"] and len(after) <= _CLOSE and set(after[1:]) <= _CLOSED:
        return True
    joint = _joint(sentence, at)
    if not joint or len(joint) > _LONGEST_APPOSITION or _is_listed(sentence, at):
        return False
    if phrases[at - 1].preposition == "like":
        return False
    if holds(numbers[at], numbers[at - 1]) and joint[0] in {",", "(", "in"} and len(joint) <= _CLOSE:
        return True
    return _is_apposition(joint)


def _is_apposition(joint: Sequence[str]) -> bool:
    """Tell whether the words between two names make the second locate the first.

    So do a comma alone, "in northern", ", 12 km west of", ", a market town in", ", in Nigeria's".
    """
    if joint[0] not in {",", "("}:
        return joint[0] in {"in", "on"} and all(word in _CLOSED for word in joint[1:])
    inside = joint[1:]
    if not inside:
        return True  # a list is seen before
    if set(inside) & {",", "and"} or not (inside[0] in _OPENS or inside[0][0].isdigit()):
        return False
    if inside[0] == "in" and len(inside) <= _CLOSE:
        return True
    if all(word in _CLOSED or word[0].isdigit() for word in inside):
        return bool(_LOCATES & set(inside))
    return inside[0] in {"a", "an", "the"} and any(
        word in _PARTS and inside[number + 1] in _LOCATES for number, word in enumerate(inside[:-1])
    )


def _reasons(sentence: Sentence, at: int, phrase: Phrase, *, listed: bool) -> Iterator[str]:
    token = sentence.mentions[at]
    start, end = sentence.clause(token)
    inside = sentence.cues_in(start, end)
    left = [cue for cue in inside if cue.end <= phrase.start]
    right = [cue for cue in inside if cue.start > token]
    before = phrase.preposition
    yield "always"
    yield f"before_{before}"
    if listed:
        yield "listed"
    if len(sentence.mentions) == 1:
        yield "only_place"
    yield from _left(left, phrase, before)
    yield from _right(right, token, before)
    kinds = {cue.kind for cue in inside}
    yield from {f"before_it_{cue.kind}" for cue in left}
    yield from {f"behind_it_{cue.kind}" for cue in right}
    yield from (f"sentence_{kind}" for kind in sentence.kinds - kinds)
    yield from _speech(sentence, left, phrase, token)
    yield from _following(sentence, token)
    yield from _inserted(sentence, phrase, token)
    yield from _scope(sentence, phrase, token)
    for tense in _tense(sentence.words[start:end]):
        yield tense
        yield f"before_{before}_{tense}"
    yield from _company(sentence, token)
    if before in {"to", "into"}:
        if any(cue.kind == "force" for cue in left):
            yield "forces_to"
        if any(cue.kind == "event" for cue in right):
            yield "to_event"


def _left(left: Sequence[Cue], phrase: Phrase, before: str) -> Iterator[str]:
    if not left:
        yield "left_nothing"
        yield f"before_{before}_nothing"
        return
    nearest = left[-1]
    distance = phrase.start - nearest.end
    if distance <= _ADJACENT:
        yield f"governor_{nearest.kind}"
        yield f"before_{before}_governor_{nearest.kind}"
    elif distance <= _CLOSE:
        yield f"left_near_{nearest.kind}"
    yield f"left_{nearest.kind}"
    yield f"before_{before}_left_{nearest.kind}"


def _right(right: Sequence[Cue], token: int, before: str) -> Iterator[str]:
    if not right:
        yield "right_nothing"
        return
    nearest = right[0]
    if nearest.start - token <= _ADJACENT + 1:
        yield f"next_{nearest.kind}"
        yield f"before_{before}_next_{nearest.kind}"
    yield f"right_{nearest.kind}"


_SPEAKER_REACH = 6
_QUOTES = frozenset('"”»')
_SPEAKER_PHRASE = 14


def _attribution(sentence: Sentence, token: int) -> Iterator[str]:
    """Yield that a place follows '," said' or ", said" closely: it tells who speaks."""
    for cue in sentence.cues_in(max(1, token - _SPEAKER_PHRASE), token):
        if cue.kind == "speech":
            mark = sentence.words[cue.start - 1]
            happens = any(each.kind == "event" for each in sentence.cues_in(cue.end, token))
            if mark in _QUOTES:
                yield "attribution_event" if happens else "attribution_quote"
            elif mark == "," and not happens:
                yield "attribution_comma"


def _speech(sentence: Sentence, left: Sequence[Cue], phrase: Phrase, token: int) -> Iterator[str]:
    """Yield what makes the place that of a speaker: "a doctor in", "said the mayor of", "-based"."""
    speaks = sentence.last_speech >= 0
    if sentence.words[token + 1 : token + 2] == ["based"]:
        yield "based_speaks" if speaks else "based_silent"
    yield from _attribution(sentence, token)
    if not left or left[-1].kind not in {"source", "statement", "resident"}:
        return
    if phrase.start - left[-1].end > _SPEAKER_REACH:
        return
    kind = left[-1].kind
    yield f"{kind}_speaks" if speaks else f"{kind}_silent"
    if sentence.last_speech > token:
        yield f"{kind}_speaks_after"
    if len(left) > 1 and left[-2].kind == "speech":
        yield f"{kind}_spoke_before"


def _inserted(sentence: Sentence, phrase: Phrase, token: int) -> Iterator[str]:
    """Yield that a place ends what is put in between commas, as in "the truce, negotiated in Cairo, held"."""
    words = sentence.words
    start = phrase.start - 1
    while start > 0 and words[start] not in _STOPS and phrase.start - start < _SPEAKER_REACH:
        start -= 1
    if words[token + 1 : token + 2] == [","] and start > 0 and words[start] == ",":
        yield "inserted"
        yield from {f"inserted_{cue.kind}" for cue in sentence.cues_in(start, phrase.start)}


def _tense(clause: Sequence[str]) -> Iterator[str]:
    """Yield whether a clause tells ("was hit") or describes ("the lake lies"); "-ed" stands for the past."""
    words = set(clause)
    if words & _TOLD or any(word.endswith("ed") and len(word) > _CLOSE for word in words):
        yield "told"
    elif words & _DESCRIBED:
        yield "described"
    if words & _FINISHED:
        yield "finished"


_TOLD = frozenset({"was", "were", "been", "being"})
_DESCRIBED = frozenset({"is", "are", "has", "have"})
_FINISHED = frozenset({"has", "have"})


def _company(sentence: Sentence, token: int) -> Iterator[str]:
    """Yield that a name is part of more: "a *Tulsa* man", "*Paris* High School", "Bank of *England*"."""
    words, capitals = sentence.words, sentence.capitals
    following = words[token + 1] if token + 1 < len(words) else ""
    if token + 1 in capitals:
        yield "in_name"
    elif following[:1].isalpha() and following not in _NO_NOUNS:
        yield "modifier"
        yield from {f"modifier_{cue.kind}" for cue in sentence.cues_in(token + 1, token + 3)}
        at = token - 1
        while at >= 0 and words[at] in _LINKS and words[at] not in _ARTICLES:
            at -= 1
        if at >= 0 and (words[at] in _ARTICLES or words[at] == "old"):
            yield "modifier_article"
    before = token - 1
    while before > 0 and words[before] in {"of", "the"}:
        before -= 1
    if before > 0 and before in capitals and before < token - 1:
        yield "of_name"
    elif before > 0 and before in capitals:
        yield "behind_name"
    if words[max(0, token - 1) : token] == ["("]:
        yield "in_brackets"
    if words[max(0, token - 2) : token] == [",", "of"]:
        yield "comma_of"


_ARTICLES = frozenset({"a", "an", "the", "his", "her", "its", "their"})
_NO_NOUNS = frozenset(_PREPOSITIONS) | frozenset(
    "and or but is are was were be been has have had will would can could may might should must do does did "  # noqa: SIM905
    "that which who when where while if so then also not now still again said says there here he she it they "
    "we because although though until during".split()
)


def _scope(sentence: Sentence, phrase: Phrase, token: int) -> Iterator[str]:
    """Yield what holds for the place's part of the clause, between commas: it is denied, feared, past."""
    start, end = sentence.clause(token)
    words = sentence.words
    first = next((at for at in range(phrase.start - 1, start, -1) if words[at] == ","), start)
    last = next((at for at in range(token + 1, end) if words[at] == ","), end)
    kinds = {cue.kind for cue in sentence.cues_in(first, last)}
    yield from (f"around_{kind}" for kind in kinds)
    if kinds & {"negative", "possible"}:
        yield "unreal"
    opening = next((at for at in range(start, phrase.start) if words[at] == ","), start)
    if kinds & {"past", "compare"} or any(cue.kind == "past" for cue in sentence.cues_in(start, opening)):
        yield "elsewhen"


_STOPS = frozenset({",", MENTION})


def _following(sentence: Sentence, token: int) -> Iterator[str]:
    words = sentence.words
    at = token + 1 + (words[token + 1 : token + 2] == [","])
    if words[token + 1 : token + 2] == ["'s"]:
        yield "possessive"
    if words[at : at + 1] == ["where"]:
        yield "where"
        yield from {f"where_{cue.kind}" for cue in sentence.cues_in(*sentence.clause(at))}
