"""GeoNames' files, good and bad: what is recognized, what is told with file and row, what stops a build."""

from __future__ import annotations

import tracemalloc
import zipfile
from pathlib import Path

import pytest
from dumps import HAMA, a_line, an_alternate, write

from geomap.errors import GazetteerBuildError, GazetteerNotFound
from geomap.gazetteers.build import build
from geomap.gazetteers.geonames import Tally, build_geonames
from geomap.gazetteers.geonames.files import LONGEST_LINE_BYTES, Kind, find_files, lines
from geomap.gazetteers.sqlite import SqliteGazetteer

MINI = Path(__file__).parent / "data" / "mini"


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("base") / "base.sqlite"
    build(
        path,
        places=[MINI / "places.tsv"],
        curated=[MINI / "curated.tsv"],
        credits_text="Place data (c) GeoNames",
    )
    return path


def built(target: Path, *paths: Path, base: Path) -> tuple[list[str], Tally]:
    errors: list[str] = []
    found = build_geonames(target, paths, base=base, on_error=lambda error: errors.append(str(error)))
    return errors, found.tally


# --- which file is what ------------------------------------------------------------------------


def test_files_are_known_by_their_names(tmp_path: Path) -> None:
    write(tmp_path / "SY.zip", [a_line()])
    write(tmp_path / "cities15000.txt", [a_line()])
    write(tmp_path / "no-country.zip", [a_line(country="")])
    write(tmp_path / "alternateNames.zip", ["\t".join(["1", str(HAMA), "en", "Hama", "", "", "", ""])])
    write(tmp_path / "alternatenames" / "SY.zip", [an_alternate(HAMA, "Hama", "en")])
    write(tmp_path / "hierarchy.zip", ["1\t2\tADM"])
    write(tmp_path / "admin1CodesASCII.txt", ["SY.09\tAleppo\tAleppo\t170062"])
    write(tmp_path / "admin2Codes.txt", ["SY.09.01\tX\tX\t1"])
    write(tmp_path / "countryInfo.txt", ["# comment", "\t".join(["SY"] * 16 + ["163843", "", ""])])
    write(tmp_path / "timeZones.txt", ["CountryCode\tTimeZoneId"])
    write(tmp_path / "userTags.zip", ["1\tx"])
    (tmp_path / "SY.txt").write_text("a text beside the zip of its name")
    kinds = [(source.path.name, source.kind) for source in find_files([tmp_path])]
    assert sorted(kinds, key=str) == sorted(
        [
            ("SY.zip", Kind.PLACES),
            ("cities15000.txt", Kind.PLACES),
            ("no-country.zip", Kind.PLACES),
            ("alternateNames.zip", Kind.ALTERNATES),
            ("SY.zip", Kind.ALTERNATES),
            ("hierarchy.zip", Kind.HIERARCHY),
            ("admin1CodesASCII.txt", Kind.ADMIN1),
            ("admin2Codes.txt", Kind.ADMIN2),
            ("countryInfo.txt", Kind.COUNTRIES),
        ],
        key=str,
    )


def test_places_under_any_name_are_known_by_their_columns(tmp_path: Path) -> None:
    mine = write(tmp_path / "syria-2024.txt", [a_line()])
    assert [source.kind for source in find_files([mine])] == [Kind.PLACES]


def test_file_given_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "SY.txt", [a_line()])
    assert len(find_files([path, tmp_path, path])) == 1


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("SY.txt", ["just text", "and more"], "has 1 columns, not the 19"),
        ("notes.txt", ["just text"], "is no file of GeoNames"),
        ("SY.txt", [], "is empty"),
        ("SY.zip", ["a\tb\tc"], "has 3 columns, not the 19"),
        ("hierarchy.zip", ["1\t2\t3\t4\t5"], "has 5 columns, not the 2 or 3"),
    ],
)
def test_other_file_is_refused(tmp_path: Path, name: str, content: list[str], problem: str) -> None:
    path = write(tmp_path / name, content)
    with pytest.raises(GazetteerBuildError, match=problem) as caught:
        find_files([path])
    assert str(caught.value).startswith(str(path))


