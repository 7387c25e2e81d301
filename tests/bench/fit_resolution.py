"""Fit the resolver: the weights of its evidence, its confidence and NIL; cross-validated by article.

    GEOMAP_CORPORA=... python tests/bench/fit_resolution.py [--write] [--predictions FOLDER] [--ablation]

Learns from lgl-dev, trnews-dev and gwn-dev, from the spans found in articles held out (out-of-fold.jsonl)
and from the annotated ones; and from our own sentences about places of the world that have namesakes
(data/cases/homonyms.tsv, resolution.json), since the corpora are mostly of the United States. A fold takes
every fifth article; nothing of it, neither weights nor confidence, was fitted on it. --predictions writes
what the folds gave as files for `geomap evaluate --predicted`; --ablation tells what each evidence is worth;
--write puts the weights of all folds into the package's tables (rows whose reason begins with "by hand"
stay). Needs scikit-learn and scipy.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

import geomap
from geomap import lexicon
from geomap.articles import read_articles
from geomap.evaluate.figures import pairs as matched
from geomap.evaluate.resolving import mentions_of
from geomap.evaluate.toponyms import Toponym, read_texts, read_toponyms
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.geo import distance_km
from geomap.geoparser import Geoparser, default_geoparser
from geomap.model import Article, Place, Point
from geomap.protocols import Gazetteer
from geomap.resolvers import confidence, ranking
from geomap.resolvers.evidence import BY_VOTES, EVIDENCE, OWN, WITHIN, Claim, own_reasons, voted_reasons
from geomap.resolvers.groups import Group, Pair
from geomap.resolvers.lookup import look_up

CORPUS_WEIGHT = {"lgl-dev": 1.0, "trnews-dev": 2.0, "gwn-dev": 1.5}
KIND_WEIGHT = {"found": 1.0, "annotated": 0.7}
OWN_WEIGHT = 3.0
FOLDS = 5
NAMES = list(EVIDENCE)
HERE = Path(__file__).parent
CASES = HERE.parent / "data" / "cases"
TABLES = Path(geomap.__file__).parent / "tables"
NEAR_KM = 161.0

Weights = Mapping[str, float]


@dataclass(frozen=True)
class Read:
    """An article with its mentions' candidates and, for each mention, the annotated toponym or None."""

    kind: str
    corpus: str
    number: int
    article: Article
    pairs: Sequence[Pair]
    gold: Sequence[Toponym | None]
    placed: int
    tolerance_km: float | None = None
    """Within which the right place of our own texts lies; a town and the province around it differ."""

    @property
    def weight(self) -> float:
        """How much a mention of the article counts."""
        own = self.tolerance_km is not None
        return OWN_WEIGHT if own else CORPUS_WEIGHT[self.corpus] * KIND_WEIGHT[self.kind]


