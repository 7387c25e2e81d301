"""The commands of geomap; here those that turn articles into results: parse, explain."""

from __future__ import annotations

import click

from geomap import __version__
from geomap.cli.common import MainGroup, complain, emit, printable
from geomap.cli.evaluate import evaluate
from geomap.cli.gazetteer import gazetteer_group
from geomap.cli.mapping import export, map_
from geomap.cli.options import CONFIDENCE
from geomap.cli.parts import Parts, open_gazetteer, open_geoparser, with_geoparser
from geomap.cli.profiles import hint_at_profile, profiles
from geomap.cli.projects import add, articles, places, remove
from geomap.cli.sources import Batch, column_option, with_sources

SOFTWARE = """\
geomap (MIT)
Leaflet (BSD 2-Clause), inside every map
anyascii, charset-normalizer, click, feedparser, folium, geopandas, geopy, marisa-trie, py3langid, pyogrio,
rapidfuzz, shapely, trafilatura, xyzservices: see their own licenses"""


def _print_credits(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001
    if not wanted or ctx.resilient_parsing:
        return
    with open_gazetteer() as gazetteer:
        emit(f"{gazetteer.credits.strip()}\n\n{SOFTWARE}")
    ctx.exit()


@click.group(
    cls=MainGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
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

    A SOURCE is an article (.txt, .md, .html), a table (.csv, .tsv), JSON lines (.jsonl) with a "text" each, a
    feed (.rss, .atom, .xml), a .zip or .gz of these, a folder, an http(s) address, or - for standard input.
    """


for _command in (add, places, articles, remove, map_, export, evaluate, gazetteer_group, profiles):
    main.add_command(_command)


@main.command()
@with_sources
@with_geoparser
@click.option(
    "--min-confidence",
    type=CONFIDENCE,
    default=0.0,
    help="Leave a mention without a place where the best one is less sure than this.",
)
def parse(*, batch: Batch, parts: Parts, min_confidence: float) -> None:
    """Print the toponyms of each article as a line of JSON, in the order of the articles."""
    from geomap.cli.rows import article_row, json_line

    with open_geoparser(parts, min_confidence=min_confidence) as geoparser:
        foci = []
        for article in batch:
            parsed = geoparser.parse(article)
            foci.append(parsed.focus)
            emit(json_line(article_row(parsed, geoparser.gazetteer)))
    hint_at_profile(foci, parts.profile)
    batch.finish()


@main.command()
@click.argument("article")
@click.argument("mention", required=False)
@click.option("--id", "article_id", help="Only the article of this id, where the file holds several.")
@click.option("--project", metavar="FILE", help="ARTICLE is one of this project, named as for `places`.")
@column_option
@with_geoparser
def explain(
    *,
    article: str,
    mention: str | None,
    article_id: str | None,
    project: str | None,
    columns: dict[str, str],
    parts: Parts,
) -> None:
    """Show why each mention of ARTICLE (a file), or only MENTION, got its place.

    The columns are the candidates; what the reasons add makes up the score.
    """
    from geomap.cli.explaining import explanation
    from geomap.project import Project

    batch = Batch([article], columns=columns)
    with open_geoparser(parts) as geoparser:
        if project is None:
            chosen = [each for each in batch if article_id in (None, each.id)]
        else:
            with Project(project, geoparser=geoparser, create=False) as opened:
                held = opened.article(article)
                chosen = [] if held is None else [held.article]
        if not chosen and not batch.skipped:
            wanted = repr(article) if project else f"of the id {article_id}"
            message = f"{project or article} holds no article {wanted}"
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
