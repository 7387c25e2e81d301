"""What of a profile needs a gazetteer: its own places as a layer on top, and the homes of its outlets."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

from geomap.errors import ConfigError, GazetteerBuildError
from geomap.gazetteers.own.adding import Options, add_places
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.gazetteers.stack import StackedGazetteer
from geomap.model import Place
from geomap.outlets import Outlet
from geomap.profiles.profile import Profile, ProfileOutlet
from geomap.protocols import Gazetteer

_COLUMNS = ("name", "lat", "lon", "kind", "aliases", "radius_km", "population", "country")


def with_places(gazetteer: SqliteGazetteer | StackedGazetteer, profile: Profile) -> StackedGazetteer:
    """Return the gazetteer with the profile's own places on top.

    They go before their homonyms, as a user's own places do. Raises ConfigError for one that cannot be taken.
    """
    layers = gazetteer.layers if isinstance(gazetteer, StackedGazetteer) else (gazetteer,)
    return StackedGazetteer([*layers, _layer(profile, StackedGazetteer(layers))])


def _layer(profile: Profile, below: StackedGazetteer) -> SqliteGazetteer:
    """Build the layer in a folder that is gone when it is open: the open file stays until it is closed."""
    with TemporaryDirectory(prefix="geomap-") as folder:
        target = Path(folder) / f"{profile.name}.sqlite"
        source = profile.place_file or _written(profile, Path(folder) / f"{profile.name}.csv")

        def fail(error: GazetteerBuildError) -> NoReturn:
            raise _as_config_error(error, profile) from error

        try:
            add_places(source, target, namespace=profile.name, below=below, options=Options(), on_error=fail)
        except GazetteerBuildError as error:
            raise _as_config_error(error, profile) from error
        return SqliteGazetteer(target)


def _as_config_error(error: GazetteerBuildError, profile: Profile) -> ConfigError:
    if profile.place_file is not None:
        return ConfigError(f"{profile.origin}: places: {error}")
    number = "" if error.line is None else f"number {error.line - 1} "
    return ConfigError(f"{profile.origin}: places: {number}{str(error).rpartition(': ')[2]}")


def _written(profile: Profile, path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(_COLUMNS)
        for place in profile.places:
            aliases = "|".join(place.aliases)
            numbers = (place.radius_km or "", place.population or "")
            table.writerow(
                [place.name, repr(place.lat), repr(place.lon), place.kind, aliases, *numbers, place.country]
            )
    return path


def outlets_of(profile: Profile, gazetteer: Gazetteer) -> Mapping[str, Outlet]:
    """Return the profile's outlets by their domains.

    A home that is named and not given by its id is the first populated place of that name in the profile's
    countries or their neighbors, else anywhere. Raises ConfigError for one that the gazetteer lacks.
    """
    found = {}
    for each in profile.outlets:
        home = _home(profile, each, gazetteer)
        found[each.domain] = Outlet(
            domain=each.domain,
            name=each.domain,
            place_id=home.id,
            country=home.country_code,
            scope=each.scope,
        )
    return found


def _home(profile: Profile, outlet: ProfileOutlet, gazetteer: Gazetteer) -> Place:
    by_id = gazetteer.place(outlet.home) if ":" in outlet.home else None
    if by_id is not None:
        return by_id
    known = profile.focus_weights()
    towns = [each.place for each in gazetteer.lookup(outlet.home) if each.place.feature_class == "P"]
    if not towns:
        where = f"{profile.origin}: outlets.{outlet.domain}"
        message = f"{where}: {outlet.home!r} is no id and no town of the gazetteer"
        raise ConfigError(message)
    return max(towns, key=lambda town: known.get(town.country_code, 0.0))
