"""7z archives: methods, blocks, locks, odd names, damage and bombs."""

from __future__ import annotations

import io
import os
import stat
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import py7zr
import pytest
from py7zr.properties import MAGIC_7Z

from trawl.errors import LimitExceeded, Locked, SourceError, Unreadable
from trawl.model.exhibit import Entry, EntryKind
from trawl.sources import unpacked
from trawl.sources.base import Place, SourceLimits
from trawl.sources.seven_zip import SevenZipSource

TEXT = b"county lines " * 500
NOISE = bytes(range(256)) * 64

Opener = Callable[..., SevenZipSource]


def seven_zip(files: dict[str, bytes], **options: object) -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", **options) as archive:
        for name, data in files.items():
            archive.writestr(data, name)
    return out.getvalue()


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    sources: list[SevenZipSource] = []

    def opener(
        data: bytes, secret: str | None = None, limits: SourceLimits | None = None
    ) -> SevenZipSource:
        path = tmp_path / f"{len(sources)}.7z"
        path.write_bytes(data)
        place = Place(
            paths=(path,),
            scratch=tmp_path / "scratch",
            limits=limits or SourceLimits(),
            secret=secret,
        )
        sources.append(SevenZipSource.open(place))
        return sources[-1]

    yield opener
    for source in sources:
        source.close()


def read(source: SevenZipSource, entry: Entry) -> bytes:
    with source.read(entry) as stream:
        return stream.read()


@pytest.mark.parametrize(
    "filters",
    [
        [{"id": py7zr.FILTER_COPY}],
        [{"id": py7zr.FILTER_LZMA}],
        [{"id": py7zr.FILTER_LZMA2, "preset": 1}],
        [{"id": py7zr.FILTER_DELTA}, {"id": py7zr.FILTER_LZMA2, "preset": 1}],
        [{"id": py7zr.FILTER_X86}, {"id": py7zr.FILTER_LZMA2, "preset": 1}],
        [{"id": py7zr.FILTER_X86}, {"id": py7zr.FILTER_LZMA}],
        [{"id": py7zr.FILTER_ARM}, {"id": py7zr.FILTER_LZMA2, "preset": 1}],
        [{"id": py7zr.FILTER_BZIP2}],
        [{"id": py7zr.FILTER_DEFLATE}],
        [{"id": py7zr.FILTER_ZSTD}],
    ],
)
def test_methods(opened: Opener, filters: list[dict[str, int]]) -> None:
    files = {"a": TEXT, "b": NOISE, "c": b""}
    source = opened(seven_zip(files, filters=filters))
    assert {e.path.decode(): read(source, e) for e in source.entries()} == files


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ({"id": py7zr.FILTER_PPMD, "order": 6, "mem": 16}, "PPMd"),
        ({"id": py7zr.FILTER_BROTLI, "level": 1}, "Brotli"),
    ],
)
def test_a_method_that_cannot_be_unpacked_is_named(
    opened: Opener, method: dict[str, int], name: str
) -> None:
    source = opened(seven_zip({"a": TEXT}, filters=[method]))
    (entry,) = source.entries()
    assert name in str(entry.problem)
    with pytest.raises(Unreadable, match=name):
        source.read(entry)


def test_names_stay_what_they_are(opened: Opener) -> None:
    names = ["x../../etc/passwd", "x/abs", "same", "n" * 20_000, "日本"]
    data = seven_zip(dict.fromkeys(names, TEXT), filters=[{"id": py7zr.FILTER_COPY}])
    source = opened(data)
    entries = list(source.entries())
    assert [entry.path for entry in entries] == [name.encode() for name in names]
    assert all(read(source, entry) == TEXT for entry in entries)


def test_names_that_reach_out_are_only_text(opened: Opener) -> None:
    for name in ("../../etc/passwd", "/abs/olute", "C:/x", "nul\x01name"):
        plain = seven_zip({"?" * len(name): TEXT}, filters=[{"id": py7zr.FILTER_COPY}])
        data = _renamed(plain, "?" * len(name), name)
        source = opened(data)
        (entry,) = source.entries()
        assert entry.path == name.encode()
        assert read(source, entry) == TEXT


