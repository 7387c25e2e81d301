"""What the resolver sees of an article: names in groups, who stands beside whom, and the votes so far.

Mentions of one folded name form one group, for an article rarely means two places by one name; where it
says so itself ("Paris, Texas" beside "Paris, France") the group is split by the parent that is named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geomap import lexicon
from geomap.model import Article, Candidate, Match, Mention, Place, ToponymType
from geomap.outlets import UNKNOWN_ORIGIN, Origin
from geomap.protocols import Gazetteer
from geomap.resolvers.beside import Beside, gap, standing_beside
from geomap.resolvers.containment import Containment
from geomap.resolvers.groups import Group, Pair
from geomap.resolvers.possible import Possible
from geomap.text import fold


@dataclass(frozen=True, slots=True)
class Scene:
    """The groups of an article, what is known of their candidates, and what is known from outside.

    `ancestors` and `fame` (`geomap.lexicon.prominence`) go by place id. `focus` holds the weights in (0, 1]
    of the countries that the user named; `possible` is what the names could mean, `beside` which groups
    stand beside which.
    """

    article: Article
    groups: Sequence[Group]
    ancestors: Mapping[str, frozenset[str]]
    fame: Mapping[str, float]
    by_key: Mapping[str, Sequence[Group]]
    possible: Possible
    beside: Sequence[Beside]
    focus: Mapping[str, float]
    origin: Origin


def group_mentions(
    article: Article,
    pairs: Sequence[Pair],
    gazetteer: Gazetteer,
    containment: Containment,
    *,
    focus: Mapping[str, float] | None = None,
    origin: Origin = UNKNOWN_ORIGIN,
) -> Scene:
    """Return the scene of an article before any decision."""
    ancestors = _Ancestors(gazetteer)
    cues = _parent_cues(article, pairs, ancestors)
    groups: dict[tuple[str, frozenset[str]], Group] = {}
    for number, (mention, candidates) in enumerate(pairs):
        if not candidates:
            continue
        demonym = mention.type in {ToponymType.DEMONYM, ToponymType.LANGUAGE}
        parents, sure = cues.get(number, (frozenset(), False))
        key = (fold(mention.text) + ("*" if demonym else ""), parents)
        group = groups.get(key)
        if group is None:
            group = groups[key] = Group(key[0], [], candidates, parents, demonym=demonym)
            group.closeness = _closeness(candidates)
        group.mentions.append(number)
        group.acts = group.acts or mention.type is ToponymType.METONYMY
        if mention.field == "text":
            group.first_in_text = min(group.first_in_text, number)
        group.sure = group.sure or sure
        group.kinds = group.kinds | _kinds_beside(article, mention)
        group.dateline = group.dateline or mention.dateline
    known = {
        candidate.place.id: ancestors.ids(candidate.place)
        for group in groups.values()
        for candidate in group.candidates
    }
    _add_by_polygon(known, list(groups.values()), containment)
    fame = {
        candidate.place.id: lexicon.prominence(candidate.place, candidate.name_count)
        for group in groups.values()
        for candidate in group.candidates
    }
    by_key: dict[str, list[Group]] = {}
    for group in groups.values():
        by_key.setdefault(group.key, []).append(group)
    ordered = list(groups.values())
    return Scene(
        article=article,
        groups=ordered,
        ancestors=known,
        fame=fame,
        by_key=by_key,
        possible=Possible(ordered),
        beside=standing_beside(article, pairs, ordered),
        focus=focus or {},
        origin=origin,
    )


def _closeness(candidates: Sequence[Candidate]) -> dict[str, float]:
    """Return, by place id, how close the name stands that may hold a mention: 1, 1/2, 1/3."""
    anchors = dict.fromkeys(each.matched_name for each in candidates if each.match is Match.WITHIN)
    order = {name: 1 / (1 + at) for at, name in enumerate(anchors)}
    return {each.place.id: order[each.matched_name] for each in candidates if each.match is Match.WITHIN}


_AREA_CANDIDATES = 3


def _add_by_polygon(
    known: dict[str, frozenset[str]], groups: Sequence[Group], containment: Containment
) -> None:
    """Add the provinces and countries of the article that hold a candidate whose codes do not tell."""
    without_code = [
        candidate.place
        for group in groups
        for candidate in group.candidates
        if not candidate.place.admin1_code and candidate.place.feature_class not in {"A", "L"}
    ]
    if not without_code:
        return
    areas = [
        candidate.place
        for group in groups
        for candidate in group.candidates[:_AREA_CANDIDATES]
        if candidate.place.feature_code in {"ADM1", "PCLI"}
    ]
    for place in without_code:
        held = {area.id for area in areas if containment.holds(area, place.point)}
        known[place.id] |= held


class _Ancestors:
    """Ids of the ancestors of a place, asked for once."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._known: dict[str, frozenset[str]] = {}

    def ids(self, place: Place) -> frozenset[str]:
        """Return the ids of the places that contain this one."""
        found = self._known.get(place.id)
        if found is None:
            found = frozenset(ancestor.id for ancestor in self._gazetteer.ancestors(place))
            self._known[place.id] = found
        return found


