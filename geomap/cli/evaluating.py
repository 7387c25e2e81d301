"""The figures of an evaluation as a table: one row per figure, one column per file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_ROWS = (
    ("articles", ("articles",)),
    ("  without a prediction", ("missing_articles",)),
    ("recognition, overlapping: precision", ("overlap", "p")),
    ("                          recall", ("overlap", "r")),
    ("                          F1", ("overlap", "f1")),
    ("                          95 %", ("intervals", "overlap_f1")),
    ("recognition, same span:   precision", ("strict", "p")),
    ("                          recall", ("strict", "r")),
    ("                          F1", ("strict", "f1")),
    ("                          95 %", ("intervals", "exact_f1")),
    ("resolution of the recognized", ("resolution_of_matched", "n")),
    ("  within 161 km", ("resolution_of_matched", "acc161")),
    ("    95 %", ("intervals", "acc161")),
    ("  median error, km", ("resolution_of_matched", "median_km")),
    ("  mean error, km", ("resolution_of_matched", "mean_km")),
    ("  area under the error curve", ("resolution_of_matched", "auc")),
    ("resolution of all", ("resolution_of_all_gold", "n")),
    ("  within 161 km", ("resolution_of_all_gold", "acc161")),
    ("  area under the error curve", ("resolution_of_all_gold", "auc")),
    ("  within 161 km and same span", ("strict_recall161",)),
    ("end to end, 161 km:       precision", ("end_to_end161", "p")),
    ("                          recall", ("end_to_end161", "r")),
    ("                          F1", ("end_to_end161", "f1")),
    ("                          95 %", ("intervals", "end_to_end_f1")),
    ("confidence of the recognized", ("calibration", "recognized", "n")),
    ("  expected calibration error", ("calibration", "recognized", "calibration_error")),
    ("    by chance alone", ("calibration", "recognized", "calibration_error_by_chance")),
    ("  Brier score", ("calibration", "recognized", "brier_score")),
    ("    95 %", ("intervals", "brier_score")),
    ("  calibration error end to end", ("calibration", "end_to_end", "calibration_error")),
    ("type of the recognized", ("type_of_matched", "n")),
    ("  literal or not, right", ("type_of_matched", "accuracy")),
    ("    95 %", ("intervals", "type_accuracy")),
    ("  literal, recall", ("type_of_matched", "literal_recall")),
    ("  associative, recall", ("type_of_matched", "associative_recall")),
    ("  literal taken for associative", ("type_confusion", "literal", "associative")),
    ("  associative taken for literal", ("type_confusion", "associative", "literal")),
)
_LABEL = max(len(label) for label, _ in _ROWS)
_COLUMN = 12
_GROUPS = {"type": "type", "subtype": "finer type", "region": "region of the world", "kind": "kind of place"}
_MOST_ROWS = 20
"""Rows of one group; what is rarer can be read with --json."""


def figures_table(figures: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines of the table; rows without any figure are left out."""
    names = [Path(name).stem[:_COLUMN] for name in figures]
    yield _line("", names)
    for label, keys in _ROWS:
        cells = [_cell(values, keys) for values in figures.values()]
        if any(cells):
            yield _line(label, [cell or "-" for cell in cells])
    for group, title in _GROUPS.items():
        yield from _group(title, [values.get("recall_by", {}).get(group, {}) for values in figures.values()])


def _group(title: str, columns: list[Mapping[str, Mapping[str, Any]]]) -> Iterator[str]:
    """Yield the overlapping recall, and how many there are, of each row that a column has."""
    totals: dict[str, int] = {}
    for column in columns:
        for name, recall in column.items():
            totals[name] = totals.get(name, 0) + recall["n"]
    if totals:
        yield ""
        yield _line(f"recall by {title}", ["recall     n"] * len(columns))
    ranked = sorted(totals, key=lambda name: (-totals[name], name))
    for name in ranked[:_MOST_ROWS]:
        found = [column.get(name) for column in columns]
        yield _line(
            f"  {name}"[:_LABEL], [f"{each['recall']:.3f} {each['n']:>6,}" if each else "-" for each in found]
        )
    if len(ranked) > _MOST_ROWS:
        yield f"  ... and {len(ranked) - _MOST_ROWS} rarer ones, with --json"


def _line(label: str, cells: list[str]) -> str:
    return "  ".join([label.ljust(_LABEL), *(cell.rjust(_COLUMN) for cell in cells)]).rstrip()


def _cell(values: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    value: Any = values
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return "-".join(f"{bound:.3f}" for bound in value)
    return f"{value:,.1f}" if keys[-1].endswith("_km") else f"{value:.3f}"
