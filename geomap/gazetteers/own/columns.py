"""Which column of a list of places holds what: by usual names, or as the caller says.

Names are compared without case, blanks, "_", "-" and "."; a column is used once, and the first that is there
is taken. Known besides plain lists: OCHA's COD-AB (ADM2_EN, ADM2_PCODE, adm2_name, admin2Name_en), GADM
(NAME_2, GID_2), geoBoundaries (shapeName), OpenStreetMap (name:ar, place). In a file of divisions without a
column for names the deepest level that is named is the place, and the higher ones are its parents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from geomap.reading.records import loosely

FIELDS: dict[str, tuple[str, ...]] = {
    "name": (
        "name", "nameen", "nameenglish", "englishname", "featurename", "featurenam", "shapename", "fullname",
        "settlement", "settlementname", "village", "villagename", "locality", "localityname", "town",
        "townname", "campname", "sitename", "placename", "placenameen", "toponym", "place", "site",
        "facilityname", "facility", "label",
    ),
    "lat": ("lat", "latitude", "latdd", "latwgs84", "ycoord", "ycoordinate", "gpslat", "gpslatitude",
            "centerlat", "y", "latdeg"),
    "lon": ("lon", "lng", "long", "longitude", "londd", "longdd", "lonwgs84", "xcoord", "xcoordinate",
            "gpslon", "gpslong", "gpslongitude", "centerlon", "x", "londeg"),
    "id": ("id", "pcode", "placecode", "placeid", "placepcode", "code", "siteid", "sitecode", "featureref",
           "shapeid", "uuid", "globalid", "osmid", "ref"),
    "aliases": ("aliases", "alias", "altnames", "altname", "alternatenames", "alternatename",
                "alternativenames", "alternativename", "othernames", "othername", "aka", "synonyms"),
    "kind": ("featurecode", "fcode", "kind", "type", "featuretype", "feature", "placetype", "sitetype",
             "settlementtype", "shapetype", "fclass", "class", "category", "place"),
    "population": ("population", "pop", "poptotal", "totalpopulation", "popest", "individuals"),
    "parent": ("parent", "parentid", "parentcode", "parentpcode", "parentname", "admin"),
    "country": ("iso2", "countrycode", "countryiso2", "iso3", "countryiso3", "iso", "country", "countryname",
                "shapegroup", "cc"),
    "radius_km": ("radiuskm", "radius"),
    "geonames_id": ("geonamesid", "geonameid", "geonames", "gnid"),
    "wkt": ("wkt", "geomwkt", "wktgeom", "geometrywkt", "geom", "thegeom", "geometry"),
}  # fmt: skip
"""What a place may have, to the names of its column."""

_LEVEL_WORDS = {
    "state": 1, "province": 1, "governorate": 1, "region": 1, "oblast": 1, "wilaya": 1, "department": 1,
    "district": 2, "county": 2, "cercle": 2, "raion": 2, "subdistrict": 3, "municipality": 3, "commune": 3,
}  # fmt: skip
"""Costs when wrong: a level is called otherwise in a country, and a parent is looked for among others."""

LANGUAGES = {
    "arabic": "ar", "english": "en", "french": "fr", "spanish": "es", "portuguese": "pt", "russian": "ru",
    "ukrainian": "uk", "persian": "fa", "farsi": "fa", "dari": "prs", "pashto": "ps", "kurdish": "ku",
    "turkish": "tr", "somali": "so", "amharic": "am", "swahili": "sw", "hebrew": "he", "burmese": "my",
    "ara": "ar", "eng": "en", "fra": "fr", "fre": "fr", "spa": "es", "por": "pt", "rus": "ru", "ukr": "uk",
    "ckb": "ckb", "kmr": "kmr", "prs": "prs", "tir": "ti", "amh": "am", "som": "so",
}  # fmt: skip
_NO_LANGUAGES = frozenset({"id", "no", "nr", "km", "cd"})
"""Of two letters, but in names of columns mostly an identifier, a number, a unit, a code."""

_NAME_IN = re.compile(r"name[ _:.-](\w+)|(\w+)[ _:.-]name", re.IGNORECASE)
_LEVEL_NAME = re.compile(r"adm(?:in)?(\d)(?:name)?([a-z]{2})?|name(\d)")
_LEVEL_OTHER = re.compile(
    r"adm(?:in)?(\d)(?:alt\d?(?:name)?([a-z]{2})?|ref(?:name)?|name\d)|(?:var|nl)name(\d)"
)
_LEVEL_CODE = re.compile(r"adm(?:in)?(\d)(?:pcode|pcod|code)|gid(\d)")


@dataclass(frozen=True, slots=True)
class Named:
    """A column that holds names, with their language as a BCP 47 tag, "" where it is not stated."""

    column: str
    language: str = ""


@dataclass(slots=True)
class Level:
    """The columns of one administrative level: main names first, other names, the code."""

    names: list[Named] = field(default_factory=list)
    others: list[Named] = field(default_factory=list)
    code: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a file hold.

    `levels` go by their number, the country is 0; `place_level` is the one of the places themselves in a
    file of divisions, else 0. `names` holds further names of the place.
    """

    fields: Mapping[str, str]
    names: tuple[Named, ...]
    levels: Mapping[int, Level]
    place_level: int


