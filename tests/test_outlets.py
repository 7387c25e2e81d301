"""Which outlet an article is of, and that the table of outlets is one that can be trusted."""

from __future__ import annotations

import re

import pytest
from builders import an_article

from geomap.errors import ConfigError
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.model import Article
from geomap.outlets import (
    INTERNATIONAL,
    LOCAL,
    NATIONAL,
    REGIONAL,
    SCOPES,
    Outlet,
    origin_of,
    outlet_of,
    outlets,
)

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")


def _read_at(url: str) -> Article:
    return an_article(source=None, url=url)


def _scope(url: str) -> str:
    outlet = outlet_of(_read_at(url))
    assert outlet is not None
    return outlet.scope


# --- the outlet of an article --------------------------------------------------------------------


@pytest.mark.parametrize(
    "article",
    [
        an_article(source="aa.com.tr", url=None),
        an_article(source="WWW.AA.COM.TR", url=None),
        an_article(source="The Example", url="https://www.aa.com.tr/en/1"),
        an_article(source="https://aa.com.tr", url=None),
        an_article(source=None, url="https://beta.aa.com.tr:443/?x=1"),
    ],
    ids=lambda article: f"{article.source} {article.url}",
)
def test_an_outlet_is_known_by_its_domain(article: Article, gazetteer: SqliteGazetteer) -> None:
    outlet = outlet_of(article)
    assert outlet is not None
    home = gazetteer.place(outlet.place_id)
    assert home is not None
    assert (outlet.name, home.name, outlet.scope) == ("Anadolu Agency", "Ankara", NATIONAL)


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "https://[nonsense",
        "https://example.org/x",
        "http://localhost/",
        "com.tr",
        "https://notbostonglobe.com/",
        "https://bostonglobe.com.example.org/",
        "https://example.org/bostonglobe.com",
    ],
)
def test_an_unknown_outlet_is_none_and_at_home_nowhere(url: str | None, gazetteer: SqliteGazetteer) -> None:
    article = an_article(source=None, url=url)
    assert outlet_of(article) is None
    assert origin_of(article, gazetteer).home is None


def test_the_source_goes_before_the_url() -> None:
    article = an_article(source="bostonglobe.com", url="https://www.theparisnews.com/1")
    outlet = outlet_of(article)
    assert outlet is not None
    assert outlet.name == "The Boston Globe"


def test_a_subdomain_may_be_an_outlet_of_its_own() -> None:
    assert _scope("https://edition.cnn.com/1") == INTERNATIONAL
    assert _scope("https://money.cnn.com/1") == _scope("https://cnn.com") == NATIONAL


def test_a_home_that_the_gazetteer_lacks_is_none(gazetteer: SqliteGazetteer) -> None:
    class Empty(SqliteGazetteer):
        def place(self, place_id: str) -> None:
            assert place_id

    with Empty() as empty:
        assert origin_of(_read_at("https://www.bostonglobe.com/1"), empty).home is None
    assert origin_of(_read_at("https://www.bostonglobe.com/1"), gazetteer).home is not None


def test_an_outlet_of_another_scope_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"example\.org must be one of local, regional"):
        Outlet(domain="example.org", name="Example", place_id="geonames:1", country="US", scope="global")


# --- the table -----------------------------------------------------------------------------------


def test_outlets_are_of_all_the_world(gazetteer: SqliteGazetteer) -> None:
    found = outlets().values()
    states = {
        place.admin1_code
        for outlet in found
        if outlet.country == "US" and (place := gazetteer.place(outlet.place_id))
    }
    assert len(found) >= 1_200
    assert len({outlet.country for outlet in found}) >= 120
    assert len(states) == 51  # with the District of Columbia
    assert {outlet.scope for outlet in found} == set(SCOPES)


def test_homes_are_populated_places_of_the_country(gazetteer: SqliteGazetteer) -> None:
    wrong = [
        outlet.domain
        for outlet in outlets().values()
        if (place := gazetteer.place(outlet.place_id)) is None
        or (place.country_code, place.feature_class) != (outlet.country, "P")
    ]
    assert wrong == []


