"""Mentions as an evaluation sees them, from files and from parsed articles."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geomap.errors import ArticleError
from geomap.geoparser import Geoparser
from geomap.model import Article, GeoparsedArticle, Point, ToponymType


@dataclass(frozen=True, slots=True, kw_only=True)
class Toponym:
    """A mention as an evaluation sees it: half-open code points of the text, and where it is said to be.

    What is not known is empty. `subtype` is the finer class that the annotation gives, `geonames_id` the
    number without its prefix, `name` that of the place. `confidence` in [0, 1] is that of a prediction in its
    place, `score` that in its span.
    """

    start: int
    end: int
    point: Point | None = None
    literal: bool | None = None
    text: str = ""
    subtype: str = ""
    geonames_id: str = ""
    feature_class: str = ""
    feature_code: str = ""
    name: str = ""
    confidence: float | None = None
    score: float = 1.0


Toponyms = Mapping[str, Sequence[Toponym]]
"""Ids of articles to the toponyms of their texts."""

OnError = Callable[[ArticleError], None]


def predictions(geoparser: Geoparser, articles: Iterable[Article]) -> dict[str, list[Toponym]]:
    """Parse the articles and return what an evaluation compares."""
    return {article.id: toponyms_of(geoparser.parse(article)) for article in articles}


def toponyms_of(parsed: GeoparsedArticle) -> list[Toponym]:
    """Return the mentions of an article's text with the points of their places."""
    return [
        Toponym(
            start=resolution.mention.start,
            end=resolution.mention.end,
            point=resolution.place.point if resolution.place else None,
            literal=resolution.mention.type.literal,
            text=resolution.mention.text,
            subtype=resolution.mention.type.value,
            name=resolution.place.name if resolution.place else "",
            confidence=resolution.confidence,
        )
        for resolution in parsed.resolutions
        if resolution.mention.field == "text"
    ]


def read_texts(path: Path) -> dict[str, str]:
    """Return the texts of a file of JSON lines by id; what cannot be read is left to `read_toponyms`."""
    texts: dict[str, str] = {}
    for _, line in _numbered_lines(path, on_error=lambda _: None):
        try:
            record = json.loads(line)
            texts[str(record["id"])] = str(record["text"])
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
    return texts


def read_toponyms(
    path: Path, *, on_error: OnError, texts: Mapping[str, str] | None = None
) -> dict[str, list[Toponym]]:
    """Return the toponyms of a file of JSON lines `{"id", "toponyms": [{"start", "end", "lat", "lon"}]}`.

    `type` ("literal", "associative", or one of `ToponymType`) or `literal` may tell the type, `confidence`
    how sure a prediction is of its place. A line may have `spans` instead, `[[start, end, score, type]]` with
    score and type optional; the score is about the span and no confidence. `texts`, by id, tells how these
    are spelled. What cannot be read is given to `on_error`, and the rest goes on.
    """
    found: dict[str, list[Toponym]] = {}
    for number, line in _numbered_lines(path, on_error=on_error):
        try:
            id_, toponyms = _read_line(line, texts or {})
        except ValueError as error:
            on_error(ArticleError(str(error), path=str(path), line=number))
        else:
            found[id_] = toponyms
    return found


def _numbered_lines(path: Path, *, on_error: OnError) -> Iterator[tuple[int, str]]:
    """Yield the lines that hold something, from 1."""
    try:
        with path.open(encoding="utf-8") as lines:
            yield from ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    except UnicodeDecodeError:
        on_error(ArticleError("is not UTF-8", path=str(path)))
    except OSError as error:
        on_error(ArticleError(error.strerror or str(error), path=str(path)))


def _read_line(line: str, texts: Mapping[str, str]) -> tuple[str, list[Toponym]]:
    """Return an article's id and toponyms. Raises ValueError."""
    try:
        record = json.loads(line)
        if "toponyms" not in record and "spans" in record:
            text = str(record.get("text") or texts.get(str(record["id"]), ""))
            return str(record["id"]), [_of_span(span, text) for span in record["spans"]]
        rows = [row for row in record["toponyms"] if row.get("field", "text") == "text"]
        text = str(record.get("text") or "")
        return str(record["id"]), [_toponym(row, text) for row in rows]
    except KeyError as error:
        problem = f"has no {error.args[0]}"
        raise ValueError(problem) from error
    except (ValueError, TypeError, AttributeError, IndexError, RecursionError, OverflowError) as error:
        problem = f"holds no toponyms that can be read: {error}"
        raise ValueError(problem) from error


def _of_span(span: Sequence[Any], text: str) -> Toponym:
    start, end = int(span[0]), int(span[1])
    type_ = span[3] if len(span) > 3 else None  # noqa: PLR2004 - start, end and score come before it
    row = {"type": type_}
    return Toponym(
        start=start,
        end=end,
        literal=_literal(row),
        subtype=_subtype(row),
        text=text[max(0, start) : end],
        score=_probability(span[2], "score") if len(span) > 2 else 1.0,  # noqa: PLR2004
    )


def _toponym(row: Mapping[str, Any], text: str) -> Toponym:
    start, end = int(row["start"]), int(row["end"])
    lat, lon = row.get("lat"), row.get("lon")
    confidence, score = row.get("confidence"), row.get("score")
    return Toponym(
        start=start,
        end=end,
        point=None if lat is None or lon is None else Point(lat=float(lat), lon=float(lon)),
        literal=_literal(row),
        text=str(row["text"]) if row.get("text") else text[max(0, start) : end],
        subtype=_subtype(row),
        geonames_id=str(row.get("geonames_id") or ""),
        feature_class=str(row.get("fclass") or row.get("feature_class") or ""),
        feature_code=str(row.get("fcode") or row.get("feature_code") or ""),
        name=str(row.get("name") or ""),
        confidence=None if confidence is None else _probability(confidence, "confidence"),
        score=1.0 if score is None else _probability(score, "score"),
    )


def _probability(value: Any, name: str) -> float:
    """Return a number in [0, 1]. Raises ValueError."""
    probability = float(value)
    if not 0 <= probability <= 1:
        problem = f"{name} must lie in [0, 1], not {value!r}"
        raise ValueError(problem)
    return probability


_TYPES = {type_.value: type_ for type_ in ToponymType}


def _literal(row: Mapping[str, Any]) -> bool | None:
    if isinstance(row.get("literal"), bool):
        return bool(row["literal"])
    if row.get("type") in ("literal", "associative"):
        return bool(row["type"] == "literal")
    type_ = _TYPES.get(str(row.get("type")).lower())
    return type_.literal if type_ else None


def _subtype(row: Mapping[str, Any]) -> str:
    """Return the finer class; a type that is neither literal nor associative is one."""
    if row.get("subtype"):
        return str(row["subtype"])
    type_ = str(row.get("type") or "")
    return "" if type_ in ("literal", "associative") else type_
