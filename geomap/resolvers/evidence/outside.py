"""Reasons from outside the text: the outlet's home, the user's focus and own places, editors."""

from __future__ import annotations

import math

from geomap.geo import distance_km
from geomap.model import Match
from geomap.resolvers.evidence.claim import NOTHING, Claim, Value
from geomap.resolvers.possible import admin1_of

_HOME_KM = 150.0


def focus(claim: Claim) -> Value:
    """The candidate lies in a country that the user names as focus."""
    weight = claim.scene.focus.get(claim.place.country_code, 0.0)
    return (weight, claim.place.country_code) if weight else NOTHING


def home(claim: Claim) -> Value:
    """The candidate lies near the outlet's home; falls with the distance."""
    if claim.scene.origin.home is None:
        return NOTHING
    distance = distance_km(claim.scene.origin.home.point, claim.place.point)
    return math.exp(-distance / _HOME_KM), claim.scene.origin.home.name


def home_admin1(claim: Claim) -> Value:
    """The candidate lies in the ADM1 of the outlet's home."""
    there, code = claim.scene.origin.home, admin1_of(claim.place)
    same = there is not None and bool(code) and code == admin1_of(there)
    return float(same), ""


_SHORTEST_IN_HOST = 5


def home_named(claim: Claim) -> Value:
    """The outlet's domain holds the name of the settlement: "cityobserver.com" is of some City."""
    key = claim.group.key.replace(" ", "")
    held = len(key) >= _SHORTEST_IN_HOST and key in claim.scene.origin.host.replace("-", "")
    return float(held and claim.place.feature_class == "P"), claim.scene.origin.host if held else ""


def home_country(claim: Claim) -> Value:
    """The candidate lies in the country of the outlet: that of its home, or of its domain's ending."""
    code = claim.scene.origin.country
    return float(bool(code) and claim.place.country_code == code), code


def curated(claim: Claim) -> Value:
    """An editor wrote or confirmed the place, of unknown population, because reports name it."""
    return float(claim.place.curated and not claim.place.population), ""


_NO_NAMES = frozenset({Match.TRANSLITERATED, Match.FUZZY, Match.GEOCODED, Match.PART, Match.WITHIN})


def own_place(claim: Claim) -> Value:
    """The place is of a user's own gazetteer that goes before others, and no other parent is named."""
    if claim.place.precedence <= 0 or claim.candidate.match in _NO_NAMES:
        return NOTHING
    if claim.group.sure and not claim.scene.ancestors[claim.place.id] & claim.group.parents:
        return 0.0, "another parent is named"
    return 1.0, ""
