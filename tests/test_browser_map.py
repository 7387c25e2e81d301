"""The HTML map in a real browser: filters, time, views, what is sent and saved, and who can use it."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import a_candidate, a_mention, a_place, a_resolution, a_sighting, an_article
from test_browser import (
    CHROMIUM,
    DAMASCUS,
    DRIVER,
    JOBAR,
    MOSCOW,
    SYRIA,
    Open,
    a_report,
    chrome,  # noqa: F401
    find,
    opened,  # noqa: F401
    row,
    wait_for,
    wait_until,
)

from geomap.exporters.inlining import leaflet_script, leaflet_style
from geomap.exporters.leaflet import Geomap
from geomap.exporters.look import Look
from geomap.exporters.payload import Unmapped
from geomap.model import (
    Backdrop,
    Evidence,
    Outcome,
    Outline,
    Point,
    Role,
    ScoredCandidate,
    Sighting,
    ToponymType,
    Town,
    UncertainArea,
    Water,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="chromium and chromedriver are not installed"),
]

SQUARE = ((34.0, 36.0), (34.0, 38.0), (37.0, 38.0), (37.0, 36.0), (34.0, 36.0))
BACKDROP = Backdrop(
    divisions=(Outline(key="SY.09", name="Aleppo Governorate", lines=(SQUARE,)),),
    rivers=(Outline(key="r", name="Euphrates", lines=(((36.0, 38.0), (35.0, 40.0)),)),),
    towns=(Town(name="Homs", lat=34.73, lon=36.72, population=800_000, capital=False),),
    waters=(Water(name="Mediterranean Sea", lat=35.0, lon=18.0, degrees=30.0),),
)


def titles(driver: Any) -> list[str]:
    """Return the texts of the list's rows, read at once: the list is made anew at any time."""
    script = "return [...document.querySelectorAll('#geomap-list strong')].map((each) => each.innerText)"
    found: list[str] = driver.execute_script(script)
    return found


def days_of_news() -> list[Sighting]:
    """Thirty articles, one a day of June 2024, of two outlets and three places."""
    places = [a_place(), DAMASCUS, JOBAR]
    return [
        a_sighting(
            article=an_article(
                id=str(day),
                title=f"Day {day}",
                text=f"Calm in Aleppo on day {day}.",
                published=f"2024-06-{day:02}",
                source="The Example" if day % 2 else "Another",
            ),
            place=places[day % 3],
            confidence=day / 30,
            role=Role.EVENT if day == 7 else Role.MENTIONED,
            role_score=0.75,
        )
        for day in range(1, 31)
    ]


def state(driver: Any) -> str:
    return str(driver.execute_script("return decodeURIComponent(location.hash)"))


def open_filters(driver: Any) -> None:
    driver.execute_script("document.getElementById('geomap-filters').open = true")


def slide(driver: Any, element_id: str, value: int) -> None:
    driver.execute_script(
        "const input = document.getElementById(arguments[0]); input.value = arguments[1];"
        "input.dispatchEvent(new Event('input', { bubbles: true }))",
        element_id,
        value,
    )


# --- reading -------------------------------------------------------------------------------------


def test_places_that_lie_close_are_one_sign_with_the_mix_of_confidence(opened: Open) -> None:  # noqa: F811
    driver = opened(days_of_news())
    driver.execute_script("L.geomap.shown.map.setView([34, 37], 3, { animate: false })")
    cluster = wait_for(driver, ".geomap-cluster:not(.geomap-sample *)")
    assert "30 reports" in cluster.get_attribute("title")
    assert cluster.get_attribute("style").count("deg") >= 4
    cluster.click()
    wait_until(driver, lambda: len(find(driver, ".leaflet-marker-icon")) == 2)


def test_places_in_one_spot_are_listed(opened: Open) -> None:  # noqa: F811
    driver = opened([a_sighting(place=a_place(id=str(n), name=f"Quarter {n}")) for n in range(4)])
    wait_for(driver, ".geomap-cluster:not(.geomap-sample *)").click()
    choices = wait_until(driver, lambda: find(driver, ".geomap-choice"))
    assert len(choices) == 4
    choices[2].click()
    wait_until(driver, lambda: "Quarter 2" in [head.text for head in find(driver, ".geomap-popup h2")])


