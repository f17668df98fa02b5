"""Zips as they come: odd, old, encrypted, damaged, and built to harm."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import inflate64
import pytest
import pyzipper
from raw_zip import RawMember, deflated, raw_zip

from trawl.errors import LimitExceeded, Locked, SourceError, Unreadable
from trawl.model.exhibit import Entry, EntryKind
from trawl.sources.base import Place, SourceLimits
from trawl.sources.codecs import zstd
from trawl.sources.zip import ZipSource

TEXT = b"county lines " * 500


class Zips:
    """Opens archives given as bytes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: list[ZipSource] = []

    def open(
        self, data: bytes, *, secret: str | None = None, limits: SourceLimits | None = None
    ) -> ZipSource:
        path = self._folder / f"{len(self._open)}.zip"
        path.write_bytes(data)
        place = Place(
            paths=(path,),
            scratch=self._folder / "scratch",
            limits=limits or SourceLimits(),
            secret=secret,
        )
        self._open.append(ZipSource.open(place))
        return self._open[-1]

    def close(self) -> None:
        for source in self._open:
            source.close()
        assert not (self._folder / "scratch").exists()


@pytest.fixture
def zips(tmp_path: Path):
    zips = Zips(tmp_path)
    yield zips
    zips.close()


def read(source: ZipSource, entry: Entry) -> bytes:
    with source.read(entry) as stream:
        return stream.read()


def only(source: ZipSource) -> Entry:
    (entry,) = source.entries()
    return entry


def listed_until_broken(source: ZipSource) -> tuple[list[Entry], str]:
    entries: list[Entry] = []
    try:
        for entry in source.entries():
            entries.append(entry)
    except SourceError as error:
        return entries, str(error)
    raise AssertionError("the listing did not say that something is wrong")


_DOS_TIME = int(datetime(2020, 2, 29, 23, 30, 10, tzinfo=UTC).timestamp()) * 1_000_000

NAMES = [
    b"../../etc/passwd",
    b"/abs/olute",
    b"C:\\x",
    b"nul\0byte",
    b"",
    b"caf\x82.txt",
    "naïve.txt".encode(),
    b"a//b/./c",
    b"same",
    b"same",
    b"looks/like/a/folder/",
]


def test_names_stay_what_they_are(zips: Zips) -> None:
    members = [RawMember(name=name, packed=bytes([n]) * 9) for n, name in enumerate(NAMES)]
    source = zips.open(raw_zip(*members))
    entries = list(source.entries())
    assert [entry.path for entry in entries] == NAMES
    assert [read(source, entry) for entry in entries] == [member.packed for member in members]


def test_a_name_of_60_000_bytes_is_cut_not_lost(zips: Zips) -> None:
    source = zips.open(raw_zip(RawMember(name=b"n" * 60_000, packed=TEXT)))
    assert only(source).path == b"n" * 32_768
    assert read(source, only(source)) == TEXT


def test_folders_are_left_out(zips: Zips) -> None:
    folder = RawMember(name=b"folder/", attributes=0x10)
    assert [e.path for e in zips.open(raw_zip(folder, RawMember(name=b"f"))).entries()] == [b"f"]


def _deflate64(data: bytes) -> bytes:
    packer = inflate64.Deflater()
    return bytes(packer.deflate(data) + packer.flush())


@pytest.mark.parametrize(
    ("method", "pack"),
    [(8, deflated), (9, _deflate64), (93, zstd.compress), (20, zstd.compress)],
)
def test_methods(zips: Zips, method: int, pack: Callable[[bytes], bytes]) -> None:
    member = RawMember(name=b"m", packed=pack(TEXT), data=TEXT, method=method)
    source = zips.open(raw_zip(member))
    assert read(source, only(source)) == TEXT


@pytest.mark.parametrize(("method", "name"), [(6, "imploded"), (98, "PPMd"), (77, "unknown")])
def test_a_method_that_cannot_be_unpacked_is_named(zips: Zips, method: int, name: str) -> None:
    source = zips.open(raw_zip(RawMember(name=b"m", packed=TEXT, method=method)))
    with pytest.raises(Unreadable, match=f"method {method} .{name}"):
        source.read(only(source))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_streamed_zip_with_data_descriptors(zips: Zips, method: int) -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data) -> int:
            self.data += data
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", method) as archive:
        archive.writestr("one", TEXT)
        archive.writestr("two", TEXT[::-1])
    source = zips.open(bytes(pipe.data))
    assert [read(source, entry) for entry in source.entries()] == [TEXT, TEXT[::-1]]


