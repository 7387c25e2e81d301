"""Why a mention means its place, for the popup: the runner-up, and the reasons of both.

Each reason is written as its name, what it added to the score in hundredths, and its note. Of each
candidate the weightiest are kept; equal decisions are stored once. Of very many sightings the runner-up is
told for each, the reasons of the least sure ones, where a reader asks for them: 100,000 tables of reasons
would be half of the file. Costs: a sure mention on such a map does not show its table; `geomap explain` does.

Layout of an entry: [reasons of the place, reasons of the runner-up]; a reason is [#evidence, hundredths,
#notes or -1]. A rival is [name, kind, lat, lon].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geomap.exporters.kinds import kind_of
from geomap.model import Place, Resolution, ScoredCandidate

MOST = 4_000
"""Sightings whose reasons are kept."""
NOT_KNOWN, NONE = -2, -1
"""Instead of the number of a rival: the candidates are not known; there was no other one."""
_SHOWN = 5
"""Reasons of a candidate that a popup shows: those with the largest contributions, by absolute value."""
_SMALLEST = 0.005
"""A contribution that rounds to 0 says nothing."""
_LONGEST = 160

_Reasons = tuple[tuple[int, int, int], ...]


class Reasons:
    """Collects the decisions on these resolutions; `tables` returns them once all are in."""

    def __init__(self, resolutions: Sequence[Resolution]) -> None:
        self._most_sure = 1.0
        if len(resolutions) > MOST:
            confidences = sorted([each.confidence for each in resolutions if each.ranked])
            self._most_sure = confidences[MOST] if len(confidences) > MOST else 1.0
        self._entries: dict[tuple[_Reasons, _Reasons], int] = {}
        self._rivals: dict[str, int] = {}
        self._rows: list[tuple[str, str, float, float]] = []
        self._names: dict[str, int] = {}
        self._notes: dict[str, int] = {}

    def number(self, resolution: Resolution) -> tuple[int, int]:
        """Return the numbers of a resolution's entry and of its rival."""
        ranked = resolution.ranked
        if not ranked:
            return -1, NOT_KNOWN
        rival, other = NONE, None
        if len(ranked) > 1:
            other = ranked[1]
            place = other.candidate.place
            found = self._rivals.get(place.id)
            rival = self._rival(place) if found is None else found
        if resolution.confidence > self._most_sure:
            return -1, rival
        entry = (self._reasons(ranked[0]), () if other is None else self._reasons(other))
        return self._entries.setdefault(entry, len(self._entries)), rival

    def tables(self) -> dict[str, list[Any]]:
        """Return the entries, and the lists that they index."""
        return {
            "reasons": list(self._entries),
            "rivals": self._rows,
            "evidence": [name.replace("_", " ") for name in self._names],
            "notes": list(self._notes),
        }

    def _rival(self, place: Place) -> int:
        point = place.point
        self._rows.append((place.name[:_LONGEST], kind_of(place), round(point.lat, 3), round(point.lon, 3)))
        return self._rivals.setdefault(place.id, len(self._rows) - 1)

    def _reasons(self, scored: ScoredCandidate) -> _Reasons:
        found = [(each.value * each.weight, each.name, each.note) for each in scored.evidence]
        if len(found) > _SHOWN:
            found = sorted(found, key=lambda each: -abs(each[0]))[:_SHOWN]
        names, notes = self._names, self._notes
        return tuple(
            (
                names.setdefault(name, len(names)),
                round(contribution * 100),
                notes.setdefault(note[:_LONGEST], len(notes)) if note else -1,
            )
            for contribution, name, note in found
            if abs(contribution) >= _SMALLEST
        )
