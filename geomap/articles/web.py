"""Addresses as sources: what an http or https address gives, in the form that it says or shows.

The form is told by the Content-Type, unless that says no more than "some text" or "some bytes"; then
by the ending of the path, then by the first bytes. `fetching.py` says what is asked, and what never.
"""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from geomap.articles.archives import read_archive
from geomap.articles.building import Context, Item
from geomap.articles.fetching import Body, Refused, fetch
from geomap.articles.forms import ARCHIVES, CONTENT_TYPES, FORMS, Reader, ending_of, read_any, unread
from geomap.articles.html import host_of
from geomap.articles.json import read_json, read_json_lines
from geomap.errors import ArticleError
from geomap.model import Article
from geomap.reading.streams import split_lines

_VAGUE = frozenset({"", "text/plain", "application/octet-stream", "binary/octet-stream"})
_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"
_USER = re.compile(r"//[^/?#]*@")


def shown(address: str) -> str:
    """Return an address for messages, without the user and password that it may hold."""
    return _USER.sub("//", address)


def read_address(context: Context, *, offline: bool) -> Iterator[Item]:
    """Yield the articles of an address, each with a url and, where it can be told, a source.

    Raises ArticleError where it cannot be read.
    """
    path = shown(context.path)
    if offline:
        problem = "is an address, and geomap works offline (--offline)"
        raise ArticleError(problem, path=path)
    try:
        body = fetch(context.path)
    except Refused as error:
        raise ArticleError(str(error), path=path) from error
    for item in _items(body, dataclasses.replace(context, path=path, url=body.url, charset=body.charset)):
        yield _named(item) if isinstance(item, Article) else item


def _named(article: Article) -> Article:
    if article.source or not article.url:
        return article
    return dataclasses.replace(article, source=host_of(article.url))


def _items(body: Body, context: Context) -> Iterator[Item]:
    name = unquote(urlsplit(body.url).path)
    reader = CONTENT_TYPES.get(body.content_type)
    if reader is read_json and FORMS.get(ending_of(name)) is read_json_lines:
        reader = read_json_lines
    if reader is None and (archive := _archive_name(body.data, name)):
        yield from read_archive(io.BytesIO(body.data), len(body.data), context, name=archive)
    else:
        reader = reader or _reader(body, name, context)
        yield from reader(split_lines(io.BytesIO(body.data)), context)


def _archive_name(data: bytes, name: str) -> str:
    """Return the name that says how to read an archive, or ""."""
    ending = ending_of(name)
    if ending in ARCHIVES:
        return name
    if ending in FORMS or not ending:
        named = name.rstrip("/") or "article"
        return ".zip" if data.startswith(_ZIP) else f"{named}.gz" if data.startswith(_GZIP) else ""
    return ""


def _reader(body: Body, name: str, context: Context) -> Reader:
    # Servers call a table or a feed by many names; the name of the file says what it is.
    vague = body.content_type in _VAGUE or body.content_type.startswith("text/")
    if vague or ending_of(name) in FORMS:
        return FORMS.get(ending_of(name), read_any)
    problem = f"is {body.content_type}; {unread(name).problem}"
    raise ArticleError(problem, path=context.path)
