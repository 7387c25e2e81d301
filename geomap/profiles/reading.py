"""Profiles from TOML files: those that come with geomap, by name, and a user's own.

A profile is small and written by hand, so whatever is odd in it is an error that names the file, the line and
the key; nothing is guessed.
"""

from __future__ import annotations

import hashlib
import math
import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from geomap.errors import ConfigError
from geomap.model import BBox
from geomap.outlets import LOCAL, SCOPES
from geomap.profiles.profile import Profile, ProfileOutlet, ProfilePlace
from geomap.text import fold

NEIGHBOR = 0.3
"""The weight of a neighbor for which a profile gives none."""
ENDING = ".toml"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_CODE = re.compile(r"[A-Z]{2}")
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_CORNERS = 4
_NEIGHBORS, _PLACES = "neighbors", "places"
_MISSING = "is missing"


@cache
def bundled_profiles() -> Mapping[str, Profile]:
    """Return the profiles that come with geomap, by name."""
    folder = resources.files("geomap.profiles")
    files = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(ENDING)), key=lambda each: each.name
    )
    found = [_profile(file.read_bytes(), file.name, Path()) for file in files]
    return {profile.name: profile for profile in found}


def find_profile(name: str | Path) -> Profile:
    """Return the profile of a name that comes with geomap, or of a file. Raises ConfigError."""
    if isinstance(name, Path) or name.endswith(ENDING) or Path(name).is_file():
        return read_profile(Path(name))
    if name not in bundled_profiles():
        message = (
            f"there is no profile {name!r}; there are {', '.join(bundled_profiles())}, and files ({ENDING})"
        )
        raise ConfigError(message)
    return bundled_profiles()[name]


def read_profile(path: Path) -> Profile:
    """Return the profile of a file. Raises ConfigError, which names the line and the key."""
    try:
        data = path.read_bytes()
    except OSError as error:
        message = f"{path}: {error.strerror or error}"
        raise ConfigError(message) from error
    return _profile(data, str(path), path.parent)


def _profile(data: bytes, origin: str, folder: Path) -> Profile:
    try:
        text = data.decode("utf-8")
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{origin}: is no TOML: {error}"
        raise ConfigError(message) from error
    try:
        return _made(table, data, origin, folder)
    except _BadKeyError as error:
        line = _line_of(text, error.key, error.number)
        message = f"{origin}{f':{line}' if line else ''}: {error.key} {error.problem}"
        raise ConfigError(message) from error


class _BadKeyError(ValueError):
    """Say which key holds what cannot be used; of a list of tables, in which of them, from 1."""

    def __init__(self, key: str, problem: str, *, number: int = 0) -> None:
        self.key = key
        self.problem = problem if not number else f"(number {number}) {problem}"
        self.number = number
        super().__init__(problem)


def _line_of(text: str, key: str, number: int) -> int:
    """Return the line, from 1, on which a key stands; 0 where it is not found."""
    first, _, rest = key.partition(".")
    heads = [rf'\s*\[\[?\s*"?{re.escape(first)}"?\s*\]', rf'\s*"?{re.escape(first)}"?\s*[=.]']
    if rest and not number:
        heads.insert(0, rf'.*"?{re.escape(rest)}"?\s*=')
    lines = text.split("\n")
    for head in heads:
        found = [at for at, line in enumerate(lines, start=1) if re.match(head, line)]
        if found:
            return found[min(max(number, 1), len(found)) - 1]
    return 0


def _made(table: Mapping[str, Any], data: bytes, origin: str, folder: Path) -> Profile:
    unknown = [key for key in table if key not in _KEYS]
    if unknown:
        problem = f"is no key of a profile; there are {', '.join(_KEYS)}"
        raise _BadKeyError(unknown[0], problem)
    for key in ("name", "title", "countries"):
        if key not in table:
            raise _BadKeyError(key, _MISSING)
    said = {key: _KEYS[key](key, value) for key, value in table.items()}
    twice = sorted(set(said["countries"]) & set(dict(said.get("neighbors", ()))))
    if twice:
        raise _BadKeyError(_NEIGHBORS, f"holds {twice[0]}, which is one of the countries")
    places = said.pop("places", ())
    digest = hashlib.sha256(data)
    if isinstance(places, str):
        said["place_file"] = folder / places
        digest.update(_read(said["place_file"]))
    else:
        said["places"] = places
    return Profile(**said, origin=origin, digest=digest.hexdigest())


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _BadKeyError(_PLACES, f"names {path}: {error.strerror or error}") from error


# --- values ----------------------------------------------------------------------------------


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise _BadKeyError(key, f"must be a text on one line in quotation marks, not {value!r}")
    return value.strip()


def _name(key: str, value: Any) -> str:
    text = _text(key, value)
    if not _NAME.fullmatch(text):
        raise _BadKeyError(key, f"must be small letters, digits and hyphens such as lake-chad, not {text!r}")
    return text


