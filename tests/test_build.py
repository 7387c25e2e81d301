"""How a gazetteer's file is built from tables: what pins its content, what is refused, with file and line."""

from __future__ import annotations

import lzma
import random
from pathlib import Path

import pytest

from geomap.errors import GazetteerBuildError
from geomap.gazetteers.build import build
from geomap.gazetteers.sqlite import SqliteGazetteer

MINI = Path(__file__).parent / "data" / "mini"
PLACES, CURATED = MINI / "places.tsv", MINI / "curated.tsv"
ALEPPO = "geonames:170063"
DIGEST = "57cb3248e58adbf7"


def test_digest_is_pinned(tmp_path: Path) -> None:
    """It changes with the rows, their demonyms and abbreviations: then say why."""
    report = build(tmp_path / "g.sqlite", places=[PLACES], curated=[CURATED])
    assert report.digest[:16] == DIGEST


def test_digest_is_told_by_the_fingerprint(tmp_path: Path) -> None:
    report = build(tmp_path / "g.sqlite", places=[PLACES])
    with SqliteGazetteer(tmp_path / "g.sqlite") as opened:
        assert opened.fingerprint.endswith(report.digest[:16])


def test_digest_does_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    comment, header, *rows = PLACES.read_text("utf-8").splitlines()
    random.Random(7).shuffle(rows)  # noqa: S311
    shuffled = tmp_path / "shuffled.tsv"
    shuffled.write_text("\n".join([comment, header, *rows]) + "\n", encoding="utf-8")
    first = build(tmp_path / "a.sqlite", places=[PLACES], curated=[CURATED])
    second = build(tmp_path / "b.sqlite", places=[shuffled], curated=[CURATED])
    assert first.digest == second.digest
    assert first.counts == second.counts


def test_digest_changes_with_a_row(tmp_path: Path) -> None:
    changed = tmp_path / "changed.tsv"
    changed.write_text(PLACES.read_text("utf-8").replace("\t2098210\t", "\t2098211\t"), encoding="utf-8")
    digests = {build(tmp_path / "g.sqlite", places=[path]).digest for path in (PLACES, changed)}
    assert len(digests) == 2


def test_compressed_table_is_the_same_table(tmp_path: Path) -> None:
    packed = tmp_path / "places.tsv.xz"
    packed.write_bytes(lzma.compress(PLACES.read_bytes()))
    digests = {build(tmp_path / "g.sqlite", places=[path]).digest for path in (PLACES, packed)}
    assert len(digests) == 1


def test_later_table_replaces_rows_of_an_earlier_one(tmp_path: Path) -> None:
    comment, header, *rows = PLACES.read_text("utf-8").splitlines()
    row = next(row for row in rows if row.startswith(f"{ALEPPO}\t")).replace("\tAleppo\t", "\tHalab\t")
    later = tmp_path / "later.tsv"
    later.write_text(f"{comment}\n{header}\n{row}\n", encoding="utf-8")
    build(tmp_path / "g.sqlite", places=[PLACES, later])
    with SqliteGazetteer(tmp_path / "g.sqlite") as opened:
        place = opened.place(ALEPPO)
        assert place is not None
        assert place.name == "Halab"


def test_empty_table_makes_an_empty_gazetteer(tmp_path: Path) -> None:
    empty = tmp_path / "empty.tsv"
    empty.write_text(PLACES.read_text("utf-8").splitlines()[1] + "\n", encoding="utf-8")
    build(tmp_path / "g.sqlite", places=[empty])
    with SqliteGazetteer(tmp_path / "g.sqlite") as opened:
        assert opened.counts["places"] == 0
        assert list(opened.lookup("Paris")) == []
        assert list(opened.names().prefixes("paris")) == []


def _broken(tmp_path: Path, source: Path, old: str, new: str) -> Path:
    text = source.read_text("utf-8")
    assert old in text
    path = tmp_path / "broken.tsv"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("\t36.2012\t", "\tnorth\t", "north"),
        ("\t2098210\t", "\tmany\t", "many"),
        ("\t36.2012\t37.1612\t", "\t36.2012\t", "cells"),
    ],
)
def test_broken_place_row_names_file_and_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    path = _broken(tmp_path, PLACES, old, new)
    line = next(
        number for number, text in enumerate(PLACES.read_text("utf-8").splitlines(), 1) if old in text
    )
    with pytest.raises(GazetteerBuildError, match=problem) as caught:
        build(tmp_path / "g.sqlite", places=[path])
    assert (caught.value.path, caught.value.line) == (str(path), line)
    assert f"broken.tsv:{line}" in str(caught.value)
    assert not (tmp_path / "g.sqlite").exists()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("\tPPLX\t36.1965", "\tHOME\t36.1965", "HOME"),
        ("\tWikipedia (en): Jobar\t", "\t\t", "source"),
        ("\tgeonames:170654\t", "\tgeonames:9\t", "geonames:9"),
        ("\t33.529\t", "\t\t", "lat"),
        ("\t33.529\t", "\t133.529\t", "133"),
    ],
)
def test_broken_curated_row_names_file_and_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    path = _broken(tmp_path, CURATED, old, new)
    line = next(
        number for number, text in enumerate(CURATED.read_text("utf-8").splitlines(), 1) if old in text
    )
    with pytest.raises(GazetteerBuildError, match=problem) as caught:
        build(tmp_path / "g.sqlite", places=[PLACES], curated=[path])
    assert Path(caught.value.path).name == "broken.tsv"
    assert caught.value.line == line
    assert not (tmp_path / "g.sqlite").exists()


@pytest.mark.parametrize("latitude", ["91", "nan", "inf"])
def test_place_off_the_globe_is_refused(tmp_path: Path, latitude: str) -> None:
    path = _broken(tmp_path, PLACES, "\t36.2012\t", f"\t{latitude}\t")
    with pytest.raises(GazetteerBuildError, match=r"broken\.tsv"):
        build(tmp_path / "g.sqlite", places=[path])


def test_broken_bbox_is_refused(tmp_path: Path) -> None:
    path = _broken(tmp_path, PLACES, "\t35.76,32.32,42.36,37.3\t", "\t35.76,32.32\t")
    with pytest.raises(GazetteerBuildError, match=r"broken\.tsv"):
        build(tmp_path / "g.sqlite", places=[path])


def test_broken_areas_are_refused(tmp_path: Path) -> None:
    areas = tmp_path / "areas.json.xz"
    areas.write_bytes(b"no xz at all")
    with pytest.raises(GazetteerBuildError, match=r"areas\.json\.xz"):
        build(tmp_path / "g.sqlite", places=[PLACES], areas=areas)


def test_failed_build_keeps_the_file_that_was_there(tmp_path: Path) -> None:
    target = tmp_path / "g.sqlite"
    build(target, places=[PLACES])
    before = target.read_bytes()
    with pytest.raises(GazetteerBuildError):
        build(target, places=[_broken(tmp_path, PLACES, "\t36.2012\t", "\tnorth\t")])
    assert target.read_bytes() == before
