"""The file of a bank: hashes, and an index of them by bands, each part with its checksum.

A header of one page, then the hashes as they were given (32 bytes each), then for each band its
``starts`` and its ``rows`` (see ``bank_kernels``), little-endian. The header holds the format's
version, the counts, which bits make each band's key, and the CRC-32 of every part and of itself.
"""

from __future__ import annotations

import os
import struct
import sys
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from math import log2
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.errors import IndexDamaged, MatchingError
from trawl.matching.sight.bands import dealt
from trawl.matching.sight.cores import threads
from trawl.matching.sight.gathering import MOST_ROWS
from trawl.matching.sight.hamming import BYTES, Hashes, hashes

MAGIC, VERSION = b"TRWLPDQ\x00", 1
PAGE = 4096
HEAD = struct.Struct("<8sIIIIQ")  # magic, version, bands, width, CRC-32 of the rest, hashes
BANDS = 11  # with keys of 23 bits all but three bits are used
WIDEST = 23
A_FEW = 20_000  # hashes that need no index
AT_ONCE = 1 << 17  # hashes written at a time

Keys = npt.NDArray[np.uint32]


class Index(NamedTuple):
    """Bands of a bank: keys of ``width`` bits, made of ``places`` uint8 (bands, width)."""

    places: npt.NDArray[np.uint8]
    starts: Keys  # (bands, 2**width + 1)
    rows: Keys  # (bands, n)

    @property
    def width(self) -> int:
        return int(self.places.shape[1])


def key_tables(places: npt.NDArray[np.uint8]) -> Keys:
    """Which bits of the keys each byte of a hash sets, uint32 (bands, 32, 256), where the keys
    are made of ``places`` uint8 (bands, width)."""
    tables = np.zeros((len(places), BYTES, 256), np.uint32)
    values = np.arange(256, dtype=np.uint32)
    for table, band in zip(tables, places.tolist(), strict=True):
        for target, bit in enumerate(band):
            byte, within = divmod(bit, 8)
            is_set = (values >> np.uint32(7 - within)) & np.uint32(1)
            table[byte] |= is_set << np.uint32(target)
    return tables


def _width(count: int) -> int:
    """Bits of a key for about one hash a bucket."""
    return min(WIDEST, max(8, round(log2(count))))


def _runs(parts: Hashes | Iterable[Hashes]) -> Iterator[Hashes]:
    """``parts`` in runs that fit in memory."""
    for part in [parts] if isinstance(parts, np.ndarray) else parts:
        for start in range(0, len(part), AT_ONCE):
            yield hashes(part[start : start + AT_ONCE])


def _bands_of(bits: Hashes, places: npt.NDArray[np.uint8]) -> Iterator[tuple[Keys, Keys]]:
    """Starts and rows of every band, a few at a time."""
    from trawl.matching.sight import bank_kernels

    tables = key_tables(places)

    def made(band: int) -> tuple[Keys, Keys]:
        starts = np.empty((1 << places.shape[1]) + 1, np.uint32)
        rows = np.empty(len(bits), np.uint32)
        bank_kernels.index(bits, tables, band, starts, rows)
        return starts, rows

    at_once = min(2, threads())  # more would take memory in proportion
    with ThreadPoolExecutor(at_once) as pool:
        for band in range(0, len(places), at_once):
            yield from pool.map(made, range(band, min(len(places), band + at_once)))


def _written(target: IO[bytes], parts: Hashes | Iterable[Hashes]) -> bytes:
    """Write everything behind the header; returns the header."""
    target.write(bytes(PAGE))
    count, check = 0, 0
    for run in _runs(parts):
        target.write(run.data)
        check = zlib.crc32(run.data, check)
        count += len(run)
    if count >= MOST_ROWS:
        raise ValueError(f"a bank holds at most {MOST_ROWS:,} hashes")
    target.flush()
    checks, places = [check], np.zeros((0, 0), np.uint8)
    if count > A_FEW:
        bits = np.memmap(target.name, np.uint8, "r", PAGE, (count, BYTES))
        places = np.array(dealt(bits, [_width(count)] * BANDS), np.uint8)
        for band in _bands_of(bits, places):
            for part in band:
                target.write(part.data)
                checks.append(zlib.crc32(part.data))
    rest = places.tobytes() + np.array(checks, "<u4").tobytes()
    bands, width = places.shape
    covered = struct.pack("<IIIQ", VERSION, bands, width, count) + rest
    return HEAD.pack(MAGIC, VERSION, bands, width, zlib.crc32(covered), count) + rest


