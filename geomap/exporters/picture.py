"""A picture of a map, by a browser without a window, where one is installed.

Chromium, Chrome or Edge; the page is opened from its file, so nothing is asked of any network.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from geomap.errors import ExportError
from geomap.exporters.writing import write_bytes

_BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "msedge"),
)
_PATIENCE_S = 120
_DRAWING_MS = 10_000
"""Time of the page, not of the clock, that passes before the picture is taken."""


def find_browser() -> str | None:
    """Return the path of a browser that takes pictures without a window, or None."""
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


def write_picture(page: str, path: Path, *, width: int = 1600, height: int = 1000) -> None:
    """Write a PNG of the page, in pixels of so many. Raises ExportError."""
    browser = find_browser()
    if browser is None:
        message = f"{path}: a picture needs Chromium, Chrome or Edge on the path, and there is none"
        raise ExportError(message)
    with tempfile.TemporaryDirectory(prefix="geomap-") as folder:
        source, target = Path(folder) / "map.html", Path(folder) / "map.png"
        source.write_text(page, encoding="utf-8")
        try:
            done = subprocess.run(  # noqa: S603 - a browser from the path, and files of our own
                [
                    *(browser, "--headless", "--disable-gpu", "--no-sandbox", "--hide-scrollbars"),
                    *("--no-first-run", "--disable-extensions", "--disable-background-networking"),
                    *(f"--user-data-dir={folder}/profile", f"--window-size={width},{height}"),
                    *(f"--virtual-time-budget={_DRAWING_MS}", f"--screenshot={target}", source.as_uri()),
                ],
                capture_output=True,
                check=False,
                timeout=_PATIENCE_S,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            message = f"{path}: {browser} took no picture: {error}"
            raise ExportError(message) from error
        if not target.is_file():
            last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
            message = f"{path}: {browser} took no picture: {''.join(last) or done.returncode}"
            raise ExportError(message)
        write_bytes(path, target.read_bytes())
