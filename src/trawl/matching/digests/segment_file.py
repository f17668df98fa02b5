"""Writing rows that come in order into the file of a segment."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from trawl.matching.digests.layout import (
    CHUNK,
    CHUNK_WORDS,
    HEADER_BYTES,
    Header,
    Span,
    packed,
    packed_tail,
)
from trawl.matching.digests.new_file import NewFile
from trawl.matching.digests.rows import Rows, empty_rows, joined
from trawl.model.hash_set import DigestKind

AT_ONCE = 128 * CHUNK
"""Rows that are laid out at once."""

_LARGEST = np.uint64(2**64 - 1)


class SegmentFile:
    """A segment in the making; nothing is at its path before ``publish``."""

    def __init__(self, path: Path, kind: DigestKind) -> None:
        self._kind = kind
        self._file = NewFile(path)
        self._file.write(bytes(HEADER_BYTES))
        self._left = empty_rows(0)
        self._firsts = [np.empty(0, np.uint64)]
        self._crc = 0
        self.count = 0
        self.duplicates = 0

    def write(self, rows: Rows) -> None:
        """Append rows, which are in order and come after those that were written."""
        self.count += len(rows.hi)
        rows = joined([self._left, rows]) if len(self._left.hi) else rows
        full = len(rows.hi) // CHUNK * CHUNK
        for start in range(0, full, AT_ONCE):
            self._write_chunks(rows.part(start, min(start + AT_ONCE, full)))
        self._left = rows.every(1, full)

    def publish(self, spans: Sequence[Span]) -> None:
        """Complete the file and put it in its place."""
        if len(self._left.hi):
            self._write_chunks(_filled(self._left))
        tail = packed_tail(np.concatenate(self._firsts), spans)
        self._file.write(tail)
        self._file.publish(
            packed(
                Header(
                    *(self._kind, self.count, self.duplicates),
                    *(len(spans), zlib.crc32(tail), self._crc),
                )
            )
        )

    def discard(self) -> None:
        """Leave nothing."""
        self._file.discard()

    def _write_chunks(self, rows: Rows) -> None:
        chunks = np.empty((len(rows.hi) // CHUNK, CHUNK_WORDS), "<u8")
        chunks[:, :CHUNK] = rows.hi.reshape(-1, CHUNK)
        chunks[:, CHUNK : 2 * CHUNK] = rows.lo.reshape(-1, CHUNK)
        chunks.view("<u4")[:, 4 * CHUNK :] = rows.number.reshape(-1, CHUNK)
        self._firsts.append(chunks[:, 0].astype(np.uint64))
        self._crc = zlib.crc32(chunks.data, self._crc)
        self._file.write(chunks.data)


def _filled(rows: Rows) -> Rows:
    room = empty_rows(CHUNK - len(rows.hi))
    room.hi[:] = room.lo[:] = _LARGEST
    room.number[:] = 0
    return joined([rows, room])
