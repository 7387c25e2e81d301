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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from geomap.errors import ExportError, MissingExtra
from geomap.exporters.geojson import GeoJsonExporter
from geomap.exporters.kml import KmlExporter
from geomap.exporters.properties import DECIMALS, Per, Scalar, Selection
from geomap.exporters.writing import write_bytes, write_text
from geomap.model import Sighting

if TYPE_CHECKING:
    import geopandas
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

    Equal bytes are those of one version of GDAL; the file says that it was last changed in 1970.
    """

    def __init__(self, *, per: Per = "place", all_types: bool = False) -> None:
        self._selection = Selection(per=per, all_types=all_types)

    def export(self, sightings: Sequence[Sighting], path: Path) -> None:
        """Write the file; equal input gives equal bytes. Raises ExportError."""
        import pyogrio

        frame, file = _frame(sightings, self._selection), io.BytesIO()
        try:
            with _gdal_option("OGR_CURRENT_DATE", _CHANGED):
                pyogrio.write_dataframe(
                    frame, file, driver="GPKG", layer=self._selection.layer, geometry_type="Point"
                )
        except pyogrio.errors.DataSourceError as error:
            message = f"{path}: cannot be written: {error}"
            raise ExportError(message) from error
        write_bytes(path, file.getvalue())


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
"""The formats by name; each class takes `per` and `all_types`."""


def _frame(sightings: Iterable[Sighting], selection: Selection) -> geopandas.GeoDataFrame:
    import geopandas
    import pandas as pd

    dtypes: Mapping[type, str | ExtensionDtype] = {
        # Without naming a storage, pandas takes pyarrow's where that is installed.
        str: pd.StringDtype("python"),
        list: pd.StringDtype("python"),
        int: "Int64",
        float: "float64",
        bool: "boolean",
    }
    rows = selection.rows(sightings)
    cells = [row.cells() for row in rows]
    columns = {
        name: pd.Series([cell[name] for cell in cells], dtype=dtypes[kind])
        for name, kind in selection.columns.items()
    }
    points = geopandas.points_from_xy([row.lon for row in rows], [row.lat for row in rows], crs=CRS)
    return geopandas.GeoDataFrame(columns, geometry=points)


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
