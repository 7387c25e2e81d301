"""The commands about the gazetteer: what it holds, what it knows of a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from geomap.cli import own
from geomap.cli.building import build
from geomap.cli.common import GeomapGroup, complain, emit, printable
from geomap.cli.parts import gazetteer_option, open_gazetteer

if TYPE_CHECKING:
    from geomap.gazetteers.search import Answer
    from geomap.gazetteers.stack import StackedGazetteer
    from geomap.model import Candidate

_NAMES = 12
_TOTALS = ("places", "names", "curated rows", "places with precedence")


@click.group(name="gazetteer", cls=GeomapGroup)
def gazetteer_group() -> None:
    """Look into the gazetteer, add own places to it, or make another one."""


gazetteer_group.add_command(build)
gazetteer_group.add_command(own.add)
gazetteer_group.add_command(own.remove)


@gazetteer_group.command()
@gazetteer_option
def info(*, gazetteer: Sequence[str]) -> None:
    """Show the gazetteer's sources, licenses and counts, layer by layer from the bottom up."""
    with open_gazetteer(gazetteer) as places:
        for line in own.stack_report(places) if len(places.layers) > 1 else ():
            emit(line)
        for layer in places.layers:
            emit(f"file         {printable(str(layer.path))}")
            emit(f"fingerprint  {layer.fingerprint}")
            for line in _counts(layer.counts):
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
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
@gazetteer_option
def search(*, name: str, limit: int, as_json: bool, gazetteer: Sequence[str]) -> None:
    """Show the places that NAME may mean, the most prominent first.

    NAME may say the kind, what the place lies in, and what is near: "river Khabur", "Paris, Texas", "camp
    near Goma". An id or a code (SY-HL, OSAP) is taken, too.
    """
    from geomap.cli.rows import json_line
    from geomap.gazetteers.search import answer

    with open_gazetteer(gazetteer) as places:
        found = answer(places, name, limit=limit)
        for line in remarks(found, name):
            complain(line)
        for number, candidate in enumerate(found.candidates, start=1):
            if as_json:
                emit(json_line(_row(candidate, places)))
                continue
            for line in _candidate(number, candidate, places):
                emit(line)


def remarks(found: Answer, asked: str) -> Iterator[str]:
    """Yield what has to be said where not all that was asked for is found."""
    named = found.query.name
    if not found.candidates:
        yield f"the gazetteer knows no place of the name {asked!r}"
    elif found.similar:
        yield f"no place of the name {named!r}; similar names:"
    elif found.missed:
        what, others = (
            (repr(named), "these bear the name") if named else ("such place", "these fit most of it")
        )
        yield f"no {what} {' and '.join(found.missed)}; {others}:"


def _row(candidate: Candidate, places: StackedGazetteer) -> dict[str, Any]:
    from geomap.cli.places import kind_of
    from geomap.lexicon import admin1_name

    place = candidate.place
    return {
        "id": place.id,
        "name": place.name,
        "kind": kind_of(place),
        "lat": place.point.lat,
        "lon": place.point.lon,
        "country": place.country_code or None,
        "admin1": admin1_name((place, *places.ancestors(place))) or None,
        "population": place.population or None,
        "match": candidate.match.value,
        "names": [name.text for name in places.names_of(place)],
    }


@gazetteer_group.command()
@click.argument("place")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@gazetteer_option
def show(*, place: str, as_json: bool, gazetteer: Sequence[str]) -> None:
    """Show all that is known of PLACE: an id, a code (SY-HL, OSAP), or a name that means one place."""
    from geomap.cli.rows import json_line
    from geomap.cli.showing import place_called, place_lines, place_row

    with open_gazetteer(gazetteer) as places:
        details = places.details(place_called(place, places))
        lines = [json_line(place_row(details, places))] if as_json else place_lines(details, places)
        for line in lines:
            emit(line)


def _candidate(number: int, candidate: Candidate, places: StackedGazetteer) -> Iterator[str]:
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
