"""What a place of a list lies in: as its row says, in the list or the gazetteer below, else by position.

By position means the country whose outline holds the point, and its ADM1, of the places near it; where no
outline does (on a coast, or without one) those of the nearest place. Costs when wrong: a place within some km
of a border, or on an islet, is taken for its neighbor's; a row that states both does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from geomap import lexicon
from geomap.gazetteers.own.cells import shown
from geomap.gazetteers.own.drafts import Draft, Parent
from geomap.gazetteers.stack import StackedGazetteer
from geomap.geo import distance_km
from geomap.model import Match, Place, Point

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_ALPHA2, _ALPHA3 = 2, 3
_NAMESAKES = 200
_WRITTEN = frozenset({Match.EXACT, Match.FOLDED, Match.ALTERNATE, Match.ABBREVIATION})
_NEAR = 20
_NEAR_KM = 300.0
_OFFSHORE_KM = 50.0
"""How far from the next town a place at sea still counts to the town's country."""
_FAR_KM, _RADII = 300.0, 3.0
"""A stated parent whose point lies further than both of them is another one of that name."""


class Where(NamedTuple):
    """What a place lies in: the parent's id, and the codes by which the gazetteer knows its divisions."""

    parent_id: str = ""
    country_code: str = ""
    admin1_code: str = ""
    admin2_code: str = ""


class Below:
    """The gazetteer under a layer, asked for what places lie in."""

    def __init__(self, gazetteer: StackedGazetteer) -> None:
        self.gazetteer = gazetteer
        self._divisions_seen: dict[str, Place] = {}
        self._area = lru_cache(maxsize=512)(self._read_area)

    def country_code(self, stated: Sequence[str]) -> str:
        """Return the ISO 3166-1 alpha-2 code of the first of some codes and names that is a country's.

        "" where nothing was stated. Raises ValueError where none of it is known.
        """
        for text in stated:
            if found := self._country_code(text):
                return found
        if stated:
            message = f"country {shown(stated[0])} is none that the gazetteer knows"
            raise ValueError(message)
        return ""

    def _country_code(self, text: str) -> str:
        upper = text.upper()
        if len(text) == _ALPHA2 and self.country(upper) is not None:
            return upper
        found = list(self.gazetteer.by_code(text)) if len(text) == _ALPHA3 else []
        found += [each.place for each in self.gazetteer.lookup(text) if each.match in _WRITTEN]
        return next((place.country_code for place in found if lexicon.is_country(place)), "")

    def country(self, code: str) -> Place | None:
        """Return the country of an ISO 3166-1 alpha-2 code, or None."""
        anywhere = Place(id="", name="", point=Point(lat=0, lon=0), country_code=code)
        return next((each for each in self.gazetteer.ancestors(anywhere) if lexicon.is_country(each)), None)

    def parent(self, said: Parent, *, point: Point, country_code: str, inside: Place | None) -> Place | None:
        """Return the place that a row names as a parent, or None; the nearest where several fit equally."""
        found = {
            each.place.id: each.place
            for name in said.names
            for each in self.gazetteer.lookup(name, limit=_NAMESAKES)
            if each.match in _WRITTEN
        }
        if said.code:
            exact = self.gazetteer.place(said.code)
            coded = [exact] if exact is not None else self.gazetteer.by_code(said.code)
            found = {place.id: place for place in coded} or found
        fitting = [place for place in found.values() if _may_hold(place, said.level, country_code, point)]
        if not fitting:
            return None

        def order(place: Place) -> tuple[bool, bool, float, str]:
            within = inside is None or any(each.id == inside.id for each in self.gazetteer.ancestors(place))
            level = said.level > 0 and place.feature_code != f"ADM{said.level}"
            return level, not within, distance_km(place.point, point), place.id

        return min(fitting, key=order)

    def by_position(self, point: Point, *, country_code: str = "") -> tuple[str, Place | None]:
        """Return the code of the country at a point ("" on the high seas), and its ADM1 there or None."""
        for known in self._divisions_seen.values():
            if country_code in ("", known.country_code) and self._holds(known, point):
                return known.country_code, known
        near = self.gazetteer.nearest(point, limit=_NEAR, max_km=_NEAR_KM)
        code = country_code or self._country_at(point, near)
        divisions = list(self._divisions(place for place in near if place.country_code == code))
        holding = [each for each in divisions if self._holds(each, point)]
        self._divisions_seen.update({each.id: each for each in holding[:1]})
        return code, next(iter(holding or divisions), None)

    def _country_at(self, point: Point, near: Sequence[Place]) -> str:
        codes = dict.fromkeys(place.country_code for place in near if place.country_code)
        for code in codes:
            country = self.country(code)
            if country is not None and self._holds(country, point):
                return code
        nearest = near[:1]
        close = nearest and distance_km(nearest[0].point, point) <= _OFFSHORE_KM
        return nearest[0].country_code if close else ""

    def _divisions(self, places: Iterator[Place]) -> Iterator[Place]:
        seen: set[str] = set()
        for place in places:
            for ancestor in self.gazetteer.ancestors(place):
                own = ancestor.precedence > 0  # a division of another list, which has no code
                if ancestor.feature_code == "ADM1" and ancestor.id not in seen and not own:
                    seen.add(ancestor.id)
                    yield ancestor

    def _holds(self, area: Place, point: Point) -> bool:
        import shapely

        if area.bbox is not None and point not in area.bbox:
            return False
        outline = self._area(area)
        return outline is not None and bool(shapely.contains_xy(outline, point.lon, point.lat))

    def _read_area(self, area: Place) -> BaseGeometry | None:
        import shapely
        from shapely.geometry import shape

        geometry = self.gazetteer.geometry(area)
        if geometry is None or geometry["type"] != "MultiPolygon":
            return None
        outline = shapely.make_valid(shape(geometry))
        shapely.prepare(outline)
        return outline


