"""The processes that show media, for a server of many threads: a few, each bound to the exhibits
of one case, one spare kept ready, killed when they hang, replaced when they die.

A worker that a hostile file has taken over could read the exhibits of its own case and no others.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

import msgspec

from trawl.errors import PassFailed, TrawlError, WorkspaceBusy
from trawl.intake.marker import Marker
from trawl.intake.pool import START_SECONDS, death_in_words, worker_environment
from trawl.intake.protocol import Ready, Setup, Unframer, frame, receive
from trawl.intake.showing_protocol import FromShower, Show
from trawl.passes.base import PassLimits
from trawl.settings import Settings
from trawl.sources.base import SourceLimits

Ground = tuple[tuple[bytes, int, int], ...]
"""What a worker may read: each path with its device and inode, since another disk mounted at the
same path is another ground."""

WAIT_SECONDS = 60.0  # for a free worker
LOOK_SECONDS = 0.25
_PREFIX = "showing-"


class Died(Exception):
    """A worker died or was killed over its job; ``outside``: by nothing that it did."""

    def __init__(self, cause: str, *, outside: bool) -> None:
        super().__init__(cause)
        self.cause, self.outside = cause, outside


@dataclass(slots=True)
class Process:
    """One worker process, started and blank; ``setup`` binds it."""

    process: subprocess.Popen[bytes]
    stream: socket.socket
    marker: Marker
    unframer: Unframer = field(default_factory=Unframer)
    decoder: msgspec.msgpack.Decoder[FromShower] = field(
        default_factory=lambda: msgspec.msgpack.Decoder(FromShower)
    )

    @classmethod
    def start(cls) -> Process:
        """To be called by a thread that outlives it: the kernel kills it with that thread."""
        ours, theirs = socket.socketpair()
        descriptor = Marker.create()
        arguments = [str(theirs.fileno()), str(descriptor), str(os.getpid())]
        debug = None if os.environ.get("TRAWL_WORKER_STDERR") else subprocess.DEVNULL
        process = subprocess.Popen(
            [sys.executable, "-m", "trawl.intake.shower", *arguments],
            pass_fds=(theirs.fileno(), descriptor),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=debug,
            env=worker_environment(),
        )
        theirs.close()
        marker = Marker(descriptor)
        os.close(descriptor)
        return cls(process, ours, marker)

    def ask(self, message: Setup | Show, silent: float, most: float) -> FromShower:
        """Say something and wait for the answer. Raises Died: it is killed when it shows no
        life for ``silent`` seconds, or takes longer than ``most``."""
        try:
            self.stream.settimeout(silent)
            self.stream.sendall(frame(message))
            return self._answer(silent, most)
        except (ValueError, msgspec.DecodeError) as error:
            raise self._dead(f"sent what is no message ({error})") from error
        except TimeoutError as error:
            raise self._dead(str(error)) from error
        except (EOFError, OSError) as error:
            raise self._dead(None) from error

    def _answer(self, silent: float, most: float) -> FromShower:
        began = looked = moved = time.monotonic()
        beats = self.marker.read().beats
        while True:
            if select.select([self.stream], [], [], LOOK_SECONDS)[0]:
                for body in receive(self.stream, self.unframer):
                    return self.decoder.decode(body)
            now = time.monotonic()
            if now - looked > silent:  # we stood still ourselves
                began = moved = now
            looked, seen = now, self.marker.read().beats
            if seen != beats:
                beats, moved = seen, now
            if now - moved > silent:
                raise TimeoutError(f"hung: no progress for {silent:g} s")
            if now - began > most:
                raise TimeoutError(f"took longer than {most:g} s")

    def _dead(self, sentence: str | None) -> Died:
        with contextlib.suppress(subprocess.TimeoutExpired):
            if sentence is None:
                self.process.wait(1)
        self.process.kill()
        code = self.process.wait()
        outside = sentence is None and code == -signal.SIGKILL
        return Died(sentence or death_in_words(code), outside=outside)

    def close(self) -> None:
        """Kill it: nothing it holds is needed."""
        self.process.kill()
        self.stream.close()
        self.process.wait()
        self.marker.close()


@dataclass(slots=True)
class Seat:
    """A worker bound to its ground. ``walls``: what it is confined by, of ``confinement.WALLS``;
    ``lately``: the contents it was asked for last."""

    process: Process
    ground: Ground
    scratch: Scratch
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


@dataclass(slots=True)
class Scratch:
    """The one folder a worker may write to, held by a lock that goes with this process: a folder
    without its lock was left by a server that was killed."""

    folder: Path
    _lock: int

    @classmethod
    def make(cls, around: Path) -> Scratch:
        folder = Path(mkdtemp(prefix=_PREFIX, dir=around))
        lock = os.open(folder.with_suffix(".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        return cls(folder, lock)

    @classmethod
    def remove_left(cls, around: Path) -> None:
        """Remove what servers that were killed have left."""
        for path in around.glob(f"{_PREFIX}*.lock"):
            lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                continue
            cls(path.with_suffix(""), lock).remove()

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.with_suffix(".lock").unlink(missing_ok=True)
        os.close(self._lock)


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
        Scratch.remove_left(scratch)
        self._spare: Future[Process] = self._launcher.submit(Process.start)

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
            self._spare = self._launcher.submit(Process.start)
        process = spare.result()
        scratch = Scratch.make(self._around)
        settings = self._settings
        seat = Seat(process, ground, scratch, settings.hang_seconds, settings.decode_seconds)
        try:
            answer = process.ask(
                _setup(settings, scratch, ground), max(START_SECONDS, seat.silent), START_SECONDS
            )
        except Died as error:
            seat.close()
            raise PassFailed(f"the process that shows media does not start: {error.cause}") from (
                error
            )
        if not isinstance(answer, Ready):
            seat.close()
            raise TrawlError("the process that shows media does not start as it should.")
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


def _setup(settings: Settings, scratch: Scratch, ground: Ground) -> Setup:
    return Setup(
        source_limits=SourceLimits(
            depth=settings.depth, ratio=settings.unpack_ratio, total_bytes=settings.unpack_bytes
        ),
        pass_limits=PassLimits(pixels=settings.pixels, video_seconds=settings.video_seconds),
        memory=settings.worker_memory,
        scratch=os.fsencode(scratch.folder),
        readable=tuple(path for path, _, _ in ground),
    )
