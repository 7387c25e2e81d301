"""The commands about a user's own places: add a list of them as a layer of the gazetteer, take it away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geomap.cli.common import GeomapCommand, complain, counted, prepare, printable
from geomap.cli.parts import gazetteer_option, open_gazetteer, settings_folder
from geomap.cli.sources import assignments

if TYPE_CHECKING:
    from geomap.errors import GazetteerBuildError
    from geomap.gazetteers.stack import StackedGazetteer


@click.command(cls=GeomapCommand)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--name", metavar="NAME", help="The name of the list, which its ids begin with; else the file's."
)
@click.option(
    "--column",
    "columns",
    metavar="KEY=NAME",
    multiple=True,
    callback=assignments,
    help="The column that holds name, lat, lon, id, aliases, kind, population, parent, country, radius_km, "
    "geonames_id, wkt or name_fr and the like; may be repeated.",
)
@click.option("--layer", metavar="NAME", help="The layer to read, of a file that has several.")
@click.option(
    "--crs", metavar="CRS", help="The coordinate reference system of a file that states none: EPSG:4326."
)
@click.option(
    "--language", metavar="TAG", default="", help="The language of names whose column states none: ar."
)
@click.option(
    "--kind", metavar="WORD", default="", help="What rows are that do not say so: village, school, CMP."
)
@click.option(
    "--precedence",
    type=click.Choice(["first", "equal"]),
    default="first",
    show_default=True,
    help="Whether the places go before all others of their names, or are weighed like them.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the layer here, for --gazetteer, instead of among geomap's settings.",
)
@gazetteer_option
def add(
    *,
    file: Path,
    name: str | None,
    columns: dict[str, str],
    layer: str | None,
    crs: str | None,
    language: str,
    kind: str,
    precedence: str,
    output: Path | None,
    gazetteer: Sequence[str],
) -> None:
    """Add the places of FILE to the gazetteer: a table (.csv, .tsv), GeoJSON, a GeoPackage or a shapefile.

    All commands know them from then on. Added again under the same name, they replace the earlier ones. The
    country and parent that a row lacks are found by its position. A row that cannot be taken is told, and the
    rest goes on.
    """
    from geomap.gazetteers.layers import ENDING, checked_name, name_of, own_folder
    from geomap.gazetteers.own.adding import Options, add_places

    namespace = checked_name(name if name is not None else name_of(file))
    target = output or own_folder(settings_folder()) / f"{namespace}{ENDING}"
    options = Options(
        columns=columns,
        layer=layer,
        crs=crs,
        language=language,
        kind=_known_kind(kind),
        first=precedence == "first",
    )
    skipped: list[GazetteerBuildError] = []

    def skip(error: GazetteerBuildError) -> None:
        skipped.append(error)
        complain(str(error))

    prepare(target)
    with open_gazetteer(gazetteer, without=namespace) as below:
        added = add_places(file, target, namespace=namespace, below=below, options=options, on_error=skip)
    for note in added.notes:
        complain(f"note: {file}: {note}")
    known = f", {added.known:,} of them known ones with more names" if added.known else ""
    left = f"; {counted(len(skipped), 'row')} left out" if skipped else ""
    click.echo(f"{counted(added.places, 'place')}{known} → {printable(str(target))}{left}", err=True)
    if skipped:
        click.get_current_context().exit(1)


def _known_kind(word: str) -> str:
    from geomap.gazetteers.own.drafts import kind_code

    if word and not kind_code(word):
        message = f"{word!r} is no kind of place that geomap knows, nor a feature code of GeoNames"
        raise click.BadParameter(message, param_hint="'--kind'")
    return word


def stack_report(places: StackedGazetteer) -> Iterator[str]:
    """Yield the lines about several layers, from the bottom up."""
    from geomap.gazetteers.stack import PRECEDENCE

    yield f"fingerprint  {places.fingerprint}"
    yield "layers, from the bottom up; of an id the upper one says what it is:"
    for number, layer in enumerate(places.layers, start=1):
        count = counted(layer.counts["places"], "place")
        first = (
            "before all others of their names" if layer.counts.get(PRECEDENCE) else "weighed like all others"
        )
        yield f"{number:>3}  {printable(layer.name)}: {count}, {first}"
    yield ""


@click.command(cls=GeomapCommand)
@click.argument("name")
def remove(*, name: str) -> None:
    """Take the list of the name NAME away from the gazetteer."""
    from geomap.gazetteers.layers import own_folder, remove_layer

    path = remove_layer(own_folder(settings_folder()), name)
    complain(f"removed {path}")
