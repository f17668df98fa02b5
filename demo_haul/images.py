"""Disk images built with what a fresh Debian and Python have: ext4, FAT, partition tables, split
and fixed-VHD storage. Sizes are in bytes unless a name says ``mb`` (1,048,576 bytes)."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import uuid
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

SECTOR = 512
ALIGNED = 2048  # sectors; where today's tools start the first partition
MB = 1 << 20
BUILT = 1_700_000_000  # the seconds since 1970 every image says it was made at
ID = uuid.UUID("6f1d2c3b-4a59-4687-9d0e-8c7b6a594837")


def has_ext4_tools() -> bool:
    """True when e2fsprogs is installed, as on every Debian."""
    return all(_tool(name) for name in ("mke2fs", "debugfs"))


def _tool(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def ext4_image(path: Path, folder: Path, size_mb: int, *, deleted: Iterable[str] = ()) -> Path:
    """An ext4 file system with the contents of a folder. ``deleted``: paths in it that are
    removed again, so that they can be recovered. Needs e2fsprogs."""
    environment = {**os.environ, "E2FSPROGS_FAKE_TIME": str(BUILT), "LC_ALL": "C"}
    options = ["-q", "-F", "-t", "ext4", "-U", str(ID), "-E", f"hash_seed={ID}"]
    mke2fs, debugfs = _tool("mke2fs") or "mke2fs", _tool("debugfs") or "debugfs"
    path.unlink(missing_ok=True)
    subprocess.run(
        [mke2fs, *options, "-d", str(folder), str(path), f"{size_mb}M"],
        check=True,
        env=environment,
        capture_output=True,
    )
    for name in deleted:
        subprocess.run(
            [debugfs, "-w", "-R", f'rm "{name}"', str(path)],
            check=True,
            env=environment,
            capture_output=True,
        )
    return path


def fat_image(
    path: Path, files: Mapping[str, bytes], size_mb: int, *, deleted: Iterable[str] = ()
) -> Path:
    """A FAT file system (FAT16 below 64 MB, else FAT32) with files at ``/``-separated paths.
    ``deleted``: paths among them that are deleted as a camera would: the directory entry marked,
    the chain freed, the bytes left. Needs the development dependency pyfatfs."""
    from pyfatfs.PyFat import PyFat
    from pyfatfs.PyFatFS import PyFatFS

    with path.open("wb") as image:
        image.truncate(size_mb * MB)
    maker = PyFat()
    fat_type = PyFat.FAT_TYPE_FAT32 if size_mb >= 64 else PyFat.FAT_TYPE_FAT16
    maker.mkfs(str(path), fat_type=fat_type, size=size_mb * MB, label="HAUL")
    maker.close()
    volume = PyFatFS(str(path))
    for name, content in files.items():
        folder = name.rpartition("/")[0]
        if folder:
            volume.makedirs(f"/{folder}", recreate=True)
        with volume.openbin(f"/{name}", "w") as file:
            file.write(content)
    entries = [volume.fs.root_dir.get_entry(f"/{name}") for name in deleted]
    marks = [(bytes(entry), entry.get_cluster()) for entry in entries]
    volume.close()
    with path.open("r+b") as image:
        for entry_bytes, cluster in marks:
            _delete(image, entry_bytes, cluster)
    return path


def _delete(image: BinaryIO, entry: bytes, cluster: int) -> None:
    """Mark one directory entry, long name and all, and free its chain in both tables."""
    image.seek(0)
    whole = image.read()
    at = whole.index(entry)
    for piece in range(at, at + len(entry), 32):
        write_at(image, piece, b"\xe5")
    reserved, tables = struct.unpack_from("<HB", whole, 14)
    sectors = int.from_bytes(whole[22:24], "little")
    width = 2 if sectors else 4  # FAT32 keeps the size of its tables elsewhere
    sectors = sectors or int.from_bytes(whole[36:40], "little")
    end = 0xFFF8 if width == 2 else 0x0FFFFFF8
    while 2 <= cluster < end:
        slot = reserved * SECTOR + cluster * width
        following = int.from_bytes(whole[slot : slot + width], "little")
        for table in range(tables):
            write_at(image, slot + table * sectors * SECTOR, bytes(width))
        cluster = following


def with_partition_table(path: Path, images: Sequence[Path], *, gpt: bool = False) -> Path:
    """A disk with each image as a partition, behind an MBR (at most four) or a GPT."""
    starts, at = [], ALIGNED
    for image in images:
        starts.append(at)
        at += -(-image.stat().st_size // SECTOR // ALIGNED) * ALIGNED
    with path.open("wb") as disk:
        disk.truncate((at + ALIGNED) * SECTOR)
        for start, image in zip(starts, images, strict=True):
            disk.seek(start * SECTOR)
            with image.open("rb") as part:
                shutil.copyfileobj(part, disk, MB)
        spans = [(s, i.stat().st_size // SECTOR) for s, i in zip(starts, images, strict=True)]
        if gpt:
            _write_gpt(disk, at + ALIGNED, spans)
        else:
            disk.seek(0)
            disk.write(_mbr([(0x83, start, count) for start, count in spans]))
    return path


def _mbr(partitions: Sequence[tuple[int, int, int]]) -> bytes:
    if len(partitions) > 4:
        raise ValueError("an MBR has four partitions")
    table = b"".join(
        struct.pack("<B3sB3sII", 0, b"\xfe\xff\xff", kind, b"\xfe\xff\xff", start, count)
        for kind, start, count in partitions
    )
    return bytes(440) + b"HAUL\0\0" + table.ljust(64, b"\0") + b"\x55\xaa"


_LINUX = uuid.UUID("0fc63daf-8483-4772-8e79-3d69d8477de4").bytes_le


def _write_gpt(disk: BinaryIO, sectors: int, spans: Sequence[tuple[int, int]]) -> None:
    entries = b"".join(
        struct.pack(
            "<16s16sQQQ72s", _LINUX, uuid.UUID(int=n).bytes_le, start, start + count - 1, 0, b""
        )
        for n, (start, count) in enumerate(spans, 1)
    ).ljust(128 * 128, b"\0")
    last = sectors - 1
    write_at(disk, 0, _mbr([(0xEE, 1, last)]))
    for own, other, table in ((1, last, 2), (last, 1, last - 32)):
        write_at(disk, own * SECTOR, _gpt_header(own, other, table, last, zlib.crc32(entries)))
        write_at(disk, table * SECTOR, entries)


def write_at(disk: BinaryIO, offset: int, data: bytes) -> None:
    disk.seek(offset)
    disk.write(data)


def _gpt_header(own: int, other: int, table: int, last: int, entries_crc: int) -> bytes:
    def header(crc: int) -> bytes:
        return struct.pack(
            "<8sIIIIQQQQ16sQIII",
            b"EFI PART",
            0x10000,
            92,
            crc,
            0,
            own,
            other,
            34,
            last - 33,
            ID.bytes_le,
            table,
            128,
            128,
            entries_crc,
        )

    return header(zlib.crc32(header(0))).ljust(SECTOR, b"\0")


def split_raw(image: Path, piece: int) -> list[Path]:
    """The image cut into ``name.001``, ``name.002`` … of ``piece`` bytes, beside it."""
    pieces: list[Path] = []
    with image.open("rb") as whole:
        while data := whole.read(piece):
            pieces.append(image.with_name(f"{image.stem}.{len(pieces) + 1:03d}"))
            pieces[-1].write_bytes(data)
    return pieces


def fixed_vhd(path: Path, image: Path) -> Path:
    """The image with the footer of a fixed VHD (Virtual Hard Disk Image Format
    Specification 1.0) behind it."""
    size = image.stat().st_size
    footer = struct.pack(
        ">8sIIQI4sI4sQQHBBI I16sB",
        b"conectix",
        2,
        0x10000,
        0xFFFFFFFFFFFFFFFF,
        BUILT - 946_684_800,
        b"haul",
        0x10000,
        b"Wi2k",
        size,
        size,
        min(65_535, size // SECTOR // (16 * 63)),
        16,
        63,
        2,
        0,
        ID.bytes,
        0,
    ).ljust(SECTOR, b"\0")
    checksum = struct.pack(">I", ~sum(footer) & 0xFFFFFFFF)
    shutil.copyfile(image, path)
    with path.open("ab") as disk:
        disk.write(footer[:64] + checksum + footer[68:])
    return path


def flat_vmdk(path: Path, image: Path) -> Path:
    """A VMDK descriptor that names the image, beside it, as its one flat extent."""
    sectors = image.stat().st_size // SECTOR
    path.write_text(
        "# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\n"
        'createType="monolithicFlat"\n\n# Extent description\n'
        f'RW {sectors} FLAT "{image.name}" 0\n\n# The Disk Data Base\n#DDB\n'
        'ddb.virtualHWVersion = "4"\n'
    )
    return path
