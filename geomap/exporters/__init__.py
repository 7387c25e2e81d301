"""Sightings out of geomap: a map in one HTML file, GeoJSON, and tables for other programs.

Names are loaded when they are first used, because folium alone takes half a second to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geomap.exporters.geojson import GeoJsonExporter
    from geomap.exporters.kml import KmlExporter
    from geomap.exporters.leaflet import Geomap, LeafletExporter
    from geomap.exporters.summary import summarize
    from geomap.exporters.tables import (
        EXPORTERS,
        CsvExporter,
        GpkgExporter,
        ParquetExporter,
        to_geodataframe,
    )

__all__ = [
    "EXPORTERS",
    "CsvExporter",
    "GeoJsonExporter",
    "Geomap",
    "GpkgExporter",
    "KmlExporter",
    "LeafletExporter",
    "ParquetExporter",
    "summarize",
    "to_geodataframe",
]

_MODULES = {
    "EXPORTERS": "tables",
    "CsvExporter": "tables",
    "GeoJsonExporter": "geojson",
    "Geomap": "leaflet",
    "GpkgExporter": "tables",
    "KmlExporter": "kml",
    "LeafletExporter": "leaflet",
    "ParquetExporter": "tables",
    "summarize": "summary",
    "to_geodataframe": "tables",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
