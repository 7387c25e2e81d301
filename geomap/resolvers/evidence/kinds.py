"""Reasons in the kind of place: what news mean by a name alone, and what the words beside it ask for."""

from __future__ import annotations

from collections.abc import Callable

from geomap.geo import flat_distance_km
from geomap.model import Place
from geomap.resolvers.evidence.claim import NOTHING, Claim, Value

_ASKED: dict[str, Callable[[Place], bool]] = {
    "P": lambda place: place.feature_class == "P",
    "AC": lambda place: place.feature_code.startswith("PCL"),
    "A1": lambda place: place.feature_code in {"ADM1", "RGN", "RGNE", "RGNH"},
    "A2": lambda place: place.feature_code in {"ADM2", "ADM3"},
    "X": lambda place: place.feature_code == "PPLX",
    "S": lambda place: place.feature_class == "S",
    "H": lambda place: place.feature_class == "H",
    "I": lambda place: place.feature_code.startswith("ISL"),
    "T": lambda place: place.feature_class == "T",
}


def kind(claim: Claim) -> Value:
    """The words beside the name ask for this kind of place, or for another."""
    if not claim.group.kinds:
        return NOTHING
    fits = any(_ASKED[wanted](claim.place) for wanted in claim.group.kinds)
    return (1.0 if fits else -1.0), ",".join(sorted(claim.group.kinds))


_SEAT_KM = 30.0
"""How far from the point of a division its town may lie where no code says that it lies within."""


def seat(claim: Claim) -> str:
    """Return the id of a town of the same name within a division; empty where a word asks for the latter."""
    place = claim.place
    if not place.feature_code.startswith("ADM") or claim.group.kinds & {"A1", "A2"}:
        return ""
    for other in claim.group.candidates:
        if other.place.feature_class == "P" and (
            place.id in claim.scene.ancestors[other.place.id] or _beside(place, other.place)
        ):
            return other.place.id
    return ""


def _beside(division: Place, town: Place) -> bool:
    if (division.country_code, division.admin1_code) != (town.country_code, town.admin1_code):
        return False
    return flat_distance_km(division.point, town.point) <= max(_SEAT_KM, division.radius_km)


def named_after_seat(claim: Claim) -> Value:
    """A division bears the name of a town within it, which news mean unless they say "province"."""
    found = seat(claim)
    return float(bool(found)), found


def settlement(claim: Claim) -> Value:
    """The candidate is a populated place, which names without more words mostly mean."""
    return float(claim.place.feature_class == "P"), ""


def is_country(claim: Claim) -> Value:
    """The candidate is a country or a continent."""
    return float(claim.place.feature_code.startswith(("PCL", "CONT", "TERR"))), ""


def government(claim: Claim) -> Value:
    """The name speaks and acts as a government does, and the candidate has one: a country or its capital."""
    code = claim.place.feature_code
    return float(claim.group.acts and (code == "PPLC" or code.startswith("PCL"))), ""


def is_capital(claim: Claim) -> Value:
    """The candidate is the capital of a country."""
    return float(claim.place.feature_code == "PPLC"), ""


def is_province(claim: Claim) -> Value:
    """The candidate is an ADM1."""
    return float(claim.place.feature_code == "ADM1"), ""


def is_district(claim: Claim) -> Value:
    """The candidate is an ADM2 or smaller."""
    return float(claim.place.feature_code in {"ADM2", "ADM3", "ADM4"}), ""


def is_region(claim: Claim) -> Value:
    """The candidate is a region without a government."""
    return float(claim.place.feature_class == "L"), ""


def is_quarter(claim: Claim) -> Value:
    """The candidate is a part of a town."""
    return float(claim.place.feature_code == "PPLX"), ""


def is_nature(claim: Claim) -> Value:
    """The candidate is a water, a mountain or an island."""
    return float(claim.place.feature_class in {"H", "T"}), ""


def is_international(claim: Claim) -> Value:
    """The candidate lies in no one country, so that no country's votes can reach it."""
    return float(not claim.place.country_code), ""


_SMALL = 5000


def is_small(claim: Claim) -> Value:
    """The candidate is a settlement of less than 5,000 people, or of unknown size."""
    return float(claim.place.feature_class == "P" and claim.place.population < _SMALL), ""
