"""The patterns of relative phrases, made of the words of the table once, when they are first asked for.

Those of text before a name end at its end; those of text after a name begin at its beginning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from geomap.resolvers.relative.vocabulary import any_of, direction_pattern, entries, quantity_pattern

JOINED = frozenset(
    (verb, word)
    for verbs, words in (
        (("between",), ("and",)),
        (("from",), ("to",)),
        (("linking", "connecting", "joining", "links", "connects", "joins"), ("to", "with", "and")),
        (("of",), ("with", "and")),
    )
    for verb in verbs
    for word in words
)
"""What opens and what closes a pair of names: "between Homs and Hama", "the road linking A to B"."""

_HELD = r"(?:[\w]+-(?:held|controlled|run|backed|besieged)|besieged|nearby|war-torn|downtown|greater)\s+"
_REMOTE = r"(?:far|extreme|deep|remote|restive|arid|mountainous|rural|[\w]+-(?:rich|held|controlled))\s+"
_FILLERS = (
    r"(?:(?:away|further|farther|due|just|straight|directly|inland|up|down|outside|offshore|or\s+so|out)\s+)*"
)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@cache
def _kinds() -> str:
    return any_of([*entries("generic"), *entries("division")])


@cache
def _link() -> str:
    """Return what may stand between a relation and its name: "the Syrian town of", "the capital, "."""
    kind = _kinds()
    return (
        rf"(?:the\s+)?(?:(?:(?!(?:of|in|on|and)\b)[\w'’-]+\s+){{0,3}}{kind}s?\s+of\s+(?:the\s+)?|(?:[\w'’-]+\s+)?capital,?\s+"
        rf"|{any_of(entries('generic'))}\s+|{_HELD}|\w+['’]s\s+)?(?:the\s+)?"
    )


@cache
def _directions() -> str:
    one = direction_pattern()
    return rf"{one}(?:\s*(?:and|or|/|,)\s*{one})*"


_WORD = re.compile(r"[\w'’-]+")
_TAIL = 80
_WORDS_BACK = 8


def may_open(before: str) -> bool:
    """Tell whether the words before a name can be such a phrase: a look at the last few of them.

    Nearly all names stand behind something else, and the patterns take a hundred times as long.
    """
    words = list(_WORD.finditer(before, max(0, len(before) - _TAIL)))[-_WORDS_BACK:]
    for at in reversed(range(len(words))):
        known = _openers().get(words[at].group().lower())
        if known is None:
            continue
        previous = words[at - 1].group().lower() if at else ""
        if ("" in known or previous in known or _is_direction(previous)) and _rest().fullmatch(
            before, words[at].end()
        ):
            return True
    last = words[-1].group().lower() if words else ""
    return (
        last in _adjectives()
        or _is_direction(last.removesuffix("-central"))
        or _held().search(before) is not None
    )


@cache
def _openers() -> Mapping[str, frozenset[str]]:
    """Return last words of what stands before a name, to the words before them; "" for any word."""
    found: dict[str, set[str]] = {}
    for phrase in entries("before"):
        *others, last = phrase.split()
        found.setdefault(last, set()).add(others[-1] if others else "")
    units = {form for unit in entries("unit") for form in (unit.split()[-1], f"{unit.split()[-1]}s")}
    for connector in ("of", "from", "around"):
        found.setdefault(connector, set()).update(
            units | {"away", "radius", "short", "outside", "so", "inland"}
        )
    return {last: frozenset(others) for last, others in found.items()}


@cache
def _adjectives() -> frozenset[str]:
    return frozenset(phrase.split()[-1] for phrase in entries("adjective"))


@cache
def _rest() -> re.Pattern[str]:
    return _compiled(rf"\s+{_link()}")


@cache
def _held() -> re.Pattern[str]:
    return _compiled(rf"(?<![\w-]){_HELD}$")


@lru_cache(maxsize=4096)
def _is_direction(word: str) -> bool:
    return re.fullmatch(direction_pattern(), word, re.IGNORECASE) is not None


@cache
def gap() -> re.Pattern[str]:
    """Match text between two names that can join them."""
    return re.compile(r"(?:['’]s)?[\s\w'’,–—/-]*", re.IGNORECASE)


@cache
def hyphen() -> re.Pattern[str]:
    """Match what joins the two ends of a road or the two sides of a border."""
    return re.compile(r"\s*[-–—/]\s*|\s+(?:to|and)\s+", re.IGNORECASE)


@cache
def noun_after_pair() -> re.Pattern[str]:
    """Match "border" or "highway" after two names."""
    roads, borders = any_of(entries("road")), any_of(entries("border"))
    return _compiled(rf"\s+(?:[\w-]+\s+)?(?:(?P<border>{borders})|(?P<road>{roads}))\b")


@cache
def border_with() -> re.Pattern[str]:
    """Match what stands between the two names of "Turkey's southern border with Syria"."""
    borders = any_of(entries("border"))
    return _compiled(
        rf"(?:['’]s?)?\s+(?:side\s+of\s+the\s+)?(?:[\w-]+\s+){{0,2}}{borders}\s+with\s+{_link()}"
    )


def opened_pair(before: str) -> re.Match[str] | None:
    """Match "between ", "the border between ", "the road from " before the first of two names."""
    words = {word.lower() for word in _WORD.findall(before[-_TAIL:])[-_WORDS_BACK:]}
    return None if words.isdisjoint(verb for verb, _ in JOINED) else _opening().search(before)


@cache
def _opening() -> re.Pattern[str]:
    roads, borders = any_of(entries("road")), any_of(entries("border"))
    verbs = any_of({verb for verb, _ in JOINED})
    return _compiled(
        rf"(?:\b(?:(?P<border>{borders})|(?<!en\s)(?P<road>{roads})s?)\s+)?(?:(?:that|which|leading|running|goes|runs)\s+)*"
        rf"(?:half-?\s?way\s+|mid-?way\s+|somewhere\s+)?\b(?P<verb>{verbs})\s+{_link()}$"
    )


@cache
def closing() -> re.Pattern[str]:
    """Match " and the town of " between two names."""
    return _compiled(rf"(?:\s+{_kinds()})?,?\s+(?P<word>and|to|with)\s+{_link()}")


@cache
def relation() -> re.Pattern[str]:
    """Match "near ", "the northern outskirts of the town of " before a name."""
    return _compiled(
        rf"\b(?:(?P<direction>{_directions()})\s+)?(?P<relation>{any_of(entries('before'))})\s+{_link()}$"
    )


@cache
def adjective() -> re.Pattern[str]:
    """Match "northern ", "central " right before a name."""
    words = any_of(entries("adjective"))
    return _compiled(
        rf"(?<![\w-])(?P<word>(?:(?P<first>{words})\s+and\s+)?(?P<direction>{_directions()})(?:[-\s]central)?"
        rf"(?:\s+(?:and\s+)?(?P<more>{words}))?|(?P<only>{words}))"
        rf"\s+(?:{_HELD})?$"
    )


@cache
def noun() -> re.Pattern[str]:
    """Match "'s northern border", " province countryside", "'s north" after a name."""
    bare = r"(?:north|south|east|west)(?:-?(?:east|west))?"
    return _compiled(
        rf"(?:\s+{_kinds()})?(?:['’]s?)?(?:\s+(?:(?P<direction>{_directions()})\s+)?"
        rf"(?P<noun>{any_of(entries('after'))})\b|(?<=s)\s+(?:far\s+)?(?P<direction_alone>{bare})"
        r"(?=\s*$|[.,;:)!?]|\s+(?:and|or|where|after|on|in|to|as|by|with|for|from|is|was|has|have|had|were|but|who)\b))"
    )


@cache
def division() -> re.Pattern[str]:
    """Match " province" after a name."""
    return _compiled(rf"\s+{any_of(entries('division'))}\b")


@cache
def kind_after() -> re.Pattern[str]:
    """Match a kind of place after a name: " city", " province"; or the end of the phrase."""
    return _compiled(rf"\s+{_kinds()}\b|\s*[,.;:)!?]|\s*$")


@cache
def kind_of_another() -> re.Pattern[str]:
    """Match " town of" after "Syrian", " capital Colombo" after "Sri Lankan": another name follows."""
    return re.compile(rf"\s+(?i:{_kinds()}),?\s+(?:of\b|[^\W\d_a-z])")


@cache
def prefix() -> re.Pattern[str]:
    """Match "about 12 miles (20 km) south-west of ", "east of ", "30 km from the " at the end of a text."""
    return _compiled(
        rf"(?:(?<![\w£$€.,])(?P<quantity>{quantity_pattern()})[\s-]+(?P<radius>radius\s+)?)?{_FILLERS}"
        rf"(?P<pre>(?:\b(?:to|in|into|from|across|throughout|of|for)\s+)?\bthe\s+(?:{_REMOTE})?)?"
        rf"(?:\b(?P<direction>{_directions()})\s+)?"
        rf"\b(?P<connector>of|from|off|outside\s+of|outside|away\s+from|around|short\s+of)\s+{_link()}$"
    )


@cache
def quantity_at_end() -> re.Pattern[str]:
    """Match a distance at the end of a text."""
    return _compiled(rf"(?<![\w£$€.,]){quantity_pattern()}[\s-]+{_FILLERS}$")


@cache
def radius() -> re.Pattern[str]:
    """Match "30-km radius " at the end of a text."""
    return _compiled(rf"{quantity_pattern()}[\s-]+radius\s+$")


@cache
def at_most() -> re.Pattern[str]:
    """Match a distance that is an upper bound."""
    return _compiled(rf"^{any_of(entries('less'))}\b")


@cache
def travel_time() -> re.Pattern[str]:
    """Match "an hour's drive " and its like at the end of a text."""
    return _compiled(rf"\b{any_of(entries('drive'))}['’]?s?['’]?\s+(?:[\w-]+\s+){{0,2}}$")
