"""The rule of stacks as it is stated, one picture after the other; and cases to try it on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from trawl.matching.sight.hamming import distances
from trawl.matching.sight.turns import TURNS, turned
from trawl.matching.stacks.stars import Stars

Hashes = npt.NDArray[np.uint8]
Apart = Callable[[Hashes, int, int], int | None]


def near(bits: Hashes, one: int, other: int) -> int | None:
    """Bits between two, or None when they are not near."""
    apart = int(distances(bits[one], bits[other : other + 1])[0])
    return apart if apart <= 31 else None


def alike(bits: Hashes, one: int, other: int) -> int | None:
    """The same for the looser group."""
    found = []
    for turn in TURNS:
        shown = turned(bits[one : one + 1], turn)[0]
        apart = int(distances(shown, bits[other : other + 1])[0])
        if apart <= (47 if turn is TURNS[0] else 31):
            found.append(apart)
    return min(found, default=None)


def naive(bits: Hashes, quality: npt.NDArray[np.int64], apart: Apart = near) -> Stars:
    """Leaders first, then each other picture to the nearest of those that are better; equal
    fingerprints go where the best of them goes."""
    count = len(bits)
    leaders: list[int] = []
    for row in range(count):
        if quality[row] >= 50 and all(apart(bits, top, row) is None for top in leaders):
            leaders.append(row)
    leader = np.arange(count)
    distance = np.zeros(count, dtype=np.uint8)
    for row in range(count):
        if quality[row] < 50 or row in leaders:
            continue
        equal = next(i for i in range(count) if quality[i] >= 50 and (bits[i] == bits[row]).all())
        found = [(apart(bits, top, row), top) for top in leaders if top <= equal]
        distance[row], leader[row] = min((d, top) for d, top in found if d is not None)
    return Stars(leader, distance, np.zeros(count, dtype=np.uint8))


def flipped(bits: Hashes, count: int, chance: np.random.Generator) -> Hashes:
    """One hash with ``count`` of its bits the other way."""
    loose = np.unpackbits(bits)
    loose[chance.choice(256, count, replace=False)] ^= 1
    return np.packbits(loose)


def drawn(seed: int, count: int, *, turns: bool = False) -> tuple[Hashes, npt.NDArray[np.int64]]:
    """Hashes in chains of small steps, clusters, equal ones, turned ones; and qualities."""
    chance = np.random.default_rng(seed)
    rows = [chance.integers(0, 256, 32, dtype=np.uint8)]
    while len(rows) < count:
        base = rows[chance.integers(max(0, len(rows) - 12), len(rows))]
        if turns and chance.random() < 0.3:
            base = turned(base[None], TURNS[chance.integers(8)])[0]
        kind = chance.random()
        if kind < 0.1:
            rows.append(chance.integers(0, 256, 32, dtype=np.uint8))
        elif kind < 0.2:
            rows.append(base.copy())
        else:
            rows.append(flipped(base, int(chance.integers(1, 34)), chance))
    order = chance.permutation(len(rows))[:count]
    return np.array(rows)[order], chance.choice(
        [100, 60, 50, 49, 0], count, p=[0.5, 0.3, 0.1, 0.05, 0.05]
    )


cases = st.builds(drawn, st.integers(0, 2**32 - 1), st.integers(1, 70))
turned_cases = st.builds(
    lambda seed, count: drawn(seed, count, turns=True),
    st.integers(0, 2**32 - 1),
    st.integers(1, 30),
)
