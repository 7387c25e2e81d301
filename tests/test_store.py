"""The stores: what is kept, what each field of a query finds; the same of memory and of a file."""

from __future__ import annotations

from itertools import count

import pytest
from builders import a_parsed, a_place, a_provenance, a_resolution, a_sighting, an_area, an_article
from hypothesis import given
from hypothesis import strategies as st

from geomap.errors import ArticleError
from geomap.model import (
    Article,
    BBox,
    GeoparsedArticle,
    Outcome,
    Point,
    Precision,
    Query,
    Role,
    Sighting,
    ToponymType,
)
from geomap.protocols import Store
from geomap.store import GeoPackageStore, MemoryStore, Words, same_article

ALEPPO = a_sighting()
PARIS = a_sighting(
    article=an_article(id="a2", title="Rain", text="Paris is wet.", published="2017-02-01T08:00:00Z"),
    place=a_place(id="geonames:2988507", name="Paris", lat=48.85341, lon=2.3488, country_code="FR"),
    word="Paris",
    confidence=0.5,
    ancestor_ids=("geonames:3012874", "geonames:3017382"),
    role=Role.EVENT,
    role_score=0.75,
    area=an_area(phrase="Paris"),
)
SUVA = a_sighting(
    article=an_article(id="a3", title="Sun", text="Suva is dry.", published="7:58 AM ET"),
    place=a_place(id="geonames:2198148", name="Suva", lat=-18.14161, lon=178.44149, country_code="FJ"),
    word="Suva",
    ancestor_ids=("geonames:2205218",),
)
SYRIAN = a_sighting(
    article=an_article(id="a4", title="Talks", text="Syrian officials met.", published=None),
    place=a_place(id="geonames:163843", name="Syria", lat=35.0, lon=38.0),
    word="Syrian",
    type=ToponymType.DEMONYM,
    ancestor_ids=(),
)
ALL = (ALEPPO, PARIS, SUVA, SYRIAN)
LITERAL = [ALEPPO, PARIS, SUVA]


STORES = [MemoryStore, GeoPackageStore]


@pytest.fixture(params=STORES, ids=lambda kind: kind.__name__)
def empty(request: pytest.FixtureRequest) -> Store:
    made: Store = request.param()
    assert isinstance(made, Store)
    return made


@pytest.fixture
def store(empty: Store) -> Store:
    for sighting in ALL:
        empty.add(a_parsed(sighting))
    return empty


def test_an_empty_store_finds_nothing(empty: Store) -> None:
    assert list(empty.find(Query(all_types=True))) == []


def test_an_article_without_places_is_kept_and_not_found(empty: Store) -> None:
    empty.add(a_parsed(article=an_article()))
    assert list(empty.find(Query(all_types=True))) == []


def test_the_empty_query_finds_what_is_literal(store: Store) -> None:
    assert list(store.find(Query())) == LITERAL


def test_all_types_finds_associative_mentions_too(store: Store) -> None:
    assert list(store.find(Query(all_types=True))) == list(ALL)


def test_the_same_article_twice_is_once(store: Store) -> None:
    for sighting in reversed(ALL):
        store.add(a_parsed(sighting))
    assert list(store.find(Query(all_types=True))) == list(ALL)


def test_two_mentions_of_one_place_are_two(empty: Store) -> None:
    article = an_article(title="Aleppo", text="Aleppo.")
    empty.add(a_parsed(a_sighting(article=article, field="title"), a_sighting(article=article)))
    assert len(empty.find(Query())) == 2


