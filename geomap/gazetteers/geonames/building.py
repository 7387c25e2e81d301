"""Build a gazetteer file from GeoNames' files and another gazetteer, by default the embedded one."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from geomap.errors import GazetteerBuildError
from geomap.gazetteers.geonames.dump import TOLD_EVERY, OnProgress, Tally, geonames_rows
from geomap.gazetteers.geonames.features import FeatureFilter
from geomap.gazetteers.geonames.files import OnError
from geomap.gazetteers.rows import Row
from geomap.gazetteers.sqlite import embedded_path
from geomap.gazetteers.stored import StoredRows
from geomap.gazetteers.writer import GazetteerWriter, Report

NAME = "geonames"
"""What the gazetteer is called."""


class Built(NamedTuple):
    """What the file holds, and what became of the rows of the dumps."""

    report: Report
    tally: Tally


def build_geonames(
    target: Path,
    paths: Sequence[Path],
    *,
    base: Path | None = None,
    features: FeatureFilter | None = None,
    on_error: OnError,
    on_progress: OnProgress | None = None,
) -> Built:
    """Write a gazetteer of GeoNames' files (or folders of them), merged by id into `base`.

    A bad row goes to `on_error` and is left out; `on_progress` is told how many rows are read, then written.
    Raises GazetteerBuildError for a file that is bad as a whole and for want of room; an older file then
    stays as it was.
    """
    source = base or embedded_path()
    if target.exists() and source.exists() and target.samefile(source):
        message = "is what the new gazetteer is merged with; choose another name"
        raise GazetteerBuildError(message, path=str(target))
    staging = target.with_name(f"{target.name}.staging")
    with StoredRows(source) as stored:
        try:
            _remake(staging)
            with GazetteerWriter(target) as writer:
                tally = Tally()
                rows = geonames_rows(
                    paths,
                    staging=staging,
                    base=stored,
                    features=features,
                    on_error=on_error,
                    on_progress=on_progress,
                    tally=tally,
                )
                return Built(_written(writer, rows, stored, on_progress), tally)
        except (sqlite3.Error, OSError) as error:
            reason = getattr(error, "strerror", None) or error
            message = f"cannot be written: {reason}"
            raise GazetteerBuildError(message, path=str(target)) from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _written(
    writer: GazetteerWriter, rows: Iterable[Row], stored: StoredRows, on_progress: OnProgress | None
) -> Report:
    for number, row in enumerate(rows):
        writer.add(row)
        if on_progress and number % TOLD_EVERY == 0:
            on_progress("places written", number)
    writer.index()
    stored.copy_relations(writer)
    counts = {"curated rows": stored.counts.get("curated rows", 0)}
    return writer.finish(credits_text=stored.credits, name=NAME, counts=counts)


def _remake(folder: Path) -> None:
    """Make the folder anew: what lies there is what a killed process left."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
