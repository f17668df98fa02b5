"""Disk images, from the storage down to each file: listed, read, deleted, locked, damaged."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from built_images import (
    FAT_DELETED,
    FAT_FILES,
    LARGE,
    built_ext4,
    built_fat,
    contents,
    listing,
    place,
)
from built_lvm import lvm_image
from demo_haul.images import (
    fixed_vhd,
    flat_vmdk,
    has_ext4_tools,
    split_raw,
    with_partition_table,
)
from demo_haul.luks import luks2_image, luks_image

from trawl.errors import LimitExceeded, Locked, Unreadable
from trawl.model.exhibit import EntryKind
from trawl.sources.base import SourceLimits
from trawl.sources.disk_image import DiskImageSource


@pytest.fixture(scope="session")
def fat(tmp_path_factory) -> Path:
    return built_fat(tmp_path_factory.mktemp("fat"))


@pytest.fixture(scope="session")
def ext4(tmp_path_factory) -> Path:
    if not has_ext4_tools():
        pytest.skip("e2fsprogs (mke2fs, debugfs) is not installed")
    return built_ext4(tmp_path_factory.mktemp("ext4"))


@pytest.fixture(scope="session", params=[luks_image, luks2_image])
def luks(tmp_path_factory, fat: Path, request) -> Path:
    return request.param(tmp_path_factory.mktemp("luks") / "luks.raw", fat, "benign")


def test_ext4_files_are_read_byte_for_byte(ext4: Path):
    found = contents(ext4)
    assert found[b"large.bin"] == LARGE
    assert found[b"empty"] == b""
    assert found[b"sub/deep/note.txt"] == b"note"


def test_names_in_any_bytes_survive(ext4: Path):
    assert contents(ext4)[b"sub/\xff\xfe\n.txt"] == b"odd"


def test_ext4_kinds_and_times(ext4: Path):
    found = listing(ext4)
    assert found[b"link"].kind is EntryKind.SYMLINK
    assert found[b"link"].link_target == b"/etc/passwd"
    assert found[b"pipe"].kind is EntryKind.FIFO
    assert found[b"large.bin"].modified_us == 1_600_000_000_000_000  # mke2fs keeps whole seconds
    assert found[b"large.bin"].size == len(LARGE)
    assert b"sub" not in found


def test_a_deleted_file_of_ext4_is_marked_and_read(ext4: Path):
    gone = listing(ext4)[b"sub/gone.txt"]
    assert gone.deleted
    assert contents(ext4)[b"sub/gone.txt"] == b"gone" * 3000
    assert not listing(ext4)[b"sub/deep/note.txt"].deleted


@pytest.mark.parametrize("size_mb", [8, 64])
def test_fat_files_and_deleted_ones(tmp_path: Path, size_mb: int):
    image = built_fat(tmp_path, size_mb)
    found, entries = contents(image), listing(image)
    for name, content in FAT_FILES.items():
        raw = name.encode()
        if name == "DCIM/IMG_0001.JPG":
            raw = b"DCIM/_MG_0001.JPG"  # the first letter is what deleting overwrites
        assert found[raw] == content
        assert entries[raw].deleted == (name in FAT_DELETED)


def test_fat_times_do_not_depend_on_this_machine_s_zone(fat: Path):
    code = (
        "import sys; sys.path.insert(0, 'tests/sources');"
        "from pathlib import Path; from built_images import listing;"
        "print({k: (v.modified_us, v.created_us) for k, v in listing(Path(sys.argv[1])).items()})"
    )
    root = Path(__file__).parents[2]
    printed = {
        subprocess.run(
            [sys.executable, "-c", code, str(fat)],
            cwd=root,
            env={**os.environ, "TZ": zone, "PYTHONPATH": str(root)},
            check=True,
            capture_output=True,
        ).stdout
        for zone in ("UTC", "America/New_York", "Asia/Kolkata")
    }
    assert len(printed) == 1


@pytest.mark.parametrize("gpt", [False, True])
def test_partitions_are_walked_in_order(tmp_path: Path, ext4: Path, fat: Path, gpt: bool):
    disk = with_partition_table(tmp_path / "disk.raw", [ext4, fat], gpt=gpt)
    found = contents(disk)
    assert found[b"p1/large.bin"] == LARGE
    assert found[b"p2/note.txt"] == b"note"
    paths = list(found)
    assert paths == sorted(paths, key=lambda path: path[:2])


def test_logical_partitions_of_an_extended_one(tmp_path: Path, fat: Path):
    disk = with_partition_table(tmp_path / "disk.raw", [fat, fat])
    with disk.open("r+b") as file:
        table = file.read(512)
        second = int.from_bytes(table[446 + 16 + 8 : 446 + 16 + 12], "little")
        # The second entry becomes an extended partition whose table lies just before the image.
        file.seek(446 + 16 + 4)
        file.write(b"\x05")
        file.seek(446 + 16 + 8)
        file.write((second - 63).to_bytes(4, "little"))
        file.seek((second - 63) * 512)
        entry = bytes(4) + b"\x0c" + bytes(3) + (63).to_bytes(4, "little") + table[474:478]
        file.write(bytes(446) + entry + bytes(48) + b"\x55\xaa")
    assert contents(disk)[b"p2/note.txt"] == b"note"


def test_a_logical_volume_in_an_encrypted_partition(tmp_path: Path, fat: Path):
    group = lvm_image(tmp_path / "group", fat)
    assert contents(group)[b"lvm1/note.txt"] == b"note"
    disk = with_partition_table(
        tmp_path / "disk.raw", [fat, luks2_image(tmp_path / "luks", group, "benign")]
    )
    inside = contents(disk, secret="benign", volume="p2/luks")
    assert inside[b"lvm1/note.txt"] == b"note"


def test_tables_within_tables_end(tmp_path: Path, fat: Path):
    disk = with_partition_table(tmp_path / "disk.raw", [fat, fat, fat, fat])
    with disk.open("r+b") as file:
        for entry in range(446, 510, 16):  # every partition begins where the disk does
            file.seek(entry + 8)
            file.write((0).to_bytes(4, "little"))
    assert len(listing(disk)) <= 4


def test_every_storage_gives_the_same_files(tmp_path: Path, fat: Path):
    disk = with_partition_table(tmp_path / "disk.dd", [fat])
    expected = contents(disk)
    assert expected[b"p1/note.txt"] == b"note"
    pieces = split_raw(disk, 3 << 20)
    assert len(pieces) == 4
    for image in (
        pieces[0],
        fixed_vhd(tmp_path / "disk.vhd", disk),
        flat_vmdk(tmp_path / "disk.vmdk", disk),
    ):
        assert contents(image) == expected, image.name


def test_reading_needs_no_listing_first(fat: Path):
    entry = listing(fat)[b"DCIM/100 Caf\xc3\xa9/A long name.jpg"]
    source = DiskImageSource.open(place(fat))
    with source.read(entry) as stream:
        assert stream.seekable()
        stream.seek(70_001)
        assert stream.read(10) == LARGE[70_001:70_011]
        stream.seek(-3, os.SEEK_END)
        assert stream.read() == LARGE[-3:]
    assert source.local_path(entry) is None
    source.close()


def test_listing_twice_gives_the_same(ext4: Path, fat: Path):
    for image in (ext4, fat):
        source = DiskImageSource.open(place(image))
        assert list(source.entries()) == list(source.entries())
        assert list(source.entries()) == list(listing(image).values())
        source.close()


def test_nothing_is_written(tmp_path: Path, fat: Path):
    image = Path(shutil.copy2(fat, tmp_path / "image.raw"))
    before = (hashlib.sha256(image.read_bytes()).digest(), image.stat().st_mtime_ns)
    image.chmod(0o400)
    contents(image)
    assert (hashlib.sha256(image.read_bytes()).digest(), image.stat().st_mtime_ns) == before
    assert list(tmp_path.iterdir()) == [image]


def test_a_locked_image_is_one_row(luks: Path):
    (entry,) = listing(luks).values()
    assert (entry.kind, entry.lock, entry.path) == (EntryKind.VOLUME, "luks", b"luks")
    source = DiskImageSource.open(place(luks))
    with pytest.raises(Locked, match="LUKS"):
        source.read(entry)
    source.close()


def test_a_locked_partition_opens_when_the_password_comes(tmp_path: Path, luks: Path, fat: Path):
    disk = with_partition_table(tmp_path / "disk.raw", [fat, luks])
    (row,) = [entry for entry in listing(disk).values() if entry.lock]
    assert row.path == b"p2/luks"
    assert row.problem is None
    inside = contents(disk, secret="benign", volume=row.locator)
    assert inside == contents(fat)
    assert contents(disk, secret="benign")[b"p2/luks/note.txt"] == b"note"


def test_a_wrong_password_says_locked(luks: Path):
    with pytest.raises(Locked) as caught:
        DiskImageSource.open(place(luks, secret="wrong", volume="luks"))
    assert caught.value.lock == "luks"
    assert caught.value.hint


def test_a_volume_that_is_not_there(fat: Path):
    with pytest.raises(Unreadable, match="no volume"):
        DiskImageSource.open(place(fat, secret="x", volume="p9/luks"))


def test_partitions_without_a_file_system(tmp_path: Path, fat: Path):
    noise, zeros = tmp_path / "noise", tmp_path / "zeros"
    noise.write_bytes(hashlib.shake_256(b"noise").digest(1 << 20))
    zeros.write_bytes(bytes(1 << 20))
    found = listing(with_partition_table(tmp_path / "disk.raw", [noise, zeros, fat]))
    assert found[b"p1"].kind is EntryKind.VOLUME
    assert found[b"p1"].problem == "no file system is recognised; suspected encrypted container"
    assert found[b"p2"].problem == "no file system is recognised"
    assert found[b"p1"].lock is None
    assert b"p3/note.txt" in found


def test_a_folder_that_holds_itself_is_listed_once(tmp_path: Path, ext4: Path):
    image = Path(shutil.copy2(ext4, tmp_path / "loop.raw"))
    link = ["-w", "-R", "link /sub /sub/deep/loop", str(image)]
    debugfs = shutil.which("debugfs", path="/usr/sbin:/sbin:" + os.environ["PATH"])
    subprocess.run([debugfs, *link], check=True, capture_output=True)
    loop = listing(image)[b"sub/deep/loop"]
    assert loop.kind is EntryKind.FOLDER
    assert "before" in loop.problem


def test_a_sparse_bomb_is_refused(tmp_path: Path):
    if not has_ext4_tools():
        pytest.skip("e2fsprogs (mke2fs, debugfs) is not installed")
    from demo_haul.images import ext4_image

    tree = tmp_path / "tree"
    tree.mkdir()
    with (tree / "bomb").open("wb") as file:
        file.write(b"x")
        file.truncate(1 << 40)
    image = ext4_image(tmp_path / "bomb.raw", tree, 8)
    source = DiskImageSource.open(place(image))
    (entry,) = [entry for entry in source.entries() if entry.path == b"bomb"]
    assert entry.size == 1 << 40
    with pytest.raises(LimitExceeded):
        source.read(entry)
    source.close()


def test_more_files_than_the_limit_end_the_listing(fat: Path):
    with pytest.raises(LimitExceeded):
        listing(fat, limits=SourceLimits(members=3))


def test_a_cut_image_lists_what_is_left(tmp_path: Path, ext4: Path, fat: Path):
    disk = with_partition_table(tmp_path / "disk.raw", [fat, ext4])
    with disk.open("r+b") as file:
        file.truncate((1 << 20) + (8 << 20) + 4096)  # the second partition has 4,096 bytes left
    found = contents(disk)
    assert found[b"p1/note.txt"] == b"note"
    entries = listing(disk)
    assert any(path.startswith(b"p2") and entry.problem for path, entry in entries.items())


def test_a_file_cut_off_is_unreadable_not_short(tmp_path: Path, fat: Path):
    image = Path(shutil.copy2(fat, tmp_path / "cut.raw"))
    entry = listing(image)[b"DCIM/100 Caf\xc3\xa9/A long name.jpg"]
    whole = image.read_bytes()
    end = whole.index(LARGE[:4096]) + 500_000
    with image.open("r+b") as file:
        file.truncate(end)
    source = DiskImageSource.open(place(image))
    with pytest.raises(Unreadable), source.read(entry) as stream:
        stream.read()
    source.close()


def test_a_missing_image_is_unreadable(tmp_path: Path):
    with pytest.raises(Unreadable):
        DiskImageSource.open(place(tmp_path / "none.raw"))


def test_a_parent_elsewhere_is_not_followed(tmp_path: Path, fat: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    disk = with_partition_table(outside / "disk.raw", [fat])
    inside = tmp_path / "inside"
    inside.mkdir()
    image = flat_vmdk(inside / "image.vmdk", disk)
    image.write_text(image.read_text().replace("disk.raw", "../outside/disk.raw"))
    with pytest.raises(Unreadable, match="not beside it"):
        DiskImageSource.open(place(image))
    (inside / "disk.raw").symlink_to(disk)
    with pytest.raises(Unreadable, match="not beside it"):
        DiskImageSource.open(place(image))
