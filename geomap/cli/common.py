"""What the commands share: sources, options, the geoparser, results and complaints."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geomap.errors import ArticleError, ExportError, GeomapError

if TYPE_CHECKING:
    from geomap.gazetteers.sqlite import SqliteGazetteer
    from geomap.geoparser import Geoparser
    from geomap.model import Article, BBox, Query

Command = Callable[..., None]


class GeomapGroup(click.Group):
    """A group whose commands turn an error of geomap into one line and exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises click.ClickException for a GeomapError."""
        try:
            return super().invoke(ctx)
        except GeomapError as error:
            raise click.ClickException(printable(str(error))) from error


# --- results and complaints --------------------------------------------------------------------


def emit(line: str) -> None:
    """Write a line of a result, in UTF-8 whatever the terminal's encoding, at once."""
    sys.stdout.buffer.write(f"{line}\n".encode(errors="replace"))
    sys.stdout.buffer.flush()


def complain(line: str) -> None:
    """Write a line to standard error."""
    click.echo(printable(line), err=True)


def printable(text: str) -> str:
    """Return the text on one line, without what would steer a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


# --- articles ----------------------------------------------------------------------------------


class Batch:
    """The articles of the sources, in their order; what cannot be read is complained of and counted."""

    def __init__(self, sources: Sequence[str]) -> None:
        self._sources = sources
        self.articles = 0
        self._skipped: set[str] = set()

    def __iter__(self) -> Iterator[Article]:
        from geomap.articles import read_articles

        for article in read_articles(self._sources, on_error=self.skip):
            self.articles += 1
            if "replaced_characters" in article.flags:
                complain(f"note: {article.id}: characters that cannot be decoded were replaced")
            yield article

    def skip(self, error: ArticleError) -> None:
        """Complain of an article that cannot be read; once, even if it is read twice."""
        key = f"{error.path}:{error.line}" if error.line else str(error)
        if key not in self._skipped:
            self._skipped.add(key)
            complain(str(error))

    @property
    def skipped(self) -> int:
        """The number of files and lines that could not be read."""
        return len(self._skipped)

    def finish(self) -> None:
        """End the command with status 1 if anything was skipped."""
        if self.skipped:
            click.get_current_context().exit(1)


def samples() -> str:
    """Return the folder of the articles that come with geomap."""
    from importlib.resources import files

    return str(files("geomap.samples"))


def with_sources(command: Command) -> Command:
    """Add SOURCE... and --samples; the command gets `sources`, never empty."""

    @functools.wraps(command)
    def run(*, sources: tuple[str, ...], use_samples: bool, **options: Any) -> None:
        chosen = (*sources, samples()) if use_samples else sources
        if not chosen:
            message = "Missing argument 'SOURCE...': a file, a folder, - for standard input, or --samples."
            raise click.UsageError(message)
        command(sources=chosen, **options)

    option = click.option(
        "--samples", "use_samples", is_flag=True, help="Read the sample articles that come with geomap."
    )
    return click.argument("sources", nargs=-1, metavar="SOURCE...")(option(run))


# --- the geoparser -----------------------------------------------------------------------------


CONFIDENCE = click.FloatRange(0, 1)
_CODE_LENGTH = 2


def _country_codes(_: click.Context, param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    for value in values:
        if len(value) != _CODE_LENGTH or not (value.isascii() and value.isalpha()):
            message = f"{value!r} is no ISO 3166-1 alpha-2 code such as SY"
            raise click.BadParameter(message, param=param)
    return tuple(value.upper() for value in values)


gazetteer_option = click.option(
    "--gazetteer",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Another gazetteer than the one that comes with geomap.",
)


def with_geoparser(command: Command) -> Command:
    """Add --focus and --gazetteer."""
    focus = click.option(
        "--focus",
        metavar="CODE",
        multiple=True,
        callback=_country_codes,
        help="Country that the articles are about, ISO 3166-1 alpha-2; may be repeated.",
    )
    return focus(gazetteer_option(command))


@contextmanager
def open_gazetteer(path: Path | None) -> Iterator[SqliteGazetteer]:
    """Open a gazetteer, by default the embedded one, and close it at the end."""
    from geomap.gazetteers.sqlite import SqliteGazetteer

    with SqliteGazetteer(path) as gazetteer:
        yield gazetteer


@contextmanager
def open_geoparser(
    *, focus: Sequence[str], gazetteer: Path | None, min_confidence: float = 0.0
) -> Iterator[Geoparser]:
    """Open a gazetteer and put a geoparser over it; close it at the end."""
    from geomap.geoparser import default_geoparser

    with open_gazetteer(gazetteer) as places:
        yield default_geoparser(focus=focus, gazetteer=places, min_confidence=min_confidence)


# --- filters -----------------------------------------------------------------------------------


def _day(_: click.Context, param: click.Parameter, value: str | None) -> str | None:
    try:
        return None if value is None else date.fromisoformat(value).isoformat()
    except ValueError as error:
        message = f"{value!r} is no date such as 2016-12-30"
        raise click.BadParameter(message, param=param) from error


def _box(_: click.Context, param: click.Parameter, value: str | None) -> BBox | None:
    from geomap.model import BBox, Point

    if value is None:
        return None
    try:
        west, south, east, north = map(float, value.split(","))
        corners = Point(lat=south, lon=west), Point(lat=north, lon=east)
    except ValueError as error:
        message = f"{value!r} is no box of four degrees west,south,east,north ({error})"
        raise click.BadParameter(message, param=param) from error
    if corners[0].lat > corners[1].lat:
        message = f"{value!r} has its south above its north"
        raise click.BadParameter(message, param=param)
    return BBox(west=west, south=south, east=east, north=north)


_FILTERS = (
    click.option(
        "--since",
        metavar="DATE",
        callback=_day,
        help="Only articles published on this day (YYYY-MM-DD) or later.",
    ),
    click.option(
        "--until", metavar="DATE", callback=_day, help="Only articles published on this day or earlier."
    ),
    click.option(
        "--country",
        metavar="CODE",
        multiple=True,
        callback=_country_codes,
        help="Only places in this country, ISO 3166-1 alpha-2; may be repeated.",
    ),
    click.option(
        "--bbox",
        metavar="W,S,E,N",
        callback=_box,
        help="Only places in this box, in degrees; west may be > east.",
    ),
    click.option("--min-confidence", type=CONFIDENCE, default=0.0, help="Only mentions at least so sure."),
)


def with_filters(command: Command) -> Command:
    """Add the options that narrow what is shown; the command gets `query`."""

    @functools.wraps(command)
    def run(*, since: str | None, until: str | None, country: tuple[str, ...], bbox: BBox | None,
            min_confidence: float, **options: Any) -> None:  # fmt: skip
        from geomap.model import Query

        query: Query = Query(
            since=since, until=until, countries=frozenset(country), bbox=bbox, min_confidence=min_confidence
        )
        command(query=query, **options)

    decorated: Command = run
    for option in reversed(_FILTERS):
        decorated = option(decorated)
    return decorated


def prepare(path: Path) -> None:
    """Make the folder of a file that is to be written. Raises ExportError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror or error}"
        raise ExportError(message) from error
