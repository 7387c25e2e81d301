"""From GeoNames' files to rows, in two passes: check and deal into buckets, then put each place together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from geomap.errors import GazetteerBuildError
from geomap.gazetteers.geonames.columns import (
    Alternate,
    Division,
    Entry,
    parse_alternate,
    parse_containment,
    parse_country,
    parse_division,
    parse_place,
)
from geomap.gazetteers.geonames.features import FeatureFilter
from geomap.gazetteers.geonames.files import Kind, OnError, SourceFile, find_files, lines
from geomap.gazetteers.geonames.merging import merged_row, new_row
from geomap.gazetteers.geonames.naming import name_place
from geomap.gazetteers.geonames.staging import BUCKETS, Buckets, IdSet
from geomap.gazetteers.geonames.twins import Twins
from geomap.gazetteers.rows import Row

OnProgress = Callable[[str, int], None]
"""Is told what is done, and to how many rows."""
TOLD_EVERY = 20_000
_T = TypeVar("_T")
_SCHEME = "geonames:"
_ADMINISTRATIVE = "ADM"


@dataclass(slots=True)
class Tally:
    """What became of the rows of the dumps. `read` are good rows; `skipped` are bad ones, of all files."""

    read: int = 0
    other_kinds: int = 0
    unnamed: int = 0
    merged: int = 0
    new: int = 0
    kept: int = 0
    skipped: int = 0


def geonames_rows(
    paths: Sequence[Path],
    *,
    staging: Path,
    base: Mapping[str, Row] | None = None,
    features: FeatureFilter | None = None,
    on_error: OnError,
    on_progress: OnProgress | None = None,
    tally: Tally | None = None,
) -> Iterator[Row]:
    """Yield the places of GeoNames' files (or folders of them), merged by id into the base, and its rest.

    The order depends on the places alone. `staging` is an empty folder with room for the text of the files. A
    bad row goes to `on_error` and is left out. Raises GazetteerBuildError for a file that is bad as a whole,
    before the first row is yielded.
    """
    dump = _Dump(
        files=find_files(paths),
        staging=staging,
        base=base or {},
        features=features or FeatureFilter(),
        on_error=on_error,
        on_progress=on_progress,
        tally=tally or Tally(),
    )
    try:
        dump.deal()
    except OSError as error:
        message = f"there is no more room, or it cannot be written: {error.strerror or error}"
        raise GazetteerBuildError(message, path=str(staging)) from error
    yield from dump.rows()


class _Dump:
    def __init__(
        self,
        *,
        files: Sequence[SourceFile],
        staging: Path,
        base: Mapping[str, Row],
        features: FeatureFilter,
        on_error: OnError,
        on_progress: OnProgress | None,
        tally: Tally,
    ) -> None:
        self._files = files
        self._base = base
        self._features = features
        self._report = on_error
        self._progress = on_progress
        self._tally = tally
        self._places = Buckets(staging, "places")
        self._alternates = Buckets(staging, "alternates")
        self._ids = IdSet()
        self._parents: dict[int, tuple[int, int]] = {}
        self._divisions: dict[str, int] = {}
        self._merged: set[str] = set()
        self._twins = Twins(base)
        self._joined: dict[str, Row] = {}

    # --- first pass -----------------------------------------------------------------------------

    def deal(self) -> None:
        """Read all files, check their rows, deal them into buckets."""
        with self._places:
            for number, source in enumerate(self._files):
                if source.kind is Kind.PLACES:
                    self._deal_places(number, source)
        with self._alternates:
            for source in self._of(Kind.ALTERNATES):
                for _, (place_id, name) in self._parsed(source, parse_alternate):
                    if name is not None and place_id in self._ids:
                        self._alternates.add(place_id, *name.cells())
            self._deal_divisions()
        for source in self._of(Kind.HIERARCHY):
            for _, (parent, child, kind) in self._parsed(source, parse_containment):
                self._add_parent(parent, child, kind)

    def _of(self, kind: Kind) -> list[SourceFile]:
        return [source for source in self._files if source.kind is kind]

    def _deal_places(self, number: int, source: SourceFile) -> None:
        takes, base = self._features.takes, self._base
        for line, entry in self._parsed(source, parse_place):
            self._tally.read += 1
            if takes(entry.feature_class, entry.feature_code) or f"{_SCHEME}{entry.id}" in base:
                self._ids.add(entry.id)
                self._places.add(entry.id, *entry[1:], str(number), str(line))
            else:
                self._tally.other_kinds += 1

    def _deal_divisions(self) -> None:
        for kind, parse in (
            (Kind.COUNTRIES, parse_country),
            (Kind.ADMIN1, parse_division),
            (Kind.ADMIN2, parse_division),
        ):
            for source in self._of(kind):
                for _, division in self._parsed(source, parse):
                    self._add_division(division)

    def _add_division(self, division: Division) -> None:
        if division.id in self._ids or f"{_SCHEME}{division.id}" in self._base:
            self._divisions[division.code] = division.id
        if division.id in self._ids:
            for name in division.names:
                self._alternates.add(division.id, *Alternate(name).cells())

    def _add_parent(self, parent: int, child: int, kind: str) -> None:
        """Keep one container of a place: an administrative one before others, the first before later ones."""
        known = parent in self._ids or f"{_SCHEME}{parent}" in self._base
        if child not in self._ids or not known or parent == child:
            return
        rank = 0 if kind == _ADMINISTRATIVE else 1
        if child not in self._parents or rank < self._parents[child][0]:
            self._parents[child] = (rank, parent)

    def _parsed(self, source: SourceFile, parse: Callable[[str], _T]) -> Iterator[tuple[int, _T]]:
        """Yield what the lines of a file say. Raises GazetteerBuildError where no line is good."""
        good = False
        for number, line in lines(source, on_error=self._skip):
            try:
                parsed = parse(line)
            except ValueError as error:
                self._skip(GazetteerBuildError(str(error), path=source.where, line=number))
                continue
            good = True
            if self._progress and number % TOLD_EVERY == 0:
                self._progress(f"{source.path.name}: rows read", number)
            yield number, parsed
        if not good:
            message = f"holds no good row of GeoNames' {source.kind.value}"
            raise GazetteerBuildError(message, path=source.where)

    def _skip(self, error: GazetteerBuildError) -> None:
        self._tally.skipped += 1
        self._report(error)

    # --- second pass ----------------------------------------------------------------------------

    def rows(self) -> Iterator[Row]:
        """Yield every place of the buckets, then what only the base has."""
        for number in range(BUCKETS):
            yield from self._rows_of(number)
        for place_id in sorted(self._base.keys() - self._merged):
            twin = self._joined.get(place_id)
            self._tally.kept += twin is None
            row = self._base[place_id]
            yield row if twin is None else merged_row(row, twin)

    def _rows_of(self, number: int) -> Iterator[Row]:
        entries: dict[int, tuple[Entry, int, int]] = {}
        for place_id, cells in self._places.read(number):
            *facts, file, line = cells
            self._add_entry(entries, Entry(place_id, *facts), int(file), int(line))
        alternates: dict[int, list[Alternate]] = {}
        for place_id, (text, language, flags) in self._alternates.read(number):
            alternates.setdefault(place_id, []).append(Alternate.from_cells(text, language, flags))
        for place_id in sorted(entries):
            row = self._row(*entries[place_id], alternates.get(place_id, ()))
            if row is not None:
                yield row

    def _add_entry(
        self, entries: dict[int, tuple[Entry, int, int]], entry: Entry, file: int, line: int
    ) -> None:
        """Take the place from the later of several files; of two rows in one file only the first."""
        before = entries.get(entry.id)
        if before is not None and before[1] == file:
            problem = f"has the geonameid {entry.id} of line {before[2]}"
            self._skip(GazetteerBuildError(problem, path=self._files[file].where, line=line))
        else:
            entries[entry.id] = (entry, file, line)

    def _row(self, entry: Entry, file: int, line: int, alternates: Sequence[Alternate]) -> Row | None:
        naming = name_place(entry, alternates)
        if naming is None:
            self._tally.unnamed += 1
            return None
        where = (self._files[file].where, line)
        row = new_row(entry, naming, parent_id=self._parent(entry), where=where)
        base = self._base.get(row.id)
        if base is None:
            return self._alone(row)
        self._tally.merged += 1
        self._merged.add(row.id)
        return merged_row(base, row)

    def _alone(self, row: Row) -> Row | None:
        """Return a place that the base does not have by its id, None if it has it by another one."""
        twin = self._twins.of(row)
        if twin is None:
            self._tally.new += 1
            return row
        self._tally.merged += twin.id not in self._joined
        self._joined.setdefault(twin.id, row)
        return None

    def _parent(self, entry: Entry) -> str:
        """Return the container by the hierarchy, of divisions else the next larger one by its code.

        All other places find theirs by their codes, when they are asked.
        """
        if entry.id in self._parents:
            return f"{_SCHEME}{self._parents[entry.id][1]}"
        code = _container_code(entry)
        found = self._divisions.get(code) if code else None
        return "" if found in (None, entry.id) else f"{_SCHEME}{found}"


def _container_code(entry: Entry) -> str:
    """Return "SY" for an ADM1, "SY.09" for an ADM2, "SY.09.01" for an ADM3, "" for what is no division."""
    parts = {
        "ADM1": (entry.country_code,),
        "ADM2": (entry.country_code, entry.admin1_code),
        "ADM3": (entry.country_code, entry.admin1_code, entry.admin2_code),
    }.get(entry.feature_code, ())
    return ".".join(parts) if all(parts) else ""
