"""Draw sightings on a Leaflet map, in one HTML file that opens without a network.

`SightingsLayer` is an own folium layer: one block of data and one script, whatever the number of
sightings; it can be added to any `folium.Map`. `LeafletExporter` puts it on a map whose libraries,
base map (countries, Natural Earth) and styles are inside the file, with a panel of articles and
places. Texts reach the page as data, and its document only as text nodes. A compact page is the map
alone, to be shown inside another page: no panel, and coasts and borders in detail where the places are.

folium renders what a macro returns once more as a template, so article text must never pass
through a macro: `_Verbatim` elements carry it. folium's ids are random, so the elements are
numbered before they are rendered, and equal input gives equal bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure
from folium.template import Template

from geomap.exporters.areas import outlines_json
from geomap.exporters.compact import compact_outlines
from geomap.exporters.inlining import (
    data_json,
    embeddable,
    library_scripts,
    library_styles,
    policy,
    template,
)
from geomap.exporters.payload import MAX_TITLE, Geometry, Note, payload
from geomap.exporters.writing import write_text
from geomap.model import Place, Sighting

CREDITS = (
    "Place data © GeoNames, CC BY 4.0, modified",
    "Boundaries: Natural Earth, public domain, drawn by who controls the land; disputed areas are marked",
    "Names: Unicode CLDR",
    "Leaflet 1.9 (BSD 2-Clause), Leaflet.markercluster (MIT)",
)
_SCRIPTS = ("popup.js", "shapes.js", "layer.js")
_PAGE_SCRIPTS = ("basemap.js", "panel.js", "map.js")
_COMPACT_SCRIPTS = ("basemap.js", "compact.js")
_PAGE_STYLES = ("map.css",)
_COMPACT_STYLES = ("map.css", "compact.css")
_POLICY_SLOT = "geomap-content-security-policy"


def _no_geometry(_: Place) -> dict[str, Any] | None:
    return None


def _no_note(_: Place) -> str:
    return ""


class SightingsLayer(folium.map.Layer):
    """A folium layer of sightings: clustered markers, areas and popups, from one block of data."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.geomap.sightings(L.geomap.read({{ this.data_id|tojson }}));
        {% endmacro %}
        """
    )

    def __init__(
        self,
        sightings: Sequence[Sighting],
        *,
        title: str = "geomap",
        geometry: Geometry = _no_geometry,
        note: Note = _no_note,
        credits: Sequence[str] = CREDITS,  # noqa: A002
        name: str = "Sightings",
        compact: bool = False,
    ) -> None:
        super().__init__(name=name, overlay=True)
        self._name = "SightingsLayer"
        self._outlines = (
            compact_outlines(row.place.point for row in sightings) if compact else outlines_json()
        )
        self.data = payload(sightings, title=title, geometry=geometry, note=note, credits_=credits)

    @property
    def data_id(self) -> str:
        """The id of the element that holds the data."""
        return f"{self.get_name()}_data"

    def render(self, **kwargs: Any) -> Any:
        """Put the data, the libraries that folium lacks and the layer's own script into the figure."""
        figure = self.get_root()
        if not isinstance(figure, Figure):
            message = "a SightingsLayer can be rendered only on a folium.Map"
            raise TypeError(message)
        _, cluster_script = library_scripts()
        _, cluster_style = library_styles()
        scripts = [cluster_script, *(template(name) for name in _SCRIPTS)]
        styles = [cluster_style, template("layer.css")]
        figure.header.add_child(_blocks("style", styles), name="geomap_styles")
        figure.header.add_child(_blocks("script", scripts), name="geomap_scripts")
        figure.html.add_child(_data_block(self.data_id, data_json(self.data)), name=self.data_id)
        figure.html.add_child(
            _data_block("geomap_outlines", embeddable(self._outlines)), name="geomap_outlines"
        )
        return super().render(**kwargs)  # type: ignore[no-untyped-call]


class LeafletExporter:
    """Writes the map as one HTML file; `geometry` gives the area of a place as GeoJSON, or None.

    `note` gives what a popup says of a place beside its name ("Disputed: ..."), "" for nothing.
    `compact` leaves out the panel and the detail of coasts and borders far from the places.
    """

    def __init__(
        self,
        *,
        title: str = "geomap",
        geometry: Geometry = _no_geometry,
        note: Note = _no_note,
        credits: Sequence[str] = CREDITS,  # noqa: A002
        compact: bool = False,
    ) -> None:
        self._title = title
        self._geometry = geometry
        self._note = note
        self._credits = tuple(credits)
        self._compact = compact

    def html(self, sightings: Sequence[Sighting]) -> str:
        """Return the page; equal input gives equal text."""
        layer = SightingsLayer(
            sightings,
            title=self._title,
            geometry=self._geometry,
            note=self._note,
            credits=self._credits,
            compact=self._compact,
        )
        page = _Page(self._title, layer, compact=self._compact)
        _number(page)
        text: str = page.render()
        return text.replace(_POLICY_SLOT, policy(text), 1)

    def export(self, sightings: Sequence[Sighting], path: Path) -> None:
        """Write the page; equal input gives equal bytes. Raises ExportError."""
        write_text(path, self.html(sightings))


class _OfflineMap(folium.Map):
    """A folium map that asks no server for anything: the page holds the libraries, and no tiles."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div class="folium-map" id={{ this.get_name()|tojson }}></div>
        {% endmacro %}

        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, L.geomap.mapOptions);
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__(tiles=None)
        self.default_js = []
        self.default_css = []


class _Page(Figure):
    """The whole document: head with policy, panel (unless compact), map, credits."""

    def __init__(self, title: str, layer: SightingsLayer, *, compact: bool) -> None:
        super().__init__(title=_printable(title))
        self._template = Template(template("page.html"))
        self.policy = _POLICY_SLOT
        self.compact = compact
        self.map = _OfflineMap()
        self.layer = layer
        self.add_child(self.map)
        self.map.add_child(layer)
        leaflet_script, leaflet_style = library_scripts()[0], library_styles()[0]
        page_scripts = [template(name) for name in (_COMPACT_SCRIPTS if compact else _PAGE_SCRIPTS)]
        page_styles = [template(name) for name in (_COMPACT_STYLES if compact else _PAGE_STYLES)]
        self.header.add_child(_blocks("style", [leaflet_style, *page_styles]), name="page_styles")
        self.header.add_child(_blocks("script", [leaflet_script]), name="leaflet")
        self.page_scripts = _blocks("script", page_scripts).text


class _Verbatim(Element):
    """Text that goes into the page as it is, and is never read as a template."""

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


def _blocks(element: str, texts: Sequence[str]) -> _Verbatim:
    return _Verbatim("\n".join(f"<{element}>{text}</{element}>" for text in texts))


def _data_block(element_id: str, json_text: str) -> _Verbatim:
    return _Verbatim(f'<script type="application/json" id="{element_id}">{json_text}</script>')


def _printable(title: str) -> str:
    """Return the title without control characters and lone surrogates, which HTML forbids."""
    return "".join(character if character.isprintable() else " " for character in title[:MAX_TITLE])


def _number(root: Element) -> None:
    """Give the elements below the root ids by their order instead of random ones."""
    waiting, number = [root], 0
    while waiting:
        element = waiting.pop()
        element._id = f"{number}"  # noqa: SLF001
        number += 1
        waiting.extend(reversed(element._children.values()))  # noqa: SLF001