def _texts(key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _BadKeyError(key, f"must be a list of texts, not {value!r}")
    return tuple(dict.fromkeys(_text(key, each) for each in value))


def _number(key: str, value: Any, low: float, high: float) -> float:
    known = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not known or not low <= value <= high:
        raise _BadKeyError(key, f"must be a number in [{low:g}, {high:g}], not {value!r}")
    return float(value)


def _code(key: str, value: Any) -> str:
    code = _text(key, value)
    if not _CODE.fullmatch(code):
        raise _BadKeyError(key, f"must hold ISO 3166-1 alpha-2 codes such as SY, not {code!r}")
    return code


def _countries(key: str, value: Any) -> tuple[str, ...]:
    codes = tuple(_code(key, each) for each in _texts(key, value))
    if not codes:
        raise _BadKeyError(key, "must name a country")
    return codes


def _neighbors(key: str, value: Any) -> tuple[tuple[str, float], ...]:
    """Return codes with weights, from a list of codes or a table of weights."""
    if isinstance(value, list):
        return tuple((_code(key, each), NEIGHBOR) for each in _texts(key, value))
    if not isinstance(value, dict):
        raise _BadKeyError(key, f"must be a list of codes, or a table of codes and weights, not {value!r}")
    pairs = [(_code(key, code), _number(key, weight, 0, 1)) for code, weight in value.items()]
    return tuple((code, weight) for code, weight in pairs if weight)


def _bbox(key: str, value: Any) -> BBox:
    if not isinstance(value, list) or len(value) != _CORNERS:
        raise _BadKeyError(key, f"must be four degrees [west, south, east, north], not {value!r}")
    limits = (180, 90, 180, 90)
    west, south, east, north = (
        _number(key, each, -limit, limit) for each, limit in zip(value, limits, strict=True)
    )
    if south > north:
        raise _BadKeyError(key, "has its south above its north")
    return BBox(west=west, south=south, east=east, north=north)


def _stop_names(key: str, value: Any) -> tuple[str, ...]:
    names = _texts(key, value)
    for name in names:
        if not fold(name):
            raise _BadKeyError(key, f"holds {name!r}, which has no letters")
    return names


def _outlets(key: str, value: Any) -> tuple[ProfileOutlet, ...]:
    if not isinstance(value, dict):
        raise _BadKeyError(key, f"must be a table of domains and places, not {value!r}")
    return tuple(_outlet(f"{key}.{domain}", domain, said) for domain, said in value.items())


def _outlet(key: str, domain: str, said: Any) -> ProfileOutlet:
    """Return the outlet of a domain, of which a town is said, or a table of town and scope."""
    if not _DOMAIN.fullmatch(domain):
        raise _BadKeyError(key, "is no domain in small letters such as example.org, in quotation marks")
    table = {"home": said} if isinstance(said, str) else said
    if not isinstance(table, dict) or not {"home"} <= table.keys() <= {"home", "scope"}:
        raise _BadKeyError(key, f"must be a town, or a table of home and scope, not {said!r}")
    scope = table.get("scope", LOCAL)
    if scope not in SCOPES:
        raise _BadKeyError(key, f"must have a scope of {', '.join(SCOPES)}, not {scope!r}")
    return ProfileOutlet(domain=domain.removeprefix("www."), home=_text(key, table["home"]), scope=scope)


def _confidence(key: str, value: Any) -> float:
    return _number(key, value, 0, 1)


def _places(key: str, value: Any) -> tuple[ProfilePlace, ...] | str:
    """Return the places of a list of tables, or the name of their file."""
    if isinstance(value, str):
        return _text(key, value)
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise _BadKeyError(key, "must be the name of a file, or tables [[places]] with name, lat and lon")
    return tuple(_place(key, each, number) for number, each in enumerate(value, start=1))


_OF_PLACE: Mapping[str, Callable[[str, Any], Any]] = {
    "name": _text,
    "lat": lambda key, value: _number(key, value, -90, 90),
    "lon": lambda key, value: _number(key, value, -180, 180),
    "kind": _text,
    "aliases": _texts,
    "radius_km": lambda key, value: _number(key, value, 0, 1000),
    "population": lambda key, value: int(_number(key, value, 0, 1e9)),
    "country": _code,
}


def _place(key: str, row: Mapping[str, Any], number: int) -> ProfilePlace:
    try:
        for field in row:
            if field not in _OF_PLACE:
                raise _BadKeyError(field, f"is no key of a place; there are {', '.join(_OF_PLACE)}")  # noqa: TRY301
        for field in ("name", "lat", "lon"):
            if field not in row:
                raise _BadKeyError(field, _MISSING)  # noqa: TRY301
        values = {field: _OF_PLACE[field](field, value) for field, value in row.items()}
    except _BadKeyError as error:
        at = f"{key}.{error.key}"
        raise _BadKeyError(at, error.problem, number=number) from error
    return ProfilePlace(**values)


_KEYS: Mapping[str, Callable[[str, Any], Any]] = {
    "name": _name,
    "title": _text,
    "countries": _countries,
    "neighbors": _neighbors,
    "bbox": _bbox,
    "places": _places,
    "stop_names": _stop_names,
    "outlets": _outlets,
    "min_confidence": _confidence,
}
