"""What every reader of a list of known content keeps to."""

from __future__ import annotations

import io
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, ClassVar, Protocol, runtime_checkable

from trawl.errors import ListRefused
from trawl.model.hash_set import EntryBatch, Oddities

HEAD = 64 << 10
"""Bytes of a list by which its format is told."""

BATCH = 16_384
"""Entries in one batch, at most."""


class ListFile:
    """A list on disk, read from the start as often as need be; never written.

    ``position`` is how many bytes have been read so far, for progress; a reader that does not
    read through ``open`` (SQLite) sets it itself, in proportion. ``about`` is what the list
    says of itself (its version, who sent it), filled by the reader; complete once ``read`` has
    run to its end.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.about: dict[str, str] = {}
        with _readable(path):
            found = path.stat()
            if not stat.S_ISREG(found.st_mode):
                raise ListRefused(
                    f"{path} is no file: a list is read more than once, from its start.",
                    hint="Save it as a file first.",
                )
            self.size = found.st_size
            with path.open("rb") as file:
                self.head = file.read(HEAD)
        if not self.head:
            raise ListRefused(f"{path} is empty: there is no list in it.")
        self.position = 0

    def open(self) -> IO[bytes]:
        """The bytes from the start, counted as they are read. Opening and reading raise
        ListRefused."""
        self.position = 0
        return io.BufferedReader(_Counted(self), 1 << 18)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn what the system says of reading a list into a refusal."""
    try:
        yield
    except OSError as error:
        raise ListRefused(f"{path} cannot be read: {error.strerror}.") from error


class _Counted(io.RawIOBase):
    """A raw file that tells its list how far it has come."""

    def __init__(self, list_file: ListFile) -> None:
        self._list = list_file
        with _readable(list_file.path):
            self._file = list_file.path.open("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        with _readable(self._list.path):
            read = self._file.readinto(buffer)  # type: ignore[arg-type]
        self._list.position += read or 0
        return read or 0

    def close(self) -> None:
        self._file.close()
        super().close()


@runtime_checkable
class Reader(Protocol):
    """A format of lists. ``name`` is what ``--format`` takes and what is stored of an import;
    ``expects`` says in a few words what a list of this format looks like, for refusals."""

    name: ClassVar[str]
    expects: ClassVar[str]

    def recognises(self, listed: ListFile) -> bool:
        """Whether the head of the file shows this format. Reads nothing else than the head
        (SQLite: the schema)."""

    def read(self, listed: ListFile, oddities: Oddities) -> Iterator[EntryBatch]:
        """The entries, streamed in bounded memory, batches of at most ``BATCH``, numbered
        without gaps from 0; an entry without any digest or fingerprint counts, and is an
        oddity. What is odd is noted and read all the same. Raises ListRefused, naming what was
        expected and what was found and where, when the list is broken or not of this format."""
