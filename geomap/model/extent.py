"""How exactly a place says where something is, and how far around its point that may be.

Two answers from what a gazetteer knows of a place: a `Precision`, by its kind and size, and a radius, which
is never 0, because no name is as sharp as a point.
"""

from __future__ import annotations

import math

from geomap.model.places import BBox, Place
from geomap.model.where import Precision

_BY_CODE = {
    # More than its letter says: a whole country, a part that stands for itself, an icy continent.
    **dict.fromkeys(
        ("PCL", "PCLD", "PCLF", "PCLH", "PCLI", "PCLIX", "PCLS", "TERR"),
        Precision.COUNTRY,
    ),
    **dict.fromkeys(("ADM1", "ADM1H"), Precision.ADM1),
    # Of class A, but no government's: strips of land between two of them, the lands of tribes.
    **dict.fromkeys(("ZN", "ZNB", "TRB"), Precision.REGION),
    # Parts of a town, and settlements that GeoNames counts among the areas.
    **dict.fromkeys(("PPLX", "DEVH"), Precision.NEIGHBORHOOD),
    "AGRC": Precision.TOWN,
}
_BY_CLASS = {
    # A ruined or abandoned village still is a village's spot, and a capital a town (its country is another
    # place of the same name): all of P but its parts.
    "P": Precision.TOWN,
    # ADM2 to ADM5, and divisions of no stated order, which are small ones; also parishes, leased areas.
    "A": Precision.ADM2,
}
_SITES = frozenset("SR")
"""Buildings, camps, airports, mines; bridges, crossings, streets: people made them, and they are spots."""

_SITE_KM = 20.0
"""From this radius on a site is none: the Gezira Scheme, a front line, a highway.

Below, the radius of a curated site holds the doubt about its position, as in a camp known within 12 km.
"""
_LINES = frozenset({"HWY", "RD", "RDA", "RR", "RRQ", "RTE", "TRL", "STKR", "OILP"})
"""Roads, railways and pipelines, which are spots only where the gazetteer knows that they are short."""

_SPOTS = frozenset(
    {
        *("MT", "PK", "HLL", "VLC", "PASS", "GAP", "CAPE", "SPIT", "RK", "RKS", "CRTR", "SINK"),
        *("FLLS", "FLLSX", "SPNG", "SPNT", "SPNS", "GYSR", "WLL", "WLLS", "WLLQ", "WTRH", "RSVT", "POOL"),
        *("PND", "DCK", "DCKB", "HBR", "HBRX", "ANCH", "COVE", "AIRS", "STMM", "CNFL", "RPDS", "OAS", "BCH"),
        *("PRT", "BTL", "MILB", "INDS", "AMUS", "CMN", "CLG"),
    }
)
"""Summits, springs, harbors and their like, of which a map shows a spot: exact as a site is."""

_SMALL_KM = 5.0
"""What is known to reach no wider than a town of 300,000 is as exact as a site: an islet, a lake, a park."""


def precision_of(place: Place) -> Precision:
    """Return how exactly a mention of a place says where something is, by its kind and known size.

    Costs when wrong: a filter by precision misses it, or takes it with others; the radius still tells.
    """
    by_kind = _BY_CODE.get(place.feature_code) or _BY_CLASS.get(place.feature_class)
    if by_kind is not None:
        return by_kind
    known = _known_km(place)
    site = place.feature_class in _SITES and place.feature_code not in _LINES
    if site or place.feature_code in _SPOTS:
        return Precision.REGION if known >= _SITE_KM else Precision.EXACT
    return Precision.EXACT if 0 < known <= _SMALL_KM else Precision.REGION


_USUAL_KM = {
    Precision.EXACT: 2.0,
    Precision.NEIGHBORHOOD: 0.7,
    Precision.TOWN: 0.5,
    Precision.ADM2: 18.0,
    Precision.ADM1: 41.0,
    Precision.COUNTRY: 140.0,
    Precision.REGION: 75.0,
}
"""Medians over the places of the embedded gazetteer whose extent is known, two digits (tests/test_extent.py
takes them again). Costs when wrong: half of the places are larger, though those of which no extent is known
tend to be small.
"""


AROUND_KM = 75.0
"""How far from the place that is named nearby one lies that the gazetteer lacks: four of five of those that
lie within 161 km of it at all (annotated names without candidates of four corpora, 2026-11-28).
"""


def reach_km(place: Place) -> float:
    """Return the radius in km around the place's point within which it lies, above 0.

    What the gazetteer says, else a circle of the size of its box (for divisions of which both are known, the
    box's is a third wider, measured), else that of a settlement of so many people, else the usual one.
    """
    return _known_km(place) or _USUAL_KM[precision_of(place)]


def _known_km(place: Place) -> float:
    if place.radius_km > 0:
        return place.radius_km
    if place.bbox is not None:
        return _box_km(place.bbox)
    return settlement_radius_km(place.population) if place.feature_class == "P" else 0.0


_KM_PER_DEGREE = 111.2


def _box_km(box: BBox) -> float:
    """Return the radius of a circle of the box's size; 0 for a box without a surface."""
    width = box.east - box.west + (360 if box.west > box.east else 0)
    height = box.north - box.south
    shrunk = math.cos(math.radians((box.north + box.south) / 2))
    return _KM_PER_DEGREE * math.sqrt(max(0.0, width * height * shrunk) / math.pi)


_DENSITY_PER_KM2 = 4000
"""A common urban density."""


def settlement_radius_km(population: int) -> float:
    """Estimate the radius of a settlement, between 0.5 and 40 km; 0 where the population is unknown."""
    if population <= 0:
        return 0.0
    return min(40.0, max(0.5, math.sqrt(population / _DENSITY_PER_KM2 / math.pi)))
