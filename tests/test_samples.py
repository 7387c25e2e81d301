"""The sample articles that come with the package: every listed mention means the place that it should.

What is not right yet stands in data/cases/samples_known_failures.json, each with its reason, and is expected
to fail; a line whose failure is gone has to go too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import geomap.samples
from geomap.articles import read_articles
from geomap.errors import ArticleError
from geomap.geo import distance_km
from geomap.geoparser import Geoparser
from geomap.model import GeoparsedArticle, Point, Resolution

CASES = Path(__file__).parent / "data" / "cases"
EXPECTED = json.loads((CASES / "samples_expected.json").read_text("utf-8"))
KNOWN = json.loads((CASES / "samples_known_failures.json").read_text("utf-8"))
SAMPLES = Path(geomap.samples.__file__).parent
SEED_LIKE = "syria-ceasefire.txt"


def _name(entry: Mapping[str, Any]) -> str:
    return f"{entry['sample']}:{entry['mention']}:{entry.get('occurrence', 'nowhere')}"


_REASONS = {_name(entry): entry["reason"] for entry in KNOWN["places"]}


def _params(key: str) -> list[Any]:
    return [
        pytest.param(
            entry,
            id=_name(entry),
            marks=[pytest.mark.xfail(reason=_REASONS[_name(entry)], strict=True)]
            if _name(entry) in _REASONS
            else [],
        )
        for entry in EXPECTED[key]
    ]


@pytest.fixture(scope="module")
def parsed(geoparser: Geoparser) -> Mapping[str, GeoparsedArticle]:
    """The samples by file name, those of a .jsonl file by id."""
    found = {}
    for path in sorted(SAMPLES.iterdir()):
        if path.suffix in {".txt", ".md", ".jsonl"}:
            for article in read_articles([path], on_error=_refuse):
                found[article.id if path.suffix == ".jsonl" else path.name] = geoparser.parse(article)
    return found


def _refuse(error: ArticleError) -> None:
    raise error


def _span(text: str, mention: str, occurrence: int) -> tuple[int, int]:
    matches = list(re.finditer(rf"(?<!\w){re.escape(mention)}(?!\w)", text))
    return matches[occurrence - 1].span()


def _at(parsed: GeoparsedArticle, start: int, end: int) -> Resolution | None:
    return next(
        (
            each
            for each in parsed.resolutions
            if each.mention.field == "text" and each.mention.start < end and start < each.mention.end
        ),
        None,
    )


def _problem(parsed: GeoparsedArticle, entry: Mapping[str, Any]) -> str | None:
    start, end = _span(parsed.article.text, entry["mention"], entry["occurrence"])
    resolution = _at(parsed, start, end)
    if resolution is None:
        return "no mention"
    place = resolution.place
    if place is None:
        return resolution.outcome.value
    distance = distance_km(place.point, Point(lat=entry["lat"], lon=entry["lon"]))
    if distance > entry["within_km"]:
        return f"{place.name} {place.id} {place.feature_code} {place.country_code}, {distance:.0f} km off"
    if resolution.mention.type.literal is not entry["literal"]:
        return f"type {resolution.mention.type.name}"
    return None


def _pinned(parsed: GeoparsedArticle, string: str) -> list[str]:
    return [
        each.mention.text
        for each in parsed.resolutions
        if each.place is not None and each.mention.type.literal
        for match in re.finditer(
            rf"(?<!\w){re.escape(string)}(?!\w)", getattr(parsed.article, each.mention.field)
        )
        if each.mention.start < match.end() and match.start() < each.mention.end
    ]


@pytest.mark.parametrize("entry", _params("places"))
def test_sample_mention_means_its_place(
    entry: dict[str, Any], parsed: Mapping[str, GeoparsedArticle]
) -> None:
    assert _problem(parsed[entry["sample"]], entry) is None


@pytest.mark.parametrize("entry", _params("not_places"))
def test_sample_word_gets_no_pin(entry: dict[str, Any], parsed: Mapping[str, GeoparsedArticle]) -> None:
    assert _pinned(parsed[entry["sample"]], entry["mention"]) == []


def test_no_failure_of_the_syrian_sample_is_excused() -> None:
    assert [name for name in _REASONS if name.startswith(SEED_LIKE)] == []


def test_every_sample_has_expectations(parsed: Mapping[str, GeoparsedArticle]) -> None:
    assert {entry["sample"] for entry in EXPECTED["places"]} == set(parsed)


def test_known_failures_are_expectations() -> None:
    assert set(_REASONS) <= {_name(entry) for key in ("places", "not_places") for entry in EXPECTED[key]}


def test_four_of_five_sample_mentions_are_right(parsed: Mapping[str, GeoparsedArticle]) -> None:
    wrong = [_name(entry) for entry in EXPECTED["places"] if _problem(parsed[entry["sample"]], entry)]
    assert len(wrong) <= len(EXPECTED["places"]) / 5, wrong
