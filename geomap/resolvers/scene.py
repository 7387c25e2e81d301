"""What the resolver sees of an article: names in groups, who stands beside whom, and the votes so far.

Mentions of one folded name form one group, for an article rarely means two places by one name; where it
says so itself ("Paris, Texas" beside "Paris, France") the group is split by the parent that is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from geomap import lexicon
from geomap.model import Article, Candidate, Mention, Place, ToponymType
from geomap.protocols import Gazetteer
from geomap.text import fold

Pair = tuple[Mention, Sequence[Candidate]]


@dataclass(frozen=True, slots=True)
class Cue:
    """A parent that stands beside a name: the place, and how it was said ("comma" or "in")."""

    place_id: str
    how: str


@dataclass(slots=True)
class Group:
    """Mentions that are decided together; `shares` holds the probability of each candidate so far.

    `words_after` and `words_before` are the folded words right beside any of the mentions.
    """

    key: str
    mentions: list[int]
    candidates: Sequence[Candidate]
    parents: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    demonym: bool = False
    in_title: bool = False
    dateline: bool = False
    first: int = 0
    shares: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Scene:
    """The groups of an article, what is known of their candidates, and what is known from outside.

    `ancestors` and `fame` (`geomap.lexicon.prominence`) go by place id. `focus` holds country codes that the user named, `home` the place of the outlet.
    """

    article: Article
    groups: Sequence[Group]
    ancestors: Mapping[str, frozenset[str]]
    fame: Mapping[str, float]
    focus: frozenset[str]
    home: Place | None


def group_mentions(
    article: Article,
    pairs: Sequence[Pair],
    gazetteer: Gazetteer,
    *,
    focus: frozenset[str] = frozenset(),
    home: Place | None = None,
) -> Scene:
    """Return the scene of an article before any decision."""
    ancestors = _Ancestors(gazetteer)
    cues = _parent_cues(article, pairs, ancestors)
    groups: dict[tuple[str, frozenset[str]], Group] = {}
    for number, (mention, candidates) in enumerate(pairs):
        if not candidates:
            continue
        demonym = mention.type in {ToponymType.DEMONYM, ToponymType.LANGUAGE}
        parents = cues.get(number, frozenset())
        key = (fold(mention.text) + ("*" if demonym else ""), parents)
        group = groups.get(key)
        if group is None:
            group = groups[key] = Group(key[0], [], candidates, parents, demonym=demonym, first=number)
        group.mentions.append(number)
        group.kinds = group.kinds | _kinds_beside(article, mention)
        group.in_title = group.in_title or mention.field == "title"
        group.dateline = group.dateline or mention.dateline
    known = {
        candidate.place.id: ancestors.ids(candidate.place)
        for group in groups.values()
        for candidate in group.candidates
    }
    fame = {
        candidate.place.id: lexicon.prominence(candidate.place, candidate.name_count)
        for group in groups.values()
        for candidate in group.candidates
    }
    return Scene(article, list(groups.values()), known, fame, focus, home)


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


_JOINTS = {", ": "comma", " (": "comma", ", in ": "in", " in ": "in", " in the ": "in", ", the ": "comma"}
_CUE_CANDIDATES = 12


def _parent_cues(article: Article, pairs: Sequence[Pair], ancestors: _Ancestors) -> dict[int, frozenset[str]]:
    """Return, by mention, the ids of the containers that stand beside it ("Paris, Texas", "Paris in Texas").

    Only containers that do hold one of the mention's candidates count, so a list such as
    "Homs, Hama and Idlib" makes no parents unless a name of it is also a province: then the province
    is believed, which costs nothing where its seat bears its name.
    """
    found: dict[int, frozenset[str]] = {}
    for number in range(len(pairs) - 1):
        mention, candidates = pairs[number]
        following, containers = pairs[number + 1]
        if mention.field != following.field or not candidates or not containers:
            continue
        between = getattr(article, mention.field)[mention.end : following.start]
        if between not in _JOINTS or following.type is ToponymType.DEMONYM:
            continue
        wanted = {container.place.id for container in containers[:_CUE_CANDIDATES] if _contains(container.place)}
        held = {
            place_id
            for candidate in candidates
            for place_id in ancestors.ids(candidate.place) & wanted
            if place_id != candidate.place.id
        }
        if held:
            found[number] = frozenset(held)
    return found


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
