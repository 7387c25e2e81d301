"""Make the network again, or go on from it with articles of your own."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from geomap.errors import ConfigError
from geomap.training import recipe
from geomap.training.exporting import export


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m geomap.training", description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    step = steps.add_parser("pretrain", help="learn named entities in general")
    step.add_argument("corpora", type=Path, help="folder of the corpora that MODEL_CARD.md lists")
    step.add_argument("target", type=Path, help="file for the weights")
    step = steps.add_parser("finetune", help="learn the places of articles")
    step.add_argument("corpora", type=Path)
    step.add_argument("start", type=Path, help="weights of pretrain")
    step.add_argument("target", type=Path)
    step.add_argument("--fold", type=int, help=f"hold out one of {recipe.FOLDS} parts of the articles")
    step = steps.add_parser("export", help="write the two files that a recognizer reads")
    step.add_argument("weights", type=Path)
    step.add_argument("folder", type=Path)
    step = steps.add_parser("adapt", help="go on from geomap's network with articles of your own")
    step.add_argument("articles", type=Path, nargs="+", help="files of articles with their toponyms, .jsonl")
    step.add_argument("folder", type=Path, help="folder for the new network")
    step.add_argument("--passes", type=int, default=recipe.PASSES, help="how often each article is read")
    return parser


def main() -> None:
    """Read the arguments, run the step."""
    options = _parser().parse_args()
    try:
        if options.step == "pretrain":
            recipe.pretrain(options.corpora, options.target)
        elif options.step == "finetune":
            recipe.finetune(options.corpora, options.start, options.target, fold=options.fold)
        elif options.step == "export":
            export(options.weights, options.folder)
        else:
            recipe.adapt(options.articles, options.folder, passes=options.passes)
    except (ConfigError, OSError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
