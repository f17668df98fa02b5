"""The worker processes: started, listened to, watched, killed, replaced."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from trawl.errors import TrawlError
from trawl.intake.marker import DECODING, IDLE, Mark, Marker
from trawl.intake.protocol import (
    Ready,
    Setup,
    ToCoordinator,
    ToWorker,
    Unframer,
    frame,
    receive,
)

SLEPT_SECONDS = 5.0  # longer between two looks than this: we stood still, not the workers
STILLBORN_LIMIT = 5
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Death:
    """A worker is gone. ``mark`` is what it was at; ``hung`` when the watch killed it."""

    worker: int
    mark: Mark
    cause: str
    hung: bool
    outside: bool  # by SIGKILL that the watch did not send: someone else, or the kernel


@dataclass(slots=True)
class _Process:
    process: subprocess.Popen[bytes]
    stream: socket.socket
    marker: Marker
    unframer: Unframer = field(default_factory=Unframer)
    outbox: bytearray = field(default_factory=bytearray)
    mark: Mark = field(default_factory=lambda: Mark(0, -1, IDLE, 0))
    moved: float = 0.0  # when the marker last changed
    began: float = 0.0  # when it turned to its present member
    told: float = 0.0  # when it was last told something
    messages: int = 0  # that it was told
    ready: bool = False
    sentence: str | None = None  # why the watch killed it


def worker_environment() -> dict[str, str]:
    """The environment of a worker: one process a core, so one thread a process; and freed
    memory is kept, since giving every decoded picture's pages back to the kernel and faulting
    in new ones for the next takes a sixth of a small picture's time."""
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    # Settings of this workspace, a database's password among them, are no business of a worker.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TRAWL_")}
    return {
        **inherited,
        **dict.fromkeys(threads, "1"),
        "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
        "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
        "PYTHONHASHSEED": "0",
    }