def read_own(geoparser: Geoparser) -> list[Read]:
    """Return our own sentences, each with one place that is meant."""
    found = []
    for number, (name, occurrence, text, point, tolerance_km) in enumerate(_own_texts(geoparser.gazetteer)):
        article = Article(id=f"own-{number}", text=text)
        spans = [each.span() for each in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
        start, end = spans[occurrence - 1]
        mentions = geoparser.recognizer.recognize(article)
        truth = Toponym(start=start, end=end, point=point)
        gold = [truth if each.start < end and start < each.end else None for each in mentions]
        if any(gold):
            pairs = look_up(mentions, geoparser.candidates)
            found.append(Read("own", "own", number, article, pairs, gold, 1, tolerance_km))
    return found


def _own_texts(gazetteer: Gazetteer) -> Iterator[tuple[str, int, str, Point, float]]:
    """Yield name, occurrence, text, point and tolerance in km."""
    with (CASES / "homonyms.tsv").open(encoding="utf-8") as file:
        lines = (line for line in file if not line.startswith("#"))
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            place = gazetteer.place(row["expected_id"]) if row["expected_id"] else None
            if place is not None:
                yield row["name"], 1, row["context"], place.point, 1.0
            elif row["lat"]:
                point = Point(lat=float(row["lat"]), lon=float(row["lon"]))
                yield row["name"], 1, row["context"], point, float(row["tolerance_km"])
    for case in json.loads((CASES / "resolution.json").read_text("utf-8"))["cases"]:
        if "focus" not in case and "source" not in case:
            for name, lat, lon, within_km, *occurrence in case["places"]:
                yield name, *(occurrence or [1]), case["text"], Point(lat=lat, lon=lon), within_km


def read(candidates: Callable[[str], Any]) -> list[Read]:
    """Return the articles of the corpora twice: with the spans found in them, and with the annotated ones."""
    found = []
    for corpus in CORPUS_WEIGHT:
        path = Path(os.environ["GEOMAP_CORPORA"]) / f"{corpus}.jsonl"
        articles = list(read_articles([str(path)], on_error=_raise))
        gold = read_toponyms(path, on_error=_raise)
        held = read_toponyms(HERE / "out-of-fold.jsonl", on_error=_raise, texts=read_texts(path))
        for number, article in enumerate(articles):
            for kind, spans in (("found", held.get(article.id, ())), ("annotated", gold[article.id])):
                mentions = list(mentions_of(article, spans))
                given = [Toponym(start=each.start, end=each.end) for each in mentions]
                partner = {(p.start, p.end): truth for truth, p in matched(gold[article.id], given)}
                found.append(
                    Read(
                        kind,
                        corpus,
                        number,
                        article,
                        look_up(mentions, candidates),
                        [partner.get((each.start, each.end)) for each in mentions],
                        sum(each.point is not None for each in gold[article.id]),
                    )
                )
    return found


def _raise(error: Exception) -> None:
    raise error


def decided(resolver: ranking.EvidenceResolver, article: Read) -> Iterator[tuple[Any, Group, Any]]:
    """Yield scene, group and votes of an article, with the weights of now."""
    scene = resolver.scene(article.article, article.pairs)
    yield from (
        (scene, group, heard) for group, heard in zip(scene.groups, resolver.vote(scene), strict=True)
    )


def values_of(scene: Any, group: Group, votes: Any) -> np.ndarray:
    """Return the evidence of a group's candidates: candidates x NAMES."""
    values = np.zeros((len(group.candidates), len(NAMES)))
    for row, candidate in enumerate(group.candidates):
        claim = Claim(candidate, group, scene, votes)
        for name, reason in {**own_reasons(claim), **voted_reasons(claim)}.items():
            values[row, NAMES.index(name)] = reason(claim)[0]
    return values


def near(places: Iterable[Place], truth: Toponym) -> np.ndarray:
    """Return the distances in km of places to where the annotation puts the mention."""
    assert truth.point is not None
    return np.array([distance_km(truth.point, place.point) for place in places])


Choice = tuple[np.ndarray, np.ndarray, float]


def choices(resolver: ranking.EvidenceResolver, articles: Iterable[Read]) -> Iterator[Choice]:
    """Yield evidence, which candidates are right, and the weight, of mentions that can be learned from."""
    for article in articles:
        for scene, group, votes in decided(resolver, article):
            truths = [t for n in group.mentions if (t := article.gold[n]) is not None and t.point is not None]
            if not truths or len(group.candidates) == 1:
                continue
            values = values_of(scene, group, votes)
            places = [candidate.place for candidate in group.candidates]
            for truth in truths:
                right = _right(near(places, truth), places, truth, article.tolerance_km)
                if right.any() and not right.all():
                    yield values, right, article.weight


def _right(km: np.ndarray, places: Sequence[Place], truth: Toponym, tolerance_km: float | None) -> np.ndarray:
    """Return which places are right: the one of the annotated id, else what lies as near as any."""
    if tolerance_km is not None:
        return km <= tolerance_km
    same = np.array([place.id == f"geonames:{truth.geonames_id}" for place in places])
    right = same if same.any() else km <= max(30.0, min(NEAR_KM, km.min() + 5))
    return right & (km.min() <= NEAR_KM)


def conditional_logit(
    found: Sequence[Choice], start: np.ndarray, free: np.ndarray, l2: float = 2e-4
) -> np.ndarray:
    """Return the weights under which the right candidates are likeliest; those that are not free stay."""
    values = np.concatenate([each[0] for each in found])
    right = np.concatenate([each[1] for each in found]).astype(float)
    sizes = np.array([len(each[0]) for each in found])
    first = np.r_[0, np.cumsum(sizes)[:-1]]
    which = np.repeat(np.arange(len(sizes)), sizes)
    weight = np.array([each[2] for each in found])
    fixed = values @ np.where(free, 0.0, start)
    values = np.ascontiguousarray(values[:, free])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = fixed + values @ weights
        shares = np.exp(scores - np.maximum.reduceat(scores, first)[which])
        shares /= np.add.reduceat(shares, first)[which]
        good = np.add.reduceat(shares * right, first) + 1e-12
        pull = np.where(right > 0, shares / good[which], 0.0) - shares
        slope = -((weight[which] * pull) @ values)
        count = len(sizes)
        return -(weight @ np.log(good)) / count + l2 * weights @ weights, slope / count + 2 * l2 * weights

    result = start.copy()
    result[free] = minimize(loss, start[free], jac=True, method="L-BFGS-B", options={"maxiter": 400}).x
    return result


def use(weights: np.ndarray) -> None:
    """Let the resolver work with these weights."""
    known = dict(zip(NAMES, map(float, weights), strict=True))
    ranking.weights = lambda: known  # type: ignore[assignment]


def learned(
    resolver: ranking.EvidenceResolver, articles: Sequence[Read], start: np.ndarray, free: np.ndarray
) -> np.ndarray:
    """Return the weights after two rounds of voting and fitting."""
    weights = start
    for _ in range(2):
        use(weights)
        weights = conditional_logit(list(choices(resolver, articles)), start, free)
    use(weights)
    return weights


@dataclass(frozen=True)
class Decision:
    """What was chosen for one mention, the facts that confidence and NIL go by, and the truth."""

    read: Read
    mention: int
    place: Place
    facts: Weights
    recognized: Weights
    truth: str
    """right, wrong, lacking (no candidate is near), unplaced (annotated without coordinates), false."""


def decisions(resolver: ranking.EvidenceResolver, articles: Iterable[Read]) -> Iterator[Decision]:
    """Yield the decisions about all mentions that have candidates."""
    for article in articles:
        for scene, group, votes in decided(resolver, article):
            at = ranking.best(group)
            places = [candidate.place for candidate in group.candidates]
            for number in group.mentions:
                mention = article.pairs[number][0]
                facts = confidence.facts_of(mention, at, group, scene, votes)
                yield Decision(
                    article,
                    number,
                    places[at],
                    facts,
                    facts | confidence.facts_of_recognition(mention),
                    _truth(article.gold[number], places, at, article.tolerance_km or NEAR_KM),
                )


def _truth(gold: Toponym | None, places: Sequence[Place], at: int, near_km: float) -> str:
    if gold is None:
        return "false"
    if gold.point is None:
        return "unplaced"
    km = near(places, gold)
    return "right" if km[at] <= near_km else "wrong" if km.min() <= near_km else "lacking"


def trust_weights(found: Sequence[Decision]) -> tuple[dict[str, float], dict[str, float]]:
    """Return the weights of confidence and of NIL."""
    placed = [
        each
        for each in found
        if each.read.kind in KIND_WEIGHT and each.truth in {"right", "wrong", "lacking"}
    ]
    spans = [each for each in found if each.read.kind == "found"]
    return (
        _logistic([each.facts for each in placed], [each.truth == "right" for each in placed]),
        _logistic(
            [each.recognized for each in spans], [each.truth not in {"right", "wrong"} for each in spans]
        ),
    )


def _logistic(facts: Sequence[Weights], truth: Sequence[bool]) -> dict[str, float]:
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=0.3, max_iter=3000, fit_intercept=False)
    model.fit(vectorizer.fit_transform(facts), truth)
    return dict(zip(vectorizer.get_feature_names_out(), map(float, model.coef_[0]), strict=True))


