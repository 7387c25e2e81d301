"""The values that flow through geomap: frozen, compared by content, free of behavior that needs a library.

Laws:
- An article's text is never altered: `mention.text == getattr(article, mention.field)[start:end]`.
- What could not be resolved is a `Resolution` without a place (NIL), never a place at 0, 0.
- A score is the sum of its evidence, so that an explanation cannot disagree with the decision.

Terms follow Gritta, Pilehvar and Collier, "A pragmatic guide to geoparsing evaluation",
Language Resources and Evaluation 54 (2020).
"""

from __future__ import annotations

from geomap.model.backdrop import Backdrop, Outline, Town, Water
from geomap.model.extent import precision_of, reach_km, settlement_radius_km
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
from geomap.model.where import (
    CountryShare,
    Focus,
    Precision,
    Role,
    UncertainArea,
)

__all__ = [
    "Article",
    "ArticleSummary",
    "BBox",
    "Backdrop",
    "Candidate",
    "CountryShare",
    "Dispute",
    "Evidence",
    "Field",
    "Focus",
    "GeoparsedArticle",
    "Match",
    "Mention",
    "Name",
    "NameKind",
    "Outcome",
    "Outline",
    "Place",
    "PlaceDetails",
    "PlaceSummary",
    "Point",
    "Precision",
    "Provenance",
    "Query",
    "Resolution",
    "Role",
    "ScoredCandidate",
    "Sighting",
    "ToponymType",
    "Town",
    "UncertainArea",
    "Water",
    "precision_of",
    "reach_km",
    "settlement_radius_km",
]
