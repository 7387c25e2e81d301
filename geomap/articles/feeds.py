"""RSS (0.9 to 2.0), RDF and Atom feeds, by feedparser: one article an entry.

The text is the entry's content, else its summary, as plain text: a line each for its paragraphs. Many
feeds hold headlines only: there the title is the text as well, flagged "title_only", because a
headline names places too. Nothing is ever fetched, and no entity of the document's own is resolved:
feedparser is given bytes without their declarations.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from geomap.articles.building import Context, Item, build, digest, is_blank
from geomap.articles.html import declared_charset, host_of
from geomap.errors import ArticleError
from geomap.reading.encoding import BOM, decode_guessing
from geomap.reading.streams import Line, whole

if TYPE_CHECKING:
    from lxml.html import HtmlElement

TITLE_ONLY = "title_only"

# A feed of 20,000 entries has some 250,000; reading takes about 35 us for each (2026-11, one core).
MAX_MARKS = 500_000
_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_NAME = re.compile(r"<([A-Za-z_][\w.:-]{0,99})")
# How the parts of a prolog begin and end.
_PROLOG = (
    (re.compile(r"<\?"), re.compile(r"\?>")),
    (re.compile(r"<!--"), re.compile(r"-->")),
    (re.compile(r"<!DOCTYPE[^\[>]{0,1000}\[", re.IGNORECASE), re.compile(r"\]\s*>")),
    (re.compile(r"<!DOCTYPE", re.IGNORECASE), re.compile(r">")),
)
_BLOCKS = frozenset(
    """
    address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li
    main ol p pre section table td th tr ul
    """.split()  # noqa: SIM905
)
_UNSEEN = frozenset({"script", "style", "template", "iframe", "noscript", "head", "title"})
_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]*>|&(?:#\d+|#x[\da-fA-F]+|\w+);")
_CONTROLS = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_WHITE = re.compile(r"\s+")
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")


class _Entry(NamedTuple):
    """An entry of a feed: its number, its guid, its fields but for the id, what is odd about it."""

    number: int
    guid: str
    fields: dict[str, str]
    flags: tuple[str, ...]

    @property
    def names(self) -> tuple[str, str]:
        """The link, and the link with the guid: what may be the id, the best first, "" for none."""
        url = self.fields["url"]
        return url, f"{url}#{self.guid}" if url and self.guid else self.guid


class _Root(NamedTuple):
    """The first element of an XML document: where it begins, its name without prefix in lower case."""

    start: int
    name: str


def find_root(text: str) -> _Root:
    """Find the first element behind declarations and comments; without one its name is ""."""
    at = 0
    while True:
        while at < len(text) and (text[at].isspace() or text[at] == BOM):
            at += 1
        for begin, end in _PROLOG:
            if opening := begin.match(text, at):
                closing = end.search(text, opening.end())
                at = closing.end() if closing else len(text)
                break
        else:
            match = _NAME.match(text, at)
            return _Root(at, match[1].rpartition(":")[2].lower() if match else "")


def is_feed(root: str) -> bool:
    """Tell whether a document whose first element has this name is a feed."""
    return root in _ROOTS


def read_feed(lines: Iterator[Line], context: Context) -> Iterator[Item]:
    """Yield one item for each entry. Raises ArticleError where there is no feed."""
    data, path = whole(lines, context.path), context.path
    text, flags = decode_guessing(data, declared=context.charset or declared_charset(data))
    start, root = find_root(text)
    if not is_feed(root):
        problem = f"is XML of another kind (<{root}>), no feed" if root else "is no RSS or Atom feed"
        raise ArticleError(problem, path=path)
    if text.count("<") > MAX_MARKS:
        problem = f"has more than {MAX_MARKS:,} tags, too many for a feed"
        raise ArticleError(problem, path=path)
    feed = _parsed(text[start:])
    entries = [
        _entry(entry, feed["feed"], context, number, flags)
        for number, entry in enumerate(feed["entries"], start=1)
    ]
    uses = _uses(entry for entry in entries if isinstance(entry, _Entry))
    for entry in entries:
        yield _article(entry, uses, path) if isinstance(entry, _Entry) else entry
    if not entries:
        problem = (
            "is a broken feed: no entry can be read" if feed.get("bozo") else "is a feed without entries"
        )
        raise ArticleError(problem, path=path)


def _parsed(document: str) -> Mapping[str, Any]:
    """Parse a document without its prolog, so that it declares no encoding and no entities."""
    import feedparser

    # A stream, because feedparser takes a string for an address or the name of a file.
    stream = io.BytesIO(document.encode("utf-8", "replace"))
    headers = {"content-type": "application/xml; charset=utf-8"}
    feed: Mapping[str, Any] = feedparser.parse(
        stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    return feed


def _entry(
    entry: Mapping[str, Any], feed: Mapping[str, Any], context: Context, number: int, flags: tuple[str, ...]
) -> _Entry | ArticleError:
    title = _title(entry)
    text = _text(entry)
    if is_blank(text):
        text, flags = title, (*flags, TITLE_ONLY)
    if is_blank(text):
        problem = f"entry {number}: has neither a title nor a text"
        return ArticleError(problem, path=context.path)
    url = _address(entry.get("link"), context)
    fields = {
        "title": title,
        "text": text,
        "published": _date(entry.get("published") or entry.get("updated") or ""),
        "source": _title(feed) or host_of(url or context.url) or "",
        "url": url or "",
        "language": feed.get("language") or "",
    }
    return _Entry(number, entry.get("id") or "", fields, flags)


def _uses(entries: Iterable[_Entry]) -> Counter[str]:
    """Count the different articles that each name stands for: some feeds link them all to one page."""
    different = {(*entry.names, entry.fields["title"], entry.fields["text"]) for entry in entries}
    return Counter(name for link, named, *_ in different for name in {link, named})


def _article(entry: _Entry, uses: Counter[str], path: str) -> Item:
    """Make an article of an entry, known by the first of its names that is its own, else by its digest."""
    own = next((name for name in entry.names if name and uses[name] == 1), None)
    id_ = own or digest(entry.fields["title"], entry.fields["text"])
    return build(entry.fields | {"id": id_}, origin=f"{path}:{entry.number}", flags=entry.flags)


def _title(thing: Mapping[str, Any]) -> str:
    title = _plain(thing.get("title") or "", thing.get("title_detail", {}).get("type"))
    return " ".join(title.split())


def _text(entry: Mapping[str, Any]) -> str:
    """Return the longest content, else the summary."""
    contents = [part for part in entry.get("content", []) if part.get("value")]
    whole_text = max(contents, key=lambda part: len(part["value"]), default={"value": ""})
    text = _plain(whole_text["value"], whole_text.get("type"))
    return text or _plain(entry.get("summary") or "", entry.get("summary_detail", {}).get("type"))


def _address(link: str | None, context: Context) -> str | None:
    try:
        url = urljoin(context.url or "", (link or "").strip())
        return url if urlsplit(url).scheme in ("http", "https") and host_of(url) else None
    except ValueError:
        return None


def _date(given: str) -> str:
    """Return a date of RFC 822 in ISO 8601, with its offset where it has one; any other as given."""
    try:
        return parsedate_to_datetime(given).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return given


# --- HTML to text ----------------------------------------------------------------------------


def _plain(value: str, kind: str | None) -> str:
    """Return the text of a value; HTML without its marks, a line each for its blocks."""
    if kind == "text/plain" or not _MARKUP.search(value):
        return value.strip()
    from lxml.etree import LxmlError
    from lxml.html import document_fromstring

    try:
        tree = document_fromstring(f"<html><body><div>{_CONTROLS.sub('', value)}</div></body></html>")
    except (LxmlError, ValueError):
        return value.strip()
    return _LINES.sub("\n", _BLANKS.sub(" ", "".join(_texts(tree)))).strip()


def _texts(tree: HtmlElement) -> Iterator[str]:
    """Yield the pieces of text in document order, a line end at each end of a block."""
    from lxml.etree import iterwalk

    for event, element in (walk := iterwalk(tree, events=("start", "end", "comment", "pi"))):
        block = "\n" if element.tag in _BLOCKS else ""
        if event == "start":
            unseen = element.tag in _UNSEEN
            yield block + ("" if unseen else _WHITE.sub(" ", element.text or ""))
            if unseen:
                walk.skip_subtree()
        else:
            yield block + _WHITE.sub(" ", element.tail or "")