def test_zip64(zips: Zips) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("big", "w", force_zip64=True) as member:
        member.write(TEXT)
    wide = struct.pack("<2H3Q", 1, 24, len(TEXT), len(TEXT), 0)
    lying = RawMember(
        name=b"w",
        packed=TEXT,
        extra=wide,
        packed_size=0xFFFFFFFF,
        unpacked_size=0xFFFFFFFF,
    )
    for data in (out.getvalue(), raw_zip(lying)):
        source = zips.open(data)
        assert only(source).size == len(TEXT)
        assert read(source, only(source)) == TEXT


def test_more_members_than_the_old_counter_holds(zips: Zips) -> None:
    data = raw_zip(*(RawMember(name=b"m") for _ in range(65_540)))  # the counter says 4
    assert sum(1 for _ in zips.open(data).entries()) == 65_540


def test_behind_a_program_and_with_a_comment(zips: Zips) -> None:
    data = raw_zip(RawMember(name=b"m", packed=TEXT), prefix=b"MZ" * 999, comment=b"PK\x05\x06 no")
    source = zips.open(data)
    assert read(source, only(source)) == TEXT


def test_times(zips: Zips) -> None:
    dos = RawMember(name=b"dos", dos=(0b10111_011110_00101, 0b0101000_0010_11101))
    unix = RawMember(name=b"unix", extra=struct.pack("<2HBi", 0x5455, 5, 1, -5))
    ticks = [116_444_736_000_000_000 + micros * 10 for micros in (1_000_001, 2, 3)]
    ntfs = RawMember(name=b"ntfs", extra=struct.pack("<2HL2H3Q", 10, 32, 0, 1, 24, *ticks))
    never = RawMember(name=b"never", dos=(0xFFFF, 0xFFFF))
    found = {e.path: e for e in zips.open(raw_zip(dos, unix, ntfs, never)).entries()}
    assert found[b"dos"].modified_us == _DOS_TIME
    assert found[b"unix"].modified_us == -5_000_000
    times = found[b"ntfs"].modified_us, found[b"ntfs"].accessed_us, found[b"ntfs"].created_us
    assert times == (1_000_001, 2, 3)
    assert found[b"never"].modified_us is None


def test_links_and_special_files_are_rows(zips: Zips) -> None:
    link = RawMember(name=b"link", packed=b"../../x", attributes=(stat.S_IFLNK | 0o777) << 16)
    fifo = RawMember(name=b"fifo", attributes=stat.S_IFIFO << 16)
    windows = RawMember(name=b"dos", packed=b"d", system=0, attributes=stat.S_IFLNK << 16)
    source = zips.open(raw_zip(link, fifo, windows))
    entries = {entry.path: entry for entry in source.entries()}
    assert (entries[b"link"].kind, entries[b"link"].link_target) == (EntryKind.SYMLINK, b"../../x")
    assert entries[b"fifo"].kind is EntryKind.FIFO
    assert entries[b"dos"].kind is EntryKind.FILE
    with pytest.raises(Unreadable):
        source.read(entries[b"link"])


