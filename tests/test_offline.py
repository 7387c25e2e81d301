"""Offline: any attempt to open a socket is an error, proven for every command."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import click
import pytest
from click.testing import CliRunner
from test_docs import COMMANDS

from geomap.cli import main
from geomap.errors import OfflineError
from geomap.offline import is_offline, offline

RUNNABLE = [(path, command) for path, command in COMMANDS if not isinstance(command, click.Group)]


ATTEMPTS = [
    socket.socket,
    lambda: socket.create_connection(("127.0.0.1", 9)),
    lambda: socket.getaddrinfo("localhost", 80),
    lambda: socket.gethostbyname("localhost"),
    lambda: urlopen("http://127.0.0.1:9/"),
]


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_every_way_to_the_network_is_an_error(attempt: Callable[[], object]) -> None:
    with offline(), pytest.raises(OfflineError, match="geomap works offline"):
        attempt()


def test_other_threads_are_offline_too() -> None:
    caught: list[BaseException] = []

    def attempt() -> None:
        try:
            socket.socket()
        except OfflineError as error:
            caught.append(error)

    with offline():
        thread = threading.Thread(target=attempt)
        thread.start()
        thread.join()
    assert len(caught) == 1


def test_the_network_is_back_afterwards() -> None:
    with offline(), offline():
        assert is_offline()
    assert not is_offline()
    socket.socket().close()


@pytest.mark.parametrize(
    ("path", "command"), RUNNABLE, ids=lambda each: each if isinstance(each, str) else ""
)
@pytest.mark.parametrize("where", ["before", "after", "environment"])
def test_a_command_that_opens_a_socket_offline_is_stopped(
    path: str, command: click.Command, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opens_a_socket(**_: object) -> None:
        socket.socket().close()

    monkeypatch.setattr(command, "callback", opens_a_socket)
    words = path.split()[1:]
    needed = [name for parameter in command.params for name in value_for(parameter)]
    arguments = {
        "before": ["--offline", *words, *needed],
        "after": [*words, *needed, "--offline"],
        "environment": [*words, *needed],
    }[where]
    if where == "environment":
        monkeypatch.setenv("GEOMAP_OFFLINE", "1")
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1, result.output
    assert "geomap works offline" in result.stderr
    assert CliRunner().invoke(main, [*words, *needed], env={"GEOMAP_OFFLINE": "0"}).exit_code == 0


def value_for(parameter: click.Parameter) -> list[str]:
    """Return a value for a parameter that a command needs."""
    if not parameter.required:
        return []
    return ["x"] if isinstance(parameter, click.Argument) else [parameter.opts[-1], "x"]


@pytest.mark.parametrize("source", ["http://127.0.0.1:9/a.html", "https://example.org/feed.xml"])
def test_an_address_is_refused_before_anything_is_looked_up(source: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(
        main, ["--offline", "map", source, "-o", str(tmp_path / "map.html")], catch_exceptions=False
    )
    assert result.exit_code == 1
    assert source in result.stderr
    assert "offline" in result.stderr
    assert "socket" not in result.stderr
