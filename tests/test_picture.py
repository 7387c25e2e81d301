"""A picture of the map by a browser."""

from __future__ import annotations

import os
import shutil
import struct
from pathlib import Path

import pytest
from builders import a_sighting

from geomap.errors import ExportError
from geomap.exporters.leaflet import LeafletExporter
from geomap.exporters.picture import find_browser, write_picture

needs_browser = pytest.mark.skipif(find_browser() is None, reason="no browser is installed")


@pytest.mark.browser
@needs_browser
def test_a_picture_is_a_png_of_the_size_that_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "map.png"
    write_picture(LeafletExporter().html([a_sighting()]), path, width=640, height=480)
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == (640, 480)


def test_without_a_browser_it_says_what_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ExportError, match="needs Chromium, Chrome or Edge"):
        write_picture("<html>", tmp_path / "map.png")


@pytest.mark.skipif(os.name == "nt", reason="a script stands for a browser")
@pytest.mark.parametrize("script", ["#!/bin/sh\necho no display >&2\nexit 1\n", "not a program"])
def test_a_browser_that_takes_no_picture_is_an_export_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "chromium"
    program.write_text(script)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(ExportError, match="took no picture"):
        write_picture("<html>", tmp_path / "map.png")
    assert not (tmp_path / "map.png").exists()
