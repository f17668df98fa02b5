"""Real images made by other tools, where the shared material lies beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest
from built_images import contents, listing

PASSWORDS = "passwords.txt"


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("ext2.E01", b""),
        ("ext2.split.E01", b""),
        ("ext2.qcow2", b""),
        ("ext2.vhd", b""),
        ("hfsplus.raw", b""),
        ("apfs.raw", b"apfs1/"),
    ],
)
def test_the_same_files_in_every_image(shared_data: Path, name: str, prefix: bytes):
    folder = shared_data / "disk_images"
    found = contents(folder / name)
    assert found[prefix + b"passwords.txt"] == (folder / "password.txt").read_bytes()
    assert listing(folder / name)[prefix + b"a_link"].link_target == b"a_directory/another_file"


def test_iso_9660(shared_data: Path):
    folder = shared_data / "disk_images"
    found = contents(folder / "iso9660.raw")
    assert found[b"PASSWORDS.TXT"] == (folder / "password.txt").read_bytes()
    assert listing(folder / "iso9660.raw")[b"PASSWORDS.TXT"].created_us is not None


@pytest.mark.parametrize(("name", "prefix"), [("hfsplus.raw", b""), ("apfs.raw", b"apfs1/")])
def test_resource_forks_are_entries_of_their_own(shared_data: Path, name: str, prefix: bytes):
    found = contents(shared_data / "disk_images" / name)
    fork = found[prefix + b"a_directory/a_resourcefork/..namedfork/rsrc"]
    assert fork == b"My resource fork\n"


def test_ntfs_streams_and_system_files(shared_data: Path):
    image = shared_data / "disk_images" / "windows_volume.qcow2"
    entries, found = listing(image), contents(image)
    assert found[b"$MFT"].startswith(b"FILE")
    assert len(found[b"$Secure:$SDS"]) == entries[b"$Secure:$SDS"].size > 0
    assert "sparse" in entries[b"$BadClus:$Bad"].problem
    assert not any(entry.path.startswith(b"$OrphanFiles/") for entry in entries.values())
