"""Folders and patterns: which files are meant, in an order that is the same everywhere.

Links are followed, but a folder that holds itself is named and not entered again; names that begin
with "." or "__" are left out ("__" marks what tools leave behind: __MACOSX, __pycache__).
"""

from __future__ import annotations

import fnmatch
import stat
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
            looked = _is_folder(path)
            if looked is not True:
                if not folders:
                    yield path
                elif isinstance(looked, ArticleError):
                    yield looked
            elif (real := path.resolve()) in above:
                yield ArticleError("is a link to a folder that holds it", path=str(path))
            else:
                if folders:
                    yield path
                waiting += [(child, above | {real}) for child in reversed(_children(path))]
        except OSError as error:
            yield _problem(error, path)


def is_glob(name: str) -> bool:
    """Tell whether a name holds what makes it a pattern."""
    return any(mark in name for mark in "*?[")


def expand(pattern: str) -> Iterator[Found]:
    """Yield what a pattern matches, in the order of the paths' parts; with "**" only files.

    "*", "?" and "[a-z]" match within a name, "**" any number of folders. What cannot be looked into
    is an error among the others.
    """
    path = Path(pattern)
    parts = [part for part in path.parts if part != path.anchor]
    found: dict[Path, Found] = {}
    for each in _matches(Path(path.anchor), parts):
        # What cannot be looked into may be met as a path as well: it is named once, by its error.
        if isinstance(each, ArticleError):
            found[Path(each.path)] = each
        else:
            found.setdefault(each, each)
    for each in sorted(found.values(), key=_order):
        if not ("**" in parts and isinstance(each, Path) and _is_folder(each) is True):
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
    else:
        try:
            children = _named(base, part)
        except OSError as error:
            yield _problem(error, base)
            return
        for child in children:
            looked = _is_folder(child) if rest or not is_glob(part) else True
            if isinstance(looked, ArticleError):
                yield looked
            elif looked or (looked is False and not rest):
                yield from _matches(child, rest)


def _named(base: Path, part: str) -> list[Path]:
    """Return what a folder may hold under a name, or holds under a pattern. Raises OSError."""
    if not is_glob(part):
        return [base / part]
    return [child for child in _children(base) if fnmatch.fnmatchcase(child.name, part)]


def _is_folder(path: Path) -> bool | ArticleError | None:
    """Tell whether a path is a folder; None where nothing is there, an error where that cannot be told."""
    try:
        # Not `is_dir`: from Python 3.14 on it takes what may not be seen for nothing.
        return stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return _problem(error, path)


def _problem(error: OSError, path: Path) -> ArticleError:
    return ArticleError(error.strerror or str(error), path=str(path))


def _children(folder: Path) -> list[Path]:
    return sorted(child for child in folder.iterdir() if not child.name.startswith((".", "__")))
