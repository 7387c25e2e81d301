"""Make a web page that needs no other file: scripts, styles and pictures inside, and a policy that says so.

Leaflet and its cluster plugin come out of their installed Python packages. Data is written so that
no character of it can end its element. The Content-Security-Policy names the digest of each inline
script and style, so that the browser runs these and nothing else, even if a text got in as markup.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from geomap.exporters.writing import to_json

_LEAFLET = "xstatic.pkg.leaflet"
_CLUSTER = "xstatic.pkg.leaflet_markercluster"
_SCRIPTS = ((_LEAFLET, "leaflet.js"), (_CLUSTER, "leaflet.markercluster.js"))
_STYLES = ((_LEAFLET, "leaflet.css"), (_CLUSTER, "MarkerCluster.css"))

_PICTURE = re.compile(r"url\(['\"]?(images/[\w.-]+\.png)['\"]?\)")
_OLD_BROWSERS = re.compile(r"^\s*behavior:.*$", re.MULTILINE)
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_BLOCK = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
_UNSAFE = "<>&\u2028\u2029"

TILE_HOST = "https://tile.openstreetmap.org"


def data_json(value: Any) -> str:
    """Return JSON that can stand in a script element: no "<", ">", "&" and no line separator."""
    return embeddable(to_json(value))


def embeddable(json_text: str) -> str:
    """Escape what could end a script element; in JSON such characters stand in strings alone."""
    for character in _UNSAFE:  # five times as fast as one str.translate
        json_text = json_text.replace(character, f"\\u{ord(character):04x}")
    return json_text


@cache
def library_scripts() -> tuple[str, ...]:
    """Return the text of Leaflet and of its cluster plugin."""
    return tuple(_script(_library_file(package, name)) for package, name in _SCRIPTS)


@cache
def library_styles() -> tuple[str, ...]:
    """Return their styles, the pictures as data URIs."""
    return tuple(_style(package, name) for package, name in _STYLES)


@cache
def template(name: str) -> str:
    """Return the text of a file of `templates/`."""
    return (files("geomap.exporters") / "templates" / name).read_text(encoding="utf-8")


def policy(page: str, *, images: str = f"data: {TILE_HOST}") -> str:
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
