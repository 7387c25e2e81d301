"""A program that adds to a project is killed, robbed of its disk, or not alone: nothing reported is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from builders import a_place, a_sighting, an_article

from geomap.errors import StoreError
from geomap.model import Article, GeoparsedArticle, Place, Provenance, Query, Sighting
from geomap.store import GeoPackageStore

resource = pytest.importorskip("resource", reason="limits of a process are a thing of Unix")

PROVENANCE = Provenance(recognizer="r@1", gazetteer="g@1", resolver="e@1")
SYRIA, IRAQ = "geonames:163843", "geonames:99237"
PLACES = (
    (a_place(id="geonames:170063", name="Aleppo", lat=36.20124, lon=37.16117), (SYRIA,), "Syria"),
    (a_place(id="geonames:169577", name="Homs", lat=34.72682, lon=36.72339), (SYRIA,), "Syria"),
    (a_place(id="geonames:173576", name="Hama", lat=35.13179, lon=36.75783), (SYRIA,), "Syria"),
    (
        a_place(id="geonames:99072", name="Mosul", lat=36.335, lon=43.11889, country_code="IQ"),
        (IRAQ,),
        "Iraq",
    ),
    (
        a_place(id="geonames:99532", name="Basra", lat=30.50852, lon=47.7804, country_code="IQ"),
        (IRAQ,),
        "Iraq",
    ),
    (a_place(id="geonames:2198148", name="Suva", lat=-18.1416, lon=178.4419, country_code="FJ"), (), "Fiji"),
)
SENTENCES = (
    "The bakery at the north gate of {} opened before dawn.",
    "A bridge near {} was closed to trucks.",
    "Pumps were brought from {} on Sunday.",
    "Teachers in {} asked for new books.",
)


def a_choice(seed: int | str) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same moments and sentences in every run


def parsed(number: int, *, edition: int = 0, many: int = 3) -> GeoparsedArticle:
    """Return an article of a few sentences, each about a place, as if it had been geoparsed."""
    choice = a_choice(f"{number}-{edition}")
    chosen = choice.sample(PLACES, k=choice.randint(1, many))
    lines = [choice.choice(SENTENCES).format(place.name) for place, _, _ in chosen]
    article = an_article(
        id=f"n{number}",
        title=f"Report {number}",
        text=f"Edition {edition}. {' '.join(lines)}",
        published=f"2024-0{choice.randint(1, 9)}-11",
        url=f"https://example.org/{number}",
    )
    sightings = tuple(_sightings(chosen, article, choice))
    return GeoparsedArticle(
        article=article,
        resolutions=tuple(each.resolution for each in sightings),
        provenance=PROVENANCE,
        sightings=sightings,
    )


def _sightings(
    chosen: Iterable[tuple[Place, tuple[str, ...], str]], article: Article, choice: random.Random
) -> Iterator[Sighting]:
    for place, ancestors, country in chosen:
        found = a_sighting(
            article=article, place=place, word=place.name, country=country, confidence=choice.random()
        )
        yield replace(found, ancestor_ids=ancestors)


# --- what a project's file says ----------------------------------------------------------------

COUNTS = "SELECT id, articles, mentions, literal_mentions, confidence, first_day, last_day FROM geomap_place"
COUNTED = """
SELECT place.id, COUNT(DISTINCT article), COUNT(*), SUM(literal), MAX(mention.confidence), MIN(day), MAX(day)
FROM geomap_mention AS mention JOIN geomap_place AS place ON place.number = mention.place
JOIN geomap_article AS article ON article.number = mention.article GROUP BY place.id
"""
STATE = (
    """SELECT id, title, text, published, day, source, url, language, flags, origin, digest, recognizer,
    gazetteer, resolver FROM geomap_article JOIN geomap_provenance AS p ON p.number = provenance
    ORDER BY geomap_article.number""",
    "SELECT * FROM places ORDER BY place_id",
    "SELECT * FROM sightings ORDER BY article_id, fid",
    "SELECT ancestor, id FROM geomap_inside JOIN geomap_place ON number = place ORDER BY 1, 2",
    "SELECT key, id FROM geomap_name JOIN geomap_place ON number = place ORDER BY 1, 2",
    "SELECT table_name, min_x, min_y, max_x, max_y FROM gpkg_contents ORDER BY 1",
    "SELECT f_table_name, styleName, useAsDefault, styleQML FROM layer_styles ORDER BY id",
    """SELECT term, col, id, offset FROM temp.words JOIN geomap_article ON number = doc
    ORDER BY term, col, id, offset""",
)


def state(path: Path) -> list[list[tuple[object, ...]]]:
    """Return all that the tables say, without numbers that depend on the order of the writing."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, geomap_text, instance)")
        rows = [connection.execute(statement) for statement in STATE]
        return [
            [
                tuple(
                    value for value, column in zip(row, found.description, strict=True) if column[0] != "fid"
                )
                for row in found
            ]
            for found in rows
        ]