def test_folder_without_places_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "hierarchy.txt", ["1\t2\tADM"])
    with pytest.raises(GazetteerBuildError, match="no places of GeoNames"):
        find_files([tmp_path])


def test_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(GazetteerBuildError, match=r"SY.zip: there is no such file"):
        find_files([tmp_path / "SY.zip"])


# --- bad zips ----------------------------------------------------------------------------------


def _many(count: int = 3000) -> list[str]:
    return [
        a_line(number, f"Tall {chr(65 + number % 26)}{chr(97 + number // 26 % 26)}mar")
        for number in range(1, count)
    ]


def test_zip_cut_short_is_told_and_nothing_changes(tmp_path: Path, base: Path) -> None:
    path = write(tmp_path / "SY.zip", _many())
    path.write_bytes(path.read_bytes()[:-2000])
    target = tmp_path / "g.sqlite"
    target.write_bytes(b"the old one")
    with pytest.raises(GazetteerBuildError, match=r"SY.zip.*broken zip, or cut short.*fetch it again"):
        built(target, path, base=base)
    assert target.read_bytes() == b"the old one"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["SY.zip", "g.sqlite"]


def test_zip_with_a_wrong_byte_is_told_and_nothing_changes(tmp_path: Path, base: Path) -> None:
    path = write(tmp_path / "SY.zip", _many())
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data))
    target = tmp_path / "g.sqlite"
    target.write_bytes(b"the old one")
    with pytest.raises(GazetteerBuildError, match=r"SY.zip/SY.txt: is a broken zip"):
        built(target, path, base=base)
    assert target.read_bytes() == b"the old one"


def test_zip_without_its_text_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "SY.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(GazetteerBuildError, match=r"SY.zip: holds no SY.txt"):
        find_files([tmp_path])


def test_encrypted_zip_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "SY.zip", [a_line()])
    data = bytearray(path.read_bytes())
    for sign, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.rindex(sign) + at] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(GazetteerBuildError, match=r"SY.zip: is encrypted"):
        find_files([path])


# --- bad rows ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (a_line(lat="91"), "latitude '91' is not a number from -90 to 90"),
        (a_line(lat="nan"), "latitude 'nan'"),
        (a_line(lon="1e9"), "longitude '1e9'"),
        (a_line(lon=""), "longitude ''"),
        (a_line(lon="36,75"), "longitude '36,75'"),
        (a_line(population="-1"), "population '-1'"),
        (a_line(population="9" * 4000), "population '9"),
        (a_line(country="Syria"), "'Syria' is no country code"),
        (a_line(**{"class": "Q"}), "unknown feature class 'Q'"),
        (a_line(name=" "), "no name"),
        (a_line().replace(str(HAMA), "x"), "'x' is no geonameid"),
        (a_line().replace(str(HAMA), "0"), "'0' is no geonameid"),
        (a_line().replace(str(HAMA), "٣"), "is no geonameid"),
        (a_line() + "\textra", "20 columns, not 19"),
        ("cut off", "1 columns, not 19"),
    ],
)
def test_bad_row_is_told_with_file_and_line_and_left_out(
    tmp_path: Path, base: Path, line: str, problem: str
) -> None:
    path = write(tmp_path / "SY.zip", [a_line(1, "Idlib"), line, a_line(2, "Atmeh")])
    errors, tally = built(tmp_path / "g.sqlite", path, base=base)
    assert len(errors) == 1
    assert errors[0].startswith(f"{path}/SY.txt:2: ")
    assert problem in errors[0]
    assert (tally.skipped, tally.new) == (1, 2)
    with SqliteGazetteer(tmp_path / "g.sqlite") as opened:
        assert [opened.place(each) is not None for each in ("geonames:1", "geonames:2")] == [True, True]


