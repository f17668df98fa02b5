"""Told by content only: names play no part."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import py7zr
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trawl.sources.codecs import zstd
from trawl.sources.detect import opens_as
from trawl.sources.tar_header import is_tar_header

PACKERS = [gzip.compress, bz2.compress, lzma.compress, zstd.compress]


def kind_of(data: bytes) -> str | None:
    return opens_as(data[:4096], len(data), lambda at, count: data[at : at + count])


def tar(form: int = tarfile.PAX_FORMAT, size: int = 10) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        info = tarfile.TarInfo("member")
        info.size = size
        archive.addfile(info, io.BytesIO(bytes(size)))
    return out.getvalue()


def a_zip(comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("member", b"x" * 100)
        archive.comment = comment
    return out.getvalue()


def seven_zip() -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w") as archive:
        archive.writestr(b"x", "member")
    return out.getvalue()


def empty_zip() -> bytes:
    out = io.BytesIO()
    zipfile.ZipFile(out, "w").close()
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (a_zip(), "zip"),
        (empty_zip(), "zip"),
        (a_zip()[:60], "zip"),
        (b"MZ" + bytes(500) + a_zip(), "zip"),
        (b"\xff\xd8\xff\xe0 a picture" + bytes(90_000) + a_zip(b"comment"), "zip"),
        (seven_zip(), "7z"),
        (tar(tarfile.USTAR_FORMAT), "tar"),
        (tar(tarfile.GNU_FORMAT), "tar"),
        (tar(tarfile.PAX_FORMAT), "tar"),
        (b"", None),
        (b"plain text", None),
        (bytes(10_240), None),
        (b"\xff\xd8\xff\xe0 a picture" + bytes(90_000), None),
        (b"says PK\x05\x06 but is none" + bytes(50), None),
        (b"%PDF-1.7\n" + bytes(100), None),
        (b"Rar!\x1a\x07\x01\x00" + bytes(100), None),
        (b"EVF\x09\x0d\x0a\xff\x00\x01\x02\x00\x00\x00" + bytes(90_000), None),
    ],
    ids=lambda value: repr(value[:4]) if isinstance(value, bytes) else str(value),
)
def test_kinds(data: bytes, kind: str | None) -> None:
    assert kind_of(data) == kind


@pytest.mark.parametrize("pack", PACKERS)
def test_packed(pack: Callable[[bytes], bytes]) -> None:
    assert kind_of(pack(tar())) == "tar"
    assert kind_of(pack(tar(size=3 << 20))) == "tar"
    assert kind_of(pack(b"no tar" * 1000)) == "compressed"
    assert kind_of(pack(b"")) == "compressed"
    assert kind_of(pack(tar())[:30]) == "compressed"


def test_a_tar_of_before_there_was_a_magic_number() -> None:
    header = bytearray(tar(tarfile.USTAR_FORMAT)[:512])
    header[257:265] = bytes(8)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    assert is_tar_header(bytes(header))
    assert kind_of(bytes(header) + bytes(1024)) == "tar"
    header[0] ^= 1
    assert not is_tar_header(bytes(header))


@given(st.binary(max_size=700))
def test_nothing_at_all_is_told_without_an_error(data: bytes) -> None:
    for start in (b"", b"\x1f\x8b\x08", b"BZh91AY&SY", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd"):
        kind = kind_of(start + data)
        assert kind is None or kind in ("compressed", "zip", "tar", "disk-image")


def test_a_reader_is_asked_little_of_an_ordinary_file() -> None:
    picture = b"\xff\xd8\xff\xe0" + bytes(5_000_000)
    asked: list[int] = []

    def read_at(at: int, count: int) -> bytes:
        asked.append(count)
        return picture[at : at + count]

    assert opens_as(picture[:4096], len(picture), read_at) is None
    assert sum(asked) < 256 << 10


def test_real_material(shared_data: Path) -> None:
    kinds = {
        path.name: kind_of(path.read_bytes())
        for path in shared_data.rglob("*")
        if path.is_file() and path.stat().st_size < 20 << 20
    }
    found = {name: kind for name, kind in kinds.items() if kind is not None}
    assert found == {
        "apfs.raw": "disk-image",
        "ext2.E01": "disk-image",
        "ext2.qcow2": "disk-image",
        "ext2.split.E01": "disk-image",
        "ext2.vhd": "disk-image",
        "hfsplus.raw": "disk-image",
        "iso9660.raw": "disk-image",
        "pole-data-importer.zip": "zip",
        "windows_volume.qcow2": "disk-image",
        "zip_with_directory.zip": "zip",
    }
