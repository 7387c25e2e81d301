"""Figures of the map beside folium's own ways: time to build, size, what a browser makes of it.

    python tests/bench/map.py --sizes 1000 10000 100000 --folium-most 10000

For each number of sightings (a fifth as many places, three tenths as many articles, made up, the same in
every run) it prints: seconds to build the file (and of the processor), its megabytes, seconds until the map
is drawn, seconds until a popup shows, and the megabytes of its JavaScript heap, all in headless Chromium,
which opens the page from its file. folium's own files come from the web; for them `--cdn FOLDER` names a
folder that holds them by name. One Marker and popup each is left out above `--folium-most`.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from geomap.exporters.leaflet import LeafletExporter
from geomap.gazetteers.surroundings import surroundings
from geomap.model import (
    Article,
    Candidate,
    Evidence,
    Match,
    Mention,
    Outcome,
    Place,
    Point,
    Resolution,
    Role,
    ScoredCandidate,
    Sighting,
)

FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--window-size=1400,900", "--enable-precise-memory-info", "--js-flags=--expose-gc"),
)
WORDS = (
    *("truce", "village", "convoy", "market", "bridge", "council", "river", "harbour", "shelling", "drought"),
    *(
        "hospital",
        "school",
        "border",
        "talks",
        "flood",
        "power",
        "water",
        "farmers",
        "police",
        "storm",
        "aid",
    ),
)
COUNTRIES = ("SY", "IQ", "UA", "SD", "YE", "FR", "US", "IN", "NG", "ML", "CO", "MM", "ET", "AF", "LB", "TR")
EVIDENCE = ("prominence", "country_votes", "nearby", "containment", "name_match")


def made_up(number: int) -> list[Sighting]:
    """Return so many sightings of a fifth as many places in three tenths as many articles."""
    chance = random.Random(number)  # noqa: S311 - the same in every run, and no secret
    centers = [(chance.uniform(-35, 60), chance.uniform(-120, 150)) for _ in range(120)]
    places = [_place(at, chance, centers) for at in range(max(1, number // 5))]
    articles = [_article(at, chance) for at in range(max(1, number * 3 // 10))]
    order = sorted(chance.randrange(len(articles)) for _ in range(number))
    return [_sighting(articles[at], places, chance) for at in order]


def _place(number: int, chance: random.Random, centers: Sequence[tuple[float, float]]) -> Place:
    lat, lon = chance.choice(centers)
    return Place(
        id=f"geonames:{number}",
        name=f"{chance.choice(WORDS).title()}{chance.choice(('', 'abad', ' Town', 'ville'))} {number}",
        point=Point(lat=lat + chance.gauss(0, 2.5), lon=lon + chance.gauss(0, 3.5)),
        feature_class="P",
        feature_code=chance.choice(("PPL", "PPL", "PPLA", "PPLX")),
        country_code=chance.choice(COUNTRIES),
        admin1_code=str(chance.randrange(1, 20)).zfill(2),
        population=chance.randrange(0, 900_000),
        radius_km=chance.choice((0.0, 1.5, 4.0)),
    )


def _article(number: int, chance: random.Random) -> Article:
    return Article(
        id=f"article {number}",
        title=" ".join(chance.choice(WORDS) for _ in range(8)).capitalize(),
        text="",
        published=f"20{chance.randrange(15, 25)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
        source=f"Outlet {chance.randrange(60)}",
        url=f"https://news.example.org/{number}/{chance.choice(WORDS)}-{chance.choice(WORDS)}",
    )


def _sighting(article: Article, places: Sequence[Place], chance: random.Random) -> Sighting:
    place = places[int(len(places) * chance.random() ** 2)]
    before = " ".join(chance.choice(WORDS) for _ in range(9)).capitalize()
    sentence = f"{before} in {place.name} {' '.join(chance.choice(WORDS) for _ in range(7))}."
    start = len(before) + 4
    mention = Mention(
        article_id=article.id, field="text", start=start, end=start + len(place.name), text=place.name
    )
    ranked = tuple(_scored(each, chance) for each in (place, chance.choice(places)))
    return Sighting(
        article=article,
        resolution=Resolution(
            mention=mention,
            outcome=Outcome.RESOLVED,
            place=place,
            confidence=chance.betavariate(6, 2),
            ranked=ranked,
        ),
        place=place,
        sentence=sentence,
        sentence_start=0,
        country=f"Country {place.country_code}",
        admin1=f"Province {place.admin1_code}",
        role=chance.choice(list(Role)),
        role_score=chance.random(),
    )


def _scored(place: Place, chance: random.Random) -> ScoredCandidate:
    evidence = tuple(Evidence(name=name, value=chance.random(), weight=2.0) for name in EVIDENCE)
    candidate = Candidate(place=place, matched_name=place.name, match=Match.EXACT)
    return ScoredCandidate(candidate=candidate, evidence=evidence)


# --- the ways ------------------------------------------------------------------------------------


def build_ours(sightings: Sequence[Sighting], path: Path) -> None:
    """Write the map as `geomap map` does, with the base map around the places."""
    backdrop = surroundings({row.place.id: row.place for row in sightings}.values())
    LeafletExporter(title="Bench", backdrop=backdrop).export(sightings, path)


def build_markers(sightings: Sequence[Sighting], path: Path) -> None:
    """Write a folium map with one Marker and one popup per sighting."""
    import folium

    chart = folium.Map(tiles=None, maxZoom=18)
    for row in sightings:
        point = row.place.point
        folium.Marker([point.lat, point.lon], popup=_popup(row)).add_to(chart)
    chart.save(str(path))


def build_fast(sightings: Sequence[Sighting], path: Path) -> None:
    """Write a folium map with FastMarkerCluster, whose callback makes the popups."""
    import folium
    from folium.plugins import FastMarkerCluster

    chart = folium.Map(tiles=None, maxZoom=18)
    callback = "function (row) { return L.marker([row[0], row[1]]).bindPopup(row[2]); }"
    rows = [[row.place.point.lat, row.place.point.lon, _popup(row)] for row in sightings]
    FastMarkerCluster(rows, callback=callback).add_to(chart)
    chart.save(str(path))


def _popup(row: Sighting) -> str:
    return f"{row.place.name}<br>{row.article.title}<br>{row.article.source}<br>{row.sentence}"


WAYS: dict[str, Callable[[Sequence[Sighting], Path], None]] = {
    "geomap": build_ours,
    "Marker": build_markers,
    "FastMarkerCluster": build_fast,
}

# --- the browser -----------------------------------------------------------------------------------

_POPUP = """
const done = arguments[0];
const started = performance.now();
const later = () => requestAnimationFrame(() => setTimeout(() => done(performance.now() - started)));
if (L.geomap && L.geomap.shown) {
  const layer = L.geomap.shown.layer;
  const place = layer.filters.places[0];
  layer.openPopup(place);
  later();
} else {
  const markers = [...document.querySelectorAll(".leaflet-marker-icon")];
  const marker = markers.find((each) => !each.className.includes("cluster"));
  if (!marker) done(null);
  else { marker.click(); later(); }
}
"""
_DRAWN = """
const ours = typeof L !== "undefined" && L.geomap;
if (ours) return document.documentElement.dataset.ready === "true";
return document.querySelector(".leaflet-marker-icon") !== null;
"""


@contextmanager
def browser() -> Iterator[Any]:
    """Open headless Chromium without a network."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    with tempfile.TemporaryDirectory() as profile:
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        driver = webdriver.Chrome(
            options=options, service=webdriver.ChromeService(shutil.which("chromedriver"))
        )
        driver.set_page_load_timeout(180)
        driver.set_script_timeout(120)
        try:
            yield driver
        finally:
            driver.quit()


