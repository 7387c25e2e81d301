"""What the commands share: errors, --offline, results and complaints."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from geomap.errors import ExportError, GeomapError

Command = Callable[..., None]


def _go_offline(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001
    if wanted:
        from geomap.offline import offline

        ctx.with_resource(offline())


def _offline_option() -> click.Option:
    return click.Option(
        ["--offline"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        envvar="GEOMAP_OFFLINE",
        callback=_go_offline,
        help="Never use the network: an attempt to is an error. Also GEOMAP_OFFLINE=1.",
    )


class GeomapCommand(click.Command):
    """A command with --offline."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.params.append(_offline_option())


class GeomapGroup(click.Group):
    """A group whose commands turn an error of geomap into one line and exit status 1."""

    command_class = GeomapCommand
    group_class = type

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises click.ClickException for a GeomapError."""
        try:
            return super().invoke(ctx)
        except GeomapError as error:
            lines = [printable(line) for line in str(error).split("\n")]
            raise click.ClickException("\n".join(lines)) from error


class MainGroup(GeomapGroup):
    """The outermost group, with --offline before the name of a command."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.params.append(_offline_option())


def emit(line: str) -> None:
    """Write a line of a result, in UTF-8 whatever the terminal's encoding, at once.

    Raises ExportError, but for a reader that has heard enough.
    """
    try:
        sys.stdout.buffer.write(f"{line}\n".encode(errors="replace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        message = f"the result cannot be written: {error.strerror or error}"
        raise ExportError(message) from error


def complain(line: str) -> None:
    """Write a line to standard error, over a progress bar if there is one."""
    clear = "\r\x1b[K" if sys.stderr.isatty() else ""
    click.echo(clear + printable(line), err=True)


def printable(text: str) -> str:
    """Return the text on one line, without what would steer a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


def counted(number: int, noun: str) -> str:
    """Return "1 article" or "1,200 articles"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def prepare(path: Path) -> None:
    """Make the folder of a file that is to be written. Raises ExportError."""
    if path.as_posix().startswith(("http:/", "https:/")):
        message = f"{path}: is an address, and no file to write"
        raise ExportError(message)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror or error}"
        raise ExportError(message) from error
