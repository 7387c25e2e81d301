"""How right geomap is: recognition, resolution and both together, against articles annotated by hand.

Measures, after Gritta, Pilehvar and Collier, "A pragmatic guide to geoparsing evaluation" (2020):

- strict: the same span; overlap: spans that share a character, paired one to one, greedily, by the most
  shared characters;
- resolution: of the paired toponyms whose gold has coordinates, and of all such gold, the share within
  161 km (100 miles) and the area under ln(1 + error), 0 best and 1 worst;
- end to end: a prediction is right if it overlaps its gold toponym and lies within 161 km of it;
- type: of the paired toponyms whose gold says so, the share where literal and associative agree.

Only mentions of the text count: corpora do not annotate titles.
"""

from geomap.evaluate.figures import (
    FARTHEST_KM,
    METRICS,
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
from geomap.evaluate.mistakes import Judgment, Mistake, judgments
from geomap.evaluate.page import mistakes_page
from geomap.evaluate.resolving import resolve_spans
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
    "METRICS",
    "NEAR_KM",
    "ArticleScore",
    "Counts",
    "Distances",
    "Figures",
    "Floors",
    "Geography",
    "Judgment",
    "Mistake",
    "Pair",
    "Recall",
    "Shortfall",
    "Toponym",
    "Toponyms",
    "demonyms",
    "evaluate",
    "intervals",
    "judgments",
    "leave_out",
    "mistakes_page",
    "pairs",
    "predictions",
    "read_floors",
    "read_texts",
    "read_toponyms",
    "read_words",
    "recall_by",
    "recalls",
    "resolve_spans",
    "toponyms_of",
]
