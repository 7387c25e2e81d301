"""From mentions to candidates: names that the gazetteer lacks go by a name inside them, or by one nearby."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from builders import a_mention

from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.model import Candidate, Match, Mention, ToponymType
from geomap.resolvers.lookup import look_up


def mentions(*names: str, kind: ToponymType = ToponymType.LITERAL) -> list[Mention]:
    return [
        a_mention(start=100 * at, end=100 * at + len(name), text=name, type=kind)
        for at, name in enumerate(names)
    ]


def names_of(candidates: Sequence[Candidate], match: Match) -> list[str]:
    return [each.place.name for each in candidates if each.match is match]


def test_a_known_name_is_looked_up_and_nothing_else(gazetteer: SqliteGazetteer) -> None:
    ((_, candidates),) = look_up(mentions("Raqqa"), gazetteer.lookup)
    assert candidates == gazetteer.lookup("Raqqa")


def test_a_name_is_asked_for_once() -> None:
    asked: list[str] = []

    def lookup(name: str) -> list[Candidate]:
        asked.append(name)
        return []

    look_up(mentions("Qwxyz", "Qwxyz", "Qwxyz"), lookup)
    assert asked == ["Qwxyz"]


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("Aleppo Central Archive Office", "Aleppo"),
        ("Institute of Marine Botany of Mombasa", "Mombasa"),
        ("Bank of Japan Annex Seven", "Japan"),
        ("Far Upper Edmonton", "Edmonton"),
    ],
)
def test_a_name_inside_another_is_a_candidate(name: str, inside: str, gazetteer: SqliteGazetteer) -> None:
    ((_, candidates),) = look_up(mentions(name), gazetteer.lookup)
    assert inside in names_of(candidates, Match.PART)
    assert all(each.matched_name in name for each in candidates)


@pytest.mark.parametrize("name", ["Royal Parlour Street", "Mother Qwxyz Clinic", "Islamic State Qwxyz"])
def test_words_and_stop_names_inside_a_name_are_no_candidates(name: str, gazetteer: SqliteGazetteer) -> None:
    ((_, candidates),) = look_up(mentions(name), gazetteer.lookup)
    inside = {each.matched_name for each in candidates}
    assert not inside & {"Royal", "Street", "Mother", "Clinic", "Islamic State", "State"}


def test_an_unknown_name_may_lie_within_those_nearby_the_nearest_first(gazetteer: SqliteGazetteer) -> None:
    pairs = look_up(mentions("Mombasa", "Zarqunabad", "Nairobi"), gazetteer.lookup)
    anchors = list(dict.fromkeys(each.matched_name for each in pairs[1][1]))
    assert anchors == ["Mombasa", "Nairobi"]
    assert {each.match for each in pairs[1][1]} == {Match.WITHIN}


def test_at_most_three_names_nearby_may_hold_it(gazetteer: SqliteGazetteer) -> None:
    near = ["Mombasa", "Nairobi", "Kisumu", "Nakuru", "Eldoret"]
    pairs = look_up(mentions(*near, "Zarqunabad"), gazetteer.lookup)
    assert {each.matched_name for each in pairs[5][1]} == {"Nakuru", "Kisumu", "Eldoret"}


def test_a_demonym_holds_nothing_and_lies_within_nothing(gazetteer: SqliteGazetteer) -> None:
    demonym = mentions("Kenyan", kind=ToponymType.DEMONYM)
    unknown = a_mention(start=500, end=510, text="Zarqunabad")
    assert look_up([*demonym, unknown], gazetteer.lookup)[1][1] == ()
    strange = mentions("Mombasa")[0], a_mention(start=500, end=507, text="Qwxyzan", type=ToponymType.DEMONYM)
    assert look_up(strange, gazetteer.lookup)[1][1] == ()


def test_no_place_stands_twice_among_the_candidates(gazetteer: SqliteGazetteer) -> None:
    pairs = look_up(mentions("Mombasa", "Mombasa Qwxyz Clinic", "Nairobi"), gazetteer.lookup)
    ids = [each.place.id for each in pairs[1][1]]
    assert len(ids) == len(set(ids))


def test_nothing_known_is_nothing_found() -> None:
    assert look_up([], lambda _: []) == []
    assert [candidates for _, candidates in look_up(mentions("A", "B"), lambda _: [])] == [(), ()]


def test_thousands_of_unknown_names_take_no_square_of_the_time() -> None:
    many = mentions(*(f"Qw{at}" for at in range(5000)))
    began = time.process_time()
    look_up(many, lambda _: [])
    assert time.process_time() - began < 3
