"""What surrounds places on a map: divisions, waters and towns, for a base map that needs no server."""

from __future__ import annotations

from typing import NamedTuple

Line = tuple[tuple[float, float], ...]
"""Positions (lat, lon) in degrees WGS84; of a ring, the first again at the end."""


class Outline(NamedTuple):
    """A division, river or lake with its rings or lines; `key` is a code such as "SY.09"."""

    key: str
    name: str
    lines: tuple[Line, ...]


class Town(NamedTuple):
    """A populated place to be named on a base map; `capital` of a country."""

    name: str
    lat: float
    lon: float
    population: int
    capital: bool


class Water(NamedTuple):
    """A sea, gulf or large lake to be named: where, and about how many degrees wide it is."""

    name: str
    lat: float
    lon: float
    degrees: float


class Backdrop(NamedTuple):
    """Divisions of the countries that places lie in, rivers and lakes near them, towns, the largest first."""

    divisions: tuple[Outline, ...] = ()
    rivers: tuple[Outline, ...] = ()
    lakes: tuple[Outline, ...] = ()
    towns: tuple[Town, ...] = ()
    waters: tuple[Water, ...] = ()
