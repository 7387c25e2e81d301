"""The command that compares with articles annotated by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geomap.cli.common import GeomapCommand, complain, counted, emit, prepare
from geomap.cli.parts import Parts, open_gazetteer, open_geoparser, with_geoparser
from geomap.cli.sources import Batch

if TYPE_CHECKING:
    from geomap.evaluate import Figures, Floors, Toponym

_FILE = click.Path(path_type=Path)


@click.command(cls=GeomapCommand)
@click.argument("gold", nargs=-1, required=True, type=_FILE)
@click.option(
    "--predicted",
    type=_FILE,
    metavar="FILE",
    help="Judge these toponyms (the output of parse, or of another program) instead of geomap's.",
)
@click.option(
    "--resolve",
    is_flag=True,
    help="Judge the resolver alone: the annotated toponyms, or those of --predicted, get the places that it "
    "finds for them.",
)
@click.option(
    "--without",
    metavar="FILE",
    help='Leave out, on both sides, what is spelled as a line of FILE; "demonyms": of geomap\'s table.',
)
@click.option("--linked", is_flag=True, help="Leave out annotations without a geonames_id.")
@click.option(
    "--bootstrap",
    type=click.IntRange(0, 1_000_000),
    default=1000,
    show_default=True,
    metavar="N",
    help="Draw the articles so often for the 95 % intervals; 0 for none.",
)
@click.option("--errors", type=_FILE, metavar="FILE", help="Write the mistakes, in their sentences, as HTML.")
@click.option(
    "--plots",
    type=_FILE,
    metavar="FILE",
    help="Write charts of the confidence, of thresholds on it and of distances as one page, as HTML.",
)
@click.option(
    "--floors",
    type=_FILE,
    metavar="FILE",
    help="Exit with 1 where a figure lies below its floor, or above its ceiling, in this TOML file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per file.")
@with_geoparser
def evaluate(
    *,
    gold: Sequence[Path],
    predicted: Path | None,
    resolve: bool,
    without: str | None,
    linked: bool,
    bootstrap: int,
    errors: Path | None,
    plots: Path | None,
    floors: Path | None,
    as_json: bool,
    parts: Parts,
) -> None:
    """Compare with articles annotated by hand: JSON lines with id, text and toponyms.

    Each of the toponyms has start, end, and lat and lon where they are known; type, subtype, geonames_id and
    fcode tell what they are.
    """
    from geomap.evaluate import evaluate as compare
    from geomap.evaluate import leave_out, read_floors, read_words

    words = read_words(without) if without else frozenset()
    asked = read_floors(floors) if floors else ()
    batch = Batch([])
    pieces = _compared(gold, predicted, batch, parts, resolve=resolve)
    figures = {
        name: compare(*leave_out(piece.gold, piece.predicted, words=words, unlinked=linked))
        if words or linked
        else compare(piece.gold, piece.predicted)
        for name, piece in pieces.items()
    }
    _print(figures, parts=parts, bootstrap=bootstrap, as_json=as_json)
    if errors:
        _write_mistakes(figures, pieces, errors)
    if plots:
        _write_plots(figures, plots)
    if floors and not _hold(asked, pieces, floors, parts):
        click.get_current_context().exit(1)
    batch.finish()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """A file of gold, what was predicted for it, and its texts by id."""

    gold: Mapping[str, list[Toponym]]
    predicted: Mapping[str, list[Toponym]]
    texts: Mapping[str, str]


def _compared(
    paths: Sequence[Path], predicted: Path | None, batch: Batch, parts: Parts, *, resolve: bool
) -> dict[str, _Compared]:
    """Read each file of gold, and what is predicted for it; what cannot be read goes to the batch."""
    from geomap.articles import read_articles
    from geomap.evaluate import predictions, read_texts, read_toponyms

    gold = {str(path): read_toponyms(path, on_error=batch.skip) for path in paths}
    texts = {str(path): read_texts(path) for path in paths}
    if predicted or resolve:
        found = dict(gold)
        if predicted:
            spelled = {id_: text for found in texts.values() for id_, text in found.items()}
            found = dict.fromkeys(gold, read_toponyms(predicted, on_error=batch.skip, texts=spelled))
        if resolve:
            found = {name: _resolved(name, spans, parts) for name, spans in found.items()}
    else:
        with open_geoparser(parts) as geoparser:
            found = {
                name: predictions(geoparser, read_articles([name], on_error=batch.skip)) for name in gold
            }
    return {
        name: _Compared(gold=toponyms, predicted=found[name], texts=texts[name])
        for name, toponyms in gold.items()
    }


def _resolved(path: str, spans: Mapping[str, list[Toponym]], parts: Parts) -> dict[str, list[Toponym]]:
    """Return the spans of a file's articles with the places of geomap's resolver."""
    from geomap.articles import read_articles
    from geomap.evaluate import resolve_spans

    with open_geoparser(parts) as geoparser:
        return resolve_spans(geoparser, read_articles([path], on_error=lambda _: None), spans)


def _print(figures: Mapping[str, Figures], *, parts: Parts, bootstrap: int, as_json: bool) -> None:
    from geomap.cli.evaluating import figures_table
    from geomap.cli.rows import json_line
    from geomap.evaluate import calibration_figures, intervals, recalls

    rows: dict[str, dict[str, Any]] = {}
    with open_gazetteer(parts.gazetteer) as places:
        for name, each in figures.items():
            bounds = intervals(each.scores, samples=bootstrap)
            rows[name] = {
                **each.as_dict(),
                "intervals": {key: [round(bound, 4) for bound in pair] for key, pair in bounds.items()},
                "calibration": calibration_figures(each.scores),
                "recall_by": recalls(each.scores, places),
            }
    if as_json:
        for name, values in rows.items():
            emit(json_line({"gold": name, **values}))
    else:
        for line in figures_table(rows):
            emit(line)


def _write_mistakes(figures: Mapping[str, Figures], pieces: Mapping[str, _Compared], path: Path) -> None:
    """Write the page of mistakes. Raises ExportError."""
    from geomap.evaluate import mistakes_page
    from geomap.exporters.writing import write_text

    page = mistakes_page(
        {name: each.scores for name, each in figures.items()},
        {name: piece.texts for name, piece in pieces.items()},
    )
    prepare(path)
    write_text(path, page)


def _write_plots(figures: Mapping[str, Figures], path: Path) -> None:
    """Write the page of charts. Raises ExportError."""
    from geomap.evaluate import plots_page
    from geomap.exporters.writing import write_text

    prepare(path)
    write_text(path, plots_page({name: each.scores for name, each in figures.items()}))


def _hold(asked: Sequence[Floors], pieces: Mapping[str, _Compared], path: Path, parts: Parts) -> bool:
    """Tell whether all figures reach their floors, and complain of those that do not.

    The floors of other gold than was given are left aside. Raises click.ClickException where all are.
    """
    by_stem = {Path(name).stem: (name, piece) for name, piece in pieces.items()}
    meant = [floors for floors in asked if by_stem.keys() >= set(floors.gold)]
    if not meant:
        message = f"{path}: holds no floors for {', '.join(sorted(by_stem))}"
        raise click.ClickException(message)
    shortfalls = [short for floors in meant for short in _shortfalls(floors, by_stem, parts)]
    for shortfall in shortfalls:
        complain(str(shortfall))
    if not shortfalls:
        complain(f"{counted(sum(len(floors.bounds) for floors in meant), 'floor')} reached")
    return not shortfalls


def _shortfalls(floors: Floors, by_stem: Mapping[str, tuple[str, _Compared]], parts: Parts) -> list[Any]:
    pieces = [by_stem[name][1] for name in floors.gold]
    gold = {id_: toponyms for piece in pieces for id_, toponyms in piece.gold.items()}
    if floors.predicted or floors.resolve:
        texts = {id_: text for piece in pieces for id_, text in piece.texts.items()}
        predicted = floors.read_predicted(texts) if floors.predicted else gold
    else:
        predicted = {id_: found for piece in pieces for id_, found in piece.predicted.items()}
    if floors.resolve:
        spans, predicted = predicted, {}
        for name in floors.gold:
            predicted |= _resolved(by_stem[name][0], spans, parts)
    return list(floors.shortfalls(floors.figures(gold, predicted)))
