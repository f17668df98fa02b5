"""qcow2: every kind of cluster gives the right bytes, and what is missing is never zeros."""

from __future__ import annotations

import hashlib
import random
import struct
import zlib
from pathlib import Path

import pytest
import zstandard

from trawl.errors import SourceError, Unreadable
from trawl.sources.disk_image_storage import open_storage

CLUSTER = 4096
NOISE = hashlib.shake_256(b"cluster").digest(CLUSTER)
TEXT = (b"A line of text. " * 256)[:CLUSTER]


def packed(data: bytes, zstd: bool) -> bytes:
    if zstd:
        return zstandard.ZstdCompressor().compress(data)
    maker = zlib.compressobj(9, zlib.DEFLATED, -12)
    return maker.compress(data) + maker.flush()


def qcow2(
    path: Path, clusters: list[tuple[str, bytes]], *, zstd: bool = False, backing: str = ""
) -> Path:
    """A version 3 image. Clusters: ``("data" | "packed" | "zero" | "below", content)``."""
    table_at, first_at, data_at = 2 * CLUSTER, CLUSTER, 3 * CLUSTER
    table, data = [], bytearray()
    for kind, content in clusters:
        at = data_at + len(data)
        if kind == "data":
            table.append(at | 1 << 63)
            data += content
        elif kind == "packed":
            raw = packed(content, zstd)
            sectors = (at % 512 + len(raw) - 1) // 512
            table.append(1 << 62 | sectors << (62 - (12 - 8)) | at)
            data += raw.ljust(CLUSTER, b"\0") + bytes(CLUSTER)
        else:
            table.append(1 if kind == "zero" else 0)
    header = struct.pack(
        ">4sIQIIQIIQQIIQQQQII",
        b"QFI\xfb",
        3,
        512 if backing else 0,
        len(backing),
        12,
        len(clusters) * CLUSTER,
        0,
        1,
        first_at,
        0,
        0,
        0,
        0,
        8 if zstd else 0,
        0,
        0,
        4,
        112,
    ) + bytes([1 if zstd else 0])
    head = header.ljust(512, b"\0") + backing.encode()
    levels = struct.pack(">Q", table_at | 1 << 63).ljust(CLUSTER, b"\0")
    entries = b"".join(struct.pack(">Q", entry) for entry in table).ljust(CLUSTER, b"\0")
    path.write_bytes(head.ljust(CLUSTER, b"\0") + levels + entries + data)
    return path


def disk(path: Path) -> bytes:
    region, closing = open_storage(path)
    with closing:
        whole = region.read_at(0, region.size)
        rng = random.Random(1)
        for _ in range(50):
            at, count = rng.randrange(region.size), rng.randrange(3 * CLUSTER)
            assert region.read_at(at, count) == whole[at : at + count]
        return whole


@pytest.mark.parametrize("zstd", [False, True])
def test_every_kind_of_cluster(tmp_path: Path, zstd: bool):
    kinds = ["data", "packed", "zero", "below", "packed", "data"]
    contents = [NOISE, TEXT, b"", b"", NOISE[:2048] + TEXT[:2048], TEXT]
    image = qcow2(tmp_path / "a.qcow2", list(zip(kinds, contents, strict=True)), zstd=zstd)
    assert disk(image) == b"".join(content or bytes(CLUSTER) for content in contents)


def test_changes_over_a_raw_image_and_over_another_one(tmp_path: Path):
    (tmp_path / "base.raw").write_bytes(NOISE + TEXT)
    below = [("below", b"")] * 2
    qcow2(tmp_path / "middle.qcow2", [("data", TEXT), *below], backing="base.raw")
    top = qcow2(tmp_path / "top.qcow2", [*below, ("zero", b"")], backing="middle.qcow2")
    assert disk(top) == TEXT + TEXT + bytes(CLUSTER)


@pytest.mark.parametrize("name", ["/etc/passwd", "../base.raw", "link.raw", "none.raw", "x\0y"])
def test_other_files_of_this_machine_are_not_read(tmp_path: Path, name: str):
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "base.raw").write_bytes(NOISE)
    (folder / "link.raw").symlink_to(tmp_path / "base.raw")
    image = qcow2(folder / "top.qcow2", [("below", b"")], backing=name)
    with pytest.raises(Unreadable):
        open_storage(image)


def test_an_image_that_is_its_own_parent(tmp_path: Path):
    image = qcow2(tmp_path / "top.qcow2", [("below", b"")], backing="top.qcow2")
    with pytest.raises(Unreadable, match="parents"):
        open_storage(image)


def test_a_damaged_packed_cluster_is_unreadable(tmp_path: Path):
    image = qcow2(tmp_path / "a.qcow2", [("packed", TEXT), ("data", NOISE)])
    whole = bytearray(image.read_bytes())
    whole[3 * CLUSTER : 3 * CLUSTER + 40] = bytes(40)
    image.write_bytes(whole)
    region, closing = open_storage(image)
    with closing:
        with pytest.raises(Unreadable):
            region.read_at(0, 10)
        assert region.read_at(CLUSTER, CLUSTER) == NOISE


def test_a_cut_image_is_unreadable_where_it_is_cut(tmp_path: Path):
    image = qcow2(tmp_path / "a.qcow2", [("data", NOISE), ("data", TEXT)])
    with image.open("r+b") as file:
        file.truncate(4 * CLUSTER)
    region, closing = open_storage(image)
    with closing:
        assert region.read_at(0, CLUSTER) == NOISE
        with pytest.raises(Unreadable):
            region.read_at(CLUSTER, 10)


@pytest.mark.parametrize(
    ("at", "value"),
    [(20, 0), (20, 63), (24, 1 << 60), (32, 1), (36, 1 << 31), (72, 1 << 40), (8, 1 << 62)],
)
def test_a_header_that_lies(tmp_path: Path, at: int, value: int):
    image = qcow2(tmp_path / "a.qcow2", [("data", NOISE)], backing="b" if at == 8 else "")
    whole = bytearray(image.read_bytes())
    width = 8 if at in (8, 24, 72) else 4
    whole[at : at + width] = value.to_bytes(width, "big")
    image.write_bytes(whole)
    with pytest.raises(SourceError):
        open_storage(image)