def test_a_popup_tells_role_precision_radius_and_confidence(opened: Open) -> None:  # noqa: F811
    place = a_place(radius_km=4.0)
    driver = opened([a_sighting(place=place, role=Role.EVENT, role_score=0.81, confidence=0.64)])
    wait_for(driver, '.leaflet-marker-icon[title="Aleppo"]').click()
    wait_for(driver, ".geomap-popup")
    facts = wait_for(driver, ".geomap-facts").text
    assert "64 % sure" in facts
    assert "it happened here 81 %" in facts
    assert "town · ± 4 km" in facts


def test_a_popup_says_why_this_place_and_which_was_the_runner_up(opened: Open) -> None:  # noqa: F811
    reasons = (
        Evidence(name="prominence", value=1.0, weight=2.0),
        Evidence(name="country_votes", value=0.5, weight=1.0, note="3 others in Syria"),
    )
    other = a_candidate(place=a_place(id="2", name="Aleppo", lat=41.1, lon=-75.0, feature_code="PPL"))
    ranked = (
        ScoredCandidate(candidate=a_candidate(), evidence=reasons),
        ScoredCandidate(candidate=other, evidence=(Evidence(name="prominence", value=-0.25, weight=2.0),)),
    )
    sighting = a_sighting()
    decided = a_resolution(mention=sighting.resolution.mention, ranked=ranked)
    driver = opened([replace(sighting, resolution=decided)])
    wait_for(driver, ".leaflet-marker-icon").click()
    wait_for(driver, ".geomap-why summary").click()
    table = wait_for(driver, ".geomap-why table").text
    assert "country votes\n3 others in Syria" in table
    assert "2.00" in table
    assert "−0.50" in table
    assert "41.1, -75.0" in table


def test_a_relative_phrase_is_an_area_that_says_it(opened: Open) -> None:  # noqa: F811
    ring = tuple(Point(lat=lat, lon=lon) for lat, lon in ((36.4, 37), (36.4, 37.4), (36.7, 37.2), (36.4, 37)))
    area = UncertainArea(
        phrase="30 km north of Aleppo", start=0, end=21, method="direction", polygons=((ring,),), km2=400.0
    )
    driver = opened([a_sighting(area=area)])
    wait_until(driver, lambda: find(driver, ".leaflet-geomap-areas-pane path"))
    row(driver, "places", "Aleppo").click()
    assert "30 km north of Aleppo · ± 11 km" in wait_for(driver, ".geomap-facts").text


def test_a_place_of_some_extent_has_a_circle_once_it_is_large_enough(opened: Open) -> None:  # noqa: F811
    driver = opened([a_sighting(place=a_place(radius_km=10.0))])
    driver.execute_script("L.geomap.shown.map.setView([36.2, 37.16], 3)")
    assert not find(driver, ".leaflet-geomap-areas-pane path")
    driver.execute_script("L.geomap.shown.map.setView([36.2, 37.16], 10)")
    wait_until(driver, lambda: len(find(driver, ".leaflet-geomap-areas-pane path")) == 1)


def test_mentions_without_a_place_have_a_list_with_their_sentences(opened: Open) -> None:  # noqa: F811
    article = an_article(id="u", title="A village", text="Shells fell on Tell Nowhere at dawn.")
    missing = a_resolution(
        mention=a_mention(article_id="u", start=15, end=27, text="Tell Nowhere"),
        outcome=Outcome.NO_CANDIDATE,
        place=None,
        confidence=0.0,
    )
    unmapped = [Unmapped(article, missing, "Shells fell on Tell Nowhere at dawn.", 0)]
    driver = opened([a_sighting()], unmapped=unmapped)
    button = row(driver, "unmapped", "Tell Nowhere")
    assert "the gazetteer has no such name" in button.text
    assert button.find_element("tag name", "mark").text == "Tell Nowhere"
    button.click()
    assert "A village" in wait_for(driver, "#geomap-chosen").text


def test_a_chosen_place_narrows_the_articles_to_its_own(opened: Open) -> None:  # noqa: F811
    driver = opened(a_report())
    row(driver, "places", "Jobar").click()
    driver.find_element("id", "geomap-tab-articles").click()
    assert titles(driver) == ["Night of shelling"]
    wait_for(driver, ".geomap-clear").click()
    assert len(titles(driver)) == 2
    wait_until(driver, lambda: not find(driver, ".leaflet-popup"))


