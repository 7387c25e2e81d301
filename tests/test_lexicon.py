"""Every table of words: its columns, its keys, the values it may hold, the places it names."""

from __future__ import annotations

import lzma
import math
from collections import Counter
from importlib import resources
from typing import NamedTuple

import pytest
from builders import a_place
from hypothesis import given
from hypothesis import strategies as st

from geomap import lexicon
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.model import ToponymType
from geomap.resolvers.evidence import EVIDENCE
from geomap.text import fold
from geomap.weighing import weights

_SIDES = {"before", "after"}
_CLASSES = set("ALPSHTRUVX")


class Table(NamedTuple):
    columns: tuple[str, ...]
    key: tuple[str, ...]
    values: dict[str, set[str]]


TABLES = {
    "abbreviations.tsv": Table(
        ("abbreviation", "place_id", "context", "case_sensitive", "reason"),
        ("abbreviation", "place_id"),
        {"context": {"free", "after_comma"}, "case_sensitive": {"yes", "no"}},
    ),
    "demonyms.tsv": Table(
        ("demonym", "place_id", "kind", "reason"),
        ("demonym", "place_id", "kind"),
        {"kind": {"noun", "adjective", "both", "language"}},
    ),
    "features.tsv": Table(("code", "class", "kind", "prominence", "reason"), ("code",), {"class": _CLASSES}),
    "frames.tsv": Table(
        ("word", "side", "feature_codes", "strength", "reason"),
        ("word", "side", "feature_codes"),
        {"side": _SIDES},
    ),
    "generic_words.tsv": Table(("word", "classes", "reason"), ("word",), {}),
    "given_names.tsv.xz": Table(("name", "frequency", "sex", "source"), ("name",), {"sex": {"f", "m"}}),
    "international_names.tsv": Table(
        ("name", "kind", "origin", "reason"), ("name", "kind", "origin"), {"kind": {"given", "surname"}}
    ),
    "kinds.tsv": Table(("word", "feature_code", "reason"), ("word",), {}),
    "literal_cues.tsv": Table(
        ("phrase", "side", "reading", "reason"),
        ("phrase", "side"),
        {"side": _SIDES, "reading": {"literal", "associative"}},
    ),
    "metonymy.tsv": Table(("cue", "side", "note", "reason"), ("cue", "side"), {"side": _SIDES}),
    "organizations.tsv": Table(
        ("head", "side", "type", "reason"),
        ("head", "side"),
        {"side": _SIDES, "type": {"EMBEDDED_LITERAL", "EMBEDDED_NONLITERAL"}},
    ),
    "outlets.tsv": Table(
        ("domain", "outlet", "place_id", "country", "scope", "reason"),
        ("domain",),
        {"scope": {"local", "regional", "national", "international"}},
    ),
    "recognition.tsv": Table(("evidence", "weight", "reason"), ("evidence",), {}),
    "relative.tsv": Table(
        ("phrase", "kind", "value", "reason"),
        ("phrase", "kind", "value"),
        {
            "kind": {
                "unit", "direction", "number", "more", "less", "about", "before", "after", "adjective",
                "road", "border", "division", "generic", "blocked", "drive",
            }
        },
    ),
    "resolution.tsv": Table(("evidence", "weight", "reason"), ("evidence",), {}),
    "confidence.tsv": Table(("fact", "weight", "reason"), ("fact",), {}),
    "nil.tsv": Table(("fact", "weight", "reason"), ("fact",), {}),
    "role_cues.tsv": Table(
        ("cue", "forms", "kind", "reason"),
        ("cue",),
        {
            "kind": {
                "event", "state", "flee", "move", "arrive", "speech", "statement", "source", "resident",
                "person", "force", "denial", "negative", "possible", "past", "compare", "seat", "party",
                "timeless",
            }
        },
    ),
    "roles.tsv": Table(("evidence", "event", "origin", "reason"), ("evidence",), {}),
    "stop_names.tsv": Table(
        ("name", "class", "reason"),
        ("name",),
        {
            "class": {
                "word", "calendar", "title", "given_name", "surname", "person", "organization", "brand",
                "nationality",
            }
        },
    ),
    "surnames.tsv.xz": Table(("name", "frequency", "source"), ("name",), {}),
    "titles.tsv": Table(
        ("title", "class", "reason"),
        ("title",),
        {"class": {"address", "office", "rank", "court", "faith", "noble", "trade"}},
    ),
    "hybrid.tsv": Table(("evidence", "weight", "reason"), ("evidence",), {}),
    "hybrid_typing.tsv": Table(("evidence", "weight", "reason"), ("evidence",), {}),
    "typing.tsv": Table(("evidence", "weight", "reason"), ("evidence",), {}),
    "unknown_names.tsv": Table(
        ("word", "plural", "forms", "class", "reason"), ("word",), {"class": _CLASSES}
    ),
}  # fmt: skip
LISTS = {"words.txt.xz"}


