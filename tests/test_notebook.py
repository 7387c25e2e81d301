"""What a notebook shows: marked text or a table beside a map, well-formed whatever the texts are."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
import zlib
from collections.abc import Callable, Iterator
from html import unescape
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from builders import a_focus, a_mention, a_parsed, a_place, a_resolution, a_sighting, an_area, an_article
from hypothesis import given, settings
from hypothesis import strategies as st
from test_browser import CHROMIUM, DRIVER, PATIENCE_S, chrome, requested, wait_for  # noqa: F401
from test_geojson import a_news_day
from test_leaflet import HOSTILE, data_of

from geomap.exporters.areas import encode_polyline, outlines_json
from geomap.exporters.compact import compact_outlines, decode_polyline, packed
from geomap.exporters.leaflet import LeafletExporter
from geomap.exporters.marking import Span, marked
from geomap.model import (
    Article,
    GeoparsedArticle,
    Outcome,
    Point,
    Provenance,
    Resolution,
    Role,
    Sighting,
    ToponymType,
)
from geomap.notebook import ARTICLE_PLACES, MAP_ARTICLES, MAP_MENTIONS, MAX_TEXT, article_html, sightings_html

GOLDEN = Path(__file__).parent / "data" / "golden"
TAGS = {
    *("a", "bdi", "details", "div", "iframe", "mark", "p", "span", "style", "summary"),
    *("table", "tbody", "td", "th", "thead", "tr"),
}
needs_browser = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="chromium and chromedriver are not installed"
)


class Outline(HTMLParser):
    """Reads a fragment, and fails where a tag is not closed by its own end tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._open.append((tag, dict(attrs).get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, name in self._open:
            self.texts[name] = self.texts.get(name, "") + data


def shown(text: str) -> str:
    """Return the text as HTML can hold it."""
    return re.sub("[\x00\ud800-\udfff]", "\ufffd", text)


def parsed(
    article: Article, *resolutions: Resolution, sightings: tuple[Sighting, ...] = ()
) -> GeoparsedArticle:
    made_by = Provenance(recognizer="r", gazetteer="g", resolver="s")
    return GeoparsedArticle(article=article, resolutions=resolutions, provenance=made_by, sightings=sightings)


def of_sightings(*sightings: Sighting) -> GeoparsedArticle:
    resolutions = (row.resolution for row in sightings)
    return parsed(sightings[0].article, *resolutions, sightings=sightings)


def nowhere(outcome: Outcome = Outcome.NO_CANDIDATE, **mention: Any) -> Resolution:
    return a_resolution(mention=a_mention(**mention), outcome=outcome, place=None, confidence=0.0)


def a_report() -> GeoparsedArticle:
    article = an_article(
        text="The truce in Aleppo held on Monday. Moscow welcomed it. Trucks <left> Umm al-Nowhere & waited.",
        language="en",
    )
    title = a_sighting(article=article, field="title")
    aleppo = a_sighting(article=article)
    moscow = a_place(id="geonames:524901", name="Moscow", lat=55.75222, lon=37.61556, feature_code="PPLC")
    kremlin = a_sighting(
        article=article,
        place=moscow,
        word="Moscow",
        type=ToponymType.METONYMY,
        country="Russia",
        admin1="Moscow",
        confidence=0.815,
    )
    missing = nowhere(start=70, end=84, text="Umm al-Nowhere")
    rows = (title, aleppo, kremlin)
    return parsed(article, *(row.resolution for row in rows), missing, sightings=rows)


def page_of(fragment: str) -> str:
    """Return the packed page of the map, unpacked."""
    match = re.search(r' srcdoc="([^"]*)"', fragment)
    assert match is not None
    return unpacked(unescape(match.group(1)))


def unpacked(page: str) -> str:
    match = re.search(r'id="geomap-page">([^<]*)<', page)
    assert match is not None
    return zlib.decompress(base64.b64decode(match.group(1))).decode("utf-8")


def without_map_and_style(fragment: str) -> str:
    return re.sub(
        "<style>.*?</style>", "<style></style>", re.sub('srcdoc="[^"]*"', "srcdoc", fragment), flags=re.DOTALL
    )


def test_an_article_is_as_the_golden_one() -> None:
    html = without_map_and_style(article_html(a_report())).replace("><", ">\n<") + "\n"
    assert html == (GOLDEN / "notebook.html").read_text("utf-8")


def test_equal_input_gives_equal_text() -> None:
    assert article_html(a_report()) == article_html(a_report())
    assert sightings_html(a_news_day()) == sightings_html(a_news_day())


def test_a_mark_says_which_place_where_of_what_type_and_how_sure() -> None:
    html = article_html(a_report())
    assert (
        "Aleppo, Aleppo Governorate, Syria · capital of a first-order division · literal · 90 % sure · "
        "town, within 11.3 km · mentioned" in html
    )
    assert "Moscow, Russia · capital · metonymy · 82 % sure" in html
    assert "No place found: the gazetteer has no such name · literal" in html


def test_a_mark_and_the_table_tell_a_phrase_and_a_role_and_a_line_the_focus() -> None:
    near = a_sighting(area=an_area(phrase="truce in <Aleppo>"), role=Role.EVENT)
    html = article_html(a_parsed(near, focus=a_focus()))
    assert "relative, within 11.3 km: &quot;truce in &lt;Aleppo&gt;&quot; · event" in html
    assert "<td>event</td>" in html.replace(' dir="auto"', "")
    assert "Focus: Syria .75; main place Aleppo; profile syria" in html
    assert "About" not in article_html(a_parsed(near))


def test_marks_tell_literal_from_associative_and_from_nil() -> None:
    marks = re.findall(r'<mark class="geomap-mark geomap-(\w+)"[^>]*>([^<]*)<', article_html(a_report()))
    assert marks == [
        ("literal", "Aleppo"),
        ("literal", "Aleppo"),
        ("associative", "Moscow"),
        ("nil", "Umm al-Nowhere"),
    ]


def test_the_line_of_counts_is_the_legend() -> None:
    text = Outline(article_html(a_report())).texts["geomap-line"]
    assert "2 places · 4 mentions · 2 literal · 1 associative · 1 no place" in text


def test_what_hovering_shows_can_be_read_in_a_table_too() -> None:
    html = article_html(a_report())
    assert "<details><summary>" in html
    cells = ("Russia", "capital", "town, within 11.3 km", "1", "metonymy", "mentioned", "82 %")
    row = rf'<tr><th scope="row" dir="auto">Moscow</th>{"".join(f".*>{re.escape(each)}<" for each in cells)}'
    assert re.search(row, html)
    assert "Umm al-Nowhere (the gazetteer has no such name)" in html


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.AMBIGUOUS, "several places are as likely"),
        (Outcome.BELOW_THRESHOLD, "no place is sure enough"),
    ],
)
def test_a_mention_without_a_place_says_why(outcome: Outcome, words: str) -> None:
    assert f"No place found: {words}" in article_html(parsed(an_article(), nowhere(outcome)))