def test_a_long_list_makes_only_the_rows_in_view(opened: Open) -> None:  # noqa: F811
    rows = [a_sighting(article=an_article(id=str(n), title=f"Report {n}")) for n in range(3000)]
    driver = opened(rows)
    assert len(find(driver, "#geomap-list > li")) < 40
    driver.execute_script("document.getElementById('geomap-rows').scrollTop = 1e9")
    wait_until(driver, lambda: titles(driver)[-1:] == ["Report 2999"])
    assert len(find(driver, "#geomap-list > li")) < 40


# --- filters -------------------------------------------------------------------------------------


def test_facets_narrow_and_count(opened: Open) -> None:  # noqa: F811
    driver = opened(days_of_news())
    open_filters(driver)
    facet = driver.find_element("css selector", '[data-facet="outlet"]')
    facet.find_element("tag name", "summary").click()
    labels = wait_until(driver, lambda: facet.find_elements("tag name", "label"))
    assert sorted(label.text for label in labels) == ["Another\n15", "The Example\n15"]
    next(label for label in labels if "Another" in label.text).click()
    wait_until(driver, lambda: "Articles 15" in driver.find_element("id", "geomap-tab-articles").text)
    assert "outlet=Another" in wait_until(driver, lambda: "outlet" in state(driver) and state(driver))
    driver.find_element("id", "geomap-reset").click()
    wait_until(driver, lambda: "Articles 30" in driver.find_element("id", "geomap-tab-articles").text)


@pytest.mark.parametrize("facet", ["country", "kind", "type", "role", "precision"])
def test_every_facet_narrows(opened: Open, facet: str) -> None:  # noqa: F811
    moscow = a_sighting(
        place=MOSCOW, country="Russia", type=ToponymType.MIXED, role=Role.ORIGIN, article=an_article(id="m")
    )
    driver = opened([a_sighting(), a_sighting(place=SYRIA, country="Syria"), moscow])
    narrowed = driver.execute_script(
        "const { filters, data } = L.geomap.shown.layer; const facet = arguments[0];"
        "filters.set(facet, [data.facets[facet][0]]); return filters.rows",
        facet,
    )
    assert 1 <= narrowed < 3


def test_confidence_narrows(opened: Open) -> None:  # noqa: F811
    driver = opened(days_of_news())
    open_filters(driver)
    slide(driver, "geomap-sure", 90)
    wait_until(driver, lambda: "Articles 4" in driver.find_element("id", "geomap-tab-articles").text)
    assert driver.find_element("id", "geomap-sure-value").text == "90 %"


def test_words_are_searched_in_headlines_and_sentences(opened: Open) -> None:  # noqa: F811
    driver = opened(a_report())
    search = driver.find_element("id", "geomap-search")
    search.send_keys("slept badly")
    wait_until(driver, lambda: "Places 1" in driver.find_element("id", "geomap-tab-places").text)
    assert titles(driver) == ["Night of shelling"]
    search.clear()
    search.send_keys("truce HOLDS")
    wait_until(driver, lambda: titles(driver) == ["Truce holds in Aleppo"])


def test_only_what_is_in_view(opened: Open) -> None:  # noqa: F811
    driver = opened(a_report())
    open_filters(driver)
    driver.find_element("id", "geomap-in-view").click()
    driver.execute_script("L.geomap.shown.map.setView([36.2, 37.16], 10)")
    wait_until(driver, lambda: "Places 1" in driver.find_element("id", "geomap-tab-places").text)
    driver.execute_script("L.geomap.shown.layer.fit([0, 1]); L.geomap.shown.map.setView([34.5, 37], 6)")
    wait_until(driver, lambda: "Places 4" in driver.find_element("id", "geomap-tab-places").text)


def test_the_time_slider_narrows_to_days_as_the_articles_give_them(opened: Open) -> None:  # noqa: F811
    driver = opened(days_of_news())
    assert driver.find_element("id", "geomap-days").text == "2024-06-01 – 2024-06-30"
    slide(driver, "geomap-from", 9)
    slide(driver, "geomap-to", 11)
    wait_until(driver, lambda: "Articles 3" in driver.find_element("id", "geomap-tab-articles").text)
    assert driver.find_element("id", "geomap-days").text == "2024-06-10 – 2024-06-12"
    assert titles(driver) == ["Day 10", "Day 11", "Day 12"]
    driver.find_element("id", "geomap-all-days").click()
    wait_until(driver, lambda: "Articles 30" in driver.find_element("id", "geomap-tab-articles").text)


