"""Reasons in the article's other names: what they mean so far, what they could mean, what stands beside."""

from __future__ import annotations

from geomap.geo import flat_distance_km
from geomap.model import Match, Place
from geomap.resolvers.evidence.claim import NOTHING, Claim, Value
from geomap.resolvers.evidence.kinds import seat
from geomap.resolvers.possible import admin1_of
from geomap.text import fold


def country(claim: Claim) -> Value:
    """The share of the article's other names that lie in the candidate's country."""
    code = claim.place.country_code
    return claim.votes.country(code), code


def admin1(claim: Claim) -> Value:
    """The share of the article's other names that lie in the candidate's ADM1."""
    code = admin1_of(claim.place)
    return (claim.votes.admin1(code), code) if code else NOTHING


def possible_admin1(claim: Claim) -> Value:
    """The share of the other names that could lie in the candidate's ADM1, the rarer the name the more."""
    code = admin1_of(claim.place)
    return (claim.scene.possible.admin1(claim.group.key, code), code) if code else NOTHING


def possible_near(claim: Claim) -> Value:
    """The share of the other names that could lie within some 100 km, the rarer the name the more."""
    return claim.scene.possible.near(claim.group.key, claim.place.point), ""


def container(claim: Claim) -> Value:
    """The article names a place that contains the candidate, the smaller the better."""
    best, note = 0.0, ""
    for place_id in claim.scene.ancestors[claim.place.id]:
        share = claim.votes.mentioned(place_id)
        if share > best:
            best, note = share, place_id
    return best, note


def contained(claim: Claim) -> Value:
    """The article names places within the candidate."""
    if seat(claim):
        return 0.0, "its seat of the same name may be meant as well"
    return claim.votes.contained(claim.place.id), ""


def dateline(claim: Claim) -> Value:
    """The article was written in the candidate's ADM1 (1) or country (0.5)."""
    written, place = claim.votes.dateline(), claim.place
    if written is None or not place.country_code or written.country_code != place.country_code:
        return NOTHING
    same = bool(place.admin1_code) and written.admin1_code == place.admin1_code
    return (1.0 if same else 0.5), written.id


_NEAR_KM = 100.0
_REACH_DEGREES = 9.0
"""Degrees of latitude, some 1,000 km, beyond which a place says nothing of nearness."""


def nearness(claim: Claim) -> Value:
    """Minimality: other names' likeliest places are near (Leidner 2007); falls with the distance."""
    place = claim.place
    best = 0.0
    for point, weight, place_id in claim.votes.points:
        if abs(point.lat - place.point.lat) < _REACH_DEGREES and place_id != place.id:
            distance = max(0.0, flat_distance_km(point, place.point) - place.radius_km)
            best += weight / (1 + distance / _NEAR_KM)
            if best >= 1:
                return 1.0, ""
    return best, ""


def beside_country(claim: Claim) -> Value:
    """The names just before and after lie in the candidate's country."""
    code = claim.place.country_code
    return (claim.votes.beside_country(code), code) if code else NOTHING


def beside_admin1(claim: Claim) -> Value:
    """The names just before and after lie in the candidate's ADM1."""
    code = admin1_of(claim.place)
    return (claim.votes.beside_admin1(code), code) if code else NOTHING


def listed(claim: Claim) -> Value:
    """The names in a list with it ("Homs, Hama and Idlib") are places of the candidate's kind."""
    return claim.votes.listed(claim.place), ""


def listed_admin1(claim: Claim) -> Value:
    """The names in a list with it lie in the candidate's ADM1 ("Athens, Savannah and Rome")."""
    code = admin1_of(claim.place)
    return (claim.votes.listed_admin1(code), code) if code else NOTHING


def parent_cue(claim: Claim) -> Value:
    """The text names the parent beside it: "Paris, Texas"."""
    if not claim.group.parents:
        return NOTHING
    held = claim.scene.ancestors[claim.place.id] & claim.group.parents
    return (1.0, min(held)) if held else (0.0, "another parent is named")


def parent_sure(claim: Claim) -> Value:
    """The parent that the text names beside it can be nothing else: "San Jose, California"."""
    if not claim.group.sure:
        return NOTHING
    held = claim.scene.ancestors[claim.place.id] & claim.group.parents
    return (1.0, min(held)) if held else (-1.0, "another parent is named")


_LATER = 0.3
"""How much a parent says that is named only after the name has stood without it: rather of a second place."""


def same_name(claim: Claim) -> Value:
    """One referent per discourse: elsewhere the article says which place of the name it means."""
    if claim.group.parents:
        return NOTHING
    for other in claim.scene.by_key[claim.group.key]:
        if other is not claim.group and other.parents:
            held = claim.scene.ancestors[claim.place.id] & other.parents
            weight = 1.0 if other.first_in_text <= claim.group.first_in_text else _LATER
            return (weight, "as said elsewhere") if held else (-weight / 2, "another one is meant elsewhere")
    return NOTHING


def part(claim: Claim) -> Value:
    """The share of the mention that is the name of the place inside it ("Aleppo University")."""
    if claim.candidate.match is not Match.PART:
        return NOTHING
    return len(fold(claim.candidate.matched_name)) / len(claim.group.key), claim.candidate.matched_name


def within(claim: Claim) -> Value:
    """The article means this place by a name nearby, which may hold the mention; a small one more likely."""
    named = claim.votes.mentioned(claim.place.id) * _size(claim.place)
    return named * claim.group.closeness.get(claim.place.id, 0.0), claim.candidate.matched_name


def within_named(claim: Claim) -> Value:
    """The article means this place by a name nearby; a small one more likely."""
    return claim.votes.mentioned(claim.place.id) * _size(claim.place), claim.candidate.matched_name


def within_size(claim: Claim) -> Value:
    """The smaller the place that may hold the mention, the more it says; a country says next to nothing."""
    return _size(claim.place), ""


_SIZES = {"P": 1.0, "S": 0.9, "T": 0.6, "H": 0.6, "L": 0.3, "R": 0.6, "V": 0.6}
_DIVISIONS = {"ADM1": 0.6, "ADM2": 0.8, "ADM3": 0.9, "ADM4": 0.9}


def _size(place: Place) -> float:
    known = _DIVISIONS if place.feature_class == "A" else _SIZES
    return known.get(place.feature_code if place.feature_class == "A" else place.feature_class, 0.2)