def test_a_mention_without_a_place_is_not_found(empty: Store) -> None:
    unknown = a_resolution(outcome=Outcome.NO_CANDIDATE, place=None, confidence=0.0)
    empty.add(a_parsed(article=an_article(), resolutions=(unknown,)))
    assert list(empty.find(Query(all_types=True))) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Query(place_ids=frozenset({"geonames:2988507"})), [PARIS]),
        (Query(place_ids=frozenset({"geonames:1"})), []),
        (Query(inside=frozenset({"geonames:163843"})), [ALEPPO]),
        (Query(inside=frozenset({"geonames:163843"}), all_types=True), [ALEPPO, SYRIAN]),
        (Query(inside=frozenset({"geonames:3017382", "geonames:2205218"})), [PARIS, SUVA]),
        (Query(inside=frozenset({"geonames:170063"})), [ALEPPO]),
        (Query(article_ids=frozenset({"a1", "a3"})), [ALEPPO, SUVA]),
        (Query(countries=frozenset({"FR", "FJ"})), [PARIS, SUVA]),
        (Query(bbox=BBox(west=30, south=30, east=40, north=40)), [ALEPPO]),
        (Query(bbox=BBox(west=170, south=-30, east=-170, north=0)), [SUVA]),
        (Query(near=Point(lat=36, lon=37), within_km=30), [ALEPPO]),
        (Query(near=Point(lat=36, lon=37), within_km=20), []),
        (Query(near=Point(lat=-18, lon=-179), within_km=300), [SUVA]),
        (Query(near=Point(lat=36.20124, lon=37.16117)), [ALEPPO]),
        (Query(min_confidence=0.9), [ALEPPO, SUVA]),
        (Query(min_confidence=0.91), []),
        (Query(min_probability=0.9), [ALEPPO, SUVA]),
        (Query(min_probability=0.91), []),
        (Query(roles=frozenset({Role.EVENT})), [PARIS]),
        (Query(roles=frozenset({Role.EVENT, Role.MENTIONED})), [ALEPPO, PARIS, SUVA]),
        (Query(roles=frozenset({Role.ORIGIN})), []),
        (Query(precisions=frozenset({Precision.TOWN})), [ALEPPO, SUVA]),
        (Query(precisions=frozenset({Precision.RELATIVE, Precision.COUNTRY})), [PARIS]),
        (Query(since="2016-12-30"), [ALEPPO, PARIS]),
        (Query(since="2016-12-31"), [PARIS]),
        (Query(until="2017-02-01"), [ALEPPO, PARIS]),
        (Query(until="2017-01-31"), [ALEPPO]),
        (Query(since="2017-01-01", until="2017-12-31"), [PARIS]),
        (Query(since="2018-01-01"), []),
        (Query(text="truce"), [ALEPPO]),
        (Query(text="TRUCKS monday"), [ALEPPO]),
        (Query(text="holds wet"), []),
        (Query(text='"the truce in" truck*'), [ALEPPO]),
        (Query(text='"truce the"'), []),
        (Query(text="wét"), [PARIS]),
        (Query(text="is", since="2017-01-01"), [PARIS]),
        (Query(text="tru"), []),
        (Query(text="..."), []),
        (Query(text='dry OR NEAR( "'), []),
        (Query(text="is", countries=frozenset({"FJ"})), [SUVA]),
    ],
    ids=count(),
)
def test_a_field_of_the_query_narrows(store: Store, query: Query, found: list[Sighting]) -> None:
    assert list(store.find(query)) == found


def test_a_date_that_is_none_is_left_out_by_dates_alone(store: Store) -> None:
    assert SUVA in store.find(Query())
    assert SUVA not in store.find(Query(since="0001-01-01"))


@pytest.mark.parametrize("published", ["0000-01-01", "2016-02-30", "2016-13-01T00:00:00Z", "soon"])
def test_an_article_of_a_day_that_never_was_has_no_date(empty: Store, published: str) -> None:
    empty.add(a_parsed(a_sighting(article=an_article(published=published))))
    assert len(empty.find(Query())) == 1
    assert list(empty.find(Query(since="0001-01-01"))) == []


@pytest.mark.parametrize("day", ["2017", "2017-02-30", "", "20170101", "٢٠١٦-١٢-٣٠"])
def test_a_query_asks_for_days_that_there_are(day: str) -> None:
    with pytest.raises(ValueError, match="no day"):
        Query(since=day)
    with pytest.raises(ValueError, match="no day"):
        Query(until=day)


def test_roles_and_precisions_are_no_texts() -> None:
    for wrong in ({"roles": frozenset({"event"})}, {"precisions": frozenset({"town"})}, {"roles": "event"}):
        with pytest.raises(TypeError, match="sets of Role and of Precision"):
            Query(**wrong)  # type: ignore[arg-type]


# --- an article that changed -------------------------------------------------------------------


def test_a_changed_article_replaces_itself_and_its_mentions_in_its_place(store: Store) -> None:
    changed = a_sighting(
        article=an_article(text="Homs is quiet."),
        place=a_place(id="geonames:169577", name="Homs", lat=34.72682, lon=36.72339),
        word="Homs",
    )
    store.add(a_parsed(changed))
    assert list(store.find(Query())) == [changed, PARIS, SUVA]
    assert list(store.find(Query(text="trucks"))) == []
    assert list(store.find(Query(text="quiet"))) == [changed]


def test_an_article_that_another_geoparser_parsed_is_replaced(store: Store) -> None:
    surer = a_sighting(confidence=1.0)
    store.add(a_parsed(surer, provenance=a_provenance(resolver="test@2+0")))
    assert list(store.find(Query())) == [surer, PARIS, SUVA]


def test_another_article_of_the_same_id_is_refused_and_the_first_stays(store: Store) -> None:
    other = an_article(title="Floods in Aleppo", url="https://example.org/floods", origin="b.csv:2")
    with pytest.raises(ArticleError, match=r"b\.csv:2: has the id 'a1' of another article") as caught:
        store.add(a_parsed(a_sighting(article=other)))
    assert "Truce holds in Aleppo" in str(caught.value)
    assert list(store.find(Query())) == LITERAL


