"""Where articles come from: files, folders, globs, archives, addresses, standard input.

Bad input never raises. It is reported with its file and line, and the rest goes on.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from geomap.articles.archives import read_archive
from geomap.articles.building import FIELDS, STDIN, Context, Item
from geomap.articles.folders import expand, is_glob, walk
from geomap.articles.forms import ARCHIVES, FORMS, ending_of, read_any, unread
from geomap.articles.language import with_language
from geomap.errors import ArticleError, ConfigError
from geomap.model import Article
from geomap.reading.streams import split_lines

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def read_articles(
    sources: Iterable[str | Path],
    *,
    on_error: Callable[[ArticleError], None],
    columns: Mapping[str, str] | None = None,
    offline: bool = False,
) -> Iterator[Article]:
    """Yield the articles of the sources in their order; give what cannot be read to `on_error`.

    A source is a file, an archive, a folder (read recursively, sorted by name; names that begin with "."
    or "__" are left out), a pattern such as "news/**/*.html", an address (http or https; none is asked
    where `offline`), or "-" for standard input. Standard input, and a named file without an ending, is
    told by its beginning: JSON lines, a page, a feed, else one text.

    `columns` names the columns of tables, by field: {"text": "Notes"}. Raises ConfigError for a field
    that articles do not have.
    """
    for field in columns or {}:
        if field not in FIELDS:
            message = f"{field!r} is no field of an article; there are {', '.join(FIELDS)}"
            raise ConfigError(message)
    return _articles(sources, on_error, columns or {}, offline=offline)


def _articles(
    sources: Iterable[str | Path],
    on_error: Callable[[ArticleError], None],
    columns: Mapping[str, str],
    *,
    offline: bool,
) -> Iterator[Article]:
    for source in sources:
        for item in _read_source(str(source), columns, offline=offline):
            if isinstance(item, ArticleError):
                on_error(item)
            else:
                yield with_language(item)


def _read_source(name: str, columns: Mapping[str, str], *, offline: bool) -> Iterator[Item]:
    context = Context(path=name, columns=columns)
    if name == "-":
        lines = split_lines(sys.stdin.buffer)
        yield from _guarded(read_any(lines, Context(path=STDIN, columns=columns)), STDIN)
    elif not name or "\0" in name:
        yield ArticleError("is not the name of a file", path=repr(name))
    elif _ADDRESS.match(name):
        # TLS takes longer to import than a file to read.
        from geomap.articles.web import read_address, shown

        yield from _guarded(read_address(context, offline=offline), shown(name))
    else:
        yield from _guarded(_read_path(Path(name), context), name)


def _guarded(items: Iterator[Item], path: str) -> Iterator[Item]:
    """Turn what the system refuses into an item, so that the sources after it are read."""
    try:
        yield from items
    except ArticleError as error:
        yield error
    except OSError as error:
        yield ArticleError(error.strerror or str(error), path=path)


def _read_path(path: Path, context: Context) -> Iterator[Item]:
    if path.is_dir():
        yield from _read_folder(path, context)
    elif is_glob(str(path)) and not path.exists():
        yield from _read_glob(str(path), context)
    elif path.suffix:
        yield from _read_file(path, context)
    else:
        with path.open("rb") as stream:
            yield from read_any(split_lines(stream), context)


def _read_folder(folder: Path, context: Context) -> Iterator[Item]:
    empty = True
    for found in walk(folder):
        empty = False
        yield from _read_found(found, context)
    if empty:
        yield ArticleError("is a folder without articles", path=str(folder))


def _read_glob(pattern: str, context: Context) -> Iterator[Item]:
    empty = True
    for found in expand(pattern):
        empty = empty and isinstance(found, ArticleError)
        yield from _read_found(found, context)
    if empty:
        yield ArticleError("matches no file", path=pattern)


def _read_found(found: Path | ArticleError, context: Context) -> Iterator[Item]:
    if isinstance(found, ArticleError):
        yield found
    else:
        yield from _guarded(_read_there(found, context), str(found))


def _read_there(path: Path, context: Context) -> Iterator[Item]:
    if path.is_dir():
        yield from _read_folder(path, context)
    elif path.exists() and not path.is_file():
        yield ArticleError("is not a regular file", path=str(path))
    else:
        yield from _read_file(path, context)


def _read_file(path: Path, context: Context) -> Iterator[Item]:
    ending = ending_of(path.name)
    context = Context(path=str(path), columns=context.columns)
    if ending not in FORMS and ending not in ARCHIVES:
        yield unread(str(path))
        return
    with path.open("rb") as stream:
        if ending in ARCHIVES:
            yield from read_archive(stream, path.stat().st_size, context, name=path.name)
        else:
            yield from FORMS[ending](split_lines(stream), context)
