"""Tar archives, plain or packed by gzip, bzip2, xz or Zstandard."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, ClassVar

from trawl.errors import LimitExceeded, SourceError, Unreadable
from trawl.model.exhibit import Entry, EntryKind
from trawl.sources.base import Place
from trawl.sources.codecs import codec_of
from trawl.sources.guarded import Meter, meter_of_all, unpacked_stream
from trawl.sources.local_file import LocalFile
from trawl.sources.ranges import Bytes, pull_range, stored_stream
from trawl.sources.tar_members import TarMembers
from trawl.sources.unpacked import Unpacked, unpack_once

_KINDS = {
    tarfile.SYMTYPE: EntryKind.SYMLINK,
    tarfile.CHRTYPE: EntryKind.DEVICE,
    tarfile.BLKTYPE: EntryKind.DEVICE,
    tarfile.FIFOTYPE: EntryKind.FIFO,
}


class TarSource:
    """One tar; a packed one is unpacked once, then read in place like a plain one.

    Locators: ``OFFSET+SIZE`` of plain data, ``s`` and the header's offset of a sparse member,
    ``h`` and the header's offset of a hard link; in hex.
    """

    kind: ClassVar[str] = "tar"

    def __init__(self, place: Place, file: LocalFile, unpacked: Unpacked | None) -> None:
        self._limits = place.limits
        self._file = file
        self._unpacked = unpacked
        self._content: Bytes = file if unpacked is None else unpacked.bytes
        self._members = TarMembers(self._content)
        self._linked: dict[bytes, str] | None = None

    @classmethod
    def open(cls, place: Place) -> TarSource:
        """Open, and unpack where it is packed. Raises Unreadable, LimitExceeded."""
        file = LocalFile(place.path)
        codec = codec_of(file.read_at(0, 16))
        unpacked: Unpacked | None = None
        try:
            if codec is not None:
                pull = codec.pull(pull_range(file, 0, file.size))
                meter = meter_of_all(place.limits, file.size, None)
                unpacked = unpack_once(place, "tar", pull, meter)
        except SourceError:
            file.close()
            raise
        return cls(place, file, unpacked)

    def entries(self) -> Iterator[Entry]:
        """Every member but folders. Raises Unreadable at the end of what is whole."""
        for count, (offset, info) in enumerate(self._members.all(), 1):
            if count > self._limits.members:
                raise LimitExceeded(f"more than {self._limits.members:,} members")
            if not info.isdir():
                yield self._entry(offset, info)
        if self._unpacked is not None and self._unpacked.problem is not None:
            raise self._unpacked.problem

    def _entry(self, offset: int, info: tarfile.TarInfo) -> Entry:
        kind = _KINDS.get(info.type, EntryKind.FILE)
        link = info.issym() or info.islnk()
        return Entry(
            path=_raw(info.name)[: self._limits.path_bytes],
            kind=kind,
            size=info.size if kind is EntryKind.FILE and not info.islnk() else None,
            locator=_locator(offset, info),
            modified_us=_microseconds(info.mtime),
            accessed_us=_microseconds(info.pax_headers.get("atime")),
            changed_us=_microseconds(info.pax_headers.get("ctime")),
            link_target=_raw(info.linkname) if link else None,
        )

    def read(self, entry: Entry) -> BinaryIO:
        """A seekable stream; a hard link gives the bytes of what it links to."""
        if entry.kind is not EntryKind.FILE:
            raise Unreadable(f"there are no bytes to read: it is a {entry.kind}")
        locator = entry.locator
        if locator.startswith("h"):
            locator = self._link(entry.link_target or b"")
        if locator.startswith("s"):
            return self._sparse(int(locator[1:], 16))
        start, size = (int(number, 16) for number in locator.split("+"))
        self._limits.check_member(None, size)
        return stored_stream(self._content, start, size)

    def _sparse(self, offset: int) -> BinaryIO:
        info = self._members.at(offset)
        pieces: Iterable[tuple[int, int]] = getattr(info, "sparse", None) or ()
        stored = sum(size for _, size in pieces)
        self._limits.check_member(stored, info.size)
        source = self._members.stream(info)

        def pull(count: int) -> bytes:
            try:
                return source.read(count)
            except (tarfile.TarError, ValueError) as error:
                raise Unreadable("its sparse data break off") from error

        return unpacked_stream(pull, Meter(self._limits, stored, info.size))

    def _link(self, target: bytes) -> str:
        """The locator of the member a hard link means: the last of its name before it."""
        if self._linked is None:
            self._linked = self._find_linked()
        try:
            return self._linked[target]
        except KeyError:
            raise Unreadable("it is a hard link to a member that is not in the archive") from None

    def _find_linked(self) -> dict[bytes, str]:
        """Where the targets of all hard links lie; two walks, so that only they are kept."""
        wanted = {_raw(info.linkname) for _, info in self._whole_members() if info.islnk()}
        found: dict[bytes, str] = {}
        for offset, info in self._whole_members():
            name = _raw(info.name)
            if name not in wanted or info.isdir():
                continue
            if not info.islnk():
                found.setdefault(name, _locator(offset, info))
            elif _raw(info.linkname) in found:
                found.setdefault(name, found[_raw(info.linkname)])
        return found

    def _whole_members(self) -> Iterator[tuple[int, tarfile.TarInfo]]:
        try:
            yield from self._members.all()
        except Unreadable:
            return

    def local_path(self, entry: Entry) -> Path | None:  # noqa: ARG002
        """None: nothing inside an archive is a file of this machine."""
        return None

    def close(self) -> None:
        """Close the archive and what it was unpacked to."""
        if self._unpacked is not None:
            self._unpacked.close()
        self._file.close()


def _locator(offset: int, info: tarfile.TarInfo) -> str:
    if info.islnk():
        return f"h{offset:x}"
    if info.issparse():
        return f"s{offset:x}"
    return f"{info.offset_data:x}+{info.size:x}"


def _raw(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def _microseconds(seconds: float | str | None) -> int | None:
    """Whole microseconds, None for what is no time a database can hold."""
    if seconds is None:
        return None
    try:
        micros = int(float(seconds) * 1_000_000)
    except (ValueError, OverflowError):
        return None
    return micros if abs(micros) < 1 << 62 else None
