"""Bring together on disk what belongs to one place, in little memory: lines in buckets by id.

The dump and its sixteen million alternate names come in different orders. Both are dealt into buckets by
the id's remainder; then each bucket fits into memory, and one pass over the buckets sees every place with
all its names. Reading and writing go straight on, which a disk does fastest.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Self, TextIO

BUCKETS = 128
"""Of twelve million places about 95,000 come into one: some 100 MB. macOS allows 256 open files."""


class Buckets:
    """Lines by the id of their place, in files of a folder; written first, then read."""

    def __init__(self, folder: Path, name: str) -> None:
        self._paths = [folder / f"{name}-{number}.tsv" for number in range(BUCKETS)]
        self._files: list[TextIO] = []

    def __enter__(self) -> Self:
        for path in self._paths:
            self._files.append(path.open("w", encoding="utf-8", newline="\n", buffering=1 << 16))
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files:
            file.close()
        self._files.clear()

    def add(self, place_id: int, *cells: str) -> None:
        """Keep a line of a place; no cell holds a tab or a line feed."""
        self._files[place_id % BUCKETS].write(f"{place_id}\t" + "\t".join(cells) + "\n")

    def read(self, number: int) -> Iterator[tuple[int, list[str]]]:
        """Yield the lines of one bucket in the order in which they were added; then it is gone."""
        path = self._paths[number]
        with path.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                place_id, *cells = line[:-1].split("\t")
                yield int(place_id), cells
        path.unlink()


_SMALL = 1 << 27


class IdSet:
    """A set of ids: one bit each below 134 million, where all of GeoNames' are, so 16 MB for any number."""

    def __init__(self) -> None:
        self._bits = bytearray(_SMALL // 8)
        self._large: set[int] = set()

    def add(self, number: int) -> None:
        """Put an id in."""
        if number < _SMALL:
            self._bits[number >> 3] |= 1 << (number & 7)
        else:
            self._large.add(number)

    def __contains__(self, number: int) -> bool:
        if number < _SMALL:
            return bool(self._bits[number >> 3] & (1 << (number & 7)))
        return number in self._large
