"""Measure how many annotated places the gazetteer holds, before anything is recognized or resolved.

    GEOMAP_CORPORA=... python tests/bench/coverage.py [--gazetteer FILE] [--misses N]

"Near" is the share of annotated toponyms whose surface name has a candidate within 161 km (100 miles) of
the annotated point, "id" the share whose annotated GeoNames id is itself a candidate; toponyms without
coordinates (for "id": without an id) do not count. HumSet has no coordinates: "any" is the share of its
literal names with any candidate, "country" with one in the country of the article, which is the one that
most of its names of countries and demonyms mean (articles without such names do not count, nor names that
may mean a country or more than one). "Median" and "p90" are of the candidates of a distinct name, of which at
most 1,000 are asked for.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple

from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.geo import distance_km
from geomap.lexicon import is_country
from geomap.model import Candidate, Point

LIMIT = 1000
NEAR_KM = 161.0
LOCATED = ("lgl-dev", "trnews-dev", "gwn-dev", "tudloc")
UNLOCATED = ("humset-dev",)


class Finding(NamedTuple):
    """What the gazetteer has for one annotated name: None where the question does not apply."""

    name: str
    candidates: int
    near: bool | None
    same_id: bool | None
    in_country: bool | None = None

    @property
    def reason(self) -> str:
        """Why it counts as missed, "" where it does not."""
        if not self.candidates:
            return "no candidate"
        if self.near is False:
            return "all far"
        return "other country" if self.in_country is False else ""


def articles(folder: Path, corpus: str) -> Iterator[dict[str, Any]]:
    """Yield the articles of one corpus."""
    with (folder / f"{corpus}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def located(gazetteer: SqliteGazetteer, article: dict[str, Any]) -> Iterator[Finding]:
    """Judge the toponyms of an article that have coordinates."""
    for toponym in article["toponyms"]:
        if toponym.get("lat") is None:
            continue
        point = Point(lat=toponym["lat"], lon=toponym["lon"])
        found = gazetteer.lookup(toponym["text"], limit=LIMIT)
        number = toponym.get("geonames_id")
        yield Finding(
            name=toponym["text"],
            candidates=len(found),
            near=any(distance_km(point, each.place.point) <= NEAR_KM for each in found),
            same_id=number and any(each.place.id == f"geonames:{number}" for each in found),
        )


def unlocated(gazetteer: SqliteGazetteer, article: dict[str, Any]) -> Iterator[Finding]:
    """Judge the literal toponyms of an article without coordinates."""
    found = {each["text"]: gazetteer.lookup(each["text"], limit=LIMIT) for each in article["toponyms"]}
    country = main_country([found[each["text"]] for each in article["toponyms"]])
    for toponym in article["toponyms"]:
        if toponym["subtype"] == "LOC":
            places = [each.place for each in found[toponym["text"]]]
            wide = any(is_country(place) or not place.country_code for place in places)
            inside = any(place.country_code == country for place in places) if country and not wide else None
            yield Finding(toponym["text"], len(places), near=None, same_id=None, in_country=inside)


def main_country(found: Sequence[Sequence[Candidate]]) -> str:
    """Return the code of the country that most names mean, "" where none means one."""
    first = [candidates[0].place for candidates in found if candidates]
    counted = Counter(place.country_code for place in first if is_country(place))
    return min(counted, key=lambda code: (-counted[code], code), default="")


def share(answers: Sequence[bool | None]) -> str:
    """Return the share of the answers that are true, of those that apply."""
    known = [bool(answer) for answer in answers if answer is not None]
    return f"{sum(known) / len(known):.3f}" if known else "-"


def report(corpus: str, findings: Sequence[Finding]) -> str:
    """Return the line of a corpus."""
    counts = list({each.name: each.candidates for each in findings}.values())
    cells = [
        str(len(findings)),
        share([each.candidates > 0 for each in findings]),
        share([each.near for each in findings]),
        share([each.same_id for each in findings]),
        share([each.in_country for each in findings]),
        f"{median(counts):g}",
        f"{quantiles(counts, n=10)[-1]:g}",
    ]
    return f"{corpus:<12}" + "".join(f"{cell:>9}" for cell in cells)


def misses(findings: Sequence[Finding], most: int) -> Iterator[str]:
    """Yield the most frequent missed names with their reasons."""
    counted = Counter((each.name, each.reason) for each in findings if each.reason)
    for (name, reason), count in counted.most_common(most):
        yield f"    {count:4}  {reason:<14}{name!r}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--gazetteer", type=Path)
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="the N most frequent of a corpus")
    options = parser.parse_args()
    folder = Path(os.environ["GEOMAP_CORPORA"])
    titles = ("names", "any", "near", "id", "country", "median", "p90")
    print(f"{'corpus':<12}" + "".join(f"{title:>9}" for title in titles))
    with SqliteGazetteer(options.gazetteer) as gazetteer:
        for corpus in (*LOCATED, *UNLOCATED):
            judge = located if corpus in LOCATED else unlocated
            found = [each for article in articles(folder, corpus) for each in judge(gazetteer, article)]
            print(report(corpus, found))
            for line in misses(found, options.misses):
                print(line)


if __name__ == "__main__":
    main()