def sound(path: Path, reported: Iterable[str] = ()) -> None:
    """Check that a file is whole, agrees with itself, and holds what was reported once."""
    with GeoPackageStore(path, create=False) as store:
        store.find(Query())
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute("INSERT INTO geomap_text (geomap_text, rank) VALUES ('integrity-check', 1)")
        assert sorted(connection.execute(COUNTS)) == sorted(connection.execute(COUNTED))
        ids = [row[0] for row in connection.execute("SELECT id FROM geomap_article")]
    assert len(ids) == len(set(ids))
    assert set(reported) <= set(ids)
    import pyogrio  # here, because the programs that are killed need not wait for it

    for layer in ("places", "sightings"):
        assert pyogrio.read_info(path, layer=layer)["geometry_type"] == "Point"


# --- programs ----------------------------------------------------------------------------------

START = f"""
import resource, signal, sys, time
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_kill import GeoPackageStore, Query, StoreError, parsed
path = Path(sys.argv[1])
def add(numbers, edition=0):
    with GeoPackageStore(path) as store:
        for number in numbers:
            store.add(parsed(number, edition=edition))
            print(f"n{{number}}", flush=True)
"""


def program(path: Path, code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START + code, path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    )


def killed(running: subprocess.Popen[str], *, lines: int, wait_s: float) -> list[str]:
    """Kill a program some time after it has said so many lines; return what it has said."""
    assert running.stdout is not None
    said = [running.stdout.readline() for _ in range(lines)]
    time.sleep(wait_s)
    running.send_signal(signal.SIGKILL)
    rest, errors = running.communicate()
    assert not errors
    assert running.returncode == -signal.SIGKILL
    return [line.strip() for line in ("".join(said) + rest).splitlines(keepends=True) if line.endswith("\n")]


def run(path: Path, code: str) -> list[str]:
    """Run a program to its end; return the lines it has said."""
    running = program(path, code)
    said, errors = running.communicate(timeout=60)
    assert running.returncode == 0, errors
    return said.splitlines()


def undisturbed(path: Path, steps: Iterable[tuple[Sequence[int], int]]) -> list[list[tuple[object, ...]]]:
    with GeoPackageStore(path) as store, store.transaction():
        for numbers, edition in steps:
            for number in numbers:
                store.add(parsed(number, edition=edition))
    return state(path)


FOREVER = "add(range(100_000))"


@pytest.mark.slow
def test_what_was_reported_survives_kill_9_at_random_moments(tmp_path: Path) -> None:
    path, choice = tmp_path / "news.gpkg", a_choice(3)
    reported: set[str] = set()
    for _ in range(4):
        lines = choice.randint(1, 40)
        reported |= set(killed(program(path, FOREVER), lines=lines, wait_s=choice.uniform(0, 0.05)))
        sound(path, reported)
    numbers = range(1 + max(int(each[1:]) for each in reported))
    assert numbers == range(len(reported))
    run(path, f"add(range({len(numbers) + 50}))")
    assert state(path) == undisturbed(tmp_path / "other.gpkg", [(range(len(numbers) + 50), 0)])


@pytest.mark.slow
def test_kill_9_while_articles_are_replaced_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    path, choice, many = tmp_path / "news.gpkg", a_choice(4), range(60)
    undisturbed(path, [(many, 0)])
    for edition in (1, 2):
        code = f"add(range({len(many)}), {edition})"
        killed_at = choice.randint(1, len(many) - 20)
        said = killed(program(path, code), lines=killed_at, wait_s=choice.uniform(0, 0.01))
        sound(path, (f"n{number}" for number in many))
        with GeoPackageStore(path) as store:
            held = [store.parsed(f"n{number}") for number in many]
        editions = [int(each.article.text[8 : each.article.text.index(".")]) for each in held if each]
        assert editions[: len(said)] == [edition] * len(said)
        assert set(editions) <= {edition, edition - 1}
        run(path, code)
        assert state(path) == undisturbed(tmp_path / f"other{edition}.gpkg", [(many, edition)])


@pytest.mark.slow
def test_kill_9_while_the_file_is_made_leaves_one_that_can_be_used(tmp_path: Path) -> None:
    choice = a_choice(5)
    code = "print('start', flush=True)\nGeoPackageStore(path).close()\ntime.sleep(9)"
    for at in range(3):
        path = tmp_path / f"news{at}.gpkg"
        killed(program(path, code), lines=1, wait_s=choice.uniform(0, 0.02))
        with GeoPackageStore(path) as store:
            store.add(parsed(1))
        sound(path, ["n1"])


def _dies_writing(size: int, code: str) -> str:
    """Return a program that the system kills where it writes the byte of that number into any file."""
    return f"""
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
{code}"""


@pytest.mark.parametrize("size", [0, 600, 4096, 20_000, 90_000])
def test_death_in_the_middle_of_a_write_that_makes_the_file_is_undone(tmp_path: Path, size: int) -> None:
    path = tmp_path / "news.gpkg"
    running = program(path, _dies_writing(size, "add([1])"))
    assert running.communicate(timeout=60)[0] == ""
    assert running.returncode == -signal.SIGXFSZ
    with GeoPackageStore(path) as store:
        assert store.find(Query()) == []
        store.add(parsed(1))
    sound(path, ["n1"])


