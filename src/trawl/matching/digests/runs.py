"""Sorted runs, put aside in a temporary file while a segment is built."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from trawl.errors import StoreError
from trawl.matching.digests.merging import SAMPLE
from trawl.matching.digests.new_file import plainly
from trawl.matching.digests.rows import Rows


class Run:
    """One run: its columns one after the other in the file of all runs."""

    def __init__(self, descriptor: int, offset: int, rows: Rows, path: Path) -> None:
        self._descriptor, self._offset, self._path = descriptor, offset, path
        self.count = len(rows.hi)
        self.samples = Rows(*(column[::SAMPLE].copy() for column in rows))

    def read(self, start: int, stop: int) -> Rows:
        """Some of the rows. Raises StoreError when they cannot be read back."""
        columns, offset = [], self._offset
        for kind in (np.uint64, np.uint64, np.uint32):
            width = np.dtype(kind).itemsize
            data = np.empty(stop - start, kind)
            with plainly(self._path):
                got = os.preadv(self._descriptor, [data], offset + start * width)
            if got != data.nbytes:
                raise StoreError(f"{self._path} was cut while a list was being added.")
            columns.append(data)
            offset += self.count * width
        return Rows(*columns)


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
                self._write(memoryview(column).cast("B"))
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
