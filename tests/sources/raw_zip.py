"""Builds zips field by field, so that each field can lie."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass


@dataclass(kw_only=True)
class RawMember:
    """One member; every field left None is honest."""

    name: bytes
    packed: bytes = b""
    data: bytes | None = None  # what it unpacks to, for the checksum; None means `packed`
    method: int = 0
    flags: int = 0
    crc: int | None = None
    unpacked_size: int | None = None
    packed_size: int | None = None
    extra: bytes = b""
    system: int = 3
    attributes: int = 0
    header_at: int | None = None
    disk: int = 0
    dos: tuple[int, int] = (0, 0x21)  # time, date: 1980-01-01


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def raw_zip(*members: RawMember, comment: bytes = b"", prefix: bytes = b"") -> bytes:
    """The archive, with ``prefix`` before it that its offsets know nothing of."""
    body = bytearray()
    central = bytearray()
    for member in members:
        at = len(body) if member.header_at is None else member.header_at
        fields = _fields(member)
        lengths = struct.pack("<2H", len(member.name), len(member.extra))
        local = b"PK\x03\x04" + struct.pack("<H", 20) + fields + lengths
        if member.header_at is None:
            body += local + member.name + member.extra + member.packed
        central += b"PK\x01\x02" + struct.pack("<2H", member.system << 8 | 20, 20) + fields
        central += lengths + struct.pack("<3H2L", 0, member.disk, 0, member.attributes, at)
        central += member.name + member.extra
    count = len(members) & 0xFFFF
    end = struct.pack("<4H2LH", 0, 0, count, count, len(central), len(body), len(comment))
    return bytes(prefix + body + central + b"PK\x05\x06" + end + comment)


def _fields(member: RawMember) -> bytes:
    data = member.packed if member.data is None else member.data
    return struct.pack(
        "<4H3L",
        member.flags,
        member.method,
        *member.dos,
        zlib.crc32(data) if member.crc is None else member.crc,
        len(member.packed) if member.packed_size is None else member.packed_size,
        len(data) if member.unpacked_size is None else member.unpacked_size,
    )