def has_places(header: Sequence[str], named: Mapping[str, str]) -> bool:
    """Tell whether a header names a column for names."""
    columns = find_columns(header, named)
    return "name" in columns.fields or columns.place_level > 0


def find_columns(header: Sequence[str], named: Mapping[str, str]) -> Columns:
    """Return what the columns hold; what the caller named goes first ("name_fr" is a name in French).

    Raises ValueError for a field that there is not, and for a column that is not there.
    """
    free = dict.fromkeys(cell for cell in header if cell.strip())
    fields: dict[str, str] = {}
    names: list[Named] = []
    for key, wanted in named.items():
        column = _chosen(key, wanted, free)
        free.pop(column, None)
        if key in FIELDS:
            fields[key] = column
        else:
            names.append(Named(column, key.removeprefix("name_")))
    levels = _levels(free)
    for key, usual in FIELDS.items():
        if key not in fields and (column := _first(usual, free)):
            fields[key] = column
            del free[column]
    names += _named_in(free)
    place_level = (
        0 if "name" in fields else max((at for at, level in levels.items() if level.names), default=0)
    )
    return Columns(fields, tuple(names), levels, place_level)


def _chosen(key: str, wanted: str, free: Mapping[str, object]) -> str:
    if key not in FIELDS and not re.fullmatch(r"name_[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", key):
        message = (
            f"{key!r} is nothing that a place has; there are {', '.join(FIELDS)}, and name_fr and its like"
        )
        raise ValueError(message)
    exact = next((column for column in free if column.strip() == wanted.strip()), None)
    column = exact or next((column for column in free if loosely(column) == loosely(wanted)), None)
    if column is None:
        message = f"has no column {wanted!r} for {key}"
        raise ValueError(message)
    return column


def _first(usual: Sequence[str], free: Mapping[str, object]) -> str:
    loose: dict[str, str] = {}
    for column in free:
        loose.setdefault(loosely(column), column)
    return next((loose[name] for name in usual if name in loose), "")


def _levels(free: dict[str, None]) -> dict[int, Level]:
    """Take the columns of administrative levels out of `free`."""
    levels: dict[int, Level] = {}
    for column in list(free):
        loose = loosely(column)
        if match := _LEVEL_CODE.fullmatch(loose):
            levels.setdefault(int(match[1] or match[2]), Level()).code = column
        elif match := _LEVEL_NAME.fullmatch(loose):
            if match[2] in _NO_LANGUAGES:
                continue
            level = levels.setdefault(int(match[1] or match[3]), Level())
            level.names.append(Named(column, match[2] or ""))
        elif match := _LEVEL_OTHER.fullmatch(loose):
            level = levels.setdefault(int(match[1] or match[3]), Level())
            level.others.append(Named(column, match[2] or ""))
        else:
            continue
        del free[column]
    for column in list(free):
        loose = loosely(column).removesuffix("name")
        number = _LEVEL_WORDS.get(loose, 0)
        if number and not levels.setdefault(number, Level()).names:
            levels[number].names.append(Named(column))
            del free[column]
    for level in levels.values():
        level.names.sort(
            key=lambda each: ("en", "").index(each.language) if each.language in ("en", "") else 2
        )
    return levels


def _named_in(free: Mapping[str, object]) -> Iterator[Named]:
    """Yield the columns of names in a stated language: name_ar, name:fr, Arabic name."""
    for column in free:
        if (match := _NAME_IN.fullmatch(column.strip())) is None:
            continue
        word = (match[1] or match[2]).lower()
        if word in LANGUAGES:
            yield Named(column, LANGUAGES[word])
        elif len(word) == 2 and word.isascii() and word.isalpha() and word not in _NO_LANGUAGES:  # noqa: PLR2004
            yield Named(column, word)
