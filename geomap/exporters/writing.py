"""What the exporters share: text that any file can hold, JSON, and writing a file at once or not at all."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from geomap.errors import ExportError

_SURROGATE = re.compile("[\ud800-\udfff]")


def to_json(value: Any, *, indent: int | None = None) -> str:
    """Return JSON as text that UTF-8 can hold: a lone surrogate becomes U+FFFD. Raises ValueError for NaN."""
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)
    return _SURROGATE.sub("\ufffd", text)


def write_text(path: Path, text: str) -> None:
    """Write the file in UTF-8 by way of a temporary one beside it, so that no half-written file is left.

    Raises ExportError.
    """
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            _write(target, text)
            return
        temporary = target.with_name(f".{target.name[:100]}.{os.getpid()}.tmp")
        try:
            _write(temporary, text)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror or error}"
        raise ExportError(message) from error


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
