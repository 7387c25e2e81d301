"""How the page looks: words in two languages, online tiles by name."""

from __future__ import annotations

import re

import pytest

from geomap.errors import ConfigError
from geomap.exporters.inlining import template
from geomap.exporters.leaflet import _PAGE_SCRIPTS, _SCRIPTS, LeafletExporter
from geomap.exporters.look import NO_TILES, Look, online_tiles, words

PLURALS = {"zero", "one", "two", "few", "many", "other"}


def plain(key: str) -> str:
    noun, _, form = key.rpartition(".")
    return f"{noun}.*" if form in PLURALS else key


def scripts() -> str:
    names = {*_SCRIPTS, *(name for names in _PAGE_SCRIPTS.values() for name in names)}
    return "".join(template(name) for name in sorted(names)) + template("page.html")


def test_every_word_of_english_has_an_arabic_one() -> None:
    english, arabic = ({plain(key) for key in table} for table in (words()["en"], words()["ar"]))
    assert english <= arabic


def test_a_word_keeps_what_is_put_into_it() -> None:
    for key, text in words()["en"].items():
        if plain(key) == key:
            assert set(re.findall(r"\{\w+\}", words()["ar"][key])) == set(re.findall(r"\{\w+\}", text))


def test_every_word_that_a_script_says_is_in_the_table() -> None:
    said = set(re.findall(r'geomap\.say\("([\w.]+)"', scripts()))
    said |= set(re.findall(r'data-(?:word|label)="([\w.]+)"', scripts()))
    assert said <= set(words()["en"])
    counted = set(re.findall(r'geomap\.count\([^;"]*"(\w+)"\)', scripts()))
    assert {f"{noun}.other" for noun in counted} <= set(words()["en"])
    assert len(said) > 30


def test_a_language_that_the_page_does_not_speak_is_an_error() -> None:
    with pytest.raises(ConfigError, match="speaks en, ar"):
        Look(language="xx")


def test_online_tiles_are_found_by_their_name() -> None:
    tiles = online_tiles("OpenStreetMap.Mapnik")
    assert tiles is not None
    assert "openstreetmap.org" in tiles.url
    assert "{z}/{x}/{y}" in tiles.url
    assert "OpenStreetMap" in tiles.attribution
    assert online_tiles(NO_TILES) is None


@pytest.mark.parametrize(
    ("name", "told"), [("Nowhere.Map", "no provider"), ("Thunderforest.OpenCycleMap", "key")]
)
def test_tiles_that_cannot_be_used_are_an_error(name: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        online_tiles(name)


@pytest.mark.parametrize("name", ["OpenTopoMap", "Esri.WorldImagery", "OpenStreetMap.DE"])
def test_the_policy_lets_the_page_ask_these_tiles_and_nobody_else(name: str) -> None:
    tiles = online_tiles(name)
    assert tiles is not None
    html = LeafletExporter(look=Look(online=name)).html([])
    policy = re.search(r"img-src ([^;]+);", html)
    assert policy is not None
    assert policy.group(1).split() == ["data:", *tiles.hosts]
    assert re.search(r"img-src data:;", LeafletExporter(look=Look(online=NO_TILES)).html([]))


def test_the_scripts_of_the_page_are_small_and_say_what_they_are_for() -> None:
    for name in {*_SCRIPTS, *(name for names in _PAGE_SCRIPTS.values() for name in names)}:
        text = template(name)
        assert text.startswith("/* "), name
        assert len(text.splitlines()) <= 350, name
        assert "innerHTML" not in text, name
        assert "eval(" not in text, name


def test_the_dark_colors_are_the_same_whoever_chose_them() -> None:
    chosen, system = re.findall(
        r"@media screen[^{]*\{\n[^{]*\{\n(.*?)\n  \}", template("theme.css"), re.DOTALL
    )
    assert chosen == system
    light = set(re.findall(r"--geomap-[\w-]+(?=:)", template("theme.css").split("@media")[0]))
    assert set(re.findall(r"--geomap-[\w-]+(?=:)", chosen)) == light - {"--geomap-font"}


def test_every_color_that_is_used_is_in_the_theme() -> None:
    styles = "".join(template(name) for name in ("layer.css", "map.css", "compact.css")) + scripts()
    used = set(re.findall(r"(--geomap-[a-z-]+[a-z0-9])", styles)) - {"--geomap-row"}
    assert {name for name in used if not name.startswith("--geomap-class")} <= set(
        re.findall(r"--geomap-[\w-]+(?=:)", template("theme.css"))
    )