def test_an_article_without_places_has_no_map() -> None:
    html = article_html(parsed(an_article()))
    assert "<iframe" not in html
    assert "<details" not in html
    assert "0 places · 0 mentions" in html


def test_a_text_alone_has_no_heading_and_no_byline() -> None:
    html = article_html(parsed(Article(id="t", text="Rain.")))
    assert "heading" not in html
    assert html.count('class="geomap-line"') == 1


def test_a_long_text_is_cut_and_says_what_is_left_out() -> None:
    text = "a" * MAX_TEXT + " Aleppo" * 150_000
    late = a_mention(start=MAX_TEXT + 1, end=MAX_TEXT + 7)
    html = article_html(parsed(an_article(text=text), a_resolution(mention=late)))
    assert len(html) < 2 * MAX_TEXT
    assert "… and 1,050,000 characters with 1 mention more." in html


def test_a_mention_at_the_cut_is_cut_too() -> None:
    text = "a" * (MAX_TEXT - 3) + "Aleppo" * 3
    html = article_html(
        parsed(an_article(text=text), a_resolution(mention=a_mention(start=MAX_TEXT - 3, end=MAX_TEXT + 3)))
    )
    assert ">Ale</mark></div>" in html


def test_long_lists_are_cut_and_say_so() -> None:
    places = [a_place(id=str(n), name=f"Place {n}") for n in range(ARTICLE_PLACES + 3)]
    names = [nowhere(text=f"Name {n}") for n in range(ARTICLE_PLACES + 4)]
    report = of_sightings(*(a_sighting(place=place) for place in places))
    html = article_html(parsed(report.article, *report.resolutions, *names, sightings=report.sightings))
    assert html.count('<th scope="row"') == ARTICLE_PLACES
    assert "and 3 more<" in html
    assert "and 4 more.<" in html


