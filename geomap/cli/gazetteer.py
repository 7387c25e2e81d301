"""The commands about the gazetteer: what it holds, what it knows of a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geomap.cli.building import build
from geomap.cli.common import GeomapGroup, complain, emit, printable
from geomap.cli.options import gazetteer_option, open_gazetteer

if TYPE_CHECKING:
    from geomap.gazetteers.sqlite import SqliteGazetteer
    from geomap.model import Candidate

_NAMES = 12
_TOTALS = ("places", "names", "curated rows")


@click.group(name="gazetteer", cls=GeomapGroup)
def gazetteer_group() -> None:
    """Look into the gazetteer, or make another one."""


gazetteer_group.add_command(build)


@gazetteer_group.command()
@gazetteer_option
def info(*, gazetteer: Path | None) -> None:
    """Show the gazetteer's sources, licenses and counts."""
    with open_gazetteer(gazetteer) as places:
        emit(f"file         {printable(str(places.path))}")
        emit(f"fingerprint  {places.fingerprint}")
        for line in _counts(places.counts):
            emit(line)
        emit("")
        emit(places.credits.strip())


def _counts(counts: Mapping[str, int]) -> Iterator[str]:
    totals = [name for name in _TOTALS if name in counts]
    kinds = sorted(counts.keys() - set(_TOTALS), key=lambda name: (-counts[name], name))
    for name in totals:
        yield f"{name:<12} {counts[name]:>11,}"
    yield ""
    for name in kinds:
        yield f"  {name.replace('_', ' '):<22} {counts[name]:>11,}"


@gazetteer_group.command()
@click.argument("name")
@click.option(
    "--limit", type=click.IntRange(min=1), default=10, show_default=True, help="Show at most so many places."
)
@gazetteer_option
def search(*, name: str, limit: int, gazetteer: Path | None) -> None:
    """Show the places that NAME may mean, the most prominent first."""
    with open_gazetteer(gazetteer) as places:
        candidates = places.lookup(name, limit=limit)
        for number, candidate in enumerate(candidates, start=1):
            for line in _candidate(number, candidate, places):
                emit(line)
    if not candidates:
        complain(f"the gazetteer knows no place of the name {name!r}")


@gazetteer_group.command()
@click.argument("place")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@gazetteer_option
def show(*, place: str, as_json: bool, gazetteer: Path | None) -> None:
    """Show all that is known of PLACE: an id, a code (SY-HL, OSAP), or a name that means one place."""
    from geomap.cli.rows import json_line
    from geomap.cli.showing import place_called, place_lines, place_row

    with open_gazetteer(gazetteer) as places:
        details = places.details(place_called(place, places))
        lines = [json_line(place_row(details, places))] if as_json else place_lines(details, places)
        for line in lines:
            emit(line)


def _candidate(number: int, candidate: Candidate, places: SqliteGazetteer) -> Iterator[str]:
    from geomap.cli.places import described, wrapped

    place = candidate.place
    facts = [described(place, places), f"{place.point.lat:.5f}, {place.point.lon:.5f}"]
    if place.population:
        facts.append(f"{place.population:,} people")
    if place.radius_km:
        facts.append(f"radius {place.radius_km:g} km")
    how = f'found as "{candidate.matched_name}" ({candidate.match.value})'
    yield f"{number:>3}  {printable(place.name)}  {place.id}  {place.feature_code}".rstrip()
    yield from wrapped("; ".join(facts), first="     ", rest="       ")
    yield from wrapped(how, first="     ", rest="       ")
    yield from wrapped(_names([name.text for name in places.names_of(place)]), first="     ", rest="       ")


def _names(names: Sequence[str]) -> str:
    others = list(names[1:])
    if not others:
        return ""
    more = f" and {len(others) - _NAMES:,} more" if len(others) > _NAMES else ""
    return f"also {', '.join(others[:_NAMES])}{more}"
