"""What the exporters share: text that any file can hold, JSON, and writing a file at once or not at all."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from geomap.errors import ExportError

_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """Return text that any table can hold: NUL and lone surrogates become U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def to_json(value: Any, *, indent: int | None = None) -> str:
    """Return JSON as text that UTF-8 can hold: a lone surrogate becomes U+FFFD. Raises ValueError for NaN."""
    return to_json_bytes(value, indent=indent).decode()


def to_json_bytes(value: Any, *, indent: int | None = None) -> bytes:
    """Return the same in UTF-8."""
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text).encode()


def write_text(path: Path, text: str) -> None:
    """Write the file in UTF-8 with the line ends as they are, as `write_bytes` does. Raises ExportError."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Write the file by way of a temporary one beside it, so that no half-written file is left.

    A device is written to and not replaced. Raises ExportError.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        target = path.resolve()
        temporary = target.with_name(f".{target.name[:100]}.{os.getpid()}.tmp")
        try:
            temporary.write_bytes(data)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror or error}"
        raise ExportError(message) from error
