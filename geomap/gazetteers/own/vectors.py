"""GeoJSON, GeoPackages and shapefiles (also zipped) as records in degrees WGS84, read by GDAL.

Coordinates are reprojected from the file's coordinate reference system; a file that states none is refused,
because a guess would put every place somewhere else.
"""

from __future__ import annotations

import json
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geomap.errors import GazetteerBuildError
from geomap.gazetteers.own.records import Item, Record, Source

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_PARTS = (".shx", ".dbf")
_LISTED = 20
_NOTES, _LONGEST_NOTE = 5, 200
_NOTHING = frozenset({"nan", "NaT", "<NA>"})


def open_vector(path: Path, *, layer: str | None, crs: str | None) -> Source:
    """Open a file that GDAL reads. Raises GazetteerBuildError."""
    _check_parts(path)
    with warnings.catch_warnings(record=True) as told:  # GDAL warns of what it reads otherwise than written
        warnings.simplefilter("always")
        frame = _read(path, _layer(path, layer), _encoding(path))
    if frame.crs is None and crs is None:
        message = (
            "states no coordinate reference system (a shapefile does in its .prj); "
            "name it with --crs, such as EPSG:4326"
        )
        raise GazetteerBuildError(message, path=str(path))
    frame = _in_degrees(frame, crs, path)
    header = [str(column) for column in frame.columns if column != frame.geometry.name]
    notes = dict.fromkeys(" ".join(str(each.message).split())[:_LONGEST_NOTE] for each in told)
    return Source(str(path), header, _records(frame, header), spatial=True, notes=list(notes)[:_NOTES])


def _check_parts(path: Path) -> None:
    """Say what GDAL says in riddles: the missing half of a shapefile, a zip that is cut off."""
    if path.stat().st_size == 0:
        message = "is empty"
        raise GazetteerBuildError(message, path=str(path))
    if path.suffix.lower() == ".shp":
        there = {other.suffix.lower() for other in path.parent.glob(f"{_escaped(path.stem)}.*")}
        missing = [part for part in _PARTS if part not in there]
        if missing:
            message = f"is half a shapefile: {' and '.join(missing)} must lie beside it"
            raise GazetteerBuildError(message, path=str(path))
    if path.suffix.lower() == ".zip":
        _check_zip(path)


def _encoding(path: Path) -> str | None:
    """Return the encoding to try first: of a shapefile that states none (in its .cpg), UTF-8.

    GDAL would read it as ISO 8859-1, in which everything can be read, names in UTF-8 as rubbish.
    """
    endings = {path.suffix.lower()}
    if path.suffix.lower() == ".shp":
        endings |= {other.suffix.lower() for other in path.parent.glob(f"{_escaped(path.stem)}.*")}
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            endings |= {Path(name).suffix.lower() for name in archive.namelist()}
    return "UTF-8" if ".shp" in endings and ".cpg" not in endings else None


def _escaped(stem: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in stem)


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            broken = archive.testzip()
            endings = {Path(name).suffix.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        message = f"is a zip that cannot be read, perhaps cut off: {error}"
        raise GazetteerBuildError(message, path=str(path)) from error
    if broken is not None:
        message = f"is a zip whose {broken} is damaged"
        raise GazetteerBuildError(message, path=str(path))
    if ".shp" in endings and (missing := [part for part in _PARTS if part not in endings]):
        message = f"holds half a shapefile: {' and '.join(missing)} must be in it"
        raise GazetteerBuildError(message, path=str(path))


def _layer(path: Path, wanted: str | None) -> str:
    """Return the layer to read. Raises GazetteerBuildError where it has to be named, or is not there."""
    import pyogrio
    from pyogrio.errors import DataSourceError

    try:
        found = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    except (DataSourceError, OSError, UnicodeDecodeError) as error:
        raise _unreadable(error, path) from error
    listed = ", ".join(map(repr, found[:_LISTED]))
    if wanted is not None and wanted not in found:
        message = f"has no layer {wanted!r} of geometries; there are {listed or 'none'}"
        raise GazetteerBuildError(message, path=str(path))
    if not found:
        message = "has no layer of geometries"
        raise GazetteerBuildError(message, path=str(path))
    if wanted is None and len(found) > 1:
        message = f"has several layers; name one with --layer: {listed}"
        raise GazetteerBuildError(message, path=str(path))
    return wanted or found[0]


def _read(path: Path, layer: str, encoding: str | None) -> GeoDataFrame:
    """Read a layer, in an encoding if all of it can be read so."""
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

    # A geometry that cannot be one becomes None, an error of its row.
    read = partial(pyogrio.read_dataframe, path, layer=layer, on_invalid="ignore")
    try:
        if encoding is not None:
            with suppress(UnicodeDecodeError):
                return read(encoding=encoding)
        return read()
    except (
        DataLayerError,
        DataSourceError,
        FeatureError,
        FieldError,
        GeometryError,
        OSError,
        UnicodeDecodeError,
        ValueError,
    ) as error:
        raise _unreadable(error, path) from error


def _in_degrees(frame: GeoDataFrame, crs: str | None, path: Path) -> GeoDataFrame:
    from pyproj.exceptions import ProjError

    try:
        if frame.crs is None:
            frame = frame.set_crs(crs)
        return frame.to_crs("EPSG:4326")
    except (ProjError, ValueError) as error:
        message = f"its coordinate reference system cannot be used: {_line(error)}"
        raise GazetteerBuildError(message, path=str(path)) from error


def _unreadable(error: Exception, path: Path) -> GazetteerBuildError:
    return GazetteerBuildError(f"cannot be read: {_line(error)}", path=str(path))


def _line(error: Exception) -> str:
    return " ".join(str(error).partition(";")[0].split()) or type(error).__name__


def _records(frame: GeoDataFrame, header: list[str]) -> Iterator[Item]:
    cells = [frame[column].tolist() for column in header]
    for row, geometry in enumerate(frame.geometry.tolist(), start=1):
        values = {column: _text(values[row - 1]) for column, values in zip(header, cells, strict=True)}
        yield Record(row, values, None if geometry is None or geometry.is_empty else geometry)


def _text(value: Any) -> str:
    """Return a value as a cell would hold it; the parts of a list parted by bars."""
    if value is None or (not isinstance(value, str) and str(value) in _NOTHING):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str) and value.startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            return str(value)
    if hasattr(value, "tolist"):  # an array, as which GDAL's lists arrive
        value = value.tolist()
    if isinstance(value, list | tuple):
        return "|".join(_text(each) for each in value)
    return str(value)
