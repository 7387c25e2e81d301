"""The HTML map as a file: its data, its escaping, its policy. What it does is in test_browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import folium
import pytest
from builders import a_mention, a_place, a_resolution, a_sighting, an_area, an_article
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from test_geojson import a_news_day

import geomap.exporters
from geomap.errors import ExportError
from geomap.exporters.areas import area_of, encode_polyline, outlined_codes, outlines_json
from geomap.exporters.inlining import data_json, packed
from geomap.exporters.kinds import is_area, is_country, kind_of
from geomap.exporters.leaflet import CREDITS, Geomap, LeafletExporter
from geomap.exporters.payload import MAX_SENTENCE, Unmapped, excerpt, payload, safe_url
from geomap.exporters.writing import to_json
from geomap.model import BBox, Match, Outcome, Place, Point, UncertainArea

GOLDEN = Path(__file__).parent / "data" / "golden"
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}
SQUARE_LINE = encode_polyline([(0, 0), (0, 2), (2, 2), (2, 0), (0, 0)])
DIAGONAL = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
A_POINT = {"type": "Point", "coordinates": [0, 0]}

HOSTILE = [
    "</script><script>window.pwned=1</script>",
    "<!--<script>",
    "{{ 7 * 7 }}{% raw %}{# x #}",
    "\u2028\u2029]]>&amp;'\"`",
    "\x00\x1b\ud800\udfff\u202e",
]


def data_of(html: str) -> dict[str, Any]:
    """Unpack the first layer's data of a page."""
    match = re.search(r'<script type="application/octet-stream" id="\w+_data">([^<]*)</script>', html)
    assert match is not None
    return unpacked_data(match.group(1))


def unpacked_data(text: str) -> dict[str, Any]:
    """Undo `packed`, as the page does."""
    whole = zlib.decompress(base64.b64decode(text))
    length = int.from_bytes(whole[:4], "little")
    start = (4 + length + 3) // 4 * 4

    def restored(value: Any) -> Any:
        if isinstance(value, dict) and set(value) == {"int32"}:
            first, count = value["int32"]
            return list(struct.unpack_from(f"<{count}i", whole, start + first))
        return {key: restored(each) for key, each in value.items()} if isinstance(value, dict) else value

    data: dict[str, Any] = restored(json.loads(whole[4 : 4 + length]))
    return data


def a_country(**overrides: Any) -> Place:
    values = {"name": "Syria", "feature_class": "A", "feature_code": "PCLI", "country_code": "SY"}
    return a_place(**values | overrides)


def test_payload_is_as_the_golden_one() -> None:
    text = to_json(payload(a_news_day(), title="A news day", credits_=CREDITS), indent=1) + "\n"
    assert text == (GOLDEN / "payload.json").read_text("utf-8")


def test_equal_input_gives_equal_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first.html", tmp_path / "second.html"
    LeafletExporter(title="Same").export(a_news_day(), first)
    LeafletExporter(title="Same").export(a_news_day(), second)
    assert first.read_bytes() == second.read_bytes()


def test_no_file_of_another_server_is_referenced() -> None:
    html = LeafletExporter().html(a_news_day())
    assert not re.findall(r"""<(?:script|img|iframe|link)[^>]+(?:src|href)=["'](?!data:)""", html)
    assert "@import" not in html
    assert not re.findall(r"url\((?!data:|#)", html)


def test_policy_names_the_digest_of_every_inline_script_and_style() -> None:
    html = LeafletExporter().html(a_news_day())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    assert "unsafe" not in policy.group(1)
    blocks = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", html, re.DOTALL)
    assert len(blocks) > 8
    for block in blocks:
        digest = base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy.group(1)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_data(text: str) -> None:
    article = an_article(title=text, text=f"{text} Aleppo.", source=text, published=text, url=text)
    place = a_place(name=text, id=text)
    html = LeafletExporter(title=text, credits=[text]).html([a_sighting(article=article, place=place)])
    plain = LeafletExporter().html([a_sighting()])
    assert html.count("<script") == plain.count("<script")
    assert html.count("<!--") == plain.count("<!--")
    expected = re.sub("[\ud800-\udfff]", "\ufffd", text)
    assert data_of(html)["articles"]["title"] == [expected]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(codec=None), max_size=200))
