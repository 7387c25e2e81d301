"""A project: what adding does, which names mean which places, what is answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import an_article

from geomap.errors import AmbiguousName, ArticleError, StoreError
from geomap.geoparser import Geoparser, default_geoparser
from geomap.model import Article, Query
from geomap.project import Added, Project

TRUCE = an_article(text="The truce in Aleppo, Syria, held on Monday. Trucks reached Idlib.")
RAIN = Article(id="b2", title="Rain", text="Rain fell in Paris, France, on Tuesday.", published="2017-02-01")
TEXAS = Article(
    id="b3",
    title="High water",
    text="The river flooded the streets of Paris, Texas, on Friday, and two roads in Dallas.",
    published="2018-05-06",
    source="Example Wire",
)
TALKS = Article(id="b4", title="Talks", text="The Syrian government and Damascus officials met. Homs waited.")
ALL = (TRUCE, RAIN, TEXAS, TALKS)
ALEPPO, SYRIA, TEXAS_STATE = "geonames:170063", "geonames:163843", "geonames:4736286"


@pytest.fixture
def project(tmp_path: Path, geoparser: Geoparser) -> Iterator[Project]:
    with Project(tmp_path / "news.gpkg", geoparser=geoparser) as opened:
        assert opened.add(ALL) == Added(added=4)
        yield opened


def ids(project: Project, place: str, **options: object) -> list[str]:
    return [found.article.id for found in project.articles_mentioning(place, **options)]  # type: ignore[arg-type]


# --- adding ------------------------------------------------------------------------------------


def test_adding_twice_changes_nothing(project: Project) -> None:
    before = project.search(Query(all_types=True))
    assert project.add(ALL) == Added(unchanged=4)
    assert project.search(Query(all_types=True)) == before


def test_a_changed_article_is_replaced_with_its_mentions(project: Project) -> None:
    changed = an_article(text="Trucks left Damascus for Hama.")
    assert project.add([changed, RAIN]) == Added(replaced=1, unchanged=1)
    assert [found.place.name for found in project.places_in("a1")] == ["Aleppo", "Damascus", "Hama"]
    assert ids(project, "Idlib") == []


def test_an_article_twice_in_one_batch_is_added_once(tmp_path: Path, geoparser: Geoparser) -> None:
    with Project(tmp_path / "p.gpkg", geoparser=geoparser) as project:
        assert project.add([RAIN, RAIN]) == Added(added=1, unchanged=1)


def test_what_is_added_is_there_for_the_next_who_opens(project: Project, geoparser: Geoparser) -> None:
    assert project.path is not None
    with Project(project.path, geoparser=geoparser, create=False) as other:
        assert other.search() == project.search()
        assert other.counts == project.counts


def test_each_article_is_reported_when_another_can_read_it(tmp_path: Path, geoparser: Geoparser) -> None:
    path = tmp_path / "p.gpkg"
    with Project(path, geoparser=geoparser) as project, Project(path, geoparser=geoparser) as other:
        for article, _ in project.adding(ALL):
            assert other.article(article.id) is not None


def test_other_options_leave_an_article_as_it_is_unless_asked(project: Project) -> None:
    assert project.path is not None
    focused = default_geoparser(focus=["FR"], gazetteer=project.geoparser.gazetteer)
    with Project(project.path, geoparser=focused) as again:
        assert again.add(ALL) == Added(unchanged=4)
        assert again.add(ALL, again=True) == Added(replaced=4)
        assert again.add(ALL, again=True) == Added(unchanged=4)
        parsed = again.article("b2")
        assert parsed is not None
        assert parsed.provenance == focused.provenance


def test_an_article_that_cannot_be_kept_does_not_stop_the_others(project: Project) -> None:
    other = an_article(id="b2", title="Not the rain", text="Snow fell in Aleppo.", url=None)
    late = an_article(id="b5", title="Late", text="Snow fell in Idlib.", url=None)
    errors: list[ArticleError] = []
    assert project.add([other, late], on_error=errors.append) == Added(added=1)
    assert [error.path for error in errors] == ["b2"]
    assert ids(project, "Idlib") == ["a1", "b5"]
    with pytest.raises(ArticleError, match="another article"):
        project.add([other])


def test_half_a_character_is_an_error_of_that_article(project: Project) -> None:
    with pytest.raises(ArticleError, match="surrogate"):
        project.add([an_article(text="Aleppo \ud800 waits.")])
    assert ids(project, "Aleppo") == ["a1"]


def test_an_article_can_be_taken_out(project: Project) -> None:
    assert project.remove("a1")
    assert not project.remove("a1")
    assert ids(project, "Aleppo") == []
    assert project.counts.articles == 3


def test_files_are_remembered_as_seen_from_the_project(tmp_path: Path, geoparser: Geoparser) -> None:
    (tmp_path / "news").mkdir()
    file = tmp_path / "news" / "a.txt"
    article = an_article(id="sha256:1", origin=str(file))
    with Project(tmp_path / "p.gpkg", geoparser=geoparser) as project:
        project.add([article])
        kept = project.article(str(file))
        assert kept is not None
        assert kept.article.origin == "news/a.txt"
        edited = an_article(id="sha256:2", text="Homs waits.", origin=str(file))
        assert project.add([edited]) == Added(replaced=1)


def test_files_whose_contents_move_on_lose_nothing(tmp_path: Path, geoparser: Geoparser) -> None:
    def days(*numbers: int) -> list[Article]:
        return [
            an_article(
                id=f"sha256:{number}", title="", url=None, text=f"Aleppo {number}.", origin=f"{at}.txt"
            )
            for at, number in enumerate(numbers)
        ]

    with Project(tmp_path / "p.gpkg", geoparser=geoparser) as project:
        project.add(days(1, 2))
        assert project.add(days(2, 3)) == Added(added=1, unchanged=1)
        assert ids(project, "Aleppo") == ["sha256:2", "sha256:3"]


def test_a_name_of_a_file_need_not_be_unicode(tmp_path: Path, geoparser: Geoparser) -> None:
    article = an_article(id="sha256:1", origin="caf\udce9.txt")
    with Project(tmp_path / "p.gpkg", geoparser=geoparser) as project:
        assert project.add([article]) == Added(added=1)
        assert project.add([article]) == Added(unchanged=1)


def test_a_project_in_memory_answers_like_one_in_a_file(project: Project, geoparser: Geoparser) -> None:
    with Project(None, geoparser=geoparser) as memory:
        memory.add(ALL)
        assert memory.search(Query(all_types=True)) == project.search(Query(all_types=True))


def test_a_project_that_is_not_there_is_an_error_where_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"none\.gpkg"):
        Project(tmp_path / "none.gpkg", create=False)
    assert list(tmp_path.iterdir()) == []


# --- which article -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a1", "https://example.org/truce", "truce aleppo", "holds", "TRUCE hold*"])
def test_an_article_is_named_by_id_address_or_words_of_its_title(project: Project, name: str) -> None:
    parsed = project.article(name)
    assert parsed is not None
    assert parsed.article == TRUCE


def test_a_kept_article_is_what_was_added(project: Project, geoparser: Geoparser) -> None:
    for article in ALL:
        kept, parsed = project.article(article.id), geoparser.parse(article)
        assert kept is not None
        assert kept.article == parsed.article
        assert kept.provenance == parsed.provenance
        assert [each.mention for each in kept.resolutions] == [each.mention for each in parsed.resolutions]
        assert [each.place for each in kept.resolutions] == [each.place for each in parsed.resolutions]
        assert [each.sentence for each in kept.sightings] == [each.sentence for each in parsed.sightings]


@pytest.mark.parametrize("name", ["", "nothing of that", "trucks", "b"])
def test_no_article_is_no_error(project: Project, name: str) -> None:
    assert project.article(name) is None
    assert project.places_in(name) == []


def test_words_that_fit_several_titles_are_asked_about(project: Project) -> None:
    project.add([an_article(id="c1", title="More rain", url=None)])
    with pytest.raises(AmbiguousName) as caught:
        project.article("rain")
    assert caught.value.choices == (("b2", "Rain"), ("c1", "More rain"))


def test_the_places_of_an_article_come_in_the_order_of_its_text(project: Project) -> None:
    found = project.places_in(TRUCE)
    assert [summary.place.name for summary in found] == ["Aleppo", "Syria", "Idlib"]
    assert [len(summary.sightings) for summary in found] == [2, 1, 1]
    assert project.places_in("truce in aleppo"[:5]) == found


# --- which place -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("Aleppo", "aleppo", "Haleb", "Aleppo, Syria", "Aleppo, SY", ALEPPO),
        *("Aleppo in Syria", "city of Aleppo", "Aleppo (city)", "Syria, Aleppo", "Aleppo near Idlib"),
    ],
)
def test_a_place_is_named_by_any_of_its_names(project: Project, name: str) -> None:
    place = project.place(name)
    assert place is not None
    assert place.id == ALEPPO


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Xyzzy",
        "Berlin",
        "Aleppo, France",
        "geonames:1",
        ",",
        "Aleppo,",
        "Aleppo river",
        "Aleppo near Paris",
    ],
)
def test_a_place_that_is_not_mentioned_is_none(project: Project, name: str) -> None:
    if name == "Aleppo,":
        assert project.place(name) is not None
    else:
        assert project.place(name) is None
        assert project.articles_mentioning(name) == []


def test_homonyms_are_asked_about_with_what_tells_them_apart(project: Project) -> None:
    with pytest.raises(AmbiguousName) as caught:
        project.articles_mentioning("Paris")
    ids_of_paris, told = zip(*caught.value.choices, strict=True)
    assert set(ids_of_paris) == {"geonames:2988507", "geonames:4717560"}
    assert any("Texas, United States (1 article)" in line for line in told)
    assert "Paris, capital in" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "article"),
    [("Paris, France", "b2"), ("Paris, Texas", "b3"), ("Paris, Texas, US", "b3"), ("geonames:4717560", "b3")],
)
def test_what_a_place_lies_in_tells_homonyms_apart(project: Project, name: str, article: str) -> None:
    assert ids(project, name) == [article]


def test_a_city_and_its_province_of_one_name_need_no_question(tmp_path: Path, geoparser: Geoparser) -> None:
    city = an_article(title="", text="Shells fell in the city of Idlib on Monday.")
    province = an_article(id="a2", title="", url=None, text="Villages across Idlib Governorate were hit.")
    with Project(tmp_path / "p.gpkg", geoparser=geoparser) as project:
        project.add([city, province])
        inner, outer = project.place("Idlib"), project.place("Idlib", inside=True)
        assert inner is not None
        assert outer is not None
        assert (inner.feature_code, outer.feature_code) == ("PPLA", "ADM1")


# --- which articles ----------------------------------------------------------------------------


def test_mentions_of_all_types_count(project: Project) -> None:
    assert ids(project, "Syria") == ["a1", "b4"]
    assert ids(project, "Syria", query=Query()) == ["a1"]


def test_inside_takes_what_lies_in_a_province_or_country(project: Project) -> None:
    assert ids(project, SYRIA, inside=True) == ["a1", "b4"]
    assert ids(project, "Texas", inside=True) == ["b3"]
    (summary,) = project.articles_mentioning("Texas", inside=True)
    assert {sighting.place.name for sighting in summary.sightings} >= {"Paris", "Dallas"}


def test_inside_finds_a_place_that_is_not_mentioned_itself(project: Project) -> None:
    assert project.place("France") is not None
    assert project.place("Asia") is None
    assert ids(project, "Asia", inside=True) == ["a1", "b4"]


def test_a_region_whose_parts_are_unknown_is_taken_as_its_box(project: Project) -> None:
    gazetteer = project.geoparser.gazetteer
    region = next(
        found.place for found in gazetteer.lookup("Fertile Crescent") if found.place.bbox is not None
    )
    assert project.is_box(region)
    names = {
        found.place.name
        for found in project.search()
        if found.place.id in project.reached(region, inside=True)
    }
    assert names >= {"Aleppo", "Idlib"}
    assert "Paris" not in names
    assert ids(project, "Fertile Crescent", inside=True) == ["a1", "b4"]


def test_within_takes_what_lies_near(project: Project) -> None:
    assert ids(project, "Aleppo", within_km=70) == ["a1"]
    near = project.articles_mentioning("Aleppo", within_km=70)[0].sightings
    assert {sighting.place.name for sighting in near} == {"Aleppo", "Idlib"}
    assert ids(project, "Aleppo", within_km=400) == ["a1", "b4"]
    with pytest.raises(ValueError, match="within_km"):
        project.articles_mentioning("Aleppo", within_km=-1)


def test_a_center_need_not_be_mentioned_itself(project: Project) -> None:
    assert project.place("Azaz") is None
    assert ids(project, "Azaz", within_km=60) == ["a1"]
    assert ids(project, "Azaz", within_km=10) == []


def test_inside_and_within_narrow_each_other(project: Project) -> None:
    assert ids(project, SYRIA, inside=True, within_km=200) == ["a1", "b4"]
    syria = project.place("Syria")
    assert syria is not None
    inside, near = project.reached(syria, inside=True), project.reached(syria, within_km=200)
    both = project.reached(syria, inside=True, within_km=200)
    assert both == inside & near != inside


def test_what_was_written_does_not_depend_on_when(
    tmp_path: Path, geoparser: Geoparser, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = an_article(text="Shells fell in Aleppo."), an_article(text="Shells fell in Homs.")
    for size in (1, 100):
        monkeypatch.setattr("geomap.project.project._COMMIT_ARTICLES", size)
        with Project(tmp_path / f"{size}.gpkg", geoparser=geoparser) as project:
            project.add([first])
            assert project.add([second, first]) == Added(replaced=2)
            kept = project.article("a1")
            assert kept is not None
            assert kept.article == first


def test_text_and_dates_narrow(project: Project) -> None:
    assert ids(project, SYRIA, inside=True, query=Query(text="trucks")) == ["a1"]
    assert ids(project, SYRIA, inside=True, query=Query(text="snow")) == []
    assert ids(project, "Paris, Texas", query=Query(since="2018-05-06", until="2018-05-06")) == ["b3"]


def test_sightings_are_a_geodataframe(project: Project) -> None:
    frame = project.sightings(Query(countries=frozenset({"US"})))
    assert frame.crs.to_epsg() == 4326
    assert sorted(frame["name"]) == ["Dallas", "Paris"] or "Texas" in set(frame["name"])
    assert len(frame) == len(project.search(Query(countries=frozenset({"US"}))))


# --- notebooks ---------------------------------------------------------------------------------


def test_a_project_shows_itself_in_a_notebook(project: Project) -> None:
    shown = project._repr_html_()
    assert "news.gpkg" in shown
    assert "Aleppo" in shown
    assert "<iframe" in shown


def test_a_result_shows_itself_in_a_notebook(geoparser: Geoparser) -> None:
    shown = geoparser.parse("Rain fell in Aleppo.")._repr_html_()
    assert "<mark" in shown
    assert "<iframe" in shown
