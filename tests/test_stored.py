"""A gazetteer file as rows: what is read back is what was written, and all that its places are goes along."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from geomap.errors import GazetteerFormatError, GazetteerNotFound
from geomap.gazetteers.rows import Row
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.gazetteers.stored import StoredRows
from geomap.gazetteers.writer import GazetteerWriter
from geomap.model import Dispute, Name

SQUARE = [[[[36.0, 35.0], [37.0, 35.0], [37.0, 36.0], [36.0, 35.0]]]]
LINE = [[[36.0, 35.0], [37.0, 35.0]]]
DISPUTE = Dispute(
    administered_by=("IL",), claimed_by=("SY",), drawn_as="IL", note="occupied since 1967", source="example"
)


def a_row(place_id: str, name: str) -> Row:
    return Row(
        id=place_id, name=name, names=(Name("الجولان", "ar"), Name("Golan")), lat=33.0, lon=35.8,
        feature_class="A", feature_code="ADM1", country_code="SY", admin1_code="14", admin2_code="",
        population=5, radius_km=30.0, bbox="35.6,32.7,36.1,33.4", parent_id="geonames:163843", curated=True,
        precedence=2, codes=(("iso3166-2", "SY-QU"), ("wikidata", "Q83210")),
    )  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with GazetteerWriter(tmp_path / "first.sqlite") as writer:
        writer.add(a_row("geonames:1", "Quneitra Governorate"))
        writer.add(replace(a_row("ne:other", "Other"), names=(), codes=()))
        writer.index()
        writer.add_shape("geonames:1", "MultiPolygon", SQUARE)
        writer.add_border("geonames:1", "ne:other", length_km=12.5, coordinates=LINE)
        writer.add_neighbors("geonames:1", ["ne:other"])
        writer.add_dispute("geonames:1", DISPUTE)
        writer.finish(credits_text="whoever", name="first", counts={"curated rows": 2})
    return tmp_path / "first.sqlite"


def test_rows_are_read_back_as_they_were_written(path: Path) -> None:
    with StoredRows(path) as stored:
        assert list(stored) == ["geonames:1", "ne:other"]
        assert len(stored) == 2
        row = replace(stored["geonames:1"], where=("", 0))
        assert row == a_row("geonames:1", "Quneitra Governorate")
        assert replace(stored["ne:other"], where=("", 0)) == replace(
            a_row("ne:other", "Other"), names=(), codes=()
        )
        assert (stored.credits, stored.counts["curated rows"]) == ("whoever", 2)


def test_unknown_id_is_not_there(path: Path) -> None:
    with StoredRows(path) as stored:
        assert "geonames:2" not in stored
        assert stored.get("geonames:2") is None


def test_all_that_places_are_goes_along(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    with StoredRows(path) as stored, GazetteerWriter(copy) as writer:
        for row in stored.values():
            writer.add(row)
        writer.index()
        stored.copy_relations(writer)
        writer.finish(name="copy")
    with SqliteGazetteer(path) as first, SqliteGazetteer(copy) as second:
        for gazetteer in (first, second):
            one, other = gazetteer.place("geonames:1"), gazetteer.place("ne:other")
            assert one is not None
            assert other is not None
            assert gazetteer.geometry(one) == {"type": "MultiPolygon", "coordinates": SQUARE}
            assert gazetteer.border(one, other) == {"type": "MultiLineString", "coordinates": LINE}
            assert gazetteer.neighbors(other) == [one]
            assert gazetteer.details(one).dispute == DISPUTE
        assert first.fingerprint.split("+")[1] == second.fingerprint.split("+")[1]


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GazetteerNotFound):
        StoredRows(tmp_path / "none.sqlite")
    (tmp_path / "text.sqlite").write_text("no gazetteer")
    with pytest.raises(GazetteerFormatError):
        StoredRows(tmp_path / "text.sqlite")


def test_file_that_turns_out_to_be_broken_is_told(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE dispute")
    connection.commit()
    connection.close()
    with StoredRows(path) as stored, GazetteerWriter(path.with_name("copy.sqlite")) as writer:
        writer.index()
        with pytest.raises(GazetteerFormatError, match="is broken"):
            stored.copy_relations(writer)
