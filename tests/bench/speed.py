"""Measure geomap: articles a second in one process, peak memory, `--help`, a cold map.

    python tests/bench/speed.py

Articles of 400 words are cut from the sample articles that come with the package. Wall seconds; the best of
several runs, because other work on the machine can only make a run slower.
"""

from __future__ import annotations

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


def main() -> None:
    """Print the figures, one a line."""
    geoparser = default_geoparser()
    batch = articles()
    geoparser.parse(batch[0])
    rates = []
    for _ in range(RUNS):
        start = time.perf_counter()
        mentions = sum(len(geoparser.parse(article).resolutions) for article in batch)
        rates.append(len(batch) / (time.perf_counter() - start))
    print(f"articles of {WORDS} words a second, one process: {max(rates):.0f} ({mentions} mentions)")
    print(f"peak memory, parsing: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    with tempfile.TemporaryDirectory() as folder:
        article = Path(folder) / "article.txt"
        article.write_text(batch[0].text, encoding="utf-8")
        command = [sys.executable, "-m", "geomap"]
        print(f"geomap --help: {1000 * seconds([*command, '--help']):.0f} ms")
        cold = seconds([*command, "map", str(article), "-o", f"{folder}/map.html"])
        print(f"geomap map, one article, cold: {cold:.2f} s")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory, map: {peak:.0f} MB")


if __name__ == "__main__":
    main()
