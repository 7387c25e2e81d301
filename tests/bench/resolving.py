"""How long everything after recognition takes, and how far each way to a place may be trusted.

    GEOMAP_CORPORA=... python tests/bench/resolving.py

Milliseconds of the processor for 400 words of trnews-dev and gwn-dev, with the mentions of the dictionary;
and by the way to the place (`Match`) how many annotated names of four corpora lie within 161 km of what is
chosen, and how far off.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from geomap.articles import read_articles
from geomap.evaluate.resolving import mentions_of
from geomap.evaluate.toponyms import read_toponyms
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.geo import distance_km
from geomap.geoparser import Geoparser, default_geoparser
from geomap.recognizers.given import GivenRecognizer

CORPORA = ("lgl-dev", "trnews-dev", "gwn-dev", "tudloc")


def _raise(error: Exception) -> None:
    raise error


def _path(corpus: str) -> Path:
    return Path(os.environ["GEOMAP_CORPORA"]) / f"{corpus}.jsonl"


def speed(shipped: Geoparser) -> None:
    """Print the time for 400 words, after one round to warm up."""
    articles = list(read_articles([str(_path(each)) for each in ("trnews-dev", "gwn-dev")], on_error=_raise))
    given = {each.id: list(shipped.recognizer.recognize(each)) for each in articles}
    geoparser = Geoparser(
        recognizer=GivenRecognizer(given), gazetteer=shipped.gazetteer, resolver=shipped.resolver
    )
    share = 400 / sum(len(each.text.split()) for each in articles)
    for _ in range(2):
        began = time.process_time()
        for article in articles:
            geoparser.parse(article)
        took = time.process_time() - began
    mentions = sum(map(len, given.values())) * share
    print(f"400 words with {mentions:.1f} mentions: {took * share * 1000:.1f} ms")


def distances(shipped: Geoparser) -> None:
    """Print by `Match` the number of annotated names, the share within 161 km, and distances in km."""
    found: dict[str, list[float]] = defaultdict(list)
    for corpus in CORPORA:
        gold = read_toponyms(_path(corpus), on_error=_raise)
        articles = list(read_articles([str(_path(corpus))], on_error=_raise))
        given = {each.id: list(mentions_of(each, gold[each.id])) for each in articles}
        geoparser = Geoparser(
            recognizer=GivenRecognizer(given), gazetteer=shipped.gazetteer, resolver=shipped.resolver
        )
        for article in articles:
            truths = {(each.start, each.end): each.point for each in gold[article.id]}
            for resolution in geoparser.parse(article).resolutions:
                point = truths.get((resolution.mention.start, resolution.mention.end))
                if point is not None and resolution.place is not None and resolution.match is not None:
                    found[resolution.match.value].append(distance_km(point, resolution.place.point))
    for match, values in sorted(found.items()):
        km = np.array(values)
        near = km[km <= 161]
        print(f"{match}\t{len(km)}\twithin 161 km {len(near) / len(km):.3f}\tmedian {np.median(km):.0f} km\t"
              f"of those within, 80 % below {np.quantile(near, 0.8):.0f} km")  # fmt: skip


def main() -> None:
    """Measure."""
    shipped = default_geoparser(gazetteer=SqliteGazetteer(), recognizer="dictionary")
    speed(shipped)
    distances(shipped)


if __name__ == "__main__":
    main()
