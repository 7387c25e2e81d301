"""Where articles come from: files, folders, standard input.

Bad input never raises. It is reported with its file and line, and the rest goes on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from geomap.articles.forms import ENDINGS, STDIN, Item, read_any, split_lines
from geomap.errors import ArticleError
from geomap.model import Article


def read_articles(
    sources: Iterable[str | Path], *, on_error: Callable[[ArticleError], None]
) -> Iterator[Article]:
    """Yield the articles of the sources in their order; give what cannot be read to `on_error`.

    A source is a file, a folder (read recursively, sorted by name; names that begin with "." or
    "__" are left out) or "-" for standard input. Standard input, and a named file without an
    ending, is JSON lines if its first character that is not blank is "{", else one text.
    """
    for source in sources:
        for item in _read_source(str(source)):
            if isinstance(item, ArticleError):
                on_error(item)
            else:
                yield item


def _read_source(name: str) -> Iterator[Item]:
    if name == "-":
        yield from _guarded(read_any(split_lines(sys.stdin.buffer), STDIN), STDIN)
    elif not name or "\0" in name:
        yield ArticleError("is not the name of a file", path=repr(name))
    else:
        yield from _guarded(_read_path(Path(name)), name)


def _guarded(items: Iterator[Item], path: str) -> Iterator[Item]:
    """Turn what the system refuses into an item, so that the sources after it are read."""
    try:
        yield from items
    except ArticleError as error:
        yield error
    except OSError as error:
        yield ArticleError(error.strerror or str(error), path=path)


def _read_path(path: Path) -> Iterator[Item]:
    if path.is_dir():
        yield from _read_folder(path)
    elif path.suffix:
        yield from _read_file(path)
    else:
        with path.open("rb") as stream:
            yield from read_any(split_lines(stream), str(path))


def _read_folder(folder: Path) -> Iterator[Item]:
    empty = True
    for path in _walk(folder):
        empty = False
        if isinstance(path, ArticleError):
            yield path
        elif path.exists() and not path.is_file():
            yield ArticleError("is not a regular file", path=str(path))
        else:
            yield from _guarded(_read_file(path), str(path))
    if empty:
        yield ArticleError("is a folder without articles", path=str(folder))


def _walk(folder: Path) -> Iterator[Path | ArticleError]:
    """Yield the files below a folder in the order of their path's parts, links followed."""
    # A list instead of recursion: folders can be nested deeper than Python's stack.
    waiting: list[tuple[Path, frozenset[Path]]] = [(folder, frozenset())]
    while waiting:
        path, above = waiting.pop()
        try:
            if not path.is_dir():
                yield path
            elif (real := path.resolve()) in above:
                yield ArticleError("is a link to a folder that holds it", path=str(path))
            else:
                children = sorted(path.iterdir(), reverse=True)
                waiting += [(child, above | {real}) for child in children if not _is_hidden(child)]
        except OSError as error:
            yield ArticleError(error.strerror or str(error), path=str(path))


def _is_hidden(path: Path) -> bool:
    # "__" marks what tools leave behind: __MACOSX, __pycache__, __init__.py.
    return path.name.startswith((".", "__"))


def _read_file(path: Path) -> Iterator[Item]:
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        known = ", ".join(sorted(ENDINGS))
        yield ArticleError(f"is not in a form that geomap reads ({known})", path=str(path))
        return
    with path.open("rb") as stream:
        yield from ENDINGS[ending](split_lines(stream), str(path))
