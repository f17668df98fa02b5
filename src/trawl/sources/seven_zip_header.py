"""The header of a 7z archive, as py7zr reads it, turned into members and blocks."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

import py7zr
from py7zr.archiveinfo import Folder
from py7zr.compressor import SevenZipDecompressor, SupportedMethods
from py7zr.exceptions import ArchiveError, PasswordRequired, UnsupportedCompressionMethodError

from trawl.errors import LimitExceeded, Locked, Unreadable
from trawl.sources.codecs import DAMAGE
from trawl.sources.guarded import Pull

LOCK = "7z-aes"
# Methods with a bound on what one call may give back; the others are fed by the spoonful: 512
# bytes give at most about 16 MiB (Zstandard, 128 KiB for each block of 4 bytes).
_BOUNDED = frozenset({"LZMA", "LZMA2", "BZip2", "COPY", "DELTA", "7zAES"})
_FILTERS = frozenset({"BCJ", "PPC", "IA64", "ARM", "ARMT", "SPARC"})
_UNBOUNDED = frozenset({"DEFLATE", "DEFLATE64", "ZStandard"})
# PPMd is left out on purpose: its library (pyppmd 1.3.1) overruns its memory on ordinary data.
_UNPACKED = _BOUNDED | _FILTERS | _UNBOUNDED
_SPOON = 512
_LADLE = 1 << 20
_STEP = 1 << 15  # an unpacker that meets damage gives back nothing of its last step

FAULTS = (
    ArchiveError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    struct.error,
    *DAMAGE,
)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the header. ``block`` is None for what has no bytes; ``start`` counts within
    the unpacked block."""

    name: str
    attributes: int | None
    is_folder: bool
    times: tuple[int | None, int | None, int | None]  # modified, created, accessed: FILETIME
    block: int | None
    start: int
    size: int
    crc: int | None


class Block:
    """One stretch of packed bytes that unpacks as a whole (7z calls it a folder)."""

    def __init__(self, folder: Folder, start: int, packed: int) -> None:
        self._folder = folder
        self._start = start
        self.packed = packed
        self.size = int(folder.get_unpack_size())
        self.locked = bool(SupportedMethods.needs_password(folder.coders))
        self._methods = [_method_name(coder["method"]) for coder in folder.coders]

    @property
    def problem(self) -> str | None:
        """Why it cannot be unpacked, where its methods already say so."""
        foreign = [name for name in self._methods if name not in _UNPACKED]
        if not foreign:
            return None
        return f"its compression method ({' and '.join(foreign)}) cannot be unpacked"

    def pull(self, stream: BinaryIO) -> Pull:
        """Unpack from the archive's stream. Raises Locked, Unreadable, LimitExceeded."""
        decompressor: Any = None
        left = self.size
        stream.seek(self._start)

        def pull(count: int) -> bytes:
            nonlocal decompressor, left
            while left > 0:
                try:
                    if decompressor is None:
                        decompressor = self._decompressor()
                    consumed = decompressor.consumed
                    out = bytes(decompressor.decompress(stream, min(left, count, _STEP)))
                except MemoryError as error:
                    raise LimitExceeded("unpacking it needs too much memory") from error
                except UnsupportedCompressionMethodError as error:
                    raise Unreadable("its chain of methods cannot be unpacked") from error
                except PasswordRequired as error:
                    raise Locked("it is encrypted and needs a password", lock=LOCK) from error
                except FAULTS as error:
                    raise self._damaged() from error
                if not out and decompressor.consumed == consumed:
                    raise self._damaged()
                if out:
                    left -= len(out)
                    return out
            return b""

        return pull

    def _decompressor(self) -> SevenZipDecompressor:
        folder = self._folder
        step = _SPOON if _UNBOUNDED.intersection(self._methods) else _LADLE
        return SevenZipDecompressor(
            folder.coders, self.packed, folder.unpacksizes, folder.crc, folder.password, step
        )

    def _damaged(self) -> Unreadable | Locked:
        if self.locked:
            return Locked("the password does not fit, or the bytes are damaged", lock=LOCK)
        return Unreadable("its packed data are damaged or break off")