def test_links_are_web_links_and_the_frame_may_open_them() -> None:
    html = article_html(a_report())
    assert '<a href="https://example.org/truce" target="_blank" rel="noopener noreferrer">' in html
    assert 'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"' in html
    assert "<a " not in article_html(parsed(an_article(url="javascript:alert(1)")))


@pytest.mark.parametrize(
    ("language", "tag"), [("ar", True), ("zh-Hant", True), ('en" x="', False), (None, False)]
)
def test_only_a_language_tag_becomes_one(language: str | None, *, tag: bool) -> None:
    assert (" lang=" in article_html(parsed(an_article(language=language)))) is tag


@pytest.mark.parametrize(
    "text", [*HOSTILE, '</mark></div><iframe src="https://example.org">', '"><img src=x onerror=1>']
)
def test_a_hostile_text_stays_text(text: str) -> None:
    article = an_article(
        title=text, text=f"{text} in Aleppo.", source=text, published=text, url=text, language=text
    )
    place = a_place(name=text, id=text)
    row = a_sighting(article=article, place=place, country=text, admin1=text)
    for html in (article_html(of_sightings(row)), sightings_html([row], title=text)):
        outline = Outline(html)
        assert set(outline.tags) <= TAGS
        assert outline.tags.count("iframe") == 1
        assert not [name for name, _ in outline.attributes if name.startswith("on") or name == "src"]
        html.encode("utf-8")
    assert Outline(article_html(of_sightings(row))).texts["geomap-text"] == shown(article.text)


any_text = st.text(st.characters(codec=None), max_size=60) | st.text(
    "<>&\"'/ab\u0627\u202e\r\n\x00", max_size=60
)
offsets = st.integers(-3, 70)


@given(any_text, st.lists(st.tuples(offsets, offsets), max_size=8))
def test_without_its_tags_a_marked_text_is_the_text(text: str, pairs: list[tuple[int, int]]) -> None:
    html = marked(text, [Span(start, end, "literal", text) for start, end in pairs])
    assert unescape(re.sub("<[^>]*>", "", html)) == shown(text)
    assert Outline(f'<p class="all">{html}</p>').texts.get("all", "") == shown(text)


@given(any_text, any_text, any_text, st.lists(st.tuples(offsets, offsets), max_size=4))
def test_any_article_is_well_formed(text: str, title: str, word: str, pairs: list[tuple[int, int]]) -> None:
    article = an_article(text=text, title=title, source=word, published=word, url=word, language=word)
    found = [a_mention(start=start, end=end, text=word) for start, end in pairs]
    known = [a_resolution(mention=mention, place=a_place(name=word)) for mention in found]
    lost = [nowhere(start=end, end=start, text=word, field="title") for start, end in pairs]
    outline = Outline(article_html(parsed(article, *known, *lost)))
    assert outline.texts.get("geomap-text", "") == shown(text)
    assert set(outline.tags) <= TAGS


@pytest.mark.parametrize(
    ("spans", "html"),
    [
        ([(0, 7), (4, 7)], "[one [two]] three"),
        ([(0, 7), (0, 3)], "[[one] two] three"),
        ([(0, 5), (4, 9)], "[one [t]]wo three"),
        ([(0, 3), (3, 4)], "[one][ ]two three"),
        ([(4, 7), (4, 7)], "one [[two]] three"),
        ([(4, 4), (9, 2), (-2, 3), (30, 40)], "one two three"),
        ([(8, 99)], "one two [three]"),
    ],
)  # fmt: skip
def test_marks_nest_and_are_cut_where_they_would_cross(spans: list[tuple[int, int]], html: str) -> None:
    made = marked("one two three", [Span(start, end, "literal", "") for start, end in spans])
    assert re.sub("<mark[^>]*>", "[", made).replace("</mark>", "]") == html


def test_a_project_shows_its_counts_and_its_top_places() -> None:
    html = sightings_html(a_news_day(), title="news.gpkg", articles=1234, mentions=1)
    outline = Outline(html)
    assert outline.texts["geomap-title"] == "news.gpkg"
    assert "1,234 articles · 3 places · 1 mention" in outline.texts["geomap-line"]
    assert html.count('<th scope="row"') == 3


