"""Cells of a list of places: texts and numbers, checked; nothing is guessed.

Every function raises ValueError, whose message says what is wrong with the cell.
"""

from __future__ import annotations

import re

from geomap.model import Point
from geomap.text import fold

LONGEST_NAME = 200
"""Code points: the longest name of GeoNames has fewer (its field holds 200)."""

_SHOWN = 40
_SEPARATORS = "|@"
"""Part names and languages where a gazetteer keeps them."""
_MISSING = frozenset({"", "-", "na", "n/a", "nan", "none", "null", "unknown", "#n/a"})
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_COUNT = re.compile(r"\d+(?:\.0+)?|\d{1,3}(?:[ ,.'’\u00a0\u202f]\d{3})+")
_HIGHEST_LAT, _HIGHEST_LON = 90.0, 180.0
_LARGEST_RADIUS_KM = 5_000.0


def shown(text: str) -> str:
    """Return a cell as a message shows it: at most 40 code points."""
    return repr(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…")


def is_missing(text: str) -> bool:
    """Tell whether a cell says nothing: empty, "N/A", "-"."""
    return text.strip().lower() in _MISSING


def plain(text: str) -> str:
    """Return a text on one line without what cannot be seen."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def checked_name(text: str, what: str = "name") -> str:
    """Return a name as it is kept, "" for a cell that says nothing."""
    if len(text) > LONGEST_NAME:
        message = f"{what} has {len(text):,} characters; a name has at most {LONGEST_NAME}"
        raise ValueError(message)
    name = plain(text)
    if "\ufffd" in name or any("\ud800" <= char <= "\udfff" for char in name):
        message = f"{what} {shown(name)} holds characters that cannot be decoded"
        raise ValueError(message)
    if any(char in name for char in _SEPARATORS):
        message = f"{what} {shown(name)} holds | or @, which part names"
        raise ValueError(message)
    return name if fold(name) and not is_missing(name) else ""


def position(lat_cell: str, lon_cell: str) -> Point | None:
    """Return the point of two cells of degrees WGS84, None where both say nothing."""
    missing = is_missing(lat_cell), is_missing(lon_cell)
    if all(missing):
        return None
    if any(missing):
        message = f"{'lat' if missing[0] else 'lon'} is missing"
        raise ValueError(message)
    lat, lon = _degrees(lat_cell, "lat"), _degrees(lon_cell, "lon")
    return checked_point(lat, lon)


def checked_point(lat: float, lon: float) -> Point:
    """Return a point in degrees WGS84."""
    if not (abs(lat) <= _HIGHEST_LON and abs(lon) <= _HIGHEST_LON):
        message = f"lat {lat:g}, lon {lon:g} are no degrees: are they coordinates of a projection?"
        raise ValueError(message)
    if abs(lat) > _HIGHEST_LAT:
        message = f"lat {lat:g} is beyond 90 degrees: are lat and lon swapped?"
        raise ValueError(message)
    if lat == 0 and lon == 0:
        message = "the position 0, 0 is that of empty cells"
        raise ValueError(message)
    return Point(lat=lat, lon=lon)


def _degrees(cell: str, what: str) -> float:
    text = cell.strip()
    if _DECIMAL_COMMA.fullmatch(text):
        message = f"{what} {shown(text)} has a decimal comma; degrees are written 36.2021"
        raise ValueError(message)
    if not _NUMBER.fullmatch(text):
        message = f"{what} {shown(text)} is no number of degrees such as 36.2021"
        raise ValueError(message)
    return float(text)


def population(cell: str) -> int:
    """Return a number of people, 0 for a cell that says nothing."""
    text = cell.strip()
    if is_missing(text):
        return 0
    if not _COUNT.fullmatch(text) or len(text) > _SHOWN:
        message = f"population {shown(text)} is no number of people"
        raise ValueError(message)
    whole = (
        text.split(".")[0]
        if re.fullmatch(r"\d+\.0+", text) and not re.fullmatch(r"\d{1,3}\.000", text)
        else text
    )
    return min(int(re.sub(r"\D", "", whole)), 10**10)


def radius_km(cell: str) -> float:
    """Return a radius in km, 0 for a cell that says nothing."""
    text = cell.strip()
    if is_missing(text):
        return 0.0
    if not _NUMBER.fullmatch(text) or not 0 <= float(text) <= _LARGEST_RADIUS_KM:
        message = f"radius_km {shown(text)} is no radius in km such as 2.5"
        raise ValueError(message)
    return float(text)