def _rows(name: str) -> list[dict[str, str]]:
    return list(lexicon.table(name))


def _comment(name: str) -> str:
    data = resources.files("geomap.tables").joinpath(name).read_bytes()
    if name.endswith(".xz"):
        data = lzma.decompress(data)
    return "\n".join(line for line in data.decode("utf-8").split("\n")[:12] if line.startswith("#"))


def test_every_table_is_tested_here() -> None:
    files = {path.name for path in resources.files("geomap.tables").iterdir()}
    assert {name for name in files if ".tsv" in name or ".txt" in name} == set(TABLES) | LISTS


@pytest.mark.parametrize("name", sorted(TABLES))
def test_table_has_its_columns(name: str) -> None:
    rows = _rows(name)
    assert rows
    assert {tuple(row) for row in rows} == {TABLES[name].columns}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_table_has_no_key_twice(name: str) -> None:
    keys = [tuple(row[column] for column in TABLES[name].key) for row in _rows(name)]
    assert [key for key, count in Counter(keys).items() if count > 1] == []


@pytest.mark.parametrize("name", sorted(TABLES))
def test_table_cells_are_trimmed_and_reasons_given(name: str) -> None:
    for row in _rows(name):
        assert not [cell for cell in row.values() if cell != cell.strip()], row
        assert row[TABLES[name].columns[0]], row
        assert row[TABLES[name].columns[-1]], row


@pytest.mark.parametrize("name", sorted(TABLES))
def test_table_holds_only_allowed_values(name: str) -> None:
    for column, allowed in TABLES[name].values.items():
        assert {row[column] for row in _rows(name)} <= allowed


@pytest.mark.parametrize("name", sorted(set(TABLES) | LISTS))
def test_table_says_what_it_is_for(name: str) -> None:
    assert _comment(name)


# --- keys that have to be found --------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "column"),
    [("demonyms.tsv", "demonym"), ("stop_names.tsv", "name"), ("international_names.tsv", "name")],
)
def test_no_name_folds_to_nothing(name: str, column: str) -> None:
    assert [row for row in _rows(name) if not fold(row[column])] == []


def test_generic_words_are_folded() -> None:
    assert [word for word in lexicon.generic_words() if fold(word) != word] == []


def test_ordinary_words_are_folded_and_many() -> None:
    words = lexicon.word_list("words.txt.xz")
    assert len(words) > 10_000
    assert {"reading", "mobile", "power"} <= words
    assert all(word == fold(word) for word in words if word.isascii())


@pytest.mark.parametrize("name", ["given_names.tsv.xz", "surnames.tsv.xz"])
def test_frequencies_are_positive_and_names_lower_case(name: str) -> None:
    found = lexicon.frequencies(name)
    assert all(0 < frequency < 100_000 for frequency in found.values())
    assert all(given == given.casefold() for given in found)


def test_given_names_and_surnames_of_other_languages_are_known() -> None:
    assert {"samantha", "david", "ahmed"} <= set(lexicon.given_names())
    assert {"smith", "power"} <= set(lexicon.surnames())


def test_titles_are_lower_case_without_dots() -> None:
    assert {"mr", "dr", "gen", "sen"} <= lexicon.titles()
    assert [title for title in lexicon.titles() if title != title.lower() or title.endswith(".")] == []


# --- features --------------------------------------------------------------------------------


def test_features_have_a_kind_and_a_prominence_in_range() -> None:
    for feature in lexicon.features().values():
        assert feature.kind
        assert 0 <= feature.prominence <= 1


def test_unknown_feature_is_a_plain_place() -> None:
    assert lexicon.feature("XYZ").kind == "place"


def test_countries_precede_provinces_and_provinces_towns() -> None:
    ranks = [lexicon.feature(code).prominence for code in ("PCLI", "ADM1", "PPLA", "PPL", "PPLL")]
    assert ranks == sorted(ranks, reverse=True)


@pytest.mark.parametrize(
    ("name", "column"),
    [("frames.tsv", "feature_codes"), ("generic_words.tsv", "classes"), ("kinds.tsv", "feature_code")],
)
def test_words_ask_for_known_features(name: str, column: str) -> None:
    known = set(lexicon.features()) | _CLASSES
    asked = {code for row in _rows(name) for code in row[column].split(",") if code}
    assert asked - known == set()


def test_strength_of_a_frame_is_a_share() -> None:
    assert all(0 < float(row["strength"]) <= 1 for row in _rows("frames.tsv"))


