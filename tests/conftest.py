"""What all tests share: no network, the embedded gazetteer, the corpora where they are."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.geoparser import Geoparser, default_geoparser

# Other work on the machine makes an example slow, and says nothing about the code.
settings.register_profile("geomap", deadline=None)
settings.load_profile("geomap")


class NetworkUsedError(RuntimeError):
    """A test wanted to talk to another machine."""


def _is_here(host: object) -> bool:
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse to look up or connect to another machine than this one."""
    connect, getaddrinfo = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
            raise NetworkUsedError(address)
        connect(self, address)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not _is_here(host):
            raise NetworkUsedError(host)
        return getaddrinfo(host, *args, **kwargs)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def no_own_places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the gazetteers that the developer has added out of the tests, those of processes included."""
    patch = pytest.MonkeyPatch()
    patch.setenv("GEOMAP_GAZETTEERS", str(tmp_path_factory.mktemp("none")))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def gazetteer() -> Iterator[SqliteGazetteer]:
    """The gazetteer that comes with the package."""
    with SqliteGazetteer() as embedded:
        yield embedded


@pytest.fixture(scope="session")
def geoparser(gazetteer: SqliteGazetteer) -> Geoparser:
    return default_geoparser(gazetteer=gazetteer, threads=0)


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of the annotated corpora, which are not part of the project."""
    folder = os.environ.get("GEOMAP_CORPORA")
    if not folder:
        pytest.skip("GEOMAP_CORPORA names no folder of corpora")
    path = Path(folder)
    if not path.is_dir():
        pytest.skip(f"GEOMAP_CORPORA: there is no folder {path}")
    return path
