"""Streams over unpacked bytes that stop a bomb while it is being read."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from trawl.errors import LimitExceeded
from trawl.sources.base import SourceLimits

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PULL_BYTES = 1 << 18
_BUFFER_BYTES = 1 << 16

Pull = Callable[[int], bytes]  # up to n unpacked bytes, empty only at the end


class Meter:
    """Counts what really comes out of one member, whatever its listing declares."""

    def __init__(self, limits: SourceLimits, packed: int | None, declared: int | None) -> None:
        self._limits = limits
        self._packed = packed
        self._declared = declared
        self.count = 0

    def add(self, count: int) -> None:
        """Account for ``count`` more bytes. Raises LimitExceeded."""
        self.count += count
        self._limits.check_member(self._packed, self.count)
        declared = self._declared
        if declared is not None and self.count > max(declared, self._limits.ratio_from):
            raise LimitExceeded(f"it unpacks to more than the {declared:,} bytes it declares")


def meter_of_all(limits: SourceLimits, packed: int | None, declared: int | None) -> Meter:
    """A meter for all members together, as they come out of one packed stream."""
    return Meter(replace(limits, member_bytes=limits.total_bytes), packed, declared)


class UnpackedStream(io.RawIOBase):
    """What ``pull`` gives, metered. Not seekable: unpacking only goes forward."""

    def __init__(self, pull: Pull, meter: Meter) -> None:
        super().__init__()
        self._pull = pull
        self._meter = meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._take(len(view))
        view[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        pieces: list[bytes] = []
        while piece := self._take(PULL_BYTES):
            pieces.append(piece)
        return b"".join(pieces)

    def _take(self, count: int) -> bytes:
        data = self._pull(count)
        self._meter.add(len(data))
        return data


def unpacked_stream(pull: Pull, meter: Meter) -> BinaryIO:
    """A buffered stream over what ``pull`` gives."""
    return io.BufferedReader(UnpackedStream(pull, meter), _BUFFER_BYTES)
