"""What a reason is asked about: one candidate of one name, in its article, with what the others say."""

from __future__ import annotations

from typing import NamedTuple

from geomap.model import Candidate, Place
from geomap.resolvers.groups import Group
from geomap.resolvers.scene import Scene
from geomap.resolvers.voting import Votes

Value = tuple[float, str]
"""A value in [-1, 1] and a note: why."""

NOTHING: Value = (0.0, "")


class Claim(NamedTuple):
    """A name claims to mean a candidate."""

    candidate: Candidate
    group: Group
    scene: Scene
    votes: Votes

    @property
    def place(self) -> Place:
        """The candidate's place."""
        return self.candidate.place