def shown(path: Path) -> dict[str, float | None]:
    """Return seconds to the first drawn map and to a popup, and megabytes of heap."""
    with browser() as driver:
        driver.get("about:blank")
        started = time.perf_counter()
        driver.get(path.as_uri())
        while not driver.execute_script(_DRAWN):
            if time.perf_counter() - started > 120:
                return {"drawn": None, "popup": None, "heap": None}
            time.sleep(0.01)
        drawn = time.perf_counter() - started
        popup = driver.execute_async_script(_POPUP)
        driver.execute_script("if (window.gc) gc()")
        heap = driver.execute_script("return performance.memory.usedJSHeapSize")
        return {"drawn": drawn, "popup": popup / 1000 if popup is not None else None, "heap": heap / 1e6}


def with_local_files(html: str, folder: Path | None) -> str:
    """Replace the addresses of folium's files by those in a folder, by name; others are left out."""
    import re

    def local(match: re.Match[str]) -> str:
        name = match.group(2).rsplit("/", 1)[-1]
        file = folder / name if folder else None
        return f'{match.group(1)}"{file.resolve().as_uri() if file and file.is_file() else "data:,"}"'

    return re.sub(r'((?:src|href)=)"(https?://[^"]+)"', local, html)


def main() -> None:
    """Print a line of JSON per way and size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--ways", nargs="+", choices=sorted(WAYS), default=list(WAYS))
    parser.add_argument("--folium-most", type=int, default=10_000)
    parser.add_argument("--cdn", type=Path)
    parser.add_argument("--keep", type=Path, help="a folder for the files")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for size in options.sizes:
            sightings = made_up(size)
            for way in options.ways:
                if way == "Marker" and size > options.folium_most:
                    continue
                path = (options.keep or Path(folder)) / f"{way}-{size}.html"
                figures = {"way": way, "sightings": size} | _figures(way, sightings, path, options.cdn)
                sys.stdout.write(json.dumps(figures) + "\n")
                sys.stdout.flush()


def _figures(way: str, sightings: Sequence[Sighting], path: Path, cdn: Path | None) -> dict[str, Any]:
    started, worked = time.perf_counter(), time.process_time()
    WAYS[way](sightings, path)
    built = {"built": time.perf_counter() - started, "processor": time.process_time() - worked}
    if way != "geomap":
        path.write_text(with_local_files(path.read_text("utf-8"), cdn), encoding="utf-8")
    figures = built | {"megabytes": path.stat().st_size / 1e6} | shown(path)
    return {key: None if value is None else round(value, 3) for key, value in figures.items()}


if __name__ == "__main__":
    main()
