"""Disk images: a file system with something deleted in it, a card with a partition table, a
split image, a virtual disk, a locked container."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps

from demo_haul.images import (
    ext4_image,
    fat_image,
    fixed_vhd,
    has_ext4_tools,
    split_raw,
    with_partition_table,
)
from demo_haul.luks import luks_image
from demo_haul.pictures import jpeg
from demo_haul.seeds import PASSWORD, date, moment, put

FOLDER = "seized disks"
PIECE = 3 << 20  # bytes of a piece of the split image


def disks(haul: Path, sources: Sequence[Image.Image]) -> int:
    """All disk images; the number of files they are."""
    target = haul / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        made = _cards(work, target, sources)
        if has_ext4_tools():
            made += _linux_disks(work, target, sources)
        else:
            print("    no ext4 image: mke2fs and debugfs (Debian's e2fsprogs) are not here")
    for number, path in enumerate(sorted(target.iterdir())):
        date(path, moment(80_000 + number))
    return made


def _pictures(sources: Sequence[Image.Image], first: int, count: int) -> dict[str, bytes]:
    return {
        f"DCIM/100MEDIA/DSC{number:05d}.JPG": jpeg(
            ImageOps.fit(sources[number % len(sources)], (1024 + first, 768)), 80
        )
        for number in range(first, first + count)
    }


def _cards(work: Path, target: Path, sources: Sequence[Image.Image]) -> int:
    """A camera's FAT card behind a partition table, a picture deleted; another one, locked."""
    files = _pictures(sources, 2, 10)
    card = fat_image(work / "card.fat", files, 8, deleted=[list(files)[3], list(files)[7]])
    with_partition_table(target / "camera card.dd", [card])
    locked = fat_image(work / "locked.fat", _pictures(sources, 14, 4), 8)
    luks_image(target / "stick.img", locked, PASSWORD)
    virtual = fat_image(work / "virtual.fat", _pictures(sources, 24, 4), 8)
    fixed_vhd(target / "virtual disk.vhd", with_partition_table(work / "virtual.dd", [virtual]))
    return 3


def _linux_disks(work: Path, target: Path, sources: Sequence[Image.Image]) -> int:
    """An ext4 file system with a deleted picture, whole and, another one, in pieces."""
    made = 1
    for name, first in (("linux", 34), ("server", 44)):
        tree = work / name
        files = _pictures(sources, first, 6)
        for at, (path, data) in enumerate(files.items()):
            put(tree / "home/kit" / path, data, moment(75_000 + at))
        gone = "/home/kit/" + list(files)[2]
        image = ext4_image(work / f"{name}.raw", tree, 8, deleted=[gone])
        if name == "linux":
            shutil.copyfile(image, target / "linux.raw")
        else:
            pieces = split_raw(image, PIECE)
            for piece in pieces:
                shutil.move(piece, target / piece.name)
            made += len(pieces)
    return made
