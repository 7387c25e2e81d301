"""Samples made different: other places in their sentences, surnames that are places, other letter case."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from geomap.recognizers.neural.labels import PLACE_TAGS
from geomap.recognizers.neural.pieces import Shape, shape, tokens
from geomap.training.samples import OUTER, PERSON, Sample

_B_PLACE, _I_PLACE = PLACE_TAGS.index("B-PLACE"), PLACE_TAGS.index("I-PLACE")
OTHER_PLACE = 0.12
"""Share of the places of a text that get another name."""
PLACE_AS_SURNAME = 0.10
"""Share of the persons of a text whose last name becomes a place's."""
CASE_NOISE = 0.10
"""Share of the texts whose letter case changes: to capitals, to a headline's, to small letters."""


def swap_names(sample: Sample, names: Sequence[str], chance: random.Random) -> Sample:
    """Return the sample with other names in it; one name is swapped for the same everywhere."""
    runs = _runs(sample)
    swapped: dict[tuple[str, ...], list[str] | None] = {}
    for first, last, person in runs:
        key = sample.words[last - 1 : last] if person else sample.words[first:last]
        if key not in swapped:
            share = PLACE_AS_SURNAME if person else OTHER_PLACE
            new = [token.text for token in tokens(chance.choice(names))] if chance.random() < share else None
            swapped[key] = None if new and person and len(new) > 1 else new
    if not any(swapped.values()):
        return sample
    words: list[str] = []
    columns: list[tuple[int, bool, int, int, int]] = []
    at = 0
    rows = list(zip(sample.shapes, sample.opens, sample.places, sample.outer, sample.types, strict=True))
    for first, last, person in runs:
        key = sample.words[last - 1 : last] if person else sample.words[first:last]
        new = swapped[key]
        if not new:
            continue
        start = last - 1 if person else first
        words += sample.words[at:start]
        columns += rows[at:start]
        for number, word in enumerate(new):
            place = 0 if person else (_I_PLACE if number else _B_PLACE)
            outer = PERSON if person else sample.outer[first]
            columns.append(
                (shape(word), sample.opens[start] and not number, place, outer, sample.types[start])
            )
            words.append(word)
        at = last
    words += sample.words[at:]
    columns += rows[at:]
    shapes, opens, places, outer_column, types = zip(*columns, strict=True)
    return replace(
        sample, words=tuple(words), shapes=shapes, opens=opens, places=places, outer=outer_column, types=types
    )


def _runs(sample: Sample) -> list[tuple[int, int, bool]]:
    """Return the places and persons as (first, last, person), half-open, in order."""
    found = []
    at = 0
    while at < len(sample.words):
        last = at + 1
        if sample.places[at] == _B_PLACE and sample.outer[at] in {OUTER, -1}:
            while last < len(sample.words) and sample.places[last] == _I_PLACE:
                last += 1
            found.append((at, last, False))
        elif sample.outer[at] == PERSON and sample.places[at] == 0:
            while last < len(sample.words) and sample.outer[last] == PERSON:
                last += 1
            if last > at + 1 and sample.shapes[last - 1] == Shape.CAPITALIZED:
                found.append((at, last, True))
        at = last
    return found


def change_case(sample: Sample, chance: random.Random) -> Sample:
    """Return the sample, now and then with the letter case of a headline, a telegram or a chat."""
    if chance.random() >= CASE_NOISE:
        return sample
    way = chance.choice((Shape.CAPITALS, Shape.CAPITALIZED, Shape.LOWER))
    return replace(sample, shapes=tuple(each if each == Shape.NONE else way for each in sample.shapes))
