"""News outlets: which one an article is of, where it is at home, how far it reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from urllib.parse import urlsplit

from geomap.errors import ConfigError
from geomap.lexicon import table
from geomap.model import Article, Place
from geomap.protocols import Gazetteer
from geomap.text import fold

LOCAL, REGIONAL, NATIONAL, INTERNATIONAL = SCOPES = ("local", "regional", "national", "international")
"""How far an outlet reports: a town and its county, a state or province, a country, more than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A news outlet: its domain without "www.", the town of its newsroom, and how far it reports.

    `country` is the ISO 3166-1 alpha-2 code of that town; `scope` is one of SCOPES. Where the scope is
    INTERNATIONAL, the home says little about what an article is about: wires, aid organizations, and
    outlets that report about one country from another.
    """

    domain: str
    name: str
    place_id: str
    country: str
    scope: str

    def __post_init__(self) -> None:
        if self.scope not in SCOPES:
            message = f"the scope of {self.domain} must be one of {', '.join(SCOPES)}, not {self.scope!r}"
            raise ConfigError(message)


@cache
def outlets() -> Mapping[str, Outlet]:
    """Return the known outlets by their domains."""
    return {
        row["domain"]: Outlet(
            domain=row["domain"],
            name=row["outlet"],
            place_id=row["place_id"],
            country=row["country"],
            scope=row["scope"],
        )
        for row in table("outlets.tsv")
    }


@cache
def _by_name() -> Mapping[str, Outlet]:
    """Return the outlets by their folded names, without those that several bear ("The Daily News")."""
    named: dict[str, list[Outlet]] = {}
    for outlet in outlets().values():
        named.setdefault(fold(outlet.name), []).append(outlet)
    return {name: found[0] for name, found in named.items() if len(found) == 1}


def outlet_of(article: Article, *, further: Mapping[str, Outlet] = MappingProxyType({})) -> Outlet | None:
    """Return the outlet of an article, known by the domain of its source, else of its url, or by its name.

    A subdomain stands for its domain: edition.example.com is example.com, where no row says otherwise.
    `further` are outlets by domain that come before those of the table.
    """
    for address in (article.source, article.url):
        labels = _host(address or "").split(".")
        for at in range(len(labels) - 1):
            domain = ".".join(labels[at:])
            outlet = further.get(domain) or outlets().get(domain)
            if outlet is not None:
                return outlet
    return _by_name().get(fold(article.source or ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What the outlet tells of where an article's places are; what is not known is empty.

    `home` is that of an outlet that reports on a town or a province, `country` (ISO 3166-1 alpha-2) that of
    any but an international one, or what the ending of the domain says; `host` is the domain.
    """

    home: Place | None = None
    country: str = ""
    host: str = ""


UNKNOWN_ORIGIN = Origin()


def origin_of(
    article: Article, gazetteer: Gazetteer, *, further: Mapping[str, Outlet] = MappingProxyType({})
) -> Origin:
    """Return where an article comes from; `further` outlets come before those of the table.

    Cost when wrong: places are pulled to the outlet's country.
    """
    outlet = outlet_of(article, further=further)
    host = next((host for each in (article.source, article.url) if "." in (host := _host(each or ""))), "")
    if outlet is None:
        return Origin(country=_country_of_ending(host.rpartition(".")[2]), host=host)
    if outlet.scope == INTERNATIONAL:
        return Origin(host=host)
    home = gazetteer.place(outlet.place_id) if outlet.scope in {LOCAL, REGIONAL} else None
    return Origin(home=home, country=outlet.country, host=host)


_ELSEWHERE = frozenset(
    ("ac ag ai am cc cd co dj eu fm gg gl im io la ly me ms mu nu pw sc sh st su tk to tv vc ws").split()  # noqa: SIM905
)
"""Endings of countries that outlets of other countries use (.tv, .fm, .me)."""
_CODE_LENGTH = 2


def _country_of_ending(ending: str) -> str:
    """Return the country of a top-level domain, ISO 3166-1 alpha-2; "" for .com and its like."""
    if len(ending) != _CODE_LENGTH or ending in _ELSEWHERE:
        return ""
    return "GB" if ending == "uk" else ending.upper()


def _host(address: str) -> str:
    try:
        return urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:  # brackets that hold no address
        return ""
