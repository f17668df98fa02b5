"""The processes that show media, for a server of many threads: a few, each bound to the exhibits
of one case, one spare kept ready, killed when they hang, replaced when they die.

A worker that a hostile file has taken over could read the exhibits of its own case and no others.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from trawl.errors import StoreError, TrawlError, WorkspaceBusy
from trawl.intake.pool import START_SECONDS
from trawl.intake.protocol import Ready, Setup
from trawl.intake.room import no_room
from trawl.intake.shower_process import Died, ShowerProcess
from trawl.intake.shower_scratch import ShowerScratch
from trawl.intake.showing_protocol import FromShower, Show
from trawl.passes.base import PassLimits
from trawl.settings import Settings
from trawl.sources.base import SourceLimits

Ground = tuple[tuple[bytes, int, int], ...]
"""What a worker may read: each path with its device and inode, since another disk mounted at the
same path is another ground."""

WAIT_SECONDS = 60.0  # for a free worker


@dataclass(slots=True)
class Seat:
    """A worker bound to its ground. ``walls``: what it is confined by, of ``confinement.WALLS``;
    ``lately``: the contents it was asked for last."""

    process: ShowerProcess
    ground: Ground
    scratch: ShowerScratch
    silent: float
    most: float
    walls: tuple[str, ...] = ()
    lately: list[bytes] = field(default_factory=list)
    alive: bool = True

    def ask(self, show: Show) -> FromShower:
        """Raises Died; the seat is then of no more use."""
        self.lately = [show.sha256, *(one for one in self.lately if one != show.sha256)][:3]
        try:
            return self.process.ask(show, self.silent, self.most)
        except Died:
            self.alive = False
            raise

    def close(self) -> None:
        """Kill the worker and empty its scratch."""
        self.process.close()
        self.scratch.remove()


class Seats:
    """At most ``count`` workers, handed out one at a time to any thread."""

    def __init__(self, count: int, settings: Settings, scratch: Path) -> None:
        self._count, self._settings, self._around = count, settings, scratch
        self._idle: list[Seat] = []  # the one used last stands last
        self._busy = 0
        self._closed = False
        self._change = threading.Condition()
        # Children die with the thread that started them, so one thread starts them all.
        self._launcher = ThreadPoolExecutor(1, "showing")
        ShowerScratch.remove_left(scratch)
        self._spare: Future[ShowerProcess] = self._launcher.submit(ShowerProcess.start)

    @contextmanager
    def seat(self, ground: Ground, sha256: bytes) -> Iterator[Seat]:
        """A worker that may read ``ground``, if there is one the one that has shown this content
        lately. Raises WorkspaceBusy when none becomes free."""
        seat = self._take(ground, sha256)
        try:
            if seat is None:
                seat = self._bound(ground)
            yield seat
        finally:
            self._give_back(seat)

    def _take(self, ground: Ground, sha256: bytes) -> Seat | None:
        """An idle worker of this ground; None where the caller is to bind a new one."""
        until = time.monotonic() + WAIT_SECONDS
        with self._change:
            while not self._closed:
                fitting = [seat for seat in self._idle if seat.ground == ground]
                if fitting or self._has_room():
                    self._busy += 1
                    if not fitting:
                        return None
                    seat = max(fitting, key=lambda one: sha256 in one.lately)
                    self._idle.remove(seat)
                    return seat
                if not self._change.wait(max(0.0, until - time.monotonic())):
                    raise WorkspaceBusy(
                        "Too much is being shown at once.", hint="Try again in a moment."
                    )
        raise WorkspaceBusy("The server is being stopped.")

    def _has_room(self) -> bool:
        """Whether another worker may be started, if need be in the place of an idle one."""
        if self._busy + len(self._idle) < self._count:
            return True
        if not self._idle:
            return False
        self._idle.pop(0).close()
        return True

    def _bound(self, ground: Ground) -> Seat:
        """The spare, bound to this ground; another is started in its place."""
        with self._change:
            spare = self._spare
            self._spare = self._launcher.submit(ShowerProcess.start)
        process, settings = spare.result(), self._settings
        try:
            scratch = ShowerScratch.make(self._around)
        except OSError as error:
            process.close()
            raise no_room(error.strerror or error) from error
        seat = Seat(process, ground, scratch, settings.hang_seconds, settings.decode_seconds)
        try:
            answer = process.ask(_setup(settings, scratch, ground), START_SECONDS, START_SECONDS)
            if not isinstance(answer, Ready):
                raise Died("does not say that it is ready", outside=False)
        except Died as error:
            seat.close()
            raise _not_started(error) from error
        seat.walls = answer.confinement
        return seat

    def _give_back(self, seat: Seat | None) -> None:
        with self._change:
            self._busy -= 1
            keep = seat is not None and seat.alive and not self._closed
            if keep and seat is not None:
                self._idle.append(seat)
            self._change.notify()
        if seat is not None and not keep:
            seat.close()

    def close(self) -> None:
        """Kill every worker that is not at work; those at work go as they come back."""
        with self._change:
            self._closed = True
            idle, self._idle = self._idle, []
            self._change.notify_all()
        for seat in idle:
            seat.close()
        self._spare.result().close()
        self._launcher.shutdown()


def _not_started(error: Died) -> TrawlError:
    return StoreError(
        f"the process that shows media does not start: it {error.cause}.",
        hint="Start the server with TRAWL_WORKER_STDERR=1 to see what it says; worker_memory in "
        "trawl.toml may be too small.",
    )


def _setup(settings: Settings, scratch: ShowerScratch, ground: Ground) -> Setup:
    return Setup(
        source_limits=SourceLimits(
            depth=settings.depth, ratio=settings.unpack_ratio, total_bytes=settings.unpack_bytes
        ),
        pass_limits=PassLimits(pixels=settings.pixels, video_seconds=settings.video_seconds),
        memory=settings.worker_memory,
        scratch=os.fsencode(scratch.folder),
        readable=tuple(path for path, _, _ in ground),
    )
