"""The worker process that shows media: reads one again from its source and renders it.

Started as ``python -m trawl.intake.shower SOCKET MARKER PARENT`` with two inherited descriptors;
confined as the workers of an intake are. It waits for its ``Setup`` with everything imported, so
that a spare one is ready as soon as it is known which exhibits it may read.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import sys
from collections import deque
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from trawl.errors import TrawlError, plain
from trawl.intake.confinement import die_with_parent, shut_in
from trawl.intake.marker import DECODING, IDLE, READING, Marker
from trawl.intake.protocol import Ready, Setup, Unframer, frame, receive
from trawl.intake.reaching import NotReached, Reach, Reached
from trawl.intake.room import NoRoomLeft
from trawl.intake.showing_protocol import (
    Blurred,
    FromShower,
    NotShown,
    Played,
    Seen,
    Show,
    ToShower,
    What,
    Why,
)
from trawl.passes.base import Content, PassLimits
from trawl.passes.clarity import Pixels, at_clarity
from trawl.passes.filetype import detect
from trawl.passes.picture_showing import picture_to_show
from trawl.passes.video_segment import Stretch, segment_to_show
from trawl.passes.video_showing import frame_to_show

# Nobody looks any more: an exhibit can be taken away.
IDLE_SECONDS = 60.0


class Shower:
    """One worker's loop."""

    def __init__(self, stream: socket.socket, marker: Marker) -> None:
        self._stream, self._marker = stream, marker
        self._unframer = Unframer()
        self._decoder: msgspec.msgpack.Decoder[ToShower] = msgspec.msgpack.Decoder(ToShower)
        self._bodies: deque[bytes] = deque()

    def run(self) -> None:
        """Serve until the server hangs up."""
        setup = self._take_in(None)
        if not isinstance(setup, Setup):
            return
        scratch = Path(os.fsdecode(setup.scratch))
        reach = Reach(setup.source_limits, scratch, self._marker.beat)
        readable = [Path(os.fsdecode(path)) for path in setup.readable]
        self._send(Ready(confinement=shut_in(setup.memory, scratch, readable)))
        while True:
            job = self._take_in(reach)
            if isinstance(job, Show):
                self._send(self._answer(job, reach, setup.pass_limits))
            self._marker.at(0, -1, IDLE)

    def _send(self, message: FromShower) -> None:
        self._stream.sendall(frame(message))

    def _take_in(self, reach: Reach | None) -> ToShower:
        """Wait for the server to say something; after a while let go of what is held."""
        while not self._bodies:
            if reach is not None and not select.select([self._stream], [], [], IDLE_SECONDS)[0]:
                reach.let_go()
            self._bodies += receive(self._stream, self._unframer)
        self._marker.heard()
        return self._decoder.decode(self._bodies.popleft())

    def _answer(self, job: Show, reach: Reach, limits: PassLimits) -> FromShower:
        try:
            self._marker.at(job.job, 0, READING)
            reached = reach.content(job.sha256, job.ways)
            self._marker.at(job.job, 0, DECODING)
            return render(job, reached, limits, self._marker)
        except NotReached as error:
            return NotShown(job=job.job, why=error.why, reason=error.reason, lock=error.lock)
        except NoRoomLeft as error:
            return NotShown(job=job.job, why=Why.NO_ROOM, reason=str(error))
        except TrawlError as error:
            reason = str(error)
        except MemoryError:
            reason = "it needs more memory than a worker may have"
        except Exception as error:  # noqa: BLE001 - the boundary to a stranger's bytes
            reason = plain(f"unexpected {type(error).__name__}: {error}")
        return NotShown(job=job.job, why=Why.FAILED, reason=reason)


def render(job: Show, reached: Reached, limits: PassLimits, marker: Marker) -> FromShower:
    """What is to be seen of a content. Raises PassFailed."""
    content = Content(
        name="",
        size=reached.size,
        head=reached.head,
        opener=reached.opener,
        whole=reached.whole,
        path=reached.path,
        limits=limits,
        beat=marker.beat,
    )
    wish = job.wish
    if wish.what is What.SEGMENT:
        made = segment_to_show(
            content, wish.from_ms, wish.to_ms, wish.clarity, wish.longest, sound=wish.sound
        )
        return _played(job.job, made)
    if wish.what is What.FRAME:
        still = frame_to_show(content, wish.from_ms, wish.clarity, wish.longest)
        return _seen(job.job, still.pixels, (still.height, still.width), still.at_ms)
    kind = detect(reached.head, reached.size, reached.read_at)
    whole = picture_to_show(content, kind, wish.longest, wish.box)
    pixels = at_clarity(whole, wish.clarity, wish.longest)
    return _seen(job.job, pixels, (whole.shape[0], whole.shape[1]), None)


def _played(job: int, stretch: Stretch) -> Played | Blurred:
    about: dict[str, Any] = {
        "job": job,
        "height": stretch.height,
        "width": stretch.width,
        "from_ms": stretch.from_ms,
        "to_ms": stretch.to_ms,
        "ends": stretch.ends,
        "sound": stretch.sound,
    }
    made = stretch.made
    if isinstance(made, bytes):
        return Played(data=made, **about)
    return Blurred(
        rows=made.rows,
        columns=made.columns,
        times=tuple(made.times),
        pixels=bytes(made.pixels),
        heard_ms=made.heard_ms,
        heard=bytes(made.sound),
        **about,
    )


def _seen(job: int, pixels: Pixels, size: tuple[int, int], at_ms: int | None) -> Seen:
    return Seen(
        job=job,
        pixels=np.ascontiguousarray(pixels).tobytes(),
        rows=pixels.shape[0],
        columns=pixels.shape[1],
        channels=pixels.shape[2] if pixels.ndim == 3 else 1,
        height=size[0],
        width=size[1],
        at_ms=at_ms,
    )


def main() -> None:
    """Entry point of the worker process."""
    descriptor, marker, parent = (int(argument) for argument in sys.argv[1:4])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server decides what Ctrl-C means
    die_with_parent(parent)
    stream = socket.socket(fileno=descriptor)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        Shower(stream, Marker(marker)).run()


if __name__ == "__main__":
    main()
