"""A few bytes shared by a worker and the coordinator: what the worker is at, and that it moves.

When a worker dies without a word, the marker names the file that did it. When it hangs, the
counter stands still.
"""

from __future__ import annotations

import mmap
import os
import struct
from dataclasses import dataclass

READING, DECODING, IDLE = 1, 2, 0
_LAYOUT = struct.Struct("<QqQQQ")


@dataclass(frozen=True, slots=True)
class Mark:
    """Job and member index being worked on (index -1: none), the stage, a counter, and how many
    messages the worker has taken in."""

    job: int
    index: int
    stage: int
    beats: int
    heard: int = 0


class Marker:
    """One worker's marker. The worker writes, the coordinator reads; a torn read is harmless,
    since it is looked at again half a second later."""

    def __init__(self, descriptor: int) -> None:
        self._map = mmap.mmap(descriptor, _LAYOUT.size)
        self._job, self._index, self._stage, self._beats, self._heard = 0, -1, IDLE, 0, 0

    @staticmethod
    def create() -> int:
        """A descriptor for a new marker; pass it to the worker, then make a Marker on it."""
        descriptor = os.memfd_create("trawl-marker", os.MFD_CLOEXEC)
        os.ftruncate(descriptor, _LAYOUT.size)
        return descriptor

    def at(self, job: int, index: int, stage: int) -> None:
        """The worker turns to this member."""
        self._job, self._index, self._stage = job, index, stage
        self.beat()

    def heard(self) -> None:
        """The worker has taken in a message, and is busy until it says that it waits again."""
        self._heard += 1
        self.at(0, -1, READING)

    def beat(self) -> None:
        """The worker is alive and moving."""
        self._beats += 1
        said = (self._job, self._index, self._stage, self._beats, self._heard)
        _LAYOUT.pack_into(self._map, 0, *said)

    def read(self) -> Mark:
        """What the worker last said."""
        return Mark(*_LAYOUT.unpack_from(self._map, 0))

    def close(self) -> None:
        """Unmap."""
        self._map.close()