def test_an_edited_file_replaces_what_it_held(empty: Store) -> None:
    first = an_article(id="sha256:1", title="", url=None, origin="notes/aleppo.txt")
    edited = an_article(id="sha256:2", title="", url=None, text="Aleppo waits.", origin="notes/aleppo.txt")
    other = an_article(id="sha256:3", title="", url=None, text="Aleppo, too.", origin="notes/b.txt")
    for article in (first, other, edited):
        empty.add(a_parsed(a_sighting(article=article)))
    assert [sighting.article.id for sighting in empty.find(Query())] == ["sha256:2", "sha256:3"]


def a_file(number: int, origin: str) -> GeoparsedArticle:
    article = an_article(id=f"sha256:{number}", title="", url=None, text=f"Aleppo {number}.", origin=origin)
    return a_parsed(a_sighting(article=article))


def found_ids(store: Store) -> list[str]:
    return [sighting.article.id for sighting in store.find(Query())]


def test_files_that_change_their_names_lose_nothing(empty: Store) -> None:
    for parsed in (a_file(1, "1.txt"), a_file(2, "2.txt")):
        empty.add(parsed)
    for parsed in (a_file(2, "1.txt"), a_file(3, "2.txt")):
        empty.add(parsed)
    assert found_ids(empty) == ["sha256:2", "sha256:3"]


def test_an_article_in_two_files_goes_when_neither_holds_it(empty: Store) -> None:
    for parsed in (a_file(1, "1.txt"), a_file(1, "2.txt"), a_file(2, "1.txt")):
        empty.add(parsed)
    assert sorted(found_ids(empty)) == ["sha256:1", "sha256:2"]
    empty.add(a_file(3, "2.txt"))
    assert sorted(found_ids(empty)) == ["sha256:2", "sha256:3"]


@pytest.mark.parametrize("origin", ["news.jsonl:3", "<stdin>", None])
def test_rows_without_id_are_known_by_their_content(empty: Store, origin: str | None) -> None:
    for number in (1, 2):
        article = an_article(id=f"sha256:{number}", title="", url=None, origin=origin)
        empty.add(a_parsed(a_sighting(article=article)))
    assert len(empty.find(Query())) == 2


@pytest.mark.parametrize(
    ("second", "same"),
    [
        (an_article(title="Another", origin="b:1"), True),
        (an_article(url="https://example.org/other", origin="b:1"), False),
        (an_article(url="https://example.org/other", origin="a:1"), True),
        (an_article(title="Another", url=None, origin="a:1"), True),
        (an_article(url=None, origin="b:1"), True),
        (an_article(url=None, origin="b:1", published="2016-12-31"), False),
        (an_article(title="Another", url=None, origin="b:1"), False),
        (an_article(title="", url=None, origin=None), False),
    ],
)
def test_one_article_shares_its_address_its_origin_or_its_title_and_day(second: Article, same: bool) -> None:  # noqa: FBT001
    first = an_article(origin="a:1")
    assert same_article(first, second) is same
    assert same_article(second, first) is same


# --- words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "text", "fits"),
    [
        ("truce", "The Truce.", True),
        ("deir zor", "Deir al-Zor", True),
        ('"deir zor"', "Deir al-Zor", False),
        ('"deir al zor"', "Deir al-Zor", True),
        ("sao", "São Paulo", True),
        ("São", "Sao Paulo", True),
        ("قوب*", "حي القابون قوبل", True),
        ("trucks*", "truck", False),
        ('"unclosed phr', "an unclosed phrase", False),
        ('"unclosed phrase', "an unclosed phrase", True),
        ("", "anything", False),
    ],
)
def test_words_fit_a_text(query: str, text: str, fits: bool) -> None:  # noqa: FBT001
    assert Words.of(query).fit(text) is fits


LETTERS = st.text(st.characters(categories=["Lu", "Ll", "Nd", "Zs", "Po"], max_codepoint=0xFF), max_size=30)


@given(text=LETTERS, query=LETTERS)
def test_memory_and_file_agree_on_words(text: str, query: str) -> None:
    article = an_article(title="", text=text)
    found = []
    for kind in STORES:
        store = kind()
        store.add(a_parsed(a_sighting(article=article, word="")))
        found.append(len(store.find(Query(text=query))))
    assert found[0] == found[1]


@given(st.lists(st.sampled_from(ALL)))
def test_the_order_of_adding_is_kept(added: list[Sighting]) -> None:
    store = MemoryStore()
    for sighting in added:
        store.add(a_parsed(sighting))
    assert store.find(Query(all_types=True)) == list(dict.fromkeys(added))


@given(st.lists(st.sampled_from(ALL)), st.sampled_from([Query(), Query(countries=frozenset({"FR"}))]))
def test_what_a_query_finds_the_empty_one_finds_too(added: list[Sighting], query: Query) -> None:
    store = MemoryStore()
    for sighting in added:
        store.add(a_parsed(sighting))
    everything = store.find(Query())
    assert all(sighting in everything for sighting in store.find(query))