def _may_hold(place: Place, level: int, country_code: str, point: Point) -> bool:
    """Tell whether a place can be the parent that a row names: a division, without a level a town, too."""
    if country_code and place.country_code not in ("", country_code):
        return False
    if lexicon.is_country(place) or place.feature_class not in ("A" if level > 0 else "APLS"):
        return False
    return distance_km(place.point, point) <= max(_FAR_KM, _RADII * place.radius_km)


class Placer:
    """Says where the drafts of one file lie. Every method raises ValueError for a bad row."""

    def __init__(self, below: Below, drafts: Sequence[Draft], namespace: str) -> None:
        self._below = below
        self._namespace = namespace
        self._by_code = {draft.code: draft for draft in drafts} | {
            draft.pcode: draft for draft in drafts if draft.pcode
        }
        self._by_name: dict[str, list[Draft]] = {}
        for draft in drafts:
            self._by_name.setdefault(draft.name.casefold(), []).append(draft)
        self._placed: dict[str, Where] = {}

    def where(self, draft: Draft, point: Point) -> Where:
        """Return what a draft at a point lies in."""
        if draft.code not in self._placed:
            self._placed[draft.code] = Where()  # what two rows that name one another lie in
            self._placed[draft.code] = self._where(draft, point)
        return self._placed[draft.code]

    def _where(self, draft: Draft, point: Point) -> Where:
        code = self._below.country_code(draft.countries)
        self._check_swapped(code, point)
        found = self._stated(draft, point, code)
        code = code or found.country_code
        at, division = "", None
        if not code or not found.admin1_code:
            at, division = self._below.by_position(point, country_code=code)
        country = self._below.country(code or at)
        if draft.feature_code == "ADM1" or division is None:
            return found._replace(
                country_code=code or at, parent_id=found.parent_id or (country.id if country else "")
            )
        return found._replace(
            country_code=code or at,
            admin1_code=found.admin1_code or division.admin1_code,
            parent_id=found.parent_id or division.id,
        )

    def _check_swapped(self, code: str, point: Point) -> None:
        country = self._below.country(code) if code else None
        if country is None or country.bbox is None or point in country.bbox:
            return
        if abs(point.lon) <= 90 and Point(lat=point.lon, lon=point.lat) in country.bbox:  # noqa: PLR2004
            message = f"lat {point.lat:g}, lon {point.lon:g} lie outside {country.name}: are they swapped?"
            raise ValueError(message)

    def _stated(self, draft: Draft, point: Point, country_code: str) -> Where:
        """Return where the parents lie that the row names, the nearest of them that is known."""
        inside: Place | None = None
        where = Where(country_code=country_code)
        for said in reversed(draft.parents):
            listed = self._listed(said, draft)
            if listed is not None:
                where = self._in_listed(listed, where)
                inside = None
                continue
            place = self._below.parent(said, point=point, country_code=where.country_code, inside=inside)
            if place is not None:
                inside = place
                where = self._in(place, where)
        return where

    def _listed(self, said: Parent, child: Draft) -> Draft | None:
        """Return the row of the file that another row names as its parent."""
        found = self._by_code.get(said.code) if said.code else None
        if found is None:
            named = [each for name in said.names for each in self._by_name.get(name.casefold(), ())]
            level = f"ADM{said.level}"
            named = [each for each in named if said.level < 0 or each.feature_code == level]
            unique = {each.code: each for each in named if each is not child}
            found = next(iter(unique.values())) if len(unique) == 1 else None
        return None if found is child or (found is not None and found.shape is None) else found

    def _in_listed(self, parent: Draft, where: Where) -> Where:
        if parent.shape is None:
            return where
        above = self.where(parent, parent.shape.point)
        return Where(
            f"{self._namespace}:{parent.code}",
            above.country_code or where.country_code,
            above.admin1_code or where.admin1_code,
            above.admin2_code or where.admin2_code,
        )

    def _in(self, place: Place, where: Where) -> Where:
        chain = [place, *self._below.gazetteer.ancestors(place)]
        same = [each for each in chain if each.country_code in ("", where.country_code or place.country_code)]
        return Where(
            place.id,
            where.country_code or place.country_code,
            next((each.admin1_code for each in same if each.admin1_code), where.admin1_code),
            next((each.admin2_code for each in same if each.admin2_code), where.admin2_code),
        )
