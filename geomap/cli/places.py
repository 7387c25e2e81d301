"""Places in words, for people at a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from geomap.cli.common import printable
from geomap.lexicon import feature
from geomap.model import Place
from geomap.protocols import Gazetteer

WIDTH = 100


def described(place: Place, gazetteer: Gazetteer) -> str:
    """Return "city in Aleppo Governorate, Syria, Asia"."""
    parents = [parent.name for parent in gazetteer.ancestors(place)]
    return printable(f"{kind_of(place)} in {', '.join(parents)}" if parents else kind_of(place))


def kind_of(place: Place) -> str:
    """Return "city"."""
    return feature(place.feature_code).kind.replace("_", " ")


def wrapped(text: str, *, first: str, rest: str) -> Iterator[str]:
    """Yield the lines of a text that is at most 100 columns wide, indented by `first` and then `rest`."""
    yield from textwrap.wrap(
        printable(text), WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )
