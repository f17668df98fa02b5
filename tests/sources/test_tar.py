"""Tars: every dialect, packed or plain, cut off, damaged, and built to harm."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from trawl.errors import LimitExceeded, SourceError, Unreadable
from trawl.model.exhibit import Entry
from trawl.sources import unpacked
from trawl.sources.base import Place, SourceLimits
from trawl.sources.codecs import zstd
from trawl.sources.tar import TarSource

TEXT = b"county lines " * 500


def tar(
    *members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT, **named: bytes
) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form, errors="surrogateescape") as archive:
        for name, data in named.items():
            archive.addfile(*member(name, data))
        for info, data in members:
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def member(name: str, data: bytes = b"") -> tuple[tarfile.TarInfo, io.BytesIO]:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    return info, io.BytesIO(data)


def special(name: str, kind: bytes, target: str = "") -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info, b""


Opener = Callable[..., TarSource]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    sources: list[TarSource] = []

    def opener(data: bytes, limits: SourceLimits | None = None) -> TarSource:
        path = tmp_path / f"{len(sources)}.tar"
        path.write_bytes(data)
        scratch = tmp_path / f"scratch{len(sources)}"
        place = Place(paths=(path,), scratch=scratch, limits=limits or SourceLimits())
        sources.append(TarSource.open(place))
        return sources[-1]

    yield opener
    for source in sources:
        source.close()


def read(source: TarSource, entry: Entry) -> bytes:
    with source.read(entry) as stream:
        return stream.read()


def until_broken(source: TarSource) -> tuple[list[Entry], str]:
    entries: list[Entry] = []
    try:
        for entry in source.entries():
            entries.append(entry)
    except SourceError as error:
        return entries, str(error)
    raise AssertionError("the listing did not say that something is wrong")


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_names_stay_what_they_are(opened: Opener, form: int) -> None:
    names = ["../../etc/passwd", "/abs", "C:\\x", "same", "same", "café", "raw\udcff\udc80"]
    names += ["long/" * 19 + "n"] + (["l" * 5000] if form != tarfile.USTAR_FORMAT else [])
    if form == tarfile.PAX_FORMAT:
        names.remove("raw\udcff\udc80")  # PAX cannot write it
    members = [(member(name, TEXT)[0], TEXT) for name in names]
    source = opened(tar(*members, form=form))
    entries = list(source.entries())
    assert [entry.path for entry in entries] == [
        name.encode("utf-8", "surrogateescape") for name in names
    ]
    assert all(read(source, entry) == TEXT for entry in entries)


def test_a_name_of_60_000_bytes_is_cut_not_lost(opened: Opener) -> None:
    source = opened(tar((member("n" * 60_000, TEXT)[0], TEXT)))
    (entry,) = source.entries()
    assert entry.path == b"n" * 32_768
    assert read(source, entry) == TEXT


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstd.compress])
def test_packed(opened: Opener, pack: Callable[[bytes], bytes]) -> None:
    source = opened(pack(tar(a=TEXT, b=TEXT[::-1])))
    assert {e.path: read(source, e) for e in source.entries()} == {b"a": TEXT, b"b": TEXT[::-1]}


def test_links_and_special_files(opened: Opener) -> None:
    source = opened(
        tar(
            special("link", tarfile.SYMTYPE, "/etc/passwd"),
            special("hard", tarfile.LNKTYPE, "file"),
            special("harder", tarfile.LNKTYPE, "hard"),
            special("nowhere", tarfile.LNKTYPE, "../../etc/passwd"),
            special("fifo", tarfile.FIFOTYPE),
            special("device", tarfile.BLKTYPE),
            special("folder", tarfile.DIRTYPE),
            file=TEXT,
        )
    )
    entries = {entry.path: entry for entry in source.entries()}
    assert {path: entry.kind.value for path, entry in entries.items()} == {
        b"file": "file",
        b"link": "symlink",
        b"hard": "file",
        b"harder": "file",
        b"nowhere": "file",
        b"fifo": "fifo",
        b"device": "device",
    }
    assert entries[b"link"].link_target == b"/etc/passwd"
    assert read(source, entries[b"hard"]) == read(source, entries[b"harder"]) == TEXT
    with pytest.raises(Unreadable, match="not in the archive"):
        source.read(entries[b"nowhere"])
    with pytest.raises(Unreadable):
        source.read(entries[b"device"])


def test_times_to_the_microsecond(opened: Opener) -> None:
    info, _ = member("f")
    info.mtime = 1_600_000_000.25  # type: ignore[assignment]
    info.pax_headers = {"atime": "1500000000.5", "ctime": "nonsense"}
    (entry,) = opened(tar((info, b""))).entries()
    assert entry.modified_us == 1_600_000_000_250_000
    assert entry.accessed_us == 1_500_000_000_500_000
    assert entry.changed_us is None


def test_archives_one_after_another_and_junk_behind(opened: Opener) -> None:
    source = opened(tar(a=TEXT) + tar(b=TEXT) + b"junk" * 1000)
    assert [entry.path for entry in source.entries()] == [b"a", b"b"]


def test_cut_off_lists_what_is_whole(opened: Opener) -> None:
    data = tar(a=TEXT, b=TEXT)
    source = opened(data[: data.rindex(b"county") - 3000])
    entries, reason = until_broken(source)
    assert [entry.path for entry in entries] == [b"a", b"b"]
    assert "cut off" in reason
    assert read(source, entries[0]) == TEXT
    with pytest.raises(Unreadable, match="break off"):
        source.read(entries[1])


def test_a_packed_tar_that_is_cut_off(opened: Opener) -> None:
    noise = [(member(str(n), bytes(range(256)) * n)[0], bytes(range(256)) * n) for n in range(50)]
    data = gzip.compress(tar(*noise), 1)
    entries, reason = until_broken(opened(data[: len(data) // 2]))
    assert 0 < len(entries) < 50
    assert reason


def test_a_damaged_header_costs_its_member_only(opened: Opener) -> None:
    data = bytearray(tar(a=TEXT, b=TEXT, c=TEXT))
    data[data.index(b"b\0\0")] = 0xFF
    source = opened(bytes(data))
    entries, reason = until_broken(source)
    assert [entry.path for entry in entries] == [b"a", b"c"]
    assert "damaged at byte" in reason
    assert read(source, entries[1]) == TEXT


def _sparse(size: int, pieces: list[tuple[int, bytes]]) -> bytes:
    """A member in the PAX sparse format 1.0 of GNU tar."""
    layout = f"{len(pieces)}\n" + "".join(f"{at}\n{len(data)}\n" for at, data in pieces)
    body = layout.encode().ljust(512, b"\0") + b"".join(data for _, data in pieces)
    info, _ = member("GNUSparseFile.0/s", body)
    info.pax_headers = {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.name": "s",
        "GNU.sparse.realsize": str(size),
    }
    return tar((info, body))


def test_sparse_members(opened: Opener) -> None:
    source = opened(_sparse(5000, [(1000, b"x" * 512), (4000, b"y" * 512)]))
    (entry,) = source.entries()
    expected = bytearray(5000)
    expected[1000:1512], expected[4000:4512] = b"x" * 512, b"y" * 512
    assert (entry.path, entry.size) == (b"s", 5000)
    assert read(source, entry) == bytes(expected)


def test_a_sparse_bomb_is_refused(opened: Opener) -> None:
    source = opened(_sparse(1 << 42, [(0, b"x" * 512)]))
    (entry,) = source.entries()
    with pytest.raises(LimitExceeded):
        source.read(entry)


def test_a_header_that_declares_a_huge_name_is_damage(opened: Opener) -> None:
    info, _ = member("f", b"")
    data = bytearray(tar((info, b""), form=tarfile.GNU_FORMAT))
    long_name = tarfile.TarInfo("././@LongLink")
    long_name.type, long_name.size = tarfile.GNUTYPE_LONGNAME, 1 << 33
    header = long_name.tobuf(tarfile.GNU_FORMAT)
    entries, reason = until_broken(opened(header + bytes(data)))
    assert [entry.path for entry in entries] == [b"f"]
    assert "too many bytes" in reason


def test_a_size_below_zero_does_not_loop(opened: Opener) -> None:
    info, _ = member("f", b"")
    info.size = -1024
    entries, reason = until_broken(opened(info.tobuf(tarfile.GNU_FORMAT) + tar(g=b"")))
    assert [entry.path for entry in entries] == [b"g"]
    assert reason


def test_thousands_of_stacked_extension_headers_are_refused(opened: Opener) -> None:
    long_name = tarfile.TarInfo("x")
    long_name.type, long_name.size = tarfile.GNUTYPE_LONGNAME, 1
    stacked = (long_name.tobuf(tarfile.GNU_FORMAT) + b"n".ljust(512, b"\0")) * 5000
    _, reason = until_broken(opened(stacked + tar(f=b"")))
    assert "too many headers" in reason


def test_too_many_members_end_the_listing(opened: Opener) -> None:
    entries, reason = until_broken(opened(tar(a=b"", b=b"", c=b""), SourceLimits(members=2)))
    assert len(entries) == 2
    assert "more than 2 members" in reason


BIG = tar(zeros=bytes(30 << 20), text=TEXT)


def test_a_big_one_is_unpacked_once_and_found_again(tmp_path: Path) -> None:
    path, scratch = tmp_path / "big.tgz", tmp_path / "deep/scratch"
    path.write_bytes(gzip.compress(BIG, 1))
    beats: list[None] = []
    place = Place(
        paths=(path,),
        scratch=scratch,
        limits=SourceLimits(),
        beat=lambda: beats.append(None),
    )
    for _ in range(2):
        source = TarSource.open(place)
        assert {e.path: len(read(source, e)) for e in source.entries()}[b"zeros"] == 30 << 20
        source.close()
        first = beats.copy()
    assert len(first) == len(beats) > 10
    written = sorted(p.name for p in scratch.iterdir())
    assert written == ["tar", "tar.done", "tar.turn"]


def test_an_unpacking_that_was_killed_is_done_again(tmp_path: Path) -> None:
    path, scratch = tmp_path / "big.tgz", tmp_path / "scratch"
    path.write_bytes(gzip.compress(BIG, 1))
    scratch.mkdir()
    (scratch / "tar").write_bytes(b"half of it")  # and no marker
    source = TarSource.open(Place(paths=(path,), scratch=scratch, limits=SourceLimits()))
    assert [entry.path for entry in source.entries()] == [b"zeros", b"text"]
    source.close()
    (scratch / "tar.done").write_bytes(b'{"size": 7}')  # a marker of something else
    source = TarSource.open(Place(paths=(path,), scratch=scratch, limits=SourceLimits()))
    assert [entry.path for entry in source.entries()] == [b"zeros", b"text"]
    source.close()


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstd.compress])
def test_a_packed_bomb_is_stopped_and_leaves_nothing(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    path, scratch = tmp_path / "bomb", tmp_path / "scratch"
    path.write_bytes(pack(tar(zeros=bytes(40 << 20))))
    limits = SourceLimits(ratio=20, ratio_from=24 << 20)
    place = Place(paths=(path,), scratch=scratch, limits=limits)
    for _ in range(2):
        with pytest.raises(LimitExceeded, match="limit of 20:1"):
            TarSource.open(place)
        assert not (scratch / "tar").exists()
    relaxed = Place(paths=(path,), scratch=scratch, limits=SourceLimits(ratio=1 << 30))
    TarSource.open(relaxed).close()
    assert (scratch / "tar").stat().st_size > 40 << 20


def test_no_room_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.tgz"
    path.write_bytes(gzip.compress(tar(a=TEXT)))
    (tmp_path / "scratch").write_text("a file where the folder should be")
    monkeypatch.setattr(unpacked, "MEMORY_BYTES", 100)
    with pytest.raises(Unreadable, match="no room"):
        TarSource.open(Place(paths=(path,), scratch=tmp_path / "scratch", limits=SourceLimits()))
