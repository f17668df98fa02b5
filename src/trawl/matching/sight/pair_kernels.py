"""The compiled loops over packed pairs: spreading them to all twins, dealing them into parts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trawl.matching.sight.packing import ROW_BITS
from trawl.matching.sight.vectors import compiled

Words = npt.NDArray[np.uint64]
Whole = npt.NDArray[np.int64]


@compiled
def count_parts(packed: Words, shift: int, counts: Whole) -> None:
    """Add to ``counts`` how many packed pairs begin with each value of their highest bits."""
    move = np.uint64(shift)
    for number in range(len(packed)):
        counts[np.int64(packed[number] >> move)] += 1


@compiled
def deal_parts(packed: Words, shift: int, places: Whole, into: Words) -> None:
    """Write packed pairs to where their part goes on, ``places`` in ``into``."""
    move = np.uint64(shift)
    for number in range(len(packed)):
        part = np.int64(packed[number] >> move)
        into[places[part]] = packed[number]
        places[part] += 1


@compiled
def count_spread(packed: Words, counts: Whole) -> float:
    """How many pairs of all hashes these pairs of distinct ones stand for (as a float: it may be
    more than a whole number holds)."""
    total = 0.0
    for number in range(len(packed)):
        one = np.int64(packed[number] >> np.uint64(ROW_BITS + 8))
        other = np.int64((packed[number] >> np.uint64(8)) & np.uint64((1 << ROW_BITS) - 1))
        total += float(counts[one]) * float(counts[other])
    return total


@compiled
def spread(packed: Words, rows: Whole, starts: Whole, counts: Whole, into: Words) -> None:
    """Write those pairs; see ``twins.Twins``."""
    at = 0
    for number in range(len(packed)):
        one = np.int64(packed[number] >> np.uint64(ROW_BITS + 8))
        other = np.int64((packed[number] >> np.uint64(8)) & np.uint64((1 << ROW_BITS) - 1))
        for down in range(starts[one], starts[one] + counts[one]):
            for along in range(starts[other], starts[other] + counts[other]):
                low = min(rows[down], rows[along])
                high = max(rows[down], rows[along])
                into[at] = (
                    (np.uint64(low) << np.uint64(ROW_BITS + 8))
                    | (np.uint64(high) << np.uint64(8))
                    | (packed[number] & np.uint64(255))
                )
                at += 1
