"""The records of a zip archive (PKWARE APPNOTE 6.3), read one at a time and never believed."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from trawl.errors import Unreadable
from trawl.sources.local_file import LocalFile

LOCAL, CENTRAL, DESCRIPTOR = b"PK\x03\x04", b"PK\x01\x02", b"PK\x07\x08"
END, END64, END64_LOCATOR = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
LOCAL_BYTES, CENTRAL_BYTES, END_BYTES = 30, 46, 22
_RECORD_MOST = CENTRAL_BYTES + 3 * 0xFFFF
_WINDOW = 1 << 20
_WIDE = 0xFFFFFFFF  # look for it in the zip64 extra field
_USUAL = 512  # bytes of name and extra fields that are read with the header at once

ENCRYPTED, DESCRIPTOR_FOLLOWS, STRONG, MASKED = 0x0001, 0x0008, 0x0040, 0x2000
ZIP64_EXTRA, NTFS_EXTRA, UNIX_EXTRA, AES_EXTRA = 0x0001, 0x000A, 0x5455, 0x9901


class ZipRecord(NamedTuple):
    """One member as a central record, or failing that a local header, describes it.

    ``at`` is where the record itself lies, ``header`` where its local header should, both in
    bytes from the start of the file.
    """

    at: int
    header: int
    flags: int
    method: int
    dos_time: int
    dos_date: int
    crc: int
    packed: int
    unpacked: int
    name: bytes
    extra: bytes
    system: int = 0
    attributes: int = 0
    disk: int = 0

    def extras(self) -> Iterator[tuple[int, bytes]]:
        """The extra fields that are whole."""
        return _extras(self.extra)


@dataclass(frozen=True, slots=True)
class Directory:
    """Where the central directory lies. ``shift`` is what was put before the archive (the
    program of a self-extracting one): it is added to every offset the archive states."""

    start: int
    end: int
    count: int
    shift: int
    disk: int


def find_directory(file: LocalFile) -> Directory | None:
    """The central directory, None where there is none to be trusted."""
    tail_at = max(0, file.size - END_BYTES - 0xFFFF)
    tail = file.read_at(tail_at, END_BYTES + 0xFFFF)
    place = len(tail)
    while (place := tail.rfind(END, 0, place)) >= 0:
        if len(tail) - place >= END_BYTES:
            found = _directory_at(file, tail_at + place, tail[place : place + END_BYTES])
            if found is not None:
                return found
    return None


def _directory_at(file: LocalFile, end_at: int, end: bytes) -> Directory | None:
    disk, _, _, count, size, offset, _ = struct.unpack("<4H2LH", end[4:])
    closes_at = end_at
    locator = file.read_at(end_at - 20, 20) if end_at >= 20 else b""
    if locator.startswith(END64_LOCATOR):
        stated = struct.unpack("<Q", locator[8:16])[0]
        for at in (end_at - 20 - 56, stated):
            record = file.read_at(at, 56)
            if record.startswith(END64) and len(record) == 56:
                disk, _, _, count, size, offset = struct.unpack("<2L4Q", record[16:])
                closes_at = at
                break
    start = closes_at - size
    if count == 0 and size == 0:
        return Directory(end_at, end_at, 0, 0, disk)
    if start >= 0 and file.read_at(start, 4) == CENTRAL:
        return Directory(start, closes_at, count, start - offset, disk)
    if file.read_at(offset, 4) == CENTRAL and offset < closes_at:
        return Directory(offset, closes_at, count, 0, disk)
    return None


def central_records(file: LocalFile, directory: Directory) -> Iterator[ZipRecord]:
    """Every record of the directory, in its order. Damaged ones are skipped; Unreadable is
    raised at the end when they are not as many as the archive states."""
    at, found = directory.start, 0
    window, window_at = b"", at
    while at < directory.end:
        inside = at - window_at
        if len(window) - inside < _RECORD_MOST and window_at + len(window) < directory.end:
            window, window_at, inside = file.read_at(at, _WINDOW), at, 0
        if window[inside : inside + 4] != CENTRAL:
            following = window.find(CENTRAL, inside)
            at = window_at + following if following >= 0 else window_at + max(1, len(window) - 3)
            continue
        record, length = _central(window, inside, at, directory)
        yield record
        at += length
        found += 1
    if found & 0xFFFF != directory.count & 0xFFFF:
        raise Unreadable(
            f"the archive's directory is damaged: {found:,} of {directory.count:,} members listed"
        )


def central_record(file: LocalFile, directory: Directory, at: int) -> ZipRecord:
    """The record at one offset. Raises Unreadable."""
    fixed = file.read_at(at, CENTRAL_BYTES)
    if not fixed.startswith(CENTRAL) or len(fixed) < CENTRAL_BYTES:
        raise Unreadable("the archive's directory has no such member")
    names, extras = struct.unpack("<2H", fixed[28:32])
    return _central(file.read_at(at, CENTRAL_BYTES + names + extras), 0, at, directory)[0]


def _central(data: bytes, inside: int, at: int, directory: Directory) -> tuple[ZipRecord, int]:
    fixed = data[inside + 4 : inside + CENTRAL_BYTES]
    if len(fixed) < CENTRAL_BYTES - 4:
        raise Unreadable("the archive's directory breaks off")
    (made_by, _, flags, method, time, date, crc, packed, unpacked) = struct.unpack(
        "<6H3L", fixed[:24]
    )
    names, extras, comments, disk, _, attributes, offset = struct.unpack("<5H2L", fixed[24:])
    body = inside + CENTRAL_BYTES
    record = ZipRecord(
        at=at,
        header=offset,
        flags=flags,
        method=method,
        dos_time=time,
        dos_date=date,
        crc=crc,
        packed=packed,
        unpacked=unpacked,
        name=data[body : body + names],
        extra=data[body + names : body + names + extras],
        system=made_by >> 8,
        attributes=attributes,
        disk=disk,
    )
    record = _widened(record)
    if directory.shift:
        record = record._replace(header=record.header + directory.shift)
    return record, CENTRAL_BYTES + names + extras + comments


def local_header(file: LocalFile, at: int) -> tuple[ZipRecord, int]:
    """The local header at ``at``, and where its data begin. Raises Unreadable."""
    data = file.read_at(at, LOCAL_BYTES + _USUAL)
    if not data.startswith(LOCAL) or len(data) < LOCAL_BYTES:
        raise Unreadable("its local header is missing from the archive")
    _, flags, method, time, date, crc, packed, unpacked, names, extras = struct.unpack(
        "<5H3L2H", data[4:LOCAL_BYTES]
    )
    if names + extras > _USUAL:
        data = file.read_at(at, LOCAL_BYTES + names + extras)
    record = ZipRecord(
        at=at,
        header=at,
        flags=flags,
        method=method,
        dos_time=time,
        dos_date=date,
        crc=crc,
        packed=packed,
        unpacked=unpacked,
        name=data[LOCAL_BYTES : LOCAL_BYTES + names],
        extra=data[LOCAL_BYTES + names : LOCAL_BYTES + names + extras],
    )
    return _widened(record), at + LOCAL_BYTES + names + extras


def _widened(record: ZipRecord) -> ZipRecord:
    """With the 64-bit sizes and offset where the 32-bit fields say to look for them."""
    if _WIDE not in (record.unpacked, record.packed, record.header):
        return record
    wide = next((data for tag, data in record.extras() if tag == ZIP64_EXTRA), b"")
    values = iter(struct.unpack(f"<{len(wide) // 8}Q", wide[: len(wide) // 8 * 8]))
    unpacked, packed, header = record.unpacked, record.packed, record.header
    if unpacked == _WIDE:
        unpacked = next(values, unpacked)
    if packed == _WIDE:
        packed = next(values, packed)
    if header == _WIDE:
        header = next(values, header)
    return record._replace(unpacked=unpacked, packed=packed, header=header)


def _extras(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<2H", extra, at)
        data = extra[at + 4 : at + 4 + length]
        if len(data) < length:
            return
        yield tag, data
        at += 4 + length
