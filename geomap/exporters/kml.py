"""Write sightings as KML 2.2 (OGC 12-007r2), for Google Earth and the programs that read its files.

A placemark has the name, a description in words, and all other properties as typed data.

Written here and not by GDAL, because a viewer shows a description as HTML and can put any property into
the HTML of its balloon, and the texts come from strangers. So the description is escaped twice, as HTML
and as XML, and the style lets the balloon show the description and nothing else. Names and data are
escaped once: programs that do not show HTML get them as they are, but in the description they see `&amp;`
for `&`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from geomap.exporters.polygons import DECIMALS, Line, area_rings
from geomap.exporters.properties import Per, Row, Scalar, Selection
from geomap.exporters.writing import write_text
from geomap.model import Sighting

_TYPES: Mapping[type, str] = {str: "string", int: "int", float: "double", bool: "bool", list: "string"}
_WIDE = {"population": "double"}
"""Continents have more people than KML's int, of 32 bits, can count."""

_NAMES = {"start": "mention_start", "end": "mention_end"}
"""KML itself has an `end`, which is a time, and GDAL gives the two one name."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (2.2) has no way to write."""

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2">
<Document>
<name>{layer}</name>
<Style id="plain"><BalloonStyle><text>{balloon}</text></BalloonStyle></Style>{area_style}
<Schema name="{layer}" id="{layer}">
{fields}
</Schema>
<Folder>
<name>{layer}</name>
"""
_AREA_STYLE = """
<Style id="area">
<LineStyle><color>c8393cc4</color><width>1.5</width></LineStyle>
<PolyStyle><color>24393cc4</color></PolyStyle>
<BalloonStyle><text>{balloon}</text></BalloonStyle>
</Style>"""
_BALLOON = '<div style="white-space: pre-wrap">$[description]</div>'
_TAIL = """</Folder>
</Document>
</kml>
"""


class KmlExporter:
    """Writes a placemark per place or per sighting; `all_types` keeps associative mentions as well.

    `areas` adds a placemark of polygons, named by its phrase, before that of a sighting with an area.
    """

    def __init__(self, *, per: Per = "place", all_types: bool = False, areas: bool = False) -> None:
        self._selection = Selection(per=per, all_types=all_types, areas=areas)

    def export(self, sightings: Sequence[Sighting], path: Path) -> None:
        """Write the file; equal input gives equal bytes. Raises ExportError."""
        rows = self._selection.rows(sightings)
        write_text(path, "".join([self._head(), *self._placemarks(rows), _TAIL]))

    def _head(self) -> str:
        fields = "\n".join(
            f'<SimpleField type="{_WIDE.get(name, _TYPES[kind])}" name="{_NAMES.get(name, name)}"/>'
            for name, kind in self._selection.columns.items()
            if name != "name"
        )
        balloon = escape(_BALLOON)
        area_style = _AREA_STYLE.format(balloon=balloon) if self._selection.areas else ""
        layer = self._selection.layer
        return _HEAD.format(layer=layer, balloon=balloon, area_style=area_style, fields=fields)

    def _placemarks(self, rows: Iterable[Row]) -> Iterable[str]:
        describe = _of_place if self._selection.per == "place" else _of_sighting
        for row in rows:
            cells = row.cells()
            description = describe(cells, row)
            polygons = [] if row.area is None else area_rings(row.area)
            if polygons:
                shape = f"<MultiGeometry>{''.join(map(_polygon, polygons))}</MultiGeometry>"
                yield self._placemark(shape, cells, description, title="area_phrase", style="area")
            point = f"<Point><coordinates>{_position([row.lon, row.lat])}</coordinates></Point>"
            yield self._placemark(point, cells, description)

    def _placemark(
        self,
        geometry: str,
        cells: Mapping[str, Scalar],
        description: str,
        *,
        title: str = "name",
        style: str = "plain",
    ) -> str:
        data = "\n".join(
            f'<SimpleData name="{_NAMES.get(name, name)}">{_written(value)}</SimpleData>'
            for name, value in cells.items()
            if name != "name" and value is not None
        )
        layer = self._selection.layer
        return (
            f"<Placemark>\n<name>{_xml(str(cells[title]))}</name>\n"
            f"<description>{_xml(_html(description))}</description>\n<styleUrl>#{style}</styleUrl>\n"
            f'<ExtendedData><SchemaData schemaUrl="#{layer}">\n{data}\n</SchemaData></ExtendedData>\n'
            f"{geometry}\n</Placemark>\n"
        )


def _polygon(rings: Sequence[Line]) -> str:
    sides = ("outer", *("inner" for _ in rings[1:]))
    lines = (
        f"<{side}BoundaryIs><LinearRing><coordinates>{' '.join(map(_position, ring))}</coordinates>"
        f"</LinearRing></{side}BoundaryIs>"
        for side, ring in zip(sides, rings, strict=True)
    )
    return f"<Polygon>{''.join(lines)}</Polygon>"


def _position(position: Sequence[float]) -> str:
    return ",".join(f"{degrees:.{DECIMALS}f}" for degrees in position)


def _of_place(cells: Mapping[str, Scalar], row: Row) -> str:
    articles, mentions = cells["articles"], cells["mentions"]
    dates = dict.fromkeys(str(cells[name]) for name in ("first_published", "last_published") if cells[name])
    count = f"{articles} article{'s' * (articles != 1)}, {mentions} mention{'s' * (mentions != 1)}"
    facts = [count, " to ".join(dates), *(title for title in row.properties["headlines"] if title)]
    return "\n".join([_where(cells), *filter(None, facts)])


def _of_sighting(cells: Mapping[str, Scalar], _row: Row) -> str:
    facts = [cells[name] for name in ("sentence", "title", "source", "published", "url")]
    once = dict.fromkeys(str(fact) for fact in facts if fact)  # of a title's mention, it is the sentence
    extent = f"{cells['role']}; {cells['precision']}, within {cells['radius_km']:g} km"
    phrase = f': "{cells["area_phrase"]}"' if cells["area_phrase"] else ""
    return "\n".join([_where(cells), f"{extent}{phrase}", *once])


def _where(cells: Mapping[str, Scalar]) -> str:
    names = dict.fromkeys(str(cells[name]) for name in ("name", "admin1", "country") if cells[name])
    return ", ".join(names)


def _written(value: Scalar) -> str:
    if isinstance(value, str):
        return _xml(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _html(text: str) -> str:
    """Return text that HTML shows as it is, and in which a viewer finds no `$[property]` to put in."""
    return html.escape(text, quote=False).replace("$[", "&#36;[")


def _xml(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text), {"\r": "&#13;"})
