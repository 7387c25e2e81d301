"""Measure geomap: articles a second in one process, peak memory, `--help`, a cold map.

    python tests/bench/speed.py

Articles of 400 words are cut from the sample articles that come with the package (50 mentions each, many for
news) and, where GEOMAP_CORPORA is set, from news of the development corpora. Wall seconds; the best of
several runs, because other work on the machine can only make a run slower.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from importlib import resources
from pathlib import Path

from geomap import default_geoparser, read_articles
from geomap.model import Article

WORDS = 400
ARTICLES = 150
RUNS = 5


def news() -> list[Article]:
    """Return articles of 400 words, each from one or more articles of the development corpora."""
    folder = os.environ.get("GEOMAP_CORPORA")
    if folder is None:
        return []
    paths = [f"{folder}/{corpus}-dev.jsonl" for corpus in ("lgl", "trnews", "gwn")]
    words = [word for each in read_articles(paths, on_error=print) for word in each.text.split(" ")]
    count = min(ARTICLES, len(words) // WORDS)
    return [
        Article(id=str(number), text=" ".join(words[number * WORDS : (number + 1) * WORDS]))
        for number in range(count)
    ]


def articles() -> list[Article]:
    """Return articles of 400 words, no two alike, each from one or two samples."""
    samples = list(read_articles([str(resources.files("geomap.samples"))], on_error=print))
    found = []
    for number in range(ARTICLES):
        first, second = samples[number % len(samples)], samples[(number * 7 + 3) % len(samples)]
        text = " ".join((first.text + "\n\n" + second.text).split(" ")[:WORDS])
        found.append(replace(first, id=str(number), title="", text=text))
    return found


def seconds(command: list[str]) -> float:
    """Return the best wall time of a command."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return min(times)


def parsing(batch: list[Article]) -> tuple[float, float]:
    """Return the best rate in articles a second, and the mentions of an article."""
    geoparser = default_geoparser()
    geoparser.parse(batch[0])
    rates = []
    mentions = 0
    for _ in range(RUNS):
        start = time.perf_counter()
        mentions = sum(len(geoparser.parse(article).resolutions) for article in batch)
        rates.append(len(batch) / (time.perf_counter() - start))
    return max(rates), mentions / len(batch)


def main() -> None:
    """Print the figures, one a line."""
    batch = articles()
    with tempfile.TemporaryDirectory() as folder:
        article = Path(folder) / "article.txt"
        article.write_text(batch[0].text, encoding="utf-8")
        command = [sys.executable, "-m", "geomap"]
        print(f"geomap --help: {1000 * seconds([*command, '--help']):.0f} ms")
        cold = seconds([*command, "map", str(article), "-o", f"{folder}/map.html"])
        print(f"geomap map, one article, cold: {cold:.2f} s")
    # Before this process grows: a child counts what its parent held when it was forked.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory, map: {peak:.0f} MB")
    for name, each in (("samples", batch), ("news", news())):
        if each:
            rate, mentions = parsing(each)
            print(f"{name}, {WORDS} words, {mentions:.0f} mentions each: {rate:.0f} articles a second")
    print(f"peak memory, parsing: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