def _aes(secret: str, method: int = pyzipper.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", compression=method, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(secret.encode())
        archive.writestr("m", TEXT)
    return out.getvalue()


@pytest.mark.parametrize("method", [pyzipper.ZIP_STORED, pyzipper.ZIP_DEFLATED, pyzipper.ZIP_BZIP2])
def test_aes(zips: Zips, method: int) -> None:
    data = _aes("pässword", method)
    source = zips.open(data, secret="pässword")
    assert only(source).lock == "zip-aes"
    assert read(source, only(source)) == TEXT
    for secret in (None, "wrong"):
        source = zips.open(data, secret=secret)
        with pytest.raises(Locked) as caught:
            read(source, only(source))
        assert caught.value.lock == "zip-aes"


def test_aes_that_was_tampered_with(zips: Zips) -> None:
    data = bytearray(_aes("s", pyzipper.ZIP_STORED))
    data[len(data) // 2] ^= 1
    source = zips.open(bytes(data), secret="s")
    with pytest.raises(Unreadable, match="authentication"):
        read(source, only(source))


def _traditional(plain: bytes, password: bytes, check: int) -> bytes:
    """PKWARE's encryption, written after APPNOTE 6.1.5-6.1.7."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def stir(byte: int) -> None:
        keys[0] = zlib.crc32(bytes([byte]), keys[0] ^ 0xFFFFFFFF) ^ 0xFFFFFFFF
        keys[1] = (keys[1] + (keys[0] & 0xFF)) * 134775813 + 1 & 0xFFFFFFFF
        keys[2] = zlib.crc32(bytes([keys[1] >> 24]), keys[2] ^ 0xFFFFFFFF) ^ 0xFFFFFFFF

    for byte in password:
        stir(byte)
    out = bytearray()
    for byte in bytes(11) + bytes([check]) + plain:
        mask = keys[2] & 0xFFFF | 2
        out.append(byte ^ (mask * (mask ^ 1) >> 8 & 0xFF))
        stir(byte)
    return bytes(out)


def test_traditional_encryption(zips: Zips) -> None:
    packed = deflated(TEXT)
    crc = zlib.crc32(TEXT)
    data = raw_zip(
        RawMember(
            name=b"m",
            packed=_traditional(packed, b"s", crc >> 24),
            data=TEXT,
            method=8,
            flags=1,
        )
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:  # the reference agrees with the builder
        assert archive.read("m", b"s") == TEXT
    source = zips.open(data, secret="s")
    assert only(source).lock == "zip-crypto"
    assert read(source, only(source)) == TEXT
    for number in range(40):  # some wrong passwords pass the one-byte check
        wrong = zips.open(data, secret=f"wrong{number}")
        with pytest.raises(Locked):
            read(wrong, only(wrong))
    with pytest.raises(Locked, match="needs a password"):
        read(zips.open(data), only(source))


def test_a_wrong_checksum_is_told_at_the_end(zips: Zips) -> None:
    for member in (
        RawMember(name=b"m", packed=TEXT * 99, crc=1),
        RawMember(name=b"m", packed=deflated(TEXT * 99), data=TEXT * 99, method=8, crc=1),
    ):
        source = zips.open(raw_zip(member))
        with source.read(only(source)) as stream:
            assert stream.read(10) == TEXT[:10]
        with pytest.raises(Unreadable, match="checksum"):
            read(source, only(source))


def test_sizes_that_lie_do_not_hide_bytes(zips: Zips) -> None:
    member = RawMember(name=b"m", packed=deflated(TEXT), data=TEXT, method=8, unpacked_size=3)
    source = zips.open(raw_zip(member))
    assert read(source, only(source)) == TEXT


def test_a_missing_local_header_costs_one_member(zips: Zips) -> None:
    good = RawMember(name=b"good", packed=TEXT)
    for at in (7, 1 << 31):
        source = zips.open(raw_zip(good, RawMember(name=b"bad", packed=b"x", header_at=at)))
        first, second = source.entries()
        assert read(source, first) == TEXT
        with pytest.raises(Unreadable, match="local header"):
            read(source, second)


def test_cut_off_without_its_directory(zips: Zips) -> None:
    whole = raw_zip(
        RawMember(name=b"one", packed=deflated(TEXT), data=TEXT, method=8),
        RawMember(name=b"two", packed=TEXT),
        RawMember(name=b"three", packed=TEXT),
    )
    source = zips.open(whole[: whole.index(b"three") + 300])
    entries, reason = listed_until_broken(source)
    assert [entry.path for entry in entries] == [b"one", b"two", b"three"]
    assert "3 members" in reason
    assert [read(source, entry) for entry in entries[:2]] == [TEXT, TEXT]
    with pytest.raises(Unreadable, match="break off"):
        read(source, entries[2])


def test_cut_off_while_streaming(zips: Zips) -> None:
    """Sizes unknown to the local headers: each member's data end where the next begins."""
    member = RawMember(
        name=b"m", packed=deflated(TEXT), flags=8, crc=0, packed_size=0, unpacked_size=0, method=8
    )
    body = raw_zip(member, member)
    source = zips.open(body[: body.index(b"PK\x01\x02")])
    entries, _ = listed_until_broken(source)
    assert [entry.size for entry in entries] == [None, None]
    assert [read(source, entry) for entry in entries] == [TEXT, TEXT]


def test_a_damaged_directory_record_costs_one_member(zips: Zips) -> None:
    data = bytearray(raw_zip(*(RawMember(name=b"m%d" % n) for n in range(5))))
    data[data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)] = 0
    entries, reason = listed_until_broken(zips.open(bytes(data)))
    assert [entry.path for entry in entries] == [b"m0", b"m2", b"m3", b"m4"]
    assert "4 of 5" in reason


def test_a_part_of_a_split_zip(zips: Zips) -> None:
    source = zips.open(raw_zip(RawMember(name=b"m", packed=TEXT, disk=3)))
    assert "split over several files" in str(only(source).problem)


def test_a_bomb_by_ratio_is_stopped_while_unpacking(zips: Zips) -> None:
    limits = SourceLimits(ratio=100, ratio_from=1 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(16 << 20)) + packer.flush()
    honest = RawMember(name=b"h", packed=packed, method=8, crc=0, unpacked_size=16 << 20)
    lying = RawMember(name=b"l", packed=packed, method=8, crc=0, unpacked_size=10)
    source = zips.open(raw_zip(honest, lying), limits=limits)
    for entry in source.entries():
        with pytest.raises(LimitExceeded):
            _read_at_most(source, entry, 2 << 20)


def _read_at_most(source: ZipSource, entry: Entry, most: int) -> None:
    with source.read(entry) as stream:
        count = 0
        while piece := stream.read(1 << 16):
            count += len(piece)
            assert count <= most


def test_a_member_over_the_size_limit_is_refused(zips: Zips) -> None:
    limits = SourceLimits(member_bytes=1000)
    source = zips.open(raw_zip(RawMember(name=b"m", packed=TEXT)), limits=limits)
    with pytest.raises(LimitExceeded, match="limit of 1,000"):
        source.read(only(source))


def test_a_bomb_by_overlap_gives_no_more_than_its_own_bytes_allow(zips: Zips) -> None:
    """After Fifield: many directory records name one and the same kernel."""
    kernel = RawMember(name=b"k0", packed=deflated(bytes(1 << 20)), data=bytes(1 << 20), method=8)
    more = [
        RawMember(name=b"k%d" % n, data=kernel.data, method=8, header_at=0) for n in range(1, 1000)
    ]
    for member in more:
        member.packed_size = len(kernel.packed)
    data = raw_zip(kernel, *more)
    source = zips.open(data)
    entries = list(source.entries())
    assert len(entries) == 1000
    outcomes = [_outcome(source, entry) for entry in entries]
    assert outcomes[0] == "read"
    assert set(outcomes[-500:]) == {"overlaps"}
    assert outcomes.count("read") * len(kernel.packed) <= 2 * len(data)


def _outcome(source: ZipSource, entry: Entry) -> str:
    try:
        source.read(entry).close()
    except LimitExceeded as error:
        assert "overlaps" in str(error)  # noqa: PT017
        return "overlaps"
    return "read"


def test_all_members_together_are_bounded(zips: Zips) -> None:
    limits = SourceLimits(total_bytes=2 * len(TEXT))
    data = raw_zip(*(RawMember(name=b"%d" % n, packed=TEXT) for n in range(3)))
    source = zips.open(data, limits=limits)
    first, second, third = source.entries()
    assert read(source, first) == read(source, second) == TEXT
    with pytest.raises(LimitExceeded, match="unpacks to more"):
        source.read(third)


def test_too_many_members_end_the_listing(zips: Zips) -> None:
    data = raw_zip(*(RawMember(name=b"%d" % n) for n in range(9)))
    entries, reason = listed_until_broken(zips.open(data, limits=SourceLimits(members=4)))
    assert len(entries) == 4
    assert "more than 4 members" in reason


def test_an_empty_zip(zips: Zips) -> None:
    assert list(zips.open(raw_zip()).entries()) == []


def test_no_zip_at_all(zips: Zips) -> None:
    entries, reason = listed_until_broken(zips.open(b"not a zip"))
    assert entries == []
    assert "no directory" in reason


def test_real_archives(zips: Zips, shared_data: Path) -> None:
    for name in ("intel/pole-data-importer.zip", "disk_images/zip_with_directory.zip"):
        path = shared_data / name
        source = zips.open(path.read_bytes())
        found = {entry.path.decode(): read(source, entry) for entry in source.entries()}
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            assert found == {info.filename: archive.read(info) for info in members}
