"""A worker whose decoders crash, hang, never come to an end or eat memory over contents that say
so. Run in the place of ``trawl.intake.worker``."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trawl.intake import worker
from trawl.intake.reading import Gathered
from trawl.model.exhibit import Entry
from trawl.model.media import MediaRecord
from trawl.sources.base import Source

_examine, _gather = worker.examine, worker.gather


def examine(
    gathered: Gathered,
    name: str,
    limits: Any,
    beat: Callable[[], None],
    spared: str | None = None,
    region: Any = None,
) -> MediaRecord:
    content = gathered.head
    if spared is None:
        if content.startswith(b"decoding crashes"):
            ctypes.string_at(0)
        if content.startswith(b"decoding hangs"):
            time.sleep(3600)
        if content.startswith(b"decoding never ends"):
            while True:
                beat()
                time.sleep(0.01)
    return _examine(gathered, name, limits, beat, spared, region)


def gather(source: Source, entry: Entry, scratch: Path, beat: Callable[[], None]) -> Gathered:
    found = _gather(source, entry, scratch, beat)
    if found.head.startswith(b"reading crashes"):
        ctypes.string_at(0)
    if found.head.startswith(b"reading hangs"):
        time.sleep(3600)
    if found.head.startswith(b"reading takes memory"):
        bytearray(1 << 40)
    return found


worker.examine, worker.gather = examine, gather

if __name__ == "__main__":
    worker.main()
