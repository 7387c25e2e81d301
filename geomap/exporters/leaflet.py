"""Draw sightings on a Leaflet map, in one HTML file that opens without a network.

`Geomap` is an own folium layer: one block of data and one script, whatever the number of
sightings; it can be added to any `folium.Map`. `LeafletExporter` puts it on a map whose library,
base map and styles are inside the file, with a panel, filters and a time slider. The scripts and styles lie
in `page/`, one file for one thing; they are put into the page one after the other. Texts reach the page as
data, and its document only as text nodes. A compact page is the map alone, to be shown inside another page:
no panel, and coasts and borders in detail where the places are.

folium renders what a macro returns once more as a template, so article text must never pass
through a macro: `_Verbatim` elements carry it. folium's ids are random, so the elements are
numbered before they are rendered, and equal input gives equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure
from folium.template import Template

from geomap.exporters.areas import outlines_json
from geomap.exporters.backdrop import Backdrop, backdrop_data
from geomap.exporters.compact import compact_outlines
from geomap.exporters.compact import packed as packed_page
from geomap.exporters.inlining import (
    data_json,
    embeddable,
    leaflet_script,
    leaflet_style,
    packed,
    policy,
    template,
)
from geomap.exporters.look import NO_TILES, Layout, Look, online_tiles, words
from geomap.exporters.payload import MAX_TITLE, Geometry, Note, Unmapped, payload
from geomap.exporters.writing import write_text
from geomap.model import Place, Sighting

CREDITS = (
    "Place data © GeoNames, CC BY 4.0, modified",
    "Boundaries: Natural Earth, public domain, drawn by who controls the land; disputed areas are marked",
    "Names: Unicode CLDR",
    "Leaflet 1.9 (BSD 2-Clause)",
)
_SCRIPTS = (
    *("dom.js", "words.js", "data.js", "filters.js", "clusters.js", "shapes.js", "signs.js", "areas.js"),
    *("extent.js", "why.js", "popup.js", "layer.js"),
)
_BASE = ("canvas.js", "basemap.js", "labels.js")
_VIEWS = ("vector.js", "heat.js", "choropleth.js", "legend.js")
_PANEL = ("list.js", "facets.js", "panel.js", "download.js")
_PAGE = ("toolbar.js", "timeline.js", "hash.js", "map.js")
_PAGE_SCRIPTS: Mapping[Layout, Sequence[str]] = {
    "full": (*_BASE, *_VIEWS, *_PANEL, *_PAGE),
    "embed": (*_BASE, *_VIEWS, *_PAGE),
    "compact": (*_BASE, "compact.js"),
}
_PAGE_STYLES: Mapping[Layout, Sequence[str]] = {
    "full": ("map.css",),
    "embed": ("map.css",),
    "compact": ("map.css", "compact.css"),
}
_POLICY_SLOT = "geomap-content-security-policy"


def _no_geometry(_: Place) -> dict[str, Any] | None:
    return None


def _no_note(_: Place) -> str:
    return ""


class Geomap(folium.map.Layer):
    """A folium layer of sightings: grouped signs, areas and popups, from one block of data.

    `geometry` gives the area of a place as GeoJSON, or None; `note` what a popup says of a place beside its
    name.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.geomap.sightings({{ this.data_id|tojson }});
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
        unmapped: Iterable[Unmapped] = (),
        name: str = "Sightings",
        compact: bool = False,
    ) -> None:
        super().__init__(name=name, overlay=True)
        self._name = "Geomap"
        self._sightings = sightings
        self._outlines = (
            compact_outlines(row.place.point for row in sightings) if compact else outlines_json()
        )
        self.data = payload(
            sightings, title=title, geometry=geometry, note=note, credits_=credits, unmapped=unmapped
        )

    @property
    def data_id(self) -> str:
        """The id of the element that holds the data."""
        return f"{self.get_name()}_data"

    def render(self, **kwargs: Any) -> Any:
        """Put the data, the libraries that folium lacks and the layer's own script into the figure."""
        figure = self.get_root()
        if not isinstance(figure, Figure):
            message = "a Geomap can be rendered only on a folium.Map"
            raise TypeError(message)
        tables = f"L.geomap.tables = {data_json(words())};"
        first, *rest = (template(name) for name in _SCRIPTS)
        figure.header.add_child(
            _blocks("style", [template("theme.css"), template("layer.css")]), name="geomap_styles"
        )
        figure.header.add_child(_blocks("script", [first, tables, *rest]), name="geomap_scripts")
        figure.html.add_child(_packed_block(self.data_id, self.data), name=self.data_id)
        figure.html.add_child(
            _data_block("geomap_outlines", embeddable(self._outlines)), name="geomap_outlines"
        )
        return super().render(**kwargs)  # type: ignore[no-untyped-call]

    def _repr_html_(self) -> str:
        """Show the layer on a map of its own, in a notebook."""
        from html import escape

        page = packed_page(
            _page_html(self, Look(layout="compact", online=NO_TILES), title=self.data["title"])
        )
        sandbox = "allow-scripts allow-popups allow-popups-to-escape-sandbox"
        style = "width:100%;height:460px;border:0;border-radius:8px"
        return f'<iframe title="Map" sandbox="{sandbox}" style="{style}" srcdoc="{escape(page)}"></iframe>'


