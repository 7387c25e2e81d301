"""What a gazetteer file knows of a place beside its row: shape, borders, codes, disputes."""

from __future__ import annotations

import json
import sqlite3
from typing import Any
from zlib import decompress

from geomap.model import Dispute

_SHAPE = "SELECT type, coordinates FROM shape JOIN place ON place.number = shape.place WHERE id = ?"
_BORDER = """
SELECT coordinates FROM border WHERE place = min(?1, ?2) AND other = max(?1, ?2)
"""
_NUMBER = "SELECT number FROM place WHERE id = ?"
_CODES = """
SELECT scheme, value FROM code JOIN place ON place.number = code.place WHERE id = ? ORDER BY scheme, value
"""
_DISPUTE = """
SELECT administered_by, claimed_by, drawn_as, note, source
FROM dispute JOIN place ON place.number = dispute.place WHERE id = ?
"""


def shape_of(connection: sqlite3.Connection, place_id: str) -> dict[str, Any] | None:
    """Return the GeoJSON geometry of a place ([lon, lat], degrees WGS84), or None."""
    row = connection.execute(_SHAPE, (place_id,)).fetchone()
    return None if row is None else {"type": row[0], "coordinates": json.loads(decompress(row[1]))}


def border_of(connection: sqlite3.Connection, first: str, second: str) -> dict[str, Any] | None:
    """Return the GeoJSON MultiLineString between two places, or None."""
    numbers = [row[0] for each in (first, second) for row in connection.execute(_NUMBER, (each,))]
    row = connection.execute(_BORDER, numbers).fetchone() if len(numbers) == 2 else None  # noqa: PLR2004
    return None if row is None else {"type": "MultiLineString", "coordinates": json.loads(decompress(row[0]))}


def codes_of(connection: sqlite3.Connection, place_id: str) -> tuple[tuple[str, str], ...]:
    """Return scheme and value of each code of a place, in order."""
    return tuple(connection.execute(_CODES, (place_id,)))


def dispute_of(connection: sqlite3.Connection, place_id: str) -> Dispute | None:
    """Return what states disagree about, or None."""
    row = connection.execute(_DISPUTE, (place_id,)).fetchone()
    if row is None:
        return None
    administered, claimed, drawn_as, note, source = row
    return Dispute(
        administered_by=tuple(administered.split()),
        claimed_by=tuple(claimed.split()),
        drawn_as=drawn_as,
        note=note,
        source=source,
    )
