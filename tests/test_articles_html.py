"""Web pages: their text, and what they say of themselves."""

from __future__ import annotations

import io
import logging
import sys
import time
from pathlib import Path

import pytest
from lxml.html import fromstring

from geomap.articles import read_articles
from geomap.articles.building import Context
from geomap.articles.html import _own_title, read_html
from geomap.errors import ArticleError
from geomap.model import Article
from geomap.reading.encoding import decode, decode_guessing, guess, known
from geomap.reading.streams import split_lines

FIRST = "The truce in Aleppo held on Monday, residents said, and trucks reached the city with flour."
SECOND = "The convoy had waited at the border near Gaziantep since Friday, when the road to Idlib reopened."
MENU = "<nav><a href=/>Home</a> <a href=/world>World</a> <a href=/sport>Sport</a></nav>"


def page(*, head: str = "", body: str = "", html: str = "") -> str:
    return (
        f"<!doctype html><html {html}><head>{head}</head><body>{MENU}<article>"
        f"<h1>Truce holds in Aleppo</h1>{body}<p>{FIRST}</p><p>{SECOND}</p></article>"
        "<footer>Copyright 2031 The Example</footer></body></html>"
    )


def read(content: str | bytes, **context: str) -> Article:
    data = content if isinstance(content, bytes) else content.encode()
    [article] = read_html(split_lines(io.BytesIO(data)), Context(path="a.html", **context))
    assert isinstance(article, Article)
    return article


# --- text ------------------------------------------------------------------------------------


def test_the_text_is_the_main_text_with_an_empty_line_between_paragraphs() -> None:
    text = read(page()).text
    assert text.split("\n\n")[-2:] == [FIRST, SECOND]
    assert "Sport" not in text
    assert "Copyright" not in text


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.xhtml").write_text(page(head="<title>x</title>"))
    first, second = (list(read_articles([tmp_path], on_error=print)) for _ in range(2))
    assert first == second
    assert first[0].origin == str(tmp_path / "a.xhtml")


def test_a_fragment_is_read() -> None:
    assert read(f"<p>{FIRST}</p>").text == FIRST


def test_nothing_is_logged_to_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    for content in (b"<", b"<html><p>", b"\xff\xff <html>"):
        with pytest.raises(ArticleError):
            read(content)
    assert capfd.readouterr().err == ""
    assert logging.getLogger("trafilatura").handlers


@pytest.mark.slow
def test_nested_elements_by_the_million_are_read_in_time() -> None:
    started = time.monotonic()
    with pytest.raises(ArticleError, match="holds no article text"):
        read(b"<html><body>" + b"<div>" * 3_000_000)
    assert time.monotonic() - started < 10


def test_what_a_library_raises_is_an_article_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "setrecursionlimit", lambda _: None)

    def broken(*_: object) -> str:
        raise RecursionError

    monkeypatch.setattr("geomap.articles.html._main_text", broken)
    with pytest.raises(ArticleError, match="cannot be read as a web page"):
        read(page())


# --- what a page says of itself --------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        "<title>Truce holds in Aleppo | The Example</title>",
        "<title>Truce holds in Aleppo - The Example</title>",
        '<meta property="og:title" content="Truce holds in Aleppo — The Example">',
    ],
)
def test_the_title_has_no_name_of_the_site(head: str) -> None:
    assert read(page(head=head)).title == "Truce holds in Aleppo"


@pytest.mark.parametrize("site", ["The Example", "Example", "example.org"])
def test_a_suffix_that_is_the_site_is_left_out_without_a_heading(site: str) -> None:
    head = (
        f'<meta property="og:title" content="Truce holds | {site}">'
        f'<meta property="og:site_name" content="{site}">'
    )
    assert read(page(head=head).replace("<h1>", "<h4>").replace("</h1>", "</h4>")).title == "Truce holds"


def test_a_dash_that_belongs_to_the_title_stays() -> None:
    head = (
        '<meta property="og:title" content="Aleppo - a truce holds">'
        '<meta property="og:site_name" content="Wire">'
    )
    assert read(page(head=head)).title == "Aleppo - a truce holds"


def test_the_outlet_is_the_name_of_the_site_else_the_host() -> None:
    link = '<link rel="canonical" href="https://www.example.org/truce">'
    named = read(page(head=link + '<meta property="og:site_name" content="The Example">'))
    assert (named.source, named.url, named.id) == ("The Example", "https://www.example.org/truce", named.url)
    assert read(page(head=link)).source == "example.org"
    assert read(page()).source is None


def test_a_relative_canonical_address_is_resolved() -> None:
    article = read(page(head='<link rel="canonical" href="/truce">'), url="https://example.org/a?b")
    assert article.url == "https://example.org/truce"
    assert read(page(head='<link rel="canonical" href="javascript:x()">')).url is None
    assert read(page(head='<link rel="canonical" href="http://[">')).url is None


FRONT_PAGES = ["https://www.example.org/", "https://www.example.org", "https://www.example.org/#top", "/"]


@pytest.mark.parametrize("front", FRONT_PAGES)
@pytest.mark.parametrize(
    "head", ['<link rel="canonical" href="{}">', '<meta property="og:url" content="{}">']
)
def test_the_front_page_of_the_site_is_not_the_address_of_an_article(head: str, front: str) -> None:
    content = page(head=head.format(front))
    unfetched = read(content)
    assert unfetched.url is None
    assert unfetched.id.startswith("sha256:")
    assert unfetched.source == (None if front == "/" else "example.org")
    fetched = read(content, url="https://www.example.org/2024/truce")
    assert (fetched.url, fetched.source) == ("https://www.example.org/2024/truce", "example.org")


