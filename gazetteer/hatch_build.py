"""Build hook: the wheel carries the gazetteer file, made from the place data in this folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GazetteerBuildHook(BuildHookInterface):  # type: ignore[misc]
    """Make geomap/gazetteers/embedded.sqlite, unless it is newer than all that it is made from."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build the file before the wheel (or the editable install) is put together."""
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from gazetteer.make import make

            make(root)
        finally:
            sys.path.remove(str(root))
