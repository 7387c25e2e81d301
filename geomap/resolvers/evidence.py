"""Reasons for and against a candidate, one pure function each; values lie in [-1, 1].

What each one costs when it is wrong stands beside its weight in `tables/resolution.tsv`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from geomap.geo import distance_km, flat_distance_km
from geomap.model import Candidate, Match, Place
from geomap.resolvers.scene import Group, Scene
from geomap.resolvers.voting import Votes

Value = tuple[float, str]


def prior(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """Fame: kind, population, number of names."""
    return scene.fame[candidate.place.id], ""


def lead(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """How far the candidate falls behind the most famous one of the name."""
    best = max(scene.fame[other.place.id] for other in group.candidates[:5])
    return scene.fame[candidate.place.id] - best, ""


def population(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """The share of the people who live in places of the name that live in this one."""
    return (candidate.place.population + 100) / group.people, ""


def country(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """The share of the article's other names that lie in the candidate's country."""
    code = candidate.place.country_code
    return votes.country(code), code


def admin1(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """The share of the article's other names that lie in the candidate's ADM1."""
    place = candidate.place
    code = f"{place.country_code}.{place.admin1_code}"
    return (votes.admin1(code), code) if place.admin1_code else (0.0, "")


def container(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """The article names a place that contains the candidate, the smaller the better."""
    best, note = 0.0, ""
    for place_id in scene.ancestors[candidate.place.id]:
        share = votes.mentioned(place_id)
        if share > best:
            best, note = share, place_id
    return best, note


def contained(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:
    """The article names places within the candidate."""
    if _seat(candidate, group, scene):
        return 0.0, "its seat of the same name may be meant as well"
    return votes.contained(candidate.place.id), ""


def dateline(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """The article was written in the candidate's ADM1 (1) or country (0.5)."""
    written = votes.dateline()
    place = candidate.place
    if written is None or not place.country_code or written.country_code != place.country_code:
        return 0.0, ""
    same = bool(place.admin1_code) and written.admin1_code == place.admin1_code
    return (1.0 if same else 0.5), written.id


_NEAR_KM = 100.0
_REACH_DEGREES = 9.0
"""Degrees of latitude, some 1,000 km, beyond which a place says nothing of nearness."""


