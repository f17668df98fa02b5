"""A stretch of bytes as a stream: what is stored as it is needs no copy."""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, Protocol

from trawl.errors import SourceError, Unreadable
from trawl.sources.guarded import PULL_BYTES, Pull

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

DAMAGED = "its checksum does not hold: the bytes are damaged"

ReadAt = Callable[[int, int], bytes]


class Bytes(Protocol):
    """Bytes that lie somewhere and can be read at any offset."""

    @property
    def size(self) -> int: ...
    def read_at(self, offset: int, count: int, /) -> bytes: ...


def pull_range(file: Bytes, start: int, length: int) -> Pull:
    """Pull the bytes from ``start`` on, at most ``length``."""
    at, end = start, start + length

    def pull(count: int) -> bytes:
        nonlocal at
        data = file.read_at(at, min(count, end - at))
        at += len(data)
        return data

    return pull


def stored_stream(
    file: Bytes,
    start: int,
    length: int,
    crc: int | None = None,
    mismatch: SourceError | None = None,
) -> BinaryIO:
    """A seekable stream over a stretch; read from its start to its end, the checksum must hold.
    Raises Unreadable, at once when the file ends before the stretch does, and ``mismatch`` or
    Unreadable when the checksum does not hold."""
    if start + length > file.size:
        raise Unreadable("its bytes break off: the archive ends before they do")

    def read_at(offset: int, count: int) -> bytes:
        return file.read_at(start + offset, count)

    return io.BufferedReader(_Stretch(read_at, length, crc, mismatch), min(PULL_BYTES, length + 1))


def read_at_stream(read_at: ReadAt, size: int, buffer_bytes: int = PULL_BYTES) -> BinaryIO:
    """A seekable stream over a function that reads at an offset."""
    return io.BufferedReader(_Stretch(read_at, size), buffer_bytes)


class _Stretch(io.RawIOBase):
    def __init__(
        self,
        read_at: ReadAt,
        length: int,
        crc: int | None = None,
        mismatch: SourceError | None = None,
    ) -> None:
        super().__init__()
        self._read_at, self._length, self._expected = read_at, length, crc
        self._mismatch = mismatch or Unreadable(DAMAGED)
        self._at = 0
        self._crc, self._summed = 0, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._take(len(view))
        view[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        return self._take(max(0, self._length - self._at))

    def _take(self, count: int) -> bytes:
        count = max(0, min(count, self._length - self._at))
        data = self._read_at(self._at, count) if count else b""
        if self._expected is not None and self._at == self._summed:
            self._crc = zlib.crc32(data, self._crc)
            self._summed += len(data)
            if self._summed == self._length and self._crc != self._expected:
                raise self._mismatch
        self._at += len(data)
        return data
