"""Leave mentions out of an evaluation: words that corpora do not agree on, gold that is linked to nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from geomap import lexicon
from geomap.errors import ConfigError
from geomap.evaluate.toponyms import Toponym, Toponyms

DEMONYMS = "demonyms"
"""Stands for geomap's own table where a file of words is asked for."""


def demonyms() -> frozenset[str]:
    """Return the demonyms of geomap's table: "Syrian", "Syrians"."""
    return frozenset(row["demonym"] for row in lexicon.table("demonyms.tsv"))


def read_words(name: str) -> frozenset[str]:
    """Return the lines of a file, or geomap's demonyms for "demonyms". Raises ConfigError."""
    if name == DEMONYMS:
        return demonyms()
    try:
        lines = Path(name).read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        message = f"{name}: is not UTF-8"
        raise ConfigError(message) from error
    except OSError as error:
        message = f"{name}: {error.strerror or error}"
        raise ConfigError(message) from error
    return frozenset(line.strip() for line in lines) - {""}


def leave_out(
    gold: Toponyms, predicted: Toponyms, *, words: Collection[str] = frozenset(), unlinked: bool = False
) -> tuple[dict[str, list[Toponym]], dict[str, list[Toponym]]]:
    """Return gold and predictions without what is spelled as one of the words, in just that case.

    With `unlinked`, gold without a GeoNames id goes too. A prediction goes if it overlaps with nothing but
    gold that is left out, or is spelled so and overlaps with no gold that stays.
    """
    kept_gold: dict[str, list[Toponym]] = {}
    kept_predicted: dict[str, list[Toponym]] = {}
    for id_, toponyms in gold.items():
        keep = [each for each in toponyms if not _is_left_out(each, words, unlinked=unlinked)]
        cut = [each for each in toponyms if _is_left_out(each, words, unlinked=unlinked)]
        kept_gold[id_] = keep
        if id_ in predicted:
            kept_predicted[id_] = [
                each
                for each in predicted[id_]
                if _overlaps(each, keep) or not (_overlaps(each, cut) or each.text in words)
            ]
    return kept_gold, kept_predicted


def _is_left_out(toponym: Toponym, words: Collection[str], *, unlinked: bool) -> bool:
    return toponym.text in words or (unlinked and not toponym.geonames_id)


def _overlaps(toponym: Toponym, others: Sequence[Toponym]) -> bool:
    return any(min(other.end, toponym.end) > max(other.start, toponym.start) for other in others)