_DIRECTION = (
    r"(?:the )?(?:(?:far )?(?:north|south|east|west|central|northern|southern|eastern|western|"
    r"northeastern|northwestern|southeastern|southwestern)(?:ern)? )?"
)
_FRAME = (
    r"(?: (?:neighbou?rhood|district|quarter|suburb|area|village|town|city|camp|corridor|crossing|checkpoint|"
    r"hospital|clinic|market|bridge|base|airbase|airport|prison|mosque|church|school|square|county|province))"
)
_HELD = r"(?:[a-z]+-(?:held|controlled|run|occupied|besieged) |besieged |nearby |neighbou?ring )?"
_JOINT = re.compile(
    rf"(?:, | \(|{_FRAME}?,? in {_HELD}{_DIRECTION}"
    rf"|, (?:the|a|an) (?:[a-z-]+ ){{1,5}}(?:in|of) {_HELD}{_DIRECTION})$"
)
"""What joins a name to its container: "Paris, Texas", "Jobar district in eastern Damascus", "the Karaj
al-Hajz corridor in rebel-held Aleppo". Cost when wrong: "the Paris school in Texas" is in Paris, Texas.
"""
_CUE_CANDIDATES = 12


def _parent_cues(
    article: Article, pairs: Sequence[Pair], ancestors: _Ancestors
) -> dict[int, tuple[frozenset[str], bool]]:
    """Return, by mention, the ids of the containers beside it ("Paris, Texas"), and whether surely.

    Only containers that do hold one of the mention's candidates count. A comma alone is sure where the
    container is no part of a list: "Homs, Hama and Idlib" names three places, though Hama is a province too.
    """
    found: dict[int, tuple[frozenset[str], bool]] = {}
    for number in range(len(pairs) - 1):
        mention, candidates = pairs[number]
        following, containers = pairs[number + 1]
        between = gap(article, mention, following)
        if not candidates or not containers or between is None or _JOINT.match(between) is None:
            continue
        if following.type is ToponymType.DEMONYM or containers[0].match is Match.WITHIN:
            continue
        wanted = {
            container.place.id for container in containers[:_CUE_CANDIDATES] if _contains(container.place)
        }
        held = {
            place_id
            for candidate in candidates
            for place_id in ancestors.ids(candidate.place) & wanted
            if place_id != candidate.place.id
        }
        if held:
            found[number] = (frozenset(held), between != ", " or not _in_list(article, pairs, number))
    return found


_LISTED = frozenset({", ", " and ", ", and ", " or "})


def _in_list(article: Article, pairs: Sequence[Pair], number: int) -> bool:
    """Tell whether the two mentions from `number` on are part of a longer list."""
    if number + 2 < len(pairs) and gap(article, pairs[number + 1][0], pairs[number + 2][0]) in _LISTED:
        return number + 3 >= len(pairs) or gap(article, pairs[number + 2][0], pairs[number + 3][0]) != ", "
    return False


def _contains(place: Place) -> bool:
    return place.feature_class in "ALP"


_BEFORE = 24
_AFTER = 24


def _kinds_beside(article: Article, mention: Mention) -> frozenset[str]:
    text: str = getattr(article, mention.field)
    before = text[max(0, mention.start - _BEFORE) : mention.start].lower()
    after = text[mention.end : mention.end + _AFTER].lower()
    found = {kind for phrase, kind in _KINDS_BEFORE if before.endswith(phrase)}
    found |= {kind for phrase, kind in _KINDS_AFTER if after.startswith(phrase)}
    return frozenset(found)


_KINDS_BEFORE = (
    ("city of ", "P"), ("town of ", "P"), ("village of ", "P"), ("suburb of ", "P"), ("capital of ", "AC"),
    ("capital, ", "P"), ("capital ", "P"), ("outskirts of ", "P"), ("downtown ", "P"), ("mayor of ", "P"),
    ("province of ", "A1"), ("state of ", "A1"), ("governorate of ", "A1"), ("region of ", "A1"),
    ("governor of ", "A1"), ("county of ", "A2"), ("district of ", "A2"), ("neighborhood of ", "X"),
    ("neighbourhood of ", "X"), ("island of ", "I"), ("river ", "H"), ("lake ", "H"), ("mount ", "T"),
    ("republic of ", "AC"), ("kingdom of ", "AC"), ("president of ", "AC"), ("government of ", "AC"),
)  # fmt: skip
_KINDS_AFTER = (
    (" city", "P"), (" town", "P"), (" village", "P"), (" suburb", "P"), (" residents", "P"), (" mayor", "P"),
    (" police", "P"), (" province", "A1"), (" governorate", "A1"), (" state", "A1"), (" oblast", "A1"),
    (" region", "A1"), (" prefecture", "A1"), (" county", "A2"), (" district", "A2"), (" parish", "A2"),
    (" neighborhood", "X"), (" neighbourhood", "X"), (" quarter", "X"), (" camp", "S"), (" airbase", "S"),
    (" air base", "S"), (" airport", "S"), (" river", "H"), (" lake", "H"), (" sea", "H"), (" strait", "H"),
    (" island", "I"), (" islands", "I"), (" mountains", "T"), (" valley", "T"), (" desert", "T"),
)  # fmt: skip
