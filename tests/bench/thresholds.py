"""What each threshold keeps, of decisions about articles held out; how far confidence and NIL can be trusted.

    GEOMAP_CORPORA=... python tests/bench/thresholds.py FOLDER

FOLDER is what `fit_resolution.py --predictions FOLDER` wrote. Right is a place within 161 km of the annotated
one; "shown, right" counts as wrong what is annotated without coordinates or not at all.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from geomap.evaluate.figures import NEAR_KM, pairs
from geomap.evaluate.toponyms import Toponym, read_toponyms
from geomap.geo import distance_km
from geomap.model import Point

CORPORA = ("lgl-dev", "trnews-dev", "gwn-dev")
BINS = 15


def decisions(folder: Path) -> Iterator[tuple[float, float, str]]:
    """Yield confidence, NIL and what came of it: right, wrong, unplaced (no coordinates) or false."""
    gold: dict[str, list[Toponym]] = {}
    for corpus in CORPORA:
        gold |= read_toponyms(Path(os.environ["GEOMAP_CORPORA"]) / f"{corpus}.jsonl", on_error=_raise)
    for line in (folder / "found.jsonl").read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        rows = article["toponyms"]
        found = [Toponym(start=row["start"], end=row["end"]) for row in rows]
        partner = {(each.start, each.end): truth for truth, each in pairs(gold[article["id"]], found)}
        for row in rows:
            if "lat" in row:
                truth = partner.get((row["start"], row["end"]))
                yield row["confidence"], row["nil"], _outcome(truth, Point(lat=row["lat"], lon=row["lon"]))


def _raise(error: Exception) -> None:
    raise error


def _outcome(truth: Toponym | None, point: Point) -> str:
    if truth is None:
        return "false"
    if truth.point is None:
        return "unplaced"
    return "right" if distance_km(truth.point, point) <= NEAR_KM else "wrong"


def calibration_error(claimed: np.ndarray, true: np.ndarray) -> float:
    """Return the expected calibration error over bins of equal mass."""
    order = np.array_split(np.argsort(claimed, kind="stable"), BINS)
    return sum(len(each) / len(claimed) * abs(claimed[each].mean() - true[each].mean()) for each in order)


def main() -> None:
    """Print the table and the calibration errors."""
    confidence, nil, outcome = (
        np.array(column) for column in zip(*decisions(Path(sys.argv[1])), strict=True)
    )
    right, placed = outcome == "right", np.isin(outcome, ["right", "wrong"])
    both = confidence * (1 - nil)
    print("calibration error of confidence", round(calibration_error(confidence[placed], right[placed]), 3))
    print("of NIL", round(calibration_error(nil, ~placed), 3))
    print("of both", round(calibration_error(both, right), 3), "mentions", len(both), "placed", placed.sum())
    print("at least", "shown", "placed, right", "shown, right", "right kept", sep="\t")
    for name, values in (("confidence", confidence), ("probability", both)):
        for least in (0.0, 0.2, 0.5, 0.8):
            kept = values >= least
            shares = (kept.mean(), right[kept & placed].mean(), right[kept].mean(), kept[right].mean())
            print(f"{name} {least}", *(f"{share:.3f}" for share in shares), sep="\t")


if __name__ == "__main__":
    main()
