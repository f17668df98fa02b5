"""Do these bytes look random? What encrypted containers without a header have in common.

The statistic is Pearson's chi-squared over the 256 byte values: random bytes give 255 on average
with a standard deviation of 22.6 (the distribution has 255 degrees of freedom, its variance is
twice that). Well compressed bytes can measure the same, so a caller first rules out every format
it can recognise, and says "suspected", never "is".
"""

from __future__ import annotations

import numpy as np

SECTOR = 512
LEAST_SAMPLE = 4096  # below this an ordinary file passes too easily
SAMPLE = 1 << 18  # what is worth reading: longer samples part compressed from random better
LEAST_CONTAINER = 19 << 10  # the smallest TrueCrypt volume; VeraCrypt's is larger
_LOW, _HIGH = 165.0, 345.0  # four standard deviations: one random sample in 16,000 is missed

# Formats whose bytes measure random and whose beginning gives them away.
_PACKED = (
    b"\xfd7zXZ\x00",
    b"7z\xbc\xaf\x27\x1c",
    b"\x28\xb5\x2f\xfd",
    b"\x1f\x8b",
    b"BZh",
    b"Rar!\x1a\x07",
    b"\x04\x22\x4d\x18",
    b"PK\x03\x04",
    b"LZIP",
    b"\x5d\x00\x00",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"age-encryption.org/",
    b"Salted__",
)


def chi_squared(sample: bytes) -> float:
    """Pearson's chi-squared of the byte values of a non-empty sample against uniform."""
    counts = np.bincount(np.frombuffer(sample, dtype=np.uint8), minlength=256)
    expected = len(sample) / 256
    return float(((counts - expected) ** 2).sum() / expected)


def looks_random(sample: bytes) -> bool:
    """True when a sample of at least 4,096 bytes cannot be told from random ones. A sample of
    one value in every 256 repeated in order is too even to be random, and is refused as well."""
    return len(sample) >= LEAST_SAMPLE and _LOW <= chi_squared(sample) <= _HIGH


def suspected_container(sample: bytes, size: int) -> bool:
    """True when a file or partition of ``size`` bytes, whose beginning is ``sample`` and whose
    format nobody recognised, may be an encrypted container without a header: whole sectors,
    large enough, no beginning of a packed format, random bytes."""
    return (
        size >= LEAST_CONTAINER
        and size % SECTOR == 0
        and not sample.startswith(_PACKED)
        and looks_random(sample)
    )
