"""The commands that turn articles into results: parse, map, export, explain, evaluate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from geomap import __version__
from geomap.cli.common import (
    CONFIDENCE,
    Batch,
    GeomapGroup,
    complain,
    emit,
    open_gazetteer,
    open_geoparser,
    prepare,
    printable,
    with_filters,
    with_geoparser,
    with_sources,
)
from geomap.cli.gazetteer import gazetteer_group

if TYPE_CHECKING:
    from geomap.geoparser import Geoparser
    from geomap.model import Query, Sighting

SOFTWARE = """\
geomap (MIT)
Leaflet (BSD 2-Clause), Leaflet.markercluster (MIT), inside every map
folium, click, marisa-trie, geopandas, shapely, geopy: see their own licenses"""


def _print_credits(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001
    if not wanted or ctx.resilient_parsing:
        return
    with open_gazetteer(None) as gazetteer:
        emit(f"{gazetteer.credits.strip()}\n\n{SOFTWARE}")
    ctx.exit()


@click.group(
    cls=GeomapGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="geomap")
@click.option(
    "--credits",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_credits,
    help="Show where the place data comes from, with licenses, and exit.",
)
def main() -> None:
    """From news articles to a map of the places they report.

    A SOURCE is a text (.txt, .md), JSON lines (.jsonl) with a "text" per line, a folder of these, or - for
    standard input.
    """


main.add_command(gazetteer_group)


@main.command()
@with_sources
@with_geoparser
@click.option(
    "--min-confidence",
    type=CONFIDENCE,
    default=0.0,
    help="Leave a mention without a place where the best one is less sure than this.",
)
def parse(
    *, sources: Sequence[str], focus: Sequence[str], gazetteer: Path | None, min_confidence: float
) -> None:
    """Print the toponyms of each article as a line of JSON, in the order of the articles."""
    from geomap.cli.rows import article_row, json_line

    batch = Batch(sources)
    with open_geoparser(focus=focus, gazetteer=gazetteer, min_confidence=min_confidence) as geoparser:
        for article in batch:
            emit(json_line(article_row(geoparser.parse(article), geoparser.gazetteer)))
    batch.finish()


@main.command(name="map")
@with_sources
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
    *,
    sources: Sequence[str],
    output: Path,
    title: str,
    query: Query,
    focus: Sequence[str],
    gazetteer: Path | None,
) -> None:
    """Draw the places of the articles on a map, in one HTML file that needs no network.

    Associative mentions ("Washington said", "Syrian") are a layer of the map that is off at first.
    """
    batch = Batch(sources)
    with open_geoparser(focus=focus, gazetteer=gazetteer) as geoparser:
        found = _find(batch, geoparser, replace(query, all_types=True))
        from geomap.exporters import LeafletExporter

        exporter = LeafletExporter(title=title, geometry=geoparser.gazetteer.geometry)
        _export(exporter, found, output)
    _summarize(batch, [sighting for sighting in found if sighting.resolution.mention.type.literal], output)
    batch.finish()


@main.group()
def export() -> None:
    """Write the places of the articles for other programs."""


@export.command()
@with_sources
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file to write.",
)
@click.option(
    "--per",
    type=click.Choice(["place", "sighting"]),
    default="place",
    show_default=True,
    help="What a feature stands for: a place, or one mention of it.",
)
@click.option("--all-types", is_flag=True, help='Associative mentions ("Washington said", "Syrian") too.')
@with_filters
@with_geoparser
def geojson(
    *,
    sources: Sequence[str],
    output: Path,
    per: Literal["place", "sighting"],
    all_types: bool,
    query: Query,
    focus: Sequence[str],
    gazetteer: Path | None,
) -> None:
    """Write GeoJSON (RFC 7946): points with names, articles, dates and confidence."""
    from geomap.exporters import GeoJsonExporter

    batch = Batch(sources)
    with open_geoparser(focus=focus, gazetteer=gazetteer) as geoparser:
        found = _find(batch, geoparser, replace(query, all_types=all_types))
    _export(GeoJsonExporter(per=per, all_types=all_types), found, output)
    _summarize(batch, found, output)
    batch.finish()


def _find(batch: Batch, geoparser: Geoparser, query: Query) -> Sequence[Sighting]:
    """Parse the articles and return what fits the query. Raises click.ClickException without any article."""
    from geomap.store import MemoryStore

    store = MemoryStore()
    for article in batch:
        store.add(geoparser.sightings(geoparser.parse(article)))
    if not batch.articles:
        message = "no article could be read, so nothing was written"
        raise click.ClickException(message)
    return store.find(query)


def _export(exporter: Any, sightings: Sequence[Sighting], output: Path) -> None:
    prepare(output)
    exporter.export(sightings, output)


def _summarize(batch: Batch, sightings: Sequence[Sighting], output: Path) -> None:
    places = len({sighting.place.id for sighting in sightings})
    counts = (_count(batch.articles, "article"), _count(len(sightings), "mention"), _count(places, "place"))
    click.echo(f"{', '.join(counts)} → {printable(str(output))}", err=True)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


@main.command()
@click.argument("article")
@click.argument("mention", required=False)
@click.option("--id", "article_id", help="Only the article of this id, where the file holds several.")
@with_geoparser
def explain(
    *, article: str, mention: str | None, article_id: str | None, focus: Sequence[str], gazetteer: Path | None
) -> None:
    """Show why each mention of ARTICLE (a file), or only MENTION, got its place.

    The columns are the candidates; what the reasons add makes up the score.
    """
    from geomap.cli.explaining import explanation

    batch = Batch([article])
    with open_geoparser(focus=focus, gazetteer=gazetteer) as geoparser:
        chosen = [each for each in batch if article_id in (None, each.id)]
        if not chosen and not batch.skipped:
            message = f"{article} holds no article of the id {article_id}"
            raise click.ClickException(printable(message))
        explained = [
            explanation(geoparser.parse(each), geoparser.gazetteer, mention=mention) for each in chosen
        ]
    if chosen and not any(explained):
        missing = f"{mention!r} is no mention" if mention else "there is no mention"
        complain(f"{missing} in {article}")
        click.get_current_context().exit(1)
    for lines in explained:
        for line in lines:
            emit(line)
    batch.finish()


@main.command()
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--predicted",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Judge these toponyms (the output of parse, or of another program) instead of geomap's.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per file.")
@with_geoparser
def evaluate(
    *,
    gold: Sequence[Path],
    predicted: Path | None,
    as_json: bool,
    focus: Sequence[str],
    gazetteer: Path | None,
) -> None:
    """Compare with articles annotated by hand: JSON lines with id, text and toponyms.

    Each of the toponyms has start, end, and lat and lon where they are known.
    """
    from geomap.cli.evaluating import figures_table
    from geomap.cli.rows import json_line

    batch = Batch([])
    figures = _compare(gold, predicted, batch, focus=focus, gazetteer=gazetteer)
    if as_json:
        for name, values in figures.items():
            emit(json_line({"gold": name, **values}))
    else:
        for line in figures_table(figures):
            emit(line)
    batch.finish()


def _compare(
    gold: Sequence[Path],
    predicted: Path | None,
    batch: Batch,
    *,
    focus: Sequence[str],
    gazetteer: Path | None,
) -> dict[str, dict[str, Any]]:
    """Return the figures of each file of gold; what cannot be read goes to the batch."""
    from geomap.articles import read_articles
    from geomap.evaluate import evaluate as compare
    from geomap.evaluate import predictions, read_toponyms

    expected = {str(path): read_toponyms(path, on_error=batch.skip) for path in gold}
    if predicted:
        given = read_toponyms(predicted, on_error=batch.skip)
        return {name: compare(toponyms, given).as_dict() for name, toponyms in expected.items()}
    figures = {}
    with open_geoparser(focus=focus, gazetteer=gazetteer) as geoparser:
        for name, toponyms in expected.items():
            articles = read_articles([name], on_error=batch.skip)
            figures[name] = compare(toponyms, predictions(geoparser, articles)).as_dict()
    return figures
