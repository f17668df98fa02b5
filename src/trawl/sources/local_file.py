"""Opening files of this machine for reading only, without following, waiting or leaving a trace."""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from trawl.errors import Unreadable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BUFFER_BYTES = 1 << 16


def cannot_read(error: OSError) -> Unreadable:
    """The officer's sentence for an error of the operating system."""
    if error.errno == errno.ELOOP:
        return Unreadable("it is a symbolic link, which is never followed")
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return Unreadable("it was not there any more when it was to be read")
    return Unreadable(f"the system refuses to read it: {error.strerror or error}")


class _ReadOnlyFile(io.FileIO):
    """A raw file whose failures while reading are Unreadable, not OSError."""

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        try:
            return super().readinto(buffer)
        except OSError as error:
            raise cannot_read(error) from error

    def readall(self) -> bytes:
        try:
            return super().readall()
        except OSError as error:
            raise cannot_read(error) from error


def open_descriptor(path: bytes | Path, *, dir_fd: int | None = None, follow: bool = False) -> int:
    """A descriptor on a regular file. The time of last access is left alone where the system
    permits it, and a FIFO put in the file's place cannot make us wait. Raises Unreadable."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    if not follow:
        flags |= os.O_NOFOLLOW
    try:
        try:
            descriptor = os.open(path, flags | os.O_NOATIME, dir_fd=dir_fd)
        except PermissionError:  # only the owner may ask for O_NOATIME
            descriptor = os.open(path, flags, dir_fd=dir_fd)
    except OSError as error:
        raise cannot_read(error) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unreadable("it is not a regular file any more")
    return descriptor


def stream_of(descriptor: int) -> BinaryIO:
    """A buffered, seekable stream that owns the descriptor."""
    return io.BufferedReader(_ReadOnlyFile(descriptor, "rb"), BUFFER_BYTES)


class LocalFile:
    """A regular file read at any offset; the ground every archive stands on."""

    def __init__(self, path: Path) -> None:
        self._descriptor = open_descriptor(path, follow=True)
        self.size = os.fstat(self._descriptor).st_size

    def read_at(self, offset: int, count: int) -> bytes:
        """Up to ``count`` bytes; fewer only at the end. Raises Unreadable."""
        if offset < 0 or count <= 0 or offset >= self.size:
            return b""
        wanted = min(count, self.size - offset)
        pieces: list[bytes] = []
        while wanted:
            try:
                piece = os.pread(self._descriptor, wanted, offset)
            except OSError as error:
                raise cannot_read(error) from error
            if not piece:
                break
            pieces.append(piece)
            offset += len(piece)
            wanted -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def stream(self) -> BinaryIO:
        """A fresh seekable stream over the whole file."""
        return stream_of(os.dup(self._descriptor))

    def close(self) -> None:
        """Close once; closing again does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
