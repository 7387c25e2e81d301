"""Options that several commands have: the filters of a query."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from geomap.cli.common import Command, complain
from geomap.cli.parts import add_options, country_codes

if TYPE_CHECKING:
    from geomap.model import BBox, Place, Query
    from geomap.project import Project

CONFIDENCE = click.FloatRange(0, 1)

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


_PLACE = click.option(
    "--place",
    "places",
    metavar="PLACE",
    multiple=True,
    help="Only this place, by name or id; may be repeated.",
)
_AROUND = (
    click.option("--inside", is_flag=True, help="What lies in the place (a province, a country) too."),
    click.option(
        "--within",
        "within_km",
        type=click.FloatRange(min=0),
        metavar="KM",
        help="What lies within so many km of the place.",
    ),
)
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
        "--text",
        default="",
        metavar="WORDS",
        help='Only articles with all these words, "phrases" or beginnings* in title or text.',
    ),
    click.option("--article", "articles", metavar="ID", multiple=True, help="Only the article of this id."),
    click.option(
        "--country",
        metavar="CODE",
        multiple=True,
        callback=country_codes,
        help="Only places in this country, ISO 3166-1 alpha-2; may be repeated.",
    ),
    click.option(
        "--bbox",
        metavar="W,S,E,N",
        callback=_box,
        help="Only places in this box, in degrees; west may be > east.",
    ),
    click.option("--min-confidence", type=CONFIDENCE, default=0.0, help="Only mentions at least so sure."),
    click.option(
        "--min-probability",
        type=CONFIDENCE,
        default=0.0,
        help="Only mentions at least so likely to be a place, and this one; .2 loses 1 right one of 100.",
    ),
    click.option(
        "--role",
        "roles",
        type=click.Choice(["event", "mentioned", "origin", "dateline"]),
        multiple=True,
        help="Only where it happened, is mentioned, was said, was written; may be repeated.",
    ),
    click.option(
        "--precision",
        "precisions",
        type=click.Choice(["exact", "neighborhood", "town", "adm2", "adm1", "country", "region", "relative"]),
        multiple=True,
        help="Only what is known so exactly; may be repeated.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the options ask for; places are still names, which only a project can resolve."""

    base: Query
    places: tuple[str, ...]
    inside: bool
    within_km: float | None

    def query(self, project: Project, *, all_types: bool) -> Query:
        """Return the query; say how places were taken.

        Raises click.ClickException for a place that nothing is found of.
        """
        found: set[str] = set()
        for name in self.places:
            place = project.place(name, inside=self.inside, within_km=self.within_km)
            if place is None:
                raise click.ClickException(self._nothing(name))
            self._note(project, place)
            found |= project.reached(place, inside=self.inside, within_km=self.within_km) or {place.id}
        return replace(self.base, all_types=all_types, place_ids=frozenset(found))

    def _note(self, project: Project, place: Place) -> None:
        from geomap.cli.places import described

        complain(f"{place.name}, {described(place, project.geoparser.gazetteer)} ({place.id})")
        if self.inside and project.is_box(place):
            complain(
                f"note: the gazetteer knows few parts of {place.name}; what lies in its box is taken, too"
            )
        if self.within_km is not None and (
            place.feature_class in {"A", "L"} or place.radius_km > self.within_km
        ):
            complain(f"note: {place.name} is large; distances are measured from one point of it")

    def _nothing(self, name: str) -> str:
        if self.within_km is not None:
            return (
                f"no article mentions anything within {self.within_km:g} km of a place of the name {name!r}"
            )
        inside = " or one in it" if self.inside else ""
        return f"no article mentions a place of the name {name!r}{inside}"


def with_filters(command: Command) -> Command:
    """Add the options that narrow what is shown; the command gets `filters`."""

    @functools.wraps(command)
    def run(*, places: tuple[str, ...], **options: Any) -> None:
        _check_around(places, options, "--place")
        _run(command, places=places, **options)

    return _PLACE(add_options((*_AROUND, *_FILTERS), run))


def with_filters_around_place(command: Command) -> Command:
    """Add PLACE and the options that narrow what is found; the command gets `filters`."""

    @functools.wraps(command)
    def run(*, place: str | None, **options: Any) -> None:
        _check_around(place, options, "PLACE")
        _run(command, places=() if place is None else (place,), **options)

    return click.argument("place", required=False)(add_options((*_AROUND, *_FILTERS), run))


def _check_around(places: object, options: Mapping[str, Any], needed: str) -> None:
    if not places and (options["inside"] or options["within_km"] is not None):
        message = f"--inside and --within need {needed}"
        raise click.UsageError(message)


def _run(
    command: Command,
    *,
    places: tuple[str, ...],
    inside: bool,
    within_km: float | None,
    since: str | None,
    until: str | None,
    text: str,
    articles: tuple[str, ...],
    country: tuple[str, ...],
    bbox: BBox | None,
    min_confidence: float,
    min_probability: float,
    roles: tuple[str, ...],
    precisions: tuple[str, ...],
    **options: Any,
) -> None:
    from geomap.model import Precision, Query, Role

    base = Query(
        since=since,
        until=until,
        text=text,
        article_ids=frozenset(articles),
        countries=frozenset(country),
        bbox=bbox,
        min_confidence=min_confidence,
        min_probability=min_probability,
        roles=frozenset(map(Role, roles)),
        precisions=frozenset(map(Precision, precisions)),
    )
    command(filters=Filters(base=base, places=places, inside=inside, within_km=within_km), **options)
