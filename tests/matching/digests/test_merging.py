"""Merging in ranges gives what sorting all of it gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trawl.matching.digests import merging
from trawl.matching.digests.merging import merged
from trawl.matching.digests.rows import Rows, in_order, joined

SAMPLE = 8


class Held:
    """Sorted rows in memory."""

    def __init__(self, rows: Rows) -> None:
        self._rows = in_order(rows)
        self.count = len(rows.hi)

    @property
    def samples(self) -> Rows:
        return Rows(*(column[::SAMPLE] for column in self._rows))

    def read(self, start: int, stop: int) -> Rows:
        assert 0 <= start <= stop <= self.count
        return self._rows.part(start, stop)


def _rows(seed: int, counts: list[int], values: int) -> list[Rows]:
    random = np.random.default_rng(seed)
    made, first = [], 0
    for count in counts:
        hi, lo = (random.integers(0, values, count).astype(np.uint64) for _ in range(2))
        made.append(Rows(hi, lo, np.arange(first, first + count, dtype=np.uint32)))
        first += count
    return made


@settings(deadline=None, max_examples=80)
@given(
    st.integers(0, 2**32),
    st.lists(st.integers(0, 400), min_size=1, max_size=6),
    st.sampled_from([1, 2, 5, 10**9]),
    st.integers(1, 300),
)
def test_merged_is_sorted(seed: int, counts: list[int], values: int, most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "SAMPLE", SAMPLE)
        rows = _rows(seed, counts, values)
        ranges = list(merged([Held(one) for one in rows], most))
    whole = in_order(joined(rows))
    for column, wanted in zip(joined([whole.part(0, 0), *ranges]), whole, strict=True):
        assert np.array_equal(column, wanted)
    step = max(most // SAMPLE - len(counts), 1)
    limit = max(most, (step + len(counts)) * SAMPLE)
    assert max((len(one.hi) for one in ranges), default=0) <= limit
