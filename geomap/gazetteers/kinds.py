"""Words for kinds of places, as people write them beside a name: "river Khabur", "Aleppo province"."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from geomap import lexicon
from geomap.model import Place
from geomap.text import fold

_SYNONYMS = {
    "neighborhood": "neighbourhood, quarter, suburb, borough, ward, slum",
    "airbase": "air base, air force base, military airport, military airfield",
    "airport": "international airport, airfield, airstrip, aerodrome",
    "military site": "base, military base, army base, naval base, garrison, barracks",
    "camp": "camps, refugee camp, displacement camp, idp camp",
    "crossing": "border crossing, crossing point, border gate, border post, checkpoint, customs post",
    "country": "nation",
    "island": "isle, islet",
    "mountain": "mount, mt, peak, summit, volcano, jabal, jebel",
    "mountains": "range, mountain range",
    "river": "stream, creek, nahr",
    "valley": "wadi",
    "lake": "reservoir, loch, lagoon, pond",
    "province": "governorate, oblast, prefecture, voivodeship, wilaya, muhafazah",
    "district": "raion, rayon, tehsil, taluka, upazila, subdistrict, sub-district",
    "village": "hamlet, settlement",
    "city": "metropolis",
    "capital": "capital city",
    "port": "seaport, harbor, harbour",
    "power station": "power plant, nuclear plant, nuclear power plant, nuclear power station",
    "park": "national park, nature reserve, game reserve",
    "road": "highway, motorway, street, avenue, boulevard",
    "station": "train station, railway station, bus station",
    "oil field": "oilfield, gas field",
    "sea": "gulf, ocean",
}
"""Other words for a kind of features.tsv or generic_words.tsv."""

_LONGEST = 4
_WIDE = frozenset("APL")
"""Classes of kinds that have codes of no one kind: a town may have any code of its class."""


@cache
def _kind_words() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for each in lexicon.features().values():
        word = each.kind.replace("_", " ")
        found[word] = found.get(word, frozenset()) | {each.code}
    for word, classes in lexicon.generic_words().items():
        known = found.get(word, frozenset())
        if all(lexicon.feature(code).feature_class in _WIDE for code in known):
            found[word] = known | classes
    for word in sorted(found):  # a range is a mountain, too, and so is an archipelago an island
        if f"{word}s" in found:
            found[word] = found[f"{word}s"] = found[word] | found[f"{word}s"]
    for word, others in _SYNONYMS.items():
        for other in others.split(", "):
            found.setdefault(fold(other), found[word])
    return found


def is_kind(text: str) -> bool:
    """Tell whether a text is a word for a kind and nothing else: "country"."""
    return fold(text) in _kind_words()


def of_kinds(place: Place, kinds: frozenset[str]) -> bool:
    """Tell whether a place is of one of the kinds, GeoNames classes or codes."""
    return place.feature_class in kinds or place.feature_code in kinds


def split_kind(text: str) -> tuple[str, frozenset[str]]:
    """Return a name without the word for its kind before or after it, and the kinds that the word means.

    "Khabur river", "the city of Hama". A kind alone leaves no name; without one there are no kinds.
    """
    words, known = text.split(), _kind_words()
    for count in range(min(_LONGEST, len(words)), 0, -1):
        last = known.get(fold(" ".join(words[-count:])))
        if last:
            return " ".join(words[:-count]), last
        first = known.get(fold(" ".join(words[:count])))
        if first:
            rest = words[count:]
            return " ".join(rest[1:] if len(rest) > 1 and rest[0].casefold() == "of" else rest), first
    if len(words) > 1 and words[0].casefold() == "the":
        return split_kind(" ".join(words[1:]))
    return text.strip(), frozenset()
