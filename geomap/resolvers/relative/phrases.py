"""Find what a text says relative to its mentions, by patterns on a window around each of them.

A phrase is read from the name outward: first what stands beside the name and makes it a border, a coast, an
outskirt or a part ("the Turkish border", "outskirts of Idlib", "northern Syria"), then how far and in which
direction from that ("10 km south of ..."). What the first word of a name says ("North Carolina") is part of
the mention and so never a direction.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from geomap.model import Article, Match, Mention, Resolution, ToponymType
from geomap.protocols import NameIndex
from geomap.resolvers.relative import patterns
from geomap.resolvers.relative.vocabulary import Distance, Heading, blocked, distance, entries, headings
from geomap.text import fold

_BEFORE, _AFTER = 110, 60
"""Characters of the text around a mention that are read."""

_LONGEST_GAP = 60
_WITH_DISTANCE = {"outside": "distance", "offshore": "offshore"}
"""Methods of words that a distance may stand before: "40 km outside", "5 km off the coast of"."""

_ONLY_WITH_DIRECTION = frozenset({"part"})
_LINES = frozenset({"border", "coast", "waterside"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """What a text says relative to one mention, or to two that it names together.

    `start` and `end` are code points of the mentions' field; `mentions` are positions among the resolutions,
    those that get the area; `named` all that the phrase is about. `division` says that the name is that of a
    province, though a town may bear it, too; `away` that the directions lead away from the place or line, and
    are not a part of it; `ambiguous` that "to the north of" may mean inside.
    """

    method: str
    start: int
    end: int
    text: str
    mentions: tuple[int, ...]
    named: tuple[int, ...]
    distance: Distance | None = None
    headings: tuple[Heading, ...] = ()
    division: bool = False
    away: bool = False
    ambiguous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """A mention with the text before and after it, up to the end of its paragraph."""

    mention: Mention
    before: str
    after: str
    water: bool = False
    demonym: bool = False


def phrases_of(article: Article, resolutions: Sequence[Resolution], names: NameIndex) -> list[Phrase]:
    """Return the phrases of an article, at most one for a mention; those with two mentions first.

    `names` are those of the gazetteer: a capital before a name may belong to it ("Northern Ireland").
    """
    found: list[Phrase] = []
    taken: set[int] = set()
    for at in range(len(resolutions) - 1):
        pair = _pair(article, resolutions, at)
        if pair is not None and taken.isdisjoint(pair.named):
            found.append(pair)
            taken.update(pair.named)
    for at, resolution in enumerate(resolutions):
        if at not in taken and _counts(resolution):
            phrase = _single(article, resolution, at, names)
            found.extend([phrase] if phrase else [])
    return found


def _is_named(resolution: Resolution) -> bool:
    """Tell whether the mention is a name of its place: "north of" it is north of no other."""
    return resolution.place is not None and not resolution.stands_in


def _counts(resolution: Resolution) -> bool:
    mention = resolution.mention
    return _is_named(resolution) and mention.type.literal and not mention.dateline


def _around(article: Article, mention: Mention) -> _Around:
    text = str(getattr(article, mention.field))
    before = text[max(0, mention.start - _BEFORE) : mention.start]
    after = text[mention.end : mention.end + _AFTER]
    return _Around(mention=mention, before=before.rpartition("\n\n")[2], after=after.partition("\n\n")[0])


# --- two names ---------------------------------------------------------------------------------


def _pair(article: Article, resolutions: Sequence[Resolution], at: int) -> Phrase | None:
    first, second = resolutions[at], resolutions[at + 1]
    if not (_is_named(first) and _is_named(second)) or first.mention.field != second.mention.field:
        return None
    text = str(getattr(article, first.mention.field))
    gap = text[first.mention.end : second.mention.start]
    if len(gap) > _LONGEST_GAP or not patterns.gap().fullmatch(gap):
        return None
    literal = tuple(each for each in (at, at + 1) if _counts(resolutions[each]))
    found = _joined(_around(article, first.mention), gap, _around(article, second.mention))
    if found is None or not literal or (found[0] != "border" and len(literal) == 1):
        return None
    method, lead, tail = found
    start = first.mention.start - lead
    phrase = Phrase(
        method=method,
        start=start,
        end=second.mention.end + tail,
        text="",
        mentions=literal,
        named=(at, at + 1),
    )
    return _finished(phrase, text) if method != "border" else _with_prefix(phrase, text)


def _joined(first: _Around, gap: str, second: _Around) -> tuple[str, int, int] | None:
    """Return the method of a pair, the length of its words before the first and after the second name."""
    hyphen = patterns.hyphen().fullmatch(gap)
    noun = patterns.noun_after_pair().match(second.after) if hyphen else None
    if noun and not _is_blocked("line", second.after[noun.end() :]):
        return ("border" if noun["border"] else "road"), 0, noun.end()
    if patterns.border_with().fullmatch(gap):
        return "border", 0, 0
    closing = patterns.closing().fullmatch(gap)
    opening = patterns.opened_pair(first.before) if closing else None
    word = re.search(r"(\w+)\s+$", first.before[: opening.start()]) if opening else None
    if word and word[1].lower() in blocked("between"):
        return None
    if not opening or not closing or (_key(opening["verb"]), _key(closing["word"])) not in patterns.JOINED:
        return None
    length = len(first.before) - opening.start()
    if opening["border"]:
        return "border", length, 0
    if opening["road"]:
        return "road", length, 0
    return ("between", length, 0) if opening["verb"].lower() == "between" else None


# --- one name ----------------------------------------------------------------------------------


def _single(article: Article, resolution: Resolution, at: int, names: NameIndex) -> Phrase | None:
    water = resolution.place is not None and resolution.place.feature_class == "H"
    around = replace(
        _around(article, resolution.mention), water=water, demonym=resolution.match is Match.DEMONYM
    )
    if not patterns.may_open(around.before) and not patterns.noun().match(around.after):
        return None
    text = str(getattr(article, resolution.mention.field))
    bare = Phrase(
        method="", start=around.mention.start, end=around.mention.end, text="", mentions=(at,), named=(at,),
        division=patterns.division().match(around.after) is not None,
    )  # fmt: skip
    for read in (_noun_after, _relation_before, _adjective_before, _from_the_name):
        phrase = read(bare, around, text, names)
        if phrase is not None:
            return phrase if phrase.method else None
    return None


def _noun_after(bare: Phrase, around: _Around, text: str, names: NameIndex) -> Phrase | None:
    """Read "Aleppo's eastern districts", "the western Aleppo countryside", "Syria's north"."""
    del names
    found = patterns.noun().match(around.after)
    if found is None or _is_blocked("line", around.after[found.end() :]):
        return None
    method = entries("after")[_key(found["noun"])] if found["noun"] else "part"
    if method == "waterside" and not around.water:
        return None
    start, directions = bare.start, headings(found["direction"] or found["direction_alone"] or "")
    adjective = patterns.adjective().search(around.before)
    if adjective and adjective["direction"] and not directions:
        directions = headings(adjective["direction"])
        start -= len(around.before) - adjective.start("word")
    if method in _ONLY_WITH_DIRECTION and not directions:
        return None
    phrase = replace(bare, method=method, start=start, end=bare.end + found.end(), headings=directions)
    return _with_prefix(phrase, text) if method in _LINES else _finished(phrase, text)


def _relation_before(bare: Phrase, around: _Around, text: str, names: NameIndex) -> Phrase | None:
    """Read "near Manbij", "the southern suburbs of Beirut", "the border with Turkey", "off Tripoli"."""
    del names
    found = patterns.relation().search(around.before)
    if found is None or (found["relation"].lower() != "off" and _names_another_thing(around)):
        return None
    method = entries("before")[_key(found["relation"])]
    directions = headings(found["direction"] or "")
    if (method == "waterside" and not around.water) or _takes_off(around.before, found):
        return None
    if method in _ONLY_WITH_DIRECTION and not directions:
        return None
    start = found.start("direction" if directions else "relation")
    if patterns.travel_time().search(around.before[:start]) or patterns.radius().search(
        around.before[:start]
    ):
        return None
    far = patterns.quantity_at_end().search(around.before[:start]) if method in _WITH_DISTANCE else None
    phrase = replace(
        bare,
        method=_WITH_DISTANCE[method] if far else method,
        start=bare.start - len(around.before) + (far.start() if far else start),
        headings=directions,
        distance=distance(far.group()) if far else None,
    )
    return _with_prefix(phrase, text) if method in _LINES else _finished(phrase, text)


def _takes_off(before: str, found: re.Match[str]) -> bool:
    word = re.search(r"(\w+)\s+$", before[: found.start()])
    return _key(found["relation"]) == "off" and word is not None and word[1].lower() in blocked("before")


def _adjective_before(bare: Phrase, around: _Around, text: str, names: NameIndex) -> Phrase | None:
    """Read "northern Syria", "central Mali", "rural Damascus", "coastal Kenya"."""
    found = patterns.adjective().search(around.before)
    if found is None or around.demonym:
        return None
    word = found["word"]
    if patterns.kind_of_another().match(around.after) or (
        word[0].isupper() and _is_name(word, around, names)
    ):
        return bare
    directions = headings(found["direction"] or "")
    adjective = found["more"] or found["only"] or found["first"]
    method = entries("adjective")[_key(adjective)] if adjective else "part"
    start = bare.start - len(around.before) + found.start("word")
    return _finished(replace(bare, method=method, start=start, headings=directions), text)


def _is_name(word: str, around: _Around, names: NameIndex) -> bool:
    """Tell whether a capital makes the word part of a longer name than the mention: "North Main Street"."""
    known = names.get(fold(f"{word} {around.mention.text}")) is not None
    return known or (not around.after.startswith(("'", "’")) and _names_another_thing(around))


def _from_the_name(bare: Phrase, around: _Around, text: str, names: NameIndex) -> Phrase | None:
    """Read "30 km north of Raqqa", "east of the capital, Damascus", "40 km outside Nairobi"."""
    del names
    if _names_another_thing(around):
        return None
    phrase = _with_prefix(bare, text)
    return phrase if phrase.method else None


def _names_another_thing(around: _Around) -> bool:
    """Tell whether the name only says whose thing is meant: "near Aleppo airport"."""
    if (
        around.demonym
        or around.after.startswith(("'s ", "’s "))
        or patterns.kind_of_another().match(around.after)
    ):
        return True
    word = re.match(r"\s+([\w'’-]+(?:\s+[\w'’-]+)?)", around.after)
    if word is None:
        return False
    pair = word[1].lower()
    if pair in blocked("after") or pair.split()[0] in blocked("after"):
        return True
    modifies = around.mention.type in {ToponymType.LITERAL_MODIFIER, ToponymType.EMBEDDED_LITERAL}
    return modifies and patterns.kind_after().match(around.after) is None


def _is_blocked(kind: str, rest: str) -> bool:
    word = re.match(r"[\s-]+([\w]+)", rest)
    return word is not None and word[1].lower() in blocked(kind)


# --- how far, in which direction ---------------------------------------------------------------


def _with_prefix(phrase: Phrase, text: str) -> Phrase:
    """Return the phrase with the distance and direction before it, if there are any."""
    before = text[max(0, phrase.start - _BEFORE) : phrase.start].rpartition("\n\n")[2]
    found = patterns.prefix().search(before)
    if found is None or (not found["quantity"] and patterns.travel_time().search(before[: found.start()])):
        return _finished(phrase, text)
    connector, quantity = _key(found["connector"]), found["quantity"]
    if not _connects(connector, found, phrase, text):
        return _finished(phrase, text)
    read = replace(
        phrase,
        method=_method(phrase.method, connector, found),
        start=phrase.start - len(before) + found.start(),
        distance=_distance(quantity, radius=found["radius"] is not None),
        headings=headings(found["direction"] or "") or phrase.headings,
        away=found["direction"] is not None,
        ambiguous=(found["pre"] or "").lower().split() == ["to", "the"],
    )
    return _finished(read, text)


def _distance(quantity: str | None, *, radius: bool) -> Distance | None:
    found = distance(quantity or "")
    return replace(found, low=0.0) if found and radius else found


def _connects(connector: str, found: re.Match[str], phrase: Phrase, text: str) -> bool:
    if connector in {"of", "around"} and not found["direction"]:
        return bool(found["radius"] or patterns.at_most().search(found["quantity"] or ""))
    if found["quantity"] is None:
        return connector == "of" if found["direction"] else connector == "off" and phrase.method == "coast"
    return not (connector == "from" and text[phrase.end : phrase.end + 4].startswith((" to ", " and")))


def _method(base: str, connector: str, found: re.Match[str]) -> str:
    if base == "coast":
        return "offshore" if connector.startswith("off") or found["quantity"] is None else base
    if base:
        return base
    if connector.startswith("off"):
        return "offshore"
    if found["quantity"]:
        return "distance"
    before = (found["pre"] or "").lower().split()
    return "part" if "the" in before and before[0] != "to" else "direction"


def _finished(phrase: Phrase, text: str) -> Phrase:
    return replace(phrase, text=text[phrase.start : phrase.end])


def _key(text: str) -> str:
    return re.sub(r"\s+", " ", text.lower())
