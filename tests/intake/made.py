"""Containers, entries and rows made up for tests."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from trawl.intake.protocol import Opened
from trawl.model.exhibit import ContainerState, Entry, OccurrenceState
from trawl.model.intake import Container, Logged

ROOT = Container(
    id=0,
    acquisition_id=1,
    number=0,
    parent_id=None,
    occurrence_id=None,
    kind="folder",
    path="",
    sha256=None,
    locator="",
    volume="",
    depth=0,
    state=ContainerState.PENDING,
    reason=None,
    members=None,
    done=0,
)
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
