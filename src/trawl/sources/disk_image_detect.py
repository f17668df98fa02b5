"""Is this file a disk image? By content only, and cheap for everything that is not."""

from __future__ import annotations

from enum import StrEnum

from trawl.sources.disk_image_signatures import (
    SECTOR,
    Content,
    ReadAt,
    boot_sector,
    is_iso,
    superblock,
)

LEAST_IMAGE = 32 << 10  # nothing smaller holds a file system with files


class Storage(StrEnum):
    """How an image keeps the bytes of the disk."""

    RAW = "raw"
    EWF = "ewf"  # EnCase: E01, Ex01
    QCOW = "qcow"
    VHD = "vhd"
    VHDX = "vhdx"
    VMDK = "vmdk"
    UDIF = "dmg"


_UDIF_BEGINNINGS = (b"x\x01", b"x\x5e", b"x\x9c", b"x\xda", b"BZh", b"bvx", b"\xfd7zXZ")


def storage_format(head: bytes, size: int, read_at: ReadAt) -> Storage | None:
    """The storage format a file declares by its magic number; None when it declares none, and
    the first segment of a set only: later segments cannot be opened by themselves."""
    magic = head[:8]
    if magic == b"EVF\x09\x0d\x0a\xff\x00":
        return Storage.EWF if head[9:11] == b"\x01\x00" else None
    if magic == b"EVF2\x0d\x0a\x81\x00":
        return Storage.EWF if head[12:16] == b"\x01\x00\x00\x00" else None
    if magic[:4] == b"QFI\xfb" and head[4:8] in (b"\0\0\0\2", b"\0\0\0\3"):
        return Storage.QCOW
    if magic == b"conectix":
        return Storage.VHD
    if magic == b"vhdxfile":
        return Storage.VHDX
    if magic[:4] == b"KDMV":
        return Storage.VMDK if _has_descriptor(head, size, read_at) else None
    if magic[:4] == b"COWD" or head.startswith(b"# Disk DescriptorFile"):
        return Storage.VMDK
    if head.startswith(_UDIF_BEGINNINGS) and _has_tail(b"koly\x00\x00\x00\x04", size, read_at):
        return Storage.UDIF
    return None


def _has_descriptor(head: bytes, size: int, read_at: ReadAt) -> bool:
    """True unless a sparse VMDK extent is one of several: those have no descriptor inside."""
    at = int.from_bytes(head[28:36], "little") * SECTOR
    return 0 < at < size and read_at(at, 21).startswith(b"# Disk DescriptorFile")


def has_fixed_vhd_footer(size: int, read_at: ReadAt) -> bool:
    """True when the raw bytes of a disk are followed by the footer of a fixed VHD."""
    return size % SECTOR == 0 and _has_tail(b"conectix", size, read_at)


def _has_tail(magic: bytes, size: int, read_at: ReadAt) -> bool:
    return size > 2 * SECTOR and read_at(size - SECTOR, len(magic)) == magic


def looks_like_disk_image(head: bytes, size: int, read_at: ReadAt) -> bool:
    """True when a file is a disk image that can be opened by itself.

    ``head`` is the beginning of the file, best 4,096 bytes or more; ``read_at(offset, count)``
    gives other bytes and is called only for whole numbers of sectors and for the few formats
    that sign at their end. Continuation segments (``.E02``, ``.002``) have no magic number of
    their own and answer False.
    """
    if storage_format(head, size, read_at) is not None:
        return True
    if size < LEAST_IMAGE or len(head) < SECTOR:
        return False
    if len(head) < 4096 and size % SECTOR == 0:
        head = read_at(0, 4096)
    found = boot_sector(head, size) or superblock(head)
    if found is Content.APFS:
        return head[36:40] in (b"\x00\x10\x00\x00", b"\x00\x20\x00\x00", b"\x00\x40\x00\x00")
    if found is not None:
        return True
    return size % 2048 == 0 and is_iso(read_at, size)