def test_any_text_survives_the_page(text: str) -> None:
    data = data_of(LeafletExporter().html([a_sighting(article=an_article(title=text))]))
    assert data["articles"]["title"] == [re.sub("[\ud800-\udfff]", "\ufffd", text)]


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_data_never_holds_a_character_that_ends_an_element(value: Any) -> None:
    text = data_json(value)
    assert not set(text) & set("<>&\u2028\u2029")
    assert json.loads(text) == value


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("HTTP://EXAMPLE.ORG", "HTTP://EXAMPLE.ORG"),
        ("javascript:alert(1)", None),
        ("java\tscript:alert(1)", None),
        ("data:text/html,<b>", None),
        ("//example.org", None),
        ("https://", None),
        ("http://[", None),
        ("https://example.org/" + "a" * 3000, None),
        ("https://example.org/\ud800", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_links_get_in(url: str | None, safe: str | None) -> None:
    assert safe_url(url) == safe


@example("a" * 2000, 1000, 1006)
@example("a" * 2000, 0, 1999)
@example("a" * 2000, 1994, 2000)
@given(st.text(max_size=3000), st.integers(0, 3000), st.integers(0, 3000))
def test_an_excerpt_shows_its_mention(sentence: str, first: int, second: int) -> None:
    start, end = sorted((min(first, len(sentence)), min(second, len(sentence))))
    text, new_start, new_end = excerpt(sentence, start, end)
    shown = sentence[start:end]
    assert len(text) <= MAX_SENTENCE + 2
    assert text[new_start:new_end] == (shown if len(sentence) <= MAX_SENTENCE else shown[: MAX_SENTENCE // 2])


def test_offsets_count_utf_16_code_units() -> None:
    article = an_article(text="🚚🚚 reached Aleppo.")
    sightings = payload([a_sighting(article=article)], title="")["sightings"]
    assert (sightings["start"], sightings["end"]) == ([13], [19])


def test_one_row_of_a_column_per_place_and_sighting() -> None:
    data = payload(a_news_day(), title="")
    assert {len(column) for column in data["places"].values()} == {3}
    assert {len(column) for column in data["sightings"].values()} == {5}
    assert sum(data["places"]["sightings"]) == 5


def test_a_phrase_is_an_area_of_its_own_and_its_place_stays_a_point() -> None:
    data = payload(a_news_day(), title="")
    (relative,) = data["relatives"]
    assert (relative["phrase"], relative["km"]) == ("truce in Aleppo", 11.3)
    square = encode_polyline([(36.3, 37.0), (36.3, 37.2), (36.5, 37.2), (36.5, 37.0), (36.3, 37.0)])
    assert relative["lines"] == [square]
    assert data["sightings"]["relative"] == [-1, 0, -1, -1, -1]
    assert data["sightings"]["reach"][1] == 113
    assert [data["roles"][role] for role in data["sightings"]["role"]][:2] == ["mentioned", "event"]
    assert data["places"]["area"] == [None] * 3


def test_an_area_too_small_to_be_seen_is_told_and_not_drawn() -> None:
    data = payload([a_sighting(area=an_area(polygons=()))], title="")
    assert data["relatives"] == [{"phrase": "north of Aleppo", "km": 11.3, "closed": True, "lines": []}]


def test_what_stands_in_for_a_place_nearby_is_relative_and_wide() -> None:
    data = payload([a_sighting(match=Match.WITHIN)], title="")
    assert data["precisions"][data["sightings"]["precision"][0]] == "relative"
    assert data["sightings"]["reach"] == [750]


def test_a_country_takes_the_outline_of_the_base_map() -> None:
    data = payload([a_sighting(place=a_country())], title="")
    assert (data["areas"], data["places"]["area"]) == ([{"country": "SY"}], [0])


def test_an_area_of_unknown_extent_has_no_shape_but_is_no_point() -> None:
    place = a_country(feature_code="ADM1")
    assert payload([a_sighting(place=place)], title="")["places"]["area"] == [-1]
    assert payload([a_sighting()], title="")["places"]["area"] == [None]


@pytest.mark.parametrize(
    ("place", "geometry", "area"),
    [
        (a_country(feature_code="ADM1"), SQUARE, {"closed": True, "lines": [SQUARE_LINE]}),
        (a_country(country_code="ZZ"), None, None),
        (a_country(feature_code="RGN", radius_km=2500.0), None, None),
        (a_country(feature_code="RGN", radius_km=30.0), None, {"km": 30.0}),
        (a_country(feature_code="RGN", radius_km=30.0), {"type": "Polygon", "coordinates": []}, {"km": 30.0}),
        (
            a_country(feature_code="ADM1", bbox=BBox(west=170, south=-20, east=-170, north=-10)),
            None,
            {"box": [-20, 170, -10, 190]},
        ),
        (
            a_place(feature_class="H", feature_code="STM"),
            {"type": "GeometryCollection", "geometries": [DIAGONAL, A_POINT]},
            {"closed": False, "lines": [encode_polyline([(0, 0), (1, 1)])]},
        ),
    ],
)  # fmt: skip
def test_areas(place: Place, geometry: dict[str, Any] | None, area: dict[str, Any] | None) -> None:
    assert area_of(place, geometry) == area


@pytest.mark.parametrize(
    ("code", "radius_km", "area"),
    [("P.PPL", 30, False), ("P.PPLC", 0, False), ("A.ADM2", 0, True), ("L.RGN", 0, True),
     ("S.AIRB", 0, False), ("T.MT", 0, False), ("T.MT", 40, True), ("H.SEA", 0, True), (".", 0, False)],
)  # fmt: skip
def test_a_pin_stands_for_a_point_alone(code: str, radius_km: float, *, area: bool) -> None:
    feature_class, feature_code = code.split(".")
    place = a_place(feature_class=feature_class, feature_code=feature_code, radius_km=radius_km)
    assert is_area(place) is area


def test_kinds_are_words() -> None:
    assert kind_of(a_place(feature_code="PPLX")) == "part of a city"
    assert kind_of(a_place(feature_code="PPLQ")) == "populated place"
    assert kind_of(a_place(feature_class="", feature_code="")) == ""
    assert is_country(a_country())
    assert not is_country(a_country(feature_code="PCLH"))


def test_the_documented_example_of_an_encoded_polyline() -> None:
    line = [(38.5, -120.2), (40.7, -120.95), (43.252, -126.453)]
    assert encode_polyline(line, scale=100_000) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"


def test_points_that_fall_together_are_encoded_once() -> None:
    assert encode_polyline([(1, 1), (1.0001, 1), (2, 2)]) == encode_polyline([(1, 1), (2, 2)])


def test_the_outlines_are_small_and_know_their_source() -> None:
    outlines = json.loads(outlines_json())
    assert len(outlines_json().encode()) <= 300_000
    assert "Natural Earth" in outlines["about"]
    assert len(outlines["countries"]) == 241
    assert {"SY", "TR", "US", "XK"} <= outlined_codes()


def test_the_layer_composes_with_a_map_of_folium() -> None:
    chart = folium.Map(tiles=None)
    before = (list(folium.Map.default_js), list(folium.Map.default_css))
    Geomap(a_news_day(), name="One").add_to(chart)
    Geomap(a_news_day(), name="Two").add_to(chart)
    folium.LayerControl().add_to(chart)
    html = chart.get_root().render()
    assert html.count("= L.geomap.sightings(") == 2
    assert html.count('id="geomap_outlines"') == 1
    assert '"Two"' in html
    LeafletExporter().html(a_news_day())
    assert (folium.Map.default_js, folium.Map.default_css) == before


def test_a_layer_on_no_map_says_what_is_missing() -> None:
    with pytest.raises(TypeError, match=r"folium\.Map"):
        Geomap([]).render()


def test_no_sightings_give_a_map_that_says_so() -> None:
    html = LeafletExporter(title="Quiet day").html([])
    assert "<title>Quiet day</title>" in html
    assert "No places were found" in html


def test_credits_are_on_the_map() -> None:
    credits_ = data_of(LeafletExporter().html([]))["credits"]
    assert any("GeoNames, CC BY 4.0, modified" in credit for credit in credits_)
    assert any("Natural Earth" in credit and "disputed" in credit for credit in credits_)
    assert any("CLDR" in credit for credit in credits_)


def test_a_map_that_cannot_be_written_is_an_export_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"map\.html: cannot be written"):
        LeafletExporter().export([], tmp_path / "missing" / "map.html")


def test_exporters_are_loaded_when_used() -> None:
    for name in geomap.exporters.__all__:
        assert getattr(geomap.exporters, name) is not None
    with pytest.raises(AttributeError, match="shapefile"):
        geomap.exporters.shapefile  # noqa: B018


def test_a_layer_shows_itself_in_a_notebook() -> None:
    fragment = Geomap(a_news_day(), title="A <day>")._repr_html_()
    assert fragment.startswith("<iframe")
    assert 'sandbox="allow-scripts' in fragment
    assert "<day>" not in fragment


def test_columns_of_numbers_come_back_as_they_were() -> None:
    long = list(range(-200, 200))
    value = {"a": {"b": long, "c": [1, 2], "d": [*long, 2**40], "e": [0, *long, "x"]}, "f": [0.5] * 300}
    assert unpacked_data(packed(value)) == value


def test_very_much_data_is_packed_faster_and_comes_back() -> None:
    value = {"text": ["name of a place"] * 600_000}
    assert unpacked_data(packed(value)) == value


def test_where_a_byte_order_differs_columns_are_turned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.byteorder", "big")
    text = packed({"a": list(range(256))})
    assert unpacked_data(text)["a"][1] == 1 << 24


def test_relative_areas_and_unmapped_mentions_have_columns() -> None:
    ring = tuple(Point(lat=lat, lon=lon) for lat, lon in ((0, 0), (0, 1), (1, 1), (0, 0)))
    area = UncertainArea(
        phrase="north of Aleppo", start=0, end=15, method="direction", polygons=((ring,),), km2=3.2
    )
    missing = a_resolution(
        mention=a_mention(text="Nowhere", start=8, end=15),
        outcome=Outcome.AMBIGUOUS,
        place=None,
        confidence=0.0,
    )
    data = payload(
        [replace(a_sighting(), area=area), a_sighting(place=a_place(id="2"))],
        title="",
        unmapped=[Unmapped(an_article(id="u"), missing, "Rain in Nowhere.", 0)],
    )
    assert sorted(data["sightings"]["relative"]) == [-1, 0]
    assert data["relatives"][0]["phrase"] == "north of Aleppo"
    assert data["relatives"][0]["km"] == 1.0
    assert data["precisions"][max(data["sightings"]["precision"])] == "relative"
    assert data["unmapped"] == {
        "article": [1],
        "sentence": [data["sentences"].index("Rain in Nowhere.")],
        "start": [8],
        "end": [15],
        "type": [0],
        "outcome": [data["outcomes"].index("ambiguous")],
    }


def test_days_are_numbers_and_no_day_is_null() -> None:
    rows = [
        a_sighting(article=an_article(id=str(n), published=written))
        for n, written in enumerate(("1970-01-02", "05/03/2023", None))
    ]
    assert payload(rows, title="")["articles"]["day"] == [1, None, None]