def test_time_plays_and_pauses(opened: Open) -> None:  # noqa: F811
    driver = opened(days_of_news())
    driver.find_element("id", "geomap-play").click()
    first = wait_until(driver, lambda: driver.find_element("id", "geomap-days").text)
    wait_until(driver, lambda: driver.find_element("id", "geomap-days").text != first)
    assert driver.find_element("id", "geomap-play").get_attribute("aria-label") == "Pause"
    driver.find_element("id", "geomap-play").click()
    assert driver.find_element("id", "geomap-play").get_attribute("aria-label") == "Play"


def test_articles_without_dates_make_no_time_slider(opened: Open) -> None:  # noqa: F811
    driver = opened([a_sighting(article=an_article(published=None, url=None, source=None))])
    assert not driver.find_element("id", "geomap-time").is_displayed()
    assert titles(driver) == ["Truce holds in Aleppo"]


# --- a view that is sent --------------------------------------------------------------------------


def test_the_address_holds_the_view_and_brings_it_back(opened: Open) -> None:  # noqa: F811
    fragment = "#map=6/34/37&days=2024-06-03..2024-06-09&sure=10&q=calm&tab=places&theme=dark&outlet=Another"
    driver = opened(days_of_news(), fragment=fragment)
    assert driver.execute_script("return L.geomap.shown.map.getZoom()") == 6
    assert "Articles 3" in driver.find_element("id", "geomap-tab-articles").text
    assert driver.find_element("id", "geomap-search").get_property("value") == "calm"
    assert driver.execute_script("return document.documentElement.dataset.theme") == "dark"
    assert driver.find_element("id", "geomap-tab-places").get_attribute("aria-selected") == "true"
    driver.execute_script("L.geomap.shown.layer.filters.set('sure', 20)")
    wait_until(driver, lambda: "sure=20" in state(driver))
    for part in ("map=6/34", "days=2024-06-03..2024-06-09", "q=calm", "outlet=Another", "theme=dark"):
        assert part in state(driver)


@pytest.mark.parametrize(
    "fragment",
    ["#map=x/y/z&days=..&sure=abc&outlet=none&show=nothing&lang=xx&article=99&place=nowhere", "#%E0%A4%A"],
)
def test_a_broken_address_is_a_map_all_the_same(opened: Open, fragment: str) -> None:  # noqa: F811
    driver = opened(a_report(), fragment=fragment)
    assert len(titles(driver)) == 2


def test_what_is_filtered_is_saved_as_geojson_and_csv(opened: Open) -> None:  # noqa: F811
    formula = an_article(id="f", title="=HYPERLINK(1)", text='Calm, "so far", in Aleppo.', source="+1")
    driver = opened([a_sighting(article=formula), a_sighting(place=DAMASCUS, confidence=0.2)])
    driver.execute_script("L.geomap.shown.layer.filters.set('sure', 50)")
    saved = json.loads(driver.execute_script("return L.geomap.asGeoJson(L.geomap.shown.layer)"))
    (feature,) = saved["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [37.16117, 36.20124]}
    assert feature["properties"]["title"] == "=HYPERLINK(1)"
    text = driver.execute_script("return L.geomap.asCsv(L.geomap.shown.layer)")
    (line,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert line["title"] == "'=HYPERLINK(1)"
    assert line["outlet"] == "'+1"
    assert line["sentence"] == 'Calm, "so far", in Aleppo.'
    assert (line["lat"], line["lon"]) == ("36.20124", "37.16117")


def test_a_button_hands_out_the_file(opened: Open, tmp_path: Path) -> None:  # noqa: F811
    driver = opened([a_sighting()])
    driver.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)}
    )
    wait_for(driver, '[data-label="download"].geomap-tool').click()
    wait_for(driver, "#geomap-csv").click()
    path = tmp_path / "geomap.csv"
    wait_until(driver, lambda: path.is_file() and "Truce holds" in path.read_text("utf-8-sig"))


# --- other views ---------------------------------------------------------------------------------


def choose_view(driver: Any, mode: str) -> None:
    driver.find_element("css selector", f'label:has(> input[name="geomap-mode"][value="{mode}"])').click()


