"""Locked archives, as far as their headers tell it at no cost."""

from __future__ import annotations

import struct

from trawl.passes.base import Content
from trawl.passes.locks import Lock
from trawl.passes.office_types import directory_entries

_SEVEN_ZIP_AES = b"\x06\xf1\x07\x01"
_SEVEN_ZIP_HEADER_BYTES = 1 << 20
_PLAIN_HEADER, _ENCODED_HEADER = 1, 23
_RAR5 = b"Rar!\x1a\x07\x01\x00"
_RAR5_ENCRYPTION = 4
_RAR4_MAIN, _RAR4_LOCKED = 0x73, 0x80


def zip_lock(content: Content) -> Lock:
    """Locked when every member that holds anything is encrypted (APPNOTE.TXT 4.4.4, bit 0)."""
    with content.open() as stream:

        def read_at(offset: int, length: int) -> bytes:
            stream.seek(offset)
            return stream.read(length)

        entries = [e for e in directory_entries(content.size, read_at) if e.size]
    locked = sum(entry.flags & 1 for entry in entries)
    if not locked:
        return Lock()
    extra: dict[str, str | int | float] = {"encrypted_members": locked}
    return Lock("zip" if locked == len(entries) else None, extra=extra)


def seven_zip_lock(content: Content) -> Lock:
    """Locked when the end header names the AES coder (7zFormat.txt; 06F10701). A compressed
    header hides it: then the members say it when they are read."""
    if len(content.head) < 32:
        return Lock()
    offset, length = struct.unpack_from("<QQ", content.head, 12)
    if not 0 < length <= _SEVEN_ZIP_HEADER_BYTES or 32 + offset + length > content.size:
        return Lock()
    with content.open() as stream:
        stream.seek(32 + offset)
        header = stream.read(length)
    if (
        header[:1] in (bytes([_PLAIN_HEADER]), bytes([_ENCODED_HEADER]))
        and _SEVEN_ZIP_AES in header
    ):
        names = "names too" if header[0] == _ENCODED_HEADER else "content only"
        return Lock("7z", extra={"encrypted": names})
    return Lock()


def rar_lock(content: Content) -> Lock:
    """Locked when the headers themselves are (RAR 5 technote; RAR 4 main header flags)."""
    head = content.head
    if head.startswith(_RAR5):
        # CRC32, then the header's size as a number of 7-bit groups, then its type
        at = 12
        while at < 15 and at < len(head) and head[at] & 0x80:
            at += 1
        return Lock("rar") if head[at + 1 : at + 2] == bytes([_RAR5_ENCRYPTION]) else Lock()
    if len(head) >= 12 and head[9] == _RAR4_MAIN and head[10] & _RAR4_LOCKED:
        return Lock("rar")
    return Lock()
