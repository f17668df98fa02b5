"""One segment, open for look-ups.

The file is mapped and never read whole: the first words of the chunks, which are in memory, say
in which chunk a digest would be, and a bisection within it touches one or two pages. What was
touched is handed back to the system window by window, so that the resident memory does not grow
with the segment, nor with the batch.
"""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from trawl.errors import IndexDamaged
from trawl.matching.digests.bisection import first_above, first_not_below
from trawl.matching.digests.layout import (
    AGAIN,
    CHUNK,
    CHUNK_BYTES,
    CHUNK_WORDS,
    HEADER_BYTES,
    HEADER_WORDS,
    SHIFT,
    read_head,
)
from trawl.matching.digests.merging import SAMPLE
from trawl.matching.digests.new_file import plainly_read
from trawl.matching.digests.rows import Rows, Words
from trawl.model.hash_set import Numbers

WINDOW = 160 << 20
"""Bytes of a segment that are mapped at once, for a batch that takes little memory itself."""

SMALL_WINDOW = 64 << 20
"""The same for a batch of more than AT_ONCE queries."""

TOUCHED = 2 << 20
"""Bytes the system maps for one touch, at most: a huge page."""

FAR = 8
"""Chunks between two queries, on the average, from which what is between them is not read."""

PAGE = mmap.PAGESIZE
AT_ONCE = 1 << 17
"""Queries that are looked up at once."""

_STEPS = tuple(CHUNK >> shift for shift in range(1, CHUNK.bit_length()))


class Hits(NamedTuple):
    """``queries``: int64 (h,), positions in the batch; ``numbers``: int64 (h,)."""

    queries: Numbers
    numbers: Numbers


_NONE = Hits(np.empty(0, np.int64), np.empty(0, np.int64))


