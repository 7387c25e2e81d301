"""When two articles are one, and what of an article can change."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable

from geomap.errors import ArticleError
from geomap.model import Article, Focus, Sighting
from geomap.text import fold

_SEVERAL = re.compile(r":\d+$")
_CONTENT_ID = "sha256:"


def same_article(first: Article, second: Article) -> bool:
    """Tell whether two articles of one id are one: of one address, one origin, or one title and day.

    Ids such as 1, 2, 3 are given in every spreadsheet, and "Daily brief" is the title of every day. Costs
    when wrong: an article without an address that changed its title or its date, and comes from another
    file or line, is refused with a message, and the old one stays; and two of one id and title without
    addresses and dates are taken for one.
    """
    if first.origin is not None and first.origin == second.origin:
        return True
    if first.url is not None and second.url is not None:
        return first.url == second.url
    return fold(first.title) == fold(second.title) != "" and first.day == second.day


def check_same(kept: Article, new: Article) -> None:
    """Raise ArticleError if another article has the id."""
    if not same_article(kept, new):
        where = f", read from {kept.origin}" if kept.origin else ""
        problem = f'has the id {new.id!r} of another article ("{kept.title[:80]}"{where}), and was left out'
        raise ArticleError(problem, path=new.origin or new.id)


def unkeepable(
    article: Article, sightings: Iterable[Sighting] = (), focus: Focus | None = None
) -> str | None:
    """Return why no file can keep an article, or None: UTF-8 and SQLite cannot hold everything."""
    names = [
        name
        for each in sightings
        for name in (each.place.id, each.place.name, each.country, each.admin1, *_of_area(each))
    ]
    if focus is not None:
        countries = (name for each in focus.countries for name in (each.code, each.name))
        names += (focus.place_id, focus.place_name, focus.profile, *countries)
    values = (article.id, *_content(article), article.origin, *article.flags, *names)
    try:
        "".join(value for value in values if value).encode()
    except UnicodeEncodeError:
        return "holds half of a character (a lone surrogate), which no file can keep"
    return "has an id with a null character in it" if "\0" in article.id else None


def _of_area(sighting: Sighting) -> tuple[str, ...]:
    return () if sighting.area is None else (sighting.area.phrase, sighting.area.method)


def content_digest(article: Article) -> str:
    """Return a digest of all that can change in an article of one id, but for where it was read."""
    return hashlib.sha256(json.dumps(_content(article)).encode()).hexdigest()[:32]


def _content(article: Article) -> tuple[str | None, ...]:
    return article.title, article.text, article.published, article.source, article.url, article.language


def known_by_origin(article: Article) -> bool:
    """Tell whether an article has no name but the file that holds it alone, so that an edit replaces it."""
    origin = article.origin
    return (
        article.id.startswith(_CONTENT_ID)
        and origin is not None
        and not origin.startswith("<")
        and not _SEVERAL.search(origin)
    )
