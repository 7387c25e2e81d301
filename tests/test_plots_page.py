"""The page of charts: what it draws and tells, and that no text can become part of it."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.evaluate import Toponym, evaluate, plots_page
from geomap.evaluate.drawing import Axis, Chart, count_axis, percent_axis
from geomap.evaluate.figures import ArticleScore
from geomap.model import Point

ALEPPO = Point(lat=36.2, lon=37.16)
PARIS = Point(lat=48.85, lon=2.35)
VOID = {"meta"}

Scores = tuple[ArticleScore, ...]


class Reader(HTMLParser):
    """Follows the elements, and notes those that are not closed in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.wrong += (name for name, _ in attrs if name.startswith("on") or name in ("style", "src"))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert (reader.wrong, reader.open) == ([], [])
    return reader


def a_toponym(start: int, point: Point | None = ALEPPO, confidence: float | None = None) -> Toponym:
    return Toponym(start=start, end=start + 4, point=point, confidence=confidence)


def scores_of(*confidences: float | None, wrong: int = 0, false_alarms: int = 0) -> Scores:
    """Score one article; the first `wrong` places are, `false_alarms` more are at .95."""
    gold = [a_toponym(10 * number) for number, _ in enumerate(confidences)]
    predicted = [
        a_toponym(10 * number, PARIS if number < wrong else ALEPPO, each)
        for number, each in enumerate(confidences)
    ]
    predicted += (a_toponym(-10 * number, PARIS, 0.95) for number in range(1, false_alarms + 1))
    return evaluate({"a": gold}, {"a": predicted}).scores


def rows(html: str, caption: str) -> list[list[str]]:
    """Return the cells of the first table of that caption."""
    found = re.search(f"<caption>{re.escape(caption)}</caption>(.*?)</table>", html, re.DOTALL)
    assert found, caption
    return [
        [unescape(re.sub("<[^>]*>", "", cell)).replace("\u00a0", " ") for cell in cells]
        for row in re.findall("<tr>(.*?)</tr>", found.group(1))
        if (cells := re.findall("<t[hd][^>]*>(.*?)</t[hd]>", row))
    ]


def test_each_file_has_four_charts_and_several_files_a_common_section() -> None:
    one = plots_page({"wire.jsonl": scores_of(0.9, 0.4, wrong=1)})
    assert read(one).seen.count("svg") == 4
    assert "All files together" not in one
    two = plots_page({"wire.jsonl": scores_of(0.9), "local.jsonl": scores_of(0.8, 0.7)})
    assert read(two).seen.count("svg") == 12
    assert re.findall("<h2><bdi>(.*?)</bdi>", two) == ["All files together", "wire", "local"]
    assert rows(two, "Of the recognized")[1][:4] == ["All files together", "3", "100.0 %", "80.0 %"]


def test_every_chart_has_a_label_and_a_table_of_its_numbers() -> None:
    html = plots_page({"wire.jsonl": scores_of(0.9, 0.4, wrong=1, false_alarms=1)})
    assert len(re.findall('<svg [^>]*role="img" aria-label="[^"]+">', html)) == 4
    for figure in re.findall("<figure>(.*?)</figure>", html, re.DOTALL):
        assert "<details>" in figure
        assert "<table>" in figure


def test_the_tables_hold_the_numbers() -> None:
    html = plots_page({"wire.jsonl": scores_of(0.9, 0.9, 0.9, 0.4, wrong=1, false_alarms=1)})
    bins = re.findall("<caption>Of the recognized</caption>.*?</table>", html, re.DOTALL)[1]
    assert [unescape(cell) for cell in re.findall("<td>(.*?)</td>", bins)][:4] == [
        "1", "0.4000", "1.0000", "0.207 to 1.000",
    ]  # fmt: skip
    assert rows(html, "Toponyms by confidence")[19] == ["0.90 to 0.95", "2", "1", "0"]
    assert rows(html, "Toponyms by confidence")[20] == ["0.95 to 1.00", "0", "0", "1"]
    thresholds = rows(html, "Precision, share shown, recall and F1 by threshold")
    assert thresholds[1][:5] == ["0.00", "75.0 %", "100.0 %", "75.0 %", "0.750"]
    assert thresholds[21][1:3] == ["–", "0.0 %"]
    assert rows(html, "Accuracy by distance")[1:] == [
        ["1 km", "75.0 %", "75.0 %"],
        ["10 km", "75.0 %", "75.0 %"],
        ["100 km", "75.0 %", "75.0 %"],
        ["161 km", "75.0 %", "75.0 %"],
        ["1,000 km", "75.0 %", "75.0 %"],
    ]
    caption = "What overlaps with nothing annotated, or is annotated without a position"
    assert rows(html, caption)[21] == ["1.00", "100.0 %", "20.0 %"]


