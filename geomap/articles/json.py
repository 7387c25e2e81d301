"""JSON: `.jsonl` and `.ndjson` with one object a line, `.json` with one object or a list of them.

The list may be the value of a key such as "articles", as news services answer, and the keys of an article
the usual names of columns (`geomap.articles.tables`): "body" for a text, "headline" for a title.
An optional value that is neither a string nor a number is left out and flagged "unreadable_" and
its key. A leading U+FEFF is no part of JSON and is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from geomap.articles.building import FIELDS, Context, Item, build, is_blank
from geomap.articles.tables import COLUMNS
from geomap.errors import ArticleError
from geomap.model import Article
from geomap.reading.encoding import BOM, decode
from geomap.reading.records import loosely
from geomap.reading.streams import UTF8_BOM, UTF16, Line, checked, looks_binary, whole

_LISTS = ("articles", "items", "data", "results", "entries", "documents", "stories", "posts")
"""Keys of the lists that news services answer with: NewsAPI, JSON Feed, ReliefWeb and others."""
_NAMED = ("name", "title", "domain", "id")


def read_json_lines(lines: Iterator[Line], context: Context) -> Iterator[Item]:
    """Yield one item for each line that is not blank; stop where the file turns out to be binary."""
    empty, path = True, context.path
    for line in lines:
        data = line.data.removeprefix(UTF8_BOM) if line.number == 1 else line.data
        if not line.too_long and not data.strip():
            continue
        empty = False
        try:
            record, flags = _parse(checked(line, path), path, line.number)
            yield _article(record, flags, context, line=line.number, origin=f"{path}:{line.number}")
        except ArticleError as error:
            if looks_binary(data) or data.startswith(tuple(UTF16)):
                yield ArticleError("looks binary, or is not UTF-8", path=path, line=line.number)
                return
            yield error
    if empty:
        yield ArticleError("is empty", path=path)


def read_json(lines: Iterator[Line], context: Context) -> Iterator[Item]:
    """Yield the article of the file, or one item for each in its list."""
    path = context.path
    value, flags = _parse(whole(lines, path), path, None)
    value = _list_in(value)
    if not isinstance(value, list):
        yield _article(value, flags, context, origin=path)
        return
    for number, record in enumerate(value, start=1):
        try:
            yield _article(record, flags, context, origin=f"{path}:{number}")
        except ArticleError as error:
            yield ArticleError(f"article {number}: {error.problem}", path=path)
    if not value:
        yield ArticleError("is a list without articles", path=path)


def _parse(data: bytes, path: str, line: int | None) -> tuple[object, tuple[str, ...]]:
    """Parse JSON; return it with the flags of its bytes. Raises ArticleError."""
    text, flags = decode(data)
    try:
        return json.loads(text.removeprefix(BOM).rstrip(), strict=False), flags
    except json.JSONDecodeError as error:
        problem = f"is not JSON: {error.msg}, column {error.colno}"
        raise ArticleError(problem, path=path, line=line or error.lineno) from error
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or brackets nested by the thousand.
        problem = "is JSON with a number too long or brackets too deep"
        raise ArticleError(problem, path=path, line=line) from error


def _list_in(value: object) -> object:
    """Return the list of articles in the answer of a news service; anything else as it is."""
    if isinstance(value, dict) and "text" not in value:
        found = (value[key] for key in _LISTS if isinstance(value.get(key), list))
        return next(found, value)
    return value


def _article(
    record: object, flags: tuple[str, ...], context: Context, *, origin: str, line: int | None = None
) -> Article:
    if not isinstance(record, dict):
        problem = "is not an object with keys and values"
        raise ArticleError(problem, path=context.path, line=line)
    given = _fields(record, context.columns)
    if problem := _problem(given["text"]):
        raise ArticleError(problem, path=context.path, line=line)
    values = {field: _string(value) for field, value in given.items()}
    unreadable = [
        f"unreadable_{field}" for field in FIELDS if values[field] is None and given[field] is not None
    ]
    return build(values, origin=origin, flags=(*flags, *unreadable))


def _fields(record: dict[str, object], named: Mapping[str, str]) -> dict[str, object]:
    """Return the value of each field: of the key that the caller named, of its own, or of a usual name."""
    inner = record.get("fields")
    if isinstance(inner, dict):  # ReliefWeb puts them one level down
        record = {**record, **inner}
    loose = {loosely(key): record[key] for key in reversed(record) if record[key] is not None}
    found: dict[str, object] = {}
    for field in FIELDS:
        own = record.get(named[field]) if field in named else record.get(field)
        usual = () if field in named else (loose[name] for name in COLUMNS[field] if name in loose)
        found[field] = next(iter(usual), None) if own is None else own
    if isinstance(source := found["source"], dict):
        found["source"] = next((source[key] for key in _NAMED if source.get(key)), None)
    return found


def _problem(text: object) -> str:
    if text is None:
        return "has no text"
    if not isinstance(text, str):
        return "has a text that is not a string"
    return "has an empty text" if is_blank(text) else ""


def _string(value: object) -> str | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else None