class LeafletExporter:
    """Writes the map as one HTML file; `geometry` gives the area of a place as GeoJSON, or None.

    `note` gives what a popup says of a place beside its name ("Disputed: ..."), "" for nothing; `unmapped`
    are mentions without a place, for a list of their own; `backdrop` is what the base map shows beside the
    countries; `look` is the page. `compact` leaves out the panel and the detail of coasts and borders far
    from the places.
    """

    def __init__(
        self,
        *,
        title: str = "geomap",
        geometry: Geometry = _no_geometry,
        note: Note = _no_note,
        credits: Sequence[str] = CREDITS,  # noqa: A002
        unmapped: Iterable[Unmapped] = (),
        backdrop: Backdrop | None = None,
        look: Look | None = None,
        compact: bool = False,
    ) -> None:
        self._title = title
        self._geometry = geometry
        self._note = note
        self._credits = tuple(credits)
        self._unmapped = tuple(unmapped)
        self._backdrop = backdrop
        self._look = look or (Look(layout="compact", online=NO_TILES) if compact else Look())

    def html(self, sightings: Sequence[Sighting]) -> str:
        """Return the page; equal input gives equal text."""
        layer = Geomap(
            sightings,
            title=self._title,
            geometry=self._geometry,
            note=self._note,
            credits=self._credits,
            unmapped=self._unmapped,
            compact=self._look.layout == "compact",
        )
        return _page_html(layer, self._look, title=self._title, backdrop=self._backdrop)

    def export(self, sightings: Sequence[Sighting], path: Path) -> None:
        """Write the page; equal input gives equal bytes. Raises ExportError."""
        write_text(path, self.html(sightings))


def _page_html(layer: Geomap, look: Look, *, title: str, backdrop: Backdrop | None = None) -> str:
    page = _Page(title, layer, look, backdrop)
    _number(page)
    text: str = page.render()
    online = online_tiles(look.online)
    images = " ".join(("data:", *(online.hosts if online else ())))
    return text.replace(_POLICY_SLOT, policy(text, images=images), 1)


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
    """The whole document: head with policy, panel, map, time slider, credits."""

    def __init__(self, title: str, layer: Geomap, look: Look, backdrop: Backdrop | None) -> None:
        super().__init__(title=_printable(title))
        self._template = Template(template("page.html"))
        self.policy = _POLICY_SLOT
        self.look = look
        self.layout = look.layout
        self.map = _OfflineMap()
        self.layer = layer
        self.add_child(self.map)
        self.map.add_child(layer)
        styles = [leaflet_style(), *(template(name) for name in _PAGE_STYLES[look.layout])]
        self.header.add_child(_blocks("style", styles), name="page_styles")
        self.header.add_child(_blocks("script", [leaflet_script()]), name="leaflet")
        self.html.add_child(_data_block("geomap_options", data_json(_options(look))), name="geomap_options")
        if backdrop is not None:
            self.html.add_child(
                _packed_block("geomap_backdrop", backdrop_data(backdrop)), name="geomap_backdrop"
            )
        if look.tiles is not None:
            self.html.add_child(_data_block("geomap_tiles", data_json(look.tiles)), name="geomap_tiles")
        self.page_scripts = _blocks("script", [template(name) for name in _PAGE_SCRIPTS[look.layout]]).text


def _options(look: Look) -> dict[str, Any]:
    online = online_tiles(look.online)
    return {
        "layout": look.layout,
        "theme": look.theme,
        "language": look.language,
        "legend": look.legend,
        "allTypes": look.all_types,
        "online": online.options() if online else None,
    }


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


def _packed_block(element_id: str, value: Any) -> _Verbatim:
    return _Verbatim(f'<script type="application/octet-stream" id="{element_id}">{packed(value)}</script>')


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
