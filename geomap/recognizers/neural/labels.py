"""What the network says of each word: the columns of its output."""

from __future__ import annotations

from geomap.model import ToponymType

PLACE_TAGS = ("O", "B-PLACE", "I-PLACE", "B-DEMONYM", "I-DEMONYM")
OUTER_TAGS = ("O", "PERSON", "ORGANIZATION")
TYPES = tuple(ToponymType)

PLACES = slice(0, len(PLACE_TAGS))
OUTERS = slice(PLACES.stop, PLACES.stop + len(OUTER_TAGS))
KINDS = slice(OUTERS.stop, OUTERS.stop + len(TYPES))
COLUMNS = KINDS.stop
