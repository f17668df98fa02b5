"""Sets of moments against a grid of single ones."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from trawl.welfare.intervals import Interval, measure, union, within, without

intervals = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8)


def moments(some: list[Interval]) -> set[int]:
    return {at for start, end in some for at in range(start, end)}


@given(intervals)
def test_a_union_has_the_same_moments_and_is_sorted_and_apart(some: list[Interval]) -> None:
    joined = union(some)
    assert moments(joined) == moments(some)
    assert all(before[1] < after[0] for before, after in pairwise(joined))
    assert measure(some) == len(moments(some))


@given(intervals, intervals)
def test_what_is_left_is_what_is_not_taken(some: list[Interval], taken: list[Interval]) -> None:
    left = without(some, taken)
    assert moments(left) == moments(some) - moments(taken)
    assert left == union(left)


@given(intervals, st.integers(0, 40), st.integers(0, 40))
def test_what_lies_within(some: list[Interval], start: int, end: int) -> None:
    assert moments(within(some, start, end)) == moments(some) & set(range(start, end))
