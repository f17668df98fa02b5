"""Images are told from everything else by content, quickly, and without asking for much."""

from __future__ import annotations

import hashlib
import io
import struct
import timeit
import zipfile
from pathlib import Path

import numpy as np
import pytest
from built_images import built_ext4, built_fat
from demo_haul.images import (
    fixed_vhd,
    flat_vmdk,
    has_ext4_tools,
    split_raw,
    with_partition_table,
)
from demo_haul.luks import luks_image
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from trawl.sources.disk_image_detect import looks_like_disk_image


class Content:
    """The bytes of a file, with a note of what was asked for."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.asked: list[tuple[int, int]] = []

    def read_at(self, offset: int, count: int) -> bytes:
        self.asked.append((offset, count))
        return self.data[offset : offset + count]

    def is_image(self, head: int = 4096) -> bool:
        return looks_like_disk_image(self.data[:head], len(self.data), self.read_at)


@pytest.fixture(scope="module")
def images(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("images")
    fat = built_fat(folder)
    disk = with_partition_table(folder / "mbr.raw", [fat])
    found = {
        "fat": fat,
        "fat32": built_fat(folder, 64),
        "mbr": disk,
        "gpt": with_partition_table(folder / "gpt.raw", [fat, fat], gpt=True),
        "vhd": fixed_vhd(folder / "disk.vhd", disk),
        "vmdk": flat_vmdk(folder / "disk.vmdk", disk),
        "luks": luks_image(folder / "luks.raw", fat, "x"),
        "split": split_raw(disk, 3 << 20)[0],
    }
    if has_ext4_tools():
        found["ext4"] = built_ext4(folder)
    return found


@pytest.mark.parametrize("head", [512, 4096, 65_536])
def test_images_are_recognised(images: dict[str, Path], head: int):
    missed = [n for n, p in images.items() if not Content(p.read_bytes()).is_image(head)]
    assert missed == []


def test_an_iso_image_is_recognised():
    data = bytearray(65_536)
    data[32_768:32_775] = b"\x01CD001\x01"
    assert Content(bytes(data)).is_image()


@pytest.mark.parametrize(
    ("magic", "first"),
    [
        (b"EVF\x09\x0d\x0a\xff\x00\x01\x01\x00\x00\x00", True),
        (b"EVF\x09\x0d\x0a\xff\x00\x01\x02\x00\x00\x00", False),
        (b"EVF2\x0d\x0a\x81\x00\x02\x01\x01\x00\x01\x00\x00\x00", True),
        (b"EVF2\x0d\x0a\x81\x00\x02\x01\x01\x00\x02\x00\x00\x00", False),
        (b"QFI\xfb\x00\x00\x00\x03", True),
        (b"QFI\xfb\x00\x00\x00\x09", False),
        (b"vhdxfile", True),
        (b"KDMV" + bytes(60), False),
    ],
)
def test_the_first_of_a_set_only(magic: bytes, first: bool):
    assert Content(magic.ljust(65_536, b"\0")).is_image() is first


def test_later_pieces_of_a_split_image_are_not(images: dict[str, Path]):
    later = images["split"].with_name("mbr.002")
    assert not Content(later.read_bytes()).is_image()


def jpeg(size: int = 600) -> bytes:
    picture = Image.fromarray(
        np.random.default_rng(1).integers(0, 255, (size, size, 3), dtype=np.uint8)
    )
    file = io.BytesIO()
    picture.save(file, "jpeg")
    return file.getvalue()


def ordinary() -> dict[str, bytes]:
    picture = jpeg()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.jpg", picture)
    program = bytearray(b"MZ" + hashlib.shake_256(b"code").digest(65_534))
    program[510:512] = b"\x55\xaa"
    boot = bytearray(65_536)
    boot[0:3], boot[510:512] = b"\xeb\x63\x90", b"\x55\xaa"
    return {
        "jpeg": picture,
        "jpeg of whole sectors": picture[: len(picture) // 4096 * 4096],
        "zip": packed.getvalue(),
        "program with a boot signature": bytes(program),
        "boot loader without partitions": bytes(boot),
        "zeros": bytes(1 << 20),
        "noise": hashlib.shake_256(b"noise").digest(1 << 20),
        "text": b"55aa " * 40_000,
        "zlib stream": b"\x78\x9c" + hashlib.shake_256(b"z").digest(100_000),
        "small": b"\xeb\x3c\x90" + bytes(509),
        "empty": b"",
        "database": b"SQLite format 3\0".ljust(8192, b"\x01") * 16,
    }


@pytest.mark.parametrize("name", ordinary())
def test_ordinary_files_are_not_images(name: str):
    assert not Content(ordinary()[name]).is_image()


def test_little_is_asked_for():
    for name, data in ordinary().items():
        content = Content(data)
        content.is_image()
        if len(data) % 512 and name != "zlib stream":
            assert content.asked == [], name
        assert sum(count for _, count in content.asked) <= 64, name


def test_an_ordinary_file_costs_less_than_50_microseconds():
    data = jpeg()
    best = min(timeit.repeat(Content(data).is_image, number=200, repeat=5)) / 200
    assert best < 50e-6


@given(st.binary(min_size=512, max_size=4608), st.integers(0, 1 << 41))
def test_noise_never_breaks_it(head: bytes, size: int):
    looks_like_disk_image(head, size, lambda offset, count: b"")


@given(st.binary(min_size=446, max_size=446), st.binary(min_size=64, max_size=64))
def test_a_signed_first_sector_is_judged_by_its_table(code: bytes, table: bytes):
    head = code + table + b"\x55\xaa" + bytes(4096)
    found = Content(head.ljust(65_536, b"\0")).is_image()
    flags = {table[at] for at in range(0, 64, 16)}
    starts = [struct.unpack_from("<I", table, at + 8)[0] for at in range(0, 64, 16)]
    if not flags <= {0, 0x80} and code[:1] not in (b"\xeb", b"\xe9") and table[4] != 0xEE:
        assert not found or code[3:11] in (b"NTFS    ", b"EXFAT   ", b"-FVE-FS-"), starts