def test_the_heat_map_draws_and_takes_the_signs_away(opened: Open) -> None:  # noqa: F811
    driver = opened(a_report())
    choose_view(driver, "heat")
    wait_for(driver, ".leaflet-geomap-heat-pane canvas")
    assert not find(driver, ".leaflet-marker-icon")
    colored = driver.execute_script(
        "const c = document.querySelector('.leaflet-geomap-heat-pane canvas');"
        "return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((value) => value)"
    )
    assert colored
    choose_view(driver, "points")
    assert wait_until(driver, lambda: find(driver, ".leaflet-marker-icon"))
    assert not find(driver, ".leaflet-geomap-heat-pane canvas")


def test_countries_are_colored_by_their_articles(opened: Open) -> None:  # noqa: F811
    driver = opened([*a_report(), a_sighting(place=MOSCOW, country="Russia")])
    choose_view(driver, "countries")
    wait_until(driver, lambda: len(find(driver, ".leaflet-geomap-choropleth-pane path")) == 2)
    assert "Articles by country" in wait_for(driver, ".geomap-legend").text
    assert [line.text for line in find(driver, ".geomap-legend li")] == ["1", "2"]


def test_provinces_are_colored_where_the_file_has_them(opened: Open) -> None:  # noqa: F811
    rows = [a_sighting(place=a_place(admin1_code="09"))]
    driver = opened(rows, backdrop=BACKDROP)
    choose_view(driver, "divisions")
    wait_until(driver, lambda: len(find(driver, ".leaflet-geomap-choropleth-pane path")) == 1)
    driver = opened(rows)
    assert not find(driver, 'input[value="divisions"]')


def test_class_ends_are_rising_and_reach_the_largest_count(opened: Open) -> None:  # noqa: F811
    driver = opened([a_sighting()])
    ends = driver.execute_script("return L.geomap.classEnds([1, 1, 1, 2, 3, 50, 900])")
    assert ends == sorted(set(ends))
    assert ends[-1] == 900
    assert driver.execute_script("return L.geomap.classEnds([])") == []


def test_the_theme_follows_the_system_and_a_button(opened: Open, chrome: Any) -> None:  # noqa: F811
    media = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    try:
        driver = opened(a_report())
        dark = background(driver)
        wait_for(driver, '.geomap-tool[data-label="theme"]').click()
        assert background(driver) != dark
        assert driver.execute_script("return document.documentElement.dataset.theme") == "light"
    finally:
        chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def background(driver: Any) -> str:
    return str(
        driver.execute_script("return getComputedStyle(document.querySelector('aside')).backgroundColor")
    )


def test_an_embedded_map_has_no_panel(opened: Open) -> None:  # noqa: F811
    driver = opened(a_report(), title="In a frame", look=Look(layout="embed"))
    assert not find(driver, "aside")
    assert wait_for(driver, "h1").text == "In a frame"
    wait_for(driver, '.leaflet-marker-icon[title="Aleppo"]').click()
    wait_for(driver, ".geomap-popup .geomap-link")


def test_tiles_in_the_file_are_a_base_map(opened: Open) -> None:  # noqa: F811
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
    tiles = {
        "type": "image/png",
        "minZoom": 0,
        "maxZoom": 0,
        "attribution": "<b>My town</b>",
        "tiles": {"0/0/0": pixel},
    }
    driver = opened([a_sighting()], look=Look(tiles=tiles))
    wait_for(driver, ".leaflet-tile-pane img[src^='data:image/png']")
    assert wait_for(driver, ".leaflet-control-attribution").text == "<b>My town</b>"


def message(field: int, data: bytes) -> bytes:
    """A field of a protocol buffer with fewer than 128 bytes."""
    return bytes([field << 3 | 2, len(data)]) + data


def a_vector_tile(layer: str) -> bytes:
    """A tile with one square from the middle to the south-east corner, of an extent of 64."""
    square = bytes([1 << 3 | 1, 64, 64, 3 << 3 | 2, 64, 0, 0, 64, 63, 0, 1 << 3 | 7])
    feature = bytes([3 << 3, 3]) + message(4, square)
    return message(3, message(1, layer.encode()) + message(2, feature) + bytes([5 << 3, 64]))


