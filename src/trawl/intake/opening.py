"""The sources a worker has open, and the two jobs that are about a source as a whole: listing it,
and fetching one member out of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from trawl.errors import Locked, SourceError
from trawl.intake.marker import IDLE, READING, Marker
from trawl.intake.protocol import Fetch, Fetched, Listed, ListEnd, ListSource, Opened, ToCoordinator
from trawl.intake.reading import copy_out
from trawl.intake.room import stop_without_room
from trawl.model.exhibit import Entry
from trawl.sources.base import Source, SourceLimits
from trawl.sources.registry import source_of_kind

# Entries go out one by one at first, so that a source that hangs its worker after a few has
# lost none of them, and then in batches.
ONE_BY_ONE = 500
LIST_BATCH = 500
HELD_OPEN = 4


class OpenSources:
    """Sources, opened once and kept while they are in use."""

    def __init__(self, limits: SourceLimits, beat: Callable[[], None]) -> None:
        self._limits, self._beat = limits, beat
        self._held: dict[Opened, Source] = {}

    def of(self, opened: Opened) -> Source:
        """The source, opened. Raises SourceError."""
        source = self._held.pop(opened, None)
        if source is None:
            place = opened.place(self._limits, self._beat)
            source = source_of_kind(opened.kind).open(place)
            while len(self._held) >= HELD_OPEN:
                self._held.pop(next(iter(self._held))).close()
        self._held[opened] = source
        return source


def list_source(
    job: ListSource,
    sources: OpenSources,
    send: Callable[[ToCoordinator], None],
    marker: Marker,
) -> None:
    """Send every entry of a source, and how the listing ended."""
    marker.at(job.job, -1, READING)
    problem: str | None = None
    lock: str | None = None
    entries: list[Entry] = []
    sent = 0
    try:
        for entry in _beating(sources.of(job.source).entries(), marker):
            entries.append(entry)
            if sent < ONE_BY_ONE or len(entries) == LIST_BATCH:
                send(Listed(job=job.job, entries=tuple(entries)))
                sent += len(entries)
                entries.clear()
    except Locked as error:
        problem, lock = str(error), error.lock
    except SourceError as error:
        stop_without_room(error)
        problem = str(error)
    except OSError as error:
        stop_without_room(error)
        problem = f"cannot be read: {error.strerror or error}"
    except MemoryError:
        problem = "listing it needs more memory than a worker may have"
    except Exception as error:  # noqa: BLE001 - the boundary to a stranger's bytes
        problem = f"cannot be listed: unexpected {type(error).__name__}: {error}"
    if entries:
        send(Listed(job=job.job, entries=tuple(entries)))
    send(ListEnd(job=job.job, problem=problem, lock=lock))
    marker.at(0, -1, IDLE)


def _beating(entries: Iterator[Entry], marker: Marker) -> Iterator[Entry]:
    for entry in entries:
        marker.beat()
        yield entry


def fetch(job: Fetch, sources: OpenSources, marker: Marker) -> Fetched:
    """Make one member a file of this machine, unless it is one already."""
    marker.at(job.job, -1, READING)
    target = Path(os.fsdecode(job.target))
    try:
        source = sources.of(job.source)
        path = source.local_path(job.entry) or target
        if path == target and not target.exists():
            copy_out(source, job.entry, job.sha256, target, marker.beat)
        answer = Fetched(job=job.job, path=os.fsencode(path))
    except Exception as error:  # noqa: BLE001 - the boundary to a stranger's bytes
        stop_without_room(error)
        answer = Fetched(job=job.job, problem=f"cannot be unpacked: {error}")
    marker.at(0, -1, IDLE)
    return answer
