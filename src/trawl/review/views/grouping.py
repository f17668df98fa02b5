"""What a view falls into: months, cameras, exhibits, places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

import msgspec
import numpy as np
import numpy.typing as npt

from trawl.review.index.media_index import MediaIndex
from trawl.review.views.settling import Settled

MOST_CELLS = 1_000
FINEST = 0.01
MOST_IDS = 100

Numbers = npt.NDArray[np.int64]


class GroupBy(StrEnum):
    """What a view is grouped by."""

    MONTH = "month"
    CAMERA = "camera"
    PLACE = "place"
    EXHIBIT = "exhibit"


class Group(msgspec.Struct, frozen=True, omit_defaults=True):
    """``first``: its first row, where each group is one run of the view; ``count``: its rows. Of
    a place ``lat`` and ``lon``, the mean of what lies there, in degrees, and ``ids`` of the first
    media, at most MOST_IDS."""

    label: str
    first: int | None
    count: int
    lat: float | None = None
    lon: float | None = None
    ids: list[int] | None = None


UNNAMED = {
    GroupBy.MONTH: "without a time",
    GroupBy.CAMERA: "without a camera",
    GroupBy.EXHIBIT: "without an exhibit",
}


def groups(index: MediaIndex, settled: Settled, by: GroupBy) -> list[Group]:
    """The groups of a view in the order they first come up; by place only of what has one."""
    rows = settled.rows
    if by is GroupBy.PLACE:
        return _places(index, rows)
    if by is GroupBy.MONTH:
        return _runs(index["month"][rows], _month)
    if by is GroupBy.CAMERA:
        return _runs(index["camera"][rows], _word(index.words["camera"], UNNAMED[by]))
    return _runs(index["first_exhibit"][rows] + 1, _word(index.exhibits, UNNAMED[by]))


def _word(words: Sequence[str], unnamed: str) -> Callable[[int], str]:
    return lambda number: words[number - 1] if number else unnamed


def _month(number: int) -> str:
    if not number:
        return UNNAMED[GroupBy.MONTH]
    return f"{number // 12:04}-{number % 12 + 1:02}"


def _runs(numbers: npt.NDArray[np.integer], label: Callable[[int], str]) -> list[Group]:
    """Groups by a small number that every row has."""
    if not len(numbers):
        return []
    counts = np.bincount(numbers)
    first, last = np.zeros_like(counts), np.zeros_like(counts)
    at = np.arange(len(numbers))
    last[numbers] = at
    first[numbers[::-1]] = at[::-1]
    there = np.flatnonzero(counts)
    there = there[np.argsort(first[there], kind="stable")]
    whole = bool((last[there] - first[there] + 1 == counts[there]).all())
    return [
        Group(label(number), int(first[number]) if whole else None, int(counts[number]))
        for number in there.tolist()
    ]


def _places(index: MediaIndex, rows: npt.NDArray[np.int32]) -> list[Group]:
    """Cells of a grid, as fine as leaves no more than MOST_CELLS."""
    placed = index["placed"]
    if not len(placed) or not len(rows):
        return []
    place_of = np.full(len(index), -1, np.int32)  # as fast for few rows as for all
    place_of[placed] = np.arange(len(placed))
    at = place_of[rows]
    there = np.flatnonzero(at >= 0)
    latitude, longitude = index["latitude"][at[there]], index["longitude"][at[there]]
    cell, count = _cells(latitude, longitude)
    totals = np.bincount(cell, minlength=count)
    lat = np.bincount(cell, latitude, count) / np.maximum(totals, 1)
    lon = np.bincount(cell, longitude, count) / np.maximum(totals, 1)
    order = np.argsort(cell, kind="stable")
    starts = np.cumsum(totals) - totals
    return [
        Group(
            f"{lat[one]:.3f}, {lon[one]:.3f}",
            None,
            int(totals[one]),
            round(float(lat[one]), 6),
            round(float(lon[one]), 6),
            index.ids[rows[there[_some(order, starts[one], totals[one])]]].tolist(),
        )
        for one in range(count)
    ]


def _some(order: Numbers, start: int, total: int) -> Numbers:
    return order[start : start + min(int(total), MOST_IDS)]


def _cells(
    latitude: npt.NDArray[np.float64], longitude: npt.NDArray[np.float64]
) -> tuple[Numbers, int]:
    """The cell of each place, from 0, and how many cells there are."""
    step = FINEST
    while True:
        key = np.floor(latitude / step).astype(np.int64) * 1_000_000
        key += np.floor(longitude / step).astype(np.int64)
        names, cell = np.unique(key, return_inverse=True)
        if len(names) <= MOST_CELLS:
            return cell, len(names)
        step *= 2
