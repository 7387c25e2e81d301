"""Sightings out of geomap: GeoJSON and a map in one HTML file.

Names are loaded when they are first used, because folium alone takes half a second to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geomap.exporters.geojson import GeoJsonExporter
    from geomap.exporters.leaflet import LeafletExporter, SightingsLayer
    from geomap.exporters.summary import summarize

__all__ = ["GeoJsonExporter", "LeafletExporter", "SightingsLayer", "summarize"]

_MODULES = {
    "GeoJsonExporter": "geojson",
    "LeafletExporter": "leaflet",
    "SightingsLayer": "leaflet",
    "summarize": "summary",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
