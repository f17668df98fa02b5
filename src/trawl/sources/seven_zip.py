"""7z archives. A block unpacks as a whole, so it is unpacked once and its members read there."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, ClassVar

from trawl.errors import LimitExceeded, Locked, SourceError, Unreadable
from trawl.model.exhibit import Entry, EntryKind
from trawl.sources.base import Place
from trawl.sources.guarded import meter_of_all
from trawl.sources.local_file import LocalFile
from trawl.sources.ranges import stored_stream
from trawl.sources.seven_zip_header import LOCK, Block, Member, read_header
from trawl.sources.unix_mode import kind_of_mode
from trawl.sources.unpacked import Unpacked, unpack_once

_FILETIME_EPOCH = 116_444_736_000_000_000  # 1970-01-01 in 100 ns since 1601-01-01
_UNIX_ATTRIBUTES = 0x8000  # p7zip: the upper half is a Unix mode
_WINDOWS_FOLDER, _WINDOWS_LINK = 0x10, 0x400
_LINK_BYTES = 32_768


class SevenZipSource:
    """One 7z archive. Locators are a member's number in the header."""

    kind: ClassVar[str] = "7z"

    def __init__(self, place: Place, file: LocalFile, stream: BinaryIO) -> None:
        self._place = place
        self._limits = place.limits
        self._file = file
        self._stream = stream
        header = read_header(stream, place.secret)
        self._members, self._blocks = header.members, header.blocks
        self._open: tuple[int, Unpacked] | None = None

    @classmethod
    def open(cls, place: Place) -> SevenZipSource:
        """Open for reading. Raises Locked when even the names are encrypted, Unreadable."""
        file = LocalFile(place.path)
        stream = file.stream()
        try:
            return cls(place, file, stream)
        except SourceError:
            stream.close()
            file.close()
            raise

    def entries(self) -> Iterator[Entry]:
        """Every member in the header's order, folders left out."""
        if len(self._members) > self._limits.members:
            raise LimitExceeded(f"more than {self._limits.members:,} members")
        for number, member in enumerate(self._members):
            if not _is_folder(member):
                yield self._entry(number, member)

    def _entry(self, number: int, member: Member) -> Entry:
        kind = _kind(member)
        modified, created, accessed = (_from_filetime(ticks) for ticks in member.times)
        block = self._blocks[member.block] if member.block is not None and member.size else None
        target = self._link_target(member) if kind is EntryKind.SYMLINK else None
        return Entry(
            path=member.name.encode("utf-8", "surrogatepass")[: self._limits.path_bytes],
            kind=kind,
            size=member.size if kind is EntryKind.FILE else None,
            locator=str(number),
            modified_us=modified,
            created_us=created,
            accessed_us=accessed,
            link_target=target,
            lock=LOCK if block is not None and block.locked else None,
            problem=None if block is None else block.problem,
        )

    def _link_target(self, member: Member) -> bytes | None:
        if member.size > _LINK_BYTES:
            return None
        try:
            with self._bytes(member) as stream:
                return stream.read()
        except SourceError:
            return None

    def read(self, entry: Entry) -> BinaryIO:
        """A seekable stream; the first one of a block unpacks the block."""
        if entry.kind is not EntryKind.FILE:
            raise Unreadable(f"there are no bytes to read: it is a {entry.kind}")
        return self._bytes(self._members[int(entry.locator)])

    def _bytes(self, member: Member) -> BinaryIO:
        if member.block is None or not member.size:
            return io.BytesIO()
        block = self._blocks[member.block]
        if block.locked and self._place.secret is None:
            raise Locked("it is encrypted and needs a password", lock=LOCK)
        if block.problem is not None:
            raise Unreadable(block.problem)
        self._limits.check_member(None, member.size)
        unpacked = self._unpacked(member.block, block)
        if member.start + member.size > unpacked.bytes.size:
            raise unpacked.problem or Unreadable("its packed data break off")
        wrong = Locked("the password does not fit", lock=LOCK) if block.locked else None
        return stored_stream(unpacked.bytes, member.start, member.size, member.crc, wrong)

    def _unpacked(self, number: int, block: Block) -> Unpacked:
        """The block's bytes; the block read last is kept, neighbours lie in the same one."""
        if self._open is not None and self._open[0] == number:
            return self._open[1]
        self._let_go()
        if block.size > self._limits.total_bytes:
            raise LimitExceeded(f"{block.size:,} bytes unpacked are over the limit")
        meter = meter_of_all(self._limits, block.packed, block.size)
        unpacked = unpack_once(self._place, f"block-{number}", block.pull(self._stream), meter)
        self._open = (number, unpacked)
        return unpacked

    def local_path(self, entry: Entry) -> Path | None:  # noqa: ARG002
        """None: nothing inside an archive is a file of this machine."""
        return None

    def close(self) -> None:
        """Close the archive and what it was unpacked to."""
        self._let_go()
        self._stream.close()
        self._file.close()

    def _let_go(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None


def _is_folder(member: Member) -> bool:
    if member.block is not None:
        return False
    attributes = member.attributes or 0
    return member.is_folder or bool(attributes & _WINDOWS_FOLDER)


def _kind(member: Member) -> EntryKind:
    attributes = member.attributes or 0
    mode = attributes >> 16 if attributes & _UNIX_ATTRIBUTES else 0
    if not mode and attributes & _WINDOWS_LINK:
        return EntryKind.SYMLINK
    return kind_of_mode(mode)


def _from_filetime(ticks: int | None) -> int | None:
    if ticks is None or not 0 < ticks < 1 << 63:
        return None
    return (int(ticks) - _FILETIME_EPOCH) // 10
