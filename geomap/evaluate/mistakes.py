"""What went wrong with each toponym, one judgment per pair, miss and false alarm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from geomap.evaluate.figures import ArticleScore, Pair
from geomap.evaluate.toponyms import Toponym


class Mistake(Enum):
    """A kind of mistake; of a pair, several may be made at once."""

    MISS = "miss"
    FALSE_ALARM = "false alarm"
    WRONG_SPAN = "wrong span"
    WRONG_PLACE = "wrong place"
    WRONG_TYPE = "wrong type"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgment:
    """A gold toponym, a prediction, or both where they overlap; without mistakes it is right."""

    gold: Toponym | None
    predicted: Toponym | None
    mistakes: tuple[Mistake, ...]
    error_km: float | None = None

    @property
    def start(self) -> int:
        """Where it begins, in code points of the text."""
        return min(each.start for each in (self.gold, self.predicted) if each)

    @property
    def end(self) -> int:
        """Where it ends."""
        return max(each.end for each in (self.gold, self.predicted) if each)


def judgments(score: ArticleScore) -> list[Judgment]:
    """Return the judgments of an article in the order of its text."""
    found = [
        _of_pair(pair) if pair else Judgment(gold=gold, predicted=None, mistakes=(Mistake.MISS,))
        for gold, pair in zip(score.gold, score.partners, strict=True)
    ]
    found += (
        Judgment(gold=None, predicted=each, mistakes=(Mistake.FALSE_ALARM,)) for each in score.false_alarms
    )
    return sorted(found, key=lambda each: (each.start, each.end))


def _of_pair(pair: Pair) -> Judgment:
    return Judgment(
        gold=pair.gold,
        predicted=pair.predicted,
        mistakes=tuple(_mistakes(pair)),
        error_km=pair.error_km,
    )


def _mistakes(pair: Pair) -> Iterator[Mistake]:
    if not pair.exact:
        yield Mistake.WRONG_SPAN
    if pair.gold.point is not None and not pair.near:
        yield Mistake.WRONG_PLACE
    types = pair.gold.literal, pair.predicted.literal
    if None not in types and types[0] is not types[1]:
        yield Mistake.WRONG_TYPE
