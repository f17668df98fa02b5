"""All pairs of PDQ hashes within a threshold: exact, with a bound on what is kept."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trawl.errors import MatchingError
from trawl.matching.sight.hamming import Hashes, Pairs, look_up_by_force, pairs_by_force
from trawl.model.matching import NEAR

Tell = Callable[[int, int], None]
Stop = Callable[[], bool]


class TooManyPairs(MatchingError):
    """There are more near pairs than may be kept; ``most`` is how many may."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"more than {most:,} pairs of pictures are near to each other",
            hint="Match with a smaller threshold.",
        )
        self.most = most


class Stopped(MatchingError):
    """Work was told to stop before its end; nothing of it is kept."""

    def __init__(self) -> None:
        super().__init__("stopped before all pairs were found", hint="Give the same command again.")


def all_pairs(
    bits: Hashes,
    threshold: int = NEAR,
    *,
    most: int | None = None,
    tell: Tell | None = None,
    stop: Stop | None = None,
) -> Pairs:
    """Every pair of ``bits``, uint8 (n, 32), that differs in at most ``threshold`` bits.

    ``most``: how many pairs may be kept; raises TooManyPairs when there are more.
    ``tell``: called now and then with (done, total). ``stop``: asked now and then; raises
    Stopped when it says so.
    """
    if stop and stop():
        raise Stopped
    found = pairs_by_force(bits, threshold)
    if most is not None and len(found.first) > most:
        raise TooManyPairs(most)
    if tell:
        tell(1, 1)
    return found


def pairs_between(old: Hashes, new: Hashes, threshold: int = NEAR) -> Pairs:
    """Every pair of one of ``old``, uint8 (n, 32), and one of ``new``, uint8 (m, 32), that
    differs in at most ``threshold`` bits; ``first`` is a row of ``old``, ``second`` of ``new``."""
    near = look_up_by_force(old, new, threshold)
    order = np.lexsort((near.query, near.entry))
    first, second = near.entry.astype(np.uint32), near.query.astype(np.uint32)
    return Pairs(first[order], second[order], near.distance[order])