def write(path: Path, parts: Hashes | Iterable[Hashes]) -> None:
    """Write a bank's file beside its final name, and rename it when it is whole."""
    if sys.byteorder != "little":
        raise MatchingError("Banks of fingerprints are made on little-endian machines alone.")
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(descriptor)
    try:
        with Path(name).open("w+b") as target:
            header = _written(target, parts)
            target.seek(0)
            target.write(header)
            target.flush()
            os.fsync(target.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


class _Header(NamedTuple):
    hashes: int
    places: npt.NDArray[np.uint8]
    checks: list[int]

    @classmethod
    def read(cls, page: bytes) -> _Header | None:
        """What a file's first page says; None where it does not hold."""
        if len(page) < PAGE:
            return None
        magic, version, bands, width, check, count = HEAD.unpack_from(page)
        if (magic, version) != (MAGIC, VERSION) or count >= MOST_ROWS:
            return None
        if (bands, width) != ((BANDS, _width(count)) if count > A_FEW else (0, 0)):
            return None
        size = bands * width + 4 * (1 + 2 * bands)
        rest = page[HEAD.size : HEAD.size + size]
        if zlib.crc32(struct.pack("<IIIQ", version, bands, width, count) + rest) != check:
            return None
        places = np.frombuffer(rest, np.uint8, bands * width).reshape(bands, width)
        return cls(count, places, np.frombuffer(rest, "<u4", offset=bands * width).tolist())

    def sizes(self) -> list[int]:
        """Bytes of the parts behind the header."""
        bands, width = self.places.shape
        return [self.hashes * BYTES, *([4 * ((1 << width) + 1), 4 * self.hashes] * bands)]


def _filled(path: Path, offset: int, into: npt.NDArray[np.generic], check: int) -> bool:
    """Read a part of the file into an array; False where it is not what was written."""
    whole = memoryview(into.reshape(-1).view(np.uint8))  # type: ignore[arg-type]
    got = 0
    with path.open("rb") as source:
        source.seek(offset)
        for start in range(0, len(whole), AT_ONCE):
            part = whole[start : start + AT_ONCE]
            if source.readinto(part) != len(part):
                return False
            got = zlib.crc32(part, got)
    return got == check


def _sound(index: Index, count: int) -> bool:
    """Whether every number in an index is a place in it: nothing is read beside it."""
    for starts, rows in zip(index.starts, index.rows, strict=True):
        if starts[0] != 0 or starts[-1] != count or rows.max() >= count:
            return False
        if (starts[1:] < starts[:-1]).any():
            return False
    return True


def read(path: Path) -> tuple[Hashes, Index | None]:
    """The hashes and the index of a bank. Raises IndexDamaged when the file is not whole."""
    damaged = IndexDamaged(
        f"the bank of fingerprints {path.name} is damaged", hint="Build the bank anew."
    )
    with path.open("rb") as source:
        header = _Header.read(source.read(PAGE))
    if header is None or path.stat().st_size != PAGE + sum(header.sizes()):
        raise damaged
    bands, width = header.places.shape
    bits = np.empty((header.hashes, BYTES), np.uint8)
    starts = np.empty((bands, (1 << width) + 1), np.uint32)
    rows = np.empty((bands, header.hashes), np.uint32)
    into = [bits, *(part for band in zip(starts, rows, strict=True) for part in band)]
    offsets = PAGE + np.cumsum([0, *header.sizes()[:-1]])
    with ThreadPoolExecutor(threads()) as pool:
        held = pool.map(_filled, [path] * len(into), offsets.tolist(), into, header.checks)
        if not all(list(held)):
            raise damaged
    index = Index(header.places, starts, rows) if bands else None
    if index is not None and not _sound(index, header.hashes):
        raise damaged
    return bits, index
