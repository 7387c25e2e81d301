"""Names that several places bear: each case's sentence means one of them, and that one has to come first.

The cases stand in data/cases/homonyms.tsv, each with the namesake that it must not be taken for. What does
not come first yet stands in data/cases/homonyms_known_failures.json, each with its reason, and is expected to
fail; a line whose failure is gone has to go too.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.geo import distance_km
from geomap.geoparser import Geoparser
from geomap.model import Place, Point, Resolution

CASES = Path(__file__).parent / "data" / "cases"
COLUMNS = ["name", "context", "expected_id", "lat", "lon", "tolerance_km", "trap", "note"]
_NAMESAKES = 200

Case = dict[str, str]


def _read() -> list[Case]:
    lines = (CASES / "homonyms.tsv").read_text("utf-8").splitlines()
    table = [line for line in lines if not line.startswith("#")]
    return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


def _key(case: Case) -> tuple[str, str]:
    return case["name"], case["expected_id"] or f"{case['lat']},{case['lon']}"


HOMONYMS = _read()
_KNOWN = json.loads((CASES / "homonyms_known_failures.json").read_text("utf-8"))["cases"]
_REASONS = {(entry["name"], entry["place"]): entry["reason"] for entry in _KNOWN}


def _ids(case: Case) -> str:
    return ":".join(_key(case))


def _params() -> list[Any]:
    return [
        pytest.param(
            case,
            id=_ids(case),
            marks=[pytest.mark.xfail(reason=_REASONS[_key(case)], strict=True)]
            if _key(case) in _REASONS
            else [],
        )
        for case in HOMONYMS
    ]


def _is_meant(place: Place, case: Case) -> bool:
    if case["expected_id"]:
        return place.id == case["expected_id"]
    meant = Point(lat=float(case["lat"]), lon=float(case["lon"]))
    return distance_km(place.point, meant) <= float(case["tolerance_km"])


def _at(resolutions: tuple[Resolution, ...], case: Case) -> Resolution | None:
    found = re.search(rf"(?<!\w){re.escape(case['name'])}(?!\w)", case["context"])
    assert found is not None
    return next(
        (
            each
            for each in resolutions
            if each.mention.start < found.end() and found.start() < each.mention.end
        ),
        None,
    )


def _problem(geoparser: Geoparser, case: Case) -> str | None:
    resolution = _at(geoparser.parse(case["context"]).resolutions, case)
    if resolution is None:
        return "no mention"
    place = resolution.place
    if place is None:
        return resolution.outcome.value
    wrong = f"{place.name} {place.id} {place.feature_code} {place.country_code}"
    return None if _is_meant(place, case) else f"{resolution.mention.text!r} is {wrong}"


@pytest.mark.parametrize("case", HOMONYMS, ids=_ids)
def test_the_place_that_is_meant_is_a_candidate(case: Case, gazetteer: SqliteGazetteer) -> None:
    found = gazetteer.lookup(case["name"], limit=_NAMESAKES)
    assert any(_is_meant(candidate.place, case) for candidate in found)


@pytest.mark.parametrize("case", _params())
def test_the_place_that_is_meant_comes_first(case: Case, geoparser: Geoparser) -> None:
    assert _problem(geoparser, case) is None


def test_there_are_three_hundred_cases() -> None:
    assert len(HOMONYMS) >= 300


def test_every_case_is_whole() -> None:
    for case in HOMONYMS:
        assert list(case) == COLUMNS
        by_id, by_point = (
            bool(case["expected_id"]),
            bool(case["lat"] and case["lon"] and case["tolerance_km"]),
        )
        assert by_id != by_point, _ids(case)
        assert case["trap"], _ids(case)
        assert case["note"], _ids(case)


def test_every_case_names_its_place_in_a_sentence_or_two() -> None:
    for case in HOMONYMS:
        assert case["name"] in case["context"], _ids(case)
        assert 12 <= len(case["context"].split()) <= 40, _ids(case)


def test_no_case_stands_twice() -> None:
    counts = Counter(_key(case) for case in HOMONYMS)
    assert [key for key, count in counts.items() if count > 1] == []


def test_known_failures_are_cases() -> None:
    assert set(_REASONS) <= {_key(case) for case in HOMONYMS}


def test_nineteen_of_twenty_come_first(geoparser: Geoparser) -> None:
    wrong = [_ids(case) for case in HOMONYMS if _problem(geoparser, case)]
    assert len(wrong) <= len(HOMONYMS) / 20, wrong
