"""One process that shows media, as the server sees it: started, spoken to, watched, killed."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field

import msgspec

from trawl.intake.marker import Marker
from trawl.intake.pool import death_in_words, worker_environment
from trawl.intake.protocol import Setup, Unframer, frame, receive
from trawl.intake.showing_protocol import FromShower, Show

LOOK_SECONDS = 0.25


class Died(Exception):
    """A worker died or was killed over its job; ``outside``: by nothing that it did."""

    def __init__(self, cause: str, *, outside: bool) -> None:
        super().__init__(cause)
        self.cause, self.outside = cause, outside


@dataclass(slots=True)
class ShowerProcess:
    """One worker process, started and blank; ``setup`` binds it."""

    process: subprocess.Popen[bytes]
    stream: socket.socket
    marker: Marker
    unframer: Unframer = field(default_factory=Unframer)
    decoder: msgspec.msgpack.Decoder[FromShower] = field(
        default_factory=lambda: msgspec.msgpack.Decoder(FromShower)
    )

    @classmethod
    def start(cls) -> ShowerProcess:
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