def test_a_threshold_that_shows_all_is_called_so_and_one_that_is_not_there_a_dash() -> None:
    html = plots_page({"wire.jsonl": scores_of(*[0.9] * 19, 0.4, wrong=1, false_alarms=3)})
    assert rows(html, "Of the recognized")[1][-2:] == ["all", "all"]
    assert rows(html, "End to end")[1][-2:] == ["–", "–"]


def test_without_a_confidence_the_distances_are_drawn_and_the_rest_is_explained() -> None:
    html = plots_page({"wire.jsonl": scores_of(None)})
    assert read(html).seen.count("svg") == 1
    assert "there is none to judge" in html


def test_without_positions_nothing_is_drawn_and_the_page_says_why() -> None:
    gold = [a_toponym(0, None)]
    html = plots_page({"wire.jsonl": evaluate({"a": gold}, {"a": gold}).scores})
    assert read(html).seen.count("svg") == 0
    assert "No annotated toponym has a position" in html


def test_where_only_false_alarms_claim_something_there_is_one_curve() -> None:
    gold = [a_toponym(0)]
    html = plots_page({"wire.jsonl": evaluate({"a": gold}, {"a": [a_toponym(50, PARIS, 0.5)]}).scores})
    assert read(html).seen.count("svg") == 4
    assert rows(html, "Accuracy by distance")[1] == ["1 km", "–", "0.0 %"]


def test_of_no_article_there_is_a_page() -> None:
    assert read(plots_page({})).seen.count("svg") == 0
    assert read(plots_page({"wire.jsonl": ()})).seen.count("svg") == 0


def test_files_of_one_name_are_told_apart_by_their_folders() -> None:
    html = plots_page({"a/gold.jsonl": scores_of(0.9), "b/gold.jsonl": scores_of(0.9)})
    assert re.findall("<h2><bdi>(.*?)</bdi>", html)[1:] == ["a/gold.jsonl", "b/gold.jsonl"]


def test_the_page_runs_and_loads_nothing() -> None:
    html = plots_page({"wire.jsonl": scores_of(0.9, 0.4)})
    assert "<script" not in html
    assert "default-src 'none'; script-src 'none'; style-src 'sha256-" in unescape(html)
    assert re.findall(r"(?:https?:|url\(|@import)", html) == []


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</title></style>",
        "a\x00b",
        "\ud800",
        "x' y",
    ],
)
def test_a_hostile_name_is_text(name: str) -> None:
    html = plots_page({name: scores_of(0.9), "other": scores_of(0.8)})
    assert set(read(html).seen).isdisjoint({"script", "img"})
    html.encode("utf-8")


@given(st.text(), st.text())
def test_whatever_names_are_the_page_is_well_formed(one: str, other: str) -> None:
    html = plots_page({one: scores_of(0.9), other: scores_of(0.3, wrong=1)})
    assert read(html).seen.count("style") == 1


# --- drawing -----------------------------------------------------------------------------------


def test_an_axis_places_values_and_keeps_those_outside_at_its_ends() -> None:
    axis = Axis(title="km", low=1, high=10_000, ticks=(), log=True)
    assert [axis.share(each) for each in (0.0, 1, 100, 1e9)] == [0, 0, pytest.approx(0.5), 1]
    assert percent_axis("x", low=0.8).share(0.9) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, [0, 1]),
        (3, [0, 1, 2, 3]),
        (10, [0, 2, 4, 6, 8, 10]),
        (47, [0, 10, 20, 30, 40, 50]),
        (4_623, [0, 1_000, 2_000, 3_000, 4_000, 5_000]),
    ],
)
def test_counts_have_round_ticks(most: int, ticks: list[int]) -> None:
    assert [value for value, _ in count_axis("", most).ticks] == ticks


@given(st.integers(0, 10**9))
def test_an_axis_of_counts_reaches_over_all_with_few_ticks(most: int) -> None:
    axis = count_axis("", most)
    assert axis.high >= most
    assert 2 <= len(axis.ticks) <= 6


def test_texts_of_a_chart_are_escaped() -> None:
    chart = Chart(label='"<x>', x=percent_axis("<x>"), y=percent_axis("<x>"))
    marks = [
        chart.dot((0, 0), "one", title="<x>"),
        chart.bar((0, 0), (1, 1), "one", title="<x>"),
        chart.note((0, 0), "<x>", "one"),
        chart.line([], "one"),
    ]
    svg = chart.svg(marks)
    assert "<x>" not in svg
    assert "x" not in read(svg).seen
