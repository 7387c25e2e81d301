"""Words for feature classes and codes, and whether a place is drawn as an area or as a point.

Classes and codes: GeoNames, https://www.geonames.org/export/codes.html (CC BY 4.0); words shortened.
"""

from __future__ import annotations

from geomap.model import Place

_CLASSES = {
    "A": "administrative area",
    "H": "water",
    "L": "area",
    "P": "populated place",
    "R": "road or railway",
    "S": "site",
    "T": "landform",
    "U": "undersea feature",
    "V": "vegetation",
}
_CODES = {
    "ADM1": "first-order division",
    "ADM2": "second-order division",
    "ADM3": "third-order division",
    "ADM4": "fourth-order division",
    "ADM5": "fifth-order division",
    "AIRB": "airbase",
    "AIRF": "airfield",
    "AIRP": "airport",
    "BAY": "bay",
    "BDG": "bridge",
    "CAPE": "cape",
    "CMP": "camp",
    "CMPRF": "refugee camp",
    "CONT": "continent",
    "DAM": "dam",
    "DSRT": "desert",
    "GULF": "gulf",
    "HLL": "hill",
    "ISL": "island",
    "ISLS": "islands",
    "LK": "lake",
    "MT": "mountain",
    "MTS": "mountains",
    "OCN": "ocean",
    "PASS": "pass",
    "PCL": "country",
    "PCLD": "dependent territory",
    "PCLF": "country",
    "PCLI": "country",
    "PCLS": "territory",
    "PEN": "peninsula",
    "PLN": "plain",
    "PPLA": "capital of a first-order division",
    "PPLA2": "capital of a second-order division",
    "PPLC": "capital",
    "PPLX": "part of a city",
    "PRT": "port",
    "RD": "road",
    "RGN": "region",
    "RGNE": "region",
    "SEA": "sea",
    "STM": "river",
    "STRT": "strait",
    "TERR": "territory",
    "TRB": "tribal area",
    "VAL": "valley",
    "ZN": "zone",
}
_WIDE = frozenset(
    {
        *("CONT", "RGN", "RGNE", "RGNH", "RGNL", "TERR", "TRB", "ZN", "CST", "COLF"),
        *("OCN", "SEA", "GULF", "BAY", "STRT", "LK", "LKS", "STM", "STMS", "CHN", "SD"),
        *("DSRT", "MTS", "PEN", "PLN", "PLAT", "VAL", "DPR", "DLTA", "ISLS", "FRST"),
    }
)
WIDE_KM = 20.0
"""A radius from which a place other than a populated one is drawn as an area: half an hour by car."""


def kind_of(place: Place) -> str:
    """Return the kind of the place in words, "" where unknown."""
    return _CODES.get(place.feature_code) or _CLASSES.get(place.feature_class, "")


def is_area(place: Place) -> bool:
    """Tell whether a pin on the place's point would claim a precision that its name does not have."""
    if place.feature_class == "P":
        return False
    return place.feature_class == "A" or place.feature_code in _WIDE or place.radius_km >= WIDE_KM


def is_country(place: Place) -> bool:
    """Tell whether the place is a country or a dependent territory."""
    code = place.feature_code
    return place.feature_class == "A" and code.startswith("PCL") and code != "PCLH"