def test_bad_utf8_is_told_with_its_line(tmp_path: Path, base: Path) -> None:
    path = tmp_path / "SY.txt"
    path.write_bytes(f"{a_line(1, 'Idlib')}\n{a_line(2, 'Xama')}\n".encode().replace(b"Xama", b"\xd8ama"))
    errors, tally = built(tmp_path / "g.sqlite", path, base=base)
    assert errors == [f"{path}:2: is not UTF-8: invalid continuation byte at byte 2"]
    assert tally.new == 1


def test_same_id_twice_in_a_file_is_told_with_both_lines(tmp_path: Path, base: Path) -> None:
    path = write(tmp_path / "SY.txt", [a_line(1, "Idlib"), a_line(2, "Atmeh"), a_line(1, "Another")])
    errors, _ = built(tmp_path / "g.sqlite", path, base=base)
    assert errors == [f"{path}:3: has the geonameid 1 of line 1"]
    with SqliteGazetteer(tmp_path / "g.sqlite") as opened:
        place = opened.place("geonames:1")
        assert place is not None
        assert place.name == "Idlib"


def test_field_of_ten_million_characters_is_told_and_costs_no_memory(tmp_path: Path) -> None:
    path = write(tmp_path / "SY.txt", [a_line(1, "Idlib"), a_line(2, "X" * 10_000_000), a_line(3, "Atmeh")])
    errors: list[str] = []
    (source,) = find_files([path])
    tracemalloc.start()
    try:
        found = [number for number, _ in lines(source, on_error=lambda error: errors.append(str(error)))]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == [1, 3]
    assert errors == [f"{path}:2: is longer than {LONGEST_LINE_BYTES:,} bytes"]
    assert peak < 4_000_000


def test_bad_rows_of_other_files_are_told_too(tmp_path: Path, base: Path) -> None:
    write(tmp_path / "SY.txt", [a_line(1, "Idlib")])
    write(
        tmp_path / "alternateNamesV2.txt",
        [
            an_alternate(1, "Edlib", "en"),
            "1\tx\ten\tEdlib\t\t\t\t\t\t",
            an_alternate(1, "A", "English"),
            "1\t1",
        ],
    )
    write(tmp_path / "hierarchy.txt", ["1\t2\tADM", "1\tADM", "1"])
    country = "\t".join(["SY"] * 16 + ["163843", "", ""])
    write(tmp_path / "countryInfo.txt", [country, "SY\tSYR"])
    write(
        tmp_path / "admin1CodesASCII.txt",
        ["SY.09\tAleppo\tAleppo\t170062", "SY.10\tHama\tHama\t", "SY.11\tHoms"],
    )
    errors, tally = built(tmp_path / "g.sqlite", tmp_path, base=base)
    assert [error.removeprefix(f"{tmp_path}/") for error in errors] == [
        "alternateNamesV2.txt:2: 'x' is no geonameid",
        "alternateNamesV2.txt:3: 'English' is no language",
        "alternateNamesV2.txt:4: 2 columns, not 8 or 10",
        "countryInfo.txt:2: 2 columns, not 19",
        "admin1CodesASCII.txt:2: '' is no geonameid",
        "admin1CodesASCII.txt:3: 2 columns, not 4",
        "hierarchy.txt:2: 'ADM' is no geonameid",
        "hierarchy.txt:3: 1 columns, not 2 or 3",
    ]
    assert tally.skipped == 8


def test_file_without_a_good_row_stops_the_build(tmp_path: Path, base: Path) -> None:
    path = write(tmp_path / "SY.txt", [a_line(lat="x"), a_line(lat="y")])
    target = tmp_path / "g.sqlite"
    target.write_bytes(b"the old one")
    with pytest.raises(GazetteerBuildError, match=r"SY.txt: holds no good row of GeoNames' places"):
        built(target, path, base=base)
    assert target.read_bytes() == b"the old one"


