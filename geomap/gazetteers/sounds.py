"""The table `sound` of a gazetteer file: from the sound of a name to its folded key, written and asked.

Names in other than Latin letters are there only where a place is called so first of all: most places have a
Latin name too, and a name of another script is asked for by its sound, which finds that one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from functools import partial
from operator import itemgetter
from typing import Any

from geomap.gazetteers.fuzzy import Strictness, similar_names
from geomap.gazetteers.schema import written_name
from geomap.model import Match, NameKind
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


def rows_of_names_like(
    connection: sqlite3.Connection, name: str, *, query: str, strictness: Strictness
) -> list[tuple[Sequence[Any], str, Match]]:
    """Return the rows of places with names like a name, that name as written, and how it was found.

    The most alike first, then by prominence, then by id. `query` asks for the places of a key and of names as
    written (0); its columns are the id first, and prominence, kind and name last.
    """
    best: dict[str, tuple[tuple[float, bool, float, str], Sequence[Any], str, Match]] = {}
    for like in similar_names(name, buckets=partial(names_of_sounds, connection), strictness=strictness):
        match = Match.TRANSLITERATED if like.rule_only else Match.FUZZY
        for row in connection.execute(query, (like.key, 0)):
            rank = (-like.similarity, not like.rule_only, -row[-3], row[0])
            if row[-2] < NameKind.ABBREVIATION and (row[0] not in best or rank < best[row[0]][0]):
                best[row[0]] = rank, row, written_name(like.key, row[-1]), match
    return [(row, written, match) for _, row, written, match in sorted(best.values(), key=itemgetter(0))]
