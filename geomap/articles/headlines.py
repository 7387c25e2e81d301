"""Headlines: the first line of a text that reads like one, and whether a text begins with its title."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from geomap.model import Article

# What pages print above a headline is a few lines; a headline further down belongs to something else.
_LINES = 20
# The longest headlines of wire services stay under 160 characters.
_HEADLINE_LENGTH = 200
_SENTENCE_LENGTH = 100

_LINE = re.compile(r"[^\r\n]+")
_BLANKS = re.compile(r"^[\s\ufeff]*")
_MARK = re.compile(r"^[\s\ufeff]*(?:#{1,6}(?:\s+|$)|title:\s+)?", re.IGNORECASE)
# The lines between the marks of a front matter (YAML): keys, lists, comments, and what belongs to them.
_FRONT_LINES = 100
_FRONT_LINE = re.compile(r"\s|#|-\s|[\w-]+[ \t]*:(?:\s|$)")
_FRONT_TITLE = re.compile(r"title[ \t]*:[ \t]*(.*\S)", re.IGNORECASE)
_WRAPPED = re.compile(r"(?:\r\n|\r|\n)[a-z]")
_DATELINE = re.compile(r"[A-Z]{3}[^\u2013\u2014]{0,60}(?:\u2014|\u2013|--|\)\s*-)\s")
_BYLINE = re.compile(r"by:?\s+(?:(?:[A-Z@|]\S*|and|for|of|the|in|at|-)(?:\s+|$)){1,9}")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|@\w+")
_WORD = re.compile(r"[^\W\d_]+")

# Buttons, labels and sections that pages print on a line of their own, compared in lower case.
_LABELS = frozenset(
    label.strip()
    for label in """
    ad | ads | advertisement | advertisements | advertisement continue reading the main story
    | advertising | africa | americas | analysis | asia | asia pacific | asia-pacific | article
    | bookmark | breaking | breaking news | business | close | comment | comments | copy link
    | crime | culture | editorial | elections | email | email this article | europe | exclusive
    | explainer | facebook | featured | follow us | health | home | latest | latest news
    | latin america | linkedin | listen | listen to this article | live | local | local news | log in
    | menu | metro | middle east | middle east & africa | more | national | nation | news
    | newsletter | obituaries | opinion | photos | pinterest | politics | print | print this article
    | read more | reddit | regional | related | related articles | reprints | save | science | search
    | share | share on facebook | share on twitter | share on x | share this | share this article
    | share this story | sign in | sign up | skip to content | skip to main content | special report
    | sponsored | sports | staff report | staff reports | subscribe | subscribe now | technology
    | telegram | text size | top stories | tweet | twitter | u.s. | u.s. news | uk | us | us news | video
    | watch | watch live | weather | whatsapp | world | world news
    """.split("|")  # noqa: SIM905
)

_WEEKDAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})
_DATE_WORDS = _WEEKDAYS | frozenset(
    word.strip()
    for word in """
    january | february | march | april | may | june | july | august | september | october | november
    | december | jan | feb | mar | apr | jun | jul | aug | sep | sept | oct | nov | dec | mon | tue | tues
    | wed | thu | thur | thurs | fri | sat | sun | date | published | updated | posted | modified | first
    | last | on | at | of | ago | the | and | second | seconds | minute | minutes | min | mins | hour
    | hours | hr | hrs | day | days | week | weeks | read | am | pm | a | p | m | gmt | utc | bst | cet
    | cest | eet | eest | msk | est | edt | et | cst | cdt | ct | mst | mdt | mt | pst | pdt | pt | t | z
    | st | nd | rd | th
    """.split("|")  # noqa: SIM905
)


class _Front(NamedTuple):
    """The front matter of a text: the title that it states, and where it ends."""

    title: str = ""
    end: int = 0


def find_headline(text: str) -> str:
    """Return the title that a front matter states, else the first line that reads like a headline.

    Without the marks of a heading; "" where there is neither.
    """
    front = _front_matter(text)
    if front.title:
        return front.title
    for start, line in _first_lines(text, front.end):
        if not _is_furniture(line):
            return line if _reads_like_headline(line, text[start + len(line) : start + len(line) + 3]) else ""
    return ""


def title_in_text(article: Article) -> bool:
    """Tell whether the text begins with the title, so that the text alone needs to be searched.

    Blanks, a U+FEFF, a Markdown mark, a front matter, and lines such as "Share", a date or a byline may
    stand before it: a title that was taken from the text is always in it.
    """
    title = _BLANKS.sub("", article.title, count=1).rstrip()
    if not title:
        return False
    if _BLANKS.sub("", article.text, count=1).startswith(title):
        return True
    front = _front_matter(article.text)
    if front.title == article.title:
        return True
    either = (title, _unmarked(title) or title)
    for start, line in _first_lines(article.text, front.end):
        if article.text.startswith(either, start):
            return True
        if not _is_furniture(line):
            return False
    return False


def _front_matter(text: str) -> _Front:
    """Find the front matter between two lines "---" that Markdown may begin with.

    Costs a text whose headline stands between such lines and reads like a key ("Flood: ten dead").
    """
    lines = _LINE.finditer(text)
    first = next(lines, None)
    if first is None or first[0].strip("\ufeff \t") != "---":
        return _Front()
    title = ""
    for line in itertools.islice(lines, _FRONT_LINES):
        if line[0].rstrip() in ("---", "..."):
            return _Front(title, line.end())
        if not _FRONT_LINE.match(line[0]):
            break
        if not title and (stated := _FRONT_TITLE.match(line[0])):
            title = _unquoted(stated[1])
    return _Front()


def _unquoted(value: str) -> str:
    """Return a title without its quotation marks; "" for none in this line."""
    if value[0] in "'\"" and value.endswith(value[0]):
        value = value[1:-1].strip()
    # ">" and "|" say that the title stands in the lines below, which are not searched.
    return value if len(value) <= _HEADLINE_LENGTH and _WORD.search(value) else ""


def _first_lines(text: str, begin: int) -> Iterator[tuple[int, str]]:
    """Yield the first lines that are not blank, each with its start, without blanks and marks."""
    lines = (match for match in _LINE.finditer(text, begin) if match[0].strip("\ufeff \t"))
    for match in itertools.islice(lines, _LINES):
        if line := _unmarked(match[0]):
            yield text.index(line, match.start()), line


def _unmarked(line: str) -> str:
    """Return a line without blanks, U+FEFF and the marks that make it a heading."""
    line = _MARK.sub("", line, count=1).rstrip()
    unclosed = line.rstrip("#")
    return unclosed.rstrip() if unclosed != unclosed.rstrip() else line


def _reads_like_headline(line: str, after: str) -> bool:
    """Tell a headline from the first line of a body; `after` is what follows the line."""
    if len(line) > _HEADLINE_LENGTH or _DATELINE.match(line) or _WRAPPED.match(after):
        return False
    return not (len(line) > _SENTENCE_LENGTH and line.endswith((".", ".”", '."')))


def _is_furniture(line: str) -> bool:
    """Tell whether a line is no part of an article: a button, a label, a date, a byline, an address."""
    if len(line) > _HEADLINE_LENGTH:
        return False
    line = line.strip(" \t*_:>|•·").removesuffix("…")
    if not _WORD.search(line):
        return True
    return (
        all(part.strip().lower() in _LABELS for part in re.split(r"[>|/\u203a»·]", line))
        or _is_date(line)
        or _BYLINE.fullmatch(line[0].lower() + line[1:]) is not None
        or _ADDRESS.fullmatch(line) is not None
    )


def _is_date(line: str) -> bool:
    words = [word.lower() for word in _WORD.findall(line)]
    if not all(word in _DATE_WORDS for word in words):
        return False
    return any(character.isdigit() for character in line) or not _WEEKDAYS.isdisjoint(words)
