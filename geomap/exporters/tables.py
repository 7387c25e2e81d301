"""Write sightings as tables: CSV, GeoPackage, GeoParquet; and give them as a GeoDataFrame.

The columns are the properties of `geomap.exporters.properties`. Lists are joined by " | "; NUL and lone
surrogates, which these formats cannot hold, become U+FFFD. A table of no sightings has the same columns,
with the same types, as any other.

Only functions here import geopandas, pyogrio and pyarrow; CSV needs none of them.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from geomap.errors import ExportError, MissingExtra
from geomap.exporters.geojson import GeoJsonExporter
from geomap.exporters.kml import KmlExporter
from geomap.exporters.polygons import DECIMALS, area_geometry
from geomap.exporters.properties import Per, Row, Scalar, Selection
from geomap.exporters.writing import write_bytes, write_text
from geomap.model import Sighting

if TYPE_CHECKING:
    import geopandas
    import pandas as pd
    from pandas.api.extensions import ExtensionDtype

CRS = "EPSG:4326"
"""WGS84; geopandas takes x for the longitude and y for the latitude, whatever the authority's order."""

_SIGN = re.compile(r"[=+\-@\uff1d\uff0b\uff0d\uff20]")
"""What begins a formula; the last four are the wide forms, which Excel takes for the others."""

_FORMULA = re.compile(rf"(?P<edge>^|;|(?<![;'\s]))(?P<run>['\s]*+)(?={_SIGN.pattern})")
_LINE_END = re.compile(r"[\t\n]|\r(?!\n)")
"""Where a spreadsheet could begin a formula (owasp.org/www-community/attacks/CSV_Injection).

That is at the beginning of a cell, and behind what a program with other settings takes for the end of
one: Excel splits at semicolons wherever the comma is the decimal sign. Apostrophes count as part of the
beginning, so that the one put before them can be told from theirs and taken away again.
"""

_CHANGED = "1970-01-01T00:00:00.000Z"
"""The date of change in a GeoPackage: fixed, because equal input gives equal bytes."""


def to_geodataframe(
    sightings: Iterable[Sighting], *, per: Per = "place", all_types: bool = False
) -> geopandas.GeoDataFrame:
    """Return one row per place, or per sighting, with a point in degrees WGS84 (EPSG:4326).

    Texts are of pandas' type "string", numbers "Int64" or "float64", truths "boolean"; unknown values are
    missing. Dates stay texts, as the sources give them: `pandas.to_datetime` makes them dates.
    """
    return _frame(sightings, Selection(per=per, all_types=all_types))


class CsvExporter:
    """Writes CSV (RFC 4180) in UTF-8; `all_types` keeps associative mentions as well as literal ones.

    `lat` and `lon` are the last two columns. The file begins with a byte order mark: without it Excel
    takes UTF-8 for the code page of the machine, and Arabic or accented names are lost. pandas and GDAL
    skip it; Python's own csv wants the encoding "utf-8-sig".

    Texts come from strangers, and a spreadsheet runs a text that begins with = + - or @ (or their wide
    forms) as a formula. So an apostrophe is put before such a beginning, also of a line or behind a
    semicolon or tab within the text. To get the text as it was, drop each apostrophe at such a place that
    further apostrophes or spaces, if any, and then one of the signs follow.
    """

    def __init__(self, *, per: Per = "place", all_types: bool = False) -> None:
        self._selection = Selection(per=per, all_types=all_types)

    def export(self, sightings: Sequence[Sighting], path: Path) -> None:
        """Write the file; equal input gives equal bytes. Raises ExportError."""
        file = io.StringIO(newline="")
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([*self._selection.columns, "lat", "lon"])
        for row in self._selection.rows(sightings):
            cells = [_csv_cell(value) for value in row.cells().values()]
            writer.writerow([*cells, f"{row.lat:.{DECIMALS}f}", f"{row.lon:.{DECIMALS}f}"])
        write_text(path, "\ufeff" + file.getvalue())


class GpkgExporter:
    """Writes a GeoPackage with one layer, "places" or "sightings"; `all_types` keeps associative mentions.

    `areas` adds a layer "areas", of polygons with the columns of their sightings. Equal bytes are those of
    one version of GDAL; the file says that it was last changed in 1970.
    """

    def __init__(self, *, per: Per = "place", all_types: bool = False, areas: bool = False) -> None:
        self._selection = Selection(per=per, all_types=all_types, areas=areas)

    def export(self, sightings: Sequence[Sighting], path: Path) -> None:
        """Write the file; equal input gives equal bytes. Raises ExportError."""
        rows = self._selection.rows(sightings)
        points = (self._selection.layer, "Point", _frame_of(rows, self._selection))
        if self._selection.areas:
            areas = ("areas", "MultiPolygon", _area_frame(rows, self._selection))
            data = _two_layers(points, areas, path)
        else:
            file = io.BytesIO()
            _write_layer(points, file, path)
            data = file.getvalue()
        write_bytes(path, data)


