"""Mark spans in an untrusted text as HTML: whatever text and spans are, the markup is well-formed.

Without its tags, and unescaped, the HTML is the text; only what HTML or UTF-8 cannot hold (U+0000, lone
surrogates) becomes U+FFFD.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")


class Span(NamedTuple):
    """What to mark, in code points of the text; `look` is a word, `title` what hovering shows."""

    start: int
    end: int
    look: str
    title: str


def marked(text: str, spans: Iterable[Span]) -> str:
    """Return the text as HTML with the spans in <mark>; without its tags it is the text."""
    tags: list[tuple[int, int, int, str]] = []
    for number, span in enumerate(_nested(spans, len(text))):
        opening = f'<mark class="geomap-mark geomap-{span.look}" title="{safe(span.title)}">'
        tags += ((span.start, 1, number, opening), (span.end, 0, -number, "</mark>"))
    out: list[str] = []
    done = 0
    for at, _, _, tag in sorted(tags):  # at one offset inner marks end first, then outer ones begin
        out += (safe(text[done:at]), tag)
        done = at
    return "".join(out) + safe(text[done:])


def _nested(spans: Iterable[Span], length: int) -> Iterator[Span]:
    """Yield the spans so that each lies within another or beside it: one that reaches out is cut there."""
    ends = [length]
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        while len(ends) > 1 and ends[-1] <= span.start:
            ends.pop()
        end = min(span.end, ends[-1])
        if 0 <= span.start < end:
            ends.append(end)
            yield span._replace(end=end)


def safe(text: str) -> str:
    """Escape a text; what HTML or UTF-8 cannot hold (U+0000, lone surrogates) becomes U+FFFD."""
    return escape(_FORBIDDEN.sub("\ufffd", text))