def test_domains_are_hosts_in_their_order() -> None:
    domains = list(outlets())
    assert [domain for domain in domains if not _HOST.fullmatch(domain) or domain.startswith("www.")] == []
    assert domains == sorted(domains)


def test_a_row_of_a_subdomain_says_what_its_domain_does_not() -> None:
    found = outlets()
    idle = []
    for domain, outlet in found.items():
        labels = domain.split(".")
        parents = (found.get(".".join(labels[at:])) for at in range(1, len(labels) - 1))
        parent = next((each for each in parents if each), None)
        if parent and (parent.name, parent.place_id, parent.scope) == (
            outlet.name,
            outlet.place_id,
            outlet.scope,
        ):
            idle.append(domain)
    assert idle == []


# Towns that have namesakes come with their ADM1, as GeoNames codes it.
@pytest.mark.parametrize(
    ("domain", "town", "country", "admin1", "scope"),
    [
        ("bostonglobe.com", "Boston", "US", "MA", LOCAL),
        ("theparisnews.com", "Paris", "US", "TX", LOCAL),
        ("parispi.net", "Paris", "US", "TN", LOCAL),
        ("sj-r.com", "Springfield", "US", "IL", LOCAL),
        ("news-leader.com", "Springfield", "US", "MO", LOCAL),
        ("springfieldnewssun.com", "Springfield", "US", "OH", LOCAL),
        ("masslive.com", "Springfield", "US", "MA", REGIONAL),
        ("dnews.com", "Moscow", "US", "ID", LOCAL),
        ("columbian.com", "Vancouver", "US", "WA", LOCAL),
        ("pressherald.com", "Portland", "US", "ME", LOCAL),
        ("wweek.com", "Portland", "US", "OR", LOCAL),
        ("onlineathens.com", "Athens", "US", "GA", LOCAL),
        ("northwestgeorgianews.com", "Rome", "US", "GA", LOCAL),
        ("cambridge-news.co.uk", "Cambridge", "GB", "ENG", LOCAL),
        ("southwalesargus.co.uk", "Newport", "GB", "WLS", LOCAL),
        ("thespec.com", "Hamilton", "CA", "08", LOCAL),
        ("waikatotimes.co.nz", "Hamilton", "NZ", "", LOCAL),
        ("lfpress.com", "London", "CA", "08", LOCAL),
        ("capebretonpost.com", "Sydney", "CA", "07", LOCAL),
        ("dispatchlive.co.za", "East London", "ZA", "", LOCAL),
        ("kahoku.co.jp", "Sendai", "JP", "24", REGIONAL),
        ("greaterkashmir.com", "Srinagar", "IN", "", REGIONAL),
        ("sana.sy", "Damascus", "SY", "", NATIONAL),
        ("enabbaladi.net", "Istanbul", "TR", "", INTERNATIONAL),
        ("syriahr.com", "Coventry", "GB", "", INTERNATIONAL),
        ("dabangasudan.org", "Amsterdam", "NL", "", INTERNATIONAL),
        ("shafaq.com", "Baghdad", "IQ", "", NATIONAL),
        ("rudaw.net", "Erbil", "IQ", "", REGIONAL),
        ("reliefweb.int", "New York City", "US", "NY", INTERNATIONAL),
        ("icrc.org", "Geneva", "CH", "", INTERNATIONAL),
        ("reuters.com", "London", "GB", "ENG", INTERNATIONAL),
        ("nikvesti.com", "Mykolaiv", "UA", "16", LOCAL),
        ("punchng.com", "Lagos", "NG", "", NATIONAL),
        ("elcomercio.pe", "Lima", "PE", "", NATIONAL),
        ("elcomercio.com", "Quito", "EC", "", NATIONAL),
    ],
)
def test_well_known_outlets_are_at_home_where_they_are(
    domain: str, town: str, country: str, admin1: str, scope: str, gazetteer: SqliteGazetteer
) -> None:
    outlet = outlet_of(_read_at(f"https://www.{domain}/news/1"))
    assert outlet is not None
    home = gazetteer.place(outlet.place_id)
    assert home is not None
    assert (home.name, home.country_code, outlet.scope) == (town, country, scope)
    assert not admin1 or home.admin1_code == admin1