class ParquetExporter:
    """Writes GeoParquet 1.0; `all_types` keeps associative mentions. Needs the extra `parquet` (pyarrow).

    Equal bytes are those of one version of geopandas and pyarrow, which sign the file.
    """

    def __init__(self, *, per: Per = "place", all_types: bool = False) -> None:
        self._selection = Selection(per=per, all_types=all_types)

    def export(self, sightings: Sequence[Sighting], path: Path) -> None:
        """Write the file; equal input gives equal bytes. Raises ExportError and MissingExtra."""
        try:
            import_module("pyarrow")
        except ImportError as error:
            message = "Parquet needs pyarrow, which is not installed: pip install pyarrow beside geomap"
            raise MissingExtra(message) from error
        file = io.BytesIO()
        _frame(sightings, self._selection).to_parquet(file, index=False)
        write_bytes(path, file.getvalue())


TableExporter = type[GeoJsonExporter | CsvExporter | GpkgExporter | ParquetExporter | KmlExporter]

EXPORTERS: Mapping[str, TableExporter] = MappingProxyType(
    {
        "geojson": GeoJsonExporter,
        "csv": CsvExporter,
        "gpkg": GpkgExporter,
        "parquet": ParquetExporter,
        "kml": KmlExporter,
    }
)
"""The formats by name; each class takes `per` and `all_types`, those of AREA_FORMATS `areas` too."""

AREA_FORMATS = frozenset({"geojson", "gpkg", "kml"})
"""The formats that can hold points and polygons together."""


def _frame(sightings: Iterable[Sighting], selection: Selection) -> geopandas.GeoDataFrame:
    return _frame_of(selection.rows(sightings), selection)


def _frame_of(rows: Sequence[Row], selection: Selection) -> geopandas.GeoDataFrame:
    import geopandas

    points = geopandas.points_from_xy([row.lon for row in rows], [row.lat for row in rows], crs=CRS)
    return geopandas.GeoDataFrame(_columns(rows, selection), geometry=points)


def _area_frame(rows: Sequence[Row], selection: Selection) -> geopandas.GeoDataFrame:
    import geopandas
    from shapely.geometry import MultiPolygon, shape

    found = [(row, area_geometry(row.area)) for row in rows]
    held = [(row, shape(area)) for row, area in found if area is not None]
    areas = [area if isinstance(area, MultiPolygon) else MultiPolygon([area]) for _, area in held]
    columns = _columns([row for row, _ in held], selection)
    return geopandas.GeoDataFrame(columns, geometry=areas, crs=CRS)


def _columns(rows: Sequence[Row], selection: Selection) -> dict[str, pd.Series]:
    import pandas as pd

    dtypes: Mapping[type, str | ExtensionDtype] = {
        # Without naming a storage, pandas takes pyarrow's where that is installed.
        str: pd.StringDtype("python"),
        list: pd.StringDtype("python"),
        int: "Int64",
        float: "float64",
        bool: "boolean",
    }
    cells = [row.cells() for row in rows]
    return {
        name: pd.Series([cell[name] for cell in cells], dtype=dtypes[kind])
        for name, kind in selection.columns.items()
    }


_Layer = tuple[str, str, "geopandas.GeoDataFrame"]


def _two_layers(first: _Layer, second: _Layer, path: Path) -> bytes:
    """Return a GeoPackage of two layers; GDAL adds a layer to a file alone, and to nothing in memory."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "geomap.gpkg"
        for layer in (first, second):
            _write_layer(layer, file, path)
        return file.read_bytes()


def _write_layer(layer: _Layer, file: Path | io.BytesIO, path: Path) -> None:
    """Write a layer into a file of its own; errors name the path that was asked for. Raises ExportError."""
    import pyogrio

    name, kind, frame = layer
    try:
        with _gdal_option("OGR_CURRENT_DATE", _CHANGED):
            pyogrio.write_dataframe(frame, file, driver="GPKG", layer=name, geometry_type=kind)
    except pyogrio.errors.DataSourceError as error:
        problem = str(error).rpartition(" failed: ")[2]  # before it stands all of the SQL
        message = f"{path}: cannot be written: {problem}"
        raise ExportError(message) from error


@contextmanager
def _gdal_option(name: str, value: str) -> Iterator[None]:
    """Set an option of GDAL, which is one for the process, and put the old one back."""
    import pyogrio

    before = pyogrio.get_gdal_config_option(name)
    pyogrio.set_gdal_config_options({name: value})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({name: before})


def _guarded(found: re.Match[str]) -> str:
    """Put an apostrophe at each place before a sign where a formula could begin; each run is read once."""
    begins = found["edge"] == ";" or found.start() == 0
    return found["edge"] + "'" * begins + _LINE_END.sub(r"\g<0>'", found["run"])


def _csv_cell(value: Scalar) -> Scalar:
    if isinstance(value, str):
        return _FORMULA.sub(_guarded, value) if _SIGN.search(value) else value
    return str(value).lower() if isinstance(value, bool) else value