def _method_name(code: bytes) -> str:
    if code == b"\x03\x03\x01\x1b":
        return "BCJ2"
    for method in SupportedMethods.methods:
        if method["id"] == code:
            return str(method["name"])
    return f"method {code.hex()}"


@dataclass(frozen=True, slots=True)
class Header:
    """What an archive holds."""

    members: list[Member]
    blocks: list[Block]


def read_header(stream: BinaryIO, secret: str | None) -> Header:
    """The header of the archive. Raises Locked when it is encrypted itself, Unreadable."""
    encrypted = False
    try:
        try:
            archive = py7zr.SevenZipFile(stream, password=None)
        except PasswordRequired as error:
            if secret is None:
                raise Locked("its list of members is encrypted", lock=LOCK) from error
            encrypted = True
            stream.seek(0)
        if encrypted or secret is not None:
            stream.seek(0)
            archive = py7zr.SevenZipFile(stream, password=secret)
        return _header_of(archive)
    except MemoryError as error:
        raise LimitExceeded("listing it needs too much memory") from error
    except UnsupportedCompressionMethodError as error:
        raise Unreadable("its list of members is packed by an unknown method") from error
    except FAULTS as error:
        if encrypted:
            raise Locked("the password does not fit", lock=LOCK) from error
        raise Unreadable("its list of members is damaged or breaks off") from error


def _header_of(archive: Any) -> Header:
    header = getattr(archive, "header", None)
    if header is None or header.files_info is None:
        return Header([], [])
    blocks = _blocks(archive, header.main_streams)
    return Header(_members(header, blocks), blocks)


def _blocks(archive: Any, streams: Any) -> list[Block]:
    if streams is None:
        return []
    sizes, blocks = streams.packinfo.packsizes, []
    start, number = archive.afterheader + streams.packinfo.packpos, 0
    for folder in streams.unpackinfo.folders:
        own = sizes[number : number + len(folder.packed_indices)]
        blocks.append(Block(folder, start, sum(own)))
        start += sum(own)
        number += len(own)
    return blocks


def _members(header: Any, blocks: list[Block]) -> list[Member]:
    """The files in their order, each with its stretch of its block."""
    places = iter(_places(header.main_streams, blocks))
    empty_files = iter(header.files_info.emptyfiles)
    members = []
    for file in header.files_info.files:
        bare = file["emptystream"]
        is_file = bool(next(empty_files, False)) if bare else True
        block, start, size, crc = (None, 0, 0, None) if bare else next(places)
        members.append(
            Member(
                name=file.get("filename", "content"),
                attributes=file.get("attributes"),
                is_folder=not is_file,
                times=(
                    file.get("lastwritetime"),
                    file.get("creationtime"),
                    file.get("lastaccesstime"),
                ),
                block=block,
                start=start,
                size=size,
                crc=crc,
            )
        )
    return members


def _places(streams: Any, blocks: list[Block]) -> list[tuple[int, int, int, int | None]]:
    """Block, start, size and checksum of each member that has bytes, in the header's order."""
    if streams is None:
        return []
    substreams = streams.substreamsinfo
    if substreams is None:
        crcs = [folder.crc for folder in streams.unpackinfo.folders]
        return [(n, 0, block.size, crcs[n]) for n, block in enumerate(blocks)]
    places: list[tuple[int, int, int, int | None]] = []
    sizes = substreams.unpacksizes
    for number, block in enumerate(blocks):
        start = 0
        for _ in range(substreams.num_unpackstreams_folders[number]):
            place = len(places)
            size = block.size if sizes is None else sizes[place]
            if size < 0:
                raise ValueError("a member of negative size")
            known = place < len(substreams.digests) and substreams.digestsdefined[place]
            crc = substreams.digests[place] if known else None
            places.append((number, start, size, crc))
            start += size
    return places
