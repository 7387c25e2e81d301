"""Recall by what the annotated toponyms are: their type, their region of the world, their kind of place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from geomap import lexicon
from geomap.evaluate.figures import ArticleScore, Pair
from geomap.evaluate.toponyms import Toponym
from geomap.model import Place, Point

NOT_GIVEN = "not given"
NO_POSITION = "no position"
NO_REGION = "no region"
NO_KIND = "unknown kind"
_FAR_KM = 500.0
"""A gold point at sea takes the region of a populated place so near. Costs when wrong: one toponym in the
row of the nearer continent."""

_CLASSES = {
    "A": "division", "H": "water", "L": "area", "P": "populated place", "R": "road or railroad", "S": "site",
    "T": "landform", "U": "undersea", "V": "vegetation",
}  # fmt: skip

Label = Callable[[Toponym], str]


class Places(Protocol):
    """What the groups ask of a gazetteer, embedded or stacked."""

    def place(self, place_id: str) -> Place | None:
        """Return the place of that id, or None."""
        ...

    def ancestors(self, place: Place) -> Sequence[Place]:
        """Return the places that contain this one."""
        ...

    def nearest(self, point: Point, *, limit: int = 1, max_km: float = 100.0) -> Sequence[Place]:
        """Return the populated places nearest to a point."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """Of `total` gold toponyms: those overlapped, found exactly, and of the `placed` those found near."""

    total: int
    overlapped: int
    exact: int
    placed: int
    near: int

    def as_dict(self) -> dict[str, float | None]:
        """Return the shares with four decimals; `acc161_all` is None where none has a position."""
        return {
            "n": self.total,
            "recall": round(self.overlapped / self.total, 4),
            "exact_recall": round(self.exact / self.total, 4),
            "acc161_all": round(self.near / self.placed, 4) if self.placed else None,
        }


def recall_by(scores: Iterable[ArticleScore], label: Label) -> dict[str, Recall]:
    """Return the recall of the gold of each label, the most frequent label first."""
    groups: dict[str, list[tuple[Toponym, bool, Pair | None]]] = defaultdict(list)
    for score in scores:
        spans = {(toponym.start, toponym.end) for toponym in score.predicted}
        for toponym, pair in zip(score.gold, score.partners, strict=True):
            groups[label(toponym)].append((toponym, (toponym.start, toponym.end) in spans, pair))
    recalls = {name: _recall(rows) for name, rows in groups.items()}
    return dict(sorted(recalls.items(), key=lambda each: (-each[1].total, each[0])))


def _recall(rows: Sequence[tuple[Toponym, bool, Pair | None]]) -> Recall:
    return Recall(
        total=len(rows),
        overlapped=sum(pair is not None for _, _, pair in rows),
        exact=sum(exact for _, exact, _ in rows),
        placed=sum(toponym.point is not None for toponym, _, _ in rows),
        near=sum(pair is not None and pair.near for _, _, pair in rows),
    )


def recalls(scores: Sequence[ArticleScore], places: Places) -> dict[str, dict[str, Any]]:
    """Return the recall by type, subtype, region and kind; what the gold tells nothing of is left out."""
    geography = Geography(places)
    labels: dict[str, Label] = {
        "type": by_type,
        "subtype": lambda toponym: toponym.subtype or NOT_GIVEN,
        "region": geography.region,
        "kind": geography.kind,
    }
    found = {name: recall_by(scores, label) for name, label in labels.items()}
    empty = {NOT_GIVEN, NO_POSITION, NO_KIND}
    return {
        name: {label: recall.as_dict() for label, recall in rows.items()}
        for name, rows in found.items()
        if not rows.keys() <= empty
    }


def by_type(toponym: Toponym) -> str:
    """Return "literal" or "associative"."""
    if toponym.literal is None:
        return NOT_GIVEN
    return "literal" if toponym.literal else "associative"


class Geography:
    """Where in the world gold toponyms lie, and what they are."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._region_at = cache(self._find_region_at)
        self._region_of = cache(self._find_region_of)

    def region(self, toponym: Toponym) -> str:
        """Return the continent of the annotated place, by its id, else by its point."""
        place = self._place(toponym)
        region = self._region_of(place) if place else ""
        if not region and toponym.point is None:
            return NO_REGION if place else NO_POSITION
        return region or (self._region_at(toponym.point) if toponym.point else "") or NO_REGION

    def kind(self, toponym: Toponym) -> str:
        """Return a word for the kind of the annotated place, by its code, else by its id."""
        code, class_ = toponym.feature_code, toponym.feature_class
        if not code and not class_ and (place := self._place(toponym)):
            code, class_ = place.feature_code, place.feature_class
        known = lexicon.features().get(code)
        return known.kind.replace("_", " ") if known else _CLASSES.get(class_, NO_KIND)

    def _place(self, toponym: Toponym) -> Place | None:
        return self._places.place(f"geonames:{toponym.geonames_id}") if toponym.geonames_id else None

    def _find_region_of(self, place: Place) -> str:
        chain = (place, *self._places.ancestors(place))
        return next((each.name for each in chain if each.feature_code == "CONT"), "")

    def _find_region_at(self, point: Point) -> str:
        nearest = self._places.nearest(point, max_km=_FAR_KM)
        return self._region_of(nearest[0]) if nearest else ""
