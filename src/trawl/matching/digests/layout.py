"""The file of a segment: what lies where.

    header   4,096 bytes
    chunks   512 rows each: 512 hi and 512 lo (uint64), 512 numbers (uint32); the last one is
             filled up with the largest hi there is
    firsts   the first hi of each chunk (uint64), held in memory by whoever looks up
    spans    which numbers are entries of which list: list, base, entries (int64 each)

All little-endian. Digest and number of a row lie within one chunk, so that one look-up costs
one place on the disk, found or not. The checksums are CRC-32: against damage, not against an
adversary, who cannot write here.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.errors import IndexDamaged, StoreError
from trawl.matching.digests.new_file import plainly_read
from trawl.matching.digests.rows import Words
from trawl.model.hash_set import DigestKind

SHIFT = 9
CHUNK = 1 << SHIFT
"""Rows of a chunk."""

CHUNK_WORDS = CHUNK * 2 + CHUNK // 2
CHUNK_BYTES = CHUNK_WORDS * 8
HEADER_BYTES = 4096
HEADER_WORDS = HEADER_BYTES // 8
MOST_NUMBERS = 1 << 32
"""Entries one segment can tell apart."""

MAGIC = b"TRAWLDIG"
VERSION = 1
_HEADER = struct.Struct("<8sIIQQQIIII")
_SPAN = np.dtype("<i8")
_KINDS = {kind: code for code, kind in enumerate(DigestKind, 1)}
AGAIN = "Add the list again; what is left of the set is not touched by it."


class Span(NamedTuple):
    """The entries of one list: entry ``e`` has the number ``base + e``, for ``e`` in
    ``range(entries)``."""

    list_id: int
    base: int
    entries: int


@dataclass(frozen=True, slots=True)
class Header:
    """What the first bytes of a segment say. ``duplicates``: rows that bore a digest which
    another row of their list bore before them, kept or not."""

    kind: DigestKind
    count: int
    duplicates: int
    spans: int
    tail_crc: int
    body_crc: int

    @property
    def chunks(self) -> int:
        """How many there are."""
        return -(-self.count // CHUNK)

    @property
    def tail_at(self) -> int:
        """Where the chunks end, in bytes."""
        return HEADER_BYTES + self.chunks * CHUNK_BYTES

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return self.tail_at + self.chunks * 8 + self.spans * 3 * _SPAN.itemsize


def packed(header: Header) -> bytes:
    """The header as it stands in the file."""
    head = _HEADER.pack(
        *(MAGIC, VERSION, _KINDS[header.kind], header.count, header.chunks, header.duplicates),
        *(header.spans, header.tail_crc, header.body_crc, 0),
    )
    padded = head.ljust(HEADER_BYTES - 4, b"\0")
    return padded + struct.pack("<I", zlib.crc32(padded))


def packed_tail(firsts: Words, spans: Sequence[Span]) -> bytes:
    """What stands behind the chunks."""
    table = np.array(spans, _SPAN).reshape(-1, 3)
    return firsts.astype("<u8").tobytes() + table.tobytes()


def read_head(file: BinaryIO, path: Path) -> tuple[Header, Words, list[Span]]:
    """Header, firsts and spans of an open segment. Raises IndexDamaged when anything of them,
    or the size of the file, does not hold, StoreError when a later version wrote it."""
    header = _read_header(file.read(HEADER_BYTES), path)
    size = file.seek(0, 2)
    if size != header.size:
        raise IndexDamaged(
            f"{path} is damaged: it should have {header.size:,} bytes and has {size:,}.",
            hint=AGAIN,
        )
    file.seek(header.tail_at)
    tail = file.read()
    if zlib.crc32(tail) != header.tail_crc:
        raise IndexDamaged(f"{path} is damaged: its directory does not hold.", hint=AGAIN)
    firsts = np.frombuffer(tail, "<u8", header.chunks)
    table: npt.NDArray[np.int64] = np.frombuffer(tail, _SPAN, offset=header.chunks * 8)
    spans = [Span(*row) for row in table.reshape(-1, 3).tolist()]
    return header, firsts, spans


def read_spans(path: Path) -> list[Span]:
    """Whose entries a segment holds. Raises IndexDamaged."""
    with plainly_read(path), path.open("rb") as file:
        return read_head(file, path)[2]


def _read_header(head: bytes, path: Path) -> Header:
    if len(head) < HEADER_BYTES or head[: len(MAGIC)] != MAGIC:
        raise IndexDamaged(f"{path} is damaged: it does not begin as a segment.", hint=AGAIN)
    if struct.unpack("<I", head[-4:])[0] != zlib.crc32(head[:-4]):
        raise IndexDamaged(f"{path} is damaged: its header does not hold.", hint=AGAIN)
    _, version, code, count, _, duplicates, spans, tail_crc, body_crc, _ = _HEADER.unpack_from(head)
    if version != VERSION:
        raise StoreError(
            f"{path} has version {version} of its format, and only {VERSION} is known.",
            hint="It was written by another version of Trawl: use that one.",
        )
    kind = next(kind for kind, known in _KINDS.items() if known == code)
    return Header(kind, count, duplicates, spans, tail_crc, body_crc)
