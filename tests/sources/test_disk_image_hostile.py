"""Damaged and crafted images: only a SourceError, no crash, no hang.

The native readers run in a child process here, as they do in an intake: one that crashes costs
one image, and this test says so.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from built_images import built_ext4, built_fat
from demo_haul.images import fixed_vhd, has_ext4_tools, with_partition_table
from demo_haul.luks import luks2_image

ROOT = Path(__file__).parents[2]


def survives(image: Path, rounds: int, seed: int) -> None:
    done = subprocess.run(
        [sys.executable, "tests/sources/mutate_image.py", str(image), str(rounds), str(seed)],
        cwd=ROOT,
        timeout=120,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.returncode, done.stdout[-20:], done.stderr[-2000:])
    assert done.stdout.split() == [str(turn) for turn in range(rounds)]


def built(kind: str, folder: Path) -> Path:
    if kind == "ext4":
        if not has_ext4_tools():
            pytest.skip("e2fsprogs (mke2fs, debugfs) is not installed")
        return built_ext4(folder)
    fat = built_fat(folder)
    match kind:
        case "vhd":
            return fixed_vhd(folder / "disk.vhd", fat)
        case "gpt":
            return with_partition_table(folder / "disk.raw", [fat], gpt=True)
        case "luks":
            return luks2_image(folder / "disk.luks", fat, "x")
    return fat


@pytest.mark.parametrize("kind", ["fat", "ext4", "gpt", "vhd", "luks"])
def test_changed_bytes_raise_nothing_else(tmp_path: Path, kind: str):
    survives(built(kind, tmp_path), rounds=15, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["fat", "ext4", "gpt", "vhd"])
@pytest.mark.parametrize("seed", [2, 3])
def test_many_changed_bytes_raise_nothing_else(tmp_path: Path, kind: str, seed: int):
    survives(built(kind, tmp_path), rounds=200, seed=seed)


# Not the ext2 ones: an inode that claims terabytes through indirect blocks keeps The Sleuth Kit
# in one call for minutes (see docs/sources.md), which an intake ends by its time limit.
REAL = [
    "apfs.raw",
    "hfsplus.raw",
    "iso9660.raw",
    "windows_volume.qcow2",
]


@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
def test_changed_real_images_raise_nothing_else(tmp_path: Path, shared_data: Path, name: str):
    image = tmp_path / name
    shutil.copyfile(shared_data / "disk_images" / name, image)
    survives(image, rounds=300, seed=4)