class Segment:
    """Raises StoreError when the file cannot be opened, IndexDamaged when it does not hold."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with plainly_read(path), path.open("rb") as file:
            self.header, self._firsts, self.spans = read_head(file, path)
            self._map = mmap.mmap(file.fileno(), self.header.tail_at, access=mmap.ACCESS_READ)
        self._words: Words = np.frombuffer(self._map, "<u8")
        self._numbers = np.frombuffer(self._map, "<u4")

    @property
    def count(self) -> int:
        """Rows in all."""
        return self.header.count

    @property
    def samples(self) -> Rows:
        """Every ``SAMPLE``-th row, for merging."""
        return self._at(np.arange(0, self.count, SAMPLE))

    def find(self, hi: Words, lo: Words, most: int | None) -> Hits:
        """All rows that bear one of these digests, sorted by ``hi``; of one digest at most
        ``most``."""
        if not self.count:
            return _NONE
        chosen = None
        if self.count * 4 < len(hi):
            chosen = self._worth_seeking(hi)
            hi, lo = hi[chosen], lo[chosen]
        if not len(hi):
            return _NONE
        chunks = np.maximum(np.searchsorted(self._firsts, hi) - 1, 0)
        parts = [
            self._find_in(chunks[part], hi[part], lo[part], most, part.start)
            for part in self._windows(chunks)
        ]
        queries = np.concatenate([part.queries for part in parts])
        numbers = np.concatenate([part.numbers for part in parts])
        return Hits(queries if chosen is None else chosen[queries], numbers)

    def read(self, start: int, stop: int) -> Rows:
        """The rows ``start`` to ``stop``, copied."""
        parts = []
        step = SMALL_WINDOW // CHUNK_BYTES * CHUNK // 4
        for at in range(start, stop, step):
            parts.append(self._at(np.arange(at, min(at + step, stop))))
        return Rows(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def verify(self) -> None:
        """Read all of it. Raises IndexDamaged when a bit has changed since it was written."""
        crc = 0
        for start in range(HEADER_BYTES, self.header.tail_at, 1 << 20):
            crc = zlib.crc32(self._map[start : min(start + (1 << 20), self.header.tail_at)], crc)
            self._hand_back()
        if crc != self.header.body_crc:
            raise IndexDamaged(f"{self.path} is damaged: its rows do not hold.", hint=AGAIN)

    def close(self) -> None:
        """Let go of the file; nothing can be looked up afterwards."""
        del self._words, self._numbers
        self._map.close()

    def _worth_seeking(self, hi: Words) -> Numbers:
        """Positions of the queries whose ``hi`` is in this segment, which is much shorter than
        the batch: it is cheaper to seek its rows in the batch."""
        found = []
        step = SMALL_WINDOW // CHUNK_BYTES * CHUNK // 4
        for start in range(0, self.count, step):
            own = self._hi(np.arange(start, min(start + step, self.count)))
            first = np.searchsorted(hi, own)
            there = hi[np.minimum(first, len(hi) - 1)] == own
            first = np.unique(first[there])
            found.append(_expanded(first, np.searchsorted(hi, hi[first], "right")))
        return np.unique(np.concatenate(found))

    def _windows(self, chunks: Numbers) -> Iterator[slice]:
        """Runs of queries that together touch less than a window. ``chunks`` ascends."""
        window = WINDOW if len(chunks) <= AT_ONCE else SMALL_WINDOW
        if len(chunks) * TOUCHED <= window:
            self._fetch(chunks)
            yield slice(0, len(chunks))
            self._hand_back()
            return
        step = window // CHUNK_BYTES
        edges = np.searchsorted(chunks, np.arange(0, int(chunks[-1]) + step + 1, step)).tolist()
        for start, stop in pairwise(edges):
            if start < stop:
                self._fetch(chunks[start:stop])
            for first in range(start, stop, AT_ONCE):
                yield slice(first, min(first + AT_ONCE, stop))
            if start < stop:
                self._hand_back()

    def _fetch(self, chunks: Numbers) -> None:
        """Have the system read what will be touched, if it is not in its cache: many places at
        once, where the look-up itself would ask for one after the other."""
        pages = (HEADER_BYTES + chunks * CHUNK_BYTES) // PAGE
        spans = pages[:1], pages[-1:] + 4
        if len(chunks) * FAR < int(chunks[-1] - chunks[0]):
            new = np.append(True, np.diff(pages) > 0)
            spans = pages[new], pages[new] + 4
        for start, stop in zip(*(span.tolist() for span in spans), strict=True):
            at = start * PAGE
            self._map.madvise(mmap.MADV_WILLNEED, at, min(stop * PAGE, len(self._map)) - at)

    def _find_in(self, chunks: Numbers, hi: Words, lo: Words, most: int | None, first: int) -> Hits:
        rows = self._rows_not_below(chunks, hi)
        candidates = np.flatnonzero(rows < self.count)
        candidates = candidates[self._hi(rows[candidates]) == hi[candidates]]
        rows, hi, lo = rows[candidates], hi[candidates], lo[candidates]
        last = rows + 1 == self.count
        alone = last | (self._hi(rows + ~last) != hi)
        hit = alone & (self._lo(rows) == lo)
        more = np.flatnonzero(~alone)
        if not len(more):
            return Hits(first + candidates[hit], self._number(rows[hit]))
        left, right = self._range_of(rows[more], hi[more], lo[more])
        right = right if most is None else np.minimum(right, left + most)
        return Hits(
            first + np.append(candidates[hit], np.repeat(candidates[more], right - left)),
            self._number(np.append(rows[hit], _expanded(left, right))),
        )

    def _rows_not_below(self, chunks: Numbers, hi: Words) -> Numbers:
        """The first row of each whose ``hi`` is not below the one sought: in the chunk, or the
        first of the next."""
        start = HEADER_WORDS + chunks * CHUNK_WORDS
        at = start.copy()
        for step in _STEPS:
            at += step * (self._words[at + (step - 1)] < hi)
        at += self._words[at] < hi
        return chunks * CHUNK + (at - start)

    def _range_of(self, rows: Numbers, hi: Words, lo: Words) -> tuple[Numbers, Numbers]:
        """From where to where the digest goes, given the first row of its ``hi``."""
        end = np.minimum(np.searchsorted(self._firsts, hi, "right") * CHUNK, self.count)
        end = first_above(self._hi, hi, rows, end)
        left = first_not_below(self._lo, lo, rows, end)
        return left, first_above(self._lo, lo, left, end)

    def _at(self, rows: Numbers) -> Rows:
        found = Rows(self._hi(rows), self._lo(rows), self._number(rows).astype(np.uint32))
        self._hand_back()
        return found

    def _hi(self, rows: Numbers) -> Words:
        found: Words = self._words[_word(rows)]
        return found

    def _lo(self, rows: Numbers) -> Words:
        found: Words = self._words[_word(rows) + CHUNK]
        return found

    def _number(self, rows: Numbers) -> Numbers:
        at = 2 * _word(rows) + 4 * CHUNK - (rows & (CHUNK - 1))
        return self._numbers[at].astype(np.int64)

    def _hand_back(self) -> None:
        """What was touched is no longer resident; it stays in the system's cache."""
        self._map.madvise(mmap.MADV_DONTNEED)


def _word(rows: Numbers) -> Numbers:
    """Where the ``hi`` of each row is."""
    return HEADER_WORDS + (rows >> SHIFT) * CHUNK_WORDS + (rows & (CHUNK - 1))


def _expanded(left: Numbers, right: Numbers) -> Numbers:
    """The numbers of all ranges one after the other."""
    lengths = right - left
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    rows: Numbers = np.arange(total) + np.repeat(left - (ends - lengths), lengths)
    return rows
