"""What articles are about, as a line; the command about focus profiles; the hint at a profile that fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from geomap.cli.common import GeomapCommand, complain, emit, printable

if TYPE_CHECKING:
    from geomap.model import Focus
    from geomap.outlets import Outlet
    from geomap.profiles import Profile
    from geomap.protocols import Gazetteer

_SHOWN = 3
"""Countries of a focus that are printed."""
_BATCH = 3
"""Articles from which a profile is hinted at: two may be of one kind by chance."""


def hint_at_profile(foci: Sequence[Focus], chosen: str | None) -> None:
    """Say so where most of a batch fit a profile that comes with geomap, and none was chosen."""
    from geomap.profiles.detecting import most_fitting
    from geomap.profiles.reading import bundled_profiles

    fitting = [focus.profile for focus in foci if focus.countries]
    name = "" if chosen or len(fitting) < _BATCH else most_fitting(fitting)
    if name:
        title = bundled_profiles()[name].title
        complain(f"hint: most of these articles are about {title}: --profile {name}")


profile_option = click.option(
    "--profile",
    metavar="NAME|FILE",
    help="What is known of the articles beforehand: a focus profile that comes with geomap (see `geomap "
    "profiles`), or a TOML file.",
)


@click.command(cls=GeomapCommand)
@click.argument("name", required=False, metavar="[NAME|FILE]")
def profiles(*, name: str | None) -> None:
    """List the focus profiles that come with geomap, or show the one of a name or file."""
    from geomap.profiles import bundled_profiles, find_profile

    if name is None:
        for profile in bundled_profiles().values():
            emit(f"{profile.name:<12} {profile.title:<36} {', '.join(profile.countries)}")
        return
    from geomap.cli.parts import open_gazetteer

    profile = find_profile(name)
    with open_gazetteer() as gazetteer:
        for line in _report(profile, gazetteer):
            emit(line)


def _report(profile: Profile, gazetteer: Gazetteer) -> Iterator[str]:
    from geomap.cli.places import wrapped
    from geomap.profiles.places import outlets_of

    box = profile.bbox
    outlets = outlets_of(profile, gazetteer).values()
    places = [f"{each.name} ({each.lat:g}, {each.lon:g})" for each in profile.places]
    rows = {
        "name": profile.name,
        "title": profile.title,
        "countries": ", ".join(profile.countries),
        "neighbors": ", ".join(f"{code} {weight:g}" for code, weight in profile.neighbors),
        "bbox": ", ".join(f"{each:g}" for each in (box.west, box.south, box.east, box.north)) if box else "",
        "places": str(profile.place_file) if profile.place_file else ", ".join(places),
        "stop names": ", ".join(profile.stop_names),
        "outlets": ", ".join(_outlet(each, gazetteer) for each in outlets),
        "confidence": f"at least {profile.min_confidence:g}" if profile.min_confidence else "",
        "digest": profile.digest,
    }
    for label, value in rows.items():
        if value:
            yield from wrapped(printable(value), first=f"{label:<12} ", rest=" " * 13)


def _outlet(outlet: Outlet, gazetteer: Gazetteer) -> str:
    home = gazetteer.place(outlet.place_id)
    return f"{outlet.domain} ({outlet.scope}, {home.name if home else outlet.place_id})"
