"""Single compressed files."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Callable
from pathlib import Path
from shutil import copyfileobj

import pytest

from trawl.errors import LimitExceeded, Unreadable
from trawl.model.exhibit import Entry
from trawl.sources.base import Place, SourceLimits
from trawl.sources.codecs import zstd
from trawl.sources.compressed import CompressedSource

TEXT = b"county lines " * 50_000

Packer = Callable[[bytes], bytes]
every_codec = pytest.mark.parametrize(
    "pack", [gzip.compress, bz2.compress, lzma.compress, zstd.compress]
)


def opened(folder: Path, data: bytes, limits: SourceLimits | None = None) -> CompressedSource:
    path = folder / "packed"
    path.write_bytes(data)
    return CompressedSource.open(
        Place(paths=(path,), scratch=folder / "scratch", limits=limits or SourceLimits())
    )


def read(source: CompressedSource) -> tuple[Entry, bytes]:
    (entry,) = source.entries()
    try:
        with source.read(entry) as stream:
            return entry, stream.read()
    finally:
        source.close()


@every_codec
def test_one_member(tmp_path: Path, pack: Packer) -> None:
    entry, data = read(opened(tmp_path, pack(TEXT)))
    assert (entry.path, entry.size, data) == (b"content", None, TEXT)
    assert not (tmp_path / "scratch").exists()


@every_codec
def test_streams_one_after_another_and_junk_behind(tmp_path: Path, pack: Packer) -> None:
    packed = pack(TEXT) + pack(TEXT[::-1]) + b"\0" * 512
    assert read(opened(tmp_path, packed))[1] == TEXT + TEXT[::-1]
    assert read(opened(tmp_path, packed + b"junk that is no stream"))[1] == TEXT + TEXT[::-1]


@every_codec
def test_an_empty_one(tmp_path: Path, pack: Packer) -> None:
    assert read(opened(tmp_path, pack(b"")))[1] == b""


@every_codec
def test_cut_off_at_any_place_is_unreadable(tmp_path: Path, pack: Packer) -> None:
    packed = pack(TEXT)
    for length in (20, len(packed) // 2, len(packed) - 1):
        with pytest.raises(Unreadable):
            read(opened(tmp_path, packed[:length]))


@every_codec
def test_a_bomb_is_stopped_on_the_way(tmp_path: Path, pack: Packer) -> None:
    limits = SourceLimits(ratio=50, ratio_from=1 << 20)
    source = opened(tmp_path, pack(bytes(32 << 20)), limits)
    (entry,) = source.entries()
    with source.read(entry) as stream:
        with pytest.raises(LimitExceeded, match="limit of 50:1"):
            copyfileobj(stream, out := io.BytesIO())
        assert out.tell() <= 4 << 20
    source.close()


def test_a_member_over_the_size_limit_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(LimitExceeded, match="limit of 1,000"):
        read(opened(tmp_path, gzip.compress(TEXT), SourceLimits(member_bytes=1000)))


@pytest.mark.parametrize(
    ("stored", "path"),
    [("holiday.jpg", b"holiday.jpg"), ("../../x", b"../../x"), ("", b"content")],
)
def test_the_name_and_time_gzip_stored(tmp_path: Path, stored: str, path: bytes) -> None:
    out = io.BytesIO()
    with gzip.GzipFile(stored, "wb", fileobj=out, mtime=1_600_000_000) as packer:
        packer.write(TEXT)
    entry, data = read(opened(tmp_path, out.getvalue()))
    assert (entry.path, data) == (path.rpartition(b"/")[2] or b"content", TEXT)
    assert entry.modified_us == 1_600_000_000_000_000


def test_a_stored_name_behind_an_extra_field_and_far_too_long(tmp_path: Path) -> None:
    plain = gzip.compress(TEXT, mtime=0)
    name = b"/n" * 50_000
    packed = plain[:3] + b"\x0c" + plain[4:10] + b"\x04\0abcd" + name + b"\0" + plain[10:]
    entry, data = read(opened(tmp_path, packed))
    assert (entry.path, entry.modified_us, data) == (name[:32_768], None, TEXT)


def test_a_window_that_asks_for_gigabytes_is_refused(tmp_path: Path) -> None:
    # Frame header: no single segment, window descriptor 2^(10+31); RFC 8878, 3.1.1.1.2.
    frame = b"\x28\xb5\x2f\xfd\x00\xf8" + b"\x01\x00\x00"
    with pytest.raises(LimitExceeded, match="window"):
        read(opened(tmp_path, frame))


def test_what_is_not_packed_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="not packed"):
        opened(tmp_path, TEXT)
