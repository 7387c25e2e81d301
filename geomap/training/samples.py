"""Annotated texts to samples: words, and which are places of what type, persons, organizations.

A class that a corpus does not annotate is left out of the loss (UNKNOWN), never taken for "no".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from geomap import lexicon
from geomap.errors import ConfigError
from geomap.model import ToponymType
from geomap.recognizers.neural.labels import PLACE_TAGS, TYPES
from geomap.recognizers.neural.pieces import shape, tokens

UNKNOWN = -1
OUTER, PERSON, ORGANIZATION = range(3)

_ALL_TYPES = (1 << len(TYPES)) - 1


def _types(*kinds: ToponymType) -> int:
    return sum(1 << TYPES.index(kind) for kind in kinds)


_TYPES = {
    "Literal": _types(ToponymType.LITERAL),
    "Mixed": _types(ToponymType.MIXED),
    "Coercion": _types(ToponymType.COERCION),
    "Literal_Modifier": _types(ToponymType.LITERAL_MODIFIER),
    "Embedded_Literal": _types(ToponymType.EMBEDDED_LITERAL),
    "Embedded_Non_Lit": _types(ToponymType.EMBEDDED_NONLITERAL),
    "Metonymic": _types(ToponymType.METONYMY),
    "Non_Literal_Modifier": _types(ToponymType.NONLITERAL_MODIFIER),
    "Demonym": _types(ToponymType.DEMONYM),
    "Language": _types(ToponymType.LANGUAGE),
    "Homonym": _types(ToponymType.HOMONYM),
    "ADJ": _types(ToponymType.NONLITERAL_MODIFIER, ToponymType.DEMONYM, ToponymType.LANGUAGE),
    "GAG": _types(ToponymType.METONYMY, ToponymType.EMBEDDED_NONLITERAL, ToponymType.NONLITERAL_MODIFIER),
    "LAND": _types(*(kind for kind in TYPES if kind.literal), ToponymType.EMBEDDED_NONLITERAL),
}
"""Labels of GeoWebNews, and of the corpus of locative phrases (LAND, GAG, ADJ), to the types they allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Words of one text with a label each.

    `types` are bit sets of the types that the annotation allows, 0 where it says nothing; `opens` tells where
    sentences begin; `source` and `id` name the text.
    """

    words: tuple[str, ...]
    shapes: tuple[int, ...]
    opens: tuple[bool, ...]
    places: tuple[int, ...]
    outer: tuple[int, ...]
    types: tuple[int, ...]
    source: str
    id: str

    def part(self, first: int, last: int) -> Sample:
        """Return the words first:last."""
        return Sample(
            words=self.words[first:last],
            shapes=self.shapes[first:last],
            opens=self.opens[first:last],
            places=self.places[first:last],
            outer=self.outer[first:last],
            types=self.types[first:last],
            source=self.source,
            id=self.id,
        )


@cache
def demonyms() -> frozenset[str]:
    """Return the demonyms of geomap's table, folded by case."""
    return frozenset(row["demonym"].casefold() for row in lexicon.table("demonyms.tsv"))


def read_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the JSON objects of a file, one a line, each with where it stands. Raises ConfigError."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    record = json.loads(line)
                except ValueError as error:
                    message = f"{path}:{number}: no JSON: {error}"
                    raise ConfigError(message) from error
                yield f"{path}:{number}", record


def article_sample(record: Mapping[str, Any], source: str) -> Sample:
    """Return the sample of an article with its toponyms."""
    text = record["text"]
    for toponym in record["toponyms"]:
        if "text" in toponym and text[toponym["start"] : toponym["end"]] != toponym["text"]:
            message = f"{toponym['text']!r} does not stand at {toponym['start']}"
            raise ValueError(message)
    found = tokens(text)
    places = [0] * len(found)
    types = [0] * len(found)
    at = 0
    for toponym in sorted(record["toponyms"], key=lambda each: (each["start"], each["end"])):
        while at < len(found) and found[at].end <= toponym["start"]:
            at += 1
        demonym = text[toponym["start"] : toponym["end"]].casefold() in demonyms()
        opening = True
        while at < len(found) and found[at].start < toponym["end"]:
            places[at] = PLACE_TAGS.index(("B-" if opening else "I-") + ("DEMONYM" if demonym else "PLACE"))
            types[at] = _TYPES.get(toponym.get("subtype") or "", _ALL_TYPES)
            opening = False
            at += 1
    return Sample(
        words=tuple(token.text for token in found),
        shapes=tuple(shape(token.text) for token in found),
        opens=tuple(token.opens for token in found),
        places=tuple(places),
        outer=(UNKNOWN,) * len(found),
        types=tuple(kinds if kinds != _ALL_TYPES else 0 for kinds in types),
        source=source,
        id=str(record["id"]),
    )


