"""One member's bytes: each read once, digested once."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path
from typing import BinaryIO, ClassVar

import pytest

from trawl.errors import Unreadable
from trawl.intake import reading
from trawl.intake.reading import copy_out, gather
from trawl.model.exhibit import Entry
from trawl.sources.base import Place, SourceLimits
from trawl.sources.folder import FolderSource


class Stream(io.BytesIO):
    """Bytes that can be read once, from the front."""

    def seekable(self) -> bool:
        return False


class Once:
    """A source whose only member can be read only once."""

    kind: ClassVar[str] = "once"

    def __init__(self, data: bytes) -> None:
        self.data, self.reads = data, 0

    def read(self, entry: Entry) -> BinaryIO:
        self.reads += 1
        return Stream(self.data)

    def local_path(self, entry: Entry) -> Path | None:
        return None


def digests(data: bytes) -> tuple[bytes, ...]:
    return tuple(hashlib.new(name, data).digest() for name in ("md5", "sha1", "sha256"))


@pytest.mark.parametrize("size", [0, 1, 4096, 65_536, 65_537, 300_000])
@pytest.mark.parametrize("declared", [None, 0, 1 << 60])
def test_a_small_member_is_held(tmp_path: Path, size: int, declared: int | None) -> None:
    data = os.urandom(size)
    found = gather(Once(data), Entry(path=b"a", size=declared), tmp_path, lambda: None)  # type: ignore[arg-type]
    assert found.whole == data
    assert (found.size, found.head) == (size, data[:4096])
    assert found.sha256 == hashlib.sha256(data).digest()
    every = found.all_digests()
    assert (every.md5, every.sha1, every.sha256) == digests(data)
    assert found.read_at(10, 5) == data[10:15]


# The spool is let go of with the last stream over it, not closed.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_big_member_is_streamed_and_spooled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "WHOLE_BYTES", 100_000)
    monkeypatch.setattr(reading, "CHUNK", 7000)
    data, beats = os.urandom(345_678), []
    source = Once(data)
    found = gather(source, Entry(path=b"a"), tmp_path, lambda: beats.append(1))  # type: ignore[arg-type]
    every = found.all_digests()
    assert (every.md5, every.sha1, every.sha256) == digests(data)
    assert (found.whole, found.size, found.head) == (None, len(data), data[:4096])
    assert len(beats) > 40
    with found.opener() as one, found.opener() as two:  # each from a position of its own
        one.seek(-10, io.SEEK_END)
        assert one.read() == data[-10:]
        assert two.read(20) == data[:20]
        assert one.read() == b""
        assert two.read() == data[20:]
    assert found.read_at(300_000, 10) == data[300_000:300_010]
    assert source.reads == 1
    assert list(tmp_path.iterdir()) == []  # the spool has no name


def folder_with(tmp_path: Path, data: bytes) -> tuple[FolderSource, Entry]:
    haul = tmp_path / "haul"
    haul.mkdir()
    (haul / "a").write_bytes(data)
    place = Place(paths=(haul,), scratch=tmp_path, limits=SourceLimits())
    source = FolderSource.open(place)
    (entry,) = source.entries()
    return source, entry


def test_a_big_file_of_this_machine_is_not_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "WHOLE_BYTES", 1000)
    data = os.urandom(200_000)
    source, entry = folder_with(tmp_path, data)
    found = gather(source, entry, Path("/nowhere"), lambda: None)
    assert found.sha256 == hashlib.sha256(data).digest()
    assert found.path == tmp_path / "haul/a"
    assert found.read_at(100_000, 9) == data[100_000:100_009]
    source.close()


def test_a_file_that_is_written_to_meanwhile_says_so(tmp_path: Path) -> None:
    source, entry = folder_with(tmp_path, bytes(3 << 20))
    path = tmp_path / "haul/a"

    def beat() -> None:
        with path.open("r+b") as file:
            file.write(b"changed")
        os.utime(path, ns=(1, 1))

    found = gather(source, entry, tmp_path, beat)
    assert found.note == "the file changed while it was being read"
    assert found.sha256 == hashlib.sha256(found.whole or b"").digest()  # of what was read
    source.close()


def test_a_file_that_vanishes_while_it_is_read_says_so(tmp_path: Path) -> None:
    source, entry = folder_with(tmp_path, bytes(3 << 20))
    (path := tmp_path / "haul/a").exists()
    found = gather(source, entry, tmp_path, lambda: path.unlink(missing_ok=True))
    assert found.note == "the file changed while it was being read"
    assert found.size == 3 << 20
    source.close()


def test_copied_out_under_its_name_only_when_whole(tmp_path: Path) -> None:
    data = b"x" * 5000
    target = tmp_path / "1" / "content"
    source, entry = Once(data), Entry(path=b"a")
    with pytest.raises(Unreadable, match="not the same as when it was logged"):
        copy_out(source, entry, bytes(32), target, lambda: None)  # type: ignore[arg-type]
    assert list(target.parent.iterdir()) == []
    copy_out(source, entry, hashlib.sha256(data).digest(), target, lambda: None)  # type: ignore[arg-type]
    assert target.read_bytes() == data
    assert list(target.parent.iterdir()) == [target]
