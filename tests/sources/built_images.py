"""Small disk images for the tests of disk images, and how to open them."""

from __future__ import annotations

import os
from pathlib import Path

from demo_haul.images import ext4_image, fat_image

from trawl.model.exhibit import Entry
from trawl.sources.base import Place, SourceLimits
from trawl.sources.disk_image import DiskImageSource

LARGE = bytes(range(256)) * 4000  # more than one read, and not of whole blocks


def place(
    path: Path, secret: str | None = None, volume: str = "", limits: SourceLimits | None = None
) -> Place:
    return Place(
        paths=(path,),
        scratch=path.parent,
        limits=limits or SourceLimits(),
        secret=secret,
        volume=volume,
    )


def listing(path: Path, **options) -> dict[bytes, Entry]:
    source = DiskImageSource.open(place(path, **options))
    try:
        return {entry.path: entry for entry in source.entries()}
    finally:
        source.close()


def contents(path: Path, **options) -> dict[bytes, bytes]:
    """Every entry that can be read, read."""
    source = DiskImageSource.open(place(path, **options))
    try:
        found = {}
        for entry in source.entries():
            if entry.lock is None and entry.problem is None and entry.locator:
                with source.read(entry) as stream:
                    found[entry.path] = stream.read()
        return found
    finally:
        source.close()


def built_ext4(folder: Path) -> Path:
    """ext4: a large file, a name that is no text, a link, a pipe, a deleted file."""
    tree = folder / "tree"
    (tree / "sub/deep").mkdir(parents=True)
    (tree / "large.bin").write_bytes(LARGE)
    (tree / "empty").touch()
    (tree / "sub/deep/note.txt").write_bytes(b"note")
    (tree / "sub/gone.txt").write_bytes(b"gone" * 3000)
    Path(os.fsdecode(bytes(tree) + b"/sub/\xff\xfe\n.txt")).write_bytes(b"odd")
    (tree / "link").symlink_to("/etc/passwd")
    os.mkfifo(tree / "pipe")
    os.utime(tree / "large.bin", ns=(0, 1_600_000_000_123_456_000))
    return ext4_image(folder / "ext4.raw", tree, 8, deleted=["/sub/gone.txt"])


FAT_FILES = {
    "DCIM/100 Café/A long name.jpg": LARGE,
    "DCIM/IMG_0001.JPG": b"one" * 9999,
    "DCIM/Holiday in Rhyl.jpg": b"two" * 9999,
    "note.txt": b"note",
}
FAT_DELETED = ("DCIM/IMG_0001.JPG", "DCIM/Holiday in Rhyl.jpg")


def built_fat(folder: Path, size_mb: int = 8) -> Path:
    """FAT: long names, and two deleted files."""
    return fat_image(folder / f"fat{size_mb}.raw", FAT_FILES, size_mb, deleted=FAT_DELETED)
