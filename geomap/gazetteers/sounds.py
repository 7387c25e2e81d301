"""The table `sound` of a gazetteer file: from the sound of a name to its folded key, written and read.

Names in other than Latin letters are there only where a place is called so first of all: most places have a
Latin name too, and a name of another script is asked for by its sound, which finds that one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from geomap.model import NameKind
from geomap.transliteration import is_latin, sound_key

_SPOKEN = "SELECT key, min(kind) FROM name WHERE kind < 4 GROUP BY key ORDER BY key"
_STAGED = "CREATE TEMP TABLE spoken (sound TEXT, key TEXT)"
_STAGE = "INSERT INTO temp.spoken VALUES (?, ?)"
_SORT = "INSERT INTO sound SELECT sound, key FROM temp.spoken ORDER BY sound, key"
_OF_SOUNDS = "SELECT key FROM sound WHERE sound IN (SELECT value FROM json_each(?))"


def write_sounds(connection: sqlite3.Connection) -> None:
    """Fill the table from the table of names; what is sorted lies in a temporary file, not in memory."""
    connection.execute(_STAGED)
    spoken = (
        (sound_key(key), key)
        for key, kind in connection.execute(_SPOKEN)
        if kind == NameKind.NAME or is_latin(key)
    )
    connection.cursor().executemany(_STAGE, spoken)
    connection.execute(_SORT)
    connection.execute("DROP TABLE temp.spoken")


def names_of_sounds(connection: sqlite3.Connection, sounds: Sequence[str]) -> list[str]:
    """Return the folded names of any of these sounds."""
    return [key for (key,) in connection.execute(_OF_SOUNDS, (json.dumps(list(sounds)),))]
