"""The values that flow through geomap: frozen, compared by content, free of behavior that needs a library.

Laws:
- An article's text is never altered: `mention.text == getattr(article, mention.field)[start:end]`.
- What could not be resolved is a `Resolution` without a place (NIL), never a place at 0, 0.
- A score is the sum of its evidence, so that an explanation cannot disagree with the decision.

Terms follow Gritta, Pilehvar and Collier, "A pragmatic guide to geoparsing evaluation",
Language Resources and Evaluation 54 (2020).
"""

from __future__ import annotations

from geomap.model.mentions import (
    Article,
    Candidate,
    Evidence,
    Field,
    Match,
    Mention,
    Outcome,
    Resolution,
    ScoredCandidate,
    ToponymType,
)
from geomap.model.places import (
    BBox,
    Dispute,
    Name,
    NameKind,
    Place,
    PlaceDetails,
    Point,
)
from geomap.model.results import (
    ArticleSummary,
    GeoparsedArticle,
    PlaceSummary,
    Provenance,
    Query,
    Sighting,
)

__all__ = [
    "Article",
    "ArticleSummary",
    "BBox",
    "Candidate",
    "Dispute",
    "Evidence",
    "Field",
    "GeoparsedArticle",
    "Match",
    "Mention",
    "Name",
    "NameKind",
    "Outcome",
    "Place",
    "PlaceDetails",
    "PlaceSummary",
    "Point",
    "Provenance",
    "Query",
    "Resolution",
    "ScoredCandidate",
    "Sighting",
    "ToponymType",
]
