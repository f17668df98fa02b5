"""Sets of moments as sorted, disjoint, half-open intervals ``(from, until)`` of whole numbers."""

from __future__ import annotations

from collections.abc import Iterable

Interval = tuple[int, int]


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """All moments of any: sorted, disjoint, what touches joined, what is empty left out."""
    joined: list[Interval] = []
    for start, end in sorted(each for each in intervals if each[0] < each[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def within(intervals: Iterable[Interval], start: int, end: int) -> list[Interval]:
    """What lies between ``start`` and ``end``, as a union."""
    return union((max(start, each[0]), min(end, each[1])) for each in intervals)


def without(intervals: Iterable[Interval], taken: Iterable[Interval]) -> list[Interval]:
    """The moments of ``intervals`` that are not in ``taken``, as a union."""
    holes = union(taken)
    left: list[Interval] = []
    for start, end in union(intervals):
        for hole_start, hole_end in holes:
            if hole_end <= start or hole_start >= end:
                continue
            left.append((start, hole_start))
            start = hole_end
        left.append((start, end))
    return union(left)


def measure(intervals: Iterable[Interval]) -> int:
    """How many moments there are in the union."""
    return sum(end - start for start, end in union(intervals))
