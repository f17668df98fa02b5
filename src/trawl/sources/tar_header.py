"""Telling a tar header by its checksum (POSIX.1-1988, ustar)."""

from __future__ import annotations

BLOCK = 512


def is_tar_header(block: bytes) -> bool:
    """True for 512 bytes whose stated checksum is their sum, with a name and an octal mode.

    That also tells the oldest tars, which bear no magic number.
    """
    if len(block) < BLOCK or not block[0]:
        return False
    stated = _octal(block[148:156])
    if stated is None or _octal(block[100:108]) is None:
        return False
    unsigned = sum(block) - sum(block[148:156]) + 8 * 0x20
    if stated == unsigned:
        return True
    high = sum(1 for byte in block[:148] + block[156:] if byte >= 0x80)
    return stated == unsigned - 256 * high  # some old tars summed signed bytes


def _octal(field: bytes) -> int | None:
    digits = field.strip(b" \0")
    if not digits or not all(0x30 <= digit <= 0x37 for digit in digits):
        return None
    return int(digits, 8)
