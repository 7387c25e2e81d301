"""JSON: `.jsonl` and `.ndjson` with one object a line, `.json` with one object or a list of them.

An optional value that is neither a string nor a number is left out and flagged "unreadable_" and
its key. A leading U+FEFF is no part of JSON and is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from geomap.articles.building import FIELDS, Context, Item, build, is_blank
from geomap.articles.encoding import BOM, decode
from geomap.articles.streams import UTF8_BOM, UTF16, Line, checked, looks_binary, whole
from geomap.errors import ArticleError
from geomap.model import Article

_KEYS = (*FIELDS, "date")


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
            yield _article(record, flags, path=path, line=line.number, origin=f"{path}:{line.number}")
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
    if not isinstance(value, list):
        yield _article(value, flags, path=path, origin=path)
        return
    for number, record in enumerate(value, start=1):
        try:
            yield _article(record, flags, path=path, origin=f"{path}:{number}")
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


def _article(
    record: object, flags: tuple[str, ...], *, path: str, origin: str, line: int | None = None
) -> Article:
    if not isinstance(record, dict):
        problem = "is not an object with keys and values"
        raise ArticleError(problem, path=path, line=line)
    if problem := _problem(record.get("text")):
        raise ArticleError(problem, path=path, line=line)
    values = {key: _string(record.get(key)) for key in _KEYS}
    unreadable = [f"unreadable_{key}" for key in _KEYS if values[key] is None and record.get(key) is not None]
    values["published"] = values["published"] or values["date"]
    return build(values, origin=origin, flags=(*flags, *unreadable))


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
