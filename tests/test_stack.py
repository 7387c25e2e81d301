"""Gazetteers on top of one another: they act as one, and which goes first is stated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import a_layer
from hypothesis import given
from hypothesis import strategies as st

from geomap.errors import ConfigError, GazetteerFormatError, GazetteerNotFound
from geomap.gazetteers.geocoder import GazetteerGeocoder
from geomap.gazetteers.layers import open_own, open_stack
from geomap.gazetteers.search import search
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.gazetteers.stack import StackedGazetteer, UnitedNames
from geomap.geoparser import default_geoparser
from geomap.model import Match, Name, NameKind, Place, Point
from geomap.protocols import NameFacts

# Real villages' positions play no part here: names and points are made up around real towns of Sudan.
VILLAGES = """name,lat,lon,id,aliases,type,state,country,pop
Paris,12.91,23.47,p1,Baris al-Jadida,village,Central Darfur,SD,
Us,12.95,23.50,u1,,village,Central Darfur,SD,
Umm Tajok Test,12.88,23.40,t1,,camp,,SD,1200
Dimashk,12.80,23.30,d1,,village,,SD,
"""
KNOWN = "geonameid,aliases\n170063,Halab al-Shahba\n"
PARIS_FRANCE, PARIS_TEXAS, ALEPPO = "geonames:2988507", "geonames:4717560", "geonames:170063"
NAMES = (
    "Paris",
    "Aleppo",
    "US",
    "Us",
    "Umm Tajok Test",
    "Damascus",
    "Dimashk",
    "Kaboun",
    "Halab al-Shahba",
    "",
)


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[SqliteGazetteer]]:
    """The embedded gazetteer, villages with precedence, villages without, names of a known place."""
    folder = tmp_path_factory.mktemp("layers")
    paths = [
        a_layer(folder, VILLAGES),
        a_layer(folder, VILLAGES, name="equals", first=False),
        a_layer(folder, KNOWN, name="known"),
    ]
    opened = [SqliteGazetteer(), *map(SqliteGazetteer, paths)]
    yield opened
    for layer in opened:
        layer.close()


@pytest.fixture(scope="module")
def stack(layers: list[SqliteGazetteer]) -> StackedGazetteer:
    return StackedGazetteer(layers[:2])


def _ids(gazetteer: StackedGazetteer, name: str) -> list[str]:
    return [candidate.place.id for candidate in gazetteer.lookup(name)]


def _place(gazetteer: StackedGazetteer, place_id: str) -> Place:
    place = gazetteer.place(place_id)
    assert place is not None
    return place


# --- lookup ------------------------------------------------------------------------------------


def test_own_places_with_precedence_go_before_all_homonyms(stack: StackedGazetteer) -> None:
    assert _ids(stack, "Paris")[:2] == ["villages:p1", PARIS_FRANCE]
    assert PARIS_TEXAS in _ids(stack, "Paris")


def test_own_places_without_precedence_go_by_their_prominence(layers: list[SqliteGazetteer]) -> None:
    found = _ids(StackedGazetteer([layers[0], layers[2]]), "Paris")
    assert found[0] == PARIS_FRANCE
    assert "equals:p1" in found[1:]


def test_capitals_are_not_taken_for_a_village(stack: StackedGazetteer) -> None:
    assert _ids(stack, "US") == ["geonames:6252001"]
    assert _ids(stack, "Us")[0] == "villages:u1"


def test_another_romanization_adds_nothing_to_a_name_that_is_known(stack: StackedGazetteer) -> None:
    """Dimashk and Dimashq sound alike, but Dimashq is a name of Damascus as it stands."""
    assert "villages:d1" not in _ids(stack, "Dimashq")
    assert "geonames:170654" in _ids(stack, "Dimashq")


def test_a_romanization_that_no_layer_knows_finds_own_places(stack: StackedGazetteer) -> None:
    [found] = stack.lookup("Um Tajouk Test")
    assert (found.place.id, found.match) == ("villages:t1", Match.TRANSLITERATED)


def test_lookup_is_total_in_its_order(stack: StackedGazetteer) -> None:
    for name in NAMES:
        found = stack.lookup(name)
        for limit in (1, 2, 3):
            assert list(stack.lookup(name, limit=limit)) == list(found[:limit])
        assert len({each.place.id for each in found}) == len(found)


@given(st.sampled_from(NAMES) | st.text(max_size=12))
def test_a_stack_of_one_is_that_one(layers: list[SqliteGazetteer], name: str) -> None:
    one = StackedGazetteer(layers[:1])
    assert one.lookup(name) == layers[0].lookup(name)
    assert one.fingerprint == layers[0].fingerprint
    for candidate in one.lookup(name)[:3]:
        assert one.ancestors(candidate.place) == layers[0].ancestors(candidate.place)
        assert one.details(candidate.place) == layers[0].details(candidate.place)
        assert one.geometry(candidate.place) == layers[0].geometry(candidate.place)


@given(st.sampled_from(NAMES) | st.text(max_size=12), st.lists(st.integers(1, 3), unique=True, max_size=3))
def test_a_layer_on_top_takes_no_candidate_away(
    layers: list[SqliteGazetteer], name: str, chosen: list[int]
) -> None:
    below = [layers[0], *(layers[at] for at in chosen[:-1])]
    above = [*below, *(layers[at] for at in chosen[-1:])]
    before = {each.place.id for each in StackedGazetteer(below).lookup(name, limit=10_000)}
    assert before <= {each.place.id for each in StackedGazetteer(above).lookup(name, limit=10_000)}


# --- places ------------------------------------------------------------------------------------


def test_ancestors_go_across_layers(stack: StackedGazetteer) -> None:
    names = [place.name for place in stack.ancestors(_place(stack, "villages:p1"))]
    assert names == ["Central Darfur", "Sudan", "Africa"]


def test_a_place_of_two_layers_is_what_the_upper_one_says(layers: list[SqliteGazetteer]) -> None:
    both = StackedGazetteer([layers[0], layers[3]])
    aleppo = _place(both, ALEPPO)
    assert (aleppo.name, aleppo.precedence) == ("Aleppo", 1)
    for name in ("Aleppo", "Halab al-Shahba", "حلب"):
        first = both.lookup(name)[0]
        assert first.place == aleppo
    names = both.names_of(aleppo)
    assert names[0] == Name("Aleppo")
    assert {"Halab al-Shahba", "Halab"} <= {name.text for name in names}
    assert both.geometry(_place(both, "geonames:163843")) == layers[0].geometry(
        _place(both, "geonames:163843")
    )


def test_the_upper_place_is_told_under_names_that_only_the_lower_layer_has(tmp_path: Path) -> None:
    """The layer was made over another version of the gazetteer below it, which had fewer names."""
    path = a_layer(tmp_path, KNOWN, name="known")
    import sqlite3

    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM name WHERE key = 'aleppo'")
    connection.close()
    with open_stack(["embedded", path]) as both:
        [found] = [each for each in both.lookup("Aleppo") if each.place.id == ALEPPO]
        assert found.place == both.place(ALEPPO)
        assert found.place.precedence == 1


def test_details_of_a_place_are_those_of_all_layers(stack: StackedGazetteer) -> None:
    details = stack.details(_place(stack, "villages:p1"))
    assert (details.kind, [name.text for name in details.names]) == ("village", ["Paris", "Baris al-Jadida"])
    assert details.ancestors == tuple(stack.ancestors(details.place))


def test_the_nearest_place_is_one_of_any_layer(stack: StackedGazetteer) -> None:
    assert [place.id for place in stack.nearest(Point(lat=12.911, lon=23.471))] == ["villages:p1"]
    found = stack.nearest(Point(lat=12.911, lon=23.471), limit=4, max_km=300)
    assert len({place.id for place in found}) == 4
    assert [place.id for place in found if place.id.startswith("villages:")][:2] == [
        "villages:p1",
        "villages:u1",
    ]
    assert [place.id for place in stack.nearest(Point(lat=33.51, lon=36.29))] == ["geonames:170654"]


def test_neighbors_and_borders_are_those_of_the_layers(
    stack: StackedGazetteer, layers: list[SqliteGazetteer]
) -> None:
    syria, iraq = _place(stack, "geonames:163843"), _place(stack, "geonames:99237")
    assert stack.neighbors(syria) == layers[0].neighbors(syria)
    assert stack.border(syria, iraq) == layers[0].border(syria, iraq)


def test_places_are_found_by_their_codes(tmp_path: Path) -> None:
    path = a_layer(tmp_path, "name,pcode,lat,lon\nAlfa,SD0901,13.1,23.1\n")
    with open_stack(["embedded", path]) as both:
        assert [place.id for place in both.by_code("sd0901")] == ["villages:SD0901"]
        assert both.by_code("no such code") == []


# --- names -------------------------------------------------------------------------------------


class _Names:
    def __init__(self, **facts: NameFacts) -> None:
        self._facts = facts

    def prefixes(self, folded: str) -> list[NameFacts]:
        return sorted(facts for name, facts in self._facts.items() if folded.startswith(name))

    romanized = prefixes

    def get(self, folded: str) -> NameFacts | None:
        return self._facts.get(folded)


def test_names_of_two_indexes_are_united() -> None:
    village = NameFacts(5, NameKind.NAME, 0.2, 1)
    river = NameFacts(5, NameKind.ALTERNATE | NameKind.NATURE, 0.5, 255)
    short = NameFacts(3, NameKind.NAME, 0.1, 2)
    names = UnitedNames([_Names(paris=river), _Names(paris=village, par=short)])
    both = NameFacts(5, NameKind.NAME | NameKind.ALTERNATE | NameKind.NATURE, 0.5, 255)
    assert list(names.prefixes("paris texas")) == list(names.romanized("paris texas")) == [short, both]
    assert names.get("paris") == both
    assert names.get("par") == short
    assert names.get("lyon") is None
    assert list(names.prefixes("lyon")) == []


def test_a_name_is_nature_if_its_most_famous_place_is() -> None:
    lake = NameFacts(3, NameKind.NAME | NameKind.NATURE, 0.2, 1)
    town = NameFacts(3, NameKind.NAME, 0.5, 1)
    assert UnitedNames([_Names(van=lake), _Names(van=town)]).get("van") == NameFacts(3, NameKind.NAME, 0.5, 2)


def test_own_names_are_among_those_for_matchers(stack: StackedGazetteer) -> None:
    assert stack.names().get("umm tajok test") is not None
    assert stack.names().get("damascus") is not None


# --- resolving ---------------------------------------------------------------------------------


def test_an_own_place_is_what_its_name_means_without_more_words(stack: StackedGazetteer) -> None:
    parsed = default_geoparser(gazetteer=stack).parse("Fighters burned houses in Paris on Monday.")
    [resolution] = parsed.resolutions
    assert resolution.place is not None
    assert resolution.place.id == "villages:p1"
    assert "own_place" in [each.name for each in resolution.ranked[0].evidence]


def test_a_parent_in_the_text_goes_before_an_own_place(stack: StackedGazetteer) -> None:
    parsed = default_geoparser(gazetteer=stack).parse("A storm hit Paris, Texas, on Monday.")
    assert next(each.place.id for each in parsed.resolutions if each.place) == PARIS_TEXAS


def test_without_precedence_the_famous_place_is_meant(layers: list[SqliteGazetteer]) -> None:
    equal = StackedGazetteer([layers[0], layers[2]])
    parsed = default_geoparser(gazetteer=equal).parse("Fighters burned houses in Paris on Monday.")
    assert [each.place.id for each in parsed.resolutions if each.place] == [PARIS_FRANCE]


# --- the stack itself --------------------------------------------------------------------------


def test_a_search_shows_own_places_first(stack: StackedGazetteer) -> None:
    assert [each.place.id for each in search(stack, "Paris")][:2] == ["villages:p1", PARIS_FRANCE]
    assert search(stack, "Paris, Texas")[0].place.id == PARIS_TEXAS
    assert search(stack, "camp in Sudan", limit=200)
    assert "villages:t1" in {each.place.id for each in search(stack, "camp near Zalingei", limit=50)}


def test_the_fingerprint_names_every_layer(stack: StackedGazetteer, layers: list[SqliteGazetteer]) -> None:
    assert stack.fingerprint == f"stack@1+{layers[0].fingerprint}+{layers[1].fingerprint}"
    assert layers[1].fingerprint.startswith("villages@")


def test_credits_are_those_of_all_layers(stack: StackedGazetteer) -> None:
    assert "GeoNames" in stack.credits
    assert stack.credits.endswith("Own places (villages): villages.csv, 4 places.")


def test_a_stack_needs_a_layer() -> None:
    with pytest.raises(ConfigError, match="at least one"):
        StackedGazetteer([])


def test_a_file_is_in_a_stack_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="named twice"):
        open_stack(["embedded", "embedded"])
    with pytest.raises(GazetteerNotFound):
        open_stack(["embedded", tmp_path / "none.sqlite"])


def test_own_layers_go_on_top_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b", "a"):
        a_layer(tmp_path, VILLAGES, name=name)
    with open_own(tmp_path) as opened:
        assert [layer.name for layer in opened.layers] == ["embedded", "a", "b"]
    with open_own(tmp_path, without="a") as opened:
        assert [layer.name for layer in opened.layers] == ["embedded", "b"]


def test_a_layer_of_another_version_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "old.sqlite").write_bytes(b"")
    with pytest.raises(GazetteerFormatError, match="geomap gazetteer remove old"):
        open_own(tmp_path)


def test_a_geocoder_answers_from_a_stack(stack: StackedGazetteer) -> None:
    geocoder = GazetteerGeocoder(stack)
    assert geocoder.geocode("Paris").raw["place_id"] == "villages:p1"
    assert geocoder.geocode("Paris, Texas").raw["place_id"] == PARIS_TEXAS
    assert geocoder.reverse((12.911, 23.471)).raw["place_id"] == "villages:p1"
