"""The command that makes a gazetteer of GeoNames' files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geomap.cli.common import GeomapCommand, complain, counted, emit, prepare, printable

if TYPE_CHECKING:
    from geomap.errors import GazetteerBuildError
    from geomap.gazetteers.geonames import Built

DEFAULT_OUTPUT = "geonames.sqlite"
_TOLD = 100
"""So many bad rows are told one by one; the rest is counted."""


@click.command(cls=GeomapCommand)
@click.option(
    "--geonames",
    "paths",
    type=click.Path(path_type=Path),
    metavar="PATH",
    multiple=True,
    help="A file of GeoNames (SY.zip, allCountries.zip, cities500.txt ...), or a folder; may be repeated.",
)
@click.option("--download", metavar="CODES", help="Fetch the files for these countries (SY,IQ), or for all.")
@click.option(
    "--download-folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Where they are kept, instead of a folder among geomap's settings.",
)
@click.option("--base-address", metavar="ADDRESS", help="Fetch them from here instead of from GeoNames.")
@click.option(
    "--features",
    metavar="LIST",
    help="Take only these feature classes and codes: P,A,AIRP; all; -PPLX leaves one out. "
    "Without it, all but spots of everyday life (hotels, schools, churches).",
)
@click.option(
    "--base",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Merge them into this gazetteer instead of the one that comes with geomap.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    default=DEFAULT_OUTPUT,
    show_default=True,
    help="The gazetteer to write.",
)
def build(
    *,
    paths: tuple[Path, ...],
    download: str | None,
    download_folder: Path | None,
    base_address: str | None,
    features: str | None,
    base: Path | None,
    output: Path,
) -> None:
    """Make a gazetteer of GeoNames' files, merged into the one that comes with geomap.

    An older file is replaced only when the new one is complete. Bad rows are told and left out.
    """
    from geomap.gazetteers.geonames import FeatureFilter, build_geonames

    if not paths and not download:
        message = "Give --geonames PATH, or --download CODES."
        raise click.UsageError(message)
    if (base_address or download_folder) and not download:
        message = "--base-address and --download-folder need --download"
        raise click.UsageError(message)
    chosen = FeatureFilter() if features is None else FeatureFilter.parse(features)
    prepare(output)
    fetched = _fetch(download, download_folder, base_address) if download else []
    complaints = _Complaints()
    built = build_geonames(
        output,
        [*paths, *fetched],
        base=base,
        features=chosen,
        on_error=complaints.tell,
        on_progress=_show,
    )
    _show("", 0)
    complaints.finish()
    _report(built, output)
    if built.tally.skipped:
        click.get_current_context().exit(1)


def _fetch(codes: str, folder: Path | None, base_address: str | None) -> list[Path]:
    from geomap.gazetteers.download import BASE_ADDRESS, download, parse_countries

    countries = parse_countries(codes)
    held = folder or Path(click.get_app_dir("geomap")) / "geonames"
    files = download(countries, held, base_address=base_address or BASE_ADDRESS, on_progress=_show_bytes)
    _show("", 0)
    complain(f"note: GeoNames' files are kept in {held}")
    return files


def _show_bytes(name: str, done: int, total: int | None) -> None:
    share = f" of {total / 1e6:,.0f}" if total else ""
    _show_line(f"{name}  {done / 1e6:,.0f}{share} MB")


def _show(what: str, count: int) -> None:
    _show_line(f"{what}  {count:,}" if what else "")


def _show_line(line: str) -> None:
    """Show how far it is, on a terminal, in place of what stood there."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{printable(line)}", err=True, nl=False)


class _Complaints:
    """Tells of bad rows, the first ones each by itself."""

    def __init__(self) -> None:
        self._count = 0

    def tell(self, error: GazetteerBuildError) -> None:
        self._count += 1
        if self._count <= _TOLD:
            complain(str(error))

    def finish(self) -> None:
        if self._count > _TOLD:
            complain(f"and {counted(self._count - _TOLD, 'more bad row')}")


def _report(built: Built, output: Path) -> None:
    tally, counts = built.tally, built.report.counts
    facts = (
        (tally.read, "rows read"),
        (tally.new, "new places"),
        (tally.merged, "places added to"),
        (tally.other_kinds, "of kinds that are not taken"),
        (tally.unnamed, "without a name that a text could hold"),
        (tally.skipped, "bad rows left out"),
    )
    for count, what in facts:
        if count:
            emit(f"{count:>12,}  {what}")
    emit(f"{counts['places']:>12,}  places with {counts['names']:,} names in {printable(str(output))}")
    emit(f"Use it with --gazetteer {printable(str(output))}")