def _renamed(data: bytes, old: str, new: str) -> bytes:
    """The same archive with another name in its header, which is made plain first."""
    with py7zr.SevenZipFile(io.BytesIO(data)) as archive:
        out = io.BytesIO()
        archive.header.write(out, archive.afterheader, encoded=False)
        body_size = archive.header.main_streams.packinfo.packsizes[0]
    header = out.getvalue().replace(old.encode("utf-16-le"), new.encode("utf-16-le"))
    start = struct.pack("<QQL", body_size, len(header), zlib.crc32(header))
    signature = MAGIC_7Z + b"\x00\x04" + struct.pack("<L", zlib.crc32(start)) + start
    return signature + data[32 : 32 + body_size] + header


def test_folders_links_and_times(opened: Opener, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "empty folder").mkdir(parents=True)
    (tree / "file").write_bytes(TEXT)
    os.utime(tree / "file", (1_600_000_000, 1_600_000_000))
    (tree / "link").symlink_to("file")
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w") as archive:
        archive.writeall(tree, "tree")
    source = opened(out.getvalue())
    entries = {entry.path: entry for entry in source.entries()}
    assert entries.keys() == {b"tree/file", b"tree/link"}
    assert entries[b"tree/file"].modified_us == 1_600_000_000_000_000
    link = entries[b"tree/link"]
    assert (link.kind, link.link_target) == (EntryKind.SYMLINK, b"file")
    with pytest.raises(Unreadable):
        source.read(link)


def test_unix_kinds_are_rows(opened: Opener) -> None:
    plain = seven_zip({"f": b"x"})
    with py7zr.SevenZipFile(io.BytesIO(plain)) as archive:
        attributes = archive.files[0].file_properties()["attributes"]
    assert attributes & 0x8000
    assert stat.S_ISREG(attributes >> 16)
    (entry,) = opened(plain).entries()
    assert entry.kind is EntryKind.FILE


@pytest.mark.parametrize("filters", [None, [{"id": py7zr.FILTER_COPY}]])
def test_locked_content(opened: Opener, filters: list[dict[str, int]] | None) -> None:
    if filters is not None:
        filters = [*filters, {"id": py7zr.FILTER_CRYPTO_AES256_SHA256}]
    data = seven_zip({"a": TEXT, "empty": b""}, password="s3cret", filters=filters)
    source = opened(data)
    entries = {entry.path: entry for entry in source.entries()}
    assert (entries[b"a"].lock, entries[b"empty"].lock) == ("7z-aes", None)
    assert read(source, entries[b"empty"]) == b""
    for secret in (None, "wrong"):
        with pytest.raises(Locked) as caught:
            read(opened(data, secret), entries[b"a"])
        assert caught.value.lock == "7z-aes"
    assert read(opened(data, "s3cret"), entries[b"a"]) == TEXT


def test_locked_names(opened: Opener) -> None:
    data = seven_zip({"a": TEXT}, password="s3cret", header_encryption=True)
    for secret in (None, "wrong"):
        with pytest.raises(Locked) as caught:
            opened(data, secret)
        assert caught.value.lock == "7z-aes"
    source = opened(data, "s3cret")
    (entry,) = source.entries()
    assert (entry.path, entry.lock) == (b"a", "7z-aes")
    assert read(source, entry) == TEXT


def test_a_password_for_what_is_not_locked_does_no_harm(opened: Opener) -> None:
    source = opened(seven_zip({"a": TEXT}), "anything")
    (entry,) = source.entries()
    assert (entry.lock, read(source, entry)) == (None, TEXT)


