"""Batches and steps: samples to a trained network, the same for the same seed, samples and versions."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import torch

from geomap.recognizers.neural.pieces import PIECES_A_WINDOW, Pieces, Shape
from geomap.training.augmenting import change_case, swap_names
from geomap.training.network import TokenNet, groups, loss_of
from geomap.training.samples import UNKNOWN, Sample

BUCKET = 16
_REPORT = 50
MASKED_PLACES = 0.04
"""Share of the words in places whose pieces are hidden, so that the words around must tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to train: `rate` falls linearly to 0 after a warm-up; `batch` counts word pieces."""

    seed: int = 1
    rate: float = 2e-4
    head_rate: float = 1e-3
    decay: float = 0.01
    smoothing: float = 0.02
    batch: int = 2048
    warm_up: float = 0.06
    final: float = 0.0


class Batch(NamedTuple):
    """One step's tensors (batch, pieces); labels are UNKNOWN beside the first piece of a word."""

    pieces: torch.Tensor
    shapes: torch.Tensor
    mask: torch.Tensor
    places: torch.Tensor
    outer: torch.Tensor
    types: torch.Tensor


def chunks(sample: Sample, pieces: Pieces, chance: random.Random) -> Iterator[Sample]:
    """Yield parts of a text that fit a window, from sentence to sentence, cut elsewhere each time."""
    lengths = [len(each) for each in pieces.of(sample.words)]
    first = 0
    while first < len(lengths):
        room = (PIECES_A_WINDOW - 2) * chance.choice((0.33, 0.66, 1.0, 1.0))
        last, used, stop = first, 0, first
        while last < len(lengths) and used + lengths[last] <= room:
            if sample.opens[last] and last > first:
                stop = last
            used += lengths[last]
            last += 1
        if last < len(lengths) and stop > first:
            last = stop
        last = max(last, first + 1)
        yield sample.part(first, last)
        first = last


def encode(sample: Sample, pieces: Pieces, chance: random.Random) -> tuple[list[int], ...]:
    """Return piece numbers, shapes and labels of a sample that fits a window."""
    numbers, shapes = [pieces.first], [int(Shape.NONE)]
    places, outer, types = [UNKNOWN], [UNKNOWN], [0]
    for ids, case, place, out, kind in zip(
        pieces.of(sample.words), sample.shapes, sample.places, sample.outer, sample.types, strict=True
    ):
        hidden = place > 0 and chance.random() < MASKED_PLACES
        numbers += (pieces.mask,) if hidden else ids
        rest = (1 if hidden else len(ids)) - 1
        shapes += [case] * (rest + 1)
        places += [place] + [UNKNOWN] * rest
        outer += [out] + [UNKNOWN] * rest
        types += [kind] + [0] * rest
    numbers, shapes = numbers[: PIECES_A_WINDOW - 1], shapes[: PIECES_A_WINDOW - 1]
    ends = ([pieces.last], [int(Shape.NONE)], [UNKNOWN], [UNKNOWN], [0])
    cut = len(numbers)
    return tuple(
        column[:cut] + end for column, end in zip((numbers, shapes, places, outer, types), ends, strict=True)
    )


def batches(
    samples: Sequence[Sample], pieces: Pieces, names: Sequence[str], chance: random.Random, size: int
) -> Iterator[Batch]:
    """Yield one pass over the samples in batches of about `size` pieces of like length, in random order."""
    rows = [
        encode(change_case(part, chance), pieces, chance)
        for sample in samples
        for part in chunks(swap_names(sample, names, chance), pieces, chance)
    ]
    chance.shuffle(rows)
    buckets: dict[int, list[tuple[list[int], ...]]] = {}
    ready = []
    for row in rows:
        length = math.ceil(len(row[0]) / BUCKET) * BUCKET
        bucket = buckets.setdefault(length, [])
        bucket.append(row)
        if len(bucket) * length >= size:
            ready.append(buckets.pop(length))
    ready += buckets.values()
    chance.shuffle(ready)
    for bucket in ready:
        yield _batch(bucket, pieces.padding)


def _batch(rows: Sequence[tuple[list[int], ...]], padding: int) -> Batch:
    width = max(len(row[0]) for row in rows)
    fills = (padding, int(Shape.NONE), UNKNOWN, UNKNOWN, 0)
    columns = [
        torch.tensor([row[number] + [fill] * (width - len(row[number])) for row in rows])
        for number, fill in enumerate(fills)
    ]
    mask = torch.tensor([[1] * len(row[0]) + [0] * (width - len(row[0])) for row in rows])
    return Batch(columns[0], columns[1], mask, *columns[2:])


def learn(
    model: TokenNet,
    passes: Sequence[Sequence[Sample]],
    pieces: Pieces,
    names: Sequence[str],
    plan: Plan,
    *,
    say: Callable[[str], None] = print,
) -> None:
    """Train the network on the passes (lists of samples), one after the other."""
    torch.manual_seed(plan.seed)
    chance = random.Random(plan.seed)  # noqa: S311
    ready = [list(batches(samples, pieces, names, chance, plan.batch)) for samples in passes]
    total = sum(map(len, ready))
    optimizer = torch.optim.AdamW(
        list(groups(model, rate=plan.rate, head_rate=plan.head_rate, decay=plan.decay)), fused=True
    )
    warm = max(1, int(total * plan.warm_up))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: (
            (step + 1) / warm
            if step < warm
            else plan.final + (1 - plan.final) * max(0.0, (total - step) / max(1, total - warm))
        ),
    )
    model.train()
    begun, seen, mean = time.monotonic(), 0, 0.0
    for step, batch in enumerate(each for group in ready for each in group):
        logits = model(batch.pieces, batch.shapes, batch.mask)
        first = (batch.places != UNKNOWN) | (batch.outer != UNKNOWN)
        loss = loss_of(
            logits[first], batch.places[first], batch.outer[first], batch.types[first], plan.smoothing
        )
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        seen += batch.pieces.numel()
        mean += (float(loss.detach()) - mean) * max(0.02, 1 / (step + 1))
        if (step + 1) % _REPORT == 0 or step == total - 1:
            speed = seen / (time.monotonic() - begun)
            say(f"step {step + 1}/{total} loss {mean:.4f} {speed:.0f} pieces/s")


def some(samples: Sequence[Sample], count: int, chance: random.Random) -> list[Sample]:
    """Return so many of the samples, drawn without replacement."""
    return list(islice(chance.sample(samples, len(samples)), count))
