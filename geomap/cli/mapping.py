"""The commands that write files for eyes and for other programs: map, export."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from geomap.cli.common import Command, GeomapCommand, GeomapGroup, complain, counted, prepare, printable
from geomap.cli.gathering import RememberingResolver
from geomap.cli.options import Filters, with_filters
from geomap.cli.pages import PageOptions, with_map_options
from geomap.cli.parts import Parts, open_geoparser, with_geoparser
from geomap.cli.sources import Batch, with_sources_or_project
from geomap.errors import ExportError

if TYPE_CHECKING:
    from geomap.geoparser import Geoparser
    from geomap.model import Sighting
    from geomap.project import Project


@contextmanager
def _open_project(
    batch: Batch, path: str | None, parts: Parts, *, change: Callable[[Geoparser], Geoparser] | None = None
) -> Iterator[Project]:
    """Open the project, or put the sources into one in memory; `change` changes their geoparser.

    Raises click.ClickException if there is no article.
    """
    from geomap.project import Project

    with (
        open_geoparser(parts) as geoparser,
        Project(path, geoparser=change(geoparser) if change else geoparser, create=path is None) as project,
    ):
        if path is None:
            project.add(batch, on_error=batch.skip)
            if not batch.articles:
                message = "no article could be read, so nothing was written"
                raise click.ClickException(message)
        yield project


@click.command(name="map", cls=GeomapCommand)
@with_sources_or_project
@with_map_options
@with_filters
@with_geoparser
def map_(
    *,
    batch: Batch,
    project: str | None,
    output: Path,
    png: Path | None,
    page: PageOptions,
    filters: Filters,
    parts: Parts,
) -> None:
    """Draw the places of the articles on a map, in one HTML file that needs no network.

    Associative mentions ("Washington said", "Syrian") are on it too, but not shown at first.
    """
    remembering: list[RememberingResolver] = []

    def remember(geoparser: Geoparser) -> Geoparser:
        remembering.append(RememberingResolver(geoparser.resolver))
        return replace(geoparser, resolver=remembering[0])

    with _open_project(batch, project, parts, change=None if project else remember) as opened:
        query = filters.query(opened, all_types=True)
        found = opened.search(query)
        if remembering:
            found = remembering[0].explained(found)
        exporter = page.exporter(opened, query, found)
        _write(exporter, found, output, batch)
        if png is not None:
            _write(page.picture(exporter), found, png, batch)
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
    @_areas_option(name)
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
        **areas: bool,
    ) -> None:
        from geomap.exporters import EXPORTERS

        if areas.get("areas") and per != "sighting":
            message = "--areas needs --per sighting, because a place has none but its own"
            raise click.UsageError(message)
        exporter = EXPORTERS[name](per=per, all_types=all_types, **areas)
        with _open_project(batch, project, parts) as opened:
            found = opened.search(filters.query(opened, all_types=all_types))
            _write(exporter, found, output, batch)
            _summarize(opened, found, output)
        batch.finish()


_AREA_FORMATS = frozenset({"geojson", "gpkg", "kml"})
"""`geomap.exporters.tables.AREA_FORMATS`, which is too slow to import for --help."""


def _areas_option(name: str) -> Callable[[Command], Command]:
    """Return what adds --areas to the command of a format that can hold points and polygons together."""
    if name not in _AREA_FORMATS:
        return lambda command: command
    return click.option(
        "--areas",
        is_flag=True,
        help='The areas of phrases ("30 km north of Raqqa") as polygons too; needs --per sighting.',
    )


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
