"""Brings together all near hashes of one or two large collections, on every core.

Sixteen bands (see ``bands``), one at a time: hashes are laid out by bucket, and every bucket is
compared with itself and with those whose keys differ by no more than the band's radius, in the
order they lie in memory. A pair is reported in the first band that brings it together, so
nothing has to be remembered. Smaller jobs compare everything with everything in tiles.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from trawl.matching.sight import kernels
from trawl.matching.sight.bands import dealt, masks_for, radii_for, tables_for
from trawl.matching.sight.cores import threads
from trawl.matching.sight.hamming import BITS, Hashes, Words, words
from trawl.matching.sight.vectors import LANES

BANDS = 16
WIDEST = 16  # bits of a band that make its key
LOW_BITS = 8  # of a key: buckets that share the others are compared together, from cache
FULLEST = 47  # threshold beyond which a band's neighbours are more than all there is
BY_FORCE = 4e9  # comparisons that take less time than laying out bands
TILE = 1024  # hashes of a tile when all are compared with all
HELD = 1 << 18  # packed pairs a thread holds before it hands them over
A_BUCKET = 24  # hashes a bucket should hold, at least
NOTHING = np.uint64(0)

Packed = npt.NDArray[np.uint64]
Take = Callable[[Packed], None]
Tell = Callable[[int, int], None]
Stop = Callable[[], bool]


class Interrupted(Exception):
    """Raised when ``stop`` says so."""


@dataclass(frozen=True)
class Layout:
    """Hashes by bucket; see ``kernels``."""

    blocks: npt.NDArray[np.uint64]
    rows: npt.NDArray[np.uint32]
    starts: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]

    @property
    def parts(self) -> tuple[npt.NDArray[np.uint64], ...]:
        return self.blocks, self.rows, self.starts, self.sizes  # type: ignore[return-value]


@dataclass(frozen=True)
class Band:
    """What is compared in one go: keys, and by which masks they may differ."""

    masks: npt.NDArray[np.int64]
    low_bits: int = 0
    key: np.uint64 = NOTHING  # which bits of every 16 make the keys
    limits: tuple[np.uint64, ...] = (NOTHING,) * 4  # see ``vectors.near_anew``

    @classmethod
    def of(cls, number: int, width: int, radii: npt.NDArray[np.int64]) -> Band:
        """The band of that number among those with ``radii`` and keys of ``width`` bits."""
        earlier = np.where(np.arange(BANDS) < number, radii + 1, 0).astype(np.uint16)
        limits = np.roll(earlier.view(np.uint64), -(number // 4 + 1))
        return cls(
            masks_for(width, int(radii[number])),
            width // 2,
            np.uint64(((1 << width) - 1) * 0x0001000100010001),
            tuple(limits),
        )


class Joining:
    """One job: who works on it, where pairs go, and whether it is to end."""

    def __init__(
        self, pool: ThreadPoolExecutor, threshold: int, alone: bool, take: Take, stop: Stop | None
    ) -> None:
        self.pool = pool
        self.threshold = threshold
        self.alone = alone
        self._take = take
        self._stop = stop
        self._lock = threading.Lock()
        self._over = False
        self._own = threading.local()

    def _compare(self, one: Layout, other: Layout, band: Band, group: int) -> None:
        if not hasattr(self._own, "found"):
            self._own.found = np.empty(HELD, np.uint64)
            self._own.pending = np.empty(2 * kernels.PENDING, np.int64)
        state = np.zeros(5, np.int64)
        while not self._over:
            count = kernels.join_group(
                one.parts,
                other.parts,
                self.alone,
                group,
                band.low_bits,
                band.masks,
                self.threshold,
                band.key,
                band.limits,
                self._own.pending,
                self._own.found,
                state,
            )
            if count:
                with self._lock:
                    self._take(self._own.found[:count])
            if not state[2]:
                return

    def start(self, one: Layout, other: Layout, band: Band) -> list[Future[None]]:
        """Begin to compare two layouts."""
        filled = np.add.reduceat(one.sizes, np.arange(0, len(one.sizes), 1 << band.low_bits))
        return [
            self.pool.submit(self._compare, one, other, band, int(group))
            for group in np.flatnonzero(filled)
        ]

    def finish(self, begun: list[Future[None]], tell: Callable[[int], None]) -> None:
        """Wait for the end; raises Interrupted, and whatever ``take`` raised."""
        waiting = set(begun)
        try:
            while waiting:
                done, waiting = wait(waiting, timeout=0.1, return_when=FIRST_COMPLETED)
                for one in done:
                    one.result()
                if self._stop and self._stop():
                    raise Interrupted
                tell(len(begun) - len(waiting))
        except BaseException:
            self._over = True
            for one in waiting:
                one.cancel()
            wait(waiting)
            raise


def _shared(pool: ThreadPoolExecutor, count: int, work: Callable[[int, int], None]) -> None:
    """``work(start, stop)`` on parts of ``count``, in every thread."""
    edges = np.linspace(0, count, 4 * threads() + 1).astype(int).tolist()
    for one in [pool.submit(work, *part) for part in pairwise(edges)]:
        one.result()


def _permuted(pool: ThreadPoolExecutor, bits: Hashes, places: list[int]) -> Words:
    """The hashes as words with their bits in the order ``places``."""
    tables = tables_for(places)
    into = np.empty((len(bits), 4), np.uint64)
    _shared(pool, len(bits), lambda a, b: kernels.permute(bits, tables, into, a, b))
    return into


def _empty(starts: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]) -> Layout:
    blocks = int(starts[-1])
    return Layout(
        np.empty(blocks * kernels.BLOCK, np.uint64),
        np.empty(blocks * LANES, np.uint32),
        starts,
        sizes,
    )


def _laid_out(
    pool: ThreadPoolExecutor, held: Words, order: npt.NDArray[np.uint32], first: int, empty: Layout
) -> Layout:
    def fill(begin: int, end: int) -> None:
        kernels.lay_out(
            held, order, first, empty.starts, empty.sizes, begin, end, empty.blocks, empty.rows
        )

    _shared(pool, len(empty.sizes), fill)
    return empty


def by_band(pool: ThreadPoolExecutor, held: Words, number: int, width: int) -> Layout:
    """Permuted hashes, uint64 (n, 4), by the key of one band."""
    starts, sizes = np.empty((1 << width) + 1, np.int64), np.empty(1 << width, np.int64)
    word, shift = divmod(number, 4)
    order = kernels.sort_by_key(held, word, 16 * shift, width, starts, sizes)
    return _laid_out(pool, held, order, word + 1, _empty(starts, sizes))


def by_tile(pool: ThreadPoolExecutor, held: Words, tiles: int) -> Layout:
    """Hashes as they come, in ``tiles`` tiles."""
    sizes = np.clip(len(held) - TILE * np.arange(tiles), 0, TILE).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(-(-sizes // LANES))]).astype(np.int64)
    return _laid_out(pool, held, np.arange(len(held), dtype=np.uint32), 0, _empty(starts, sizes))


def _by_force(joining: Joining, bits: Hashes, other: Hashes | None, tell: Tell) -> None:
    longest = max(len(bits), 0 if other is None else len(other))
    tiles = 1 << (max(1, -(-longest // TILE)) - 1).bit_length()
    one = by_tile(joining.pool, words(bits), tiles)
    beside = one if other is None else by_tile(joining.pool, words(other), tiles)
    begun = joining.start(one, beside, Band(np.arange(tiles)))
    joining.finish(begun, lambda done: tell(done, len(begun)))


def _tell_on(tell: Tell, before: int, total: int, done: int) -> None:
    tell(before + done, total)


def _width(count: int) -> int:
    """Bits of a key: buckets neither crowded nor mostly empty."""
    return int(np.clip(np.log2(max(2, count / A_BUCKET)), 4, WIDEST))


def _by_bands(joining: Joining, bits: Hashes, other: Hashes | None, tell: Tell) -> None:
    larger = bits if other is None or len(bits) >= len(other) else other
    width = _width(len(larger))
    places = [bit for band in dealt(larger, [BITS // BANDS] * BANDS) for bit in band]
    held = _permuted(joining.pool, bits, places)
    held_other = None if other is None else _permuted(joining.pool, other, places)
    radii = radii_for(joining.threshold, BANDS)
    for number in range(BANDS):
        if radii[number] < 0:
            continue
        one = by_band(joining.pool, held, number, width)
        beside = one if held_other is None else by_band(joining.pool, held_other, number, width)
        begun = joining.start(one, beside, Band.of(number, width, radii))
        total = BANDS * len(begun)
        joining.finish(begun, partial(_tell_on, tell, number * len(begun), total))


def join(
    bits: Hashes,
    other: Hashes | None,
    threshold: int,
    take: Take,
    tell: Tell | None = None,
    stop: Stop | None = None,
) -> None:
    """Hand to ``take``, in runs and in any order, every near pair of rows of ``bits`` (with
    ``other`` None), or of one of ``bits`` and one of ``other``: packed as ``kernels`` says."""
    comparisons = len(bits) ** 2 / 2 if other is None else len(bits) * len(other)
    with ThreadPoolExecutor(threads()) as pool:
        joining = Joining(pool, threshold, other is None, take, stop)
        forced = threshold > FULLEST or comparisons < BY_FORCE
        (_by_force if forced else _by_bands)(joining, bits, other, tell or (lambda _a, _b: None))
