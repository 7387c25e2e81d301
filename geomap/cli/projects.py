"""The commands about a project: add articles, take one out, ask for places and for articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geomap.cli.common import GeomapCommand, complain, counted, emit, prepare, printable
from geomap.cli.options import Filters, with_filters_around_place
from geomap.cli.parts import Parts, gazetteer_option, open_gazetteer, open_geoparser, with_geoparser
from geomap.cli.sources import Batch, column_option, with_sources

if TYPE_CHECKING:
    from geomap.geoparser import Geoparser
    from geomap.model import GeoparsedArticle, Query
    from geomap.project import Project

_CHOICES = 20
_INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells give it: 128 and the number of the signal."""
_READ_NOW = ("-", "http://", "https://")

_project_option = click.option("--project", metavar="FILE", required=True, help="The project's file.")
_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")


@click.command(cls=GeomapCommand)
@with_sources
@_project_option
@click.option(
    "--again", is_flag=True, help="Geoparse articles again that another version or other options geoparsed."
)
@_json_option
@with_geoparser
def add(*, batch: Batch, project: str, again: bool, as_json: bool, parts: Parts) -> None:
    """Geoparse articles and keep them in a project: one file, new or not, that is a GeoPackage too.

    An article that is there already is left as it is; one whose text changed is replaced.
    """
    from geomap.cli.rows import json_line
    from geomap.project import Project

    prepare(Path(project))
    if Path(project).suffix.lower() != ".gpkg" and not _exists(project):
        complain(f"note: programs for maps know a GeoPackage by the ending .gpkg, which {project} has not")
    counts: dict[str, int] = {"added": 0, "replaced": 0, "unchanged": 0}
    with open_geoparser(parts) as geoparser, Project(project, geoparser=geoparser) as opened:
        try:
            for article, change in opened.adding(batch, again=again, on_error=batch.skip):
                counts[change.value] += 1
                if as_json:
                    emit(json_line({"id": article.id, "change": change.value}))
        except KeyboardInterrupt:
            complain(f"interrupted: {sum(counts.values()):,} are safe in {project}; the same again goes on")
            click.get_current_context().exit(_INTERRUPTED)
        held = opened.counts.articles
    told = ", ".join(f"{count:,} {change}" for change, count in counts.items())
    click.echo(f"{told} → {printable(project)} ({counted(held, 'article')})", err=True)
    batch.finish()


@click.command(cls=GeomapCommand)
@click.argument("article")
@_project_option
def remove(*, article: str, project: str) -> None:
    """Take ARTICLE (its id, its address, or the file that holds it alone) out of a project."""
    from geomap.project import Project

    with Project(project, create=False) as opened:
        found = opened.article(article, titles=False)
        if found is None:
            message = f"{project} holds no article of the id, address or file {article!r}"
            raise click.ClickException(printable(message))
        opened.remove(found.article.id)
    complain(f"removed {found.article.id}  {found.article.title}")


@click.command(cls=GeomapCommand)
@click.argument("article")
@click.option("--project", metavar="FILE", help="A project that holds the article.")
@click.option("--id", "article_id", help="Only the article of this id, where a file holds several.")
@_json_option
@column_option
@with_geoparser
def places(
    *,
    article: str,
    project: str | None,
    article_id: str | None,
    as_json: bool,
    columns: dict[str, str],
    parts: Parts,
) -> None:
    """Show the places that ARTICLE mentions, with sentences, types and confidence.

    ARTICLE is the id, the address or the file of an article of the project, or words of its title; or a file
    or an address that is read on the spot.
    """
    from geomap.cli.reports import place_row, places_report
    from geomap.cli.rows import json_line
    from geomap.project import places_of

    with open_geoparser(parts) as geoparser:
        batch = Batch([article], columns=columns)
        parsed = _on_the_spot(article, article_id, batch, geoparser) if _exists(article) else None
        parsed = parsed or _held(article, project, geoparser)
        if parsed is None and article.startswith(_READ_NOW):
            parsed = _on_the_spot(article, article_id, batch, geoparser)
    if parsed is None:
        where = f"{project} holds no article {article!r}, and there is no such file" if project else (
            f"there is no file {article!r}; an article of a project needs --project"
        )  # fmt: skip
        raise click.ClickException(printable(where))
    summaries = places_of(parsed)
    rows = map(json_line, map(place_row, summaries)) if as_json else places_report(parsed, summaries)
    for line in rows:
        emit(line)
    if not summaries:
        complain("the article mentions no place that the gazetteer knows")
    batch.finish()


def _held(article: str, project: str | None, geoparser: Geoparser) -> GeoparsedArticle | None:
    from geomap.project import Project

    if project is None:
        return None
    with Project(project, geoparser=geoparser, create=False) as opened:
        return opened.article(article)


def _on_the_spot(
    article: str, article_id: str | None, batch: Batch, geoparser: Geoparser
) -> GeoparsedArticle:
    """Read and geoparse the one article of a file or an address.

    Raises click.ClickException where there are several, or it cannot be read.
    """
    found = [each for each in batch if article_id in (None, each.id)]
    if len(found) > 1:
        choices = [f"  {each.id}  {each.title}" for each in found[:_CHOICES]]
        more = [f"  and {len(found) - _CHOICES:,} more"] if len(found) > _CHOICES else []
        lines = [f"{article} holds {len(found):,} articles; name one with --id:", *choices, *more]
        raise click.ClickException("\n".join(map(printable, lines)))
    if not found:
        message = f"{article} holds no article{f' of the id {article_id}' if article_id else ''}"
        raise click.ClickException(printable(message))
    return geoparser.parse(found[0])


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):  # words of a title can be longer than a name may be
        return False


@click.command(cls=GeomapCommand)
@with_filters_around_place
@_project_option
@click.option("--literal", is_flag=True, help="Only where the name stands for the place itself.")
@_json_option
@gazetteer_option
def articles(
    *, filters: Filters, project: str, literal: bool, as_json: bool, gazetteer: Sequence[str]
) -> None:
    """Show the articles that mention PLACE, with the sentences; without PLACE, all that fit.

    PLACE is an id of the gazetteer or a name, with what it lies in if need be: "Paris, Texas".
    """
    from geomap.cli.reports import article_summary_row, articles_report
    from geomap.cli.rows import json_line
    from geomap.geoparser import Geoparser
    from geomap.project import Project

    with (
        open_gazetteer(gazetteer) as names,
        Project(project, geoparser=Geoparser(gazetteer=names), create=False) as opened,
    ):
        query = filters.query(opened, all_types=not literal)
        found = opened.articles(query)
        undated = _undated(opened, query)
    rows = map(json_line, map(article_summary_row, found)) if as_json else articles_report(found)
    for line in rows:
        emit(line)
    complain(f"{counted(len(found), 'article')}{undated}")


def _undated(project: Project, query: Query) -> str:
    """Return how many articles a filter of days left out because they have none, in words."""
    if query.since is None and query.until is None:
        return ""
    articles = project.articles(replace(query, since=None, until=None))
    count = sum(each.article.day is None for each in articles)
    return f"; {count:,} more without a clear date" if count else ""
