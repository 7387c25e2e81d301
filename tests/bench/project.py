"""Measure a project: adding 10,000 generated articles, the size of the file, and how fast it answers.

    python tests/bench/project.py [ARTICLES]

Articles of 400 words with about 13 places are made from the sentences below and names of the gazetteer,
each about six towns of one country; the first of 60 countries has a tenth of the articles. Answers are
timed in one open project, warm: the best of several runs, for the middle one of several questions and for
the slowest, because a desk asks about capitals, too.
"""

from __future__ import annotations

import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from geomap import Geoparser, Project, Query
from geomap.gazetteers.sqlite import embedded_path
from geomap.model import Article

ARTICLES = 10_000
SENTENCES = 21
RUNS = 5
_TOWNS = """
SELECT country.name, place.name FROM place JOIN place AS country ON country.country_code = place.country_code
AND country.feature_code = 'PCLI' WHERE place.feature_class = 'P' AND place.population > 2000
ORDER BY place.id
"""
_WITH_PLACE = (
    "Residents of {place} told the relief office that the water had reached the lower streets before dawn.",
    "A convoy of eleven trucks left the depot near {place} on {day} with flour, blankets and two pumps.",
    "The bridge at {place} was closed to heavy vehicles after engineers found a crack in its second pier.",
    "Shopkeepers in {place} said that the price of bread had doubled since the road was cut last week.",
    "In {place}, where the market opened again on {day}, buyers found more onions than in the whole month.",
    "Nurses at the clinic in {place} counted forty new patients and sent six of them on by ambulance.",
    "Shelling was heard from {place} during the night, but nobody could say who had begun it this time.",
    "Two schools in {place} have taken in families who walked for three days over the hills with goats.",
    "The mayor of {place} asked for tents, and for somebody to repair the line that brings the power.",
    "Farmers between {place} and {other} lost most of the maize that they had planted after the rain.",
    "Flights to {place} were stopped for the afternoon because smoke lay over the end of the runway.",
)
_WITHOUT_PLACE = (
    "Nobody in the queue believed that the agreement would hold for longer than the week it was made for.",
    "The price of fuel had risen again, and the drivers spoke of little else while they waited for papers.",
    "An officer who did not want to give his name said that the order had come late and had been read badly.",
    "The figures could not be checked, and earlier ones by the same office turned out to be too low by half.",
    "It was the third time this year that the talks broke off on the question of who would guard the road.",
    "Children played with the empty boxes until the rain came back and drove everybody under the roof.",
    "Doctors asked for clean water first, then for serum, and only after that for more beds and more hands.",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def towns() -> dict[str, list[str]]:
    """Return the towns of the gazetteer by country, for countries with more than a hundred."""
    found: dict[str, list[str]] = {}
    with sqlite3.connect(f"{embedded_path().as_uri()}?mode=ro", uri=True) as connection:
        for country, town in connection.execute(_TOWNS):
            found.setdefault(country, []).append(town)
    return {country: names for country, names in found.items() if len(names) > 100}


def generated(count: int, *, seed: int = 1) -> Iterator[Article]:
    """Yield articles of about 400 words; equal counts and seeds give equal articles."""
    dice = random.Random(seed)  # noqa: S311 - nothing is secret here
    names = towns()
    countries = sorted(names)[:60]
    weights = [1 / (rank + 4) for rank in range(len(countries))]
    for number in range(count):
        country = dice.choices(countries, weights)[0]
        near = dice.sample(names[country], 6)
        lines = []
        for at in range(SENTENCES):
            pattern = dice.choice(_WITHOUT_PLACE if at % 5 in (2, 4) else _WITH_PLACE)
            place, other = dice.choice(near), dice.choice(near)
            lines.append(pattern.format(place=place, other=other, day=dice.choice(_DAYS)))
        lines.insert(1, f"Officials of {country} gave no figures.")
        yield Article(
            id=f"generated-{number}",
            title=f"Waiting for the trucks near {near[0]}",
            text=" ".join(lines),
            published=f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}",
            source="Generated Wire",
            url=f"https://example.org/generated/{number}",
        )


def milliseconds(ask: Callable[[], Sequence[object]]) -> tuple[float, int]:
    """Return the best time of an answer, and how many things it holds."""
    times, size = [], 0
    for _ in range(RUNS):
        start = time.perf_counter()
        size = len(ask())
        times.append((time.perf_counter() - start) * 1000)
    return min(times), size


def questions(project: Project) -> dict[str, list[Callable[[], Sequence[object]]]]:
    """Return kinds of questions, each with several about places and articles of the project."""
    found = project.search(Query(all_types=True))
    dice = random.Random(2)  # noqa: S311
    towns_ = dice.sample(sorted({each.place.id for each in found if each.place.feature_class == "P"}), 10)
    provinces = dice.sample(sorted({each.ancestor_ids[0] for each in found if each.ancestor_ids}), 10)
    countries = sorted({each.place.id for each in found if each.place.feature_code == "PCLI"})
    places = {id_: project.geoparser.gazetteer.place(id_) for id_ in (*towns_, *provinces, *countries)}
    held = {id_: place for id_, place in places.items() if place is not None}
    ask = project.articles_mentioning
    near = [held[id_] for id_ in towns_ if id_ in held]
    names = [place.name for place in near]
    return {
        "places of an article": [
            lambda id_=f"generated-{number}": project.places_in(id_) for number in (0, 500, 999)
        ],
        "articles of a town": [lambda place=place: ask(place) for place in near],
        "articles inside a province": [
            lambda place=held[id_]: ask(place, inside=True) for id_ in provinces if id_ in held
        ],
        "articles inside a country": [
            lambda place=held[id_]: ask(place, inside=True) for id_ in countries if id_ in held
        ],
        "articles within 50 km": [lambda place=place: ask(place, within_km=50) for place in near],
        "full text, two words": [
            lambda words=words: project.search(Query(text=words))
            for words in (f"{names[0]} pier", f'"mayor of {names[1]}"', f"smoke {names[2]}")
        ],
        "full text, place and dates": [
            lambda place=place: ask(
                place,
                within_km=100,
                query=Query(text="convoy", since="2024-03-01", until="2024-06-30", all_types=True),
            )
            for place in near
        ],
    }


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ARTICLES
    articles = list(generated(count))
    words = statistics.mean(len(article.text.split()) for article in articles)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.gpkg"
        geoparser = Geoparser()
        start = time.perf_counter()
        for article in articles[:1000]:
            geoparser.parse(article)
        parsing = (time.perf_counter() - start) / min(count, 1000)
        with Project(path, geoparser=geoparser) as project:
            start = time.perf_counter()
            project.add(articles)
            adding = time.perf_counter() - start
            start = time.perf_counter()
            project.add(articles)
            again = time.perf_counter() - start
            counts = project.counts
            print(f"{count:,} articles of {words:.0f} words, {counts.mentions / count:.1f} mentions each")
            print(f"add                {adding:8.1f} s, {count / adding:.0f} articles/s")
            print(f"  of it parsing    {parsing * count:8.1f} s")
            print(f"add again          {again:8.1f} s, {count / again:.0f} articles/s")
            print(f"file               {path.stat().st_size / 1e6:8.1f} MB")
            print(f"peak memory        {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB")
            for name, asks in questions(project).items():
                times = sorted(milliseconds(ask) for ask in asks)
                middle, slowest = times[len(times) // 2], times[-1]
                print(
                    f"{name:<28} {middle[0]:6.1f} ms ({middle[1]:,} found)"
                    f"   slowest {slowest[0]:6.1f} ms ({slowest[1]:,} found)"
                )


if __name__ == "__main__":
    main()