def test_death_in_the_middle_of_a_write_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    path = tmp_path / "news.gpkg"
    expected = undisturbed(path, [(range(20), 0)])
    size = path.stat().st_size
    for at in (size - 8192, size - 1, size + 4096):
        code = "with GeoPackageStore(path) as store, store.transaction():\n"
        code += "    for number in range(300): store.add(parsed(number, edition=1))"
        running = program(path, _dies_writing(at, code))
        running.communicate(timeout=60)
        assert running.returncode == -signal.SIGXFSZ
        sound(path, (f"n{number}" for number in range(20)))
        assert state(path) == expected


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "news.gpkg"
    undisturbed(path, [(range(20), 0)])
    limit = path.stat().st_size + 8192
    code = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
    code += "try: add(range(20, 9999))\nexcept StoreError as error: print(error)"
    *reported, problem = run(path, code)
    assert problem.startswith(f"{path}: cannot be ")
    assert "disk is full" in problem
    sound(path, reported)
    run(path, f"add(range({20 + len(reported) + 5}))")
    assert state(path) == undisturbed(tmp_path / "other.gpkg", [(range(20 + len(reported) + 5), 0)])


# --- not alone ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_two_programs_add_to_a_project_that_neither_has_made(tmp_path: Path) -> None:
    path = tmp_path / "news.gpkg"
    code = "while time.time() < {}: pass\nadd({})"
    start = time.time() + 2
    both = [program(path, code.format(start, numbers)) for numbers in ("range(60)", "range(59, -1, -1)")]
    for running in both:
        said, errors = running.communicate(timeout=60)
        assert running.returncode == 0, errors
        assert len(said.splitlines()) == 60
    sound(path, (f"n{number}" for number in range(60)))
    assert sorted(state(path)[0]) == sorted(undisturbed(tmp_path / "other.gpkg", [(range(60), 0)])[0])


@pytest.mark.slow
def test_who_reads_while_another_writes_sees_whole_articles(tmp_path: Path) -> None:
    path = tmp_path / "news.gpkg"
    undisturbed(path, [(range(40), 0)])
    running = program(path, "for edition in range(1, 9999): add(range(40), edition)")
    assert running.stdout is not None
    running.stdout.readline()
    until = time.monotonic() + 1.5
    with GeoPackageStore(path) as store:
        while time.monotonic() < until:
            for found in store.find(Query(all_types=True)):
                mention = found.resolution.mention
                assert found.article.text[mention.start : mention.end] == mention.text == found.place.name
                assert found.sentence in found.article.text
            assert store.counts().articles == 40
    killed(running, lines=0, wait_s=0)
    sound(path)


# --- the command -------------------------------------------------------------------------------


def _news(path: Path, many: int) -> Path:
    lines = [json.dumps({"id": each.id, "title": each.title, "text": each.text, "url": each.url})
             for each in (parsed(number).article for number in range(many))]  # fmt: skip
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _geomap_add(news: Path, project: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "geomap", "add", str(news), "--project", str(project), "--json"]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent
    )


@pytest.mark.slow
def test_geomap_add_can_be_killed_and_started_again(tmp_path: Path) -> None:
    news, path, choice = _news(tmp_path / "news.jsonl", 250), tmp_path / "news.gpkg", a_choice(6)
    reported: list[str] = []
    for lines in (1, 101):
        said = killed(_geomap_add(news, path), lines=lines, wait_s=choice.uniform(0, 0.05))
        rows = [json.loads(line) for line in said]
        assert all(row["change"] == "unchanged" for row in rows if row["id"] in reported)
        assert not {row["id"] for row in rows if row["change"] == "added"} & set(reported)
        reported += [row["id"] for row in rows if row["change"] == "added"]
        sound(path, reported)
    assert reported
    for project in (path, tmp_path / "other.gpkg"):
        said, errors = _geomap_add(news, project).communicate(timeout=60)
        assert len(said.splitlines()) == 250, errors
    assert state(path) == state(tmp_path / "other.gpkg")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Path]:
    """A project whose writer died, with the journal that undoes what was only begun."""
    path = tmp_path / "news.gpkg"
    undisturbed(path, [(range(20), 0)])
    code = "with GeoPackageStore(path) as store, store.transaction():\n"
    code += "    for number in range(300): store.add(parsed(number, edition=1))"
    running = program(path, _dies_writing(path.stat().st_size, code))
    running.communicate(timeout=60)
    yield path
    tmp_path.chmod(0o700)


@pytest.mark.skipif(os.geteuid() == 0, reason="for root no folder is read-only")
def test_what_must_be_undone_in_a_read_only_folder_is_said(journal: Path) -> None:
    assert journal.with_name("news.gpkg-journal").exists()
    journal.chmod(0o400)
    journal.parent.chmod(0o500)
    with pytest.raises(StoreError, match="read-only"):
        GeoPackageStore(journal)
