"""What the network is taught: annotated texts to labels, samples made different. No torch is needed."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from geomap.errors import ConfigError
from geomap.model import ToponymType
from geomap.recognizers.neural.labels import PLACE_TAGS, TYPES
from geomap.recognizers.neural.pieces import Shape
from geomap.training import augmenting
from geomap.training.augmenting import change_case, swap_names
from geomap.training.samples import (
    OUTER,
    PERSON,
    UNKNOWN,
    Sample,
    article_sample,
    fold_of,
    held_out,
    join,
    read_articles,
    read_sentences,
    sentence_sample,
)


def chance() -> random.Random:
    return random.Random(1)  # noqa: S311


def article(text: str, *names: str, **more: Any) -> Sample:
    toponyms = [{"start": text.index(name), "end": text.index(name) + len(name), **more} for name in names]
    return article_sample({"id": "1", "text": text, "toponyms": toponyms}, "wire")


def places(sample: Sample) -> list[tuple[str, str]]:
    return [(word, PLACE_TAGS[tag]) for word, tag in zip(sample.words, sample.places, strict=True) if tag > 0]


def sentence(marked: str, *annotates: str) -> Sample:
    """Make a sentence of "word/TAG" pairs."""
    pairs = [part.rpartition("/")[::2] for part in marked.split()]
    tokens, tags = zip(*pairs, strict=True)
    return sentence_sample({"tokens": tokens, "tags": tags, "annotates": annotates}, "wire")


def test_a_place_begins_and_goes_on() -> None:
    sample = article("Shells hit Deir al-Zor again.", "Deir al-Zor")
    assert places(sample) == [
        ("Deir", "B-PLACE"), ("al", "I-PLACE"), ("-", "I-PLACE"), ("Zor", "I-PLACE"),
    ]  # fmt: skip


def test_a_demonym_is_a_class_of_its_own() -> None:
    assert places(article("The Syrian army left Homs.", "Syrian", "Homs")) == [
        ("Syrian", "B-DEMONYM"),
        ("Homs", "B-PLACE"),
    ]


def test_the_words_of_a_place_carry_the_types_that_its_label_allows() -> None:
    sample = article("The University of Aleppo closed.", "Aleppo", subtype="Embedded_Non_Lit")
    assert sample.types[sample.words.index("Aleppo")] == 1 << TYPES.index(ToponymType.EMBEDDED_NONLITERAL)
    assert sample.types[0] == 0


def test_without_a_label_nothing_is_learned_of_types() -> None:
    assert set(article("Shells hit Homs.", "Homs").types) == {0}


def test_the_places_within_organizations_of_other_corpora_stay_open() -> None:
    sample = sentence("Aleppo/B-ORG University/I-ORG in/O Aleppo/B-LOC", "LOC", "ORG", "PER")
    assert sample.places == (UNKNOWN, UNKNOWN, 0, PLACE_TAGS.index("B-PLACE"))


def test_a_demonym_counts_as_nothing_only_where_demonyms_are_annotated() -> None:
    assert sentence("Syrian/O towns/O", "LOC", "ORG", "PER").places == (UNKNOWN, 0)
    assert sentence("Syrian/O towns/O", "LOC", "DEMONYM").places == (0, 0)


def test_persons_are_told_where_they_are_annotated() -> None:
    assert sentence("Ann/B-PER Lee/I-PER slept/O", "LOC", "ORG", "PER").outer == (PERSON, PERSON, OUTER)
    assert sentence("Ann/O Lee/O", "LOC").outer == (UNKNOWN, UNKNOWN)


def test_a_word_of_a_corpus_is_cut_as_at_work() -> None:
    sample = sentence("U.S./B-LOC troops/O", "LOC", "DEMONYM")
    assert sample.words == ("U", ".", "S", ".", "troops")
    assert [PLACE_TAGS[tag] for tag in sample.places] == ["B-PLACE", "I-PLACE", "I-PLACE", "I-PLACE", "O"]


def test_joined_sentences_open_where_each_opened() -> None:
    one = sentence("In/O Homs/B-LOC ./O", "LOC")
    assert join([one, one]).opens == (True, False, False, True, False, False)


def test_an_article_is_held_out_in_one_fold() -> None:
    samples = [article_sample({"id": str(n), "text": "x", "toponyms": []}, "wire") for n in range(50)]
    out = [each.id for fold in range(5) for each in held_out(samples, fold, 5)[1]]
    assert sorted(out) == sorted(each.id for each in samples)
    kept, held = held_out(samples, 2, 5)
    assert {each.id for each in kept}.isdisjoint(each.id for each in held)
    assert fold_of("GWN-1", 5) == fold_of("GWN-1", 5)


# --- other samples from one --------------------------------------------------------------------


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OTHER_PLACE", "PLACE_AS_SURNAME", "CASE_NOISE"):
        monkeypatch.setattr(augmenting, name, 1.0)


@pytest.mark.usefixtures("always")
def test_a_place_gets_another_name_everywhere() -> None:
    sample = article("Homs burned.", "Homs")
    twice = join([sample, sample])
    swapped = swap_names(twice, ["Deir al-Zor"], chance())
    assert "".join(swapped.words).count("Deiral-Zor") == 2
    assert [tag for _, tag in places(swapped)] == ["B-PLACE", "I-PLACE", "I-PLACE", "I-PLACE"] * 2
    assert swapped.opens.count(True) == twice.opens.count(True)
    assert len({len(column) for column in (swapped.words, swapped.shapes, swapped.types, swapped.outer)}) == 1


@pytest.mark.usefixtures("always")
def test_a_surname_that_is_a_place_stays_a_person() -> None:
    sample = sentence("Ann/B-PER Lee/I-PER slept/O", "LOC", "ORG", "PER")
    swapped = swap_names(sample, ["Homs"], chance())
    assert swapped.words == ("Ann", "Homs", "slept")
    assert swapped.places == (0, 0, 0)
    assert swapped.outer == (PERSON, PERSON, OUTER)


def test_without_a_name_to_swap_the_sample_is_the_same() -> None:
    sample = article("Nothing burned.")
    assert swap_names(sample, ["Homs"], chance()) is sample


@pytest.mark.usefixtures("always")
def test_case_noise_changes_the_case_of_letters_alone() -> None:
    sample = article("Homs burned.", "Homs")
    changed = change_case(sample, chance())
    assert changed.words == sample.words
    assert len(set(changed.shapes[:2])) == 1
    assert changed.shapes[2] == Shape.NONE


# --- files -------------------------------------------------------------------------------------


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_own_articles_are_read(tmp_path: Path) -> None:
    row = {"id": "a", "text": "In Homs.", "toponyms": [{"start": 3, "end": 7, "text": "Homs"}]}
    (sample,) = read_articles(write(tmp_path / "own.jsonl", json.dumps(row), ""))
    assert places(sample) == [("Homs", "B-PLACE")]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"id": "a"}',
        '{"id": "a", "text": "In Homs.", "toponyms": [{"start": 0, "end": 2, "text": "Homs"}]}',
        '{"id": "a", "text": "In Homs.", "toponyms": [{"start": "3", "end": 7}]}',
    ],
)
def test_a_bad_line_is_named_with_its_file(line: str, tmp_path: Path) -> None:
    good = json.dumps({"id": "a", "text": "In Homs.", "toponyms": []})
    with pytest.raises(ConfigError, match=r"own\.jsonl:2:"):
        read_articles(write(tmp_path / "own.jsonl", good, line))


def test_sentences_without_a_word_are_left_out(tmp_path: Path) -> None:
    rows = [{"tokens": words, "tags": ["O"] * len(words), "annotates": []} for words in (["a"], [], [" "])]
    assert len(read_sentences(write(tmp_path / "ner.jsonl", *map(json.dumps, rows)))) == 1
