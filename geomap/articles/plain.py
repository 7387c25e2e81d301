"""Plain text and Markdown: one article a file, titled by its first line that reads like a headline.

The text is the file's, to the code point: line ends, NUL and a leading U+FEFF stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from geomap.articles.building import STDIN, Context, Item, build, is_blank
from geomap.articles.headlines import find_headline
from geomap.errors import ArticleError
from geomap.reading.encoding import decode
from geomap.reading.streams import Line, whole


def read_text(lines: Iterator[Line], context: Context) -> Iterator[Item]:
    """Yield the one article; without a headline its title is the file's name."""
    text, flags = decode(whole(lines, context.path), charset=context.charset)
    if is_blank(text):
        problem = "holds no text"
        raise ArticleError(problem, path=context.path)
    unnamed = context.path == STDIN or context.url
    title = find_headline(text) or ("" if unnamed else Path(context.path).stem)
    values = {"title": title, "text": text, "url": context.url}
    yield build(values, origin=context.path, flags=flags)
