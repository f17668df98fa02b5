"""Zip archives, and what is one inside: OOXML, ODF, EPUB, APK, JAR."""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, ClassVar

from trawl.errors import LimitExceeded, Locked, SourceError, Unreadable
from trawl.model.exhibit import Entry, EntryKind
from trawl.sources import zip_locks
from trawl.sources.base import Place
from trawl.sources.codecs import (
    pull_bzip2,
    pull_deflate,
    pull_deflate64,
    pull_raw_lzma,
    pull_xz,
    pull_zstandard,
)
from trawl.sources.guarded import Meter, Pull, unpacked_stream
from trawl.sources.local_file import LocalFile
from trawl.sources.ranges import DAMAGED, pull_range, stored_stream
from trawl.sources.unix_mode import kind_of_mode
from trawl.sources.zip_records import (
    Directory,
    ZipRecord,
    central_record,
    central_records,
    find_directory,
    local_header,
)
from trawl.sources.zip_scan import scan
from trawl.sources.zip_times import times_of

_UNIX, _MAC = 3, 19
_LINK_BYTES = 32_768
# All members together may claim the archive's own bytes this many times over; only archives
# built to overlap claim more (Fifield, "A better zip bomb", WOOT 2019).
_OVERLAP = 2

_METHODS = {
    0: "stored",
    1: "shrunk",
    2: "reduced",
    3: "reduced",
    4: "reduced",
    5: "reduced",
    6: "imploded",
    8: "deflate",
    9: "Deflate64",
    10: "PKWARE DCL implode",
    12: "bzip2",
    14: "LZMA",
    20: "Zstandard",
    93: "Zstandard",
    94: "MP3",
    95: "xz",
    96: "JPEG variant",
    97: "WavPack",
    98: "PPMd",
}


class ZipSource:
    """One zip archive, its directory read record by record; millions of members cost no memory.

    Locators: ``c`` and the central record's offset, or ``l`` and the local header's with the
    end of its data, both in hex; then ``o`` or ``t`` when the member is one too many.
    """

    kind: ClassVar[str] = "zip"

    def __init__(self, place: Place) -> None:
        self._place = place
        self._limits = place.limits
        self._file = LocalFile(place.path)
        try:
            self._directory = find_directory(self._file)
        except SourceError:
            self._file.close()
            raise

    @classmethod
    def open(cls, place: Place) -> ZipSource:
        """Open for reading. Raises Unreadable."""
        return cls(place)

    def entries(self) -> Iterator[Entry]:
        """Every member in the directory's order, folders left out.

        Raises Unreadable at the end when the directory is damaged or missing, LimitExceeded
        when there are too many members.
        """
        if self._directory is None:
            yield from self._scanned_entries()
        else:
            yield from self._central_entries(self._directory)

    def _central_entries(self, directory: Directory) -> Iterator[Entry]:
        budget = _Budget(self._place, self._file.size)
        for record in central_records(self._file, directory):
            over = budget.take(record)
            if not _is_folder(record):
                yield self._entry(record, f"c{record.at:x}{over}", directory)

    def _scanned_entries(self) -> Iterator[Entry]:
        budget = _Budget(self._place, self._file.size)
        count = 0
        for record, end in scan(self._file):
            count += 1
            over = budget.take(record)
            if not _is_folder(record):
                yield self._entry(record, f"l{record.at:x}-{end:x}{over}", None)
        raise Unreadable(
            "the archive has no directory at its end, it was cut off or damaged;"
            f" {count:,} members were found without it"
        )

    def _entry(self, record: ZipRecord, locator: str, directory: Directory | None) -> Entry:
        times = times_of(record)
        kind = _kind(record)
        lock = zip_locks.lock_of(record)
        undeclared = directory is None and not record.unpacked and not record.crc
        return Entry(
            path=record.name[: self._limits.path_bytes],
            kind=kind,
            size=record.unpacked if kind is EntryKind.FILE and not undeclared else None,
            locator=locator,
            modified_us=times.modified_us,
            created_us=times.created_us,
            accessed_us=times.accessed_us,
            link_target=self._link_target(record, locator) if kind is EntryKind.SYMLINK else None,
            lock=lock,
            problem=_problem(record, directory),
        )

    def _link_target(self, record: ZipRecord, locator: str) -> bytes | None:
        try:
            with self._stream(record, self._end(locator)) as stream:
                return stream.read(_LINK_BYTES)
        except SourceError:
            return None

    def read(self, entry: Entry) -> BinaryIO:
        """A stream over a member; seekable when it is stored as it is."""
        if entry.kind is not EntryKind.FILE:
            raise Unreadable(f"there are no bytes to read: it is a {entry.kind}")
        if entry.locator.endswith("o"):
            raise LimitExceeded("it overlaps other members, as a zip bomb's members do")
        if entry.locator.endswith("t"):
            raise LimitExceeded(
                f"the archive unpacks to more than the limit of {self._limits.total_bytes:,} bytes"
            )
        return self._stream(self._record(entry.locator), self._end(entry.locator))

    def _record(self, locator: str) -> ZipRecord:
        if locator.startswith("c") and self._directory is not None:
            return central_record(self._file, self._directory, int(locator[1:].rstrip("ot"), 16))
        return local_header(self._file, int(locator[1:].partition("-")[0], 16))[0]

    def _end(self, locator: str) -> int | None:
        """Where the packed bytes end, when only the scan knows."""
        _, dash, end = locator.rstrip("ot").partition("-")
        return int(end, 16) if dash else None

    def _stream(self, record: ZipRecord, end: int | None) -> BinaryIO:
        problem = _problem(record, self._directory)
        if problem is not None:
            raise Unreadable(problem)
        _, start = local_header(self._file, record.header)
        declared: int | None = record.unpacked
        length = record.packed
        if end is not None and not record.packed:
            declared, length = record.unpacked or None, end - start
        lock = zip_locks.lock_of(record)
        self._limits.check_member(length, record.unpacked)
        if lock is None and record.method == 0:
            return stored_stream(self._file, start, length, record.crc or None)
        packed = pull_range(self._file, start, length)
        pull = zip_locks.unlocked(record, packed, length, self._place.secret)
        note = zip_locks.aes_note(record)
        pull = _unpacking(record.method if note is None else note.method, pull, record)
        if note is None or note.version == 1:
            pull = _checked(pull, record.crc if end is None or record.crc else None)
        if lock == zip_locks.TRADITIONAL:
            pull = _doubting(pull)
        return unpacked_stream(pull, Meter(self._limits, length, declared))

    def local_path(self, entry: Entry) -> Path | None:  # noqa: ARG002
        """None: nothing inside an archive is a file of this machine."""
        return None

    def close(self) -> None:
        """Close the archive."""
        self._file.close()