def cross_validate(
    resolver: ranking.EvidenceResolver, articles: Sequence[Read], start: np.ndarray, free: np.ndarray
) -> Iterator[tuple[Decision, float, float]]:
    """Yield each decision with its confidence and NIL, by weights fitted on the other folds."""
    for fold in range(FOLDS):
        train = [each for each in articles if each.number % FOLDS != fold]
        learned(resolver, train, start, free)
        sure, nil = trust_weights(list(decisions(resolver, train)))
        for each in decisions(resolver, [each for each in articles if each.number % FOLDS == fold]):
            yield (
                each,
                confidence.probability(each.facts, sure),
                confidence.probability(each.recognized, nil),
            )


def report(found: Sequence[tuple[Decision, float, float]], articles: Sequence[Read]) -> None:
    """Print the accuracy by corpus and kind of spans, over all annotated toponyms with coordinates.

    Right is what lies within 161 km, in our own texts what lies within the distance that each states.
    """
    total: dict[tuple[str, str], int] = defaultdict(int)
    right: dict[tuple[str, str], int] = defaultdict(int)
    for each in articles:
        total[each.kind, each.corpus] += each.placed
    for decision, _, _ in found:
        right[decision.read.kind, decision.read.corpus] += decision.truth == "right"
    for kind, corpus in sorted(total):
        share = right[kind, corpus] / total[kind, corpus]
        print(f"{kind}\t{corpus}\tright {share:.4f} of {total[kind, corpus]} annotated")


def save(found: Sequence[tuple[Decision, float, float]], articles: Sequence[Read], folder: Path) -> None:
    """Write the decisions as files for `geomap evaluate --predicted`, one for each kind of spans."""
    folder.mkdir(parents=True, exist_ok=True)
    known = {(d.read.kind, d.read.article.id, d.mention): (d, sure, nil) for d, sure, nil in found}
    for kind in KIND_WEIGHT:
        with (folder / f"{kind}.jsonl").open("w", encoding="utf-8") as file:
            for article in articles:
                if article.kind != kind:
                    continue
                rows = []
                for number, (mention, _) in enumerate(article.pairs):
                    row: dict[str, Any] = {"start": mention.start, "end": mention.end, "text": mention.text}
                    row |= {"type": mention.type.value}
                    if (kind, article.article.id, number) in known:
                        decision, sure, nil = known[kind, article.article.id, number]
                        point = decision.place.point
                        row |= {
                            "lat": point.lat,
                            "lon": point.lon,
                            "confidence": round(sure, 4),
                            "nil": round(nil, 4),
                        }
                    rows.append(row)
                file.write(json.dumps({"id": article.article.id, "toponyms": rows}) + "\n")