# --- the gazetteer that comes out --------------------------------------------------------------


def test_gazetteer_holds_the_dump_the_base_and_what_the_base_knows(tmp_path: Path, base: Path) -> None:
    target = tmp_path / "g.sqlite"
    write(tmp_path / "SY.zip", [a_line(), a_line(170063, "Aleppo", alternates="Berea")])
    write(
        tmp_path / "alternateNamesV2.zip",
        [an_alternate(170063, "Халеб", "ru"), an_alternate(170063, "Q41183", "wkdt")],
    )
    build_geonames(target, [tmp_path], base=base, on_error=pytest.fail)
    with SqliteGazetteer(target) as opened, SqliteGazetteer(base) as old:
        assert opened.name == "geonames"
        assert opened.credits == old.credits
        assert opened.counts["places"] == old.counts["places"] + 1
        assert opened.counts["curated rows"] == old.counts["curated rows"]
        assert [each.place.id for each in opened.lookup("Hamah")] == [f"geonames:{HAMA}"]
        for name in ("Aleppo", "Berea", "Халеб", "حلب"):
            assert opened.lookup(name)[0].place.id == "geonames:170063"
        assert opened.by_code("Q41183")[0].name == "Aleppo"
        assert opened.lookup("Jobar")[0].place.id == "curated:sy-damascus-jobar"
        assert [each.name for each in opened.ancestors(opened.lookup("Aleppo")[0].place)] == [
            "Aleppo Governorate",
            "Syria",
            "Asia",
        ]


def test_same_dump_gives_the_same_digest(tmp_path: Path, base: Path) -> None:
    write(tmp_path / "d" / "SY.zip", [a_line(), a_line(1, "Idlib")])
    reports = [
        build_geonames(tmp_path / f"{name}.sqlite", [tmp_path / "d"], base=base, on_error=pytest.fail).report
        for name in "ab"
    ]
    assert reports[0] == reports[1]


def test_base_is_never_written_over(tmp_path: Path, base: Path) -> None:
    path = write(tmp_path / "SY.txt", [a_line()])
    before = base.read_bytes()
    with pytest.raises(GazetteerBuildError, match="choose another name"):
        built(base, path, base=base)
    assert base.read_bytes() == before


def test_base_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "SY.txt", [a_line()])
    with pytest.raises(GazetteerNotFound):
        built(tmp_path / "g.sqlite", path, base=tmp_path / "none.sqlite")


def test_leftovers_of_a_killed_build_are_no_hindrance(tmp_path: Path, base: Path) -> None:
    path = write(tmp_path / "SY.txt", [a_line()])
    write(tmp_path / "g.sqlite.staging" / "places-0.tsv", ["rest"])
    (tmp_path / "g.sqlite.part").write_bytes(b"rest")
    assert built(tmp_path / "g.sqlite", path, base=base)[0] == []
    assert sorted(each.name for each in tmp_path.iterdir()) == ["SY.txt", "g.sqlite"]


def test_place_that_cannot_be_written_is_told(tmp_path: Path, base: Path) -> None:
    path = write(tmp_path / "SY.txt", [a_line()])
    (tmp_path / "file").write_text("")
    with pytest.raises(GazetteerBuildError, match="cannot be written"):
        built(tmp_path / "file" / "g.sqlite", path, base=base)


def test_progress_is_told(tmp_path: Path, base: Path) -> None:
    path = write(tmp_path / "SY.txt", [a_line(number, "Tall Ahmar") for number in range(1, 20_001)])
    told: list[tuple[str, int]] = []
    build_geonames(
        tmp_path / "g.sqlite",
        [path],
        base=base,
        on_error=pytest.fail,
        on_progress=lambda *each: told.append(each),
    )
    assert ("SY.txt: rows read", 20_000) in told
    assert ("places written", 20_000) in told
