"""Make the embedded gazetteer from the place data in this folder: `python -m gazetteer.make`."""

from __future__ import annotations

from pathlib import Path

from geomap.gazetteers.build import Report, build

ROOT = Path(__file__).resolve().parent.parent


def inputs(root: Path) -> list[Path]:
    """Return all files that the gazetteer is made from."""
    code = [
        "gazetteers/build.py",
        "gazetteers/rows.py",
        "gazetteers/schema.py",
        "gazetteers/sounds.py",
        "gazetteers/writer.py",
        "lexicon.py",
        "text.py",
        "transliteration.py",
    ]
    return [
        root / "gazetteer" / "CREDITS.txt",
        *sorted((root / "gazetteer").glob("*.tsv")),
        *sorted((root / "gazetteer" / "data").glob("*.xz")),
        *sorted((root / "gazetteer" / "curated").glob("*.tsv")),
        *(root / "geomap" / name for name in code),
        *(
            root / "geomap" / "tables" / name
            for name in ("features.tsv", "demonyms.tsv", "abbreviations.tsv")
        ),
    ]


def make(root: Path = ROOT, *, force: bool = False) -> Report | None:
    """Build geomap/gazetteers/embedded.sqlite; None where it is up to date."""
    target = root / "geomap" / "gazetteers" / "embedded.sqlite"
    newest = max(path.stat().st_mtime for path in inputs(root))
    if not force and target.is_file() and target.stat().st_mtime > newest:
        return None
    folder = root / "gazetteer"

    def held(name: str) -> Path | None:
        return path if (path := folder / name).is_file() else None

    return build(
        target,
        places=[folder / "data" / "places.tsv.xz"],
        curated=sorted((folder / "curated").glob("*.tsv")),
        areas=held("data/areas.json.xz"),
        lines=held("data/lines.json.xz"),
        borders=held("data/borders.json.xz"),
        disputed=held("disputed.tsv"),
        name="embedded",
        credits_text=(root / "gazetteer" / "CREDITS.txt").read_text(encoding="utf-8"),
    )


if __name__ == "__main__":
    report = make(force=True)
    if report is not None:
        print(report.digest)
        for kind, count in sorted(report.counts.items()):
            print(f"{kind}\t{count}")
