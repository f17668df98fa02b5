"""Building a segment from the digests of a list, in any order, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np

from trawl.errors import ListRefused
from trawl.matching.digests.layout import MOST_NUMBERS, Span
from trawl.matching.digests.merging import merged
from trawl.matching.digests.rows import (
    Rows,
    empty_rows,
    in_order,
    repeats,
    same_entry,
    words_of,
)
from trawl.matching.digests.runs import Runs
from trawl.matching.digests.segment_file import SegmentFile
from trawl.matching.steps import Stop, heed, never
from trawl.model.hash_set import DigestKind, Numbers
from trawl.model.hash_set import Rows as Digests

RUN = 1 << 20
"""Rows that are sorted in memory before they are put aside."""

Progress = Callable[[int, int], None]
"""Is told rows done and rows in all."""


class Built(NamedTuple):
    """A segment that was built. ``rows``: what it holds; ``duplicates``: rows that bore a
    digest which an earlier entry of the list bears, kept or not."""

    path: Path
    rows: int
    duplicates: int


class SegmentWriter:
    """Takes the digests of one list in any order; ``finish`` puts the segment at ``path``.

    ``keep_duplicates``: keep every entry that bears a digest (a list with records), or only the
    first (a list that says nothing but digests). The same digest of the same entry counts once.
    Use it in a ``with``: what is not finished leaves nothing. About 100 MB of memory; on the
    disk twice 20 bytes a row until it is finished. Raises StoreError when the disk is full.
    """

    def __init__(
        self,
        path: Path,
        kind: DigestKind,
        list_id: int,
        *,
        keep_duplicates: bool,
        run: int = RUN,
    ) -> None:
        self._path, self._kind, self._list_id = path, kind, list_id
        self._keep = keep_duplicates
        self._run = empty_rows(run)
        self._filled = 0
        self._entries = 0
        self._runs: Runs | None = None
        self._out: SegmentFile | None = None

    def add(self, entries: Numbers, values: Digests) -> None:
        """``entries``: int64 (n,), numbers of entries from 0; ``values``: uint8 (n, size of
        the kind). Raises ListRefused when there are more entries than can be told apart."""
        if values.shape != (len(entries), self._kind.size):
            raise ValueError(f"digests of shape {values.shape} for {self._kind}")
        if not len(entries):
            return
        self._entries = max(self._entries, int(entries.max()) + 1)
        if self._entries > MOST_NUMBERS or entries.min() < 0:
            raise ListRefused(
                f"The list has more than {MOST_NUMBERS:,} entries.",
                hint="Split it, and add the parts to the same set.",
            )
        rows = Rows(*words_of(values), entries.astype(np.uint32))
        while len(rows.hi):
            rows = self._take(rows)

    def finish(self, progress: Progress | None = None, stop: Stop = never) -> Built:
        """Sort what was added and put the segment in its place. Raises Stopped when
        ``stop``, which is asked a few times a second, says so."""
        try:
            total = self._filled + (self._runs.count if self._runs else 0)
            return self._write(watched(self._ranges(), total, progress, stop))
        finally:
            self.discard()

    def discard(self) -> None:
        """Leave nothing but a finished segment."""
        for part in (self._runs, self._out):
            if part is not None:
                part.discard()
        self._runs = self._out = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.discard()

    def _take(self, rows: Rows) -> Rows:
        """Take as many as there is room for; the rest."""
        room = len(self._run.hi) - self._filled
        taken = min(room, len(rows.hi))
        self._run.put(self._filled, rows.part(0, taken))
        self._filled += taken
        if self._filled == len(self._run.hi):
            self._put_aside()
        return rows.part(taken, len(rows.hi))

    def _put_aside(self) -> None:
        if self._runs is None:
            self._runs = Runs(self._path.with_name(self._path.name + ".runs"))
        self._runs.add(self._sorted())
        self._filled = 0

    def _sorted(self) -> Rows:
        rows = in_order(self._run.part(0, self._filled))
        return rows.where(~(repeats(rows, None) & same_entry(rows, None)))

    def _ranges(self) -> Iterator[Rows]:
        if self._runs is None:
            yield self._sorted()
            return
        if self._filled:
            self._put_aside()
        self._run = empty_rows(0)
        yield from merged(self._runs.all)

    def _write(self, ranges: Iterable[Rows]) -> Built:
        self._out = SegmentFile(self._path, self._kind)
        before: Rows | None = None
        for rows in ranges:
            again = repeats(rows, before)
            new = ~(again & same_entry(rows, before))
            before = rows.part(len(rows.hi) - 1, len(rows.hi)) if len(rows.hi) else before
            self._out.duplicates += int(np.count_nonzero(again & new))
            self._out.write(rows.where(new if self._keep else ~again))
        self._out.publish([Span(self._list_id, 0, self._entries)])
        return Built(self._path, self._out.count, self._out.duplicates)


def watched(
    ranges: Iterable[Rows], total: int, progress: Progress | None, stop: Stop
) -> Iterator[Rows]:
    """Passes ranges on, tells how far it has come, and raises Stopped when told to."""
    done = 0
    for rows in ranges:
        heed(stop)
        yield rows
        done += len(rows.hi)
        if progress is not None:
            progress(min(done, total), total)
