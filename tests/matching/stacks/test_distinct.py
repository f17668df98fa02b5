"""Equal fingerprints are told apart exactly, however much they share."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from trawl.matching.stacks.distinct import distinct


@given(st.lists(st.lists(st.integers(0, 1), min_size=4, max_size=4), max_size=40))
def test_each_row_is_found_again_at_its_first_appearance(rows: list[list[int]]) -> None:
    """Few values in each of the four words, so that rows share some words and not others."""
    bits = np.array(rows, dtype=np.uint64).reshape(-1, 4).view(np.uint8).reshape(-1, 32)
    found = distinct(bits)
    expected = [rows.index(row) for row in rows]
    assert found.first[found.which].tolist() == expected
    assert found.first.tolist() == sorted(set(expected))
