"""Make a web page that needs no other file: scripts, styles and pictures inside, and a policy that says so.

Leaflet comes out of its installed Python package. Data is written so that
no character of it can end its element. The Content-Security-Policy names the digest of each inline
script and style, so that the browser runs these and nothing else, even if a text got in as markup.
"""

from __future__ import annotations

import base64
import hashlib
import re
import struct
import sys
import zlib
from array import array
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from geomap.exporters.writing import to_json, to_json_bytes

_LEAFLET = "xstatic.pkg.leaflet"

_PICTURE = re.compile(r"url\(['\"]?(images/[\w.-]+\.png)['\"]?\)")
_OLD_BROWSERS = re.compile(r"^\s*behavior:.*$", re.MULTILINE)
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_BLOCK = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
_LEVEL, _FAST_LEVEL = 6, 1
"""Of zlib; the first makes a sixth less of it and takes three times as long."""
_HUGE = 8_000_000
"""Bytes from which time counts more than size: some 30,000 sightings."""
_LONG = 256
"""Numbers in a column from which it is worth standing apart."""
_BYTES = 4
_UNSAFE = "<>&\u2028\u2029"


def data_json(value: Any) -> str:
    """Return JSON that can stand in a script element: no "<", ">", "&" and no line separator."""
    return embeddable(to_json(value))


def embeddable(json_text: str) -> str:
    """Escape what could end a script element; in JSON such characters stand in strings alone."""
    for character in _UNSAFE:  # five times as fast as one str.translate
        json_text = json_text.replace(character, f"\\u{ord(character):04x}")
    return json_text


@cache
def leaflet_script() -> str:
    """Return the text of Leaflet."""
    return _script(_library_file(_LEAFLET, "leaflet.js"))


@cache
def leaflet_style() -> str:
    """Return its style, the pictures as data URIs."""
    return _style(_LEAFLET, "leaflet.css")


def packed(value: Any) -> str:
    """Return a value compressed (zlib) as base64, which no text in it can break.

    Its JSON stands behind its own length (32 bits, little-endian); long lists of whole numbers in columns
    stand behind that, at multiples of four bytes, as 32 bits each: a browser takes them as they are. In the
    JSON they are {"int32": [byte, count]}.
    """
    columns: list[array[int]] = []
    text = to_json_bytes(_without_columns(value, columns))
    head = struct.pack("<I", len(text)) + text
    parts = [head, bytes(-len(head) % _BYTES), *(column.tobytes() for column in columns)]
    whole = b"".join(parts)
    level = _LEVEL if len(whole) < _HUGE else _FAST_LEVEL
    return base64.b64encode(zlib.compress(whole, level)).decode("ascii")


def _without_columns(value: Any, columns: list[array[int]]) -> Any:
    """Return a dict of dicts with its columns of whole numbers put into `columns`."""
    if isinstance(value, dict):
        return {key: _without_columns(each, columns) for key, each in value.items()}
    if not isinstance(value, list) or len(value) < _LONG or not isinstance(value[0], int):
        return value
    try:
        column = array("i", value)
    except (TypeError, OverflowError):  # what is among the numbers is none, or none of 32 bits
        return value
    if sys.byteorder != "little":
        column.byteswap()
    before = sum(map(len, columns)) * _BYTES
    columns.append(column)
    return {"int32": [before, len(value)]}


@cache
def template(name: str) -> str:
    """Return the text of a file of `page/`."""
    return (files("geomap.exporters") / "page" / name).read_text(encoding="utf-8")


def policy(page: str, *, images: str = "data:") -> str:
    """Return the Content-Security-Policy for the page's own scripts and styles, and for its images."""
    digests: dict[str, list[str]] = {"script": [], "style": []}
    for element, text in _BLOCK.findall(page):
        digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
        digests[element].append(f"'sha256-{digest}'")
    sources = {element: " ".join(dict.fromkeys(found)) or "'none'" for element, found in digests.items()}
    return (
        f"default-src 'none'; script-src {sources['script']}; style-src {sources['style']}; "
        f"img-src {images}; base-uri 'none'; form-action 'none'"
    )


def _library_file(package: str, name: str) -> Traversable:
    return files(package) / "data" / name


def _script(file: Traversable) -> str:
    text = file.read_text(encoding="utf-8").replace("\r\n", "\n")
    return _SOURCE_MAP.sub("", text).strip()


def _style(package: str, name: str) -> str:
    def embedded(match: re.Match[str]) -> str:
        picture = _library_file(package, match.group(1)).read_bytes()
        return f"url(data:image/png;base64,{base64.b64encode(picture).decode('ascii')})"

    text = _library_file(package, name).read_text(encoding="utf-8").replace("\r\n", "\n")
    return _PICTURE.sub(embedded, _OLD_BROWSERS.sub("", text)).strip()
