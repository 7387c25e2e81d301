"""Where the layers of a user's own places lie, and how gazetteers are put on top of one another.

They lie among geomap's settings, one file a layer, and go on top of the embedded gazetteer in the order of
their names: a stack that went by the time of adding would not be the same on two machines.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from geomap.errors import ConfigError, GazetteerError, GazetteerFormatError, GazetteerNotFound
from geomap.gazetteers.sqlite import SqliteGazetteer, embedded_path
from geomap.gazetteers.stack import StackedGazetteer
from geomap.text import fold

FOLDER = "GEOMAP_GAZETTEERS"
"""The environment variable that says where the layers lie instead."""
EMBEDDED = "embedded"
"""Stands for the gazetteer that comes with geomap where files are listed."""

ENDING = ".sqlite"
_RESERVED = frozenset(
    {"geonames", "curated", "ne", "river", "cldr", "embedded", "iso3166", "wikidata", "pcode", "iata", "icao"}
)
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


def checked_name(name: str) -> str:
    """Return the name of a layer, which its ids begin with. Raises ConfigError for another's."""
    if not _NAME.fullmatch(name):
        message = (
            f"{name!r} is no name of a gazetteer: small letters, digits and hyphens, such as my-villages"
        )
        raise ConfigError(message)
    from geomap.gazetteers.online import services

    if name in _RESERVED or name in services():
        message = f"the name {name!r} belongs to another gazetteer or geocoder; give another one with --name"
        raise ConfigError(message)
    return name


def name_of(path: Path) -> str:
    """Return the name that a file gives its layer: its own as one word of small letters, "" without any."""
    words = "-".join(fold(path.name.split(".")[0]).split())
    ascii_only = re.sub(r"[^a-z0-9-]+", "", words)
    return ascii_only.lstrip("-0123456789")[:40].strip("-")


def layer_paths(folder: Path) -> list[Path]:
    """Return the files of the layers in a folder, in the order in which they go on top of one another."""
    return sorted(path for path in folder.glob(f"*{ENDING}") if path.is_file())


def own_folder(settings: Path) -> Path:
    """Return the folder of the layers: among the settings, or where GEOMAP_GAZETTEERS says."""
    return Path(os.environ.get(FOLDER) or settings / "gazetteers")


def open_stack(paths: Sequence[Path | str]) -> StackedGazetteer:
    """Open gazetteer files as one, the bottom one first; "embedded" is geomap's own.

    Raises GazetteerError, ConfigError where a file is named twice.
    """
    files = [embedded_path() if str(path) == EMBEDDED else Path(path) for path in paths]
    if len({file.resolve() for file in files}) < len(files):
        message = "a gazetteer is named twice"
        raise ConfigError(message)
    with ExitStack() as opened:
        layers = [opened.enter_context(SqliteGazetteer(file)) for file in files]
        opened.pop_all()
    return StackedGazetteer(layers)


def open_own(folder: Path, *, without: str = "") -> StackedGazetteer:
    """Open the embedded gazetteer with the layers of a folder on top, but for the one named `without`.

    Raises GazetteerError, which for a layer of another version says what to do.
    """
    with ExitStack() as opened:
        layers = [opened.enter_context(SqliteGazetteer())]
        for path in layer_paths(folder):
            if path.stem == without:
                continue
            try:
                layers.append(opened.enter_context(SqliteGazetteer(path)))
            except (GazetteerFormatError, GazetteerNotFound) as error:
                advice = f"add its places again, or take it away: geomap gazetteer remove {path.stem}"
                message = f"{error}; {advice}"
                raise GazetteerFormatError(message) from error
        opened.pop_all()
    return StackedGazetteer(layers)


def remove_layer(folder: Path, name: str) -> Path:
    """Delete the file of a layer and return its path. Raises GazetteerNotFound."""
    path = folder / f"{name}{ENDING}"
    there = layer_paths(folder)
    if path not in there:
        listed = ", ".join(each.stem for each in there) or "none"
        message = f"there is no gazetteer of the name {name!r} among your own; there are: {listed}"
        raise GazetteerNotFound(message)
    try:
        path.unlink()
    except OSError as error:
        message = f"{path} cannot be removed: {error.strerror or error}"
        raise GazetteerError(message) from error
    return path
