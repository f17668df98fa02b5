"""A file that is there whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trawl.errors import IndexDamaged, StoreError

PART = ".part"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class NewFile:
    """Written beside its place under another name, and put there when it is complete.

    Every method raises StoreError when the disk is full or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part = path.with_name(path.name + PART)
        self.size = 0
        with plainly(path):
            self._file = self._part.open("wb")

    def write(self, data: bytes | memoryview) -> None:
        """Append."""
        with plainly(self.path):
            self._file.write(data)
        self.size += len(data) if isinstance(data, bytes) else data.nbytes

    def publish(self, head: bytes = b"") -> None:
        """Write ``head`` over the beginning, and put the file in its place."""
        with plainly(self.path):
            self._file.seek(0)
            self._file.write(head)
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._part.replace(self.path)
            keep_names(self.path.parent)

    def discard(self) -> None:
        """Leave nothing; does nothing once published."""
        with contextlib.suppress(OSError):  # what cannot be flushed is thrown away anyway
            self._file.close()
        self._part.unlink(missing_ok=True)


def keep_names(folder: Path) -> None:
    """See to it that the names in a folder survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def plainly(path: Path) -> Iterator[None]:
    """Turn what the system says of writing ``path`` into StoreError."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StoreError(
                f"There is no room left on the disk of {path.parent}.",
                hint="Make room, then give the same command again; the hash set is as before.",
            ) from error
        raise StoreError(
            f"{path} cannot be written: {error.strerror}.",
            hint="The hash set is as before.",
        ) from error


@contextmanager
def plainly_read(path: Path) -> Iterator[None]:
    """Turn what the system says of reading ``path`` into StoreError, a file that is not there
    into IndexDamaged."""
    try:
        yield
    except FileNotFoundError as error:
        raise IndexDamaged(
            f"{path} is missing.", hint="Remove the hash set's list and add it again."
        ) from error
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from error
