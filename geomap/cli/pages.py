"""The options of `geomap map` that say how the page looks, and the exporter that they ask for."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geomap.cli.common import Command
from geomap.cli.gathering import unmapped
from geomap.cli.parts import add_options

if TYPE_CHECKING:
    from geomap.exporters import LeafletExporter
    from geomap.model import Query, Sighting
    from geomap.project import Project

_MAP_OPTIONS = (
    click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path, dir_okay=False),
        default=Path("output/map.html"),
        show_default=True,
        help="The file to write.",
    ),
    click.option("--title", default="Places in the news", show_default=True, help="The title of the map."),
    click.option("--embed", is_flag=True, help="Without the panel, for a frame in another page."),
    click.option(
        "--png",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="A picture of the map, too, by Chromium, Chrome or Edge.",
    ),
    click.option("--legend/--no-legend", default=True, show_default=True, help="With a legend."),
    click.option(
        "--theme",
        type=click.Choice(["auto", "light", "dark"]),
        default="auto",
        show_default=True,
        help="Colors; auto follows the reader's system.",
    ),
    click.option(
        "--language",
        type=click.Choice(["en", "ar"]),
        default="en",
        show_default=True,
        help="The language of the page; a reader can change it.",
    ),
    click.option(
        "--online",
        metavar="PROVIDER",
        default="OpenStreetMap.Mapnik",
        show_default=True,
        help="Online tiles that a reader can switch on, as xyzservices names them; none with --offline.",
    ),
    click.option(
        "--basemap",
        type=click.Path(path_type=Path, exists=True),
        metavar="PATH",
        help="Tiles of your own that go into the file: a folder z/x/y.png or a .pmtiles.",
    ),
    click.option(
        "--all-types", is_flag=True, help='Associative mentions ("Washington said", "Syrian") at first, too.'
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOptions:
    """What the options ask of the page."""

    title: str
    embed: bool
    legend: bool
    theme: Any
    language: str
    online: str
    basemap: Path | None
    all_types: bool

    def exporter(self, project: Project, query: Query, sightings: Sequence[Sighting]) -> LeafletExporter:
        """Return the exporter of the page, with what the project knows beside the sightings.

        Raises ConfigError, ExportError.
        """
        from geomap.exporters import LeafletExporter
        from geomap.exporters.look import NO_TILES, Look
        from geomap.exporters.tiles import tiles_around
        from geomap.gazetteers.surroundings import surroundings
        from geomap.offline import is_offline

        gazetteer = project.geoparser.gazetteer
        places = list({row.place.id: row.place for row in sightings}.values())
        points = [place.point for place in places]
        look = Look(
            layout="embed" if self.embed else "full",
            theme=self.theme,
            language=self.language,
            legend=self.legend,
            online=NO_TILES if is_offline() else self.online,
            tiles=tiles_around(self.basemap, points) if self.basemap else None,
            all_types=self.all_types,
        )
        return LeafletExporter(
            title=self.title,
            geometry=gazetteer.geometry,
            note=lambda place: gazetteer.details(place).note,
            unmapped=unmapped(project, query, sightings),
            backdrop=surroundings(places),
            look=look,
        )

    def picture(self, exporter: LeafletExporter) -> _Picture:
        """Return an exporter that writes a picture of the same page."""
        return _Picture(exporter=exporter)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    """Writes a PNG of what another exporter makes."""

    exporter: LeafletExporter

    def export(self, sightings: Sequence[Sighting], path: Path) -> None:
        """Write the picture. Raises ExportError."""
        from geomap.exporters.picture import write_picture

        write_picture(self.exporter.html(sightings), path)


def with_map_options(command: Command) -> Command:
    """Add the options; the command gets `output`, `png` and `page`."""

    @functools.wraps(command)
    def run(
        *,
        output: Path,
        png: Path | None,
        title: str,
        embed: bool,
        legend: bool,
        theme: str,
        language: str,
        online: str,
        basemap: Path | None,
        all_types: bool,
        **options: Any,
    ) -> None:
        page = PageOptions(
            title=title,
            embed=embed,
            legend=legend,
            theme=theme,
            language=language,
            online=online,
            basemap=basemap,
            all_types=all_types,
        )
        command(output=output, png=png, page=page, **options)

    return add_options(_MAP_OPTIONS, run)
