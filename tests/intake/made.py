"""Containers, entries and rows made up for tests."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from trawl.intake.protocol import Opened
from trawl.model.exhibit import Entry, OccurrenceState
from trawl.model.intake import Container, Logged, root_container

ROOT = root_container(0, 1)
OPENED = Opened(kind="folder", paths=(b"/haul",), scratch=b"/scratch")


def container(number: int, parent: int = 0, path: str = "", **changes: Any) -> Container:
    """A zip inside a container; ids are numbers. Its content is its path unless told."""
    path = path or f"haul/{number}.zip"
    values: dict[str, Any] = {
        "id": number,
        "number": number,
        "parent_id": parent,
        "occurrence_id": number,
        "kind": "zip",
        "path": path,
        "sha256": hashlib.sha256(path.encode()).digest(),
        "depth": 1,
        **changes,
    }
    return replace(ROOT, **values)


def entries(count: int, size: int = 10) -> tuple[Entry, ...]:
    return tuple(Entry(path=b"haul/%03d" % number, size=size) for number in range(count))


def logged(entry: Entry, content: bytes = b"", **changes: Any) -> Logged:
    values: dict[str, Any] = {
        "state": OccurrenceState.LOGGED,
        "sha256": hashlib.sha256(content).digest(),
        "size": len(content),
        **changes,
    }
    return Logged(entry=entry, **values)
