"""Packs: many small blobs one after the other in few big files, written once, never changed.

A pack is written before the transaction that names its blobs commits, so what is beyond the
last committed blob belongs to nobody and is cut off when writing goes on.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from trawl.errors import NotFound, StoreError

ROLL_BYTES = 1 << 30


class BlobRef(NamedTuple):
    """Where a blob lies: number of the pack, offset and size in bytes."""

    pack: int
    offset: int
    size: int

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.offset + self.size


def pack_path(folder: Path, number: int) -> Path:
    """The file of one pack."""
    return folder / f"{number:06d}.pack"


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"thumbnails cannot be written to {folder}: {error.strerror}",
            hint="Make room, then give the same command again: it goes on where it stopped.",
        ) from error


class PackWriter:
    """Appends blobs to the packs in a folder. One writer a folder."""

    def __init__(self, folder: Path, *, roll: int = ROLL_BYTES) -> None:
        self._folder = folder
        self._roll = roll
        self._number = 0
        self._end = 0
        self._file: BinaryIO | None = None
        self._unsynced = False
        folder.mkdir(parents=True, exist_ok=True)

    @classmethod
    def reopen(cls, folder: Path, upto: BlobRef | None, *, roll: int = ROLL_BYTES) -> Self:
        """Go on behind ``upto``, the last committed blob (None: there is none), cutting off
        everything beyond it. Raises StoreError when committed bytes are missing."""
        writer = cls(folder, roll=roll)
        writer.rewind(upto)
        return writer

    @property
    def position(self) -> tuple[int, int]:
        """Pack and offset where the next blob goes, unless it is time for the next pack."""
        return self._number, self._end

    def append(self, data: bytes) -> BlobRef:
        """Add one blob. It is on the disk for good after ``sync``."""
        if self._end and self._end + len(data) > self._roll:
            self.sync()
            self.close()
            self._number += 1
            self._end = 0
        ref = BlobRef(self._number, self._end, len(data))
        with _writing(self._folder):
            if self._file is None:
                self._file = pack_path(self._folder, self._number).open("ab")
            self._file.write(data)
        self._end += len(data)
        self._unsynced = True
        return ref

    def sync(self) -> None:
        """Put everything appended on the disk. Raises StoreError when that cannot be done."""
        if self._file is None or not self._unsynced:
            return
        with _writing(self._folder):
            self._file.flush()
            os.fdatasync(self._file.fileno())
            there = os.fstat(self._file.fileno()).st_size
        if there != self._end:
            raise StoreError(f"another process is writing to the packs in {self._folder}")
        self._unsynced = False

    def rewind(self, upto: BlobRef | None) -> None:
        """Go back to behind ``upto`` and cut off the rest."""
        self.close()
        self._number, self._end = (upto.pack, upto.end) if upto else (0, 0)
        self._unsynced = False
        for path in sorted(self._folder.glob("*.pack")):
            if int(path.stem) > self._number:
                path.unlink()
        last = pack_path(self._folder, self._number)
        there = last.stat().st_size if last.exists() else 0
        if there < self._end:
            raise StoreError(
                f"the pack {last} has {there:,} bytes, {self._end:,} were written",
                hint="Bring the folder back from a backup.",
            )
        if there > self._end:
            os.truncate(last, self._end)
        if self._end == 0 and last.exists():
            last.unlink()

    def close(self) -> None:
        """Close the file. What was not synced may be lost with the machine."""
        if self._file is not None:
            file, self._file = self._file, None
            with _writing(self._folder):
                file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class StoredThumbnail:
    """A thumbnail in the packs of an acquisition."""

    acquisition_id: int
    ref: BlobRef
    mime: str
    width: int
    height: int


def read_blob(folder: Path, ref: BlobRef) -> bytes:
    """The bytes of one blob. Raises NotFound when the pack is not there or too short."""
    try:
        with pack_path(folder, ref.pack).open("rb") as pack:
            pack.seek(ref.offset)
            data = pack.read(ref.size)
    except OSError as error:
        raise NotFound(f"a pack of thumbnails cannot be read: {error.strerror}") from error
    if len(data) != ref.size:
        raise NotFound("a pack of thumbnails is shorter than it was when it was written")
    return data
