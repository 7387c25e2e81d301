"""Floors under figures: what a gate asks of the geoparser, read from a TOML file.

[tudloc]                             # the gold file tudloc.jsonl
overlap_recall = 0.85                # one of `METRICS`

[lgl-cross-validated]
gold = "lgl-dev"                     # another name, or several that are pooled: ["lgl-dev", "gwn-dev"]
predicted = "out-of-fold.jsonl"      # from the folder of the TOML file, instead of what the geoparser finds
without = "demonyms"                 # or a file of words
linked = true
resolve = true                       # spans without places get those that geomap's resolver gives them;
                                     # without predicted, those of the gold do: the resolver alone
exact_f1 = 0.84
calibration_error = 0.03             # one of `LESS_IS_BETTER`: a ceiling
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geomap.errors import ArticleError, ConfigError
from geomap.evaluate.figures import Figures, evaluate
from geomap.evaluate.leaving_out import DEMONYMS, leave_out, read_words
from geomap.evaluate.metrics import LESS_IS_BETTER, METRICS
from geomap.evaluate.toponyms import Toponym, Toponyms, read_toponyms


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """A figure below its floor or above its ceiling; `value` is None where there is nothing to tell it by."""

    floors: str
    metric: str
    value: float | None
    bound: float

    def __str__(self) -> str:
        below, name = ("above", "ceiling") if self.metric in LESS_IS_BETTER else ("below", "floor")
        bound = f"its {name} of {self.bound:g}"
        if self.value is None:
            return f"{self.floors}: there is no {self.metric} to hold against {bound}"
        by = abs(self.bound - self.value)
        return f"{self.floors}: {self.metric} is {self.value:.4f}, {by:.4f} {below} {bound}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Floors:
    """The bounds of the figures of some gold (names of files without their ending), pooled.

    `bounds` are ceilings of the metrics of which less is better, floors of all others.
    """

    name: str
    gold: tuple[str, ...]
    bounds: Mapping[str, float]
    predicted: Path | None = None
    without: str = ""
    linked: bool = False
    resolve: bool = False

    def figures(self, gold: Toponyms, predicted: Toponyms) -> Figures:
        """Return the figures that the bounds are for. Raises ConfigError."""
        words = read_words(self.without) if self.without else frozenset()
        return evaluate(*leave_out(gold, predicted, words=words, unlinked=self.linked))

    def shortfalls(self, figures: Figures) -> list[Shortfall]:
        """Return the figures that do not keep to their bounds, in the order of the file."""
        found = []
        for metric, bound in self.bounds.items():
            value = METRICS[metric](figures)
            if value is None or (value > bound if metric in LESS_IS_BETTER else value < bound):
                found.append(Shortfall(floors=self.name, metric=metric, value=value, bound=bound))
        return found

    def read_predicted(self, texts: Mapping[str, str]) -> dict[str, list[Toponym]]:
        """Return the toponyms of the file of predictions. Raises ArticleError for any bad line."""
        if self.predicted is None:
            return {}

        def fail(error: ArticleError) -> None:
            raise error

        return read_toponyms(self.predicted, on_error=fail, texts=texts)


def read_floors(path: Path) -> tuple[Floors, ...]:
    """Return the tables of a file in its order. Raises ConfigError."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"{path}: {error.strerror or error}"
        raise ConfigError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path}: is no TOML: {error}"
        raise ConfigError(message) from error
    try:
        found = tuple(_floors(name, table, path.parent) for name, table in tables.items())
    except ValueError as error:
        message = f"{path}: {error}"
        raise ConfigError(message) from error
    if not found:
        message = f"{path}: holds no floors"
        raise ConfigError(message)
    return found


def _floors(name: str, table: Any, folder: Path) -> Floors:
    """Return one table. Raises ValueError."""
    if not isinstance(table, dict):
        problem = f"{name} stands in no table such as [tudloc]"
        raise ValueError(problem)  # noqa: TRY004 - the file is wrong, not the program
    rest = dict(table)
    gold = rest.pop("gold", name)
    predicted = _text(name, "predicted", rest.pop("predicted", ""))
    without = _text(name, "without", rest.pop("without", ""))
    linked, resolve = (_switch(name, key, rest.pop(key, False)) for key in ("linked", "resolve"))
    if not rest:
        problem = f"[{name}] holds no floor"
        raise ValueError(problem)
    names = gold if isinstance(gold, list) else [gold]
    return Floors(
        name=name,
        gold=tuple(_text(name, "gold", each).removesuffix(".jsonl") for each in names),
        bounds={metric: _bound(name, metric, value) for metric, value in rest.items()},
        predicted=folder / predicted if predicted else None,
        without=without if without in ("", DEMONYMS) else str(folder / without),
        linked=linked,
        resolve=resolve,
    )


def _text(name: str, key: str, value: object) -> str:
    if not isinstance(value, str):
        problem = f"[{name}] {key} must be a name in quotation marks, not {value!r}"
        raise ValueError(problem)  # noqa: TRY004
    return value


def _switch(name: str, key: str, value: object) -> bool:
    if not isinstance(value, bool):
        problem = f"[{name}] {key} must be true or false"
        raise ValueError(problem)  # noqa: TRY004
    return value


def _bound(name: str, metric: str, value: object) -> float:
    if metric not in METRICS:
        problem = f"[{name}] {metric} is none of {', '.join(METRICS)}"
        raise ValueError(problem)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        problem = f"[{name}] {metric} must lie in [0, 1], not {value!r}"
        raise ValueError(problem)
    return float(value)
