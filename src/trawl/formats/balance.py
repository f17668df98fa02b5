"""Telling PDQ fingerprints from SHA-256: both are 64 hexadecimal digits.

PDQ sets each bit by the median of the picture's 256 values (ThreatExchange, ``pdq`` design
paper, "Hashing from the frequency domain"), so that exactly 128 bits are set. Of random 256-bit
values, such as SHA-256, one in twenty has that: C(256, 128) / 2^256 = 0.0498.
"""

from __future__ import annotations

from enum import Enum

import numpy as np

from trawl.formats.hexadecimal import Flags
from trawl.model.hash_set import Rows

HALF = 128
ENOUGH = 8
"""Values that must all be balanced to be told to be PDQ: by chance in 0.0498^8 = 4e-11."""


class Nature(Enum):
    """What a column of 64 hexadecimal digits is."""

    SHA256 = "sha256"
    PDQ = "pdq"
    EITHER = "either"  # all balanced, but too few to tell


def balanced(values: Rows) -> Flags:
    """Which of the values, uint8 (n, 32), have exactly half of their bits set."""
    return np.asarray(np.bitwise_count(values).sum(axis=1, dtype=np.int64) == HALF)


def nature(values: Rows) -> Nature:
    """What the values are, uint8 (n, 32)."""
    if not len(values) or not balanced(values).all():
        return Nature.SHA256
    return Nature.PDQ if len(values) >= ENOUGH else Nature.EITHER
