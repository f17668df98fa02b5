"""The eight rotations and flips of a picture, done on its PDQ hash alone.

The hash's bits are the signs of 16 x 16 DCT coefficients (vertical and horizontal frequency 1 to
16) about their median. Mirroring a picture negates the coefficients of odd frequency across the
mirror; transposing it transposes them; the rest is made of these (the reference code's
``dihedral`` hashes, ThreatExchange ``pdq/cpp``, do the same on the coefficients).

PDQ's sampling grid lies half a sample's pixel off the centre, so a mirrored picture is not quite
sampled where the picture was. Measured on 61 real pictures of quality >= 50, bits between the
turned hash and the hash of the picture really turned, mean and largest: transposed 0, 0; flipped
left to right and rotated 90° 10.9, 30; flipped top to bottom and rotated 270° 8.6, 28; rotated
180° and transversed 10.2, 30. All were within 31, but a turned *copy* that was also edited has
less room left than an upright one.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from trawl.matching.sight.hamming import Hashes, hashes
from trawl.model.matching import Turn

SIDE = 16

AT_ONCE = 1 << 14
"""Hashes that are unpacked together: 32 times their size, twice."""

TURNS: Final = tuple(Turn)

# (transposed first, then mirrored left to right, then top to bottom)
_STEPS: Final[dict[Turn, tuple[bool, bool, bool]]] = {
    Turn.NONE: (False, False, False),
    Turn.ROTATED_90: (True, False, True),
    Turn.ROTATED_180: (False, True, True),
    Turn.ROTATED_270: (True, True, False),
    Turn.FLIPPED_X: (False, True, False),
    Turn.FLIPPED_Y: (False, False, True),
    Turn.TRANSPOSED: (True, False, False),
    Turn.TRANSVERSED: (True, True, True),
}


def _negated(turn: Turn) -> npt.NDArray[np.uint8]:
    """Which signs of the 16 x 16 change, uint8 0 or 1; index 0 is frequency 1, an odd one."""
    _, left_right, top_bottom = _STEPS[turn]
    odd = (np.arange(SIDE) + 1) % 2
    return (odd[None, :] * left_right ^ odd[:, None] * top_bottom).astype(np.uint8)


def turned(bits: Hashes, turn: Turn) -> Hashes:
    """What the hashes ``bits``, uint8 (n, 32), would be had ``turn`` been done to the pictures."""
    held = hashes(bits)
    if _STEPS[turn][0]:
        held = _transposed(held)
    # The least significant bit, which is the last, is the lowest frequency.
    return held ^ np.packbits(_negated(turn).reshape(-1)[::-1])


def _transposed(held: Hashes) -> Hashes:
    found = np.empty_like(held)
    for first in range(0, len(held), AT_ONCE):
        signs = np.unpackbits(held[first : first + AT_ONCE], axis=1).reshape(-1, SIDE, SIDE)
        across = signs.transpose(0, 2, 1).reshape(-1, SIDE * SIDE)
        found[first : first + AT_ONCE] = np.packbits(across, axis=1)
    return found


def undone(turn: Turn) -> Turn:
    """The turn that undoes a turn: only the quarter rotations are not their own."""
    if turn is Turn.ROTATED_90:
        return Turn.ROTATED_270
    return Turn.ROTATED_90 if turn is Turn.ROTATED_270 else turn