def test_an_address_behind_the_one_of_the_front_page_is_taken() -> None:
    head = (
        '<link rel="canonical" href="https://example.org/">'
        '<meta property="og:url" content="https://example.org/truce">'
    )
    assert read(page(head=head)).url == "https://example.org/truce"


def test_an_article_that_a_query_names_has_its_address() -> None:
    head = '<link rel="canonical" href="https://example.org/?p=7">'
    assert read(page(head=head)).url == "https://example.org/?p=7"


def test_a_title_full_of_blanks_is_read_quickly() -> None:
    started = time.monotonic()
    article = read(page(head=f"<title>Truce{' ' * 40_000}holds</title>").replace("h1>", "h4>"))
    assert article.title == "Truce holds"
    assert _own_title(f"Truce{' ' * 40_000}holds", "Wire", fromstring("<p>")).endswith("holds")
    assert time.monotonic() - started < 5


def test_the_language_is_as_the_page_gives_it() -> None:
    assert read(page(html='lang="en-GB"')).language == "en-GB"
    assert read(page(html='xml:lang="fr"')).language == "fr"
    assert read(page()).language is None


@pytest.mark.parametrize(
    "page",
    [
        page(head='<meta property="article:published_time" content="2016-12-30T22:00:00+02:00">'),
        page(head='<meta name="date" content="2016-12-30">'),
        page(head='<script type="application/ld+json">{"datePublished": "2016-12-30"}</script>'),
        page(head='<link rel="canonical" href="https://example.org/2016/12/30/truce">'),
        page(body='<time datetime="2016-12-30T10:00Z">a while ago</time>'),
        page(body='<p class="date">30 December 2016</p>'),
    ],
)
def test_a_date_that_a_page_states_is_read(page: str) -> None:
    assert read(page).published == "2016-12-30"


@pytest.mark.parametrize(
    "body",
    [
        "<p>The war began on 15 March 2011, and no end was in sight in the country for many years.</p>",
        "<p>Updated 10:15</p>",
        "<p>Call 2016-1230 or 20161230 for help, said the mayor of the city on the phone that day.</p>",
    ],
)
def test_a_date_of_the_text_is_not_the_date_of_the_page(body: str) -> None:
    assert read(page(body=body)).published is None


def test_a_date_of_another_article_is_not_taken() -> None:
    teaser = '<aside><a href=/x>Older</a> <time datetime="2009-01-01">2009</time></aside>'
    assert read(page().replace(MENU, MENU + teaser)).published is None


# --- encodings -------------------------------------------------------------------------------

CYRILLIC = page().replace("Gaziantep", "Газиантеп, где колонна стояла с пятницы")


@pytest.mark.parametrize(
    ("head", "encoding", "charset", "flags"),
    [
        ('<meta charset="windows-1251">', "cp1251", None, ()),
        ('<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">', "koi8-r", None, ()),
        ("", "cp1251", "windows-1251", ()),
        ("", "utf-16", None, ()),
        ("", "utf-8-sig", None, ()),
        ("", "cp1251", None, ("guessed_encoding",)),
        ('<meta charset="nonsense">', "cp1251", None, ("guessed_encoding",)),
        ('<meta charset="iso-8859-1">', "utf-8", None, ()),
        ('<meta charset="utf-16">', "utf-8", None, ()),
    ],
)
def test_the_encoding_is_the_mark_the_declared_utf8_or_a_guess(
    head: str, encoding: str, charset: str | None, flags: tuple[str, ...]
) -> None:
    content = CYRILLIC.replace("<head>", f"<head>{head}").encode(encoding)
    article = read(content, **({"charset": charset} if charset else {}))
    assert "Газиантеп" in article.text
    assert article.flags == flags


def test_an_xml_declaration_gives_the_encoding() -> None:
    content = f'<?xml version="1.0" encoding="windows-1251"?>{CYRILLIC}'.encode("cp1251")
    assert "Газиантеп" in read(content).text


def test_what_cannot_be_decoded_is_replaced_and_flagged() -> None:
    content = page(head="<meta charset=gb2312>").encode().replace(b"Gaziantep", b"\xd5\xe3 Gaziantep \xff")
    article = read(content)
    assert "浙 Gaziantep \ufffd" in article.text
    assert article.flags == ("replaced_characters",)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("São Tomé: os rios subiram, disse o prefeito.", "cp1252"),
        ("Der Bürgermeister von Köln", "cp1252"),
        ("Президент посетил Москву в понедельник.", "cp1251"),
        ("وصلت المساعدات إلى حلب يوم الاثنين", "cp1256"),
        ("Powódź we Wrocławiu, powiedział burmistrz.", "cp1250"),
        ("洪水袭击武汉，市长周一表示。", "gb18030"),
        ("東京で地震がありました。市長が語った。", "cp932"),
    ],
)
def test_guesses(text: str, encoding: str) -> None:
    assert guess(text.encode(encoding)) == encoding
    assert decode_guessing(text.encode(encoding)) == (text, ("guessed_encoding",))


def test_labels_are_read_as_browsers_read_them() -> None:
    assert known(" Latin1 ") == known("iso-8859-1") == known("ASCII") == "cp1252"
    assert known("GB2312") == "gb18030"
    assert [known(label) for label in ("hex", "rot13", "utf-7", "nope", "", None, "a\0b")] == [None] * 7


def test_a_mark_goes_before_what_was_declared() -> None:
    assert decode("\ufeffa☃".encode(), charset="cp1252").text == "\ufeffa☃"
    assert decode("☃".encode("utf-16"), charset="cp1252").text == "\ufeff☃"
