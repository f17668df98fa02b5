"""What lists say of their entries, on disk: written in one go, read by the entry.

header   32 bytes
blocks   about 64 KiB of records each, MessagePack, compressed with Zstandard
index    four columns of uint64: first entry, entries, offset and CRC-32 of each block
"""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import msgspec
import numpy as np
import numpy.typing as npt

from trawl.errors import IndexDamaged, StoreError
from trawl.matching.digests.layout import AGAIN
from trawl.matching.digests.new_file import NewFile, plainly_read
from trawl.matching.digests.record import pack_record, unpack_record
from trawl.model.hash_set import Known, Numbers

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BLOCK = 64 << 10
"""Bytes of records, before compression, that make a block."""

_MAGIC = b"TRAWLREC"
_VERSION = 1
_HEADER = struct.Struct("<8sI4xQII")  # magic, version, blocks, CRC-32 of the index, of the header
_LEVEL = 3
_COLUMNS = 4
_Index = npt.NDArray[np.uint64]
_blocks = msgspec.msgpack.Decoder(list[msgspec.Raw])
_encoder = msgspec.msgpack.Encoder()


class RecordWriter:
    """Takes the records of one list in the order of its entries; ``finish`` puts them at
    ``path``. Entries that are left out cost nothing, and nothing is said of them. Use it in a
    ``with``: what is not finished leaves nothing. Raises StoreError when the disk is full."""

    def __init__(self, path: Path) -> None:
        self._file = NewFile(path)
        self._file.write(bytes(_HEADER.size))
        self._index: list[tuple[int, int, int, int]] = []
        self._first = self._next = 0
        self._records: list[msgspec.Raw] = []
        self._size = 0

    def add(self, first: int, known: Sequence[Known]) -> None:
        """``first``: the number of the first entry, after all that were added. Raises
        ListRefused when a record nests too deep to be kept."""
        if first < self._next:
            raise ValueError(f"records of entry {first} come after those of {self._next - 1}")
        if first > self._next:
            self._close_block()
            self._first = self._next = first
        for one in known:
            packed = pack_record(one, self._next)
            self._records.append(msgspec.Raw(packed))
            self._next += 1
            self._size += len(packed)
            if self._size >= BLOCK:
                self._close_block()

    def finish(self) -> None:
        """Complete the file and put it in its place."""
        self._close_block()
        index = np.array(self._index, "<u8").reshape(-1, _COLUMNS).T.tobytes()
        try:
            self._file.write(index)
            self._file.publish(_header(len(self._index), index))
        finally:
            self.discard()

    def discard(self) -> None:
        """Leave nothing but a finished file."""
        self._file.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.discard()

    def _close_block(self) -> None:
        if self._records:
            block = zstd.compress(_encoder.encode(self._records), _LEVEL)
            self._index.append(
                (self._first, len(self._records), self._file.size, zlib.crc32(block))
            )
            self._file.write(block)
        self._records, self._size, self._first = [], 0, self._next


class _Block(NamedTuple):
    number: int
    records: list[msgspec.Raw]


class Records:
    """The records of one list. Memory: the index, 32 bytes a block, and one block."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with plainly_read(path):
            self._file = path.open("rb")
        try:
            self._index, self._end = self._read_index()
        except BaseException:
            self._file.close()
            raise
        self._at_hand = _Block(-1, [])

    @classmethod
    def open(cls, path: Path) -> Records:
        """Raises IndexDamaged when the file is missing or does not hold."""
        return cls(path)

    def get(self, entries: Sequence[int] | Numbers) -> list[Known]:
        """What is said of each entry, in the order asked for; ``Known()`` where nothing is.
        Asked for in ascending order, each block is read once. Raises IndexDamaged."""
        wanted = np.asarray(entries, np.int64)
        firsts, counts = (column.astype(np.int64) for column in self._index[:2])
        blocks = np.searchsorted(firsts, wanted, "right") - 1
        found: dict[int, Known] = {}
        for at in np.argsort(wanted, kind="stable").tolist():
            block, entry = int(blocks[at]), int(wanted[at])
            inside = block >= 0 and entry - firsts[block] < counts[block]
            found[at] = self._read(block, entry - int(firsts[block])) if inside else Known()
        return [found[at] for at in range(len(wanted))]

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self, block: int, position: int) -> Known:
        if self._at_hand.number != block:
            self._at_hand = _Block(block, self._read_block(block))
        return unpack_record(self._at_hand.records[position])

    def _read_block(self, number: int) -> list[msgspec.Raw]:
        _, count, offset, crc = self._index[:, number].tolist()
        last = number + 1 == self._index.shape[1]
        end = self._end if last else int(self._index[2, number + 1])
        with plainly_read(self._path):
            self._file.seek(offset)
            data = self._file.read(end - offset)
        if zlib.crc32(data) != crc:
            raise self._damaged("a block of it does not hold")
        records = _blocks.decode(zstd.decompress(data))
        if len(records) != count:
            raise self._damaged("a block of it has lost entries")
        return records

    def _read_index(self) -> tuple[_Index, int]:
        with plainly_read(self._path):
            head = self._file.read(_HEADER.size)
            if len(head) < _HEADER.size or head[: len(_MAGIC)] != _MAGIC:
                raise self._damaged("it does not begin as records do")
            _, version, blocks, crc, own = _HEADER.unpack(head)
            if zlib.crc32(head[:-4]) != own:
                raise self._damaged("its header does not hold")
            if version != _VERSION:
                raise StoreError(
                    f"{self._path} has version {version} of its format, only {_VERSION} is known.",
                    hint="It was written by another version of Trawl: use that one.",
                )
            end = self._file.seek(0, 2) - blocks * 8 * _COLUMNS
            if end < _HEADER.size:
                raise self._damaged("it is too short")
            self._file.seek(end)
            data = self._file.read()
        if zlib.crc32(data) != crc:
            raise self._damaged("its index does not hold")
        index: Any = np.frombuffer(data, "<u8").reshape(_COLUMNS, -1)
        return index, end

    def _damaged(self, why: str) -> IndexDamaged:
        return IndexDamaged(f"{self._path} is damaged: {why}.", hint=AGAIN)


def _header(blocks: int, index: bytes) -> bytes:
    head = _HEADER.pack(_MAGIC, _VERSION, blocks, zlib.crc32(index), 0)[:-4]
    return head + struct.pack("<I", zlib.crc32(head))
