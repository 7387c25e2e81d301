"""The commands that write files for eyes and for other programs: map, export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from geomap.cli.common import Command, GeomapCommand, GeomapGroup, complain, counted, prepare, printable
from geomap.cli.options import Filters, with_filters
from geomap.cli.parts import Parts, open_geoparser, with_geoparser
from geomap.cli.sources import Batch, with_sources_or_project
from geomap.errors import ExportError

if TYPE_CHECKING:
    from geomap.model import Sighting
    from geomap.project import Project


@contextmanager
def _open_project(batch: Batch, path: str | None, parts: Parts) -> Iterator[Project]:
    """Open the project, or put the sources into one in memory.

    Raises click.ClickException if there is no article.
    """
    from geomap.project import Project

    with (
        open_geoparser(parts) as geoparser,
        Project(path, geoparser=geoparser, create=path is None) as project,
    ):
        if path is None:
            project.add(batch, on_error=batch.skip)
            if not batch.articles:
                message = "no article could be read, so nothing was written"
                raise click.ClickException(message)
        yield project


@click.command(name="map", cls=GeomapCommand)
@with_sources_or_project
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("output/map.html"),
    show_default=True,
    help="The file to write.",
)
@click.option("--title", default="Places in the news", show_default=True, help="The title of the map.")
@with_filters
@with_geoparser
def map_(
    *, batch: Batch, project: str | None, output: Path, title: str, filters: Filters, parts: Parts
) -> None:
    """Draw the places of the articles on a map, in one HTML file that needs no network.

    Associative mentions ("Washington said", "Syrian") are a layer of the map that is off at first.
    """
    with _open_project(batch, project, parts) as opened:
        found = opened.search(filters.query(opened, all_types=True))
        from geomap.exporters import LeafletExporter

        gazetteer = opened.geoparser.gazetteer
        exporter = LeafletExporter(
            title=title, geometry=gazetteer.geometry, note=lambda place: gazetteer.details(place).note
        )
        _write(exporter, found, output, batch)
        literal = [sighting for sighting in found if sighting.resolution.mention.type.literal]
        _summarize(opened, literal, output)
    batch.finish()


@click.group(cls=GeomapGroup)
def export() -> None:
    """Write the places of the articles for other programs."""


def _export_command(name: str, text: str) -> None:
    """Add the command that writes one format."""

    @export.command(name=name, help=text)
    @with_sources_or_project
    @_with_form
    @with_filters
    @with_geoparser
    def command(
        *,
        batch: Batch,
        project: str | None,
        output: Path,
        per: Literal["place", "sighting"],
        all_types: bool,
        filters: Filters,
        parts: Parts,
    ) -> None:
        from geomap.exporters import EXPORTERS

        exporter = EXPORTERS[name](per=per, all_types=all_types)
        with _open_project(batch, project, parts) as opened:
            found = opened.search(filters.query(opened, all_types=all_types))
            _write(exporter, found, output, batch)
            _summarize(opened, found, output)
        batch.finish()


def _with_form(command: Command) -> Command:
    options: Sequence[Any] = (
        click.option(
            "-o",
            "--output",
            type=click.Path(path_type=Path, dir_okay=False),
            required=True,
            help="The file to write.",
        ),
        click.option(
            "--per",
            type=click.Choice(["place", "sighting"]),
            default="place",
            show_default=True,
            help="What a row stands for: a place, or one mention of it.",
        ),
        click.option(
            "--all-types", is_flag=True, help='Associative mentions ("Washington said", "Syrian") too.'
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


for _name, _text in (
    ("geojson", "Write GeoJSON (RFC 7946): points with names, articles, dates and confidence."),
    ("csv", "Write a table for spreadsheets, with lat and lon in degrees WGS84."),
    ("gpkg", "Write a GeoPackage with one layer, for QGIS and other programs for maps."),
    ("parquet", "Write GeoParquet, for data frames and databases."),
    ("kml", "Write KML, for Google Earth and other viewers."),
):
    _export_command(_name, _text)


def _write(exporter: Any, sightings: Sequence[Sighting], output: Path, batch: Batch) -> None:
    """Write the file. Raises ExportError where that would destroy a project or a source."""
    from geomap.project import is_project

    if output.is_file() and (batch.reads(output) or is_project(output)):
        message = f"{output}: holds articles, and is not written over; give another name with -o"
        raise ExportError(message)
    prepare(output)
    exporter.export(sightings, output)


def _summarize(project: Project, sightings: Sequence[Sighting], output: Path) -> None:
    places = len({sighting.place.id for sighting in sightings})
    articles = len({sighting.article.id for sighting in sightings})
    held = project.counts.articles
    told = counted(held, "article") if articles == held else f"{articles:,} of {counted(held, 'article')}"
    counts = (counted(len(sightings), "mention"), counted(places, "place"))
    click.echo(f"{told}, {', '.join(counts)} → {printable(str(output))}", err=True)
    if not sightings:
        complain("note: nothing fits the filters, so it is empty")
