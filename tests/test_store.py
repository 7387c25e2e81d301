"""The store: what is kept, what each field of a query finds."""

from __future__ import annotations

import pytest
from builders import a_place, a_sighting, an_article
from hypothesis import given
from hypothesis import strategies as st

from geomap.model import BBox, Query, Sighting, ToponymType
from geomap.protocols import Store
from geomap.store import MemoryStore

ALEPPO = a_sighting()
PARIS = a_sighting(
    article=an_article(id="a2", text="Paris is wet.", published="2017-02-01T08:00:00Z"),
    place=a_place(id="geonames:2988507", name="Paris", lat=48.85341, lon=2.3488, country_code="FR"),
    word="Paris",
    confidence=0.5,
)
SUVA = a_sighting(
    article=an_article(id="a3", text="Suva is dry.", published="7:58 AM ET"),
    place=a_place(id="geonames:2198148", name="Suva", lat=-18.14161, lon=178.44149, country_code="FJ"),
    word="Suva",
)
SYRIAN = a_sighting(
    article=an_article(id="a4", text="Syrian officials met.", published=None),
    place=a_place(id="geonames:163843", name="Syria", lat=35.0, lon=38.0),
    word="Syrian",
    type=ToponymType.DEMONYM,
)
ALL = (ALEPPO, PARIS, SUVA, SYRIAN)
LITERAL = [ALEPPO, PARIS, SUVA]


@pytest.fixture
def store() -> MemoryStore:
    kept = MemoryStore()
    kept.add(ALL)
    return kept


def test_the_store_is_a_store() -> None:
    assert isinstance(MemoryStore(), Store)


def test_an_empty_store_finds_nothing() -> None:
    assert MemoryStore().find(Query()) == []


def test_adding_nothing_keeps_nothing() -> None:
    store = MemoryStore()
    store.add([])
    assert store.find(Query(all_types=True)) == []


def test_the_empty_query_finds_what_is_literal(store: MemoryStore) -> None:
    assert store.find(Query()) == LITERAL


def test_all_types_finds_associative_mentions_too(store: MemoryStore) -> None:
    assert store.find(Query(all_types=True)) == list(ALL)


def test_the_same_article_twice_is_once(store: MemoryStore) -> None:
    store.add(reversed(ALL))
    assert store.find(Query(all_types=True)) == list(ALL)


def test_two_mentions_of_one_place_are_two() -> None:
    store = MemoryStore()
    article = an_article(title="Aleppo", text="Aleppo.")
    store.add([a_sighting(article=article), a_sighting(article=article, field="title")])
    assert len(store.find(Query())) == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Query(place_ids=frozenset({"geonames:2988507"})), [PARIS]),
        (Query(place_ids=frozenset({"geonames:1"})), []),
        (Query(article_ids=frozenset({"a1", "a3"})), [ALEPPO, SUVA]),
        (Query(countries=frozenset({"FR", "FJ"})), [PARIS, SUVA]),
        (Query(bbox=BBox(west=30, south=30, east=40, north=40)), [ALEPPO]),
        (Query(bbox=BBox(west=170, south=-30, east=-170, north=0)), [SUVA]),
        (Query(min_confidence=0.9), [ALEPPO, SUVA]),
        (Query(min_confidence=0.91), []),
        (Query(since="2016-12-30"), [ALEPPO, PARIS]),
        (Query(since="2016-12-31"), [PARIS]),
        (Query(until="2017-02-01"), [ALEPPO, PARIS]),
        (Query(until="2017-01-31"), [ALEPPO]),
        (Query(since="2017-01-01", until="2017-12-31"), [PARIS]),
        (Query(since="2018-01-01"), []),
    ],
    ids=repr,
)
def test_a_field_of_the_query_narrows(store: MemoryStore, query: Query, found: list[Sighting]) -> None:
    assert store.find(query) == found


def test_a_date_that_is_none_is_left_out_by_dates_alone(store: MemoryStore) -> None:
    assert SUVA in store.find(Query())
    assert SUVA not in store.find(Query(since="0001-01-01"))


@given(st.lists(st.sampled_from(ALL)))
def test_the_order_of_adding_is_kept(added: list[Sighting]) -> None:
    store = MemoryStore()
    store.add(added)
    assert store.find(Query(all_types=True)) == list(dict.fromkeys(added))


@given(st.lists(st.sampled_from(ALL)), st.sampled_from([Query(), Query(countries=frozenset({"FR"}))]))
def test_what_a_query_finds_the_empty_one_finds_too(added: list[Sighting], query: Query) -> None:
    store = MemoryStore()
    store.add(added)
    everything = store.find(Query())
    assert all(sighting in everything for sighting in store.find(query))
