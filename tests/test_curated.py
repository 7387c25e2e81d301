"""The rows that editors wrote: their form, sources and neighbors."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from itertools import combinations, pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from geomap import lexicon
from geomap.gazetteers.rows import parse_bbox
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.geo import distance_km
from geomap.model import Place, Point
from geomap.text import fold

FOLDER = Path(__file__).resolve().parent.parent / "gazetteer" / "curated"
FILES = sorted(FOLDER.glob("*.tsv"))
COLUMNS = (
    "id", "name", "aliases", "feature_code", "lat", "lon", "radius_km", "bbox", "parent", "country_code",
    "population", "source", "note",
)  # fmt: skip


class Line(NamedTuple):
    where: str
    cells: dict[str, str]


def _lines(path: Path) -> list[list[str]]:
    text = path.read_text("utf-8")
    assert "\r" not in text
    assert text.endswith("\n")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


ROWS = [
    Line(f"{path.name}:{row[0]}", dict(zip(COLUMNS, row, strict=False)))
    for path in FILES
    for row in _lines(path)[1:]
]
NEW = [row for row in ROWS if row.cells["id"].startswith("curated:")]


def _wrong(rows: list[Line], column: str, pattern: str) -> list[tuple[str, str]]:
    return [(row.where, row.cells[column]) for row in rows if not re.fullmatch(pattern, row.cells[column])]


def test_there_are_two_thousand_rows_and_more() -> None:
    assert len(NEW) >= 2_000
    assert FILES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_has_thirteen_columns(path: Path) -> None:
    header, *rows = _lines(path)
    assert tuple(header) == COLUMNS
    assert [row[0] for row in rows if len(row) != len(COLUMNS)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_is_sorted_by_id(path: Path) -> None:
    ids = [row[0] for row in _lines(path)[1:]]
    assert [pair for pair in pairwise(ids) if pair[0] > pair[1]] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_reads_as_csv_too(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as lines:
        assert len(list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))) >= len(_lines(path))


def test_no_new_place_stands_twice() -> None:
    assert [key for key, count in Counter(row.cells["id"] for row in NEW).items() if count > 1] == []


def test_ids_have_one_of_the_known_forms() -> None:
    assert (
        _wrong(
            ROWS,
            "id",
            r"curated:[a-z0-9]+(-[a-z0-9]+)*|geonames:\d+|cldr:[A-Z]+|ne:[a-z0-9-]+|river:[a-z0-9-]+",
        )
        == []
    )


def test_cells_are_trimmed() -> None:
    assert [row.where for row in ROWS if any(cell != cell.strip() for cell in row.cells.values())] == []


def test_every_row_gives_its_source() -> None:
    assert [row.where for row in ROWS if len(row.cells["source"]) < 3] == []


def test_every_new_place_has_name_code_position_and_radius() -> None:
    for column in ("name", "feature_code", "lat", "lon", "radius_km"):
        assert [row.where for row in NEW if not row.cells[column]] == [], column


def test_feature_codes_are_known() -> None:
    codes = {row.cells["feature_code"] for row in ROWS if row.cells["feature_code"]}
    assert codes - set(lexicon.features()) == set()


def test_positions_are_on_the_globe() -> None:
    for row in ROWS:
        lat, lon = row.cells["lat"], row.cells["lon"]
        assert bool(lat) == bool(lon), row.where
        if lat:
            Point(lat=float(lat), lon=float(lon))
            assert (float(lat), float(lon)) != (0, 0), row.where


def test_radii_are_honest() -> None:
    """From a building to an ocean."""
    for row in ROWS:
        if row.cells["radius_km"]:
            assert 0.05 <= float(row.cells["radius_km"]) <= 8_000, row.where
        assert int(row.cells["population"] or 0) >= 0, row.where


def test_boxes_hold_their_point() -> None:
    for row in ROWS:
        box = parse_bbox(row.cells["bbox"])
        if box is not None and row.cells["lat"]:
            assert box.south < box.north, row.where
            assert Point(lat=float(row.cells["lat"]), lon=float(row.cells["lon"])) in box, row.where


def test_boxes_are_not_wider_than_the_radius_says() -> None:
    """The radius is at least a tenth of the box's half diagonal, at most twice of it."""
    odd = []
    for row in NEW:
        box = parse_bbox(row.cells["bbox"])
        if box is None:
            continue
        middle = Point(lat=(box.south + box.north) / 2, lon=float(row.cells["lon"]))
        width = ((box.east - box.west) % 360 or 360) * 111.2 * math.cos(math.radians(middle.lat))
        half = math.hypot(width, (box.north - box.south) * 111.2) / 2
        if not 0.1 * half <= float(row.cells["radius_km"]) <= 2 * half + 5:
            odd.append((row.where, row.cells["radius_km"], round(half)))
    assert odd == []


def test_country_codes_are_two_capitals() -> None:
    assert _wrong(ROWS, "country_code", r"|[A-Z]{2}") == []


def test_no_name_or_alias_folds_to_nothing() -> None:
    names = [(row.where, name) for row in ROWS for name in (row.cells["name"], *_aliases(row)) if name]
    assert [pair for pair in names if not fold(pair[1])] == []