def test_vector_tiles_in_the_file_are_drawn_in_the_colors_of_the_theme(opened: Open) -> None:  # noqa: F811
    tiles = {
        "type": "vector",
        "minZoom": 0,
        "maxZoom": 0,
        "attribution": "My town",
        "tiles": {"0/0/0": base64.b64encode(gzip.compress(a_vector_tile("water"), mtime=0)).decode()},
    }
    driver = opened([a_sighting()], look=Look(tiles=tiles), fragment="#map=1/0/0")
    canvas = "const canvas = document.querySelector('.leaflet-tile-pane canvas');"
    wait_until(driver, lambda: driver.execute_script(f"{canvas} return canvas && canvas.width !== 300"))
    land, water = driver.execute_script(
        f"{canvas} const {{ width }} = canvas;"
        "const all = canvas.getContext('2d').getImageData(0, 0, width, width).data;"
        "const pixel = (at) => [...all.slice((at * width + at) * 4, (at * width + at) * 4 + 4)];"
        "return [pixel(Math.floor(width * 0.1)), pixel(Math.floor(width * 0.9))]"
    )
    assert land == [250, 248, 242, 255]
    assert water == [211, 225, 232, 255]


def test_online_tiles_are_off_until_a_reader_wants_them(opened: Open) -> None:  # noqa: F811
    driver = opened([a_sighting()])
    assert not find(driver, ".leaflet-tile-pane img")
    wait_for(driver, '.geomap-tool[data-label="layers"]').click()
    assert "OpenStreetMap" in wait_for(driver, ".geomap-menu").text
    driver = opened([a_sighting()], look=Look(online=""))
    wait_for(driver, '.geomap-tool[data-label="layers"]').click()
    assert "Online" not in wait_for(driver, ".geomap-menu").text


# --- for everyone ----------------------------------------------------------------------------------


def test_the_map_can_be_used_by_keyboard(opened: Open) -> None:  # noqa: F811
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.keys import Keys

    driver = opened(a_report())

    def press(*keys: str) -> None:
        ActionChains(driver).send_keys(*keys).perform()

    press("/")
    assert driver.switch_to.active_element.get_attribute("id") == "geomap-search"
    find(driver, "#geomap-list button")[0].send_keys(Keys.ARROW_DOWN)
    assert "Night of shelling" in driver.switch_to.active_element.text
    press(Keys.ENTER)
    wait_for(driver, "#geomap-chosen")
    press(Keys.ESCAPE)
    assert not driver.find_element("id", "geomap-chosen").is_displayed()
    driver.find_element("id", "geomap-tab-articles").send_keys(Keys.ARROW_RIGHT)
    assert driver.switch_to.active_element.get_attribute("id") == "geomap-tab-places"
    marker = wait_for(driver, '.leaflet-marker-icon[title="Aleppo"]')
    marker.send_keys(Keys.ENTER)
    wait_for(driver, '.leaflet-popup[role="dialog"]')
    assert driver.switch_to.active_element.tag_name == "h2"
    press(Keys.ESCAPE)
    wait_until(driver, lambda: not find(driver, ".leaflet-popup"))


def test_every_control_has_a_name(opened: Open) -> None:  # noqa: F811
    driver = opened(days_of_news(), backdrop=BACKDROP)
    open_filters(driver)
    unnamed = driver.execute_script(
        """
        const name = (element) => element.getAttribute("aria-label") || element.textContent.trim() ||
            (element.labels && [...element.labels].map((label) => label.textContent.trim()).join(""));
        const controls = document.querySelectorAll("button, input, summary, [role=button], [role=tab]");
        return [...controls].filter((element) => !name(element)).map((element) => element.outerHTML);
        """
    )
    assert unnamed == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_enough_contrast(opened: Open, theme: Any) -> None:  # noqa: F811
    """AA of WCAG 2.2: 4.5 to 1, computed of the colors as the browser resolves them."""
    driver = opened(days_of_news(), look=Look(theme=theme), backdrop=BACKDROP)
    open_filters(driver)
    row(driver, "places", "Aleppo").click()
    wait_for(driver, ".geomap-popup")
    failing = driver.execute_script(CONTRAST)
    assert failing == []


CONTRAST = """
const parse = (color) => {
  const numbers = (color.match(/[\\d.]+/g) || []).map(Number);
  return color.startsWith("color(") ? numbers.map((value, at) => (at < 3 ? value * 255 : value)) : numbers;
};
const light = ([r, g, b]) => {
  const channel = (value) => ((value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
};
const behind = (element) => {
  for (let each = element; each; each = each.parentElement) {
    const color = parse(getComputedStyle(each).backgroundColor);
    if (color.length === 3 || color[3] > 0.9) return color;
  }
  return [255, 255, 255];
};
const failing = new Set();
for (const element of document.querySelectorAll(".geomap-page *")) {
  const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  if (!own || !element.checkVisibility() || element.closest("noscript, [disabled]")) continue;
  const style = getComputedStyle(element);
  if (!style.color.startsWith("rgb")) continue;
  const [one, other] = [light(parse(style.color)), light(behind(element))].sort((a, b) => b - a);
  const ratio = (one + 0.05) / (other + 0.05);
  if (ratio < 4.5) failing.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
}
return [...failing];
"""


