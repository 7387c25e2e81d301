"""Feeds: RSS, RDF and Atom, their texts as plain text, and documents that are no feeds."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest

from geomap.articles import read_articles, title_in_text
from geomap.articles.building import Context, Item
from geomap.articles.feeds import find_root, read_feed
from geomap.errors import ArticleError
from geomap.model import Article
from geomap.reading.streams import split_lines

BODY = "The river rose in Basra on Monday."


def items(content: str | bytes, **context: str) -> list[Item]:
    data = content if isinstance(content, bytes) else content.encode()
    return list(read_feed(split_lines(io.BytesIO(data)), Context(path="wire.rss", **context)))


def entry(content: str, **context: str) -> Article:
    [article] = items(content, **context)
    assert isinstance(article, Article)
    return article


def rss(item: str, channel: str = "<title>Example Wire</title><language>en-us</language>") -> str:
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel>{channel}<item>{item}</item></channel></rss>"
    )


def test_an_rss_entry_gives_every_field() -> None:
    article = entry(
        rss(
            "<title>River &amp;amp; lake rise</title><link>https://example.org/7</link><guid>g7</guid>"
            f"<pubDate>Sun, 03 Mar 2024 10:15:00 +0200</pubDate><description>{BODY}</description>"
        )
    )
    assert article == Article(
        id="https://example.org/7",
        title="River & lake rise",
        text=BODY,
        published="2024-03-03T10:15:00+02:00",
        source="Example Wire",
        url="https://example.org/7",
        language="en-us",
    )
    assert article.origin == "wire.rss:1"


def test_an_atom_entry_gives_its_content_without_marks() -> None:
    article = entry(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Example</title><entry>'
        '<title type="html">River &lt;i&gt;rises&lt;/i&gt;</title><id>urn:7</id>'
        "<updated>2024-03-03T10:15:00Z</updated>"
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>Two</p></div></content>'
        "</entry></feed>"
    )
    assert (article.title, article.text, article.id) == ("River rises", "One\nTwo", "urn:7")
    assert (article.published, article.url) == ("2024-03-03T10:15:00Z", None)


ITEM = f"<item><title>a</title><description>{BODY}</description></item>"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@pytest.mark.parametrize(
    "document",
    [
        f"<rss version='0.91'><channel>{ITEM}</channel></rss>",
        f"<rdf:RDF xmlns:rdf='{RDF}' xmlns='http://purl.org/rss/1.0/'>{ITEM}</rdf:RDF>",
        f"<channel>{ITEM}</channel>",
        f"<!-- a > b --> <?xml-stylesheet x?>\n<rss><channel>{ITEM}</channel></rss>",
    ],
)
def test_older_forms_are_read(document: str) -> None:
    assert entry(document).text == BODY


def test_the_content_goes_before_the_summary() -> None:
    item = f"<description>short</description><content:encoded><![CDATA[<p>{BODY}</p>]]></content:encoded>"
    assert entry(rss(item)).text == BODY
    assert entry(rss(item.replace(f"<p>{BODY}</p>", " <br> "))).text == "short"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("One<br>two<br/>\n\n three", "One\ntwo\nthree"),
        ("S&atilde;o&nbsp;Tom&#233; &amp; more", "São Tomé & more"),
        ("One <b>bold</b>,  and\n<a href=x>a link</a>.", "One bold, and a link."),
        ("<script>x()</script>One<style>y</style> two<!-- z -->", "One two"),
        ("<ul><li>One<li>Two</ul>", "One\nTwo"),
        ("5 < 6 & 7", "5 < 6 & 7"),
        ("<p>Nu\0l", "Nul"),
        ("<!-- only -->", ""),
    ],
)
def test_html_becomes_plain_text(html: str, text: str) -> None:
    article = entry(
        rss(f"<title>t</title><content:encoded><![CDATA[{html}]]></content:encoded>").replace("\0", "")
    )
    assert article.text == (text or "t")


def test_plain_text_keeps_what_looks_like_marks() -> None:
    document = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>t</title>'
        '<summary type="text">5 &lt;p&gt; 6</summary></entry></feed>'
    )
    assert entry(document).text == "5 <p> 6"


def test_a_headline_alone_is_its_own_text_and_flagged() -> None:
    article = entry(rss("<title>Flood in Basra</title>"))
    assert (article.title, article.text, article.flags) == (
        "Flood in Basra",
        "Flood in Basra",
        ("title_only",),
    )
    assert title_in_text(article)


FRONT = "<link>https://example.org/live</link>"


def ids(*entries: str) -> list[str]:
    found = items(rss("</item><item>".join(entries)))
    return [item.id for item in found if isinstance(item, Article)]


def test_entries_with_one_link_are_told_apart_by_their_guids() -> None:
    first = f"{FRONT}<guid isPermaLink='false'>7</guid><title>Flood in Basra</title>"
    second = f"{FRONT}<guid isPermaLink='false'>8</guid><title>Truce in Aleppo</title>"
    other = "<link>https://example.org/9</link><guid isPermaLink='false'>9</guid><title>Rain in Homs</title>"
    expected = ["https://example.org/live#7", "https://example.org/live#8", "https://example.org/9"]
    assert ids(first, second, other) == expected
    assert ids(second, other, first) == [expected[1], expected[2], expected[0]]


def test_entries_with_one_link_and_no_guid_are_known_by_their_digest() -> None:
    first, second = ids(f"{FRONT}<title>Flood in Basra</title>", f"{FRONT}<title>Truce in Aleppo</title>")
    assert first != second
    assert {first[:7], second[:7]} == {"sha256:"}


def test_different_entries_with_one_link_and_one_guid_are_known_by_their_digest() -> None:
    named = f"{FRONT}<guid isPermaLink='false'>7</guid>"
    first, second = ids(f"{named}<title>Flood in Basra</title>", f"{named}<title>Truce in Aleppo</title>")
    assert first != second
    assert {first[:7], second[:7]} == {"sha256:"}


def test_an_entry_that_stands_twice_is_one_article() -> None:
    entry = f"{FRONT}<guid isPermaLink='false'>7</guid><title>Flood in Basra</title>"
    assert ids(entry, entry) == ["https://example.org/live"] * 2


def test_an_entry_without_link_is_known_by_its_guid() -> None:
    guids = (f"<guid isPermaLink='false'>urn:{n}</guid><title>Flood {n}</title>" for n in (7, 8))
    assert ids(*guids) == ["urn:7", "urn:8"]
    assert ids("<title>Flood</title>")[0].startswith("sha256:")


def test_marks_that_never_end_are_read_quickly() -> None:
    started = time.monotonic()
    assert entry(rss(f"<title>t</title><description>{'&lt;a' * 160_000}</description>")).title == "t"
    assert time.monotonic() - started < 10


def test_an_entry_with_nothing_is_named_and_the_others_are_read() -> None:
    error, article = items(
        rss(f"<link>https://example.org</link></item><item><description>{BODY}</description>")
    )
    assert isinstance(error, ArticleError)
    assert str(error) == "wire.rss: entry 1: has neither a title nor a text"
    assert isinstance(article, Article)
    assert article.origin == "wire.rss:2"


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("Sun, 03 Mar 2024 10:15:00 GMT", "2024-03-03T10:15:00+00:00"),
        ("Sun, 03 Mar 2024 10:15:00", "2024-03-03T10:15:00"),
        ("2024-03-03", "2024-03-03"),
        ("yesterday", "yesterday"),
        ("Sat, 00 Jan 0000 00:00:00 GMT", "Sat, 00 Jan 0000 00:00:00 GMT"),
    ],
)
def test_dates(given: str, read: str) -> None:
    assert entry(rss(f"<title>t</title><pubDate>{given}</pubDate>")).published == read


def test_a_relative_link_is_resolved_by_the_address_of_the_feed() -> None:
    document = rss("<title>t</title><link>/7</link>", channel="")
    article = entry(document, url="https://www.example.org/feed")
    assert (article.url, article.source) == ("https://www.example.org/7", "example.org")
    assert entry(document).url is None
    assert entry(rss("<title>t</title><link>javascript:x()</link>")).url is None
    assert entry(rss("<title>t</title><link>http://[</link>")).url is None


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16", "utf-8"])
def test_the_declared_encoding_is_read(encoding: str) -> None:
    content = rss("<title>Президент посетил Москву</title>")
    declared = content.replace('"1.0"?', f'"1.0" encoding="{encoding}"?').encode(encoding)
    assert entry(declared).title == "Президент посетил Москву"


def test_a_feed_that_is_cut_off_or_not_well_formed_is_read_as_far_as_it_goes() -> None:
    document = rss(f"<title>a</title><description>{BODY} & more</description>")
    assert entry(document).text == f"{BODY} & more"
    assert entry(document[:-20]).text == f"{BODY} & more"


@pytest.mark.parametrize(
    ("document", "root"),
    [
        ("", ""),
        ("plain", ""),
        ("<?xml", ""),
        ("<!-- <rss> --><feed>", "feed"),
        ("\ufeff \n<!DOCTYPE rss [<!ENTITY a '>'> ]> <rss>", "rss"),
        ("<!doctype html><HTML>", "html"),
        ("<a:RDF x='1'>", "rdf"),
        ("<?a?>" * 50_000, ""),
    ],
)
def test_the_root_is_found_behind_declarations(document: str, root: str) -> None:
    assert find_root(document).name == root


def test_xml_is_read_as_feed_or_page_and_else_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(rss(f"<description>{BODY}</description>"))
    (tmp_path / "b.xml").write_text(
        f'<?xml version="1.0"?>\n<html lang="en"><body><p>{BODY}</p></body></html>'
    )
    (tmp_path / "c.xml").write_text("<urlset></urlset>")
    errors: list[ArticleError] = []
    articles = list(read_articles([tmp_path], on_error=errors.append))
    assert [article.text for article in articles] == [BODY, BODY]
    assert [error.problem for error in errors] == ["is XML of another kind (<urlset>), no feed"]