@given(
    population=st.integers(min_value=0, max_value=40_000_000),
    names=st.integers(min_value=1, max_value=500),
    code=st.sampled_from(sorted(lexicon.features())),
    curated=st.booleans(),
)
def test_prominence_is_a_share_and_grows_with_people_and_names(
    *, population: int, names: int, code: str, curated: bool
) -> None:
    feature = lexicon.feature(code)
    place = a_place(
        feature_code=code, feature_class=feature.feature_class, population=population, curated=curated
    )
    more = a_place(
        feature_code=code, feature_class=feature.feature_class, population=population * 2, curated=curated
    )
    assert 0 <= lexicon.prominence(place, names) <= 1
    assert lexicon.prominence(more, names) >= lexicon.prominence(place, names)
    assert lexicon.prominence(place, names + 1) >= lexicon.prominence(place, names)


# --- weights ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["recognition.tsv", "resolution.tsv", "typing.tsv", "hybrid.tsv", "hybrid_typing.tsv"]
)
def test_weights_are_numbers(name: str) -> None:
    assert all(math.isfinite(float(row["weight"])) for row in _rows(name))


def test_weights_of_roles_are_numbers() -> None:
    assert all(math.isfinite(float(row[role])) for row in _rows("roles.tsv") for role in ("event", "origin"))


def test_no_word_is_a_cue_of_two_kinds() -> None:
    cues = [cue for row in _rows("role_cues.tsv") for cue in (row["cue"], *row["forms"].split(",")) if cue]
    assert [cue for cue, count in Counter(cues).items() if count > 1] == []
    assert [cue for cue in cues if cue != cue.lower()] == []


def test_every_evidence_of_resolution_has_a_weight_and_no_weight_is_idle() -> None:
    assert {row["evidence"] for row in _rows("resolution.tsv")} == set(EVIDENCE)


def test_reasons_of_recognition_have_weights() -> None:
    for table in ("recognition.tsv", "hybrid.tsv"):
        assert {"always", "abbreviation"} <= set(weights(table))


# --- names without a place --------------------------------------------------------------------


def test_cues_come_in_known_forms() -> None:
    known = {"of", "after", "capital", "before", "apposed", "after_place", "camp"}
    assert {form for row in _rows("unknown_names.tsv") for form in row["forms"].split(",")} == known


def test_cues_are_folded_and_told_apart_from_their_plurals() -> None:
    words = [word for row in _rows("unknown_names.tsv") for word in (row["word"], row["plural"]) if word]
    assert [word for word in words if fold(word) != word] == []
    assert len(words) == len(set(words))


# --- phrases ---------------------------------------------------------------------------------


def test_longest_phrase_wins() -> None:
    phrases = lexicon.Phrases([("of", "before", 0.3, "any"), ("city of", "before", 0.9, "city")])
    assert phrases.before(("the", "city", "of")) == [(0.9, "city")]
    assert phrases.before(("north", "of")) == [(0.3, "any")]
    assert phrases.before(()) == []
    assert phrases.after(("of",)) == []


def test_phrase_with_capitals_fits_only_as_written() -> None:
    phrases = lexicon.Phrases([("River", "after", 1.0, "H"), ("city", "after", 1.0, "P")])
    assert phrases.after(("River",)) == [(1.0, "H")]
    assert phrases.after(("river",)) == []
    assert phrases.after(("City",)) == phrases.after(("city",)) == [(1.0, "P")]


def test_phrase_of_several_rows_gives_all() -> None:
    phrases = lexicon.Phrases([("state", "after", 0.5, "ADM1"), ("state", "after", 0.4, "PCLI")])
    assert phrases.after(("state", "of")) == [(0.5, "ADM1"), (0.4, "PCLI")]


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("frames.tsv", "word"),
        ("metonymy.tsv", "cue"),
        ("organizations.tsv", "head"),
        ("literal_cues.tsv", "phrase"),
    ],
)
def test_no_phrase_is_longer_than_what_is_looked_at(name: str, column: str) -> None:
    too_long = [
        row[column]
        for row in _rows(name)
        if len(row[column].replace("-", " ").split()) > lexicon.Phrases.LONGEST
    ]
    assert too_long == []


def test_organization_heads_name_toponym_types() -> None:
    assert all(row["type"] in ToponymType.__members__ for row in _rows("organizations.tsv"))


def test_metonymy_notes_stand_for_few_patterns() -> None:
    """They become reasons with weights of their own, so a slip of the pen would make a new one."""
    notes = [row["note"] for row in _rows("metonymy.tsv")]
    assert len(set(notes)) < 60
    assert all(notes)


# --- ids -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["abbreviations.tsv", "demonyms.tsv", "outlets.tsv"])
def test_place_ids_exist_in_the_embedded_gazetteer(name: str, gazetteer: SqliteGazetteer) -> None:
    missing = [
        (row[TABLES[name].columns[0]], row["place_id"])
        for row in _rows(name)
        if row["place_id"] and gazetteer.place(row["place_id"]) is None
    ]
    assert missing == []


def test_only_languages_have_no_place() -> None:
    for row in _rows("demonyms.tsv"):
        assert row["place_id"] or row["kind"] == "language", row