def test_counts_come_from_the_sightings_where_none_are_given() -> None:
    assert "1 article · 1 place · 1 mention<" in sightings_html([a_sighting(), a_sighting()])


def test_the_first_and_the_last_day_of_a_place() -> None:
    days = ["2016-12-30T09:00Z", "yesterday", None, "2016-01-02"]
    rows = [a_sighting(article=an_article(id=str(n), published=day)) for n, day in enumerate(days)]
    html = sightings_html(rows)
    assert re.findall(r"<td[^>]*>([^<]*)</td>", html)[1:] == ["4", "4", "2016-01-02", "2016-12-30"]
    undated = sightings_html([a_sighting(article=an_article(published=None))])
    assert re.findall(r"<td[^>]*>([^<]*)</td>", undated)[3:] == ["", ""]


def test_many_places_are_a_short_table() -> None:
    html = sightings_html([a_sighting(place=a_place(id=str(n))) for n in range(20)])
    assert html.count('<th scope="row"') == 15
    assert "and 5 more<" in html


def test_an_empty_project_says_that_it_is_empty() -> None:
    html = sightings_html([])
    assert "0 articles · 0 places · 0 mentions" in html
    assert "<iframe" not in html
    assert "<table" not in html


def test_the_map_of_a_large_project_shows_the_latest_articles_and_says_so() -> None:
    days = [f"2020-01-{day:02}" for day in range(1, MAP_ARTICLES + 4)]
    rows = [a_sighting(article=an_article(id=day, title=day, published=day)) for day in days]
    html = sightings_html(rows)
    assert data_of(page_of(html))["articles"]["title"] == days[3:]
    assert "The map leaves out 3 mentions" in html


def test_the_map_holds_no_more_mentions_than_one_reads() -> None:
    article = an_article(text="Aleppo, " * 60)
    rows = []
    for number in range(60):
        mention = a_mention(start=8 * number, end=8 * number + 6)
        row = a_resolution(mention=mention)
        rows.append(
            Sighting(
                article=article, resolution=row, place=a_place(), sentence="Aleppo", sentence_start=8 * number
            )
        )
    data = data_of(page_of(article_html(of_sightings(*rows))))
    assert data["places"]["sightings"] == [MAP_MENTIONS]


def test_the_areas_of_places_get_in() -> None:
    province = a_place(feature_class="A", feature_code="ADM1")
    line = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    row = a_sighting(place=province)
    for html in (
        article_html(of_sightings(row), geometry=lambda _: line),
        sightings_html([row], geometry=lambda _: line),
    ):
        assert data_of(page_of(html))["areas"][0]["closed"] is False
    assert data_of(page_of(sightings_html([row])))["places"]["area"] == [-1]


def test_mathjax_leaves_prices_alone() -> None:
    assert article_html(parsed(an_article())).startswith(
        '<div class="geomap-notebook tex2jax_ignore mathjax_ignore">'
    )


def test_fifty_outputs_keep_a_notebook_small() -> None:
    fragment = article_html(a_report())
    assert len(fragment.encode()) < 200_000
    assert len(fragment) < len(LeafletExporter().html(a_report().sightings)) / 2


def test_a_packed_page_is_the_page() -> None:
    page = LeafletExporter(title="Ḩalab", compact=True).html([a_sighting()])
    assert unpacked(packed(page)) == page


def test_the_policy_of_a_packed_page_names_its_script_and_those_of_the_page() -> None:
    whole = packed(LeafletExporter(compact=True).html([]))
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', whole)
    assert policy is not None
    assert "unsafe" not in policy.group(1)
    blocks = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", whole + unpacked(whole), re.DOTALL)
    assert len(blocks) > 8
    for block in blocks:
        assert base64.b64encode(hashlib.sha256(block.encode()).digest()).decode() in policy.group(1)


def test_a_compact_page_has_no_panel() -> None:
    page = LeafletExporter(compact=True).html(a_news_day())
    assert "<aside" not in page
    assert "Panel" not in page


