"""Sorted runs, put aside in a temporary file while a segment is built."""

from __future__ import annotations

import os
from pathlib import Path

from trawl.errors import StoreError
from trawl.matching.digests.merging import SAMPLE
from trawl.matching.digests.new_file import plainly
from trawl.matching.digests.rows import Rows, empty_rows


class Run:
    """One run: its columns one after the other in the file of all runs."""

    def __init__(self, descriptor: int, offset: int, rows: Rows, path: Path) -> None:
        self._descriptor, self._offset, self._path = descriptor, offset, path
        self.count = len(rows.hi)
        self.samples = rows.every(SAMPLE)

    def read(self, start: int, stop: int) -> Rows:
        """Some of the rows. Raises StoreError when they cannot be read back."""
        rows = empty_rows(stop - start)
        offset = self._offset
        for column in rows:
            with plainly(self._path):
                got = os.preadv(self._descriptor, [column.data], offset + start * column.itemsize)
            if got != column.nbytes:
                raise StoreError(f"{self._path} was cut while a list was being added.")
            offset += self.count * column.itemsize
        return rows


class Runs:
    """A file of runs, which goes with the one who opened it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with plainly(path):
            self._file = path.open("w+b", buffering=0)
        self._size = 0
        self.all: list[Run] = []

    @property
    def count(self) -> int:
        """Rows of all runs."""
        return sum(run.count for run in self.all)

    def add(self, rows: Rows) -> None:
        """Put a run aside. Raises StoreError when the disk is full."""
        run = Run(self._file.fileno(), self._size, rows, self._path)
        with plainly(self._path):
            for column in rows:
                self._write(column.data.cast("B"))
        self.all.append(run)

    def _write(self, data: memoryview) -> None:
        while data:  # one system call writes 2 GiB at most, and less on a disk nearly full
            written = self._file.write(data)
            self._size += written
            data = data[written:]

    def discard(self) -> None:
        """Delete the file."""
        self._file.close()
        self._path.unlink(missing_ok=True)