class _Budget:
    """What the members together may claim, counted in the listing's order."""

    def __init__(self, place: Place, size: int) -> None:
        self._limits = place.limits
        self._size = size
        self._packed = self._unpacked = self._count = 0

    def take(self, record: ZipRecord) -> str:
        """The mark of a member that is over. Raises LimitExceeded when they are too many."""
        self._count += 1
        if self._count > self._limits.members:
            raise LimitExceeded(f"more than {self._limits.members:,} members")
        self._packed += min(record.packed, max(0, self._size - record.header))
        self._unpacked += record.unpacked
        if self._packed > self._size * _OVERLAP:
            return "o"
        return "t" if self._unpacked > self._limits.total_bytes else ""


def _unpacking(method: int, packed: Pull, record: ZipRecord) -> Pull:
    if method == 0:
        return packed
    if method == 8:
        return pull_deflate(packed)
    if method == 9:
        return pull_deflate64(packed)
    if method == 12:
        return pull_bzip2(packed)
    if method == 14:
        head = zip_locks.exactly(packed, 4)  # APPNOTE 5.8.8: version, size of the properties
        properties = zip_locks.exactly(packed, int.from_bytes(head[2:], "little"))
        return pull_raw_lzma(packed, properties, record.unpacked)
    if method in (20, 93):
        return pull_zstandard(packed, many=False)
    if method == 95:
        return pull_xz(packed)
    name = _METHODS.get(method, "unknown")
    raise Unreadable(f"its compression method {method} ({name}) cannot be unpacked")


def _checked(pull: Pull, expected: int | None) -> Pull:
    """The same bytes; at their end the checksum must hold."""
    if expected is None:
        return pull
    crc = 0

    def checked(count: int) -> bytes:
        nonlocal crc
        data = pull(count)
        crc = zlib.crc32(data, crc)
        if not data and crc != expected:
            raise Unreadable(DAMAGED)
        return data

    return checked


def _doubting(pull: Pull) -> Pull:
    """Damage under traditional encryption is most often a wrong password that went unnoticed."""

    def doubting(count: int) -> bytes:
        try:
            return pull(count)
        except Unreadable as error:
            reason = f"the password does not fit, or the bytes are damaged ({error})"
            raise Locked(reason, lock=zip_locks.TRADITIONAL) from error

    return doubting


def _problem(record: ZipRecord, directory: Directory | None) -> str | None:
    if directory is not None and record.disk != directory.disk and record.disk != 0xFFFF:
        return "it lies in another part of a zip that was split over several files"
    return None


def _is_folder(record: ZipRecord) -> bool:
    """A folder's record and nothing else: one that bears bytes is listed as what it is."""
    named = record.name.endswith(b"/") or (
        record.system in (_UNIX, _MAC) and stat.S_ISDIR(record.attributes >> 16)
    )
    return named and not record.unpacked and not record.packed


def _kind(record: ZipRecord) -> EntryKind:
    mode = record.attributes >> 16 if record.system in (_UNIX, _MAC) else 0
    return kind_of_mode(mode)
