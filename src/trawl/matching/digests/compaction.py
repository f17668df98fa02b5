"""Making one segment of many, so that a set of a thousand small lists answers as fast as one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from trawl.errors import StoreError
from trawl.matching.digests.layout import MOST_NUMBERS, Span
from trawl.matching.digests.merging import Sorted, merged
from trawl.matching.digests.removed import Removed
from trawl.matching.digests.rows import Rows
from trawl.matching.digests.segment import Segment
from trawl.matching.digests.segment_file import SegmentFile
from trawl.matching.digests.segment_writer import Built, Progress, watched
from trawl.matching.digests.segments import addressed
from trawl.matching.steps import Stop, never


class _Shifted:
    """A segment with all its numbers moved up."""

    def __init__(self, segment: Segment, shift: int) -> None:
        self._segment, self._shift = segment, np.uint32(shift)
        self.count = segment.count
        self.samples = self._moved(segment.samples)

    def read(self, start: int, stop: int) -> Rows:
        return self._moved(self._segment.read(start, stop))

    def _moved(self, rows: Rows) -> Rows:
        return rows._replace(number=rows.number + self._shift)


def compact(
    segments: Sequence[Segment],
    path: Path,
    *,
    lists: Collection[int] | None = None,
    removed: Removed | None = None,
    progress: Progress | None = None,
    stop: Stop = never,
) -> Built:
    """Merge segments of one kind into a new one at ``path``; the old ones are left as they
    are. An entry keeps its address, list and number. Rows of lists that are not in ``lists``
    (None: all), and of removed entries, are left out. Bounded memory. Raises StoreError when
    the disk is full or there are too many entries, Stopped."""
    removed = Removed() if removed is None else removed
    sources, spans = _side_by_side(segments)
    alive = [span for span in spans if lists is None or span.list_id in lists]
    total = sum(segment.count for segment in segments)
    out = SegmentFile(path, segments[0].header.kind)
    try:
        for rows in watched(merged(sources), total, progress, stop):
            owners, entries = addressed(rows.number.astype(np.int64), spans)
            kept = ~removed.has(owners, entries)
            kept &= np.isin(owners, [span.list_id for span in alive])
            out.write(rows.where(kept))
        out.duplicates = sum(segment.header.duplicates for segment in segments)
        out.publish(alive)
        return Built(path, out.count, out.duplicates)
    finally:
        out.discard()


def _side_by_side(segments: Sequence[Segment]) -> tuple[list[Sorted], list[Span]]:
    """The segments with numbers that do not overlap, and whose they are."""
    sources: list[Sorted] = []
    spans: list[Span] = []
    shift = 0
    for segment in segments:
        end = max((span.base + span.entries for span in segment.spans), default=0)
        if shift + end > MOST_NUMBERS:
            raise StoreError(
                f"These lists have more than {MOST_NUMBERS:,} entries between them.",
                hint="They stay as they are.",
            )
        sources.append(_Shifted(segment, shift))
        spans += [span._replace(base=span.base + shift) for span in segment.spans]
        shift += end
    return sources, spans
