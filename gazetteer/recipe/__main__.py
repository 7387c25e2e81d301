"""Build gazetteer/data from the pinned packages: `python gazetteer/recipe [--cache FOLDER]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))  # what it shares with geomap, of this checkout

import build  # noqa: E402


def main() -> None:
    """Parse the command line and build."""
    parser = argparse.ArgumentParser(prog="recipe", description=__doc__)
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "geomap-recipe")
    parser.add_argument("--out", type=Path, default=HERE.parent / "data")
    options = parser.parse_args()
    for line in build.build(HERE, options.cache, options.out):
        print(line)


if __name__ == "__main__":
    main()
