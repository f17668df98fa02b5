"""The compiled inner loops of matching by sight.

A *layout* holds hashes by bucket: ``blocks`` uint64 (blocks * 32), eight hashes a block (see
``vectors``), a bucket starting at block ``starts[bucket]`` with ``sizes[bucket]`` hashes; the rest
of its last block is of no account. ``rows`` uint32 (blocks * 8) are the rows the hashes came from.
In a band's layout a hash's words are turned round so that the word which holds the band comes
last: within a bucket it says least.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from trawl.matching.sight.packing import ROW_BITS
from trawl.matching.sight.vectors import (
    LANES,
    compiled,
    fetch_ahead,
    lowest,
    near_anew,
    near_four,
    ones,
)

Words = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.uint32]
Whole = npt.NDArray[np.int64]

BLOCK = 4 * LANES  # words in a block
BLOCK_BYTES = 8 * BLOCK
SEGMENT = 1024  # blocks scanned between two looks at the room that is left
PENDING = 4096  # blocks found to hold something near, before they are looked at closely
AHEAD = 24  # hashes asked for before they are laid out
ROOM = PENDING * 32  # pairs they may turn out to hold


@compiled
def permute(bits: npt.NDArray[np.uint8], tables: Words, into: Words, start: int, stop: int) -> None:
    """Rows ``start`` to ``stop`` of ``bits`` (n, 32) with their bits in another order, as words
    (n, 4). ``tables`` (32, 256, 4): where the bits of each byte go."""
    for row in range(start, stop):
        a, b, c, d = np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
        for byte in range(32):
            value = bits[row, byte]
            a |= tables[byte, value, 0]
            b |= tables[byte, value, 1]
            c |= tables[byte, value, 2]
            d |= tables[byte, value, 3]
        into[row, 0], into[row, 1], into[row, 2], into[row, 3] = a, b, c, d


@compiled
def sort_by_key(
    words: Words, word: int, shift: int, width: int, starts: Whole, sizes: Whole
) -> Rows:
    """The rows of ``words`` (n, 4) by the ``width`` bits at ``shift`` of one word; fills
    ``starts`` (in blocks) and ``sizes`` of the 2**width buckets."""
    mask = np.uint64((1 << width) - 1)
    move = np.uint64(shift)
    sizes[:] = 0
    for row in range(len(words)):
        sizes[np.int64((words[row, word] >> move) & mask)] += 1
    place = np.empty(len(sizes), np.int64)
    block, before = 0, 0
    for bucket in range(len(sizes)):
        starts[bucket], place[bucket] = block, before
        block += (sizes[bucket] + LANES - 1) // LANES
        before += sizes[bucket]
    starts[len(sizes)] = block
    order = np.empty(len(words), np.uint32)
    for row in range(len(words)):
        key = np.int64((words[row, word] >> move) & mask)
        order[place[key]] = row
        place[key] += 1
    return order


@compiled
def lay_out(
    words: Words,
    order: Rows,
    first: int,
    starts: Whole,
    sizes: Whole,
    begin: int,
    end: int,
    blocks: Words,
    rows: Rows,
) -> None:
    """Write buckets ``begin`` to ``end``; ``first`` is the word that is to come first."""
    held = words.ctypes.data
    at = 0
    for bucket in range(begin):
        at += sizes[bucket]
    for bucket in range(begin, end):
        size = sizes[bucket]
        for number in range((size + LANES - 1) // LANES * LANES):
            block = starts[bucket] + number // LANES
            lane = number % LANES
            place = block * BLOCK + lane
            if number >= size:  # something that is near to nothing, nor to another's
                for slot in range(4):
                    mixed = np.uint64(place + slot * LANES + 1) * np.uint64(0x9E3779B97F4A7C15)
                    blocks[place + slot * LANES] = mixed ^ (mixed >> np.uint64(29))
                continue
            row = order[at]
            fetch_ahead(held + 32 * np.int64(order[min(at + AHEAD, len(order) - 1)]))
            at += 1
            rows[block * LANES + lane] = row
            for slot in range(4):
                blocks[place + slot * LANES] = words[row, (first + slot) & 3]


@compiled
def _word(blocks: Words, place: int) -> tuple[Any, Any, Any, Any]:
    """The four words of the hash that begins at ``place``."""
    return (
        blocks[place],
        blocks[place + LANES],
        blocks[place + 2 * LANES],
        blocks[place + 3 * LANES],
    )


@compiled
def _settle(
    one: Words,
    one_rows: Rows,
    start: int,
    size: int,
    other: Words,
    other_rows: Rows,
    beside: int,
    other_size: int,
    address: int,
    alone: bool,
    same: bool,
    threshold: int,
    key: Any,
    limits: Any,
    pending: Whole,
    waiting: int,
    found: Words,
    count: int,
) -> int:
    """Look closely at ``pending``: [four rows of ``one``, a block of ``other``, which are near]
    in one word. Returns how many pairs ``found`` then holds."""
    last = (other_size - 1) // LANES
    over = (1 << (other_size - last * LANES)) - 1
    for item in range(waiting):
        block = (pending[2 * item] & 0xFFFFFFFF) + 0
        four = pending[2 * item] >> 32
        lanes = pending[2 * item + 1]
        while lanes:
            number = 4 * four + (lowest(lanes) >> 3)
            lanes &= ~(255 << (lowest(lanes) & 24))
            if number >= size:
                continue
            lane = number % LANES
            at = (start + number // LANES) * BLOCK + lane
            sought = _word(one, at)
            near = near_anew(address + block * BLOCK_BYTES, sought, threshold, key, limits)
            if block == last:
                near &= over
            if same and block == number // LANES:
                near &= -2 << lane
            while near:
                that = lowest(near)
                near &= near - 1
                a, b, c, d = _word(other, (beside + block) * BLOCK + that)
                apart = (
                    ones(a ^ sought[0])
                    + ones(b ^ sought[1])
                    + ones(c ^ sought[2])
                    + ones(d ^ sought[3])
                )
                first = np.uint64(one_rows[(start + number // LANES) * LANES + lane])
                second = np.uint64(other_rows[(beside + block) * LANES + that])
                if alone and second < first:
                    first, second = second, first
                found[count] = (
                    (first << np.uint64(ROW_BITS + 8)) | (second << np.uint64(8)) | np.uint64(apart)
                )
                count += 1
    return count


@compiled
def _join(
    one: Words,
    one_rows: Rows,
    start: int,
    size: int,
    other: Words,
    other_rows: Rows,
    beside: int,
    other_size: int,
    address: int,
    alone: bool,
    same: bool,
    threshold: int,
    key: Any,
    limits: Any,
    pending: Whole,
    found: Words,
    count: int,
    state: Whole,
) -> int:
    """Compare a bucket with another; goes on at ``state`` [four rows, block], and stops there
    when ``found`` is nearly full (``state[2]`` is then 1). Returns how many pairs it holds.

    ``address``: where the bucket of ``other`` lies. ``alone``: both are of one layout, and pairs
    are put in order; ``same``: they are one bucket.
    """
    blocks = (other_size + LANES - 1) // LANES
    waiting = 0
    for four in range(state[0], (size + 3) // 4):
        at = (start + four // 2) * BLOCK + 4 * (four % 2)
        a = (one[at], one[at + 1], one[at + 2], one[at + 3])
        b = (one[at + LANES], one[at + LANES + 1], one[at + LANES + 2], one[at + LANES + 3])
        low = state[1]
        if same and low < four // 2:
            low = four // 2
        while low < blocks:
            if waiting + SEGMENT > PENDING or (waiting == 0 and count + ROOM > len(found)):
                count = _settle(
                    one,
                    one_rows,
                    start,
                    size,
                    other,
                    other_rows,
                    beside,
                    other_size,
                    address,
                    alone,
                    same,
                    threshold,
                    key,
                    limits,
                    pending,
                    waiting,
                    found,
                    count,
                )
                waiting = 0
                if count + ROOM > len(found):
                    state[0], state[1], state[2] = four, low, 1
                    return count
            high = min(low + SEGMENT, blocks)
            for block in range(low, high):
                near = near_four(address + block * BLOCK_BYTES, a, b, threshold)
                # Always written, seldom kept: a branch here would be guessed wrongly too often.
                pending[2 * waiting] = (four << 32) | block
                pending[2 * waiting + 1] = near
                waiting += near != 0
            low = high
        state[1] = 0
    state[0] = 0
    if waiting == 0:
        return count
    return _settle(
        one,
        one_rows,
        start,
        size,
        other,
        other_rows,
        beside,
        other_size,
        address,
        alone,
        same,
        threshold,
        key,
        limits,
        pending,
        waiting,
        found,
        count,
    )


@compiled
def join_group(
    one: Any,
    other: Any,
    alone: bool,
    group: int,
    low_bits: int,
    masks: Whole,
    threshold: int,
    key: Any,
    limits: Any,
    pending: Whole,
    found: Words,
    state: Whole,
) -> int:
    """Compare the buckets of one group (those that share their high bits) with all buckets whose
    keys differ by one of ``masks``; with ``alone`` each two buckets meet once.

    ``one``, ``other``: (blocks, rows, starts, sizes). ``state`` int64 [row, block, full, mask,
    low key] begins as zeros; while ``state[2]`` is 1 on return, empty ``found`` and call again.
    """
    blocks, rows, starts, sizes = one
    other_blocks, other_rows, other_starts, other_sizes = other
    # Taken here once: it counts a reference, which two threads must not fight over.
    address = other_blocks.ctypes.data
    count = 0
    state[2] = 0
    for step in range(state[3], len(masks)):
        mask = masks[step]
        for low in range(state[4], 1 << low_bits):
            bucket = (group << low_bits) | low
            beside = bucket ^ mask
            if sizes[bucket] == 0 or other_sizes[beside] == 0 or (alone and beside < bucket):
                continue
            count = _join(
                blocks,
                rows,
                starts[bucket],
                sizes[bucket],
                other_blocks,
                other_rows,
                other_starts[beside],
                other_sizes[beside],
                address + other_starts[beside] * BLOCK_BYTES,
                alone,
                alone and mask == 0,
                threshold,
                key,
                limits,
                pending,
                found,
                count,
                state,
            )
            if state[2]:
                state[3], state[4] = step, low
                return count
        state[4] = 0
    state[3] = 0
    return count
