"""What the resolver sees: what names could mean together, what stands beside what, the origin."""

from __future__ import annotations

import time
from functools import partial

import pytest
from builders import a_candidate, a_mention, a_place, an_article
from hypothesis import given
from hypothesis import strategies as st

from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.model import Article, Candidate, Match, Outcome, Point
from geomap.outlets import Origin, origin_of, outlet_of
from geomap.resolvers.beside import standing_beside
from geomap.resolvers.groups import Group
from geomap.resolvers.lookup import look_up
from geomap.resolvers.possible import Possible
from geomap.resolvers.ranking import EvidenceResolver


def group(name: str, *places: tuple[str, float, float], match: Match = Match.EXACT) -> Group:
    """Make a group whose candidates lie in ADM1s ("US.TX") at points."""
    candidates = [
        a_candidate(
            place=a_place(
                id=f"{name}:{at}", name=name, lat=lat, lon=lon, country_code=code[:2], admin1_code=code[3:]
            ),
            matched_name=name,
            match=match,
        )
        for at, (code, lat, lon) in enumerate(places)
    ]
    return Group(name, [], candidates)


PORTLAND = group("portland", ("US.OR", 45.5, -122.7), ("US.CT", 41.6, -72.6), ("US.ME", 43.7, -70.3))
MIDDLETOWN = group("middletown", ("US.CT", 41.56, -72.65), ("US.OH", 39.5, -84.4))
CROMWELL = group("cromwell", ("US.CT", 41.6, -72.65))


def test_what_all_names_could_share_counts_for_each() -> None:
    possible = Possible([PORTLAND, MIDDLETOWN, CROMWELL])
    assert possible.admin1("portland", "US.CT") == pytest.approx(1)
    assert possible.admin1("portland", "US.OR") == 0
    assert possible.near("portland", Point(lat=41.6, lon=-72.6)) == pytest.approx(1)
    assert possible.near("portland", Point(lat=45.5, lon=-122.7)) == 0


def test_a_name_says_nothing_of_itself() -> None:
    assert Possible([CROMWELL]).admin1("cromwell", "US.CT") == 0


def test_a_name_of_one_province_says_more_than_one_of_many() -> None:
    possible = Possible([PORTLAND, MIDDLETOWN, CROMWELL])
    assert possible.weights["cromwell"] > possible.weights["middletown"] > possible.weights["portland"]


def test_borrowed_candidates_and_demonyms_could_lie_nowhere() -> None:
    borrowed = group("royal street", ("US.LA", 29.9, -90.1), match=Match.WITHIN)
    demonym = group("texan", ("US.TX", 31.0, -100.0))
    demonym.demonym = True
    assert Possible([borrowed, demonym]).total == 0


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_near_is_a_share_at_every_point(lat: float, lon: float) -> None:
    possible = Possible([PORTLAND, MIDDLETOWN, group("pole", ("AQ.01", 90.0, 0.0))])
    assert 0 <= possible.near("portland", Point(lat=lat, lon=lon)) <= 1


def beside(text: str, *names: str) -> list[tuple[dict[str, float], list[str]]]:
    """Return for each name the weights of those beside it, and those in a list with it."""
    mentions = [
        a_mention(start=text.index(name), end=text.index(name) + len(name), text=name) for name in names
    ]
    groups = [group(name, ("SY.01", 35.0, 38.0)) for name in names]
    for number, each in enumerate(groups):
        each.mentions.append(number)
    pairs = [(mention, each.candidates) for mention, each in zip(mentions, groups, strict=True)]
    found = standing_beside(an_article(title="", text=text), pairs, groups)
    return [
        ({names[at]: weight for at, weight in each.weights.items()}, [names[at] for at in each.listed])
        for each in found
    ]


def test_names_in_a_list_stand_in_one_list() -> None:
    homs, hama, idlib, aleppo = beside(
        "Shells hit Homs, Hama and Idlib. Far away Aleppo slept.", "Homs", "Hama", "Idlib", "Aleppo"
    )
    assert homs[1] == ["Hama"]
    assert hama[1] == ["Homs", "Idlib"]
    assert idlib[1] == ["Hama"]
    assert aleppo[1] == []


def test_the_nearer_a_name_the_more_it_says() -> None:
    (near, _), *_ = beside("Homs and Hama. " + "Nothing happened. " * 20 + "Idlib", "Homs", "Hama", "Idlib")
    assert near["Hama"] > 3 * near["Idlib"]
    assert sum(near.values()) == pytest.approx(1)


def test_a_name_alone_has_nothing_beside_it() -> None:
    assert beside("Only Homs.", "Homs") == [({}, [])]


def test_a_list_of_towns_of_one_state_is_read_as_such(gazetteer: SqliteGazetteer) -> None:
    text = "The vans go to Athens, Savannah and Rome, all in the American state of Georgia."
    names = ["Athens", "Savannah", "Rome", "Georgia"]
    mentions = [a_mention(start=text.index(n), end=text.index(n) + len(n), text=n) for n in names]
    pairs = look_up(mentions, lambda name: gazetteer.lookup(name, limit=25))
    resolved = EvidenceResolver(gazetteer).resolve(an_article(title="", text=text), pairs)
    assert [each.place and each.place.admin1_code for each in resolved] == ["GA"] * 4


