"""No network: while it is wanted, every attempt to open a socket is an error, whoever makes it.

By an audit hook (PEP 578), which sees Python's own socket module and what is built on it, and is there
before any library. What C code opens by itself it cannot see: geomap gives GDAL only names of files.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from geomap.errors import OfflineError

_hooked = False
_wanted = 0


@contextmanager
def offline() -> Iterator[None]:
    """Let every attempt to open a socket raise OfflineError, in all threads, until the end of the block."""
    global _hooked, _wanted  # noqa: PLW0603 - an audit hook cannot be taken out again
    if not _hooked:
        sys.addaudithook(_refuse)
        _hooked = True
    _wanted += 1
    try:
        yield
    finally:
        _wanted -= 1


def is_offline() -> bool:
    """Tell whether the network is refused at the moment."""
    return _wanted > 0


def _refuse(event: str, _: object) -> None:
    if _wanted and event.startswith("socket."):
        message = f"geomap works offline, and something wanted the network ({event})"
        raise OfflineError(message)
