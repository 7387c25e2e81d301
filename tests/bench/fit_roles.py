"""Fit the weights of the reasons for a place's role, cross-validated by text.

    GEOMAP_CORPORA=... python tests/bench/fit_roles.py [--write] [--held-out] [--errors]

Fits on texts of our own (tests/data/cases/roles.md) and on places of news articles (roles-news.tsv). Prints
accuracy, macro F1, and precision / recall by role, each text judged by weights that had not seen it, and two
baselines.
--held-out measures the parts that nothing was fitted on; --write puts the weights fitted on the others into
geomap/tables/roles.tsv. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from fit import articles
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

import geomap
from geomap.model import Article, Mention, Outcome, Resolution, Role
from geomap.recognizers.typing import is_dateline_at
from geomap.resolvers.roles import IN_DATELINE, likeliest, role_reasons

TABLE = Path(geomap.__file__).parent / "tables" / "roles.tsv"
NEWS = Path(__file__).resolve().parent / "roles-news.tsv"
CASES = Path(__file__).resolve().parent.parent / "data" / "cases"
FOLDS = 10
C = 0.2
NEWS_WEIGHT = 1.5
LEAST = 3
"""A reason that fewer places have gets no weight."""
DECISIVE = (
    "container", "attribution", "modifier", "based", "unreal", "elsewhen", "where", "forces", "to_event",
    "source_", "statement_", "resident_", "inserted",
)  # fmt: skip
TRUST = 3.0
"""Reasons thought out for one construction are pulled to 0 so many times (squared) less than the others."""
JUDGED = (Role.EVENT, Role.ORIGIN, Role.MENTIONED)
EXPLAINED = (
    ("before_it_", "a cue of {} stands before it in its clause"),
    ("before_", "how it is joined to its sentence, and a cue: {}"),
    ("behind_it_", "a cue of {} stands behind it in its clause"),
    ("behind_name", "a word with a capital stands before it"),
    ("around_", "a cue of {} stands in its part of the clause, between commas"),
    ("sentence_", "a cue of {} stands in another clause of its sentence"),
    ("governor_", "a cue of {} stands right before it or its preposition"),
    ("left_", "the nearest cue before it in its clause: {}"),
    ("right_", "the nearest cue behind it in its clause: {}"),
    ("next_", "a cue of {} stands right behind it"),
    ("modifier", "the first part of a longer phrase: a *Tulsa* man {}"),
    ("attribution_", "closely behind said and a mark: {}"),
    ("inserted", "it ends what is put in between commas {}"),
    ("where", "where follows {}"),
    ("source_", "a person or an office stands before it, and in its sentence: {}"),
    ("statement_", "an occasion for statements stands before it, and in its sentence: {}"),
    ("resident_", "people of the place stand before it, and in its sentence: {}"),
    ("based_", "-based follows, and its sentence: {}"),
    ("always", "the base rate"),
    ("comma_of", "behind a comma and of: where somebody lives"),
    ("container", "it only locates another place"),
    ("described", "its clause says how things are"),
    ("elsewhen", "what its part of the clause says is past or compared"),
    ("finished", "its clause has a perfect"),
    ("forces_to", "armed people move to it"),
    ("in_brackets", "in brackets"),
    ("in_name", "a word with a capital follows"),
    ("listed", "it goes on a list"),
    ("of_name", "behind a word with a capital and of"),
    ("only_place", "no other place in the sentence"),
    ("possessive", "a possessive"),
    ("to_event", "one goes to it for an event"),
    ("told", "its clause tells what was"),
    ("unreal", "what its part of the clause says is denied or only possible"),
)
"""What a reason says, by how its name begins; the first that fits counts, {} is the rest of the name."""

CORPORA = ("gwn-dev", "humset-dev", "lgl-dev", "trnews-dev")
Span = tuple[int, int]
Weights = Mapping[str, Sequence[float]]


class Place(NamedTuple):
    """A place of the annotated texts: where it stands, the reasons for a role, and its role."""

    text_id: str
    text: str
    start: int
    end: int
    reasons: frozenset[str]
    role: Role


def read(part: str) -> list[Place]:
    """Return all places of a part ("development", "held-out"), which have no coordinates."""
    lines = (CASES / f"roles-{part}.jsonl").read_text(encoding="utf-8").splitlines()
    return [place for line in lines for place in _places(json.loads(line))]


def read_news(part: str) -> list[Place]:
    """Return the places of a part ("fit", "test") of news articles, whose texts are in $GEOMAP_CORPORA."""
    lines = [line for line in NEWS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    roles: dict[tuple[str, str], dict[Span, str]] = {}
    for line in lines[1:]:
        of_part, corpus, id_, start, end, role = line.split("\t")
        if of_part == part:
            roles.setdefault((corpus, id_), {})[int(start), int(end)] = role
    found: list[Place] = []
    for corpus in sorted({corpus for corpus, _ in roles}):
        for article in articles(corpus):
            judged = roles.get((corpus, str(article["id"])), {})
            spans = _apart(sorted((each["start"], each["end"]) for each in article["toponyms"]))
            places = [(start, end, judged.get((start, end), "")) for start, end in spans]
            found += (
                _places({**article, "id": f"{corpus} {article['id']}", "places": places}) if judged else []
            )
    return found


def _apart(spans: Sequence[Span]) -> list[Span]:
    """Return the spans that do not overlap one before them."""
    kept: list[Span] = []
    for start, end in spans:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _places(record: Mapping[str, Any]) -> list[Place]:
    """Return the places of a text that have a role; the others still count as its mentions."""
    id_, text, places = str(record["id"]), str(record["text"]), record["places"]
    resolutions = [
        Resolution(
            mention=Mention(
                article_id=id_, field="text", start=start, end=end, text=text[start:end],
                dateline=is_dateline_at(text, start, end),
            ),
            outcome=Outcome.NO_CANDIDATE, place=None, confidence=0.0,
        )
        for start, end, _ in places
    ]  # fmt: skip
    found = dict(role_reasons(Article(id=id_, text=text, published=record.get("published")), resolutions))
    return [
        Place(id_, text, start, end, found[number], Role(role))
        for number, (start, end, role) in enumerate(places)
        if role
    ]


def fit(places: Sequence[Place], c: float = C) -> Weights:
    """Return by reason the weights for EVENT and ORIGIN, against those of MENTIONED."""
    judged = [place for place in places if place.reasons != IN_DATELINE and place.role in JUDGED]
    support = Counter(name for place in judged for name in place.reasons)
    rows = [{name: _trust(name) for name in place.reasons if support[name] >= LEAST} for place in judged]
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=c, max_iter=5000, fit_intercept=False)
    model.fit(
        vectorizer.fit_transform(rows),
        [place.role.value for place in judged],
        sample_weight=[NEWS_WEIGHT if place.text_id.startswith(CORPORA) else 1.0 for place in judged],
    )
    by_role = dict(zip(model.classes_, model.coef_, strict=True))
    against = by_role[Role.MENTIONED.value]
    columns = (by_role[Role.EVENT.value] - against, by_role[Role.ORIGIN.value] - against)
    return {name: (float(event) * _trust(name), float(origin) * _trust(name)) for name, event, origin in
            zip(vectorizer.get_feature_names_out(), *columns, strict=True)}  # fmt: skip


def _trust(name: str) -> float:
    return TRUST if name.startswith(DECISIVE) else 1.0


def judge(place: Place, weights: Weights) -> Role:
    """Return the role that the reasons give; what stands in a dateline is not judged by them."""
    return Role.DATELINE if place.reasons == IN_DATELINE else likeliest(place.reasons, weights)[0]


def cross_validated(places: Sequence[Place], c: float = C) -> list[Role]:
    """Return the role of each place by weights that had not seen its text."""
    fold_of = {text: number % FOLDS for number, text in enumerate(_shuffled(places))}
    fitted = [fit([place for place in places if fold_of[place.text_id] != fold], c) for fold in range(FOLDS)]
    return [judge(place, fitted[fold_of[place.text_id]]) for place in places]


def _shuffled(places: Sequence[Place]) -> list[str]:
    texts = sorted({place.text_id for place in places})
    return [texts[at] for at in np.random.default_rng(6).permutation(len(texts))]


def report(name: str, places: Sequence[Place], judged: Sequence[Role]) -> None:
    """Print accuracy, macro F1, and precision / recall by role."""
    right = sum(place.role is role for place, role in zip(places, judged, strict=True))
    f1s, cells = [], []
    for role in Role:
        hits = sum(place.role is role is found for place, found in zip(places, judged, strict=True))
        gold = sum(place.role is role for place in places)
        found = sum(each is role for each in judged)
        precision, recall = hits / max(found, 1), hits / max(gold, 1)
        f1s.append(2 * hits / max(gold + found, 1))
        cells.append(f"{role.value} {precision:.3f} / {recall:.3f} ({gold})")
    print(f"{name}\tof {len(places)} right {right / len(places):.3f}\tmacro F1 {np.mean(f1s):.3f}\t"
          + "\t".join(cells))  # fmt: skip


def by_source(name: str, places: Sequence[Place], judged: Sequence[Role]) -> None:
    """Print the figures and the baselines of our own texts, of news, and of the reports of aid agencies."""
    sources = {"own texts": ("d", "h"), "news": ("gwn", "lgl", "trnews"), "aid reports": ("humset",)}
    for source, starts in sources.items():
        held = [
            (place, role)
            for place, role in zip(places, judged, strict=True)
            if place.text_id.startswith(starts) and not (source == "own texts" and " " in place.text_id)
        ]
        report(f"{source}, {name}", [place for place, _ in held], [role for _, role in held])
        baselines(source, [place for place, _ in held])


def baselines(name: str, places: Sequence[Place]) -> None:
    """Print what takes everything for an event, and what takes all behind "in" and its like for one."""
    report(f"{name}: all are events", places, [Role.EVENT for _ in places])
    near = [Role.EVENT if place.reasons & {"before_in", "before_near"} else Role.MENTIONED
            for place in places]  # fmt: skip
    report(f"{name}: behind in, at, near", places, near)


def mistakes(places: Sequence[Place], judged: Sequence[Role]) -> None:
    """Print the places whose role is wrong, with their reasons."""
    for place, role in zip(places, judged, strict=True):
        if place.role is not role:
            marked = (
                f"{place.text[: place.start]}[{place.text[place.start : place.end]}]{place.text[place.end :]}"
            )
            print(f"{place.role.value} as {role.value}\t{marked}\n\t{' '.join(sorted(place.reasons))}")


def explained(name: str) -> str:
    """Return a phrase for a reason."""
    start, phrase = next(each for each in EXPLAINED if name.startswith(each[0]))
    return phrase.format(name[len(start) :].strip("_").replace("_", " ")).strip()


def write(weights: Weights) -> None:
    """Put the weights into the table, whose comment stays."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    lines.append("evidence\tevent\torigin\treason")
    for name in sorted(weights):
        event, origin = weights[name]
        if max(abs(event), abs(origin)) >= 0.005:
            lines.append(f"{name}\t{event:.2f}\t{origin:.2f}\t{explained(name)}")
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Fit, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write the weights into the package's table")
    parser.add_argument("--held-out", action="store_true", help="measure the held-out part, too")
    parser.add_argument("--errors", action="store_true", help="print what is wrong in the development part")
    options = parser.parse_args()
    own, news = read("development"), read_news("fit")
    judged = cross_validated([*own, *news])
    by_source("cross-validated", [*own, *news], judged)
    if options.errors:
        mistakes([*own, *news], judged)
    weights = fit([*own, *news])
    if options.held_out:
        places = [*read("held-out"), *read_news("test")]
        by_source("held out", places, [judge(place, weights) for place in places])
    if options.write:
        write(weights)


if __name__ == "__main__":
    main()
