"""Folders and patterns: which files are meant, in an order that is the same everywhere.

Links are followed, but a folder that holds itself is named and not entered again; names that begin
with "." or "__" are left out ("__" marks what tools leave behind: __MACOSX, __pycache__).
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from pathlib import Path

from geomap.errors import ArticleError

Found = Path | ArticleError


def walk(folder: Path, *, folders: bool = False) -> Iterator[Found]:
    """Yield the files below a folder in the order of their path's parts; or itself and its folders."""
    # A list instead of recursion: folders can be nested deeper than Python's stack.
    waiting: list[tuple[Path, frozenset[Path]]] = [(folder, frozenset())]
    while waiting:
        path, above = waiting.pop()
        try:
            if not path.is_dir():
                if not folders:
                    yield path
            elif (real := path.resolve()) in above:
                yield ArticleError("is a link to a folder that holds it", path=str(path))
            else:
                if folders:
                    yield path
                waiting += [(child, above | {real}) for child in reversed(_children(path))]
        except OSError as error:
            yield ArticleError(error.strerror or str(error), path=str(path))


def is_glob(name: str) -> bool:
    """Tell whether a name holds what makes it a pattern."""
    return any(mark in name for mark in "*?[")


def expand(pattern: str) -> Iterator[Found]:
    """Yield what a pattern matches, in the order of the paths' parts; with "**" only files.

    "*", "?" and "[a-z]" match within a name, "**" any number of folders.
    """
    path = Path(pattern)
    parts = [part for part in path.parts if part != path.anchor]
    found: dict[str, Found] = {}
    for each in _matches(Path(path.anchor), parts):
        found.setdefault(str(each), each)
    for each in sorted(found.values(), key=_order):
        if not ("**" in parts and isinstance(each, Path) and each.is_dir()):
            yield each


def _order(found: Found) -> tuple[str, ...]:
    return Path(found.path if isinstance(found, ArticleError) else found).parts


def _matches(base: Path, parts: list[str]) -> Iterator[Found]:
    if not parts:
        yield base
        return
    part, rest = parts[0], parts[1:]
    if part == "**":
        for folder in walk(base, folders=True):
            if isinstance(folder, ArticleError):
                yield folder
            else:
                yield from _matches(folder, rest or ["*"])
    elif not is_glob(part):
        if (base / part).exists():
            yield from _matches(base / part, rest)
    else:
        for child in _children(base) if base.is_dir() else ():
            if fnmatch.fnmatchcase(child.name, part) and (not rest or child.is_dir()):
                yield from _matches(child, rest)


def _children(folder: Path) -> list[Path]:
    return sorted(child for child in folder.iterdir() if not child.name.startswith((".", "__")))
