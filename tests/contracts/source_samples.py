"""One small real example of every kind of source, built on the spot."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
import py7zr
from demo_haul.images import fat_image
from msoffcrypto.method.ecma376_agile import ECMA376Agile

SECRET = "correct horse"
TEXT = b"the quick brown fox jumps over the lazy dog\n" * 40
PICTURE = bytes(range(256)) * 32
FILES = {b"notes/a.txt": TEXT, b"notes/empty": b"", b"picture.bin": PICTURE}


@dataclass(frozen=True)
class Sample:
    """A source of one kind and what is in it. ``exact`` is False when only the paths are told."""

    kind: str
    paths: tuple[Path, ...]
    files: dict[bytes, bytes | None]
    secret: str | None = None
    name: str = ""
    mutable: bool = field(default=True)  # whether flipping bytes of it makes sense


def folder(at: Path) -> Sample:
    root = at / "haul"
    _write_tree(root)
    files = {b"haul/" + name: data for name, data in FILES.items()}
    return Sample("folder", (root,), dict(files), mutable=False)


def zipped(at: Path) -> Sample:
    path = at / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in FILES.items():
            archive.writestr(name.decode(), data)
        archive.writestr("picture.stored", PICTURE, zipfile.ZIP_STORED)
        archive.writestr("picture.bz2", PICTURE, zipfile.ZIP_BZIP2)
        archive.writestr("picture.lzma", PICTURE, zipfile.ZIP_LZMA)
    files: dict[bytes, bytes | None] = dict(FILES)
    files |= dict.fromkeys((b"picture.stored", b"picture.bz2", b"picture.lzma"), PICTURE)
    return Sample("zip", (path,), files)


def seven_zipped(at: Path) -> Sample:
    path = at / "a.7z"
    with py7zr.SevenZipFile(path, "w") as archive:
        for name, data in FILES.items():
            archive.writestr(data, name.decode())
    return Sample("7z", (path,), dict(FILES))


def seven_zipped_and_locked(at: Path) -> Sample:
    path = at / "locked.7z"
    with py7zr.SevenZipFile(path, "w", password=SECRET, header_encryption=True) as archive:
        for name, data in FILES.items():
            archive.writestr(data, name.decode())
    return Sample("7z", (path,), dict(FILES), SECRET, "locked", mutable=False)


def tarred(at: Path) -> Sample:
    return _tarred(at, "")


def tarred_gz(at: Path) -> Sample:
    return _tarred(at, "gz")


def tarred_xz(at: Path) -> Sample:
    return _tarred(at, "xz")


def _tarred(at: Path, packing: str) -> Sample:
    path = at / f"a.tar.{packing}"
    with tarfile.open(path, f"w:{packing}") as archive:  # type: ignore[call-overload]
        for name, data in FILES.items():
            member = tarfile.TarInfo(name.decode())
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return Sample("tar", (path,), dict(FILES), name=packing)


def compressed(at: Path) -> Sample:
    path = at / "a.gz"
    with path.open("wb") as out, gzip.GzipFile("notes.txt", "wb", fileobj=out, mtime=1) as packer:
        packer.write(TEXT)
    return Sample("compressed", (path,), {b"notes.txt": TEXT})


def office(at: Path) -> Sample:
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>" * 2000)  # less is written wrongly
    plain.seek(0)
    path = at / "locked.docx"
    path.write_bytes(ECMA376Agile.encrypt(SECRET, plain))
    files = {b"decrypted": plain.getvalue()}
    return Sample("office-encrypted", (path,), dict(files), SECRET)


def pdf(at: Path) -> Sample:
    path = at / "locked.pdf"
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(path, encryption=pikepdf.Encryption(owner=SECRET, user=SECRET))
    return Sample("pdf-encrypted", (path,), {b"decrypted": None}, SECRET)


def disk_image(at: Path) -> Sample:
    names = {name.decode(): data for name, data in FILES.items()}
    path = fat_image(at / "disk.raw", names, 8)
    system = (b"HAUL        (Volume Label Entry)", b"$MBR", b"$FAT1", b"$FAT2")
    files: dict[bytes, bytes | None] = dict(FILES) | dict.fromkeys(system)
    # Damaged images run in a child process, in the suite of their own.
    return Sample("disk-image", (path,), files, mutable=False)


BUILDERS: tuple[Callable[[Path], Sample], ...] = (
    folder,
    disk_image,
    zipped,
    seven_zipped,
    seven_zipped_and_locked,
    tarred,
    tarred_gz,
    tarred_xz,
    compressed,
    office,
    pdf,
)


def _write_tree(root: Path) -> None:
    for name, data in FILES.items():
        path = root / name.decode()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
