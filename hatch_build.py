"""Puts the built front end into the wheel, and fails rather than ship one without it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent / "web"))
import build as front_end

STATIC = "src/trawl/api/static"


class FrontEnd(BuildHookInterface[Any]):
    """Builds ``web/`` before a wheel or a source archive is packed; an editable install uses the
    checkout as it is and needs no Node."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node as a package where the machine has none and a bundle must still be built."""
        if _asked_for_editable() or self._page().is_file() or front_end.node_folder():
            return []
        return [front_end.NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the bundle and take it along. Raises RuntimeError when there is no page."""
        if version == "editable":
            return
        if not self._page().is_file() or (Path(self.root) / ".git").exists():
            command = [sys.executable, str(Path(self.root) / "web" / "build.py")]
            if subprocess.run(command, check=False).returncode != 0:
                raise RuntimeError("The front end could not be built; what it said stands above.")
        if not self._page().is_file():
            raise RuntimeError(f"{STATIC}/index.html is missing: the front end is not built.")
        build_data["artifacts"].append(f"/{STATIC}/")

    def _page(self) -> Path:
        return Path(self.root) / STATIC / "index.html"


def _asked_for_editable() -> bool:
    # Requirements are asked for before the kind of build is told; front ends name the hook they
    # call as the first argument of the process.
    return any("editable" in word for word in sys.argv[1:2])
