"""How the page of the map looks, apart from its data: layout, theme, language, online tiles, tiles inside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from geomap.errors import ConfigError
from geomap.exporters.inlining import template

Layout = Literal["full", "embed", "compact"]
Theme = Literal["auto", "light", "dark"]

NO_TILES = ""
"""The name of no provider: the page then offers no online map, and its policy lets it ask nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The page around the map.

    `layout` "full" has the panel of articles and places, "embed" (for a frame) the map and the time slider,
    "compact" (for a notebook) the map alone. `theme` "auto" follows the reader's system. `online` names the
    tiles that a reader can switch on, as xyzservices names them; `NO_TILES` for none. `tiles` are those that
    lie in the file (`geomap.exporters.tiles`). `all_types` shows associative mentions at first, too.
    """

    layout: Layout = "full"
    theme: Theme = "auto"
    language: str = "en"
    legend: bool = True
    online: str = "OpenStreetMap.Mapnik"
    tiles: Mapping[str, Any] | None = None
    all_types: bool = False

    def __post_init__(self) -> None:
        if self.language not in words():
            message = f"the map speaks {', '.join(words())}, not {self.language!r}"
            raise ConfigError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineTiles:
    """Tiles of a server: what Leaflet needs to ask for them, and the hosts that the page may ask."""

    name: str
    url: str
    attribution: str
    max_zoom: int
    subdomains: str
    hosts: tuple[str, ...]

    def options(self) -> dict[str, Any]:
        """Return what the page's script needs."""
        return {
            "name": self.name,
            "url": self.url,
            "attribution": self.attribution,
            "maxZoom": self.max_zoom,
            "subdomains": self.subdomains,
        }


@cache
def words() -> dict[str, dict[str, str]]:
    """Return the strings of the interface by language."""
    tables: dict[str, dict[str, str]] = json.loads(template("words.json"))
    return tables


@cache
def online_tiles(name: str) -> OnlineTiles | None:
    """Return the provider of that name, None for `NO_TILES`.

    Raises ConfigError for one that xyzservices does not know, or that needs a key.
    """
    from urllib.parse import urlsplit

    from xyzservices import providers

    if name == NO_TILES:
        return None
    try:
        provider = providers.query_name(name)
    except ValueError as error:
        message = f"no provider of tiles is called {name!r}; see https://xyzservices.readthedocs.io"
        raise ConfigError(message) from error
    if provider.requires_token():
        message = f"{provider.name} needs a key, which would stand in the file for everyone to read"
        raise ConfigError(message)
    subdomains = str(provider.get("subdomains", "abc"))
    url = provider.build_url(x="{x}", y="{y}", z="{z}", fill_subdomain=False)
    hosts = [urlsplit(url.replace("{s}", each)) for each in (subdomains if "{s}" in url else "a")]
    return OnlineTiles(
        name=provider.name,
        url=url,
        attribution=str(provider.get("html_attribution", provider.get("attribution", ""))),
        max_zoom=int(provider.get("max_zoom", 18)),
        subdomains=subdomains,
        hosts=tuple(f"{host.scheme}://{host.netloc}" for host in hosts),
    )
