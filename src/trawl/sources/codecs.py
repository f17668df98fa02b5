"""Unpackers of one stream, all pulled the same way: bounded output, bounded memory."""

from __future__ import annotations

import bz2
import lzma
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import inflate64

from trawl.errors import LimitExceeded, Unreadable
from trawl.sources.guarded import PULL_BYTES, Pull

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

DICTIONARY_BYTES = 1 << 30  # an LZMA or Zstandard window beyond this is refused
LZMA_MEMORY = DICTIONARY_BYTES + (64 << 20)
# What the unpackers raise on damaged bytes.
DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    MemoryError,
    zlib.error,
    lzma.LZMAError,
    zstd.ZstdError,
)
_STEP = 1 << 15  # an unpacker that meets damage gives back nothing of its last step
_INFLATE64_STEP = 4096  # it has no output bound: 4 KiB give at most about 4 MiB


class _Unpacker(Protocol):
    """The shape bz2 and lzma share."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes: ...


class _Inflate:
    """zlib in the shape of the others."""

    def __init__(self, window_bits: int) -> None:
        self._unpacker = zlib.decompressobj(window_bits)
        self._more = False

    @property
    def eof(self) -> bool:
        return self._unpacker.eof

    @property
    def needs_input(self) -> bool:
        return not self._more

    @property
    def unused_data(self) -> bytes:
        return self._unpacker.unused_data

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        out = self._unpacker.decompress(self._unpacker.unconsumed_tail + data, max(0, max_length))
        self._more = len(out) == max_length or bool(self._unpacker.unconsumed_tail)
        return out


def _pull(make: Callable[[], _Unpacker], packed: Pull, name: str, *, many: bool = False) -> Pull:
    """bzip2, xz, LZMA, Zstandard. ``many``: further streams may follow the first, as in a file;
    what follows and is no stream is junk after the end, as the tools of each format have it."""
    unpacker = make()
    rest = b""
    first = True

    def pull(count: int) -> bytes:
        nonlocal unpacker, rest, first
        while True:
            if unpacker.eof:
                rest = unpacker.unused_data.lstrip(b"\0") or packed(PULL_BYTES).lstrip(b"\0")
                if not many or not rest:
                    return b""
                unpacker, first = make(), False
            elif unpacker.needs_input and not rest:
                rest = packed(PULL_BYTES)
                if not rest:
                    raise Unreadable("its packed data break off")
            data, rest = rest, b""
            try:
                out = unpacker.decompress(data, min(count, _STEP))
            except DAMAGE as error:
                if _wants_memory(error):
                    raise LimitExceeded("unpacking it needs too large a window") from error
                if not first:
                    return b""
                raise Unreadable(f"its {name} data are damaged") from error
            if out:
                first = True
                return out

    return pull


def _wants_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError) or "emory" in str(error)


def pull_deflate(packed: Pull) -> Pull:
    """Raw deflate (RFC 1951)."""
    return _pull(lambda: _Inflate(-zlib.MAX_WBITS), packed, "deflated")


def pull_gzip(packed: Pull) -> Pull:
    """gzip members one after another (RFC 1952), their checksums checked."""
    return _pull(lambda: _Inflate(16 + zlib.MAX_WBITS), packed, "gzip", many=True)


def pull_bzip2(packed: Pull, *, many: bool = False) -> Pull:
    """bzip2."""
    return _pull(bz2.BZ2Decompressor, packed, "bzip2", many=many)


def pull_xz(packed: Pull, *, many: bool = False) -> Pull:
    """xz, its memory bounded."""
    return _pull(
        lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=LZMA_MEMORY),
        packed,
        "xz",
        many=many,
    )


def pull_raw_lzma(packed: Pull, properties: bytes, unpacked: int | None) -> Pull:
    """LZMA1 with its five bytes of properties (LZMA SDK, lzma.txt) told apart from the data."""
    if len(properties) != 5 or properties[0] >= 9 * 5 * 5:
        raise Unreadable("its LZMA properties are damaged")
    rest, lc = divmod(properties[0], 9)
    pb, lp = divmod(rest, 5)
    window = max(4096, int.from_bytes(properties[1:], "little"))
    if unpacked is not None:
        window = min(window, max(4096, unpacked))
    if window > DICTIONARY_BYTES:
        raise LimitExceeded("unpacking it needs too large a window")
    chain = [{"id": lzma.FILTER_LZMA1, "dict_size": window, "lc": lc, "lp": lp, "pb": pb}]
    try:
        unpacker = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chain)
    except (lzma.LZMAError, ValueError) as error:
        raise Unreadable("its LZMA properties are damaged") from error
    return _pull(lambda: unpacker, packed, "LZMA")


def pull_deflate64(packed: Pull) -> Pull:
    """Deflate64 (APPNOTE method 9)."""
    unpacker = inflate64.Inflater()
    ready = b""

    def pull(count: int) -> bytes:
        nonlocal ready
        while not ready and not unpacker.eof:
            data = packed(_INFLATE64_STEP)
            if not data:
                raise Unreadable("its packed data break off")
            try:
                ready = unpacker.inflate(data)
            except (ValueError, EOFError, RuntimeError) as error:
                raise Unreadable("its Deflate64 data are damaged") from error
        out, ready = ready[:count], ready[count:]
        return out

    return pull


def pull_zstandard(packed: Pull, *, many: bool = True) -> Pull:
    """Zstandard (RFC 8878), by default frame after frame."""
    parameter = int(zstd.DecompressionParameter.window_log_max)
    window = {parameter: DICTIONARY_BYTES.bit_length() - 1}
    return _pull(lambda: zstd.ZstdDecompressor(options=window), packed, "Zstandard", many=many)


@dataclass(frozen=True, slots=True)
class Codec:
    """How a single compressed stream is named and unpacked."""

    name: str
    pull: Callable[[Pull], Pull]


_BZIP2_BLOCKS = (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90")


def codec_of(head: bytes) -> Codec | None:
    """The codec of a file that is one compressed stream, told by its first bytes."""
    if head.startswith(b"\x1f\x8b\x08"):
        return Codec("gzip", pull_gzip)
    if head.startswith(b"BZh") and head[3:4].isdigit() and head[4:10] in _BZIP2_BLOCKS:
        return Codec("bzip2", lambda packed: pull_bzip2(packed, many=True))
    if head.startswith(b"\xfd7zXZ\0"):
        return Codec("xz", lambda packed: pull_xz(packed, many=True))
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return Codec("Zstandard", pull_zstandard)
    return None