def nearness(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """Minimality: other names' likeliest places are near (Leidner 2007); falls with the distance."""
    place = candidate.place
    best = 0.0
    for point, weight, place_id in votes.points:
        if abs(point.lat - place.point.lat) < _REACH_DEGREES and place_id != place.id:
            distance = max(0.0, flat_distance_km(point, place.point) - place.radius_km)
            best += weight / (1 + distance / _NEAR_KM)
            if best >= 1:
                return 1.0, ""
    return best, ""


def parent_cue(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """The text names the parent beside it: "Paris, Texas"."""
    if not group.parents:
        return 0.0, ""
    held = scene.ancestors[candidate.place.id] & group.parents
    return (1.0, min(held)) if held else (0.0, "another parent is named")


def parent_sure(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """The parent that the text names beside it can be nothing else: "San Jose, California"."""
    if not group.sure:
        return 0.0, ""
    held = scene.ancestors[candidate.place.id] & group.parents
    return (1.0, min(held)) if held else (-1.0, "another parent is named")


def named_after_seat(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """A division bears the name of a town within it, which news mean unless they say "province"."""
    seat = _seat(candidate, group, scene)
    return float(bool(seat)), seat


def _seat(candidate: Candidate, group: Group, scene: Scene) -> str:
    """Return the id of a town of the same name within a division; empty where a word asks for the latter."""
    place = candidate.place
    if not place.feature_code.startswith("ADM") or group.kinds & {"A1", "A2"}:
        return ""
    for other in group.candidates:
        if other.place.feature_class == "P" and place.id in scene.ancestors[other.place.id]:
            return other.place.id
    return ""


def same_name(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """One referent per discourse: elsewhere the article says which place of the name it means."""
    if group.parents:
        return 0.0, ""
    for other in scene.by_key[group.key]:
        if other is not group and other.parents:
            held = scene.ancestors[candidate.place.id] & other.parents
            return (1.0, "as said elsewhere") if held else (-0.5, "another one is meant elsewhere")
    return 0.0, ""


_MATCHES = {
    Match.EXACT: 1.0, Match.FOLDED: 0.9, Match.ALTERNATE: 0.4, Match.ABBREVIATION: 1.0,
    Match.DEMONYM: 1.0, Match.TRANSLITERATED: 0.2, Match.FUZZY: 0.0, Match.GEOCODED: 0.2,
}  # fmt: skip


def name_match(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """How well the name fits: the place's own name before another one of it; a demonym for a demonym."""
    if group.demonym:
        return (1.0 if candidate.match is Match.DEMONYM else -1.0), candidate.match.value
    if candidate.match is Match.DEMONYM:
        return 0.0, candidate.match.value
    if candidate.place.name == f"{candidate.matched_name} City":
        return _MATCHES[Match.FOLDED], "without its City"
    return _MATCHES[candidate.match], candidate.match.value


_KIND_CODES: dict[str, Callable[[Place], bool]] = {
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


def kind(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """The words beside the name ask for this kind of place, or for another."""
    if not group.kinds:
        return 0.0, ""
    fits = any(_KIND_CODES[wanted](candidate.place) for wanted in group.kinds)
    return (1.0 if fits else -1.0), ",".join(sorted(group.kinds))


def focus(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """The candidate lies in a country that the user names as focus."""
    inside = candidate.place.country_code in scene.focus
    return (1.0, candidate.place.country_code) if inside else (0.0, "")


_HOME_KM = 150.0


def home(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """The candidate lies near the outlet's home; falls with the distance."""
    if scene.home is None:
        return 0.0, ""
    distance = distance_km(scene.home.point, candidate.place.point)
    return math.exp(-distance / _HOME_KM), scene.home.name


def curated(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """An editor wrote or confirmed the place, of unknown population, because reports name it."""
    return float(candidate.place.curated and not candidate.place.population), ""


_NO_NAMES = frozenset({Match.TRANSLITERATED, Match.FUZZY, Match.GEOCODED})


def own_place(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """The place is of a user's own gazetteer that goes before others, and no other parent is named."""
    if candidate.place.precedence <= 0 or candidate.match in _NO_NAMES:
        return 0.0, ""
    if group.sure and not scene.ancestors[candidate.place.id] & group.parents:
        return 0.0, "another parent is named"
    return 1.0, ""


def dominance(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """The most famous place of the name, by its distance from the second."""
    fames = sorted((scene.fame[other.place.id] for other in group.candidates[:5]), reverse=True)
    own = scene.fame[candidate.place.id]
    if own < fames[0] or len(fames) < 2:  # noqa: PLR2004
        return 0.0, ""
    return fames[0] - fames[1], ""


def is_country(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """The candidate is a country or a continent."""
    place = candidate.place
    return float(place.feature_code.startswith(("PCL", "CONT", "TERR"))), ""


def is_capital(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """The candidate is the capital of a country."""
    return float(candidate.place.feature_code == "PPLC"), ""


def is_province(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """The candidate is an ADM1."""
    return float(candidate.place.feature_code == "ADM1"), ""


def is_district(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """The candidate is an ADM2 or smaller."""
    return float(candidate.place.feature_code in {"ADM2", "ADM3", "ADM4"}), ""


def is_region(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """The candidate is a region without a government."""
    return float(candidate.place.feature_class == "L"), ""


def is_international(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """The candidate lies in no one country, so that no country's votes can reach it."""
    return float(not candidate.place.country_code), ""


def is_small(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """The candidate is a settlement of less than 5,000 people, or of unknown size."""
    place = candidate.place
    return float(place.feature_class == "P" and place.population < 5000), ""  # noqa: PLR2004


def settlement(candidate: Candidate, group: Group, scene: Scene, votes: Votes) -> Value:  # noqa: ARG001
    """The candidate is a populated place, which names without more words mostly mean."""
    return float(candidate.place.feature_class == "P"), ""


BY_VOTES = frozenset({"country", "admin1", "container", "contained", "dateline", "nearness"})
"""Evidence that listens to the other names; all the rest is known before any has voted."""

EVIDENCE: dict[str, Callable[[Candidate, Group, Scene, Votes], Value]] = {
    "prior": prior,
    "lead": lead,
    "population": population,
    "country": country,
    "admin1": admin1,
    "container": container,
    "contained": contained,
    "dateline": dateline,
    "nearness": nearness,
    "parent_cue": parent_cue,
    "parent_sure": parent_sure,
    "named_after_seat": named_after_seat,
    "same_name": same_name,
    "name_match": name_match,
    "kind": kind,
    "focus": focus,
    "home": home,
    "curated": curated,
    "own_place": own_place,
    "settlement": settlement,
    "dominance": dominance,
    "is_country": is_country,
    "is_capital": is_capital,
    "is_province": is_province,
    "is_district": is_district,
    "is_region": is_region,
    "is_international": is_international,
    "is_small": is_small,
}
