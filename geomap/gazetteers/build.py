"""Build a gazetteer file from tables: place data, curated rows, and what the places are to each other.

Runs when the wheel is built, never when geomap runs. What cannot be built stops it, with file and line.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from geomap.errors import GazetteerBuildError
from geomap.gazetteers.rows import Row, drop_twins, merge_curated, read_curated, read_disputes, read_places
from geomap.gazetteers.writer import GazetteerWriter, Report


def build(
    target: Path,
    *,
    places: Sequence[Path],
    curated: Sequence[Path] = (),
    areas: Path | None = None,
    lines: Path | None = None,
    borders: Path | None = None,
    disputed: Path | None = None,
    credits_text: str = "",
    name: str = "",
) -> Report:
    """Write a gazetteer file from place tables (.tsv or .tsv.xz), later ones augmenting earlier ones.

    `areas` and `lines` (.json.xz) hold place ids to coordinates of MultiPolygons and MultiLineStrings; a
    place that has both, such as an estuary, keeps its area. `borders` holds the "borders" between two places
    and the "neighbors" of each, `disputed` (.tsv) what states disagree about.
    Raises GazetteerBuildError, which names file and line.
    """
    rows: dict[str, Row] = {}
    for path in places:
        for row in read_places(path):
            rows[row.id] = row
    written = [row for path in curated for row in read_curated(path)]
    merge_curated(rows, written)
    survivors = drop_twins(rows, written)
    with GazetteerWriter(target) as writer:
        for row in sorted(rows.values(), key=lambda row: row.id):
            writer.add(row)
        writer.index()
        surfaces = _shapes(areas, survivors)
        for place_id, coordinates in surfaces.items():
            writer.add_shape(place_id, "MultiPolygon", coordinates)
        for place_id, coordinates in _shapes(lines, survivors).items():
            if place_id not in surfaces:
                writer.add_shape(place_id, "MultiLineString", coordinates)
        _write_borders(writer, borders)
        if disputed is not None:
            for place_id, dispute in read_disputes(disputed):
                writer.add_dispute(place_id, dispute)
        return writer.finish(credits_text=credits_text, name=name, counts={"curated rows": len(written)})


def _shapes(path: Path | None, survivors: Mapping[str, str]) -> dict[str, Any]:
    """Return the coordinates by the id of the place that bears them: a curated one instead of its twins."""
    if path is None:
        return {}
    held: dict[str, Any] = {}
    for place_id, coordinates in sorted(_read_json(path).items()):
        held.setdefault(survivors.get(place_id, place_id), []).extend(coordinates)
    return held


def _write_borders(writer: GazetteerWriter, path: Path | None) -> None:
    if path is None:
        return
    table = _read_json(path)
    for border in table["borders"]:
        first, second = border["pair"]
        writer.add_border(first, second, length_km=border["length_km"], coordinates=border["coordinates"])
        writer.add_neighbors(first, [second])
    for place_id, others in sorted(table["neighbors"].items()):
        writer.add_neighbors(place_id, others)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        table: dict[str, Any] = json.loads(lzma.decompress(path.read_bytes()))
    except (lzma.LZMAError, ValueError) as error:
        raise GazetteerBuildError(str(error), path=str(path)) from error
    return table