@given(st.lists(st.tuples(st.integers(-18_000, 18_000), st.integers(-36_000, 36_000)), min_size=1))
def test_a_polyline_comes_back(units: list[tuple[int, int]]) -> None:
    line = [(lat / 200, lon / 200) for lat, lon in units]
    alone = [line[0], *(now for before, now in pairwise(line) if now != before)]
    assert decode_polyline(encode_polyline(line, scale=200), scale=200) == alone


def arcs_of(outlines: str) -> list[list[tuple[float, float]]]:
    loaded = json.loads(outlines)
    return [decode_polyline(arc, scale=loaded["scale"]) for arc in loaded["arcs"]]


def test_outlines_keep_their_detail_around_a_place_and_lose_it_elsewhere() -> None:
    whole, reduced = arcs_of(outlines_json()), arcs_of(compact_outlines([Point(lat=36.2, lon=37.2)]))
    kept = {position for arc in reduced for position in arc}
    near = {(lat, lon) for arc in whole for lat, lon in arc if abs(lat - 36.2) < 5 and abs(lon - 37.2) < 5}
    assert len(near) > 100
    assert near <= kept
    assert len(kept) < len({position for arc in whole for position in arc}) / 3


def test_detail_goes_on_behind_the_antimeridian() -> None:
    kept = {position for arc in arcs_of(compact_outlines([Point(lat=-17, lon=179)])) for position in arc}
    fiji = {p for arc in arcs_of(outlines_json()) for p in arc if -19 < p[0] < -15 and -180 < p[1] < -178}
    assert fiji
    assert fiji <= kept


@settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), max_size=5))
def test_no_country_is_lost_and_no_ring_is_broken(points: list[tuple[float, float]]) -> None:
    outlines = json.loads(compact_outlines(Point(lat=lat, lon=lon) for lat, lon in points))
    whole = json.loads(outlines_json())
    assert [row["code"] for row in outlines["countries"]] == [row["code"] for row in whole["countries"]]
    for country in outlines["countries"]:
        assert country["rings"]
        assert all(outlines["arcs"][n if n >= 0 else ~n] for ring in country["rings"] for n in ring)


def test_far_outlines_are_small() -> None:
    assert len(compact_outlines([])) < len(outlines_json()) / 2.5


PLAIN = "<!DOCTYPE html><meta charset='utf-8'><link rel='icon' href='data:,'>{}<body>{}</body>"
INLINE_ONLY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:\">"
)
Show = Callable[..., Any]


@pytest.fixture
def shown_in(chrome: Any, tmp_path: Path) -> Iterator[Show]:  # noqa: F811
    """Show a fragment in a page; afterwards the console must be empty, and nothing was asked for."""

    def show(fragment: str, *, head: str = "") -> Any:
        path = tmp_path / "notebook.html"
        path.write_text(PLAIN.format(head, fragment), "utf-8")
        chrome.get("about:blank")
        for kind in ("browser", "performance"):
            chrome.get_log(kind)
        chrome.get(path.as_uri())
        return chrome

    yield show
    assert [entry["message"] for entry in chrome.get_log("browser")] == []
    assert [
        url for url in requested(chrome) if not url.startswith(("file:", "data:", "about:", "http://127."))
    ] == []


def into_map(driver: Any, number: int = 0) -> None:
    driver.switch_to.frame(driver.find_elements("css selector", "iframe")[number])


