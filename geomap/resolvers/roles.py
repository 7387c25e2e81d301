"""The role of each place: whether what is reported happened there, or the place is only mentioned.

Weighed reasons of the sentence (`role_reasons`) decide. A wrong role hides a place from who looks for events,
or shows one too many; it never changes where a place lies, and `role_score` tells how sure it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache

from geomap import lexicon
from geomap.model import Article, Place, Resolution, Role
from geomap.resolvers.role_reasons import reasons
from geomap.resolvers.role_sentences import Sentence, read_sentences

_JUDGED = (Role.EVENT, Role.ORIGIN)
"""Their weights stand in the table, against those of MENTIONED, which are 0."""

_DATELINE = (Role.DATELINE, 0.95)
"""By hand: what stands before the dash of a first line is hardly ever anything else."""

_DATELINE_START = re.compile(
    r"[^a-z]{3,40}?(?:, ?[A-Z][\w.]{1,12},?){0,2} ?(?:\([A-Z][\w ]{1,20}\)|—|–|--|- )", re.UNICODE
)
"""Behind a headline in the same line, too: "Two die. EDMONTON, Ky. (AP) ..."."""

_NOT_JUDGED = (Role.MENTIONED, 0.0)
"""Of what is no place on the map: "Washington said", "the Syrian army"."""


def roles(
    article: Article,
    resolutions: Sequence[Resolution],
    *,
    containers: Callable[[Place], Collection[str]] = lambda _: (),
) -> list[tuple[Role, float]]:
    """Return the role of each resolution's mention and its probability (4 decimals), in their order.

    `containers` tells the ids of the places that contain one. Associative mentions are MENTIONED with 0.
    """
    found = dict(role_reasons(article, resolutions, containers=containers))
    return [_role(found.get(number)) for number in range(len(resolutions))]


def role_reasons(
    article: Article,
    resolutions: Sequence[Resolution],
    *,
    containers: Callable[[Place], Collection[str]] = lambda _: (),
) -> Iterator[tuple[int, frozenset[str]]]:
    """Yield the number of each literal mention and the reasons for its role; IN_DATELINE in datelines."""
    held: dict[str, Collection[str]] = {}

    def holds(outer: int, inner: int) -> bool:
        container, place = resolutions[outer].place, resolutions[inner].place
        if container is None or place is None:
            return False
        if place.id not in held:
            held[place.id] = containers(place)
        return container.id in held[place.id]

    for sentence in read_sentences(article, [resolution.mention for resolution in resolutions]):
        ends = _dateline_end(article, sentence)
        for number, found in reasons(sentence, holds):
            mention = resolutions[number].mention
            if mention.dateline or mention.end <= ends:
                yield number, IN_DATELINE
            elif mention.type.literal:
                yield number, found


IN_DATELINE = frozenset({"dateline"})


def _dateline_end(article: Article, sentence: Sentence) -> int:
    """Return the end of the dateline that a sentence begins with, -1 where it begins with none.

    Costs little when wrong: a sentence must begin with the name, in capitals, and a dash or an agency follow.
    """
    if sentence.field != "text" or sentence.mentions[0] != 0:
        return -1
    found = _DATELINE_START.match(article.text, sentence.start)
    return found.end() if found else -1


_DIGITS = 4


def _role(found: frozenset[str] | None) -> tuple[Role, float]:
    if found == IN_DATELINE:
        return _DATELINE
    if found is None:
        return _NOT_JUDGED
    role, probability = likeliest(found, weights())
    return role, round(probability, _DIGITS)


def likeliest(found: Collection[str], known: Mapping[str, Sequence[float]]) -> tuple[Role, float]:
    """Return the likeliest of EVENT, ORIGIN and MENTIONED by reasons and weights, and its probability."""
    held = [known[name] for name in sorted(found) if name in known]
    totals = [math.fsum(weight[number] for weight in held) for number in range(len(_JUDGED))]
    largest = max(0.0, *totals)
    shares = [math.exp(total - largest) for total in (*totals, 0.0)]
    best = max(range(len(shares)), key=lambda number: shares[number])
    return (*_JUDGED, Role.MENTIONED)[best], shares[best] / math.fsum(shares)


@cache
def weights() -> Mapping[str, Sequence[float]]:
    """Return the weights of each reason for EVENT and for ORIGIN."""
    return {
        row["evidence"]: tuple(float(row[role.value]) for role in _JUDGED)
        for row in lexicon.table("roles.tsv")
    }
