"""The recipe: first named entities in general, then places in articles.

    python -m geomap.training pretrain CORPORA pretrained.pt
    python -m geomap.training finetune CORPORA pretrained.pt weights.pt [--fold N]
    python -m geomap.training export weights.pt FOLDER

The counts below are what an hour of two processor cores without AVX-512 allows.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch

from geomap.errors import ConfigError
from geomap.gazetteers.sqlite import embedded_path
from geomap.recognizers.neural.pieces import Pieces
from geomap.recognizers.neural.tagger import TOKENIZER, model_folder
from geomap.training.exporting import export
from geomap.training.learning import Plan, learn, some
from geomap.training.network import TokenNet, encoder_folder
from geomap.training.restoring import restore
from geomap.training.samples import Sample, held_out, join, read_articles, read_sentences

FOLDS = 5
ARTICLES = ("lgl-dev", "trnews-dev", "gwn-dev")
"""Corpora to learn places of articles from, and to be measured on by cross-validation."""
ALWAYS = "setimes-voa"
SENTENCES = {
    "gmb": 20_000,
    "btc": 2_500,
    "crossner-politics": 1_400,
    "ewt": 4_000,
    "wikigold": 1_700,
    "wnut17": 1_500,
}
"""Corpora of named entities, and how many of their sentences a pass takes."""
REPLAYED = {"gmb": 1_500, "btc": 150, "crossner-politics": 150, "ewt": 150, "wikigold": 250, "wnut17": 100}
"""The same while learning from articles, so that nothing is forgotten."""
PASSES = 4
FROZEN = 2
"""Layers of the encoder that articles do not change: a fifth less time, and less to forget."""

PRETRAIN = Plan(seed=1, rate=3e-4, final=0.2)
FINETUNE = Plan(seed=2, rate=2e-4, batch=1536)
ADAPT = Plan(seed=3, rate=5e-5, head_rate=2e-4, batch=1536)

COUNTRIES = (
    "SY", "IQ", "YE", "LY", "PS", "LB", "UA", "SD", "SS", "ET", "ML", "BF", "NE", "SO", "CD", "MM", "AF",
    "HT", "AM", "AZ", "IR", "TR", "EG", "NG", "TD", "CF", "MZ", "PK",
)  # fmt: skip
"""Where wars and disasters of the last years were: half of the names that are swapped in are from there."""


_LONGEST_NAME = 24


def place_names(count: int = 40_000) -> list[str]:
    """Return names of places in Latin letters: half from `COUNTRIES`, the rest from anywhere."""
    chance = random.Random(7)  # noqa: S311
    marks = ",".join("?" * len(COUNTRIES))
    with sqlite3.connect(f"file:{embedded_path()}?mode=ro", uri=True) as database:
        named = "SELECT name FROM place WHERE {} ORDER BY name"
        there = [name for (name,) in database.execute(named.format(f"country_code IN ({marks})"), COUNTRIES)]
        anywhere = [name for (name,) in database.execute(named.format("1"))]
    short = [
        [
            name
            for name in names
            if name.isprintable() and len(name) <= _LONGEST_NAME and max(name) < "\u0250" and "(" not in name
        ]
        for names in (there, anywhere)
    ]
    return [chance.choice(names) for names in short for _ in range(count // 2)]


def pieces() -> Pieces:
    """Return the encoder's tokenizer."""
    return Pieces(encoder_folder() / "tokenizer.json")


def sentences(corpora: Path, counts: dict[str, int], seed: int) -> list[Sample]:
    """Return so many sentences of each corpus of named entities, one to six together."""
    chance = random.Random(seed)  # noqa: S311
    joined = []
    for name, count in sorted(counts.items()):
        rest = some(read_sentences(corpora / "ner" / f"{name}.jsonl"), count, chance)
        while rest:
            size = chance.randint(1, 6)
            joined.append(join(rest[:size]))
            del rest[:size]
    return joined


def pretrain(corpora: Path, target: Path) -> None:
    """Train on named entities and on the articles that are never held out; write the weights."""
    torch.manual_seed(PRETRAIN.seed)
    model = TokenNet()
    model.load_encoder(encoder_folder())
    samples = sentences(corpora, SENTENCES, seed=11) + read_articles(corpora / f"{ALWAYS}.jsonl")
    learn(model, [samples], pieces(), place_names(), PRETRAIN)
    torch.save(model.state_dict(), target)


def articles(corpora: Path) -> list[Sample]:
    """Return the articles of all corpora to learn from."""
    return [sample for name in ARTICLES for sample in read_articles(corpora / f"{name}.jsonl")]


def finetune(
    corpora: Path,
    start: Path,
    target: Path,
    *,
    fold: int | None = None,
    plan: Plan = FINETUNE,
    passes: int = PASSES,
) -> None:
    """Train on the articles, but for those of a fold; write the weights."""
    model = TokenNet()
    model.load_state_dict(torch.load(start, weights_only=True))
    samples = articles(corpora)
    if fold is not None:
        samples, _ = held_out(samples, fold, FOLDS)
    _freeze(model)
    learn(model, _passes(corpora, samples, passes), pieces(), place_names(), plan)
    torch.save(model.state_dict(), target)


def _passes(corpora: Path, samples: Sequence[Sample], count: int) -> list[list[Sample]]:
    """Return `count` passes over the articles, each with a share of the rest."""
    rest = sentences(corpora, REPLAYED, seed=23)
    random.Random(5).shuffle(rest)  # noqa: S311
    return [[*samples, *rest[number::count]] for number in range(count)]


def _freeze(model: TokenNet) -> None:
    for layer in model.encoder.encoder.layer[:FROZEN]:
        layer.requires_grad_(requires_grad=False)
    model.encoder.embeddings.requires_grad_(requires_grad=False)


def adapt(files: Sequence[Path], folder: Path, *, passes: int = PASSES, plan: Plan = ADAPT) -> None:
    """Go on from the network that comes with geomap, with articles of one's own; write the new network.

    A toponym without `subtype` teaches nothing of types. Raises ConfigError, naming file and line.
    """
    samples = [sample for file in files for sample in read_articles(file)]
    if not samples:
        message = f"{', '.join(map(str, files))}: no articles to learn from"
        raise ConfigError(message)
    model = TokenNet()
    model.load_state_dict(restore(model_folder()))
    _freeze(model)
    learn(model, [samples] * passes, Pieces(model_folder() / TOKENIZER), place_names(), plan)
    with tempfile.TemporaryDirectory() as scratch:
        weights = Path(scratch) / "weights.pt"
        torch.save(model.state_dict(), weights)
        export(weights, folder)
