"""The worker process: opens sources, reads members, runs passes; nothing else.

Started as ``python -m trawl.intake.worker SOCKET MARKER PARENT`` with two inherited
descriptors. It reads one batch ahead: while the coordinator looks up which contents of a batch
are known, the worker already reads the next one.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import sys
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from trawl.errors import LimitExceeded, Locked, SourceError
from trawl.intake.confinement import die_with_parent, shut_in
from trawl.intake.examining import examine
from trawl.intake.marker import DECODING, IDLE, READING, Marker
from trawl.intake.opening import OpenSources, fetch, list_source
from trawl.intake.protocol import (
    Ask,
    Fetch,
    Known,
    ListSource,
    MemberDone,
    NoRoom,
    Ready,
    Setup,
    ToCoordinator,
    ToWorker,
    Unframer,
    Work,
    WorkEnd,
    frame,
    receive,
)
from trawl.intake.reading import Gathered, gather
from trawl.intake.room import NoRoomLeft, stop_without_room
from trawl.intake.unread import not_logged, without_reading
from trawl.model.exhibit import Entry, OccurrenceState
from trawl.model.intake import Logged

BATCH_FILES = 32
BATCH_BYTES = 24 << 20


@dataclass(slots=True)
class Batch:
    """Members of one job that were read together."""

    job: Work
    number: int
    done: list[tuple[int, Logged]] = field(default_factory=list)
    gathered: list[tuple[int, Entry, Gathered]] = field(default_factory=list)
    last: bool = False


class Worker:
    """One worker's loop."""

    def __init__(self, stream: socket.socket, marker: Marker) -> None:
        self._stream, self._marker = stream, marker
        self._unframer = Unframer()
        self._decoder = msgspec.msgpack.Decoder(ToWorker)
        self._jobs: deque[ListSource | Fetch | Work] = deque()
        self._known: dict[int, tuple[bool, ...]] = {}
        self._batches = 0
        self._current: tuple[Work, deque[int]] | None = None
        self._setup: Setup

    # Talking --------------------------------------------------------------------------------

    def _send(self, message: ToCoordinator) -> None:
        self._stream.sendall(frame(message))

    def _take_in(self) -> None:
        """Wait for the coordinator to say something, and sort it."""
        for body in receive(self._stream, self._unframer):
            message = self._decoder.decode(body)
            self._marker.heard()
            if isinstance(message, Known):
                self._known[message.batch] = message.known
            elif isinstance(message, Setup):
                self._setup = message
            else:
                self._jobs.append(message)

    def _heard(self) -> bool:
        return bool(select.select([self._stream], [], [], 0)[0])

    # The loop -------------------------------------------------------------------------------

    def run(self) -> None:
        """Serve until the coordinator hangs up."""
        while not hasattr(self, "_setup"):
            self._take_in()
        self._scratch = Path(os.fsdecode(self._setup.scratch))
        self._sources = OpenSources(self._setup.source_limits, self._marker.beat)
        readable = [Path(os.fsdecode(path)) for path in self._setup.readable]
        walls = shut_in(self._setup.memory, self._scratch, readable)
        self._send(Ready(confinement=walls))
        try:
            self._serve()
        except NoRoomLeft as error:
            self._send(NoRoom(reason=str(error)))

    def _serve(self) -> None:
        waiting: Batch | None = None
        while True:
            ahead = self._next_batch(wait=waiting is None)
            if waiting is not None:
                self._finish(waiting)
            waiting = ahead

    def _next_batch(self, *, wait: bool) -> Batch | None:
        """Read one more batch; None when there is nothing to read without waiting."""
        while self._current is None:
            while not self._jobs:
                if not wait and not self._heard():
                    return None
                self._marker.at(0, -1, IDLE)
                self._take_in()
            if not wait and not isinstance(self._jobs[0], Work):
                return None  # first finish what is in hand: answers keep their order
            job = self._jobs.popleft()
            if isinstance(job, ListSource):
                list_source(job, self._sources, self._send, self._marker)
            elif isinstance(job, Fetch):
                self._send(fetch(job, self._sources, self._marker))
            else:
                self._current = (job, deque(job.entries))
        job, left = self._current
        batch = self._read_batch(job, left)
        if not left:
            batch.last = True
            self._current = None
        if batch.gathered and not job.digests_only:
            sha256s = tuple(gathered.sha256 for _, _, gathered in batch.gathered)
            self._send(Ask(job=job.job, batch=batch.number, sha256s=sha256s))
        return batch

    # Reading --------------------------------------------------------------------------------

    def _read_batch(self, job: Work, left: deque[int]) -> Batch:
        self._batches += 1
        batch, size = Batch(job, self._batches), 0
        while left and len(batch.gathered) < BATCH_FILES and size < BATCH_BYTES:
            index = left.popleft()
            entry = job.entries[index]
            self._marker.at(job.job, index, READING)
            outcome = self._read(job, index, entry)
            if isinstance(outcome, Logged):
                batch.done.append((index, outcome))
            else:
                batch.gathered.append((index, entry, outcome))
                size += outcome.size
        return batch

    def _read(self, job: Work, index: int, entry: Entry) -> Logged | Gathered:
        """One member's bytes, or why there are none."""
        settled = without_reading(entry, has_secret=job.source.secret is not None)
        if settled is not None:
            return settled
        if index in job.shunned:
            return not_logged(entry, OccurrenceState.UNREADABLE, job.shunned[index])
        try:
            return gather(self._sources.of(job.source), entry, self._scratch, self._marker.beat)
        except Locked as error:
            return not_logged(entry, OccurrenceState.LOCKED, str(error))
        except LimitExceeded as error:
            return not_logged(entry, OccurrenceState.REFUSED, str(error))
        except SourceError as error:
            stop_without_room(error)
            return not_logged(entry, OccurrenceState.UNREADABLE, str(error))
        except OSError as error:
            stop_without_room(error)
            reason = f"cannot be read: {error.strerror or error}"
            return not_logged(entry, OccurrenceState.UNREADABLE, reason)
        except MemoryError:
            reason = "reading it needs more memory than a worker may have"
            return not_logged(entry, OccurrenceState.UNREADABLE, reason)
        except Exception as error:  # noqa: BLE001 - the boundary to a stranger's bytes
            reason = f"cannot be read: unexpected {type(error).__name__}: {error}"
            return not_logged(entry, OccurrenceState.UNREADABLE, reason)

    # Looking --------------------------------------------------------------------------------

    def _finish(self, batch: Batch) -> None:
        """Examine what is new in a batch, and answer for every member of it."""
        for index, logged in batch.done:
            self._send(MemberDone(job=batch.job.job, index=index, logged=logged))
        known = self._answer(batch)
        seen: set[bytes] = set()
        for (index, entry, gathered), is_known in zip(batch.gathered, known, strict=True):
            self._marker.at(batch.job.job, index, DECODING)
            new = not is_known and gathered.sha256 not in seen
            seen.add(gathered.sha256)
            logged = self._logged(batch.job, index, entry, gathered, new=new)
            self._send(MemberDone(job=batch.job.job, index=index, logged=logged))
        if batch.last:
            self._send(WorkEnd(job=batch.job.job))
            self._marker.at(0, -1, IDLE)

    def _answer(self, batch: Batch) -> tuple[bool, ...]:
        if batch.job.digests_only:
            return (True,) * len(batch.gathered)
        if not batch.gathered:
            return ()
        while batch.number not in self._known:
            self._marker.at(0, -1, IDLE)  # waiting is not hanging
            self._take_in()
        return self._known.pop(batch.number)

    def _logged(
        self, job: Work, index: int, entry: Entry, gathered: Gathered, *, new: bool
    ) -> Logged:
        media = None
        if new:
            name = entry.path.rpartition(b"/")[2].decode("utf-8", "replace")
            media = examine(
                gathered,
                name,
                self._setup.pass_limits,
                self._marker.beat,
                job.spared.get(index),
                job.region,
            )
        return Logged(
            entry=entry,
            state=OccurrenceState.LOGGED,
            reason=gathered.note,
            sha256=gathered.sha256,
            size=gathered.size,
            media=media,
        )


def main() -> None:
    """Entry point of the worker process."""
    descriptor, marker, parent = (int(argument) for argument in sys.argv[1:4])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the coordinator decides what Ctrl-C means
    die_with_parent(parent)
    stream = socket.socket(fileno=descriptor)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        Worker(stream, Marker(marker)).run()


if __name__ == "__main__":
    main()