def test_the_page_speaks_arabic_from_right_to_left(opened: Open) -> None:  # noqa: F811
    driver = opened(a_report(), look=Look(language="ar"))
    assert driver.execute_script("return document.documentElement.dir") == "rtl"
    assert "المقالات" in driver.find_element("id", "geomap-tab-articles").text
    side = driver.find_element("css selector", "aside").rect
    assert side["x"] > 500
    row(driver, "places", "Aleppo").click()
    popup = wait_for(driver, ".geomap-popup")
    assert popup.value_of_css_property("direction") == "rtl"
    assert popup.find_element("tag name", "h2").value_of_css_property("direction") == "ltr"


def test_each_text_keeps_its_own_direction(opened: Open) -> None:  # noqa: F811
    article = an_article(title="هدوء في حلب", source="عنب بلدي", text="Calm in Aleppo.")
    driver = opened([a_sighting(article=article)])
    headline = find(driver, "#geomap-list strong")[0]
    assert headline.value_of_css_property("direction") == "rtl"
    assert find(driver, "#geomap-list small bdi")[0].text == "عنب بلدي"


def test_a_reader_can_change_the_language(opened: Open) -> None:  # noqa: F811
    driver = opened(a_report())
    wait_for(driver, '.geomap-tool[data-label="language"]').click()
    wait_for(driver, '[data-language="ar"]').click()
    assert driver.find_element("id", "geomap-search").get_attribute("placeholder").startswith("ابحث")
    assert "2" in driver.find_element("id", "geomap-tab-articles").text


def test_everything_of_a_phone_page_fits_its_width(opened: Open, chrome: Any) -> None:  # noqa: F811
    metrics = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
    chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        driver = opened(days_of_news(), title="A long title for a small screen, with many words")
        assert driver.execute_script("return document.documentElement.scrollWidth") <= 360
        row_ = driver.find_element("css selector", ".geomap-toolbar").rect
        assert row_["x"] >= 0
        driver.find_element("id", "geomap-toggle").click()
        assert driver.find_element("id", "geomap-list").is_displayed()
        assert driver.find_element("id", "geomap-toggle").rect["height"] >= 40
    finally:
        chrome.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_print_leaves_the_controls_out(opened: Open, chrome: Any) -> None:  # noqa: F811
    driver = opened(days_of_news())
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert not driver.find_element("css selector", ".geomap-toolbar").is_displayed()
        assert driver.find_element("css selector", "h1").is_displayed()
        assert driver.find_element("css selector", ".folium-map").is_displayed()
    finally:
        chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


# --- fast and safe ---------------------------------------------------------------------------------


def test_nothing_is_built_per_sighting_before_it_is_seen(opened: Open) -> None:  # noqa: F811
    places = [
        a_place(id=str(n), name=f"Town {n}", lat=n % 60 - 20, lon=(n * 7) % 320 - 160) for n in range(2000)
    ]
    driver = opened([a_sighting(place=place) for place in places])
    assert driver.execute_script("return document.querySelectorAll('*').length") < 2500
    assert len(find(driver, ".leaflet-marker-icon")) < 600


def test_a_layer_on_a_map_of_folium_draws_with_its_plugins(chrome: Any, tmp_path: Path) -> None:  # noqa: F811
    import folium

    chart = folium.Map(location=[35, 37], zoom_start=6, tiles=None)
    chart.default_js, chart.default_css = [], []
    header = chart.get_root().header
    for element, text in (("style", leaflet_style()), ("script", leaflet_script())):
        header.add_child(folium.Element("{% raw %}" + f"<{element}>{text}</{element}>" + "{% endraw %}"))
    Geomap(a_report()).add_to(chart)
    folium.LatLngPopup().add_to(chart)
    path = tmp_path / "folium.html"
    chart.save(str(path))
    chrome.get("about:blank")
    chrome.get_log("browser")
    chrome.get(path.as_uri())
    wait_for(chrome, '.leaflet-marker-icon[title="Aleppo"]').click()
    assert "Truce holds in Aleppo" in wait_for(chrome, ".leaflet-popup").text
