"""How many spellings of places' names look-up finds, how many words it takes for places, and how fast.

    python tests/bench/variants.py [--misses]

Spellings are those of tests/data/variants.tsv, by part. "exact" is a look-up by written names, "strict" what
`lookup` finds in all (what geoparsing asks), "search" what a search shows: exact, else what `similar` finds.
False matches are counted on 2,000 ordinary English words, 2,000 names of people and 1,000 surnames of other
languages than English, capitalized, none of them the name of a place. Times are processor time.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from geomap import lexicon
from geomap.gazetteers.fuzzy import GEOPARSING, SEARCH
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.model import Candidate, Match

DATA = Path(__file__).parent.parent / "data" / "variants.tsv"
FIRST = 10
_BY_SOUND = (Match.TRANSLITERATED, Match.FUZZY)


class Variant(NamedTuple):
    """A row of the table."""

    part: str
    region: str
    variant: str
    place_id: str
    place: str
    country: str
    usage: str


def variants() -> list[Variant]:
    """Return the rows of the table."""
    lines = [line for line in DATA.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [Variant(*line.split("\t")) for line in lines[1:]]


def exact(gazetteer: SqliteGazetteer, name: str) -> list[Candidate]:
    """Return what is called so, and nothing that only sounds so."""
    return [each for each in gazetteer.lookup(name) if each.match not in _BY_SOUND][:FIRST]


def holds(found: Sequence[Candidate], place_id: str) -> bool:
    """Tell whether a place is among the first ones found."""
    return any(each.place.id == place_id for each in found[:FIRST])


def report_recall(gazetteer: SqliteGazetteer, rows: Sequence[Variant], title: str, *, misses: bool) -> None:
    """Print shares found among the first ten."""
    missed = [row for row in rows if not holds(exact(gazetteer, row.variant), row.place_id)]
    strict = [row for row in rows if holds(gazetteer.lookup(row.variant), row.place_id)]
    shown = {row: exact(gazetteer, row.variant) or gazetteer.similar(row.variant) for row in rows}
    searched = [row for row in rows if holds(shown[row], row.place_id)]
    alike = [row for row in missed if holds(gazetteer.similar(row.variant), row.place_id)]
    first = [row for row in missed if holds(gazetteer.similar(row.variant)[:1], row.place_id)]
    by_strict = [row for row in missed if row in strict]
    count, gone = len(rows), max(1, len(missed))
    print(
        f"{title:30} {count:4}  exact {1 - len(missed) / count:.3f}  strict {len(strict) / count:.3f}"
        f"  search {len(searched) / count:.3f} | of {len(missed)} not exact:"
        f"  strict {len(by_strict) / gone:.3f}"
        f"  similar {len(alike) / gone:.3f}  similar first {len(first) / gone:.3f}"
    )
    if misses:
        for row in rows:
            if row not in searched:
                others = [f"{each.place.name} ({each.place.country_code})" for each in shown[row][:2]]
                print(f"    {row.variant} = {row.place} ({row.country}), {row.usage}; found {others}")


def words(gazetteer: SqliteGazetteer) -> Iterator[tuple[str, list[str]]]:
    """Yield samples of capitalized words and names that no place bears."""
    chosen = random.Random(4)  # noqa: S311 - a sample, the same each time

    def sample(names: Sequence[str], count: int) -> list[str]:
        shuffled = chosen.sample(list(names), len(names))
        kept = (name.title() for name in shuffled if name.isascii() and not exact(gazetteer, name.title()))
        return [name for _, name in zip(range(count), kept, strict=False)]

    ordinary = (word for word in lexicon.word_list("words.txt.xz") if word.isalpha() and len(word) > 3)
    yield "ordinary words", sample(sorted(ordinary), 2000)
    given, family = sorted(lexicon.given_names()), sorted(lexicon.surnames())
    pairs = [f"{chosen.choice(given)} {chosen.choice(family)}" for _ in range(2500)]
    yield "names of people", sample(pairs, 2000)
    foreign = sorted(
        row["name"] for row in lexicon.table("international_names.tsv") if row["kind"] == "surname"
    )
    yield "surnames alone", sample(foreign, 1000)


def report_false_matches(gazetteer: SqliteGazetteer) -> None:
    """Print the shares of words for which anything is found."""
    for title, names in words(gazetteer):
        strict = sum(bool(gazetteer.similar(name, strictness=GEOPARSING)) for name in names)
        search = sum(bool(gazetteer.similar(name, strictness=SEARCH)) for name in names)
        count = len(names)
        print(f"{title:30} {count:4}  strict {strict / count:.3f}  search {search / count:.3f}")


def report_times(title: str, look_up: Callable[[str], object], names: Sequence[str]) -> None:
    """Print median and 90th percentile of the processor time of one look-up."""
    spent = []
    for name in names:
        start = time.process_time()
        look_up(name)
        spent.append((time.process_time() - start) * 1000)
    median, p90 = statistics.median(spent), statistics.quantiles(spent, n=10)[-1]
    print(f"{title:30} {len(names):4}  median {median:.2f} ms  p90 {p90:.2f} ms")


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list what a search does not find")
    options = parser.parse_args()
    rows = variants()
    with SqliteGazetteer() as gazetteer:
        gazetteer.similar("Deir al-Zor")  # imports what it needs
        names = sorted({row.variant for row in rows})
        report_times("time of a search", gazetteer.similar, names)
        report_times(
            "time of a strict look-up", lambda name: gazetteer.similar(name, strictness=GEOPARSING), names
        )
        for part in ("1", "2"):
            chosen = [row for row in rows if row.part == part]
            report_recall(gazetteer, chosen, f"part {part}", misses=options.misses)
        for region in sorted({row.region for row in rows}):
            report_recall(gazetteer, [row for row in rows if row.region == region], region, misses=False)
        report_recall(gazetteer, rows, "all", misses=False)
        report_false_matches(gazetteer)


if __name__ == "__main__":
    main()