def _aliases(row: Line) -> list[str]:
    return row.cells["aliases"].split("|") if row.cells["aliases"] else []


def test_no_alias_is_empty_or_stands_twice() -> None:
    for row in ROWS:
        aliases = _aliases(row)
        assert all(alias == alias.strip() != "" for alias in aliases), row.where
        assert len(aliases) == len(set(aliases)), row.where


def test_no_alias_is_a_short_ordinary_word() -> None:
    """A lower-case alias would make a place of a word in every article."""
    words = lexicon.word_list("words.txt.xz")
    assert [(row.where, name) for row in ROWS for name in _aliases(row) if name in words] == []


def test_every_parent_exists(gazetteer: SqliteGazetteer) -> None:
    known = {row.cells["id"] for row in ROWS}
    parents = {row.cells["parent"] for row in ROWS if row.cells["parent"]}
    assert sorted(parent for parent in parents - known if gazetteer.place(parent) is None) == []


def test_no_place_is_its_own_ancestor() -> None:
    parents = {row.cells["id"]: row.cells["parent"] for row in ROWS if row.cells["parent"]}
    for start, parent in parents.items():
        seen, at = {start}, parent
        while at:
            assert at not in seen, start
            seen.add(at)
            at = parents.get(at, "")


def test_augmented_places_exist(gazetteer: SqliteGazetteer) -> None:
    augmented = {row.cells["id"] for row in ROWS} - {row.cells["id"] for row in NEW}
    assert sorted(place_id for place_id in augmented if gazetteer.place(place_id) is None) == []


def test_new_places_of_one_name_are_apart() -> None:
    """Two rows of one name and kind within their radii would be one place written twice."""
    named: dict[str, list[Line]] = {}
    for row in sorted(NEW, key=lambda row: row.cells["id"]):
        named.setdefault(fold(row.cells["name"]), []).append(row)
    twins = [
        (first.where, second.where)
        for rows in named.values()
        for first, second in combinations(rows, 2)
        if _near(first, second)
    ]
    assert twins == []


def _near(first: Line, second: Line) -> bool:
    if first.cells["feature_code"] != second.cells["feature_code"]:
        return False
    points = [Point(lat=float(row.cells["lat"]), lon=float(row.cells["lon"])) for row in (first, second)]
    return distance_km(*points) < max(float(first.cells["radius_km"]), float(second.cells["radius_km"]))


def test_no_alias_repeats_another_of_its_row() -> None:
    """Look-up folds case, diacritics and hyphens: a second spelling of the same key says nothing."""
    repeated = []
    for row in ROWS:
        names = [name for name in (row.cells["name"], *_aliases(row)) if name and not name.startswith("-")]
        keys = [fold(name) for name in names]
        repeated += [(row.where, key) for key, count in Counter(keys).items() if count > 1]
    assert repeated == []


NAMED_TOGETHER = {
    frozenset({"curated:dz-tin-zaouatine", "curated:ml-tinzaouaten"}): "one on each side of a border",
    frozenset({"curated:sy-aleppo-zahraa", "curated:sy-zahraa-nubl"}): "a quarter and a town, 20 km apart",
}
"""Places of one name and kind near each other that are two, each looked at, with the reason."""


def test_names_of_places_near_each_other_do_not_clash(gazetteer: SqliteGazetteer) -> None:
    """No two curated places of one kind within 20 km bear the same name or alias."""
    by_key: dict[str, list[Place]] = {}
    for row in ROWS:
        place = gazetteer.place(row.cells["id"])
        if place is not None:
            for key in {fold(name) for name in (place.name, *_aliases(row)) if not name.startswith("-")}:
                by_key.setdefault(key, []).append(place)
    clashes = {
        frozenset({first.id, second.id}): key
        for key, places in by_key.items()
        for first, second in combinations(places, 2)
        if first.id != second.id
        and first.feature_code == second.feature_code
        and distance_km(first.point, second.point) < 20
    }
    assert {pair: key for pair, key in clashes.items() if pair not in NAMED_TOGETHER} == {}


def test_no_new_place_doubles_one_of_the_base(gazetteer: SqliteGazetteer) -> None:
    doubles = []
    for row in NEW:
        place = gazetteer.place(row.cells["id"])
        assert place is not None
        for other in (each.place for each in gazetteer.lookup(place.name, limit=300)):
            same = fold(other.name) == fold(place.name) and other.feature_class == place.feature_class
            base = not other.id.startswith("curated:")
            if same and base and distance_km(place.point, other.point) < max(3.0, min(place.radius_km, 10.0)):
                doubles.append((row.where, other.id))
    assert doubles == []


def test_a_quarter_says_how_far_it_reaches() -> None:
    """Its radius holds the uncertainty of its position too, and no quarter is larger than a city."""
    quarters = [row for row in NEW if row.cells["feature_code"] == "PPLX"]
    assert [row.where for row in quarters if not 0.1 <= float(row.cells["radius_km"]) <= 20] == []
