"""Sources of articles for the commands: the arguments, and the articles one after the other."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geomap.cli.common import Command, complain
from geomap.errors import ArticleError

if TYPE_CHECKING:
    from geomap.model import Article


_NOTES = {
    "replaced_characters": "characters that cannot be decoded were replaced",
    "guessed_encoding": "its encoding is not stated, and was guessed",
    "title_only": "entries without a text are read by their titles alone",
}


def _oddities(article: Article) -> Iterator[tuple[str, str]]:
    """Yield what is odd about an article: a word for its kind, and a line."""
    for flag, text in _NOTES.items():
        if flag in article.flags:
            yield flag, text
    if article.published and article.day is None:
        yield "date", f"no clear day, which --since and --until ask for: {article.published[:40]!r}"
    language = (article.language or "en").lower()
    if not language.startswith("en"):
        yield language, f"in the language {language[:20]!r}; {_NOT_ENGLISH}"


_NOT_ENGLISH = (
    "the network reads English alone, so the gazetteer's names are looked for by rules made for English, "
    "which find less and worse"
)
_LINE = re.compile(r":\d+$")


class Batch:
    """The articles of the sources, in their order; what cannot be read is complained of and counted.

    On a terminal a bar on standard error shows how many there were.
    """

    def __init__(self, sources: Sequence[str], *, columns: Mapping[str, str] | None = None) -> None:
        self._sources = sources
        self._columns = columns
        self.articles = 0
        self._skipped: set[str] = set()
        self._noted: set[tuple[str, str]] = set()

    def __iter__(self) -> Iterator[Article]:
        if not sys.stderr.isatty():
            yield from self._read()
            return
        with click.progressbar(self._read(), label="articles", show_pos=True, file=sys.stderr) as articles:
            yield from articles

    def _read(self) -> Iterator[Article]:
        from geomap.articles import read_articles
        from geomap.offline import is_offline

        found = read_articles(self._sources, on_error=self.skip, columns=self._columns, offline=is_offline())
        for article in found:
            self.articles += 1
            self._note(article)
            yield article

    def _note(self, article: Article) -> None:
        """Say what is odd about an article, or, once, about all those of its file."""
        file = _LINE.sub("", article.origin or article.id)
        for what, text in _oddities(article):
            if (file, what) not in self._noted:
                self._noted.add((file, what))
                complain(f"note: {file}: {text}")

    def reads(self, path: Path) -> bool:
        """Tell whether a file is one of the sources by name."""
        return any(Path(source).is_file() and path.samefile(source) for source in self._sources)

    def skip(self, error: ArticleError) -> None:
        """Complain of an article that cannot be read or kept; once, even if it is read twice."""
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


def assignments(_: click.Context, param: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    """Return what KEY=VALUE options say. Raises click.BadParameter."""
    pairs = [value.partition("=") for value in values]
    for (key, equals, value), given in zip(pairs, values, strict=True):
        if not (key and equals and value):
            message = f"{given!r} is not of the form NAME=VALUE"
            raise click.BadParameter(message, param=param)
    return {key: value for key, _, value in pairs}


column_option = click.option(
    "--column",
    "columns",
    metavar="KEY=NAME",
    multiple=True,
    callback=assignments,
    help="The column of a table that holds text, title, published, source, url, id or language.",
)


def with_sources(command: Command) -> Command:
    """Add SOURCE..., --samples and --column; the command gets `batch`."""
    return _with_sources(command, needed=True)


def with_sources_or_project(command: Command) -> Command:
    """Add SOURCE..., --samples, --column and --project; the command gets `batch`, or `project`."""
    option = click.option("--project", metavar="FILE", help="Take the articles of this project.")
    return option(_with_sources(command, needed=False))


def _with_sources(command: Command, *, needed: bool) -> Command:
    @functools.wraps(command)
    def run(*, sources: tuple[str, ...], use_samples: bool, columns: dict[str, str], **options: Any) -> None:
        chosen = (*sources, samples()) if use_samples else sources
        if chosen and not needed and options["project"]:
            message = "Give either SOURCE... or --project (`geomap add` puts sources into a project)."
            raise click.UsageError(message)
        if not chosen and (needed or not options["project"]):
            others = "or --samples" if needed else "--samples, or --project"
            message = (
                f"Missing argument 'SOURCE...': a file, a folder, an address, - for standard input, {others}."
            )
            raise click.UsageError(message)
        command(batch=Batch(chosen, columns=columns or None), **options)

    samples_option = click.option(
        "--samples", "use_samples", is_flag=True, help="Read the sample articles that come with geomap."
    )
    argument = click.argument("sources", nargs=-1, metavar="SOURCE..." if needed else "[SOURCE...]")
    return argument(samples_option(column_option(run)))
