"""How right geomap is: recognition, resolution and both together, against articles annotated by hand.

Measures, after Gritta, Pilehvar and Collier, "A pragmatic guide to geoparsing evaluation" (2020):

- strict: the same span; overlap: spans that share a character, paired one to one, greedily, by the most
  shared characters;
- resolution: of the paired toponyms whose gold has coordinates, and of all such gold, the share within
  161 km (100 miles) and the area under ln(1 + error), 0 best and 1 worst;
- end to end: a prediction is right if it overlaps its gold toponym and lies within 161 km of it;
- type: of the paired toponyms whose gold says so, the share where literal and associative agree;
- confidence: see `calibration` and `thresholds`.

Only mentions of the text count: corpora do not annotate titles.
"""

from geomap.evaluate.calibration import Claim, Claims, claims_end_to_end, claims_of_recognized
from geomap.evaluate.figures import (
    FARTHEST_KM,
    NEAR_KM,
    ArticleScore,
    Counts,
    Distances,
    Figures,
    Pair,
    evaluate,
    pairs,
)
from geomap.evaluate.floors import Floors, Shortfall, read_floors
from geomap.evaluate.groups import Geography, Recall, recall_by, recalls
from geomap.evaluate.intervals import intervals
from geomap.evaluate.leaving_out import demonyms, leave_out, read_words
from geomap.evaluate.metrics import LESS_IS_BETTER, METRICS
from geomap.evaluate.mistakes import Judgment, Mistake, judgments
from geomap.evaluate.page import mistakes_page
from geomap.evaluate.plots import plots_page
from geomap.evaluate.resolving import resolve_spans
from geomap.evaluate.thresholds import Kept, best_threshold, calibration_figures, kept_at, threshold_for
from geomap.evaluate.toponyms import (
    Toponym,
    Toponyms,
    predictions,
    read_texts,
    read_toponyms,
    toponyms_of,
)

__all__ = [
    "FARTHEST_KM",
    "LESS_IS_BETTER",
    "METRICS",
    "NEAR_KM",
    "ArticleScore",
    "Claim",
    "Claims",
    "Counts",
    "Distances",
    "Figures",
    "Floors",
    "Geography",
    "Judgment",
    "Kept",
    "Mistake",
    "Pair",
    "Recall",
    "Shortfall",
    "Toponym",
    "Toponyms",
    "best_threshold",
    "calibration_figures",
    "claims_end_to_end",
    "claims_of_recognized",
    "demonyms",
    "evaluate",
    "intervals",
    "judgments",
    "kept_at",
    "leave_out",
    "mistakes_page",
    "pairs",
    "plots_page",
    "predictions",
    "read_floors",
    "read_texts",
    "read_toponyms",
    "read_words",
    "recall_by",
    "recalls",
    "resolve_spans",
    "threshold_for",
    "toponyms_of",
]
