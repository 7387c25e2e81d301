"""Web pages: the main text, and what the page says of itself, by trafilatura.

The text is trafilatura's: paragraphs a line each, without menus, comments and notices. Dates are
only read where a page states its own: in its metadata, its address, and the first date at its headline;
a date in the running text, or today's, is never taken for the date of publication.

Source: Barbaresi, "Trafilatura: A Web Scraping Library and Command-Line Tool for Text Discovery and
Extraction", ACL 2021 (demonstrations).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

from geomap.articles.building import Context, Item, build, is_blank
from geomap.errors import ArticleError
from geomap.reading.encoding import decode_guessing
from geomap.reading.streams import Line, whole

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Pages of news have some thousand elements; extraction takes about 70 us for each (2026-11, one core).
MAX_ELEMENTS = 50_000

# Less than a short sentence is what is left of a page of menus. Costs an article of two words.
_LEAST_CHARACTERS = 25
_DECLARATION_BYTES = 4_096
_DECLARED = re.compile(
    rb"<\?xml[^>]{1,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})|<meta[^>]{1,400}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r" [|\u2013\u2014\u00b7\u2022:\u00bb-] ([^|\u2013\u2014\u00b7\u2022\u00bb]{2,60})$")
_WORD = re.compile(r"\w+")
_LOGGERS = ("trafilatura", "htmldate", "justext", "courlan", "charset_normalizer")
# What the libraries below are known to raise on broken pages, besides their own errors.
_LIBRARY_ERRORS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
# Earlier than the web there are no dates of pages but mistakes; the end only has to be the same every day.
_FIRST_DAY = "1990-01-01"
_LAST_DAY = "2100-01-01"
# A page's own date stands in its metadata, or first below its headline. Costs a page that states
# none: the date of the first related article, where that is marked up as a time, is taken.
_DATED = (
    ".//head/meta | .//head/title | .//script[@type='application/ld+json']"
    " | (.//h1/following::time | .//article//time)[1]"
    " | (.//*[@itemprop='datePublished'])[1]"
    " | (.//h1/following::*[contains(@class, 'date') or contains(@class, 'publish')])[1]"
    "[string-length() < 100]"
)


class _Stated(NamedTuple):
    """What a page says of itself."""

    title: str
    source: str | None
    url: str | None
    published: str | None
    language: str | None


def read_html(lines: Iterator[Line], context: Context) -> Iterator[Item]:
    """Yield the one article of a page. Raises ArticleError where it holds no text."""
    data = whole(lines, context.path)
    declared = context.charset or declared_charset(data)
    text, flags = decode_guessing(data, declared=declared)
    tree = _tree(text, context)
    try:
        # The page's head is read first: extraction changes the tree.
        stated, main = _stated(tree, context), _main_text(tree)
    except _LIBRARY_ERRORS as error:
        problem = f"cannot be read as a web page ({type(error).__name__})"
        raise ArticleError(problem, path=context.path) from error
    if is_blank(main) or len(main) < _LEAST_CHARACTERS:
        problem = "holds no article text"
        raise ArticleError(problem, path=context.path)
    yield build(stated._asdict() | {"text": main}, origin=context.path, flags=flags)


def declared_charset(data: bytes) -> str | None:
    """Return the label that a page's <meta> or XML declaration gives for its encoding."""
    match = _DECLARED.search(data[:_DECLARATION_BYTES])
    return (match[1] or match[2]).decode("ascii", "replace") if match else None


def host_of(url: str | None) -> str | None:
    """Return the host of an address without "www.", or None."""
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return None
    return host.removeprefix("www.") or None


def _tree(text: str, context: Context) -> HtmlElement:
    # Without a handler of their own the libraries' complaints would go to standard error.
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
    from trafilatura.utils import load_html

    # A fragment is refused unless it begins like a page.
    tree = load_html(text if "html" in text[:50].lower() else f"<html>{text}")
    if tree is None:
        problem = "holds no article text"
        raise ArticleError(problem, path=context.path)
    if sum(1 for _ in tree.iter()) > MAX_ELEMENTS:
        problem = f"has more than {MAX_ELEMENTS:,} elements, too many for a page with one article"
        raise ArticleError(problem, path=context.path)
    return tree


def _main_text(tree: HtmlElement) -> str:
    from trafilatura import extract

    text = extract(tree, output_format="txt", include_comments=False) or ""
    # An empty line between paragraphs: a headline, which ends without a stop, is no part of a sentence.
    return text.replace("\n", "\n\n")


def _stated(tree: HtmlElement, context: Context) -> _Stated:
    from trafilatura.metadata import extract_metadata

    days = {"min_date": _FIRST_DAY, "max_date": _LAST_DAY}
    metadata = extract_metadata(tree, date_config={**days, "extensive_search": False})
    links = _own_links(tree, context)
    url = next((link for link in links if not _is_front(link)), context.url)
    site = _meta(tree, "og:site_name") or metadata.sitename
    if not site or site == host_of(metadata.url):
        site = host_of(url or next(iter(links), None))
    title = _meta(tree, "og:title") or " ".join((metadata.title or "").split())
    language = (
        tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or tree.get("xml:lang")
    )
    return _Stated(
        title=_own_title(title, site, tree),
        source=site,
        url=url,
        published=_date(tree, url),
        language=(language or "").strip() or None,
    )


def _meta(tree: HtmlElement, name: str) -> str:
    found = tree.xpath(".//meta[@property=$name or @name=$name]/@content", name=name)
    return next((" ".join(value.split()) for value in found if value.strip()), "")


def _own_links(tree: HtmlElement, context: Context) -> list[str]:
    """Return the addresses that a page calls its own."""
    found = []
    for link in [*tree.xpath(".//link[@rel='canonical']/@href"), _meta(tree, "og:url")]:
        try:
            url: str = urljoin(context.url or "", link.strip())
            if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname:
                found.append(url)
        except ValueError:
            continue
    return found


def _is_front(url: str) -> bool:
    """Tell whether an address is a site's front page, which templates name on each of its pages."""
    split = urlsplit(url)
    return split.path in ("", "/") and not split.query


def _own_title(title: str, site: str | None, tree: HtmlElement) -> str:
    """Return the title without the name of the site: as the headline has it, where it is one."""
    for heading in tree.iterfind(".//h1"):
        headline = " ".join(heading.text_content().split())
        if title.startswith(headline) and len(_WORD.findall(headline)) > 1:
            return headline
    match = _SUFFIX.search(title)
    if match and site and _letters(match[1]) in (_letters(site), _letters(site.rpartition(".")[0])):
        return title[: match.start()]
    return title


def _letters(text: str) -> str:
    return "".join(_WORD.findall(text)).casefold().removeprefix("the")


def _date(tree: HtmlElement, url: str | None) -> str | None:
    """Return the day on which a page says it was published (YYYY-MM-DD), or None."""
    from copy import deepcopy

    from htmldate import find_date
    from lxml.etree import SubElement
    from lxml.html import Element

    page = Element("html")
    head, body = SubElement(page, "head"), SubElement(page, "body")
    for element in tree.xpath(_DATED):
        parent = head if element.tag in ("meta", "title", "script") else body
        copied = deepcopy(element)
        copied.tail = None
        parent.append(copied)
    return find_date(
        page,
        url=url or "",
        original_date=True,
        extensive_search=False,
        deferred_url_extractor=True,
        outputformat="%Y-%m-%d",
        min_date=_FIRST_DAY,
        max_date=_LAST_DAY,
    )
