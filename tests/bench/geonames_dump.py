"""Measure a gazetteer of all of GeoNames, on a generated dump: time, memory, size, look-ups, sharing.

    python tests/bench/geonames_dump.py [--rows 12000000] [--folder FOLDER] [--no-alternates] [-- OPTION...]

Writes allCountries.zip, in the form of GeoNames', and alternateNamesV2.zip: names from syllables by country
and script, feature classes in about GeoNames' shares, 1.6 names a row, populations by a power law; every 45th
row is a place of the embedded gazetteer under its own id. The same number of rows gives the same files. Then
`geomap gazetteer build` makes a gazetteer of them in a process of its own (OPTIONs are passed on), and two
more processes open it at once. Look-ups are timed for names of places drawn at random ("warm_us": hundreds of
places bear the common ones, and 50 of them are made into values) and for names drawn at random ("key_us").
Needs Linux (/proc). 12 million rows need 8 GB of disk.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from geomap.gazetteers.sqlite import embedded_path

_EMBEDDED_EVERY = 45
_FIRST_ID = 20_000_000  # beyond those of GeoNames, so that none is there twice
_EMBEDDED = """
SELECT id, name, lat, lon, feature_class, feature_code, country_code, admin1_code, admin2_code, population
FROM place WHERE id LIKE 'geonames:%' AND feature_class IN ('A', 'P') ORDER BY number
"""
_CLASSES = {
    "P": (40, "PPL PPL PPL PPL PPL PPL PPL PPL PPL PPLX PPLL PPLA4 PPLQ PPLF"),
    "H": (19, "STM STM STM STM STMI LK LK SPNG WAD RSV WLL BAY CNL"),
    "S": (20, "SCH CH FRM HTL BLDG CMTY RSTN MSQE AIRP DAM TMPL BDG MN HSP"),
    "T": (14, "HLL MT MT ISL PT PK VAL CAPE RDGE RK"),
    "A": (3, "ADM4 ADM4 ADM3 ADM3 ADMD ADM5"),
    "L": (3, "LCTY LCTY PRK AREA RGN OILF RESN"),
    "R": (0.4, "RD RDJCT TNL RR"),
    "V": (0.4, "FRST GRSLD SCRB"),
    "U": (0.2, "RDGU SMU"),
}
_COUNTRIES = {
    "english": (24, "US US US US GB CA AU NZ ZA"),
    "spanish": (14, "MX MX ES CO AR PE VE BO CL"),
    "french": (9, "FR FR CM CI SN ML BF"),
    "german": (7, "DE DE AT CH"),
    "nordic": (9, "NO NO SE FI DK"),
    "slavic": (10, "RU RU RU UA BY BG"),
    "arabic": (10, "SY IQ YE SD EG SA LY MA DZ IR AF"),
    "chinese": (9, "CN CN TW"),
    "indian": (8, "IN IN BD NP LK"),
}
_SYLLABLES = {
    "english": "al ash bar ben ber bro bur cal car clif col dal den dun ed el fair far gar glen green ham "
    "har hol ken king lan lin mil mon nor oak par ray ridge ros shel stan thorn wal war wes win "
    "wood york",
    "spanish": "al an ba be ca ce cha co cu de do el es fe ga gua hu ja ji la le li lo ma me mi mo na ne no "
    "pa pe pi que ra re ri ro sa se si so ta te ti to tu va ve vi xi yo za",
    "french": "ar au ba bel bois bon bou cha chau cla cour dor fon gran guer jon lan lau le mar mai mon nan "
    "neu or pon puy ri ro sain sau ser tou val ver vil vi",
    "german": "ach al au bach bad bau ber bie bir bra brei bu dorf eber eich en er feld fel frei gro hal "
    "hau heim hof holz kir kol lan lau leh lin mei mo neu nie ober ros sal schoen stein tal ul "
    "wald wei zell",
    "nordic": "berg bjor bo dal ei fjel fjor gra haug hei hol hor kal ki ko kro lang li lo lun mo my nes "
    "nor ran ros sand ska skog sol sten stor sund sve to tor ul vik",
    "slavic": "ba be bo bra che da de do dol dro gor gra iva ka kha ko kra kras kri ku la le li lo lu ma mi "
    "mo na ne ni no ov pa pe po pro ra re ri ro sa se slo so ste ta to tro va ve vo za ze zhe",
    "arabic": "ab ah ain ali ba bar bay dar day fah fa gha ha has hi ja ju ka kha ma ma mah man mas mu na "
    "nah nas qa qal qas ra ras ri sa sal sha sha su ta tal tah u wa ya za zah zi",
    "chinese": "an bai bei chang chen cheng cun da dong fang fu gang gao guan hai he hong hu hua huang jia "
    "jian jin kou lan li lin ling liu long luo ma men ming nan ning ping qiao qing san shan shang "
    "shi shui ta tang tian tou wan wang wu xi xia xiao xin yan yang yong yu yuan zhang zhen zhou "
    "zhuang",
    "indian": "a bad ban bar bha bi chan char da de dha di dur ga gar gan gha gu hal ja ji ka ke kha ko la "
    "lam li ma man mu na nag nal pa pal pur ra ram ri sa shi si su ta tha tol va vi wa",
}
_GENERIC = {
    "H": {"english": "{} Creek", "spanish": "Río {}", "french": "Ruisseau de {}", "arabic": "Wādī {}"},
    "T": {"english": "{} Hill", "spanish": "Cerro {}", "french": "Mont {}", "arabic": "Jabal {}"},
    "S": {"english": "{} School", "spanish": "Hacienda {}", "german": "Hof {}"},
    "P": {"spanish": "San {}", "french": "Saint-{}", "english": "New {}", "arabic": "Al {}"},
}
_ARABIC = dict(zip("abdfghijklmnqrstuwyzc", "ابدفغهيجكلمنقرستوويزش", strict=True))
_CYRILLIC = dict(zip("abcdefghijklmnoprstuvyz", "абцдефгхийклмнопрстувыз", strict=True))
_MARKS = dict(zip("ahist", "āḩīşţ", strict=True))


class Place(NamedTuple):
    """One place of the dump: the cells before its position, its position, the cells behind."""

    id: int
    name: str
    alternates: tuple[tuple[str, str], ...]
    lat: float
    lon: float
    feature: tuple[str, str]
    codes: tuple[str, str, str]
    population: int


class Maker:
    """Makes places, the same ones for the same seed."""

    def __init__(self, seed: int = 12) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a repeatable one is wanted
        self._families = list(_COUNTRIES)
        self._shares = [share for share, _ in _COUNTRIES.values()]
        self._common = {family: [self._new_name(family) for _ in range(3000)] for family in _COUNTRIES}

    def places(self, rows: int) -> Iterator[Place]:
        """Yield that many places, family by family, as GeoNames' own file goes by country."""
        known = _embedded(rows // _EMBEDDED_EVERY)
        total = sum(self._shares)
        made = 0
        for family, share in zip(self._families, self._shares, strict=True):
            last = rows if family == self._families[-1] else made + round(rows * share / total)
            for number in range(made, min(last, rows)):
                place = next(known, None) if number % _EMBEDDED_EVERY == 0 else None
                yield place or self._place(number, family)
            made = last

    def _place(self, number: int, family: str) -> Place:
        pick = self._random
        feature_class = pick.choices(list(_CLASSES), [share for share, _ in _CLASSES.values()])[0]
        code = pick.choice(_CLASSES[feature_class][1].split())
        name = pick.choice(self._common[family]) if pick.random() < 0.3 else self._new_name(family)
        form = _GENERIC.get(feature_class, {}).get(family)
        if form and pick.random() < 0.4:
            name = form.format(name)
        population = 0
        if feature_class in "PA" and pick.random() < 0.1:
            population = min(20_000_000, int(300 * pick.paretovariate(0.9)))
        country = pick.choice(_COUNTRIES[family][1].split())
        return Place(
            _FIRST_ID + number, name, self._alternates(name, family),
            round(pick.uniform(-55, 72), 5), round(pick.uniform(-180, 180), 5), (feature_class, code),
            (country, f"{pick.randrange(1, 30):02}", f"{pick.randrange(1, 400):03}"), population,
        )  # fmt: skip

    def _new_name(self, family: str) -> str:
        syllables = _SYLLABLES[family].split()
        count = self._random.choice((2, 2, 3, 3, 4))
        name = "".join(self._random.choice(syllables) for _ in range(count)).capitalize()
        if family == "arabic" and self._random.random() < 0.5:
            name = name[0] + "".join(
                _MARKS[char] if char in _MARKS and self._random.random() < 0.3 else char for char in name[1:]
            )
        return name

    def _alternates(self, name: str, family: str) -> tuple[tuple[str, str], ...]:
        pick = self._random
        found: list[tuple[str, str]] = []
        if family == "arabic" and pick.random() < 0.7:
            found.append(("ar", "".join(_ARABIC.get(char, char) for char in name.lower() if char in _ARABIC)))
        if family == "slavic" and pick.random() < 0.6:
            found.append(("ru", "".join(_CYRILLIC.get(char, char) for char in name.lower()).title()))
        if family == "chinese" and pick.random() < 0.6:
            found.append(("zh", "".join(chr(0x4E00 + pick.randrange(3000)) for _ in range(len(name) // 3))))
        while pick.random() < 0.28:
            found.append((pick.choice(("en", "fr", "", "de")), self._new_name(family)))
        return tuple((language, text) for language, text in found if text)


def _embedded(count: int) -> Iterator[Place]:
    with closing(sqlite3.connect(f"{embedded_path().as_uri()}?mode=ro", uri=True)) as connection:
        for row in connection.execute(f"{_EMBEDDED} LIMIT {count}"):
            place_id, name, lat, lon, *facts, population = row
            feature_class, code, country, admin1, admin2 = facts
            number = int(place_id.removeprefix("geonames:"))
            codes = (country, admin1, admin2)
            yield Place(number, name, (), lat, lon, (feature_class, code), codes, population)


def write_dump(folder: Path, rows: int, *, alternates: bool) -> None:
    """Write allCountries.zip, and alternateNamesV2.zip if wanted."""
    names = zipfile.ZipFile(folder / "alternateNamesV2.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    packed = zipfile.ZipFile(folder / "allCountries.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    aside = folder / "alternateNamesV2.txt"
    with (
        names,
        packed,
        packed.open("allCountries.txt", "w", force_zip64=True) as raw,
        io.TextIOWrapper(raw, "utf-8", newline="\n") as lines,
        aside.open("w", encoding="utf-8", newline="\n") as others,
    ):
        number = 0
        for place in Maker().places(rows):
            column = ",".join(text for _, text in place.alternates)
            lines.write(
                f"{place.id}\t{place.name}\t{place.name}\t{column}\t{place.lat}\t{place.lon}\t"
                f"{place.feature[0]}\t{place.feature[1]}\t{place.codes[0]}\t\t{place.codes[1]}\t{place.codes[2]}"
                f"\t\t\t{place.population}\t\t\tEtc/UTC\t2026-01-01\n"
            )
            for language, text in place.alternates if alternates else ():
                number += 1
                others.write(f"{number}\t{place.id}\t{language}\t{text}\t\t\t\t\t\t\n")
    with zipfile.ZipFile(
        folder / "alternateNamesV2.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1
    ) as names:
        names.write(aside, "alternateNamesV2.txt")
    aside.unlink()
    if not alternates:
        (folder / "alternateNamesV2.zip").unlink()


def watched(command: Sequence[str]) -> tuple[float, float]:
    """Run a command; return its time in s and the peak memory of it and its children in MB."""
    started = time.monotonic()
    peak = 0
    with subprocess.Popen(command) as process:
        while process.poll() is None:
            peak = max(peak, sum(_resident_kb(pid) for pid in _family(process.pid)))
            time.sleep(0.2)
    if process.returncode:
        sys.exit(process.returncode)
    return time.monotonic() - started, peak / 1024


def _family(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        for path in Path(f"/proc/{parent}/task").glob("*/children"):
            found.extend(int(child) for child in _text(path).split())
    return found


def _resident_kb(pid: int) -> int:
    line = next((line for line in _text(Path(f"/proc/{pid}/status")).split("\n") if "VmRSS" in line), "0 0")
    return int(line.split()[1])


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it has ended meanwhile
        return ""


# Runs in a process of its own; more names than the gazetteer remembers, so that each is looked up.
_READER = """
import json, random, sqlite3, statistics, sys, time
from pathlib import Path
from geomap.gazetteers.sqlite import SqliteGazetteer
path = sys.argv[1]
started = time.perf_counter()
gazetteer = SqliteGazetteer(Path(path))
opened = time.perf_counter() - started
started = time.perf_counter()
gazetteer.lookup("Aleppo")
first = time.perf_counter() - started
started = time.perf_counter()
gazetteer.names().get("aleppo")
index = time.perf_counter() - started
connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
last = connection.execute("SELECT MAX(number) FROM place").fetchone()[0]
pick = random.Random(3)
numbers = [pick.randrange(1, last + 1) for _ in range(8000)]
names = [connection.execute("SELECT name FROM place WHERE number = ?", (n,)).fetchone()[0] for n in numbers]
after = "SELECT key FROM name WHERE key > ? AND key < '{' LIMIT 1"
letters = "abcdefghijklmnopqrstuvwxyz"
starts = ["".join(pick.choice(letters) for _ in range(5)) for _ in range(8000)]
rows = (connection.execute(after, (start,)).fetchone() for start in starts)
keys = sorted({row[0] for row in rows if row})
pick.shuffle(keys)
connection.close()
def times(names):
    gazetteer._cached_lookup.cache_clear()
    for name in names:
        started = time.perf_counter_ns()
        gazetteer.lookup(name)
        yield (time.perf_counter_ns() - started) / 1000
cold = sorted(times(names))
warm = sorted(map(min, list(times(names)), list(times(names))))
list(times(keys))
by_key = sorted(map(min, list(times(keys)), list(times(keys))))
for name in names:
    gazetteer.names().prefixes(name.lower())
print("ready", flush=True)
sys.stdin.readline()
lines = Path("/proc/self/smaps_rollup").read_text().split("\\n")[1:]
rollup = dict(line.split()[:2] for line in lines if line)
print(json.dumps({"open_ms": opened * 1000, "first_ms": first * 1000, "names_ms": index * 1000,
    "cold_us": statistics.median(cold), "warm_us": statistics.median(warm),
    "p90_us": warm[len(warm) * 9 // 10], "key_us": statistics.median(by_key),
    "key_p90_us": by_key[len(by_key) * 9 // 10],
    "rss_mb": int(rollup["Rss:"]) / 1024, "pss_mb": int(rollup["Pss:"]) / 1024}), flush=True)
sys.stdin.readline()
"""


def read_twice(path: Path) -> list[dict[str, Any]]:
    """Open the gazetteer in two processes; the memory of each is read while both have it open."""
    command = [sys.executable, "-c", _READER, str(path)]
    readers = []
    for _ in range(2):  # one after the other, so that neither slows the other down
        reader = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if reader.stdout is None or not reader.stdout.readline():
            sys.exit("the gazetteer cannot be read")
        readers.append(reader)
    figures = []
    for reader in readers:
        if reader.stdin is None or reader.stdout is None:
            sys.exit("the gazetteer cannot be read")
        reader.stdin.write("\n")
        reader.stdin.flush()
        figures.append(json.loads(reader.stdout.readline()))
    for reader in readers:
        reader.communicate("\n")
    return figures


def main() -> None:
    """Write, build, read; print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=12_000_000)
    parser.add_argument("--folder", type=Path, default=Path("output/bench-geonames"))
    parser.add_argument("--no-alternates", action="store_true")
    parser.add_argument("--read", action="store_true", help="only measure the file that is there")
    parser.add_argument("options", nargs="*", help="options of `geomap gazetteer build`, behind --")
    given = parser.parse_args()
    folder: Path = given.folder / str(given.rows)
    if not (folder / "allCountries.zip").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        started = time.monotonic()
        write_dump(folder, given.rows, alternates=not given.no_alternates)
        print(f"dump      {given.rows:,} rows written in {time.monotonic() - started:.0f} s")
    target = given.folder / f"{given.rows}.sqlite"
    if not given.read:
        build(folder, target, given.options)
    print(f"file      {target.stat().st_size / 1e6:,.0f} MB")
    for number, figures in enumerate(read_twice(target), start=1):
        print(f"reader {number}  " + ", ".join(f"{name} {value:.1f}" for name, value in figures.items()))


def build(folder: Path, target: Path, options: Sequence[str]) -> None:
    """Build the gazetteer in a process of its own; print what it takes."""
    command = [sys.executable, "-m", "geomap", "gazetteer", "build", "--geonames", str(folder)]
    seconds, peak = watched([*command, "-o", str(target), *options])
    print(f"build     {seconds:.0f} s, peak {peak:,.0f} MB")


if __name__ == "__main__":
    main()
