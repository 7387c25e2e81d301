"""What every form shares: the values of one article in, one `Article` out.

A lone surrogate, which no file can hold, becomes U+FFFD and is flagged; nothing else is altered.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from geomap.errors import ArticleError
from geomap.model import Article
from geomap.reading.encoding import BOM, REPLACED

STDIN = "<stdin>"
FIELDS = ("id", "title", "text", "published", "source", "url", "language")
Item = Article | ArticleError

_BLANK = f"\0{BOM}"
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known of a file besides its bytes.

    `path` names it in messages and origins; `url` is the address that it was read from, `charset` the
    encoding that the server gave, `columns` the fields whose columns the caller named.
    """

    path: str
    url: str | None = None
    charset: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


def build(values: Mapping[str, str | None], *, origin: str | None, flags: Iterable[str] = ()) -> Article:
    """Make an article of its fields; without an id it is known by its url, else by its digest."""
    cleaned = {key: _SURROGATE.sub("\ufffd", value) for key, value in values.items() if value}
    replaced = any(cleaned[key] != values[key] for key in cleaned)
    text, title = cleaned["text"], cleaned.get("title", "")
    return Article(
        id=cleaned.get("id") or cleaned.get("url") or digest(title, text),
        text=text,
        title=title,
        published=cleaned.get("published"),
        source=cleaned.get("source"),
        url=cleaned.get("url"),
        language=cleaned.get("language"),
        flags=tuple(sorted({*flags, REPLACED} if replaced else set(flags))),
        origin=origin,
    )


def is_blank(text: str) -> bool:
    """Tell whether a text holds nothing but blanks, NULs and marks."""
    return all(character.isspace() or character in _BLANK for character in text)


def article_of(text: str, *, title: str = "") -> Article:
    """Return a text as an article, known by its digest."""
    return Article(id=digest(title, text), title=title, text=text)


def digest(title: str, text: str) -> str:
    """Return the id by which an article that has no other is known: of what it says."""
    content = f"{title}\n{text}".encode(errors="surrogatepass")
    return f"sha256:{hashlib.sha256(content).hexdigest()[:16]}"
