"""The bare names of United States counties: local news writes "Gwinnett" and "DeKalb" for the county.

A bare name is added unless it is an English word, or a person's name that no other place bears: one that
others bear is looked for in texts already, and the county is one more candidate.
"""

from __future__ import annotations

from dataclasses import replace

import names
from known import Known, key_of
from ordinary import Ordinary
from table import Row


def with_bare_names(rows: list[Row], known: Known, ordinary: Ordinary) -> list[Row]:
    """Return the rows, counties with their bare names."""
    return [_with_bare_name(row, known, ordinary) for row in rows]


def _with_bare_name(row: Row, known: Known, ordinary: Ordinary) -> Row:
    bare = names.bare_name(row.name) if row.feature_code == "ADM2" and row.country_code == "US" else None
    if bare is None:
        return row
    new = key_of(bare) not in known.by_name
    if ordinary.is_word(bare) or (new and ordinary.is_person(bare)):
        return row
    return replace(row, names=names.clean_names([*row.names, bare], row.name))
