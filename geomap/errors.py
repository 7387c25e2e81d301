"""Errors that geomap raises for conditions a caller can act on.

Every leaf is also the standard-library error that fits, so that code which knows nothing
of geomap can still catch it::

    GeomapError
    ├── ConfigError (ValueError)             an option or a table is wrong
    ├── ArticleError (ValueError)            one article cannot be read: path, line
    ├── GazetteerError
    │   ├── GazetteerNotFound (FileNotFoundError)
    │   ├── GazetteerFormatError (ValueError)
    │   ├── GazetteerBuildError (ValueError)
    │   └── GazetteerDownloadError (OSError) a file for a gazetteer cannot be fetched: url
    ├── GeocodingError
    │   ├── GeocoderRateLimited (OSError)    an online geocoder asks to wait: retry_after
    │   └── GeocoderUnavailable (OSError)    it does not answer, or refuses
    ├── StoreError (OSError)                 a project cannot be read or written
    ├── AmbiguousName (LookupError)          a name means several places or articles: choices
    ├── OfflineError (RuntimeError)          something wanted the network, and was not to
    ├── ExportError (OSError)                a file cannot be written
    └── MissingExtra (ImportError)           an optional library is not installed

A place that is not found is not an error: it is a `Resolution` without a place.
"""

from __future__ import annotations

from collections.abc import Sequence


class GeomapError(Exception):
    """Base of all errors of geomap."""


class ConfigError(GeomapError, ValueError):
    """Say that an option or a table holds a value that cannot be used."""


class ArticleError(GeomapError, ValueError):
    """Say which file and line could not be read as an article.

    `line` counts from 1; None where the whole file is meant.
    """

    def __init__(self, problem: str, *, path: str, line: int | None = None) -> None:
        self.problem = problem
        self.path = path
        self.line = line
        where = path if line is None else f"{path}:{line}"
        super().__init__(f"{where}: {problem}")


class GazetteerError(GeomapError):
    """Base of what can be wrong with a gazetteer."""


class GazetteerNotFound(GazetteerError, FileNotFoundError):
    """Say that there is no gazetteer file at a path."""


class GazetteerFormatError(GazetteerError, ValueError):
    """Say that a gazetteer's file is not in the form that this version reads."""


class GazetteerBuildError(GazetteerError, ValueError):
    """Say which row of which source could not be built into a gazetteer."""

    def __init__(self, problem: str, *, path: str, line: int | None = None) -> None:
        self.path = path
        self.line = line
        where = path if line is None else f"{path}:{line}"
        super().__init__(f"{where}: {problem}")


class GazetteerDownloadError(GazetteerError, OSError):
    """Say which file for a gazetteer could not be fetched, and what to do."""

    def __init__(self, problem: str, *, url: str) -> None:
        self.problem = problem
        self.url = url
        super().__init__(f"{url}: {problem}")


class GeocodingError(GeomapError):
    """Base of what can go wrong with an online geocoder."""


class GeocoderRateLimited(GeocodingError, OSError):
    """Say that a geocoder asks to wait; `retry_after` in s, None where it does not say how long."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class GeocoderUnavailable(GeocodingError, OSError):
    """Say that a geocoder does not answer, or refuses to."""


class StoreError(GeomapError, OSError):
    """Say that a project cannot be opened, read or written."""


class AmbiguousName(GeomapError, LookupError):
    """Say that a name means several places or articles, so that who asks has to choose.

    `choices` are their ids, each with a line that tells it from the others.
    """

    def __init__(self, problem: str, *, choices: Sequence[tuple[str, str]]) -> None:
        self.problem = problem
        self.choices = tuple(choices)
        lines = "".join(f"\n  {id_}  {line}" for id_, line in self.choices)
        super().__init__(f"{problem}:{lines}")


class OfflineError(GeomapError, RuntimeError):
    """Say that something wanted the network while geomap works offline."""


class ExportError(GeomapError, OSError):
    """Say that a result could not be written."""


class MissingExtra(GeomapError, ImportError):
    """Say which optional library is missing and how to install it."""
