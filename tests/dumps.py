"""Files in the layout of GeoNames' dumps, with rows about real places (GeoNames, CC BY 4.0)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

ALEPPO, DAMASCUS, PALMYRA, SYRIA, PROVINCE = 170063, 170654, 163808, 163843, 170062
HAMA, MALLAH, QALAMUN = 170017, 168000, 173000


def a_line(number: int = HAMA, name: str = "Ḩamāh", **cells: object) -> str:
    """Return a line of places, by default the city of Hama."""
    values = {
        "ascii": "Hamah", "alternates": "", "lat": "35.13179", "lon": "36.75783", "class": "P",
        "code": "PPLA",
        "country": "SY", "admin1": "10", "admin2": "", "admin3": "", "population": "460602",
    } | cells  # fmt: skip
    v = {key: str(value) for key, value in values.items()}
    return "\t".join(
        [
            *(str(number), name, v["ascii"], v["alternates"], v["lat"], v["lon"], v["class"], v["code"]),
            *(v["country"], "", v["admin1"], v["admin2"], v["admin3"], "", v["population"], "", "300"),
            *("Asia/Damascus", "2024-01-01"),
        ]
    )


def an_alternate(
    number: int, text: str, language: str = "", *, preferred: bool = False, short: bool = False,
    colloquial: bool = False, historic: bool = False,
) -> str:  # fmt: skip
    """Return a line of alternateNamesV2."""
    flags = ["1" if flag else "" for flag in (preferred, short, colloquial, historic)]
    return "\t".join(["1", str(number), language, text, *flags, "", ""])


def write(path: Path, lines: Iterable[str]) -> Path:
    """Write a text, or a zip that holds it, as the name says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{line}\n" for line in lines)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("readme.txt", "Readme for GeoNames Gazetteer extract files\n")
            archive.writestr(f"{path.stem}.txt", text)
    else:
        path.write_text(text, encoding="utf-8")
    return path