def test_a_local_outlet_has_a_home_and_a_national_one_a_country(gazetteer: SqliteGazetteer) -> None:
    local = origin_of(an_article(source="bostonglobe.com", url=None), gazetteer)
    assert local.home is not None
    assert (local.home.name, local.country) == ("Boston", "US")
    national = origin_of(an_article(source="https://www.lemonde.fr/a.html", url=None), gazetteer)
    assert (national.home, national.country) == (None, "FR")


def test_an_international_outlet_says_nothing(gazetteer: SqliteGazetteer) -> None:
    origin = origin_of(an_article(source="reuters.com", url=None), gazetteer)
    assert (origin.home, origin.country) == (None, "")


@pytest.mark.parametrize(
    ("source", "country"),
    [
        ("qwxyz-news.ca", "CA"),
        ("qwxyz-news.co.uk", "GB"),
        ("qwxyz-news.com", ""),
        ("qwxyz-news.tv", ""),
        ("Qwxyz News", ""),
        (None, ""),
    ],
)
def test_the_ending_of_an_unknown_domain_tells_a_country(
    source: str | None, country: str, gazetteer: SqliteGazetteer
) -> None:
    assert origin_of(an_article(source=source, url=None), gazetteer).country == country


def test_an_outlet_is_known_by_its_name_too() -> None:
    found = outlet_of(an_article(source="Boston Globe", url=None)) or outlet_of(
        an_article(source="The Boston Globe", url=None)
    )
    assert found is not None
    assert found.domain == "bostonglobe.com"


def test_the_home_decides_between_namesakes(gazetteer: SqliteGazetteer) -> None:
    mention = a_mention(start=0, end=10, text="Springfield")
    article = an_article(title="", text="Springfield schools open late.", source=None, url=None)
    chosen = {}
    for home in ("geonames:4951788", "geonames:4409896"):  # Springfield in Massachusetts and in Missouri
        place = gazetteer.place(home)
        origin = Origin(home=place, country="US")
        resolver = EvidenceResolver(gazetteer, origin=partial(_always, origin))
        (resolution,) = resolver.resolve(article, look_up([mention], gazetteer.lookup))
        chosen[home] = resolution.place and resolution.place.id
    assert chosen == {home: home for home in chosen}


def _always(origin: Origin, _: Article) -> Origin:
    return origin


def many(count: int, candidates: int) -> list[tuple[object, list[Candidate]]]:
    return [
        (
            a_mention(start=20 * at, end=20 * at + 9, text=f"Name{at:05}"),
            [
                a_candidate(
                    place=a_place(id=f"t:{at}:{each}", name=f"Name{at:05}", lat=each % 80, lon=at % 170),
                    matched_name=f"Name{at:05}",
                )
                for each in range(candidates)
            ],
        )
        for at in range(count)
    ]


@pytest.mark.parametrize(("count", "candidates", "seconds"), [(5000, 2, 30.0), (1, 1000, 5.0)])
def test_many_names_and_many_candidates_take_bounded_time(
    count: int, candidates: int, seconds: float, gazetteer: SqliteGazetteer
) -> None:
    article = an_article(title="", text=" ".join(f"Name{at:05}, then {at:04}" for at in range(count)))
    began = time.process_time()
    resolved = EvidenceResolver(gazetteer).resolve(article, many(count, candidates))  # type: ignore[arg-type]
    assert time.process_time() - began < seconds
    assert len(resolved) == count
    assert {each.outcome for each in resolved} == {Outcome.RESOLVED}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Snow fell in Paris, Texas, overnight.", ["Paris", "Texas"]),
        ("The Paris school in northern Texas closed.", ["Paris", "Texas"]),
        ("Vans left the Paris crossing in rebel-held Texas.", ["Paris", "Texas"]),
        ("Paris, a small town in Texas, is dry.", ["Paris", "Texas"]),
    ],
)
def test_a_container_beside_a_name_decides(text: str, names: list[str], gazetteer: SqliteGazetteer) -> None:
    assert _admin1s(text, names, gazetteer) == ["TX"] * len(names)


def test_a_container_farther_off_does_not(gazetteer: SqliteGazetteer) -> None:
    text = "Trains from Paris to Lyon and Marseille are late; in Texas they are not."
    names = ["Paris", "Lyon", "Marseille", "Texas"]
    assert _admin1s(text, names, gazetteer) == ["11", "84", "93", "TX"]


def _admin1s(text: str, names: list[str], gazetteer: SqliteGazetteer) -> list[str]:
    mentions = [a_mention(start=text.index(n), end=text.index(n) + len(n), text=n) for n in names]
    pairs = look_up(mentions, lambda name: gazetteer.lookup(name, limit=25))
    resolved = EvidenceResolver(gazetteer).resolve(an_article(title="", text=text, source=None), pairs)
    return [each.place.admin1_code if each.place else "" for each in resolved]
