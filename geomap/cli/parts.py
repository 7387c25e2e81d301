"""Options of the commands that parse: the parts of the geoparser, open for as long as they are used."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geomap.cli.common import Command, complain, prepare
from geomap.cli.profiles import profile_option
from geomap.cli.sources import assignments
from geomap.errors import OfflineError

if TYPE_CHECKING:
    from geomap.gazetteers.stack import StackedGazetteer
    from geomap.geoparser import Geoparser
    from geomap.profiles import Profile
    from geomap.protocols import Gazetteer

_CODE_LENGTH = 2


def country_codes(_: click.Context, param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """Return the codes in capitals. Raises click.BadParameter."""
    for value in values:
        if len(value) != _CODE_LENGTH or not (value.isascii() and value.isalpha()):
            message = f"{value!r} is no ISO 3166-1 alpha-2 code such as SY"
            raise click.BadParameter(message, param=param)
    return tuple(value.upper() for value in values)


gazetteer_option = click.option(
    "--gazetteer",
    multiple=True,
    metavar="FILE",
    help="A gazetteer instead of the embedded one and your own; several go on top of one another, the first "
    'at the bottom, where "embedded" is the one that comes with geomap.',
)
_GEOPARSER = (
    click.option(
        "--focus",
        metavar="CODE",
        multiple=True,
        callback=country_codes,
        help="Country that the articles are about, ISO 3166-1 alpha-2; may be repeated.",
    ),
    profile_option,
    click.option(
        "--recognizer",
        type=click.Choice(["hybrid", "neural", "dictionary"]),
        default="hybrid",
        show_default=True,
        help="What finds the names: a network and the gazetteer together, the network alone, or rules alone, "
        "which are faster and find less.",
    ),
    click.option(
        "--model",
        type=click.Path(path_type=Path, file_okay=False, exists=True),
        metavar="FOLDER",
        help="A network of your own instead of the one that comes with geomap "
        "(python -m geomap.training adapt).",
    ),
    click.option(
        "--threads",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        help="Threads of the network; 0 for one a processor core. The result is the same.",
    ),
    gazetteer_option,
    click.option(
        "--geocoder",
        metavar="NAME",
        help="Ask this online service of geopy (nominatim) for names that the gazetteer lacks.",
    ),
    click.option(
        "--geocoder-option",
        "geocoder_options",
        metavar="KEY=VALUE",
        multiple=True,
        callback=assignments,
        help="What geopy's class for the service takes: domain, scheme, api_key; may be repeated.",
    ),
    click.option(
        "--geocoder-cache",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Where the answers of the service are kept, instead of a file among geomap's settings.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the options say of the geoparser."""

    focus: tuple[str, ...]
    profile: str | None
    recognizer: str
    model: Path | None
    threads: int
    gazetteer: Sequence[str]
    geocoder: str | None
    geocoder_options: dict[str, str]
    geocoder_cache: Path | None


def with_geoparser(command: Command) -> Command:
    """Add the options of the geoparser; the command gets `parts` for `open_geoparser`."""

    @functools.wraps(command)
    def run(
        *,
        focus: tuple[str, ...],
        profile: str | None,
        recognizer: str,
        model: Path | None,
        threads: int,
        gazetteer: Sequence[str],
        geocoder: str | None,
        geocoder_options: dict[str, str],
        geocoder_cache: Path | None,
        **options: Any,
    ) -> None:
        if (geocoder_options or geocoder_cache) and not geocoder:
            message = "--geocoder-option and --geocoder-cache need --geocoder"
            raise click.UsageError(message)
        parts = Parts(
            focus=focus,
            profile=profile,
            recognizer=recognizer,
            model=model,
            threads=threads,
            gazetteer=gazetteer,
            geocoder=geocoder,
            geocoder_options=geocoder_options,
            geocoder_cache=geocoder_cache,
        )
        command(parts=parts, **options)

    return add_options(_GEOPARSER, run)


def add_options(options: Sequence[Any], command: Command) -> Command:
    """Return the command with the options, in their order."""
    for option in reversed(options):
        command = option(command)
    return command


def settings_folder() -> Path:
    """Return where geomap keeps what is to stay from one run to the next."""
    return Path(click.get_app_dir("geomap"))


@contextmanager
def open_gazetteer(paths: Sequence[str] = (), *, without: str = "") -> Iterator[StackedGazetteer]:
    """Open gazetteers as one, by default the embedded one and the user's own, and close them at the end.

    The user's own one of the name `without` is left out.
    """
    from geomap.gazetteers.layers import open_own, open_stack, own_folder

    folder = own_folder(settings_folder())
    opened = open_stack(paths) if paths else open_own(folder, without=without)
    with opened as gazetteer:
        yield gazetteer


@contextmanager
def open_geoparser(parts: Parts, *, min_confidence: float = 0.0) -> Iterator[Geoparser]:
    """Open a gazetteer, a geocoder behind it if one is wanted, and put a geoparser over them."""
    from geomap.geoparser import default_geoparser
    from geomap.profiles import find_profile

    profile = find_profile(parts.profile) if parts.profile else None
    with (
        open_gazetteer(parts.gazetteer) as places,
        _with_profile(places, profile) as stacked,
        _with_geocoder(stacked, parts) as gazetteer,
    ):
        yield default_geoparser(
            focus=parts.focus,
            profile=profile and profile.without_places(),
            gazetteer=gazetteer,
            min_confidence=min_confidence,
            recognizer=parts.recognizer,
            model=parts.model,
            threads=parts.threads,
        )


@contextmanager
def _with_profile(places: StackedGazetteer, profile: Profile | None) -> Iterator[StackedGazetteer]:
    """Put the places of a profile on top, below a geocoder."""
    if profile is None or not profile.has_places:
        yield places
        return
    from geomap.profiles.places import with_places

    with with_places(places, profile) as stacked:
        yield stacked


@contextmanager
def _with_geocoder(places: StackedGazetteer, parts: Parts) -> Iterator[Gazetteer]:
    """Put a geocoder behind the gazetteer where one is wanted. Raises GeomapError."""
    from geomap.offline import is_offline

    if parts.geocoder is None:
        yield places
        return
    if is_offline():
        message = f"--geocoder {parts.geocoder} needs the network, and geomap works offline (--offline)"
        raise OfflineError(message)
    from geomap.gazetteers.cache import GeocodeCache
    from geomap.gazetteers.fallback import FallbackGazetteer
    from geomap.gazetteers.online import GeopyGeocoder

    geocoder = GeopyGeocoder(parts.geocoder, parts.geocoder_options)
    complain(f"note: names that the gazetteer lacks are asked of {geocoder.name}: {geocoder.attribution}")
    path = parts.geocoder_cache or settings_folder() / "geocoded.sqlite"
    prepare(path)
    with GeocodeCache(path, service=geocoder.identity) as cache:
        yield FallbackGazetteer(places, geocoder, cache=cache, on_error=complain)
