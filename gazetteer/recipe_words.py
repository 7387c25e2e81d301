"""Derive the big word lists of geomap.tables from packages.

For the guard against names of places that are mostly ordinary words or parts of person names.
Not for the small tables, which are written by hand, nor for the places themselves.

Sources, each used at build time only:
- Debian package scowl 2020.12.07-2 (usr/share/dict/scowl): Kevin Atkinson's word lists by size.
  Its notice is copied into the header of the table made from it, as it asks.
- Package names 0.3.0 of the Python index (MIT): name frequencies of the US Census of 1990,
  a work of the US government and so in the public domain.

Usage: python gazetteer/recipe_words.py SCOWL_FOLDER NAMES_FOLDER OUTPUT_FOLDER
The same input gives the same bytes.
"""

import argparse
import lzma
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

# A size of SCOWL is a band of frequency: 10 holds the thousand commonest words, 50 the rarest kept.
# From size 55 on the lists hold words that a news reader hardly ever meets, and more place names.
BANDS = (10, 20, 35, 40, 50)
SPELLINGS = ("english", "american", "british")
WORD = re.compile(r"[a-z]{2,}")

# The census rounds to a thousandth of a percent, one in 100,000; what it prints as 0.000 is dropped.
PER_100K = 1000
ENCODING = "iso-8859-1"

WORDS_HEADER = """\
# Purpose: ordinary English words, to tell names of places that are words (Reading, Mobile, Of).
# One word a line, lower case, ASCII letters, commonest first: a comment line opens each band, named
# by the size of the SCOWL list that first holds its words, 10, 20, 35, 40 or 50.
# Source: SCOWL (Spell Checker Oriented Word Lists) 2020.12.07, sizes 10 to 50, by way of Debian.
# Licence of SCOWL: The collective work is Copyright 2000-2011 by Kevin Atkinson as well as any of
# the copyrights mentioned below: Permission to use, copy, modify, distribute and sell these word
# lists, the associated scripts, the output created from the scripts, and its documentation for any
# purpose is hereby granted without fee, provided that the above copyright notice appears in all
# copies and that both that copyright notice and this permission notice appear in supporting
# documentation. Kevin Atkinson makes no representations about the suitability of this array for
# any purpose. It is provided "as is" without express or implied warranty.
# Inflections: WordNet 1.6 Copyright 1997 by Princeton University. All rights reserved. Provided
# "as is"; no representations or warranties, express or implied. Title to the copyright in the
# database remains with Princeton University.
# Spellings by country: Copyright 1993, Geoff Kuenning, Granada Hills, CA. All rights reserved.
# Provided "as is"; any express or implied warranties are disclaimed. This is a modified version.
"""

GIVEN_HEADER = """\
# Purpose: given names and how common they are, to tell names of persons from names of places.
# Columns: name (lower case: the census prints capitals only); frequency: of 100,000 persons, half
# of them women; sex: the one it is commoner in, f or m; source.
# Source: US Census of 1990 (public domain), by way of the package names 0.3.0 (MIT).
name\tfrequency\tsex\tsource
"""

SURNAMES_HEADER = """\
# Purpose: surnames and how common they are, to tell names of persons from names of places.
# Columns: name (lower case: the census prints capitals only); frequency: of 100,000 persons; source.
# Surnames rarer than 1 in 100,000 are left out.
# Source: US Census of 1990 (public domain), by way of the package names 0.3.0 (MIT).
name\tfrequency\tsource
"""

SOURCE = "census-1990"


def words_of(path: Path) -> Iterator[str]:
    """Yield the plain lower-case words of one list, without possessives and contractions."""
    for line in path.read_text(encoding=ENCODING).splitlines():
        if WORD.fullmatch(line):
            yield line


def band_words(folder: Path) -> dict[str, int]:
    """Map each word to the smallest band that holds it."""
    bands: dict[str, int] = {}
    for band in BANDS:
        for spelling in SPELLINGS:
            for word in words_of(folder / f"{spelling}-words.{band}"):
                bands.setdefault(word, band)
    return bands


def read_frequencies(path: Path) -> dict[str, int]:
    """Read one census list: name in lower case to its count in 100,000 persons of the list."""
    rows = (line.split() for line in path.read_text(encoding="ascii").splitlines() if line.strip())
    return {row[0].lower(): round(float(row[1]) * PER_100K) for row in rows}


def given_rows(female: Mapping[str, int], male: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
    """Yield the given names of both lists, each list counting for half of all persons."""
    for name in sorted({*female, *male}):
        women, men = female.get(name, 0), male.get(name, 0)
        yield name, f"{(women + men) / 2:g}", "f" if women >= men else "m", SOURCE


def surname_rows(surnames: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
    """Yield the surnames borne by at least 1 in 100,000."""
    for name, count in sorted(surnames.items()):
        if count >= 1:
            yield name, str(count), SOURCE


def word_rows(bands: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
    """Yield the words of each band in order, after a comment that names the band."""
    for band in BANDS:
        yield (f"# band {band}",)
        for word in sorted(word for word, size in bands.items() if size == band):
            yield (word,)


def write_table(path: Path, header: str, rows: Iterable[tuple[str, ...]]) -> None:
    """Write a compressed table; xz keeps no time stamp, so equal rows are equal bytes."""
    body = "".join("\t".join(row) + "\n" for row in rows)
    path.write_bytes(lzma.compress((header + body).encode(), preset=9 | lzma.PRESET_EXTREME))


def build(scowl: Path, names: Path, output: Path) -> None:
    """Write the three tables."""
    write_table(output / "words.txt.xz", WORDS_HEADER, word_rows(band_words(scowl)))
    female = read_frequencies(names / "dist.female.first")
    male = read_frequencies(names / "dist.male.first")
    write_table(output / "given_names.tsv.xz", GIVEN_HEADER, given_rows(female, male))
    surnames = read_frequencies(names / "dist.all.last")
    write_table(output / "surnames.tsv.xz", SURNAMES_HEADER, surname_rows(surnames))


def main() -> None:
    """Build the tables from the folders named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    for name in ("scowl", "names", "output"):
        parser.add_argument(name, type=Path)
    arguments = parser.parse_args()
    build(arguments.scowl, arguments.names, arguments.output)


if __name__ == "__main__":
    main()