def test_damage_in_a_block_costs_what_lies_behind_it(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {str(number): os.urandom(50_000).hex().encode() for number in range(9)}
    data = bytearray(seven_zip(files, filters=[{"id": py7zr.FILTER_LZMA}]))
    data[250_000:250_010] = bytes(10)
    for in_memory in (16 << 20, 1000):
        monkeypatch.setattr(unpacked, "MEMORY_BYTES", in_memory)
        source = opened(bytes(data))
        outcomes = [_outcome(source, entry) for entry in source.entries()]
        assert outcomes[0] == outcomes[3] == "read"
        assert outcomes[8] == "unreadable"


def _outcome(source: SevenZipSource, entry: Entry) -> str:
    try:
        read(source, entry)
    except Unreadable:
        return "unreadable"
    return "read"


@pytest.mark.parametrize(
    "method", [py7zr.FILTER_ZSTD, py7zr.FILTER_BZIP2, py7zr.FILTER_DEFLATE, py7zr.FILTER_LZMA2]
)
def test_damage_by_every_method_is_unreadable(opened: Opener, method: int) -> None:
    data = bytearray(seven_zip({"a": os.urandom(5000).hex().encode()}, filters=[{"id": method}]))
    for at in (32, 33, 40, 1000, 3000):
        broken = data.copy()
        broken[at] ^= 0xFF
        source = opened(bytes(broken))
        assert [_outcome(source, entry) for entry in source.entries()] == ["unreadable"]


def test_damage_in_stored_bytes_costs_one_member(opened: Opener) -> None:
    files = {"a": TEXT, "b": NOISE, "c": TEXT}
    data = bytearray(seven_zip(files, filters=[{"id": py7zr.FILTER_COPY}]))
    data[32 + len(TEXT) + 5] ^= 1
    source = opened(bytes(data))
    assert [_outcome(source, entry) for entry in source.entries()] == ["read", "unreadable", "read"]


@pytest.mark.parametrize(
    "filters", [[{"id": py7zr.FILTER_LZMA2, "preset": 1}], [{"id": py7zr.FILTER_ZSTD}]]
)
def test_a_bomb_is_stopped_and_leaves_nothing(
    opened: Opener, tmp_path: Path, filters: list[dict[str, int]]
) -> None:
    data = seven_zip({"zeros": bytes(60 << 20), "after": TEXT}, filters=filters)
    limits = SourceLimits(ratio=20, ratio_from=24 << 20)
    for _ in range(2):
        source = opened(data, limits=limits)
        for entry in source.entries():
            with pytest.raises(LimitExceeded, match="limit of 20:1"):
                source.read(entry)
    assert sorted(path.name for path in (tmp_path / "scratch").iterdir()) == [
        "block-0.done",
        "block-0.turn",
    ]


def test_sizes_over_the_limit_are_refused_before_unpacking(opened: Opener, tmp_path: Path) -> None:
    data = seven_zip({"a": TEXT})
    for limits in (SourceLimits(member_bytes=100), SourceLimits(total_bytes=100)):
        source = opened(data, limits=limits)
        (entry,) = source.entries()
        with pytest.raises(LimitExceeded):
            source.read(entry)
    with pytest.raises(LimitExceeded, match="more than 0 members"):
        list(opened(data, limits=SourceLimits(members=0)).entries())
    assert not (tmp_path / "scratch").exists()


def test_a_big_block_is_unpacked_once_and_found_again(opened: Opener, tmp_path: Path) -> None:
    data = seven_zip({"big": bytes(20 << 20), "small": TEXT})
    written: list[int] = []
    for _ in range(2):
        source = opened(data)
        big, small = source.entries()
        assert read(source, small) == TEXT
        assert len(read(source, big)) == 20 << 20
        written.append((tmp_path / "scratch/block-0").stat().st_mtime_ns)
    assert written[0] == written[1]


def test_an_empty_archive_and_one_that_is_none(opened: Opener) -> None:
    assert list(opened(seven_zip({})).entries()) == []
    for data in (b"", b"7z\xbc\xaf\x27\x1c", b"7z\xbc\xaf\x27\x1c" + bytes(26) + b"x"):
        try:
            assert list(opened(data).entries()) == []
        except SourceError as error:
            assert "damaged" in str(error)  # noqa: PT017
