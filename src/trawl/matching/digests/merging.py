"""Merging sorted rows in bounded memory.

The rows of all sources are cut into ranges by splitters drawn from samples of every source,
each range is read whole and sorted. As splitters are whole rows, digest and number, and no
source bears the same row twice, a range is small however the digests are spread, even when all
of them are equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from trawl.matching.digests.rows import Rows, count_below, in_order, joined

SAMPLE = 1024
"""Every so manieth row of a source is a sample."""

RANGE = 1 << 20
"""Rows of a range: at most so many, when there are fewer than 500 sources."""

Key = tuple[int, int, int]


class Sorted(Protocol):
    """Rows in order, each once, that can be read in parts."""

    @property
    def count(self) -> int:
        """How many rows there are."""

    @property
    def samples(self) -> Rows:
        """The rows 0, SAMPLE, 2 × SAMPLE …"""

    def read(self, start: int, stop: int) -> Rows:
        """Some of the rows."""


def merged(sources: Sequence[Sorted], most: int = RANGE) -> Iterator[Rows]:
    """The rows of all sources in order, by the range."""
    at = [0] * len(sources)
    for splitter in [*_splitters(sources, most), None]:
        to = [_position(source, splitter) for source in sources]
        parts = [
            source.read(start, stop)
            for source, start, stop in zip(sources, at, to, strict=True)
            if start < stop
        ]
        at = to
        if parts:
            yield in_order(joined(parts))


def _splitters(sources: Sequence[Sorted], most: int) -> list[Key]:
    """Between two samples of one source lie less than SAMPLE rows of it; so between splitters
    ``step`` samples apart lie at most ``(step + sources) * SAMPLE`` rows."""
    if sum(source.count for source in sources) <= most:
        return []
    samples = in_order(joined([source.samples for source in sources]))
    step = max(most // SAMPLE - len(sources), 1)
    hi, lo, number = samples.every(step, step)
    return list(zip(hi.tolist(), lo.tolist(), number.tolist(), strict=True))


def _position(source: Sorted, splitter: Key | None) -> int:
    """How many rows of the source come before the splitter."""
    if splitter is None:
        return source.count
    before = count_below(source.samples, splitter)
    if before == 0:
        return 0
    start = (before - 1) * SAMPLE + 1
    rest = source.read(start, min(start + SAMPLE - 1, source.count))
    return start + count_below(rest, splitter)
