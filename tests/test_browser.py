"""The HTML map in a real browser: it draws, answers clicks, asks nobody for anything, and runs no text."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from builders import a_place, a_ring, a_sighting, an_area, an_article

from geomap.exporters.leaflet import LeafletExporter
from geomap.model import Place, Role, Sighting, ToponymType

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--window-size=1300,900"),
)
PATIENCE_S = 30
OWN = ("file:", "data:", "blob:", "chrome")  # the last: the page with which a browser starts

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="chromium and chromedriver are not installed"),
]

DAMASCUS = a_place(id="geonames:170654", name="Damascus", lat=33.5102, lon=36.29128, feature_code="PPLC")
JOBAR = a_place(id="geomap:jobar", name="Jobar", lat=33.5236, lon=36.3318, feature_code="PPLX")
SYRIA = a_place(id="geonames:163843", name="Syria", lat=35, lon=38, feature_class="A", feature_code="PCLI")
MOSCOW = a_place(id="geonames:524901", name="Moscow", lat=55.75222, lon=37.61556, country_code="RU")
SAMOA = a_place(id="geonames:4034894", name="Samoa", lat=-13.8, lon=-172.1, country_code="WS")

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
    yield driver
    driver.quit()


@pytest.fixture
def opened(chrome: Any, tmp_path: Path) -> Iterator[Open]:
    """Open a map of the sightings; afterwards its console must be empty, and nothing was asked for."""

    def open_map(sightings: list[Sighting], *, fragment: str = "", **options: Any) -> Any:
        path = tmp_path / "map.html"
        LeafletExporter(**options).export(sightings, path)
        chrome.get("about:blank")
        for kind in ("browser", "performance"):
            chrome.get_log(kind)
        chrome.get(path.as_uri() + fragment)
        ready(chrome)
        return chrome

    yield open_map
    assert [entry["message"] for entry in chrome.get_log("browser")] == []
    assert [url for url in requested(chrome) if not url.startswith(OWN)] == []


def ready(chrome: Any) -> None:
    """Wait until the page has put everything together."""
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(chrome, PATIENCE_S, poll_frequency=0.02).until(
        lambda _: chrome.execute_script("return document.documentElement.dataset.ready")
    )


def requested(chrome: Any) -> list[str]:
    messages = [json.loads(entry["message"])["message"] for entry in chrome.get_log("performance")]
    return [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]


def find(chrome: Any, selector: str) -> list[Any]:
    found: list[Any] = chrome.find_elements("css selector", selector)
    return found


def wait_for(chrome: Any, selector: str) -> Any:
    return wait_until(
        chrome,
        lambda: next((element for element in find(chrome, selector) if element.is_displayed()), None),
    )


def wait_until(chrome: Any, holds: Callable[[], Any]) -> Any:
    """Wait until something holds; an element that the page has made anew meanwhile is looked for again."""
    from selenium.common.exceptions import StaleElementReferenceException
    from selenium.webdriver.support.ui import WebDriverWait

    wait = WebDriverWait(
        chrome, PATIENCE_S, poll_frequency=0.05, ignored_exceptions=[StaleElementReferenceException]
    )
    return wait.until(lambda _: holds())


def row(chrome: Any, tab: str, text: str) -> Any:
    """Return the button of the row with this text in a tab of the list."""
    chrome.find_element("id", f"geomap-tab-{tab}").click()
    return next(button for button in find(chrome, "#geomap-list > li > button") if text in button.text)


def a_report() -> list[Sighting]:
    truce = an_article()
    siege = an_article(
        id="a2",
        title="Night of shelling",
        text="Shells fell on Jobar. Damascus slept badly. Moscow regretted it. Syria has no rain.",
    )
    return [
        a_sighting(article=truce),
        a_sighting(article=siege, place=JOBAR, word="Jobar"),
        a_sighting(article=siege, place=DAMASCUS, word="Damascus"),
        a_sighting(article=siege, place=MOSCOW, word="Moscow", type=ToponymType.METONYMY),
        a_sighting(article=siege, place=SYRIA, word="Syria"),
    ]


def test_a_click_on_a_marker_shows_headline_outlet_date_and_marked_sentence(opened: Open) -> None:
    chrome = opened([a_sighting()])
    wait_for(chrome, '.leaflet-marker-icon[title="Aleppo"]').click()
    popup = wait_for(chrome, ".leaflet-popup")
    assert "Truce holds in Aleppo" in popup.text
    assert "The Example · 2016-12-30" in popup.text
    assert popup.find_element("tag name", "blockquote").text == "The truce in Aleppo held on Monday."
    assert popup.find_element("tag name", "mark").text == "Aleppo"


def test_a_headline_links_to_its_article_and_tells_it_nothing(opened: Open) -> None:
    chrome = opened([a_sighting()])
    wait_for(chrome, ".leaflet-marker-icon").click()
    link = wait_for(chrome, ".geomap-popup h3 a")
    assert link.get_attribute("href") == "https://example.org/truce"
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_one_marker_per_place_and_associative_ones_after_a_switch(opened: Open) -> None:
    chrome = opened(a_report())
    assert "Places 4" in chrome.find_element("id", "geomap-tab-places").text
    chrome.find_element("css selector", "#geomap-filters > summary").click()
    chrome.find_element("id", "geomap-associative").click()
    assert "Places 5" in chrome.find_element("id", "geomap-tab-places").text
    row(chrome, "places", "Moscow").click()
    wait_until(chrome, lambda: "metonymy" in [tag.text for tag in find(chrome, ".geomap-popup .geomap-tag")])
    moscow = wait_for(chrome, '.leaflet-marker-icon[title="Moscow"]')
    assert "geomap-associative" in moscow.get_attribute("class")


def test_a_country_is_an_area_with_a_label_that_opens_its_popup(opened: Open) -> None:
    chrome = opened([a_sighting(place=SYRIA)])
    assert find(chrome, ".leaflet-geomap-areas-pane path")
    label = wait_for(chrome, '.geomap-area[title="Syria"]')
    assert not find(chrome, ".geomap-pin:not(.geomap-sample *)")
    label.click()
    assert "country" in wait_for(chrome, ".leaflet-popup").text


def test_a_phrase_is_drawn_as_an_area_whose_popup_has_the_phrase(opened: Open) -> None:
    square = a_ring((36.0, 36.6), (37.0, 36.6), (37.0, 37.4), (36.0, 37.4))
    area = an_area(phrase="north of <b>Aleppo</b>", polygons=((square,),))
    chrome = opened([a_sighting(area=area, role=Role.EVENT)])
    shape = wait_for(chrome, ".leaflet-geomap-areas-pane path")
    assert find(chrome, '.leaflet-marker-icon[title="Aleppo"]')
    chrome.execute_script("arguments[0].dispatchEvent(new MouseEvent('click', {bubbles: true}))", shape)
    wait_for(chrome, ".leaflet-popup")
    tags = wait_until(chrome, lambda: [tag.text for tag in find(chrome, ".geomap-popup .geomap-tag")])
    assert tags == ["it happened here", "north of <b>Aleppo</b> · ± 11 km"]


def test_a_place_chosen_in_the_list_opens_its_popup_out_of_a_cluster(opened: Open) -> None:
    chrome = opened(a_report())
    row(chrome, "places", "Jobar").click()
    assert "Shells fell on Jobar." in wait_for(chrome, ".leaflet-popup").text
    assert row(chrome, "places", "Jobar").get_attribute("aria-pressed") == "true"


def test_an_article_chosen_in_the_list_lights_its_places(opened: Open) -> None:
    chrome = opened(a_report())
    row(chrome, "articles", "Night of shelling").click()
    wait_for(chrome, ".leaflet-marker-icon.geomap-lit")
    aleppo = wait_for(chrome, '.leaflet-marker-icon[title="Aleppo"]')
    assert "geomap-lit" not in aleppo.get_attribute("class")
    assert len(find(chrome, ".leaflet-geomap-lines-pane path")) == 2
    assert [chip.text for chip in find(chrome, ".geomap-chips button")] == ["Damascus", "Jobar", "Syria"]
    row(chrome, "articles", "Night of shelling").click()
    assert not find(chrome, ".geomap-lit")


def test_a_popup_leads_to_its_article_in_the_list(opened: Open) -> None:
    chrome = opened(a_report())
    row(chrome, "places", "Aleppo").click()
    wait_for(chrome, ".geomap-popup .geomap-link").click()
    assert row(chrome, "articles", "Truce holds").get_attribute("aria-pressed") == "true"


def test_the_search_ignores_case_and_marks(opened: Open) -> None:
    chrome = opened([a_sighting(), a_sighting(place=a_place(id="2", name="Ḩamāh", lat=35.1, lon=36.7))])
    chrome.find_element("id", "geomap-tab-places").click()
    chrome.find_element("id", "geomap-search").send_keys("HAMA")
    wait_until(
        chrome, lambda: [item.text.split("\n")[0] for item in find(chrome, "#geomap-list > li")] == ["Ḩamāh"]
    )
    chrome.find_element("id", "geomap-search").send_keys("x")
    assert wait_for(chrome, ".geomap-nothing").text == "Nothing found."


def test_on_a_phone_the_list_gives_way_to_the_popup(opened: Open, chrome: Any) -> None:
    chrome.set_window_size(500, 800)
    try:
        opened(a_report())
        assert not chrome.find_element("id", "geomap-panel").is_displayed()
        chrome.find_element("id", "geomap-toggle").click()
        row(chrome, "places", "Damascus").click()
        assert "Damascus slept badly." in wait_for(chrome, ".leaflet-popup").text
        assert not chrome.find_element("id", "geomap-panel").is_displayed()
    finally:
        chrome.set_window_size(1300, 900)


def test_many_articles_of_one_place_come_page_by_page(opened: Open) -> None:
    chrome = opened([a_sighting(article=an_article(id=str(n), title=f"Report {n}")) for n in range(9)])
    marker = wait_for(chrome, '.leaflet-marker-icon[title="Aleppo"]')
    assert marker.text == "9"
    marker.click()
    assert wait_for(chrome, ".geomap-pager span").text == "1–4 of 9"
    for _ in range(2):
        find(chrome, ".geomap-pager button")[1].click()
    assert [item.text for item in find(chrome, ".geomap-articles h3")] == ["Report 8"]


def test_no_sightings_give_a_map_that_says_so(opened: Open) -> None:
    chrome = opened([], title="Quiet day")
    assert "No places were found" in wait_for(chrome, ".geomap-empty").text
    assert find(chrome, "h1")[0].text == "Quiet day"
    assert find(chrome, ".leaflet-geomap-base-pane canvas")


@pytest.mark.parametrize(
    "places",
    [
        [a_place(id=str(n)) for n in range(5)],
        [a_place(id="n", lat=90, lon=0), a_place(id="s", lat=-90, lon=180)],
        [a_place(id="e", lat=0, lon=179.9), SAMOA, a_place(id="w", lat=0, lon=-180)],
    ],
    ids=["one point", "poles", "antimeridian"],
)
def test_odd_points_make_a_map(opened: Open, places: list[Place]) -> None:
    chrome = opened([a_sighting(place=place) for place in places])
    assert len(find(chrome, ".leaflet-marker-icon")) >= 1
    row(chrome, "places", places[0].name).click()
    assert wait_until(chrome, lambda: "Truce holds" in wait_for(chrome, ".leaflet-popup").text)


HOSTILE = {
    "script": "<script>window.pwned=1</script>",
    "script end": "</script><script>window.pwned=1</script>",
    "handler": "<img src=x onerror=window.pwned=1>",
    "attribute": '" onmouseover="window.pwned=1" x=\'',
    "template": "{{ 7 * 7 }}${window.pwned=1}{% raw %}",
    "comment": "<!--<script>",
    "separators": "a\u2028b\u2029c\x00d\u202ee\ud800f",
    "huge": "<b>" * 350_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_are_shown_and_never_run(opened: Open, text: str) -> None:
    article = an_article(title=text, text=f"{text} in Aleppo, {text}.", source=text, published=text)
    place = a_place(name=text, id=text)
    row_ = a_sighting(article=article, place=place, country=text, admin1=text)
    chrome = opened([row_], title=text, credits=[text])
    wait_for(chrome, ".leaflet-marker-icon").click()
    popup = wait_for(chrome, ".leaflet-popup")
    assert popup.find_element("tag name", "mark").text == "Aleppo"
    if text.isprintable() and len(text) < 100:
        assert " ".join(text.split()) in popup.find_element("tag name", "h3").text
    find(chrome, "#geomap-list > li > button")[0].click()
    assert chrome.execute_script("return typeof window.pwned") == "undefined"
    assert not find(chrome, ".geomap-page img, .geomap-page b, .geomap-page [onmouseover]")


@pytest.mark.parametrize(
    "url", ["javascript:window.pwned=1", "data:text/html,<script>1</script>", "\x01java\nscript:1"]
)
def test_a_link_that_is_no_web_address_is_no_link(opened: Open, url: str) -> None:
    chrome = opened([a_sighting(article=an_article(url=url))])
    wait_for(chrome, ".leaflet-marker-icon").click()
    wait_for(chrome, ".leaflet-popup")
    assert not find(chrome, ".geomap-popup h3 a")


def test_markup_that_got_in_would_not_run(opened: Open) -> None:
    chrome = opened([a_sighting()])
    chrome.execute_script(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.pwned=1>')"
    )
    chrome.execute_script(
        "const s = document.createElement('script'); s.text = 'window.pwned=1'; document.body.append(s)"
    )
    assert chrome.execute_script("return typeof window.pwned") == "undefined"
    assert "Content Security Policy" in str(chrome.get_log("browser"))


# --- the page of mistakes ----------------------------------------------------------------------


def test_mistakes_can_be_narrowed_to_kinds(chrome: Any, tmp_path: Path) -> None:
    from geomap.evaluate import Toponym, evaluate, mistakes_page

    text = "The truce in Aleppo held. Rain fell in Paris on Monday."
    scores = evaluate({"a": [Toponym(start=13, end=19)]}, {"a": [Toponym(start=39, end=44)]}).scores
    path = tmp_path / "errors.html"
    path.write_text(mistakes_page({"a": scores}, {"a": {"a": text}}), encoding="utf-8")
    chrome.get("about:blank")
    for kind in ("browser", "performance"):
        chrome.get_log(kind)
    chrome.get(path.as_uri())
    assert len(shown(chrome, "section p")) == 2
    find(chrome, "input[value=miss]")[0].click()
    assert [passage.text for passage in shown(chrome, "section p")] == [
        "Rain fell in Paris on Monday. false alarm"
    ]
    find(chrome, "input[value=false-alarm]")[0].click()
    assert shown(chrome, "section") == []
    assert [entry["message"] for entry in chrome.get_log("browser")] == []
    assert [url for url in requested(chrome) if not url.startswith("file:")] == []


# --- the page of charts ------------------------------------------------------------------------


def test_charts_are_drawn_without_a_request_or_a_complaint(chrome: Any, tmp_path: Path) -> None:
    from geomap.evaluate import Toponym, evaluate, plots_page
    from geomap.model import Point

    point = Point(lat=36.2, lon=37.16)
    gold = [
        Toponym(start=10 * each, end=10 * each + 4, point=point, confidence=each / 10) for each in range(9)
    ]
    path = tmp_path / "plots.html"
    path.write_text(plots_page({"wire": evaluate({"a": gold}, {"a": gold}).scores}), encoding="utf-8")
    chrome.get("about:blank")
    for kind in ("browser", "performance"):
        chrome.get_log(kind)
    chrome.get(path.as_uri())
    assert [each.size["width"] > 300 for each in shown(chrome, "svg")] == [True] * 4
    assert shown(chrome, "figure table") == []
    find(chrome, "figure summary")[0].click()
    assert len(shown(chrome, "figure table")) == 2
    colors = {each.value_of_css_property("fill") for each in find(chrome, "circle.dot.one")}
    assert len(colors) == 1
    assert "rgb(0, 0, 0)" not in colors
    assert [entry["message"] for entry in chrome.get_log("browser")] == []
    assert [url for url in requested(chrome) if not url.startswith("file:")] == []


def shown(chrome: Any, selector: str) -> list[Any]:
    return [element for element in find(chrome, selector) if element.is_displayed()]
