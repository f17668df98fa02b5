"""Looking up batches of digests in many segments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np

from trawl.matching.digests.layout import Span
from trawl.matching.digests.removed import Removed
from trawl.matching.digests.rows import words_of
from trawl.matching.digests.segment import Hits, Segment
from trawl.model.hash_set import DigestKind, Numbers
from trawl.model.hash_set import Rows as Digests

BATCH = 1 << 20
"""Queries that are sorted at once; a longer batch is cut."""


class Found(NamedTuple):
    """Hits, int64 (h,) each: the position of the query in its batch, the list, and the number
    of the entry within that list. By the segment and the digest, in no order of use."""

    queries: Numbers
    lists: Numbers
    entries: Numbers


class DigestSegments:
    """Segments of one kind of digest, open. ``lists``: those that count, all when None;
    ``removed``: entries that do not. Each segment holds one file open."""

    def __init__(
        self,
        segments: Iterable[Segment],
        *,
        lists: Collection[int] | None = None,
        removed: Removed | None = None,
    ) -> None:
        self.segments = list(segments)
        kinds = {segment.header.kind for segment in self.segments}
        if len(kinds) > 1:
            raise ValueError(f"segments of several kinds: {sorted(kinds)}")
        self.kind: DigestKind | None = next(iter(kinds), None)
        self._lists = None if lists is None else np.array(sorted(lists), np.int64)
        self._removed = Removed() if removed is None else removed

    @classmethod
    def open(
        cls,
        paths: Iterable[Path],
        *,
        lists: Collection[int] | None = None,
        removed: Removed | None = None,
    ) -> DigestSegments:
        """Raises IndexDamaged when a file is missing or does not hold."""
        segments: list[Segment] = []
        try:
            for path in paths:
                segments.append(Segment(path))
            return cls(segments, lists=lists, removed=removed)
        except BaseException:
            for segment in segments:
                segment.close()
            raise

    def __len__(self) -> int:
        return sum(segment.count for segment in self.segments)

    def look_up(self, values: Digests, most: int | None = None) -> Found:
        """All entries that bear one of ``values``, uint8 (q, size of the kind). A batch may
        name a digest twice. ``most``: hits of one digest in one segment, where a hostile list
        may bear the same one a million times."""
        if self.kind is not None and values.shape[1:] != (self.kind.size,):
            raise ValueError(f"digests of shape {values.shape} for {self.kind}")
        parts = list(self._look_up(values, most))
        if not parts:
            return Found(*np.zeros((3, 0), np.int64))
        if len(parts) == 1:
            return parts[0]
        return Found(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def close(self) -> None:
        """Let go of the files."""
        for segment in self.segments:
            segment.close()
        self.segments = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _look_up(self, values: Digests, most: int | None) -> Iterator[Found]:
        for start in range(0, len(values), BATCH):
            hi, lo = words_of(values[start : start + BATCH])
            order = np.argsort(hi)
            hi, lo = hi[order], lo[order]
            for segment in self.segments:
                hits = segment.find(hi, lo, most)
                if len(hits.queries):
                    yield self._found(start + order[hits.queries], hits, segment.spans)

    def _found(self, queries: Numbers, hits: Hits, spans: list[Span]) -> Found:
        found = Found(queries, *addressed(hits.numbers, spans))
        if self._lists is None and not len(self._removed):
            return found
        count = ~self._removed.has(found.lists, found.entries)
        if self._lists is not None:
            count &= np.isin(found.lists, self._lists)
        return Found(*(column[count] for column in found))


def addressed(numbers: Numbers, spans: list[Span]) -> tuple[Numbers, Numbers]:
    """List and entry of each number of a segment."""
    table = np.array(spans, np.int64)
    if len(spans) == 1:
        return np.full(len(numbers), table[0, 0]), numbers - table[0, 1]
    at = np.searchsorted(table[:, 1], numbers, "right") - 1
    return table[at, 0], numbers - table[at, 1]