ABLATIONS: Mapping[str, Sequence[str]] = {
    **{name: [name] for name in NAMES},
    "all fame (prior, lead, dominance, population, many_names)": [
        "prior", "lead", "dominance", "population", "many_names",
    ],
    "all kinds": [
        *(name for name in OWN if name.startswith("is_")), "settlement", "kind", "named_after_seat",
    ],
    "all of the outlet": ["home", "home_named", "home_admin1", "home_country"],
    "all votes": list(BY_VOTES),
    "all that could be": ["possible_admin1", "possible_near"],
    "all of what stands beside": ["beside_country", "beside_admin1", "listed", "listed_admin1"],
    "all parent cues": ["parent_cue", "parent_sure", "same_name"],
    "all of the place around": list(WITHIN),
}  # fmt: skip


def ablate(
    resolver: ranking.EvidenceResolver, articles: Sequence[Read], start: np.ndarray, free: np.ndarray
) -> None:
    """Print what leaving out each evidence costs, fitted again without it, on votes that stay as they are."""
    use(start)
    rows = []
    for article in articles:
        for values, right, weight in choices(resolver, [article]):
            rows.append((article.number % FOLDS, article.kind, values, right, weight))
    base = _accuracy(rows, start, free, [])
    print(f"all evidence\t{base['found']:.4f}\t{base['annotated']:.4f}")
    for name, dropped in ABLATIONS.items():
        score = _accuracy(rows, start, free, dropped)
        found, annotated = (score[kind] - base[kind] for kind in KIND_WEIGHT)
        print(f"without {name}	{found:+.4f}	{annotated:+.4f}")


def _accuracy(
    rows: Sequence[Any], start: np.ndarray, free: np.ndarray, dropped: Sequence[str]
) -> dict[str, float]:
    """Return, by kind of spans, the share of the ambiguous mentions whose place is right."""
    kept = np.array([name not in dropped for name in NAMES])
    right: dict[str, list[bool]] = defaultdict(list)
    for fold in range(FOLDS):
        train = [(v * kept, r, w) for f, _, v, r, w in rows if f != fold]
        weights = conditional_logit(train, start * kept, free & kept)
        for f, kind, values, good, _ in rows:
            if f == fold:
                right[kind].append(bool(good[int(np.argmax(values @ (weights * kept)))]))
    return {kind: float(np.mean(found)) for kind, found in right.items()}


def write(table: str, weights: Weights) -> None:
    """Put the weights into a table; rows set by hand stay, rows of what is gone go, new ones say "fitted"."""
    path = TABLES / table
    lines, held = [], set()
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if len(cells) == 3 and cells[1] != "weight":
            held.add(cells[0])
            if not cells[2].startswith("by hand"):
                if cells[0] not in weights:
                    continue
                cells[1] = f"{weights[cells[0]]:.2f}"
        lines.append("\t".join(cells))
    lines += [f"{name}\t{value:.2f}\tfitted" for name, value in weights.items() if name not in held]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Fit the resolver."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write the weights into the package's tables")
    parser.add_argument("--predictions", type=Path, help="folder for what the folds gave")
    parser.add_argument("--ablation", action="store_true", help="what each evidence is worth")
    options = parser.parse_args()
    geoparser = default_geoparser(gazetteer=SqliteGazetteer(), recognizer="dictionary")
    resolver: Any = geoparser.resolver
    articles = read(geoparser.candidates) + read_own(geoparser)
    rows = {row["evidence"]: row for row in lexicon.table("resolution.tsv")}
    start = np.array([float(rows[name]["weight"]) if name in rows else 0.0 for name in NAMES])
    free = np.array([not rows.get(name, {"reason": ""})["reason"].startswith("by hand") for name in NAMES])
    if options.ablation:
        ablate(resolver, articles, start, free)
        return
    found = list(cross_validate(resolver, articles, start, free))
    report(found, articles)
    if options.predictions:
        save(found, articles, options.predictions)
    if options.write:
        weights = learned(resolver, articles, start, free)
        sure, nil = trust_weights(list(decisions(resolver, articles)))
        write("resolution.tsv", dict(zip(NAMES, map(float, weights), strict=True)))
        write("confidence.tsv", sure)
        write("nil.tsv", nil)


if __name__ == "__main__":
    main()
