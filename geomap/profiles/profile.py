"""A focus profile: what is known beforehand of the articles of one kind, a war, a region, a beat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from geomap.model import BBox
from geomap.outlets import LOCAL


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilePlace:
    """A place that the gazetteer lacks, in degrees WGS84; `radius_km` and `population` 0: unknown.

    `kind` is a word ("camp") or a code of GeoNames.
    """

    name: str
    lat: float
    lon: float
    kind: str = ""
    aliases: tuple[str, ...] = ()
    radius_km: float = 0.0
    population: int = 0
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileOutlet:
    """An outlet by its domain: the id or name of the town where it is at home, how far it reports.

    `scope` is one of `geomap.outlets.SCOPES`.
    """

    domain: str
    home: str
    scope: str = LOCAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a profile's file says.

    `countries` are ISO 3166-1 alpha-2 codes of what the articles are about, `neighbors` those of what they
    mention beside it, with weights in (0, 1]. `places` lie in the file itself, or `place_file` holds them.
    `stop_names` are no places in these articles. `outlets` come before those that geomap knows. `digest` is
    the SHA-256 of all that the profile says.
    """

    name: str
    title: str
    countries: tuple[str, ...]
    neighbors: tuple[tuple[str, float], ...] = ()
    bbox: BBox | None = None
    places: tuple[ProfilePlace, ...] = ()
    place_file: Path | None = None
    stop_names: tuple[str, ...] = ()
    outlets: tuple[ProfileOutlet, ...] = ()
    min_confidence: float = 0.0
    origin: str = ""
    digest: str = ""

    def focus_weights(self) -> Mapping[str, float]:
        """Return how much the profile speaks for a country, in (0, 1]: 1 for its own, less for neighbors."""
        return {**dict(self.neighbors), **dict.fromkeys(self.countries, 1.0)}

    @property
    def has_places(self) -> bool:
        """Whether the profile brings places of its own."""
        return bool(self.places) or self.place_file is not None

    def without_places(self) -> Profile:
        """Return the profile for a gazetteer that has its places already."""
        return replace(self, places=(), place_file=None)

    @property
    def fingerprint(self) -> str:
        """The name and the beginning of the digest, for what a result was made by."""
        return f"{self.name}-{self.digest[:12]}"
