"""Many small pictures in one answer: ``TRWT``, how many (uint32), then of each an identifier
(uint64), a length (uint32) and so many bytes of JPEG; little-endian. Length 0: no picture."""

from __future__ import annotations

import struct
from collections.abc import Sequence

MAGIC = b"TRWT"
MOST = 200
"""Pictures on one sheet."""

_HEAD = struct.Struct("<4sI")
_ONE = struct.Struct("<QI")


def sheet(pictures: Sequence[tuple[int, bytes]]) -> bytes:
    """The sheet of these pictures, each with its identifier."""
    parts = [_HEAD.pack(MAGIC, len(pictures))]
    for identifier, data in pictures:
        parts += (_ONE.pack(identifier, len(data)), data)
    return b"".join(parts)