def sentence_sample(record: Mapping[str, Any], source: str) -> Sample:
    """Return the sample of a sentence of a corpus for named entities (`tokens`, BIO `tags`, `annotates`).

    Organizations and the class MISC hide nested places: their words are left out of the loss of places.
    """
    words: list[str] = []
    tags: list[str] = []
    for word, tag in zip(record["tokens"], record["tags"], strict=True):
        for part in tokens(word):
            words.append(part.text)
            tags.append(tag if tag[:1] != "B" or not part.start else "I" + tag[1:])
    annotates = frozenset(record["annotates"])
    return Sample(
        words=tuple(words),
        shapes=tuple(map(shape, words)),
        opens=tuple(at == 0 for at in range(len(words))),
        places=tuple(_place(word, tag, annotates) for word, tag in zip(words, tags, strict=True)),
        outer=tuple(_outer(tag, annotates) for tag in tags),
        types=(0,) * len(words),
        source=source,
        id="",
    )


def _place(word: str, tag: str, annotates: frozenset[str]) -> int:
    kind = tag[2:]
    if kind in {"LOC", "DEMONYM"}:
        return PLACE_TAGS.index(f"{tag[0]}-{'PLACE' if kind == 'LOC' else kind}")
    if kind in {"ORG", "MISC"} or (
        kind == "" and "DEMONYM" not in annotates and word.casefold() in demonyms()
    ):
        return UNKNOWN
    return 0


def _outer(tag: str, annotates: frozenset[str]) -> int:
    kind = tag[2:]
    if kind == "PER":
        return PERSON
    if kind == "ORG":
        return ORGANIZATION
    return UNKNOWN if kind == "MISC" or not {"PER", "ORG"} <= annotates else OUTER


def read_articles(path: Path) -> list[Sample]:
    """Return the articles of a corpus file. Raises ConfigError."""
    return [_read(article_sample, where, record, path.stem) for where, record in read_lines(path)]


def read_sentences(path: Path) -> list[Sample]:
    """Return the sentences of a file for named entities, empty ones left out. Raises ConfigError."""
    samples = [_read(sentence_sample, where, record, path.stem) for where, record in read_lines(path)]
    return [sample for sample in samples if sample.words]


def _read(
    make: Callable[[Mapping[str, Any], str], Sample], where: str, record: Mapping[str, Any], source: str
) -> Sample:
    try:
        return make(record, source)
    except (KeyError, TypeError, ValueError) as error:
        message = f"{where}: not as annotated articles are: {error!r}"
        raise ConfigError(message) from error


def join(samples: Sequence[Sample]) -> Sample:
    """Return samples of one source as one text, so that a window is full."""
    return Sample(
        words=tuple(word for sample in samples for word in sample.words),
        shapes=tuple(each for sample in samples for each in sample.shapes),
        opens=tuple(each for sample in samples for each in sample.opens),
        places=tuple(each for sample in samples for each in sample.places),
        outer=tuple(each for sample in samples for each in sample.outer),
        types=tuple(each for sample in samples for each in sample.types),
        source=samples[0].source,
        id=samples[0].id,
    )


def fold_of(article_id: str, folds: int) -> int:
    """Return the fold in which an article is held out: the same on every machine, whatever else is there."""
    import zlib

    return zlib.crc32(article_id.encode()) % folds


def held_out(samples: Sequence[Sample], fold: int, folds: int) -> tuple[list[Sample], list[Sample]]:
    """Return the samples to train on and those to measure on."""
    kept = [sample for sample in samples if fold_of(sample.id, folds) != fold]
    return kept, [sample for sample in samples if fold_of(sample.id, folds) == fold]
