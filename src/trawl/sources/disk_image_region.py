"""Runs of bytes with addresses: an image, a partition, a volume that was unlocked."""

from __future__ import annotations

import io
import os
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol

from trawl.errors import Unreadable

# What the native readers raise on damaged structures. They have no error classes of their own.
NATIVE_ERRORS = (OSError, ValueError, RuntimeError, MemoryError, OverflowError, SystemError)

MOST_AT_ONCE = 16 << 20  # the native readers refuse requests far above this
BUFFER = 1 << 20


class Region(Protocol):
    """Bytes 0 … ``size``, read at any offset."""

    size: int

    def read_at(self, offset: int, count: int) -> bytes:
        """Up to ``count`` bytes; fewer only at the end. Raises Unreadable."""
        ...


class LocalFiles:
    """Files of this machine that belong to one image, a bounded number of them open at once: a
    set may have thousands of segments. Raises Unreadable for what cannot be opened or read."""

    MOST_OPEN = 64

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = tuple(paths)
        self._open: dict[int, int] = {}
        self.sizes = tuple(os.fstat(self._descriptor(i)).st_size for i in range(len(paths)))

    def _descriptor(self, index: int) -> int:
        descriptor = self._open.pop(index, None)
        if descriptor is None:
            if len(self._open) >= self.MOST_OPEN:
                os.close(self._open.pop(next(iter(self._open))))
            try:
                # Not followed: a link planted beside an image must not pull in other files.
                descriptor = os.open(
                    self._paths[index], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
                )
            except OSError as error:
                raise Unreadable(f"the image cannot be opened: {error.strerror}") from error
        self._open[index] = descriptor
        return descriptor

    def read_at(self, index: int, offset: int, count: int) -> bytes:
        try:
            return os.pread(self._descriptor(index), count, offset)
        except OSError as error:
            raise Unreadable(f"the image cannot be read: {error.strerror}") from error
        except OverflowError as error:  # a crafted offset beyond any file
            raise Unreadable("the image names bytes that no file can have") from error

    def stream(self, index: int) -> RegionStream:
        """One of the files by itself, for a native reader."""
        return RegionStream(partial(self.read_at, index), self.sizes[index])

    def close(self) -> None:
        while self._open:
            os.close(self._open.popitem()[1])


class FilesRegion:
    """Files end to end: a raw image, split or not."""

    def __init__(self, files: LocalFiles) -> None:
        self._files = files
        *self._starts, self.size = accumulate(files.sizes, initial=0)

    def read_at(self, offset: int, count: int) -> bytes:
        parts = []
        while count > 0 and offset < self.size:
            index = bisect_right(self._starts, offset) - 1
            part = self._files.read_at(index, offset - self._starts[index], count)
            if not part:
                break
            parts.append(part)
            offset += len(part)
            count -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)


class HandleRegion:
    """What a libyal object (image, decrypted volume, logical volume) gives. ``keep`` holds the
    objects it reads from: the native side does not."""

    def __init__(self, handle: Any, size: int, keep: tuple[object, ...] = ()) -> None:
        self.handle = handle
        self._keep = keep
        self.size = size

    def read_at(self, offset: int, count: int) -> bytes:
        count = max(0, min(count, self.size - offset))
        parts = []
        try:
            while count > 0:
                part = self.handle.read_buffer_at_offset(min(count, MOST_AT_ONCE), offset)
                if not part:
                    break
                parts.append(part)
                offset += len(part)
                count -= len(part)
        except NATIVE_ERRORS as error:
            raise Unreadable(f"the image is damaged at byte {offset:,}") from error
        return parts[0] if len(parts) == 1 else b"".join(parts)


class SliceRegion:
    """Part of another region, cut where that one ends."""

    def __init__(self, parent: Region, start: int, size: int) -> None:
        self._parent = parent
        self._start = start
        self.size = max(0, min(size, parent.size - start))

    def read_at(self, offset: int, count: int) -> bytes:
        return self._parent.read_at(self._start + offset, max(0, min(count, self.size - offset)))


class RegionStream(io.RawIOBase):
    """A region, or a file inside one, as a seekable stream; the native readers and the passes
    both read through it. ``read_at`` raises Unreadable for what cannot be read."""

    def __init__(self, read_at: Callable[[int, int], bytes], size: int) -> None:
        super().__init__()
        self._read_at = read_at
        self._size = size
        self._offset = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def get_size(self) -> int:
        """The size in bytes, asked for under this name by the native readers."""
        return self._size

    def tell(self) -> int:
        return self._offset

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._offset, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("a stream has no bytes before its beginning")
        self._offset = base + offset
        return self._offset

    def readinto(self, buffer: Any) -> int:
        count = min(len(buffer), self._size - self._offset)
        if count <= 0:
            return 0
        data = self._read_at(self._offset, count)
        if not data:
            raise Unreadable(f"the bytes end at {self._offset:,} of {self._size:,}")
        buffer[: len(data)] = data
        self._offset += len(data)
        return len(data)


def stream(region: Region) -> RegionStream:
    """The region as the file-like object the native readers want."""
    return RegionStream(region.read_at, region.size)
