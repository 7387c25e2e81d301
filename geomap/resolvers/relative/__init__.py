"""Relative places become geometry: "30 km north of Raqqa", "the Turkish border", "northern Syria".

Two steps: `phrases` finds in the text around the mentions what is said relative to them, by the words of the
table relative.tsv and without any library; `making` turns that into a polygon, and loads shapely only then.
"""

from __future__ import annotations

from collections.abc import Sequence

from geomap.model import Article, Resolution, UncertainArea
from geomap.protocols import Gazetteer
from geomap.resolvers.relative.phrases import phrases_of

__all__ = ["relative_areas"]


def relative_areas(
    article: Article, resolutions: Sequence[Resolution], gazetteer: Gazetteer
) -> list[UncertainArea | None]:
    """Return one area per resolution, in their order; None where the text tells none.

    Only literal mentions with a place of their own have one. Borders and coasts need a gazetteer that knows
    borders.
    """
    phrases = phrases_of(article, resolutions, gazetteer.names())
    if not phrases:
        return [None] * len(resolutions)
    from geomap.resolvers.relative.making import areas_of

    areas: list[UncertainArea | None] = [None] * len(resolutions)
    for phrase, area in zip(phrases, areas_of(phrases, resolutions, gazetteer), strict=True):
        for at in phrase.mentions:
            areas[at] = area
    return areas
