"""The page of mistakes: what it shows of whatever text, and that no text can become part of it."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from geomap.evaluate import Toponym, evaluate, mistakes_page
from geomap.model import Point

ALEPPO = Point(lat=36.2, lon=37.16)
PARIS = Point(lat=48.85, lon=2.35)
TEXT = "The truce in Aleppo held. Rain fell in Paris on Monday. Homs was quiet."


def a_toponym(word: str, *, text: str = TEXT, **values: object) -> Toponym:
    start = text.index(word)
    return Toponym(**{"start": start, "end": start + len(word), "text": word, **values})  # type: ignore[arg-type]


def page(gold: list[Toponym], predicted: list[Toponym], text: str | None = TEXT, id_: str = "a1") -> str:
    scores = evaluate({id_: gold}, {id_: predicted}).scores
    return mistakes_page({"wire.jsonl": scores}, {"wire.jsonl": {id_: text}} if text is not None else {})


def passages(html: str) -> list[tuple[str, str]]:
    """Return the kinds and the text of each passage, without its tags."""
    found = re.findall(r'<p dir="auto" data-kinds="([^"]*)">(.*?) <i ', html, re.DOTALL)
    return [(kinds, unescape(re.sub("<[^>]*>", "", text))) for kinds, text in found]


def test_sentences_with_mistakes_are_shown_and_others_are_not() -> None:
    html = page([a_toponym("Aleppo"), a_toponym("Homs")], [a_toponym("Paris"), a_toponym("Homs")])
    assert passages(html) == [
        ("miss", "The truce in Aleppo held."),
        ("false-alarm", "Rain fell in Paris on Monday."),
    ]


def test_a_sentence_names_all_its_kinds_of_mistakes_and_marks_what_is_right() -> None:
    text = "From Aleppo to Homs and Paris."
    gold = [
        a_toponym("Aleppo", text=text),
        a_toponym("Homs", text=text, point=ALEPPO, literal=True, geonames_id="169577"),
    ]
    predicted = [
        a_toponym("Aleppo", text=text),
        a_toponym("Homs and", text=text, point=PARIS, literal=False, name="Paris"),
    ]
    html = page(gold, predicted, text)
    assert passages(html) == [("wrong-span wrong-place wrong-type", text)]
    assert 'class="geomap-mark geomap-right"' in html
    assert "geomap-wrong-place geomap-annotated" in html
    assert "geomap-wrong-place geomap-found" in html
    assert re.search(r"wrong span, wrong place, wrong type, 3,\d{3} km apart", html)
    assert "annotated: “Homs”, literal, geonames:169577, 36.200 37.160" in html
    assert "found: “Homs and”, associative, Paris, 48.850 2.350" in html


def test_names_missed_and_found_falsely_are_counted() -> None:
    text = "Homs, Homs and Paris."
    homs = [Toponym(start=at, end=at + 4, text="Homs") for at in (0, 6)]
    html = page(homs, [a_toponym("Paris", text=text)], text)
    assert "Missed most often" in html
    assert "<li><bdi>Homs</bdi> <b>2</b></li>" in html
    assert "<li><bdi>Paris</bdi> <b>1</b></li>" in html
    assert 'value="miss" checked> miss <b>2</b>' in html


def test_without_a_mistake_the_page_says_so() -> None:
    html = page([a_toponym("Homs")], [a_toponym("Homs")])
    assert "No mistake." in html
    assert "most often" not in html


def test_a_long_sentence_is_cut_around_its_mistakes() -> None:
    text = f"{'well ' * 300}Homs{' then' * 300}"
    ((_, shown),) = passages(page([a_toponym("Homs", text=text)], [], text))
    assert "Homs" in shown
    assert len(shown) == 404


def test_of_an_article_without_a_text_the_names_are_shown() -> None:
    assert passages(page([a_toponym("Homs")], [], None)) == [("miss", "Homs")]
    assert passages(page([Toponym(start=0, end=4)], [], None)) == [("miss", "?")]
    beyond = Toponym(start=900, end=910, text="Homs")
    assert passages(page([beyond], [a_toponym("Aleppo")])) == [
        ("false-alarm", "The truce in Aleppo held."),
        ("miss", "Homs"),
    ]


def test_a_mention_over_two_sentences_is_shown_whole() -> None:
    assert passages(page([a_toponym("held. Rain")], [])) == [
        ("miss", "The truce in Aleppo held. Rain"),
    ]


class Reader(HTMLParser):
    """Collects the elements, and what loads something."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.loads += [name for name, _ in attrs if name in {"src", "href", "style"} or name.startswith("on")]


MARKUP = "</p><script>alert(1)</script><img src=x onerror=alert(1)>"
KNOWN = {
    *("html", "head", "meta", "title", "style", "script", "body", "h1", "h2", "h3", "form", "label", "input"),
    *("p", "b", "i", "bdi", "mark", "details", "summary", "ol", "li", "section"),
}


@given(
    st.text(max_size=40) | st.sampled_from([MARKUP, f"x. {MARKUP} y.", "a\x00b\ud800c", "حلب\u200f Aleppo"]),
    st.integers(-3, 45),
    st.integers(-3, 45),
)
def test_no_text_becomes_part_of_the_page(text: str, start: int, end: int) -> None:
    gold = [Toponym(start=start, end=end, text=text)]
    html = page(gold, [Toponym(start=0, end=5, text=text, name=text)], text, id_=text)
    reader = Reader()
    reader.feed(html)
    assert reader.elements <= KNOWN
    assert reader.loads == []
    assert html.count("<script>") == 1
    html.encode("utf-8")


def test_the_page_asks_for_nothing() -> None:
    html = page([a_toponym("Homs")], [])
    assert "http" not in re.sub("http-equiv", "", html)
    assert "default-src 'none'" in html
    assert "img-src 'none'" in html
