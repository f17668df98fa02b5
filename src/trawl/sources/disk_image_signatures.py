"""What a region holds, by its first bytes: a partition table, a file system, an encrypted volume.

The offsets and magic numbers are those of the formats' own descriptions: UEFI 2.10 §5 (MBR, GPT),
ECMA-119 (ISO 9660), Microsoft's FAT and exFAT specifications, Apple TN1150 (HFS Plus) and Apple
File System Reference, the ext4 documentation of the Linux kernel, LUKS On-Disk Format 1 and 2,
LVM2's label, and the libyal project's descriptions of BitLocker and CoreStorage.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from enum import StrEnum

ReadAt = Callable[[int, int], bytes]

SECTOR = 512


class Content(StrEnum):
    """What a region was recognised as."""

    MBR = "mbr"
    GPT = "gpt"
    APM = "apm"
    LVM = "lvm"
    LUKS = "luks"
    BITLOCKER = "bitlocker"
    CORE_STORAGE = "filevault"
    EXT = "ext"
    NTFS = "ntfs"
    FAT = "fat"
    EXFAT = "exfat"
    HFS = "hfs+"
    ISO = "iso9660"
    UFS = "ufs"
    APFS = "apfs"
    XFS = "xfs"


_BITLOCKER_TO_GO = bytes.fromhex("3bd66749292ed84a8399f6a339e3d001")  # its GUID, at 424


TABLES = (Content.MBR, Content.GPT, Content.APM)


def content_of(read_at: ReadAt, size: int, *, tables: bool = True) -> Content | None:
    """What a region of ``size`` bytes holds, or None. ``tables``: whether that may be a
    partition table."""
    head = read_at(0, 4608)
    found = boot_sector(head, size) or superblock(head)
    if found in TABLES and not tables:
        found = superblock(head)
    if found in (None, Content.MBR) and is_iso(read_at, size):
        return Content.ISO if found is None or starts_inside_iso_header(head) else found
    if found is None and is_ufs(read_at, size):
        return Content.UFS
    return found


def boot_sector(head: bytes, size: int) -> Content | None:
    """What the first sector (and the GPT header behind it) says."""
    if head.startswith(b"LUKS\xba\xbe"):
        return Content.LUKS
    if head.startswith(b"XFSB") and head[4:8] in _XFS_BLOCKS:
        return Content.XFS
    if head[32:36] == b"NXSB":
        return Content.APFS
    if head[88:90] == b"CS" and head[8:12] == b"\x01\x00\x10\x00":
        return Content.CORE_STORAGE
    if head[:2] == b"ER" and head[SECTOR : SECTOR + 4] == b"PM\x00\x00":
        return Content.APM
    if head[510:512] != b"\x55\xaa":
        return Content.GPT if _has_gpt_header(head) else None
    return _signed_boot_sector(head, size)


def _signed_boot_sector(head: bytes, size: int) -> Content | None:
    oem = head[3:11]
    if oem == b"-FVE-FS-" or head[424:440] == _BITLOCKER_TO_GO:
        return Content.BITLOCKER
    if oem == b"NTFS    ":
        return Content.NTFS
    if oem == b"EXFAT   ":
        return Content.EXFAT
    if _has_gpt_header(head) or head[450] == 0xEE:
        return Content.GPT
    if is_fat(head):
        return Content.FAT
    return Content.MBR if is_mbr(head, size) else None


_XFS_BLOCKS = {(512 << n).to_bytes(4, "big") for n in range(8)}


def _has_gpt_header(head: bytes) -> bool:
    return any(head[at : at + 12] == b"EFI PART\x00\x00\x01\x00" for at in (512, 4096))


def is_fat(head: bytes) -> bool:
    """True when a signed boot sector describes a FAT file system that could exist."""
    if head[0] not in (0xEB, 0xE9):
        return False
    sector, cluster, reserved, tables, roots, total16, media, per_table16 = struct.unpack_from(
        "<HBHBHHBH", head, 11
    )
    total32, per_table32 = struct.unpack_from("<II", head, 32)
    return (
        sector in (512, 1024, 2048, 4096)
        and cluster > 0
        and cluster & (cluster - 1) == 0
        and reserved > 0
        and tables in (1, 2)
        and media >= 0xF0
        and (total16 or total32) > 0
        and ((per_table16 > 0 and roots > 0) or (per_table16 == 0 and per_table32 > 0))
    )


def partitions_of_mbr(head: bytes) -> list[tuple[int, int, int]]:
    """Type, first sector and number of sectors of the used entries of an MBR."""
    found = []
    for at in range(446, 510, 16):
        kind = head[at + 4]
        start, count = struct.unpack_from("<II", head, at + 8)
        if kind:
            found.append((kind, start, count))
    return found


def is_mbr(head: bytes, size: int) -> bool:
    """True when a signed boot sector has a partition table that could exist: known activity
    flags, at least one partition, none empty, the first one inside the image. Later ones may lie
    in later segments or beyond where the image was cut; some may overlap, as a careless or a
    cunning hand leaves them."""
    if any(head[at] not in (0x00, 0x80) for at in range(446, 510, 16)):
        return False
    partitions = partitions_of_mbr(head)
    if not partitions or any(count == 0 for _, _, count in partitions):
        return False
    return min(start for _, start, _ in partitions) * SECTOR < size


def starts_inside_iso_header(head: bytes) -> bool:
    """True when a partition begins at or before the volume descriptors of an ISO 9660 image:
    the table is the image's own boot help, not a later formatting over it."""
    return any(start <= 64 for _, start, _ in partitions_of_mbr(head))


def superblock(head: bytes) -> Content | None:
    """What the bytes from 512 on say: LVM's label, ext's superblock, HFS Plus's header."""
    if any(
        head[at : at + 8] == b"LABELONE" and head[at + 24 : at + 32] == b"LVM2 001"
        for at in range(0, 2048, SECTOR)
    ):
        return Content.LVM
    if is_ext(head):
        return Content.EXT
    signature, version = head[1024:1026], head[1026:1028]
    if (signature, version) in ((b"H+", b"\x00\x04"), (b"HX", b"\x00\x05")):
        return Content.HFS
    if signature == b"BD" and head[1024 + 124 : 1024 + 126] in (b"H+", b"HX"):
        return Content.HFS
    return None


def is_ext(head: bytes) -> bool:
    """True when an ext2, ext3 or ext4 superblock that could exist lies at 1,024."""
    if head[1080:1082] != b"\x53\xef" or len(head) < 1024 + 96:
        return False
    inodes, blocks = struct.unpack_from("<II", head, 1024)
    log_block, per_group = struct.unpack_from("<I4xI", head, 1024 + 24)
    (revision,) = struct.unpack_from("<I", head, 1024 + 76)
    return bool(inodes and blocks and log_block <= 6 and per_group and revision <= 1)


def is_iso(read_at: ReadAt, size: int) -> bool:
    """True when an ISO 9660 volume descriptor lies at 32,768."""
    return size >= 36_864 and read_at(32_768, 7) in (
        b"\x01CD001\x01",
        b"\x00CD001\x01",
        b"\x02CD001\x01",
    )


_UFS = {
    8192 + 1372: (b"\x54\x19\x01\x00", b"\x00\x01\x19\x54"),
    65_536 + 1372: (b"\x19\x01\x54\x19", b"\x19\x54\x01\x19"),
}


def is_ufs(read_at: ReadAt, size: int) -> bool:
    """True when a UFS 1 or 2 superblock lies where it belongs, in either byte order."""
    return any(size > at and read_at(at, 4) in magic for at, magic in _UFS.items())