@pytest.fixture
def original() -> Iterator[str]:
    """The address of a page whose title a script sets."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<link rel=icon href=data:,><script>document.title = 'Original'</script>")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.browser
@needs_browser
@pytest.mark.parametrize("head", ["", INLINE_ONLY], ids=["plain", "policy of the host"])
def test_the_map_draws_in_its_frame(shown_in: Show, head: str) -> None:
    driver = shown_in(article_html(a_report()), head=head)
    assert [mark.text for mark in driver.find_elements("css selector", ".geomap-text mark")] == [
        "Aleppo",
        "Moscow",
        "Umm al-Nowhere",
    ]
    into_map(driver)
    wait_for(driver, '.leaflet-marker-icon[title="Aleppo"]').click()
    popup = wait_for(driver, ".leaflet-popup")
    assert "The truce in Aleppo held on Monday." in popup.text
    assert driver.execute_script("return window.origin") == "null"
    driver.switch_to.default_content()


@pytest.mark.browser
@needs_browser
def test_associative_mentions_are_on_the_map_after_a_switch(shown_in: Show) -> None:
    driver = shown_in(article_html(a_report()))
    into_map(driver)
    wait_for(driver, '.leaflet-marker-icon[title="Aleppo"]')
    driver.execute_script("document.querySelector('.leaflet-control-layers-selector').click()")
    assert "geomap-associative" in wait_for(driver, '.leaflet-marker-icon[title="Moscow"]').get_attribute(
        "class"
    )
    driver.switch_to.default_content()


@pytest.mark.browser
@needs_browser
def test_a_popup_lights_the_places_of_its_article(shown_in: Show) -> None:
    from selenium.webdriver import ActionChains
    from selenium.webdriver.support.ui import WebDriverWait

    other = an_article(id="a2", title="Shells", text="Shells fell on Idlib.")
    idlib = a_place(id="geonames:169389", name="Idlib", lat=35.93, lon=36.63)
    driver = shown_in(sightings_html([a_sighting(), a_sighting(article=other, place=idlib, word="Idlib")]))
    into_map(driver)
    wait_for(driver, '.leaflet-marker-icon[title="Aleppo"]').click()

    def lit(_: object) -> list[Any]:
        """Click while the popup still moves into view, and the click misses it, again."""
        found: list[Any] = driver.find_elements("css selector", ".geomap-lit")
        if not found:
            wait_for(driver, ".geomap-link").click()
        return found

    (marker,) = WebDriverWait(driver, PATIENCE_S, poll_frequency=0.5).until(lit)
    assert marker.get_attribute("title") == "Aleppo"
    ActionChains(driver).move_to_element_with_offset(
        driver.find_element("css selector", ".folium-map"), 100, 100
    ).click().perform()
    assert not driver.find_elements("css selector", ".geomap-lit")
    driver.switch_to.default_content()


@pytest.mark.browser
@needs_browser
def test_a_headline_in_the_frame_opens_the_article_outside_of_the_sandbox(
    shown_in: Show, original: str
) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    driver = shown_in(article_html(of_sightings(a_sighting(article=an_article(url=original)))))
    into_map(driver)
    wait_for(driver, ".leaflet-marker-icon").click()
    wait_for(driver, ".geomap-popup h3 a").click()
    WebDriverWait(driver, 10).until(lambda _: len(driver.window_handles) == 2)
    first, second = driver.window_handles
    driver.switch_to.window(second)
    WebDriverWait(driver, 10).until(lambda _: driver.title == "Original")
    driver.close()
    driver.switch_to.window(first)


@pytest.mark.browser
@needs_browser
def test_outputs_of_one_notebook_keep_apart(shown_in: Show) -> None:
    far = a_place(id="2", name="Suva", lat=-18.14, lon=178.44)
    driver = shown_in(article_html(a_report()) + sightings_html([a_sighting(place=far)]))
    for number, name in enumerate(("Aleppo", "Suva")):
        into_map(driver, number)
        assert wait_for(driver, f'.leaflet-marker-icon[title="{name}"]')
        driver.switch_to.default_content()


@pytest.mark.browser
@needs_browser
def test_a_map_out_of_view_waits(shown_in: Show) -> None:
    driver = shown_in(f'<div style="height: 9000px"></div>{article_html(a_report())}')
    into_map(driver)
    assert driver.find_elements("id", "geomap-page")
    driver.switch_to.default_content()
    driver.execute_script("document.querySelector('iframe').scrollIntoView()")
    into_map(driver)
    assert wait_for(driver, '.leaflet-marker-icon[title="Aleppo"]')
    driver.switch_to.default_content()


@pytest.mark.browser
@needs_browser
@pytest.mark.parametrize(("width", "beside"), [(1200, True), (500, False)])
def test_text_and_map_are_side_by_side_where_there_is_room(
    shown_in: Show, width: int, *, beside: bool
) -> None:
    driver = shown_in(f'<div style="width: {width}px">{article_html(a_report())}</div>')
    text = driver.find_element("css selector", ".geomap-text").rect
    frame = driver.find_element("css selector", "iframe").rect
    assert (frame["x"] > text["x"] + text["width"]) is beside
    assert (frame["y"] > text["y"] + text["height"]) is not beside
    assert max(text["x"] + text["width"], frame["x"] + frame["width"]) <= width + 20