class Pool:
    """A fixed number of workers. ``poll`` brings what they say, and their deaths."""

    def __init__(
        self, count: int, setup: Setup, hang_seconds: float, decode_seconds: float
    ) -> None:
        self._setup, self._hang, self._decode = setup, hang_seconds, decode_seconds
        self._selector = selectors.DefaultSelector()
        self._workers: dict[int, _Process] = {}
        self._decoder = msgspec.msgpack.Decoder(ToCoordinator)
        self._next_number = 0
        self._stillborn = 0
        self._last_watch = 0.0
        self.confinement: tuple[str, ...] = ()
        for _ in range(count):
            self._start()

    @property
    def workers(self) -> tuple[int, ...]:
        """Numbers of the workers that live; a replaced one has a new number."""
        return tuple(self._workers)

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the workers."""
        return tuple(worker.process.pid for worker in self._workers.values())

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        descriptor = Marker.create()
        arguments = [str(theirs.fileno()), str(descriptor), str(os.getpid())]
        debug = None if os.environ.get("TRAWL_WORKER_STDERR") else subprocess.DEVNULL
        process = subprocess.Popen(
            [sys.executable, "-m", "trawl.intake.worker", *arguments],
            pass_fds=(theirs.fileno(), descriptor),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=debug,
            env=worker_environment(),
        )
        theirs.close()
        ours.setblocking(False)
        worker = _Process(process, ours, Marker(descriptor))
        os.close(descriptor)
        worker.moved = worker.began = time.monotonic()
        number = self._next_number
        self._next_number += 1
        self._workers[number] = worker
        self._selector.register(ours, selectors.EVENT_READ, number)
        self.send(number, self._setup)

    def send(self, number: int, message: ToWorker) -> None:
        """Say something to a worker. If it no longer listens, its death follows by ``poll``."""
        worker = self._workers[number]
        worker.outbox += frame(message)
        worker.told = time.monotonic()
        worker.messages += 1
        self._post(number)

    def _post(self, number: int) -> None:
        """Send what a worker can take now. It may be waiting to be heard itself, so nobody waits
        for it here."""
        worker = self._workers[number]
        try:
            while worker.outbox:
                del worker.outbox[: worker.stream.send(worker.outbox)]
        except BlockingIOError:
            pass
        except OSError:
            worker.outbox.clear()
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if worker.outbox else 0)
        self._selector.modify(worker.stream, events, number)

    def poll(self, seconds: float) -> Iterator[tuple[int, ToCoordinator] | Death]:
        """What happened within ``seconds``: messages, and deaths (already replaced)."""
        for key, events in self._selector.select(seconds):
            number: int = key.data
            if events & selectors.EVENT_WRITE and number in self._workers:
                self._post(number)
            if events & selectors.EVENT_READ and number in self._workers:
                yield from self._hear(number)
        now = time.monotonic()
        if now - self._last_watch >= 0.5:
            if now - self._last_watch > SLEPT_SECONDS:
                self._forgive(now)
            self._last_watch = now
            for worker in self._workers.values():
                self._watch(worker, now)

    def _hear(self, number: int) -> Iterator[tuple[int, ToCoordinator] | Death]:
        worker = self._workers[number]
        try:
            for body in receive(worker.stream, worker.unframer):
                message = self._decoder.decode(body)
                if isinstance(message, Ready):
                    worker.ready, self._stillborn = True, 0
                    self.confinement = message.confinement
                else:
                    yield number, message
        except BlockingIOError:  # nothing to hear after all
            return
        except (ValueError, msgspec.DecodeError) as error:
            self._condemn(worker, f"sent what is no message ({error})")
            yield self._bury(number)
        except (EOFError, OSError):
            yield self._bury(number)

    def _forgive(self, now: float) -> None:
        """The coordinator itself stood still (stopped by Ctrl-Z, a database that waited): what
        the workers did meanwhile cannot be told, so their time begins anew."""
        for worker in self._workers.values():
            worker.moved = worker.began = worker.told = now

    def _watch(self, worker: _Process, now: float) -> None:
        """Kill a worker that stands still, or decodes one file for too long."""
        mark = worker.marker.read()
        if mark.beats != worker.mark.beats:
            worker.moved = now
        if (mark.job, mark.index, mark.stage) != (
            worker.mark.job,
            worker.mark.index,
            worker.mark.stage,
        ):
            worker.began = now
        worker.mark = mark
        if mark.stage == IDLE:
            patience = self._hang if worker.ready else max(self._hang, START_SECONDS)
            if mark.heard < worker.messages and now - worker.told > patience:
                self._condemn(worker, f"does not answer for {patience:g} s")
            return
        if now - worker.moved > self._hang:
            self._condemn(worker, f"hung: no progress for {self._hang:g} s")
        elif mark.stage == DECODING and now - worker.began > self._decode:
            self._condemn(worker, f"took longer than {self._decode:g} s")

    def _condemn(self, worker: _Process, why: str) -> None:
        if worker.sentence is None:
            worker.sentence = why
            worker.process.kill()

    def _bury(self, number: int) -> Death:
        """Take a dead worker out, start another, say what it died of."""
        worker = self._workers.pop(number)
        self._selector.unregister(worker.stream)
        worker.stream.close()
        worker.process.kill()
        code = worker.process.wait()
        mark = worker.marker.read()
        worker.marker.close()
        if not worker.ready:
            self._stillborn += 1
            if self._stillborn >= STILLBORN_LIMIT:
                raise TrawlError(
                    f"workers die as soon as they start (exit status {code}).",
                    hint="Run again with TRAWL_WORKER_STDERR=1 to see what they say; "
                    "worker_memory in trawl.toml may be too small.",
                )
        self._start()
        return Death(
            worker=number,
            mark=mark,
            cause=worker.sentence or death_in_words(code),
            hung=worker.sentence is not None,
            outside=worker.sentence is None and code == -signal.SIGKILL,
        )

    def close(self) -> None:
        """Kill every worker: nothing they hold is needed."""
        for worker in self._workers.values():
            worker.process.kill()
        for worker in self._workers.values():
            with contextlib.suppress(OSError):
                worker.stream.close()
            worker.process.wait()
            worker.marker.close()
        self._workers.clear()
        self._selector.close()


def death_in_words(code: int) -> str:
    """An exit status in words."""
    if code >= 0:
        return f"ended the worker (exit status {code})"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"crashed the worker ({name})"
